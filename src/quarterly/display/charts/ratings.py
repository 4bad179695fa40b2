"""Ratings over time: one row per indicator, one column per quarter."""

from __future__ import annotations

import altair as alt
import pandas as pd

from quarterly.core.palette import GREY
from quarterly.core.terms import NOT_RATED
from quarterly.core.written import Cell, rating_cell
from quarterly.display.charts.against import axis_label
from quarterly.display.charts.style import RAG_KEY, Picture, broken, chart_of, figure, in_rows, rag_look, tip, unchecked
from quarterly.display.html import data_table
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard

STEP = 72


@unchecked
def ratings(scorecard: Scorecard, title: str) -> Picture:
    """Draw the rating and figure of each indicator in each shown quarter.

    Every quarter is rated by the rules from what was known then, so quarters before the first target are not rated.
    """
    cells = _cells(scorecard)
    columns = list(dict.fromkeys(cells["axis"]))
    x_axis = alt.Axis(
        title=None,
        orient="top",
        labelAngle=0,
        labelPadding=20,
        domain=False,
        ticks=False,
        labelExpr="split(datum.label, ' ')",
    )
    x = alt.X("axis:O", sort=columns, axis=x_axis)
    known = cells["symbol"] == ""
    rated = chart_of(cells[known])
    points = rated.mark_point(filled=True, opacity=1, size=95, xOffset=-21)
    gaps = chart_of(cells[~known]).mark_text(align="left", dx=-24, fontSize=11, color=GREY)
    chart = in_rows(
        list(cells["name"]),
        points.encode(x=x, **rag_look(), description=tip()),
        rated.mark_text(align="left", dx=-12).encode(x=x, text=alt.Text("text:N")),
        gaps.encode(x=x, text=alt.Text("text:N")),
        width=STEP * len(columns),
    )
    rows = [[part["short_name"].iloc[0], *part["said"]] for _, part in cells.groupby("id", sort=False)]
    counts = "; ".join(_count(scorecard, str(quarter), quarter.short_label) for quarter in scorecard.quarters)
    return figure(
        chart,
        title,
        f"Rated by this report's rules, from the figures known in each {scorecard.quarter.noun}: {RAG_KEY}.",
        f"A grid of ratings, one row for each indicator. {counts}.",
        data_table(title, ["Indicator", *(quarter.short_label for quarter in scorecard.quarters)], rows),
    )


def _cells(scorecard: Scorecard) -> pd.DataFrame:
    """Return one row per indicator and quarter, in the order of the report."""
    rows = []
    for name, row in scorecard.records.items():
        known = {found["quarter"]: found for found in scorecard.quarters_of(name)}
        for quarter, figure_said in zip(scorecard.quarters, scorecard.figure_cells(name), strict=True):
            judged = known.get(str(quarter))
            rated = rating_cell(judged) if judged else Cell(NOT_RATED)
            said = f"{figure_said.words}, {rated.words}"
            rows.append(
                {
                    "id": name,
                    "name": broken(row["short_name"]),
                    "short_name": row["short_name"],
                    "axis": axis_label(quarter),
                    "rag": rated.code,
                    "text": figure_said.words,
                    "symbol": figure_said.symbol,
                    "said": said,
                    "tip": f"{row['short_name']}, {quarter.short_label}: {said}",
                }
            )
    return pd.DataFrame(rows)


def _count(scorecard: Scorecard, quarter: str, label: str) -> str:
    of_quarter = scorecard.history[scorecard.history["quarter"] == quarter]
    return f"{label}: {rag_sentence(rag_counts(of_quarter)) if len(of_quarter) else 'no figures'}"
