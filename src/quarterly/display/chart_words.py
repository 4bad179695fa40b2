"""The alternative text of a chart, made from its data if the kind of chart is known."""

from __future__ import annotations

import pandas as pd

from quarterly.display.drawing import Specification
from quarterly.display.units import Units
from quarterly.display.vega_views import View, frames, views

_KINDS = {
    "line": "Line chart",
    "trail": "Line chart",
    "area": "Area chart",
    "bar": "Bar chart",
    "point": "Dot plot",
    "circle": "Dot plot",
    "square": "Dot plot",
    "tick": "Dot plot",
}
#: Marks that annotate or repeat other marks.
_ANNOTATIONS = ("text", "rule")
#: Channels that divide the data into series.
_SERIES_CHANNELS = ("facet", "row", "column", "color", "detail")
#: Series of up to this many figures are given in full.
_FEW = 8


def chart_words(chart: Specification, title: str, units: Units) -> str:
    """Describe a chart for a reader who cannot see it; blank if its data do not allow it.

    The chart is in Vega-Lite; ``units`` are those of the indicators that it may show.
    """
    if any(key in chart for key in ("hconcat", "vconcat", "concat", "repeat")):
        return ""
    found = views(chart)
    main = [view for view in found if view.mark not in _ANNOTATIONS]
    known = frames(chart)
    if not main or any(view.mark not in _KINDS or view.transformed or view.data not in known for view in main):
        return ""
    places = {(view.column("x"), view.column("y"), view.data) for view in main}
    (x, y, name), *others = places
    if others or not x or not y:
        return ""
    lying = main[0].encoding["x"].get("type") == "quantitative" and main[0].encoding["y"].get("type") != "quantitative"
    label, figure = (y, x) if lying else (x, y)
    data = known[name]
    parts = [column for view in main for part in _SERIES_CHANNELS if (column := view.column(part))]
    parts = [part for part in dict.fromkeys(parts) if part not in (label, figure) and data[part].nunique() > 1]
    told = [
        _series(rows, label, figure, units, ", ".join(map(str, key)))
        for key, rows in (data.groupby(parts, sort=False) if parts else [((), data)])
    ]
    measured = main[0].title("x" if lying else "y") or units.measured(data, figure) or units.heading(figure)
    rules = "".join(f" Rule at {_constant(view)}." for view in found if view.mark == "rule" and view.constants)
    return f"{_KINDS[main[0].mark]}. {title.rstrip('.')}. {measured}: {' '.join(told)}{rules}"


def _constant(view: View) -> str:
    return " and ".join(f"{value:,}" for value in view.constants.values())


def _series(rows: pd.DataFrame, label: str, figure: str, units: Units, called: str) -> str:
    """Describe one series: every figure if there are few, otherwise the first, last, lowest and highest."""
    labels, figures = (units.column(rows, list(rows.columns).index(name)) for name in (label, figure))
    said = [f"{one}: {two[:1].lower() + two[1:]}" for one, two in zip(labels, figures, strict=True)]
    before = f"{called}: " if called else ""
    values = rows[figure].reset_index(drop=True).dropna()
    if len(said) > _FEW and len(values) and pd.api.types.is_numeric_dtype(values):
        low, high = said[int(values.idxmin())], said[int(values.idxmax())]
        return f"{before}{len(said)} figures, from {said[0]} to {said[-1]}; lowest {low}; highest {high}."
    return f"{before}{'; '.join(said)}."
