"""Find the quarter of a table in its title, its sheet's name or the file's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import NamedTuple

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell, Grid, SheetCell, clipped
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
    cells: tuple[SheetCell, ...] = ()  # the cells with the period
    # which text names a month other than the last of the quarter being imported, or a whole year; otherwise blank
    other: str = ""


class _Mention(NamedTuple):
    """A text that names a period."""

    period: Period
    text: str
    place: str
    at: SheetCell | None = None  # its cell, or None for the name of a sheet or file


def title_of(grid: Grid, top: int, after: int, quarter: Quarter | None) -> tuple[Title, list[Fault]]:
    """Find the quarter of a table in the rows above it, the sheet's name or the file's name.

    The nearest counts, and one that contradicts it is a fault. Below another table (whose heading is in row ``after``)
    only the three rows above ``top``, the first row of the heading, count.
    """
    mentions = _mentions(grid, top, after)
    dated = [one for one in mentions if one.period.number is not None or one.period.year is not None]
    month = ""
    if mentions and mentions[0] not in dated and quarter and not _ends(quarter, mentions[0].period):
        month = f"{mentions[0].place} says {clipped(mentions[0].text)}"
    if not dated:
        return Title(quarter, other=month), []
    nearest = dated[0]
    year = next((one.period.year for one in dated if one.period.year is not None), None)
    number = next((one.period.number for one in dated if one.period.number is not None), None)
    for one in dated:
        if one.period.year not in (None, year) or one.period.number not in (None, number):
            wanted = f"{nearest.place} says {nearest.text}. Remove the one that is wrong."
            wanted = f"{wanted} ({one.place})"
            fault = one.at.fault(one.text, wanted) if one.at else grid.fault(None, None, one.text, wanted)
            return Title(quarter), [fault]
    named = _quarter(year, number, quarter)
    cells = tuple(one.at for one in dated if one.at)
    whole = "" if named or nearest.place.startswith("File") else f"{nearest.place} says {clipped(nearest.text)}"
    year = None if number else year
    anchor = named if named and (quarter is None or bool(named.number) == bool(quarter.number)) else quarter
    return Title(anchor, nearest.text, nearest.place, named, year, cells, month or whole), []


def _mentions(grid: Grid, top: int, after: int) -> list[_Mention]:
    """List the texts above a table that name a period, the nearest first."""
    rows = [row for row in range(top - 1, max(top - 3, after) if after else 0, -1) if len(grid.rows.get(row, ())) <= 2]
    above = [SheetCell(grid, row, column) for row in rows for column in grid.rows.get(row, {})]
    file = PurePath(grid.file).stem if "." in grid.file else ""
    names = [(grid.sheet, f"Sheet {grid.sheet}", None)] if grid.sheet else []
    found = []
    for text, place, at in [*((at.text, at.name, at) for at in above), *names, (file, f"File {grid.file}", None)]:
        if len(text) > _LONGEST or _OF_OTHERS.search(text):
            continue
        period = period_in(Cell(text.replace("_", " ")))
        if quarters_named(text) > 1:
            period = Period(period.year)
        month = period.month is not None and not place.startswith("File")
        if (period.number is not None or period.year is not None or month) and not period.doubt:
            found.append(_Mention(period, text, place, at))
    return found


def _quarter(year: int | None, number: int | None, quarter: Quarter | None) -> Quarter | None:
    """Return the quarter or year named; without a year, the newest quarter that is not after the one being imported."""
    if number is None and quarter and not quarter.number:
        return None if year is None else Quarter(year, 0)
    if number is not None and year is not None:
        return Quarter(year, number)
    return None if number is None or quarter is None else Quarter(quarter.year - (number > quarter.number), number)


def _ends(quarter: Quarter, period: Period) -> bool:
    """Return whether a month is the last of a quarter; without a year, a word such as May may be no month."""
    month = period.month
    if month is None or (month.year == 1 and period.rest.strip()):
        return True
    return month.month == quarter.ends.month and month.year in (1, quarter.ends.year)
