"""Charts in one house style: Altair describes them, `quarterly.display.drawing` draws them.

Each chart is a figure with a title, a picture with an accurate alternative text, and its data as a table. The picture
is SVG inside the page, so the page needs nothing else to show it.

Each mark that represents a figure has a description (`tip`) inside the picture. A small script on the site shows it to
readers who use a pointer, a finger or the arrow keys. The browser does not redraw anything, so no charting library is
sent there.

There is a module for each kind of chart: over time (`trend`, `small`, `ratings`, `shares`), against a target
(`ranges`, `distance`), against others (`neighbours`), and all areas at once (`areas`).
"""
