"""The query of a definition as SQL, for database administrators."""

from __future__ import annotations

import ibis
import sqlglot
from ibis.expr.types import Table as Rows
from sqlglot import exp
from sqlglot.optimizer.merge_subqueries import merge_subqueries
from sqlglot.optimizer.optimizer import optimize
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import periods
from quarterly.records.compute import counted
from quarterly.records.define import Measure
from quarterly.records.schema import DAYS, tables
from quarterly.records.tables import STAGED, TYPES, Records, cleaned, parts_of

DIALECTS = ("databricks", "duckdb", "mssql", "oracle", "postgres", "snowflake", "sqlite")


def sql_of(measure: Measure, records: Records, quarters: list[Quarter], dialect: str, **chosen: int | str) -> str:
    """Return the query that counts a measure, on the dataset's own tables and ``quarterly_calendar``.

    Each table and each step is a common table expression (``WITH``), with its name in definitions.
    """
    query = counted(measure, records, **chosen)
    script = _parsed(query, dialect)
    # These come before the query's own common table expressions, which read them.
    own = script.args["with_"].expressions if script.args.get("with_") else []
    first = [
        exp.CTE(
            this=_parsed(_defined(name, records, quarters), dialect),
            alias=exp.TableAlias(this=exp.to_identifier(STAGED + name, quoted=True)),
        )
        for name in parts_of(query, records)
        if name != "calendar"
    ]
    script.set("with_", exp.With(expressions=[*first, *own]))
    return script.sql(dialect=_GLOT.get(dialect, dialect), pretty=True)


def _parsed(rows: Rows, dialect: str) -> exp.Expr:
    glot = _GLOT.get(dialect, dialect)
    text = sqlglot.parse_one(str(ibis.to_sql(rows, dialect=dialect)), dialect=glot, into=exp.Select)
    # Ibis nests queries a dozen deep, with every column at each level. Each part is simplified separately: once they
    # are combined, sqlglot confuses tables in two parts that have the same alias.
    return optimize(text, dialect=glot, rules=[qualify, pushdown_projections, merge_subqueries])


#: sqlglot's names for dialects that Ibis names differently.
_GLOT = {"mssql": "tsql"}


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
