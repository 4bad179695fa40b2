"""Every fault in the data is found before anything is written, and all are listed in one table."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import Project

from quarterly.cli.main import main

Change = Callable[[Path], None]


def edit(file: str, old: str, new: str) -> Change:
    """Replace a text that occurs exactly once."""

    def change(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    return change


def table(file: str, make: Callable[[list[list[str]]], list[list[str]]]) -> Change:
    """Change the rows of a file; the first one is the header."""

    def change(root: Path) -> None:
        path = root / file
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines, lineterminator="\n").writerows(make(rows))

    return change


def in_latin_1(root: Path) -> None:
    path = root / "data/areas.csv"
    text = path.read_text(encoding="utf-8").replace("Social work practice", "Pratique sociale améliorée")
    path.write_bytes(text.encode("latin-1"))


def without_file(root: Path) -> None:
    (root / "data/rules.csv").unlink()


def import_of_no_quarter(root: Path) -> None:
    heads = "import_id,quarter,date,file,sha256,figures,changed,accepted"
    row = f"2023-25-Q3-1,2023-24-Q3,2024-01-31,a.csv,{'0' * 64},1,0,"
    (root / "data/imports.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")


FORMER = "data/former_descriptions.csv"


def former(row: str) -> Change:
    """Describe something otherwise up to a quarter."""

    def change(root: Path) -> None:
        text = f"table,id,column,to_quarter,value\n{row},2023-24-Q2,another-one\n"
        (root / FORMER).write_text(text, encoding="utf-8")

    return change


@dataclass(frozen=True)
class Case:
    """A fault, and what the message must name: the file, the line (0 if there is none), and the words."""

    change: Change
    file: str
    line: int
    words: tuple[str, ...]


CASES = {
    "a missing column": Case(
        table("data/targets.csv", lambda rows: [row[:6] + row[7:] for row in rows]),
        "data/targets.csv",
        1,
        ("tolerance", "no such column", "Add the column tolerance"),
    ),
    "a duplicate row": Case(
        edit("data/observations.csv", "mash-enquiries,2023-24-Q1,336,,,,\n", "mash-enquiries,2022-23-Q4,336,,,,\n"),
        "data/observations.csv",
        19,
        ("indicator_id", "quarter", "mash-enquiries, 2022-23-Q4", "Line 18", "Keep one of the two lines"),
    ),
    "text where a number belongs": Case(
        edit("data/observations.csv", "requests-for-support,2022-23-Q4,1953", "requests-for-support,2022-23-Q4,many"),
        "data/observations.csv",
        2,
        ("value", "many", "A number belongs here"),
    ),
    "a number with a per cent sign": Case(
        edit(
            "data/targets.csv",
            "family-wellbeing-transferred-up,2023-24-Q1,2023-24-Q4,7,",
            "family-wellbeing-transferred-up,2023-24-Q1,2023-24-Q4,7%,",
        ),
        "data/targets.csv",
        4,
        ("value", "7%", "without a % sign"),
    ),
    "a percentage of 150": Case(
        edit(
            "data/observations.csv",
            "initial-contact-decisions-24-hours,2023-24-Q3,67,",
            "initial-contact-decisions-24-hours,2023-24-Q3,150,",
        ),
        "data/observations.csv",
        29,
        ("value", "150", "between 0 and 100"),
    ),
    "an import of years that do not follow each other": Case(
        import_of_no_quarter,
        "data/imports.csv",
        2,
        ("import_id", "2023-25-Q3-1", "such as 2023-24-Q4-1"),
    ),
    "a target for an unknown indicator": Case(
        edit("data/targets.csv", "\nfamily-wellbeing-transferred-up,", "\nfamily-wellbeing-transfered-up,"),
        "data/targets.csv",
        4,
        ("indicator_id", "family-wellbeing-transfered-up", "data/indicators.csv", "Correct the spelling"),
    ),
    "a value and a reason both": Case(
        edit("data/observations.csv", "mash-enquiries,2022-23-Q4,583,,,,", "mash-enquiries,2022-23-Q4,583,,,x,"),
        "data/observations.csv",
        18,
        ("missing", "x", "Remove whichever is wrong"),
    ),
    "a blank without a reason": Case(
        edit("data/observations.csv", "mash-enquiries,2022-23-Q4,583,", "mash-enquiries,2022-23-Q4,,"),
        "data/observations.csv",
        18,
        ("value", "Enter the value, or a reason", "c confidential", "x not available"),
    ),
    "an impossible quarter": Case(
        edit("data/observations.csv", "repeat-contacts-12-months,2023-24-Q1", "repeat-contacts-12-months,2023-25-Q1"),
        "data/observations.csv",
        23,
        ("quarter", "2023-25-Q1", "2023-24-Q3"),
    ),
    "a short name that another indicator of the area has": Case(
        edit("data/indicators.csv", ",MASH enquiries,", ",requests for support,"),
        "data/indicators.csv",
        6,
        ("short_name", "requests for support", "Give each its own"),
    ),
    "an unknown rule": Case(
        edit(
            "data/indicators.csv",
            "requests-for-support,early-help,1,Number of Request for Support received in "
            "quarter,Requests for support,number,0,,in quarter,stated,local measure,,",
            "requests-for-support,early-help,1,Number of Request for Support received in "
            "quarter,Requests for support,number,0,,in quarter,stated,local measure,of-my-own,",
        ),
        "data/indicators.csv",
        2,
        ("rule", "of-my-own", "data/rules.csv"),
    ),
    "a file that is not UTF-8": Case(in_latin_1, "data/areas.csv", 3, ("not UTF-8", "Save the file as CSV UTF-8")),
    "a row with a comma too many": Case(
        edit("data/observations.csv", "mash-enquiries,2022-23-Q4,583,,,,", "mash-enquiries,2022-23-Q4,1,583,,,,"),
        "data/observations.csv",
        18,
        ("8 cells", "The heading has 7 columns", "quote marks"),
    ),
    "a missing file": Case(without_file, "data/rules.csv", 0, ("no such file", "Add it", "rule_id", "tolerance_basis")),
    "an unknown extra column": Case(
        table("data/comparator_members.csv", lambda rows: [[*rows[0], "colour"], *([*row, ""] for row in rows[1:])]),
        "data/comparator_members.csv",
        1,
        ("colour", "unknown column", "Remove it"),
    ),
    "a denominator of 0": Case(
        edit(
            "data/observations.csv",
            "repeat-contacts-12-months,2022-23-Q4,62,,,",
            "repeat-contacts-12-months,2022-23-Q4,62,0,0,",
        ),
        "data/observations.csv",
        22,
        ("denominator", "must be above 0"),
    ),
    "a former description of nothing": Case(
        former("indicators,agency-worker,name"), FORMER, 2, ("id", "agency-worker")
    ),
    "a former description by a key": Case(former("areas,workforce,area_id"), FORMER, 2, ("column", "no such column")),
    "a former area that is gone": Case(
        former("indicators,agency-workers,area_id"), FORMER, 2, ("value", "stay in their")
    ),
    "a former value that cannot be": Case(former("indicators,agency-workers,decimals"), FORMER, 2, ("value", "0 to 6")),
}


def fingerprint(root: Path) -> str:
    """Hash every file of a folder with its name, except for the build's lock and stored state."""
    digest = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file() and ".quarterly" not in path.parts):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def table_rows(stderr: str) -> list[list[str]]:
    """Parse the printed table of faults: two or more spaces separate cells, and a fault's row starts with a file.

    Cells are aligned with the words of the header, so empty cells are recognised too.
    """
    lines = stderr.splitlines()
    head = next(line for line in lines if line.split() and line.split()[0] == "File")
    starts = [head.index(name) for name in ("File", "Line", "Column", "Found", "What to do")]
    ends = [*starts[1:], None]
    rows = [line for line in lines[lines.index(head) + 1 :] if line.strip().startswith(("data/", "params/"))]
    return [[row[start:end].strip() for start, end in zip(starts, ends, strict=True)] for row in rows]


@pytest.mark.parametrize("name", CASES)
def test_a_fault_names_its_place_and_what_to_do(project: Project, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    case = CASES[name]
    case.change(project.root)
    before = fingerprint(project.root)
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(main, ["check"])  # in this process: starting one for each fault takes a minute
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code == 1, done.stderr
    rows = table_rows(done.stderr)
    assert [row[0] for row in rows] == [case.file], done.stderr
    assert rows[0][1] == (str(case.line) if case.line else ""), done.stderr
    for words in case.words:
        assert words in " ".join(rows[0])
    assert "1 fault. Nothing was written." in done.stderr
    assert fingerprint(project.root) == before


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("scorecard", "2023-24-Q3"),
        ("run", "--area", "workforce"),
        ("render", "--renderer", "embedded"),
        ("build", "--renderer", "embedded"),
    ],
    ids=lambda command: command[0],
)
def test_no_command_writes_anything_from_faulty_data(project: Project, command: tuple[str, ...]) -> None:
    CASES["a percentage of 150"].change(project.root)
    before = fingerprint(project.root)
    done = project(*command)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "between 0 and 100" in done.stderr
    assert "Traceback" not in done.stderr
    assert fingerprint(project.root) == before


def faulty(project: Project, *names: str) -> list[list[str]]:
    """Introduce several faults, and return the rows of the table of faults."""
    for name in names:
        CASES[name].change(project.root)
    done = project("check")
    assert done.returncode == 1, done.stderr
    assert f"{len(names)} faults" in done.stderr, done.stderr
    return table_rows(done.stderr)


def test_faults_of_several_files_are_in_one_table(project: Project) -> None:
    names = (
        "a file that is not UTF-8",
        "a missing file",
        "an unknown extra column",
        "text where a number belongs",
        "a number with a per cent sign",
    )
    assert {row[0] for row in faulty(project, *names)} == {CASES[name].file for name in names}


def test_faults_between_files_are_in_one_table(project: Project) -> None:
    names = ("a target for an unknown indicator", "an unknown rule", "a denominator of 0", "a percentage of 150")
    places = {(row[0], row[1]) for row in faulty(project, *names)}
    assert places == {(CASES[name].file, str(CASES[name].line)) for name in names}


def test_a_fault_in_a_cell_does_not_hide_a_fault_between_files(project: Project) -> None:
    names = ("text where a number belongs", "a target for an unknown indicator", "an unknown rule")
    places = {(row[0], row[1]) for row in faulty(project, *names)}
    assert places == {(CASES[name].file, str(CASES[name].line)) for name in names}
