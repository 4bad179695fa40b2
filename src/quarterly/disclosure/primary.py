"""Figures about too few cases: counts, and the numerators and denominators of percentages, rates and averages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from quarterly.core import rounding
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit, count_of, rate_base
from quarterly.data.load import Basket
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import (
    CountedBy,
    Figure,
    Figures,
    figures_of,
    numerator_of,
    numerators_of,
    possible_counts,
    shares_of,
    whole_of,
)
from quarterly.measures.rates import of_population, populations_of

#: The units that involve a number of people; days, money and scores do only through their denominators.
_PROPORTIONS = (Unit.PERCENTAGE, Unit.RATE)
_OF_PEOPLE = (Unit.NUMBER, *_PROPORTIONS)


@dataclass(frozen=True)
class Cases:
    """How many cases a figure is about."""

    #: The number that it counts, as a range; both ends are the same if it is known exactly.
    lowest: float
    highest: float
    of: float | None = None  # the total; None if it is not known, or for a count
    leaves_out: bool = False  # whether the rest of the total are cases too, as for a percentage

    @property
    def counted(self) -> float | None:
        """The number that it counts, if known exactly."""
        return self.lowest if self.lowest == self.highest else None

    def few(self, rule: DisclosureRule) -> bool:
        """Return whether a rule suppresses a figure about these cases."""
        if rule.small(self.lowest, self.highest) or self.of is None:
            return rule.small(self.lowest, self.highest)
        left_out = rule.small(self.of - self.highest, self.of - self.lowest)
        return rule.small(self.of, self.of) or (rule.complements and self.leaves_out and left_out)


@dataclass(frozen=True)
class Known:
    """What is known at one edition, used to find the cases behind its figures."""

    figures: Figures  # the figures, by indicator and quarter
    #: As returned by `quarterly.measures.cases.shares_of` and `numerators_of`.
    shares: CountedBy = field(default_factory=dict)
    numerators: CountedBy = field(default_factory=dict)
    bases: dict[str, int] = field(default_factory=dict)  # the base of each rate, such as 10,000
    #: The population that rates are based on, by quarter.
    populations: dict[str, float] = field(default_factory=dict)
    periods: dict[str, str] = field(default_factory=dict)  # the period basis of each indicator

    @classmethod
    def of(cls, basket: Basket) -> Known:
        """Return everything that is known from a basket."""
        rates = basket.indicators[basket.indicators["per"] != ""]
        return cls(
            figures_of(basket),
            shares_of(basket),
            numerators_of(basket),
            {row.indicator_id: rate_base(row.per) for row in rates.itertuples(index=False)},
            populations_of(basket),
            dict(zip(basket.indicators["indicator_id"], basket.indicators["period_basis"], strict=True)),
        )

    def until(self, quarter: Quarter) -> Known:
        """Return what is known up to a quarter."""
        end = str(quarter)
        return replace(
            self,
            figures={place: figure for place, figure in self.figures.items() if figure.quarter <= end},
            populations={when: people for when, people in self.populations.items() if when <= end},
        )

    def population(self, figure: Figure) -> float | None:
        """Return the population that a rate is based on; None for other figures, or if it is out of something else."""
        people = self.populations.get(figure.quarter)
        return people if of_population(figure, people, self.shares) else None

    def whole(self, figure: Figure) -> float | None:
        """Return the total that a figure is out of, if known."""
        return self.population(figure) or whole_of(figure, self.figures, self.shares)[0]

    def scale(self, figure: Figure) -> float:
        """Return the factor that turns a proportion into its figure: 100 for a percentage."""
        return {Unit.PERCENTAGE: 100, Unit.RATE: self.bases.get(figure.indicator, 1)}.get(Unit(figure.unit), 1)

    def cases(self, figure: Figure) -> Cases | None:
        """Return how many cases a figure is about; None if there is no figure or count, or too little is known."""
        if figure.value is None:
            return None
        whole = self.whole(figure)
        # A population is public and never small.
        of = None if self.population(figure) else whole
        if figure.unit not in _OF_PEOPLE and whole is None:
            return None  # an average of days, money or scores is about as many people as it is out of
        numerator = numerator_of(figure, self.figures, self.numerators)
        if numerator is not None:
            return Cases(numerator, numerator, of, is_share(figure))
        if is_count(figure):
            return Cases(figure.value, figure.value)
        if whole is None:
            return None
        nearest = float(round(figure.value * whole / self.scale(figure)))
        possible = possible_counts(figure, whole) if figure.unit == Unit.PERCENTAGE else None
        lowest, highest = map(float, possible or (nearest, nearest))
        return Cases(lowest, highest, of, is_share(figure))


def is_count(figure: Figure) -> bool:
    """Return whether a figure is a number of cases: a whole number, and not a mean."""
    return bool(rounding.is_count(figure.unit, figure.decimals))


def is_share(figure: Figure) -> bool:
    """Return whether a figure can be about some of the cases that it is out of: an average is about them all."""
    return figure.unit in (*_PROPORTIONS, Unit.RATIO)


def unchecked(basket: Basket) -> pd.DataFrame:
    """List the percentages and rates whose cases are unknown: ``indicator_id``, ``name``, number of ``figures``."""
    known = Known.of(basket)
    names = [
        figure.indicator
        for figure in known.figures.values()
        if figure.unit in _PROPORTIONS and figure.value is not None and known.cases(figure) is None
    ]
    counts = pd.Series(names, dtype=object).value_counts(sort=False).rename("figures")
    found = basket.indicators[["indicator_id", "name"]].merge(counts, left_on="indicator_id", right_index=True)
    return found.reset_index(drop=True)


def unchecked_words(basket: Basket) -> str:
    """State how many percentages and rates the rule could not be applied to; blank if none."""
    unknown = unchecked(basket)
    if unknown.empty:
        return ""
    indicators = count_of(len(unknown), "percentage or rate", "percentages and rates")
    figures = count_of(int(unknown["figures"].sum()), "figure")
    return f"The rule could not be applied to {figures} for {indicators}, because the number of cases is not known."
