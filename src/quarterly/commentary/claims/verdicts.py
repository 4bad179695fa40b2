"""Claims of direction: which figures they compare, and whether the figures support them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure
from quarterly.commentary.claims.subjects import Subject
from quarterly.core.terms import Polarity

#: Whether figures support a claim; None if they cannot decide it.
Verdict = bool | None
#: Two figures that a claim may compare: the reference, and the one that the claim is about.
Pair = tuple[float | None, float | None]


@dataclass(frozen=True)
class Claim:
    """A claim, its position in the clause, and the verdict on it for each indicator that the clause is about."""

    start: int
    end: int
    verdicts: list[Verdict]


def contradicted(claim: Claim, subject: Subject) -> bool:
    """Return whether a claim is contradicted for every indicator meant, or for any one if said of all."""
    return (any if subject.every else all)(verdict is False for verdict in claim.verdicts) and bool(claim.verdicts)


def combined(verdicts: list[Verdict], *, denied: bool = False, every: bool = False) -> Verdict:
    """Combine the verdicts on pairs of figures: one that supports the claim is enough, unless ``every`` must."""
    if every and False in verdicts:
        return denied
    if not verdicts or None in verdicts:
        return None
    return not denied if every else any(verdict != denied for verdict in verdicts)


def compared(measure: Measure, pair: Pair, sense: str, *, still: Verdict) -> Verdict:
    """Return whether the second of two figures relates to the first as a comparing word says.

    ``still`` is the verdict on figures that are equal as published.
    """
    before, after = pair
    if before is None or after is None:
        return None
    change = after - before
    same = abs(change) < measure.step / 2
    if sense == "steady":
        # Only a large change contradicts it.
        return not (abs(change) >= 5 * measure.step and abs(change) >= 0.2 * abs(before))
    if sense == "same" or same:
        return same if sense == "same" else still
    if sense in ("better", "worse"):
        improved = (change > 0) == (measure.polarity != Polarity.LOWER)
        return improved == (sense == "better") if measure.polarity else None
    if sense in ("picked", "slipped") and measure.polarity == Polarity.LOWER:
        return None
    return (change > 0) == (sense in ("up", "picked"))


def word_of(found: re.Match[str]) -> str:
    """Return the matched phrase with single spaces."""
    return re.sub(r"\s+", " ", found["word"])


def negated(text: str, start: int) -> bool:
    """Return whether a claim is negated: "not", "never" or "no longer" in the few words before it."""
    return bool(phrases.NEGATION.search(text, max(0, start - 25), start))


def extent(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend a claim to the end of its clause, and to "not" or "continues to" before it."""
    before = re.search(r"(?:\bcontinu\w+\s+to\s+|\bnot\s+|\bno\s+|n't\s+)$", text[:start])
    return (before.start() if before else start), max(end, len(text.rstrip(" .!)")))
