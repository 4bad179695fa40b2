"""The cells of an extract, from a sheet of a workbook, a CSV file or a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from quarterly.core.errors import DataFaults, Fault

#: Anything larger is not a summary of a quarter: it is a list of children or an accident.
MOST_ROWS = 20_000
MOST_COLUMNS = 500
MOST_BYTES = 25_000_000


#: Invisible characters in pasted text: zero-width spaces and soft hyphens; and special hyphens, made plain.
_UNSEEN = {0x00AD: None, 0x200B: None, 0x200E: None, 0x2060: None, 0xFEFF: None, 0x2010: "-", 0x2011: "-", 0x2212: "-"}


@dataclass(frozen=True)
class Cell:
    """One cell that is not blank."""

    value: object  # text, a number, a Boolean or a date
    format: str = ""  # the Excel number format, or blank
    day: date | None = None  # the date that Excel shows for the number, if its format is a date
    unresolved: bool = False  # whether it is a formula without a result; the value is then the formula
    mark: str = ""  # a superscript or struck-out word that is not part of the value, or that the value is struck out

    @property
    def text(self) -> str:
        """The text on one line, without spaces at either end; for a number that Excel shows as a date, that date."""
        if self.day is not None:
            return f"{self.day:%d/%m/%Y}"
        return " ".join(str(self.value).translate(_UNSEEN).split())


BLANK = Cell("")


def is_number(cell: Cell) -> bool:
    """Return whether a cell holds a bare number."""
    if isinstance(cell.value, bool):
        return False
    return isinstance(cell.value, int | float) or cell.text.replace(",", "").replace(".", "", 1).rstrip("%").isdecimal()


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet."""

    file: str  # the file name
    sheet: str  # the sheet, or blank if the source has only one
    # the cells that are neither blank nor hidden, by row and column, both from 1
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    # the hidden rows and columns that are not blank, as ``row 5`` and ``column D``
    hidden: set[str] = field(default_factory=set)
    coloured: list[str] = field(default_factory=list)  # the cells with a number on red, amber or green, as ratings are
    # the last row and column that each cell is merged up to
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    bare: bool = False  # whether the reader cannot see number formats, errors or what is hidden in this kind of file
    turned: bool = (
        False  # whether its rows are the columns of the sheet; messages have the rows and columns of the sheet
    )

    @property
    def place(self) -> str:
        """The file and sheet, for messages."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file

    def put(self, row: int, column: int, cell: Cell, hidden: str = "") -> None:
        """Store a cell unless it is blank, and check the limits on size.

        ``hidden`` is ``row`` or ``column`` if one hides the cell, which is then listed and not stored.
        """
        if hidden and cell.text:
            self.hidden.add(f"row {row}" if hidden == "row" else f"column {column_name(column)}")
        if hidden:
            return
        if cell.text:
            self.rows.setdefault(row, {})[column] = cell
        if column > MOST_COLUMNS or len(self.rows) > MOST_ROWS:
            found = f"more than {MOST_COLUMNS} columns" if column > MOST_COLUMNS else f"more than {MOST_ROWS:,} rows"
            wanted = "Use a summary of the quarter, not the records behind it."
            raise DataFaults([self.fault(row, None, found, wanted)])

    def cell(self, row: int, column: int | None) -> Cell:
        """Return a cell, or `BLANK` if there is none."""
        return BLANK if column is None else self.rows.get(row, {}).get(column, BLANK)

    def fault(self, row: int | None, column: int | None, found: str, expected: str) -> Fault:
        """Return a fault for a cell of the sheet."""
        row, column = (column, row) if self.turned else (row, column)
        return Fault(self.place, row, column_name(column or 0), clipped(found), expected)

    def column_in_sheet(self, column: int) -> str:
        """Return the letters of a column, or ``row 5`` if it is a row of the sheet."""
        return f"row {column}" if self.turned else column_name(column)


@dataclass(frozen=True)
class SheetCell:
    """A cell with its place in a sheet."""

    grid: Grid
    row: int
    column: int | None  # None if the table has no such column: the cell is blank

    @property
    def cell(self) -> Cell:
        """The cell, or `BLANK`."""
        return self.grid.cell(self.row, self.column)

    @property
    def text(self) -> str:
        """The text of the cell."""
        return self.cell.text

    @property
    def where(self) -> tuple[str, int | None, int | None]:
        """The sheet, row and column of the cell, whichever way round the grid is."""
        grid = self.grid
        return (grid.sheet, self.column, self.row) if grid.turned else (grid.sheet, self.row, self.column)

    @property
    def name(self) -> str:
        """The cell as in Excel, such as B5."""
        _, row, column = self.where
        return f"{column_name(column or 0)}{row}"

    @property
    def place(self) -> str:
        """The location of the cell: file, sheet, and cell as in Excel."""
        return f"{self.grid.place}, {self.name}"

    def fault(self, found: str, expected: str) -> Fault:
        """Return a fault for the cell."""
        return self.grid.fault(self.row, self.column, found, expected)


def column_name(number: int) -> str:
    """Return the letters of a column, as in Excel.

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
    """Shorten text for a message, with spaces for characters that cannot be printed."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def refuse(file: str, found: str, expected: str) -> Fault:
    """Return a fault for a source that cannot be read at all."""
    return Fault(file, None, "", found, expected)
