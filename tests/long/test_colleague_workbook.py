"""A colleague's workbook goes from file to published draft edition in the three commands of the documentation."""

from __future__ import annotations

import csv
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, Project, copy_project
from extracts import Q4

from quarterly.commentary.promises import published_comments
from quarterly.data.load import Basket, load_basket
from quarterly.ingest.extract import Extract, read_extract
from quarterly.ingest.options import Options
from quarterly.ingest.plan import Plan, make_plan
from quarterly.ingest.source import open_source
from quarterly.measures.scorecard import build_scorecard

SECTION = "## Try it"
MATCH = {"Agency social workers": "agency-workers"}


def readme_commands() -> list[list[str]]:
    """Return the commands of the page's section: the script that makes the workbook, then the three."""
    section = (ROOT / "docs" / "import.qmd").read_text(encoding="utf-8").partition(SECTION)[2]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[:2]
    return [shlex.split(line)[2:] for block in blocks for line in block.splitlines()]


@pytest.fixture(scope="session")
def colleague(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the workbook, as the page's command makes it."""
    folder = tmp_path_factory.mktemp("colleague")
    program, script, name = readme_commands()[0]
    assert (program, script) == ("python", "examples/colleague_workbook.py")
    subprocess.run([sys.executable, str(ROOT / script), str(folder / name)], check=True)
    return folder / name


@pytest.fixture(scope="session")
def extract(colleague: Path, basket: Basket) -> Extract:
    """Return the extract read from the workbook."""
    opened = open_source(str(colleague))
    return read_extract(opened.grids, basket, Q4, Options(match=MATCH), opened.hidden)


@pytest.fixture(scope="session")
def plan(extract: Extract, basket: Basket) -> Plan:
    """Return the plan of importing it."""
    return make_plan(extract, basket, Q4)


@pytest.fixture(scope="session")
def drafted(colleague: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project in which the three commands were run."""
    project = copy_project(tmp_path_factory.mktemp("drafted"))
    (project.root / colleague.name).write_bytes(colleague.read_bytes())
    for _, *arguments in readme_commands()[1:]:
        done = project(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    return project


def test_the_readme_shows_three_commands() -> None:
    commands = [command[1] for command in readme_commands()[1:]]
    assert commands == ["new", "import", "build"]


def test_every_indicator_of_the_workbook_is_found(extract: Extract, basket: Basket) -> None:
    current = extract.figures[extract.figures["quarter"] == str(Q4)]
    assert set(current["indicator_id"]) == set(basket.indicators["indicator_id"])


@pytest.mark.parametrize(
    ("indicator_id", "written", "expected"),
    [
        ("requests-for-support", "1,804", 1804),
        ("family-wellbeing-assessments-45-days", "55%", 55),
        ("initial-contact-decisions-24-hours", "71", 71),
        ("child-in-need-reviews", "94 %", 94),
        ("repeat-contacts-12-months", "0.63 (format 0%)", 63),
        ("mash-enquiries", "371 (format dd/mm/yyyy)", 371),
        ("children-in-care-rate", "53.79", 53.79),
        ("agency-workers", "17", 17),
        ("unregistered-placements-16-plus", "36", 36),
        ("section-47-to-icpc", "N/A", "z"),
        ("return-home-interviews-accepted", "-", "x"),
        ("discharges-to-special-guardianship", "c", "c"),
        ("unplanned-admissions-to-care", "<5", "c"),
        ("moderated-reviews-unchanged", "", ""),
    ],
)
def test_each_trap_of_the_workbook_is_read_correctly(
    extract: Extract, indicator_id: str, written: str, expected: float | str
) -> None:
    rows = extract.figures[extract.figures["quarter"] == str(Q4)].set_index("indicator_id")
    row = rows.loc[indicator_id]
    assert row["written"] == written
    assert (row["missing"] if isinstance(expected, str) else row["value"]) == expected


def test_figures_of_earlier_quarters_agree_except_for_the_corrected_one(plan: Plan) -> None:
    earlier = plan.changes[plan.changes["quarter"] < str(Q4)]
    assert len(earlier) > 160
    changed = earlier[earlier["kind"] != "unchanged"]
    assert changed[["indicator_id", "quarter", "old_value", "value", "kind"]].to_numpy().tolist() == [
        ["new-social-care-referrals", "2023-24-Q3", 289, 294, "restated"]
    ]


def test_targets_and_comparators_of_the_workbook_agree_with_those_held(plan: Plan) -> None:
    assert len(plan.targets) == 0
    assert len(plan.comparators) == 0


def test_only_unusual_figures_are_queried(plan: Plan) -> None:
    found = {f"{row.indicator_id}:{row.doubt}" for row in plan.doubts.itertuples(index=False)}
    assert found == {
        "mash-enquiries:shown",
        "new-social-care-referrals:restated",
        "section-47-to-icpc:withdrawn",
        "return-home-interviews-accepted:withdrawn",
        "unregistered-placements-under-16:zero",
        "unplanned-admissions-to-care:withdrawn",
        "discharges-to-special-guardianship:withdrawn",
        "child-in-need-reviews:jump",
        "moderated-reviews-unchanged:withdrawn",
    }


def test_cells_that_are_not_figures_are_named_as_unread(plan: Plan) -> None:
    assert "Hidden sheet, not read: Q3 as sent" in plan.extract.remarks
    assert "Row without figures, not read: 2. MASH: Multi-Agency Safeguarding Hub." in plan.extract.remarks


def test_without_the_match_the_name_is_suggested_and_nothing_read(colleague: Path, project: Project) -> None:
    done = project("import", str(colleague), "--quarter", "2023-24-Q4", "--dry-run")
    assert done.returncode == 1
    assert "q4.xlsx, sheet Workforce" in done.stderr
    assert '--match "Agency social workers=agency-workers"' in done.stderr


# The draft edition


def page(project: Project, name: str) -> BeautifulSoup:
    return BeautifulSoup((project.root / "_site" / name).read_text(encoding="utf-8"), "html.parser")


def test_the_draft_edition_is_published_alongside_the_previous_one(drafted: Project) -> None:
    for quarter in ("2023-24-Q3", "2023-24-Q4"):
        assert (drafted.root / "_site/reports" / quarter / "workforce.html").is_file()
    home = page(drafted, "index.html").get_text(" ", strip=True)
    assert "Quarter 4 2023-24, January to March 2024: 60 indicators" in home
    downloads = {path.name for path in (drafted.root / "_site/downloads/2023-24-Q4").iterdir()}
    assert {"committee-paper.docx", "scorecard.xlsx"} <= downloads


def test_the_draft_shows_four_quarters_of_the_year_with_the_new_figures(drafted: Project) -> None:
    tables = page(drafted, "reports/2023-24-Q4/early-help.html").find_all("table", class_="kpi-table")
    table = next(each for each in tables if "Q1 2023-24" in each.get_text(" ", strip=True))
    heads = " ".join(cell.get_text(" ", strip=True) for cell in table.find_all("th", scope="col"))
    assert all(f"Q{number}" in heads for number in range(1, 5))
    row = next(row for row in table.find_all("tr") if "Request for Support received" in row.get_text())
    cells = [cell.get_text(strip=True) for cell in row.find_all("td")]
    assert cells[:4] == ["1,998", "1,876", "1,720", "1,804"]


def test_the_draft_shows_the_revision_and_the_previous_edition_does_not(drafted: Project) -> None:
    told = page(drafted, "reports/2023-24-Q4/data-quality.html").get_text(" ", strip=True)
    assert "revised since they were last published" in told
    note = "Q3 2023-24 has been revised: 289 when last published, now 294"
    assert note in page(drafted, "reports/2023-24-Q4/early-help.html").get_text(" ", strip=True)
    before = page(drafted, "reports/2023-24-Q3/data-quality.html").get_text(" ", strip=True)
    assert "revised since they were last published" not in before


def test_the_draft_has_a_place_for_commentary_and_none_of_last_quarters(drafted: Project) -> None:
    basket = load_basket(drafted.root / "data")
    for area in basket.area_ids:
        now, before = (
            published_comments(drafted.root, area, build_scorecard(basket, quarter)) for quarter in (Q4, Q4.previous())
        )
        assert before
        assert not [one for one in now if not one.comment.progress], (
            "an expectation that the figures settle needs no comment"
        )
    assert "Write here: what happened" in (drafted.root / "reports/2023-24-Q4/workforce.ipynb").read_text(
        encoding="utf-8"
    )


def test_running_the_published_quarter_again_gives_the_published_edition(drafted: Project, example: Project) -> None:
    done = drafted("run", "2023-24-Q3", "--area", "early-help", "--area", "data-quality")
    assert done.returncode == 0, done.stderr
    for name in ("early-help", "data-quality"):
        file = f"reports/2023-24-Q3/{name}.ipynb"
        assert (drafted.root / file).read_bytes() == (example.root / file).read_bytes()


def test_the_open_data_of_the_draft_carry_the_new_figures(drafted: Project) -> None:
    with (drafted.root / "downloads/2023-24-Q4/scorecard-wide.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["indicator_id"]: row for row in csv.DictReader(file)}
    assert rows["mash-enquiries"]["2023-24-Q4"] == "371"
    assert rows["new-social-care-referrals"]["2023-24-Q3"] == "294"
