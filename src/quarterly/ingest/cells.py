"""Read one figure in any common form: a number, a percentage, a symbol, or a number that Excel turned into a date."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from quarterly.core.rounding import PRECISION
from quarterly.core.terms import MISSING_REASONS, Beyond, Unit
from quarterly.data.checks import BELOW_0, OVER_100
from quarterly.ingest.formats import Format, read_format
from quarterly.ingest.grid import Cell
from quarterly.ingest.headings import MARKS, unmarked
from quarterly.ingest.vocabulary import read_unit

#: Symbols and words for a missing figure, by the reason they represent.
_SYMBOLS = {
    "c": "c|*|s|supp|suppressed",
    "x": "x|-|–|—|.|..|...|:|tbc|not available|not yet available|no data",
    "z": "z|n/a|na|not applicable",
    "k": "k|~|[low]",
}
SYMBOLS = {symbol: reason for reason, symbols in _SYMBOLS.items() for symbol in symbols.split("|")}

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]+)?|[+-]?\.[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([,\u00a0\u202f' ][0-9]{3})+(\.[0-9]+)?")
_SUPPRESSED = re.compile(r"(<|<=|≤|under|fewer than|less than) ?[0-9]{1,2}%?", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/(19[0-9]{2})")
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")
#: Excel's serial number for 1 January 2000: a figure shown as a later date was typed as a date.
_TODAYS = 36_526
_LONGEST = 40
_LARGEST = Decimal(1_000_000_000_000)
_NO_FRACTION = (
    "Percentages are read as fractions, 0.7 for 70%, and this is above 1. Write a % sign, or add --no-fractions. An "
    "earlier import may have stored --fractions in data/readings.csv."
)
#: Text after a figure that is not part of it: a footnote mark, or a note that the figure is not final.
_MARKED = re.compile(
    rf"(.*[0-9%])\s*((?:[{MARKS}§^]|[(\[](?:p|r|e|provisional|prov|revised|estimated?|draft)[)\]])+"
    r"|(?<=[%\s])[pr]|(?<=%)[0-9])",
    re.I,
)
#: A percentage with its counts, or with its denominator alone.
_WITH_COUNTS = re.compile(r"(.*%) ?\((?:n ?= ?|([0-9][0-9,]*) ?(?:/|of|out of) ?)([0-9][0-9,]*)\)", re.I)
_MULTIPLES = {"k": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000}
_MONEY = re.compile(rf"£ ?([0-9][0-9,]*(?:\.[0-9]+)?) ?({'|'.join(_MULTIPLES)})", re.I)
#: A number with a unit before or after it.
_WITH_UNIT = re.compile(r"(£?) ?(.*?) ?(%|[a-z][a-z ]*)?", re.I)
#: What to write in place of a text, by its form.
_WANTED = {
    r"[0-9,.]+ ?(?:/|of|out of) ?[0-9,.]+": "Write a percentage with its counts, as 80% (12 of 15), or a number alone.",
    r".*[↑↓→↗↘▲▼⬆⬇△▽].*": "Write only the figure here, and the arrow in a column Direction of travel.",
    r"\([^()]+\)": "Write it with a minus sign if it is below 0, as -5, and without brackets if it is not.",
    r"(?:c\.|ca\.?|circa|approx\.?|about|[<>~≈]) ?[0-9,.]+%?": "Write the exact figure, or c if it is suppressed.",
    r"(?s:.*)": "Write a number (0 for nil), a percentage such as 70%, or a symbol: c, x, z or k. Put anything else in "
    "a column of notes.",
}
_UNIT_SUFFIXES = (Unit.PERCENTAGE, Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.HOURS, Unit.MINUTES)


@dataclass(frozen=True)
class Reading:
    """The figure in a cell, or the reason it is missing."""

    value: Decimal | None = None  # in the indicator's unit: 70 for 70%
    # why there is no figure: a symbol from `quarterly.core.terms.MISSING_REASONS`, or blank for a blank cell
    missing: str = ""
    note: str = ""  # the original wording, where the figure or symbol does not show it
    doubt: str = ""  # why the figure may not be as intended, or blank
    # for a percentage without a % sign or format: the number as written, before rounding
    bare: Decimal | None = None
    # the figure before rounding to the indicator's decimals, if rounding changed it
    exact: Decimal | None = None
    counts: tuple[float, float] | None = None  # the numerator and denominator written with it


@dataclass(frozen=True)
class Unreadable:
    """Why a cell cannot be read: what was found and what was expected."""

    found: str
    expected: str


def read_figure(
    cell: Cell,
    unit: str,
    decimals: int,
    *,
    fractions: bool = False,
    beyond: str = "",
    raw: Number | Reading | Unreadable | None = None,
) -> Reading | Unreadable:
    """Read a figure in the `Unit` of its indicator.

    A percentage, rate or average with more than ``decimals`` decimals is rounded half up, as in print, and its exact
    value is kept too; a count is never rounded. ``fractions`` means that percentages are written as fractions, 0.7 for
    70%, and ``beyond`` whether figures may be below 0 or over 100%: a `Beyond`, or blank. ``raw`` is the number, if it
    was derived from several cells.

    Examples
    --------
    >>> read_figure(Cell("1,953"), "number", 0).value, read_figure(Cell(0.7, "0%"), "percentage", 0).value
    (Decimal('1953'), Decimal('70'))
    >>> read_figure(Cell("<5"), "number", 0).missing
    'c'
    """
    raw = raw or read_number(cell)
    if not isinstance(raw, Number):
        return raw
    shown = cell.text or str(raw.value)
    if raw.percent and unit != Unit.PERCENTAGE:
        return Unreadable(shown, f"This indicator is a {unit}: write it without a % sign or format.")
    if raw.unit not in ("", unit) and unit not in (Unit.NUMBER, Unit.RATE, Unit.RATIO):
        return Unreadable(shown, f"This indicator is in {unit}, and this is in {raw.unit}.")
    value = raw.value * 100 if unit == Unit.PERCENTAGE and fractions and not raw.percent else raw.value
    if value < 0 and beyond not in (Beyond.BELOW_0, Beyond.BOTH):
        return Unreadable(cell.text, BELOW_0)
    if unit == Unit.PERCENTAGE and value > 100 and beyond not in (Beyond.OVER_100, Beyond.BOTH):
        return Unreadable(cell.text, OVER_100 if value == raw.value else _NO_FRACTION)
    if unit == Unit.NUMBER and decimals == 0 and round(value, PRECISION) % 1:
        return Unreadable(cell.text, "This indicator is a count. Enter a whole number.")
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP).normalize() + 0
    bare = value if unit == Unit.PERCENTAGE and not raw.percent and not fractions else None
    exact = value if round(value, PRECISION) != rounded else None
    return Reading(rounded, note=raw.note, doubt=raw.doubt, bare=bare, exact=exact, counts=raw.counts)


@dataclass(frozen=True)
class Number:
    """A number as written in a cell, with the `Unit` it is written or formatted in, or blank."""

    value: Decimal
    unit: str = ""
    doubt: str = ""
    note: str = ""
    counts: tuple[float, float] | None = None

    @property
    def percent(self) -> bool:
        """Whether it is a percentage."""
        return self.unit == Unit.PERCENTAGE


def read_number(cell: Cell) -> Number | Reading | Unreadable:
    """Read a number, or the symbol in its place, without regard to its indicator."""
    if cell.unresolved:
        wanted = "The program that made the workbook did not calculate it. Open the workbook in Excel and save it."
        return Unreadable(f"a formula without a result ({cell.text})", wanted)
    if isinstance(cell.value, bool):
        return Unreadable(cell.text, "Enter a number, not true or false.")
    if cell.value is None or not cell.text:
        return Reading()
    number = isinstance(cell.value, int | float | Decimal)
    found = _from_value(cell, Decimal(str(cell.value))) if number else _from_text(cell.text)
    if cell.mark and isinstance(found, Number):
        return replace(found, doubt=f"Excel shows {cell.text} with {cell.mark}.")
    return found


def _from_value(cell: Cell, value: Decimal) -> Number | Unreadable:
    if not value.is_finite() or abs(value) > _LARGEST:
        return Unreadable(cell.text, "This is too large or not a number. Enter a number.")
    form = read_format(cell.format, value)
    if form.time:
        wanted = "Excel stores a time as a fraction of a day. Enter the minutes, hours or days as a plain number."
        return Unreadable(f"a time of day or a length of time ({value:f}, format {cell.format})", wanted)
    if cell.day is not None:
        return _from_day(value, f"{cell.day:%d/%m/%Y}")
    # Excel stores binary fractions: 0.57 * 100 is 56.99999999999999.
    tidy = round(value, 12)
    return Number(tidy * 100 if form.hundredfold else tidy, form.unit, _shown_otherwise(tidy, form))


def _shown_otherwise(value: Decimal, form: Format) -> str:
    """Describe what Excel shows if it differs from the number; otherwise blank."""
    behind = f"the number behind it is {value.normalize():,f}."
    if not form.shown:
        return f"Excel shows {form.words or 'nothing'}; {behind}"
    if form.words and not read_unit(form.words):
        return f"Excel shows {form.words} with the number; {behind}"
    if form.scale == 1:
        return ""
    shown = f"{round(value / form.scale, form.decimals or 0):,f}"
    return f"Excel shows {shown}, in units of {form.scale:,}; {behind}"


def _from_day(value: Decimal, shown: str) -> Number | Unreadable:
    """Read the number behind a date: a count formatted as a date falls early in the 20th century."""
    if value >= _TODAYS or value < 0:
        wanted = "Excel turned the entry into a date, and the original cannot be recovered. Type the figure again."
        return Unreadable(f"the date {shown}", wanted)
    plain = f"{round(value, 6).normalize():f}"
    return Number(round(value, 6), doubt=f"Excel shows the date {shown}; the number behind it is {plain}.")


def _from_text(text: str) -> Number | Reading | Unreadable:
    folded = text.casefold()
    if folded not in SYMBOLS and folded[0] + folded[-1] == "[]":  # the Government Analysis Function's style of symbols
        folded = folded[1:-1]
    folded = folded if folded in SYMBOLS else unmarked(folded)
    if folded in SYMBOLS:
        return Reading(missing=SYMBOLS[folded], note="" if folded in MISSING_REASONS else f"Given as {text}")
    if len(text) > _LONGEST:
        return Unreadable(text, "Enter a number or a symbol. Put words in a column of notes.")
    if _SUPPRESSED.fullmatch(text):
        return Reading(missing="c", note=f"Given as {text}")
    if marked := _MARKED.fullmatch(text):
        found = _from_text(marked[1].strip())
        return replace(found, note=f"Given as {text}") if isinstance(found, Number) else found
    if counted := _WITH_COUNTS.fullmatch(text):
        found = _from_text(counted[1])
        both = [float(one.replace(",", "")) for one in counted.groups()[1:] if one]
        more = {"counts": (both[0], both[1])} if len(both) == 2 else {"note": f"Given as {text}"}
        return replace(found, **more) if isinstance(found, Number) else found
    if money := _MONEY.fullmatch(text):
        return Number(Decimal(money[1].replace(",", "")) * _MULTIPLES[money[2].lower()], Unit.POUNDS)
    day = _DAY.fullmatch(text)
    if day:
        return _from_written_day(text, *map(int, day.groups()))
    if _ERROR.fullmatch(text):
        return Unreadable(text, "Excel could not work this out. Correct the formula, or write the figure.")
    text = text.removeprefix("'")  # marks a number stored as text
    before, bare, after = (part or "" for part in _WITH_UNIT.fullmatch(text).groups())  # type: ignore[union-attr]
    unit = str(Unit.POUNDS) if before else (read_unit(after) or ("",))[0]
    grouped = _THOUSANDS.fullmatch(bare)
    if not (grouped or _NUMBER.fullmatch(bare)) or (after and not before and unit not in _UNIT_SUFFIXES):
        return _unreadable_text(text, bare)
    if before and after:
        return Unreadable(text, "There are two units. Write the number with one of them.")
    value = Decimal(re.sub(r"[,\u00a0\u202f' ]", "", bare))
    if abs(value) > _LARGEST:
        return Unreadable(text, "This is too large. Enter the right number.")
    return Number(value, unit)


def _unreadable_text(text: str, bare: str) -> Unreadable:
    if re.fullmatch(r"[0-9]+,[0-9]+", bare) and not _THOUSANDS.fullmatch(bare):
        wanted = f"Is it {bare.replace(',', '.')}? Write decimals with a point, and thousands in threes: 1,953."
        return Unreadable(text, wanted)
    return Unreadable(text, next(wanted for form, wanted in _WANTED.items() if re.fullmatch(form, text, re.I)))


def _from_written_day(text: str, day: int, month: int, year: int) -> Number | Unreadable:
    """Read a date that a program wrote into a CSV file in place of a number."""
    try:
        # Excel counts from the last day of 1899, and treats 1900 as a leap year.
        number = (date(year, month, day) - date(1899, 12, 31)).days
    except ValueError:
        return Unreadable(text, "This is neither a date nor a number. Type the figure again.")
    return _from_day(Decimal(number + (number > 59)), text)
