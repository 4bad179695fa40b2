"""`quarterly init` makes a basket that builds from a workbook, or names the faulty cell and writes nothing."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT, Project

from quarterly.cli.main import main
from quarterly.core.quarters import Quarter
from quarterly.data.load import load_basket
from quarterly.measures.scorecard import build_scorecard

HEAD = ["Indicator", "Unit", "Good is", "Target", "Q3 2023/24", "Q4 2023/24"]
LOANS: list[Any] = ["Loans of books and films", "number", "higher", 41_000, 40_210, 42_873]
VISITS: list[Any] = ["Visits per 1,000 residents", "per 1,000 residents", "higher", "increasing", 812.5, 799.4]
OPEN: list[Any] = ["Share of planned hours that libraries were open", "%", "higher", 0.98, 0.97, "c"]
Q4 = Quarter(2023, 4)


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    """Write a workbook; fractions are formatted as percentages, as in Excel."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, float) and cell.value < 1:
                    cell.number_format = "0%"
    book.save(path)
    return path


def init(folder: Path, book: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["init", str(folder), str(book), *options])


LIBRARIES: dict[str, list[list[Any]]] = {
    "Lending": [["Libraries of Elmbridge Moor"], [], HEAD, LOANS, VISITS, [], ["Loans include e-books."]],
    "Buildings": [HEAD, OPEN, ["Energy used (kWh)", "", "", "", 1200, ""]],
}


def test_a_sheet_for_each_area_becomes_a_basket(tmp_path: Path) -> None:
    done = init(
        tmp_path / "libraries",
        workbook(tmp_path / "l.xlsx", LIBRARIES),
        "--council",
        "A council",
        "--title",
        "Libraries",
    )
    assert done.exit_code == 0, done.output
    basket = load_basket(tmp_path / "libraries" / "data")
    assert basket.area_ids == ["lending", "buildings"]
    rows = build_scorecard(basket, Q4).rows
    assert list(rows["name"]) == [LOANS[0], VISITS[0], OPEN[0], "Energy used (kWh)"]
    assert list(rows["unit"]) == ["number", "rate", "percentage", "number"]
    assert list(rows["rag"]) == ["GREEN", "", "", ""]
    assert rows["target"].iloc[2] == 98
    assert list(rows["missing"]) == ["", "", "c", "x"]
    assert list(rows["2023-24-Q3"]) == [40_210, 812.5, 97, 1_200]
    assert list(basket.indicators["per"]) == ["", "1,000 residents", "", ""]


def test_an_area_column_also_works_and_may_be_merged(tmp_path: Path) -> None:
    rows = [["Service area", *HEAD], ["Lending", *LOANS], [None, *VISITS], ["Buildings", *OPEN]]
    done = init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {"All": rows}))
    assert done.exit_code == 0, done.output
    indicators = load_basket(tmp_path / "new" / "data").indicators
    assert list(indicators["area_id"]) == ["lending", "lending", "buildings"]
    assert list(indicators["position"]) == [1, 2, 1]


@pytest.mark.parametrize(
    ("target", "cells"),
    [
        ("85 to 92", {"lower": 85.0, "upper": 92.0}),
        ("85-92", {"lower": 85.0, "upper": 92.0}),
        ("Decreasing", {"direction": "decreasing"}),
        ("data only", {"status": "data only"}),
        ("In measurement", {"status": "in measurement"}),
        ("None", {"missing": "z"}),
        ("1,950", {"value": 1950.0}),
        (None, {"missing": "z"}),
    ],
)
def test_a_target_may_be_of_any_kind(tmp_path: Path, target: Any, cells: dict[str, Any]) -> None:
    row = ["Loans", "number", "higher", target, 100, 90]
    assert init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {"A": [HEAD, row]})).exit_code == 0
    found = load_basket(tmp_path / "new" / "data").targets.iloc[0]
    assert {name: found[name] for name in cells} == cells
    assert (found["from_quarter"], found["to_quarter"]) == ("2023-24-Q1", "2023-24-Q4")


@pytest.mark.parametrize(
    ("place", "cell", "column", "words"),
    [
        (1, "stones", "B", "per 10,000 people"),
        (2, "sideways", "C", "higher or lower"),
        (3, "soon", "D", "a band as '90 to 110'"),
        (4, "many", "E", "or a symbol"),
        (5, True, "F", "not true or false"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_nothing_is_written(
    tmp_path: Path, place: int, cell: Any, column: str, words: str
) -> None:
    row = [*LOANS[:place], cell, *LOANS[place + 1 :]]
    done = init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {"Lending": [["Title"], HEAD, VISITS, row]}))
    assert done.exit_code == 1
    assert "1 fault. Nothing was written." in done.stderr
    line = next(line for line in done.stderr.splitlines() if "l.xlsx" in line)
    for part in ("sheet Lending", " 4 ", column, str(cell), words):
        assert part in line
    assert list(tmp_path.iterdir()) == [tmp_path / "l.xlsx"]


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    rows = [HEAD, [*LOANS[:4], "few", "many"], ["Visits", "stones", "", "", 1, 2]]
    done = init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {"A": rows}))
    assert "3 faults" in done.stderr


def test_readable_but_implausible_figures_are_queried(tmp_path: Path) -> None:
    row = ["Open hours", "percentage", "higher", 90, 150, 90]
    book = workbook(tmp_path / "l.xlsx", {"A": [HEAD, row]})
    done = init(tmp_path / "new", book)
    assert done.exit_code == 1
    assert "over 100" in done.stdout
    assert "--accept open-hours:beyond" in done.stderr
    assert list(tmp_path.iterdir()) == [book]
    assert init(tmp_path / "new", book, "--accept", "open-hours:beyond").exit_code == 0
    assert list(load_basket(tmp_path / "new" / "data").indicators["beyond"]) == ["over 100"]


@pytest.mark.parametrize("kind", ["missing", "text", "no table"])
def test_a_file_of_another_kind_is_refused_with_the_reason(tmp_path: Path, kind: str) -> None:
    book = tmp_path / "l.xlsx"
    if kind == "text":
        book.write_text("Indicator is the thing", encoding="utf-8")
    elif kind == "no table":
        workbook(book, {"A": [["Indicator", "How it went"], ["Loans", "well"]]})
    done = init(tmp_path / "new", book)
    assert done.exit_code == (2 if kind == "missing" else 1)
    assert "l.xlsx" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_folder_with_contents_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    done = init(folder, workbook(tmp_path / "l.xlsx", LIBRARIES))
    assert done.exit_code == 2
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_names_in_any_script_give_ids_and_pages(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        HEAD,
        ["“Ymweliadau” {a} £", "number", "", "", 1, 2],
        ["Łódź", "number", "", "", 1, 2],
        ["图书馆", "", "", "", 1, 2],
    ]
    done = init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {'Tŷ "A" {x}, y': rows, "图书馆": rows}))
    assert done.exit_code == 0, done.output
    indicators = load_basket(tmp_path / "new" / "data").indicators
    assert len(set(indicators["indicator_id"])) == 6
    assert list(indicators["area_id"].unique()) == ["ty-a-x-y", "indicator"]


def test_the_new_basket_builds_unchanged(tmp_path: Path) -> None:
    sheets = {**LIBRARIES, 'Homes, "books" {delivered}': [HEAD, LOANS]}
    assert init(tmp_path / "libraries", workbook(tmp_path / "l.xlsx", sheets), "--council", "A: council").exit_code == 0
    project = Project(tmp_path / "libraries")
    done = project("run")
    assert done.returncode == 0, done.stderr
    made = project("render", "--renderer", "embedded")
    assert made.returncode == 0, made.stderr
    site = tmp_path / "libraries" / "_site"
    assert "Loans of books and films" in (site / "reports" / str(Q4) / "lending.html").read_text(encoding="utf-8")
    assert "“books”" in (
        page := (site / "reports" / str(Q4) / "homes-books-delivered.html").read_text(encoding="utf-8")
    ) or ("&quot;books&quot;" in page or '"books"' in page)
    assert "{delivered}" in page


def test_the_tables_hold_the_contents_of_the_workbook_and_no_more(tmp_path: Path) -> None:
    init(tmp_path / "new", workbook(tmp_path / "l.xlsx", LIBRARIES))
    data = tmp_path / "new" / "data"
    assert {path.name for path in data.iterdir()} == {
        *("areas.csv", "indicators.csv", "observations.csv", "targets.csv", "rules.csv", "imports.csv")
    }
    with (data / "rules.csv").open(encoding="utf-8", newline="") as file:
        (rule,) = csv.DictReader(file)
    assert "l.xlsx" in rule["source"]
    assert (ROOT / "theme").is_dir()
    assert not (tmp_path / "new" / "theme").exists()


SCORECARD: list[list[Any]] = [
    ["Ref", "Indicator", "Unit", "Owner", "Target", "Q1 2024/25", "Q2 2024/25", "RAG", "DOT"],
    ["EH1", "Visits", "number", "AB", "at least 50", 44, 46, "Amber", "Improving"],
    ["EH2", "Moves", "number", "AB", "< 50", 30, 40, "Green", "up"],
]


def test_a_dry_run_shows_the_reading_with_its_ratings_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {"Care": SCORECARD}), "--dry-run")
    assert done.exit_code == 0, done.output
    assert not (tmp_path / "new").exists()
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Care D Owner not read" in lines
    assert "Care G Q2 2024/25 figure of 2024-25-Q2" in lines
    assert "eh1 care Visits Number higher 46 50 Red Amber" in lines
    assert "eh2 care Moves Number lower 40 50 Green Green" in lines
    assert not any("under DOT" in line for line in lines)


def test_the_published_ratings_are_there_to_be_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert init(tmp_path / "new", workbook(tmp_path / "l.xlsx", {"Care": SCORECARD})).exit_code == 0
    published = load_basket(tmp_path / "new" / "data").published_ratings
    assert published[["indicator_id", "quarter", "rag", "dot"]].to_numpy().tolist() == [
        ["eh1", "2024-25-Q2", "AMBER", "POSITIVE"],
        ["eh2", "2024-25-Q2", "GREEN", "NEGATIVE"],
    ]
    monkeypatch.chdir(tmp_path / "new")
    done = CliRunner().invoke(main, ["rules", "--fit"])
    assert done.exit_code == 0, done.output
    best = next(line for line in done.stdout.splitlines() if " of 2" in line)
    assert "2 of 2" in best
