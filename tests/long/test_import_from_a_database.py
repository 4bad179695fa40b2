"""Figures come from PostgreSQL, on a real server, and SQLite: no password is shown, and no query writes."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, Project
from extracts import Q4, fingerprint, values
from postgres import PASSWORD, READER, Server, postgresql

from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import DatabaseFailed, ExtractUnreadable
from quarterly.data.load import Basket
from quarterly.ingest import database
from quarterly.ingest.extract import read_extract

TABLE = """
create table kpi (kpi text, period text, result numeric, num integer, denom integer, symbol text);
insert into kpi values
  ('agency-workers', '2023-24-Q4', 16, null, null, null),
  ('Average caseload of allocated Social Workers', '2023-24-Q4', 14.26, null, null, null),
  ('case-supervisions-in-time', '2023-24-Q4', 70.1, 70, 100, null),
  ('isros-over-55-children', '2023-24-Q4', null, null, null, 'c'),
  ('agency-workers', '2023-24-Q3', 18, null, null, null);
"""
QUERY = """
-- 100% of the indicators; the colon in this text: is no parameter
select kpi as indicator, period as quarter, result as value, num as numerator, denom as denominator, symbol as missing
from kpi where kpi like '%' order by period, kpi
"""
FIGURES = {
    "agency-workers": 16,
    "average-caseload": 14.3,
    "case-supervisions-in-time": 70,
    "isros-over-55-children": "c",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Start a server with the table."""
    with postgresql() as started:
        fill(started.port)
        yield started


def fill(port: int) -> None:
    """Create the database, its table, and a reader who could also write."""
    import psycopg

    owner = f"host=127.0.0.1 port={port} user=postgres password={PASSWORD}"
    with psycopg.connect(f"{owner} dbname=postgres", autocommit=True) as connection:
        connection.execute("create database reports")
        connection.execute(f"create role {READER} login password '{PASSWORD}'".encode())
    with psycopg.connect(f"{owner} dbname=reports") as connection:
        connection.execute(TABLE.encode())
        connection.execute("create sequence counted")
        connection.execute(f"grant all on kpi, counted to {READER}".encode())


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the password in the environment."""
    monkeypatch.setenv("QUARTERLY_DATABASE_PASSWORD", PASSWORD)
    monkeypatch.delenv("PGPASSWORD", raising=False)


@pytest.fixture
def lite(tmp_path: Path) -> str:
    """Make the same table in SQLite."""
    connection = sqlite3.connect(tmp_path / "figures.db")
    connection.executescript(TABLE)
    connection.close()
    return f"sqlite:///{(tmp_path / 'figures.db').as_posix()}"


@pytest.mark.usefixtures("password")
def test_a_query_to_postgresql_is_read_like_a_file(server: Server, basket: Basket) -> None:
    grid, shown = database.run_query(server.address(), QUERY)
    assert values(read_extract([grid], basket, Q4)) == FIGURES
    assert shown == f"postgresql://127.0.0.1:{server.port}/reports"


def test_a_query_to_sqlite_is_read_like_a_file(lite: str, basket: Basket) -> None:
    grid, _ = database.run_query(lite, QUERY)
    assert values(read_extract([grid], basket, Q4)) == FIGURES


def test_the_command_imports_from_postgresql_and_keeps_neither_user_nor_password(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUARTERLY_DATABASE_PASSWORD", raising=False)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    (project.root / "extract.sql").write_text(QUERY, encoding="utf-8")
    order = ("import", server.address(), "--query", "extract.sql", "--quarter", "2023-24-Q4")
    done = project(*order, "--accept", "all", "--date", "2024-04-22")
    assert done.returncode == 0, done.stderr
    assert "agency-workers,2023-24-Q4,16,,,," in (project.root / "data/observations.csv").read_text(encoding="utf-8")
    ledger = (project.root / "data/imports.csv").read_text(encoding="utf-8")
    assert f"postgresql://127.0.0.1:{server.port}/reports (extract.sql)" in ledger
    written = b"".join(fingerprint(project.root).values()).decode()
    assert PASSWORD not in written + done.stdout + done.stderr
    assert READER not in ledger


@pytest.mark.parametrize("secret", ["wrong-staple", "p@ss:w/rd%", ""])
def test_a_rejected_password_is_in_no_message(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setenv("QUARTERLY_DATABASE_PASSWORD", secret)
    monkeypatch.setenv("PGPASSWORD", secret)
    (project.root / "extract.sql").write_text(QUERY, encoding="utf-8")
    before = fingerprint(project.root)
    done = project("import", server.address(), "--query", "extract.sql", "--quarter", "2023-24-Q4")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "password" in done.stderr
    assert not secret or secret not in done.stdout + done.stderr
    assert fingerprint(project.root) == before


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://reader:{PASSWORD}@127.0.0.1:1/reports",
        f"postgresql://127.0.0.1:1/reports?password={PASSWORD}",
        f"mysql://reader:{PASSWORD}@127.0.0.1/reports",
        f"postgresql://reader:{PASSWORD}@127.0.0.1:port/reports",
        f"nonsense://reader:{PASSWORD}@",
        f"://{PASSWORD}",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ExtractUnreadable) as caught:
        database.run_query(address, QUERY)
    assert PASSWORD not in str(caught.value)


@pytest.mark.usefixtures("password")
def test_a_password_repeated_by_the_database_is_masked(server: Server) -> None:
    with pytest.raises(DatabaseFailed) as caught:
        database.run_query(server.address(), f"select cast('{PASSWORD}' as integer)")
    assert "***" in str(caught.value)
    assert PASSWORD not in str(caught.value) + repr(caught.value) + repr(caught.value.__cause__)


WRITES = (
    "delete from kpi",
    "update kpi set result = 0 returning *",
    "drop table kpi",
    "create table other (a integer)",
)


@pytest.mark.usefixtures("password")
@pytest.mark.parametrize(
    "query", [*WRITES, "select nextval('counted')", "with d as (delete from kpi returning 1) select 1"]
)
def test_a_query_to_postgresql_cannot_write(server: Server, basket: Basket, query: str) -> None:
    with pytest.raises(DatabaseFailed, match=r"read-only|syntax error|must not contain"):
        database.run_query(server.address(), query)
    assert values(read_extract([database.run_query(server.address(), QUERY)[0]], basket, Q4)) == FIGURES


@pytest.mark.usefixtures("password")
def test_a_query_cannot_leave_its_transaction_to_write(server: Server, basket: Basket) -> None:
    with pytest.raises((DatabaseFailed, DataFaults)):
        database.run_query(server.address(), "commit; delete from kpi; select 1 as value")
    assert values(read_extract([database.run_query(server.address(), QUERY)[0]], basket, Q4)) == FIGURES


@pytest.mark.parametrize("query", WRITES)
def test_a_query_to_sqlite_cannot_write(lite: str, basket: Basket, query: str) -> None:
    with pytest.raises(DatabaseFailed, match=r"readonly|not authorized"):
        database.run_query(lite, query)
    assert values(read_extract([database.run_query(lite, QUERY)[0]], basket, Q4)) == FIGURES


def test_a_missing_database_file_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(DatabaseFailed, match="unable to open"):
        database.run_query(f"sqlite:///{(tmp_path / 'none.db').as_posix()}", QUERY)
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_query_leaves_no_connection_open(lite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[object] = []
    monkeypatch.setattr("sqlalchemy.engine.Engine.dispose", lambda engine: closed.append(engine))
    with pytest.raises(DatabaseFailed):
        database.run_query(lite, "select * from nowhere")
    assert closed


@pytest.mark.usefixtures("password")
@pytest.mark.parametrize(
    "query", ["select * from nowhere", "selec", "", "select 1/0", "select * from kpi where a = :b"]
)
def test_a_faulty_query_is_reported_in_the_words_of_the_database(server: Server, lite: str, query: str) -> None:
    for address in (server.address(), lite):
        if (address, query) == (lite, "select 1/0"):  # SQLite divides by zero and returns NULL
            continue
        with pytest.raises((DatabaseFailed, DataFaults)) as caught:
            database.run_query(address, query)
        assert "sqlalche.me" not in str(caught.value)


def test_an_unreachable_server_is_an_error(project: Project) -> None:
    (project.root / "extract.sql").write_text(QUERY, encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = project(
        "import", f"postgresql://reader@127.0.0.1:{port}/x", "--query", "extract.sql", "--quarter", "2023-24-Q4"
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: postgresql://127.0.0.1")
    assert "Traceback" not in done.stderr


def test_an_endless_query_is_stopped(lite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_QUERY_PATIENCE", 0)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as value from n"
    with pytest.raises(DatabaseFailed, match="interrupted"):
        database.run_query(lite, endless)


@pytest.mark.usefixtures("password")
def test_an_endless_query_to_postgresql_is_stopped(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_QUERY_PATIENCE", 1)
    with pytest.raises(DatabaseFailed, match="timeout"):
        database.run_query(server.address(), "select pg_sleep(600) as value")


@pytest.mark.usefixtures("password")
def test_a_query_that_returns_records_and_not_a_summary_is_refused(server: Server, lite: str) -> None:
    with pytest.raises(DataFaults, match="more than 20,000 rows"):
        database.run_query(server.address(), "select i as value from generate_series(1, 1000000) as s(i)")
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i as value from n"
    with pytest.raises(DataFaults, match="more than 20,000 rows"):
        database.run_query(lite, endless)


def test_the_quarter_may_be_a_date_of_the_database(basket: Basket, lite: str) -> None:
    query = "select 'agency-workers' as id, date('2024-03-31') as quarter_ending, 16.0 as value"
    grid, _ = database.run_query(lite, query)
    assert values(read_extract([grid], basket, Q4)) == {"agency-workers": 16}


def test_the_check_installs_the_server_that_these_tests_need() -> None:
    assert "postgresql" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "query",
    [
        "vacuum into '{file}'",
        "attach '{file}' as other",
        "select load_extension('{file}')",
        "pragma journal_mode = wal",
        "create temp table t as select 1",
    ],
)
def test_a_query_to_sqlite_writes_no_other_file(lite: str, tmp_path: Path, query: str) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DatabaseFailed, match=r"not authorized|prohibited|denied"):
        database.run_query(lite, query.format(file=(tmp_path / "other.db").as_posix()))
    assert sorted(tmp_path.iterdir()) == before


def test_a_cell_of_a_database_has_a_size_limit(lite: str) -> None:
    with pytest.raises(DatabaseFailed, match="too big"):
        database.run_query(lite, "select zeroblob(50000000) as value")


def test_all_cells_of_a_query_together_have_a_size_limit(lite: str) -> None:
    """Each is short enough, but together they are too much for a summary of a quarter."""
    query = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 100) "
        "select hex(zeroblob(400000)) from n"
    )
    with pytest.raises(DataFaults) as raised:
        database.run_query(lite, query)
    assert "20,000,000 characters" in raised.value.faults[0].found
