"""Numeric claims: values, targets, comparators, changes, and numbers that contradict one another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.measures import Measure, words_in
from quarterly.commentary.claims.periods import period_of
from quarterly.commentary.claims.quantities import Amount, Quantity, number
from quarterly.commentary.claims.reading import LONGEST_SENTENCE
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.verdicts import negated
from quarterly.core.terms import Unit

_OF = r"\s+(?:out\s+)?of\s+(?:the\s+|our\s+|all\s+)*"
_SHARE = re.compile(rf"{number('part')}{_OF}{number('whole')}(?:\s+[a-z'-]+){{0,3}}\s*\(\s*{number('share')}\s*[),;]")
_SHARE_FIRST = re.compile(
    rf"{number('share')}\s*\(\s*{number('part')}(?:{_OF}|\s*/\s*){number('whole')}(?:\s+[a-z'-]+){{0,3}}\s*[),;]"
)
_OUT_OF = re.compile(rf"{number('part')}\s+out{_OF}{number('whole')}")

# Text before or after a number that shows what it is.
_BY = re.compile(
    r"\b(?:by|gap|difference|fall|rise|drop|increase|decrease|reduction|improvement|margin|up|down"
    r"|fell|fallen|rose|risen|grew|grown|(?:dropp|increas|decreas|reduc|improv|declin|dipp|slipp)ed)\s+(?:of\s+)?(?:a\s+)?(?:further\s+)?$"
)
_PART_OF = re.compile(r"\s*(?:out\s+)?of\s*(?:(?:the|our|all)\s+)?")
_MORE = re.compile(
    r"\s*(?:too\s+)?(?:fewer|more|less|lower|higher|above|below|under|short|adrift|ahead|behind|off|better|worse|up"
    r"|down|away|within|from|increase|decrease|rise|fall|drop|reduction|improvement|decline|over(?!\s+(?:the\s+)?(?:last|past|year|quarter|period|two|three|four)\b))\b"
)
_TARGET_BEFORE = re.compile(rf"\b{phrases.TARGET}(?:\s+(?:of|is|was|being|remains|at))?[\s:(]+$")
_TARGET_AFTER = re.compile(rf"\s+{phrases.TARGET}\b")
_LINK = r"(?:[\s(]+(?:both|all|averages?|figure|rate|is|was|are|of|at|has|have|achieve[ds]?|report|for))*"
_WHOM_BEFORE = re.compile(rf"\b(?:{phrases.WHOM})(?:'s)?{_LINK}[\s(:]+$")
_WHOM_AFTER = re.compile(rf"\)?\s+(?:(?:in|for|across|the|our|of|all|among|average|figure|by)\s+)*(?:{phrases.WHOM})\b")
#: A figure used for comparison may be of any quarter, or of none.
_COMPARED = re.compile(
    r"\b(?:from|than|against|on|with|compared\s+to|to\s+(?:reach|meet)|over|under|above|below|compares?|or|gap)\s+(?:(?:the|our|just)\s+)*$"
)
_TO = re.compile(r"(?<!compared)\s+to\s+$")
_PAST = re.compile(
    r"\b(?:from|had|stood|having|previously|after|before|since|last|previous|until|went|started|began|q[1-4])\b"
)
_NOW = re.compile(r"\b(?:now|currently)\b")
_PRESENT = re.compile(r"\b(?:is|are|stands?|remains?|now|currently|latest|current)\b")
#: Words for the cases that the indicator does not count.
_OTHERS = re.compile(r"\b(?:not|without|remaining|fail\w*)\b|n't\b")


@dataclass(frozen=True)
class WrongNumber:
    """A number that no reading supports: its position in the clause, and a correction if the figures give none."""

    start: int
    end: int
    known: str = ""


def claims(statement: Statement) -> Iterator[WrongNumber]:
    """Yield the numbers in a clause that can be shown to be wrong."""
    yield from _shares(statement.clause.text)
    if not statement.fact or not statement.period.clear or phrases.NO_TARGET.search(statement.clause.text):
        return
    for place, amount in enumerate(statement.amounts):
        meant = [measure for measure in statement.subject.measures if _fits(statement, amount, measure)]
        known = [_figures(statement, place, measure) for measure in meant]
        # "No longer below 70%" says no figure.
        if known and all(known) and not (amount.quantity.near and negated(statement.clause.text, amount.opens)):
            agree = [any(map(amount.quantity.says, values)) for values in known]
            # Without a unit it may count the cases of all its indicators.
            totals = [] if amount.quantity.unit else map(sum, zip(*known, strict=False))
            agrees = (all if statement.subject.every else any)(agree)
            if not agrees and not any(map(amount.quantity.says, totals)):
                yield WrongNumber(amount.start, amount.end)


def _fits(statement: Statement, amount: Amount, measure: Measure) -> bool:
    """Return whether a number can be a figure of an indicator, by its unit and what it counts."""
    unit, text = amount.quantity.unit, statement.clause.text
    if measure.unit == Unit.PERCENTAGE:
        return unit != ""
    if unit:
        return amount.quantity.value == 0 if unit == "all" else bool(_BY.search(text[: amount.opens]))
    # "212 children were supported" and "3 workers" are not figures of requests, an average or a rate.
    counted, name = next(iter(words_in(text[amount.end :])), ""), measure.name.lower()
    people = counted in phrases.COMMON or counted.startswith("worker") or "over" in amount.quantity.near
    return not people or ("number" in name and (counted in name or measure.head() in text))


def _figures(statement: Statement, place: int, measure: Measure) -> list[float]:
    """List the figures of an indicator that a number may be; empty if that is unclear."""
    text, amounts, subject = statement.clause.text, statement.amounts, statement.subject
    amount, unit = amounts[place], amounts[place].quantity.unit
    before = text[amounts[place - 1].end if place else 0 : amount.opens]
    after = text[amount.end : amounts[place + 1].opens if place + 1 < len(amounts) else len(text)]
    if (unit == "all" and not subject.named) or (
        not unit and (_PART_OF.fullmatch(before) or _PART_OF.fullmatch(after))
    ):
        return []
    more = not _TO.search(before) and _MORE.match(after)
    either = unit == "%" and (more or (place and before.strip() == "("))
    if unit == "points" or " gap " in before or _BY.search(before) or more or either:
        # "12% lower" may be points or a percentage of the earlier figure, and "34%, below target" is the figure.
        if statement.counts_cases():
            return []
        values = _values(statement, amount, measure, before, after) if either else []
        return [*_differences(measure, statement, unit, after), *values]
    if _TARGET_BEFORE.search(before) or _TARGET_AFTER.match(after):
        return measure.compared("target")
    if whom := _WHOM_BEFORE.search(before) or _WHOM_AFTER.match(after):
        return measure.compared(*(which for which in phrases.COMPARATORS if whom[which]))
    to_date = phrases.TO_DATE.search(text) and not all("to date" in measure.name for measure in subject.measures)
    if to_date or re.search(r"\b(?:better|worse)\s+than\s+$", before):
        return []
    if not subject.named and (unit in ("part", "all") or (not unit and not subject.counted)):
        return []
    return _values(statement, amount, measure, before, after)


def _values(statement: Statement, amount: Amount, measure: Measure, before: str, after: str) -> list[float]:
    """List the figures of an indicator that a value may be: of the quarter named, the latest, or any shown."""
    compared, latest = bool(_COMPARED.search(before)), statement.latest
    of_now = _TO.search(before) or _NOW.search(before)
    earlier, later = period_of("" if of_now else before, latest), period_of(after, latest)
    # In "Q2 (339) to Q3 (402)" the quarter is before the brackets.
    named = [earlier.now, earlier.base] if after.startswith(")") else []
    quarter = next(filter(None, [*named, later.now, earlier.now, earlier.base]), None)
    if quarter is None and not compared:
        if of_now or len(statement.amounts) == 1:
            quarter = statement.period.now
        if of_now or _PRESENT.search(before) or not _PAST.search(statement.sentence.text, 0, LONGEST_SENTENCE):
            quarter = quarter or latest
    values = measure.values((quarter,) if quarter else None)
    if amount.quantity.unit and (statement.late or _OTHERS.search(statement.clause.text)):
        values += [100 - value for value in values]
    return values + measure.compared() if compared else values


def _differences(measure: Measure, statement: Statement, unit: str, after: str) -> list[float]:
    """List the differences that a number may state, in points or as a percentage of the earlier figure."""
    period, latest = statement.period, statement.latest
    now = measure.at(period.now or latest)
    base = period.base or (period.now and period.now.previous())
    # "1 point up on Q2 and 13 below target" has two bases.
    elsewhere = not period.base or re.search(rf"{phrases.TARGET}|{phrases.WHOM}", after)
    others = measure.values((base,) if base else None) + (measure.compared() if elsewhere else [])
    pairs = [(now, other) for other in others if now is not None and now != other]
    slack = measure.step if measure.unit == Unit.PERCENTAGE else 0.0
    found = [abs(a - b) + shift for a, b in pairs for shift in (-slack, 0.0, slack)]
    near = 4 if unit == "part" else 1
    relative = [100 * abs(a - b) / abs(b) + shift for a, b in pairs if b for shift in (-near, 0, near)]
    if unit == "part":
        return relative
    return found + relative if unit == "%" else found


def _shares(text: str) -> Iterator[WrongNumber]:
    """Yield wrong shares such as "3 of 12 (35%)" and "18 out of 15", whatever they are about."""
    done = 0
    for found in [*_SHARE.finditer(text), *_SHARE_FIRST.finditer(text)]:
        part, whole, share = (Quantity.read(found, name) for name in ("part", "whole", "share"))
        if whole.value <= 0 or share.unit != "%" or part.unit or whole.unit:
            continue
        percentage = 100 * part.value / whole.value
        slack = 0.1 * 10.0**-share.decimals
        # "All but 3 of 84 (96%)" gives the share of the rest.
        possible = (percentage + shift for percentage in (percentage, 100 - percentage) for shift in (-slack, 0, slack))
        if not any(map(share.says, possible)):
            start = min(found.start("part"), found.start("share"))
            done = max(found.end("share_unit"), found.end("whole"))
            done += text[done : done + 1] == ")"
            yield WrongNumber(start, done, f"{part.value:g} of {whole.value:g} is {percentage:.3g}%")
    for found in _OUT_OF.finditer(text, done):
        part, whole = Quantity.read(found, "part"), Quantity.read(found, "whole")
        if part.value > whole.value > 0 and not part.unit and not whole.unit:
            yield WrongNumber(found.start("part"), found.end("whole"), f"{part.value:g} is more than {whole.value:g}")
