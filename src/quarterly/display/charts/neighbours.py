"""How the council compares with others."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.palette import BLUE, GREY, LINE
from quarterly.core.terms import Unit
from quarterly.core.written import Row, comparator_cell, show
from quarterly.display.charts.style import Picture, broken, chart_of, figure, figure_axis, grid, in_rows, tip, unchecked
from quarterly.display.html import Html, data_table, paragraph
from quarterly.measures.scorecard import Scorecard

_UNITS = {Unit.PERCENTAGE: "percentages", Unit.RATE: "rates", Unit.NUMBER: "numbers", Unit.SCORE: "scores"}


def neighbours(scorecard: Scorecard) -> Html:
    """Draw each indicator against the first comparator that has a figure for it: one chart per unit."""
    found = [_compared(row, scorecard.comparators) for row in scorecard.records.values()]
    pairs = pd.DataFrame([pair for pair in found if pair])
    if pairs.empty:
        return paragraph("None of these indicators can be compared with other councils. The table gives the reasons.")
    charts = [_dumbbells(scorecard, part, str(unit)) for unit, part in pairs.groupby("unit", sort=False)]
    return grid(charts)


def _compared(row: Row, comparators: dict[str, str]) -> dict[str, Any] | None:
    if pd.isna(row["value"]):
        return None
    for name, label in comparators.items():
        if pd.notna(row[name]):
            theirs, period = comparator_cell(row, name).text, row[f"{name}_period"]
            ours = show(row, row["value"])
            return {
                "name": broken(row["short_name"]),
                "short_name": row["short_name"],
                "unit": row["unit"],
                "ours": row["value"],
                "theirs": row[name],
                "ours_text": ours,
                "theirs_text": f"{label} {theirs}",
                "tip": f"{row['short_name']}: {ours}; {label}: {theirs}{f' in {period}' if period else ''}",
                "cells": [ours, label, theirs, period or "no year given"],
            }
    return None


@unchecked
def _dumbbells(scorecard: Scorecard, pairs: pd.DataFrame, unit: str) -> Picture:
    """Draw two points per row with a line between them, and their figures above."""
    percent = unit == Unit.PERCENTAGE
    highest = max(pairs["ours"].max(), pairs["theirs"].max()) * 1.05
    high = 100.0 if percent and highest <= 105 else highest
    scale, axis = alt.Scale(domain=[0, high], nice=False), figure_axis(percentage=percent)
    x = {side: alt.X(f"{side}:Q", scale=scale, axis=axis) for side in ("ours", "theirs")}
    names = list(pairs["name"])
    data = chart_of(pairs.drop(columns="cells"))
    layers = [
        data.mark_rule(stroke=LINE, strokeWidth=4).encode(x=x["ours"], x2=alt.X2("theirs:Q")),
        data.mark_point(filled=True, opacity=1, shape="diamond", color=GREY, size=90, aria=False).encode(x=x["theirs"]),
        data.mark_point(filled=True, opacity=1, shape="circle", color=BLUE, size=110).encode(
            x=x["ours"], description=tip()
        ),
        data.mark_text(align="left", dy=-16, fontWeight="bold", color=BLUE).encode(
            x=alt.XValue(0), text=alt.Text("ours_text:N")
        ),
        data.mark_text(align="left", dy=-16, color=GREY).encode(x=alt.XValue(50), text=alt.Text("theirs_text:N")),
    ]
    title = f"Compared with others: {_UNITS.get(Unit(unit), unit)}"
    head = ["Indicator", scorecard.quarter.short_label, "Compared with", "Their figure", "Their year"]
    table = [[row.short_name, *row.cells] for row in pairs.itertuples(index=False)]
    subtitle = (
        f"Blue dot: this council, {scorecard.quarter.short_label}. Grey diamond: the comparator named above it, "
        "whose figure may be for an earlier year."
    )
    chart = in_rows(names, *layers, lines=1)
    return figure(chart, title, subtitle, f"Dot chart. {'; '.join(pairs['tip'])}.", data_table(title, head, table))
