"""Read the rows of a table: match each to its indicator, and list those that match none."""

from __future__ import annotations

import re

from quarterly.core.quarters import Quarter
from quarterly.data.evidence import COUNCIL
from quarterly.data.load import Basket
from quarterly.ingest.account import is_understood
from quarterly.ingest.cells import Unreadable, read_number
from quarterly.ingest.contents import Doubt, DoubtRow, Figure, place_of
from quarterly.ingest.grid import Cell, clipped
from quarterly.ingest.headings import Column, Role, plain
from quarterly.ingest.layout import Table
from quarterly.ingest.matching import Names, name_key, names_of
from quarterly.ingest.options import Options
from quarterly.ingest.parts import rows_of_the_whole
from quarterly.ingest.periods import period_in
from quarterly.ingest.row_details import singular
from quarterly.ingest.row_figures import FigureReader
from quarterly.ingest.vocabulary import WHOLE

#: How PivotTables name the total of a group.
_TOTAL = re.compile(r"^(?:grand |sub)?total\b|\btotal$", re.IGNORECASE)


class RowReader(FigureReader):
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
        self.council = {plain(name) for name in council.loc[council["role"] == COUNCIL, "authority"]}
        self.council |= {plain(options.council)} if options.council else set()
        self.remarks: list[str] = []

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
        area = self.areas.get(plain(table.area), "")
        if area:
            self.account.mark_read(table.grid, *table.caption)
        area = area or self.areas.get(plain(table.grid.sheet), "")
        for row in rows:
            area = self._area(table, row, area)
            self._read_row(table, row, area)
        self.read_months(table)
        self.account.mark_labels(table)
        self._doubt_periods(table, self.figures[before:])

    def _of_months(self, table: Table, rows: list[int]) -> bool:
        """Refuse months (return True, with a fault) unless an option combines them or there are columns of quarters."""
        monthly = table.of(Role.MONTH)
        periods = ((row, period_in(table.cell(row, Role.QUARTER)[0])) for row in rows)
        in_rows = next((row for row, period in periods if period.month and not period.number), None)
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
        years = [cell.text for row in table.rows if (cell := table.cell(row, Role.YEAR)[0]).text]
        for column in table.of(Role.FIGURE):
            year = next(iter(years), str(Quarter(column.year, 1).reporting_year) if column.year else "")
            other = title.other or (f"The year is {year}" if year and not title.named else "")
            if other and not (column.number or table.of(Role.QUARTER)):
                why = f"{other}, and {column.text} is read as {current}."
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
        if row in table.astray and not self.options.where:
            wanted = "Put this below the row with the figure that it is about, or remove it."
            found = " ".join(table.grid.cell(row, place).text for place in table.labels(row))
            self.faults.append(table.grid.fault(row, None, found, wanted))
            return
        for column in table.of(Role.FIGURE):
            cell = table.grid.cell(row, column.place)
            period, place = table.cell(row, Role.QUARTER)
            if column.quarter is None and period.text and self.options.months and (month := period_in(period).month):
                self.add_month(table, row, column.place, indicator_id, self._dated(table, row, month))
                self.account.mark_read(table.grid, row, place)
                continue
            quarter = self.quarter_of(table, row, column)
            if quarter is not None:
                self.read_figure(table, row, column, indicator_id, quarter, cell)
        for column in table.of(Role.MONTH) if self.options.months else []:
            if column.month:
                self.add_month(table, row, column.place, indicator_id, self._dated(table, row, column.month))
        quarter = self.quarter_of(table, row, None) if table.of(Role.QUARTER) else None
        self.read_details(table, row, indicator_id, quarter)

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
        years = {column.quarter.year for column in table.of(Role.FIGURE) if column.quarter}
        if named and row < table.last_figure:
            wanted = (
                "This row names quarters, like a heading. Write Indicator above the names; otherwise the rows below "
                "are read with the heading above."
            )
            self.faults.append(table.grid.fault(row, named[0], cells[named[0]].text, wanted))
        elif not filled and years and period_in(Cell(known)).year not in (None, *years) and row < table.last_figure:
            why = f"{clipped(known)} is above rows that are read as figures for {table.of(Role.FIGURE)[-1].quarter}."
            self.doubts.append(DoubtRow("", str(self.current), Doubt.PERIOD, why, place_of(table.grid, row, place)))
        elif known and filled:
            self.faults.append(table.grid.fault(row, place, known, self._offer(known)))
        elif any(_TOTAL.search(cell.text) for cell in table.grid.rows[row].values()):
            return  # it is listed as not used
        elif any(not isinstance(read_number(cell), Unreadable) for cell in filled):
            wanted = (
                "This row has figures but no indicator. Write its name or its id, or remove the row. In a PivotTable: "
                "Design, Report Layout, Repeat All Item Labels."
            )
            self.faults.append(table.grid.fault(row, place, "", wanted))

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
