"""For a Word document that cannot be imported, the error names the box and what to do, and nothing is written."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from conftest import Project
from docx.document import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from officers_word import (
    ABOUT,
    AREA,
    GROUP,
    REFERENCE,
    WORDS,
    boxes,
    merged,
    opened,
    reading,
    saved,
)

from quarterly.commentary.format import PROMPT
from quarterly.core.commentary_errors import CommentaryFaults
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import EditionChanged
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.importing import plan_import, write_import
from quarterly.storage.atomic import Replacement, replace_together

NOTEBOOK = f"reports/2023-24-Q3/{AREA}.ipynb"


def mended(content: bytes, mend: Callable[[str, bytes], bytes]) -> bytes:
    """Repack a document with changed parts."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, mend(name, source.read(name)))
    return packed.getvalue()


def with_entities(name: str, part: bytes) -> bytes:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    if name != "word/document.xml":
        return part
    head, mark, rest = part.partition(b"?>")
    return head + mark + bomb + rest.replace(b"</w:body>", b"<w:p><w:r><w:t>&b;&f;</w:t></w:r></w:p></w:body>")


def zip_bomb() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target, target.open("word/document.xml", "w") as part:
        for _ in range(50):
            part.write(b" " * 1_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda _: b"", "not a Word document"),
        (lambda _: b"Dear colleague, no commentary this time.", "not a Word document"),
        (lambda good: good[: len(good) // 2], "not a Word document"),
        (lambda _: b"PK\x05\x06" + bytes(18), "another type of file"),
        (lambda good: mended(good, lambda name, part: part[:500] if name == "word/document.xml" else part), "damaged"),
        (lambda good: mended(good, with_entities), "declares entities"),
        (lambda _: zip_bomb(), "far larger"),
    ],
    ids=["empty", "text", "cut", "empty zip", "broken XML", "entities", "zip bomb"],
)
def test_an_invalid_document_is_refused(
    content: bytes, tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    with pytest.raises(CommentaryFaults) as caught:
        reading(damage(content), tmp_path, "theirs.docx")
    assert "theirs.docx: it" in str(caught.value)
    assert said in str(caught.value)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_document_with_damaged_bytes_is_read_or_refused(
    content: bytes, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.getbasetemp()
    with suppress(CommentaryFaults):  # any other error would be a traceback
        assert reading(bytes(damaged), folder, "damaged.docx").answers


def type_group(document: Document) -> None:
    boxes(document)["place-agency-workers"].type(GROUP, "Ambre to watch")


def type_about(document: Document) -> None:
    boxes(document)["place-agency-workers"].type(ABOUT, "Number of agency worker")


def further_without_group(document: Document) -> None:
    boxes(document)["new-1"].type(WORDS, "Words.")
    boxes(document)["new-1"].type(ABOUT, "Number of agency workers")


def delete_reference(document: Document) -> None:
    box = boxes(document)["place-agency-workers"]
    box.type(WORDS, "Words.")
    box.type(REFERENCE, "")


def delete_words_row(document: Document) -> None:
    row = boxes(document)["place-agency-workers"].cells[WORDS]._tc.getparent()
    row.getparent().remove(row)


def twice(document: Document) -> None:
    box = boxes(document)["place-agency-workers"]
    boxes(document)["place-average-caseload"].type(REFERENCE, box.cells[REFERENCE].text)


def of_another_area(document: Document) -> None:
    box = boxes(document)["place-agency-workers"]
    box.type(REFERENCE, box.cells[REFERENCE].text.replace(AREA, "early-help"))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (type_group, ["box 3", "'Ambre to watch' is not a group", "Did you mean 'Amber to watch'?"]),
        (type_about, ["box 3", "'Number of agency worker' is not an indicator", "'Number of agency workers'"]),
        (further_without_group, ["box 4", "it has no group", "Red of concern"]),
        (delete_reference, ["Number of agency workers", "its reference was deleted", "as it was sent"]),
        (delete_words_row, ["box 3", "its row 'Your words' is gone"]),
        (twice, ["box 3", "it is in the document twice"]),
        (of_another_area, ["box 3", "another document, for early-help"]),
    ],
)
def test_a_fault_names_the_file_and_the_box_and_what_to_do(
    part: Scorecard,
    blank: NotebookNode,
    content: bytes,
    tmp_path: Path,
    edit: Callable[[Document], None],
    said: list[str],
) -> None:
    document = opened(content)
    edit(document)
    saved(document, tmp_path / "x.docx")
    try:
        merge = merged(blank, part, reading((tmp_path / "x.docx").read_bytes(), tmp_path, "theirs.docx"))
        found = [str(fault) for fault in merge.faults]
        assert merge.notebook == blank
    except CommentaryFaults as error:
        found = [str(fault) for fault in error.faults]
    (text,) = found
    assert text.startswith("theirs.docx, ")
    for words in said:
        assert words in text


def test_a_deleted_box_changes_nothing_and_is_pointed_out(
    part: Scorecard, blank: NotebookNode, content: bytes, tmp_path: Path
) -> None:
    document = opened(content)
    row = boxes(document)["place-agency-workers"].cells[0]._tc.getparent()
    row.getparent().getparent().remove(row.getparent())
    read = reading(saved(document, tmp_path / "x.docx").read_bytes(), tmp_path)
    assert [note for note in read.notes if "It no longer has box 3" in note]
    assert merged(blank, part, read).changes == []


def test_a_document_without_boxes_is_refused(tmp_path: Path) -> None:
    saved(opened_blank(), tmp_path / "letter.docx")
    with pytest.raises(CommentaryFaults, match="there is no box"):
        reading((tmp_path / "letter.docx").read_bytes(), tmp_path, "letter.docx")


def opened_blank() -> Document:
    import docx

    return docx.Document()


def test_files_are_replaced_all_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("old", encoding="utf-8")
    second.mkdir()
    assert replace_together([Replacement(first, b"old", b"new"), Replacement(second, None, b"new")]) == second
    assert first.read_text(encoding="utf-8") == "old"


def test_one_fault_among_several_documents_leaves_every_notebook_unchanged(project: Project) -> None:
    """Through the command line, and with a notebook that is saved during the import."""
    assert project("commentary", "export", "--area", AREA, "--area", "early-help").returncode == 0
    sent = project.root / "commentary" / f"2023-24-Q3-{AREA}.docx"
    document = opened(sent.read_bytes())
    boxes(document)["place-about-this-area"].type(WORDS, "A steady quarter.")
    document.save(str(sent))
    other = project.root / "commentary" / "2023-24-Q3-early-help.docx"
    (project.root / "note.docx").write_text("no document", encoding="utf-8")
    before = {path: path.read_bytes() for path in (project.root / "reports").rglob("*.ipynb")}
    for arguments, status, said in [
        ((str(sent), str(other), "note.docx", "missing.docx"), 1, "missing.docx: there is no such file."),
        ((str(sent), "--quarter", "2023-24-Q2"), 1, "--quarter 2023-24-Q3"),
        (("--quarter", "2023", str(sent)), 2, "is not a reporting quarter"),
        ((), 2, "FILE"),
    ]:
        done = project("commentary", "import", *arguments)
        assert (done.returncode, done.stdout) == (status, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert {path: path.read_bytes() for path in before} == before

    planned = plan_import(project.root, Quarter(2023, 3), [sent, other])
    assert len(planned.replacements) == 1
    project.edit(NOTEBOOK, PROMPT, "Saved meanwhile.")
    saved_meanwhile = (project.root / NOTEBOOK).read_bytes()
    with pytest.raises(EditionChanged, match="Import again"):
        write_import(project.root, planned)
    assert (project.root / NOTEBOOK).read_bytes() == saved_meanwhile
