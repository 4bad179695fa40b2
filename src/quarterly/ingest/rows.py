"""Read the rows of a table: each matched to its indicator, each of its cells read or its fault listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from quarterly.core.errors import Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit
from quarterly.data.load import Basket
from quarterly.ingest.cells import SYMBOLS, Number, Reading, Unreadable, read_figure, read_number
from quarterly.ingest.grid import Cell, clipped, column_name
from quarterly.ingest.headings import Role, plain, read_quarter
from quarterly.ingest.layout import Column, Table
from quarterly.ingest.matching import Names, names_of

#: Nobody mends more faults than this at a time, and a damaged file can have one in every cell.
MOST_FAULTS = 200
_LONGEST_NOTE = 500


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
    """One target of an extract, as a row of a frame."""

    indicator_id: str
    value: float | None
    direction: str
    missing: str
    bare: float | None
    written: str
    place: str


class Compared(NamedTuple):
    """One comparator of an extract, as a row of a frame."""

    indicator_id: str
    comparator: str
    value: float
    place: str


@dataclass(frozen=True)
class Options:
    """What the analyst says of an extract.

    Parameters
    ----------
    match : dict of str to str
        Names as they stand in the extract, with the id of the indicator that each means.
    skip : tuple of str
        Names of rows that are no part of the basket.
    sheets : tuple of str
        The sheets to read; all visible ones by default.
    fractions : bool
        Whether percentages are written as fractions, 0.7 for 70%.
    """

    match: dict[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    fractions: bool = False


class RowReader:
    """Goes through the tables of an extract and collects what their rows say.

    Parameters
    ----------
    basket : Basket
        The basket that the figures belong to.
    asked : Quarter
        The quarter that is imported.
    options : Options
        What the analyst says of the extract.

    Attributes
    ----------
    figures, goals, compared : list
        What was read.
    faults : list of Fault
        What cannot be read for certain.
    unread : list of str
        The texts of rows without figures that are about no indicator: headings and notes.
    """

    def __init__(self, basket: Basket, asked: Quarter, options: Options) -> None:
        self.asked, self.options = asked, options
        self.indicators = basket.indicators.set_index("indicator_id")
        self.names: Names = names_of(basket.indicators, basket.aliases, options.match)
        self.skipped = {plain(name) for name in options.skip}
        self.areas = {
            plain(name): row.area_id
            for row in basket.areas.itertuples(index=False)
            for name in (row.name, row.short_name, row.area_id)
        }
        self.comparators = {
            _singular(text): name for name, label in basket.comparator_labels.items() for text in (name, label)
        }
        self.figures: list[Figure] = []
        self.goals: list[Goal] = []
        self.compared: list[Compared] = []
        self.faults: list[Fault] = []
        self.unread: list[str] = []

    def unknown(self, table: Table) -> list[str]:
        """List the headings of a table that say nothing that is known here."""
        named = [column for column in table.of(Role.COMPARATOR) if _singular(column.words) not in self.comparators]
        return [column.heading for column in named]

    def read(self, table: Table) -> None:
        """Read the rows of a table."""
        area = self.areas.get(plain(table.grid.sheet), "")
        for row in table.rows:
            if len(self.faults) > MOST_FAULTS:
                return
            texts = [cell.text for cell in table.grid.rows[row].values()]
            heading = table.cell(row, Role.AREA)[0].text or (texts[0] if len(texts) == 1 else "")
            area = self.areas.get(plain(heading), area)
            self._read_row(table, row, area)

    def _read_row(self, table: Table, row: int, area: str) -> None:
        indicator_id = self._indicator(table, row, area)
        if not indicator_id:
            return
        for column in table.of(Role.FIGURE):
            quarter = column.quarter or self._quarter(table, row, column)
            if quarter is not None:
                self._read_figure(table, row, column, indicator_id, quarter)
        self._read_target(table, row, indicator_id)
        self._read_comparators(table, row, indicator_id)

    def _indicator(self, table: Table, row: int, area: str) -> str:
        """Find the indicator that a row is about; blank where it is about none or cannot be told."""
        key, key_place = table.cell(row, Role.ID)
        name, name_place = table.cell(row, Role.NAME)
        known, place = (name.text, name_place) if name.text else (key.text, key_place)
        if plain(known) in self.skipped:
            return ""
        found = self.names.find(key.text, name.text, area)
        by_name = self.names.find("", name.text, area) if name.text else found
        if found and by_name not in ("", found):
            wanted = f"The id says {found} and the name says {by_name}. Mend the one that is wrong."
            self.faults.append(table.grid.fault(row, place, f"{key.text}, {name.text}", wanted))
            return ""
        if not found:
            self._unmatched(table, row, known, place)
        return found

    def _unmatched(self, table: Table, row: int, known: str, place: int | None) -> None:
        """Take a row that names no indicator for a note where it has no figures, and else for a fault."""
        cells = [table.grid.cell(row, column.place) for column in table.of(Role.FIGURE)]
        filled = [cell for cell in cells if cell.text]
        if known and filled:
            self.faults.append(table.grid.fault(row, place, known, self._offer(known)))
        elif known:
            self.unread.append(known)
        elif any(not isinstance(read_number(cell), Unreadable) for cell in filled):
            wanted = "There are figures in this row and no indicator. Write its name or its id, or take the row out."
            self.faults.append(table.grid.fault(row, place, "", wanted))

    def _offer(self, known: str) -> str:
        """Say which indicators a name may mean; none is taken before somebody says so."""
        several = self.names.called(known)
        if several:
            return f"More than one indicator goes by this name: {', '.join(several)}. Give the id instead."
        shown = clipped(known.replace('"', "'"))
        leave = f'To leave the row out, add --skip "{shown}".'
        near = self.names.near(known)
        if not near:
            return f"No indicator of the basket is called that, nor nearly. {leave}"
        offers = "; ".join(f"{one} ({self.indicators.loc[one, 'short_name']})" for one in near)
        match = f'If the first is meant, add --match "{shown}={near[0]}".'
        return f"No indicator is called that. Nearest: {offers}. {match} {leave}"

    def _quarter(self, table: Table, row: int, column: Column) -> Quarter | None:
        """Read the quarter that a row of a tidy table names."""
        cell, place = table.cell(row, Role.QUARTER)
        quarter = read_quarter(cell, self.asked.year)
        if quarter is None and (cell.text or table.grid.cell(row, column.place).text):
            wanted = f"Write the quarter as {self.asked}, or as its last day."
            self.faults.append(table.grid.fault(row, place, cell.text, wanted))
        return quarter

    def _read_figure(self, table: Table, row: int, column: Column, indicator_id: str, quarter: Quarter) -> None:
        cell = table.grid.cell(row, column.place)
        if quarter > self.asked:
            if cell.text:
                wanted = f"{quarter} comes after {self.asked}, which is imported. Take it out, or import that quarter."
                self.faults.append(table.grid.fault(row, column.place, cell.text, wanted))
            return
        unit, decimals = (self.indicators.loc[indicator_id, name] for name in ("unit", "decimals"))
        read = read_figure(cell, unit, int(decimals), fractions=self.options.fractions)
        if isinstance(read, Unreadable):
            self.faults.append(table.grid.fault(row, column.place, read.found, read.expected))
            return
        read = self._with_symbol(table, row, quarter, read)
        value = None if read.value is None else float(read.value)
        numerator, denominator = self._counts(table, row, quarter, unit) if value is not None else (None, None)
        note = " ".join(text for text in (read.note, self._note(table, row, quarter)) if text)
        key = (indicator_id, str(quarter), value, numerator, denominator, read.missing, note, read.doubt)
        bare, exact = (None if one is None else float(one) for one in (read.bare, read.exact))
        self.figures.append(Figure(*key, bare, exact, _shown(cell), _place(table, row, column.place)))

    def _with_symbol(self, table: Table, row: int, quarter: Quarter, read: Reading) -> Reading:
        """Take the reason for a blank figure from a column of its own, where the extract has one."""
        cell, place = table.cell(row, Role.MISSING, quarter)
        if not cell.text:
            return read
        symbol = SYMBOLS.get(cell.text.casefold())
        if symbol is None or read.value is not None:
            wanted = "There is a figure too. Take out the one that is wrong." if symbol else "Write c, x, z or k here."
            self.faults.append(table.grid.fault(row, place, cell.text, wanted))
            return read
        return Reading(missing=symbol)

    def _counts(self, table: Table, row: int, quarter: Quarter, unit: str) -> tuple[float | None, float | None]:
        """Read what a figure was worked out from, where the extract says it."""
        numerator, denominator = (self._count(table, row, role, quarter) for role in (Role.NUMERATOR, Role.DENOMINATOR))
        impossible = numerator is not None and denominator is not None and numerator > denominator
        if (numerator is None) != (denominator is None) or denominator == 0 or (impossible and unit == Unit.PERCENTAGE):
            cell, place = table.cell(row, Role.DENOMINATOR, quarter)
            wanted = "Give the numerator and the denominator, or neither. A denominator is above 0 and not below it."
            self.faults.append(table.grid.fault(row, place, cell.text, wanted))
            return None, None
        return numerator, denominator

    def _count(self, table: Table, row: int, role: Role, quarter: Quarter) -> float | None:
        cell, place = table.cell(row, role, quarter)
        read = read_number(cell)
        if isinstance(read, Number) and not read.percent and read.value >= 0:
            return float(read.value)
        if not isinstance(read, Reading):
            found = read.found if isinstance(read, Unreadable) else cell.text
            self.faults.append(table.grid.fault(row, place, found, "A count belongs here."))
        return None

    def _note(self, table: Table, row: int, quarter: Quarter) -> str:
        """Take the note beside a figure: in a wide table it is about the quarter that is imported."""
        cell, _ = table.cell(row, Role.NOTE)
        return cell.text[:_LONGEST_NOTE] if table.of(Role.QUARTER) or quarter == self.asked else ""

    def _read_target(self, table: Table, row: int, indicator_id: str) -> None:
        cell, place = table.cell(row, Role.TARGET)
        tidy = bool(table.of(Role.QUARTER))
        if not cell.text or (tidy and read_quarter(table.cell(row, Role.QUARTER)[0], self.asked.year) != self.asked):
            return
        unit = self.indicators.loc[indicator_id, "unit"]
        goal = _read_goal(cell) or read_figure(cell, unit, 6, fractions=self.options.fractions)
        if isinstance(goal, Unreadable):
            wanted = f"{goal.expected} A target may also be Increasing, Decreasing or Not targeted."
            self.faults.append(table.grid.fault(row, place, goal.found, wanted))
            return
        if isinstance(goal, tuple):
            said = Goal(indicator_id, None, *goal, None, _shown(cell), _place(table, row, place))
        else:
            value, bare = (None if one is None else float(one) for one in (goal.value, goal.bare))
            said = Goal(indicator_id, value, "", goal.missing, bare, _shown(cell), _place(table, row, place))
        self.goals.append(said)

    def _read_comparators(self, table: Table, row: int, indicator_id: str) -> None:
        """Read what can be read: comparators are shown where they differ, and never written."""
        for column in table.of(Role.COMPARATOR):
            comparator = self.comparators.get(_singular(column.words))
            if not comparator:
                continue
            read = read_figure(table.grid.cell(row, column.place), self.indicators.loc[indicator_id, "unit"], 6)
            if isinstance(read, Reading) and read.value is not None:
                place = _place(table, row, column.place)
                self.compared.append(Compared(indicator_id, comparator, float(read.value), place))


def _singular(text: str) -> str:
    """Reduce a comparator's name so that one neighbour and several are the same."""
    return " ".join(word.removesuffix("s") for word in plain(text).split())


def _read_goal(cell: Cell) -> tuple[str, str] | None:
    """Read a target that is no number: its direction, and the reason why there is none."""
    words = plain(cell.text)
    for direction in ("decreasing", "increasing"):
        if words in (direction, direction.removesuffix("ing") + "e"):
            return direction, ""
    return ("", "z") if words in ("not targeted", "no target", "none") else None


def _place(table: Table, row: int, column: int | None) -> str:
    return f"{table.grid.place}, {column_name(column or 0)}{row}"


def _shown(cell: Cell) -> str:
    plain_format = cell.format in ("", "General", "@", "0")
    return clipped(cell.text if plain_format else f"{cell.text} (format {cell.format})", 40)
