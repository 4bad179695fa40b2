"""Ids, dates of birth and rows of records reach no file, message or error, as shown by 1,000 canaries."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from conftest import EXAMPLE, ROOT, Project

from quarterly.records.schema import tables

MANY = 1000
#: Values found in no other file: ids of people and rows, a name typed into a code column, and dates of birth.
CANARY, BORN = "CANARY", "1999-09-"


def canaries(folder: Path) -> None:
    """Fill every table of the dataset with rows about recognisable people."""
    folder.mkdir()
    numbers = pd.Series(range(MANY))
    people = CANARY + numbers.astype(str).str.zfill(4)
    for table in tables().values():
        columns = {}
        for column in table.columns:
            if column.kind in ("id", "ref"):
                columns[column.column] = people
            elif column.name == "born":
                columns[column.column] = BORN + (numbers % 28 + 1).astype(str).str.zfill(2)
            elif column.kind in ("event", "due"):
                columns[column.column] = "2023-11-15"
            elif column.kind in ("end", "day"):
                columns[column.column] = "2023-12-01"
            elif column.kind in ("code", "flag", "word"):
                # A value shared by several people is a code or a word, and is shown: a name belongs to one person.
                columns[column.column] = people + " Smith"
            else:
                columns[column.column] = people
        pd.DataFrame(columns).to_csv(folder / f"{table.table}.csv", index=False)


def spoilt(folder: Path, table: str, column: str, values: list[str]) -> None:
    """Overwrite the first rows of a column."""
    path = folder / f"{table}.csv"
    rows = pd.read_csv(path, dtype=str)
    rows.loc[: len(values) - 1, column] = values
    rows.to_csv(path, index=False)


@pytest.fixture
def basket(tmp_path: Path) -> Project:
    root = tmp_path / "basket"
    shutil.copytree(EXAMPLE / "data", root / "data")
    shutil.copytree(EXAMPLE / "params", root / "params")
    shutil.copy2(ROOT / "_quarto.yml", root)
    return Project(root)


def assert_no_trace(project: Project, *said: str) -> None:
    for text in said:
        assert CANARY not in text
        assert BORN not in text
    for path in project.root.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert CANARY.encode() not in content, path
        assert BORN.encode() not in content, path


def test_an_import_leaves_only_figures_and_counts(basket: Project, tmp_path: Path) -> None:
    folder = tmp_path / "ssd"
    canaries(folder)
    done = basket("records", "import", str(folder), "--quarter", "2023-24-Q3", "--accept", "all")
    assert done.returncode == 0, done.stderr
    assert "data/record_checks.csv" in done.stdout
    checks = pd.read_csv(basket.root / "data" / "record_checks.csv")
    assert checks.loc[checks["kind"] == "not mapped", "rows"].sum() >= MANY
    assert_no_trace(basket, done.stdout, done.stderr)


def test_faults_name_the_place_and_not_the_value(basket: Project, tmp_path: Path) -> None:
    folder = tmp_path / "ssd"
    canaries(folder)
    wrong = {
        ("ssd_person", "pers_dob"): [f"{BORN}31", "31/09/1999", CANARY],
        ("ssd_professionals", "prof_full_time_equivalency"): [f"{CANARY},5"] * MANY,
        ("ssd_cin_assessments", "cina_assessment_id"): [f"{CANARY}0001"] * MANY,
        ("ssd_cla_episodes", "clae_cla_episode_ceased_date"): ["2023-11-01"] * MANY,
    }
    for (table, column), values in wrong.items():
        spoilt(folder, table, column, values)
    counted = basket("records", "import", str(folder), "--quarter", "2023-24-Q3", "--dry-run")
    assert all(column in counted.stdout for _, column in wrong)
    # A column without any date stops the import.
    spoilt(folder, "ssd_contacts", "cont_contact_date", [f"{CANARY} 31/02/2023"] * MANY)
    stopped = basket("records", "import", str(folder), "--quarter", "2023-24-Q3")
    assert "cont_contact_date" in stopped.stderr
    assert_no_trace(basket, counted.stdout, counted.stderr, stopped.stdout, stopped.stderr)


def test_a_database_error_reveals_nothing_of_its_rows(basket: Project, tmp_path: Path) -> None:
    file = tmp_path / f"{CANARY}.txt"
    file.write_text("no database", encoding="utf-8")
    done = basket("records", "import", f"sqlite:///{file}", "--quarter", "2023-24-Q3")
    assert done.returncode == 1
    assert "no database" not in done.stderr
    assert "Traceback" not in done.stderr
