"""A new basket's ids are valid file names on every system, its short names differ, and no decimal is lost."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from extract_forms import open_document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from quarterly.cli.main import main
from quarterly.ingest.describe import Described
from quarterly.ingest.new_basket import read_first, tables_of
from quarterly.ingest.options import Options
from quarterly.ingest.source import open_source

DEVICES = ["CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "con.", "Nul "]


def basket_of(path: Path, sheets: dict[str, list[str]]) -> tuple[list[str], list[str], list[str]]:
    """Read a workbook with these sheets and indicators; return area ids, indicator ids and short names."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for sheet, names in sheets.items():
        page = workbook.create_sheet(sheet)
        page.append(["Indicator", "Q1 2024-25"])
        for name in names:
            page.append([name, 1])
    workbook.save(path)
    return _names(read_first(open_source(str(path))).tables)


def _names(tables: dict[str, pd.DataFrame]) -> tuple[list[str], list[str], list[str]]:
    return (
        list(tables["areas"]["area_id"]),
        list(tables["indicators"]["indicator_id"]),
        list(tables["indicators"]["short_name"]),
    )


@pytest.mark.parametrize("sheet", [*DEVICES, "index", "Explore", "Data quality"])
def test_an_area_is_not_named_like_a_device_or_another_notebook(sheet: str) -> None:
    areas, _, _ = _names(tables_of([Described(sheet, "Visits", "")], "a.xlsx"))
    reserved = {"con", "prn", "aux", "nul", "com1", "lpt9", "index", "explore", "data-quality"}
    assert reserved.isdisjoint(areas)


def test_names_that_begin_alike_are_distinguished(tmp_path: Path) -> None:
    start = "Percentage of children who became the subject of a child protection plan"
    names = [f"{start} in {n}" for n in range(3)] + [start]
    _, ids, short = basket_of(tmp_path / "a.xlsx", {"Area": names})
    assert len(set(ids)) == len(set(short)) == 4
    assert all(len(name) <= 100 and "…" not in name for name in short)


def test_units_distinguish_names_before_numbers_do(tmp_path: Path) -> None:
    rest = "children who became the subject of a child protection plan for a second or subsequent time within two years"
    _, ids, short = basket_of(tmp_path / "a.xlsx", {"Area": [f"Percentage of {rest}", f"Number of {rest}"]})
    assert short == [
        "Children who became the subject of a child protection plan for a second or subsequent time…",
        "Number of children who became the subject of a child protection plan for a second or…",
    ]
    assert ids == [f"{unit}-of-children-who-became-the-subject-of-a-child" for unit in ("percentage", "number")]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="abc 1", min_size=1, max_size=90).filter(str.strip), min_size=1, max_size=6))
def test_any_names_give_different_ids_and_short_names(names: list[str]) -> None:
    different = list(dict.fromkeys(" ".join(f"Indicator {name}".split()) for name in names))
    tables = tables_of([Described("Area", name, "") for name in different], "any.xlsx")
    _, ids, short = _names(tables)
    assert len(set(ids)) == len(set(short)) == len(different)


SHOWN = [
    ((0.701, "70.1%"), "percentage", 1, "70.1"),
    ((0.7014, "70%"), "percentage", 0, "70"),
    ((1234.5, "£1,234.50"), "pounds", 2, "1234.5"),
    ((4.256, "4.26"), "number", 2, "4.26"),
    ((4.25, "4.25"), "number", 2, "4.25"),
    ((1953, "1,953"), "number", 0, "1953"),
]


def test_an_open_document_keeps_the_decimals_that_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "first.ods"
    rows = [[f"Visits {number}", cell] for number, (cell, *_) in enumerate(SHOWN)]
    path.write_bytes(open_document([["Indicator", "Q1 2024-25"], *rows]))
    tables = read_first(open_source(str(path))).tables
    read = tables["indicators"][["unit", "decimals"]].assign(value=tables["observations"]["value"])
    assert read.to_numpy().tolist() == [[unit, str(decimals), value] for _, unit, decimals, value in SHOWN]


def test_fractions_have_the_decimals_of_their_percentages(tmp_path: Path) -> None:
    path = tmp_path / "first.csv"
    path.write_text("Indicator,Unit,Q1 2024-25\nIn time,%,0.701\n")
    tables = read_first(open_source(str(path)), options=Options(fractions=True)).tables
    assert list(tables["indicators"]["decimals"]) == ["1"]


def test_a_missing_workbook_is_described_by_two_lines_that_can_be_read(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["init", str(tmp_path / "new")])
    assert refused.exit_code == 2
    assert "No WORKBOOK: name the workbook or CSV file" in refused.output
    example = tmp_path / "two-lines.csv"
    example.write_text(refused.output.partition("\n\n")[2], encoding="utf-8")
    assert _names(read_first(open_source(str(example))).tables) == (
        ["early-help"],
        ["visits-in-time"],
        ["Visits in time"],
    )
