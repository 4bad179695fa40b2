"""Claims of direction: how a figure moved, and where it stands beside its target and its comparators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from quarterly.narrative.claims import phrases
from quarterly.narrative.claims.measures import Measure, words_in
from quarterly.narrative.claims.phrases import any_of
from quarterly.narrative.claims.statements import Statement
from quarterly.narrative.claims.subjects import Subject, lead
from quarterly.words.quarters import Quarter
from quarterly.words.terms import Comparator, Polarity

#: Whether the figures of an indicator bear a claim out; None where they cannot tell.
Verdict = bool | None
Test = Callable[[Measure], Verdict]

_NUMBER = r"(?:about |around |nearly |almost |just |over |under )?[\d£]"
_PERIODS = (
    r"(?:q[1-4]|quarter|(?:the|this|last|each|every|that)\s+(?:(?:same|last|previous|current|latest|reporting|end\s+of)\s+)?"
    r"(?:the\s+)?(?:quarter|q[1-4]|four|three|year|period)|each\s+of\s+the|in\s+(?:q|the|each|every)|same)"
)
#: What may follow a claim: the end of the clause, a time, a figure, or a few adverbs and reasons. Anything else may
#: turn it into a claim about something else ("has reduced delays", "above target in one team").
_FOLLOWS = re.compile(
    rf"\s*(?:$|[.!?;:,)]|(?:to|from|by|of|at)\s+{_NUMBER}|(?:in|on|since|from|than|for|over|during|to|compared\s+(?:to|with)|within)"
    rf"\s+(?:the\s+)?{_PERIODS}|{_PERIODS}|(?:again|further|slightly|significantly|steadily|substantially|overall|now|still|too"
    rf"|also|this|each|every|quarter|however|as\s+(?:a\s+result|well|expected)|due\s+to|owing\s+to|because|despite|following|after"
    rf"|towards?\s+(?:the\s+|our\s+)?target|compared|{_NUMBER}|on\s+(?:last|the\s+previous)|than\s+(?:last|the)|since|against\s+(?:a|the|our)\s+target"
    rf"|yet|for\s+(?:this|the|these|both)\s+(?:measures?|indicators?|quarter)|for\s+(?:the|a)\s+(?:second|third|fourth)|with|by\s+an?\s+\w+\s+margin|performance|level|rate|figure|and|or)\b)"
)
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

_MORE = re.compile(
    r"\b(?P<word>more|fewer)\s+(?P<what>[a-z][a-z' -]{2,80}?)\s+than\s+(?:in\s+|the\s+)*"
    r"(?:last|previous|q[1-4])\s*(?:quarter)?"
)


@dataclass(frozen=True)
class Claim:
    """A claim and how it is held against an indicator."""

    start: int
    end: int
    subject: Subject
    holds: Test


def claims(statement: Statement) -> Iterator[Claim]:
    """Find the claims of direction in a clause that can be decided."""
    if statement.fact and statement.period.clear and not phrases.APART_FROM.search(statement.clause.text):
        yield from _target_claims(statement)
        yield from _comparator_claims(statement)
        yield from _movements(statement)
        yield from _more_or_fewer(statement)


def contradicted(claim: Claim) -> bool:
    """Whether no reading of a claim agrees with the figures: of each indicator meant, or of any if said of all."""
    verdicts = [claim.holds(measure) for measure in claim.subject.measures]
    return (any if claim.subject.every else all)(verdict is False for verdict in verdicts) and bool(verdicts)


def _negated(text: str, start: int) -> bool:
    """Whether a claim is denied: "not", "never", "no longer" in the few words before it."""
    return bool(phrases.NEGATION.search(text, max(0, start - 25), start))


def _opposite(holds: Test) -> Test:
    def denied(measure: Measure) -> Verdict:
        verdict = holds(measure)
        return None if verdict is None else not verdict

    return denied


# --- beside the target and the comparators ---------------------------------------------------------------------------


def _speaks_of_now(statement: Statement) -> bool:
    period = statement.period
    latest = statement.measures[0].quarters[-1]
    return period.now in (None, latest) and period.base is None and not period.steps


def _side(measure: Measure, other: float | None, *, above: bool) -> Verdict:
    """Say whether the value is on a side of another figure; of equal ones at the precision shown nobody can tell."""
    value = measure.now()
    if value is None or other is None or abs(value - other) < measure.step / 2:
        return None
    return (value > other) == above


def _target_claims(statement: Statement) -> Iterator[Claim]:
    text = statement.clause.text
    if not _speaks_of_now(statement):
        return
    for found in _TARGET.finditer(text):
        subject = statement.subject(found.start(), loose=True)
        if _FOLLOWS.match(text, found.end()):
            word = re.sub(r"\s+", " ", found["word"])
            test = _against_target(word)
            negated = _negated(text, found.start())
            yield Claim(found.start(), found.end(), subject, _opposite(test) if negated else test)
    for found in _PASSIVE.finditer(text):
        if _FOLLOWS.match(text, found.end()):
            met = found["word"] in phrases.PASSIVE_MET
            denied = " not " in found[0]
            yield Claim(
                found.start(), found.end(), statement.subject(found.start(), loose=True), _meets(met=met != denied)
            )
    for found in _RATED.finditer(text):
        if not _negated(text, found.start()):
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
    if not _speaks_of_now(statement):
        return
    for found in _COMPARED.finditer(text):
        if not _negated(text, found.start()):
            which = next(which for which in phrases.COMPARATORS if found[which])
            word = re.sub(r"\s+", " ", found["word"])
            yield Claim(found.start(), found.end(), statement.subject(found.start(), loose=True), _beside(word, which))


def _beside(word: str, which: Comparator) -> Test:
    def test(measure: Measure) -> Verdict:
        other = measure.comparator(which)
        if word in phrases.BEATS or word in phrases.LOSES:
            if not measure.polarity:
                return None
            return _side(measure, other, above=(word in phrases.BEATS) == (measure.polarity == Polarity.HIGHER))
        return _side(measure, other, above=word in phrases.ABOVE)

    return test


# --- movements -------------------------------------------------------------------------------------------------------


def _movements(statement: Statement) -> Iterator[Claim]:
    text = statement.clause.text
    for found in _MOVE.finditer(text):
        word = re.sub(r"\s+", " ", found[0])
        before = text[: found.start()]
        subject = statement.subject(found.start())
        end = found.end()
        noun = word in _BASES and _is_noun(before)
        if word in _BASES and not noun and not phrases.CONTINUES.search(before) and not _negated(text, found.start()):
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
        elif not _FOLLOWS.match(text, end):
            continue
        if _counts_cases(subject, _SENSE[word]):
            continue
        slight = bool(phrases.SLIGHT.search(text))
        test = _moved(word, statement, subject, slight=slight, only_last=bool(phrases.CONTINUES.search(before)))
        negated = _negated(text, found.start()) and word not in phrases.SAME
        start, stop = _extent(statement, found.start(), end)
        yield Claim(start, stop, subject, _opposite(test) if negated else test)


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
            rf"\s*(?:$|[.!]|(?:on|from|since|than|by|to|in|again|this)\b\s*(?:in\s+|the\s+)*(?:{_PERIODS}|{_NUMBER}|$|quarter))",
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
