"""Direction of travel by rule.

Source: the Q3 2023/24 report, section 3, notes: POSITIVE, STABLE or NEGATIVE for an indicator with a target,
INCREASE, STABLE or DECREASE for one without. Figures are compared at the precision at which they are published.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterly.words.terms import Dot, Polarity

NO_VALUE = "There is no figure to compare"
NO_PREVIOUS = "There is no earlier figure to compare with"


def direction_of_travel(figures: pd.DataFrame) -> pd.DataFrame:
    """Say which way figures moved.

    Parameters
    ----------
    figures : DataFrame
        One row a figure, with the columns ``value`` and ``previous`` (float, in the indicator's unit), ``decimals``
        (the published precision), ``polarity`` (higher, lower or blank), ``target``, ``direction`` and
        ``target_missing`` as in `quarterly.judgement.rating.rate`.

    Returns
    -------
    DataFrame
        On the same index: ``dot`` (a `Dot` or blank) and ``dot_reason`` (why it is blank, else blank).

    Notes
    -----
    A target without a polarity says nothing of which way is better, so the figure only increases or decreases.
    A target that exists but cannot be read still makes the indicator a targeted one.
    """
    change = np.sign(as_published(figures, "value") - as_published(figures, "previous"))
    unreadable = ~figures["target_missing"].isin(["", "z"])
    has_target = figures["target"].notna() | (figures["direction"] != "") | unreadable
    judged = has_target & (figures["polarity"] != "")
    better = change * np.where(figures["polarity"] == Polarity.LOWER, -1, 1)
    reason = np.select([figures["value"].isna(), figures["previous"].isna()], [NO_VALUE, NO_PREVIOUS], default="")
    dot = np.select(
        [reason != "", change == 0, judged & (better > 0), judged & (better < 0), change > 0],
        ["", str(Dot.STABLE), str(Dot.POSITIVE), str(Dot.NEGATIVE), str(Dot.INCREASE)],
        default=str(Dot.DECREASE),
    )
    return pd.DataFrame({"dot": dot, "dot_reason": reason}, index=figures.index)


def as_published(figures: pd.DataFrame, column: str) -> pd.Series:
    """Give a figure as the whole number of its last published decimal; halves go up, as they do in print."""
    scaled = (figures[column] * 10.0 ** figures["decimals"]).round(6)
    return np.floor(scaled + 0.5)
