"""The alternative text of a chart, made from its data if the kind of chart is known."""

from __future__ import annotations

import pandas as pd

from quarterly.display.drawing import Specification
from quarterly.display.units import Units, with_named_ids
from quarterly.display.vega_views import FURTHER, SERIES, View, frames, views

_KINDS = {
    "line": "Line chart",
    "trail": "Line chart",
    "area": "Area chart",
    "bar": "Bar chart",
    "point": "Dot plot",
    "circle": "Dot plot",
    "square": "Dot plot",
    "tick": "Dot plot",
    "arc": "Pie chart",
    "rect": "Heat map",
}
#: Marks that annotate or repeat other marks.
_ANNOTATIONS = ("text", "rule")
#: Marks that Vega-Lite draws in the order of their labels, unless the analyst sorts them.
_IN_ORDER = ("line", "trail", "area")
#: Series of up to this many figures are given in full.
_FEW = 8
#: How many letters of series are given: nobody listens to more.
_LONG = 2_000


def chart_words(chart: Specification, title: str, units: Units) -> str:
    """Describe a chart for a reader who cannot see it; blank if its data do not allow it.

    The chart is in Vega-Lite; ``units`` are those of the indicators that it may show.
    """
    every_view = views(chart)
    main = [view for view in every_view if view.mark not in _ANNOTATIONS]
    known = frames(chart)
    if not main or any(view.mark not in _KINDS or view.transforms or view.data not in known for view in main):
        return ""
    at, of = main[0].axes
    (label, figure, name), *others = {(view.column(at), view.column(of), view.data) for view in main}
    if others or not label or not figure:
        return ""
    data = known[name]
    if main[0].mark in _IN_ORDER and "sort" not in main[0].encoding[at]:
        # Anything but numbers is sorted as text, because a column may hold both.
        order = data[label] if pd.api.types.is_numeric_dtype(data[label]) else data[label].astype(str)
        data = data.loc[order.sort_values(kind="stable").index]
    shown = {
        column: part in FURTHER or view.encoding[part].get("type") == "quantitative"
        for view in main
        for part in ("x", "y", *SERIES, *FURTHER)
        if (column := view.column(part)) not in ("", label, figure)
    }
    further = [column for column, measured in shown.items() if measured]
    parts = [column for column in shown if column not in further and data[column].nunique(dropna=False) > 1]
    data = with_named_ids(data, [label, figure, *shown])
    groups = list(data.groupby(parts, sort=False, dropna=False)) if parts else [((), data)]
    series: list[str] = []
    for place, (key, rows) in enumerate(groups):
        called = ", ".join(units.named([value], part)[0] for part, value in zip(parts, key, strict=True))
        text = _series(rows, label, figure, further, units, called)
        if series and len(" ".join([*series, text])) > _LONG:
            series.append(f"And {len(groups) - place} more.")
            break
        series.append(text)
    measured = main[0].title(of) or units.measured(data, figure) or units.heading(figure)
    if main[0].encoding[at].get("type") == "quantitative" and main[0].mark not in _IN_ORDER:
        measured = f"{units.heading(label)} and {units.heading(figure)}"
    places = [_rule(view, name, known, units) for view in every_view if view.mark == "rule"]
    rules = "".join(f" Rule at {place}." for place in places if place)
    return f"{_KINDS[main[0].mark]}. {title.rstrip('.')}. {measured}: {' '.join(series)}{rules}"


def _rule(view: View, main: str, known: dict[str, pd.DataFrame], units: Units) -> str:
    """Say where rules are that stand for numbers, or for a few rows of other data than those of the ``main`` marks."""
    places = [column for channel in ("x", "y") if (column := view.column(channel))]
    values = [f"{value:,}" for value in view.constants.values()]
    if view.data in known and view.data != main and len(rows := known[view.data]) <= _FEW:
        values += [text for texts in units.written(rows, places).values() for text in texts]
    return " and ".join(values)


def _series(rows: pd.DataFrame, label: str, figure: str, further: list[str], units: Units, called: str) -> str:
    """Describe one series: every figure if there are few, otherwise the first, last, lowest and highest."""
    written = units.written(rows, [label, figure, *further])
    figures = [text[:1].lower() + text[1:] for text in written[figure]]
    said = [f"{name}: {text}" for name, text in zip(written[label], figures, strict=True)]
    for column in further:
        said = [f"{words}, {units.heading(column)} {text}" for words, text in zip(said, written[column], strict=True)]
    before = f"{called}: " if called else ""
    values = rows[figure].reset_index(drop=True).dropna()
    if len(said) > _FEW and not (len(values) and pd.api.types.is_numeric_dtype(values)):
        return f"{before}{'; '.join(said[:_FEW])}; and {len(said) - _FEW:,} more."
    if len(said) > _FEW:
        low, high = said[int(values.idxmin())], said[int(values.idxmax())]
        return f"{before}{len(said):,} figures, from {said[0]} to {said[-1]}; lowest {low}; highest {high}."
    return f"{before}{'; '.join(said)}."
