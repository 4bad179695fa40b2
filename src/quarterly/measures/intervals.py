"""Confidence intervals for percentages of few cases, in closed form from the normal distribution alone.

Sources: E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
Statistical Association 22 (1927) 209-212; R. G. Newcombe, Two-sided confidence intervals for the single proportion,
Statistics in Medicine 17 (1998) 857-872 (its method 3, the score interval), and Interval estimation for the
difference between independent proportions, the same volume, 873-890 (its method 10).
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import pandas as pd

from quarterly.core.rounding import published
from quarterly.measures.cases import ATTAINABLE
from quarterly.measures.scorecard import Scorecard

#: The long-run frequency with which such an interval contains the underlying proportion.
CONFIDENCE = 0.95
#: The outcomes of a comparison with another figure.
ABOVE = "above"
BELOW = "below"
WITHIN = "no different"


def wilson(count: float, whole: float) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion.

    Parameters
    ----------
    count, whole : float
        The count, and the number of cases it is out of.

    Returns
    -------
    tuple of float
        The lowest and highest underlying proportion, between 0 and 1, that is consistent with the count.

    Raises
    ------
    ValueError
        If the whole is not above 0, or the count is not between 0 and the whole.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    if not (whole > 0 and 0 <= count <= whole):
        raise ValueError(f"There is no proportion of {count} in {whole}.")
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    middle = 2 * count + z * z
    reach = z * sqrt(z * z + 4 * count * (whole - count) / whole)
    low, high = ((middle + side * reach) / (2 * (whole + z * z)) for side in (-1, 1))
    # At the ends the bound is exact, and floating-point arithmetic would miss it slightly.
    return (0.0 if count == 0 else low), (1.0 if count == whole else high)


def difference(count: float, whole: float, earlier_count: float, earlier_whole: float) -> tuple[float, float]:
    """Return Newcombe's interval of the difference between two independent proportions, the later less the earlier.

    Returns
    -------
    tuple of float
        The lowest and highest difference, between -1 and 1. If 0 lies between them, chance could explain the change.

    Raises
    ------
    ValueError
        As for `wilson`.

    Examples
    --------
    >>> [round(bound, 4) for bound in difference(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    low, high = wilson(count, whole)
    earlier_low, earlier_high = wilson(earlier_count, earlier_whole)
    now, before = count / whole, earlier_count / earlier_whole
    down = sqrt((now - low) ** 2 + (earlier_high - before) ** 2)
    up = sqrt((high - now) ** 2 + (before - earlier_low) ** 2)
    return now - before - down, now - before + up


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
    if low > other:
        return ABOVE
    return BELOW if high < other else WITHIN
