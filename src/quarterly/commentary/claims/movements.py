"""Claims about how a figure moved: since when, in which direction and how far, and whether it is the highest."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, words_in
from quarterly.commentary.claims.phrases import any_of
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.verdicts import Claim, Pair, Verdict, combined, compared, extent, negated, word_of

_COMPARING = re.compile(rf"\b(?P<word>{any_of(*phrases.COMPARING)})\b")
_MOVE = re.compile(rf"\b(?P<word>{any_of(*phrases.MOVES)})\b")
#: Words that compare with an earlier quarter without "than".
_ALONE = ("up", "down", "higher", "lower", "better", "worse")
#: With these words a movement is not the indicator's own.
_OTHERS = re.compile(r"\b(?:gap|difference)\b")
_WHOM = re.compile(rf"\b(?:{phrases.WHOM})\b")
_SHORT_OF = re.compile(r"\s+(?:[a-z]+ly\s+|well\s+|just\s+)?(?:below|short|above|within|outside|behind)\b")
#: "Up to date" is no movement.
_UP_TO = re.compile(r"\s+to\s+(?:date|speed|standard)\b")
_FROM = re.compile(r"\s+(?:on|from|since|than|compared|against|to|in|at|this|again)\b|\s*(?:$|[.!;:]|slightly\b|by\b)")
_AGAIN = re.compile(r"\b(?:again|further)\b")
#: Words before the figure with which a later one is compared.
_BASE = re.compile(r"\b(?:on|from|than|against|compared\s+to|with)\s+(?:the\s+)?$")
_SUPERLATIVE = re.compile(rf"\b(?P<word>{any_of(*phrases.SUPERLATIVES)})\b")
_SCOPE = re.compile(
    r"\b(?:year|quarters?|ever|record|so\s+far|yet|all-time|never|at\s+(?:its|their|a|an)|peaked|since)\b"
)
_TIMES = re.compile(
    r"\b(?P<word>twice|three\s+times|four\s+times|five\s+times|half)\s+(?:as\s+(?:many|much|high|large)|what|the\s+(?:number|rate))"
)
_TIMES_OF = {"twice": 2.0, "half": 0.5, "three times": 3.0, "four times": 4.0, "five times": 5.0} | {
    form: factor for verb, factor in phrases.FACTORS.items() for form in (verb, *phrases.inflected(verb))
}
_SIZE = re.compile(rf"\s+than\s+(?:{any_of(*_TIMES_OF)}|[\d.]+\s?%?\s+[a-z]+\s+than)\b")
_HEDGE = re.compile(r"\b(?:(?P<over>more\s+than|over|at\s+least)|almost|nearly|about|around|roughly|virtually)\s+$")


def claims(statement: Statement) -> Iterator[Claim]:
    """Yield the movements, superlatives and multiples that a clause states."""
    yield from _movements(statement)
    yield from _superlatives(statement)
    yield from _multiples(statement)


def _movements(statement: Statement) -> Iterator[Claim]:
    """Yield claims of how a figure moved: "has improved", "a slight dip", "more timely than in Q2"."""
    text = statement.clause.text
    still = None if phrases.SLIGHT.search(text) else False
    others = statement.late or _OTHERS.search(text)
    for found in [] if others else [*_MOVE.finditer(text), *_COMPARING.finditer(text)]:
        word, before = word_of(found), text[: found.start()]
        continued = bool(phrases.CONTINUES.search(before))
        sense = phrases.MOVES.get(word) or _compared(statement, word, found.end())
        stated = word not in phrases.MOVES or _is_stated(word, before, verb=continued)
        if not sense or not stated or statement.counts_cases(sense):
            continue
        named = word in phrases.MOVES and all(word in one.name.lower() for one in statement.subject.measures)
        if named or _UP_TO.match(text, found.end()):
            continue
        if _SHORT_OF.match(text, found.end()) or _WHOM.search(before):
            continue
        denied = negated(text, found.start()) and not word.startswith(("no ", "not "))
        only_last = continued or bool(_AGAIN.search(text))
        verdicts = []
        for measure in statement.subject.measures:
            pairs = _earlier(statement, measure, found.end(), only_last=only_last)
            each = [compared(measure, pair, sense, still=still) for pair in pairs]
            verdicts.append(combined(each, denied=denied, every=bool(statement.period.steps)))
        yield Claim(*extent(text, *found.span()), verdicts)


def _is_stated(word: str, before: str, *, verb: bool) -> bool:
    """Return whether a word says how a figure moved, unlike an infinitive or "reducing delays"."""
    words = words_in(before)
    if word in phrases.BASES:
        return verb or not words or words[-1] in phrases.ARTICLES
    return not (word.endswith("ing") and words and not phrases.BEING.search(before))


def _compared(statement: Statement, word: str, end: int) -> str | None:
    """Return the sense of a word that compares with an earlier quarter: "up on Q1", "more timely than in Q2"."""
    after = statement.clause.text[end:]
    if than := re.search(r"\bthan\s+(?P<n>\d)?", after):
        # "More than 20 children" is part of a name, "more than halved" a multiple, "more than 30% lower than" a size.
        of_name = than["n"] and not any(one.start == end + than.start("n") for one in statement.amounts)
        if of_name or not statement.period.base or _SIZE.match(after):
            return None
    elif word not in _ALONE or not _FROM.match(_past_amount(statement, end)):
        return None
    if word in ("more", "less") and re.match(rf"\s+{any_of(*phrases.WELL)}\b", after):
        return "better" if word == "more" else "worse"
    return phrases.COMPARING.get(word)


def _past_amount(statement: Statement, start: int) -> str:
    """Return the text after a position, without an amount at its start: "down 12 points on"."""
    number = statement.amount_after(start)
    begins = number and not words_in(statement.clause.text[start : number.start].replace("by", ""))
    return statement.clause.text[number.end if number and begins else start :]


def _earlier(statement: Statement, measure: Measure, end: int, *, only_last: bool = False) -> list[Pair]:
    """Pair earlier figures with later ones: of the quarters named, or the latest with the last and the oldest."""
    period, text, quarters = statement.period, statement.clause.text, measure.quarters
    if period.steps:
        shown = quarters if period.steps < 0 else quarters[-period.steps - 1 :]
        return [(measure.at(a), measure.at(b)) for a, b in pairwise(shown)]
    after = period.now or quarters[-1]
    if period.base or period.now or only_last:
        return [(measure.at(period.base or after.previous()), measure.at(after))]
    earlier = measure.values(quarters[:-1])
    number = next((one for one in statement.amounts if one.start >= end and _BASE.search(text[: one.start])), None)
    same = [value for value in earlier if number and number.quantity.says(value)]
    return [(value, measure.at(after)) for value in same or [*earlier[:1], *earlier[-1:]]]


def _superlatives(statement: Statement) -> Iterator[Claim]:
    """Yield claims such as "the highest all year": if untrue of the quarters shown, untrue of any longer period."""
    text, period = statement.clause.text, statement.period
    when = period.now or statement.latest
    for found in _SUPERLATIVE.finditer(text):
        word = word_of(found)
        sense = phrases.SUPERLATIVES[word]
        if not _SCOPE.search(text) or statement.counts_cases(sense):
            continue
        denied = "never" not in word and negated(text, found.start())
        verdicts = []
        for measure in statement.subject.measures:
            others = [one for one in measure.quarters if one != when and (not period.base or one >= period.base)]
            pairs = [(value, measure.at(when)) for value in measure.values(tuple(others))]
            each = [compared(measure, pair, sense, still=True) for pair in pairs]
            verdicts.append(combined(each, denied=denied, every=True))
        yield Claim(*extent(text, *found.span()), verdicts)


def _multiples(statement: Statement) -> Iterator[Claim]:
    """Yield claims such as "doubled", "almost twice as many" and "half what it was"."""
    text = statement.clause.text
    times = _TIMES.finditer(text) if statement.period.base else ()
    for found in (*_MOVE.finditer(text), *times):
        factor = _TIMES_OF.get(word_of(found))
        if factor and not statement.counts_cases() and not negated(text, found.start()):
            hedge = _HEDGE.search(text, 0, found.start())
            part = 0.85 if not hedge else 0.98 if hedge["over"] else 0.7
            pairs = [_earlier(statement, measure, found.end()) for measure in statement.subject.measures]
            verdicts = [combined([_is_multiple(pair, factor, part) for pair in each]) for each in pairs]
            yield Claim(*extent(text, *found.span()), verdicts)


def _is_multiple(pair: Pair, factor: float, part: float) -> Verdict:
    """Return whether a figure is a multiple: doubled means at least 1.8 times, almost doubled at least 1.6 times."""
    before, after = pair
    if before is None or after is None or before <= 0 or after <= 0:
        return None
    return math.log(after / before) / math.log(factor) >= part
