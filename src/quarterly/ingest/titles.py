"""Find the quarter of a table in its title, its sheet's name or the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell, Grid, clipped, column_name
from quarterly.ingest.periods import Period, period_in, quarters_named

#: Words that introduce a period other than the table's own.
_OF_OTHERS = re.compile(
    r"target|compar|publish|updat|refresh|populat|baseline|as at|extract|note|census|from|meeting|panel|committee", re.I
)
_LONGEST = 120


@dataclass(frozen=True)
class Title:
    """The period that applies to a table as a whole."""

    # the quarter of figures whose headings name none: ``named``, or else the quarter being imported
    anchor: Quarter | None = None
    text: str = ""  # the text that names the period, or blank
    place: str = ""  # where that text is, or blank
    # the quarter named; without a year, the newest that is not after the quarter being imported
    named: Quarter | None = None
    year: int | None = None  # the reporting year, if one is named without a quarter
    cells: frozenset[tuple[int, int]] = frozenset()  # the cells with the period
    # which text names a month other than the last of the quarter being imported, or a whole year; otherwise blank
    other: str = ""


def title_of(grid: Grid, top: int, after: int | None, quarter: Quarter | None) -> tuple[Title, list[Fault]]:
    """Find the quarter of a table in the rows above it, the sheet's name or the file's name.

    The nearest counts, and one that contradicts it is a fault. Below another table (whose heading is in row ``after``)
    only the three rows above ``top``, the first row of the heading, count.
    """
    every = _said(grid, top, after)
    said = [one for one in every if one[0].number is not None or one[0].year is not None]
    other = [one for one in every[:1] if one not in said and quarter and not _ends(quarter, one[0])]
    month = next((f"{place} says {clipped(text)}" for _, text, place, _ in other), "")
    year = next((period.year for period, *_ in said if period.year is not None), None)
    number = next((period.number for period, *_ in said if period.number is not None), None)
    for period, text, place, cell in said:
        other_year = year is not None and period.year not in (None, year)
        if other_year or (number is not None and period.number not in (None, number)):
            wanted = f"{said[0][2]} says {said[0][1]}. Remove the one that is wrong."
            row, column = cell or (None, None)
            return Title(quarter), [grid.fault(row, column, text, f"{wanted} ({place})")]
    if not said:
        return Title(quarter, other=month), []
    named = _quarter(year, number, quarter)
    cells = frozenset(cell for *_, cell in said if cell)
    whole = "" if number or said[0][2].startswith("File") else f"{said[0][2]} says {clipped(said[0][1])}"
    return Title(named or quarter, *said[0][1:3], named, None if number else year, cells, month or whole), []


def _said(grid: Grid, top: int, after: int | None) -> list[tuple[Period, str, str, tuple[int, int] | None]]:
    """List the periods named above a table, the nearest first."""
    first = top - 3 if after is not None else 0
    above = [
        (cell.text, f"{column_name(column)}{row}", (row, column))
        for row in range(top - 1, max(first, after or 0), -1)
        if len(grid.rows.get(row, ())) <= 2
        for column, cell in grid.rows.get(row, {}).items()
    ]
    file = PurePath(grid.file).stem if "." in grid.file else ""
    names = [(grid.sheet, f"Sheet {grid.sheet}", None)] if grid.sheet else []
    found = []
    for text, place, cell in [*above, *names, (file, f"File {grid.file}", None)]:
        if len(text) > _LONGEST or _OF_OTHERS.search(text):
            continue
        period = period_in(Cell(text.replace("_", " ")))
        if quarters_named(text) > 1:
            period = Period(period.year)
        month = period.month is not None and not place.startswith("File")
        if (period.number is not None or period.year is not None or month) and not period.doubt:
            found.append((period, text, place, cell))
    return found


def _quarter(year: int | None, number: int | None, quarter: Quarter | None) -> Quarter | None:
    """Return the quarter named; without a year, the newest that is not after the quarter being imported."""
    if number is not None and year is not None:
        return Quarter(year, number)
    return None if number is None or quarter is None else Quarter(quarter.year - (number > quarter.number), number)


def _ends(quarter: Quarter, period: Period) -> bool:
    """Return whether a month is the last of a quarter; without a year, a word such as May may be no month."""
    month = period.month
    if month is None or (month.year == 1 and period.rest.strip()):
        return True
    return month.month == quarter.ends.month and month.year in (1, quarter.ends.year)
