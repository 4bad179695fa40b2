"""One indicator over time, with its target, tolerance and comparators."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.palette import BLUE, GREY, INK, LOOKS
from quarterly.core.terms import Polarity, Rag, Unit
from quarterly.core.written import Row, limit, rating_cell, target_cell
from quarterly.display.charts.against import axis_label, references, series, spread, steps
from quarterly.display.charts.ranges import figures_table
from quarterly.display.charts.style import (
    Picture,
    broken,
    chart_of,
    figure,
    figure_axis,
    grid,
    sentence,
    specification,
    tip,
    unchecked,
)
from quarterly.display.drawing import Specification
from quarterly.display.findings import against_target, describe_series, finding, measure
from quarterly.display.html import Html
from quarterly.measures.scorecard import Scorecard

#: In pixels. With its axis, a chart is as wide as a page's text on the narrowest phone.
WIDTH, HEIGHT, LABEL_ROOM = 140, 170, 90
_LETTERS, _LINE_HEIGHT = 16, 12
#: Names are split into lines, and centred on the value that they label.
_NAMES: dict[str, Any] = {
    "fontSize": 11,
    "lineBreak": "|",
    "lineHeight": _LINE_HEIGHT,
    "dy": alt.ExprRef(f"{-_LINE_HEIGHT / 2:g} * (length(split(datum.name, '|')) - 1)"),
}
_NAME_COLOURS = {"target": INK, "tolerance": LOOKS[Rag.AMBER].ink, "comparator": GREY}


def trend(scorecard: Scorecard, indicator_id: str, *, table: bool = False) -> Picture:
    """Draw an indicator over the shown quarters, with its target and comparators.

    ``table`` adds the figures as a table, for pages that do not already show them.
    """
    row = scorecard.records[indicator_id]
    data, against = _judged_series(scorecard, indicator_id), references(row, scorecard.comparators)
    percentage, new = row["unit"] == Unit.PERCENTAGE, ", ".join(point["quarter"] for point in data if point["new"])
    known = [each["value"] for each in (*data, *against) if each["value"] is not None]
    bottom, top = ends(known, percentage=percentage)
    chart = filled(
        _trend_shape(tuple(point["axis"] for point in data), percentage=percentage),
        _rows(row, data, against, bottom, top),
        bottom=bottom,
        top=top,
    )
    return figure(
        chart,
        row["short_name"],
        f"{sentence(finding(row))}{f' The line is broken where the definition changed: {new}.' if new else ''}",
        f"Line chart of {row['short_name']}. {describe_series(data)}.{references_in_words(row, against)}",
        table=figures_table(scorecard, [indicator_id], f"{row['short_name']}: figures") if table else None,
        measure=measure(row),
    )


def ends(shown: list[float], *, percentage: bool) -> tuple[float, float]:
    """Return the ends of the scale, which begins at 0 unless something is below it."""
    low, high = min([*shown, 0.0]), max([*shown, 0.0])
    if low < 0:
        room = 0.15 * (high - low)
        return low - room, high + room
    return 0.0, 100.0 if percentage and high <= 100 else max(high, 1.0) * 1.15


def trend_shapes(scorecard: Scorecard) -> list[Specification]:
    """Return the trend charts of a scorecard without their data, to compile them in advance."""
    axis = tuple(axis_label(quarter) for quarter in scorecard.quarters)
    return [_trend_shape(axis, percentage=percentage) for percentage in (True, False)]


def filled(shape: Specification, data: dict[str, list[dict[str, Any]]], **parameters: float) -> Specification:
    """Return a chart with data and parameter values filled in by name."""
    return {
        **shape,
        "params": [{"name": name, "value": value} for name, value in parameters.items()],
        "datasets": {**shape.get("datasets", {}), **data},
    }


def lines(scorecard: Scorecard, indicator_ids: Sequence[str]) -> Html:
    """Draw several indicators side by side, each on its own scale that starts at 0 or below."""
    return grid([trend(scorecard, name, table=True) for name in indicator_ids])


def _judged_series(scorecard: Scorecard, indicator_id: str) -> list[dict[str, Any]]:
    """Return the series with the description that readers see when they point at a figure."""
    rated = {known["quarter"]: f", {rating_cell(known).words}" for known in scorecard.quarters_of(indicator_id)}
    return [
        {**point, "tip": f"{point['label']}: {point['text']}{rated.get(point['quarter'], '')}"}
        for point in series(scorecard, indicator_id)
    ]


def _tolerance(row: Row) -> list[dict[str, Any]]:
    """Return the band between the worst green figure and the worst amber figure; empty if there is none."""
    worst, best = row["amber_limit"], row["green_limit"]
    if pd.isna(worst) or pd.isna(best) or worst == best:
        return []
    word = "from" if row["polarity"] == Polarity.HIGHER else "to"
    return [{"value": float(worst), "name": f"Amber {word} {limit(row)}", "kind": "tolerance", "end": float(best)}]


def _rows(
    row: Row, data: list[dict[str, Any]], against: list[dict[str, Any]], bottom: float, top: float
) -> dict[str, list[dict[str, Any]]]:
    """Return the data of a chart by dataset name."""
    known = [point for point in data if point["value"] is not None]
    # A number goes above its point, or below it if there is no room.
    pixel = (top - bottom) / HEIGHT
    points = [
        {**point, "text_at": point["value"] + pixel * (-14 if point["value"] > top - 20 * pixel else 14)}
        for point in known
    ]
    placed = [{**each, "name": broken(each["name"], _LETTERS)} for each in [*against, *_tolerance(row)]]
    lines = [each["name"].count("|") + 1 for each in placed]
    at = iter(spread([each["value"] for each, of in zip(placed, lines, strict=True) for _ in range(of)], 13 * pixel))
    for each, of in zip(placed, lines, strict=True):
        each["name_at"] = sum(next(at) for _ in range(of)) / of
    # A quarter without a figure breaks the line.
    note = [{"text": " " if known else "No figures are available"}]
    kinds = {kind: [each for each in placed if each["kind"] == kind] for kind in _NAME_COLOURS}
    return {"points": points, "steps": steps(data) if known else [], "note": note, **kinds}


@cache
@unchecked
def _trend_shape(axis: tuple[str, ...], *, percentage: bool) -> Specification:
    """Return a trend chart without its data, cached because Altair takes longer to build it than to draw it."""
    names = ("points", "steps", "note", "target", "tolerance", "comparator")
    points, line, note, target, band, others = (alt.Chart(alt.NamedData(name)) for name in names)
    scale = alt.Scale(domain=[alt.ExprRef("bottom"), alt.ExprRef("top")], nice=False)
    y_axis = figure_axis(percentage=percentage, minExtent=38)
    x_axis = alt.Axis(title=None, labelAngle=0, labelExpr="split(datum.label, ' ')")
    x = alt.X("axis:O", sort=list(axis), axis=x_axis, scale=alt.Scale(padding=0.35, domain=list(axis)))
    y, text = alt.Y("value:Q", scale=scale, axis=y_axis), alt.Text("text:N")
    numbers = {"x": x, "y": alt.Y("text_at:Q"), "text": text}
    named = {"x": alt.XValue(WIDTH + 6), "y": alt.Y("name_at:Q"), "text": alt.Text("name:N")}
    chart = alt.layer(
        band.mark_rect(fill=LOOKS[Rag.AMBER].fill).encode(y=y, y2=alt.Y2("end:Q")),
        others.mark_rule(stroke=GREY, strokeDash=[2, 3]).encode(y=y),
        target.mark_rule(stroke=INK, strokeDash=[7, 3], strokeWidth=1.5).encode(y=y),
        *(
            alt.Chart(alt.NamedData(kind))
            .mark_text(align="left", color=colour, fontWeight="bold" if kind == "target" else "normal", **_NAMES)
            .encode(**named)
            for kind, colour in _NAME_COLOURS.items()
        ),
        line.mark_line(color=BLUE, strokeWidth=2.5).encode(x=x, y=y),
        points.mark_point(color=BLUE, filled=True, opacity=1, size=50).encode(x=x, y=y, description=tip()),
        # A white edge separates a number from the line behind it.
        points.mark_text(fontWeight="bold", stroke="white", strokeWidth=4, strokeJoin="round").encode(**numbers),
        points.mark_text(fontWeight="bold").encode(**numbers),
        # An invisible mark at the right keeps all charts of a page equally wide.
        chart_of([{"text": " "}]).mark_text().encode(x=alt.XValue(WIDTH + LABEL_ROOM), y=alt.YValue(0), text=text),
        note.mark_text(color=GREY).encode(x=alt.XValue(WIDTH / 2), y=alt.YValue(HEIGHT / 2), text=text),
    ).properties(width=WIDTH, height=HEIGHT)
    return specification(chart)


def references_in_words(row: Row, against: list[dict[str, Any]]) -> str:
    """State the target and comparators, for the alternative text."""
    seen = f" Seen against: {'; '.join(each['name'] for each in against)}." if against else ""
    if "target" not in {each["kind"] for each in against}:
        seen += f" {sentence(against_target(row) or f'target: {target_cell(row).words}')}"
    return seen
