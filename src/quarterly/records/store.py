"""Where records are held while figures are computed: DuckDB for files, or the council's own database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import ibis
import pandas as pd
from ibis.backends import BaseBackend
from ibis.expr.types import Table as Rows

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import calendar, periods
from quarterly.records.schema import Table, tables
from quarterly.records.tables import STAGED, Records, cleaned, known_on, named, numbered, reads


class Store:
    """A connection to records, and the temporary tables in it that definitions read.

    The connection must allow temporary tables; nothing else is written to it. ``quarters`` are those to compute. With
    ``as_at``, the records are used as they were known on that day. ``shared`` has the shared ids of tables that were
    checked (`quarterly.records.checks`); those of other tables are found here.
    """

    def __init__(
        self,
        connection: BaseBackend,
        quarters: list[Quarter],
        as_at: date | None = None,
        shared: Mapping[str, Rows] = MappingProxyType({}),
    ) -> None:
        self._connection, self._as_at, self._shared = connection, as_at, shared
        self.quarters = quarters
        self._held = {name.lower(): name for name in connection.list_tables()}
        self._staged: set[str] = set()
        self._first_days: dict[str, date | None] = {}
        self._put("calendar", ibis.memtable(calendar()))
        self._put("quarters", ibis.memtable(periods(quarters)))

    def has(self, name: str) -> bool:
        """Return whether the records have a table, given its short name."""
        return tables()[name].table in self._held

    def lacks(self, name: str) -> set[str]:
        """Return the short names of the columns that a table should have and does not."""
        table = tables()[name]
        there = {column.lower() for column in self._connection.table(self._held[table.table]).columns}
        return {column.name for column in table.columns if column.column.lower() not in there}

    def first_day(self, name: str) -> date | None:
        """Return the first day in a table; None if it has no rows."""
        if name not in self._first_days:
            columns = tables()[name].of_kind("event") or tables()[name].of_kind("due")
            self._stage_table(name)
            found = self._connection.execute(self._connection.table(STAGED + name)[columns[0].name].min())
            self._first_days[name] = None if pd.isna(found) else pd.Timestamp(found).date()
        return self._first_days[name]

    def run(self, query: Rows, records: Records) -> pd.DataFrame:
        """Run a query, after staging the tables and steps that it reads."""
        self._stage(query, records)
        return self._connection.execute(query)

    def _stage(self, query: Rows, records: Records) -> None:
        for name in reads(query):
            if name in tables():
                self._stage_table(name)
            elif name not in self._staged:
                self._stage(records.steps[name], records)
                self._put(name, records.steps[name])

    def _stage_table(self, name: str) -> None:
        if name in self._staged:
            return
        table = tables()[name]
        rows = self._connection.table(self._held[table.table])
        if self._connection.name == "duckdb":
            known = self._known(self._without_copies(name, rows), table)
            self._connection.create_view(STAGED + name, known, overwrite=True)
            self._staged.add(name)
        else:
            self._put(name, self._known(cleaned(rows, table), table))

    def _without_copies(self, name: str, rows: Rows) -> Rows:
        """Remove copies as `cleaned` does, but sort only the rows that share an id."""
        table, key = tables()[name], tables()[name].key.name
        placed = named(rows, table, place=rows.rowid())
        shared = self._shared.get(name, placed.group_by(id=placed[key]).having(placed.count() > 1).aggregate())
        doubted = placed.filter(placed[key].isnull() | placed[key].isin(shared.id.cast("string")))
        copies = numbered(doubted, table).filter((ibis._.copy > 0) | ibis._[key].isnull()).select("place")
        self._put(f"copies_{name}", copies)
        return placed.anti_join(self._connection.table(f"{STAGED}copies_{name}"), "place").drop("place")

    def _known(self, rows: Rows, table: Table) -> Rows:
        return rows if self._as_at is None else known_on(rows, table, self._as_at)

    def _put(self, name: str, rows: Rows) -> None:
        temporary_table(self._connection, STAGED + name, rows)
        self._staged.add(name)


def temporary_table(connection: BaseBackend, name: str, rows: Rows) -> Rows:
    """Store rows in a temporary table."""
    kept = connection.create_table(name, rows, temp=True, overwrite=True)
    if connection.name == "postgres":
        # PostgreSQL has no statistics for a new temporary table: without them, a join of a council's contacts takes ten
        # minutes instead of two seconds.
        connection.raw_sql(f"ANALYZE {name}").close()
    return kept
