"""Direction of travel by rule.

Source: the Q3 2023/24 report, section 3, notes: POSITIVE, STABLE or NEGATIVE for an indicator with a target,
INCREASE, STABLE or DECREASE for one without. Figures are compared at the precision at which they are published.
The rule determines the earlier figure to compare with and the largest change that counts as stable.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quarterly.core.rounding import published, tidied
from quarterly.core.terms import FITTED_TREND, Dot, Polarity, Tolerance
from quarterly.data.rule_checks import FEWEST_FITTED
from quarterly.measures.rag import distance

NO_VALUE = "There is no figure to compare"
NO_PREVIOUS = "There is no earlier figure to compare with"
NEW_DEFINITION = "The definition changed, so there is no earlier figure to compare with"
NO_TREND = "There are too few figures to fit a trend"


def direction_of_travel(figures: pd.DataFrame) -> pd.DataFrame:
    """Judge which way figures moved.

    Parameters
    ----------
    figures : DataFrame
        One row per figure, with the columns ``value`` and ``previous`` (float, in the indicator's unit), ``decimals``
        (the published precision), ``polarity`` (higher, lower or blank), ``target``, ``direction`` and
        ``target_missing`` as in `quarterly.measures.rag.rate`; ``current`` (float: the figure itself, or the end of a
        fitted line that is compared instead), ``dot_basis`` (the basis of comparison),
        ``stability`` and ``stability_basis`` (the largest change that counts as stable, in points or in per cent of
        the earlier figure), ``redefined`` (whether the earlier figure has another definition), and ``lower`` and
        ``upper`` (the ends of a band, or missing).

    Returns
    -------
    DataFrame
        On the same index: ``dot`` (a `Dot` or blank) and ``dot_reason`` (why ``dot`` is blank).

    Notes
    -----
    A target without a polarity does not show which way is better, so the figure only increases or decreases.
    An indicator whose target exists but cannot be read still counts as having a target. With a band, nearer to it is
    better; a figure that moves inside it only increases or decreases.
    """
    now, then = (published(figures[end], figures["decimals"]) for end in ("current", "previous"))
    change = tidied(now - then)
    change = np.sign(change).where(change.abs() > _stability(figures, then), 0)
    band, has_target = _targeted(figures)
    low, high = figures["lower"], figures["upper"]
    nearer = np.sign(tidied(distance(then, low, high) - distance(now, low, high))) * (change != 0)
    sided = has_target & (figures["polarity"] != "")
    better = np.select([band, sided], [nearer, change * np.where(figures["polarity"] == Polarity.LOWER, -1, 1)], 0)
    fitted = figures["dot_basis"] == FITTED_TREND
    reason = np.select(
        [
            figures["value"].isna(),
            figures["redefined"],
            fitted & figures["previous"].isna(),
            figures["previous"].isna(),
        ],
        [NO_VALUE, NEW_DEFINITION, NO_TREND, NO_PREVIOUS],
        default="",
    )
    dot = np.select(
        [reason != "", change == 0, better > 0, better < 0, change > 0],
        ["", str(Dot.STABLE), str(Dot.POSITIVE), str(Dot.NEGATIVE), str(Dot.INCREASE)],
        default=str(Dot.DECREASE),
    )
    return pd.DataFrame({"dot": dot, "dot_reason": reason}, index=figures.index)


def _targeted(figures: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return which figures have a target band, and which have any target, including one that cannot be read."""
    unreadable = ~figures["target_missing"].isin(["", "z"])
    band = figures["lower"].notna() & figures["upper"].notna()
    return band, figures["target"].notna() | (figures["direction"] != "") | unreadable | band


def lacking(row: pd.Series) -> str:
    """Return what a change needs to be positive or negative: ``target`` or ``polarity``; blank if it has both.

    ``row`` is a row of the scorecard. A target band needs no polarity.
    """
    band, has_target = (found.item() for found in _targeted(pd.DataFrame([row])))
    if not has_target:
        return "target"
    return "" if band or row["polarity"] else "polarity"


def _stability(figures: pd.DataFrame, then: pd.Series) -> pd.Series:
    """Return the largest change that counts as stable, in the indicator's unit."""
    relative = figures["stability_basis"] == Tolerance.RELATIVE
    stability: pd.Series = tidied((then.abs() * figures["stability"] / 100).where(relative, figures["stability"]))
    return stability.fillna(0)


def fitted_ends(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit a straight line to each row by least squares, and return its two ends.

    Parameters
    ----------
    values : array of float, shape (rows, quarters)
        Oldest first; missing figures are ignored.

    Returns
    -------
    tuple of array of float, shape (rows,)
        The line at the first and at the last quarter; missing if a row has too few figures.

    Examples
    --------
    >>> first, last = fitted_ends(np.array([[10.0, 12.0, np.nan, 16.0]]))
    >>> first.round(6).item(), last.round(6).item()
    (10.0, 16.0)
    """
    known = ~np.isnan(values)
    number = known.sum(axis=1)
    number = np.where(number >= FEWEST_FITTED, number, np.nan)
    places = np.where(known, np.arange(values.shape[1], dtype=float), 0.0)
    figures = np.where(known, values, 0.0)
    mean_place, mean_figure = places.sum(axis=1) / number, figures.sum(axis=1) / number
    apart = np.where(known, places - mean_place[:, None], 0.0)
    # Too few figures make the counts missing, not 0, so nothing is divided by 0.
    slope = (apart * figures).sum(axis=1) / np.where(np.isnan(number), np.nan, (apart**2).sum(axis=1))
    return mean_figure - slope * mean_place, mean_figure + slope * (values.shape[1] - 1 - mean_place)
