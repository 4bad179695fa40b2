"""Few cases in a part of a period, which figures for overlapping periods reveal together.

Two figures for the year to date show the number of cases between them. Two for 12 months only show how many more cases
a quarter has than the same quarter of the year before; but no quarter has fewer than 0, so many of them together can
leave a quarter only a few possible numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import nan

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis, Unit
from quarterly.disclosure.equations import Equation, counted
from quarterly.disclosure.inference import Small, Worlds
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import Figure

#: The periods that overlap those of other figures of the same indicator.
LONGER = (Basis.YEAR_TO_DATE, Basis.ROLLING)


def reveals_few(basis: str, new: Quarter, shown: Mapping[Quarter, float], rule: DisclosureRule) -> bool:
    """Return whether a new figure reveals few cases in a part of its period.

    ``shown`` has the numbers of cases, by the quarter in which their period ends, of all figures of the indicator that
    readers see, the new one included.
    """
    if basis == Basis.YEAR_TO_DATE:
        year = sorted(each for each in shown if each.year == new.year)
        at = year.index(new)
        rises = [shown[after] - shown[before] for before, after in pairwise(year[max(at - 1, 0) : at + 2])]
        return any(rule.small(rise, rise) for rise in rises)
    if not new.number or not (exposed := _exposed(shown, rule)):
        return False
    return bool(exposed - _exposed({each: number for each, number in shown.items() if each != new}, rule))


def _exposed(totals: Mapping[Quarter, float], rule: DisclosureRule) -> set[Quarter]:
    """Return the quarters whose number of cases has a narrower range than the rule allows, given totals of 12 months.

    One more than the width is needed: that a total is suppressed reveals that it narrows a range.
    """
    width = rule.protection + 1
    if len(totals) < 2 or _leeway(totals) >= width:
        return set()
    quarters = dict.fromkeys(each for end in totals for each in end.twelve_months())
    numbers = {each: counted(Figure("", str(each), Unit.NUMBER, 0, None, None, None)) for each in quarters}
    sums = {end: tuple((numbers[each], 1.0) for each in end.twelve_months()) for end in totals}
    worlds = Worlds([Equation(terms, totals[end], totals[end]) for end, terms in sums.items()], [])
    if not worlds.possible:  # figures that were corrected need not agree
        return set()
    limits = (0 if rule.zeros else 1, rule.counts_under - 1)
    return {each for each, number in numbers.items() if not worlds.spans(Small(((number, 1.0),), *limits), width)}


def _leeway(totals: Mapping[Quarter, float]) -> float:
    """Return how far apart the lowest and highest possible numbers of every quarter are at least.

    If nothing is shown for a quarter, a total between its neighbours' is assumed: that can only narrow the ranges.
    """
    first, last = min(totals), max(totals)
    window = last.window((last.year - first.year) * 4 + last.number - first.number + 1)
    filled = pd.Series([totals.get(each, nan) for each in window]).interpolate().round()
    changes = filled.diff().iloc[1:]
    season = [place % 4 for place in range(len(changes))]
    more = changes.groupby(season).cumsum()  # cases of each quarter than of the first one of its season
    return float(filled.iloc[0] + more.groupby(season).min().clip(upper=0).sum())
