"""In settings files a key is given once, no value is reinterpreted, and no content ends in a traceback."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from quarterly.core.errors import DataFaults
from quarterly.core.quarters import Quarter
from quarterly.data.params import load_params
from quarterly.data.settings import read_settings, read_yaml, settings_under
from quarterly.outputs.workbook.imprint import load_imprint


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("quarter: 2023-24-Q3\nmeeting:\n  date: 2024-02-22\n  date: 2024-02-23\n", 4, "the key date a second time"),
        ("counts_under: 5\nzeros: shown\ncounts_under: 0\n", 3, "the key counts_under a second time"),
        ("a: &a [1]\nb: *a\n", 2, "a value that begins with a sign: b: *a"),
        ("? [a, b]\n: 1\n", 1, "a key that is not a word"),
        ("a: 2024-13-45\n", 1, "month must be in 1..12"),
        ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> theirs\n", 2, "<<<<<<< HEAD"),
        ("a: Report: Q3\n", 1, "a second colon, or a line indented too far: a: Report: Q3"),
        ("a:\n\tb: 1\n", 2, "a tab: b: 1"),
        ("a:\n  b: 1\n c: 2\n", 3, "a line that does not continue those above: c: 2"),
        ("a: 1\nbcd\ne: 2\n", 2, "a line without a colon: bcd"),
        ('a: "x\nb: 1\n', 1, 'a quotation mark that is not closed: a: "x'),
        ("a: [1\nb: 1\n", 1, "a bracket that is not closed: a: [1"),
        ("a: @x\n", 1, "a value that begins with a sign: a: @x"),
        ("a: > 5\n", 1, "a value that begins with a sign: a: > 5"),
        ('a: "C:\\q"\n', 1, "a backslash between double quotation marks"),
        ("a: 1\n---\nb: 1\n", 2, "a line of dashes: ---"),
        (f"a: {'[' * 5_000}", None, "it is nested too deeply"),
    ],
)
def test_a_setting_without_a_clear_meaning_is_a_fault(tmp_path: Path, text: str, line: int | None, found: str) -> None:
    path = tmp_path / "disclosure.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults) as raised:
        read_settings(path, "params/disclosure.yml")
    (fault,) = raised.value.faults
    assert fault.file == "params/disclosure.yml"
    assert fault.row == line
    assert found in fault.found


def test_the_same_key_under_two_parents_is_no_fault() -> None:
    read = read_yaml("a:\n  x: 1\nb:\n  x: 2\nc: text\n")
    assert read == {"a": {"x": 1}, "b": {"x": 2}, "c": "text"}
    assert [settings_under(read, key) for key in "abcd"] == [{"x": 1}, {"x": 2}, {}, {}]


@given(st.text(alphabet="a:-[]{}&*?!|> \n\t'\"0#%@", max_size=60))
def test_any_text_is_read_or_is_a_fault(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_text(text, encoding="utf-8")
    with suppress(DataFaults):
        assert isinstance(read_settings(path, "params/any.yml"), dict)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\nb: [1,\n", 3, "1"),
        ("a: 1\n  a: 2\n", 2, "4"),
        ("a: 1\nb: &x 1\nc: *x\n", 3, "4"),
        ("a: 1\nb: x\x00\n", 2, "5"),
        ("a: 1\nb:   2024-13-45\n", 2, "6"),
        ('a: 1\nb: "\\ud800"\n', 2, "4"),
    ],
)
def test_faults_are_named_with_line_and_column(tmp_path: Path, text: str, line: int, column: str) -> None:
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults) as raised:
        read_settings(tmp_path / "a.yml", "params/a.yml")
    (fault,) = raised.value.faults
    assert (fault.file, fault.row, fault.column) == ("params/a.yml", line, column)


@pytest.mark.parametrize("text", ["website:\n  title: A\nwebsite:\n  title: B\n", "a: [1,\n", "- a\n- b\n"])
def test_the_settings_of_the_site_are_read_as_strictly(tmp_path: Path, text: str) -> None:
    (tmp_path / "_quarto.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults) as raised:
        load_imprint(tmp_path, load_params(ROOT, Quarter(2023, 3)))
    assert raised.value.faults[0].file == "_quarto.yml"
