"""What a heading says that its column holds, in the words that people use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from quarterly.core.errors import MalformedQuarter
from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell


class Role(StrEnum):
    """What a column holds."""

    ID = "id"
    NAME = "name"
    AREA = "area"
    QUARTER = "quarter"
    FIGURE = "figure"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    MISSING = "missing"
    NOTE = "note"
    TARGET = "target"
    COMPARATOR = "comparator"
    KNOWN = "known"  # the basket has it, or works it out: it is not read


@dataclass(frozen=True)
class Heading:
    """What a heading says.

    Parameters
    ----------
    role : Role or None
        What the column holds; None where the heading does not say.
    year : int or None
        The year in which the reporting year starts, where it names one.
    number : int or None
        The quarter of the reporting year, where it names one.
    words : str
        What it says beside the year and the quarter, in small letters: of a column of comparators, which.
    """

    role: Role | None = None
    year: int | None = None
    number: int | None = None
    words: str = ""


_WORDS = {
    Role.ID: "indicator id|indicator_id|id|ref|reference|kpi ref|kpi id|code|indicator ref|indicator code|kpi no",
    Role.NAME: "indicator|indicators|indicator name|name|measure|measures|measure name|kpi|kpis|performance indicator|"
    "performance measure|key performance indicator|pi|metric|description",
    Role.AREA: "area|service area|service|team|theme|section|area_id",
    Role.QUARTER: "quarter|period|reporting quarter|reporting period|quarter ending|period ending|qtr",
    Role.FIGURE: "value|figure|actual|actuals|result|outturn|performance|this quarter|current|current quarter|latest|"
    "latest figure|actual performance|quarter actual|quarterly actual|observation",
    Role.NUMERATOR: "numerator|num",
    Role.DENOMINATOR: "denominator|denom|cohort|den",
    Role.MISSING: "missing|symbol|reason missing|suppression",
    Role.NOTE: "note|notes|comment|comments|commentary|remarks",
    Role.TARGET: "target|targets|annual target|year end target|target value|year target|quarter target",
    Role.KNOWN: "data type|type|unit|units|polarity|good is|good performance|rag|rag rating|rating|status|dot|"
    "direction of travel|direction|trend|tolerance|owner|lead|frequency|change|variance|position|decimals|quarters|"
    "comparators",
}
_ROLES = {word: role for role, words in _WORDS.items() for word in words.split("|")}
_QUARTER = re.compile(r"\b(?:quarter|qtr|q)\s?([1-4])\b")
_YEAR = re.compile(r"(?<![0-9])(?:20)?([0-9]{2})\s?[-/–_]\s?(?:20)?([0-9]{2})(?![0-9])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})[a-z]*\b")
_FULL_YEAR = re.compile(r"\b(?:20)?([0-9]{2})\b")
_FILLERS = re.compile(
    r"\b(?:to|fy|year|the|of|in|for|ending|end|ended|reporting|actual|actuals|value|figure|outturn|result|performance)\b"
)


def plain(text: str) -> str:
    """Reduce a text to small letters, figures and single spaces, so that dashes, quotes and capitals do not matter."""
    return re.sub(r"[\W_]+", " ", text.casefold().replace("&", " and ").replace("+", " plus ")).strip()


def read_heading(cell: Cell) -> Heading:
    """Say what a heading means.

    Examples
    --------
    >>> heading = read_heading(Cell("Q4 2023/24"))
    >>> str(heading.role), heading.year, heading.number
    ('figure', 2023, 4)
    """
    text = cell.text[:200].casefold()
    words = plain(text)
    if words in _ROLES:
        return Heading(_ROLES[words], words=words)
    year, number, rest = _dated(text)
    rest = plain(_FILLERS.sub(" ", rest))
    if year is None and number is None:
        return Heading(words=rest)
    if not rest:
        return Heading(Role.FIGURE if number else None, year, number)
    role = _ROLES.get(rest)
    return Heading(role, year, number, rest) if role else Heading(words=rest)


def read_quarter(cell: Cell, year: int | None = None) -> Quarter | None:
    """Read a quarter in any of the forms that people write; None where it is none.

    Parameters
    ----------
    cell : Cell
        ``2023-24-Q4``, ``Q4 2023/24``, ``Quarter 4 23-24``, ``Jan - Mar 2024``, or the last day of the quarter.
    year : int, optional
        The reporting year of a quarter that is written without one.
    """
    day = cell.day or (cell.value.date() if isinstance(cell.value, datetime) else cell.value)
    if isinstance(day, date):
        return ending(day)
    try:
        return Quarter.parse(cell.text)
    except MalformedQuarter:
        pass
    found, number, rest = _dated(cell.text[:200].casefold())
    found = year if found is None else found
    if number is None or found is None or plain(_FILLERS.sub(" ", rest)):
        return _from_iso(cell.text)
    return Quarter(found, number)


def _from_iso(text: str) -> Quarter | None:
    try:
        return ending(date.fromisoformat(text[:10])) if len(text) in (10, 19) else None
    except ValueError:
        return None


def ending(day: date) -> Quarter | None:
    """Give the quarter that begins or ends on a day, or None: another day says nothing certain."""
    quarter = Quarter(day.year - (day.month < 4), (day.month - 4) % 12 // 3 + 1)
    return quarter if day in (quarter.starts, quarter.ends) else None


def _dated(text: str) -> tuple[int | None, int | None, str]:
    """Take the reporting year and the quarter out of a text: both, and what is left."""
    year = number = None
    text = text.replace("_", "-")  # as the columns of a database are named: q4_2023_24
    for match in _YEAR.finditer(text):
        if (int(match[1]) + 1) % 100 == int(match[2]):
            year = 2000 + int(match[1])
            text = text[: match.start()] + " " + text[match.end() :]
            break
    found = _QUARTER.search(text)
    if found:
        number = int(found[1])
        text = text[: found.start()] + " " + text[found.end() :]
    return _by_months(text, year, number)


def _by_months(text: str, year: int | None, number: int | None) -> tuple[int | None, int | None, str]:
    """Read ``Jan - Mar 2024``: the first and the last month of a quarter, and the year in which they lie."""
    months = [_MONTHS.index(match[1]) + 1 for match in _MONTH.finditer(text)]
    if len(months) != 2 or months[1] - months[0] != 2 or months[0] not in (1, 4, 7, 10):
        return year, number, text
    by_months = (months[0] - 4) % 12 // 3 + 1
    if number not in (None, by_months):
        return None, None, text
    rest = _MONTH.sub(" ", text)
    calendar = _FULL_YEAR.search(rest)
    if calendar:
        started = 2000 + int(calendar[1]) - (by_months == 4)
        if year not in (None, started):
            return None, None, text
        year, rest = started, rest[: calendar.start()] + " " + rest[calendar.end() :]
    return year, by_months, rest
