"""The cases behind percentages: how many there were, and whether the published percentage is possible with so many.

A whole is known where ``data/observations.csv`` has a denominator, or where ``data/relations.csv`` says that the
percentage is a share of what another indicator counts. Nothing else is known of it, and nothing is guessed.
"""

from __future__ import annotations

import pandas as pd

from quarterly.figures.evidence import Relation
from quarterly.figures.sources import Basket
from quarterly.judgement.derived import count_behind
from quarterly.words.terms import Unit

ATTAINABLE = "attainable"
UNATTAINABLE = "not attainable"
NOTHING = "a percentage of nothing"
NOT_KNOWN = "not known"

#: How often a share of a share is followed to what is counted.
_DEEPEST = 5


def wholes(basket: Basket) -> pd.DataFrame:
    """Find how many cases stand behind every published percentage.

    Returns
    -------
    DataFrame
        One row a percentage and quarter that has a figure, in the order of the report: ``indicator_id``, ``name``,
        ``short_name``, ``quarter``, ``value``, ``decimals``, ``whole`` (float: the number of cases; missing where it is
        not known), ``lowest`` and ``highest`` (float: how many of them the published percentage can stand for; missing
        where the whole is or where no number does), ``known`` (how the whole is known: stated, inferred or blank),
        ``of`` (the indicator that counts the cases, or blank) and ``outcome`` (`ATTAINABLE`, `UNATTAINABLE`,
        `NOTHING` or `NOT_KNOWN`).

    Notes
    -----
    A percentage is attainable when some whole number of cases rounds to it at its published decimals, halves either
    way: 67% of 10 is not. Where the numerator is given as well it must be one of these numbers.
    """
    indicators = basket.indicators[["indicator_id", "name", "short_name", "unit", "decimals"]]
    figures = indicators.merge(basket.observations.dropna(subset=["value"]), on="indicator_id", sort=False)
    shares = basket.relations[basket.relations["relation"] == Relation.SHARE].set_index("indicator_id")
    places = figures.set_index(["indicator_id", "quarter"])
    found = []
    for row in figures[figures["unit"] == Unit.PERCENTAGE].itertuples(index=False):
        whole, known, of = _whole(str(row.indicator_id), str(row.quarter), places, shares)
        counts = _counts(row.value, whole, int(row.decimals), row.numerator)
        lowest, highest = counts or (float("nan"), float("nan"))
        found.append((whole, lowest, highest, known, of, _outcome(whole, counts is not None)))
    shown = figures.loc[
        figures["unit"] == Unit.PERCENTAGE, ["indicator_id", "name", "short_name", "quarter", "value", "decimals"]
    ]
    columns = ["whole", "lowest", "highest", "known", "of", "outcome"]
    return shown.reset_index(drop=True).join(pd.DataFrame(found, columns=columns))


def _whole(
    indicator: str, quarter: str, figures: pd.DataFrame, shares: pd.DataFrame, depth: int = 0
) -> tuple[float, str, str]:
    """Find the cases that a percentage is of: given with it, or counted by another indicator."""
    unknown = (float("nan"), "", "")
    if (indicator, quarter) not in figures.index or depth > _DEEPEST:
        return unknown
    stated = figures.loc[(indicator, quarter), "denominator"]
    if pd.notna(stated):
        return float(stated), "stated", ""
    if indicator not in shares.index:
        return unknown
    of, known = str(shares.loc[indicator, "of"]), str(shares.loc[indicator, "known"])
    if (of, quarter) not in figures.index:
        return unknown
    counted = figures.loc[(of, quarter)]
    if counted["unit"] == Unit.NUMBER:
        return float(counted["value"]), known, of
    whole, _, _ = _whole(of, quarter, figures, shares, depth + 1)
    counts = _counts(counted["value"], whole, int(counted["decimals"]), counted["numerator"])
    # Of a part that rounding leaves open, the number is not known.
    return (float(counts[0]), "inferred", of) if counts and counts[0] == counts[1] else unknown


def _counts(value: float, whole: float, decimals: int, numerator: float) -> tuple[int, int] | None:
    counts = count_behind(value, whole, decimals)
    if counts is None or pd.isna(numerator):
        return counts
    return (int(numerator), int(numerator)) if counts[0] <= numerator <= counts[1] else None


def _outcome(whole: float, possible: bool) -> str:  # noqa: FBT001 - two facts about one figure
    if pd.isna(whole):
        return NOT_KNOWN
    if whole == 0:
        return NOTHING
    return ATTAINABLE if possible else UNATTAINABLE
