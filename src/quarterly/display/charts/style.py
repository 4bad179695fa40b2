"""What all charts share: the house style, the figure that a page shows, and marks with descriptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import altair as alt
import pandas as pd
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from quarterly.core.palette import DARK_BLUE, LOOKS
from quarterly.core.terms import NOT_RATED, capitalised
from quarterly.display.drawing import STYLE, Specification, draw_png, draw_svg
from quarterly.display.html import Html, render

#: Decorates what builds a house chart: Altair would check each part against its schema, and takes a quarter of the time
#: for that. Tests check the whole charts.
unchecked = debug_mode(arg=False)
#: Three steps of lightness that can be told apart in grey print and by colour-blind readers.
STEPS = [DARK_BLUE, "#28a197", "#d9d9d9"]
#: The width of a page's text on the narrowest phone, and of a chart without an axis at its left, in pixels.
_PHONE, WIDTH = 303, 290
#: How many letters of a name fit above a chart; the height of a line, and of a row with its name above, in pixels.
_LETTERS, _LINE, _ROW = 48, 14, 38
#: What the shapes of ratings mean, for a subtitle.
RAG_KEY = ", ".join(f"{look.mark} {(rag or NOT_RATED).lower()}" for rag, look in LOOKS.items())


@dataclass(frozen=True)
class Picture(Html):
    """A chart in its figure, as HTML and as plain text, with what is needed to draw it in other documents."""

    chart: Specification  # in Vega-Lite
    title: str  # the finding or subject
    subtitle: str  # what is measured
    alternative: str  # what a reader who cannot see the picture needs to know

    def png(self, scale: float = 2) -> bytes:
        """Draw the chart as PNG, for documents that cannot hold SVG."""
        return draw_png(self.chart, scale)


def specification(chart: alt.TopLevelMixin) -> Specification:
    """Return a chart as Vega-Lite in the house style, whichever theme Altair uses."""
    found = chart.to_dict(validate=False)
    rows = {name: list(known) for name, known in found.get("datasets", {}).items()}
    return {**found, "datasets": rows, "config": STYLE}


def _svg(chart: Specification) -> tuple[str, int, int]:
    """Draw a chart and return its SVG as a data URI, its width and its height in pixels."""
    svg = draw_svg(chart)
    root = ET.fromstring(svg)  # noqa: S314 - drawn here, not brought in
    width, height = (round(float(root.get(side, "0"))) for side in ("width", "height"))
    # Only characters that a URI in an attribute cannot hold are escaped, to keep it small and readable in a diff.
    escaped = quote(svg.replace("\n", ""), safe=" !$'()*,-./:;=?@_[]{}|~+")
    return f"data:image/svg+xml;charset=utf-8,{escaped}", width, height


def figure(
    chart: alt.TopLevelMixin | Specification,
    title: str,
    subtitle: str,
    alternative: str,
    table: Html | None = None,
    anchor: str = "",
    measure: str = "",
    *,
    wide: bool = False,
) -> Picture:
    """Return a chart as a figure.

    The title states the subject or the finding; the subtitle states the finding, or what is measured and how to read
    it. If it states the finding, ``measure`` states what is measured, and its unit. ``alternative`` is what a reader
    who cannot see the picture needs to know: the figures, or a summary of them. ``table`` has the data, one click away,
    and ``anchor`` is an id to link to. A ``wide`` chart may be wider than a phone, and then scrolls.
    """
    drawn = chart if isinstance(chart, dict) else specification(chart)
    source, width, height = _svg(drawn)
    page = render(
        "figure.html",
        f"Chart: {title}. {subtitle} {alternative}",
        title=title,
        subtitle=subtitle,
        alt=alternative,
        source=Markup(source),  # noqa: S704 - quoted, so it can neither end the attribute nor hold a tag
        width=width,
        height=height,
        table=table,
        id=anchor,
        measure=measure,
        wide=wide and width > _PHONE,
    )
    return Picture(page.html, page.text, drawn, title, subtitle, alternative)


def grid(parts: Sequence[Html]) -> Html:
    """Lay out figures side by side where there is room."""
    return render("grid.html", "\n".join(part.text for part in parts), parts=parts)


def chart_of(rows: pd.DataFrame | list[dict[str, Any]]) -> alt.Chart:
    """Begin a chart of rows, without Altair's conversion of frames: that takes longer than drawing."""
    # A tuple, because Altair copies the rows of a list several times for each layer.
    return alt.Chart(alt.InlineData(values=tuple(rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows)))


def figure_axis(*, percentage: bool, **settings: Any) -> alt.Axis:
    """Return an axis of figures, with the sign of percentages and no title."""
    label = "datum.value + '%'" if percentage else "format(datum.value, ',')"
    return alt.Axis(title=None, tickCount=5, labelExpr=label, **settings)


def tip() -> alt.Description:
    """Describe a mark by the column ``tip`` of its data."""
    return alt.Description("tip:N")


def rag_colour() -> alt.Color:
    """Colour a mark by the column ``rag``."""
    colours = alt.Scale(domain=list(LOOKS), range=[look.colour for look in LOOKS.values()])
    return alt.Color("rag:N", scale=colours, legend=None)


def rag_look() -> dict[str, Any]:
    """Colour and shape a mark by the column ``rag``, so that a rating is never a colour alone."""
    shapes = alt.Scale(domain=list(LOOKS), range=[look.shape for look in LOOKS.values()])
    return {"color": rag_colour(), "shape": alt.Shape("rag:N", scale=shapes, legend=None)}


def broken(name: str, width: int = _LETTERS) -> str:
    """Split a name into lines for the label of a row."""
    return "|".join(wrap(name, width))


def in_rows(names: Sequence[str], *layers: alt.Chart, lines: int = 0, width: int = WIDTH) -> alt.TopLevelMixin:
    """Lay marks over rows, one for each ``name`` of their data, in this order.

    Each name is above its row, with room for ``lines`` further lines between the two: at the left, names would take
    half of a phone's width. A mark that has a height of its own keeps it.
    """
    unique = list(dict.fromkeys(names))
    y = alt.Y("name:N", sort=unique, axis=alt.Axis(title=None, labels=False, domain=False, ticks=False))
    marks = [*_row_names(unique, lines), *layers]
    placed = [mark.encode(y=y) if mark.encoding.y is alt.Undefined else mark for mark in marks]
    height = alt.Step(_ROW + _LINE * (lines + max(name.count("|") for name in names)))
    return alt.layer(*placed, width=width, height=height)


def _row_names(names: list[str], lines: int) -> list[alt.Chart]:
    by_lines: dict[int, list[dict[str, Any]]] = {}
    for name in names:
        by_lines.setdefault(name.count("|"), []).append({"name": name})
    return [
        chart_of(rows)
        .mark_text(align="left", baseline="middle", lineBreak="|", lineHeight=_LINE, dy=-16 - _LINE * (lines + breaks))
        .encode(x=alt.XValue(0), text=alt.Text("name:N"))
        for breaks, rows in by_lines.items()
    ]


def sentence(text: str) -> str:
    """Return a finding as a sentence."""
    return f"{capitalised(text)}."
