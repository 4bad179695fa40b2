"""Read the figures of a row: for which quarter each is, its counts and its note, and quarters made from months."""

from __future__ import annotations

from datetime import date

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Months, Unit
from quarterly.data.load import Basket
from quarterly.ingest.cells import SYMBOLS, Number, Reading, Unreadable, read_figure, read_number
from quarterly.ingest.contents import Doubt, DoubtRow, Figure, place_of, written
from quarterly.ingest.grid import Cell, column_name
from quarterly.ingest.headings import Column, Role
from quarterly.ingest.layout import Table
from quarterly.ingest.months import Monthly, as_quarter
from quarterly.ingest.options import Options
from quarterly.ingest.periods import period_in, read_quarter, read_year
from quarterly.ingest.row_details import DetailReader

_LONGEST_NOTE = 500


class FigureReader(DetailReader):
    """Collects figures from rows, and the other columns."""

    def __init__(self, basket: Basket, quarter: Quarter, options: Options) -> None:
        super().__init__(basket, quarter, options)
        self.figures: list[Figure] = []
        counted = basket.indicators["unit"].isin([Unit.NUMBER, Unit.POUNDS])
        # the indicators whose counts may appear more than once, and those that do
        self.addable = set(filter(options.adds, basket.indicators.loc[counted, "indicator_id"]))
        self.added: set[str] = set()
        self._months: dict[tuple[str, Quarter], list[Monthly]] = {}

    def quarter_of(self, table: Table, row: int, column: Column | None) -> Quarter | None:
        """Return the quarter of a figure, from its column and its row; None, with any fault, if it is not certain."""
        cell, place = table.cell(row, Role.QUARTER)
        year_cell, year_place = table.cell(row, Role.YEAR)
        year, doubt = read_year(year_cell)
        filled = column is not None and bool(table.grid.cell(row, column.place).text)
        if column is not None and column.quarter is not None:
            if year_cell.text and year != column.quarter.year and filled:
                wanted = f"The row says {year_cell.text}, but its column is for {column.quarter}. Correct one of them."
                self.faults.append(table.grid.fault(row, column.place, column.text, wanted))
                return None
            self.account.mark_read(table.grid, row, year_place)
            return column.quarter
        own = year if year_cell.text else (table.title.anchor or self.current).year
        unclear = doubt or any(one.words == "month" for one in table.of(Role.QUARTER))
        quarter = None if unclear and cell.text.isdecimal() else read_quarter(cell, own)
        doubt = doubt or period_in(cell).doubt
        if column is not None and column.number and not cell.text and own is not None:
            quarter = Quarter(own, column.number)
        contradicts = year_cell.text and quarter and quarter.year != year
        if (quarter is None and (cell.text or filled)) or contradicts:
            year_text = self.current.reporting_year
            wanted = f"Write the quarter as {self.current}, or as its last day, and the year as {year_text}."
            if column is not None:
                found = " ".join(one for one in (cell.text, year_cell.text) if one)
                self.faults.append(table.grid.fault(row, place or year_place, found, wanted))
            return None
        self.account.mark_read(table.grid, row, place, year_place)
        if doubt and quarter and column is not None:
            self.doubts.append(DoubtRow("", str(quarter), Doubt.PERIOD, doubt, table.grid.place))
        return quarter

    def read_figure(
        self,
        table: Table,
        row: int,
        column: Column,
        indicator_id: str,
        quarter: Quarter,
        cell: Cell,
        raw: Number | Reading | None = None,
    ) -> None:
        """Read a figure of an indicator in a quarter, or list why it cannot be read; ``raw`` is read already."""
        self.account.mark_read(table.grid, row, column.place)
        if quarter > self.current:
            if cell.text:
                wanted = (
                    f"{quarter} comes after {self.current}, which is being imported. Remove it, or import {quarter}."
                )
                self.faults.append(table.grid.fault(row, column.place, cell.text, wanted))
            return
        unit, decimals, beyond = (self.indicators[indicator_id][name] for name in ("unit", "decimals", "beyond"))
        read = read_figure(cell, unit, int(decimals), fractions=self.fractions, beyond=beyond, raw=raw)
        if isinstance(read, Unreadable):
            self.faults.append(table.grid.fault(row, column.place, read.found, read.expected))
            return
        read = self._with_symbol(table, row, quarter, read)
        value = None if read.value is None else float(read.value)
        none = (None, None)
        numerator, denominator = none if value is None else read.counts or self._counts(table, row, quarter, unit)
        note = " ".join(text for text in (read.note, self._note(table, row, quarter)) if text)
        doubt = read.doubt or (_merged(table, row, column) if value is not None else "")
        key = (indicator_id, str(quarter), value, numerator, denominator, read.missing, note, doubt)
        bare, exact = (None if one is None else float(one) for one in (read.bare, read.exact))
        self.figures.append(Figure(*key, bare, exact, written(cell), place_of(table.grid, row, column.place)))

    def _dated(self, table: Table, row: int, month: date) -> date:
        """Give a month without a year that of its row, or else of the title or the quarter being imported."""
        if month.year > 1:
            return month
        cell, place = table.cell(row, Role.YEAR)
        year, calendar = read_year(cell)
        self.account.mark_read(table.grid, row, place if year is not None else None)
        others = (year, table.title.year, (table.title.anchor or self.current).year)
        year = next(one for one in others if one is not None)
        return month.replace(year=year + (month.month < 4 and not calendar))

    def add_month(self, table: Table, row: int, place: int, indicator_id: str, month: date) -> None:
        """Keep the figure of a month, from which `read_months` makes that of a quarter."""
        cell = table.grid.cell(row, place)
        how = self.options.combines(indicator_id)
        if how != Months.LAST or month.month % 3 == 0:
            self.account.mark_read(table.grid, row, place)
        if cell.text:
            one = Monthly(month, cell, row, place)
            self._months.setdefault((indicator_id, Quarter.of(month)), []).append(one)

    def read_months(self, table: Table) -> None:
        """Read the figures of quarters from the months that were added."""
        for (indicator_id, quarter), months in self._months.items():
            last = max(months, key=lambda one: one.month)
            how = self.options.combines(indicator_id)
            wanted = f"Choose how to combine the months of this indicator: --months {indicator_id}=sum, mean or last."
            add = indicator_id in self.addable
            raw, used = as_quarter(months, how, add=add) if how else (Unreadable(last.cell.text, wanted), [])
            self.added |= {indicator_id} if add and len({one.month for one in used}) < len(used) else set()
            last = used[-1] if used else last
            if isinstance(raw, Unreadable):
                self.faults.append(table.grid.fault(last.row, last.column, raw.found, raw.expected))
                continue
            column = Column(Role.MONTH, place=last.column, quarter=quarter)
            cell = used[0].cell if len(used) == 1 else Cell(", ".join(one.cell.text for one in used))
            self.read_figure(table, last.row, column, indicator_id, quarter, cell, raw)
        self._months.clear()

    def _with_symbol(self, table: Table, row: int, quarter: Quarter, read: Reading) -> Reading:
        """Take the reason for a missing figure from its own column, if the extract has one."""
        cell, row, place = table.of_quarter(row, Role.MISSING, quarter)
        if not cell.text:
            return read
        self.account.mark_read(table.grid, row, place)
        symbol = SYMBOLS.get(cell.text.casefold())
        if symbol is None or read.value is not None:
            wanted = "There is also a figure. Remove the one that is wrong." if symbol else "Write c, x, z or k here."
            self.faults.append(table.grid.fault(row, place, cell.text, wanted))
            return read
        return Reading(missing=symbol)

    def _counts(self, table: Table, row: int, quarter: Quarter, unit: str) -> tuple[float | None, float | None]:
        """Read the numerator and denominator of a figure, if the extract has them."""
        if not all(table.parts(row, role) for role in (Role.NUMERATOR, Role.DENOMINATOR)):
            return None, None  # a count alone is of no use, and is listed as not read
        numerator, denominator = (self._count(table, row, role, quarter) for role in (Role.NUMERATOR, Role.DENOMINATOR))
        impossible = numerator is not None and denominator is not None and numerator > denominator
        if (numerator is None) != (denominator is None) or denominator == 0 or (impossible and unit == Unit.PERCENTAGE):
            cell, row, place = table.of_quarter(row, Role.DENOMINATOR, quarter)
            wanted = "Give both counts or neither. The denominator must be above 0, and not below the numerator."
            self.faults.append(table.grid.fault(row, place, cell.text, wanted))
            return None, None
        return numerator, denominator

    def _count(self, table: Table, row: int, role: Role, quarter: Quarter) -> float | None:
        cell, row, place = table.of_quarter(row, role, quarter)
        self.account.mark_read(table.grid, row, place)
        read = read_number(cell)
        if isinstance(read, Number) and not read.percent and read.value >= 0:
            return float(read.value)
        if not isinstance(read, Reading):
            found = read.found if isinstance(read, Unreadable) else cell.text
            self.faults.append(table.grid.fault(row, place, found, "Enter a count."))
        return None

    def _note(self, table: Table, row: int, quarter: Quarter) -> str:
        """Return the note on a figure."""
        cell, row, place = table.of_quarter(row, Role.NOTE, quarter)
        self.account.mark_read(table.grid, row, place)
        return cell.text[:_LONGEST_NOTE]


def _merged(table: Table, row: int, column: Column) -> str:
    """Return a doubt if a figure's cell is merged with those of other quarters or rows; otherwise blank."""
    bottom, right = table.grid.merged.get((row, column.place), (row, column.place))
    others = [one.place for one in table.of(Role.FIGURE) if column.place < one.place <= right]
    others += [other for other in table.rows if row < other <= bottom]
    return f"Its cell is merged up to {column_name(right)}{bottom}. Of what is it the figure?" if others else ""
