"""Claims of where a figure stands: beside its target, its rating and its comparators."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure
from quarterly.commentary.claims.phrases import any_of
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.verdicts import FOLLOWS, Claim, Test, Verdict, negated, opposite
from quarterly.core.terms import Polarity

_TARGET = re.compile(
    rf"\b(?P<word>{any_of(*phrases.ABOVE, *phrases.BELOW, *phrases.MET, *phrases.MISSED)})\s+{phrases.THE_TARGET}\b"
)
_PASSIVE = re.compile(
    rf"\b(?:the|its|our)\s+targets?\s+(?:has|have|was|were|is)\s+(?:been\s+|not\s+|narrowly\s+|again\s+|just\s+|not\s+been\s+|also\s+|comfortably\s+)*"
    rf"(?P<word>{any_of(*phrases.PASSIVE_MET, *phrases.PASSIVE_MISSED)})\b"
)
_RATED = re.compile(
    r"\b(?:rated|rated as|remains?|is|now)\s+(?P<word>green|amber|red)\b(?=\s*(?:$|[.!?]|this quarter|again|rated|for))"
)
_WHOM = "|".join(f"(?P<{which}>{pattern})" for which, pattern in phrases.COMPARATORS.items())
_COMPARED = re.compile(
    rf"\b(?P<word>{any_of(*phrases.ABOVE, *phrases.BELOW, *phrases.BEATS, *phrases.LOSES)})\s+"
    rf"(?:(?:the|our|that|those|for|of|in|both|all|average|rate|figure)\s+)*(?:{_WHOM})\b"
    r"(?!\s+(?:target|team|expectation|standard|guid))"
)


def claims(statement: Statement) -> Iterator[Claim]:
    """Find what a clause says of targets, ratings and comparators now; of another time they are not known."""
    if _speaks_of_now(statement):
        yield from _target_claims(statement)
        yield from _comparator_claims(statement)


def _target_claims(statement: Statement) -> Iterator[Claim]:
    text = statement.clause.text
    for found in _TARGET.finditer(text):
        subject = statement.subject(found.start(), loose=True)
        if FOLLOWS.match(text, found.end()):
            word = re.sub(r"\s+", " ", found["word"])
            test = _against_target(word)
            denied = negated(text, found.start())
            yield Claim(found.start(), found.end(), subject, opposite(test) if denied else test)
    for found in _PASSIVE.finditer(text):
        if FOLLOWS.match(text, found.end()):
            met = found["word"] in phrases.PASSIVE_MET
            denied = " not " in found[0]
            yield Claim(
                found.start(), found.end(), statement.subject(found.start(), loose=True), _meets(met=met != denied)
            )
    for found in _RATED.finditer(text):
        if not negated(text, found.start()):
            yield Claim(
                found.start(),
                found.end(),
                statement.subject(found.start(), loose=True),
                _is_rated(found["word"].upper()),
            )


def _against_target(word: str) -> Test:
    if word in phrases.MET or word in phrases.MISSED:
        return _meets(met=word in phrases.MET)
    above = word in phrases.ABOVE

    def beside(measure: Measure) -> Verdict:
        # Where lower is better, "below target" is said of the figure by some and of the performance by others.
        return None if measure.polarity == Polarity.LOWER else _side(measure, measure.target(), above=above)

    return beside


def _meets(*, met: bool) -> Test:
    def test(measure: Measure) -> Verdict:
        on_target = measure.on_target()
        return None if on_target is None else on_target == met

    return test


def _is_rated(colour: str) -> Test:
    def test(measure: Measure) -> Verdict:
        ratings = {measure.row["rag"], measure.row.get("rag_published", "")} - {""}
        return colour in ratings if ratings else None

    return test


def _comparator_claims(statement: Statement) -> Iterator[Claim]:
    text = statement.clause.text
    for found in _COMPARED.finditer(text):
        if not negated(text, found.start()):
            which = next(which for which in phrases.COMPARATORS if found[which])
            word = re.sub(r"\s+", " ", found["word"])
            yield Claim(found.start(), found.end(), statement.subject(found.start(), loose=True), _beside(word, which))


def _beside(word: str, which: str) -> Test:
    def test(measure: Measure) -> Verdict:
        other = measure.comparator(which)
        if word in phrases.BEATS or word in phrases.LOSES:
            if not measure.polarity:
                return None
            return _side(measure, other, above=(word in phrases.BEATS) == (measure.polarity == Polarity.HIGHER))
        return _side(measure, other, above=word in phrases.ABOVE)

    return test


def _speaks_of_now(statement: Statement) -> bool:
    period = statement.period
    latest = statement.measures[0].quarters[-1]
    return period.now in (None, latest) and period.base is None and not period.steps


def _side(measure: Measure, other: float | None, *, above: bool) -> Verdict:
    """Return whether the value is on a side of another figure; of equal ones at the precision shown nobody can tell."""
    value = measure.now()
    if value is None or other is None or abs(value - other) < measure.step / 2:
        return None
    return (value > other) == above
