"""Choose the indicators worth a panel's time by stated rules rather than by hand.

Each of five rules nominates the three indicators with the largest measure. First place scores 3 points, second 2 and
third 1, and the indicators with the most points are selected. Ties go to the indicator nominated by the earlier rule,
then to the one that comes first in the report. The rules are this system's own: the source has none.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd

from quarterly.core.rounding import tidied
from quarterly.core.terms import Dot, Polarity, Rag
from quarterly.measures.compare import BETTER, WORSE, Move
from quarterly.measures.scorecard import Scorecard

#: The number of indicators that each rule nominates, and the number named in all.
NOMINATED = 3
NAMED = 5


class Reason(StrEnum):
    """The rules, in the order that breaks ties, with the wording shown for each."""

    WORSENING = "Red and getting worse"
    NOT_NIL = "Above a target of 0"
    FURTHEST = "Among the furthest from target"
    NEIGHBOURS = "Among the furthest from the comparator"
    MOVED = "Among the largest changes since the previous quarter"


def shortfall(rows: pd.DataFrame) -> pd.Series:
    """Measure how far each figure is on the wrong side of its target, as a fraction of the target.

    A target of 0 counts as 1, so that indicators that should be nil can be compared too. For a band, the nearer end is
    used. Missing if there is no numeric target, or a target without a polarity.
    """
    below, above = rows["lower"] - rows["value"], rows["value"] - rows["upper"]
    banded = rows["lower"].notna()
    end = rows["target"].where(~banded, rows["lower"].where(below > above, rows["upper"])).abs().clip(lower=1)
    return _worse_by(rows, rows["target"]).where(~banded, np.maximum(below, above)) / end


def _worse_by(rows: pd.DataFrame, aim: pd.Series) -> pd.Series:
    gap: pd.Series = tidied((rows["value"] - aim).where(rows["polarity"] == Polarity.LOWER, aim - rows["value"]))
    return gap.where(rows["polarity"] != "")


def first_comparator(scorecard: Scorecard) -> str | None:
    """Return the first comparator, which indicators are compared with; None if the basket has no comparators."""
    return next(iter(scorecard.comparators), None)


def neighbour_gap(scorecard: Scorecard) -> pd.Series:
    """Measure how far each figure is on the wrong side of the first comparator's, as a fraction of the latter.

    Missing if there is no comparator figure, if it is 0, or if there is no polarity.
    """
    first = first_comparator(scorecard)
    if first is None:
        return pd.Series(np.nan, index=scorecard.rows.index)
    theirs = scorecard.rows[first]
    return _worse_by(scorecard.rows, theirs) / theirs.abs().where(theirs != 0)


def _measures(scorecard: Scorecard, changes: pd.DataFrame) -> dict[Reason, pd.Series]:
    """Return the measure behind each rule; an indicator without one, or with none above 0, is not nominated."""
    rows, red = scorecard.rows, scorecard.rows["rag"] == Rag.RED
    # Changes that rounding, chance or ordinary variation could explain are left out.
    moved = changes["relative"].abs().where(changes["move"] != Move.CHANCE)
    # A direction of travel may compare with another quarter: what has improved since the previous one is left out.
    worsening = red & (rows["dot"] == Dot.NEGATIVE) & (changes["went"] != BETTER)
    return {
        Reason.WORSENING: moved.where(worsening),
        Reason.NOT_NIL: rows["value"].where((rows["target"] == 0) & (rows["polarity"] == Polarity.LOWER)),
        Reason.FURTHEST: shortfall(rows).where(red & (rows["target"] != 0)),
        Reason.NEIGHBOURS: neighbour_gap(scorecard).mask(changes["other_measure"].eq(other=True)),
        Reason.MOVED: moved.where(changes["went"].isin([BETTER, WORSE])),
    }


def nominations(scorecard: Scorecard, changes: pd.DataFrame) -> pd.DataFrame:
    """List each rule's nominations, first place first: ``indicator_id``, ``reason``, ``measure`` and ``points``.

    ``changes`` is the comparison of the previous quarter with this one from `quarterly.measures.compare.compare`, with
    the columns that `quarterly.measures.compare.with_moves` adds; empty, with the same columns, if there is no previous
    quarter. The measure is a fraction of the target, of the previous quarter's figure or of the neighbours' figure;
    for an indicator that should be 0 it is the figure itself.
    """
    found = []
    for reason, measure in _measures(scorecard, changes.reindex(scorecard.rows.index)).items():
        by = measure.astype(float)
        by = by[by > 0].sort_values(ascending=False, kind="stable").head(NOMINATED)
        found += [
            {"indicator_id": name, "reason": reason, "measure": value, "points": NOMINATED - place}
            for place, (name, value) in enumerate(by.items())
        ]
    return pd.DataFrame(found, columns=["indicator_id", "reason", "measure", "points"])


def worth_attention(scorecard: Scorecard, changes: pd.DataFrame) -> dict[str, list[Reason]]:
    """Return the indicators with the most points, each with the rules that nominated it.

    Indicators are ordered by points, and each one's reasons by its place under them. ``changes`` is as for
    `nominations`.
    """
    points: dict[str, dict[Reason, int]] = {}
    for row in nominations(scorecard, changes).itertuples(index=False):
        points.setdefault(str(row.indicator_id), {})[Reason(row.reason)] = int(row.points)
    # In the order of the report, so that those which are equal otherwise stay in it.
    places, rules = [str(name) for name in scorecard.rows.index if name in points], list(Reason)
    ranked = sorted(places, key=lambda name: (-sum(points[name].values()), min(map(rules.index, points[name]))))
    return {name: sorted(points[name], key=points[name].__getitem__, reverse=True) for name in ranked[:NAMED]}


def quarters_red(scorecard: Scorecard, indicator_id: str) -> int:
    """Count the consecutive quarters, up to this one, in which an indicator was red."""
    count = 0
    for judged in reversed(scorecard.quarters_of(indicator_id)):
        if judged["rag"] != Rag.RED:
            break
        count += 1
    return count
