"""What an extract says, one row of a frame each, and what the analyst says of the extract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from quarterly.ingest.grid import Cell, Grid, clipped, column_name


class Figure(NamedTuple):
    """One figure of an extract, as a row of a frame."""

    indicator_id: str
    quarter: str
    value: float | None
    numerator: float | None
    denominator: float | None
    missing: str
    note: str
    doubt: str
    bare: float | None
    exact: float | None
    written: str
    place: str


class Goal(NamedTuple):
    """One target of an extract, as a row of a frame: it applies from one quarter to another."""

    indicator_id: str
    from_quarter: str
    to_quarter: str
    value: float | None
    lower: float | None
    upper: float | None
    direction: str
    status: str
    missing: str
    polarity: str
    bare: float | None
    written: str
    place: str


class Compared(NamedTuple):
    """One comparator of an extract, as a row of a frame."""

    indicator_id: str
    comparator: str
    value: float
    place: str


class Published(NamedTuple):
    """A rating and a direction of travel as they were published, as a row of a frame."""

    indicator_id: str
    quarter: str
    rag: str
    dot: str
    place: str


class Warned(NamedTuple):
    """One doubt, as a row of a frame; about the whole extract where no indicator is named."""

    indicator_id: str
    quarter: str
    doubt: str
    why: str
    place: str


@dataclass(frozen=True)
class Options:
    """What the analyst says of an extract."""

    # names as they stand in the extract, with the id of the indicator that each means
    match: dict[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()  # names of rows that are no part of the basket
    sheets: tuple[str, ...] = ()  # the sheets to read; all visible ones by default
    fractions: bool = False  # whether percentages are written as fractions, 0.7 for 70%
    # how months make a quarter (`quarterly.ingest.months.How`), by indicator; a blank is for all others
    months: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)  # of which part the rows that are meant are, by heading
    add: bool = False  # whether counts that are there more than once are parts to be added up
    council: str = ""  # what the council is called, to tell its rows from those of others


def place_of(grid: Grid, row: int, column: int | None) -> str:
    """Name a cell: the file, the sheet, and the cell as Excel does."""
    return f"{grid.place}, {column_name(column or 0)}{row}"


def parted_place(place: str) -> tuple[str, str, int]:
    """Part what `place_of` gave into the file and sheet, the column and the row."""
    where, _, cell = place.rpartition(", ")
    column = cell.rstrip("0123456789")
    return where, column, int(cell[len(column) :] or 0)


def written(cell: Cell) -> str:
    """Return what stands in a cell, with its number format where that changes what is seen."""
    plain_format = cell.format in ("", "General", "@", "0")
    return clipped(cell.text if plain_format else f"{cell.value} (format {cell.format})", 40)
