"""Text outside the boxes of a document: it is not imported, so it must be reported.

A document carries digests of all its text outside boxes at export. Text whose digest is not among them was added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from quarterly.commentary.cells import digest
from quarterly.outputs.forms.paragraphs import Reader, children


class Outside(NamedTuple):
    """Something in a document outside its boxes: where it is, and its words, blank if it has no text."""

    where: str
    words: str

    @property
    def digest(self) -> str:
        """A digest that identifies it; numbers in headers and footers are ignored, as they are page numbers."""
        return digest(re.sub(r"\d+", "", self.words) if self.where.endswith(" pages") else self.words)[:8]

    def __str__(self) -> str:
        return f"{self.where}: “{self.words}”" if self.words else self.where


#: The parts of a document that can hold text, by the ends of their content types, and how messages describe them.
_STORIES = {
    ".main+xml": "",
    ".header+xml": "in the header of its pages",
    ".footer+xml": "in the footer of its pages",
    ".footnotes+xml": "in a footnote",
    ".endnotes+xml": "in an endnote",
    ".comments+xml": "in a comment in the margin",
}
#: The digests are stored in custom document properties, which word processors keep. Word limits each to 255 characters.
_NAME, _PER_PROPERTY = "quarterly-text", 28
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_USER_PROPERTIES = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def find_outside(document: Document, boxes: Reader) -> Iterator[Outside]:
    """Yield everything that was not read as part of a box."""
    yield from (Outside(f"{what} in a box", "") for what in boxes.without_text)
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
            outside = f"outside the boxes, under '{under}'" if under else "outside the boxes"
            place = where or ("in a text box" if in_shape else outside)
            if text:
                yield Outside(place, text)
            yield from (Outside(f"{what} {place}", "") for what in reader.without_text)
            reader.without_text.clear()
            under = text if reader.is_heading(paragraph) else under


def paragraphs_in(element: Any) -> Iterator[Any]:
    """Yield the paragraphs in an element, including those in text boxes."""
    for child in children(element):
        if child.tag == qn("w:p"):
            yield child
        yield from paragraphs_in(child)


def plain_text(text: str) -> str:
    """Normalise what varies between programs: whitespace, and soft and non-breaking hyphens."""
    return " ".join(text.replace("\u2011", "-").replace("\u00ad", "").split())


def store_digests(document: Document, digests: Iterable[str]) -> None:
    """Store digests in a document's custom properties."""
    known = sorted(digests)
    rows = [" ".join(known[at : at + _PER_PROPERTY]) for at in range(0, len(known), _PER_PROPERTY)]
    listed = "".join(
        f'<property fmtid="{_USER_PROPERTIES}" pid="{number + 1}" name="{_NAME}-{number}">'
        f"<v:lpwstr>{row}</v:lpwstr></property>"
        for number, row in enumerate(rows, start=1)
    )
    xml = f'<Properties xmlns="{_PROPERTIES}" xmlns:v="{_VALUES}">{listed}</Properties>'
    package = document.part.package
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, xml.encode("utf-8"), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def stored_digests(document: Document) -> set[str]:
    """Return the digests stored in a document; empty if a program has dropped them."""
    kind = CONTENT_TYPE.OFC_CUSTOM_PROPERTIES
    parts = [part for part in document.part.package.iter_parts() if part.content_type == kind]
    stored = [each for part in parts for each in parse_xml(part.blob) if each.get("name", "").startswith(_NAME)]
    return {text for each in stored for text in "".join(each.itertext()).split()}
