"""Percentages against their targets on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from quarterly.core.palette import BLUE, GREY, INK, LINE
from quarterly.core.written import target_cell
from quarterly.display.charts.against import series
from quarterly.display.charts.style import (
    WIDTH,
    Picture,
    broken,
    chart_of,
    figure,
    figure_axis,
    in_rows,
    tip,
    unchecked,
)
from quarterly.display.findings import finding
from quarterly.display.html import Html, data_table
from quarterly.measures.scorecard import Scorecard

#: How far a dot at the end of the scale projects beyond it, in pixels.
_DOT = 7


def figures_table(scorecard: Scorecard, indicator_ids: Sequence[str], caption: str) -> Html:
    """List the figures of the shown quarters and the target."""
    head = ["Indicator", *(quarter.short_label for quarter in scorecard.quarters), "Target"]
    rows = []
    for indicator_id in indicator_ids:
        row = scorecard.rows.loc[indicator_id]
        cells = [*scorecard.figure_cells(indicator_id), target_cell(row)]
        rows.append([row["short_name"], *(cell.full for cell in cells)])
    return data_table(caption, head, rows)


@unchecked
def ranges(scorecard: Scorecard, indicator_ids: Sequence[str], title: str) -> Picture:
    """Compare percentages with their targets on one scale: the latest figure, earlier quarters and the target."""
    rows = scorecard.rows.loc[list(indicator_ids)]
    names = {indicator_id: broken(row["short_name"], 42) for indicator_id, row in rows.iterrows()}
    shown = pd.DataFrame(
        [{**point, "name": name} for known, name in names.items() for point in series(scorecard, known)]
    )
    shown = shown.dropna(subset=["value"])
    shown["tip"] = shown["label"] + ": " + shown["text"]
    latest = shown["quarter"] == str(scorecard.quarter)
    spans = shown.groupby("name", sort=False)["value"].agg(["min", "max"]).reset_index()
    targets = [
        {"name": names[str(name)], "value": row["target"]} for name, row in rows.iterrows() if pd.notna(row["target"])
    ]
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, 100]), axis=figure_axis(percentage=True))
    earlier = chart_of(shown[~latest]).mark_point(color=GREY, filled=False, size=45, opacity=1)
    now_at = chart_of(shown[latest])
    numbers = now_at.mark_text(align="right", dy=-16, fontWeight="bold")
    chart = in_rows(
        list(names.values()),
        chart_of(spans).mark_rule(stroke=LINE, strokeWidth=5).encode(x=alt.X("min:Q"), x2=alt.X2("max:Q")),
        earlier.encode(x=x, description=tip()),
        chart_of(targets).mark_tick(color=INK, thickness=3, size=22).encode(x=x),
        now_at.mark_point(color=BLUE, filled=True, size=130, opacity=1).encode(x=x, description=tip()),
        numbers.encode(x=alt.XValue(WIDTH - _DOT), text=alt.Text("text:N")),
        width=WIDTH - _DOT,
    )
    stated = "; ".join(f"{row['short_name']}: {finding(row)}" for _, row in rows.iterrows())
    now = scorecard.quarter
    subtitle = f"Large blue dot: {now.short_label}. Open dots: earlier {now.noun}s. Upright bar: the target."
    return figure(chart, title, subtitle, f"Dot chart. {stated}.", figures_table(scorecard, indicator_ids, title))
