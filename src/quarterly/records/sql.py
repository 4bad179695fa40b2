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
from quarterly.records.tables import STAGED, TYPES, Records, cleaned, reads

DIALECTS = ("databricks", "duckdb", "mssql", "oracle", "postgres", "snowflake", "sqlite")


def sql_of(measure: Measure, records: Records, quarters: list[Quarter], dialect: str, **chosen: int | str) -> str:
    """Return the query that counts a measure, on the dataset's own tables and ``quarterly_calendar``.

    Each table and each step is a common table expression (``WITH``), with its name in definitions.
    """
    parts: dict[str, Rows] = {}
    query = counted(measure, records, **chosen)
    _add(query, records, quarters, parts)
    script = _parsed(query, dialect)
    # These come before the query's own common table expressions, which read them.
    own = script.args["with_"].expressions if script.args.get("with_") else []
    named = {STAGED + name: _parsed(rows, dialect) for name, rows in parts.items()}
    first = [
        exp.CTE(this=part, alias=exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        for name, part in named.items()
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


def _add(query: Rows, records: Records, quarters: list[Quarter], parts: dict[str, Rows]) -> None:
    for name in reads(query):
        if name in parts or name == "calendar":
            continue
        if name in records.steps:
            _add(records.steps[name], records, quarters, parts)
            parts[name] = records.steps[name]
        elif name == "quarters":
            parts[name] = _constants(quarters)
        else:
            table = tables()[name]
            # The dataset stores days with a time.
            columns = {c.column: "timestamp" if c.kind in DAYS else TYPES.get(c.kind, "string") for c in table.columns}
            parts[name] = cleaned(ibis.table(columns, name=table.table), table)


def _constants(quarters: list[Quarter]) -> Rows:
    rows = []
    for row in periods(quarters).to_dict("records"):
        first, *rest = [ibis.literal(value).name(name) for name, value in row.items()]
        rows.append(first.as_table().mutate(*rest))
    return ibis.union(*rows) if len(rows) > 1 else rows[0]
