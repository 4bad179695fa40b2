"""Each definition counts, in every quarter and on every database, what the simulated council counted as it lived."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ibis
import pandas as pd
import psycopg
import pytest
from conftest import ROOT
from ibis.backends import BaseBackend
from postgres import PASSWORD, READER, Server, postgresql

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import calendar
from quarterly.records.compute import counted
from quarterly.records.define import Form, measures
from quarterly.records.layouts import Read, load, read
from quarterly.records.schema import DAYS, by_dataset_name
from quarterly.records.settings import read_words
from quarterly.records.sql import sql_of
from quarterly.records.store import Store
from quarterly.records.tables import Records

COUNCIL = ROOT / "examples" / "harrowmere"
QUARTERS = Quarter(2024, 4).window(24)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("council")
    subprocess.run([sys.executable, COUNCIL / "simulate.py", folder, "--scale", "0.1"], check=True)
    return folder


@pytest.fixture(scope="module")
def found(simulated: Path) -> Read:
    return read(simulated / "ssd")


@pytest.fixture(scope="module")
def truth(simulated: Path) -> pd.DataFrame:
    return pd.read_csv(simulated / "truth.csv").set_index(["indicator_id", "quarter"]).sort_index()


def typed(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table as a database keeps it: days as days, numbers as numbers."""
    kinds = {column.column: column.kind for column in by_dataset_name()[table].columns}
    days = {name: pd.to_datetime(rows[name]) for name in rows if kinds[name] in DAYS}
    return rows.assign(**days, **{name: rows[name].astype(float) for name in rows if kinds[name] == "number"})


def in_sqlite(found: Read) -> BaseBackend:
    connection = sqlite3.connect(":memory:")
    for table, rows in found.tables.items():
        rows.to_sql(table, connection, index=False)
    return ibis.sqlite.from_connection(connection)


def connected(server: Server, user: str) -> BaseBackend:
    return ibis.postgres.connect(host="127.0.0.1", port=server.port, user=user, password=PASSWORD, database="postgres")


@pytest.fixture
def in_postgresql(found: Read) -> Iterator[BaseBackend]:
    with postgresql() as server:
        owner = f"host=127.0.0.1 port={server.port} user=postgres password={PASSWORD} dbname=postgres"
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f"create role {READER} login password '{PASSWORD}'".encode())
        writer = connected(server, "postgres")
        for table, rows in found.tables.items():
            writer.create_table(table, typed(table, rows))
            writer.raw_sql(f"grant select on {table} to {READER}")
        yield connected(server, READER)


def differing(counts: pd.DataFrame, expected: pd.DataFrame, form: Form) -> list[str]:
    """List the quarters whose counts are not the truth."""
    given = counts.set_index("quarter").reindex(expected.index).fillna(0).astype(float)
    parts = ["numerator", "denominator"] if form in (Form.SHARE, Form.MEAN) else ["numerator"]
    wrong = ((given[parts] - expected[parts]).abs() > 1e-6).any(axis="columns")
    return list(expected.index[wrong])


def assert_truth(connection: BaseBackend, truth: pd.DataFrame) -> None:
    records, store = Records(read_words(COUNCIL)), Store(connection, QUARTERS)
    known = measures()
    assert set(known) == set(truth.index.get_level_values("indicator_id"))
    wrong = {
        name: quarters
        for name, measure in known.items()
        if (quarters := differing(store.run(counted(measure, records), records), truth.loc[name], measure.form))
    }
    assert wrong == {}


def test_on_duckdb_with_rows_that_are_there_twice(found: Read, truth: pd.DataFrame) -> None:
    doubled = {table: pd.concat([rows, rows.iloc[::7]]) for table, rows in found.tables.items()}
    whole = [name for name in measures() if len(truth.loc[name]) == len(QUARTERS)]
    assert len(whole) == 46
    assert_truth(load(Read(doubled, found.layout)), truth)


def test_on_sqlite(found: Read, truth: pd.DataFrame) -> None:
    assert_truth(in_sqlite(found), truth)


def test_on_postgresql_by_somebody_who_may_only_read(in_postgresql: BaseBackend, truth: pd.DataFrame) -> None:
    assert_truth(in_postgresql, truth)


def test_as_printed_for_the_administrator_of_a_database(found: Read, truth: pd.DataFrame) -> None:
    connection = ibis.duckdb.connect()
    for table, rows in found.tables.items():
        connection.create_table(table, typed(table, rows))
    connection.create_table("quarterly_calendar", calendar())
    records = Records(read_words(COUNCIL))
    for name, measure in measures().items():
        counts = connection.raw_sql(sql_of(measure, records, QUARTERS[-1:], "duckdb")).df()
        assert differing(counts, truth.loc[name].loc[[str(QUARTERS[-1])]], measure.form) == [], name
