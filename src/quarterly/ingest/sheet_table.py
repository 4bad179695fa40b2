"""A table of a sheet: its columns by what they hold, and the cells of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell, Grid, SheetCell, is_number
from quarterly.ingest.headings import Column, Role, read_heading
from quarterly.ingest.titles import Title

#: The columns that may say what the figures of a row are.
_OF_LABELS = (Role.NAME, Role.KIND, Role.COMPARATOR, Role.UNUSED)


@dataclass(frozen=True)
class Table:
    """One table of a sheet."""

    grid: Grid  # the sheet
    columns: tuple[Column, ...]
    rows: tuple[int, ...]  # the rows under the heading that are not blank
    band: tuple[int, ...] = ()  # the rows of the heading
    title: Title = field(default_factory=Title)  # the period in the title, the sheet's name or the file's
    caption: SheetCell | None = None  # the cell with its own title, if each table of the sheet has one: its area
    names: tuple[SheetCell, ...] = ()  # if it is about one indicator, what may name it, the likeliest first
    # the rows with the target, counts or rating of the indicator in a row above them
    details: dict[int, dict[Role, int]] = field(default_factory=dict)
    astray: frozenset[int] = frozenset()  # such rows without their indicator above

    @cached_property
    def _by_role(self) -> dict[Role | None, list[Column]]:
        found: dict[Role | None, list[Column]] = {}
        for column in self.columns:
            found.setdefault(column.role, []).append(column)
        return found

    def of(self, role: Role) -> list[Column]:
        """List the columns with a role."""
        return self._by_role.get(role, [])

    @property
    def figures(self) -> list[Column]:
        """The columns of figures, of quarters and of months."""
        return [*self.of(Role.FIGURE), *self.of(Role.MONTH)]

    def row(self, number: int) -> TableRow:
        """Return a row by its number in the sheet."""
        return TableRow(self, number)

    @property
    def area(self) -> str:
        """The area that its own title names, or otherwise the sheet."""
        return self.caption.text if self.caption else self.grid.sheet

    @cached_property
    def last_figure(self) -> int:
        """The last row with a number in a column of figures; 0 if there is none."""
        return next((row for row in reversed(self.rows) if self.row(row).has_numbers), 0)


@dataclass(frozen=True)
class TableRow:
    """A row of a table."""

    table: Table
    number: int  # in the sheet

    @property
    def cells(self) -> dict[int, Cell]:
        """The cells that are not blank, by column."""
        return self.table.grid.rows[self.number]

    def at(self, column: int | None) -> SheetCell:
        """Return the cell in a column."""
        return SheetCell(self.table.grid, self.number, column)

    def of(self, role: Role) -> SheetCell:
        """Return the cell in the first column with a role, or what names the only indicator of the table."""
        if role is Role.NAME and self.table.names:
            return self.table.names[0]
        return self.at(next((column.place for column in self.table.of(role)), None))

    def parts(self, role: Role) -> list[tuple[SheetCell, Column]]:
        """List where an indicator's row has something: in columns of its own, or in a row below, under the figures."""
        found = [(self.at(column.place), column) for column in self.table.of(role)]
        if below := self.table.details.get(self.number, {}).get(role):
            under = self.table.row(below)
            found += [(under.at(column.place), replace(column, role=role)) for column in self.table.of(Role.FIGURE)]
        return found

    def of_quarter(self, role: Role, quarter: Quarter) -> SheetCell:
        """Return what an indicator's row has for a quarter."""
        found = (cell for cell, column in self.parts(role) if column.quarter in (None, quarter))
        return next(found, self.at(None))

    @property
    def is_comment(self) -> bool:
        """Whether the row is named Comments or the like and has no figures."""
        return read_heading(self.of(Role.NAME).cell).role is Role.NOTE and not self.has_numbers

    @property
    def has_numbers(self) -> bool:
        """Whether the row has a number in a column of figures."""
        return any(is_number(self.at(column.place).cell) for column in self.table.figures)

    @property
    def labels(self) -> list[int]:
        """The columns before the figures that have text in the row and may say what its figures are."""
        first = min((column.place for column in self.table.of(Role.FIGURE)), default=0)
        known = {one.place for one in self.table.columns if one.role not in _OF_LABELS}
        return [place for place in self.cells if place < first and place not in known]
