"""Charts of tidy figures, as a starting point: each is an Altair chart that can be changed further.

They take the frame from `quarterly.display.report.Report.figures`, or part of it, as in
``figures.query("id == 'mash-enquiries'").pipe(trend)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from string import Formatter
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.errors import UnknownName
from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.palette import GREY, INK, LOOKS
from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.core.terms import NOT_RATED, Unit, capitalised, count_of, listing
from quarterly.core.written import MINUS, format_value
from quarterly.display.charts.style import RAG_KEY, rag_colour
from quarterly.display.spc import fine, reachable, say_limits
from quarterly.display.units import Units
from quarterly.measures.spc import variation_of

#: Up to this many indicators are named in the title of a chart.
_NAMED = 4


def trend(figures: pd.DataFrame) -> alt.Chart:
    """Draw figures over time, one line per indicator, on one scale that starts at 0.

    Raises
    ------
    FiguresDoNotFit
        There are no figures, or they have different units.
    """
    known = _of_one_unit(figures)
    if known.empty:
        return _nothing(figures)
    chart = alt.Chart(figures[figures["name"].isin(known["name"])]).mark_line(point=True)
    chart = chart.encode(x="period:O", y="value:Q").properties(title=_names(known))
    return chart.encode(color=alt.Color("name:N", sort=None)) if known["name"].nunique() > 1 else chart


def against_target(figures: pd.DataFrame) -> alt.Chart | alt.LayerChart | alt.FacetChart:
    """Draw the newest figure of each indicator that has a numeric target, with that target.

    Raises
    ------
    FiguresDoNotFit
        There are no figures, or they have different units.
    """
    known = _of_one_unit(figures[figures["period"] == figures["period"].max()], "target")
    if known.empty:
        return _nothing(figures)
    unit = str(known["unit"].iloc[0])
    known["rated"] = [
        f"{LOOKS[rag].mark} {format_value(value, unit)}"
        for rag, value in zip(known["rag"], known["value"], strict=True)
    ]
    base = alt.Chart(known).encode(y=alt.Y("name:N", sort=None))
    chart = alt.layer(
        base.mark_bar(size=14).encode(x=alt.X("value:Q"), color=rag_colour()),
        base.mark_tick(color=INK, thickness=3, size=26).encode(x="target:Q"),
        base.mark_text(align="left", dx=5).encode(x="value:Q", text="rated:N"),
    )
    told = [
        f"{row['name']}: {format_value(row['value'], unit)}, target {format_value(row['target'], unit)}, "
        f"{(row['rag'] or NOT_RATED).lower()}"
        for _, row in known.iterrows()
    ]
    title = alt.Title(
        f"Against target, {Quarter.parse(str(known['period'].iloc[0])).label}",
        subtitle=f"The upright line is the target. {RAG_KEY}",
    )
    return chart.properties(title=title, description=f"Bars with targets. {'; '.join(told)}.")


def small_multiples(figures: pd.DataFrame, columns: int = 2) -> alt.Chart | alt.FacetChart:
    """Draw figures over time, one small chart per indicator, each on its own scale that starts at 0.

    Raises
    ------
    FiguresDoNotFit
        There are no figures.
    """
    known = _known(figures)
    if known.empty:
        return _nothing(figures)
    since, until = (Quarter.labelled(str(edge)) for edge in (known["period"].min(), known["period"].max()))
    return (
        alt.Chart(figures[figures["name"].isin(known["name"])])
        .mark_line(point=True)
        .encode(x="period:O", y=alt.Y("value:Q", title=None))
        .properties(width=150, height=80)
        .facet(facet=alt.Facet("name:N", sort=None), columns=columns)
        .resolve_scale(y="independent")
        .properties(title=alt.Title(_names(known), subtitle=f"{since} to {until}. Each has its own scale."))
    )


def spc(figures: pd.DataFrame) -> alt.Chart | alt.LayerChart | alt.FacetChart:
    """Draw one indicator over time, with its mean and natural process limits if there are enough figures.

    Limits follow the rules of `quarterly.measures.spc`: they begin anew after a known change, and figures that overlap,
    such as those of 12 months, have none. A frame without the columns ``basis``, ``beyond``, ``decimals`` and
    ``known_change`` is taken to be one series of whole numbers.

    Raises
    ------
    FiguresDoNotFit
        There are no figures, or they belong to several indicators.
    """
    known = _of_one_unit(figures)
    if known.empty:
        return _nothing(figures)
    if known["name"].nunique() > 1:
        raise FiguresDoNotFit("A process control chart shows one indicator", "figures.query(\"id == '…'\").pipe(spc)")
    x, y = alt.X("period:O"), alt.Y("value:Q", scale=alt.Scale(zero=False))
    line = alt.Chart(known).mark_line(point=True, color=GREY).encode(x=x, y=y)
    name = str(known["name"].iloc[0])
    told = "; ".join(
        f"{Quarter.labelled(row.period)}: {format_value(row.value, row.unit)}" for row in known.itertuples(index=False)
    )
    row = _as_row(known)
    variation = variation_of(row, known.rename(columns={"period": "quarter"}), _changes(figures))
    stretch, limits = variation.stretches[-1], variation.limits
    latest = known.iloc[stretch.start :]
    if limits is None:
        said = f"No limits: {variation.reason.partition(': ')[2]}."
        title = alt.Title(name, subtitle=said)
        return alt.layer(line).properties(title=title, description=f"Line chart of {name}. {said} {told}.")
    lower, upper = reachable(row, limits)
    edges = [("Mean", limits.mean), ("Lower limit", lower), ("Upper limit", upper)]
    span = {"x": alt.datum(latest["period"].iloc[0]), "x2": alt.datum(latest["period"].iloc[-1])}
    rules = [
        alt.Chart(known.head(1))
        .mark_rule(color=GREY, strokeDash=[1, 0] if edge == "Mean" else [4, 3])
        .encode(y=alt.datum(value), **span)
        for edge, value in edges
        if value is not None
    ]
    said = f"mean {fine(row, limits.mean)}, normal range {say_limits(row, limits)}"
    title = alt.Title(name, subtitle=capitalised(said))
    return alt.layer(line, *rules).properties(title=title, description=f"Control chart of {name}: {said}. {told}.")


def _as_row(known: pd.DataFrame) -> dict[str, Any]:
    """Return what an analysis of variation reads of an indicator; a chart of figures alone has no target."""
    first = known.iloc[0]
    known_of = {"unit": first["unit"], "decimals": first.get("decimals", 0), "period_basis": first.get("basis", "")}
    return {**known_of, "beyond": first.get("beyond", ""), "target": float("nan"), "polarity": ""}


def _changes(figures: pd.DataFrame) -> pd.DataFrame:
    """Return the known changes in a frame of figures, also those of quarters without a figure."""
    columns = {"period": "quarter", "known_change": "treatment"}
    if "known_change" not in figures:
        return pd.DataFrame(columns=list(columns.values()))
    return figures.loc[figures["known_change"] != "", list(columns)].rename(columns=columns)


def stated(words: str, row: Mapping[Any, Any] | pd.Series) -> str:
    """Replace the column names in a sentence with the figures of a row, formatted for readers.

    Examples
    --------
    >>> stated("{n} of {all} ({share}%), {share:+.0f}", {"n": 3.0, "all": 1720, "share": 17.24})
    '3 of 1,720 (17.2%), +17'
    >>> stated("Up {n}% on {day}, {yes}", {"n": 1.25, "day": pd.Timestamp("2024-07-01"), "yes": True})
    'Up 1.3% on 1 July 2024, Yes'
    >>> stated("{n} went on.", {"n": float("inf")})
    'The figures for this finding are not available.'
    """
    names = [name for _, name, _, _ in Formatter().parse(words) if name]
    for name in names:
        if name not in row:
            raise UnknownName(name, list(map(str, row.keys())))
    if any(pd.isna(row[name]) or row[name] in (inf, -inf) for name in names):
        return "The figures for this finding are not available."
    return _FigureFormatter().vformat(words, (), row)


class _FigureFormatter(Formatter):
    """Writes a number with one decimal unless it is whole, and anything else as in a table."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if not pd.api.types.is_number(value) or pd.api.types.is_bool(value):
            return Units().column(pd.DataFrame({"": [value]}), 0)[0]
        if format_spec:
            return format(value, format_spec).replace("-", MINUS)
        return format_value(float(published(float(value), 1)), Unit.NUMBER)


def _known(figures: pd.DataFrame, *also: str) -> pd.DataFrame:
    """Select the known figures; old quarters may have none for indicators that were added later."""
    if not isinstance(figures, pd.DataFrame) or not {"name", "period", "unit", "value", *also} <= {*figures}:
        reason = f"A chart needs a frame with the columns {listing(['name', 'period', 'unit', 'value', *also])}"
        raise FiguresDoNotFit(reason, "report.figures(…), or some of its rows")
    if figures.empty:
        raise FiguresDoNotFit("There are no figures to draw", "a selection from report.figures() with rows")
    return figures.dropna(subset=["value", *also]).copy()


def _nothing(figures: pd.DataFrame) -> alt.Chart:
    """Return a chart without data; a page shows a sentence instead."""
    return alt.Chart(figures.head(0)).mark_point().properties(title=_names(figures))


def _of_one_unit(figures: pd.DataFrame, *also: str) -> pd.DataFrame:
    known = _known(figures, *also)
    units = list(known["unit"].unique())
    if len(units) > 1:
        reason = f"Figures on one scale need one unit, and these have {len(units)}: {listing(units)}"
        raise FiguresDoNotFit(reason, f"figures.query(\"unit == '{units[0]}'\"), or small_multiples")
    return known


def _names(known: pd.DataFrame) -> str:
    names = [str(name) for name in known["name"].unique()]
    return listing(names) if len(names) <= _NAMED else count_of(len(names), "indicator")
