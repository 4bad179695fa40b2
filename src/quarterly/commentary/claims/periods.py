"""Which quarters a clause speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.core.quarters import Quarter

_NAMED = re.compile(r"\b(?:q|quarter\s+)([1-4])\b(?:\s+(?:of\s+)?(?:20)?(\d\d)\s*[-/\u2013]\s*(?:20)?\d\d\b)?")
_SINCE = re.compile(
    r"\b(?:since|from|on|than|than\s+in|than\s+at|than\s+for|against|with|to|compared\s+to|compared\s+with|in\s+comparison\s+to)"
    r"\s+(?:(?:the|at)\s+)*(?:end\s+of\s+)?(?:\d[\d.,]*%?\s+)?(?:in\s+)?(?:the\s+)?$"
)
_LAST = re.compile(r"\b(?:last|previous|preceding|prior)\s+quarter(?:'s)?\b|\bquarter\s+before\b")
_THIS = re.compile(
    r"\b(?:this|current|latest|reporting)\s+quarter\b|\b(?:in|over|during|for)\s+the\s+quarter\b|\bquarter\s+on\s+quarter\b"
)
_YEAR_AGO = re.compile(r"\bsame\s+(?:quarter|period|time|point)\s+(?:of\s+|in\s+)?last\s+year\b|\ba\s+year\s+ago\b")
_EVERY = re.compile(
    r"\b(?:in\s+)?(?:every|each)\s+(?:successive\s+)?quarter\b|\beach\s+of\s+the\s+(?:last|four|past)[\w\s]{0,20}\bquarters\b"
    r"|\bquarter\s+(?:by|after)\s+quarter\b"
)
_RUNNING = re.compile(
    r"\bfor\s+(?:the|a)\s+(second|third|fourth)\s+(?:consecutive\s+|successive\s+)?quarter(?:\s+running|\s+in\s+a\s+row)?\b"
)
_OTHER_QUARTERS = re.compile(r"\bquarters\b|\b(?:first|second|third|fourth|next)\s+quarter\b")
#: Durations that belong to a measure and say nothing of when.
_DURATION = re.compile(
    r"\b(?:within|rolling)\s+(?:the\s+)?(?:last\s+|previous\s+)?(?:\d+|one|two)\s+(?:working\s+)?(?:hours?|days?|weeks?|months?|years?)\b"
    r"|\baged\s+\d+(?:\s+to\s+\d+)?\b"
)
_COUNT = {"second": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True)
class Period:
    """What a clause says of time.

    Parameters
    ----------
    now : Quarter or None
        The quarter that it speaks of, where it names one.
    base : Quarter or None
        The quarter that it compares with, where it names one.
    steps : int
        How many quarters in a row are said to have moved; 0 where nothing is said, -1 for every quarter shown.
    clear : bool
        Whether it speaks only of quarters that can be told.
    """

    now: Quarter | None = None
    base: Quarter | None = None
    steps: int = 0
    clear: bool = True


def _quarter(found: re.Match[str], latest: Quarter) -> Quarter:
    """Read a quarter; without a year it is the latest of that number."""
    number = int(found[1])
    if found[2]:
        return Quarter(2000 + int(found[2]), number)
    quarter = Quarter(latest.year, number)
    return quarter if quarter <= latest else quarter.shift(-4)


def period_of(text: str, latest: Quarter) -> Period:
    """Read what a clause says of time.

    Parameters
    ----------
    text : str
        The clause, in small letters.
    latest : Quarter
        The reporting quarter.
    """
    steps, text = 0, _DURATION.sub(" ", text)
    if running := _RUNNING.search(text):
        steps, text = _COUNT[running[1]], _blank(text, running)
    elif every := _EVERY.search(text):
        steps, text = -1, _blank(text, every)
    now: list[Quarter] = []
    base: list[Quarter] = []
    if ago := _YEAR_AGO.search(text):
        base.append(latest.shift(-4))
        text = _blank(text, ago)
    for found in _NAMED.finditer(text):
        (base if _SINCE.search(text, 0, found.start()) else now).append(_quarter(found, latest))
    text = _NAMED.sub(" ", text)
    for found in _LAST.finditer(text):
        (base if _SINCE.search(text, 0, found.start()) else now).append(latest.previous())
    text = _LAST.sub(" ", text)
    if _THIS.search(text):
        now.append(latest)
        text = _THIS.sub(" ", text)
    vague = phrases.VAGUE.search(text) or _OTHER_QUARTERS.search(text) or len({*now}) > 1 or len({*base}) > 1
    return Period(now[0] if now else None, base[0] if base else None, steps, clear=not vague)


def _blank(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " " * len(found[0]) + text[found.end() :]
