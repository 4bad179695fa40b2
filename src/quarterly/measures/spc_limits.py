"""Natural process limits of a series of single figures (an XmR chart), and the rules that find a special cause.

Sources: D. J. Wheeler, Understanding Variation (1993), for the limits at 2.66 times the average moving range (3 / 1.128
to two decimals); NHS England, Making Data Count, for the four rules; Western Electric, Statistical
Quality Control Handbook (1956), for how two of three are counted; L. S. Nelson, Control charts for individual
measurements, Journal of Quality Technology 14 (1982) 172-173, for leaving out moving ranges above 3.267 times their
average (3.27 in print) when limits are worked out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np

from quarterly.core.rounding import published, tidied

#: How far the limits lie from the mean, in average moving ranges.
REACH = 2.66
#: Above how many average moving ranges one of them is outlying.
OUTLYING_RANGE = 3.267
#: How many figures on one side of the mean, or rising, or falling, are no longer chance.
RUN = 7

Figures = np.ndarray[tuple[int], np.dtype[np.float64]]


class Rule(StrEnum):
    """The rules in the order in which they are published: where a figure breaks several, the first of them decides."""

    OUTSIDE = "outside the process limits"
    TREND = "a trend"
    NEAR_LIMIT = "two of three near a limit"
    RUN = "a run on one side of the mean"


@dataclass(frozen=True)
class Limits:
    """What a process is expected to give as long as nothing changes."""

    #: The centre line and the natural process limits, in the indicator's unit. A limit may lie where no figure can.
    mean: float
    lower: float
    upper: float
    average_range: float
    screened: int = 0  # how many outlying moving ranges were left out of it

    def at(self, decimals: int) -> Limits:
        """Round them to the decimals that are shown: figures are compared with the limits that a reader sees."""
        mean, lower, upper = (float(published(line, decimals)) for line in (self.mean, self.lower, self.upper))
        return replace(self, mean=mean, lower=lower, upper=upper)

    @property
    def range_limit(self) -> float:
        """The largest change from one figure to the next that is ordinary."""
        return OUTLYING_RANGE * self.average_range


@dataclass(frozen=True)
class Signal:
    """One sign of a special cause."""

    rule: Rule  # which rule found it
    places: tuple[int, ...]  # the figures that it rests on, by their position
    side: int  # 1 where figures are high or rise, -1 where they are low or fall


def process_limits(values: Figures, *, screen: bool = False) -> Limits:
    """Work out the mean and the natural process limits of figures in the order of time.

    Parameters
    ----------
    values : array of float, shape (n,)
        At least two figures, none missing.
    screen : bool
        Leave moving ranges above 3.267 times their average out, once, and take the average of the others.

    Raises
    ------
    ValueError
        There are fewer than two figures.

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
    """Find the signs of special causes among figures that share their limits.

    ``values`` are in the order of time, none missing. The signals are by rule, each as long as it can be.

    Notes
    -----
    A figure on a limit is within it. A figure on the mean ends a run, and a figure like the one before ends a trend.
    Seven figures of which each is higher than the one before are a trend, whatever led to the first of them. In the
    rule of two of three, both lie on one side, in the third nearest its limit or beyond.
    """
    away = tidied(values - limits.mean)
    reaches = tidied(np.where(away > 0, limits.upper - limits.mean, limits.mean - limits.lower))
    outside = np.flatnonzero(abs(away) > reaches).tolist()
    signals = [Signal(Rule.OUTSIDE, (place,), int(np.sign(away[place]))) for place in outside]
    runs = _stretches(np.sign(away))
    signals += [Signal(Rule.RUN, run, side) for run, side in runs if len(run) >= RUN]
    # Steps lie between figures: one fewer than the figures that they join.
    steps = _stretches(np.sign(tidied(np.diff(values))))
    trends = [((*step, step[-1] + 1), side) for step, side in steps]
    signals += [Signal(Rule.TREND, trend, side) for trend, side in trends if len(trend) >= RUN]
    return signals + _near_limit(np.sign(away) * (abs(away) > tidied(reaches * 2 / 3)))


def _stretches(signs: Figures) -> list[tuple[tuple[int, ...], int]]:
    """List the stretches of like signs other than 0: their places, and the sign."""
    edges = [0, *(np.flatnonzero(np.diff(signs)) + 1).tolist(), len(signs)]
    spans = [(start, stop) for start, stop in pairwise(edges) if start < stop]
    return [(tuple(range(start, stop)), int(signs[start])) for start, stop in spans if signs[start]]


def _near_limit(near: Figures) -> list[Signal]:
    """Find two of three figures in a row near one limit: ``near`` is the side of each figure that is, else 0."""
    found = []
    for start in range(len(near) - 2):
        for side in (1, -1):
            places = (start + np.flatnonzero(near[start : start + 3] == side)).tolist()
            if len(places) >= 2:
                found.append(Signal(Rule.NEAR_LIMIT, tuple(places), side))
    return list(dict.fromkeys(found))
