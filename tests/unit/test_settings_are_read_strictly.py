"""Files of settings: a key is given once, nothing stands for something else, and no content ends in a traceback."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterly.core.errors import DataFaults
from quarterly.data.settings import read_settings, read_yaml


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("quarter: 2023-24-Q3\nmeeting:\n  date: 2024-02-22\n  date: 2024-02-23\n", 4, "the key date a second time"),
        ("counts_under: 5\nzeros: shown\ncounts_under: 0\n", 3, "the key counts_under a second time"),
        ("a: &a [1]\nb: *a\n", 2, "an alias"),
        ("? [a, b]\n: 1\n", 1, "a key that is no word"),
        ("a: 2024-13-45\n", None, "month must be in 1..12"),
        (f"a: {'[' * 5_000}", None, "it is nested too deeply"),
    ],
)
def test_what_cannot_be_meant_is_a_fault(tmp_path: Path, text: str, line: int | None, found: str) -> None:
    path = tmp_path / "disclosure.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults) as raised:
        read_settings(path, "params/disclosure.yml")
    (fault,) = raised.value.faults
    assert fault.file == "params/disclosure.yml"
    assert fault.row == line
    assert found in fault.found


def test_the_same_key_under_two_others_is_no_fault() -> None:
    assert read_yaml("a:\n  x: 1\nb:\n  x: 2\n") == {"a": {"x": 1}, "b": {"x": 2}}


@given(st.text(alphabet="a:-[]{}&*?!|> \n\t'\"0#%@", max_size=60))
def test_any_text_is_read_or_is_a_fault(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_text(text, encoding="utf-8")
    with suppress(DataFaults):
        assert isinstance(read_settings(path, "params/any.yml"), dict)
