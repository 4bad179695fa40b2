"""A council can set the paper's letterhead, meeting and standing text, and is told about faults in them."""

from __future__ import annotations

import errno
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import docx
import pytest
import yaml
from conftest import Project
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Cm, Pt

from quarterly.cli.shared import in_plain_words
from quarterly.core.errors import DataFaults
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import PdfFailed, UnreadableTemplate
from quarterly.outputs import paper
from quarterly.outputs.paper import area as paper_area
from quarterly.outputs.paper import write_paper
from quarterly.outputs.paper.standing import load_standing
from quarterly.outputs.word import pdf
from quarterly.outputs.word.document import add_field
from quarterly.project.products import find_libreoffice

QUARTER = Quarter(2023, 3)
STANDING = "params/standing.yml"


@pytest.fixture
def words_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw no charts: they are tested elsewhere and are slow."""
    with monkeypatch.context() as patch:
        patch.setattr(paper_area, "charted", lambda _: [])
        yield


def letterhead(path: Path) -> Document:
    """Make a council's template as saved by Word: a letterhead, a font, few styles, no list."""
    template = docx.Document()
    for style in list(template.styles):
        if style.name not in ("Normal", "Heading 1", "Header", "Default Paragraph Font", "Normal Table", "No List"):
            style.delete()
    template.styles["Normal"].font.name = "Georgia"
    template.styles["Heading 1"].font.size = Pt(17)
    section = template.sections[0]
    section.page_width, section.page_height, section.left_margin = Cm(21), Cm(29.7), Cm(3)
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Town Hall"
    section.header.paragraphs[0].text = "A council"
    section.footer.paragraphs[0].text = "Write to the council"
    for key in [key for key, link in template.part.rels.items() if link.reltype.endswith("/numbering")]:
        template.part.rels.pop(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    template.save(str(path))
    return template


def name_template(project: Project, where: str, file: str) -> None:
    """Name a template in one of the files that can name it."""
    path = project.root / where
    path.write_text(f"{path.read_text(encoding='utf-8')}\npaper_template: {file}\n", encoding="utf-8")


@pytest.mark.usefixtures("words_only")
@pytest.mark.parametrize(
    ("file", "where"),
    [
        ("params/template.docx", ""),
        ("letters/ours.docx", "params/2023-24-Q3.yml"),
        ("letters/ours.docx", STANDING),
    ],
)
def test_a_template_keeps_its_letterhead_and_its_styles(project: Project, file: str, where: str) -> None:
    letterhead(project.root / file)
    if where:
        name_template(project, where, file)
    for path in write_paper(project.root, QUARTER):
        made = docx.Document(str(path))
        first, *others = made.sections
        assert first.different_first_page_header_footer
        assert first.first_page_header.paragraphs[0].text == "Town Hall"
        assert first.header.paragraphs[0].text == "A council"
        assert first.footer.paragraphs[0].text == "Write to the council"
        assert first.footer.paragraphs[-1].text.endswith("Page\u00a01\u00a0of\u00a01")
        assert first.first_page_footer.paragraphs[-1].text.endswith("Page\u00a01\u00a0of\u00a01")
        assert all(section.header.is_linked_to_previous for section in others)
        assert not any(section.different_first_page_header_footer for section in others)
        assert made.styles["Normal"].font.name == "Georgia"
        assert made.styles["Heading 1"].font.size == Pt(17)
        assert made.styles["Heading 2"].font.name is None
        bullets = [line for line in made.paragraphs if line.style and line.style.name == "List Bullet"]
        number = bullets[0].style.element.xpath("w:pPr/w:numPr/w:numId/@w:val")  # type: ignore[union-attr]
        assert number == made.part.numbering_part.element.xpath("w:num/@w:numId")
        assert not [line for line in made.paragraphs if not line.text.strip() and not line._p.xpath(".//w:drawing")]


@pytest.mark.usefixtures("words_only")
def test_a_template_that_numbers_its_pages_is_not_numbered_twice(project: Project) -> None:
    path = project.root / "params" / "template.docx"
    template = docx.Document()
    template.add_paragraph("Stands on the first page")
    add_field(template.sections[0].footer.paragraphs[0], "PAGE")
    template.save(str(path))
    made = docx.Document(str(write_paper(project.root, QUARTER)[0]))
    assert [line.text for line in made.sections[0].footer.paragraphs] == ["1"]
    assert made.paragraphs[0].text == "Stands on the first page"
    assert made.paragraphs[1].text == "North Somerset Council"


@pytest.mark.usefixtures("words_only")
@pytest.mark.parametrize("kind", ["text", "zip", "folder", "missing", "clash"])
def test_an_unusable_template_is_named_and_nothing_is_written(project: Project, kind: str) -> None:
    path = project.root / "params" / "letterhead.docx"
    if kind == "text":
        path.write_text("Dear Sir", encoding="utf-8")
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("letter.txt", "Dear Sir")
    elif kind == "folder":
        path.mkdir()
    elif kind == "clash":
        template = docx.Document()
        template.styles.add_style("Table Text", WD_STYLE_TYPE.CHARACTER)
        template.save(str(path))
    name_template(project, "params/2023-24-Q3.yml", "params/letterhead.docx")
    with pytest.raises(UnreadableTemplate) as caught:
        write_paper(project.root, QUARTER)
    assert "params/letterhead.docx" in str(caught.value)
    assert {"missing": "no such file", "clash": "Table Text"}.get(kind, ".docx") in str(caught.value)
    assert not (project.root / "downloads").exists()


def test_all_faults_of_the_standing_text_are_listed_at_once(project: Project) -> None:
    path = project.root / STANDING
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    del content["authors"], content["sections"]["summary"], content["sections"]["legal"]["text"]
    content["council"] = ""
    content["background_papers"] = "one"
    content["letterhead"] = "ours.docx"
    content["sections"]["policy"]["note"] = "more"
    content["sections"]["options"] = "None."
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(DataFaults) as caught:
        load_standing(project.root)
    assert {fault.file for fault in caught.value.faults} == {STANDING}
    assert sorted(fault.column for fault in caught.value.faults) == [
        "authors",
        "background_papers",
        "council",
        "letterhead",
        "sections.legal.text",
        "sections.options",
        "sections.policy.note",
        "sections.summary",
    ]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", "council"),
        ("council: [", "11"),
        ("- council", ""),
        ("sections: all\n", "sections"),
        ("council: 7\n", "council"),
    ],
)
def test_standing_text_of_the_wrong_type_is_a_fault_and_no_traceback(project: Project, text: str, column: str) -> None:
    (project.root / STANDING).write_text(text, encoding="utf-8")
    with pytest.raises(DataFaults) as caught:
        load_standing(project.root)
    assert column in [fault.column for fault in caught.value.faults]


def test_standing_text_that_is_missing_or_in_another_encoding_is_a_fault(project: Project) -> None:
    path = project.root / STANDING
    path.write_bytes("council: Ynys Môn".encode("latin-1"))
    with pytest.raises(DataFaults, match="UTF-8"):
        load_standing(project.root)
    path.unlink()
    with pytest.raises(DataFaults, match="no such file"):
        load_standing(project.root)


def test_an_unknown_word_in_curly_brackets_is_a_fault(project: Project) -> None:
    project.edit(STANDING, "{months}", "{month}")
    with pytest.raises(DataFaults) as caught:
        write_paper(project.root, QUARTER)
    (fault,) = caught.value.faults
    assert (fault.column, fault.found) == ("sections.summary.text", "{month}")
    assert "{months}" in fault.expected


def test_an_invalid_date_and_an_invalid_template_name_are_faults(project: Project) -> None:
    project.edit("params/2023-24-Q3.yml", "2024-02-22", "22 February")
    name_template(project, "params/2023-24-Q3.yml", "7")
    with pytest.raises(DataFaults) as caught:
        write_paper(project.root, QUARTER)
    assert [fault.column for fault in caught.value.faults] == ["meeting.date", "paper_template"]


@pytest.mark.usefixtures("words_only")
def test_a_quarter_without_meeting_or_edition_has_a_paper_to_be_confirmed(project: Project) -> None:
    made = docx.Document(str(write_paper(project.root, Quarter(2023, 1))[0]))
    texts = [line.text for line in made.paragraphs]
    assert "Date of meeting:\tTo be confirmed" in texts
    assert texts.count("No commentary has been written about this area yet.") == 5
    assert str(made.core_properties.created).startswith("2023-06-30")


@pytest.mark.usefixtures("words_only")
def test_meeting_and_standing_text_are_taken_from_params(project: Project) -> None:
    project.edit("params/2023-24-Q3.yml", "key_decision: false", "key_decision: true")
    project.edit("params/2023-24-Q3.yml", "date: 2024-02-22", "date: 2024-03-01")
    project.edit(STANDING, "council: North Somerset Council", "council: Isle of <Wight> & *Co*")
    project.edit(STANDING, "heading: Risk management", "heading: Dangers")
    project.edit(STANDING, "text: Directors were consulted on what this report says.", "text: '{council} was asked.'")
    made = docx.Document(str(write_paper(project.root, QUARTER)[0]))
    texts = [line.text for line in made.paragraphs]
    wanted = {"Isle of <Wight> & *Co*", "Key decision:\tYes", "Date of meeting:\tFriday 1 March 2024", "8. Dangers"}
    assert wanted <= set(texts)
    assert "Isle of <Wight> & *Co* was asked." in texts


@pytest.mark.usefixtures("words_only")
def test_a_pdf_of_other_figures_is_removed_and_a_current_one_stays(project: Project) -> None:
    first = write_paper(project.root, QUARTER)[0].with_suffix(".pdf")
    first.write_bytes(b"of these figures")
    assert first in write_paper(project.root, QUARTER)
    project.edit("params/2023-24-Q3.yml", "key_decision: false", "key_decision: true")
    assert first not in write_paper(project.root, QUARTER)
    assert not first.exists()


@pytest.mark.usefixtures("words_only")
def test_a_document_that_is_open_elsewhere_is_named(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(contents: dict[Path, bytes]) -> NoReturn:
        # Windows names the file to be moved and the one in the way.
        raise PermissionError(errno.EACCES, "denied", "beside.tmp", None, str(next(iter(contents))))

    monkeypatch.setattr(paper, "replace_files", refuse)
    with pytest.raises(PermissionError) as caught:
        write_paper(project.root, QUARTER)
    message = str(in_plain_words(caught.value))
    assert "downloads/2023-24-Q3/committee-paper.docx cannot be written" in message
    assert "not open in another program" in message


def test_a_failure_of_libreoffice_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_area, "charted", lambda _: [])
    monkeypatch.setattr(paper, "find_libreoffice", lambda: "soffice")
    monkeypatch.setattr(pdf, "find_libreoffice", lambda: "soffice")
    failed = subprocess.CompletedProcess([], 77, b"", b"no display\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(PdfFailed, match="no display"):
        write_paper(project.root, QUARTER)
    made = project.root / "downloads" / "2023-24-Q3"
    assert sorted(path.name for path in made.iterdir()) == ["committee-paper.docx", "members-pack.docx", "summary.docx"]


def pages(content: bytes) -> int:
    """Count the pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))


@pytest.mark.usefixtures("pdfs")
@pytest.mark.skipif(not find_libreoffice(), reason="LibreOffice, which makes the PDFs, is not installed")
def test_the_pdfs_are_accessible_and_short_enough_to_read(project: Project) -> None:
    made = write_paper(project.root, QUARTER)
    most = {"committee-paper": 12, "summary": 1, "members-pack": 2}
    assert [path.name for path in made] == [f"{name}.{kind}" for name in most for kind in ("docx", "pdf")]
    before = {path: path.read_bytes() for path in made}
    printed = {path.stem: content for path, content in before.items() if path.suffix == ".pdf"}
    for name, content in printed.items():
        assert 0 < pages(content) <= most[name]
        assert b"/MarkInfo<</Marked true>>" in content
        assert b"/Lang(en-GB)" in content
        assert b"DisplayDocTitle true" in content
    shutil.rmtree(made[0].parent)
    assert write_paper(project.root, QUARTER) == made
    assert {path: path.read_bytes() for path in made} == before
