"""Claims of number: values, targets, comparators, changes, and numbers that contradict one another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.arithmetic import FROM_TO, Wrong, shares, turned_round
from quarterly.commentary.claims.measures import Measure, stem, words_in
from quarterly.commentary.claims.periods import Period, period_of
from quarterly.commentary.claims.quantities import Quantity, number
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.subjects import Subject
from quarterly.core.terms import Unit

#: What may follow a value: the end of the clause, a time, or what it is compared with. A noun would make it a number
#: of something else.
_AFTER_VALUE = (
    r"(?=\s*(?:$|[.!?;:)(]|(?:this|last|in|on|at|for|since|from|compared|against|which|per\s+10,?000|a\s+quarter|now|again"
    r"|with|overall|is|was|and)\b))"
)
_VALUE = re.compile(
    r"\b(?P<verb>is|are|was|were|at|(?<!compared )(?<!close )to|reached|reaching|of|stands?|stood|totalled|averaged"
    rf"|(?:is|are|was|were|stands?|stood|now|remains?"
    rf"|remained)\s+(?:now\s+|currently\s+|only\s+|still\s+|just\s+|at\s+)*)\s*{number('n')}{_AFTER_VALUE}"
)
_MOVED_TO = re.compile(rf"(?:{phrases.MOVED}.*(?<!\bup)|(?:gone|went|is|was|are|were|back)\s+up)\s+to$")
_BARE = re.compile(rf"^\s*(?:(?:currently|now|at|overall|so)\s+)*{number('n')}(?P<rest>.*)$")
_ANY = re.compile(number("x"))
_PRESENT = re.compile(r"\b(?:is|are|stands?|remains?|now|currently|latest|current)\b")
_BRACKET = re.compile(rf"\(\s*{number('n')}\s*\)")
_THERE = re.compile(
    r"\b(?:there\s+(?:are|were|was|is)|we\s+(?:now\s+|currently\s+|still\s+)?(?:have|had|received|held|completed))\s+(?:now\s+|currently\s+|only\s+|still\s+|just\s+(?!over|under|above|below))*"
    rf"{number('n')}\s+(?P<rest>.+)$"
)

_FROM = re.compile(
    rf"\b(?:up|down|rose|fell|risen|fallen|increased|decreased|improved|dropped|reduced)\s+from\s+{number('n')}"
)
_TARGET = re.compile(
    rf"\btarget(?:\s+(?:of|is|was|being|remains|at))?[\s:(]+{number('after')}|{number('before')}\s+target\b|\btarget\s*\(\s*{number('bracket')}"
)
_OTHER_TARGET = re.compile(
    r"\b(?:new|next|revised|proposed|old|previous|former|interim|local|national|stretch|corporate|government|own|internal|recovery|team)\b"
)
_WHOM = "|".join(f"(?P<{which}>{pattern})" for which, pattern in phrases.COMPARATORS.items())
_LINK = r"(?:\s+(?:average|averages|figure|rate|is|was|are|of|at|has|have|achieve|achieves|achieved|report|for))*"
_COMPARATOR_FIRST = re.compile(rf"\b(?:{_WHOM}){_LINK}[\s(]+{number('n')}")
_COMPARATOR_LAST = re.compile(
    rf"{number('n')}\)?\s+(?:(?:in|for|across|the|our|of|all|among|average|figure|by)\s+)*(?:{_WHOM})\b"
)
_POINTS = re.compile(rf"\b(?:by|of)\s+{number('n')}")


def claims(statement: Statement) -> Iterator[Wrong]:
    """Find the numbers in a clause that can be shown to be wrong."""
    yield from shares(statement)
    if not statement.fact:
        return
    yield from turned_round(statement)
    taken = [False] * (len(statement.clause.text) + 1)
    for find in (_targets, _comparators, _from_to, _changes, _values):
        yield from find(statement, taken)


def _fits(quantity: Quantity, measure: Measure) -> bool:
    """Whether a number has the unit of an indicator."""
    return quantity.unit == ("%" if measure.unit == Unit.PERCENTAGE else "")


def _take(taken: list[bool], found: re.Match[str], name: str) -> bool:
    """Note that a number has been looked at; False where it already has."""
    if taken[found.start(name)]:
        return False
    taken[found.start(name)] = True
    return True


def _place(found: re.Match[str], name: str) -> tuple[int, int]:
    end = found.end(f"{name}_unit") if found[f"{name}_unit"] else found.end(name)
    return found.start(name), end


def _against(
    statement: Statement, subject: Subject, found: re.Match[str], name: str, figures: dict[Measure, list[float]]
) -> Iterator[Wrong]:
    """Doubt a number that is none of the figures that are known of the indicators meant."""
    quantity = Quantity.read(found, name)
    meant = [measure for measure in subject.measures if _fits(quantity, measure)]
    if not meant or any(not figures.get(measure) for measure in meant):
        return
    agree = [quantity.says_any(figures[measure]) for measure in meant]
    if not (all(agree) if subject.every else any(agree)):
        yield Wrong(*_place(found, name), tuple(meant) if meant else statement.measures)


def _targets(statement: Statement, taken: list[bool]) -> Iterator[Wrong]:
    text = statement.clause.text
    for found in _TARGET.finditer(text):
        name = next(name for name in ("after", "before", "bracket") if found[name])
        subject = statement.subject(found.start(), loose=True)
        figures = {m: [t for t in (m.target(),) if t is not None] for m in statement.measures}
        if not _take(taken, found, name) or _OTHER_TARGET.search(text) or not statement.period.clear:
            continue
        if not words_in(text[: found.start()]) or set(words_in(text[: found.start()])) <= phrases.EMPTY:
            subject = statement.inherited if not statement.first else Subject(statement.measures)
        yield from _against(statement, subject, found, name, figures)


def _comparators(statement: Statement, taken: list[bool]) -> Iterator[Wrong]:
    text = statement.clause.text
    for pattern in (_COMPARATOR_FIRST, _COMPARATOR_LAST):
        for found in pattern.finditer(text):
            which = next(which for which in phrases.COMPARATORS if found[which])
            if not _take(taken, found, "n") or not statement.period.clear:
                continue
            figures = {m: [c for c in (m.comparator(which),) if c is not None] for m in statement.measures}
            yield from _against(statement, statement.subject(found.start(), loose=True), found, "n", figures)


def _from_to(statement: Statement, taken: list[bool]) -> Iterator[Wrong]:
    text = statement.clause.text
    for found in FROM_TO.finditer(text):
        first = _take(taken, found, "a")
        if not (_take(taken, found, "b") and first) or not statement.period.clear:
            continue
        subject = statement.subject(found.start(), loose=True)
        figures = {m: m.values() for m in subject.measures}
        if re.match(_AFTER_VALUE, text[found.end() :]):
            for name in ("a", "b"):
                yield from _against(statement, subject, found, name, figures)
    for found in _FROM.finditer(text):
        if _take(taken, found, "n") and statement.period.clear and re.match(_AFTER_VALUE, text[found.end() :]):
            base = statement.period.base or (statement.period.now if "last" in text or "previous" in text else None)
            subject = statement.subject(found.start(), loose=True)
            figures = {m: m.values((base,) if base else None) for m in subject.measures}
            yield from _against(statement, subject, found, "n", figures)


def _changes(statement: Statement, taken: list[bool]) -> Iterator[Wrong]:
    """Find "by 9 percentage points" and "by 7%" where no two figures differ so."""
    text = statement.clause.text
    for found in _POINTS.finditer(text):
        quantity = Quantity.read(found, "n")
        subject = statement.subject(found.start(), loose=True)
        before = words_in(text[: found.start()])
        moved = bool(before) and (before[-1] in phrases.MOVING or (len(before) > 1 and before[-2] in phrases.MOVING))
        if not moved or not _take(taken, found, "n") or not statement.period.clear or not subject.measures:
            continue
        if not re.match(_AFTER_VALUE, text[found.end() :]):
            continue
        if any(_is_change(quantity, measure, statement) for measure in subject.measures):
            continue
        yield Wrong(*_place(found, "n"), subject.measures)


def _is_change(quantity: Quantity, measure: Measure, statement: Statement) -> bool:
    """Whether two figures of the time meant differ so, in points or in per cent; true if nobody can tell."""
    period, quarters = statement.period, measure.quarters
    after = period.now or quarters[-1]
    bases = [period.base] if period.base else [after.previous()] if period.now else list(quarters)
    pairs = [
        (measure.at(base), measure.at(later))
        for base in bases
        for later in ((after,) if period != Period() else quarters)
    ]
    known = [(a, b) for a, b in pairs if a is not None and b is not None and a != b]
    if not known:
        return True
    differences = [abs(b - a) for a, b in known]
    relative = [100 * abs(b - a) / abs(a) for a, b in known if a]
    slack = measure.step if measure.unit == Unit.PERCENTAGE else 0.0
    near = [d + shift for d in differences for shift in (-slack, 0.0, slack)]
    if quantity.unit == "points":
        return quantity.says_any(near)
    if quantity.unit == "%":
        return quantity.says_any([r + shift for r in relative for shift in (-1, 0, 1)] + near)
    return quantity.says_any(near)


def _values(statement: Statement, taken: list[bool]) -> Iterator[Wrong]:
    text = statement.clause.text
    if not statement.period.clear:
        return
    for found in [*_VALUE.finditer(text), *_BRACKET.finditer(text)]:
        verb = found.groupdict().get("verb")
        subject = statement.subject(found.start(), loose=True)
        if _take(taken, found, "n") and not _beside_a_change(text, found):
            if verb in ("of", None) and not subject.counted:
                continue
            if verb == "to" and not _MOVED_TO.search(text, 0, found.end("verb")):
                continue
            yield from _against(statement, subject, found, "n", _stated(statement, found, subject))
    for pattern in (_BARE, _THERE):
        found_one = pattern.match(text) if pattern is _BARE else pattern.search(text)
        if found_one and not taken[found_one.start("n")]:
            _take(taken, found_one, "n")
            subject = _counted(statement, found_one)
            yield from _against(statement, subject, found_one, "n", _stated(statement, found_one, subject))


def _beside_a_change(text: str, found: re.Match[str]) -> bool:
    """Whether a number is how much something changed: "a fall of a third", "four points short of"."""
    return bool(
        re.search(
            r"\b(?:by|gap|difference|fall|rise|drop|increase|decrease|reduction|improvement|margin)\s+(?:of\s+)?$",
            text[: found.start()] + " ",
        )
    ) or ((found["n_unit"] or "").strip().endswith(("point", "points", "pp")))


def _counted(statement: Statement, found: re.Match[str]) -> Subject:
    """State whom "24 agency workers at the end of the quarter" and "17% of visits were on time" are about."""
    rest = re.split(r"\b(?:against|compared|below|above|short|up|down|exceeds|meets)\b", found["rest"])[0]
    rest = re.sub(r"^\s*(?:of|is|was|were|are)\b", "", rest)
    percent = (found["n_unit"] or "").strip() in ("%", "per cent", "percent")
    if not set(words_in(rest)) - phrases.EMPTY:
        return statement.about("") if percent else Subject(())
    subject = statement.about(rest)
    said = {stem(word) for word in words_in(rest)} - {stem(word) for word in phrases.EMPTY}
    if not subject.named or len(said) < (2 if percent else 1):
        return Subject(())
    return subject


def _stated(statement: Statement, found: re.Match[str], subject: Subject) -> dict[Measure, list[float]]:
    """Return the figures that a value may be: of the quarter that is named, of now, or of any quarter shown."""
    text, latest = statement.clause.text, statement.measures[0].quarters[-1]
    others = [other for other in _ANY.finditer(text) if other.start("x") != found.start("n")]
    before = text[
        max((other.end() for other in others if other.end() <= found.start("n")), default=0) : found.start("n")
    ]
    after = text[
        found.end("n") : min((other.start() for other in others if other.start() > found.end("n")), default=len(text))
    ]
    periods = [period_of(after, latest), period_of(before, latest)]
    quarter = next((named for period in periods for named in (period.now, period.base) if named), None)
    if quarter is None and not others:
        quarter = statement.period.now
    if quarter is None and _PRESENT.search(before):
        quarter = latest
    return {measure: measure.values((quarter,) if quarter else None) for measure in subject.measures}
