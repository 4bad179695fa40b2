"""Text and pictures of any length and contents are read in linear time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from quarterly.commentary.format import split_heading
from quarterly.display.drawing import _LONG, _REDUNDANT

#: For each function, texts (as Python expressions) that made a pattern backtrack repeatedly.
READERS = {
    "from quarterly.commentary.format import split_heading as read": [
        "'# ' + '#' * LONG + '!'",
        "'# a' + ' ' * LONG + 'b'",
    ],
    "from quarterly.commentary.format import _BULLET; read = _BULLET.match": [
        "'- x' + ' ' * LONG + 'y'",
        "'- x ' * LONG",
    ],
    "from quarterly.display.drawing import _LONG; read = lambda text: _LONG.sub('', text)": [
        "'1' * LONG",
        "'1.2' * LONG",
    ],
    "from quarterly.display.drawing import _REDUNDANT; read = lambda text: _REDUNDANT.sub('', text)": [
        "'<text ' * LONG",
        "'<path class=\"foreground\"' * LONG",
    ],
    "from quarterly.outputs.website.pages.plain_words import plain_words as read": [
        "' ' * LONG",
        "' \\t' * LONG + '!'",
        "'[a](b' * LONG",
        "'|-' * LONG",
    ],
}


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.split("import ")[1].split(";")[0].split(" as")[0])
def test_long_texts_are_read_and_nothing_hangs(reader: str) -> None:
    """Quadratic work on half a million characters would take hours: the limit here is generous on any machine."""
    lines = [reader, "LONG = 500_000"]
    lines += [f"read({text})" for text in READERS[reader]]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True, timeout=120)


@pytest.mark.parametrize(
    ("source", "heading", "rest"),
    [
        ("## Green to celebrate\nWords", "Green to celebrate", "Words"),
        ("# A heading ## \n", "A heading", ""),
        ("# C#\nx", "C", "x"),
        ("# ###\nx", "#", "x"),
        ("###### six", "six", ""),
        ("#none", "", "#none"),
        ("##   \nWords", "", "Words"),
        ("\n\n# a  b \t\nx", "a  b", "x"),
    ],
)
def test_a_heading_is_read_as_before(source: str, heading: str, rest: str) -> None:
    assert split_heading(source) == (heading, rest)


def test_numbers_of_a_picture_are_found_where_they_begin() -> None:
    assert _LONG.findall("M1-2.3456,0.0001e-5L12.3.4567 7.12 v-.5678") == ["-2.3456", "0.0001e-5", "3.4567"]


def test_parts_that_do_not_affect_a_picture_are_removed() -> None:
    svg = '<g opacity="1"><path class="background" d="M0"/><text x="1"/><text x="1">kept</text><path d="M1"/></g>'
    assert _REDUNDANT.sub("", svg) == '<g><text x="1">kept</text><path d="M1"/></g>'
