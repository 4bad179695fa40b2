"""The council among its statistical neighbours, their mean, its region and the country, over eight years."""

from __future__ import annotations

from datetime import date
from functools import cache
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.dates import long_date
from quarterly.core.palette import BLUE, INK
from quarterly.core.terms import Unit
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.display import charts
from quarterly.display.charts import Picture
from quarterly.display.charts.style import specification, tip
from quarterly.display.charts.trend import filled
from quarterly.display.drawing import Specification
from quarterly.display.html import Html, data_table, folded, paragraph
from quarterly.measures.benchmark import MEAN, YEARS, Among, Standing, among
from quarterly.measures.scorecard import Scorecard

#: Of each small chart, in pixels, and how many stand side by side: so wide they can be read on paper, on one sheet.
WIDTH, HEIGHT, COLUMNS = 82, 56, 5
_LETTERS = 15
_QUARTILES = {1: "first", 2: "second", 3: "third", 4: "fourth"}


def among_others(scorecard: Scorecard, basket: Basket) -> Html | None:
    """Say where the council is among others, for each indicator that has a measure; None where there is none."""
    found = {str(name): among(basket, str(name)) for name in scorecard.rows.index}
    seen = {name: each for name, each in found.items() if each}
    if not seen:
        return None
    first, wide = next(iter(seen.values())), any(each.all_standings for each in seen.values())
    head = ["Indicator", "Year", first.council, *first.means, "Among neighbours", *["Among all"] * wide]
    rows = []
    for name, each in seen.items():
        row, last = scorecard.rows.loc[name], each.standings[-1]
        figures = [_show(row, each, each.figures.loc[who, last.year]) or "x" for who in (each.council, *each.means)]
        places = [_place(last, row), *([_place(each.all_standings[-1], row)] if each.all_standings else ["x"] * wide)]
        rows.append([row["short_name"], last.year, *figures, *places])
    lead = f"By measures of whole years. The pages of the indicators have {YEARS} years. {_source(first)}"
    return folded("Among other authorities", paragraph(lead) + data_table("Among other authorities", head, rows))


def among_chart(row: pd.Series, basket: Basket) -> Html | None:
    """Draw an indicator among those of other authorities, over the years; None where there is nothing to draw.

    Parameters
    ----------
    row : Series
        The indicator's row of the scorecard.
    basket : Basket
        What is known at the quarter.
    """
    seen = among(basket, str(row.name))
    if seen is None:
        return None
    lead = (
        f"By whole years. Blue: {seen.council}. Black: each of its statistical neighbours ({seen.group}), the highest "
        f"of {seen.standings[-1].year} first, then means. The first quartile holds the "
        f"{'best' if row['polarity'] else 'highest'}."
    )
    return paragraph(f"{lead} {_source(seen)}") + _chart(row, seen)


def _source(seen: Among) -> str:
    return f"Source: {seen.source}, extract of {long_date(date.fromisoformat(seen.extracted))}."


def _chart(row: pd.Series, seen: Among) -> Picture:
    latest, standing = seen.standings[-1].year, _standing(row, seen)
    stated = "; ".join(
        f"{name}: {_show(row, seen, seen.figures.loc[name, latest]) or 'no figure'}" for name in seen.figures.index
    )
    years = f"{seen.figures.columns[0]} to {seen.figures.columns[-1]}"
    alternative = f"Small line charts of {seen.measure}, {years}. {standing} {latest}: {stated}."
    shape = _shape(seen.figures.columns[0], seen.figures.columns[-1], percentage=row["unit"] == Unit.PERCENTAGE)
    drawing = filled(shape, {"lines": _lines(row, seen, latest)})
    return charts.figure(drawing, row["short_name"], f"{seen.measure}. {standing}", alternative, _table(row, seen))


def _show(row: pd.Series, seen: Among, value: float) -> str:
    return "" if pd.isna(value) else format_value(value, row["unit"], seen.decimals)


def _lines(row: pd.Series, seen: Among, latest: str) -> list[dict[str, Any]]:
    """Return the lines of every small chart: another's and the council's; the highest neighbour first, means last."""
    single = seen.figures.loc[seen.neighbours].sort_values(latest, ascending=False, kind="stable")
    lines = {
        str(name): _known(figures) for name, figures in [*single.iterrows(), *seen.figures.loc[seen.means].iterrows()]
    }
    council = _known(seen.figures.loc[seen.council])
    points = []
    for place, (name, other) in enumerate(lines.items()):
        value = _show(row, seen, seen.figures.loc[name, latest]) or "no figure"
        chart = "|".join([*wrap("Their mean" if name == MEAN else name, _LETTERS), value])
        for who, line in (("other", other), ("council", council)):
            for year, figure in line.items():
                told = f"{name}, {latest}: {value}" if who == "other" and year == latest else None
                points.append({"year": year, "value": figure, "who": who, "chart": chart, "tip": told, "place": place})
    return points


def _known(figures: pd.Series) -> dict[str, float | None]:
    return {str(year): None if pd.isna(figure) else float(figure) for year, figure in figures.items()}


def _place(standing: Standing, row: pd.Series) -> str:
    from_top = "" if row["polarity"] else "from the highest, "
    return f"{standing.rank} of {standing.of}, {from_top}{_QUARTILES[standing.quartile]} quartile"


def _standing(row: pd.Series, seen: Among) -> str:
    """State the council's latest place, and the one of its first year."""
    first, last = seen.standings[0], seen.standings[-1]
    text = f"{seen.council} was {_place(last, row)}, in {last.year} among its neighbours"
    if first.year != last.year:
        text += f" ({first.rank} of {first.of} in {first.year})"
    if seen.all_standings:
        text += f"; among all authorities in the extract {_place(seen.all_standings[-1], row)}"
    return f"{text}."


def _table(row: pd.Series, seen: Among) -> Html:
    years = list(seen.figures.columns)
    rows = [
        [name, *(_show(row, seen, value) or "x" for value in line)]
        for name, line in zip(seen.figures.index, seen.figures.to_numpy(), strict=True)
    ]
    places = [("Rank among neighbours", seen.standings), ("Rank among all in the extract", seen.all_standings)]
    for name, standings in places:
        by_year = {standing.year: standing for standing in standings}
        if by_year:
            cells = [by_year.get(year) for year in years]
            rows.append([name, *(f"{cell.rank} of {cell.of}" if cell else "x" for cell in cells)])
            rows.append([name.replace("Rank", "Quartile"), *(str(cell.quartile) if cell else "x" for cell in cells)])
    return data_table(f"{seen.measure}, by year", ["Authority", *years], rows)


@cache
def _shape(first: str, last: str, *, percentage: bool) -> Specification:
    """Describe small charts on one scale, with a name for their data: Altair takes longer for it than the drawing."""
    ends = f"indexof({[first, last]}, datum.label) < 0 ? '' : slice(datum.label, 2)"
    label = "datum.value + '%'" if percentage else "format(datum.value, ',')"
    x_axis = alt.Axis(title=None, labelAngle=0, labelFontSize=10, labelExpr=ends, labelOverlap=False, ticks=False)
    inwards = {"test": f"datum.label == '{first}'", "value": "left"}
    x_axis["labelAlign"] = {"condition": inwards, "value": "right"}
    y_axis = alt.Axis(title=None, tickCount=2, labelFontSize=10, labelExpr=label, domain=False, ticks=False)
    who = ["other", "council"]
    base = alt.Chart().encode(
        x=alt.X("year:O", axis=x_axis),
        y=alt.Y("value:Q", axis=y_axis, scale=alt.Scale(zero=False)),
    )
    lines = base.mark_line().encode(
        color=alt.Color("who:N", scale=alt.Scale(domain=who, range=[INK, BLUE]), legend=None),
        strokeWidth=alt.StrokeWidth("who:N", scale=alt.Scale(domain=who, range=[1.2, 2.4]), legend=None),
    )
    newest = base.transform_filter("isValid(datum.tip)").mark_point(color=INK, filled=True, opacity=1, size=20)
    header = alt.Header(
        title=None, labelExpr="split(datum.label, '|')", labelFontSize=10.5, labelLimit=0, labelPadding=4
    )
    drawing = alt.layer(lines, newest.encode(description=tip()), data=alt.NamedData("lines"))
    return specification(
        drawing.properties(width=WIDTH, height=HEIGHT).facet(
            facet=alt.Facet("chart:N", sort=alt.EncodingSortField("place"), header=header),
            columns=COLUMNS,
            spacing={"row": 12, "column": 14},
        )
    )
