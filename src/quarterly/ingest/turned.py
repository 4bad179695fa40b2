"""Find tables that are turned round, with a quarter or month in each row, and turn them back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from quarterly.ingest.cells import Unreadable, read_number
from quarterly.ingest.grid import Cell, Grid, SheetCell, is_number
from quarterly.ingest.headings import Column, Role, read_heading
from quarterly.ingest.vocabulary import read_unit

#: What a heading says of a column without an indicator of its own: the table is tidy, or its rows are of parts.
_NOT_INDICATORS = (Role.ID, Role.NAME, Role.QUARTER, Role.YEAR, Role.AREA, Role.PART, Role.KIND)
#: How many rows between the names and the first period may say something else, such as the unit or the year.
_DEEPEST = 6
#: What may be written above the periods; any other known word, such as Target, says what its row has.
_OF_CORNERS = {None, Role.NAME, Role.QUARTER, Role.YEAR, Role.FIGURE}


class Heading(NamedTuple):
    """The heading of a table, with the rows below it."""

    grid: Grid  # the sheet; or one table of it, with the rows of the sheet as columns, if it is turned round
    band: list[int]  # the rows of the heading; if it is turned round, the columns of the sheet with the periods
    body: list[int]
    top: int  # its first row in the sheet
    bottom: int  # its last row in the sheet; if it is turned round, that of the table
    named: dict[int, Column]  # if turned round, what is above the periods: names of indicators, areas or units


def turned_tables(sheet: Grid, tops: set[int], *, annual: bool) -> list[Heading]:
    """Return the tables of a sheet that are turned round; ``tops`` are the first rows of other tables.

    With ``annual``, a year is a period without its quarter or month.
    It is certain only if the periods are the first cells of their rows, and a row above them names the indicators.
    """
    rows = sorted(sheet.rows)
    labels = [_labels(sheet.rows[row], annual=annual) for row in rows]
    found, end = [], len(rows)
    for at in reversed(range(len(rows))):
        band = labels[at]
        named = _above(sheet, rows[: at + 1], band[-1], annual=annual) if band and not (at and labels[at - 1]) else {}
        if Role.NAME in {one.role for one in named.values()}:
            own = {row: [cell for one, cell in sheet.rows[row].items() if one > band[-1]] for row in rows[at:end]}
            periods = [row for row, label in zip(rows, labels, strict=True) if row in own and set(label) & set(band)]
            corners = {read_heading(sheet.cell(row, column)).role for row in named for column in band}
            asked = not corners.isdisjoint((Role.QUARTER, Role.NAME))
            read = [read_number(cell) for row in periods for cell in own[row]]
            if (len(periods) > 1 or asked) and not all(isinstance(one, Unreadable) for one in read):
                top, bottom = min(named), max(row for row, beside in own.items() if beside or row in periods)
                grid = _turned(sheet, [row for row in rows if top <= row <= bottom])
                body = [column for column in grid.rows if column > band[-1]]
                found.append(Heading(grid, band, body, top, bottom, named))
                end = rows.index(top)
        end = at if rows[at] in tops else end
    return found


def with_years(table: Heading, headings: dict[int, Column]) -> tuple[dict[int, Column], list[SheetCell]]:
    """Give periods without a year the one that stands alone above them; return the cells with such years, too."""
    if not table.grid.turned:
        return headings, []
    headings, year = {**headings, **table.named}, None
    read: list[SheetCell] = []
    last = max((row for row, heading in headings.items() if heading.number or heading.month), default=0)
    for row in sorted({row for line in table.grid.rows.values() for row in line}):
        own = [SheetCell(table.grid, column, row) for column, line in table.grid.rows.items() if row in line]
        first, heading = read_heading(own[0].cell), headings.get(row, Column())
        if first.year is not None and first.role is None and (len(own) == 1 or row in table.named):
            year, read = first.year, [*read, own[0]]
        if row > last and heading.role:  # a target under all the years is of none of them
            headings[row] = replace(heading, year=first.year)
        elif year is not None and heading.year is None and (heading.number or heading.month):
            headings[row] = replace(heading, year=year)
    return headings, read


def _labels(cells: dict[int, Cell], *, annual: bool) -> list[int]:
    """Return the first columns of a row if they name a quarter or month, with its year before or after; else none."""
    found, named = [], False
    for column, cell in sorted(cells.items()):
        heading = read_heading(cell)
        period = bool(heading.number or heading.month)
        year = heading.role is None and heading.year is not None and (not named or cell.text.startswith("20"))
        known = year or (period and not named and heading.role in (Role.FIGURE, Role.MONTH))
        if not known or (is_number(cell) and cell.day is None):
            break
        named |= period
        found.append(column)
    return found if named or annual else []


def _above(sheet: Grid, rows: list[int], label: int, *, annual: bool) -> dict[int, Column]:
    """Return what the rows above the last of ``rows``, the first period, hold; no names if they name no indicators."""
    found: dict[int, Column] = {}
    named = False
    for lower, row in pairwise(reversed(rows[-_DEEPEST - 2 :])):
        beside = [cell for column, cell in sheet.rows[row].items() if column > label]
        corners = [read_heading(cell) for column, cell in sheet.rows[row].items() if column <= label]
        corner = next((one for one in corners if one.role not in _OF_CORNERS), next(iter(corners), Column()))
        if _labels(sheet.rows[row], annual=annual) or lower - row > (1 if named else 2):
            break
        numbers = any(map(is_number, beside))
        if not named and corner.year is not None and (numbers or not beside):
            continue  # a year above its quarters, or the figures of a year
        if not beside:
            break
        if corner.role not in _OF_CORNERS:
            found[row] = corner
            continue
        said = [read_heading(cell) for cell in beside]
        known = any(one.role in _NOT_INDICATORS or one.year or one.number or one.month for one in said)
        if known or numbers:
            break
        if named:
            role = Role.AREA
        elif all(read_unit(cell.text) for cell in beside):
            role = Role.UNIT
        else:
            role = Role.NAME if any(one.role is None for one in said) else Role.UNUSED
        named = named or role is Role.NAME
        found[row] = Column(role)
    return found


def _turned(sheet: Grid, rows: list[int]) -> Grid:
    """Return rows of a sheet as a grid whose rows are the columns of the sheet."""
    merged = {(left, top): (right, bottom) for (top, left), (bottom, right) in sheet.merged.items()}
    lines: dict[int, dict[int, Cell]] = {}
    for column, row in sorted((column, number) for number in rows for column in sheet.rows[number]):
        lines.setdefault(column, {})[row] = sheet.rows[row][column]
    return replace(sheet, rows=lines, merged=merged, turned=True)
