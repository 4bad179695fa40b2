"""Check a quarter's figures: how many pass, fail or cannot be checked, and each failure in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from quarterly.data.load import Basket
from quarterly.measures.cases import ATTAINABLE, NOT_KNOWN, NOTHING, UNATTAINABLE, wholes
from quarterly.measures.comparators import (
    DIFFERENT,
    EXACT,
    OTHER_GROUP,
    OTHER_MEASURE,
    OTHER_YEAR,
    REVISED,
    ROUNDING,
    check_comparators,
    shared_comparators,
)
from quarterly.measures.rates import children_behind_rates, counted_by_rates
from quarterly.measures.reconcile import AGREES, DISAGREES, reconcile
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.versions import CONSISTENT, INCONSISTENT, versions

_WRONG = [DIFFERENT, OTHER_MEASURE, OTHER_YEAR, OTHER_GROUP]


@dataclass(frozen=True)
class Check:
    """One kind of check."""

    name: str
    #: The number of figures, judgements or pairs that pass, fail, and cannot be checked.
    agree: int
    disagree: int
    unknown: int
    unknown_because: str  # why some cannot be checked, in a sentence; blank if all can
    #: What is wrong, where and why, in a sentence each; empty for judgements, which `reconcile` explains.
    failures: list[str]


def audit(scorecard: Scorecard, basket: Basket) -> list[Check]:
    """Make every check and count its outcomes."""
    return [*_judgements(scorecard), _rates(basket), _percentages(basket), _versions(basket), _comparators(basket)]


def _checked(
    name: str, outcomes: pd.Series, good: list[str], bad: list[str], unknown_because: str, failures: list[str]
) -> Check:
    agree, disagree = int(outcomes.isin(good).sum()), int(outcomes.isin(bad).sum())
    unknown = len(outcomes) - agree - disagree
    return Check(name, agree, disagree, unknown, unknown_because if unknown else "", failures)


def _judgements(scorecard: Scorecard) -> Iterator[Check]:
    found = reconcile(scorecard)
    for judgement, name in (("RAG", "Ratings (RAG)"), ("DOT", "Directions of travel")):
        published = scorecard.rows[f"{judgement.lower()}_published"].any()
        why = "The published judgement, or a figure that it rests on, cannot be read."
        why = why if published else "No ratings were published."
        outcomes = found.loc[found["judgement"] == judgement, "outcome"]
        yield _checked(f"{name} match those published", outcomes, [AGREES], [DISAGREES], why, [])


def _rates(basket: Basket) -> Check:
    rates, counted = children_behind_rates(basket), counted_by_rates(basket)
    outcomes = rates["children"].notna().map({True: ATTAINABLE, False: UNATTAINABLE})
    outcomes = outcomes.where(rates["population"].notna(), NOT_KNOWN)
    failures = [
        f"{row.indicator_id} {row.quarter}: no whole number of {counted} gives {row.value} "
        f"with a population of {row.population:.0f}."
        for row in rates[outcomes == UNATTAINABLE].itertuples(index=False)
    ]
    name, why = f"Rates give whole numbers of {counted}", "The population of the quarter is not stated."
    return _checked(name, outcomes, [ATTAINABLE], [UNATTAINABLE], why, failures)


def _percentages(basket: Basket) -> Check:
    found = wholes(basket)
    failures = [
        f"{row.indicator_id} {row.quarter}: no whole number of {row.whole:.0f} cases is {row.value:g}%."
        for row in found[found["outcome"] == UNATTAINABLE].itertuples(index=False)
    ]
    failures += [
        f"{row.indicator_id} {row.quarter}: there were no cases, so {row.value:g}% is not possible: use the symbol z."
        for row in found[found["outcome"] == NOTHING].itertuples(index=False)
    ]
    name, why = "Percentages are possible for the number of cases", "The source does not say how many cases there were."
    return _checked(name, found["outcome"], [ATTAINABLE], [UNATTAINABLE, NOTHING], why, failures)


def _versions(basket: Basket) -> Check:
    found = versions(basket)
    wrong = found[found["outcome"] == INCONSISTENT]
    failures = [f"{row.indicator_id} {row.quarter}: {row.explanation}" for row in wrong.itertuples(index=False)]
    name, why = "Versions of the same measure agree", "There are no figures for some of the quarters covered."
    return _checked(name, found["outcome"], [CONSISTENT], [INCONSISTENT], why, failures)


def _comparators(basket: Basket) -> Check:
    why = "They are not in the extract, or no measure is named for the indicator."
    if basket.benchmarks.empty:
        why = "No extract of the Local Authority Interactive Tool has been imported."
    found = check_comparators(basket)
    failures = [
        f"{first} and {second} have the same comparators: {how}." for first, second, how in shared_comparators(basket)
    ]
    failures += [
        f"{row.indicator_id}, {row.comparator} {row.published:g}: {row.outcome}. {row.explanation}"
        for row in found[found["outcome"].isin([*_WRONG, REVISED])].itertuples(index=False)
    ]
    name = "Comparators match the extract"
    return _checked(name, found["outcome"], [EXACT, ROUNDING, REVISED], _WRONG, why, failures)
