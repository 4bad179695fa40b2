"""The cells of an extract, wherever they come from: a sheet of a workbook, a CSV file or a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from quarterly.core.errors import DataFaults, Fault

#: More than this is no summary of a quarter: it is a list of children or an accident.
MOST_ROWS = 20_000
MOST_COLUMNS = 500
MOST_BYTES = 25_000_000


#: What pasted texts have in them and nobody sees: spaces without width, soft hyphens, a hyphen that does not break.
_UNSEEN = {0x00AD: None, 0x200B: None, 0x200E: None, 0x2060: None, 0xFEFF: None, 0x2010: "-", 0x2011: "-"}


@dataclass(frozen=True)
class Cell:
    """One cell that is not blank."""

    value: object  # A text, number, truth value or date
    format: str = ""  # the number format of Excel, or blank
    day: date | None = None  # the day that Excel shows for the number, where it shows it as one
    unresolved: bool = False  # whether it is a formula without a result; the value is then the formula
    mark: str = ""  # what is shown with it and is no part of it: a superscript, a word struck out; or that it is

    @property
    def text(self) -> str:
        """What it says, in one line and without spaces round it; of a number that Excel shows as a day, the day."""
        if self.day is not None:
            return f"{self.day:%d/%m/%Y}"
        return " ".join(str(self.value).translate(_UNSEEN).split())


BLANK = Cell("")


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet."""

    file: str  # the file as it was named
    sheet: str  # the sheet, or blank where a source has only one
    # the cells that are not blank, by row and column; both start at 1. Those that are hidden are not among them
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    # the hidden rows and columns that are not blank, as ``row 5`` and ``column D``
    hidden: set[str] = field(default_factory=set)
    bare: bool = False  # whether number formats, errors and hidden rows and columns of its kind of file are not known

    @property
    def place(self) -> str:
        """The file and the sheet, for a message."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Put a cell in its place; one that is blank only counts for the limits."""
        if cell.text:
            self.rows.setdefault(row, {})[column] = cell
        if column > MOST_COLUMNS or len(self.rows) > MOST_ROWS:
            found = f"more than {MOST_COLUMNS} columns" if column > MOST_COLUMNS else f"more than {MOST_ROWS:,} rows"
            wanted = "Give the summary of the quarter, not the records behind it."
            raise DataFaults([self.fault(row, None, found, wanted)])

    def cell(self, row: int, column: int | None) -> Cell:
        """Return a cell; a blank one where there is none."""
        return BLANK if column is None else self.rows.get(row, {}).get(column, BLANK)

    def fault(self, row: int | None, column: int | None, found: str, expected: str) -> Fault:
        """State what is wrong in a cell of it."""
        return Fault(self.place, row, column_name(column) if column else "", clipped(found), expected)


def column_name(number: int) -> str:
    """Name a column as Excel does.

    Examples
    --------
    >>> column_name(1), column_name(28)
    ('A', 'AB')
    """
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def clipped(text: str, most: int = 80) -> str:
    """Shorten a text for a message; what cannot be printed is shown as a space."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def refuse(file: str, found: str, expected: str) -> Fault:
    """State why a whole source cannot be read."""
    return Fault(file, None, "", found, expected)
