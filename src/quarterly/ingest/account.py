"""Record which cells of an extract were read, and list the others as remarks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from quarterly.ingest.grid import Grid, SheetCell, clipped, is_number
from quarterly.ingest.headings import Role, qualifiers, read_heading
from quarterly.ingest.layout import ABOUT
from quarterly.ingest.sheet_table import Table, TableRow


@dataclass
class Account:
    """The cells that were read or already reported; `remarks` lists all the rest."""

    # the cells that were read, by sheet, row and column
    read: set[tuple[str, int | None, int | None]] = field(default_factory=set)
    # the first cell of each row that has a remark as a whole
    reported: set[tuple[str, int | None, int | None]] = field(default_factory=set)

    def mark_read(self, *cells: SheetCell) -> None:
        """Record that cells were read, except those of columns that the table does not have."""
        self.read.update(one.where for one in cells if one.column)

    def mark_labels(self, table: Table) -> None:
        """Record that the words beside figures were read, such as Actual and Target, where their row was."""
        unknown = {column.place for column in table.of(Role.COMPARATOR)}
        for head, own in table.details.items():
            for row in map(table.row, (head, *own.values())):
                labels = [row.at(place) for place in row.labels if place not in unknown]
                alone = [label for label in labels if read_heading(label.cell).role is Role.FIGURE]
                if any(map(self.is_read, map(row.at, row.cells))):
                    self.mark_read(*(alone if row.number == head else [*labels, *map(row.of, ABOUT)]))

    def mark_reported(self, row: TableRow) -> None:
        """Record that a row already has its own remark."""
        self.reported.add(row.at(min(row.cells)).where)

    def remarks(self, grid: Grid, tables: list[Table]) -> list[str]:
        """List everything in a sheet that was not read: hidden parts, columns, rows, single cells and titles.

        A sheet without tables gets a single remark.
        """
        hidden = [f"Hidden, not read: {part} ({grid.place})" for part in sorted(grid.hidden)]
        if not tables:
            return hidden + ([f"No table of figures: {grid.place}"] if grid.rows else [])
        found = [remark for table in tables for remark in self._of_table(table)]
        rows = (table.row(row) for table in tables for row in (*table.band, *table.rows))
        inside = {row.at(column).where for row in rows for column in row.cells} | self.read
        every = (SheetCell(grid, row, column) for row, cells in grid.rows.items() for column in cells)
        unread = [at for at in every if at.where not in inside]
        titles = [f"Not read: {clipped(at.text)} ({at.place})" for at in unread]
        marked = (SheetCell(grid, row, one) for row, cells in grid.rows.items() for one in cells if cells[one].mark)
        marks = [at.name for at in marked]
        why = "hidden rows and columns were read, errors are blank and superscripts and number formats are not known"
        bare = [f"In this kind of workbook {why}; save it as .xlsx: {grid.place}"] if grid.bare else []
        told = [f"Superscripts or words struck out: {', '.join(marks[:20])} ({grid.place})"] if marks else []
        names = f"{', '.join(grid.coloured[:20])}{' and others' if len(grid.coloured) > 20 else ''}"
        told += [f"Colours, not read: {names} ({grid.place}); write Green, Amber or Red"] if grid.coloured else []
        return [*hidden, *titles, *found, *told, *bare]

    def is_read(self, at: SheetCell) -> bool:
        """Return whether a cell was read."""
        return at.where in self.read

    def columns_read(self, table: Table) -> set[int]:
        """Return the columns of a table with a cell that was read."""
        return {one for row in map(table.row, table.rows) for one in row.cells if self.is_read(row.at(one))}

    def _of_table(self, table: Table) -> list[str]:
        grid = table.grid
        used = self.columns_read(table)
        row_word, column_word = ("Column", "Row") if grid.turned else ("Row", "Column")
        areas = {column.place for column in table.of(Role.AREA)}  # an area is also read for the rows below
        unreported = [row for row in map(table.row, table.rows) if row.at(min(row.cells)).where not in self.reported]
        left = {row.number for row in unreported if any(self.is_read(row.at(one)) for one in row.cells.keys() - areas)}
        cells = (SheetCell(grid, row, one) for row in (*table.band, *sorted(left)) for one in grid.rows[row])
        unread = [(at.row, at.column or 0, at.text) for at in cells if not self.is_read(at)]
        colours = {column.place: "; write Green, Amber or Red as words" for column in table.of(Role.RAG)}
        found = [
            f"{column_word} not read: {clipped(text or 'no heading')} ({grid.column_in_sheet(column)}, {grid.place})"
            f"{colours.get(column, '')}"
            for column in sorted({column for _, column, _ in unread} - used)
            if (text := _heading(table, column)) or any(column in grid.rows[row] for row in left)
        ]
        for cells_of_row in (grid.rows[row.number] for row in unreported if row.number not in left):
            why = "not used" if any(map(is_number, cells_of_row.values())) else "without figures, not read"
            found.append(
                f"{row_word} {why}: {clipped(' '.join(cell.text for _, cell in sorted(cells_of_row.items())))}"
            )
        single = Counter((column, text) for row, column, text in unread if row in left and column in used)
        for (column, text), count in single.items():
            times = "" if count == 1 else f", {count} times"
            heading = clipped(_heading(table, column), 40) or grid.column_in_sheet(column)
            found.append(f"Cell not read: {clipped(text)}{times} (under {heading}, {grid.place})")
        figures = {column.place for column in table.of(Role.FIGURE)}  # words above these are raised as doubts instead
        found += [
            f"Words of a heading, not read: {clipped(grid.cell(row, column).text)} ({grid.place})"
            for row in table.band
            for column in sorted((used - figures) & grid.rows[row].keys())
            if not (is_understood(table, row, column) or self.is_read(SheetCell(grid, row, column)))
        ]
        said = {word for column in used for word in qualifiers(_heading(table, column))}
        return found + [f"A heading says {word} ({grid.place})" for word in sorted(said)]


def is_understood(table: Table, row: int, column: int) -> bool:
    """Return whether the words of a heading above a column are understood; they may name a comparator or indicator."""
    if any((at.row, at.column) == (row, column) for at in table.names):
        return True
    heading = read_heading(table.grid.cell(row, column))
    compared = any(one.place == column for one in [*table.of(Role.COMPARATOR), *table.of(Role.QUARTER)])
    return heading.role is not None or heading.year is not None or not heading.words or compared


def _heading(table: Table, column: int) -> str:
    return " ".join(table.grid.cell(row, column).text for row in table.band).strip()
