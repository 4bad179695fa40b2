"""Rounding, in one place: the residue of binary arithmetic is removed, and halves round up, as in print.

Figures are binary fractions: 0.1 + 0.2 is not 0.3, and 200 less 32.42 is 167.57999999999998. So figures, targets and
limits are compared after `tidied`, and before a computed figure is judged, `published` rounds it to the precision at
which it is shown.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quarterly.core.terms import Unit

#: Figures have at most six decimals, so nine keep any two of them apart, and residue is always smaller.
PRECISION = 9


def tidied(values: Any) -> Any:
    """Remove the residue of binary arithmetic.

    A missing or infinite figure is unchanged.

    Examples
    --------
    >>> float(tidied(200 - 32.42)), bool(tidied(0.1 + 0.2) == 0.3)
    (167.58, True)
    """
    return np.round(values, PRECISION)


def published(values: Any, decimals: Any) -> Any:
    """Round to published decimals; halves round up.

    Both arguments can be numbers, arrays or Series.

    Examples
    --------
    >>> float(published(70.5, 0)), float(published(1.005, 2)), float(published(71.5, 0))
    (71.0, 1.01, 72.0)
    """
    scale = 10.0**decimals
    return np.floor(tidied(values * scale) + 0.5) / scale


def is_count(unit: Any, decimals: Any) -> Any:
    """Return whether figures are whole numbers of something, which are counted and not rounded."""
    return (unit == Unit.NUMBER) & (decimals == 0)


def half_unit(decimals: Any) -> Any:
    """Return how far rounding can move a figure: half a unit of its last decimal."""
    return 0.5 * 10.0**-decimals


def within(values: Any, low: Any, high: Any) -> Any:
    """Return whether values lie between two others, or on them, but for the residue of binary arithmetic."""
    return (tidied(low) <= tidied(values)) & (tidied(values) <= tidied(high))


def same_rounded(one: Any, other: Any, *decimals: Any) -> Any:
    """Return whether two figures are equal, or as near as rounding to each of the given decimals can explain.

    Examples
    --------
    >>> bool(same_rounded(0.1 + 0.2, 0.3)), bool(same_rounded(66.7, 67, 0)), bool(same_rounded(66.4, 67, 0))
    (True, True, False)
    """
    room = sum(map(half_unit, decimals))
    return within(one - other, -room, room)
