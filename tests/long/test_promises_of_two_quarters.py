"""The second basket shows the commitments of two quarters and their outcomes, on its pages and in its papers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, Once, Project

EXAMPLE = ROOT / "examples" / "thornmere-waste"
QUARTER = "2024-25-Q2"
#: By area: the texts shown to readers, in this order, by their beginnings.
TOLD = {
    "collections": [
        ("Kept", "The new drivers start in August 2024."),
        ("As expected", "We expect fewer missed collections in Q2."),
        ("Late", "The rounds will be redrawn by the end of September 2024."),
        ("Dropped", "A second crew will put right on Saturdays what was missed on Fridays."),
    ],
    "recycling": [
        ("Kept", "A campaign on food waste will run in every primary school by October 2024."),
        ("As expected", "Rejections should fall further in Q2, because crews leave notes on bins from July 2024."),
    ],
    "clean-streets": [
        ("Not as expected", "We expect the share cleared in time to rise again in Q2."),
        ("No word", "A night shift in the town centre is being planned with the traders."),
    ],
    "": [
        ("Kept", "Invite the crews' representatives to the next meeting"),
        ("Not due yet", "Report on the cost of agency drivers by November 2024"),
    ],
}
BRIEF = "10 promises: 3 kept, 2 as expected, 1 late, 1 not as expected, 1 dropped, 1 with no word and 1 not due yet."


@pytest.fixture(scope="session")
def two(once: Once) -> Project:
    """Return the second basket with officers' commentary in two quarters."""

    def make(root: Path) -> None:
        shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("_*site", "_parts", "_theme", "downloads", "*-Q?"))
        shutil.copytree(EXAMPLE / "said", root / "reports", dirs_exist_ok=True)
        for arguments in (("run", "2024-25-Q1"), ("build", "--renderer", "embedded")):
            done = Project(root)(*arguments)
            assert done.returncode == 0, done.stderr

    return Project(once("thornmere-waste-promises", make))


def told_in(items: list[str]) -> list[tuple[str, str]]:
    found = [re.match(r"([\w ]+): “(.+?)” \(Q1 2024-25", " ".join(item.split())) for item in items]
    return [(one[1], one[2]) for one in found if one]


def page(two: Project, name: str) -> BeautifulSoup:
    path = two.root / "_site" / "reports" / QUARTER / f"{name}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def test_the_home_page_of_the_edition_counts_and_lists_them(two: Project) -> None:
    home = page(two, "index")
    assert BRIEF in " ".join(home.get_text(" ").split())
    lists = [told_in([item.get_text() for item in each.select("li")]) for each in home.select("ul.promises")]
    assert lists == list(TOLD.values())
    text = home.get_text(" ")
    assert "Missed collections: 60.2 in Q1 2024-25, 54.9 in Q2 2024-25" in text
    assert "Now by 31 January 2025, because the new software came late." in text


def test_the_first_page_of_the_site_counts_them(two: Project) -> None:
    assert BRIEF in " ".join((two.root / "_site" / "index.html").read_text(encoding="utf-8").split())


def test_each_area_shows_its_own_under_its_commentary(two: Project) -> None:
    for area in ("collections", "recycling", "clean-streets"):
        (section,) = page(two, area).select("section#progress-since-the-last-report")
        assert told_in([item.get_text() for item in section.select("li")]) == TOLD[area]


def test_an_edition_without_earlier_promises_does_not_mention_them(two: Project) -> None:
    for path in (two.root / "_site" / "reports" / "2024-25-Q1").glob("*.html"):
        assert "Progress since" not in path.read_text(encoding="utf-8"), path


def test_the_papers_and_the_workbook_show_them(two: Project) -> None:
    downloads = two.root / "downloads" / QUARTER
    paper = [line.text for line in docx.Document(str(downloads / "committee-paper.docx")).paragraphs]
    assert told_in(paper) == [one for told in TOLD.values() for one in told]
    assert paper.count("Progress since the last report") == 1, "not again under each area"
    for name in ("committee-paper", "summary", "members-pack"):
        assert BRIEF in [line.text for line in docx.Document(str(downloads / f"{name}.docx")).paragraphs]
    book = openpyxl.load_workbook(downloads / "scorecard.xlsx", read_only=True)
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert any("**Dropped:** “A second crew" in cell or "Dropped: “A second crew" in cell for cell in cells)


def test_the_check_asks_for_the_unanswered_one_and_a_second_build_has_nothing_to_do(two: Project) -> None:
    checked = two("check").stdout
    assert "There is no answer. It was promised in Q1 2024-25." in checked
    assert checked.count("There is no answer") == 1
    explained = two("build", "--renderer", "embedded", "--explain")
    assert explained.returncode == 0, explained.stderr
    assert "reports/" not in explained.stdout, explained.stdout
