"""Commentary is the same in Markdown and in Word: none is lost on the way there or back, and plain text stays plain."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from officers_word import markdown, marks, sentences

from quarterly.outputs.forms.lines import Kind, Line, tidy
from quarterly.outputs.forms.markdown import read_blocks, read_lines, write_lines
from quarterly.outputs.forms.paragraphs import Reader, put_lines
from quarterly.outputs.word.document import open_document
from quarterly.outputs.word.markdown import PLAIN, Look
from quarterly.outputs.word.styles import add_list

looks = st.builds(
    Look, st.booleans(), st.booleans(), st.sampled_from(["", "", "https://example.org/a_b", "mailto:us@example.org"])
)
parts = st.lists(st.tuples(st.one_of(marks, sentences), looks), max_size=4).map(tuple)
lines = st.lists(
    st.builds(Line, st.sampled_from(Kind), st.integers(0, 4), parts),
    max_size=6,
).map(tidy)


def said(found: list[Line]) -> list[tuple[str, int, str]]:
    return [(line.kind, line.level, line.text) for line in found]


@pytest.fixture(scope="module")
def document() -> Document:
    """One document for many texts."""
    return open_document(None)


def through_word(document: Document, found: list[Line]) -> list[Line]:
    cell = document.add_table(1, 1).cell(0, 0)
    put_lines(document, cell, found)
    return Reader(document).lines(cell._tc)


@settings(max_examples=60, deadline=None)
@given(markdown)
@example("**a**`b`")
def test_unedited_words_are_the_same_after_word(document: Document, text: str) -> None:
    found = read_lines(text)
    back = through_word(document, found)
    assert back == found
    assert write_lines(back, text) == text


@settings(max_examples=60, deadline=None)
@given(lines)
def test_formatting_is_read_from_word_as_written(document: Document, found: list[Line]) -> None:
    assert through_word(document, found) == found


@settings(max_examples=150, deadline=None)
@given(lines, markdown)
@example([Line(Kind.HEADING, 0, (("#", PLAIN),))], "")
@example([Line(Kind.HEADING, 0, (("in \\# all ##", PLAIN),))], "")
def test_every_word_and_item_of_a_list_comes_back_as_markdown(found: list[Line], before: str) -> None:
    assert said(read_lines(write_lines(found, before))) == said(found)


@settings(max_examples=100, deadline=None)
@given(markdown)
def test_no_line_of_markdown_is_missing_from_its_blocks(text: str) -> None:
    rows = text.replace("\r", "\n").split("\n")
    kept = [row for block in read_blocks(text) for row in block.source.split("\n")]
    assert [row.strip() for row in kept if row.strip()] == [row.strip() for row in rows if row.strip()]


@settings(max_examples=150, deadline=None)
@given(st.one_of(marks, sentences))
@example("{{< include secret.md >}}")
@example("<script>alert(1)</script>")
@example("# 1 in 4")
@example("- 5% fewer")
@example("a) first")
@example("::: {.callout-note}")
@example("Look![1] [a](javascript:x) ![b](c.png) `code` $x$ x^2^ H~2~O @key &amp; &#35;")
def test_plain_text_that_looks_like_markup_stays_text(text: str) -> None:
    plain = tidy([Line(Kind.TEXT, 0, ((text, PLAIN),))])
    written = write_lines(plain)
    page = BeautifulSoup(MarkdownIt("commonmark", {"html": True}).enable("table").render(written), "html.parser")
    assert {tag.name for tag in page.find_all()} <= {"p", "br"}
    assert " ".join(page.get_text(" ").split()) == " ".join("".join(line.text for line in plain).split())
    assert "{{<" not in written


def test_formatting_comes_back_as_the_same_markdown() -> None:
    text = "**Why**: two *managers'* posts, see [the **plan**](https://example.org/a_b).\n\n- One\n  1. a\n  2. b"
    assert write_lines(read_lines(text)) == text


def test_unedited_blocks_stay_as_typed() -> None:
    before = "First *line*\nwrapped.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n* old\n* list\n\nLast."
    found = read_lines(before)
    assert found[-1].text == "Last."
    edited = [*found[:-1], Line(Kind.TEXT, 0, (("New # end.", PLAIN),))]
    assert write_lines(edited, before) == before.replace("Last.", "New # end.")


def typed_in_word(document: Document, paragraphs: str) -> str:
    """Read the XML that Word writes for a cell, as Markdown."""
    cell = document.add_table(1, 1).cell(0, 0)._tc
    cell.remove(cell.p_lst[0])
    cell.extend(parse_xml(f"<w:body {nsdecls('w', 'r')}>{paragraphs}</w:body>"))
    reader = Reader(document)
    return "\n".join([write_lines(reader.lines(cell)), *reader.without_text])


def item(number: int, text: str, level: int | str = 0) -> str:
    numbered = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    return f"<w:p>{numbered}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_numbers_of_a_list_are_those_that_word_shows(document: Document) -> None:
    first, second = (add_list(document, "decimal", ["%1."]) for _ in range(2))
    plain = "<w:p><w:r><w:t>why</w:t></w:r></w:p>"
    goes_on = item(first, "a") + item(first, "b") + plain + item(first, "c") + item(first, "d")
    assert typed_in_word(document, goes_on) == "1. a\n2. b\n\nwhy\n\n3\\. c\n\n4\\. d"
    numbering = document.part.numbering_part.element
    (own,) = [each for each in numbering if each.get(qn("w:numId")) == str(second)]
    start = '<w:lvlOverride {} w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride>'
    own.append(parse_xml(start.format(nsdecls("w"))))
    assert typed_in_word(document, item(second, "a") + item(second, "b")) == "4\\. a\n\n5\\. b"


@pytest.mark.parametrize(
    ("form", "text", "written"),
    [
        ("lowerLetter", "%1)", "a\\) one\n\nb\\) two"),
        ("upperRoman", "(%1)", "\\(I\\) one\n\n\\(II\\) two"),
        ("decimal", "Action %1:", "Action 1: one\n\nAction 2: two"),
        ("decimal", "(%1)", "1. one\n2. two"),
    ],
)
def test_labels_of_a_list_are_those_that_word_shows(document: Document, form: str, text: str, written: str) -> None:
    own = add_list(document, form, [text])
    assert typed_in_word(document, item(own, "one") + item(own, "two")) == written
    assert said(through_word(document, read_lines(written))) == said(read_lines(written))


def test_letters_in_a_list_start_again_under_each_number(document: Document) -> None:
    own = add_list(document, "decimal", ["%1.", "%1.%2"])
    typed = item(own, "one") + item(own, "x", 1) + item(own, "y", 1) + item(own, "two") + item(own, "z", 1)
    assert typed_in_word(document, typed) == "1. one\n   - 1.1 x\n   - 1.2 y\n2. two\n   - 2.1 z"


@pytest.mark.parametrize("start", ["²", "9" * 12])
def test_a_list_with_an_impossible_start_or_level_begins_at_its_first(document: Document, start: str) -> None:
    own = add_list(document, "lowerRoman", ["%1)"])
    for each in document.part.numbering_part.element.iter(qn("w:start")):
        each.set(qn("w:val"), start)
    assert typed_in_word(document, item(own, "one", "x")) == "i\\) one"


def test_a_list_that_begins_further_in_has_one_level(document: Document) -> None:
    own = add_list(document, "decimal", ["%1.", "%2."])
    typed = item(own, "x", 1) + item(own, "y", 1)
    assert typed_in_word(document, typed) == "1. x\n2. y"


def test_raised_and_lowered_digits_stay_so(document: Document) -> None:
    run = '<w:r><w:rPr><w:vertAlign w:val="{}"/></w:rPr><w:t>{}</w:t></w:r>'
    shifted = run.replace("w:vertAlign", "w:position")
    assert typed_in_word(document, f"<w:p>{shifted.format(8, 2)}{shifted.format(-2, 2)}</w:p>") == "²₂"
    for place, raised, shown in (("superscript", "2", "10²"), ("superscript", "st", "10st"), ("subscript", "2", "10₂")):
        assert typed_in_word(document, f"<w:p><w:r><w:t>10</w:t></w:r>{run.format(place, raised)}</w:p>") == shown


def test_a_link_to_a_place_on_a_page_keeps_the_place(document: Document) -> None:
    page = document.part.relate_to("https://example.org/plan", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    linked = f'<w:p><w:hyperlink r:id="{page}" w:anchor="aims"><w:r><w:t>aims</w:t></w:r></w:hyperlink></w:p>'
    code = ' HYPERLINK "https://example.org/plan" \\l "aims" '
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    begin, shows, end = marks
    field = f"<w:p>{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{shows}<w:r><w:t>aims</w:t></w:r>{end}</w:p>"
    for typed in (linked, field):
        assert typed_in_word(document, typed) == "[aims](https://example.org/plan#aims)"


def test_text_around_fields_inner_tables_and_documents_is_not_lost(document: Document) -> None:
    marks = [f'<w:fldChar w:fldCharType="{kind}"/>' for kind in ("begin", "separate", "end")]
    begin, shows, end = marks
    field = f"<w:r>{begin}<w:instrText> DATE </w:instrText>{shows}<w:t>5 March</w:t>{end}</w:r>"
    assert typed_in_word(document, f"<w:p>{field}<w:r><w:t>, at noon</w:t></w:r></w:p>") == "5 March, at noon"
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p>{}</w:tc></w:tr></w:tbl>"
    assert typed_in_word(document, inner.format("a", inner.format("b", "") + "<w:p/>")) == "a b"
    assert typed_in_word(document, '<w:altChunk r:id="x"/>') == "\na document"
