"""Find the quarters that a clause refers to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.core.quarters import Quarter

_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_COUNTS = {"one": 1, "two": 2, "second": 2, "three": 3, "third": 3, "four": 4, "fourth": 4}
_MONTHS = {"june": 1, "september": 2, "december": 3, "march": 4}
_NAMED = re.compile(
    r"\b(?:q|quarter\s+)(?P<n>[1-4])\b(?:\s+(?:of\s+)?(?:20)?(?P<year>\d\d)\s*[-/\u2013]\s*(?:20)?\d\d\b)?"
    r"|\b(?P<nth>first|second|third|fourth)\s+quarter\s+of\s+(?:the|this)\s+year\b"
    r"|\b(?:end\s+of\s+|(?:between\s+)?(?:april|july|october|january)\s+(?:to|and)\s+)(?P<month>june|september|december|march)\b"
)
#: Words before the quarter of comparison.
_SINCE = re.compile(
    r"\b(?:(?:what|since|than|against|compared|comparison)\b[^,;]{0,40}"
    r"|(?:from|on|with|after|above|below|same\s+as|similar\s+to)\s+(?:(?:the|at|in|end|of|reported|a|an|its|their|our|high|low|peak|levels?|and"
    r"|q[1-4]|june|september|december|march|\d[\d.,]*%?)[\s()]+)*)$"
)
#: "In the last quarter" may mean the latest.
_LAST = re.compile(
    r"\b(?<!in\sthe\s)(?<!over\sthe\s)(?:last|previous|preceding|prior)\s+quarter(?:'s)?\b|\bquarter\s+before\b"
)
_THIS = re.compile(
    r"\b(?:this|current|latest|reporting)\s+quarter\b|\b(?:in|over|during|for)\s+the\s+quarter\b|\bquarter\s+on\s+quarter\b"
)
_YEAR_AGO = re.compile(r"\bsame\s+(?:quarter|period|time|point)\s+(?:of\s+|in\s+)?last\s+year\b|\ba\s+year\s+ago\b")
_EVERY = re.compile(r"\b(?:every|each)\s+(?:successive\s+)?quarter(?:\s+shown)?\b|\bquarter\s+(?:by|after)\s+quarter\b")
_RUN = re.compile(
    r"\b(?P<count>one|two|second|three|third|four|fourth)\s+(?:"
    r"(?:consecutive|successive|straight)(?:\s+quarters?)?|quarters?\s+(?:running|in\s+(?:a\s+row|succession)))\b"
    r"|\beach\s+of\s+the\s+(?:last|past|four)\s+(?:(?P<last>two|three|four)\s+)?quarters\b"
    r"|\bfor\s+(?P<during>two|three|(?:the|a)\s+(?:second|third|fourth))\s+quarters?\b"
)
#: Phrases for all the quarters shown, about a year.
_SHOWN = re.compile(
    r"\b(?:start|beginning)\s+of\s+the\s+year\b|\b(?:of|all|in|for|so\s+far)\s+(?:the|this)?\s*(?:whole\s+)?year(?:\s+so\s+far)?\b|\b(?:in|of|for|over)\s+(?:the\s+)?(?:(?:last|past)\s+)?four\s+quarters\b|\bthis\s+year\b"
    r"|\bquarter\s+so\s+far\b|\byear\s+to\s+date\b|\byears\s+old\b"
)
_OTHER_QUARTERS = re.compile(
    r"\bquarters\b(?!\s+of\s+(?!growth|decline|improvement))|\b(?:first|second|third|fourth|next)\s+quarter\b"
)
_SOME_QUARTERS = re.compile(r"\b(?:\d|two|three|four)\s+quarters?\b(?!\s+of\s+(?!increase|decrease|rises|falls))")
#: Durations that are part of a measure and do not say when.
_DURATION = re.compile(
    r"\b(?:within|rolling|in|previous)\s+(?:the\s+)?(?:last\s+|previous\s+)?(?:\d+|a|one|two|twelve)\s+(?:working\s+)?"
    r"(?:hours?|days?|weeks?|months?|years?)\b|\baged\s+\d+(?:\s+to\s+\d+)?\b"
)


@dataclass(frozen=True)
class Period:
    """The time that a clause refers to."""

    now: Quarter | None = None  # the quarter that it is about
    base: Quarter | None = None  # the quarter that it compares with
    steps: int = 0  # the number of quarters in a row that have moved; -1 for every one shown
    clear: bool = True  # whether all its periods can be identified as quarters


def _quarter(found: re.Match[str], latest: Quarter) -> Quarter:
    """Read a quarter; without a year it is the latest with that number."""
    if found["year"]:
        return Quarter(2000 + int(found["year"]), int(found["n"]))
    if found["nth"]:
        return Quarter(latest.year, _ORDINALS[found["nth"]])
    number = int(found["n"] or _MONTHS[found["month"]])
    quarter = Quarter(latest.year, number)
    return quarter if quarter <= latest else quarter.shift(-4)


def _steps(found: re.Match[str]) -> int:
    if found["during"]:
        return _COUNTS[found["during"].split()[-1]]
    if found["count"]:
        return _COUNTS[found["count"]]
    return _COUNTS[found["last"]] if found["last"] else -1


def period_of(text: str, latest: Quarter) -> Period:
    """Read the time that a lower-case clause refers to; ``latest`` is the reporting quarter."""
    steps, text = 0, _DURATION.sub(phrases.blanks, text)
    if run := _RUN.search(text):
        steps, text = _steps(run), _RUN.sub(phrases.blanks, text)
    elif _EVERY.search(text):
        steps, text = -1, _EVERY.sub(phrases.blanks, text)
    now: list[Quarter] = []
    base: list[Quarter] = []
    if _YEAR_AGO.search(text):
        base.append(latest.year_before())
        text = _YEAR_AGO.sub(phrases.blanks, text)
    named = [(found, _quarter(found, latest)) for found in _NAMED.finditer(text)]
    named += [(found, latest.previous()) for found in _LAST.finditer(text)]
    for found, quarter in named:
        (base if _SINCE.search(text, 0, found.start()) else now).append(quarter)
    text = _LAST.sub(phrases.blanks, _NAMED.sub(phrases.blanks, text))
    if _THIS.search(text):
        now.append(latest)
        text = _THIS.sub(phrases.blanks, text)
    text = _SHOWN.sub(phrases.blanks, text)
    vague = phrases.VAGUE.search(text) or _OTHER_QUARTERS.search(text) or len({*now}) > 1 or len({*base}) > 1
    return Period(now[0] if now else None, base[0] if base else None, steps, clear=not vague)


def without_times(text: str) -> str:
    """Blank out the times in a clause, so that their numbers are not read."""
    for pattern in (_DURATION, _RUN, _YEAR_AGO, _NAMED, _SHOWN, _SOME_QUARTERS):
        text = pattern.sub(phrases.blanks, text)
    return text
