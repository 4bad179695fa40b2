"""The council among its statistical neighbours, their mean, its region and the country, over eight years."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.dates import long_date
from quarterly.core.palette import BLUE, GREY, INK, LINE
from quarterly.core.terms import Unit
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.display import charts
from quarterly.display.charts import Picture
from quarterly.display.charts.style import specification, tip, values
from quarterly.display.charts.trend import filled
from quarterly.display.drawing import Specification
from quarterly.display.html import Html, data_table, folded, paragraph
from quarterly.measures.benchmark import YEARS, Among, Standing, among
from quarterly.measures.scorecard import Scorecard

WIDTH, HEIGHT, LABEL_ROOM = 300, 300, 190
_DASHES = [[1, 0], [6, 3], [2, 2]]
#: How the lines of each kind are drawn, and the names at their ends; the last are on top.
_STYLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "neighbour": ({"color": LINE, "strokeWidth": 1.2}, {"color": GREY}),
    "mean": ({"color": INK, "strokeWidth": 1.6}, {"color": INK}),
    "council": ({"color": BLUE, "strokeWidth": 3}, {"color": BLUE, "fontWeight": "bold"}),
}
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
        f"By a measure of whole years. Thick blue: {seen.council}. Grey: its statistical neighbours ({seen.group}). "
        "Black: means of many. The first quartile holds the best, or the highest where no way is better."
    )
    return paragraph(f"{lead} {_source(seen)}") + _chart(row, seen)


def _source(seen: Among) -> str:
    return f"Source: {seen.source}, extract of {long_date(date.fromisoformat(seen.extracted))}."


def _chart(row: pd.Series, seen: Among) -> Picture:
    long = _long(seen)
    long["tip"] = [f"{each.authority}, {each.year}: {_show(row, seen, each.value)}" for each in long.itertuples()]
    ends = long.dropna(subset=["value"]).drop_duplicates("authority", keep="last").copy()
    low, high = long["value"].min(), long["value"].max()
    pad = (high - low) * 0.06 or 1.0
    pixel = (high - low + 2 * pad) / HEIGHT
    ends["at"] = charts.spread(list(ends["value"]), 13 * pixel)
    ends["name"] = [
        f"{name} {_show(row, seen, value)}" for name, value in zip(ends["authority"], ends["value"], strict=True)
    ]
    drawing = filled(
        _shape(tuple(seen.figures.columns), percentage=row["unit"] == Unit.PERCENTAGE),
        {
            f"{kind}-{part}": rows[rows["kind"] == kind].to_dict("records")
            for kind in _STYLES
            for part, rows in (("lines", long.dropna(subset=["value"])), ("ends", ends))
        },
        low=low - pad,
        high=high + pad,
    )
    standing = _standing(row, seen)
    latest = seen.standings[-1].year
    stated = "; ".join(
        f"{name}: {_show(row, seen, seen.figures.loc[name, latest]) or 'no figure'}" for name in seen.figures.index
    )
    alternative = f"Line chart of {seen.measure}, {len(seen.figures.columns)} years. {standing} {latest}: {stated}."
    return charts.figure(drawing, row["short_name"], f"{seen.measure}. {standing}", alternative, _table(row, seen))


def _show(row: pd.Series, seen: Among, value: float) -> str:
    return "" if pd.isna(value) else format_value(value, row["unit"], seen.decimals)


def _long(seen: Among) -> pd.DataFrame:
    long = (
        seen.figures.rename_axis(index="authority", columns="year")
        .stack(future_stack=True)
        .rename("value")
        .reset_index()
    )
    kinds = {seen.council: "council", **dict.fromkeys(seen.means, "mean")}
    # Means are told apart by their strokes; every line has its name at its end.
    strokes = {name: place % len(_DASHES) for place, name in enumerate(seen.means)}
    named = long["authority"]
    return long.assign(kind=named.map(kinds).fillna("neighbour"), stroke=named.map(strokes).fillna(0).astype(int))


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
def _shape(years: tuple[str, ...], *, percentage: bool) -> Specification:
    """Describe the chart, with names for its data: Altair takes longer for it than the drawing does."""
    x_axis = alt.Axis(title=None, labelAngle=0, labelExpr="slice(datum.label, 2)", labelOverlap=False)
    x = alt.X("year:O", sort=list(years), axis=x_axis, scale=alt.Scale(padding=0.2, domain=list(years)))
    label = "datum.value + '%'" if percentage else "format(datum.value, ',')"
    y_axis = alt.Axis(title=None, tickCount=6, minExtent=38, labelExpr=label)
    domain = [alt.ExprRef("low"), alt.ExprRef("high")]
    y = alt.Y("value:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=y_axis)
    dash = alt.StrokeDash("stroke:N", scale=alt.Scale(domain=[*range(len(_DASHES))], range=_DASHES), legend=None)
    layers = []
    for kind, (line, text) in _STYLES.items():
        lines, ends = (alt.Chart(alt.NamedData(f"{kind}-{part}")) for part in ("lines", "ends"))
        layers += [
            lines.mark_line(**line).encode(x=x, y=y, detail="authority:N", strokeDash=dash),
            ends.mark_text(align="left", fontSize=11, **text).encode(
                x=alt.XValue(WIDTH + 20), y=alt.Y("at:Q"), text="name:N"
            ),
        ]
    points = alt.Chart(alt.NamedData("council-lines")).mark_point(color=BLUE, filled=True, opacity=1, size=35)
    layers.append(points.encode(x=x, y=y, description=tip()))
    room = alt.Chart(values([{"text": " "}])).mark_text()
    room = room.encode(x=alt.XValue(WIDTH + LABEL_ROOM), y=alt.YValue(0), text="text:N")
    return specification(alt.layer(*layers, room).properties(width=WIDTH, height=HEIGHT))
