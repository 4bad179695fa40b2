"""The query of a definition as SQL: written for database administrators, and read for the columns that it needs."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import sqlglot
from ibis.expr.operations import UnboundTable
from ibis.expr.types import Table as Rows
from sqlglot import exp
from sqlglot.optimizer.merge_subqueries import merge_subqueries
from sqlglot.optimizer.optimizer import optimize
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import periods
from quarterly.records.define import Measure
from quarterly.records.schema import DAYS, tables
from quarterly.records.tables import STAGED, TYPES, Records, cleaned, parts_of

DIALECTS = ("databricks", "duckdb", "mssql", "oracle", "postgres", "snowflake", "sqlite")
#: sqlglot's names for dialects that Ibis names differently.
_GLOT = {"mssql": "tsql"}
#: Columns that only break a tie between two rows.
_TIE_BREAKERS = {"team"}


def sql_of(measure: Measure, records: Records, quarters: list[Quarter], dialect: str) -> str:
    """Return the query that counts a measure, on the dataset's own tables and ``quarterly_calendar``.

    Each table and each step is a common table expression (``WITH``), with its name in definitions.
    """
    query = measure.totals(records)
    script = _parsed(query, dialect, merge_subqueries)
    # These come before the query's own common table expressions, which read them.
    own = script.args["with_"].expressions if script.args.get("with_") else []
    first = [
        exp.CTE(
            this=_parsed(_defined(name, records, quarters), dialect, merge_subqueries),
            alias=exp.TableAlias(this=exp.to_identifier(STAGED + name, quoted=True)),
        )
        for name in parts_of(query, records)
        if name != "calendar"
    ]
    script.set("with_", exp.With(expressions=[*first, *own]))
    return script.sql(dialect=_GLOT.get(dialect, dialect), pretty=True)


def _parsed(rows: Rows, dialect: str, *further: Callable[..., exp.Expr]) -> exp.Expr:
    """Parse the SQL of a query, without the columns that nothing uses: Ibis selects every column of a table."""
    glot = _GLOT.get(dialect, dialect)
    text = sqlglot.parse_one(str(ibis.to_sql(rows, dialect=dialect)), dialect=glot, into=exp.Select)
    # Ibis nests queries a dozen deep, with every column at each level. Each part is simplified separately: once they
    # are combined, sqlglot confuses tables in two parts that have the same alias.
    return optimize(text, dialect=glot, rules=[qualify, pushdown_projections, *further])


def _defined(name: str, records: Records, quarters: list[Quarter]) -> Rows:
    """Return the query of a step, of the quarters, or of a table as definitions see it."""
    if name in records.steps:
        return records.steps[name]
    if name == "quarters":
        return _constants(quarters)
    table = tables()[name]
    # The dataset stores days with a time.
    columns = {c.column: "timestamp" if c.kind in DAYS else TYPES.get(c.kind, "string") for c in table.columns}
    return cleaned(ibis.table(columns, name=table.table), table)


def _constants(quarters: list[Quarter]) -> Rows:
    rows = []
    for row in periods(quarters).to_dict("records"):
        first, *rest = [ibis.literal(value).name(name) for name, value in row.items()]
        rows.append(first.as_table().mutate(*rest))
    return ibis.union(*rows) if len(rows) > 1 else rows[0]


def columns_needed(query: Rows, records: Records) -> dict[str, set[str]]:
    """Return the columns that a query needs, by table, with the names used in definitions.

    If a table lacks one of them, it would otherwise be read as blank.
    """
    found: dict[str, set[str]] = {}
    for select in _parsed(_whole(query, records), "duckdb").find_all(exp.Select):
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
