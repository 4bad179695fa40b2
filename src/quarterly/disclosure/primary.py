"""Figures about too few cases: counts, and the numerators and denominators of percentages, rates and averages."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quarterly.core import rounding
from quarterly.core.terms import Unit, count_of
from quarterly.data.load import Basket
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import Figure, Known, possible_counts

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
    of_cases: bool = True  # whether what it counts are cases; days, pounds and points of a score are not

    @property
    def counted(self) -> float | None:
        """The number that it counts, if known exactly."""
        return self.lowest if self.lowest == self.highest else None

    def compared(self, rule: DisclosureRule) -> list[tuple[float, float]]:
        """Return the numbers, each as a range, that a rule compares with its limit: counted, total and left out."""
        found = [(self.lowest, self.highest)] if self.of_cases else []
        if self.of is not None:
            found.append((self.of, self.of))
            if rule.complements and self.leaves_out:
                found.append((self.of - self.highest, self.of - self.lowest))
        return found

    def few(self, rule: DisclosureRule) -> bool:
        """Return whether a rule suppresses a figure about these cases."""
        return any(rule.small(*bounds) for bounds in self.compared(rule))


def cases_of(figure: Figure, known: Known) -> Cases | None:
    """Return how many cases a figure is about; None if there is no figure or count, or too little is known."""
    if figure.value is None:
        return None
    whole = known.whole(figure)
    # A population is public and never small.
    of = None if known.population(figure) else whole
    if figure.unit not in _OF_PEOPLE and whole is None:
        return None  # an average of days, money or scores is about as many people as it is out of
    numerator = known.numerator(figure)
    kind = is_share(figure), counts_cases(figure)
    if numerator is not None:
        return Cases(numerator, numerator, of, *kind)
    if is_count(figure):
        return Cases(figure.value, figure.value)
    if whole is None:
        return None
    nearest = float(round(figure.value * whole / known.scale(figure)))
    possible = possible_counts(figure, whole) if figure.unit == Unit.PERCENTAGE else None
    lowest, highest = map(float, possible or (nearest, nearest))
    return Cases(lowest, highest, of, *kind)


def is_count(figure: Figure) -> bool:
    """Return whether a figure is a number of cases: a whole number, and not a mean."""
    return bool(rounding.is_count(figure.unit, figure.decimals))


def is_share(figure: Figure) -> bool:
    """Return whether a figure can be about some of the cases that it is out of: an average is about them all."""
    return figure.unit in (*_PROPORTIONS, Unit.RATIO)


def counts_cases(figure: Figure) -> bool:
    """Return whether the number that a figure counts is of cases, not of days, pounds or points of a score."""
    return figure.unit in _OF_PEOPLE or is_share(figure)


def unchecked(basket: Basket) -> pd.DataFrame:
    """List the percentages and rates whose cases are unknown: ``indicator_id``, ``name``, number of ``figures``."""
    known = Known.of(basket)
    names = [
        figure.indicator
        for figure in known.figures.values()
        if figure.unit in _PROPORTIONS and figure.value is not None and cases_of(figure, known) is None
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
