"""Describe and check the files of ``data/`` as text.

Cells stay text until they have been checked, so that a fault can be shown as it is in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import MISSING_REASONS

NUMBER = r"-?[0-9]+(\.[0-9]+)?"
FIGURE = r"-?[0-9]+(\.[0-9]{1,6})?"
COUNT = r"[0-9]+"
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
QUARTER = r"[0-9]{4}-[0-9]{2}(-Q[1-4])?"
A_NUMBER = "A number belongs here, without a % sign, a comma or words."
A_FIGURE = "A number belongs here, without a % sign, a comma or words, and with six decimals at most."
A_QUARTER = "Write the quarter like this: 2023-24-Q3. The second year of a reporting year follows the first."
AN_ID = "Write an id in lower-case letters, digits and hyphens."


@dataclass(frozen=True)
class Column:
    """The requirements on a column's cells: which text is wrong, and what to write instead."""

    is_wrong: Callable[[str], object]
    expected: str
    #: The type of the values: text, float (missing if blank) or int.
    kind: type[str | float | int] = str
    #: Whether to keep the number of decimals that each cell was written with, in ``<column>_decimals``.
    precise: bool = False
    extra: bool = False  # whether the column may be left out, which is the same as leaving it blank
    key: bool = False  # whether it is one of the columns that together identify a row


@dataclass(frozen=True)
class Table:
    """One file of the basket."""

    name: str  # the file's stem in ``data/``
    #: Every column, in the order of the file.
    columns: dict[str, Column]
    required: bool = False  # otherwise the file may be left out, which is the same as one with only its heading

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together identify a row."""
        return tuple(name for name, column in self.columns.items() if column.key)

    @property
    def file(self) -> str:
        """The file's path, relative to the project's folder."""
        return f"data/{self.name}.csv"

    @property
    def without_rows(self) -> pd.DataFrame:
        """An empty table of text columns."""
        return pd.DataFrame(columns=list(self.columns), dtype=str)


def some_text(expected: str = "Write some text.") -> Column:
    """Return a column in which every cell has some text; ``expected`` says what to do if one has none."""
    return Column(lambda cell: not cell or cell.isspace(), expected)


def matching(
    pattern: str, expected: str, kind: type[str | float | int] = str, *, optional: bool = False, precise: bool = False
) -> Column:
    """Return a column in which every cell matches a pattern; ``expected`` says what to do if one does not."""
    compiled = re.compile(rf"(?:{pattern})?" if optional else pattern)
    return Column(lambda cell: not compiled.fullmatch(cell), expected, kind, precise)


def whole_number(expected: str) -> Column:
    """Return a column of whole numbers."""
    return matching(COUNT, expected, int)


def choice(options: type[StrEnum] | list[StrEnum | str], *, optional: bool = False) -> Column:
    """Return a column in which every cell is one of the options."""
    values = [str(option) for option in options]
    blank = ", or leave it blank" if optional else ""
    known = {*values, ""} if optional else {*values}
    return Column(lambda cell: cell not in known, f"Write one of: {', '.join(values)}{blank}.")


def any_text() -> Column:
    """Return a column without requirements."""
    return Column(lambda _: False, "")


def key(**columns: Column) -> dict[str, Column]:
    """Make columns part of what identifies a row."""
    return {name: replace(column, key=True) for name, column in columns.items()}


def extra(**columns: Column) -> dict[str, Column]:
    """Make columns optional."""
    return {name: replace(column, extra=True) for name, column in columns.items()}


def _is_quarter(cell: str) -> bool:
    return Quarter.read(cell) is not None and re.fullmatch(QUARTER, cell) is not None


def _is_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


#: Columns that many tables have: an id, a quarter, a figure or a blank, and the reason for a missing figure.
ID = matching(SLUG, AN_ID)
IN_QUARTER = Column(lambda cell: not _is_quarter(cell), A_QUARTER)
ANY_QUARTER = Column(lambda cell: cell != "" and not _is_quarter(cell), A_QUARTER)
IN_IMPORT = Column(
    lambda cell: not (_is_quarter(cell.rpartition("-")[0]) and re.fullmatch(COUNT, cell.rpartition("-")[2])),
    "Write the quarter and the number of the import, such as 2023-24-Q4-1.",
)
IN_YEAR = Column(
    lambda cell: "Q" in cell or not _is_quarter(cell),
    "Write the reporting year like this: 2021-22. The second year follows the first.",
)
ON_DAY = Column(lambda cell: not _is_day(cell), "Write the date as year-month-day, such as 2024-01-31.")
ANY_FIGURE = matching(FIGURE, A_FIGURE, float, optional=True)
MISSING = choice([*MISSING_REASONS], optional=True)


def faults_in(table: Table, frame: pd.DataFrame) -> list[Fault]:
    """List the faults in the columns and cells of one table, in order of line."""
    faults = [
        Fault(table.file, 1, column, "no such column", f"Add the column {column}.")
        for column in table.columns
        if column not in frame.columns and not table.columns[column].extra
    ]
    faults += [
        Fault(table.file, 1, column, "an unknown column", f"Remove it. The columns are: {', '.join(table.columns)}.")
        for column in frame.columns
        if column not in table.columns
    ]
    faults += [
        Fault(table.file, int(index) + 2, name, cell, column.expected)
        for name, column in table.columns.items()
        if name in frame.columns and (wrong := {cell for cell in frame[name].unique() if column.is_wrong(cell)})
        for index, cell in zip(frame.index, frame[name].tolist(), strict=True)
        if cell in wrong
    ]
    key = [name for name in table.key if name in frame.columns or not table.columns[name].extra]
    if set(key) <= set(frame.columns):
        repeated = frame[frame.duplicated(key, keep="first")]
        for index, row in repeated[key].iterrows():
            first = int(frame.index[(frame[key] == row).all(axis=1)][0]) + 2
            expected = f"Line {first} is about the same {' and '.join(key)}. Keep one of the two lines."
            faults.append(Fault(table.file, int(str(index)) + 2, "", ", ".join(row), expected))
    return sorted(faults, key=lambda fault: fault.row or 0)


def typed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Convert the columns of a checked table to their types: numbers to float or int, everything else as text.

    Optional columns that are absent are added as blanks.
    """
    columns = table.columns
    frame = frame.assign(**{name: "" for name, column in columns.items() if column.extra and name not in frame})
    numbers = {
        name: pd.to_numeric(frame[name].replace("", None)).astype(column.kind)
        for name, column in columns.items()
        if column.kind is not str
    }
    decimals = {
        f"{name}_decimals": [len(text.partition(".")[2]) for text in frame[name]]
        for name, column in columns.items()
        if column.precise
    }
    return frame.assign(**numbers, **decimals)
