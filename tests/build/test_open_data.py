"""The open data agrees with the scorecard and its own description, and has nothing that a spreadsheet would run.

The description is validated by a small reader in this file: the frictionless package would bring thirty others.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import Project, copy_project

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.workbook import write_workbook
from quarterly.outputs.workbook.opendata import csv_text, harmless, runs_as_formula

QUARTER = Quarter(2023, 3)
HOSTILE = ["=cmd|' /C calc'!A0", "+1", "@SUM(A1:A9)", "-2+3", "\t=1+1", ' =HYPERLINK("http://x.example","y")']
FILES = ["scorecard.csv", "scorecard-wide.csv"]
Row = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the published quarter's downloads once; tests only read them."""
    return write_workbook(copy_project(tmp_path_factory.mktemp("open data")).root, QUARTER)[0].parent


@pytest.fixture(scope="module")
def package(folder: Path) -> dict[str, Any]:
    """Return the description."""
    return read_package(folder)


def read_package(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "datapackage.json").read_text(encoding="utf-8")))


def read(folder: Path, file: str) -> list[Row]:
    with (folder / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, strict=True))


def faults(package: dict[str, Any], folder: Path) -> list[str]:
    """List everything in the files that their description does not allow."""
    return [fault for resource in package["resources"] for fault in _resource_faults(resource, folder)]


def _resource_faults(resource: dict[str, Any], folder: Path) -> list[str]:
    schema, data = resource["schema"], (folder / resource["path"]).read_bytes()
    found = []
    if len(data) != resource["bytes"] or f"sha256:{hashlib.sha256(data).hexdigest()}" != resource["hash"]:
        found.append("not the file that is described")
    dialect = resource["dialect"]
    text = data.decode(resource["encoding"])
    if not text.endswith(dialect["lineTerminator"]) or "\r" in text:
        found.append("another line terminator")
    head, *lines = list(csv.reader(StringIO(text, newline=""), delimiter=dialect["delimiter"], strict=True))
    fields = schema["fields"]
    if head != [field["name"] for field in fields]:
        return [*found, "other columns"]
    keys: set[tuple[str, ...]] = set()
    seen: dict[str, set[str]] = {field["name"]: set() for field in fields}
    for number, line in enumerate(lines, start=2):
        row = dict(zip(head, line, strict=True))
        key = tuple(row[name] for name in schema["primaryKey"])
        if key in keys:
            found.append(f"{number}: {key} again")
        keys.add(key)
        for field in fields:
            fault = _cell_fault(row[field["name"]], field, schema["missingValues"], seen[field["name"]])
            found += [f"{number} {field['name']}: {fault}"] if fault else []
    return found


def _cell_fault(cell: str, field: dict[str, Any], missing: list[str], seen: set[str]) -> str:
    rules = field.get("constraints", {})
    if cell in missing:
        return "missing" if rules.get("required") else ""
    if field["type"] == "number":
        if not re.fullmatch(r"-?\d+(\.\d+)?", cell):
            return f"{cell} is no number"
        if "minimum" in rules and float(cell) < rules["minimum"]:
            return f"{cell} is too small"
    if "enum" in rules and cell not in rules["enum"]:
        return f"{cell} is none of {rules['enum']}"
    if "pattern" in rules and not re.fullmatch(rules["pattern"], cell):
        return f"{cell} has another form"
    if rules.get("unique") and cell in seen:
        return f"{cell} again"
    seen.add(cell)
    return ""


# The description


@pytest.mark.parametrize("quarter", [QUARTER, Quarter(2023, 1), Quarter(2022, 4)])
def test_every_row_of_every_file_fits_the_description(tmp_path: Path, quarter: Quarter) -> None:
    folder = write_workbook(copy_project(tmp_path / "project").root, quarter)[0].parent
    assert faults(read_package(folder), folder) == []


def test_the_reader_in_this_file_finds_faults(folder: Path, tmp_path: Path) -> None:
    """Without this, a reader that finds nothing would pass."""
    package = read_package(folder)
    for file in FILES:
        text = (folder / file).read_text(encoding="utf-8")
        (tmp_path / file).write_text(text.replace("POSITIVE", "GOOD").replace(",67,", ",sixty,"), encoding="utf-8")
    found = "\n".join(faults(package, tmp_path))
    for words in ("not the file", "GOOD is none of", "sixty is no number"):
        assert words in found


def test_the_description_has_what_the_specification_requires(package: dict[str, Any]) -> None:
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert [resource["path"] for resource in package["resources"]] == FILES
    for resource in package["resources"]:
        assert re.fullmatch(r"[-a-z0-9._/]+", resource["name"])
        assert resource["type"] == "table"
        assert (resource["encoding"], resource["schema"]["missingValues"]) == ("utf-8", [""])
        for field in resource["schema"]["fields"]:
            assert field["type"] in ("string", "number")
            assert len(field["description"]) > 10, f"{field['name']} needs a description"
        assert set(resource["schema"]["primaryKey"]) <= {field["name"] for field in resource["schema"]["fields"]}


def test_the_description_names_title_day_licence_source_and_contact(package: dict[str, Any]) -> None:
    assert package["title"] == "Children's services performance: Quarter 3 2023-24"
    assert package["created"] == "2024-02-22T00:00:00Z"
    assert all("name" in licence or "path" in licence for licence in package["licenses"])
    assert "North Somerset Council" in package["sources"][0]["title"]
    assert package["contributors"][0]["roles"] == ["contact"]


@pytest.mark.parametrize(
    ("setting", "licence"),
    [
        ("", {"name": "notspecified", "title": "The source of the figures states no licence."}),
        ("license: OGL-UK-3.0\n", {"name": "OGL-UK-3.0", "title": "OGL-UK-3.0"}),
        (
            "license:\n  text: Open Government Licence v3.0\n  url: https://licence.example/3\n",
            {"path": "https://licence.example/3", "title": "Open Government Licence v3.0"},
        ),
    ],
)
def test_the_licence_is_that_of_the_site_and_none_is_invented(
    project: Project, setting: str, licence: dict[str, str]
) -> None:
    file = project.root / "_quarto.yml"
    file.write_text(file.read_text(encoding="utf-8") + setting, encoding="utf-8")
    folder = write_workbook(project.root, QUARTER)[0].parent
    assert read_package(folder)["licenses"] == [licence]


# The figures


def test_a_fact_is_a_number_a_word_or_a_symbol_with_its_reason(folder: Path) -> None:
    rows = read(folder, "scorecard.csv")
    for row in rows:
        assert sum(bool(row[name]) for name in ("value", "category", "symbol")) == 1, row
        assert not row["value"] or row["unit"]
        assert row["reason"] or not row["symbol"], row
    assert len(rows) == 4 * 240 + 2 * 60 + 4 * 60


def test_every_fact_of_the_scorecard_is_in_the_tidy_file(folder: Path, scorecard: Scorecard) -> None:
    facts = {(r["indicator_id"], r["quarter"], r["measure"]): r for r in read(folder, "scorecard.csv")}
    for judged in scorecard.history.to_dict("records"):
        of = {m: facts[judged["indicator_id"], judged["quarter"], m] for m in ("figure", "target", "rag", "dot")}
        for measure, value in (("figure", judged["value"]), ("target", judged["target"])):
            assert of[measure]["value"] == ("" if pd.isna(value) else f"{value:.10g}")
        assert of["figure"]["symbol"] == judged["missing"]
        assert of["target"]["category"] == judged["direction"]
        assert (of["rag"]["category"], of["dot"]["category"]) == (judged["rag"], judged["dot"])
        assert of["rag"]["reason"] == judged["rag_reason"]
    for name, row in scorecard.rows.iterrows():
        for measure in ("rag_published", "dot_published"):
            assert facts[str(name), str(QUARTER), measure]["category"] == row[measure]
        for measure in ("statistical_neighbour", "south_west", "england", "ofsted_good"):
            fact = facts[str(name), str(QUARTER), measure]
            assert fact["value"] == ("" if pd.isna(row[measure]) else f"{row[measure]:.10g}")
            assert fact["period"] == row[f"{measure}_period"]


def test_a_missing_fact_has_the_symbol_of_its_reason(folder: Path) -> None:
    facts = {(r["indicator_id"], r["quarter"], r["measure"]): r for r in read(folder, "scorecard.csv")}
    quarter = str(QUARTER)
    for key, symbol in {
        ("plo-16-weeks", quarter, "figure"): "x",
        ("requests-for-support", quarter, "target"): "z",
        ("requests-for-support", quarter, "rag"): "z",
        ("requests-for-support", "2022-23-Q4", "target"): "x",
        ("section-47-to-icpc", quarter, "rag"): "x",
        ("children-in-care-visits", quarter, "dot"): "x",
        ("requests-for-support", quarter, "england"): "z",
        ("strategy-discussions-1-day", quarter, "england"): "x",
        ("practice-reviews-good", quarter, "rag_published"): "",
        ("practice-reviews-moderated", quarter, "rag_published"): "x",
        ("mash-enquiries", quarter, "rag_published"): "z",
    }.items():
        assert facts[key]["symbol"] == symbol, key


def test_the_wide_file_is_the_scorecard_that_other_programs_rely_on(folder: Path, project: Project) -> None:
    done = project("scorecard", str(QUARTER), "--format", "csv")
    assert (folder / "scorecard-wide.csv").read_text(encoding="utf-8") == done.stdout


def test_the_files_are_utf_8_without_a_byte_order_mark_and_with_line_feeds(folder: Path) -> None:
    for file in FILES:
        data = (folder / file).read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert "–" in data.decode("utf-8")
        assert b"\r" not in data


def test_an_unchanged_file_is_not_written_again(project: Project) -> None:
    before = {path: path.stat().st_mtime_ns for path in write_workbook(project.root, QUARTER)}
    after = {path: path.stat().st_mtime_ns for path in write_workbook(project.root, QUARTER)}
    assert before == after
    assert not list((project.root / "downloads").rglob("*.tmp"))


# Nothing in it runs


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_nothing(text: str) -> None:
    assert runs_as_formula(text)
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Red", "1 - 1", "67%", "a=b", "'quoted'", "– a dash", "2023-24-Q3"])
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_numbers_below_zero_stay_numbers() -> None:
    table = pd.DataFrame({"change": [-1.5, 2], "words": ["-1.5", "ok"], "-head": [1953, None]}, dtype=object)
    assert csv_text(table) == "change,words,'-head\n-1.5,'-1.5,1953\n2,ok,\n"


def test_figures_below_zero_fit_the_description_of_a_basket_that_allows_them(project: Project) -> None:
    file = project.root / "data" / "indicators.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"{line},{'below 0' if line.startswith('agency-workers,') else ''}" for line in lines]
    lines[0] = f"{lines[0]}beyond"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    project.edit("data/observations.csv", "agency-workers,2023-24-Q3,18", "agency-workers,2023-24-Q3,-18")
    folder = write_workbook(project.root, QUARTER)[0].parent
    assert faults(read_package(folder), folder) == []


def test_hostile_names_and_notes_are_harmless_in_both_files(project: Project) -> None:
    file = project.root / "data" / "indicators.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    name, note = rows[0].index("name"), rows[0].index("note")
    for row, text in zip(rows[1:], HOSTILE, strict=False):
        row[name], row[note] = text, text
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)
    folder = write_workbook(project.root, QUARTER)[0].parent
    assert faults(read_package(folder), folder) == []
    for written in FILES:
        cells = [cell for row in read(folder, written) for cell in row.values()]
        assert not [cell for cell in cells if runs_as_formula(cell) and not re.fullmatch(r"-?\d+(\.\d+)?", cell)]
        assert {f"'{text}" for text in HOSTILE} <= set(cells)


def test_areas_have_the_ids_and_names_of_the_basket(folder: Path, basket: Basket) -> None:
    names = dict(zip(basket.areas["area_id"], basket.areas["name"], strict=True))
    assert {(row["area_id"], row["area"]) for row in read(folder, "scorecard.csv")} == set(names.items())
