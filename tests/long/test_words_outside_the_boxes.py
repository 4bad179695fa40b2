"""Text written in a document outside its boxes is quoted, and nothing is imported until the user has decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Project
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from officers_word import ABOUT, AREA, REFERENCE, WORDS, boxes, opened, reading, saved

from quarterly.outputs.forms.reading import FilledIn

SAID = "8 left in May."
NAMESPACES = (
    nsdecls("w", "wp", "a", "r", "m")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    + ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
TEXT_BOX = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
#: Word writes a text box twice: for programs that support it, and for those that do not.
SHAPE = (
    "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic><a:graphicData>"
    f"<wps:wsp><wps:txbx>{TEXT_BOX}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict><v:shape><v:textbox>{TEXT_BOX}</v:textbox></v:shape></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)


def put(place: object, *inner: str) -> None:
    """Insert a paragraph of Word's XML after a paragraph or into a cell."""
    paragraph = parse_xml(f"<w:p {NAMESPACES}>{''.join(inner)}</w:p>")
    place.addnext(paragraph) if place.tag.endswith("}p") else place.append(paragraph)  # type: ignore[attr-defined]


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def story(document: Document, name: str, link: str, inner: str) -> None:
    """Add another part with text, as Word keeps notes in separate parts."""
    kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
    xml = f"<w:{name} {NAMESPACES}>{inner}</w:{name}>"
    part = Part(PackURI(f"/word/{name}.xml"), kind, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, link)


def heading(document: Document) -> object:
    return next(each._p for each in document.paragraphs if each.text.lower().endswith("agency workers"))


def in_words(document: Document) -> object:
    return boxes(document)["place-agency-workers"].cells[WORDS]._tc


def under_a_heading(document: Document) -> None:
    put(heading(document), run("8 left "), f"<w:hyperlink>{run('in')}</w:hyperlink>", run(" May."))


def in_wrappers(document: Document) -> None:
    nested = f"<w:smartTag><w:sdt><w:sdtPr/><w:sdtContent>{run('8 left')}</w:sdtContent></w:sdt></w:smartTag>"
    field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
    field += '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run(" in May.")
    put(heading(document), nested, field, '<w:r><w:fldChar w:fldCharType="end"/></w:r>')


def at_the_end(document: Document) -> None:
    document.add_paragraph(SAID, "List Bullet")


def in_a_figure(document: Document) -> None:
    document.tables[-1].cell(1, 2).paragraphs[0].runs[0].text = SAID


def in_the_reference(document: Document) -> None:
    boxes(document)["place-agency-workers"].cells[REFERENCE].add_paragraph(SAID)


def in_another_row(document: Document) -> None:
    table = next(each for each in document.tables if "place-agency-workers" in each.rows[-1].cells[-1].text)
    table.add_row().cells[1].text = SAID  # type: ignore[no-untyped-call]


def in_a_text_box(document: Document) -> None:
    put(heading(document), SHAPE.format(SAID, SAID))


def in_a_text_box_of_a_box(document: Document) -> None:
    put(in_words(document), run("Taken. "), SHAPE.format(SAID, SAID))


def in_the_foot(document: Document) -> None:
    document.sections[0].footer.add_paragraph(SAID)


def in_a_remark(document: Document) -> None:
    document.add_comment(document.paragraphs[0].runs, SAID, "Reviewer", "R")


def in_a_footnote(document: Document) -> None:
    put(in_words(document), run("Taken."), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    inner = '<w:footnote w:id="0" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    inner += f'<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r>{run(SAID)}</w:p></w:footnote>'
    story(document, "footnotes", RELATIONSHIP_TYPE.FOOTNOTES, inner)


def in_an_endnote(document: Document) -> None:
    inner = f'<w:endnote w:id="2"><w:p>{run(SAID)}</w:p></w:endnote>'
    story(document, "endnotes", RELATIONSHIP_TYPE.ENDNOTES, inner)


def as_a_tracked_insertion(document: Document) -> None:
    put(heading(document), f'<w:ins w:id="9" w:author="A">{run("8 left ")}</w:ins>', run("in May."))


def moved_out_of_a_box(document: Document) -> None:
    put(in_words(document), f'<w:moveFrom w:id="8" w:author="A">{run(SAID)}</w:moveFrom>')
    put(heading(document), f'<w:moveTo w:id="9" w:author="A">{run(SAID)}</w:moveTo>')


@pytest.mark.parametrize(
    ("write", "where"),
    [
        (under_a_heading, "outside the boxes, under '3. Agency workers'"),
        (in_wrappers, "outside the boxes, under"),
        (at_the_end, "outside the boxes, under 'All figures for this area'"),
        (in_a_figure, "outside the boxes, under 'All figures for this area'"),
        (in_the_reference, "outside the boxes, under '3."),
        (in_another_row, "outside the boxes, under '3."),
        (in_a_text_box, "in a text box"),
        (in_a_text_box_of_a_box, "in a text box"),
        (in_the_foot, "in the footer of its pages"),
        (in_a_remark, "in a comment in the margin"),
        (in_a_footnote, "in a footnote"),
        (in_an_endnote, "in an endnote"),
        (as_a_tracked_insertion, "outside the boxes, under"),
        (moved_out_of_a_box, "outside the boxes, under"),
    ],
)
def test_words_outside_a_box_are_quoted_with_their_place_and_once(
    content: bytes, tmp_path: Path, write: Callable[[Document], None], where: str
) -> None:
    document = opened(content)
    write(document)
    read = reading(saved(document, tmp_path / "x.docx").read_bytes(), tmp_path)
    (found,) = [str(each) for each in read.left_out(bytes)]
    assert where in found
    assert found.endswith(f": “{SAID}”")


def words_of(read: FilledIn) -> str:
    return "|".join(line.text for answer in read.answers for line in answer.lines)


def test_what_is_in_a_box_is_taken_whatever_word_wraps_it_in(content: bytes, tmp_path: Path) -> None:
    document = opened(content)
    ruby = f"<w:r><w:ruby><w:rubyBase>{run('漢')}</w:rubyBase></w:ruby></w:r>"
    arrow = '<w:r><w:t>67</w:t><w:sym w:font="Wingdings" w:char="F0E0"/><w:t>55</w:t></w:r>'
    unknown = f"<w:customXml><w:newerElement>{run(' new')}</w:newerElement></w:customXml>"
    put(
        in_words(document), SHAPE.format("A box.", "A box."), f"<w:sdt><w:sdtContent>{run('x ')}</w:sdtContent></w:sdt>"
    )
    put(in_words(document), arrow, unknown, ruby, "<m:oMath><m:r><m:t>=1</m:t></m:r></m:oMath>")
    in_words(document).append(  # type: ignore[attr-defined]
        parse_xml(f"<w:sdt {NAMESPACES}><w:sdtContent><w:p>{run('Wrapped.')}</w:p></w:sdtContent></w:sdt>")
    )
    read = reading(saved(document, tmp_path / "x.docx").read_bytes(), tmp_path)
    assert words_of(read) == "x|67→55 new漢=1|Wrapped."
    assert [each.words for each in read.left_out(bytes)] == ["A box."]


def test_deleted_tracked_changes_are_quoted(content: bytes, tmp_path: Path) -> None:
    document = opened(content)
    deleted = "<w:r><w:delText>Nine left.</w:delText></w:r>"
    put(in_words(document), f'<w:del w:id="9" w:author="A">{deleted}</w:del><w:ins w:id="8">{run(SAID)}</w:ins>')
    read = reading(saved(document, tmp_path / "x.docx").read_bytes(), tmp_path)
    assert words_of(read) == SAID
    assert "Deleted, struck out or hidden there: “Nine left.”." in read.notes
    assert read.left_out(bytes) == []


def test_the_documents_own_text_is_not_reported_as_new(content: bytes, tmp_path: Path) -> None:
    document = opened(content)
    boxes(document)["place-agency-workers"].type(WORDS, SAID)
    boxes(document)["place-agency-workers"].type(ABOUT, "Number of agency workers", "Average caseload")
    read = reading(saved(document, tmp_path / "x.docx").read_bytes(), tmp_path)
    assert len(read.known) > 20
    assert read.left_out(bytes) == []
    # A picture has no words to quote, so it is named.
    put(in_words(document), "<w:r><w:drawing/></w:r>")
    read = reading(saved(document, tmp_path / "x.docx").read_bytes(), tmp_path)
    assert [str(each) for each in read.left_out(bytes)] == ["a picture in a box"]


def test_an_import_refuses_words_outside_the_boxes_until_it_is_told_to_leave_them_out(project: Project) -> None:
    assert project("commentary", "export", "--area", AREA).returncode == 0
    path = project.root / "commentary" / f"2023-24-Q3-{AREA}.docx"
    document = opened(path.read_bytes())
    put(document.paragraphs[0]._p, run(SAID))
    document.save(str(path))
    again = project("commentary", "export", "--area", AREA)
    assert (again.returncode, "it has been edited" in again.stderr) == (1, True)
    refused = project("commentary", "import", str(path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"“{SAID}”. Move it into a box, or add --leave-out to import the rest without it." in refused.stderr
    done = project("commentary", "import", str(path), "--leave-out")
    assert (done.returncode, f"not imported, outside the boxes: “{SAID}”" in done.stderr) == (0, True), done.stderr
    assert "Nothing has changed" not in done.stdout
    # If a program drops the document's stored text, it is compared with one made now.
    for link in [link for link in document.part.package.rels.values() if "custom" in link.reltype]:
        document.part.package.rels.pop(link.rId)
    document.save(str(path))
    refused = project("commentary", "import", str(path))
    remedy = "Move it into a box, or add --leave-out to import the rest without it."
    assert [line for line in refused.stderr.splitlines() if "“" in line] == [
        f"  {path.name}: outside the boxes: “{SAID}”. {remedy}"
    ]
