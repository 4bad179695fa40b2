"""How sure a percentage of few cases is, beside what it is compared with: Wilson's interval, where cases are known."""

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
    """Return the interval of each percentage of the quarter whose number of cases is known.

    Returns
    -------
    DataFrame
        One row an indicator, indexed by ``indicator_id``, in the order of the scorecard: ``value``, ``whole``, ``low``
        and ``high`` (float, per cent, to one decimal). Where rounding leaves several counts possible, the interval
        holds that of each.
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
    """Return where an interval lies beside another figure: `ABOVE` it, `BELOW` it, or `WITHIN` what chance explains."""
    return ABOVE if low > other else BELOW if high < other else WITHIN
