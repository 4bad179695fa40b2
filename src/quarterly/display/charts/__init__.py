"""Charts in one house style: Altair describes them, `quarterly.display.drawing` draws them.

Each chart is a figure with a title, a picture with an accurate alternative text, and its data as a table. The picture
is SVG inside the page, so the page needs nothing else to show it.

Each mark that represents a figure has a description (`tip`) inside the picture. A small script on the site shows it to
readers who use a pointer, a finger or the arrow keys. The browser does not redraw anything, so no charting library is
sent there.

There is a module for each kind of chart: over time (`trend`, `small`, `ratings`, `shares`), against a target
(`ranges`, `distance`), against others (`neighbours`), and all areas at once (`areas`).
"""

from quarterly.display.charts.against import axis_label, references, spread
from quarterly.display.charts.areas import at_a_glance
from quarterly.display.charts.distance import distances
from quarterly.display.charts.neighbours import neighbours
from quarterly.display.charts.ranges import ranges
from quarterly.display.charts.ratings import ratings
from quarterly.display.charts.shares import stacked_shares
from quarterly.display.charts.small import small_trend, trend_line
from quarterly.display.charts.style import Picture, chart_of, figure, grid
from quarterly.display.charts.trend import lines, trend, trend_shapes

__all__ = [
    "Picture",
    "at_a_glance",
    "axis_label",
    "chart_of",
    "distances",
    "figure",
    "grid",
    "lines",
    "neighbours",
    "ranges",
    "ratings",
    "references",
    "small_trend",
    "spread",
    "stacked_shares",
    "trend",
    "trend_line",
    "trend_shapes",
]
