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
from quarterly.records.checks import check
from quarterly.records.compute import quarters_covered
from quarterly.records.define import Form, measures
from quarterly.records.doubts import Kind
from quarterly.records.layouts import load, read
from quarterly.records.layouts.reading import FileTables, coverage_of
from quarterly.records.schema import DAYS, by_dataset_name, tables
from quarterly.records.settings import read_words
from quarterly.records.sql import sql_of
from quarterly.records.store import Store
from quarterly.records.tables import Records, parts_of

COUNCIL = ROOT / "examples" / "harrowmere"
QUARTERS = Quarter(2024, 4).window(24)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("council")
    subprocess.run([sys.executable, COUNCIL / "simulate.py", folder, "--scale", "0.1", "--returns"], check=True)
    return folder


@pytest.fixture(scope="module")
def found(simulated: Path) -> FileTables:
    return read(simulated / "ssd")


@pytest.fixture(scope="module")
def truth(simulated: Path) -> pd.DataFrame:
    return pd.read_csv(simulated / "truth.csv").set_index(["indicator_id", "quarter"]).sort_index()


def typed(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Return a table as a database stores it: days as dates, numbers as numbers."""
    kinds = {column.column: column.kind for column in by_dataset_name()[table].columns}
    days = {name: pd.to_datetime(rows[name]) for name in rows if kinds[name] in DAYS}
    return rows.assign(**days, **{name: rows[name].astype(float) for name in rows if kinds[name] == "number"})


def in_sqlite(found: FileTables) -> BaseBackend:
    connection = sqlite3.connect(":memory:")
    for table, rows in found.tables.items():
        rows.to_sql(table, connection, index=False)
    return ibis.sqlite.from_connection(connection)


def connected(server: Server, user: str) -> BaseBackend:
    return ibis.postgres.connect(host="127.0.0.1", port=server.port, user=user, password=PASSWORD, database="postgres")


@pytest.fixture
def in_postgresql(found: FileTables) -> Iterator[BaseBackend]:
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
    """List the quarters whose counts differ from the truth."""
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
        if (quarters := differing(store.run(measure.totals(records), records), truth.loc[name], measure.form))
    }
    assert wrong == {}


#: The names that the checks give to each kind of dirt.
DIRT = {
    Kind.DUPLICATE: "duplicate rows",
    Kind.ORPHAN: "orphans",
    Kind.OVERLAP: "overlapping episodes",
    Kind.UNMAPPED: "unmapped words",
}


def test_dirt_is_counted_by_kind_and_changes_no_figure(dirty_council: Path) -> None:
    connection = load(read(dirty_council / "ssd"))
    # A visit without its child is also one without its plan.
    doubts = [each for each in check(connection, read_words(COUNCIL)).doubts if each.column != "cppv_cp_plan_id"]
    found = {(each.table, DIRT[each.kind]): each.count for each in doubts}
    dirt = pd.read_csv(dirty_council / "dirt.csv")
    # Only in tables that definitions read; days in other formats are read.
    known = dirt[dirt.kind.isin(DIRT.values()) & dirt.table.isin(by_dataset_name())]
    assert found == known.set_index(["table", "kind"]).number.to_dict()
    counted_truth = pd.read_csv(dirty_council / "truth.csv").set_index(["indicator_id", "quarter"]).sort_index()
    # For three indicators the records hold only the state on the day of the extract.
    assert sum(len(counted_truth.loc[name]) == len(QUARTERS) for name in measures()) == len(measures()) - 3
    assert_truth(connection, counted_truth)


def test_on_sqlite(found: FileTables, truth: pd.DataFrame) -> None:
    assert_truth(in_sqlite(found), truth)


def test_on_postgresql_by_a_read_only_user(in_postgresql: BaseBackend, truth: pd.DataFrame) -> None:
    assert_truth(in_postgresql, truth)


def test_as_printed_for_the_administrator_of_a_database(found: FileTables, truth: pd.DataFrame) -> None:
    connection = ibis.duckdb.connect()
    for table, rows in found.tables.items():
        connection.create_table(table, typed(table, rows))
    connection.create_table("quarterly_calendar", calendar())
    records = Records(read_words(COUNCIL))
    for name, measure in measures().items():
        counts = connection.raw_sql(sql_of(measure, records, QUARTERS[-1:], "duckdb")).df()
        assert differing(counts, truth.loc[name].loc[[str(QUARTERS[-1])]], measure.form) == [], name


#: Known differences between a return and the dataset: the number of cases a quarter.
ELSE = {
    # A case closed after assessment is not one that led to nothing.
    ("cin_census", "single-assessments-closure"): 1_000,
    # A conference without an enquiry is taken for that of a child who moved in.
    ("cin_census", "icpc-15-days"): 1,
    # Two identical plans of a child are one: they have no ids.
    ("cin_census", "repeat-child-protection-plans"): 1,
}


@pytest.mark.parametrize(
    ("source", "indicators", "figures"),
    [("annex_a.xlsx", 18, 28), ("903", 15, 278), ("cin", 12, 269), ("workforce", 3, 18)],
)
def test_returns_give_the_same_as_the_dataset_if_they_hold_enough(
    simulated: Path, found: FileTables, source: str, indicators: int, figures: int
) -> None:
    returned = read(simulated / source)
    coverage = coverage_of(returned.layout)
    assert coverage is not None
    records = Records(read_words(COUNCIL))
    # A return knows nothing that happened after its day.
    dataset, other = (Store(load(one), QUARTERS, QUARTERS[-1].ends) for one in (found, returned))
    wrong: dict[str, list[str]] = {}
    compared: dict[str, int] = {}
    for name, how in coverage.quarters.items():
        query = measures()[name].totals(records)
        reads = sorted(one for one in parts_of(query, records) if one in tables())
        if all(map(other.has, reads)):
            covered, _ = quarters_covered(measures()[name], other, reads, returned.whole_from, how)
            both = [store.run(query, records).set_index("quarter") for store in (dataset, other)]
            expected, counts = (frame.reindex(map(str, covered)).fillna(0).astype(float) for frame in both)
            differ = (expected - counts).abs().max(axis="columns") > ELSE.get((returned.layout, name), 0) + 1e-6
            wrong |= {name: list(expected.index[differ])} if differ.any() else {}
            compared[name] = len(covered)
    assert wrong == {}
    assert (len(compared), sum(compared.values())) == (indicators, figures)
