"""Read the rows of a table: match each to its indicator, and list those that match none."""

from __future__ import annotations

import re
from dataclasses import replace

from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.data.evidence import COUNCIL
from quarterly.data.load import Basket
from quarterly.ingest.account import is_understood
from quarterly.ingest.cells import Unreadable, read_number
from quarterly.ingest.contents import Doubt, DoubtRow, Figure
from quarterly.ingest.grid import Cell, SheetCell, clipped
from quarterly.ingest.headings import Column, Role, plain
from quarterly.ingest.matching import Names, name_key, names_of
from quarterly.ingest.options import Options
from quarterly.ingest.parts import rows_of_the_whole
from quarterly.ingest.periods import period_in
from quarterly.ingest.row_details import singular
from quarterly.ingest.row_figures import FigureReader
from quarterly.ingest.sheet_table import Table, TableRow
from quarterly.ingest.vocabulary import WHOLE

#: How PivotTables name the total of a group.
_TOTAL = re.compile(r"^(?:grand |sub)?total\b|\btotal$", re.IGNORECASE)
#: What a name that begins or ends with it may be about: a figure, which is not to be taken for it.
_OF_FIGURES = {"target", "numerator", "denominator"}


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
        found = {one: at for at in reversed(table.names) if (one := self._named(at))}
        if len(found) > 1:
            wanted = f"These name {listing(sorted(found))}. Remove all but one of the names."
            self.faults.append(table.names[0].fault(listing([at.text for at in found.values()]), wanted))
            return
        table = replace(table, names=tuple(found.values()) or table.names)
        rows, told, faults = rows_of_the_whole(table, self.council, self.options.where, self.account)
        self.remarks += told
        self.faults += faults
        self.account.mark_read(*table.title.cells)
        if self._of_months(table, rows):
            return
        before = len(self.figures)
        area = self.areas.get(plain(table.area), "")
        if area and table.caption:
            self.account.mark_read(table.caption)
        area = area or self.areas.get(plain(table.grid.sheet), "")
        for row in map(table.row, rows):
            area = self._area(row, area)
            self._read_row(row, area)
        self.read_months(table)
        self.account.mark_labels(table)
        self._doubt_periods(table, self.figures[before:])

    def _named(self, at: SheetCell, area: str = "") -> str:
        """Return the id of the indicator that a text names, with a period or alone; blank if there is none."""
        return self.names.find("", at.text, area) or self.names.find("", period_in(at.cell).rest, area)

    def _of_months(self, table: Table, rows: list[int]) -> bool:
        """Refuse months (return True, with a fault) unless an option combines them or there are columns of quarters."""
        monthly = table.of(Role.MONTH)
        periods = ((at, period_in(at.cell)) for at in (table.row(row).of(Role.QUARTER) for row in rows))
        in_rows = next((at for at, period in periods if period.month and not period.number), None)
        first = table.row(table.band[-1]).at(monthly[0].place) if monthly else in_rows
        if first is None or self.options.months or (table.of(Role.FIGURE) and in_rows is None):
            return False
        wanted = (
            "These are months, not quarters. Choose how to combine them: --months sum, --months mean or --months last, "
            "and for one indicator --months ID=mean."
        )
        self.faults.append(first.fault(first.text, wanted))
        return True

    def _doubt_periods(self, table: Table, figures: list[Figure]) -> None:
        title, current = table.title, str(self.current)
        if title.named not in (None, self.current) and current in {figure.quarter for figure in figures}:
            why = f"{title.place} says {clipped(title.text)}, and its columns have figures for {current}."
            self.doubts.append(DoubtRow("", current, Doubt.PERIOD, why, table.grid.place))
        years = [text for row in table.rows if (text := table.row(row).of(Role.YEAR).text)]
        for column in table.of(Role.FIGURE):
            year = next(iter(years), str(Quarter(column.year, 1).reporting_year) if column.year else "")
            other = title.other or (f"The year is {year}" if year and not title.named else "")
            if other and column.number is None and not table.of(Role.QUARTER):
                why = f"{other}, and {column.text} is read as {current}."
                self.doubts.append(DoubtRow("", current, Doubt.PERIOD, why, table.grid.place))
            if column.doubt:
                self.doubts.append(DoubtRow("", str(column.quarter), Doubt.PERIOD, column.doubt, table.grid.place))
            for row in map(table.row, table.band):
                self._doubt_words(row, column)

    def _doubt_words(self, row: TableRow, column: Column) -> None:
        """Add a doubt for unknown words above figures, and a fault for the name of a comparator."""
        at = row.at(column.place)
        if is_understood(row.table, row.number, column.place) or plain(at.text) in self.council | WHOLE:
            return
        if singular(at.text) in self.comparators:
            wanted = "The figures below it are of other authorities. Remove them: only the council's are imported."
            self.faults.append(at.fault(at.text, wanted))
            return
        why = f"{clipped(at.text)} is not understood. The figures below it are read as figures for the whole."
        self.doubts.append(DoubtRow("", str(column.quarter or ""), Doubt.HEADING, why, at.place))

    def _area(self, row: TableRow, area: str) -> str:
        """Return the area that a row names, or else the area of the rows above."""
        at = row.of(Role.AREA)
        if not at.text and len(row.cells) == 1:
            at = row.at(next(iter(row.cells)))
        found = self.areas.get(plain(at.text))
        if found:
            self.account.mark_read(at)
        return found or area

    def _read_row(self, row: TableRow, area: str) -> None:
        table, indicator_id = row.table, self._indicator(row, area)
        if not indicator_id:
            return
        if row.number in table.astray and not self.options.where:
            wanted = "Put this below the row with the figure that it is about, or remove it."
            self.faults.append(row.at(None).fault(" ".join(row.at(place).text for place in row.labels), wanted))
            return
        for column in [*table.of(Role.FIGURE), *(table.of(Role.ANNUAL) if indicator_id in self.in_year else ())]:
            at, period = row.at(column.place), row.of(Role.QUARTER)
            month = period_in(period.cell).month if self.options.months else None
            if column.quarter is None and month:
                self.add_month(at, indicator_id, self._dated(row, month))
                self.account.mark_read(period)
                continue
            quarter = self.quarter_of(row, column)
            if quarter is not None:
                self.read_figure(row, at, indicator_id, quarter, at.cell)
        for column in table.of(Role.MONTH) if self.options.months else []:
            if column.month:
                self.add_month(row.at(column.place), indicator_id, self._dated(row, column.month))
        quarter = self.quarter_of(row, None) if table.of(Role.QUARTER) else None
        self.read_details(row, indicator_id, quarter)

    def _indicator(self, row: TableRow, area: str) -> str:
        """Return the id of the indicator of a row; blank if there is none or it is not certain."""
        key, name = row.of(Role.ID), row.of(Role.NAME)
        known = name if name.text else key
        if name_key(known.text) in self.skipped:
            self.account.mark_reported(row)
            self.remarks.append(f"Left out, as asked: {clipped(known.text)}")
            return ""
        by_key = self.names.find(key.text, "", area) if key.text else ""
        by_name = self.names.find("", name.text, area) if name.text else ""
        if row.table.names:
            by_name = by_name or self._named(name, area)
        if by_key and by_name and by_key != by_name:
            wanted = f"The id says {by_key} and the name says {by_name}. Correct the one that is wrong."
            self.faults.append(known.fault(f"{key.text}, {name.text}", wanted))
            return ""
        self.account.mark_read(*(at for at, found in ((key, by_key), (name, by_name)) if found))
        if not (by_key or by_name):
            self._unmatched(row, known)
        return by_key or by_name

    def _unmatched(self, row: TableRow, known: SheetCell) -> None:
        """Add a fault for a row with figures but no known indicator; a row without figures is only a note."""
        table, name, above = row.table, known.text, row.number < row.table.last_figure
        cells = [row.at(column.place) for column in table.figures]
        filled = [at for at in cells if at.text]
        named = [at for at in cells if period_in(at.cell).said]
        years = {column.quarter.year for column in table.of(Role.FIGURE) if column.quarter}
        if named and above:
            wanted = (
                "This row names quarters, like a heading. Write Indicator above the names; otherwise the rows below "
                "are read with the heading above."
            )
            self.faults.append(named[0].fault(named[0].text, wanted))
        elif not filled and years and above and period_in(Cell(name)).year not in (None, *years):
            why = f"{clipped(name)} is above rows that are read as figures for {table.of(Role.FIGURE)[-1].quarter}."
            self.doubts.append(DoubtRow("", str(self.current), Doubt.PERIOD, why, known.place))
        elif row.is_comment:
            return  # it is listed as not read
        elif name and filled:
            self.faults.append(known.fault(name, self._offer(name)))
        elif any(_TOTAL.search(cell.text) for cell in row.cells.values()):
            return  # it is listed as not used
        elif any(not isinstance(read_number(at.cell), Unreadable) for at in filled):
            wanted = (
                "These figures have no indicator. Write its name or its id, or remove them. In a PivotTable: Design, "
                "Report Layout, Repeat All Item Labels."
            )
            self.faults.append(known.fault("", wanted))

    def _offer(self, known: str) -> str:
        """Suggest indicators for a name; the analyst must choose one."""
        several = self.names.called(known)
        if several:
            return f"More than one indicator has this name: {', '.join(several)}. Use the id instead."
        shown = clipped(known.replace('"', "'"))
        leave = f'To leave it out, add --skip "{shown}".'
        words = plain(known).split()
        if about := _OF_FIGURES & {*words[:1], *words[-1:]}:
            word = min(about)
            new = "if it is an indicator, describe it in data/indicators.csv first."
            return f"If it is the {word} of a figure, write only {word.capitalize()}, after that figure; {new} {leave}"
        near = self.names.near(known)
        if not near:
            new = "If it is new, describe it in data/indicators.csv first."
            return f"No indicator has this name, or a similar one. {new} {leave}"
        offers = "; ".join(f"{one} ({self.indicators[one]['short_name']}, {score:.0f}%)" for one, score in near)
        match = f'If the first is meant, add --match "{shown}={near[0][0]}".'
        return f"No indicator has this name. Most similar: {offers}. {match} {leave}"
