"""An unusual database is read, or refused with the reason and remedy, without revealing anything of a record."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import psycopg
import pytest
from conftest import EXAMPLE, ROOT, Project
from postgres import PASSWORD, READER, Server, postgresql

from quarterly.core.quarters import Quarter
from quarterly.records.compute import _needed_from
from quarterly.records.define import measures
from quarterly.records.source import open_source
from quarterly.records.store import Store

COLUMNS = "cina_assessment_id, cina_person_id, cina_assessment_start_date, cina_assessment_auth_date, cina_referral_id"
NAME = "single-assessments-45-days"
ROWS = "(4711, 1, '2023-08-01', '2023-10-02', 9), (4712, 2, '2023-08-01', '2023-12-31', 9), (4713, 3, NULL, NULL, 9)"
#: Ways in which councils keep the same rows: where, under which names, with which types of ids and days.
KEPT = {
    "plain": ("public", COLUMNS, "text", "date"),
    "unusual": ("reporting", COLUMNS.upper(), "bigint", "timestamptz"),
    "no_such_day": ("public", COLUMNS, "text", "text"),
}


def fill(server: Server, name: str) -> None:
    schema, columns, of_id, of_day = KEPT[name]
    owner = f"host=127.0.0.1 port={server.port} user=postgres password={PASSWORD} dbname="
    with psycopg.connect(owner + "postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    one, *rest = [f'"{each.strip()}"' for each in columns.split(",")]
    types = [of_id, of_id, of_day, of_day, of_id]
    table = f'{schema}."{"SSD_CIN_ASSESSMENTS" if name == "unusual" else "ssd_cin_assessments"}"'
    said = ", ".join(f"{column} {kind}" for column, kind in zip([one, *rest], types, strict=True))
    rows = ROWS.replace("2023-12-31", "2023-02-30") if name == "no_such_day" else ROWS
    # Midnight in summer, on the first day of the quarter, is on the day before in UTC.
    rows = rows.replace("2023-10-02", "2023-10-01 00:00+01") if of_day == "timestamptz" else rows
    quoted = (
        rows.replace("4711", "'4711'").replace("4712", "'4712'").replace("4713", "'4713'") if of_id == "text" else rows
    )
    with psycopg.connect(owner + name, autocommit=True) as connection:
        for sql in (
            f"create schema if not exists {schema}",
            f"create table {table} ({said})",
            f"insert into {table} values {quoted}",  # noqa: S608 - written above
            f"grant usage on schema {schema} to {READER}",
            f"grant select on {table} to {READER}",
        ):
            connection.execute(sql.encode())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgresql() as started:
        owner = f"host=127.0.0.1 port={started.port} user=postgres password={PASSWORD} dbname=postgres"
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute(f"create role {READER} login password '{PASSWORD}'".encode())
        for name in KEPT:
            fill(started, name)
        yield started


def copy_basket(root: Path) -> Project:
    for folder in ("data", "params"):
        shutil.copytree(EXAMPLE / folder, root / folder)
    shutil.copy2(ROOT / "_quarto.yml", root)
    return Project(root)


@pytest.fixture
def basket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("QUARTERLY_DATABASE_PASSWORD", PASSWORD)
    return copy_basket(tmp_path / "basket")


def bring_in(basket: Project, source: str) -> tuple[int, str]:
    more = ("--whole-from", "2023-10-01", "--accept", "all")
    done = basket("records", "import", source, "--quarter", "2023-24-Q3", *more)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


@pytest.fixture(scope="module")
def imported(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Import into a basket that inferred a period basis other than the definition's for one indicator."""
    project = copy_basket(tmp_path_factory.mktemp("imported") / "basket")
    path = project.root / "data" / "indicators.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).set_index("indicator_id")
    rows.loc[NAME, ["period_basis", "basis_source"]] = ["snapshot", "inferred"]
    rows.to_csv(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUARTERLY_DATABASE_PASSWORD", PASSWORD)
        code, said = bring_in(project, server.address(name="unusual") + "/reporting")
    assert code == 0, said
    return project.root / "data"


def test_names_in_upper_case_numeric_ids_times_with_zones_and_a_separate_schema_are_read(imported: Path) -> None:
    figures = pd.read_csv(imported / "observations.csv").set_index(["indicator_id", "quarter"])
    assert list(figures.loc[(NAME, "2023-24-Q3"), ["numerator", "denominator"]]) == [1, 2]


def test_a_day_that_does_not_exist_is_named_and_counted_as_blank(basket: Project, server: Server) -> None:
    code, said = bring_in(basket, server.address(name="no_such_day"))
    assert code == 0, said
    assert "ssd_cin_assessments, cina_assessment_auth_date: not a day, 1 record" in said
    assert "2023-02-30" not in said


def test_the_period_basis_is_that_of_the_definition_if_none_is_stated(imported: Path) -> None:
    rows = pd.read_csv(imported / "indicators.csv").set_index("indicator_id")
    assert list(rows.loc[NAME, ["period_basis", "basis_source"]]) == ["in quarter", "stated"]
    others = ["period_basis", "basis_source"]
    before = pd.read_csv(EXAMPLE / "data" / "indicators.csv").set_index("indicator_id")
    pd.testing.assert_frame_equal(rows.drop(columns=others), before.drop(columns=others))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://reader@127.0.0.1:{port}/nosuch", 'database "nosuch" does not exist'),
        ("postgresql://nobody@127.0.0.1:{port}/plain", "password authentication failed"),
        ("postgresql://reader@127.0.0.1:1/plain", "Connection refused"),
        ("postgresql://reader@127.0.0.1:{port}/plain/nosuch", "no table of the Standard Safeguarding Dataset"),
        ("postgresql://reader@127.0.0.1:{port}/unusual", "add its name after that of the database"),
        ("mssql://reader@warehouse/ssd", "export the tables to a folder"),
        ("sqlite:///nosuch.db", "unable to open database file"),
    ],
)
def test_an_unreadable_database_is_refused_with_the_remedy_and_nothing_of_a_record(
    basket: Project, server: Server, address: str, expected: str
) -> None:
    before = {path: path.read_bytes() for path in basket.root.rglob("*") if path.is_file()}
    code, said = bring_in(basket, address.format(port=server.port))
    assert code in (1, 2)
    assert expected in said
    assert not any(kept in said for kept in (PASSWORD, "4711", "4712", "2023-02-30", "Traceback"))
    assert {path: path.read_bytes() for path in basket.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("quarter", "more", "expected"),
    [
        ("2023-24-Q3", ("--as-at", "9999-01-01"), "is in the future"),
        ("2023-24-Q3", ("--as-at", "2023-12-30"), "is not over on 2023-12-30: it ends on 2023-12-31"),
        ("2023-24-Q3", ("--back", "0"), "--back"),
        ("2001-02-Q1", (), "it has no figures for 2001-02-Q1"),
    ],
)
def test_a_quarter_that_is_not_over_or_before_all_records_is_refused(
    basket: Project, server: Server, quarter: str, more: tuple[str, ...], expected: str
) -> None:
    done = basket("records", "import", server.address(name="plain"), "--quarter", quarter, *more)
    assert done.returncode != 0
    assert expected in " ".join(done.stderr.split())


def test_a_missing_password_is_requested(basket: Project, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUARTERLY_DATABASE_PASSWORD")
    assert "QUARTERLY_DATABASE_PASSWORD in the environment" in bring_in(basket, server.address(name="plain"))[1]


def test_sqlite_days_have_times_in_any_column_and_a_column_without_a_value_gives_no_figure(
    basket: Project, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "ssd.db")) as connection:
        connection.executescript(
            "create table ssd_cin_assessments (cina_assessment_id, cina_person_id, cina_assessment_start_date date, "
            "cina_assessment_auth_date timestamp, cina_referral_id, cina_assessment_outcome_nfa);"
            "insert into ssd_cin_assessments values (1, 1, '2023-12-01 09:00:00', '2023-12-31 13:30:00', 9, ''), "
            "(2, 2, '2023-08-01T00:00:00.000', '2023-10-01T00:00:00.000', 9, null), (3, 3, '01/12/2023', null, 9, '');"
        )
    code, said = bring_in(basket, f"sqlite:///{tmp_path / 'ssd.db'}")
    assert code == 0, said
    assert "ssd_cin_assessments, cina_assessment_start_date: not a day, 1 record" in said
    figures = pd.read_csv(basket.root / "data" / "observations.csv").set_index(["indicator_id", "quarter"])
    assert list(figures.loc[(NAME, "2023-24-Q3"), ["numerator", "denominator"]]) == [2, 2]
    assert "single-assessments-closure. The records have no cina_assessment_outcome_nfa in ssd_cin_assessments." in said


@pytest.mark.parametrize(("flag", "lacking"), [('"Y"', False), ("true", True)])
def test_flags_written_in_another_way_are_not_counted_as_none(tmp_path: Path, flag: str, *, lacking: bool) -> None:
    with closing(sqlite3.connect(tmp_path / "ssd.db")) as connection:
        connection.execute("create table ssd_contacts (cont_contact_id, cont_person_id, cont_contact_outcome_json)")
        connection.execute("insert into ssd_contacts values (1, 1, ?)", [f'{{"NFA_FLAG": {flag}}}'])
        connection.commit()
    store = Store(open_source(f"sqlite:///{tmp_path / 'ssd.db'}").connection, [Quarter(2023, 3)])
    assert ("outcomes" in store.lacks("contacts")) == lacking


@pytest.mark.parametrize(
    ("name", "chosen", "months"),
    [
        ("section-47-to-icpc", {"due": 15}, 4),
        ("section-47-to-icpc", {"due": 30}, 5),
        ("child-protection-visits", {"limit": 5}, 4),
        ("family-wellbeing-transferred-up", {"days": 180, "test": "referral"}, 7),
        ("children-in-care-visits", {"first": 40, "long_interval": 182}, 7),
    ],
)
def test_a_longer_limit_needs_earlier_records(name: str, chosen: dict[str, int | str], months: int) -> None:
    assert replace(measures()[name], chosen=chosen).months_needed() == months


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("child-protection-visits", date(2023, 9, 15)),
        ("child-in-need-visits", date(2023, 9, 1)),
        ("children-in-care-visits", date(2023, 10, 2)),
    ],
)
def test_a_quarter_is_computed_only_if_the_visits_that_its_first_days_depend_on_are_there(
    name: str, begins: date
) -> None:
    quarter, measure = Quarter.parse("2023-24-Q3"), measures()[name]
    assert _needed_from(measure, quarter, measure.history) <= begins
