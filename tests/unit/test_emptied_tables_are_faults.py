"""A table that has lost its rows is a fault: it does not switch off the checks of references to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import EXAMPLE, ROOT

from quarterly.core.errors import DataFaults, Fault
from quarterly.data.load import load_basket, read_cells
from quarterly.data.schema import TABLE

BASKETS = {"worked": EXAMPLE / "data", "waste": ROOT / "examples" / "thornmere-waste" / "data"}


def faults_after(tmp_path: Path, basket: str, table: str, keep: slice) -> list[Fault]:
    """Load a copy of a basket in which a table keeps only some of its rows."""
    data = shutil.copytree(BASKETS[basket], tmp_path / "data")
    head, *body = (data / f"{table}.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / f"{table}.csv").write_text("".join([head, *body[keep]]), encoding="utf-8", newline="\n")
    with pytest.raises(DataFaults) as raised:
        load_basket(data)
    return raised.value.faults


@pytest.mark.parametrize("basket", BASKETS)
@pytest.mark.parametrize("table", ["areas", "indicators", "rules", "targets", "observations"])
def test_a_table_with_only_its_header_is_reported_once(tmp_path: Path, basket: str, table: str) -> None:
    found = faults_after(tmp_path, basket, table, slice(0))
    assert {fault.file for fault in found} == {f"data/{table}.csv"}
    assert len(found) <= 2


@pytest.mark.parametrize("table", ["areas", "indicators", "comparator_names"])
def test_a_table_with_half_its_rows_names_what_is_missing(tmp_path: Path, table: str) -> None:
    found = faults_after(tmp_path, "worked", table, slice(None, None, 2))
    assert all(fault.expected for fault in found)
    assert f"data/{table}.csv" in " ".join(fault.expected for fault in found)


@pytest.mark.parametrize("table", ["areas", "indicators", "rules", "comparator_names"])
def test_no_referenced_row_can_be_removed_unnoticed(tmp_path: Path, table: str) -> None:
    assert faults_after(tmp_path, "worked", table, slice(1, None))


def test_a_faulty_table_hides_no_other_faults_and_adds_none(tmp_path: Path) -> None:
    data = shutil.copytree(BASKETS["worked"], tmp_path / "data")
    path = data / "areas.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("area_id", "area", 1), encoding="utf-8")
    with pytest.raises(DataFaults) as raised:
        load_basket(data)
    assert {fault.file for fault in raised.value.faults} == {"data/areas.csv"}


def test_lines_of_commas_below_a_table_are_ignored_and_within_it_are_reported_once(tmp_path: Path) -> None:
    """Excel leaves them if cells below a table were formatted."""
    data = shutil.copytree(BASKETS["worked"], tmp_path / "data")
    path = data / "areas.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text},,,,\n,,,,\n\n", encoding="utf-8", newline="\n")
    assert len(load_basket(data).areas) == 5
    wide = "".join(f"{line},,\n" for line in text.splitlines())
    path.write_text(wide, encoding="utf-8", newline="\n")
    assert len(load_basket(data).areas) == 5
    path.write_text(wide.replace(",,\n", ",x,\n", 2), encoding="utf-8", newline="\n")
    with pytest.raises(DataFaults):
        load_basket(data)
    head, _, body = text.partition("\n")
    path.write_text(f"{head}\n,,,,\n{body}", encoding="utf-8", newline="\n")
    with pytest.raises(DataFaults) as raised:
        load_basket(data)
    (fault,) = raised.value.faults
    assert (fault.file, fault.row, fault.found) == ("data/areas.csv", 2, "an empty line")


@pytest.mark.parametrize(
    ("content", "row", "found"),
    [
        ("area_id;position;name;short_name\ncare;1;Care;Care\n", 1, "area_id;position;name;short_name"),
        ("area_id,position\ncare,1\n<<<<<<< HEAD\nhelp,2\n=======\nhelp,3\n>>>>>>> b\n", 3, "<<<<<<< HEAD"),
        ('area_id,position,name,short_name\ncare,1,Care,Care\nhelp,2,"Help,Help\nage,3,Age,Age\n', 3, "unexpected end"),
    ],
)
def test_other_separators_and_an_unclosed_quote_mark_are_one_fault_with_its_line(
    content: str, row: int, found: str, tmp_path: Path
) -> None:
    path = tmp_path / "areas.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFaults) as caught:
        read_cells(path, TABLE["areas"])
    (fault,) = caught.value.faults
    assert (fault.row, found in fault.found) == (row, True)
