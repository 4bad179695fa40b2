"""Text in a document outside its boxes: no notebook takes it, so people must be told.

A document carries the digests of all that it said when it was sent out. What is not among them somebody typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from quarterly.commentary.cells import digest
from quarterly.outputs.forms.paragraphs import Reader, children


class Outside(NamedTuple):
    """Something in a document that stands in no box: where, and its words, blank for what has none."""

    where: str
    words: str

    @property
    def digest(self) -> str:
        """By which it is known again; the numbers of pages do not count."""
        return digest(re.sub(r"\d+", "", self.words) if self.where.endswith(" pages") else self.words)[:8]

    def __str__(self) -> str:
        return f"{self.where}: “{self.words}”" if self.words else self.where


#: The parts of a document in which words can stand, by the ends of their types, and how people call them.
_STORIES = {
    ".main+xml": "",
    ".header+xml": "in the header of its pages",
    ".footer+xml": "in the footer of its pages",
    ".footnotes+xml": "in a footnote",
    ".endnotes+xml": "in an endnote",
    ".comments+xml": "in a remark in the margin",
}
#: Properties of a document, which word processors keep. Word takes no more than 255 characters of one.
_NAME, _AT_ONCE = "quarterly-text", 28
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_OF_THE_USER = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def find_outside(document: Document, boxes: Reader) -> Iterator[Outside]:
    """Find what stands in none of the boxes that were read."""
    yield from (Outside(f"{each} in a box", "") for each in boxes.pictured)
    for part in document.part.package.iter_parts():
        where = next((called for end, called in _STORIES.items() if part.content_type.endswith(end)), None)
        if where is None:
            continue
        reader, under = Reader(document), ""
        for paragraph in paragraphs_in(part.element if isinstance(part, XmlPart) else parse_xml(part.blob)):
            if paragraph in boxes.read:
                continue
            text = plain_text("".join(text for text, _ in reader.parts(paragraph)))
            in_shape = next(paragraph.iterancestors(qn("w:txbxContent")), None) is not None
            place = where or ("in a text box" if in_shape else f"in no box, under '{under}'" if under else "in no box")
            yield from [Outside(place, text)] if text else []
            yield from (Outside(f"{each} {place}", "") for each in reader.pictured)
            reader.pictured.clear()
            under = text if reader.is_heading(paragraph) else under


def paragraphs_in(element: Any) -> Iterator[Any]:
    """Return the paragraphs in an element, also those in text boxes of other paragraphs."""
    for child in children(element):
        if child.tag == qn("w:p"):
            yield child
        yield from paragraphs_in(child)


def plain_text(text: str) -> str:
    """Leave out of a text what programs change at will: blanks, and hyphens that break no line."""
    return " ".join(text.replace("\u2011", "-").replace("\u00ad", "").split())


def remember(document: Document, digests: Iterable[str]) -> None:
    """Let a document carry the digests of what it says."""
    known = sorted(digests)
    rows = [" ".join(known[at : at + _AT_ONCE]) for at in range(0, len(known), _AT_ONCE)]
    listed = "".join(
        f'<property fmtid="{_OF_THE_USER}" pid="{number + 1}" name="{_NAME}-{number}">'
        f"<v:lpwstr>{row}</v:lpwstr></property>"
        for number, row in enumerate(rows, start=1)
    )
    xml = f'<Properties xmlns="{_PROPERTIES}" xmlns:v="{_VALUES}">{listed}</Properties>'
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), _TYPE, xml.encode("utf-8"), package)
    package.relate_to(part, _LINK)


def remembered(document: Document) -> set[str]:
    """Return the digests that a document carries; none where a program has left them out."""
    parts = [part for part in document.part.package.iter_parts() if part.content_type == _TYPE]
    found = [each for part in parts for each in parse_xml(part.blob) if each.get("name", "").startswith(_NAME)]
    return {each for one in found for each in "".join(one.itertext()).split()}
