"""Wilson's interval for percentages whose number of cases is known, and whether it includes another figure."""

from __future__ import annotations

import pandas as pd

from quarterly.core.rounding import published
from quarterly.measures.attainable import ATTAINABLE
from quarterly.measures.intervals import wilson
from quarterly.measures.scorecard import Scorecard

ABOVE = "above"
BELOW = "below"
WITHIN = "no different"


def precisions(scorecard: Scorecard, wholes: pd.DataFrame) -> pd.DataFrame:
    """Return the interval of each of the quarter's percentages whose number of cases is known.

    Returns
    -------
    DataFrame
        One row per indicator, indexed by ``indicator_id``, in scorecard order: ``value``, ``whole``, ``low`` and
        ``high`` (float, per cent, to one decimal). If rounding leaves several counts possible, the interval contains
        those of all of them.
    """
    now = wholes[(wholes["quarter"] == str(scorecard.quarter)) & (wholes["outcome"] == ATTAINABLE)]
    now = now.set_index("indicator_id")
    now = now.loc[[name for name in scorecard.rows.index if name in now.index]]
    pairs = list(now[["lowest", "highest", "whole"]].itertuples(index=False, name=None))
    return now[["value", "whole"]].assign(
        low=[published(100 * wilson(lowest, whole)[0], 1) for lowest, _, whole in pairs],
        high=[published(100 * wilson(highest, whole)[1], 1) for _, highest, whole in pairs],
    )


def against(low: float, high: float, other: float) -> str:
    """Compare an interval with another figure: `ABOVE` it, `BELOW` it, or `WITHIN` if chance could explain the gap."""
    return ABOVE if low > other else BELOW if high < other else WITHIN
