"""What a file, a sheet and a title say of the quarter of the table under them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell, Grid, column_name
from quarterly.ingest.periods import Period, period_in, quarters_named

#: What is told of other periods than the table's own.
_OF_OTHERS = re.compile(r"target|compar|publish|updat|refresh|populat|baseline|as at|extract|note|census|from", re.I)
_LONGEST = 120


@dataclass(frozen=True)
class Title:
    """What stands over a table.

    Parameters
    ----------
    anchor : Quarter or None
        The quarter that its figures are of where its headings do not say it: the one that is named, or that is asked.
    text, place : str
        What names it, and where; blank where nothing does.
    named : Quarter or None
        The quarter that is named; where no year is, the newest one that is not after the quarter asked for.
    year : int or None
        The reporting year that is named, where no quarter is.
    cells : frozenset of (int, int)
        The cells that say it.
    """

    anchor: Quarter | None = None
    text: str = ""
    place: str = ""
    named: Quarter | None = None
    year: int | None = None
    cells: frozenset[tuple[int, int]] = frozenset()


def title_of(grid: Grid, top: int, after: int | None, asked: Quarter | None) -> tuple[Title, list[Fault]]:
    """Find the quarter that stands over a table: in the rows above it, in the sheet's name or in the file's.

    Parameters
    ----------
    grid : Grid
        The sheet.
    top : int
        The first row of the table's heading.
    after : int or None
        The row of the heading before, where there is one: then only the three rows above count.
    asked : Quarter or None
        The quarter that is imported.

    Returns
    -------
    Title
        The nearest that is said.
    list of Fault
        What contradicts it.
    """
    said = list(_said(grid, top, after))
    year = next((period.year for period, *_ in said if period.year is not None), None)
    number = next((period.number for period, *_ in said if period.number is not None), None)
    for period, text, place, cell in said:
        other_year = year is not None and period.year not in (None, year)
        if other_year or (number is not None and period.number not in (None, number)):
            wanted = f"{said[0][2]} says {said[0][1]}. Take out the one that is wrong."
            row, column = cell or (None, None)
            return Title(asked), [grid.fault(row, column, text, f"{wanted} ({place})")]
    if not said:
        return Title(asked), []
    named = _quarter(year, number, asked)
    cells = frozenset(cell for *_, cell in said if cell)
    return Title(named or asked, said[0][1], said[0][2], named, None if number else year, cells), []


def _said(grid: Grid, top: int, after: int | None) -> list[tuple[Period, str, str, tuple[int, int] | None]]:
    """List what is said of time over a table, the nearest first."""
    first = top - 3 if after is not None else 0
    above = [
        (cell.text, f"{column_name(column)}{row}", (row, column))
        for row in sorted(grid.rows, reverse=True)
        if max(first, after or 0) < row < top and len(grid.rows[row]) <= 2
        for column, cell in grid.rows[row].items()
    ]
    file = PurePath(grid.file).stem if "." in grid.file else ""
    names = [(grid.sheet, f"the sheet {grid.sheet}", None)] if grid.sheet else []
    found = []
    for text, place, cell in [*above, *names, (file, f"the file {grid.file}", None)]:
        if len(text) > _LONGEST or _OF_OTHERS.search(text):
            continue
        period = period_in(Cell(text.replace("_", " ")))
        if quarters_named(text) > 1:
            period = Period(period.year)
        if (period.number is not None or period.year is not None) and not period.doubt:
            found.append((period, text, place, cell))
    return found


def _quarter(year: int | None, number: int | None, asked: Quarter | None) -> Quarter | None:
    """Return the quarter that is named; where no year is, the newest one that is not after the quarter asked for."""
    if number is not None and year is not None:
        return Quarter(year, number)
    return None if number is None or asked is None else Quarter(asked.year - (number > asked.number), number)
