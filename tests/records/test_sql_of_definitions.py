"""The SQL printed for a database administrator is the query that gives the figures."""

from __future__ import annotations

import ibis
import pytest
import sqlglot

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import calendar
from quarterly.records.define import measures
from quarterly.records.schema import tables
from quarterly.records.sql import DIALECTS, sql_of
from quarterly.records.store import Store
from quarterly.records.tables import Records

QUARTER = Quarter(2023, 3)
WORDS = {"contact_type": {"request": "request_for_support"}, "role": {"worker": "social_worker"}}


def test_printed_sql_gives_the_same_as_the_definition() -> None:
    connection = ibis.duckdb.connect()
    for table in tables().values():
        columns = ", ".join(
            f"{c.column} {'DATE' if c.kind in ('event', 'end', 'day', 'due') else 'VARCHAR'}" for c in table.columns
        )
        connection.raw_sql(f"CREATE TABLE {table.table} ({columns})")
    # 45 working days after 1 August end on 4 October: 28 August is a bank holiday.
    rows = (
        ("a", "2023-08-01", "2023-10-04"),
        ("b", "2023-08-01", "2023-10-05 09:30"),
        ("b", "2023-08-01", "2023-10-05 09:30"),
        ("c", None, "2023-12-31 23:59"),
        ("d", "2023-08-01", "2024-01-01"),
    )
    assessed = ", ".join(f"cina_assessment_{name}" for name in ("id", "start_date", "auth_date"))
    for row in rows:
        connection.con.execute(f"INSERT INTO ssd_cin_assessments ({assessed}) VALUES (?, ?, ?)", row)  # noqa: S608
    connection.create_table("quarterly_calendar", calendar())
    measure, records = measures()["single-assessments-45-days"], Records(WORDS)
    printed = connection.raw_sql(sql_of(measure, records, [QUARTER], "duckdb")).fetchall()
    assert printed == [("2023-24-Q3", 1.0, 3.0)]
    connection.drop_table("quarterly_calendar")
    given = Store(connection, [QUARTER]).run(measure.totals(records), records)
    assert [tuple(row) for row in given.to_numpy()] == printed


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_definition_with_steps_is_one_statement_in_each_dialect(dialect: str) -> None:
    text = sql_of(measures()["short-term-placement-stability"], Records(WORDS), [QUARTER], dialect)
    parts = sqlglot.parse_one(text, dialect="tsql" if dialect == "mssql" else dialect).find_all(sqlglot.exp.CTE)
    assert {"quarterly_care_episodes", "quarterly_in_care", "quarterly_placements"} <= {part.alias for part in parts}
