"""An area is a draft until it is signed off, and again as soon as its figures or its words are others."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, Project, copy_project
from docx import Document
from nbformat import NotebookNode

from quarterly.commentary.format import PROMPT
from quarterly.commentary.signoff import area_status, edition_status, mark

EDITION = "reports/2023-24-Q3"
WORKFORCE = f"{EDITION}/workforce.ipynb"
RECORD = f"{EDITION}/workforce.sign-off.json"
ROLE = "Assistant Director"
SIGN = ("sign-off", "2023-24-Q3", "--area", "workforce", "--by", ROLE)


def read(project: Project, file: str = WORKFORCE) -> NotebookNode:
    return nbformat.read(project.root / file, as_version=4)


def write(project: Project, notebook: NotebookNode, file: str = WORKFORCE) -> None:
    nbformat.write(notebook, project.root / file)


def comment(notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == "comment-2")


def status(project: Project) -> str:
    return mark(area_status(project.root / WORKFORCE))


def site_status(project: Project, page: str) -> tuple[str, list[str]]:
    html = (project.root / "_site" / page).read_text(encoding="utf-8")
    (found,) = BeautifulSoup(html, "html.parser").select(".edition-status")
    return found.get_text(), list(found["class"])


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which one area is signed off; tests only read it."""
    project = copy_project(tmp_path_factory.mktemp("signed"))
    done = project(*SIGN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().replace("\\", "/") == RECORD
    return project


@pytest.fixture
def copy(signed: Project, tmp_path: Path) -> Project:
    """A copy of it to change."""
    shutil.copytree(signed.root, tmp_path / "copy", ignore=shutil.ignore_patterns("_site"))
    return Project(tmp_path / "copy")


def test_the_record_says_who_and_when_against_what(signed: Project) -> None:
    record = json.loads((signed.root / RECORD).read_text(encoding="utf-8"))
    assert set(record) == {"by", "at", "figures", "words"}
    assert record["by"] == ROLE
    assert record["at"].endswith("+00:00")
    assert record["figures"] == read(signed).metadata["quarterly-shown"]["digest"]


def test_an_area_is_a_draft_before_and_signed_off_after(project: Project, signed: Project) -> None:
    assert status(project) == "Draft: not signed off yet."
    assert status(signed).startswith("Signed off by the Assistant Director on ")


def test_a_change_of_words_lapses_it_and_taking_the_change_back_restores_it(copy: Project) -> None:
    notebook = read(copy)
    kept = comment(notebook).source
    comment(notebook).source += "\n\nOne more sentence."
    write(copy, notebook)
    assert status(copy).startswith("Draft: signed off by the Assistant Director on")
    assert status(copy).endswith(", but its words have changed since.")
    comment(notebook).source = kept
    write(copy, notebook)
    assert status(copy).startswith("Signed off")


def test_words_in_any_cell_count(copy: Project) -> None:
    notebook = read(copy)
    place = next(cell for cell in notebook.cells if PROMPT in cell.source)
    place.source = place.source.replace(PROMPT, "New words.")
    write(copy, notebook)
    assert "words have changed" in status(copy)
    notebook = read(copy)
    notebook.cells.insert(3, nbformat.v4.new_code_cell("report.headline()"))
    write(copy, notebook)
    assert "words have changed" in status(copy)


def test_a_changed_figure_lapses_it_as_soon_as_the_quarter_is_run(copy: Project) -> None:
    copy.edit("data/observations.csv", "agency-workers,2023-24-Q2,26,", "agency-workers,2023-24-Q2,27,")
    done = copy("run", "--area", "workforce")
    assert done.returncode == 0, done.stderr
    assert status(copy).endswith(", but its figures have changed since.")


def test_running_again_without_a_change_keeps_it(copy: Project) -> None:
    done = copy("run", "--area", "workforce")
    assert done.returncode == 0, done.stderr
    assert status(copy).startswith("Signed off by the Assistant Director")


def test_it_is_refused_while_the_check_has_errors_and_nothing_is_written(project: Project) -> None:
    (project.root / "data" / "accepted.csv").unlink()
    done = project("sign-off", "2023-24-Q3", "--area", "workforce", "--area", "early-help", "--by", ROLE)
    assert done.returncode == 1
    assert "Nothing was signed off" in done.stdout + done.stderr
    assert "reports/2023-24-Q3/early-help.ipynb, cell" in done.stdout
    assert list((project.root / EDITION).glob("*.json")) == []


def test_it_is_refused_where_data_and_notebook_differ(project: Project) -> None:
    project.edit("data/observations.csv", "agency-workers,2023-24-Q2,26,", "agency-workers,2023-24-Q2,27,")
    done = project(*SIGN)
    assert done.returncode == 1
    assert "Run the quarter again" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sign-off", "2023-24-Q3", "--area", "nowhere", "--by", ROLE), "There is no service area 'nowhere'"),
        (("sign-off", "2023-24-Q3", "--area", "workforce", "--by", "  "), "Name the role that signs"),
        (("sign-off", "2023-24-Q3", "--by", ROLE), "--area"),
        (("sign-off", "2023-24-Q3", "--area", "workforce"), "--by"),
        (("sign-off", "third", "--area", "workforce", "--by", ROLE), "is not a reporting quarter"),
    ],
)
def test_wrong_usage_is_said_and_writes_nothing(project: Project, arguments: tuple[str, ...], said: str) -> None:
    done = project(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert list((project.root / EDITION).glob("*.json")) == []


def test_a_quarter_without_an_edition_cannot_be_signed_off(project: Project) -> None:
    done = project("sign-off", "2023-24-Q1", "--area", "workforce", "--by", ROLE)
    assert done.returncode == 1
    assert "quarterly run 2023-24-Q1" in done.stdout


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"by": 3}', "not json", '{"figures": "", "words": ""}'])
def test_a_record_that_says_nothing_signs_nothing(copy: Project, record: str) -> None:
    (copy.root / RECORD).write_text(record, encoding="utf-8")
    assert not area_status(copy.root / WORKFORCE).signed
    assert not edition_status(copy.root / EDITION).signed


def test_the_edition_is_signed_off_when_every_area_is(copy: Project) -> None:
    assert edition_status(copy.root / EDITION).words == "signed off for 1 of 5 service areas"
    signed = json.loads((copy.root / RECORD).read_text(encoding="utf-8"))
    from quarterly.commentary.signoff import fingerprint

    for path in (copy.root / EDITION).glob("*.ipynb"):
        if path.stem in ("index", "data-quality"):
            continue
        found = fingerprint(json.loads(path.read_text(encoding="utf-8")))
        record = {**signed, "figures": found.figures, "words": found.words}
        path.with_suffix(".sign-off.json").write_text(json.dumps(record), encoding="utf-8")
    assert edition_status(copy.root / EDITION).signed


def test_site_paper_and_workbook_say_the_same(copy: Project, renderer: str) -> None:
    assert copy("render", "--renderer", renderer).returncode == 0
    assert site_status(copy, "reports/2023-24-Q3/workforce.html") == (status(copy), ["edition-status", "signed-off"])
    early_help = ("Draft: not signed off yet.", ["edition-status", "draft"])
    assert site_status(copy, "reports/2023-24-Q3/early-help.html") == early_help
    whole = "Draft: signed off for 1 of 5 service areas."
    for page in ("index.html", "reports/2023-24-Q3/index.html", "reports/2023-24-Q3/data-quality.html"):
        assert site_status(copy, page) == (whole, ["edition-status", "draft"])
    from quarterly.core.quarters import Quarter
    from quarterly.outputs.paper import write_paper
    from quarterly.outputs.workbook import write_workbook

    write_workbook(copy.root, Quarter(2023, 3))
    cover = openpyxl.load_workbook(copy.root / "downloads" / "2023-24-Q3" / "scorecard.xlsx")["Cover"]
    assert whole in [cell.value for (cell, *_) in cover.iter_rows()]
    write_paper(copy.root, Quarter(2023, 3))
    paper = Document(str(copy.root / "downloads" / "2023-24-Q3" / "committee-paper.docx"))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert f"Status:\t{whole}" in texts
    assert texts.count("Draft: not signed off yet.") == 4
    assert texts.count(status(copy)) == 1
    assert any(line.text.startswith("Draft. ") for line in paper.sections[0].footer.paragraphs)


def test_without_the_package_a_page_is_a_draft(signed: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("post_render", ROOT / "theme" / "post_render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    address, editions = "reports/2023-24-Q3/workforce.html", signed.root / "reports"
    assert module.status_of(address, editions)[0] is True

    def nowhere(name: str) -> ModuleType:
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", nowhere)
    assert module.status_of(address, editions) == (False, "Draft: whether it is signed off could not be checked.")
    assert module.status_of("methods.html", editions) is None
