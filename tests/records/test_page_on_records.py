"""The page on figures from records agrees with the program: words, parameters, layouts and dialects."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from guides import CSV, YAML, blocks

from quarterly.core.errors import DataFaults
from quarterly.records.define import measures
from quarterly.records.layouts.reading import coverage_of
from quarterly.records.settings import MEANINGS, read_measures, read_words
from quarterly.records.sql import DIALECTS

PAGE = (ROOT / "docs" / "records.qmd").read_text(encoding="utf-8")


def row(begins: str) -> str:
    return next(line for line in PAGE.splitlines() if line.startswith(f"| {begins}"))


@pytest.mark.parametrize(("kind", "meanings"), MEANINGS.items())
def test_each_list_of_words_is_there_with_its_meanings(kind: str, meanings: tuple[str, ...]) -> None:
    assert re.findall(r"`(\w+)`", row(f"`{kind}`")) == [kind, *meanings]


def test_the_files_that_the_page_shows_are_read(tmp_path: Path) -> None:
    (words,) = [block for block in blocks("records", CSV) if block.startswith("list,")]
    parameters = next(block for block in blocks("records", YAML) if block.startswith("single-"))
    folder = tmp_path / "params" / "records"
    folder.mkdir(parents=True)
    (folder / "words.csv").write_text(words, encoding="utf-8")
    (folder / "parameters.yml").write_text(parameters, encoding="utf-8")
    assert read_words(tmp_path)["role"] == {"allocated case worker": "social_worker"}
    chosen = {name: measure.chosen for name, measure in read_measures(tmp_path).items() if measure.chosen}
    assert chosen == yaml.safe_load(parameters)


def test_a_word_may_hold_any_line_break_and_faults_name_its_line(tmp_path: Path) -> None:
    file = tmp_path / "params" / "records" / "words.csv"
    file.parent.mkdir(parents=True)
    file.write_text('list,word,code\n\nrole,"Social\nworker",social_worker\nrole,a\u2028b,iro\n', encoding="utf-8")
    assert read_words(tmp_path)["role"] == {"social\nworker": "social_worker", "a\u2028b": "iro"}
    file.write_text("list,word,code\n\nrole,worker,nothing\n", encoding="utf-8")
    with pytest.raises(DataFaults, match=r"line 3"):
        read_words(tmp_path)


def test_each_parameter_in_the_table_exists() -> None:
    table = PAGE.partition("| Indicators | Parameter |")[2].partition("\n\n")[0]
    named = {name for line in table.splitlines()[2:] for name in re.findall(r"`([a-z_]+)`", line.split("|")[2])}
    assert named
    assert named <= {name for measure in measures().values() for name in measure.parameters}


@pytest.mark.parametrize(
    ("begins", "layout"),
    [
        ("Annex A", "annex_a"),
        ("SSDA903", "ssda903"),
        ("Children in need census", "cin_census"),
        ("Workforce census", "workforce_census"),
    ],
)
def test_the_number_of_indicators_of_each_layout_is_right(begins: str, layout: str) -> None:
    known = coverage_of(layout)
    assert known is not None
    assert re.findall(r"\d+", row(begins).split("|")[2])[0] == str(len(known.quarters))


def test_the_page_of_definitions_is_up_to_date() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "make_definitions.py"))["page"]
    assert (ROOT / "docs" / "definitions.qmd").read_text(encoding="utf-8") == page(), "run: docs/make_definitions.py"


def test_all_definitions_and_dialects_are_mentioned() -> None:
    assert f"{len(measures())} of the 60 indicators" in PAGE
    assert all(f"`{dialect}`" in PAGE or f"--dialect {dialect}" in PAGE for dialect in DIALECTS)
