"""Compare two quarters: ratings, figures, indicators with a figure or rating in only one of them, and real changes.

Comparing A with B and B with A gives the same rows with opposite signs and words. For that reason a change is measured
against something that does not depend on the order of the two: the target, or the figure of the earlier quarter.

A change is real if it is larger than rounding, chance in few cases or ordinary variation would explain. This adds to
the direction of travel, which only says which way the published figure went. Sources: a published figure is accurate to
half of its last decimal, so the change between two is accurate to one; Newcombe's interval for the difference of two
percentages of known cases (`quarterly.measures.intervals`); the upper limit of moving ranges, 3.267 times their average
(`quarterly.measures.spc_limits`).
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from quarterly.core.errors import SameQuarter
from quarterly.core.rounding import is_count, published, tidied
from quarterly.core.terms import Basis, Polarity, Rag, Unit
from quarterly.core.written import Row
from quarterly.data.load import Basket
from quarterly.measures.cases import ATTAINABLE, wholes
from quarterly.measures.comparators import OTHER_MEASURE, check_comparators
from quarterly.measures.intervals import difference
from quarterly.measures.rag import distance
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc import Variation, vary

#: What a change is measured against.
OF_TARGET = "target"
OF_EARLIER = "earlier figure"

#: Which way a figure or rating went. The first two need a polarity; the next two are for figures without one.
BETTER = "better"
WORSE = "worse"
UP = "up"
DOWN = "down"
UNCHANGED = "unchanged"

#: The quarters in which a figure or rating is known.
BOTH = "both"
ONLY_BEFORE = "only before"
ONLY_AFTER = "only after"
NEITHER = "neither"

#: The columns that appear once for each quarter, as ``value_before`` and ``value_after``.
SIDED = ("value", "missing", "note", "target", "lower", "upper", "direction", "target_missing", "rag", "rag_reason")
#: The numeric ones among them.
NUMBERS = ("value", "target", "lower", "upper")

_FIXED = ("area_id", "name", "short_name", "unit", "decimals", "polarity", "period_basis")
_RANKS = {"": np.nan, str(Rag.RED): 0, str(Rag.AMBER): 1, str(Rag.GREEN): 2}


def compare(before: Scorecard, after: Scorecard) -> pd.DataFrame:
    """Compare the scorecards of two quarters, indicator by indicator.

    Either quarter can be the later: a change goes from the first argument to the second.

    Returns
    -------
    DataFrame
        One row per indicator of either quarter, indexed by ``indicator_id``, in report order: ``area_id``,
        ``name``, ``short_name``, ``unit``, ``decimals``, ``polarity``, ``period_basis``; each column of `SIDED` for
        both quarters, where ``note`` says why a figure is missing;
        ``change`` (float, after less before, in the indicator's unit: percentage points for a percentage),
        ``measured_by`` (`OF_TARGET`, `OF_EARLIER` or blank), ``measure`` (float, the target or figure that the
        change is measured against), ``relative`` (float, the change as a fraction of its size), ``went`` (`BETTER`,
        `WORSE`, `UP`, `DOWN`, `UNCHANGED` or blank), ``redefined`` (whether the definition changed in between),
        ``known`` and ``rated`` (each `BOTH`, `ONLY_BEFORE`, `ONLY_AFTER` or `NEITHER`) and ``rag_went`` (`BETTER`,
        `WORSE`, `UNCHANGED`, or blank if not rated in both).

    Raises
    ------
    SameQuarter
        If both scorecards are for the same quarter.

    Notes
    -----
    A change is measured against the target of the later quarter, or failing that of the earlier one. If there is no
    numeric target, or it is 0, the change is measured against the figure of the earlier quarter; if that is 0 too,
    ``relative`` is missing. As for the direction of travel, nearer to a band is better, and figures are compared at the
    precision at which they are published.
    """
    if before.quarter == after.quarter:
        raise SameQuarter(str(after.quarter))
    rows = _side_by_side(_figures(before), _figures(after))
    earlier, later = ("before", "after") if before.quarter < after.quarter else ("after", "before")
    first, last = sorted([before, after], key=lambda each: each.quarter)
    same = np.array([last.comparable(str(name), first.quarter) for name in rows.index], dtype=bool)
    then, now = (published(rows[f"value_{side}"], rows["decimals"]) for side in ("before", "after"))
    comparable = same & ~(accrues(rows) & (before.quarter.number != after.quarter.number))
    rows["change"] = tidied(now - then).where(comparable)
    rows["redefined"] = ~same
    target = rows[f"target_{later}"].fillna(rows[f"target_{earlier}"])
    figure = rows[f"value_{earlier}"]
    rows["measured_by"] = np.select(
        [rows["change"].isna(), target.abs() > 0, figure.abs() > 0], ["", OF_TARGET, OF_EARLIER], default=""
    )
    rows["measure"] = target.where(target.abs() > 0, figure).where(rows["measured_by"] != "")
    rows["relative"] = rows["change"] / rows["measure"].abs()
    rows["went"] = _went(rows["change"], rows["polarity"], _nearer(rows, earlier, later))
    rows["known"] = _where(rows["value_before"].notna(), rows["value_after"].notna())
    rows["rated"] = _where(rows["rag_before"] != "", rows["rag_after"] != "")
    rows["rag_went"] = _rag_went(rows["rag_before"], rows["rag_after"])
    return rows


def _figures(scorecard: Scorecard) -> pd.DataFrame:
    """Replace the scorecard's note on each indicator with the note on its figure."""
    of_quarter = scorecard.history[scorecard.history["quarter"] == str(scorecard.quarter)]
    notes = of_quarter.set_index("indicator_id")["note"].reindex(scorecard.rows.index)
    return scorecard.rows.assign(note=notes.fillna(""))


def _side_by_side(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    ids = [*after.index, *(name for name in before.index if name not in set(after.index))]
    fixed = after[list(_FIXED)].reindex(ids).fillna(before[list(_FIXED)].reindex(ids))
    columns = {
        f"{column}_{side}": frame[column].reindex(ids)
        for column in SIDED
        for side, frame in (("before", before), ("after", after))
    }
    rows = fixed.assign(decimals=fixed["decimals"].astype(int), **columns).rename_axis("indicator_id")
    texts = [f"{column}_{side}" for column in SIDED for side in ("before", "after") if column not in NUMBERS]
    rows[texts] = rows[texts].fillna("")
    return rows


def accrues(rows: pd.DataFrame) -> pd.Series:
    """Return which indicators add up over the year, so that only figures of the same quarter can be compared."""
    return (rows["period_basis"] == Basis.YEAR_TO_DATE) & rows["unit"].isin([Unit.NUMBER, Unit.POUNDS])


def _nearer(rows: pd.DataFrame, earlier: str, later: str) -> pd.Series:
    """Return by how much nearer to its target band a figure came; missing if the target is no band."""
    low, high = (rows[f"{end}_{later}"].fillna(rows[f"{end}_{earlier}"]) for end in ("lower", "upper"))
    return tidied(distance(rows["value_before"], low, high) - distance(rows["value_after"], low, high))


def _went(change: pd.Series, polarity: pd.Series, nearer: pd.Series) -> np.ndarray:
    good = nearer.fillna(change * np.where(polarity == Polarity.LOWER, -1, 1))
    judged = (polarity != "") | nearer.notna()
    return np.select(
        [change.isna(), change == 0, judged & (good > 0), judged & (good < 0), change > 0],
        ["", UNCHANGED, BETTER, WORSE, UP],
        default=DOWN,
    )


def _where(before: pd.Series, after: pd.Series) -> np.ndarray:
    return np.select([before & after, before, after], [BOTH, ONLY_BEFORE, ONLY_AFTER], default=NEITHER)


def _rag_went(before: pd.Series, after: pd.Series) -> np.ndarray:
    step = after.map(_RANKS).astype(float) - before.map(_RANKS).astype(float)
    return np.select([step.isna(), step > 0, step < 0], ["", BETTER, WORSE], default=UNCHANGED)


def changed_ratings(changes: pd.DataFrame) -> pd.DataFrame:
    """Select the indicators whose rating changed, including to or from "not rated": worse first, then better.

    A rating is not compared with that of another definition.
    """
    changed = changes[(changes["rag_before"] != changes["rag_after"]) & ~changes["redefined"]]
    order = changed["rag_went"].map({WORSE: 0, BETTER: 1, "": 2})
    return changed.loc[order.sort_values(kind="stable").index]


def moved_most(changes: pd.DataFrame) -> pd.DataFrame:
    """Select the indicators whose figure moved, largest relative change first.

    Those without a relative change, because target and earlier figure are 0, come last.
    """
    moved = changes[changes["change"].notna() & (changes["change"] != 0)]
    return moved.loc[moved["relative"].abs().sort_values(ascending=False, kind="stable", na_position="last").index]


def in_one(changes: pd.DataFrame, what: str) -> pd.DataFrame:
    """Select the indicators ``known`` or ``rated`` in only one of the two quarters, those of the second first."""
    return pd.concat([changes[changes[what] == side] for side in (ONLY_AFTER, ONLY_BEFORE)])


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
    """Add to a comparison with the previous quarter what is known about its figures.

    The columns are ``move`` (a `Move`, or missing) and ``other_measure`` (whether the figure published as the first
    comparator's is another measure's).
    """
    first, found = next(iter(scorecard.comparators), ""), check_comparators(basket)
    found = found[(found["comparator"] == first) & (found["outcome"] == OTHER_MEASURE)]
    shown = found["year"] == found["indicator_id"].map(dict(scorecard.rows.get(f"{first}_period", {})))
    changes = changes.assign(other_measure=changes.index.isin(found.loc[shown, "indicator_id"]))
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
    counted = cases[cases["outcome"] == ATTAINABLE].to_dict("records")
    of_quarter = {(each["indicator_id"], each["quarter"]): each for each in counted}
    for name in scorecard.rows.index[~within]:
        row = scorecard.records[name]
        earlier = row.get(before, float("nan"))
        if pd.isna(row["value"]) or pd.isna(earlier) or not scorecard.comparable(name, previous):
            continue
        change = float(tidied(row["value"] - earlier))
        least, most = _before_rounding(change, row["unit"], int(row["decimals"]))
        pair = [of_quarter[name, at] for at in (str(scorecard.quarter), before) if (name, at) in of_quarter]
        in_quarter = row["period_basis"] == Basis.IN_QUARTER
        tests = (
            _larger(least * most > 0 or (least == most and change != 0)),
            _beyond_chance(change, *pair) if in_quarter and len(pair) == 2 else Larger.UNKNOWN,
            _beyond_variation(change, varied[name]),
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


def _beyond_chance(change: float, now: Row, before: Row) -> Larger:
    """Test the possible counts that are closest to each other."""
    sides = ("lowest", "highest") if change > 0 else ("highest", "lowest")
    low, high = difference(now[sides[0]], now["whole"], before[sides[1]], before["whole"])
    return _larger(low > 0 or high < 0)


def _beyond_variation(change: float, variation: Variation) -> Larger:
    if variation.limits is None:
        return Larger.UNKNOWN
    return _larger(abs(change) > tidied(variation.limits.range_limit))
