"""Write lines into a box of a Word document, and read them back whichever word processor saved it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from quarterly.outputs.forms.lines import DEEPEST, Kind, Line, address_of, list_positions, tidy
from quarterly.outputs.forms.lists import read_lists, value_of, whole_number
from quarterly.outputs.word.document import add_text
from quarterly.outputs.word.markdown import PLAIN, Look
from quarterly.outputs.word.styles import add_list

_HEADING_STYLE, _BOX_STYLE = "Heading 4", "Box Text"
_MARKS = {
    Kind.BULLET: ("bullet", "•–▪•–▪•–▪"),
    Kind.NUMBER: ("decimal", [f"%{level}." for level in range(1, DEEPEST + 2)]),
}
_FIELD_LINK = re.compile(r'HYPERLINK\s+"([^"]+)"(?:\s+\\l\s+"([^"]+)")?')
#: Properties that remove text without deleting it: strikethrough, and hidden text.
_HIDING = ("strike", "dstrike", "vanish")
_OFF = ("0", "false", "off", "none")
#: Elements that hold no text, and how messages describe them.
_NO_TEXT = {"drawing": "a picture", "pict": "a picture", "object": "an embedded object", "altChunk": "a document"}
_AS_TEXT = {"br": "\n", "cr": "\n", "tab": " ", "ptab": " ", "noBreakHyphen": "-"}
#: Arrows, faces and ticks that Word autocorrects to characters of its own fonts.
_SYMBOLS = {"F0DF": "←", "F0E0": "→", "F0E8": "→", "F0F3": "↔", "F04A": "☺", "F04C": "☹", "F0FC": "✓", "F0FB": "✗"}
_OF_FONTS = {int(code, 16): sign for code, sign in _SYMBOLS.items()}
#: Raised and lowered digits as characters: 10 to the power of 2 is not 102. The letters of 1st are read as typed.
_RAISED: dict[str, dict[int, str]] = {
    "superscript": dict(zip(map(ord, "0123456789+-"), "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", strict=True)),
    "subscript": dict(zip(map(ord, "0123456789+-"), "₀₁₂₃₄₅₆₇₈₉₊₋", strict=True)),
}


def put_lines(document: Document, cell: _Cell, lines: Sequence[Line]) -> None:
    """Write lines into an empty cell, in Word's own formatting."""
    lists: dict[int, int] = {}  # Word's number of the current list of each level
    for place, (line, position) in enumerate(zip(lines, list_positions(lines), strict=True)):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.style = _HEADING_STYLE if line.kind == Kind.HEADING else _BOX_STYLE
        if line.listed:
            if position == 1:
                lists[line.level] = add_list(document, *_MARKS[line.kind])
            numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            numbering.get_or_add_ilvl().val = line.level
            numbering.get_or_add_numId().val = lists[line.level]
        for text, look in line.parts:
            _put_part(paragraph, text, look)


def _put_part(paragraph: Paragraph, text: str, look: Look) -> None:
    run = add_text(paragraph, text, "Hyperlink" if look.link else None)
    run.bold, run.italic = look.bold or None, look.italic or None
    if look.link:
        link = OxmlElement("w:hyperlink", {qn("w:history"): "1"})
        link.set(qn("r:id"), paragraph.part.relate_to(look.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(run._r)
        paragraph._p.append(link)


def _name(element: Any) -> str:
    """Return an element's name without its namespace; blank for an XML comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: Any) -> Iterator[Any]:
    """Yield the children of an element, taking the first branch of alternative content."""
    for child in element:
        if _name(child) == "AlternateContent":
            yield from children(next(iter(child), ()))
        elif _name(child):
            yield child


def texts_in(element: Any) -> str:
    """Return all text in an element, including deleted text."""
    return "".join(part.text or "" for part in element.iter() if _name(part) in ("t", "delText"))


def _is_on(layers: list[Any], name: str) -> bool:
    """Return whether a property is on, as the first of some sets of properties says that has it."""
    found = next((setting for layer in layers for setting in layer.iterchildren(qn(f"w:{name}"))), None)
    return found is not None and found.get(qn("w:val"), "1") not in _OFF


def _raised(run: Any, layers: list[Any]) -> str:
    """Return whether a run is superscript or subscript; blank if it is neither."""
    aligned = next(filter(None, (value_of(layer, "vertAlign") for layer in layers)), "")
    shift = value_of(run, "rPr", "position") or "0"  # as LibreOffice writes it
    if aligned or not shift.strip("0"):
        return aligned
    return "subscript" if shift.startswith("-") else "superscript"


def _address(page: str, place: str | None) -> str:
    """Return the address of a page, or of a place on it, which Word stores apart from the page."""
    return address_of(f"{page}#{place}" if place else page)


@dataclass
class _Field:
    """A field: its code, and whether the text that it shows has begun."""

    code: str = ""
    shown: bool = False


def _turn_field(mark: str | None, fields: list[_Field]) -> None:
    if mark == "begin":
        fields.append(_Field())
    elif fields and mark == "separate":
        fields[-1].shown = True
    elif fields:
        fields.pop()


def rows_of(table: Any) -> Iterator[tuple[Any, list[Any]]]:
    """Yield the rows of a table and their cells, without nested tables."""
    for row in table.iter(qn("w:tr")):
        if next(row.iterancestors(qn("w:tbl"))) is table:
            yield row, [cell for cell in row.iter(qn("w:tc")) if next(cell.iterancestors(qn("w:tr"))) is row]


class Reader:
    """Reads lines from the cells of a document, as if its tracked changes were accepted."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.read: set[Any] = set()  # the paragraphs read so far
        self.deleted: list[str] = []  # text deleted by tracked changes, struck out or hidden
        self.tracked = False  # whether there are tracked changes
        self.without_text: list[str] = []  # descriptions of content without text, such as a picture
        styles = document.styles.element.iterchildren(qn("w:style"))
        self._styles: dict[str, Any] = {style.get(qn("w:styleId"), ""): style for style in styles}
        self._lists = read_lists(document)
        self._next = 1  # the number that the next item gets in Markdown

    def lines(self, cell: Any) -> list[Line]:
        """Read the lines of a cell's element; each row of an inserted table becomes a line."""
        self._next = 1
        return tidy(self._lines(cell))

    def _lines(self, holder: Any) -> Iterator[Line]:
        open_parts: list[tuple[str, Look]] = []
        for child in children(holder):
            kind = _name(child)
            if kind == "p":
                self.read.add(child)
                parts = [*open_parts, *self.parts(child)]
                open_parts = []
                if child.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None:
                    # The paragraph mark is deleted: the text continues in the next paragraph.
                    self.tracked = True
                    open_parts = parts
                    continue
                line = self._line(child, parts)
                if line.text.strip() and not line.level:
                    self._next = self._next + 1 if line.kind == Kind.NUMBER else 1
                yield line
            elif kind == "tbl":
                for _, cells in rows_of(child):
                    texts = [" ".join(line.text for line in self.lines(cell)) for cell in cells]
                    self._next = 1
                    yield Line(Kind.TEXT, 0, ((" | ".join(texts), PLAIN),))
            elif kind in _NO_TEXT:
                self.without_text.append(_NO_TEXT[kind])
            else:
                yield from self._lines(child)
        if open_parts:
            yield Line(Kind.TEXT, 0, tuple(open_parts))

    def _line(self, paragraph: Any, parts: list[tuple[str, Look]]) -> Line:
        if self.is_heading(paragraph):
            return Line(Kind.HEADING, 0, tuple(parts))
        for holder in (paragraph, *self._chain(value_of(paragraph, "pPr", "pStyle"))):
            number = value_of(holder, "pPr", "numPr", "numId")
            if number is not None:
                level = whole_number(value_of(holder, "pPr", "numPr", "ilvl"), 0)
                kind, count, label = self._lists.item(number, level)
                # Markdown has no letters, and would start again at 1 after a paragraph.
                label = label or (f"{count}." if kind == Kind.NUMBER and level == 0 and count != self._next else "")
                if label:
                    return Line(Kind.BULLET if level else Kind.TEXT, level, ((f"{label} ", PLAIN), *parts))
                return Line(kind, level if kind != Kind.TEXT else 0, tuple(parts))
        return Line(Kind.TEXT, 0, tuple(parts))

    def is_heading(self, paragraph: Any) -> bool:
        """Return whether a paragraph's style is a heading, or is based on one."""
        chain = self._chain(value_of(paragraph, "pPr", "pStyle"))
        return any((value_of(style, "name") or "").lower().startswith("heading") for style in chain)

    def _chain(self, style: str | None) -> Iterator[Any]:
        """Yield a style, the style that it is based on, and so on."""
        met: set[str] = set()
        while style in self._styles and style not in met:
            met.add(style)
            yield self._styles[style]
            style = value_of(self._styles[style], "basedOn")

    def parts(self, holder: Any, look: Look = PLAIN) -> Iterator[tuple[str, Look]]:
        """Yield the text of a paragraph with its formatting, including links that are stored as fields."""
        fields: list[_Field] = []  # those that have begun and not ended
        for child in children(holder):
            kind = _name(child)
            self.tracked = self.tracked or kind in ("del", "moveFrom", "ins", "moveTo")
            if kind == "r":
                for mark in child.iterchildren(qn("w:fldChar")):
                    _turn_field(mark.get(qn("w:fldCharType")), fields)
                if fields and not fields[-1].shown:
                    fields[-1].code += "".join(code.text or "" for code in child.iter(qn("w:instrText")))
                else:
                    found = [_FIELD_LINK.search(each.code) for each in fields]
                    link = next((_address(match[1], match[2]) for match in found if match), look.link)
                    yield from self._run(child, look._replace(link=link))
            elif kind in ("del", "moveFrom"):
                self.deleted.append(texts_in(child))
            elif kind in ("oMath", "oMathPara"):
                yield texts_in(child), look
            elif not kind.endswith("Pr"):
                inner = look._replace(link=self._target(child)) if kind == "hyperlink" else look
                yield from self.parts(child, inner)

    def _target(self, link: Any) -> str:
        relation = self.document.part.rels.get(link.get(qn("r:id"), ""))
        external = relation is not None and relation.is_external
        return _address(relation.target_ref, link.get(qn("w:anchor"))) if external else ""

    def _run(self, run: Any, look: Look) -> Iterator[tuple[str, Look]]:
        # The run's own properties, then those of its style, and of the styles that it is based on.
        holders = (run, *self._chain(value_of(run, "rPr", "rStyle")))
        layers = [layer for holder in holders for layer in holder.iterchildren(qn("w:rPr"))]
        if any(_is_on(layers, name) for name in _HIDING):
            self.deleted.append(texts_in(run))
            return
        look = look._replace(bold=_is_on(layers, "b") or look.bold, italic=_is_on(layers, "i") or look.italic)
        signs = _OF_FONTS | _RAISED.get(_raised(run, layers), {})
        for child in children(run):
            kind = _name(child)
            if kind in _NO_TEXT:
                # The paragraphs of a text box are read separately.
                self.without_text += [] if texts_in(child) else [_NO_TEXT[kind]]
            elif kind == "sym":
                yield _SYMBOLS.get(child.get(qn("w:char"), "").upper(), "□"), look
            elif kind == "ruby":
                yield texts_in(child), look
            else:
                yield (child.text or "").translate(signs) if kind == "t" else _AS_TEXT.get(kind, ""), look
