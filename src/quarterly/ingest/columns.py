"""Work out the quarter of each column of a table, from its heading and the title above the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.ingest.grid import Cell, Grid, is_number
from quarterly.ingest.headings import Column, Role, plain, read_heading
from quarterly.ingest.vocabulary import WHOLE

_OF_ROWS = "If each row has its own indicator, write Indicator above them; if it is of a team, Team."
#: Roles that a table may have once for each column of figures.
_OF_FIGURES = (Role.TARGET, Role.RAG, Role.DOT, Role.NUMERATOR, Role.DENOMINATOR, Role.NOTE)


def columns_of(
    grid: Grid, base: int, headings: dict[int, Column], anchor: Quarter | None
) -> tuple[list[Column], list[Fault]]:
    """Return the columns of a table, and a fault for each heading whose quarter is not certain.

    ``base`` is the lowest row of the heading, and ``anchor`` the quarter of headings that do not name one. If it is a
    year, so are the periods of all headings.
    """
    if anchor and not anchor.number:
        headings = {place: _of_year(heading) for place, heading in headings.items()}
    roles = {heading.role for heading in headings.values()}
    tidy = Role.QUARTER in roles
    if Role.MONTH in roles:  # dates among months are months too, even those that begin or end a quarter
        dates = {place: one for place, one in headings.items() if one.role is Role.FIGURE and one.month}
        headings |= {place: replace(one, role=Role.MONTH, year=None, number=None) for place, one in dates.items()}
    headings = headings if tidy else _without_years(headings, anchor)
    figures = {place: heading for place, heading in headings.items() if heading.role is Role.FIGURE}
    by_row = tidy or (Role.YEAR in roles and all(heading.number for heading in figures.values()))
    quarters = {place: _named(heading) for place, heading in figures.items()} if by_row else _quarters(figures, anchor)
    faults = []
    if tidy and len(figures) > 1:
        wanted = "A table with a column for the quarter can have only one column of figures. Remove the others."
        faults.append(grid.fault(base, max(figures), f"{len(figures)} columns of figures", wanted))
    told = [quarter for quarter in quarters.values() if quarter]
    known = quarters if by_row else {**_beside(headings, quarters), **quarters}
    if not by_row and figures and (not quarters or len(set(told)) < len(quarters)):
        found = listing([str(_named(one) or grid.cell(base, place).text) for place, one in figures.items()])
        example = anchor.short_label if anchor else "Q1 2024/25"
        wanted = f"Write the year in each heading, as {example}, and each quarter once."
        if all(map(_named, figures.values())):
            ways_out = f"Write in each heading what the column is: {example} Target."
            wanted = f"A quarter appears more than once. {_OF_ROWS if grid.turned else ways_out}"
        faults.append(grid.fault(base, min(figures), found, wanted))
    columns = []
    for place, heading in headings.items():
        quarter = known[place] if place in known else _quarter_of_other(heading, told, anchor)
        if heading.role is Role.ANNUAL and heading.year is not None:
            quarter = Quarter(heading.year, 4)  # in a basket by quarters, a figure of a year is kept with its last one
        if heading.role in (Role.NUMERATOR, Role.DENOMINATOR, Role.MISSING, Role.NOTE) and not tidy:
            quarter = quarter or anchor
        of_month = anchor if heading.year is None else Quarter(heading.year, 1)
        month = heading.month if Role.YEAR in roles else _with_year(heading.month, of_month)
        unclear = heading.role in _OF_FIGURES and place in known and quarter is None
        column = replace(
            heading,
            role=Role.UNUSED if unclear else heading.role or Role.UNUSED,
            month=month if heading.role is Role.MONTH else None,
            place=place,
            quarter=quarter,
            text=grid.cell(base, place).text or grid.cell(base - 1, place).text,
        )
        columns.append(column)
    return columns, faults


def with_dates(headings: dict[int, Column]) -> dict[int, Column]:
    """Take the dates of rows for their periods, if no heading names a quarter."""
    if any(heading.number or heading.role is Role.QUARTER for heading in headings.values()):
        return headings
    when = {place: heading for place, heading in headings.items() if heading.words in ("date", "time identifier")}
    return headings | {place: replace(heading, role=Role.QUARTER) for place, heading in when.items()}


def _of_year(heading: Column) -> Column:
    """Return the meaning of a heading in an extract by years, which does not use those of quarters and months."""
    if heading.number or heading.role is Role.MONTH:
        return replace(heading, role=Role.UNUSED)
    if heading.role is Role.YEAR:
        return replace(heading, role=Role.QUARTER)  # it names the period of each row
    role = Role.FIGURE if heading.role is Role.ANNUAL else heading.role
    return replace(heading, role=role, number=None if heading.year is None else 0)


def in_year(headings: dict[int, Column], year: int | None) -> dict[int, Column]:
    """Give months without a year the year of the title, and quarters if they follow one another within it."""
    if year is not None:
        in_title = Quarter(year, 1)
        headings = {place: replace(one, month=_with_year(one.month, in_title)) for place, one in headings.items()}
    bare = {place: heading for place, heading in headings.items() if heading.number and heading.year is None}
    numbers = [heading.number or 0 for heading in bare.values() if heading.role is Role.FIGURE]
    if year is None or numbers not in (sorted(set(numbers)), sorted(set(numbers), reverse=True)):
        return headings
    return {**headings, **{place: replace(heading, year=year) for place, heading in bare.items()}}


def _without_years(headings: dict[int, Column], anchor: Quarter | None) -> dict[int, Column]:
    """Set figures of a whole year apart: those of another year than the quarter's, or beside other figures."""
    figures = {place: heading for place, heading in headings.items() if heading.role is Role.FIGURE}
    bare = {place: heading for place, heading in figures.items() if heading.number is None}
    alone = anchor.year if anchor and len(figures) == 1 else None
    annual = {place for place, heading in bare.items() if heading.year not in (None, alone)}
    annual |= {place for place, heading in bare.items() if heading.words == "outturn" and len(bare) < len(figures)}
    roles = {place: Role.UNUSED if bare[place].year is None else Role.ANNUAL for place in annual}
    return {**headings, **{place: replace(bare[place], role=role) for place, role in roles.items()}}


def _beside(headings: dict[int, Column], quarters: dict[int, Quarter | None]) -> dict[int, Quarter | None]:
    """Return the quarters of repeated columns, such as RAG, by the figures they follow or precede, if any."""
    found: dict[int, Quarter | None] = {}
    others = {place for place, one in headings.items() if one.role is Role.MONTH or (one.year and not one.number)}
    figures = sorted({*quarters, *(place for place in others if headings[place].role not in _OF_FIGURES)})
    repeated = [(place, one) for place, one in headings.items() if one.role in _OF_FIGURES and one.number is None]
    for kind in {(one.role, one.words) for _, one in repeated if one.year is None or one.role is not Role.TARGET}:
        bare = sorted(place for place, one in repeated if (one.role, one.words) == kind)
        first = len(bare) == len(figures) and sorted([*bare, *figures])[::2] == bare
        for number, place in enumerate(bare if min(len(bare), len(figures)) > 1 else []):
            before = [0, *(figure for figure in figures if figure < place)]
            found[place] = quarters.get(figures[number] if first else before[-1])
    return found


def _with_year(month: date | None, anchor: Quarter | None) -> date | None:
    """Give a month without a year the reporting year of the quarter that the table is for."""
    if month is None or month.year > 1:
        return month
    return month.replace(year=anchor.year + (month.month < 4)) if anchor else None


def _named(heading: Column) -> Quarter | None:
    return Quarter(heading.year, heading.number) if heading.year and heading.number is not None else None


def _quarter_of_other(heading: Column, told: list[Quarter], anchor: Quarter | None) -> Quarter | None:
    """Return the quarter of a column that is not a figure, if its heading names one: ``Q2 target``."""
    if heading.number is None or heading.year is not None:
        return _named(heading)
    same = [quarter for quarter in told if quarter.number == heading.number]
    year = anchor.year if anchor else None
    return max(same) if same else Quarter(year, heading.number) if year else None


def _quarters(figures: dict[int, Column], anchor: Quarter | None) -> dict[int, Quarter | None]:
    """Return the quarter of each column of figures; empty if that is not certain."""
    bare = [place for place, heading in figures.items() if heading.number is None]
    named = {place: heading for place, heading in figures.items() if heading.number is not None}
    if len(bare) > 1 or (bare and anchor is None):
        return {}
    run = _run(list(named.values()), anchor)
    if run is None:
        return {}
    return {**dict(zip(named, run, strict=True)), **dict.fromkeys(bare, anchor)}


def _run(headings: list[Column], anchor: Quarter | None) -> list[Quarter] | None:
    """Return the quarters of headings: as named, or around a named one, up to the anchor or in its year."""
    certain = [quarter for heading in headings if (quarter := _named(heading))]
    known = certain[0] if certain else anchor
    if len(certain) == len(headings) or known is None:
        return certain if len(certain) == len(headings) else None
    for step, end in ((1, len(headings) - 1), (-1, 0)):
        place = next((place for place, heading in enumerate(headings) if _named(heading)), end)
        run = [known.shift((other - place) * step) for other in range(len(headings))]
        if all(
            heading.number == quarter.number and heading.year in (None, quarter.year)
            for heading, quarter in zip(headings, run, strict=True)
        ):
            return run
    numbers = [heading.number or 0 for heading in headings]
    in_order = numbers == list(range(numbers[0], numbers[-1] + 1))
    if anchor and not certain and anchor.number in numbers and in_order:
        return [Quarter(anchor.year, number) for number in numbers]
    return None


def of_the_whole(grid: Grid, rows: list[int], headings: dict[int, Column]) -> Iterator[Fault]:
    """Use only the column headed Total or the like of several under one period; without one, yield a fault."""
    for above, below in pairwise(rows):
        for start, end in pairwise([*sorted(grid.rows[above]), max(grid.rows[below]) + 1]):
            cells = {place: cell for place, cell in grid.rows[below].items() if start <= place < end}
            parts = [place for place, cell in cells.items() if not (is_number(cell) or read_heading(cell).role)]
            whole = [place for place in parts if plain(cells[place].text) in WHOLE]
            over = grid.cell(above, start)
            if len(parts) < 2 or read_heading(over).role is not Role.FIGURE:
                continue
            if len(whole) == 1:
                headings |= dict.fromkeys(parts, Column(Role.UNUSED)) | {whole[0]: headings[start]}
                continue
            wanted = (
                f"{over.text} is above more than one column. Write it only above the right one, and remove this row"
            )
            found = listing([cells[place].text for place in parts])
            yield grid.fault(below, parts[0], found, f"{wanted}; or head one Total.")


def as_comparator(grid: Grid, rows: list[int], column: Column) -> Column:
    """Treat a Region column of figures as a comparator; otherwise it names the region of each row."""
    if column.words != "region":
        return column
    under = [grid.rows[row][column.place] for row in rows if column.place in grid.rows[row]]
    return replace(column, role=Role.COMPARATOR) if under and all(map(is_number, under)) else column


def with_one_name(grid: Grid, columns: list[Column], body: list[int]) -> list[Column]:
    """Keep one of several name columns: the one with most distinct names that are not words such as Actual."""
    names = [column for column in columns if column.role is Role.NAME]
    if len(names) < 2:
        return columns
    texts = {one: {grid.cell(row, one.place).text for row in body} for one in names}
    told = {one: sum(not read_heading(Cell(text)).role for text in own) for one, own in texts.items()}
    best = max(names, key=lambda one: (told[one], "description" not in one.words))
    return [replace(one, role=Role.UNUSED) if one in told and one != best else one for one in columns]
