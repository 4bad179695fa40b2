"""The date that a promise gives, as officers write dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

import pandas as pd

from quarterly.core.dates import ANY_MONTH, SHORT_MONTHS
from quarterly.core.quarters import Quarter

_WHEN = re.compile(
    rf"""\b(?:(?P<iso>20\d\d-[01]\d-[0-3]\d)
    |(?P<d>[0-3]?\d)(?P<dot>[/.-])(?P<m>[01]?\d)(?P=dot)(?:20)?(?P<y>\d\d)
    |(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\ of)?[ /-]|(?P<part>end|mid|middle|early|start|beginning|first\ week|late)
        (?:[ ]of)?(?:\ the)?[ -]|(?P<joint>in|by|from|until|before|for|during|of|through)\ )?
        (?P<month>{ANY_MONTH})\b\.?(?:\ (?:the\ )?(?P<date>[0-3]?\d)(?:st|nd|rd|th|(?=,?\ 20\d\d)))?
        (?:(?:,?\ |[/-])(?:(?P<year>20\d\d|['‘’]\d\d)|(?P<number>[23]\d|[01]?\d(?=[,;:.)]|$)))(?!%|[.,]?\d))?
    |(?<!than\ )(?<!as\ )(?:in|by|for|from|until|before|during|of|end)\ q(?:uarter)?\ ?(?P<quarter>[1-4])\b
        (?:,?\ (?:of\ )?(?P<from>20\d\d)[-/](?:20)?\d\d)?
    |(?P<next>(?:next|coming|following)\ quarter)
    |(?:by|before|until)\ (?P<feast>christmas|easter)(?!\ (?:term|break|holidays?|half))
    |(?P<year_end>year[ -]end|end\ of\ (?:the\ |this\ )?(?:financial\ |reporting\ |school\ )?year))\b""",
    re.VERBOSE,
)
_BY = re.compile(r"\bby (?:the )?")
#: The day of a part of a month; otherwise it is the last one.
_PARTS = {"mid": 15, "middle": 15, **dict.fromkeys(("start", "beginning", "first week", "early"), 7)}
#: The most years between a quarter and a year written without its century.
_NEAR = 3


def due_of(text: str, quarter: Quarter) -> date | None:
    """Return the due date that a text gives; None if it names no date after the quarter.

    Examples
    --------
    >>> q3 = Quarter.parse("2023-24-Q3")
    >>> [due_of(text, q3).isoformat() for text in ("at the end of February", "in Q4", "by mid-March", "by 6th May")]
    ['2024-02-29', '2024-03-31', '2024-03-15', '2024-05-06']
    >>> due_of("by summer", q3), due_of("in November", q3)
    (None, None)
    """
    text, quarter = text.lower(), quarter.last_quarter
    days = [(found.start(), day) for found in _WHEN.finditer(text) if (day := _day(found, quarter))]
    ahead = [(start, day) for start, day in days if day > quarter.ends]
    # A date after "by" takes precedence; otherwise the first one counts.
    after_by = [day for start, day in ahead if _BY.search(text[max(0, start - 8) : start + 3])]
    return next(iter([*after_by, *(day for _, day in ahead)]), None)


def _day(found: re.Match[str], quarter: Quarter) -> date | None:
    """Read a written day, month or quarter as a date: the last day of a month or quarter."""
    part = found.groupdict()
    try:
        if part["iso"]:
            return date.fromisoformat(part["iso"])
        if part["d"]:
            return date(2000 + int(part["y"]), int(part["m"]), int(part["d"]))
        if part["quarter"]:
            number = int(part["quarter"])
            # Without a year it is the nearest one; the previous quarter counts as past.
            ahead = (number - quarter.number + 1) % 4 - 1
            return (Quarter(int(part["from"]), number) if part["from"] else quarter.shift(ahead)).ends
        if part["feast"]:
            return _next_feast(part["feast"], quarter.ends)
        if part["next"] or part["year_end"]:
            return (quarter.next() if part["next"] else Quarter(quarter.year + (quarter.number == 4), 4)).ends
        return _in_month(part, quarter)
    except ValueError:
        return None


def _next_feast(name: str, day: date) -> date:
    christmas = date(day.year + (day.month == 12), 12, 25)
    return christmas if name == "christmas" else (pd.Timestamp(day) + pd.offsets.Easter()).date()


def _in_month(part: Mapping[str, str | None], quarter: Quarter) -> date | None:
    month = SHORT_MONTHS.index(str(part["month"])[:3]) + 1
    day, written, number = part["day"] or part["date"], part["year"], part["number"]
    # Without a year it is the next such month; one within the quarter itself has passed.
    year = quarter.ends.year + (month < quarter.starts.month)
    # A number after a month is a year near the quarter's, as in "March 24", or else a day, as in "March 31".
    if number and (day or (abs(2000 + int(number) - year) <= _NEAR and int(number) != monthrange(year, month)[1])):
        written = number
    elif number:
        day = number
    if not (day or written or part["part"] or part["joint"]):
        return None
    year = 2000 + int(written[-2:]) if written else year
    return date(year, month, int(day or _PARTS.get(str(part["part"])) or monthrange(year, month)[1]))
