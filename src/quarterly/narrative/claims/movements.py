"""Claims of how a figure moved: since when, which way, and how far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from quarterly.narrative.claims import phrases
from quarterly.narrative.claims.measures import Measure, words_in
from quarterly.narrative.claims.phrases import any_of
from quarterly.narrative.claims.statements import Statement
from quarterly.narrative.claims.subjects import Subject, lead
from quarterly.narrative.claims.verdicts import FOLLOWS, NUMBER, PERIODS, Claim, Test, Verdict, negated, opposite
from quarterly.words.quarters import Quarter
from quarterly.words.terms import Polarity

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


def claims(statement: Statement) -> Iterator[Claim]:
    """Find the movements that a clause states."""
    yield from _moves_of_words(statement)
    yield from _more_or_fewer(statement)


def _moves_of_words(statement: Statement) -> Iterator[Claim]:
    text = statement.clause.text
    for found in _MOVE.finditer(text):
        word = re.sub(r"\s+", " ", found[0])
        before = text[: found.start()]
        subject = statement.subject(found.start())
        end = found.end()
        noun = word in _BASES and _is_noun(before)
        if word in _BASES and not noun and not phrases.CONTINUES.search(before) and not negated(text, found.start()):
            continue
        if word.endswith("ing") and words_in(before) and not phrases.BEING.search(before):
            continue
        if word in ("up", "down") and words_in(before) and words_in(before)[-1] not in phrases.EMPTY:
            continue  # "held up", "followed up"
        if word in ("up", "down", "higher", "lower", "better", "worse", "the same as") and not _compares(text, end):
            continue
        if noun and (
            within := re.match(
                r"\s+in\s+(?!q[1-4]\b|(?:this|the|last|each|every)\s+(?:last\s+)?quarter)([^,.;]+)", text[end:]
            )
        ):
            subject = statement.about(lead(within[1]))
        elif not FOLLOWS.match(text, end):
            continue
        if _counts_cases(subject, _SENSE[word]):
            continue
        slight = bool(phrases.SLIGHT.search(text))
        test = _moved(word, statement, subject, slight=slight, only_last=bool(phrases.CONTINUES.search(before)))
        denied = negated(text, found.start()) and word not in phrases.SAME
        start, stop = _extent(statement, found.start(), end)
        yield Claim(start, stop, subject, opposite(test) if denied else test)


def _more_or_fewer(statement: Statement) -> Iterator[Claim]:
    """Find "fewer agency workers than last quarter"."""
    text = statement.clause.text
    for found in _MORE.finditer(text):
        subject = statement.about(found["what"])
        if subject.named and all(measure.unit == "number" for measure in subject.measures):
            word = "up" if found["word"] == "more" else "down"
            test = _moved(word, statement, subject, slight=False, only_last=False)
            yield Claim(found.start(), found.end(), subject, test)


def _extent(statement: Statement, start: int, end: int) -> tuple[int, int]:
    """Widen a claim to the rest of its clause, with "not" or "continues to" where that stands before it."""
    text = statement.clause.text
    before = re.search(r"(?:\bcontinu\w+\s+to\s+|\bnot\s+|\bno\s+|n't\s+)$", text[:start])
    return (before.start() if before else start), max(end, len(text.rstrip(" .!)")))


def _is_noun(before: str) -> bool:
    words = words_in(before)
    return (bool(words) and words[-1] in phrases.ARTICLES) or not words


def _compares(text: str, end: int) -> bool:
    """Whether "up" or "better" is said of a quarter: "up on last quarter"."""
    return bool(
        re.match(
            rf"\s*(?:$|[.!]|(?:on|from|since|than|by|to|in|again|this)\b\s*(?:in\s+|the\s+)*(?:{PERIODS}|{NUMBER}|$|quarter))",
            text[end:],
        )
    )


def _counts_cases(subject: Subject, sense: str) -> bool:
    """Whether "visits have increased" may be said of how many there were, and not of the percentage on time."""
    return (
        sense in ("up", "down", "slipped", "steady", "same")
        and subject.named
        and not subject.counted
        and any(measure.unit != "number" for measure in subject.measures)
    )


def _moved(word: str, statement: Statement, subject: Subject, *, slight: bool, only_last: bool) -> Test:
    sense, period = _SENSE[word], statement.period
    if subject.performance and sense in ("up", "down", "slipped"):
        sense = "better" if sense == "up" else "worse"

    def test(measure: Measure) -> Verdict:
        pairs = _pairs(measure, period.now, period.base, steps=period.steps, only_last=only_last)
        verdicts = [_step(measure, sense, word, before, after, slight=slight) for before, after in pairs]
        if not verdicts or None in verdicts:
            return None
        return all(verdicts) if period.steps else any(verdicts)

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
    """Say whether a figure moved as a word says."""
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
