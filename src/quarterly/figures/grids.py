"""The cells of a workbook: as little as setting up a basket needs."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from quarterly.words.errors import DataFaults, Fault, MalformedQuarter
from quarterly.words.quarters import Quarter
from quarterly.words.terms import MISSING_REASONS

_QUARTER = re.compile(r"(?:quarter|q)\s*([1-4])\D+(?:20)?([0-9]{2})\s*[-/–]\s*(?:20)?([0-9]{2})", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Cell:
    """One cell that is not blank: its value, and the number format of Excel."""

    value: object
    format: str = ""

    @property
    def text(self) -> str:
        """What it says, in one line and without spaces round it."""
        return " ".join(str(self.value).split())


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet that are not blank, by row and column, which both start at 1."""

    file: str
    sheet: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def fault(self, row: int | None, column: str, found: str, expected: str) -> Fault:
        """Say what is wrong in a row of it."""
        return Fault(f"{self.file}, sheet {self.sheet}", row, column, found, expected)


def read_grids(path: Path) -> list[Grid]:
    """Read the visible sheets of a workbook.

    Raises
    ------
    DataFaults
        It is not there, or is no workbook.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    wanted = "Name an Excel workbook (.xlsx)."
    if not path.is_file():
        raise DataFaults([Fault(path.name, None, "", "no such file", wanted)])
    try:
        book = load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise DataFaults([Fault(path.name, None, "", "a file that is no workbook", wanted)]) from error
    grids = [Grid(path.name, sheet.title) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for grid in grids:
        for cells in book[grid.sheet].iter_rows():
            filled = [cell for cell in cells if cell.value is not None and str(cell.value).strip()]
            kept = {cell.column: Cell(cell.value, cell.number_format) for cell in filled}
            if kept:
                grid.rows[cells[0].row] = kept
    return grids


def read_number(cell: Cell) -> tuple[str, bool] | None:
    """Read a number as it would be typed into a CSV file, and say whether it is a percentage.

    Examples
    --------
    >>> read_number(Cell(0.7, "0%")), read_number(Cell("1,953")), read_number(Cell("many"))
    (('70', True), ('1953', False), None)
    """
    text, percent = cell.text, cell.text.endswith("%")
    if isinstance(cell.value, bool):
        return None
    if isinstance(cell.value, int | float):
        percent = "%" in cell.format
        return f"{round(cell.value * (100 if percent else 1), 10):.10f}".rstrip("0").rstrip("."), percent
    bare = text.removesuffix("%").strip()
    return (bare.replace(",", ""), percent) if _NUMBER.fullmatch(bare) else None


def read_symbol(cell: Cell) -> str | None:
    """Read the symbol of a missing figure."""
    return cell.text.lower() if cell.text.lower() in MISSING_REASONS else None


def read_quarter(cell: Cell) -> Quarter | None:
    """Read a quarter of a heading: ``2023-24-Q3``, ``Q3 2023/24`` or ``Quarter 3 2023-24``.

    Examples
    --------
    >>> str(read_quarter(Cell("Q3 2023/24"))), read_quarter(Cell("Target"))
    ('2023-24-Q3', None)
    """
    match = _QUARTER.fullmatch(cell.text)
    text = f"20{match[2]}-{match[3]}-Q{match[1]}" if match else cell.text
    try:
        return Quarter.parse(text)
    except MalformedQuarter:
        return None
