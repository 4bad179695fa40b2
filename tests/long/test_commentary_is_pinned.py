"""Commentary that no longer fits its figures is marked wherever it appears, until it is rewritten or confirmed."""

from __future__ import annotations

import csv
import html
import re
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import Project
from docx import Document
from nbformat import NotebookNode
from readers import search_entries

from quarterly.commentary.cells import TAG

EDITION = "reports/2023-24-Q3"
WORKFORCE, QUALITY = f"{EDITION}/workforce.ipynb", f"{EDITION}/quality-assurance.ipynb"
SAID = {
    "supervision": "Two managers' posts were vacant.",
    "agency": "Eight agency workers left in May.",
    "advisers": "Caseloads of advisers were recounted.",
    "moderated": "Moderation paused over the summer.",
}
CHANGED = "written when this was 62%; it is now 71%"
OLD, NEW = "Number of agency workers", "Number of agency social workers"
ADVISERS = "Percentage of care leaver PA's with more than 20 children allocated"
MODERATED = "Overall percentage of practice reviews moderated"


def read(root: Path, file: str) -> NotebookNode:
    return nbformat.read(root / file, as_version=4)


def add_comments(project: Project, file: str, **comments: str) -> None:
    notebook = read(project.root, file)
    for name, source in comments.items():
        notebook.cells.append(nbformat.v4.new_markdown_cell(source, id=name, metadata={"tags": [TAG]}))
    nbformat.write(notebook, project.root / file)


def type_into(project: Project, file: str, name: str, old: str, new: str) -> None:
    notebook = read(project.root, file)
    cell = next(cell for cell in notebook.cells if cell.id == name)
    assert old in cell.source
    cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, project.root / file)


def run(project: Project, *arguments: str) -> None:
    done = project(*arguments)
    assert done.returncode == 0, done.stderr


def withdraw(project: Project, indicator: str) -> None:
    """Delete every row of an indicator from the data."""
    for path in (project.root / "data").glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not line.startswith(f"{indicator},")), encoding="utf-8")


def change_indicator(project: Project, indicator: str, **values: str) -> None:
    path = project.root / "data" / "indicators.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row.update(values if row["indicator_id"] == indicator else {})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def page_words(root: Path, area: str) -> str:
    text = (root / "_site" / EDITION / f"{area}.html").read_text(encoding="utf-8")
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", text)))


def plain(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def paper_words(root: Path) -> str:
    paper = Document(str(root / "downloads" / "2023-24-Q3" / "committee-paper.docx"))
    return plain(" ".join(text.text or "" for text in paper.element.body.iter() if text.tag.endswith("}t")))


def workbook_words(root: Path) -> str:
    book = openpyxl.load_workbook(root / "downloads" / "2023-24-Q3" / "scorecard.xlsx")
    return plain(" ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value))


def source_of(notebook: NotebookNode, name: str) -> str:
    return str(next(cell.source for cell in notebook.cells if cell.id == name))


@pytest.fixture(scope="module")
def story(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a quarter in which officers wrote, then figures and indicators changed, and everything was built again."""
    project = Project(tmp_path_factory.mktemp("pinned") / "project")
    shutil.copytree(whole, project.root)
    add_comments(
        project,
        WORKFORCE,
        supervision=f"### Red of concern\n\n- Percentage of case supervisions in time\n\n{SAID['supervision']}",
        agency=f"### Red to watch\n\n- {OLD}\n\n{SAID['agency']}",
        advisers=f"## Red to watch\n\n- {ADVISERS}\n\n{SAID['advisers']}",
    )
    add_comments(project, QUALITY, moderated=f"### Red to watch\n\n- {MODERATED}\n\n{SAID['moderated']}")
    run(project, "run", "--area", "workforce", "--area", "quality-assurance")
    project.edit(
        "data/observations.csv", "case-supervisions-in-time,2023-24-Q3,62,", "case-supervisions-in-time,2023-24-Q3,71,"
    )
    withdraw(project, "personal-advisers-over-20-children")
    change_indicator(project, "agency-workers", name=NEW)
    change_indicator(project, "practice-reviews-moderated", area_id="workforce", position="7")
    run(project, "build", "--renderer", "embedded")
    return project


def test_the_notebook_shows_under_the_comment_what_changed(story: Project) -> None:
    notebook = read(story.root, WORKFORCE)
    order = [cell.id for cell in notebook.cells]
    assert order[order.index("supervision") + 1] == "changed-supervision"
    assert CHANGED in source_of(notebook, "changed-supervision")
    assert SAID["supervision"] in source_of(notebook, "supervision")
    assert "changed-agency" not in order, "a new name is not a new figure"


def test_page_paper_and_workbook_show_what_changed_and_keep_the_words(story: Project) -> None:
    for words in (page_words(story.root, "workforce"), paper_words(story.root), workbook_words(story.root)):
        assert CHANGED in words
        assert SAID["supervision"] in words
        assert SAID["agency"] in words


def test_check_lists_what_changed(story: Project) -> None:
    said = plain(story("check", "2023-24-Q3").stdout)
    assert "62%" in said
    assert "71%" in said


def test_a_comment_on_a_renamed_indicator_goes_by_its_new_name(story: Project) -> None:
    assert source_of(read(story.root, WORKFORCE), "agency") == f"### Red to watch\n\n- {NEW}\n\n{SAID['agency']}"


@pytest.mark.parametrize(
    ("file", "name", "indicator"), [(WORKFORCE, "advisers", ADVISERS), (QUALITY, "moderated", MODERATED)]
)
def test_words_whose_indicator_is_gone_or_moved_are_kept_under_its_name(
    story: Project, file: str, name: str, indicator: str
) -> None:
    notebook = read(story.root, file)
    order = [cell.id for cell in notebook.cells]
    assert order.index("unplaced-heading") < order.index(name) < order.index("unplaced-end")
    assert indicator in source_of(notebook, name)
    assert SAID[name] in source_of(notebook, name)


def test_a_moved_indicator_has_a_place_in_its_new_area(story: Project) -> None:
    assert MODERATED in source_of(read(story.root, WORKFORCE), "place-practice-reviews-moderated")


def test_officers_context_is_not_published(story: Project) -> None:
    """Neither pages nor search have the figures shown with comments, the hints, or unplaced words."""
    index = search_entries(story.root / "_site")
    entries = [entry for entry in index if not entry["href"].startswith("commentary-guide")]
    found = [plain(" ".join(map(str, entry.values()))) for entry in entries]
    seen = [page_words(story.root, area) for area in ("workforce", "quality-assurance")]
    assert any(SAID["supervision"] in words for words in found)
    for words in [*found, *seen, paper_words(story.root)]:
        for hidden in (
            SAID["advisers"],
            SAID["moderated"],
            "Unplaced commentary",
            "unplaced commentary ends",
            "Figures for the next cell",
            "only seen here, never published",
            "to refer to",
        ):
            assert hidden not in words
    assert "Key performance indicators" in seen[0]


def test_rewriting_or_confirming_removes_the_note(story: Project) -> None:
    notebook = read(story.root, WORKFORCE)
    marked = [cell.id for cell in notebook.cells if cell.id.startswith("changed-")]
    assert set(marked) == {"changed-supervision", "changed-comment-2"}
    type_into(story, WORKFORCE, "supervision", "were vacant.", "are filled.")
    before = source_of(notebook, "comment-2")
    type_into(story, WORKFORCE, "comment-2", before, f"{before}\n\nConfirmed")
    run(story, "run", "--area", "workforce")
    after = read(story.root, WORKFORCE)
    assert [cell.id for cell in after.cells if cell.id.startswith("changed-")] == []
    assert source_of(after, "comment-2") == before
    assert "Two managers' posts are filled." in source_of(after, "supervision")
    run(story, "render", "--renderer", "embedded")
    assert "The figures have changed" not in page_words(story.root, "workforce")


def test_last_quarters_words_are_shown_with_the_place_and_not_carried_over(project: Project) -> None:
    run(project, "run", "2023-24-Q2", "--area", "workforce")
    earlier = "reports/2023-24-Q2/workforce.ipynb"
    words = "In quarter 2 a campaign brought eight applicants."
    notebook = read(project.root, earlier)
    place = next(cell for cell in notebook.cells if cell.id == "place-agency-workers")
    place.source = place.source.rpartition("\n")[0] + f"\n{words}"
    nbformat.write(notebook, project.root / earlier)
    run(project, "run", "2023-24-Q3", "--area", "workforce")
    notebook = read(project.root, WORKFORCE)
    shown = [str(cell.outputs) for cell in notebook.cells if cell.id.startswith("beside-")]
    assert sum(words in output for output in shown) == 1
    assert words not in " ".join(cell.source for cell in notebook.cells)
    run(project, "render", "--renderer", "embedded")
    pages = [project.root / "_site" / EDITION / "workforce.html", project.root / "_site/indicators/agency-workers.html"]
    area, indicator = (BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in pages)
    section, own = area.select_one("#commentary"), indicator.select_one(".indicator-commentary")
    assert section is not None
    assert words not in plain(section.get_text())
    # The indicator's own page shows the comments over time, each with its quarter.
    assert own is not None
    assert "Q2 2023-24" in plain(own.get_text()).partition(words)[0]
