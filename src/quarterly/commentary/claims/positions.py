"""Claims about the position of a figure: against its target, its rating and its comparators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure
from quarterly.commentary.claims.phrases import any_of
from quarterly.commentary.claims.quantities import Quantity
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.verdicts import Claim, Verdict, compared, negated, word_of
from quarterly.core.terms import Polarity, Rag

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
    r"\b(?:rated(?: as)?|remains?|is|are|now)\s+(?P<word>green|amber|red)\b"
    r"(?=\s*(?:$|[.!?]|this quarter|again|rated|for))"
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
        if other.target and word not in phrases.COMPARING:
            verdicts = _on_target(statement, met=(word in phrases.MET) != denied)
        else:
            sense = phrases.COMPARING.get(word, "better" if word in phrases.MET else "worse")
            verdicts = [_beside(measure, other, sense, denied=denied) for measure in statement.subject.measures]
        yield Claim(found.start(), other.end, verdicts)
    for found in _PASSIVE.finditer(text):
        met = found["word"] in phrases.PASSIVE_MET
        yield Claim(found.start(), found.end(), _on_target(statement, met=met != (" not " in found[0])))
    for found in _RATED.finditer(text):
        if not negated(text, found.start()):
            verdicts = [_is_rated(measure, found["word"].upper()) for measure in statement.subject.measures]
            yield Claim(found.start(), found.end(), verdicts)


@dataclass(frozen=True)
class _Other:
    """What a figure is compared with, and its end in the text."""

    end: int
    which: tuple[str, ...] = ()  # the target or a comparator; any of them if it is only a number
    number: Quantity | None = None  # its value as written, if it is only a number
    written: bool = True  # whether there is a number

    @property
    def target(self) -> bool:
        """Whether it is the target."""
        return self.which == ("target",)

    def figure(self, measure: Measure) -> float | None:
        """Return its value; None if there is none."""
        known = measure.compared(*self.which)
        return next((value for value in known if not self.number or self.number.says(value)), None)


def _beside(measure: Measure, other: _Other, sense: str, *, denied: bool) -> Verdict:
    """Compare the current value with another figure, unless it is unclear which side of it is meant."""
    # "Below target" can refer to the figure or to performance.
    if other.target and not other.written and measure.polarity == Polarity.LOWER and sense in ("up", "down"):
        return None
    verdict = compared(measure, (other.figure(measure), measure.at(measure.quarters[-1])), sense, still=None)
    return None if verdict is None else verdict != denied


def _other(statement: Statement, start: int) -> _Other | None:
    """Read what follows a comparing word: "the target", "the 95% target", "England", or one of their values."""
    text = statement.clause.text
    number = statement.amount_after(start)
    if number and not re.fullmatch(rf"{_FILLER}\s*", text[start : number.start]):
        number = None
    found = _OTHER.match(text, number.end if number else start) or (number and _OTHER.match(text, start))
    if found and found["target"]:
        written = bool(number or re.match(r"\s+of\s+\d", text[found.end() :]))
        return _Other(found.end(), ("target",), written=written)
    if found:
        return _Other(found.end(), tuple(which for which in phrases.COMPARATORS if found[which]))
    return _Other(number.end, number=replace(number.quantity, near="")) if number else None


def _on_target(statement: Statement, *, met: bool) -> list[Verdict]:
    ratings = [measure.row["rag"] for measure in statement.subject.measures]
    return [(rag == Rag.GREEN) == met if rag else None for rag in ratings]


def _is_rated(measure: Measure, colour: str) -> Verdict:
    ratings = {measure.row["rag"], measure.row.get("rag_published", "")} - {""}
    return colour in ratings if ratings else None
