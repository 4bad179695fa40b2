"""Tell signal from noise: whether an indicator's variation is ordinary, and whether it will meet its target reliably.

Source: NHS England, Making Data Count: the variation and assurance icons, and a minimum of twelve figures for limits.
Figures whose periods overlap (a rolling year, a year to date) depend on one another, so limits from their moving
ranges would be far too narrow: they are not charted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from quarterly.core.rounding import tidied
from quarterly.core.terms import Basis, Polarity, Rag, count_of
from quarterly.data.evidence import Treatment
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc_limits import Limits, Rule, Signal, find_signals, process_limits

#: The number of figures that limits need.
MIN_FIGURES = 12

OVERLAPPING = {
    Basis.ROLLING: "each figure covers 12 months, most of which the previous figure covers too",
    Basis.YEAR_TO_DATE: "each figure covers the year so far, which includes the previous figure",
}


class Kind(StrEnum):
    """The type of variation shown by the latest figure: the variation icon."""

    COMMON = "Common cause"
    IMPROVING = "Special cause, improving"
    CONCERNING = "Special cause, concerning"
    HIGH = "Special cause, high or rising"
    LOW = "Special cause, low or falling"
    UNKNOWN = "Not known"


class Assurance(StrEnum):
    """Whether figures within the limits meet the target: the assurance icon."""

    PASSES = "Consistently passes"
    FAILS = "Consistently fails"
    HIT_AND_MISS = "Hit and miss"
    UNKNOWN = "Not known"


@dataclass(frozen=True)
class Stretch:
    """Figures between two known changes, which share their limits."""

    #: The positions of the figures, as a half-open range.
    start: int
    stop: int
    limits: Limits | None  # None if there are too few figures
    signals: tuple[Signal, ...] = ()  # with positions among all figures of the indicator


@dataclass(frozen=True)
class Variation:
    """The variation of an indicator's series."""

    #: The known figures, oldest first, and their quarters.
    quarters: list[str]
    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    stretches: list[Stretch]  # oldest first and never empty; the last holds the latest figure
    changes: pd.DataFrame  # the known changes of the indicator: ``quarter``, ``treatment``, ``reason``
    #: For the latest figure and its limits.
    kind: Kind
    assurance: Assurance
    signal: Signal | None  # the signal of the special cause
    #: Why there are no limits, or no figure to compare with them, in a sentence without a full stop; otherwise blank.
    reason: str

    @property
    def limits(self) -> Limits | None:
        """The limits of the latest figure, or None."""
        return self.stretches[-1].limits


def vary(scorecard: Scorecard) -> dict[str, Variation]:
    """Analyse the series of every indicator, with what was known at the quarter."""
    figures = scorecard.history.dropna(subset=["value"])
    by_indicator = dict(iter(figures.groupby("indicator_id", sort=False)))
    changes = dict(iter(scorecard.known_changes.groupby("indicator_id", sort=False)))
    none = figures.iloc[:0], scorecard.known_changes.iloc[:0]
    found = {}
    for name, row in scorecard.records.items():
        varied = variation_of(row, by_indicator.get(name, none[0]), changes.get(name, none[1]))
        if varied.limits is not None and pd.isna(row["value"]):  # the last figure's signal is not the quarter's
            reason = f"No signal: there is no figure for {scorecard.quarter.label}"
            varied = replace(varied, kind=Kind.UNKNOWN, signal=None, reason=reason)
        found[name] = varied
    return found


def variation_of(row: Mapping[str, Any] | pd.Series, figures: pd.DataFrame, changes: pd.DataFrame) -> Variation:
    """Analyse the series of one indicator.

    ``row`` has its ``period_basis``, ``decimals``, ``target`` and ``polarity``. ``figures`` has a row for each known
    figure, oldest first, with ``quarter`` and ``value``; ``changes`` has ``quarter`` and ``treatment`` of what changed.
    """
    quarters, values = list(figures["quarter"]), figures["value"].to_numpy(dtype=float)
    overlapping = OVERLAPPING.get(row["period_basis"], "")
    if overlapping:
        stretches = [Stretch(0, len(values), None)]
    else:
        decimals = int(row["decimals"]) + 1
        stretches = [_stretch(quarters, values, span, changes, decimals) for span in _spans(quarters, changes)]
    latest = stretches[-1]
    if latest.limits is None:
        reason = f"No chart: {overlapping}" if overlapping else _too_early(latest, rebased=len(stretches) > 1)
        return Variation(quarters, values, stretches, changes, Kind.UNKNOWN, Assurance.UNKNOWN, None, reason)
    current = [signal for signal in latest.signals if signal.places[-1] == len(values) - 1]
    signal = min(current, key=lambda found: list(Rule).index(found.rule), default=None)
    assurance = assure(latest.limits, row["target"], row["polarity"])
    kind = Kind.COMMON if signal is None else kind_of(signal, row["polarity"])
    return Variation(quarters, values, stretches, changes, kind, assurance, signal, "")


def _spans(quarters: list[str], changes: pd.DataFrame) -> list[tuple[int, int]]:
    """Split the figures where new limits begin; the last span is kept even if it has no figures yet."""
    begins = sorted(changes.loc[changes["treatment"] != Treatment.ONE_OFF, "quarter"])
    edges = [0, *(sum(quarter < begin for quarter in quarters) for begin in begins), len(quarters)]
    spans = list(pairwise(edges))
    return [span for span in spans[:-1] if span[0] < span[1]] + spans[-1:]


def _stretch(
    quarters: list[str],
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
    span: tuple[int, int],
    changes: pd.DataFrame,
    decimals: int,
) -> Stretch:
    start, stop = span
    if stop - start < MIN_FIGURES:
        return Stretch(start, stop, None)
    one_offs = set(changes.loc[changes["treatment"] == Treatment.ONE_OFF, "quarter"])
    limits = process_limits(values[start:stop], screen=not one_offs.isdisjoint(quarters[start:stop])).at(decimals)
    found = find_signals(values[start:stop], limits)
    signals = tuple(replace(signal, places=tuple(place + start for place in signal.places)) for signal in found)
    return Stretch(start, stop, limits, signals)


def _too_early(latest: Stretch, *, rebased: bool) -> str:
    known = latest.stop - latest.start
    since = " since the last known change" if rebased else ""
    wanted = count_of(MIN_FIGURES - known, "more quarter is", "more quarters are")
    return f"Too early to say: {count_of(known, 'figure')}{since}, and limits need {MIN_FIGURES}, so {wanted} needed"


def kind_of(signal: Signal, polarity: str) -> Kind:
    """Classify a signal as improving or concerning, or as high or low if there is no polarity."""
    if not polarity:
        return Kind.HIGH if signal.side > 0 else Kind.LOW
    return Kind.IMPROVING if (signal.side > 0) == (polarity == Polarity.HIGHER) else Kind.CONCERNING


def assure(limits: Limits, target: float, polarity: str) -> Assurance:
    """Return whether a process within its limits meets a target; a figure on the target meets it.

    It passes if every figure within the limits meets the target, and fails if none does. ``target`` is missing if there
    is no target or it is a direction.
    """
    if pd.isna(target) or not polarity:
        return Assurance.UNKNOWN
    best, worst = (limits.upper, limits.lower) if polarity == Polarity.HIGHER else (-limits.lower, -limits.upper)
    wanted = target if polarity == Polarity.HIGHER else -target
    if tidied(worst - wanted) >= 0:
        return Assurance.PASSES
    return Assurance.FAILS if tidied(best - wanted) < 0 else Assurance.HIT_AND_MISS


#: The words that icons add to a rating.
_SPECIAL_CAUSE_WORDS = {
    Kind.IMPROVING: "better than normal variation explains",
    Kind.CONCERNING: "worse than normal variation explains",
}
_ASSURANCE_WORDS = {
    Assurance.PASSES: "the target will be met reliably",
    Assurance.HIT_AND_MISS: "the target will not be met reliably",
    Assurance.FAILS: "the target will not be met without change",
}


def rating_qualifier(rag: str, variation: Variation) -> str:
    """Write what variation and assurance add to a rating: ``but within normal variation``.

    The text follows the rating and a comma; blank if the indicator is not rated or has no limits.

    Notes
    -----
    With the rating it reads "Red, but within normal variation" or "Green, but the target will not be met reliably".
    While there is a special cause, the limits do not predict the next figure, so the target is not mentioned.
    """
    if not rag or variation.limits is None:
        return ""
    good, kind, assurance = rag == Rag.GREEN, variation.kind, variation.assurance
    if kind in _SPECIAL_CAUSE_WORDS:
        expected = kind == (Kind.IMPROVING if good else Kind.CONCERNING)
        return f"{'and' if expected else 'but'} {_SPECIAL_CAUSE_WORDS[kind]}"
    parts = [] if good else ["but within normal variation"]
    if assurance in _ASSURANCE_WORDS and (good or assurance != Assurance.HIT_AND_MISS):
        expected = assurance == (Assurance.PASSES if good else Assurance.FAILS)
        parts.append(f"{'and' if expected else 'but'} {_ASSURANCE_WORDS[assurance]}")
    return ", ".join(parts)
