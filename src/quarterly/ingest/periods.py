"""Read a period in any common form: a quarter, a reporting year, a month, or a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from quarterly.core.dates import ANY_MONTH, SHORT_MONTHS
from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell

_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4}
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\s(?:quarter|qtr)\b")
_QUARTER = re.compile(rf"\b(?:quarter|qtr|q)\s?([1-4]|{'|'.join(_COUNTED)})\b")
_YEAR = re.compile(r"(?<![0-9])(?:20)?([0-9]{2})\s?[-/–_]\s?(?:20)?([0-9]{2})(?![0-9])")
_YEARS_JOINED = re.compile(r"\b(20[0-9]{2})([0-9]{2})\b")
_MONTH = re.compile(rf"\b({ANY_MONTH})\b")
_YEAR_TO_MARCH = re.compile(r"\byear (?:end|ending|ended|to)\s(?:31(?:st)?\s)?mar(?:ch)?\s20([0-9]{2})\b")
_OF_QUARTER = re.compile(r"\b(?:quarter|qtr) (?:end|to)|\bq/?e\b")
_CALENDAR = re.compile(r"\b(?:20)?([0-9]{2})\b")
_DAY = re.compile(r"\b([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]((?:20)?[0-9]{2})\b")
#: A day that as an American date begins a quarter, and otherwise is neither the first nor the last of a month.
_AMERICAN = re.compile(r"\b(?:0?4|0?7|10)[/.-]0?1[/.-](?:20)?[0-9]{2}\b")
_ISO = re.compile(r"\b(20[0-9]{2})-([0-9]{2})-([0-9]{2})(?:[ t]00:00:00)?\b")
_WRITTEN = re.compile(rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?[\s-]({ANY_MONTH})[\s-]((?:20)?[0-9]{{2}})\b")
LONGEST = 200
#: Words with a quarter that only say that its figures follow.
FILLERS = re.compile(
    r"\b(?:to|fy|financial|year|the|of|in|for|ending|end|ended|reporting|actual|actuals|value|figure|outturn|result|performance|"
    r"as at|at|quarter|qtr|q/?e|total)\b"
)


@dataclass(frozen=True)
class Period:
    """The period named in a text."""

    year: int | None = None  # the year in which the reporting year starts
    number: int | None = None  # the quarter of the reporting year
    month: date | None = None  # the first day of the month named, or of the month of a date
    rest: str = ""  # the rest of the text, in lower case
    doubt: str = ""  # why a different quarter may be meant, or blank

    @property
    def said(self) -> bool:
        """Whether the text names any period."""
        return any(part is not None for part in (self.year, self.number, self.month))


def read_quarter(cell: Cell, year: int | None = None, *, annual: bool = False) -> Quarter | None:
    """Read a quarter in any common form; None if the cell is not one. A month is never a quarter.

    ``year`` is the reporting year of a quarter written without one. With ``annual``, only a year is read.
    """
    if annual:
        whole, _ = read_year(cell)
        return None if whole is None else Quarter(whole, 0)
    if year is not None and cell.text in ("1", "2", "3", "4"):
        return Quarter(year, int(cell.text))
    period = period_in(cell)
    found = year if period.year is None else period.year
    rest = re.sub(r"\W", "", FILLERS.sub(" ", period.rest))
    return None if period.number is None or found is None or rest else Quarter(found, period.number)


def read_year(cell: Cell) -> tuple[int | None, str]:
    """Return a reporting year (``2023-24``, ``23/24``, ``202324``, ``2023``), and a reason if it is in doubt."""
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        cell = Cell(f"{cell.value:.0f}")
    period = period_in(cell)
    if period.year is not None and period.number is None:
        return period.year, period.doubt
    return _calendar_year(cell.text)


def quarters_named(text: str) -> int:
    """Count the quarters that a text names, as ``Q1 to Q4`` names two."""
    return len(_QUARTER.findall(text.casefold()))


def period_in(cell: Cell) -> Period:
    """Return the period named in a cell."""
    day = cell.day or (cell.value.date() if isinstance(cell.value, datetime) else cell.value)
    if isinstance(day, date):
        # A format without a day, such as mmm-yy, shows a month.
        return _of_day(day, "", month=bool(cell.format) and "d" not in cell.format.casefold())
    return _in_text(cell.text[:LONGEST].casefold())


def ending(day: date) -> Quarter | None:
    """Return the quarter that begins or ends on a date, or None."""
    quarter = Quarter.of(day)
    return quarter if day in (quarter.starts, quarter.ends) else None


def _of_day(day: date, rest: str, *, month: bool = False) -> Period:
    first = day.replace(day=1)
    quarter = ending(day)
    if quarter and not month:
        return Period(quarter.year, quarter.number, first, rest)
    return Period(month=first, rest=rest)


def _in_text(text: str) -> Period:
    if match := _YEAR_TO_MARCH.search(text):
        return Period(1999 + int(match[1]), rest=_without(text, match))
    if _AMERICAN.search(text):
        return Period(rest=text)
    for pattern, order in ((_ISO, (1, 2, 3)), (_DAY, (3, 2, 1))):
        days = [day for match in pattern.finditer(text) if (day := _day(*(int(match[place]) for place in order)))]
        whole = len(days) == 2 and (quarter := ending(days[1])) and (quarter.starts, quarter.ends) == tuple(days)
        if len(days) == 1 or whole:
            return _of_day(days[-1], pattern.sub(" ", text))
    match = _WRITTEN.search(text)
    if match and (day := _day(int(match[3]), _month_number(match[2]), int(match[1]))):
        return _of_day(day, _without(text, match))
    return _dated(text.replace("_", "-"))  # database columns have names such as q4_2023_24


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _month_number(name: str) -> int:
    return SHORT_MONTHS.index(name[:3]) + 1


def _dated(text: str) -> Period:
    """Extract the reporting year and the quarter from a text, and keep the rest."""
    year = number = None
    for pattern in (_YEAR, _YEARS_JOINED):
        years = [match for match in pattern.finditer(text) if (int(match[1]) + 1) % 100 == int(match[2])]
        if len({match[1] for match in years}) > 1:
            return Period(rest=text)  # it is of several years
        if years and year is None:
            year, text = 2000 + int(years[0][1]) % 100, _without(text, years[0])
    found = _ORDINAL.search(text) or _QUARTER.search(text)
    if found:
        word = found[1]
        number = _ORDINALS.get(word) or _COUNTED.get(word) or int(word)
        text = _without(text, found)
    return _by_months(text, year, number)


def _by_months(text: str, year: int | None, number: int | None) -> Period:
    """Read a period with months, such as ``Jan - Mar 2024``, ``quarter ending Mar 2024`` or ``Jan 2024``."""
    months = [_month_number(match[1]) for match in _MONTH.finditer(text)]
    calendar = {2000 + int(match[1]) for match in _CALENDAR.finditer(_MONTH.sub(" ", text))}
    without = _CALENDAR.sub(" ", _MONTH.sub(" ", text))
    ending = len(months) == 1 and months[0] % 3 == 0 and _OF_QUARTER.search(text)
    if len(months) == 1 and number is None and not ending:
        # A month without a year gets year 1; `columns` fills in the reporting year.
        first = {year + (months[0] < 4)} if year is not None and not calendar else calendar or {1}
        return Period(month=date(first.pop(), months[0], 1), rest=without) if len(first) == 1 else Period(rest=text)
    if months and not ending and (len(months) != 2 or months[1] - months[0] != 2 or months[0] not in (1, 4, 7, 10)):
        return Period(rest=text)
    if not months:
        one = re.search(r"\b(20[0-9]{2})\b", text) if year is None and number is not None else None
        year, doubt = _calendar_year(one[1]) if one else (year, "")
        return Period(year, number, rest=_without(text, one) if one else text, doubt=doubt)
    by_months = (months[-1] - 4) % 12 // 3 + 1
    started = {one - (by_months == 4) for one in calendar} | ({year} if year is not None else set())
    if number not in (None, by_months) or len(started) > 1:
        return Period(rest=text)
    return Period(next(iter(started), None), by_months, rest=without)


def _calendar_year(text: str) -> tuple[int | None, str]:
    """Read a calendar year as the reporting year that starts in it, with the reason for doubt."""
    if not re.fullmatch("20[0-9]{2}", text.strip()):
        return None, ""
    year = int(text)
    named = f"{year}-{(year + 1) % 100:02d}"
    return year, f"{year} is read as the reporting year {named}, which starts in it. Write {named} to be sure."
