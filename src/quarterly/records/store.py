"""Where records are while figures are made of them: DuckDB for files, or the council's own database."""

from __future__ import annotations

from datetime import date

import ibis
import pandas as pd
from ibis.backends import BaseBackend
from ibis.expr.types import Table as Rows

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import calendar, periods
from quarterly.records.schema import tables
from quarterly.records.tables import STAGED, Records, cleaned, known_on, reads


class Store:
    """A connection with the records, and the temporary tables that definitions read in it.

    Parameters
    ----------
    connection : ibis backend
        It must allow temporary tables; nothing else is written to it.
    quarters : list of Quarter
        The quarters that are asked about.
    as_at : date, optional
        The day on which the records are looked at: what happened later is not known then.
    """

    def __init__(self, connection: BaseBackend, quarters: list[Quarter], as_at: date | None = None) -> None:
        self._connection, self._as_at = connection, as_at
        self._held = {name.lower(): name for name in connection.list_tables()}
        self._staged: set[str] = set()
        self._put("calendar", ibis.memtable(calendar()))
        self._put("quarters", ibis.memtable(periods(quarters)))

    def has(self, name: str) -> bool:
        """Return whether the records have a table, by its short name."""
        return tables()[name].table in self._held

    def run(self, query: Rows, records: Records) -> pd.DataFrame:
        """Run a query, with the tables and steps that it reads."""
        self._stage(query, records)
        return self._connection.execute(query)

    def _stage(self, query: Rows, records: Records) -> None:
        for name in reads(query):
            if name not in self._staged:
                rows = self._prepared(name) if name in tables() else records.steps[name]
                self._stage(rows, records)
                self._put(name, rows)

    def _prepared(self, name: str) -> Rows:
        table = tables()[name]
        rows = cleaned(self._connection.table(self._held[table.table]), table)
        return rows if self._as_at is None else known_on(rows, table, self._as_at)

    def _put(self, name: str, rows: Rows) -> None:
        self._connection.create_table(STAGED + name, rows, temp=True, overwrite=name in self._staged)
        self._staged.add(name)
