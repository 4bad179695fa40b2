"""The columns that a definition needs, found from its query: a missing column would otherwise be read as blank."""

from __future__ import annotations

import ibis
import sqlglot
from ibis.expr.operations import UnboundTable
from ibis.expr.types import Table as Rows
from sqlglot import exp
from sqlglot.optimizer.optimizer import optimize
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify

from quarterly.records.tables import STAGED, Records

#: Columns that only break a tie between two rows.
_TIE_BREAKERS = {"team"}


def needs(query: Rows, records: Records) -> dict[str, set[str]]:
    """Return the columns that a query needs, by table, with the names used in definitions."""
    text = sqlglot.parse_one(str(ibis.to_sql(_whole(query, records), dialect="duckdb")), dialect="duckdb")
    # Ibis selects every column of a table: remove those that nothing uses.
    tree = optimize(text, dialect="duckdb", rules=[qualify, pushdown_projections])
    found: dict[str, set[str]] = {}
    for select in tree.find_all(exp.Select):
        own = [table for table in select.find_all(exp.Table) if table.parent_select is select]
        names = {table.alias_or_name: table.name.removeprefix(STAGED) for table in own}
        for column in select.find_all(exp.Column):
            if column.table in names and column.name not in _TIE_BREAKERS:
                found.setdefault(names[column.table], set()).add(column.name)
    return found


def _whole(query: Rows, records: Records) -> Rows:
    """Inline the queries of steps into the query that reads them."""
    steps = {
        node: records.steps[node.name.removeprefix(STAGED)].op()
        for node in query.op().find(UnboundTable)
        if node.name.removeprefix(STAGED) in records.steps
    }
    return _whole(query.op().replace(steps).to_expr(), records) if steps else query
