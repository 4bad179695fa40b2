"""Natural process limits of a series of individual figures (an XmR chart), and the rules that detect special causes.

Sources: D. J. Wheeler, Understanding Variation (1993), for the limits at 2.66 times the average moving range (3 / 1.128
to two decimals); NHS England, Making Data Count, for the four rules; Western Electric, Statistical
Quality Control Handbook (1956), for how two of three are counted; L. S. Nelson, Control charts for individual
measurements, Journal of Quality Technology 14 (1982) 172-173, for excluding moving ranges above 3.267 times their
average (3.27 in print) from the limits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np

from quarterly.core.rounding import published, tidied

#: The distance of the limits from the mean, in average moving ranges.
REACH = 2.66
#: The multiple of the average moving range above which a moving range is an outlier.
OUTLYING_RANGE = 3.267
#: The number of figures on one side of the mean, or rising, or falling, that make a signal.
RUN = 7

Figures = np.ndarray[tuple[int], np.dtype[np.float64]]


class Rule(StrEnum):
    """The rules in their published order: if a figure breaks several, the first decides."""

    OUTSIDE = "outside the process limits"
    TREND = "a trend"
    NEAR_LIMIT = "two of three near a limit"
    RUN = "a run on one side of the mean"


@dataclass(frozen=True)
class Limits:
    """The range in which a process is expected to stay as long as nothing changes."""

    #: The centre line and the natural process limits, in the indicator's unit. A limit may be an impossible value.
    mean: float
    lower: float
    upper: float
    average_range: float
    screened: int = 0  # the number of outlying moving ranges excluded from the average

    def at(self, decimals: int) -> Limits:
        """Round to the decimals shown, so that figures are compared with the limits that readers see."""
        mean, lower, upper = (float(published(line, decimals)) for line in (self.mean, self.lower, self.upper))
        return replace(self, mean=mean, lower=lower, upper=upper)

    @property
    def range_limit(self) -> float:
        """The largest ordinary change from one figure to the next."""
        return OUTLYING_RANGE * self.average_range


@dataclass(frozen=True)
class Signal:
    """One signal of a special cause."""

    rule: Rule
    places: tuple[int, ...]  # the positions of the figures behind it
    side: int  # 1 if figures are high or rising, -1 if they are low or falling


def process_limits(values: Figures, *, screen: bool = False) -> Limits:
    """Work out the mean and the natural process limits of figures in time order.

    Parameters
    ----------
    values : array of float, shape (n,)
        At least two figures, none missing.
    screen : bool
        Exclude moving ranges above 3.267 times their average, once, and average the rest.

    Raises
    ------
    ValueError
        If there are fewer than two figures.

    Examples
    --------
    >>> limits = process_limits(np.array([4.0, 6.0, 5.0, 7.0]))
    >>> round(limits.mean, 2), round(limits.lower, 2), round(limits.upper, 2)
    (5.5, 1.07, 9.93)
    """
    if len(values) < 2:
        raise ValueError("One figure has no moving range.")
    ranges = np.abs(np.diff(values))
    ordinary = ranges[ranges <= OUTLYING_RANGE * ranges.mean()] if screen else ranges
    mean, average = float(values.mean()), float(ordinary.mean())
    return Limits(mean, mean - REACH * average, mean + REACH * average, average, len(ranges) - len(ordinary))


def find_signals(values: Figures, limits: Limits) -> list[Signal]:
    """Find the signals of special causes among figures that share their limits.

    ``values`` are in time order, none missing. The signals are grouped by rule, each as long as possible.

    Notes
    -----
    A figure on a limit is within it. A figure on the mean ends a run, and a figure equal to the one before ends a
    trend. Seven figures, each higher than the one before, are a trend, whatever came before the first of them. In the
    two-of-three rule, both lie on the same side, in the third nearest the limit or beyond it.
    """
    away = tidied(values - limits.mean)
    reaches = tidied(np.where(away > 0, limits.upper - limits.mean, limits.mean - limits.lower))
    outside = np.flatnonzero(abs(away) > reaches).tolist()
    signals = [Signal(Rule.OUTSIDE, (place,), int(np.sign(away[place]))) for place in outside]
    runs = _stretches(np.sign(away))
    signals += [Signal(Rule.RUN, run, side) for run, side in runs if len(run) >= RUN]
    # Steps lie between figures, so there is one fewer of them.
    steps = _stretches(np.sign(tidied(np.diff(values))))
    trends = [((*step, step[-1] + 1), side) for step, side in steps]
    signals += [Signal(Rule.TREND, trend, side) for trend, side in trends if len(trend) >= RUN]
    return signals + _near_limit(np.sign(away) * (abs(away) > tidied(reaches * 2 / 3)))


def _stretches(signs: Figures) -> list[tuple[tuple[int, ...], int]]:
    """List the stretches of equal signs other than 0 as (positions, sign)."""
    edges = [0, *(np.flatnonzero(np.diff(signs)) + 1).tolist(), len(signs)]
    spans = [(start, stop) for start, stop in pairwise(edges) if start < stop]
    return [(tuple(range(start, stop)), int(signs[start])) for start, stop in spans if signs[start]]


def _near_limit(near: Figures) -> list[Signal]:
    """Find two of three consecutive figures near one limit; ``near`` is the side of each such figure, otherwise 0."""
    found = []
    for start in range(len(near) - 2):
        for side in (1, -1):
            places = (start + np.flatnonzero(near[start : start + 3] == side)).tolist()
            if len(places) >= 2:
                found.append(Signal(Rule.NEAR_LIMIT, tuple(places), side))
    return list(dict.fromkeys(found))
