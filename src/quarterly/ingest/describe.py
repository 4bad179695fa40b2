"""Infer the indicators of a first extract from its tables: areas, names, units, decimals and polarity."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal

from quarterly.core.errors import Fault
from quarterly.core.terms import Beyond, Unit
from quarterly.ingest.account import Account
from quarterly.ingest.cells import Number, read_number
from quarterly.ingest.formats import read_format
from quarterly.ingest.goals import Target, read_target
from quarterly.ingest.grid import Cell, SheetCell
from quarterly.ingest.headings import Role, plain, read_heading, unmarked
from quarterly.ingest.matching import name_key
from quarterly.ingest.options import Options
from quarterly.ingest.parts import rows_of_the_whole
from quarterly.ingest.periods import period_in
from quarterly.ingest.sheet_table import Table, TableRow
from quarterly.ingest.vocabulary import WHOLE, rate_in, read_polarity, read_unit

_PERCENTAGE = re.compile(r"^\s*(?:percentage|percent|proportion|%)|%", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\(([^()]+)\)$")
#: Names of sheets that repeat figures of other sheets.
_SUMMARY = re.compile(r"summary|overview|dashboard|headline|scorecard", re.IGNORECASE)
#: The beginnings of a row of words that is no heading of a section.
_REMARK = re.compile(r"(?:please )?notes?\b|source|key:|[*¹²³]", re.IGNORECASE)
_MOST_DECIMALS = 6
#: Names of rows with the figures of others, or of another period, for the indicator above.
_COMPARED = re.compile(
    r"(?:england|national|regional|sn|stat\w* neighbours?)(?: average)?|(?:previous|last|same) (?:year|quarter).*"
)
#: Names that say what a row has about the indicator above it.
_OF_OTHERS = (Role.FIGURE, Role.NUMERATOR, Role.DENOMINATOR, Role.TARGET)


@dataclass(eq=False)
class Described:
    """One indicator as the rows of an extract describe it."""

    area: str
    name: str
    code: str  # its id or reference
    indicator_id: str = ""
    place: str = ""  # where its first row is
    texts: dict[Role, SheetCell] = field(default_factory=dict)  # its unit and polarity as written
    cells: dict[str, list[Cell]] = field(default_factory=dict)  # its figures, by quarter or month
    targets: list[Cell] = field(default_factory=list)
    unit: str = Unit.NUMBER
    per: str = ""
    polarity: str = ""
    decimals: int = 0
    beyond: str = ""

    @property
    def numbers(self) -> list[tuple[Cell, Number]]:
        """The figures that are numbers, with their cells."""
        read = [(cell, read_number(cell)) for cells in self.cells.values() for cell in cells]
        return [(cell, number) for cell, number in read if isinstance(number, Number)]


def describe(tables: list[Table], options: Options) -> tuple[list[Described], list[Fault], list[str]]:
    """Return the indicators of a first extract in their order there, with faults and remarks on what was left out."""
    found: dict[tuple[str, str], Described] = {}
    faults: list[Fault] = []
    alone = len({table.grid.sheet for table in tables}) == 1
    for table in tables:
        _collect(table, table.area if alone else table.grid.sheet, options, found, faults)
    areas: dict[str, str] = {}
    for one in found.values():
        one.area = areas.setdefault(plain(one.area), one.area)
    kept, remarks = _without_repeats(list(found.values()), faults)
    for one in kept:
        _infer(one, options, faults)
    return kept, faults, remarks


def _collect(
    table: Table, area: str, options: Options, found: dict[tuple[str, str], Described], faults: list[Fault]
) -> None:
    council = {plain(options.council)} if options.council else set[str]()
    rows, _, _ = rows_of_the_whole(table, council, options.where, Account())
    skipped = {name_key(name) for name in options.skip}
    alone = bool(table.names) and table.names[0].text == area  # the sheet is about one indicator, and named after it
    area = "Indicators" if alone or not area or period_in(Cell(area)).said else area
    for row in map(table.row, rows):
        name, code = unmarked(row.of(Role.NAME).text), row.of(Role.ID).text
        filled = [column for column in table.figures if row.at(column.place).text]
        area = row.of(Role.AREA).text or (_section(row, rows) if not filled else "") or area
        if not (name or code) or not filled or name_key(name or code) in skipped or row.is_comment:
            continue
        words = plain(name or code)
        if words in WHOLE or _COMPARED.fullmatch(words) or read_heading(Cell(name or code)).role in _OF_OTHERS:
            wanted = f'What does this count? Write the name in full, or leave the row out: --skip "{name or code}".'
            faults.append(row.of(Role.NAME).fault(name or code, wanted))
        where = row.at(filled[0].place).place
        one = found.setdefault((plain(area), name_key(name or code)), Described(area, name or code, code, place=where))
        for role in (Role.UNIT, Role.POLARITY):
            if row.of(role).text:
                one.texts.setdefault(role, row.of(role))
        for column in filled:
            period = str(column.quarter or column.month or row.of(Role.QUARTER).text)
            one.cells.setdefault(period, []).append(row.at(column.place).cell)
        one.targets += [target.cell for target, _ in row.parts(Role.TARGET)]


def _section(row: TableRow, rows: list[int]) -> str:
    """Return the text of a section heading: the only text in its row, with a full row below; otherwise blank."""
    texts = [(place, cell.text) for place, cell in row.cells.items()]
    below = rows[bisect_right(rows, row.number) :][:1]
    beside = any(column.place == texts[0][0] for column in row.table.of(Role.NOTE))
    full = bool(below) and len(row.table.row(below[0]).cells) > 1 and not row.table.grid.turned
    return texts[0][1] if len(texts) == 1 and full and not beside and not _REMARK.match(texts[0][1]) else ""


def _without_repeats(found: list[Described], faults: list[Fault]) -> tuple[list[Described], list[str]]:
    """Leave out indicators of a summary sheet that another sheet has with the same figures."""
    kept, remarks = dict.fromkeys(found), []
    alike: dict[str, list[Described]] = {}
    areas: dict[str, list[Described]] = {}
    for one in found:
        alike.setdefault(name_key(one.name), []).append(one)
        areas.setdefault(one.area, []).append(one)
    summaries = {area for area, own in areas.items() if _SUMMARY.search(area) or _repeats(own, alike)}
    for one in found:
        others = alike[name_key(one.name)] if one.area in summaries else []
        for other in (other for other in others if other is not one and other in kept):
            if _same_figures(one, other):
                del kept[one]
                remarks.append(f"On two sheets, taken from the second: {one.name} ({one.area}, {other.area})")
            else:
                place, _, cell = one.place.rpartition(", ")
                wanted = f'{other.place} has different figures. Read only the right sheet: --sheet "{other.area}".'
                faults.append(Fault(place, None, cell, one.name, wanted))
            break
    return list(kept), remarks


def _repeats(own: list[Described], alike: dict[str, list[Described]]) -> bool:
    """Return whether other areas have all the figures of an area: several between them, or any if it is called All."""
    copies = [
        {other.area for other in alike[name_key(one.name)] if other.area != one.area and _same_figures(one, other)}
        for one in own
    ]
    return all(copies) and (plain(own[0].area) in WHOLE or not set.intersection(*copies))


def _same_figures(one: Described, other: Described) -> bool:
    shared = one.cells.keys() & other.cells.keys()
    ours, theirs = ([[read_number(cell) for cell in them.cells[period]] for period in shared] for them in (one, other))
    return ours == theirs


def _infer(one: Described, options: Options, faults: list[Fault]) -> None:
    """Set the unit, polarity, decimals and range of an indicator."""
    one.unit, one.per = _unit(one, faults)
    written = one.texts.get(Role.POLARITY)
    polarity = read_polarity(written.text) if written else ""
    if polarity is None and written:
        faults.append(written.fault(written.text, "Write higher or lower (is better), or none."))
    goals = [read_target(cell, one.unit, fractions=bool(options.fractions), beyond=Beyond.BOTH) for cell in one.targets]
    ways = {goal.polarity for goal in goals if isinstance(goal, Target) and goal.polarity}
    one.polarity = polarity or (ways.pop() if len(ways) == 1 else "")
    below = over = False
    for cell, number in one.numbers:
        fraction = options.fractions and one.unit == Unit.PERCENTAGE and not number.percent
        shift = 2 if fraction else 0
        value = number.value.scaleb(shift)
        one.decimals = max(one.decimals, _decimals(cell, value, shift, one.unit))
        below |= value < 0
        over |= one.unit == Unit.PERCENTAGE and value > 100
    if one.unit == Unit.POUNDS and one.decimals == 1:
        one.decimals = 2  # pence
    if below and over:
        one.beyond = Beyond.BOTH
    elif below or over:
        one.beyond = Beyond.BELOW_0 if below else Beyond.OVER_100


def _unit(one: Described, faults: list[Fault]) -> tuple[str, str]:
    written = one.texts.get(Role.UNIT)
    if written:
        unit = read_unit(written.text)
        if unit == (Unit.RATE, "") and rate_in(one.name):
            return str(Unit.RATE), rate_in(one.name)
        if unit is None or (unit[0] == Unit.RATE and not unit[1]):
            wanted = (
                "Write number, percentage, a rate as 'per 10,000 people', pounds, days, weeks, months, hours, minutes, "
                "score or ratio."
            )
            faults.append(written.fault(written.text, wanted))
        return unit or (str(Unit.NUMBER), "")
    if rate_in(one.name):
        return str(Unit.RATE), rate_in(one.name)
    beside = _IN_BRACKETS.search(one.name)
    if beside and (unit := read_unit(beside[1])) and unit[0] != Unit.RATE:
        return unit
    units = {number.unit for _, number in one.numbers if number.unit}
    if any("%" in cell.text or read_format(cell.format).hundredfold for cell in one.targets) and not units:
        return str(Unit.PERCENTAGE), ""
    if len(units) == 1:
        return units.pop(), ""
    return str(Unit.PERCENTAGE if units or _PERCENTAGE.search(one.name) else Unit.NUMBER), ""


def _decimals(cell: Cell, value: Decimal, shift: int, unit: str) -> int:
    """Return the number of decimals that a figure is shown with, or otherwise has.

    ``value`` is the cell's number with the point moved by ``shift``: 0.701 is 70.1% and has one decimal.
    """
    shown = read_format(cell.format).decimals if isinstance(cell.value, int | float) else None
    if shown or (shown == 0 and unit != Unit.NUMBER):
        return min(max(shown - shift, 0), _MOST_DECIMALS)
    text = f"{round(value, _MOST_DECIMALS).normalize():f}"
    return len(text.partition(".")[2])
