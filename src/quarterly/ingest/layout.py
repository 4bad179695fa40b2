"""Find the tables in a sheet, however it is laid out: wide, one for each area, tidy, with headings of several rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.ingest.grid import BLANK, Cell, Grid
from quarterly.ingest.headings import Heading, Role, read_heading
from quarterly.ingest.titles import Title, title_of

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
    year, number : int or None
        The year and the quarter of the reporting year that its heading names.
    month : date or None
        Of the figures of a month, its first day.
    doubt : str
        Why its quarter may be another one, or blank.
    """

    place: int
    role: Role
    quarter: Quarter | None = None
    words: str = ""
    heading: str = ""
    year: int | None = None
    number: int | None = None
    month: date | None = None
    doubt: str = ""


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
    band : tuple of int
        The rows of the heading.
    title : Title
        What the sheet's name and the title say of time.
    """

    grid: Grid
    columns: tuple[Column, ...]
    rows: tuple[int, ...]
    band: tuple[int, ...] = ()
    title: Title = field(default_factory=Title)

    def of(self, role: Role) -> list[Column]:
        """List the columns with a role."""
        return [column for column in self.columns if column.role is role]

    def cell(self, row: int, role: Role, quarter: Quarter | None = None) -> tuple[Cell, int | None]:
        """Give the cell of a row with a role, and its column; a blank one where the table has no such column."""
        found = [column for column in self.of(role) if quarter is None or column.quarter in (None, quarter)]
        return (self.grid.cell(row, found[0].place), found[0].place) if found else (BLANK, None)

    def text(self, row: int, role: Role) -> str:
        """Give what a cell of a row with a role says."""
        return self.cell(row, role)[0].text


def tables_in(grid: Grid, asked: Quarter | None) -> tuple[list[Table], list[Fault]]:
    """Find the tables of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    asked : Quarter or None
        The quarter that is imported. Columns that name no year are read as the quarters up to the one that the sheet or
        the title names, or else up to this one.

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
        title, wrong = title_of(grid, band[0], bases[number - 1] if number else None, asked)
        headings = _in_year(_headings(grid, band), title.year)
        columns, unclear = _columns(grid, base, headings, title.anchor)
        faults += [*wrong, *unclear]
        if not any(column.role in (Role.FIGURE, Role.MONTH) for column in columns):
            continue
        end = bands[number + 1][0] if number + 1 < len(bands) else rows[-1] + 1
        body = tuple(row for row in rows if base < row < end)
        tables.append(Table(grid, tuple(columns), body, tuple(band), title))
    return tables, faults


def is_number(cell: Cell) -> bool:
    """Say whether a cell holds a bare number."""
    if isinstance(cell.value, bool):
        return False
    return isinstance(cell.value, int | float) or cell.text.replace(",", "").replace(".", "", 1).rstrip("%").isdecimal()


def _is_heading(cells: dict[int, Cell]) -> bool:
    if len(cells) < 2 or any(is_number(cell) and cell.day is None for cell in cells.values()):
        return False
    headings = [read_heading(cell) for cell in cells.values()]
    known = sum(heading.role is not None for heading in headings)
    return known > 1 and any(heading.role in (Role.NAME, Role.ID) for heading in headings)


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
        if (lowest is None or lowest.role is Role.UNUSED) and not own[0].role and own[0].words:
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


def _columns(
    grid: Grid, base: int, headings: dict[int, Heading], anchor: Quarter | None
) -> tuple[list[Column], list[Fault]]:
    roles = {heading.role for heading in headings.values()}
    tidy = Role.QUARTER in roles
    headings = _without_months(headings) if Role.MONTH in roles else headings
    figures = {place: heading for place, heading in headings.items() if heading.role is Role.FIGURE}
    by_row = tidy or (Role.YEAR in roles and all(heading.number for heading in figures.values()))
    quarters = {place: _named(heading) for place, heading in figures.items()} if by_row else _quarters(figures, anchor)
    faults = []
    if tidy and len(figures) > 1:
        wanted = "A table with a column for the quarter has one column of figures. Take out the others."
        faults.append(grid.fault(base, max(figures), f"{len(figures)} columns of figures", wanted))
    told = [quarter for quarter in quarters.values() if quarter]
    if not by_row and figures and (not quarters or len(set(told)) < len(quarters)):
        found = listing([_shown(grid, base, place, heading) for place, heading in figures.items()])
        example = f"Q{anchor.number} {anchor.reporting_year}" if anchor else "Q1 2024/25"
        wanted = f"Write the year into each heading, as {example}, and each quarter once."
        faults.append(grid.fault(base, min(figures), found, wanted))
    columns = []
    for place, heading in headings.items():
        quarter = quarters[place] if place in quarters else _beside(heading, told, anchor)
        if heading.role in (Role.NUMERATOR, Role.DENOMINATOR, Role.MISSING) and not tidy:
            quarter = quarter or anchor
        month = heading.month if heading.role is Role.MONTH else None
        columns.append(
            Column(
                place,
                heading.role or Role.UNUSED,
                quarter,
                heading.words,
                grid.cell(base, place).text,
                heading.year,
                heading.number,
                _with_year(month, anchor),
                heading.doubt,
            )
        )
    return columns, faults


def _in_year(headings: dict[int, Heading], year: int | None) -> dict[int, Heading]:
    """Put quarters without a year into the one that the title names, where they follow one another in it."""
    bare = {place: heading for place, heading in headings.items() if heading.number and heading.year is None}
    numbers = [heading.number or 0 for heading in bare.values() if heading.role is Role.FIGURE]
    if year is None or numbers not in (sorted(set(numbers)), sorted(set(numbers), reverse=True)):
        return headings
    return {**headings, **{place: replace(heading, year=year) for place, heading in bare.items()}}


def _without_months(headings: dict[int, Heading]) -> dict[int, Heading]:
    """Take days among months for months, also those that begin or end a quarter."""
    return {
        place: replace(heading, role=Role.MONTH, year=None, number=None)
        if heading.role is Role.FIGURE and heading.month
        else heading
        for place, heading in headings.items()
    }


def _with_year(month: date | None, anchor: Quarter | None) -> date | None:
    """Put a month without a year into the reporting year of the quarter that is meant."""
    if month is None or month.year > 1:
        return month
    return month.replace(year=anchor.year + (month.month < 4)) if anchor else None


def _named(heading: Heading) -> Quarter | None:
    return Quarter(heading.year, heading.number) if heading.year and heading.number else None


def _beside(heading: Heading, told: list[Quarter], anchor: Quarter | None) -> Quarter | None:
    """Say which quarter a column beside the figures is about, where its heading says it: ``Q2 target``."""
    if heading.number is None or heading.year is not None:
        return _named(heading)
    same = [quarter for quarter in told if quarter.number == heading.number]
    year = anchor.year if anchor else None
    return max(same) if same else Quarter(year, heading.number) if year else None


def _shown(grid: Grid, base: int, place: int, heading: Heading) -> str:
    quarter = _named(heading)
    return str(quarter) if quarter else grid.cell(base, place).text


def _quarters(figures: dict[int, Heading], anchor: Quarter | None) -> dict[int, Quarter | None]:
    """Say which quarter each column of figures is about; nothing where that is not certain."""
    bare = [place for place, heading in figures.items() if heading.number is None]
    named = {place: heading for place, heading in figures.items() if heading.number is not None}
    if len(bare) > 1 or (bare and anchor is None):
        return {}
    runs = [
        run for run in _runs(list(named.values()), anchor) if run == sorted(run) or run == sorted(run, reverse=True)
    ]
    if not runs:
        return {}
    quarters: dict[int, Quarter | None] = dict(zip(named, runs[0], strict=True))
    return {**quarters, **dict.fromkeys(bare, anchor)}


def _runs(headings: list[Heading], anchor: Quarter | None) -> Iterator[list[Quarter]]:
    """Try the quarters that headings can mean: as they say, or one after the other up to the quarter that is meant."""
    certain = [quarter for heading in headings if (quarter := _named(heading))]
    if len(certain) == len(headings):
        yield certain
        return
    for step in (1, -1):
        place = next((place for place, heading in enumerate(headings) if _named(heading)), None)
        known = certain[0] if place is not None else anchor
        if known is None:
            return
        if place is None:
            place = len(headings) - 1 if step == 1 else 0
        run = [known.shift((other - place) * step) for other in range(len(headings))]
        if all(
            heading.number == quarter.number and heading.year in (None, quarter.year)
            for heading, quarter in zip(headings, run, strict=True)
        ):
            yield run
