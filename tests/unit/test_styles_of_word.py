"""The styles of Word documents come from one document, which is edited in Word."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from quarterly.core.palette import LOOKS
from quarterly.core.terms import Rag
from quarterly.outputs.word.document import open_document
from quarterly.outputs.word.styles import LANGUAGE, STYLED, STYLES, StyleClash, add_styles
from quarterly.outputs.word.tables import Cell, Column, add_table


@pytest.fixture
def council() -> docx.document.Document:
    """Return a council's template with its own look for titles, and without headings, lists and notes."""
    document = docx.Document()
    styles = document.styles.element
    for name in ("heading 4", "List Bullet", "Strong"):
        styles.remove(styles.get_by_name(name))
    return document


def test_the_document_has_every_style_and_the_colours_of_the_ratings() -> None:
    styles = docx.Document(str(STYLED)).styles
    assert {styles[name].name for name in STYLES} == set(STYLES)
    for rag in Rag:
        colour = styles[f"Rating {rag.capitalize()}"].font.color.rgb
        assert f"#{colour}".lower() == LOOKS[rag].ink
    assert {each.get(qn("w:val")) for each in styles.element.iter(qn("w:lang"))} == {LANGUAGE}


def test_a_template_gets_missing_styles_and_keeps_its_own_look(council: docx.document.Document) -> None:
    title = council.styles["Title"].element.xml
    add_styles(council)
    assert council.styles["Title"].element.xml == title
    assert {council.styles[name].name for name in STYLES} == set(STYLES)
    bullet, note = (council.styles[name].element for name in ("List Bullet", "Table Note"))
    assert not [*bullet.iter(qn("w:rFonts")), *note.iter(qn("w:rFonts"))], "it is written in the template's font"
    number = next(bullet.iter(qn("w:numId"))).get(qn("w:val"))
    assert number in {each.get(qn("w:numId")) for each in council.part.numbering_part.element.iter(qn("w:num"))}


def test_a_template_with_another_kind_of_style_under_a_name_is_refused(
    council: docx.document.Document, tmp_path: Path
) -> None:
    council.styles["Title"].element.set(qn("w:type"), "character")
    with pytest.raises(StyleClash, match="'Title' is not a paragraph style"):
        add_styles(council)
    path = tmp_path / "template.docx"
    council.save(str(path))
    with pytest.raises(Exception, match=r"template\.docx cannot be used as the template"):
        open_document(path, "template.docx")


def test_a_heading_of_a_table_stays_with_its_rows_whatever_its_style_says(council: docx.document.Document) -> None:
    add_styles(council)
    council.styles["Table Heading"].paragraph_format.keep_with_next = None
    table = add_table(council, [Column("Area", 1)], [[Cell("a")], [Cell("b")], [Cell("c")], [Cell("d")]], "T", "D")
    assert [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows] == [*[True] * 4, None]
