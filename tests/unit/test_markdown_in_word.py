"""Officers' Markdown becomes paragraphs, bullets, bold and italics in Word, and none of it is lost."""

from __future__ import annotations

import pytest
from docx.document import Document
from hypothesis import given
from hypothesis import strategies as st

from quarterly.outputs.word.document import open_document
from quarterly.outputs.word.markdown import escape, write_markdown

BULLET, BELOW, PLAIN, CONTINUED = "List Bullet", "List Bullet 2", "Normal", "List Continue"


def write(text: str) -> list[tuple[str, str]]:
    """Write Markdown into a document; return the style and the text of each paragraph."""
    lines = write_markdown(open_document(None), text)
    return [(str(line.style.name) if line.style else "", line.text) for line in lines]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("One\ntwo.\n\nThree.", [(PLAIN, "One two."), (PLAIN, "Three.")]),
        ("One  \ntwo", [(PLAIN, "One\ntwo")]),
        ("Why:\n\n- one\n- two\n\nThen.", [(PLAIN, "Why:"), (BULLET, "one"), (BULLET, "two"), (PLAIN, "Then.")]),
        ("- one\n  - below\n- two", [(BULLET, "one"), (BELOW, "below"), (BULLET, "two")]),
        ("- one\n\n  more", [(BULLET, "one"), (CONTINUED, "more")]),
        ("3. three\n4. four", [(CONTINUED, "3. three"), (CONTINUED, "4. four")]),
        ("# A heading", [(PLAIN, "A heading")]),
        ("> said", [(PLAIN, "said")]),
        ("`code` and\n\n```\nmore\n```", [(PLAIN, "code and"), (PLAIN, "more")]),
        ("<b>bold</b> & <script>x</script>", [(PLAIN, "<b>bold</b> & <script>x</script>")]),
        ("<div>\nblock\n</div>", [(PLAIN, "<div> block </div>")]),
        ("[the plan](https://example.org/plan)", [(PLAIN, "the plan (https://example.org/plan)")]),
        ("<https://example.org>", [(PLAIN, "https://example.org")]),
        (
            "[mail](mailto:us@example.org) <mailto:us@example.org>",
            [(PLAIN, "mail (us@example.org) mailto:us@example.org")],
        ),
        (
            "| Month | Late | All |\n|---|---|---|\n| Oct | 3 | **4** |",
            [(BULLET, "Month: Late; All"), (BULLET, "Oct: 3; 4")],
        ),
        ("[press](javascript:alert(1))", [(PLAIN, "press")]),
        ("[here](file:///etc/passwd)", [(PLAIN, "here")]),
        ("![a chart](https://example.org/x.png)", [(PLAIN, "a chart")]),
        (r"5 \* 3 &amp; 2 &lt; 4", [(PLAIN, "5 * 3 & 2 < 4")]),
        ("", []),
    ],
)
def test_markdown_becomes_paragraphs_with_styles(text: str, lines: list[tuple[str, str]]) -> None:
    assert write(text) == lines


def test_bold_and_italics_are_kept_even_when_nested() -> None:
    (line,) = write_markdown(open_document(None), "plain **bold *both* bold** *italic*")
    runs = [(run.text, bool(run.bold), bool(run.italic)) for run in line.runs]
    assert runs == [
        ("plain ", False, False),
        ("bold ", True, False),
        ("both", True, True),
        (" bold", True, False),
        (" ", False, False),
        ("italic", False, True),
    ]


@pytest.fixture(scope="module")
def document() -> Document:
    """One document for many texts."""
    return open_document(None)


@given(text=st.text(max_size=40))
def test_any_text_can_be_written_and_escaped_text_comes_out_unchanged(document: Document, text: str) -> None:
    write_markdown(document, text)
    word = "".join(letter for letter in text if letter.isprintable())
    lines = write_markdown(document, f"begin {escape(word)} end")
    assert " ".join("".join(line.text for line in lines).split()) == " ".join(f"begin {word} end".split())


def test_characters_that_a_document_cannot_hold_are_left_out() -> None:
    (line,) = write_markdown(open_document(None), "a\x0bb\x00c\ufffed")
    assert line.text.replace("\ufffd", "") == "abcd"
