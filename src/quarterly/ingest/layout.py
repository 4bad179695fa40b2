"""Find the tables in a sheet, however it is laid out: wide, one for each area, tidy, with headings of several rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.ingest.grid import BLANK, Cell, Grid
from quarterly.ingest.headings import Heading, Role, read_heading

#: How many rows above the one with the word "Indicator" may belong to the heading.
_DEEPEST = 3


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    place : int
        Its column in the sheet, from 1.
    role : Role
        What it holds.
    quarter : Quarter or None
        The quarter of its figures; None where each row says it, or where none matters.
    words : str
        What its heading says beside the year and the quarter, in small letters.
    heading : str
        Its heading as it stands.
    """

    place: int
    role: Role
    quarter: Quarter | None = None
    words: str = ""
    heading: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a sheet, and the rows under its heading.

    Parameters
    ----------
    grid : Grid
        The sheet.
    columns : tuple of Column
        What is known of its columns.
    rows : tuple of int
        The rows under the heading that are not blank.
    """

    grid: Grid
    columns: tuple[Column, ...]
    rows: tuple[int, ...]

    def of(self, role: Role) -> list[Column]:
        """List the columns with a role."""
        return [column for column in self.columns if column.role is role]

    def cell(self, row: int, role: Role, quarter: Quarter | None = None) -> tuple[Cell, int | None]:
        """Give the cell of a row with a role, and its column; a blank one where the table has no such column."""
        found = [column for column in self.of(role) if quarter is None or column.quarter in (None, quarter)]
        return (self.grid.cell(row, found[0].place), found[0].place) if found else (BLANK, None)


def tables_in(grid: Grid, asked: Quarter) -> tuple[list[Table], list[Fault]]:
    """Find the tables of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    asked : Quarter
        The quarter that is imported: columns that name no year are read as the quarters up to it.

    Returns
    -------
    list of Table
        In the order of the sheet; a heading that is repeated begins a table of its own.
    list of Fault
        Headings that do not say for certain which quarter is meant.
    """
    rows = sorted(grid.rows)
    bases = [row for row in rows if _is_heading(grid.rows[row])]
    bands = [_band(grid, base) for base in bases]
    tables, faults = [], []
    for number, (base, band) in enumerate(zip(bases, bands, strict=True)):
        headings = _headings(grid, band)
        columns, wrong = _columns(grid, base, headings, asked)
        faults += wrong
        if not any(column.role is Role.FIGURE for column in columns):
            continue
        end = bands[number + 1][0] if number + 1 < len(bands) else rows[-1] + 1
        body = tuple(row for row in rows if base < row < end)
        tables.append(Table(grid, tuple(columns), body))
    return tables, faults


def is_number(cell: Cell) -> bool:
    """Say whether a cell holds a bare number."""
    if isinstance(cell.value, bool):
        return False
    return isinstance(cell.value, int | float) or cell.text.replace(",", "").replace(".", "", 1).rstrip("%").isdecimal()


def _is_heading(cells: dict[int, Cell]) -> bool:
    if len(cells) < 2 or any(is_number(cell) and cell.day is None for cell in cells.values()):
        return False
    return any(read_heading(cell).role in (Role.NAME, Role.ID) for cell in cells.values())


def _band(grid: Grid, base: int) -> list[int]:
    """List the rows of a heading, top first: years and groups stand above the quarters."""
    named = [
        place for place, cell in grid.rows[base].items() if read_heading(cell).role in (Role.NAME, Role.ID, Role.AREA)
    ]
    band = [base]
    while len(band) <= _DEEPEST:
        above = grid.rows.get(band[0] - 1, {})
        figures = any(is_number(cell) and cell.day is None for cell in above.values())
        if not above or figures or any(place in above for place in named):
            break
        band.insert(0, band[0] - 1)
    return band


def _headings(grid: Grid, band: list[int]) -> dict[int, Heading]:
    """Put the rows of a heading together: the lowest says what a column is, those above give the year and quarter."""
    places = sorted({place for row in band for place in grid.rows[row]})
    headings: dict[int, Heading] = {}
    for place in range(places[0], places[-1] + 1):
        own = [read_heading(grid.cell(row, place)) for row in reversed(band)]
        merged = [read_heading(_filled(grid, row, place)) for row in reversed(band[:-1])]
        lowest = next((heading for heading in own if heading.role), None)
        if (lowest is None or lowest.role is Role.KNOWN) and not own[0].role and own[0].words:
            # It may be called after one of the basket's comparators: the reader of the rows knows them.
            headings[place] = replace(own[0], role=Role.COMPARATOR)
            continue
        if lowest is None:
            continue
        year = next((heading.year for heading in [*own, *merged] if heading.year is not None), None)
        number = next((heading.number for heading in [*own, *merged] if heading.number is not None), None)
        headings[place] = replace(lowest, year=year, number=number)
    return headings


def _filled(grid: Grid, row: int, place: int) -> Cell:
    """Give the text that is merged over a cell: the nearest one to its left in the row."""
    left = [other for other in grid.rows[row] if other <= place]
    return grid.rows[row][max(left)] if left else BLANK


def _columns(grid: Grid, base: int, headings: dict[int, Heading], asked: Quarter) -> tuple[list[Column], list[Fault]]:
    tidy = any(heading.role is Role.QUARTER for heading in headings.values())
    figures = {place: heading for place, heading in headings.items() if heading.role is Role.FIGURE}
    quarters: dict[int, Quarter | None] = dict.fromkeys(figures) if tidy else dict(_quarters(figures, asked))
    faults = []
    if tidy and len(figures) > 1:
        wanted = "A table with a column for the quarter has one column of figures. Take out the others."
        faults.append(grid.fault(base, max(figures), f"{len(figures)} columns of figures", wanted))
    if not tidy and figures and (not quarters or len(set(quarters.values())) < len(quarters)):
        found = listing([_shown(grid, base, place, heading) for place, heading in figures.items()])
        wanted = f"Write the year into each heading, as Q{asked.number} {asked.reporting_year}, and each quarter once."
        faults.append(grid.fault(base, min(figures), found, wanted))
    columns = []
    for place, heading in headings.items():
        quarter = quarters.get(place) or _named(heading)
        if heading.role in (Role.NUMERATOR, Role.DENOMINATOR, Role.MISSING) and not tidy:
            quarter = quarter or asked
        text = grid.cell(base, place).text
        columns.append(Column(place, heading.role or Role.KNOWN, quarter, heading.words, text))
    return columns, faults


def _named(heading: Heading) -> Quarter | None:
    return Quarter(heading.year, heading.number) if heading.year and heading.number else None


def _shown(grid: Grid, base: int, place: int, heading: Heading) -> str:
    quarter = _named(heading)
    return str(quarter) if quarter else grid.cell(base, place).text


def _quarters(figures: dict[int, Heading], asked: Quarter) -> dict[int, Quarter]:
    """Say which quarter each column of figures is about; nothing where that is not certain."""
    bare = [place for place, heading in figures.items() if heading.number is None]
    named = {place: heading for place, heading in figures.items() if heading.number is not None}
    if len(bare) > 1:
        return {}
    runs = [run for run in _runs(list(named.values()), asked) if run == sorted(run) or run == sorted(run, reverse=True)]
    if not runs:
        return {}
    quarters = dict(zip(named, runs[0], strict=True))
    return {**quarters, **dict.fromkeys(bare, asked)}


def _runs(headings: list[Heading], asked: Quarter) -> Iterator[list[Quarter]]:
    """Try the quarters that headings can mean: as they say, or one after the other up to the quarter asked for."""
    certain = [quarter for heading in headings if (quarter := _named(heading))]
    if len(certain) == len(headings):
        yield certain
        return
    for step in (1, -1):
        place = next((place for place, heading in enumerate(headings) if _named(heading)), None)
        if place is None:
            place, anchor = (len(headings) - 1 if step == 1 else 0), asked
        else:
            anchor = certain[0]
        run = [anchor.shift((other - place) * step) for other in range(len(headings))]
        if all(
            heading.number == quarter.number and heading.year in (None, quarter.year)
            for heading, quarter in zip(headings, run, strict=True)
        ):
            yield run
