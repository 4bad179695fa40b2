"""A senseless rule or target is reported with its file, line and column before anything is rated by it."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from quarterly.core.errors import DataFaults, Fault
from quarterly.data.load import load_basket

Change = tuple[str, str, dict[str, str]]
RULE = {"rule_id": "own", "tolerance": "5", "tolerance_basis": "relative", "dot_basis": "previous quarter"}
RULE |= {"direction_baseline": "previous quarter", "source": "A council"}
IMPROVING = {"tolerance": "", "tolerance_basis": "any", "amber_if_improved_on": "same quarter last year"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data of the second basket, which uses every rule."""
    return Path(shutil.copytree(ROOT / "examples" / "thornmere-waste" / "data", tmp_path / "data"))


def rewrite(path: Path, key: str, cells: dict[str, str]) -> int:
    """Change the last row with a key in the first column, or add one; return its line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
        names = list(rows[0])
    place = max((number for number, row in enumerate(rows) if row[names[0]] == key), default=len(rows))
    if place == len(rows):
        rows.append(dict.fromkeys(names, "") | {names[0]: key})
    rows[place] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return place + 2


def faults_of(data: Path) -> list[Fault]:
    """List the faults of a basket."""
    with pytest.raises(DataFaults) as caught:
        load_basket(data)
    return list(caught.value.faults)


def test_the_original_basket_has_no_faults(data: Path) -> None:
    assert len(load_basket(data).rules) == 7


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"tolerance": ""}, "tolerance", "Enter the tolerance"),
        ({"tolerance": "-1"}, "tolerance", "cannot be below 0"),
        ({"tolerance_basis": "about"}, "tolerance_basis", "relative, points, floor, any, none"),
        ({"tolerance_basis": "none"}, "tolerance", "uses no tolerance"),
        ({**IMPROVING, "amber_if_improved_on": ""}, "amber_if_improved_on", "nothing would ever be red"),
        ({**IMPROVING, "amber_if_improved_on": "last week"}, "amber_if_improved_on", "same quarter last year"),
        ({"dot_basis": "fitted trend"}, "dot_quarters", "3 or more"),
        ({"dot_basis": "fitted trend", "dot_quarters": "2"}, "dot_quarters", "3 or more"),
        ({"dot_quarters": "4"}, "dot_quarters", "Only a fitted trend"),
        ({"stability": "2"}, "stability_basis", "relative"),
        ({"stability_basis": "points"}, "stability", "Enter the width"),
        ({"stability": "-2", "stability_basis": "points"}, "stability", "cannot be below 0"),
        ({"green_tolerance": "2"}, "green_tolerance_basis", "relative or points"),
        ({"green_tolerance_basis": "points"}, "green_tolerance", "Enter the tolerance for green"),
        ({"green_tolerance": "-2", "green_tolerance_basis": "points"}, "green_tolerance", "cannot be below 0"),
        ({"green_tolerance": "5", "green_tolerance_basis": "relative"}, "green_tolerance", "further than green"),
        ({"green_tolerance": "2", "green_tolerance_basis": "floor"}, "green_tolerance_basis", "relative, points"),
        ({"amber_if_held": "yes"}, "amber_if_held", "the quarter that an amber figure must equal"),
        ({**IMPROVING, "amber_if_held": "no"}, "amber_if_held", "yes"),
        ({"dot_basis": "previous quarter; previous quarter"}, "dot_basis", "the same basis twice"),
        ({"dot_basis": "previous quarter;previous year end"}, "dot_basis", "two separated by '; '"),
        ({"dot_basis": "previous quarter; fitted trend"}, "dot_quarters", "3 or more"),
    ],
)
def test_a_senseless_rule_is_reported(data: Path, cells: dict[str, str], column: str, words: str) -> None:
    line = rewrite(data / "rules.csv", "own", {**RULE, **cells})
    (fault,) = faults_of(data)
    assert (fault.file, fault.row, fault.column) == ("data/rules.csv", line, column)
    assert words in fault.expected


@pytest.mark.parametrize(
    ("indicator", "cells", "column", "words"),
    [
        ("fleet-in-use", {"lower": "93"}, "lower", "not be above its upper one"),
        ("fleet-in-use", {"lower": ""}, "lower", "two ends"),
        ("fleet-in-use", {"upper": ""}, "upper", "two ends"),
        ("fleet-in-use", {"upper": "120"}, "upper", "between 0 and 100"),
        ("fleet-in-use", {"value": "90"}, "upper", "Keep only one"),
        ("contamination", {"direction": "decreasing"}, "direction", "Keep only one"),
        ("contamination", {"comparator": "national"}, "comparator", "Keep only one"),
        ("contamination", {"status": "data only"}, "status", "Keep only one"),
        ("contamination", {"value": "", "status": "resting"}, "status", "data only, in measurement"),
        ("recycling-rate", {"comparator": "regional"}, "comparator", "comparator"),
        ("fly-tips-cleared", {"value": "", "comparator": "national"}, "comparator", "Add it"),
        ("missed-put-right", {"tolerance": ""}, "tolerance", "worst figure that is still amber"),
        ("missed-put-right", {"tolerance": "97"}, "tolerance", "better than the target"),
        ("missed-put-right", {"value": "", "tolerance": "", "lower": "90", "upper": "95"}, "lower", "one floor"),
        ("assisted-collections", {"status": ""}, "value", "Enter the value, or a reason"),
        ("assisted-collections", {"missing": "z"}, "missing", "There is a value too"),
    ],
)
def test_a_senseless_target_is_reported(
    data: Path, indicator: str, cells: dict[str, str], column: str, words: str
) -> None:
    line = rewrite(data / "targets.csv", indicator, cells)
    faults = [fault for fault in faults_of(data) if fault.column == column]
    assert (faults[0].file, faults[0].row) == ("data/targets.csv", line)
    assert words in " ".join(fault.expected for fault in faults)


def test_a_direction_needs_a_rule_with_a_baseline(data: Path) -> None:
    line = rewrite(data / "rules.csv", "trend", {"direction_baseline": ""})
    (fault,) = faults_of(data)
    assert (fault.file, fault.row, fault.column) == ("data/rules.csv", line, "direction_baseline")


def test_an_unknown_rule_is_reported(data: Path) -> None:
    line = rewrite(data / "indicators.csv", "fly-tips", {"rule": "weather"})
    (fault,) = faults_of(data)
    assert (fault.file, fault.row, fault.column, fault.found) == ("data/indicators.csv", line, "rule", "weather")


@pytest.mark.parametrize(("name", "per"), [("missed-collections", ""), ("fly-tips", "1,000 households")])
def test_a_rate_has_a_base_and_nothing_else_has(data: Path, name: str, per: str) -> None:
    line = rewrite(data / "indicators.csv", name, {"per": per})
    (fault,) = faults_of(data)
    assert (fault.file, fault.row, fault.column) == ("data/indicators.csv", line, "per")


@pytest.mark.parametrize("name", ["index", "data-quality", "nul"])
def test_an_area_cannot_have_the_name_of_another_notebook(data: Path, name: str) -> None:
    rewrite(data / "areas.csv", name, {"position": "9", "name": "Other", "short_name": "Other"})
    assert any(fault.found == name and "cannot have this name" in fault.expected for fault in faults_of(data))


def test_rates_of_the_population_are_all_of_the_same_people(data: Path) -> None:
    (data / "populations.csv").write_text("quarter,population,missing,note\n2023-24-Q4,41000,,\n", encoding="utf-8")
    line = rewrite(data / "indicators.csv", "fly-tips", {"unit": "rate", "per": "10,000 households"})
    text = (data / "observations.csv").read_text(encoding="utf-8").splitlines()
    plain = [",".join([*row.split(",")[:3], "", "", *row.split(",")[5:]]) for row in text[1:]]
    (data / "observations.csv").write_text("\n".join([text[0], *plain]) + "\n", encoding="utf-8")
    (fault,) = faults_of(data)
    assert (fault.file, fault.row, fault.column) == ("data/indicators.csv", line, "per")
    for per in ("10,000 collections", "10,000"):
        rewrite(data / "indicators.csv", "fly-tips", {"per": per})
        load_basket(data)


def test_comparators_have_names(data: Path) -> None:
    (data / "comparator_names.csv").unlink()
    assert {fault.file for fault in faults_of(data)} == {"data/comparator_names.csv"}


def test_a_faulty_cell_in_the_comparators_is_a_fault_and_no_traceback(data: Path) -> None:
    line = rewrite(data / "comparators.csv", "contamination", {"value": "many"})
    assert ("data/comparators.csv", line, "value") in [(f.file, f.row, f.column) for f in faults_of(data)]


def test_optional_tables_and_columns_may_be_left_out(data: Path) -> None:
    """A basket with only areas, indicators, observations, targets and rules, without their optional columns."""
    for name in ("comparators", "comparator_names", "comparator_members", "glossary"):
        (data / f"{name}.csv").unlink()
    for name, extra in (
        ("rules", {"amber_if_improved_on", "dot_quarters", "stability", "stability_basis"}),
        ("targets", {"lower", "upper", "comparator", "status"}),
    ):
        path = data / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = [{key: cell for key, cell in row.items() if key not in extra} for row in csv.DictReader(file)]
        rows = [row for row in rows if name == "targets" or row["rule_id"] == "standard"]
        rows = [row for row in rows if name == "rules" or row["value"]]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    path = data / "indicators.csv"
    text = path.read_text(encoding="utf-8")
    for rule in ("floor", "band", "points", "improving", "trend", "no-amber"):
        text = text.replace(f",{rule},", ",,")
    path.write_text(text, encoding="utf-8", newline="\n")
    basket = load_basket(data)
    assert basket.comparator_labels == {}
    assert basket.targets["lower"].isna().all()
