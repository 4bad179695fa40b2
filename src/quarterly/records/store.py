"""Where records are held while figures are computed: DuckDB for files, or the council's own database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import ibis
import pandas as pd
from ibis.backends import BaseBackend
from ibis.expr.types import Table as Rows

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import FIRST, calendar, periods
from quarterly.records.schema import BLANK_IS_N, tables
from quarterly.records.tables import STAGED, Records, cleaned, known_on, named, parts_of


class Store:
    """A connection to records, and the temporary tables in it that definitions read.

    The connection must allow temporary tables; nothing else is written to it. ``quarters`` are those to compute. With
    ``as_at``, the records are used as they were known on that day. ``unique`` has the short names of the tables whose
    rows each have their own id: the others are sorted here.
    """

    def __init__(
        self, connection: BaseBackend, quarters: list[Quarter], as_at: date | None = None, unique: Collection[str] = ()
    ) -> None:
        self._connection, self._as_at, self._unique = connection, as_at, unique
        self.quarters = quarters
        self._held = {name.lower(): name for name in connection.list_tables()}
        self._staged: set[str] = set()
        self._lacks: dict[str, set[str]] = {}
        self._first_and_last: dict[str, list[date | None]] = {}
        self._put("calendar", ibis.memtable(calendar()))
        self._put("quarters", ibis.memtable(periods(quarters)))

    def has(self, name: str) -> bool:
        """Return whether the records have a table, given its short name."""
        return tables()[name].table in self._held

    def lacks(self, name: str) -> set[str]:
        """Return the short names of the columns that a table should have and does not, or that are blank throughout."""
        if name not in self._lacks:
            table = tables()[name]
            raw = self._connection.table(self._held[table.table])
            there = {column.lower() for column in raw.columns}
            absent = {column.name for column in table.columns if column.column.lower() not in there}
            kinds = ("flag", "code", "word", "json", "number")
            filled = [c.name for c in table.of_kind(*kinds) if c.name not in absent and c.detail != BLANK_IS_N]
            rows = named(raw, table)
            # Flags of which none is Y are written in another way.
            set_ = {c.name: rows[c.name].upper().replace(" ", "").contains(':"Y"') for c in table.of_kind("json")}
            numbers = {name: rows[name].count(where=set_.get(name)) for name in filled}
            counts = self._connection.execute(rows.aggregate(rows_=rows.count(), **numbers)).iloc[0]
            self._lacks[name] = absent | {column for column in filled if counts["rows_"] and not counts[column]}
        return self._lacks[name]

    def first_day(self, name: str) -> date | None:
        """Return the first day in a table, without days such as 1900-01-01; None if it has no rows."""
        return self._days(name)[0]

    @property
    def last_day(self) -> date | None:
        """The last day, in the quarters or before them, of any event in the tables whose days were looked at."""
        known = [days[1] for name, days in self._first_and_last.items() if tables()[name].of_kind("event") and days[1]]
        return max(known, default=None)

    def _days(self, name: str) -> list[date | None]:
        if name not in self._first_and_last:
            columns = tables()[name].of_kind("event") or tables()[name].of_kind("due")
            self._stage_table(name)
            rows = self._connection.table(STAGED + name)
            day, until = rows[columns[0].name], ibis.literal(self.quarters[-1].ends)
            after, before = day.cast("date") >= ibis.literal(FIRST), day.cast("date") <= until
            found = self._connection.execute(rows.aggregate(first=day.min(where=after), last=day.max(where=before)))
            self._first_and_last[name] = [
                None if pd.isna(each) else pd.Timestamp(each).date() for each in found.iloc[0]
            ]
        return self._first_and_last[name]

    def run(self, query: Rows, records: Records) -> pd.DataFrame:
        """Run a query, after staging the tables and steps that it reads."""
        self._stage(query, records)
        return self._connection.execute(query)

    def _stage(self, query: Rows, records: Records) -> None:
        for name in parts_of(query, records):
            if name in tables():
                self._stage_table(name)
            elif name not in self._staged:
                self._put(name, records.steps[name])

    def _stage_table(self, name: str) -> None:
        if name in self._staged:
            return
        table = tables()[name]
        rows = self._connection.table(self._held[table.table])
        known = named(rows, table) if name in self._unique else cleaned(rows, table)
        if self._as_at is not None:
            known = known_on(known, table, self._as_at)
        if self._connection.name == "duckdb" and name in self._unique:
            self._connection.create_view(STAGED + name, known, overwrite=True)
            self._staged.add(name)
        else:
            self._put(name, known)

    def _put(self, name: str, rows: Rows) -> None:
        temporary_table(self._connection, STAGED + name, rows)
        self._staged.add(name)


def temporary_table(connection: BaseBackend, name: str, rows: Rows) -> Rows:
    """Store rows in a temporary table."""
    in_duckdb = connection.name == "duckdb"
    if in_duckdb:
        # There, Ibis replaces a table by copying it a second time.
        connection.drop_table(name, force=True)
    kept = connection.create_table(name, rows, temp=True, overwrite=not in_duckdb)
    if connection.name == "postgres":
        # PostgreSQL has no statistics for a new temporary table: without them, a join of a council's contacts takes ten
        # minutes instead of two seconds.
        connection.raw_sql(f"ANALYZE {name}").close()
    return kept
