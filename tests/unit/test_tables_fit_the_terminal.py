"""On a terminal, a too wide table becomes a block for each row, in whole words; elsewhere each row is a line."""

from __future__ import annotations

import re

import pytest

from quarterly.cli.shared import print_findings, print_table
from quarterly.commentary.finding import Finding, Level

HEAD = ["Indicator", "Direction of travel", "Statistical neighbours", "The rule"]
ROWS = [
    [
        "Care leavers aged 19 to 21 in suitable accommodation",
        "Positive",
        "Local measure",
        "Green on target; amber as far as 66.5%; red beyond that. A direction-target has no tolerance.",
    ],
    ["Agency workers", "Negative", "16.4", "No target, no rating."],
]


def printed(rows: list[list[str]], capsys: pytest.CaptureFixture[str]) -> str:
    print_table("What disagrees", HEAD, rows)
    return re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_a_wide_table_fits_a_narrow_terminal_and_breaks_no_word(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    text = printed(ROWS, capsys)
    assert max(map(len, text.splitlines())) <= columns
    words = " ".join(text.split())
    for row in ROWS:
        for column, cell in zip(HEAD[1:], row[1:], strict=True):
            assert f"{column}: {cell.rstrip('.')}" in words
        assert row[0] in words


def test_a_table_that_fits_stays_a_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    (line,) = [line for line in printed(ROWS[1:], capsys).splitlines() if "Agency" in line]
    assert line.split() == ["Agency", "workers", "Negative", "16.4", "No", "target,", "no", "rating."]


def test_without_a_terminal_each_row_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = [line for line in printed(ROWS, capsys).splitlines() if "Care leavers" in line]
    assert all(cell in line for cell in ROWS[0])


def test_a_finding_in_several_cells_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    found = [Finding(Level.WARNING, "a.ipynb", cell, "", "Move it.") for cell in (3, 5, 9)]
    print_findings("Found:", [*found, Finding(Level.WARNING, "a.ipynb", None, "", "Sign it.")])
    text = "Found:\n\n  Warning in a.ipynb, cells 3, 5 and 9\n    Move it.\n\n  Warning in a.ipynb\n    Sign it.\n\n"
    assert capsys.readouterr().out == text
