"""The command line explains its use, says what is wrong and what to do, and prints output that programs rely on."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from conftest import Project

from quarterly.cli.main import main

QUARTER = "2023-24-Q3"
AREAS = ["early-help", "social-work-practice", "children-in-care", "quality-assurance", "workforce"]
COLUMNS = [
    *("area", "indicator_id", "indicator", "unit", "polarity"),
    *("2022-23-Q4", "2023-24-Q1", "2023-24-Q2", "2023-24-Q3"),
    *("target", "rag", "dot", "statistical_neighbour", "south_west", "england", "ofsted_good"),
    *("rag_published", "dot_published", "note"),
]
COMMANDS: dict[str, click.Command] = dict(main.commands)


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@cache
def help_of(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "quarterly", *command, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


# The help


def test_help_names_every_command_and_the_steps_of_the_work() -> None:
    shown = help_of()
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", shown, re.MULTILINE), name
    for step in ("quarterly check", "quarterly run", "quarterly render", "quarterly build"):
        assert re.search(rf"^ +{step} ", shown, re.MULTILINE), f"{step} does not stand on a line of its own"
    assert "2023-24-Q3" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_says_what_it_does(name: str) -> None:
    shown = help_of(name)
    assert f"Usage: quarterly {name}" in shown
    words = shown.partition("\n\n")[2].partition("\nOptions:")[0].split()
    assert len(words) >= 10, f"the help of {name} is too short to teach: {' '.join(words)}"
    examples = re.findall(rf"^ +quarterly {name}\b", shown, re.MULTILINE)
    assert examples or "Examples:" not in shown, "an example must stand on a line of its own"
    for option in COMMANDS[name].params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name} has no help"


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_shows_no_formatting_marks(name: str) -> None:
    shown = help_of(*([name] if name else []))
    assert "\\b" not in shown
    assert "\b" not in shown


# Exit statuses and messages


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("scorecard", "2019-20-Q1"), ("2019-20-Q1", "2022-23-Q4", "2023-24-Q3", "Choose one of these")),
        (("run", "2024-25-Q1"), ("2024-25-Q1", "data/observations.csv", "2023-24-Q3")),
        (("check", "2019-20-Q1"), ("2019-20-Q1", "2023-24-Q3")),
        (("scorecard", "2023-24"), ("There are no figures for 2023-24.", "2023-24-Q3")),
        (("scorecard", "2023-24-Q5"), ("'2023-24-Q5' is not a reporting quarter", "2023-24-Q3")),
        (("run", "Q3 2023/24"), ("'Q3 2023/24' is not a reporting quarter", "2023-24-Q3")),
        (("build", "2023-25-Q3"), ("'2023-25-Q3' is not a reporting quarter", "2023-24-Q3")),
        (("scorecard", QUARTER, "--area", "nowhere"), ("'nowhere'", *AREAS)),
        (("run", "--area", "nowhere"), ("'nowhere'", *AREAS, "index")),
        (("render", "--renderer", "word"), ("'word'", "quarto", "embedded")),
        (("scorecard", QUARTER, "--format", "xlsx"), ("'xlsx'", "table", "csv", "json")),
        (("scorecard",), ("QUARTER", "--help")),
        (("run", "--workers", "0"), ("--workers", "0")),
        (("publish",), ("publish", "--help")),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_status_2_and_lists_the_valid_choices(
    built: Project, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(built.root)
    done = CliRunner().invoke(main, arguments)  # in this process, which starts at once
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 2, done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in done.stderr


def test_outside_a_project_is_wrong_usage(tmp_path: Path) -> None:
    done = Project(tmp_path)("check")
    assert done.returncode == 2
    assert str(tmp_path) in done.stderr
    assert "Change to the project's folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_subfolder_of_the_project_works(project: Project) -> None:
    inside = Project(project.root / "reports" / QUARTER)
    assert inside("check").stdout == project("check").stdout != ""


def test_check_counts_agreements_with_what_was_published(project: Project) -> None:
    done = project("check")
    assert done.returncode == 0, "somebody has accepted what is wrong with the commentary of the published report"
    assert done.stdout.splitlines()[0] == "2023-24-Q3: ready to be signed off."
    assert "The commentary has 0 errors" in done.stdout
    assert "60 indicators, 240 observations" in done.stdout
    assert "106 of 120 judgements agree" in done.stdout
    assert re.search(r"Rates give whole numbers of children +12 +0 +4 ", done.stdout)
    assert "Green on target; amber as far as 66.5%; red beyond that." in done.stdout
    assert "The tolerance was left out: without it the rule gives the published rating." in done.stdout
    assert done.stderr == ""


# The scorecard


@pytest.fixture(scope="module")
def rows(built: Project) -> list[dict[str, str]]:
    """Return the whole scorecard, as another program reads it."""
    done = built("scorecard", QUARTER, "--format", "csv")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return read_csv(done.stdout)


def test_scorecard_csv_has_a_row_for_each_indicator_and_the_agreed_columns(rows: list[dict[str, str]]) -> None:
    assert len(rows) == 60
    assert all(list(row) == COLUMNS for row in rows)
    assert len({row["indicator_id"] for row in rows}) == 60
    assert list(dict.fromkeys(row["area"] for row in rows)) == AREAS
    assert {row["rag"] for row in rows} == {"GREEN", "AMBER", "RED", ""}
    assert {row["polarity"] for row in rows} == {"higher", "lower", ""}
    assert {row["unit"] for row in rows} == {"number", "percentage", "rate"}
    for row in rows:
        assert row[QUARTER] or "not available (x)" in row["note"], row
        assert row["target"] or re.search("not targeted|target not available", row["note"], re.IGNORECASE), row
        assert row["rag"] or row["note"], row
    first = rows[0]
    assert [first[name] for name in COLUMNS[5:9]] == ["1953", "1998", "1876", "1720"]


def test_scorecard_json_says_the_same_as_csv(built: Project, rows: list[dict[str, str]]) -> None:
    done = built("scorecard", QUARTER, "--format", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [list(entry) for entry in found] == [COLUMNS] * 60
    for entry, row in zip(found, rows, strict=True):
        for name in COLUMNS:
            plain = "" if entry[name] is None else entry[name]
            same = float(row[name]) == plain if isinstance(plain, int | float) else row[name] == plain
            assert same, (entry["indicator_id"], name, entry[name], row[name])


def test_scorecard_of_areas_has_their_rows_only(built: Project, rows: list[dict[str, str]]) -> None:
    done = built("scorecard", QUARTER, "--area", "workforce", "--area", "early-help", "--format", "csv")
    assert read_csv(done.stdout) == [row for row in rows if row["area"] in ("workforce", "early-help")]
    assert len(read_csv(done.stdout)) == 17 + 6


def test_scorecard_table_is_complete_without_a_terminal(built: Project) -> None:
    done = built("scorecard", QUARTER, "--area", "workforce")
    assert done.returncode == 0, done.stderr
    assert "Personal advisers with more than 20 care leavers" in done.stdout
    assert "…" not in done.stdout
    line = next(line for line in done.stdout.splitlines() if "Average social worker caseload" in line)
    assert re.split(r"\s{2,}", line.strip())[1:10] == [
        "Number",
        "Lower is better",
        "15.8",
        "15.2",
        "14.7",
        "14.0",
        "16.6",
        "Green",
        "Positive",
    ]


# The parameters of a quarter


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("meeting:", "meetings:", ("meetings", "Known: quarter, source, notebooks, meeting")),
        ("  town_or_parish:", "  parish:", ("meeting.parish", "town_or_parish", "key_decision")),
        ("  quarters_shown: 4", "  quarter_shown: 4", ("notebooks.quarter_shown", "quarter, quarters_shown")),
        ("quarter: 2023-24-Q3", "quarter: 2023-24-Q2", ("2023-24-Q2", "quarter: 2023-24-Q3")),
        ("  quarters_shown: 4", "  quarters_shown: [4", ("Close it",)),
        ("\nmeeting:", "\n\tmeeting:", ("Indent with spaces",)),
    ],
    ids=["unknown key", "unknown key of the meeting", "mistyped parameter", "another quarter", "broken", "tab"],
)
def test_a_fault_in_the_parameters_names_the_file_and_the_known_keys(
    project: Project, monkeypatch: pytest.MonkeyPatch, old: str, new: str, words: tuple[str, ...]
) -> None:
    project.edit(f"params/{QUARTER}.yml", old, new)
    before = {path: path.read_bytes() for path in sorted((project.root / "reports").rglob("*.ipynb"))}
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(main, ["run", "--area", "workforce"])  # in this process, which starts at once
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 1, done.stderr
    assert "1 fault." in done.stderr
    for word in (f"params/{QUARTER}.yml", *words):
        assert word in done.stderr
    assert {path: path.read_bytes() for path in sorted((project.root / "reports").rglob("*.ipynb"))} == before


def test_broken_yaml_names_the_line(project: Project) -> None:
    path = project.root / "params" / f"{QUARTER}.yml"
    path.write_text("quarter: 2023-24-Q3\nnotebooks:\n  quarters_shown: 4\n  : : what\n", encoding="utf-8")
    done = project("check")
    assert done.returncode == 1, done.stderr
    row = next(line for line in done.stderr.splitlines() if f"params/{QUARTER}.yml" in line)
    assert row.split()[1] == "4", row


def test_check_finds_a_mistyped_parameter_before_a_run(project: Project) -> None:
    project.edit(f"params/{QUARTER}.yml", "  quarters_shown: 4", "  quarter_shown: 4")
    done = project("check")
    assert done.returncode == 1, done.stdout
    assert "notebooks.quarter_shown" in done.stderr
