"""How far figures are from their targets."""

from __future__ import annotations

import altair as alt
import pandas as pd

from quarterly.core.palette import GREY, INK
from quarterly.core.terms import count_of
from quarterly.core.written import Row, rating_cell, show, target_cell
from quarterly.display.charts.style import WIDTH, Picture, broken, chart_of, figure, in_rows, rag_colour, tip, unchecked
from quarterly.display.html import data_table
from quarterly.measures.attention import shortfall
from quarterly.measures.scorecard import Scorecard

TEXT_WIDTH = 115


@unchecked
def distances(scorecard: Scorecard, title: str) -> Picture | None:
    """Draw how far each figure is from its target, as a percentage of the target, furthest first.

    Targets of 0 are left out, because no percentage of them exists. None if there are no others.
    """
    rows = scorecard.rows.assign(shortfall=shortfall(scorecard.rows) * 100)
    rows = rows[rows["shortfall"].notna() & (rows["target"] != 0)].sort_values(
        "shortfall", ascending=False, kind="stable"
    )
    if rows.empty:
        return None
    shown_rows = rows.to_dict("records")
    shown = pd.DataFrame(
        [
            {
                "name": broken(row["short_name"]),
                "short": -row["shortfall"],
                "rag": row["rag"],
                "text": f"{show(row, row['value'])} (target {target_cell(row).text})",
                "tip": f"{row['short_name']}: {show(row, row['value'])} against a target of {target_cell(row).text}, "
                f"{_distance(row)}, {rating_cell(row).words}",
            }
            for row in shown_rows
        ]
    )
    low, high = _domain(shown["short"])
    x_axis = alt.Axis(title=None, tickCount=5, labelExpr="datum.value == 0 ? 'Target' : abs(datum.value) + '%'")
    x = alt.X("short:Q", scale=alt.Scale(domain=[low, high], nice=False), axis=x_axis)
    zero, worse = alt.XDatum(0), shown["short"] < 0
    left, right = (
        chart_of([{"text": text}]).encode(y=alt.YValue(-12), text=alt.Text("text:N"))
        for text in ("← worse", "better →")
    )
    chart = in_rows(
        list(shown["name"]),
        chart_of(shown).mark_bar(height=14).encode(x=x, color=rag_colour(), description=tip()),
        # On the opposite side of the target from the bar, where there is room.
        chart_of(shown[worse]).mark_text(align="left", dx=5).encode(x=zero, text=alt.Text("text:N")),
        chart_of(shown[~worse]).mark_text(align="right", dx=-5).encode(x=zero, text=alt.Text("text:N")),
        chart_of(shown).mark_tick(color=INK, thickness=1.5, size=22).encode(x=zero),
        left.mark_text(align="left", color=GREY, fontSize=11).encode(x=alt.XValue(2)),
        right.mark_text(align="right", color=GREY, fontSize=11).encode(x=alt.XValue(WIDTH - 2)),
    )
    table = [
        [row["short_name"], show(row, row["value"]), target_cell(row).text, _distance(row), rating_cell(row).full]
        for row in shown_rows
    ]
    nil = int((scorecard.rows["target"] == 0).sum())
    left_out = f" {count_of(nil, 'target')} of 0 {'is' if nil == 1 else 'are'} left out." if nil else ""
    subtitle = f"How far each figure is from its target, as a percentage of the target.{left_out}"
    return figure(
        chart,
        title,
        subtitle,
        f"Bar chart. {'; '.join(shown['tip'])}.",
        data_table(title, ["Indicator", "Figure", "Target", "Distance", "RAG"], table),
    )


def _domain(short: pd.Series) -> tuple[float, float]:
    """Leave room for the figures on the opposite side of the target from their bars."""
    low, high = min(short.min(), 0), max(short.max(), 0)
    part = TEXT_WIDTH / (WIDTH - TEXT_WIDTH)
    if (short < 0).any():
        high = max(high, -low * part)
    if (short >= 0).any():
        low = min(low, -(high or 1) * part)
    return low, high or 1


def _distance(row: Row) -> str:
    part = round(abs(row["shortfall"]))
    if row["value"] == row["target"]:
        return "on target"
    return f"{part or 'less than 1'}% {'worse' if row['shortfall'] > 0 else 'better'} than target"
