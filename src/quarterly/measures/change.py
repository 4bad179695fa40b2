"""Decide whether a change is real: larger than rounding, chance in few cases or ordinary variation would explain.

This adds to the direction of travel, which only says which way the published figure went. Sources: a published
figure is accurate to half of its last decimal, so the change between two is accurate to one; Newcombe's interval for
the difference of two percentages of known cases (`quarterly.measures.intervals`); the upper limit of moving ranges,
3.267 times their average (`quarterly.measures.spc_limits`).
"""

from __future__ import annotations

from enum import StrEnum

import pandas as pd

from quarterly.core.rounding import is_count, tidied
from quarterly.core.terms import Basis
from quarterly.data.load import Basket
from quarterly.measures.cases import ATTAINABLE, wholes
from quarterly.measures.compare import accrues
from quarterly.measures.intervals import difference
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc import Variation, vary


class Larger(StrEnum):
    """Whether a change is larger than the threshold of a test."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "not known"


class Move(StrEnum):
    """The verdict on a change from all tests together."""

    REAL = "a real move"
    CHANCE = "may be chance"
    EARLY = "too early to say"


def with_moves(changes: pd.DataFrame, scorecard: Scorecard, basket: Basket) -> pd.DataFrame:
    """Add the column ``move`` (a `Move`, or missing) to a comparison with the previous quarter."""
    return changes.join(movements(scorecard, wholes(basket))["move"])


def movements(scorecard: Scorecard, cases: pd.DataFrame) -> pd.DataFrame:
    """Test each indicator's change from the previous quarter against rounding, chance and ordinary variation.

    Returns
    -------
    DataFrame
        One row per indicator with figures for both quarters, indexed by ``indicator_id``: ``change`` (float, as
        published, in the indicator's unit), ``least`` and ``most`` (float: bounds on the change before
        rounding), ``rounding``, ``chance`` and ``variation`` (each a `Larger`), and ``move`` (a `Move`).

    Notes
    -----
    Counts are not rounded. A change of 0 is not larger than anything. Chance is only tested for in-quarter percentages
    whose number of cases is known: a snapshot or a 12-month figure covers largely the same cases each quarter. If
    rounding leaves several counts possible, the pair of counts closest to each other must differ by more than chance.
    A change is a real move if it is larger than chance or ordinary variation and not within any of the three; if
    neither of those two is known, it is too early to say.
    """
    varied = vary(scorecard)
    previous = scorecard.quarter.previous()
    before = str(previous)
    found = {}
    # What adds up over the year is not compared within it; whole years are.
    within = accrues(scorecard.rows) & (scorecard.quarter.number > 0)
    for name, row in scorecard.rows[~within].iterrows():
        earlier = row.get(before, float("nan"))
        if pd.isna(row["value"]) or pd.isna(earlier) or not scorecard.comparable(str(name), previous):
            continue
        change = float(tidied(row["value"] - earlier))
        least, most = _before_rounding(change, row["unit"], int(row["decimals"]))
        own = cases[(cases["indicator_id"] == name) & (cases["outcome"] == ATTAINABLE)].set_index("quarter")
        pair = [own.loc[quarter] for quarter in (str(scorecard.quarter), before) if quarter in own.index]
        in_quarter = row["period_basis"] == Basis.IN_QUARTER
        tests = (
            _larger(least * most > 0 or (least == most and change != 0)),
            _beyond_chance(change, *pair) if in_quarter and len(pair) == 2 else Larger.UNKNOWN,
            _beyond_variation(change, varied[str(name)]),
        )
        found[name] = (change, least, most, *tests, _move(tests))
    columns = ["change", "least", "most", "rounding", "chance", "variation", "move"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("indicator_id")


def _larger(yes: bool) -> Larger:  # noqa: FBT001 - the word for a fact
    return Larger.YES if yes else Larger.NO


def _move(tests: tuple[Larger, Larger, Larger]) -> Move:
    if Larger.NO in tests:
        return Move.CHANCE
    return Move.REAL if Larger.YES in tests[1:] else Move.EARLY


def _before_rounding(change: float, unit: str, decimals: int) -> tuple[float, float]:
    if is_count(unit, decimals):
        return change, change
    step = 10.0**-decimals
    return float(tidied(change - step)), float(tidied(change + step))


def _beyond_chance(change: float, now: pd.Series, before: pd.Series) -> Larger:
    """Test the possible counts that are closest to each other."""
    sides = ("lowest", "highest") if change > 0 else ("highest", "lowest")
    low, high = difference(now[sides[0]], now["whole"], before[sides[1]], before["whole"])
    return _larger(low > 0 or high < 0)


def _beyond_variation(change: float, variation: Variation) -> Larger:
    if variation.limits is None:
        return Larger.UNKNOWN
    return _larger(abs(change) > tidied(variation.limits.range_limit))
