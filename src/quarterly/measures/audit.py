"""Count the outcomes of every check of a quarter's figures: passed, failed or not possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from quarterly.data.load import Basket
from quarterly.measures.cases import ATTAINABLE, NOTHING, UNATTAINABLE, wholes
from quarterly.measures.comparators import (
    DIFFERENT,
    NOT_FOUND,
    OTHER_GROUP,
    OTHER_MEASURE,
    OTHER_YEAR,
    REVISED,
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


def audit(scorecard: Scorecard, basket: Basket) -> list[Check]:
    """Count the outcomes of every check."""
    return [*_judgements(scorecard), _rates(basket), _percentages(basket), _versions(basket), _comparators(basket)]


def _checked(name: str, outcomes: pd.Series, good: str, bad: list[str], unknown_because: str) -> Check:
    agree, disagree = int((outcomes == good).sum()), int(outcomes.isin(bad).sum())
    unknown = len(outcomes) - agree - disagree
    return Check(name, agree, disagree, unknown, unknown_because if unknown else "")


def _judgements(scorecard: Scorecard) -> Iterator[Check]:
    found = reconcile(scorecard)
    for judgement, name in (("RAG", "Ratings (RAG)"), ("DOT", "Directions of travel")):
        published = scorecard.rows[f"{judgement.lower()}_published"].any()
        why = "The published judgement, or a figure that it rests on, cannot be read."
        why = why if published else "No ratings were published."
        outcomes = found.loc[found["judgement"] == judgement, "outcome"]
        yield _checked(f"{name} match those published", outcomes, AGREES, [DISAGREES], why)


def _rates(basket: Basket) -> Check:
    rates = children_behind_rates(basket)
    known = rates["population"].notna()
    whole = int(rates["children"].notna().sum())
    why = "The population of the quarter is not stated." if (~known).any() else ""
    name = f"Rates give whole numbers of {counted_by_rates(basket)}"
    return Check(name, whole, int(known.sum()) - whole, int((~known).sum()), why)


def _percentages(basket: Basket) -> Check:
    name, why = "Percentages are possible for the number of cases", "The source does not say how many cases there were."
    return _checked(name, wholes(basket)["outcome"], ATTAINABLE, [UNATTAINABLE, NOTHING], why)


def _versions(basket: Basket) -> Check:
    name, why = "Versions of the same measure agree", "There are no figures for some of the quarters covered."
    return _checked(name, versions(basket)["outcome"], CONSISTENT, [INCONSISTENT], why)


def _comparators(basket: Basket) -> Check:
    name = "Comparators match the extract"
    published = int(basket.comparators["value"].notna().sum())
    if basket.benchmarks.empty:
        because = "No extract of the Local Authority Interactive Tool has been imported."
        return Check(name, 0, 0, published, because if published else "")
    outcomes: pd.Series = check_comparators(basket)["outcome"]
    wrong = int(outcomes.isin(_WRONG).sum())
    agree = len(outcomes) - wrong - int((outcomes == NOT_FOUND).sum())
    unknown = published - agree - wrong
    why = "They are not in the extract, or no measure is named for the indicator." if unknown else ""
    return Check(name, agree, wrong, unknown, why)


def failures(basket: Basket) -> list[str]:
    """List the failures of every check except the judgements, in one sentence each: what, where and why."""
    rates = children_behind_rates(basket).dropna(subset=["population"])
    broken = rates[rates["children"].isna()]
    found = [
        f"{row.indicator_id} {row.quarter}: no whole number of {counted_by_rates(basket)} gives {row.value} "
        f"with a population of {row.population:.0f}."
        for row in broken.itertuples(index=False)
    ]
    percentages = wholes(basket)
    found += [
        f"{row.indicator_id} {row.quarter}: no whole number of {row.whole:.0f} cases is {row.value:g}%."
        for row in percentages[percentages["outcome"] == UNATTAINABLE].itertuples(index=False)
    ]
    found += [
        f"{row.indicator_id} {row.quarter}: there were no cases, so {row.value:g}% is not possible: use the symbol z."
        for row in percentages[percentages["outcome"] == NOTHING].itertuples(index=False)
    ]
    series = versions(basket)
    wrong = series[series["outcome"] == INCONSISTENT]
    found += [f"{row.indicator_id} {row.quarter}: {row.explanation}" for row in wrong.itertuples(index=False)]
    found += [
        f"{first} and {second} have the same comparators: {how}." for first, second, how in shared_comparators(basket)
    ]
    if basket.benchmarks.empty:
        return found
    sources = check_comparators(basket)
    for row in sources[sources["outcome"].isin([*_WRONG, REVISED])].itertuples(index=False):
        found.append(f"{row.indicator_id}, {row.comparator} {row.published:g}: {row.outcome}. {row.explanation}")
    return found
