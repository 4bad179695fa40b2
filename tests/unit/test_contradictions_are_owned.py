"""If commentary contradicts a rating, the data-quality page says so, with the officers' explanation."""

from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup
from conftest import Project

from quarterly.commentary.contradictions import contradictions
from quarterly.commentary.finding import Level
from quarterly.core.quarters import Quarter
from quarterly.disclosure import open_basket
from quarterly.display.quality import contradictions_table
from quarterly.display.seen import Seen
from quarterly.project.products import words_here

QUARTER = Quarter(2023, 3)
EDITION = "reports/2023-24-Q3"
CAPTION = "Where commentary and ratings contradict each other"


def rows_of(html: str) -> list[list[str]]:
    found = [table for table in BeautifulSoup(html, "html.parser").find_all("table") if CAPTION in table.get_text()]
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in found[0].find_all("tr")[1:]]


def now(project: Project) -> list[list[str]]:
    """Return what the page would show now."""
    opened = open_basket(project.root)
    scorecard, basket = opened.scorecard(QUARTER), opened.basket
    found = contradictions(project.root, scorecard, basket.area_ids, basket.accepted)
    return rows_of(contradictions_table(found, scorecard, basket.accepted).html)


def test_the_page_lists_the_contradictions_of_the_published_report_with_officers_explanations(example: Project) -> None:
    notebook = json.loads((example.root / EDITION / "data-quality.ipynb").read_text(encoding="utf-8"))
    html = ["".join(out["data"].get("text/html", "")) for cell in notebook["cells"] for out in cell.get("outputs", [])]
    rows = rows_of("".join(html))
    assert sorted((row[1], row[2], row[3] != "Not explained yet") for row in rows) == [
        ("Amber", "No commentary on a red or amber indicator", False),
        ("Green", "Commentary in another group than the rating", True),
        ("Red", "Commentary in another group than the rating", True),
        ("Red", "No commentary on a red or amber indicator", True),
    ]
    assert now(example) == rows


def test_an_acceptance_is_no_longer_shown_when_the_words_change(project: Project) -> None:
    project.edit(f"{EDITION}/early-help.ipynb", "The share is still above the target", "It is above the target")
    (row,) = [row for row in now(project) if "No Further Action" in row[0]]
    assert row[3] == "Not explained yet"


def test_a_changed_comment_runs_the_page_again(project: Project) -> None:
    before = words_here(project.root, QUARTER)
    project.edit(f"{EDITION}/early-help.ipynb", "The share is still above the target", "It is above the target")
    after = words_here(project.root, QUARTER)
    assert after != before
    # Damage changes the text too, and is reported when it is read.
    (project.root / EDITION / "early-help.ipynb").write_text('{"area=\\"early-help\\"": ', encoding="utf-8")
    assert words_here(project.root, QUARTER) not in (before, after)


def test_the_record_of_what_a_notebook_saw_comes_back_from_its_kernel() -> None:
    seen = Seen({"workforce"}, {"agency-workers"}, everything=True, comments=True, files={"mine.csv"})
    assert Seen.from_json(seen.as_json()) == seen
    seen.clear()
    assert seen == Seen()


@pytest.mark.parametrize("kind", ["group", "silence"])
def test_every_contradiction_can_be_accepted_and_prevents_signing_off_until_then(project: Project, kind: str) -> None:
    (project.root / "data" / "accepted.csv").unlink()
    opened = open_basket(project.root)
    found = contradictions(project.root, opened.scorecard(QUARTER), opened.basket.area_ids, opened.basket.accepted)
    of_kind = [one for one in found if (one.kind is not None and kind.upper() == one.kind.name)]
    assert of_kind
    assert all(one.id for one in of_kind)
    assert any(one.level is Level.ERROR for one in of_kind)
