"""The number of cases behind each figure, as far as the figures and ``data/relations.csv`` show it.

Published percentages are rounded, so counts behind them are ranges. None of them is a published figure. The number of
cases of a percentage (the whole) is known where ``data/observations.csv`` has a denominator, or where
``data/relations.csv`` says that the percentage is a share of another indicator's count. It is never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import half_unit, tidied, within
from quarterly.core.terms import Basis, Unit
from quarterly.data.evidence import COUNTS_CASES, Relation
from quarterly.data.load import Basket

ATTAINABLE = "attainable"
UNATTAINABLE = "not attainable"
NOTHING = "a percentage of nothing"
NOT_KNOWN = "not known"

#: How many levels of shares of shares to follow.
_MAX_DEPTH = 5


@dataclass(frozen=True)
class Figure:
    """One figure as it was known at some time."""

    indicator: str  # the indicator's id
    quarter: str  # as ``2023-24-Q3``
    unit: str  # a `Unit`
    decimals: int  # the decimals that the indicator is published with
    #: As in ``data/observations.csv``.
    value: float | None
    numerator: float | None
    denominator: float | None


Figures = dict[tuple[str, str], Figure]


def figures_of(basket: Basket) -> Figures:
    """Return every figure of a basket, by indicator and quarter, in report order."""
    columns = ["indicator_id", "quarter", "unit", "decimals", "value", "numerator", "denominator"]
    joined = basket.indicators[["indicator_id", "unit", "decimals"]].merge(basket.observations, on="indicator_id")
    return {
        (indicator, quarter): Figure(indicator, quarter, unit, int(decimals), *map(_number, numbers))
        for indicator, quarter, unit, decimals, *numbers in joined[columns].itertuples(index=False, name=None)
    }


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


#: By indicator: the indicator that counts its cases, how that is known, and the period basis of every indicator.
CountedBy = dict[str, tuple[str, str, dict[str, str]]]


def counted_by(basket: Basket, relations: Iterable[Relation]) -> CountedBy:
    """Return the indicators that count the cases of percentages, rates and means, by the given relations."""
    rows = basket.relations[basket.relations["relation"].isin([*relations])]
    periods = dict(zip(basket.indicators["indicator_id"], basket.indicators["period_basis"], strict=True))
    return {row.indicator_id: (row.of, row.known, periods) for row in rows.itertuples(index=False)}


def shares_of(basket: Basket) -> CountedBy:
    """Return the indicators that count the denominators of percentages and means."""
    return counted_by(basket, COUNTS_CASES)


def numerators_of(basket: Basket) -> CountedBy:
    """Return the indicators that count the numerators of percentages, rates and means."""
    return counted_by(basket, [Relation.NUMERATOR])


def covered(relation: str, indicator: str, of: str, quarter: str, periods: Mapping[str, str]) -> list[str]:
    """List the quarters of the other indicator that a figure covers.

    ``periods`` has the period basis of each indicator: a 12-month percentage covers the cases of four quarters.
    """
    period = {Relation.YEAR_TO_DATE: Basis.YEAR_TO_DATE, Relation.ROLLING: Basis.ROLLING}.get(Relation(relation), "")
    same_cases = (*COUNTS_CASES, Relation.NUMERATOR, Relation.REMAINDER)
    if relation in same_cases and periods.get(of) == Basis.IN_QUARTER:
        period = periods.get(indicator, "")
    end = Quarter.parse(quarter)
    covers = {Basis.YEAR_TO_DATE.value: end.year_so_far(), Basis.ROLLING.value: end.twelve_months()}.get(period, [end])
    return [str(each) for each in covers]


def numerator_of(figure: Figure, figures: Figures, numerators: CountedBy) -> float | None:
    """Find the numerator of a percentage, rate or mean: stored with it, or counted by another indicator."""
    if figure.numerator is not None or figure.indicator not in numerators:
        return figure.numerator
    of, _, periods = numerators[figure.indicator]
    return counted_in(figures, of, covered(Relation.NUMERATOR, figure.indicator, of, figure.quarter, periods))


def counted_in(figures: Figures, of: str, quarters: Iterable[str]) -> float | None:
    """Add up an indicator's counts over some quarters; None if any of them has no figure."""
    values = [figures[of, quarter].value if (of, quarter) in figures else None for quarter in quarters]
    return None if None in values else sum(value for value in values if value is not None)


def whole_of(figure: Figure, figures: Figures, shares: CountedBy, depth: int = 0) -> tuple[float | None, str, str]:
    """Find the denominator of a percentage or mean: stored with it, or counted by another indicator.

    Returns the number of cases (None if not known), how it is known (``stated``, ``inferred`` or blank), and the
    indicator that counts them, or blank. ``depth`` is how many levels of shares have been followed.
    """
    if figure.denominator is not None:
        return figure.denominator, "stated", ""
    of, known, periods = shares.get(figure.indicator, ("", "", {}))
    quarters = covered(Relation.SHARE, figure.indicator, of, figure.quarter, periods)
    if len(quarters) > 1:
        total = counted_in(figures, of, quarters)
        return (None, "", "") if total is None else (total, known, of)
    counted = figures.get((of, figure.quarter))
    if counted is None or counted.value is None or depth > _MAX_DEPTH:
        return None, "", ""
    if counted.unit == Unit.NUMBER:
        return counted.value, known, of
    # If rounding leaves several counts possible, the number is not known.
    possible = possible_counts(counted, whole_of(counted, figures, shares, depth + 1)[0])
    return (float(possible[0]), "inferred", of) if possible and possible[0] == possible[1] else (None, "", "")


def possible_counts(percentage: Figure, whole: float | None) -> tuple[float, float] | None:
    """Find the counts that a percentage of a number of cases can represent.

    Returns the lowest and the highest, both of them the numerator if it is known; None if the whole is not known, or no
    count gives the percentage.
    """
    if percentage.value is None or whole is None:
        return None
    numerator = percentage.numerator
    if numerator is None:
        return count_behind(percentage.value, whole, percentage.decimals)
    # A numerator need not be an integer: posts are counted in halves.
    ends = (bound * whole / 100 for bound in bounds(percentage.value, percentage.decimals))
    return (numerator, numerator) if whole > 0 and within(numerator, *ends) else None


def bounds(value: float, decimals: int = 0) -> tuple[float, float]:
    """Return the lowest and highest value that rounds to a published percentage, within 0 and 100 if it is."""
    low, high = value - half_unit(decimals), value + half_unit(decimals)
    return low if value < 0 else max(low, 0.0), high if value > 100 else min(high, 100.0)


def count_behind(percentage: float, whole: float, decimals: int = 0) -> tuple[int, int] | None:
    """Find the counts, out of a total number of cases, that a published percentage can represent.

    Returns the lowest and highest count; None if an argument is missing or no count gives that percentage.

    Examples
    --------
    >>> count_behind(69, 32)
    (22, 22)
    >>> count_behind(67, 10) is None, count_behind(105, 43)
    (True, (45, 45))
    """
    if pd.isna(percentage) or pd.isna(whole) or whole <= 0:
        return None
    low, high = (tidied(bound * whole / 100) for bound in bounds(percentage, decimals))
    lowest, highest = math.ceil(low), math.floor(high)
    return (lowest, highest) if lowest <= highest else None


def chained(first: float, second: float, decimals: int = 0) -> tuple[float, float, float] | None:
    """Work out the percentage of all cases that passes two steps, each published as a percentage of the step before.

    Returns
    -------
    tuple of float, or None
        The percentage from the published figures, and the lowest and highest that their rounding allows; None
        if either is missing.

    Examples
    --------
    >>> [round(part, 1) for part in chained(81, 16)]
    [13.0, 12.5, 13.4]
    """
    if pd.isna(first) or pd.isna(second):
        return None
    (low_1, high_1), (low_2, high_2) = bounds(first, decimals), bounds(second, decimals)
    return first * second / 100, low_1 * low_2 / 100, high_1 * high_2 / 100


def wholes(basket: Basket) -> pd.DataFrame:
    """Find the number of cases behind every published percentage.

    Returns
    -------
    DataFrame
        One row for each percentage and quarter with a figure, in report order: ``indicator_id``, ``name``,
        ``short_name``, ``quarter``, ``value``, ``decimals``, ``whole`` (float: the number of cases; missing if not
        known), ``lowest`` and ``highest`` (float: the counts that the published percentage can represent; missing if
        the whole is, or if no count fits), ``known`` (how the whole is known: stated, inferred or blank),
        ``of`` (the indicator that counts the cases, or blank) and ``outcome`` (`ATTAINABLE`, `UNATTAINABLE`,
        `NOTHING` or `NOT_KNOWN`).

    Notes
    -----
    A percentage is attainable if some whole number of cases rounds to it at its published decimals, with halves
    rounded either way: 67% of 10 is not. If the numerator is known as well, it must be one of those numbers.
    """
    figures, shares, numerators = figures_of(basket), shares_of(basket), numerators_of(basket)
    found = []
    for figure in figures.values():
        if figure.unit != Unit.PERCENTAGE or figure.value is None:
            continue
        whole, known, of = whole_of(figure, figures, shares)
        counts = possible_counts(replace(figure, numerator=numerator_of(figure, figures, numerators)), whole)
        lowest, highest = counts or (None, None)
        outcome = _outcome(whole, possible=counts is not None)
        found.append((figure.indicator, figure.quarter, figure.value, whole, lowest, highest, known, of, outcome))
    columns = ["indicator_id", "quarter", "value", "whole", "lowest", "highest", "known", "of", "outcome"]
    table = pd.DataFrame(found, columns=columns).astype(dict.fromkeys(["whole", "lowest", "highest"], float))
    shown = table.merge(basket.indicators[["indicator_id", "name", "short_name", "decimals"]], on="indicator_id")
    return shown[["indicator_id", "name", "short_name", "quarter", "value", "decimals", *columns[3:]]]


def _outcome(whole: float | None, *, possible: bool) -> str:
    if whole is None:
        return NOT_KNOWN
    if whole == 0:
        return NOTHING
    return ATTAINABLE if possible else UNATTAINABLE
