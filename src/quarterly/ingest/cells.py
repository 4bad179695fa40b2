"""Read one figure, in any form that people write: a number, a percentage, a symbol, a date that was a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from quarterly.core.rounding import PRECISION
from quarterly.core.terms import Beyond, Unit
from quarterly.data.checks import BELOW_0, OVER_100
from quarterly.ingest.formats import Format, read_format
from quarterly.ingest.grid import Cell

#: Symbols and words for a missing figure, with the reason that they stand for.
SYMBOLS = {
    "c": "c",
    "*": "c",
    "s": "c",
    "supp": "c",
    "suppressed": "c",
    "x": "x",
    "-": "x",
    "–": "x",
    "—": "x",
    ".": "x",
    "..": "x",
    "...": "x",
    ":": "x",
    "tbc": "x",
    "not available": "x",
    "not yet available": "x",
    "no data": "x",
    "z": "z",
    "n/a": "z",
    "na": "z",
    "not applicable": "z",
    "k": "k",
    "~": "k",
}
#: Symbols of the Department for Education's own, which need no note of how they were written.
_OWN = {"c", "x", "z", "k"}

_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]+)?|[+-]?\.[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}([,\u00a0\u202f' ][0-9]{3})+(\.[0-9]+)?")
_SUPPRESSED = re.compile(r"(<|<=|≤|under|fewer than|less than) ?[0-9]{1,2}%?", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/(19[0-9]{2})")
_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")
#: Excel's number of 1 January 2000: a figure that is shown as a later day was typed as a day.
_TODAYS = 36_526
_LONGEST = 40
_LARGEST = Decimal(1_000_000_000_000)
#: What people write round a number to say what it is.
_UNITS = {
    "%": Unit.PERCENTAGE,
    "per cent": Unit.PERCENTAGE,
    "£": Unit.POUNDS,
    **{text: unit for unit in (Unit.DAYS, Unit.WEEKS, Unit.MONTHS) for text in (str(unit), unit.removesuffix("s"))},
    **dict.fromkeys(("hours", "hour", "hrs"), Unit.HOURS),
    **dict.fromkeys(("minutes", "minute", "mins"), Unit.MINUTES),
}
_WITH_UNIT = re.compile(
    rf"(£?) ?(.*?) ?(%|{'|'.join(word for word in _UNITS if word.isalpha() or ' ' in word)})?", re.I
)


@dataclass(frozen=True)
class Reading:
    """What a cell says.

    Parameters
    ----------
    value : Decimal or None
        The figure, in the indicator's own unit: 70 for 70%.
    missing : str
        The reason why there is none: a symbol of `quarterly.core.terms.MISSING_REASONS`, or blank for a blank cell.
    note : str
        How a missing figure was written, where its symbol does not say it.
    doubt : str
        Why the figure may not be what was meant, or blank.
    bare : Decimal or None
        Of a percentage that is written without a % sign or format, the number as it stands, before it was rounded.
    exact : Decimal or None
        The figure before it was rounded to the decimals of its indicator, where that changed it.
    """

    value: Decimal | None = None
    missing: str = ""
    note: str = ""
    doubt: str = ""
    bare: Decimal | None = None
    exact: Decimal | None = None


@dataclass(frozen=True)
class Unreadable:
    """Why a cell cannot be read: what was found, and what belongs there."""

    found: str
    expected: str


def read_figure(
    cell: Cell, unit: str, decimals: int, *, fractions: bool = False, beyond: str = ""
) -> Reading | Unreadable:
    """Read a figure.

    Parameters
    ----------
    cell : Cell
        The cell.
    unit : str
        The `Unit` of the indicator.
    decimals : int
        With how many decimals the indicator is published. A percentage, a rate or an average that was worked out
        to more is rounded to them, halves up, as in print, and is there as it was too; a count is never rounded.
    fractions : bool
        Whether percentages are written as fractions, 0.7 for 70%.
    beyond : str
        How far the indicator's figures can go: a `Beyond`, or blank.

    Examples
    --------
    >>> read_figure(Cell("1,953"), "number", 0).value, read_figure(Cell(0.7, "0%"), "percentage", 0).value
    (Decimal('1953'), Decimal('70'))
    >>> read_figure(Cell("<5"), "number", 0).missing
    'c'
    """
    raw = read_number(cell)
    if not isinstance(raw, Number):
        return raw
    if raw.percent and unit != Unit.PERCENTAGE:
        return Unreadable(
            cell.text or str(raw.value), f"This indicator is a {unit}: write it without a % sign or format."
        )
    if raw.unit not in ("", unit) and unit not in (Unit.NUMBER, Unit.RATE, Unit.RATIO):
        return Unreadable(cell.text or str(raw.value), f"This indicator is in {unit}, and this is in {raw.unit}.")
    value = raw.value * 100 if unit == Unit.PERCENTAGE and fractions and not raw.percent else raw.value
    if value < 0 and beyond not in (Beyond.BELOW_0, Beyond.BOTH):
        return Unreadable(cell.text, BELOW_0)
    if unit == Unit.PERCENTAGE and value > 100 and beyond not in (Beyond.OVER_100, Beyond.BOTH):
        return Unreadable(cell.text, OVER_100)
    if unit == Unit.NUMBER and decimals == 0 and round(value, PRECISION) % 1:
        return Unreadable(cell.text, "This indicator counts: a whole number belongs here.")
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP).normalize() + 0
    bare = value if unit == Unit.PERCENTAGE and not raw.percent and not fractions else None
    exact = value if round(value, PRECISION) != rounded else None
    return Reading(rounded, doubt=raw.doubt, bare=bare, exact=exact)


@dataclass(frozen=True)
class Number:
    """A number as it is in a cell, with the `Unit` that it is written or formatted in, or a blank."""

    value: Decimal
    unit: str = ""
    doubt: str = ""

    @property
    def percent(self) -> bool:
        """Whether it is a percentage."""
        return self.unit == Unit.PERCENTAGE


def read_number(cell: Cell) -> Number | Reading | Unreadable:
    """Read a number, or the symbol in its place, without asking what it counts."""
    if cell.unresolved:
        wanted = "A program made the workbook and never worked it out. Open it in Excel, let it calculate, and save it."
        return Unreadable(f"a formula without a result ({cell.text})", wanted)
    if isinstance(cell.value, bool):
        return Unreadable(cell.text, "A number belongs here, not true or false.")
    if cell.value is None or not cell.text:
        return Reading()
    if isinstance(cell.value, int | float | Decimal):
        return _from_value(cell, Decimal(str(cell.value)))
    found = _from_text(cell.text)
    if cell.mark and isinstance(found, Number):
        why = f"Excel shows {cell.text} with a superscript {cell.mark}, most often a note's number."
        return Number(found.value, found.unit, why)
    return found


def _from_value(cell: Cell, value: Decimal) -> Number | Unreadable:
    if not value.is_finite() or abs(value) > _LARGEST:
        return Unreadable(cell.text, "A number belongs here, and none this large.")
    form = read_format(cell.format)
    if form.time:
        wanted = (
            "Excel keeps a time as a part of a day. Write how many minutes, hours or days it is, as a plain number."
        )
        return Unreadable(f"a time of day or a length of time ({value:f}, format {cell.format})", wanted)
    if cell.day is not None:
        return _from_day(value, f"{cell.day:%d/%m/%Y}")
    # Binary fractions: 0.57 * 100 is 56.99999999999999 where Excel works it out.
    tidy = round(value, 12)
    return Number(tidy * 100 if form.hundredfold else tidy, form.unit, _scaled(tidy, form))


def _scaled(value: Decimal, form: Format) -> str:
    if form.scale == 1:
        return ""
    shown = f"{round(value / form.scale, form.decimals or 0):,f}"
    return f"Excel shows {shown}, in units of {form.scale:,}; the number behind it is {value.normalize():,f}."


def _from_day(value: Decimal, shown: str) -> Number | Unreadable:
    """Read the number behind a day: a count that was formatted as a date lies early in the last century."""
    if value >= _TODAYS or value < 0:
        wanted = "Excel has made a date of what was typed, and it cannot be told what that was. Type the figure again."
        return Unreadable(f"the date {shown}", wanted)
    plain = f"{round(value, 6).normalize():f}"
    return Number(round(value, 6), doubt=f"Excel shows the date {shown}; the number behind it is {plain}.")


def _from_text(text: str) -> Number | Reading | Unreadable:
    folded = text.casefold()
    if folded in SYMBOLS:
        return Reading(missing=SYMBOLS[folded], note="" if folded in _OWN else f"Given as {text}")
    if len(text) > _LONGEST:
        return Unreadable(text, "A number or a symbol belongs here. Put words into a column of notes.")
    if _SUPPRESSED.fullmatch(text):
        return Reading(missing="c", note=f"Given as {text}")
    day = _DAY.fullmatch(text)
    if day:
        return _from_written_day(text, *map(int, day.groups()))
    if _ERROR.fullmatch(text):
        return Unreadable(text, "Excel could not work this out. Mend the formula, or write the figure.")
    before, bare, after = (part or "" for part in _WITH_UNIT.fullmatch(text).groups())  # type: ignore[union-attr]
    bare = bare.replace("\N{MINUS SIGN}", "-")
    unit = _UNITS.get(before or after.casefold(), "")
    grouped = _THOUSANDS.fullmatch(bare)
    if not grouped and not _NUMBER.fullmatch(bare):
        return _unreadable_text(text, bare)
    if before and after:
        return Unreadable(text, "Two units are too many. Write the number with one of them.")
    value = Decimal(re.sub(r"[,\u00a0\u202f' ]", "", bare))
    if abs(value) > _LARGEST:
        return Unreadable(text, "A number belongs here, and none this large.")
    return Number(value, unit)


def _unreadable_text(text: str, bare: str) -> Unreadable:
    if re.fullmatch(r"[0-9]+,[0-9]+", bare):
        wanted = f"Is it {bare.replace(',', '.')}? Write decimals with a point, and thousands in threes: 1,953."
        return Unreadable(text, wanted)
    wanted = (
        "Write a number, a percentage such as 70%, or a symbol: c, x, z or k. Put anything else into a column of notes."
    )
    return Unreadable(text, wanted)


def _from_written_day(text: str, day: int, month: int, year: int) -> Number | Unreadable:
    """Read a day that a program wrote for a number, as a CSV file has it."""
    try:
        # Excel counts from the last day of 1899, and believes that there was a 29 February 1900.
        number = (date(year, month, day) - date(1899, 12, 31)).days
    except ValueError:
        return Unreadable(text, "This is no day and no number. Type the figure again.")
    return _from_day(Decimal(number + (number > 59)), text)
