"""Which indicators are worth a panel's time: nominated by stated rules, so that nobody picks them by hand.

Five rules each nominate the three indicators that they hold for most. A first place gives 3 points, a second 2, a
third 1, and the indicators with the most points are named; of equal ones the one nominated by the earlier rule, and
then the one that stands first in the report. The rules are this system's own: the source has none.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import pandas as pd

from quarterly.core.rounding import tidied
from quarterly.core.terms import Dot, Polarity, Rag
from quarterly.measures.change import Move
from quarterly.measures.compare import BETTER, WORSE
from quarterly.measures.scorecard import Scorecard

#: How many indicators a rule nominates, and how many are named in all.
NOMINATED = 3
NAMED = 5


class Reason(StrEnum):
    """A rule, in the order that decides between equals, and what it says of an indicator."""

    WORSENING = "Red and getting worse"
    NOT_NIL = "Should be 0 and is not"
    FURTHEST = "Far from its target"
    NEIGHBOURS = "Far from its comparator"
    MOVED = "Large move since the quarter before"


def shortfall(rows: pd.DataFrame) -> pd.Series:
    """Measure how far each figure is on the wrong side of its target, as a part of the target.

    A target of 0 counts as 1, so that indicators that should be nil can be compared too. Of a band it is the end that
    is nearer. Missing where there is no numeric target, or a target and no polarity.
    """
    below, above = rows["lower"] - rows["value"], rows["value"] - rows["upper"]
    banded = rows["lower"].notna()
    end = rows["target"].where(~banded, rows["lower"].where(below > above, rows["upper"])).abs().clip(lower=1)
    return _worse_by(rows, rows["target"]).where(~banded, np.maximum(below, above)) / end


def _worse_by(rows: pd.DataFrame, aim: pd.Series) -> pd.Series:
    gap: pd.Series = tidied((rows["value"] - aim).where(rows["polarity"] == Polarity.LOWER, aim - rows["value"]))
    return gap.where(rows["polarity"] != "")


def first_comparator(scorecard: Scorecard) -> str | None:
    """Return the comparator that stands first, the one that an indicator is held against; None where there is none."""
    return next(iter(scorecard.comparators), None)


def neighbour_gap(scorecard: Scorecard) -> pd.Series:
    """Measure how far each figure is on the wrong side of the first comparator's, as a part of theirs.

    Missing where there is no such figure, where it is 0, or where there is no polarity.
    """
    first = first_comparator(scorecard)
    if first is None:
        return pd.Series(np.nan, index=scorecard.rows.index)
    theirs = scorecard.rows[first]
    return _worse_by(scorecard.rows, theirs) / theirs.abs().where(theirs != 0)


def _worsening(scorecard: Scorecard, changes: pd.DataFrame) -> pd.Series:
    rows = scorecard.rows
    return _beyond_noise(changes).where((rows["rag"] == Rag.RED) & (rows["dot"] == Dot.NEGATIVE))


def _beyond_noise(changes: pd.DataFrame) -> pd.Series:
    """Measure each change; what rounding, chance or ordinary variation can explain is no reason to name anything."""
    return changes["relative"].abs().where(changes["move"] != Move.CHANCE)


def _not_nil(scorecard: Scorecard, _: pd.DataFrame) -> pd.Series:
    rows = scorecard.rows
    return rows["value"].where((rows["target"] == 0) & (rows["polarity"] == Polarity.LOWER))


def _furthest(scorecard: Scorecard, _: pd.DataFrame) -> pd.Series:
    rows = scorecard.rows
    return shortfall(rows).where((rows["rag"] == Rag.RED) & (rows["target"] != 0))


def _neighbours(scorecard: Scorecard, _: pd.DataFrame) -> pd.Series:
    return neighbour_gap(scorecard)


def _moved(_: Scorecard, changes: pd.DataFrame) -> pd.Series:
    return _beyond_noise(changes).where(changes["went"].isin([BETTER, WORSE]))


#: What each rule measures: the larger, the earlier its place; missing or not above 0 is no nomination.
_MEASURES: dict[Reason, Callable[[Scorecard, pd.DataFrame], pd.Series]] = {
    Reason.WORSENING: _worsening,
    Reason.NOT_NIL: _not_nil,
    Reason.FURTHEST: _furthest,
    Reason.NEIGHBOURS: _neighbours,
    Reason.MOVED: _moved,
}


def nominations(scorecard: Scorecard, changes: pd.DataFrame) -> pd.DataFrame:
    """List what each rule nominates: ``indicator_id``, ``reason``, ``measure`` and ``points``, the first place first.

    ``changes`` is from `quarterly.measures.compare.compare`, from the quarter before to this one, with what
    `quarterly.measures.change.with_moves` adds; empty, with the same columns, where there is none. The measure is a
    part: of the target, of the figure of the quarter before, or of the neighbours' figure; for what should be 0 the
    figure itself.
    """
    rows, found = scorecard.rows, []
    known = changes.reindex(rows.index)
    for reason, measure in _MEASURES.items():
        by = measure(scorecard, known).astype(float)
        by = by[by > 0].sort_values(ascending=False, kind="stable").head(NOMINATED)
        found += [
            {"indicator_id": name, "reason": reason, "measure": value, "points": NOMINATED - place}
            for place, (name, value) in enumerate(by.items())
        ]
    return pd.DataFrame(found, columns=["indicator_id", "reason", "measure", "points"])


def worth_attention(scorecard: Scorecard, changes: pd.DataFrame, most: int = NAMED) -> dict[str, list[Reason]]:
    """Name the indicators with the most points, each with the rules that nominated it.

    The most points come first, and of an indicator the reason with its best place. ``changes`` is as for `nominations`.
    """
    found = nominations(scorecard, changes)
    order = {reason: place for place, reason in enumerate(Reason)}
    places = {name: place for place, name in enumerate(scorecard.rows.index)}
    ranked = sorted(
        found.groupby("indicator_id", sort=False),
        key=lambda part: (-part[1]["points"].sum(), part[1]["reason"].map(order).min(), places[part[0]]),
    )
    return {
        # Where pyarrow is installed, pandas keeps texts and not the reasons that they were.
        str(name): [Reason(text) for text in part.sort_values("points", ascending=False, kind="stable")["reason"]]
        for name, part in ranked[:most]
    }


def quarters_red(scorecard: Scorecard, indicator_id: str) -> int:
    """Count the quarters in a row, up to this one, in which an indicator was red."""
    count = 0
    for rag in reversed(list(scorecard.history_of(indicator_id)["rag"])):
        if rag != Rag.RED:
            break
        count += 1
    return count
