"""Derive counts behind percentages, and percentages of percentages, from published figures.

Published percentages are rounded, so the results are ranges. None of them is a published figure.
"""

from __future__ import annotations

import math

import pandas as pd

from quarterly.core.rounding import half_unit, tidied


def bounds(value: float, decimals: int = 0) -> tuple[float, float]:
    """Return the lowest and highest value that rounds to a published percentage, within 0 and 100."""
    half = half_unit(decimals)
    return max(value - half, 0.0), min(value + half, 100.0)


def count_behind(percentage: float, whole: float, decimals: int = 0) -> tuple[int, int] | None:
    """Find the counts, out of a total number of cases, that a published percentage can represent.

    Returns the lowest and highest count; None if an argument is missing or no count gives that percentage.

    Examples
    --------
    >>> count_behind(69, 32)
    (22, 22)
    >>> count_behind(67, 10) is None
    True
    """
    if pd.isna(percentage) or pd.isna(whole) or whole <= 0:
        return None
    low, high = (tidied(bound * whole / 100) for bound in bounds(percentage, decimals))
    lowest, highest = math.ceil(low), math.floor(high)
    return (lowest, highest) if lowest <= highest else None


def chained(first: float, second: float, decimals: int = 0) -> tuple[float, float, float] | None:
    """Work out the percentage of all cases that passes two steps, each published as a percentage of the step before.

    Returns
    -------
    tuple of float, or None
        The percentage from the published figures, and the lowest and highest that their rounding allows; None
        if either is missing.

    Examples
    --------
    >>> [round(part, 1) for part in chained(81, 16)]
    [13.0, 12.5, 13.4]
    """
    if pd.isna(first) or pd.isna(second):
        return None
    (low_1, high_1), (low_2, high_2) = bounds(first, decimals), bounds(second, decimals)
    return first * second / 100, low_1 * low_2 / 100, high_1 * high_2 / 100
