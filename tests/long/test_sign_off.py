"""An area is a draft until it is signed off, and again as soon as its figures or words change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup
from conftest import Project, copy_project
from docx import Document
from nbformat import NotebookNode

from quarterly.commentary.checks import check_edition
from quarterly.commentary.format import PROMPT
from quarterly.commentary.signoff import area_status, corrections_of, edition_status, mark, published_versions
from quarterly.core.quarters import Quarter

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
    """Return a project in which one area is signed off; tests only read it."""
    project = copy_project(tmp_path_factory.mktemp("signed"))
    done = project(*SIGN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().replace("\\", "/") == RECORD
    return project


@pytest.fixture
def copy(signed: Project, tmp_path: Path) -> Project:
    """Return a copy of it to change."""
    shutil.copytree(signed.root, tmp_path / "copy", ignore=shutil.ignore_patterns("_site"))
    return Project(tmp_path / "copy")


def test_the_record_says_who_signed_when_and_what(signed: Project) -> None:
    record = json.loads((signed.root / RECORD).read_text(encoding="utf-8"))
    assert set(record) == {"by", "at", "figures", "words"}
    assert record["by"] == ROLE
    assert record["at"].endswith("+00:00")
    assert record["figures"] == read(signed).metadata["quarterly-shown"]["digest"]


def test_an_area_is_a_draft_before_and_signed_off_after(project: Project, signed: Project) -> None:
    assert status(project) == "Draft: not signed off yet."
    assert status(signed).startswith("Signed off by the Assistant Director on ")


def test_changed_words_lapse_it_and_changing_them_back_restores_it(copy: Project) -> None:
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


def test_it_is_refused_if_data_and_notebook_differ(project: Project) -> None:
    project.edit("data/observations.csv", "agency-workers,2023-24-Q2,26,", "agency-workers,2023-24-Q2,27,")
    done = project(*SIGN)
    assert done.returncode == 1
    assert "Run the quarter again" in done.stdout


def test_it_is_refused_if_the_parameters_of_the_quarter_have_faults(project: Project) -> None:
    project.edit("params/2023-24-Q3.yml", "quarter: 2023-24-Q3", "quarter: 2023-24-Q4")
    done = project(*SIGN)
    assert done.returncode == 1
    assert "params/2023-24-Q3.yml" in done.stderr
    assert list((project.root / EDITION).glob("*.json")) == []


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
def test_wrong_usage_is_reported_and_writes_nothing(project: Project, arguments: tuple[str, ...], said: str) -> None:
    done = project(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert list((project.root / EDITION).glob("*.json")) == []


def test_a_quarter_without_an_edition_cannot_be_signed_off(project: Project) -> None:
    done = project("sign-off", "2023-24-Q1", "--area", "workforce", "--by", ROLE)
    assert done.returncode == 1
    assert "quarterly run 2023-24-Q1" in done.stdout


@pytest.mark.parametrize(
    "record", ["", "[]", "{}", '{"by": 3}', "not json", '{"figures": "", "words": ""}', '{"corrections": 5}']
)
def test_an_empty_record_signs_nothing(copy: Project, record: str) -> None:
    (copy.root / RECORD).write_text(record, encoding="utf-8")
    assert not area_status(copy.root / WORKFORCE).signed
    assert not edition_status(copy.root / EDITION).signed
    if record in ("", "not json", '{"corrections": 5}'):
        # It may have listed corrections, so it is not written over.
        assert status(copy) == "Draft: the record of its sign-off cannot be read."
        refused = copy(*CORRECT, "--withdraw")
        assert f'git restore --source HEAD "{RECORD}"' in refused.stderr
        assert "--withdraw" not in refused.stderr
        assert (copy.root / RECORD).read_text(encoding="utf-8") == record
        (copy.root / RECORD).unlink()
        assert copy(*SIGN).returncode == 0


def test_the_edition_is_signed_off_when_every_area_is(copy: Project) -> None:
    assert edition_status(copy.root / EDITION).words == "signed off for 1 of 5 service areas"
    signed = json.loads((copy.root / RECORD).read_text(encoding="utf-8"))
    from quarterly.commentary.signoff import fingerprint

    for path in (copy.root / EDITION).glob("*.ipynb"):
        if path.stem in ("index", "data-quality"):
            continue
        record = {**signed, **fingerprint(json.loads(path.read_text(encoding="utf-8")))}
        path.with_suffix(".sign-off.json").write_text(json.dumps(record), encoding="utf-8")
    assert edition_status(copy.root / EDITION).signed


# Corrections


TITLE = "'A Stable and able workforce'"
REASON = "The number of agency workers in Quarter 2 was 27, not 26."
EARLIER = f"{EDITION}/workforce.version-1"
CORRECT = (*SIGN, "--correction", REASON)


def change_words(project: Project, words: str = "One more sentence.") -> None:
    notebook = read(project)
    comment(notebook).source += f"\n\n{words}"
    write(project, notebook)


def record(project: Project) -> dict[str, object]:
    found: dict[str, object] = json.loads((project.root / RECORD).read_text(encoding="utf-8"))
    return found


def test_a_changed_area_is_not_signed_again_without_a_notice_to_readers(copy: Project) -> None:
    before = record(copy)
    change_words(copy)
    done = copy(*SIGN)
    assert done.returncode == 1
    assert "--correction" in done.stderr
    assert "--not-published" in done.stderr
    assert record(copy) == before


def test_a_version_that_was_never_published_is_signed_again_without_a_notice(copy: Project) -> None:
    change_words(copy)
    assert copy(*SIGN, "--not-published").returncode == 0
    assert status(copy).startswith("Signed off")
    assert "corrections" not in record(copy)
    assert not (copy.root / f"{EARLIER}.ipynb").exists()


def test_a_correction_keeps_the_previous_version_as_signed(copy: Project) -> None:
    signed = (copy.root / WORKFORCE).read_bytes()
    change_words(copy)
    done = copy(*CORRECT)
    assert done.returncode == 0, done.stderr
    assert (copy.root / f"{EARLIER}.ipynb").read_bytes() == signed
    (one,) = corrections_of(copy.root / WORKFORCE)
    assert (one.by, one.reason, one.kept) == (ROLE, REASON, copy.root / f"{EARLIER}.ipynb")
    assert not [each for each in check_edition(copy.root, Quarter(2023, 3)) if "version-1" in each.notebook]
    change_words(copy, "And another.")
    assert copy(*SIGN, "--correction", "Another reason.").returncode == 0
    assert [each.reason for each in corrections_of(copy.root / WORKFORCE)] == [REASON, "Another reason."]
    second = nbformat.read(copy.root / f"{EDITION}/workforce.version-2.ipynb", as_version=4)
    assert "One more sentence." in comment(second).source
    assert "And another." not in comment(second).source


def test_signing_without_a_change_corrects_nothing(copy: Project) -> None:
    assert copy(*CORRECT).returncode == 0
    assert corrections_of(copy.root / WORKFORCE) == []


@pytest.mark.parametrize("damage", ["gone", "changed", "not text"])
def test_a_version_that_was_not_kept_is_not_silently_replaced(copy: Project, damage: str) -> None:
    kept = copy.root / EDITION / ".signed" / "workforce.ipynb"
    if damage == "gone":
        kept.unlink()
    elif damage == "not text":
        kept.write_bytes(b"\xff\xfe")
    else:
        kept.write_text(kept.read_text(encoding="utf-8").replace("care leaver", "nobody"), encoding="utf-8")
    change_words(copy)
    before = record(copy)
    done = copy(*CORRECT)
    assert done.returncode == 1
    assert "Restore that file from git" in done.stderr
    assert record(copy) == before
    assert copy(*CORRECT, "--withdraw").returncode == 0
    (one,) = corrections_of(copy.root / WORKFORCE)
    assert one.kept is None


def test_a_version_with_figures_that_are_now_suppressed_is_not_shown(copy: Project) -> None:
    change_words(copy)
    assert copy(*CORRECT).returncode == 0
    notebook = read(copy)
    notebook.metadata["quarterly-suppressed"] = "other figures"
    write(copy, notebook)
    (one,) = corrections_of(copy.root / WORKFORCE)
    assert one.kept is None
    assert published_versions(copy.root) == []


def test_site_paper_and_workbook_say_what_is_signed_and_what_was_corrected(copy: Project, renderer: str) -> None:
    change_words(copy)
    assert copy(*CORRECT).returncode == 0
    (one,) = corrections_of(copy.root / WORKFORCE)
    done = copy("render", "--renderer", renderer)
    assert done.returncode == 0, done.stderr
    site = copy.root / "_site"

    assert site_status(copy, f"{EDITION}/workforce.html") == (status(copy), ["edition-status", "signed-off"])
    draft = ("Draft: not signed off yet.", ["edition-status", "draft"])
    assert site_status(copy, f"{EDITION}/early-help.html") == draft
    whole = "Draft: signed off for 1 of 5 service areas."
    for page in ("index.html", f"{EDITION}/index.html", f"{EDITION}/data-quality.html"):
        assert site_status(copy, page) == (whole, ["edition-status", "draft"])

    def notices_on(page: str) -> list[tuple[str, list[str]]]:
        soup = BeautifulSoup((site / page).read_text(encoding="utf-8"), "html.parser")
        return [
            (" ".join(p.get_text().split()), [str(a["href"]) for a in p("a")])
            for p in soup.select(".edition-corrected")
        ]

    said = f"was corrected on {one.day} by the Assistant Director: {REASON} Read the version of {one.replaced}."
    assert notices_on(f"{EDITION}/workforce.html") == [(f"This page {said}", ["workforce.version-1.html"])]
    assert notices_on(f"{EDITION}/index.html") == [(f"{TITLE} {said}", ["workforce.version-1.html"])]
    assert notices_on("index.html") == [(f"{TITLE} {said}", ["reports/2023-24-Q3/workforce.version-1.html"])]
    assert notices_on(f"{EDITION}/early-help.html") == []
    ((text, links),) = notices_on(f"{EDITION}/workforce.version-1.html")
    assert text.startswith(f"This version was replaced on {one.day}")
    assert links == ["workforce.html"]
    earlier = (site / f"{EARLIER}.html").read_text(encoding="utf-8")
    assert "One more sentence." not in earlier
    assert "edition-status" not in earlier
    assert "version-1.html" not in (site / "search-index.js").read_text(encoding="utf-8")
    assert "version-1.html" not in (site / "indicators" / "agency-workers.html").read_text(encoding="utf-8")

    from quarterly.outputs.paper import write_paper
    from quarterly.outputs.workbook import write_workbook

    write_workbook(copy.root, Quarter(2023, 3))
    cover = openpyxl.load_workbook(copy.root / "downloads" / "2023-24-Q3" / "scorecard.xlsx")["Cover"]
    assert f"{whole} {TITLE} was corrected {one}" in [cell.value for (cell, *_) in cover.iter_rows()]
    write_paper(copy.root, Quarter(2023, 3))
    paper = Document(str(copy.root / "downloads" / "2023-24-Q3" / "committee-paper.docx"))
    texts = [paragraph.text for paragraph in paper.paragraphs]
    assert {f"Status:\t{whole}", f"Corrected:\t{TITLE} was corrected {one}"} <= {*texts}
    assert texts.count("Draft: not signed off yet.") == 4
    assert texts.count(status(copy)) == 1
    for name in ("committee-paper", "summary", "members-pack"):
        made = Document(str(copy.root / "downloads" / "2023-24-Q3" / f"{name}.docx"))
        foot = [line.text for section in made.sections for line in section.footer.paragraphs]
        assert any(line.startswith(f"Draft. Corrected on {one.day}. ") for line in foot), name


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--correction", " "), "Say what was wrong"),
        (("--withdraw",), "--withdraw is for a correction"),
        (("--correction", REASON, "--not-published"), "contradict each other"),
    ],
)
def test_empty_options_are_refused(project: Project, options: tuple[str, ...], said: str) -> None:
    done = project(*SIGN, *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert list((project.root / EDITION).glob("*.json")) == []
