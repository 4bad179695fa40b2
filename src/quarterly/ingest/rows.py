"""Read the rows of a table: match each to its indicator, and read its cells or list their faults."""

from __future__ import annotations

from datetime import date

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit
from quarterly.data.load import Basket
from quarterly.ingest.account import is_understood
from quarterly.ingest.cells import SYMBOLS, Number, Reading, Unreadable, read_figure, read_number
from quarterly.ingest.columns import Column
from quarterly.ingest.contents import Doubt, DoubtRow, Figure, Options, place_of, written
from quarterly.ingest.grid import Cell, clipped, column_name
from quarterly.ingest.headings import Role, is_month, plain
from quarterly.ingest.layout import Table
from quarterly.ingest.matching import Names, name_key, names_of
from quarterly.ingest.months import How, Monthly, as_quarter
from quarterly.ingest.parts import rows_of_the_whole
from quarterly.ingest.periods import month_in, period_in, read_quarter, read_year
from quarterly.ingest.row_details import DetailReader, singular
from quarterly.ingest.vocabulary import WHOLE

_LONGEST_NOTE = 500


class RowReader(DetailReader):
    """Reads the tables of an extract and collects the contents of their rows."""

    def __init__(self, basket: Basket, quarter: Quarter, options: Options) -> None:
        super().__init__(basket, quarter, options)
        self.names: Names = names_of(basket.indicators, basket.aliases, options.match)
        self.skipped = {name_key(name) for name in options.skip}
        self.areas = {
            plain(name): row.area_id
            for row in basket.areas.itertuples(index=False)
            for name in (row.name, row.short_name, row.area_id)
        }
        council = basket.benchmark_authorities
        self.council = {plain(name) for name in council.loc[council["role"] == "council", "authority"]}
        self.council |= {plain(options.council)} if options.council else set()
        self.figures: list[Figure] = []
        self.remarks: list[str] = []
        counted = basket.indicators["unit"].isin([Unit.NUMBER, Unit.POUNDS])
        # the indicators whose counts may appear more than once, and those that do
        self.addable = set(filter(options.adds, basket.indicators.loc[counted, "indicator_id"]))
        self.added: set[str] = set()
        self._months: dict[tuple[str, Quarter], list[Monthly]] = {}

    def read(self, table: Table) -> None:
        """Read the rows of a table."""
        rows, told, faults = rows_of_the_whole(table, self.council, self.options.where, self.account)
        self.remarks += told
        self.faults += faults
        for row, column in table.title.cells:
            self.account.mark_read(table.grid, row, column)
        if self._of_months(table, rows):
            return
        before = len(self.figures)
        area = self.areas.get(plain(table.grid.sheet), "")
        for row in rows:
            area = self._area(table, row, area)
            self._read_row(table, row, area)
        for (indicator_id, quarter), months in self._months.items():
            self._read_months(table, indicator_id, quarter, months)
        self._months.clear()
        self._doubt_periods(table, self.figures[before:])

    def _of_months(self, table: Table, rows: list[int]) -> bool:
        """Refuse months (return True, with a fault) unless an option combines them or there are columns of quarters."""
        monthly = table.of(Role.MONTH)
        in_rows = next((row for row in rows if is_month(table.cell(row, Role.QUARTER)[0])), None)
        if (not monthly and in_rows is None) or self.options.months or (table.of(Role.FIGURE) and in_rows is None):
            return False
        wanted = (
            "These are months, not quarters. Choose how to combine them: --months sum, --months mean or --months last, "
            "and for one indicator --months ID=mean."
        )
        row, place = (table.band[-1], monthly[0].place) if monthly else (in_rows, table.cell(rows[0], Role.QUARTER)[1])
        self.faults.append(table.grid.fault(row, place, table.grid.cell(row or 1, place).text, wanted))
        return True

    def _doubt_periods(self, table: Table, figures: list[Figure]) -> None:
        title, current = table.title, str(self.current)
        if title.named not in (None, self.current) and current in {figure.quarter for figure in figures}:
            why = f"{title.place} says {clipped(title.text)}, and its columns have figures for {current}."
            self.doubts.append(DoubtRow("", current, Doubt.PERIOD, why, table.grid.place))
        for column in table.of(Role.FIGURE):
            if title.month and column.number is None and not table.of(Role.QUARTER):
                why = f"{title.month}, and {column.text} is read as {current}."
                self.doubts.append(DoubtRow("", current, Doubt.PERIOD, why, table.grid.place))
            if column.doubt:
                self.doubts.append(DoubtRow("", str(column.quarter), Doubt.PERIOD, column.doubt, table.grid.place))
            for row in table.band:
                self._doubt_words(table, row, column)

    def _doubt_words(self, table: Table, row: int, column: Column) -> None:
        """Add a doubt for unknown words above figures, and a fault for the name of a comparator."""
        text = table.grid.cell(row, column.place).text
        if is_understood(table, row, column.place) or plain(text) in self.council | WHOLE:
            return
        if singular(text) in self.comparators:
            wanted = "The figures below it are of other authorities. Remove them: only the council's are imported."
            self.faults.append(table.grid.fault(row, column.place, text, wanted))
            return
        why = f"{clipped(text)} is not understood. The figures below it are read as figures for the whole."
        place = place_of(table.grid, row, column.place)
        self.doubts.append(DoubtRow("", str(column.quarter or ""), Doubt.HEADING, why, place))

    def _area(self, table: Table, row: int, area: str) -> str:
        """Return the area that a row names, or else the area of the rows above."""
        cell, place = table.cell(row, Role.AREA)
        texts = table.grid.rows[row]
        if not cell.text and len(texts) == 1:
            ((place, cell),) = texts.items()
        found = self.areas.get(plain(cell.text))
        if found:
            self.account.mark_read(table.grid, row, place)
        return found or area

    def _read_row(self, table: Table, row: int, area: str) -> None:
        indicator_id = self._indicator(table, row, area)
        if not indicator_id:
            return
        for column in table.of(Role.FIGURE):
            cell = table.grid.cell(row, column.place)
            period, place = table.cell(row, Role.QUARTER)
            if column.quarter is None and period.text and self.options.months and (month := month_in(period)):
                self._add_month(table, row, column.place, indicator_id, self._dated(table, row, month))
                self.account.mark_read(table.grid, row, place)
                continue
            quarter = self._quarter(table, row, column)
            if quarter is not None:
                self._read_figure(table, row, column, indicator_id, quarter, cell)
        for column in table.of(Role.MONTH) if self.options.months else []:
            if column.month:
                self._add_month(table, row, column.place, indicator_id, self._dated(table, row, column.month))
        quarter = self._quarter(table, row, None) if table.of(Role.QUARTER) else None
        self.read_details(table, row, indicator_id, quarter)

    # Which indicator

    def _indicator(self, table: Table, row: int, area: str) -> str:
        """Return the id of the indicator of a row; blank if there is none or it is not certain."""
        key, key_place = table.cell(row, Role.ID)
        name, name_place = table.cell(row, Role.NAME)
        known, place = (name.text, name_place) if name.text else (key.text, key_place)
        if name_key(known) in self.skipped:
            self.account.mark_reported(table.grid, row)
            self.remarks.append(f"Left out, as asked: {clipped(known)}")
            return ""
        by_key = self.names.find(key.text, "", area) if key.text else ""
        by_name = self.names.find("", name.text, area) if name.text else ""
        if by_key and by_name and by_key != by_name:
            wanted = f"The id says {by_key} and the name says {by_name}. Correct the one that is wrong."
            self.faults.append(table.grid.fault(row, place, f"{key.text}, {name.text}", wanted))
            return ""
        self.account.mark_read(table.grid, row, key_place if by_key else None, name_place if by_name else None)
        if not (by_key or by_name):
            self._unmatched(table, row, known, place)
        return by_key or by_name

    def _unmatched(self, table: Table, row: int, known: str, place: int | None) -> None:
        """Add a fault for a row with figures but no known indicator; a row without figures is only a note."""
        columns = [column for role in (Role.FIGURE, Role.MONTH) for column in table.of(role)]
        cells = {column.place: table.grid.cell(row, column.place) for column in columns}
        filled = [cell for cell in cells.values() if cell.text]
        named = [column for column, cell in cells.items() if period_in(cell).said]
        if named and row < table.last_figure:
            wanted = (
                "This row names quarters, like a heading. Write Indicator above the names; otherwise the rows below "
                "are read with the heading above."
            )
            self.faults.append(table.grid.fault(row, named[0], cells[named[0]].text, wanted))
        elif not filled and self._of_another_year(table, known) and row < table.last_figure:
            why = f"{clipped(known)} is above rows that are read as figures for {table.of(Role.FIGURE)[-1].quarter}."
            self.doubts.append(DoubtRow("", str(self.current), Doubt.PERIOD, why, place_of(table.grid, row, place)))
        elif known and filled:
            self.faults.append(table.grid.fault(row, place, known, self._offer(known)))
        elif any(not isinstance(read_number(cell), Unreadable) for cell in filled):
            wanted = "This row has figures but no indicator. Write its name or its id, or remove the row."
            self.faults.append(table.grid.fault(row, place, "", wanted))

    def _of_another_year(self, table: Table, text: str) -> bool:
        """Return whether a text above rows names a different year from the columns."""
        years = {column.quarter.year for column in table.of(Role.FIGURE) if column.quarter}
        return bool(years) and period_in(Cell(text)).year not in (None, *years)

    def _offer(self, known: str) -> str:
        """Suggest indicators for a name; the analyst must choose one."""
        several = self.names.called(known)
        if several:
            return f"More than one indicator has this name: {', '.join(several)}. Use the id instead."
        shown = clipped(known.replace('"', "'"))
        leave = f'To leave the row out, add --skip "{shown}".'
        near = self.names.near(known)
        if not near:
            new = "If it is new, describe it in data/indicators.csv first."
            return f"No indicator has this name, or a similar one. {new} {leave}"
        offers = "; ".join(f"{one} ({self.indicators[one]['short_name']}, {score:.0f}%)" for one, score in near)
        match = f'If the first is meant, add --match "{shown}={near[0][0]}".'
        return f"No indicator has this name. Most similar: {offers}. {match} {leave}"

    # Its figures

    def _quarter(self, table: Table, row: int, column: Column | None) -> Quarter | None:
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

    def _read_figure(
        self,
        table: Table,
        row: int,
        column: Column,
        indicator_id: str,
        quarter: Quarter,
        cell: Cell,
        raw: Number | Reading | None = None,
    ) -> None:
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
        numerator, denominator = self._counts(table, row, quarter, unit) if value is not None else (None, None)
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

    def _add_month(self, table: Table, row: int, place: int, indicator_id: str, month: date) -> None:
        cell = table.grid.cell(row, place)
        how = self.options.months.get(indicator_id) or self.options.months.get("")
        if how != How.LAST or month.month % 3 == 0:
            self.account.mark_read(table.grid, row, place)
        if cell.text:
            one = Monthly(month, cell, row, place)
            self._months.setdefault((indicator_id, Quarter.of(month)), []).append(one)

    def _read_months(self, table: Table, indicator_id: str, quarter: Quarter, months: list[Monthly]) -> None:
        """Read the figure of a quarter from its months."""
        last = max(months, key=lambda one: one.month)
        how = self.options.months.get(indicator_id) or self.options.months.get("")
        wanted = f"Choose how to combine the months of this indicator: --months {indicator_id}=sum, mean or last."
        add = indicator_id in self.addable
        raw, used = as_quarter(months, How(how), add=add) if how else (Unreadable(last.cell.text, wanted), [])
        self.added |= {indicator_id} if add and len({one.month for one in used}) < len(used) else set()
        last = used[-1] if used else last
        if isinstance(raw, Unreadable):
            self.faults.append(table.grid.fault(last.row, last.column, raw.found, raw.expected))
            return
        column = Column(Role.MONTH, place=last.column, quarter=quarter)
        cell = used[0].cell if len(used) == 1 else Cell(", ".join(one.cell.text for one in used))
        self._read_figure(table, last.row, column, indicator_id, quarter, cell, raw)

    def _with_symbol(self, table: Table, row: int, quarter: Quarter, read: Reading) -> Reading:
        """Take the reason for a missing figure from its own column, if the extract has one."""
        cell, place = table.cell(row, Role.MISSING, quarter)
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
        numerator, denominator = (self._count(table, row, role, quarter) for role in (Role.NUMERATOR, Role.DENOMINATOR))
        impossible = numerator is not None and denominator is not None and numerator > denominator
        if (numerator is None) != (denominator is None) or denominator == 0 or (impossible and unit == Unit.PERCENTAGE):
            cell, place = table.cell(row, Role.DENOMINATOR, quarter)
            wanted = "Give both counts or neither. The denominator must be above 0, and not below the numerator."
            self.faults.append(table.grid.fault(row, place, cell.text, wanted))
            return None, None
        return numerator, denominator

    def _count(self, table: Table, row: int, role: Role, quarter: Quarter) -> float | None:
        cell, place = table.cell(row, role, quarter)
        self.account.mark_read(table.grid, row, place)
        read = read_number(cell)
        if isinstance(read, Number) and not read.percent and read.value >= 0:
            return float(read.value)
        if not isinstance(read, Reading):
            found = read.found if isinstance(read, Unreadable) else cell.text
            self.faults.append(table.grid.fault(row, place, found, "Enter a count."))
        return None

    def _note(self, table: Table, row: int, quarter: Quarter) -> str:
        """Return the note on a figure: in a wide table it is about the quarter being imported."""
        cell, place = table.cell(row, Role.NOTE)
        if not (table.of(Role.QUARTER) or quarter == self.current):
            return ""
        self.account.mark_read(table.grid, row, place)
        return cell.text[:_LONGEST_NOTE]


def _merged(table: Table, row: int, column: Column) -> str:
    """Return a doubt if a figure's cell is merged with those of other quarters or rows; otherwise blank."""
    bottom, right = table.grid.merged.get((row, column.place), (row, column.place))
    others = [one.place for one in table.of(Role.FIGURE) if column.place < one.place <= right]
    others += [other for other in table.rows if row < other <= bottom]
    return f"Its cell is merged up to {column_name(right)}{bottom}. Of what is it the figure?" if others else ""
