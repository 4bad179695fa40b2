"""Read the figures of a row: for which quarter each is, its counts and its note, and quarters made from months."""

from __future__ import annotations

from datetime import date

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis, Months, Unit
from quarterly.data.load import Basket
from quarterly.ingest.cells import SYMBOLS, Number, Reading, Unreadable, read_figure, read_number
from quarterly.ingest.contents import Doubt, DoubtRow, Figure, written
from quarterly.ingest.grid import Cell, SheetCell
from quarterly.ingest.headings import Column, Role
from quarterly.ingest.months import Monthly, as_quarter
from quarterly.ingest.options import Options
from quarterly.ingest.periods import period_in, read_quarter, read_year
from quarterly.ingest.row_details import DetailReader
from quarterly.ingest.sheet_table import Table, TableRow

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
        self.in_year = set(basket.indicators.loc[basket.indicators["period_basis"] == Basis.IN_YEAR, "indicator_id"])
        self._months: dict[tuple[str, Quarter], list[Monthly]] = {}

    def quarter_of(self, row: TableRow, column: Column | None) -> Quarter | None:
        """Return the quarter of a figure, from its column and its row; None, with any fault, if it is not certain."""
        table, period, in_year = row.table, row.of(Role.QUARTER), row.of(Role.YEAR)
        year, doubt = read_year(in_year.cell)
        filled = column is not None and bool(row.at(column.place).text)
        if column is not None and column.quarter is not None:
            if in_year.text and year != column.quarter.year and filled:
                wanted = f"The row says {in_year.text}, but its column is for {column.quarter}. Correct one of them."
                self.faults.append(row.at(column.place).fault(column.text, wanted))
                return None
            self.account.mark_read(in_year)
            return column.quarter
        own = year if in_year.text else (table.title.anchor or self.current).year
        unclear = doubt or any(one.words == "month" for one in table.of(Role.QUARTER))
        annual = not self.current.number
        bare = unclear and period.text.isdecimal() and not annual
        quarter = None if bare else read_quarter(period.cell, own, annual=annual)
        doubt = doubt or (read_year(period.cell)[1] if annual else period_in(period.cell).doubt)
        if column is not None and column.number and not period.text and own is not None:
            quarter = Quarter(own, column.number)
        contradicts = in_year.text and quarter and quarter.year != year
        if (quarter is None and (period.text or filled)) or contradicts:
            year_text = self.current.reporting_year
            wanted = f"Write the quarter as {self.current}, or as its last day, and the year as {year_text}."
            wanted = wanted if self.current.number else f"Write the year as {year_text}."
            if column is not None:
                found = " ".join(at.text for at in (period, in_year) if at.text)
                self.faults.append((period if period.column else in_year).fault(found, wanted))
            return None
        self.account.mark_read(period, in_year)
        if doubt and quarter and column is not None:
            self.doubts.append(DoubtRow("", str(quarter), Doubt.PERIOD, doubt, table.grid.place))
        return quarter

    def read_figure(
        self,
        row: TableRow,
        at: SheetCell,
        indicator_id: str,
        quarter: Quarter,
        cell: Cell,
        raw: Number | Reading | None = None,
    ) -> None:
        """Read a figure of an indicator in a quarter, or list why it cannot be read; ``raw`` is read already."""
        self.account.mark_read(at)
        if quarter > self.current:
            if cell.text:
                wanted = (
                    f"{quarter} comes after {self.current}, which is being imported. Remove it, or import {quarter}."
                )
                self.faults.append(at.fault(cell.text, wanted))
            return
        unit, decimals, beyond = (self.indicators[indicator_id][name] for name in ("unit", "decimals", "beyond"))
        read = read_figure(cell, unit, int(decimals), fractions=self.fractions, beyond=beyond, raw=raw)
        if isinstance(read, Unreadable):
            self.faults.append(at.fault(read.found, read.expected))
            return
        read = self._with_symbol(row, quarter, read)
        value = None if read.value is None else float(read.value)
        none = (None, None)
        numerator, denominator = none if value is None else read.counts or self._counts(row, quarter, unit)
        note = " ".join(text for text in (read.note, self._note(row, quarter)) if text)
        doubt = read.doubt or (_merged(row, at) if value is not None else "")
        key = (indicator_id, str(quarter), value, numerator, denominator, read.missing, note, doubt)
        bare, exact = (None if one is None else float(one) for one in (read.bare, read.exact))
        self.figures.append(Figure(*key, bare, exact, written(cell), at.place))

    def _dated(self, row: TableRow, month: date) -> date:
        """Give a month without a year that of its row, or else of the title or the quarter being imported."""
        if month.year > 1:
            return month
        at, title = row.of(Role.YEAR), row.table.title
        year, calendar = read_year(at.cell)
        if year is not None:
            self.account.mark_read(at)
        year = next(one for one in (year, title.year, (title.anchor or self.current).year) if one is not None)
        return month.replace(year=year + (month.month < 4 and not calendar))

    def add_month(self, at: SheetCell, indicator_id: str, month: date) -> None:
        """Keep the figure of a month, from which `read_months` makes that of a quarter."""
        if self.options.combines(indicator_id) != Months.LAST or month.month % 3 == 0:
            self.account.mark_read(at)
        if at.text:
            self._months.setdefault((indicator_id, Quarter.of(month)), []).append(Monthly(month, at))

    def read_months(self, table: Table) -> None:
        """Read the figures of quarters from the months that were added."""
        for (indicator_id, quarter), months in self._months.items():
            last = max(months, key=lambda one: one.month)
            how = self.options.combines(indicator_id)
            wanted = f"Choose how to combine the months of this indicator: --months {indicator_id}=sum, mean or last."
            add = indicator_id in self.addable
            raw, used = as_quarter(months, how, add=add) if how else (Unreadable(last.at.text, wanted), [])
            if how and not used:
                continue  # the last month has no figure, and the others are listed as not read
            self.added |= {indicator_id} if add and len({one.month for one in used}) < len(used) else set()
            last = (used or [last])[-1]
            if isinstance(raw, Unreadable):
                self.faults.append(last.at.fault(raw.found, raw.expected))
                continue
            cell = used[0].at.cell if len(used) == 1 else Cell(", ".join(one.at.text for one in used))
            self.read_figure(table.row(last.at.row), last.at, indicator_id, quarter, cell, raw)
        self._months.clear()

    def _with_symbol(self, row: TableRow, quarter: Quarter, read: Reading) -> Reading:
        """Take the reason for a missing figure from its own column, if the extract has one."""
        at = row.of_quarter(Role.MISSING, quarter)
        if not at.text:
            return read
        self.account.mark_read(at)
        symbol = SYMBOLS.get(at.text.casefold())
        if symbol is None or read.value is not None:
            wanted = "There is also a figure. Remove the one that is wrong." if symbol else "Write c, x, z or k here."
            self.faults.append(at.fault(at.text, wanted))
            return read
        return Reading(missing=symbol)

    def _counts(self, row: TableRow, quarter: Quarter, unit: str) -> tuple[float | None, float | None]:
        """Read the numerator and denominator of a figure, if the extract has them."""
        if not all(map(row.parts, (Role.NUMERATOR, Role.DENOMINATOR))):
            return None, None  # a count alone is of no use, and is listed as not read
        out_of = row.of_quarter(Role.DENOMINATOR, quarter)
        numerator, denominator = self._count(row.of_quarter(Role.NUMERATOR, quarter)), self._count(out_of)
        impossible = numerator is not None and denominator is not None and numerator > denominator
        if (numerator is None) != (denominator is None) or denominator == 0 or (impossible and unit == Unit.PERCENTAGE):
            wanted = "Give both counts or neither. The denominator must be above 0, and not below the numerator."
            self.faults.append(out_of.fault(out_of.text, wanted))
            return None, None
        return numerator, denominator

    def _count(self, at: SheetCell) -> float | None:
        self.account.mark_read(at)
        read = read_number(at.cell)
        if isinstance(read, Number) and not read.percent and read.value >= 0:
            return float(read.value)
        if not isinstance(read, Reading):
            self.faults.append(at.fault(read.found if isinstance(read, Unreadable) else at.text, "Enter a count."))
        return None

    def _note(self, row: TableRow, quarter: Quarter) -> str:
        """Return the note on a figure."""
        at = row.of_quarter(Role.NOTE, quarter)
        self.account.mark_read(at)
        return at.text[:_LONGEST_NOTE]


def _merged(row: TableRow, at: SheetCell) -> str:
    """Return a doubt if a figure's cell is merged with those of other quarters or rows; otherwise blank."""
    own = (at.row, at.column or 0)
    bottom, right = at.grid.merged.get(own, own)
    others = [one.place for one in row.table.of(Role.FIGURE) if own[1] < one.place <= right]
    others += [other for other in row.table.rows if at.row < other <= bottom]
    last = SheetCell(at.grid, bottom, right).name
    return f"Its cell is merged up to {last}. Of what is it the figure?" if others else ""
