"""Small charts to show side by side: a line in a table's row, and small multiples."""

from __future__ import annotations

from functools import cache
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.palette import BLUE, GREY, INK
from quarterly.core.terms import Unit
from quarterly.core.written import target_cell
from quarterly.display.charts.against import references, series, steps
from quarterly.display.charts.style import Picture, figure, sentence, specification, tip
from quarterly.display.charts.trend import ends, filled, references_in_words
from quarterly.display.drawing import Specification
from quarterly.display.findings import describe_series, finding
from quarterly.measures.scorecard import Scorecard

#: The size of the plot, in pixels; the heading is above it.
WIDTH, HEIGHT = 190, 68
_LETTERS, _LINES = 36, 2
_SPARK = 96, 26


def trend_line(scorecard: Scorecard, indicator_id: str) -> tuple[str, str]:
    """Draw the shown quarters of an indicator as a line with its target, for a table's row.

    Returns the picture as SVG, blank if no figure is known, and the figures in words.
    """
    row, data = scorecard.records[indicator_id], series(scorecard, indicator_id)
    aims = [float(row[end]) for end in ("target", "lower", "upper") if pd.notna(row[end])]
    return _sparkline(data, aims), f"{describe_series(data)}."


def _sparkline(data: list[dict[str, Any]], aims: list[float]) -> str:
    """Draw a series as a line without axes, with a dashed line for each end of the target; blank without figures.

    A missing figure or a new definition breaks the line. The scale has 0, and ends at the largest figure or target: up
    to 100%, a rise from 11% to 24% would not be seen.
    """
    known = [point["value"] for point in data if point["value"] is not None]
    if not known:
        return ""
    width, height = _SPARK
    low, high = min(0.0, *known, *aims), max(0.0, *known, *aims)
    scale = (height - 8) / ((high - low) or 1)
    step = (width - 8) / max(len(data) - 1, 1)
    parts = [
        f'<path d="M4 {height - 4 - (aim - low) * scale:.1f}H{width - 4}" stroke="{INK}" stroke-dasharray="4 3"/>'
        for aim in aims
    ]
    line, before = "", None
    for place, point in enumerate(data):
        if point["value"] is not None:
            x, y = 4 + step * place, height - 4 - (point["value"] - low) * scale
            line += f"{'M' if before is None or point['new'] else 'L'}{x:.1f} {y:.1f}"
        before = point["value"]
    parts.append(f'<path d="{line}" fill="none" stroke="{BLUE}" stroke-width="2"/>')
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{BLUE}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"{''.join(parts)}</svg>"
    )


def small_trend(scorecard: Scorecard, indicator_id: str) -> Picture:
    """Draw an indicator over the shown quarters, with its name, in a size that fits three side by side on paper."""
    row = scorecard.records[indicator_id]
    data, against = series(scorecard, indicator_id), references(row, scorecard.comparators)
    known = [point for point in data if point["value"] is not None]
    aims = [{"value": each["value"]} for each in against if each["kind"] == "target"]
    percentage = row["unit"] == Unit.PERCENTAGE
    shown = [each["value"] for each in (*known, *aims)]
    bottom, top = ends(shown, percentage=False)
    top = min(top, 100.0) if percentage and max(shown, default=0) <= 100 else top
    room = 13 * (top - bottom) / HEIGHT
    points = [
        {
            **point,
            "tip": f"{point['label']}: {point['text']}",
            "text_at": point["value"] + room * (1 - 2 * (point["value"] > top - 1.2 * room)),
        }
        for point in known
    ]
    heading = wrap(row["short_name"], _LETTERS, max_lines=_LINES, placeholder=" …")
    aim = f"Target {target_cell(row).text}, dashed" if len(aims) else f"Target: {target_cell(row).words}"
    chart = filled(
        _small_shape(tuple(point["axis"] for point in data)),
        {
            "points": points,
            "steps": steps(data),
            "aims": aims,
            "first": [{"text": " " if len(heading) == 1 else heading[0]}],
            "second": [{"text": heading[-1]}],
            "aim": [{"text": aim}],
        },
        bottom=bottom,
        top=top,
    )
    alternative = f"Line chart of {row['short_name']}. {describe_series(data)}.{references_in_words(row, against)}"
    return figure(chart, row["short_name"], sentence(finding(row)), alternative)


@cache
def _small_shape(axis: tuple[str, ...]) -> Specification:
    names = ("points", "steps", "aims", "first", "second", "aim")
    points, line, aims, *headings, aim = (alt.Chart(alt.NamedData(name)) for name in names)
    ticks = alt.Axis(title=None, labelAngle=0, labelFontSize=10, labelExpr="split(datum.label, ' ')")
    x = alt.X("axis:O", sort=list(axis), axis=ticks, scale=alt.Scale(padding=0.4, domain=list(axis)))
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[alt.ExprRef("bottom"), alt.ExprRef("top")], nice=False))
    numbers = {"x": x, "y": alt.Y("text_at:Q"), "text": alt.Text("text:N")}
    left, text = alt.XValue(0), alt.Text("text:N")
    heads = [
        chart.mark_text(align="left", baseline="top", fontSize=11, fontWeight="bold").encode(
            x=left, y=alt.YValue(at), text=text
        )
        for chart, at in zip(headings, (-48, -35), strict=True)
    ]
    chart = alt.layer(
        aims.mark_rule(stroke=INK, strokeDash=[6, 3], strokeWidth=1.2).encode(y=y),
        line.mark_line(color=BLUE, strokeWidth=2).encode(x=x, y=y),
        points.mark_point(color=BLUE, filled=True, opacity=1, size=36).encode(x=x, y=y, description=tip()),
        # A white edge separates a number from the line behind it.
        points.mark_text(fontSize=11, fontWeight="bold", stroke="white", strokeWidth=4, strokeJoin="round").encode(
            **numbers
        ),
        points.mark_text(fontSize=11, fontWeight="bold").encode(**numbers),
        *heads,
        aim.mark_text(align="left", baseline="top", fontSize=10, color=GREY).encode(
            x=left, y=alt.YValue(-20), text=text
        ),
    ).properties(width=WIDTH, height=HEIGHT)
    return specification(chart)
