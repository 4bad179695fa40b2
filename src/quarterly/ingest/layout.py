"""Find the tables in a sheet in any layout: wide, tidy, one per area, or with headings of several rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePath

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.ingest.columns import as_comparator, columns_of, in_year, of_the_whole, with_dates, with_one_name
from quarterly.ingest.grid import BLANK, Cell, Grid, SheetCell, clipped, column_name, is_number
from quarterly.ingest.headings import Column, Role, plain, read_heading
from quarterly.ingest.periods import period_in, quarters_named, read_year
from quarterly.ingest.sheet_table import Table
from quarterly.ingest.titles import title_of
from quarterly.ingest.turned import Heading, turned_tables, with_years
from quarterly.ingest.vocabulary import WHOLE

#: How many rows above the one with the word "Indicator" may belong to the heading.
_DEEPEST = 3
#: Headings of what each row is about.
_OF_ROWS = (Role.NAME, Role.ID, Role.AREA)
#: What a row below an indicator's own may have about it, and where it must say nothing else.
_OF_DETAILS = (Role.TARGET, Role.NUMERATOR, Role.DENOMINATOR, Role.RAG, Role.DOT)
#: What splits the figures of an indicator, if each column has one.
_OF_PARTS = (Role.PART, Role.AREA, Role.KIND)
ABOUT = (*_OF_ROWS, Role.QUARTER, Role.YEAR, Role.PART)


def tables_in(grid: Grid, quarter: Quarter | None) -> tuple[list[Table], list[Fault]]:
    """Return the tables of a sheet in order, and a fault for each heading whose quarter is not certain.

    A repeated heading begins a new table. Columns without a year are read as consecutive quarters that end at the
    quarter named by the sheet or title, or otherwise at ``quarter``, the quarter being imported.
    """
    annual = quarter is not None and not quarter.number
    around, found = _headings_in(grid, annual=annual)
    tables, faults, captions = [], [], []
    for before, heading in zip([None, *found], found, strict=False):
        own, band, body, base = heading.grid, heading.band, heading.body, heading.band[-1]
        bottom = before.bottom if before else 0
        title, wrong = title_of(around, heading.top, bottom, quarter)
        headings = with_dates(_headings(own, band))
        without_name = [row for row in body[:1] if min(own.rows[row]) > min(own.rows[base])]
        unclear = list(of_the_whole(own, [*band, *without_name], headings))
        headings, years = with_years(heading, headings)
        title = replace(title, cells=(*title.cells, *years))
        headings = in_year(headings, title.year)
        series = not own.turned and _is_series({one.role for one in headings.values()}, annual=annual)
        if not series and all(one.role not in (Role.NAME, Role.ID) for one in headings.values()):
            headings = {min(own.rows[base]) - 1: Column(Role.NAME), **headings}  # the names are to the left
        columns, uncertain = columns_of(own, base, headings, title.anchor)
        faults += [*wrong, *uncertain]
        if own.turned and uncertain:
            continue
        for (row, place), (bottom, _) in own.merged.items():
            filled = row > base and place in own.rows.get(row, ())
            for below in body[bisect_right(body, row) : bisect_right(body, bottom)] if filled else ():
                own.rows[below].setdefault(place, own.cell(row, place))
        columns = [as_comparator(own, body, column) for column in columns]
        of_figures = {Role.FIGURE, Role.MONTH, Role.ANNUAL, *((Role.COMPARATOR,) if series else ())}
        if of_figures.isdisjoint(column.role for column in columns):
            continue
        if unclear := [*unclear, *_unclear(own, band, body, columns)][:1]:
            faults += unclear
            continue
        table = Table(own, tuple(with_one_name(own, columns, body)), tuple(body), tuple(band), title)
        if series:
            tables += _of_one_indicator(table, _names(around, heading.top, bottom))
            continue
        details, astray = _details(table)
        tables.append(replace(table, details=details, astray=astray))
        above = _captions(around, [row for row in (heading.top - 1, heading.top - 2) if row in around.rows][:1])
        captions += [at for at in above if not period_in(at.cell).said]
    if 1 < len(tables) == len(captions):
        tables = [replace(table, caption=caption) for table, caption in zip(tables, captions, strict=True)]
    return tables, faults


def _headings_in(grid: Grid, *, annual: bool) -> tuple[Grid, list[Heading]]:
    """Return the sheet without the tables that are turned round, and all headings of the sheet in order."""
    lowest = [row for row in sorted(grid.rows) if _is_heading(grid.rows[row], annual=annual)]
    found = turned_tables(grid, {_band(grid, row)[0] for row in lowest}, annual=annual)
    inside = {row for one in found for row in range(one.top, one.bottom + 1)}
    around = replace(grid, rows={row: cells for row, cells in grid.rows.items() if row not in inside})
    rows = sorted(around.rows)
    lowest = [row for row in lowest if row not in inside] or _without_names(around, rows)[: not found]
    end = len(rows)
    for row in reversed(lowest):
        band = [*_band(around, row), *_below(around, row)]
        found.append(Heading(around, band, rows[bisect_right(rows, band[-1]) : end], band[0], band[-1], {}))
        end = bisect_left(rows, band[0])
    return around, sorted(found, key=lambda heading: heading.top)


def _captions(grid: Grid, rows: Iterable[int]) -> list[SheetCell]:
    """List the cells that are alone in one of these rows."""
    return [SheetCell(grid, row, next(iter(grid.rows[row]))) for row in rows if len(grid.rows.get(row, ())) == 1]


def _names(grid: Grid, top: int, bottom: int) -> list[SheetCell]:
    """List what may name the only indicator of a table: the cells alone above it, and its sheet or file."""
    above = _captions(grid, range(top - 1, bottom, -1))
    sheet = Cell(grid.sheet or PurePath(grid.file).stem)
    above.append(SheetCell(Grid(grid.file, grid.sheet, {0: {0: sheet}}), 0, 0))
    return sorted(above, key=lambda at: period_in(at.cell).said)


def _details(table: Table) -> tuple[dict[int, dict[Role, int]], frozenset[int]]:
    """Find the rows with a target, counts or a rating of the indicator above, and those that have none above."""
    found: dict[int, dict[Role, int]] = {}
    astray: set[int] = set()
    figures = [column.place for column in table.of(Role.FIGURE)]
    head = 0
    for row in map(table.row, table.rows):
        cells = row.cells
        roles = {_about(cells[place], table.grid.cell(head, place)): place for place in row.labels}
        role = next((role for role in _OF_DETAILS if role in roles), None)
        named = [at for at in map(row.of, ABOUT) if at.text and at.column != roles.get(role)]
        own = found.get(head, {})
        same = head and all(table.grid.cell(head, at.column).text == at.text for at in named)
        numbers = any(is_number(row.at(one).cell) for one in figures)
        if role and role not in own and same and not (numbers and role in (Role.RAG, Role.DOT)):
            found[head] = own | {role: row.number}
            continue
        # Other words, such as N, may be a unit.
        sure = role and cells[roles[role]].text.casefold() in ("target", "numerator", "denominator")
        astray |= {row.number} if sure and row.of(Role.NAME).column not in (None, roles[role]) else set()
        head = 0 if sure or not any(one in cells for one in figures) else row.number
    return found, frozenset(astray)


def _about(label: Cell, name: Cell) -> Role | None:
    """Return what a row is about, which may be said with the name of the indicator above: ``Visits target``."""
    words, own = plain(label.text), plain(name.text)
    return read_heading(Cell(words.replace(own, "").strip()) if own and own != words else label).role


def _unclear(grid: Grid, band: list[int], body: list[int], columns: list[Column]) -> Iterator[Fault]:
    """Refuse a table that may be read in several ways."""
    # Tables side by side: a column of names with figures on both sides.
    figures = [column.place for column in columns if column.role in (Role.FIGURE, Role.MONTH)]
    for column in [column for column in columns if column.role is Role.NAME][1:]:
        if min(figures) < column.place < max(figures):
            wanted = "Two tables are side by side. Put one below the other, or on another sheet."
            yield grid.fault(band[-1], column.place, column.text, wanted)
    # A row of a CSV file that is longer than its heading, as one with 1,234 without quote marks.
    last = max(place for row in band for place in grid.rows[row])
    for row in body if not (grid.sheet or grid.turned) else ():
        if max(grid.rows[row]) > last:
            wanted = (
                'No heading is above this. Write one; or put quote marks around what contains a separator: "1,234".'
            )
            yield grid.fault(row, max(grid.rows[row]), grid.cell(row, max(grid.rows[row])).text, wanted)


def _in_row(cells: dict[int, Cell]) -> dict[int, Column]:
    return with_dates({place: read_heading(cell) for place, cell in cells.items()})


def _is_heading(cells: dict[int, Cell], *, annual: bool) -> bool:
    if len(cells) < 2 or any(is_number(cell) and cell.day is None for cell in cells.values()):
        return False
    headings = _in_row(cells).values()
    known = sum(heading.role is not None or heading.year is not None for heading in headings)
    roles = {heading.role for heading in headings}
    return known > 1 and (not roles.isdisjoint((Role.NAME, Role.ID)) or _is_series(roles, annual=annual))


def _is_series(roles: set[Role | None], *, annual: bool) -> bool:
    """Return whether a heading is of rows with a period each, and of no names: each column is of one indicator."""
    in_rows = Role.QUARTER in roles or (annual and Role.YEAR in roles)
    return in_rows and roles.isdisjoint((Role.NAME, Role.ID)) and not roles.isdisjoint((Role.FIGURE, *_OF_PARTS))


def _of_one_indicator(table: Table, above: list[SheetCell]) -> list[Table]:
    """Split a series into tables of one indicator each, named by its column or by a text above or the sheet."""
    period = [row.of(Role.QUARTER).cell for row in map(table.row, table.rows)]
    said = {row: read_heading(cell).role for row, cell in zip(table.rows, period, strict=True)}
    below = {role: row for row, role in said.items() if role in _OF_DETAILS}
    rows = [row for row in table.rows if len(table.grid.rows[row]) > 1]  # not the title of a table that follows
    dated = [row for row in rows if row not in below.values()]
    columns = [replace(one, role=Role.PART) if one.role in _OF_PARTS else one for one in table.columns]
    table = replace(table, rows=tuple(rows), details={dated[-1]: below} if dated else {})
    if table.figures:
        return [replace(table, columns=tuple(columns), names=tuple(above))]
    unknown = table.of(Role.COMPARATOR)
    shared = [one for one in columns if one not in unknown]
    named = {one: SheetCell(table.grid, table.band[-1], one.place) for one in unknown}
    return [replace(table, columns=(*shared, replace(one, role=Role.FIGURE)), names=(at,)) for one, at in named.items()]


def _without_names(grid: Grid, rows: list[int]) -> list[int]:
    """List the rows that name quarters but leave the column of names, to their left, without a heading."""
    found = []
    for row in rows:
        headings = {place: read_heading(cell) for place, cell in grid.rows[row].items()}
        first = min(headings)
        named = any(heading.role is Role.FIGURE and heading.number for heading in headings.values())
        if named and first > 1 and grid.cell(row + 1, first - 1).text and not is_number(grid.cell(row + 1, first - 1)):
            found.append(row)
    return found


def why_no_table(grid: Grid, quarter: Quarter) -> str:
    """Advise on a sheet that names periods but has no table of figures; blank for any other sheet."""
    headings = {(row, column): read_heading(cell) for row in grid.rows for column, cell in grid.rows[row].items()}
    named = [place for place, one in headings.items() if one.month or (one.role is Role.FIGURE and one.number)]
    names = {place for place, one in headings.items() if one.role in (Role.NAME, Role.ID)}
    titled = {row for row, _ in names}
    years = [place for place in headings.keys() - names if place[0] in titled and headings[place].year]
    if years and not named:
        shown = listing([clipped(grid.cell(*place).text) for place in sorted(years)[:5]])
        return (
            f" {grid.place} has figures of years ({shown}), not of quarters: write which each is for, as Q4 2023-24; "
            "or in data/indicators.csv, that the period_basis of these indicators is in year."
        )
    if named and not quarter.number:
        return f" {grid.place}, row {named[0][0]} has figures of quarters or months, not of years."
    of_rows = next((row for row, column in named if len(grid.rows[row]) > 1 and max(grid.rows[row]) != column), 0)
    if of_rows and len({column for _, column in named}) == 1:
        wanted = "write Quarter above it and the indicators beside that, and Team or Sex above what splits them"
        return f" {grid.place}, row {of_rows} has a quarter beside figures: {wanted}; or each row's Indicator."
    if named:
        return f" {grid.place}, row {named[0][0]} names quarters: write Indicator above the names."
    for (row, column), one in headings.items():
        text = grid.cell(row, column).text
        if column > 1 and ((row in titled and not one.role) or quarters_named(text)):
            year = read_year(Cell(text))[1]  # a calendar year is in doubt
            wanted = f"each year as {quarter.reporting_year}" if year else f"only the {quarter.noun}"
            name = f"{clipped(text)} in {column_name(column)}{row}"
            return f" {grid.place}: {name} is not understood. Write {wanted} there."
    return ""


def _band(grid: Grid, base: int) -> list[int]:
    """List the rows of a heading, top first: years and groups are above the quarters."""
    named = [place for place, heading in _in_row(grid.rows[base]).items() if heading.role in ABOUT]
    band = [base]
    while len(band) <= _DEEPEST:
        above = grid.rows.get(band[0] - 1, {})
        figures = any(is_number(cell) and cell.day is None for cell in above.values())
        if not above or figures or any(place in above for place in named):
            break
        band.insert(0, band[0] - 1)
    return band


def _below(grid: Grid, base: int) -> list[int]:
    """List the row below a heading if it continues it: its words are known or split figures, and not under names."""
    below = grid.rows.get(base + 1, {})
    beside = all(read_heading(grid.cell(base, place)).role not in _OF_ROWS for place in below)
    known = all(read_heading(cell).role for cell in below.values())
    split = not any(map(is_number, below.values())) and not WHOLE.isdisjoint(
        plain(cell.text) for cell in below.values()
    )
    return [base + 1] if below and beside and (known or split) else []


def _headings(grid: Grid, band: list[int]) -> dict[int, Column]:
    """Combine the rows of a heading: the lowest gives a column's role, those above its year and quarter."""
    places = sorted({place for row in band for place in grid.rows[row]})
    headings: dict[int, Column] = {}
    for place in range(places[0], places[-1] + 1):
        own = [read_heading(grid.cell(row, place)) for row in reversed(band)]
        merged = [read_heading(_filled(grid, row, place)) for row in reversed(band[:-1])]
        lowest = next((heading for heading in own if heading.role), None)
        if (lowest is None or lowest.role is Role.UNUSED) and not own[0].role and own[0].words:
            # It may name one of the basket's comparators, which `row_details` knows.
            headings[place] = replace(own[0], role=Role.COMPARATOR)
            continue
        annual = next((heading for heading in own if heading.year is not None), None)
        lowest = lowest or (annual and replace(annual, role=Role.ANNUAL))
        if lowest is None:
            continue
        year = next((heading.year for heading in [*own, *merged] if heading.year is not None), None)
        number = next((heading.number for heading in [*own, *merged] if heading.number is not None), None)
        several = len({heading.year for heading in own if heading.year is not None}) > 1
        doubt = f"{grid.cell(band[-1], place).text} is with another year." if several else lowest.doubt
        headings[place] = replace(lowest, year=year, number=number, doubt=doubt)
    return headings


def _filled(grid: Grid, row: int, place: int) -> Cell:
    """Return the merged cell that covers a cell: the nearest with text to its left in the row."""
    left = [other for other in grid.rows[row] if other <= place]
    return grid.rows[row][max(left)] if left else BLANK
