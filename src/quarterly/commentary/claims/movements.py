"""Claims of how a figure moved: since when, which way, and how far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, words_in
from quarterly.commentary.claims.phrases import any_of
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.subjects import Subject, lead
from quarterly.commentary.claims.verdicts import FOLLOWS, NUMBER, PERIODS, Claim, Test, Verdict, negated
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Polarity

_MOVES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("up", phrases.UP, phrases.BASE_UP),
    ("down", phrases.DOWN, phrases.BASE_DOWN),
    ("slipped", phrases.SLIPPED, phrases.BASE_SLIPPED),
    ("better", phrases.BETTER, phrases.BASE_BETTER),
    ("worse", phrases.WORSE, phrases.BASE_WORSE),
    ("same", phrases.SAME, ()),
    ("steady", phrases.STEADY, ()),
)
_SENSE = {word: sense for sense, words, bases in _MOVES for word in (*words, *bases)}
_BASES = {word for _, _, bases in _MOVES for word in bases}
_MOVE = re.compile(rf"\b{any_of(*_SENSE)}\b")
_MORE = re.compile(
    r"\b(?P<word>more|fewer)\s+(?P<what>[a-z][a-z' -]{2,80}?)\s+than\s+(?:in\s+|the\s+)*"
    r"(?:last|previous|q[1-4])\s*(?:quarter)?"
)

#: Words that speak of a movement only where they compare: "up on last quarter", "better than Q1".
_COMPARING = ("up", "down", "higher", "lower", "better", "worse", "the same as")
_COMPARES = re.compile(
    rf"\s*(?:$|[.!]|(?:on|from|since|than|by|to|in|again|this)\b\s*(?:in\s+|the\s+)*(?:{PERIODS}|{NUMBER}|$|quarter))"
)
#: What a movement is of: "an increase in the number of agency workers".
_WITHIN = re.compile(r"\s+in\s+(?!q[1-4]\b|(?:this|the|last|each|every)\s+(?:last\s+)?quarter)([^,.;]+)")


def claims(statement: Statement) -> Iterator[Claim]:
    """Find the movements that a clause states."""
    yield from _moves_of_words(statement)
    yield from _more_or_fewer(statement)


def _moves_of_words(statement: Statement) -> Iterator[Claim]:
    """Find what is said by the words of the tables: "has improved", "a slight dip", "up on last quarter"."""
    text = statement.clause.text
    for found in _MOVE.finditer(text):
        word, before = re.sub(r"\s+", " ", found[0]), text[: found.start()]
        denied = negated(text, found.start())
        continued = bool(phrases.CONTINUES.search(before))
        if not _is_stated(word, before, text[found.end() :], known_verb=denied or continued):
            continue
        within = _WITHIN.match(text, found.end()) if word in _BASES and _is_noun(before) else None
        if not within and not FOLLOWS.match(text, found.end()):
            continue
        subject = statement.about(lead(within[1])) if within else statement.subject(found.start())
        if not _counts_cases(subject, _SENSE[word]):
            denied = denied and word not in phrases.SAME
            slight = bool(phrases.SLIGHT.search(text))
            test = _moved(word, statement, subject, denied=denied, slight=slight, only_last=continued)
            yield Claim(*_extent(text, *found.span()), subject, test)


def _is_stated(word: str, before: str, after: str, *, known_verb: bool) -> bool:
    """Whether a word is used so that it says how a figure moved: no infinitive, no "reducing delays", no "held up"."""
    words = words_in(before)
    if word in _BASES and not _is_noun(before) and not known_verb:
        return False
    if word.endswith("ing") and words and not phrases.BEING.search(before):
        return False
    if word in ("up", "down") and words and words[-1] not in phrases.EMPTY:
        return False
    return word not in _COMPARING or bool(_COMPARES.match(after))


def _more_or_fewer(statement: Statement) -> Iterator[Claim]:
    """Find "fewer agency workers than last quarter"."""
    text = statement.clause.text
    for found in _MORE.finditer(text):
        subject = statement.about(found["what"])
        if subject.named and all(measure.unit == "number" for measure in subject.measures):
            word = "up" if found["word"] == "more" else "down"
            test = _moved(word, statement, subject, denied=False, slight=False, only_last=False)
            yield Claim(found.start(), found.end(), subject, test)


def _extent(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a claim to the rest of its clause, with "not" or "continues to" where that stands before it."""
    before = re.search(r"(?:\bcontinu\w+\s+to\s+|\bnot\s+|\bno\s+|n't\s+)$", text[:start])
    return (before.start() if before else start), max(end, len(text.rstrip(" .!)")))


def _is_noun(before: str) -> bool:
    words = words_in(before)
    return (bool(words) and words[-1] in phrases.ARTICLES) or not words


def _counts_cases(subject: Subject, sense: str) -> bool:
    """Whether "visits have increased" may be said of how many there were, and not of the percentage on time."""
    return (
        sense in ("up", "down", "slipped", "steady", "same")
        and subject.named
        and not subject.counted
        and any(measure.unit != "number" for measure in subject.measures)
    )


def _moved(word: str, statement: Statement, subject: Subject, *, denied: bool, slight: bool, only_last: bool) -> Test:
    """Make the test of a movement: it holds if it does since any of the quarters that may be meant."""
    sense, period = _SENSE[word], statement.period
    if subject.performance and sense in ("up", "down", "slipped"):
        sense = "better" if sense == "up" else "worse"

    def test(measure: Measure) -> Verdict:
        pairs = _pairs(measure, period.now, period.base, steps=period.steps, only_last=only_last)
        verdicts = [_step(measure, sense, word, before, after, slight=slight) for before, after in pairs]
        if not verdicts or None in verdicts:
            return None
        if period.steps:
            return all(verdicts) != denied
        return any(verdict != denied for verdict in verdicts)

    return test


def _pairs(
    measure: Measure, now: Quarter | None, base: Quarter | None, *, steps: int, only_last: bool
) -> list[tuple[float | None, float | None]]:
    """List the pairs of figures, earlier and later, of which a claim may speak."""
    quarters = measure.quarters
    if steps:
        shown = quarters if steps < 0 else quarters[-steps - 1 :]
        return [(measure.at(a), measure.at(b)) for a, b in pairwise(shown)]
    after = now or quarters[-1]
    if base or now or only_last:
        return [(measure.at(base or after.previous()), measure.at(after))]
    return [(measure.at(quarter), measure.at(after)) for quarter in quarters[:-1] if measure.at(quarter) is not None]


def _step(
    measure: Measure, sense: str, word: str, before: float | None, after: float | None, *, slight: bool
) -> Verdict:
    """Return whether a figure moved as a word says."""
    if before is None or after is None:
        return None
    change = after - before
    still = abs(change) < measure.step / 2
    if sense == "steady":
        # Only a great change contradicts it.
        return not (abs(change) >= 5 * measure.step and abs(change) >= 0.2 * abs(before))
    if sense == "same":
        return still
    if still and slight:
        return None
    if word in phrases.FACTORS and before:
        factor = phrases.FACTORS[word]
        return after / before >= factor if factor > 1 else after / before <= factor
    return _towards(measure, sense, change, still=still)


def _towards(measure: Measure, sense: str, change: float, *, still: bool) -> Verdict:
    better = measure.better(change)
    if sense in ("better", "worse"):
        return None if better is None else not still and (better > 0) == (sense == "better")
    if sense == "slipped" and measure.polarity == Polarity.LOWER:
        return None if not still else False
    return not still and (change > 0) == (sense == "up")
