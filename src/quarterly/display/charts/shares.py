"""The parts of a whole, as one bar per quarter."""

from __future__ import annotations

import altair as alt
import pandas as pd

from quarterly.core.terms import Unit
from quarterly.core.written import format_value
from quarterly.display.charts.style import STEPS, WIDTH, Picture, chart_of, figure, figure_axis, in_rows, tip, unchecked
from quarterly.display.html import data_table


@unchecked
def stacked_shares(table: pd.DataFrame, title: str, subtitle: str, caption: str) -> Picture:
    """Draw the parts of a whole as one bar per quarter.

    The table has a row for each quarter, indexed by its label, and a column for each part, in per cent; there are at
    most three parts. The title and subtitle go above the chart, and the caption above the table of its data.
    """
    parts = list(table.columns)
    long = table.rename_axis("name").reset_index().melt("name", var_name="part", value_name="value")
    long["end"] = long.groupby("name", sort=False)["value"].cumsum()
    long["start"], long["middle"] = long["end"] - long["value"], long["end"] - long["value"] / 2
    long["text"] = long["value"].map(lambda value: format_value(value, Unit.PERCENTAGE) if value >= 3 else "")
    long["tip"] = [
        f"{row.name}, {row.part}: {format_value(row.value, Unit.PERCENTAGE)}" for row in long.itertuples(index=False)
    ]
    scale, axis = alt.Scale(domain=[0, 100]), figure_axis(percentage=True)
    columns = 1 if sum(map(len, parts)) > 36 else 0
    legend = alt.Legend(title=None, orient="top", columns=columns, labelLimit=WIDTH, labelFontSize=12)
    colour = alt.Color("part:N", sort=parts, scale=alt.Scale(domain=parts, range=STEPS[: len(parts)]), legend=legend)
    middle = alt.X("middle:Q", scale=scale, axis=axis)
    dark = long["part"] == parts[0]
    start = alt.X("start:Q", scale=scale, axis=axis)
    bars = chart_of(long).mark_bar(stroke="white", strokeWidth=1.5, height=18)
    chart = in_rows(
        list(table.index),
        bars.encode(x=start, x2=alt.X2("end:Q"), color=colour, description=tip()),
        chart_of(long[dark]).mark_text(fontWeight="bold", color="white").encode(x=middle, text=alt.Text("text:N")),
        chart_of(long[~dark]).mark_text(fontWeight="bold").encode(x=middle, text=alt.Text("text:N")),
    )
    rows = [
        [str(index), *(format_value(value, Unit.PERCENTAGE) or "not available" for value in row)]
        for index, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    stated = ". ".join(
        f"{row[0]}: {', '.join(f'{part} {value}' for part, value in zip(parts, row[1:], strict=True))}" for row in rows
    )
    return figure(chart, title, subtitle, f"Stacked bars. {stated}.", data_table(caption, ["Quarter", *parts], rows))
