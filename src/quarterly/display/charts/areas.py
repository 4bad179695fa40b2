"""All service areas at a glance."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.palette import LOOKS
from quarterly.core.terms import NOT_RATED, Rag, listing
from quarterly.display.charts.style import Picture, broken, chart_of, figure, in_rows, rag_colour, tip, unchecked
from quarterly.display.html import data_table
from quarterly.measures.rag import rag_counts
from quarterly.measures.scorecard import Scorecard


@unchecked
def at_a_glance(scorecard: Scorecard, areas: pd.DataFrame, title: str) -> Picture:
    """Draw the ratings of each service area as one bar, with red at the left, where readers look first.

    The scorecard is of all areas; ``areas`` has a row for each, with ``area_id`` and ``short_name``.
    """
    order = [str(Rag.RED), str(Rag.AMBER), str(Rag.GREEN), ""]
    parts: list[dict[str, Any]] = []
    table = []
    for area in areas.itertuples(index=False):
        counts = dict(zip([*map(str, Rag), ""], rag_counts(scorecard.area(area.area_id).rows).values(), strict=True))
        table.append([area.short_name, *(str(counts[rag]) for rag in order)])
        start = 0
        for rag in order:
            number = counts[rag]
            if number:
                parts.append(
                    {
                        "name": broken(area.short_name),
                        "rag": rag,
                        "start": start,
                        "end": start + number,
                        "middle": start + number / 2,
                        "text": f"{LOOKS[rag].mark} {number}" if number > 1 else LOOKS[rag].mark,
                        "tip": f"{area.short_name}: {number} {(rag or NOT_RATED).lower()}",
                    }
                )
            start += number
    x_axis = alt.Axis(title="Number of indicators", tickCount=5, format="d")
    x = alt.X("start:Q", axis=x_axis, scale=alt.Scale(nice=False))
    bars, numbers = chart_of(parts).mark_bar(stroke="white", strokeWidth=2, height=18), chart_of(parts)
    chart = in_rows(
        [part["name"] for part in parts],
        bars.encode(x=x, x2=alt.X2("end:Q"), color=rag_colour(), description=tip()),
        numbers.mark_text(color="white", fontWeight="bold").encode(x=alt.X("middle:Q"), text=alt.Text("text:N")),
    )
    head = ["Service area", *((rag or NOT_RATED).capitalize() for rag in order)]
    stated = "; ".join(
        f"{row[0]}: {', '.join(f'{n} {name.lower()}' for n, name in zip(row[1:], head[1:], strict=True))}"
        for row in table
    )
    return figure(
        chart,
        title,
        f"Number of indicators rated {listing([f'{LOOKS[rag].mark} {(rag or NOT_RATED).lower()}' for rag in order])}.",
        f"Stacked bars. {stated}.",
        data_table(f"{title}: counts", head, table),
    )
