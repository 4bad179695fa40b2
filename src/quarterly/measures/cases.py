"""The number of cases behind each figure, as far as the figures and ``data/relations.csv`` show it.

Published percentages are rounded, so counts behind them are ranges. None of them is a published figure. The number of
cases of a percentage (the whole) is known where ``data/observations.csv`` has a denominator, or where
``data/relations.csv`` says that the percentage is a share of another indicator's count. It is never guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import half_unit, tidied, within
from quarterly.core.terms import Basis, Unit, multiplier
from quarterly.data.evidence import COUNTS_CASES, Relation
from quarterly.data.load import Basket

ATTAINABLE = "attainable"
UNATTAINABLE = "not attainable"
NOTHING = "a percentage of nothing"
NOT_KNOWN = "cannot be checked"

#: How many levels of shares of shares to follow.
_MAX_DEPTH = 5
#: The periods that are longer than a quarter.
_LONGER = (Basis.YEAR_TO_DATE, Basis.ROLLING, Basis.IN_YEAR)


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


@dataclass(frozen=True)
class Known:
    """What is known at one edition, used to find the cases behind its figures."""

    figures: Figures  # by indicator and quarter
    #: The indicator that counts the denominator of each percentage, rate or mean, and how that is known.
    shares: dict[str, tuple[str, str]]
    numerators: dict[str, str]  # the indicator that counts the numerator of each
    multipliers: dict[str, int]  # of each indicator: 100 for a percentage, and the base of a rate, such as 10,000
    populations: dict[str, float]  # the population that rates are based on, by quarter
    periods: dict[str, str]  # the period basis of each indicator

    @classmethod
    def of(cls, basket: Basket) -> Known:
        """Return everything that is known from a basket."""
        indicators = basket.indicators.set_index("indicator_id")
        shares = basket.relations[basket.relations["relation"].isin(COUNTS_CASES)]
        numerators = basket.relations[basket.relations["relation"] == Relation.NUMERATOR]
        populations = basket.populations.dropna(subset=["population"])
        return cls(
            figures_of(basket),
            {row.indicator_id: (row.of, row.known) for row in shares.itertuples(index=False)},
            dict(zip(numerators["indicator_id"], numerators["of"], strict=True)),
            {str(row.Index): multiplier(row.unit, row.per) for row in indicators.itertuples()},
            dict(zip(populations["quarter"], populations["population"].astype(float), strict=True)),
            indicators["period_basis"].to_dict(),
        )

    def until(self, quarter: Quarter) -> Known:
        """Return what is known up to a quarter."""
        end = str(quarter)
        return replace(
            self,
            figures={place: figure for place, figure in self.figures.items() if figure.quarter <= end},
            populations={when: people for when, people in self.populations.items() if when <= end},
        )

    def covered(self, relation: str, indicator: str, of: str, quarter: str) -> list[str]:
        """List the quarters of a related indicator that a figure covers: four for a 12-month percentage of a count.

        If the two are of different periods, such as a quarter's percentage of a 12-month count, there are none.
        """
        period = {Relation.YEAR_TO_DATE: Basis.YEAR_TO_DATE, Relation.ROLLING: Basis.ROLLING}.get(
            Relation(relation), ""
        )
        same_cases = (*COUNTS_CASES, Relation.NUMERATOR, Relation.REMAINDER)
        if relation in same_cases:
            own, others = self.periods.get(indicator, ""), self.periods.get(of, "")
            if others == Basis.IN_QUARTER:
                period = own
            elif own != others and {own, others} & {*_LONGER}:
                return []
        end = Quarter.parse(quarter)
        covers = {Basis.YEAR_TO_DATE.value: end.year_so_far(), Basis.ROLLING.value: end.twelve_months()}
        return [str(each) for each in covers.get(period, [end])]

    def counted(self, figure: Figure, of: str) -> float | None:
        """Add up an indicator's counts over the period of a figure; None if it has another or lacks a quarter of it."""
        quarters = self.covered(Relation.NUMERATOR, figure.indicator, of, figure.quarter)
        found = [self.figures.get((of, each)) for each in quarters]
        values = [each.value for each in found if each and each.value is not None and each.unit == Unit.NUMBER]
        return sum(values) if values and len(values) == len(quarters) else None

    def numerator(self, figure: Figure) -> float | None:
        """Find the numerator of a percentage, rate or mean: stored with it, or counted by another indicator."""
        if figure.numerator is not None or figure.indicator not in self.numerators:
            return figure.numerator
        return self.counted(figure, self.numerators[figure.indicator])

    def denominator(self, figure: Figure, depth: int = 0) -> tuple[float | None, str, str]:
        """Find the denominator of a percentage or mean: stored with it, or counted by another indicator.

        Returns the number of cases (None if not known), how it is known (``stated``, ``inferred`` or blank), and the
        indicator that counts them, or blank. ``depth`` is how many levels of shares have been followed.
        """
        if figure.denominator is not None:
            return figure.denominator, "stated", ""
        of, known = self.shares.get(figure.indicator, ("", ""))
        if len(self.covered(Relation.SHARE, figure.indicator, of, figure.quarter)) != 1:
            total = self.counted(figure, of)
            return (None, "", "") if total is None else (total, known, of)
        counted = self.figures.get((of, figure.quarter))
        if counted is None or counted.value is None or depth > _MAX_DEPTH:
            return None, "", ""
        if counted.unit == Unit.NUMBER:
            return counted.value, known, of
        # If rounding leaves several counts possible, the number is not known.
        possible = possible_counts(counted, self.denominator(counted, depth + 1)[0])
        return (float(possible[0]), "inferred", of) if possible and possible[0] == possible[1] else (None, "", "")

    def is_of_population(self, figure: Figure) -> bool:
        """Return whether a figure is a rate of the population, and not of a denominator stored or counted elsewhere."""
        based = figure.unit == Unit.RATE and figure.denominator in (None, self.populations.get(figure.quarter))
        return based and figure.indicator not in self.shares

    def population(self, figure: Figure) -> float | None:
        """Return the population that a rate is based on; None for other figures, or if it is out of something else."""
        return self.populations.get(figure.quarter) if self.is_of_population(figure) else None

    def whole(self, figure: Figure) -> float | None:
        """Return the total that a figure is out of, if known."""
        return self.population(figure) or self.denominator(figure)[0]

    def scale(self, figure: Figure) -> int:
        """Return the factor that turns a proportion into its figure: 100 for a percentage."""
        return self.multipliers[figure.indicator]


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


def count_behind(percentage: float, whole: float | None, decimals: int = 0) -> tuple[int, int] | None:
    """Find the counts, out of a total number of cases, that a published percentage can represent.

    Returns the lowest and highest count; None if an argument is missing or no count gives that percentage.

    Examples
    --------
    >>> count_behind(69, 32)
    (22, 22)
    >>> count_behind(67, 10) is None, count_behind(105, 43)
    (True, (45, 45))
    """
    if pd.isna(percentage) or whole is None or pd.isna(whole) or whole <= 0:
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
    basis = Known.of(basket)
    found = []
    for figure in basis.figures.values():
        if figure.unit != Unit.PERCENTAGE or figure.value is None:
            continue
        whole, known, of = basis.denominator(figure)
        counts = possible_counts(replace(figure, numerator=basis.numerator(figure)), whole)
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
