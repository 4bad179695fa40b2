"""Claims about the position of a figure: against its target, its rating and its comparators."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure
from quarterly.commentary.claims.phrases import any_of
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.verdicts import (
    Claim,
    Pair,
    Pairs,
    Test,
    Verdict,
    comparison,
    negated,
    pair_test,
    word_of,
)
from quarterly.core.terms import Polarity

_FILLER = (
    r"(?:\s+(?:the|our|its|their|this|that|those|we|for|of|in|both|all|average|rate|figure|among|across|to|than|a|expected"
    r"|agreed|own|with|by|set|now))*"
)
_BESIDE = re.compile(rf"\b(?P<word>{any_of(*phrases.COMPARING, *phrases.MET, *phrases.MISSED)})\b")
_TO_DO = re.compile(r"(?<!continues)(?<!continue)(?<!continued)\sto\s$")
_OTHER = re.compile(rf"{_FILLER}\s+(?:(?P<target>{phrases.TARGET})|{phrases.WHOM})\b(?!\s+(?:team|expectation|guid))")
_THAN = re.compile(r"(?:\s+[a-z0-9,'-]+){0,9}?\s+than\b")
_NO = re.compile(r"\bno\s+$")
_NEAR = re.compile(r"\s+[\w.]+\s*(?:%|per\s?cent|(?:percentage\s+)?points?)?\s+of\b")
_PASSIVE = re.compile(
    r"\btargets?(?:\s+of\s+(?:(?:no|at|most|least|fewer|less|more|under|over|than)\s+)*[\d.,]+%?(?:\s+[a-z]+)?)?(?:\s+(?:has|have|was|were|is|been|not|[a-z]+ly|again|just|also))*\s+"
    rf"(?P<word>{any_of(*phrases.PASSIVE_MET, 'missed')})\b"
)
_RATED = re.compile(
    r"\b(?:rated|rated as|remains?|is|now)\s+(?P<word>green|amber|red)\b(?=\s*(?:$|[.!?]|this quarter|again|rated|for))"
)


def claims(statement: Statement) -> Iterator[Claim]:
    """Yield claims about current targets, ratings and comparators; those of other times are not known."""
    text, period = statement.clause.text, statement.period
    if period.now not in (None, statement.latest) or period.base or period.steps or phrases.NO_TARGET.search(text):
        return
    for found in _BESIDE.finditer(text):
        word, denied = word_of(found), negated(text, found.start())
        than = _THAN.match(text, found.end()) if word in phrases.COMPARING else None
        other = _other(statement, found.end()) or (_other(statement, than.end()) if than else None)
        vague = word in ("on", "off", "at", "within", "inside") and not (other and other.target)
        # "No more than 15" is a limit, and "within 5% of the target" near it.
        limit = _NO.search(text, 0, found.start()) if than else word == "within" and _NEAR.match(text, found.end())
        if not other or vague or limit or _TO_DO.search(text, 0, found.start()):
            continue
        sense = phrases.COMPARING.get(word, "better" if word in phrases.MET else "worse")
        test = pair_test(comparison(sense, still=None), other.pairs(sense), denied=denied)
        if other.target and word not in phrases.COMPARING:
            test = _rated_on_target(on=(word in phrases.MET) != denied)
        yield Claim(found.start(), other.end, test)
    for found in _PASSIVE.finditer(text):
        met = found["word"] in phrases.PASSIVE_MET
        yield Claim(found.start(), found.end(), _rated_on_target(on=met != (" not " in found[0])))
    for found in _RATED.finditer(text):
        if not negated(text, found.start()):
            yield Claim(found.start(), found.end(), _is_rated(found["word"].upper()))


@dataclass(frozen=True)
class _Other:
    """What a figure is compared with: its end in the text, its value, and if it is the target or has a number."""

    end: int
    figure: Callable[[Measure], float | None]
    target: bool
    written: bool = True

    def pairs(self, sense: str) -> Pairs:
        """Pair it with the current value, unless it is unclear which side of it is meant."""

        def pairs(measure: Measure) -> list[Pair]:
            # "Below target" can refer to the figure or to performance.
            either = self.target and not self.written and measure.polarity == Polarity.LOWER
            return [] if either and sense in ("up", "down") else [(self.figure(measure), measure.now())]

        return pairs


def _other(statement: Statement, start: int) -> _Other | None:
    """Read what follows a comparing word: "the target", "the 95% target", "England", or one of their values."""
    text = statement.clause.text
    number = statement.amount_after(start)
    if number and not re.fullmatch(rf"{_FILLER}\s*", text[start : number.start]):
        number = None
    found = _OTHER.match(text, number.end if number else start) or (number and _OTHER.match(text, start))
    if found and found["target"]:
        written = bool(number or re.match(r"\s+of\s+\d", text[found.end() :]))
        return _Other(found.end(), Measure.target, target=True, written=written)
    if found:
        which = next(which for which in phrases.COMPARATORS if found[which])
        return _Other(found.end(), lambda measure: measure.comparator(which), target=False)
    if number:
        says = replace(number.quantity, near="").says
        return _Other(number.end, lambda measure: next(filter(says, measure.compared()), None), target=False)
    return None


def _rated_on_target(*, on: bool) -> Test:
    def test(measure: Measure) -> Verdict:
        on_target = measure.on_target()
        return None if on_target is None else on_target == on

    return test


def _is_rated(colour: str) -> Test:
    def test(measure: Measure) -> Verdict:
        ratings = {measure.row["rag"], measure.row.get("rag_published", "")} - {""}
        return colour in ratings if ratings else None

    return test
