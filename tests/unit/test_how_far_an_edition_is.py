"""The status of an edition: what is written, missing or questioned, who has to act, and what to send them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import Project
from nbformat import NotebookNode

from quarterly.commentary.groups import PROGRESS
from quarterly.commentary.progress import Progress, edition_progress
from quarterly.commentary.signoff import area_status, sign
from quarterly.core.quarters import Quarter
from quarterly.outputs.forms.letters import letter
from quarterly.outputs.website.includes import _progress
from quarterly.storage.atomic import replace_files

QUARTER = Quarter(2023, 3)
EDITION = "reports/2023-24-Q3"


def of(project: Project, area: str) -> Progress:
    return next(one for one in edition_progress(project.root, QUARTER) if one.area == area)


@pytest.fixture
def named(project: Project) -> Project:
    """Return a project that names the roles that write about workforce and sign it off."""
    project.edit("data/areas.csv", "short_name,note\n", "short_name,note,written_by,signed_by\n")
    path = project.root / "data" / "areas.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    roles = {"workforce": "Principal Social Worker,Director"}
    lines = [f"{row},{roles.get(row.split(',')[0], ',')}" for row in rows]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8", newline="\n")
    return project


def test_written_and_missing_comments_are_counted_by_area(example: Project) -> None:
    found = {one.area: one for one in edition_progress(example.root, QUARTER)}
    assert [one.written for one in found.values()] == [7, 6, 5, 4, 2]
    (silent,) = found["quality-assurance"].missing
    assert silent.indicator == "practice-reviews-good"
    assert all(not one.stops and not one.outdated and not one.status.signed for one in found.values())


def test_a_question_about_a_promise_counts_once_it_is_answered(project: Project) -> None:
    path = project.root / EDITION / "workforce.ipynb"
    notebook = nbformat.read(path, as_version=4)
    text = f'### {PROGRESS}\n\n- "A review of caseloads." (due 1 May 2024):'
    place = next(number for number, cell in enumerate(notebook.cells) if "commentary" in cell.metadata.get("tags", []))
    notebook.cells.insert(place, nbformat.v4.new_markdown_cell(text, metadata={"tags": ["commentary"]}))
    for answer, written in (("", 2), (" Kept.", 3)):
        notebook.cells[place].source = text + answer
        nbformat.write(notebook, path)
        assert of(project, "workforce").written == written


def test_words_about_figures_that_changed_are_out_of_date_and_false_words_are_questioned(project: Project) -> None:
    project.edit(f"{EDITION}/workforce.ipynb", "A complex picture", "Agency workers rose to 99. A complex picture")
    before = of(project, "workforce")
    assert (before.outdated, len(before.questioned), len(before.stops)) == (0, 1, 0)
    project.edit("data/observations.csv", "agency-workers,2023-24-Q3,18,", "agency-workers,2023-24-Q3,19,")
    after = of(project, "workforce")
    assert after.outdated == 1
    assert len(after.stops) == 2, "the words, and the notebook that shows other figures"
    assert "2 errors to correct" in after.waits_for


def _saved_by_jupyterlab(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["scrolled"] = True
        for output in cell.get("outputs", []):
            output["metadata"], output["execution_count"] = {"isolated": True}, 99
            data = output.get("data", {})
            data.update({kind: text.splitlines(keepends=True) for kind, text in data.items()})
        if cell.cell_type == "code" and cell.source.startswith("#| include: false"):
            cell.outputs = [nbformat.v4.new_output("stream", text="run on its own")]


def _run_by_hand(notebook: NotebookNode) -> None:
    next(cell for cell in notebook.cells if cell.id == "table").outputs = [nbformat.v4.new_output("stream", text="0")]


def _deleted(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell.id != "headline"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_saved_by_jupyterlab, []),
        (_run_by_hand, ["This cell shows something other"]),
        (_deleted, ["A cell that showed something"]),
    ],
)
def test_what_is_published_is_what_the_run_made_and_was_signed(
    project: Project, change: Callable[[NotebookNode], None], said: list[str]
) -> None:
    path = project.root / EDITION / "workforce.ipynb"
    replace_files(sign(path, "Director", datetime.now(tz=UTC)))
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    stops = [one.message for one in of(project, "workforce").stops]
    assert [message[: len(begins)] for message, begins in zip(stops, said, strict=True)] == said
    assert area_status(path).words.endswith("but its tables and charts have changed since") == bool(said)


def test_figures_written_with_other_decimals_are_other_figures(project: Project) -> None:
    path = project.root / EDITION / "workforce.ipynb"
    replace_files(sign(path, "Director", datetime.now(tz=UTC)))
    project.edit("data/indicators.csv", "Agency workers,number,0", "Agency workers,number,1")
    assert "Run the quarter again" in " ".join(one.message for one in of(project, "workforce").stops)
    project.edit(f"{EDITION}/workforce.ipynb", '"value": "18"', '"value": "18.0"')
    assert area_status(path).words.endswith("but its figures have changed since")


def test_the_command_names_who_signs_and_what_prevents_it(named: Project) -> None:
    named.edit("data/accepted.csv", "requests-for-support-no-further-action", "agency-workers")
    named.edit(f"{EDITION}/early-help.ipynb", "The share is still above the target", "It is above the target")
    done = named("status")
    assert done.returncode == 0, done.stderr
    assert "0 of 5 service areas are signed off" in done.stdout
    (workforce,) = [line for line in done.stdout.splitlines() if line.strip().startswith("Workforce")]
    assert "Director" in workforce
    assert "waiting for the signature" in workforce
    (early,) = [line for line in done.stdout.splitlines() if line.strip().startswith("Early help")]
    assert "Not named" in early
    assert "1 error to correct" in early
    assert named("sign-off", "2023-24-Q3", "--area", "workforce", "--by", "Director").returncode == 0
    assert "Signed off by the Director on" in named("status").stdout


def test_the_first_page_shows_it_while_the_edition_is_a_draft(named: Project) -> None:
    def board() -> list[list[str]]:
        page = BeautifulSoup("\n".join(_progress(named.root, QUARTER)), "html.parser")
        rows = [row for table in page("table") if "Commentary for" in table.get_text() for row in table("tr")[1:]]
        return [[cell.get_text() for cell in row(["th", "td"])] for row in rows]

    assert board()[-1] == ["Workforce", "2", "0", "0", "0", "Director", "Not signed off yet: waiting for the signature"]
    areas = [path.stem for path in (named.root / EDITION).glob("*.ipynb") if path.stem not in ("index", "data-quality")]
    options = [option for area in areas for option in ("--area", area)]
    done = named("sign-off", "2023-24-Q3", *options, "--by", "Director")
    assert done.returncode == 0, done.stdout
    assert board() == []
    assert named("check").stdout.startswith("2023-24-Q3: signed off for every service area.\n")


def test_each_officer_gets_a_message_with_the_form(named: Project, tmp_path: Path) -> None:
    assert named("sign-off", "2023-24-Q3", "--area", "early-help", "--by", "Director").returncode == 0
    done = named("status", "--letters", "--to", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(written) == 8, "of the four areas that are not signed off"
    assert {Path(name).suffix for name in written} == {".docx", ".txt"}
    audit = (tmp_path / "out" / "2023-24-Q3-quality-assurance.txt").read_text(encoding="utf-8")
    assert "The meeting is on 22 February 2024." in " ".join(audit.split())
    assert "practice reviews graded as good or better is AMBER" in " ".join(audit.split())
    assert "2023-24-Q3-quality-assurance.docx" in audit
    assert max(map(len, audit.splitlines())) <= 80
    workforce = (tmp_path / "out" / "2023-24-Q3-workforce.txt").read_text(encoding="utf-8")
    assert "To: Director" in workforce, "nothing is left to write, so it goes to the one who signs"


def test_a_message_reveals_no_suppressed_figures_and_links_to_the_draft(project: Project) -> None:
    from dataclasses import replace

    project.edit(f"{EDITION}/workforce.ipynb", "A complex picture", "Agency workers rose to 99. A complex picture")
    one = of(project, "workforce")
    text = letter(one, QUARTER, "form.docx", "https://council.example/kpis/")
    assert "https://council.example/kpis/reports/2023-24-Q3/workforce.html" in text
    assert "rose to 99" in " ".join(text.split())
    secret = replace(one, questioned=[replace(each, confidential=True) for each in one.questioned])
    text = letter(secret, QUARTER, "form.docx")
    assert "99" not in text
    assert "The analyst will tell you about 1 more thing" in text
