"""Building blocks of Word documents: pages, text, fields, links, captions and pictures, and the file itself."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Emu, Length
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from quarterly.core.run_errors import UnreadableTemplate
from quarterly.outputs.word.styles import LANGUAGE, STYLED, StyleClash, add_styles
from quarterly.storage.atomic import repacked

_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SIDE, _NARROW_SIDE = Cm(2.2), Cm(1.6)
_PAGE = Cm(21), Cm(29.7)


#: What paragraphs can be added to.
Holder = Document | _Cell


def open_document(template: Path | None, name: str = "") -> Document:
    """Begin a document from a council's template, or an empty one with the styles of this package.

    The template's content, headers, footers and styles are kept. ``name`` is its name in messages. Raises
    `UnreadableTemplate` if it is missing, is not a Word document, or has a clashing style.
    """
    try:
        document = docx.Document(str(template or STYLED))
        if template:
            add_styles(document)
    except StyleClash as error:
        raise UnreadableTemplate(name, str(error)) from error
    except (PackageNotFoundError, zipfile.BadZipFile, OSError, ValueError, KeyError, SyntaxError) as error:
        reason = "there is no such file" if template and not template.is_file() else "it is not a .docx document"
        raise UnreadableTemplate(name, reason) from error
    _clear(document)
    _orient(document.sections[-1], landscape=False)
    return document


def _clear(document: Document) -> None:
    """Remove a template's empty paragraphs, and its thumbnail and old copies of its styles."""
    for paragraph in document.paragraphs:
        holds = paragraph.text.strip() or paragraph._p.xpath(".//w:drawing|.//w:pict|.//w:sectPr|.//w:object")
        if not holds:
            paragraph._p.getparent().remove(paragraph._p)
    package = document.part.package
    for links, kind in ((package.rels, "/metadata/thumbnail"), (document.part.rels, "/stylesWithEffects")):
        for key in [key for key, link in links.items() if link.reltype.endswith(kind)]:
            links.pop(key)


def _orient(section: Section, *, landscape: bool) -> None:
    sides = sorted([section.page_width or _PAGE[0], section.page_height or _PAGE[1]])
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = sides[::-1] if landscape else sides


def begin_section(document: Document, *, landscape: bool) -> Section:
    """Begin a section on a new page, portrait or landscape.

    The document must have a paragraph: the break goes into the last one, as python-docx would add an empty one for it.
    """
    first, last = document.sections[0], document.paragraphs[-1]._p
    section = document.add_section()
    holder = document.paragraphs[-1]._p
    last.set_sectPr(holder.xpath("w:pPr/w:sectPr")[0])
    document.element.body.remove(holder)
    _orient(section, landscape=landscape)
    section.different_first_page_header_footer = False
    sides = ["left_margin", "right_margin"]
    if first.header.is_linked_to_previous:  # there is no header
        sides += ["top_margin", "bottom_margin"]
    for side in sides:
        usual: Length = getattr(first, side) or _SIDE
        setattr(section, side, min(usual, _NARROW_SIDE) if landscape else usual)
    return section


def text_width(document: Document) -> Length:
    """Return the width between the margins of the last section."""
    section = document.sections[-1]
    margins = (section.left_margin or 0) + (section.right_margin or 0) + (section.gutter or 0)
    return Emu((section.page_width or _PAGE[0]) - margins)


def in_xml(text: str) -> str:
    """Remove the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def add_text(paragraph: Paragraph, text: str, style: str | None = None) -> Run:
    """Add text to a paragraph, without the characters that XML cannot hold."""
    return paragraph.add_run(in_xml(text), style)


def add_unbroken(paragraph: Paragraph, text: str) -> None:
    """Add text with non-breaking hyphens: ``Q3 2023-24`` can break after Q3 only."""
    run = paragraph.add_run()
    for place, part in enumerate(in_xml(text).split("-")):
        if place:
            run._r.append(OxmlElement("w:noBreakHyphen"))
        run.add_text(part)


def add_paragraph(holder: Holder, text: str = "", style: str | None = None) -> Paragraph:
    """Add a paragraph of plain text."""
    return holder.add_paragraph(in_xml(text), style)


def add_bullets(document: Document, items: Iterable[str]) -> None:
    """Add a bullet for each text."""
    for item in items:
        add_paragraph(document, item, "List Bullet")


def add_with_lead(holder: Holder, lead: str, text: str, style: str | None = None) -> Paragraph:
    """Add a paragraph with a lead in bold."""
    paragraph = add_paragraph(holder, "", style)
    add_text(paragraph, lead, "Strong")
    add_text(paragraph, text)
    return paragraph


def add_heading(document: Document, text: str, level: int) -> Paragraph:
    """Add a heading, without automatic numbering if the template numbers its headings: the text has its own number."""
    heading = add_paragraph(document, text, f"Heading {level}")
    properties = heading._p.get_or_add_pPr()
    style: Any = heading.style
    while style is not None:
        if style.element.xpath("w:pPr/w:numPr"):
            properties.get_or_add_numPr().get_or_add_numId().val = 0
        style = style.base_style
    return heading


def add_field(paragraph: Paragraph, code: str, shown: str = "1", *, dirty: bool = False) -> None:
    """Add a field, such as PAGE, showing `shown` until Word updates it; a dirty one is updated on opening."""
    instruction = OxmlElement("w:instrText", {qn("xml:space"): "preserve"})
    instruction.text = f" {code} "
    begin, separate, end = (
        OxmlElement("w:fldChar", {qn("w:fldCharType"): kind}) for kind in ("begin", "separate", "end")
    )
    if dirty:
        begin.set(qn("w:dirty"), "true")
    for part in (begin, instruction, separate):
        paragraph.add_run()._r.append(part)
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(end)


def add_caption(document: Document, kind: str, number: int, text: str) -> Paragraph:
    """Add a caption numbered by Word: ``Table 3: ...``."""
    caption = add_paragraph(document, f"{kind} ", "Caption")
    add_field(caption, f"SEQ {kind} \\* ARABIC", str(number))
    add_text(caption, f": {text}")
    return caption


def add_bookmark(paragraph: Paragraph, name: str) -> None:
    """Bookmark a paragraph as the target of links."""
    root = paragraph._p.getroottree().getroot()
    number = str(len(root.findall(f".//{qn('w:bookmarkStart')}")) + 1)
    start = OxmlElement("w:bookmarkStart", {qn("w:id"): number, qn("w:name"): name})
    end = OxmlElement("w:bookmarkEnd", {qn("w:id"): number})
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(end)


def add_link(paragraph: Paragraph, text: str, bookmark: str) -> None:
    """Add a link to a bookmark in the same document."""
    link = OxmlElement("w:hyperlink", {qn("w:anchor"): bookmark, qn("w:history"): "1"})
    link.append(add_text(paragraph, text, "Hyperlink")._r)
    paragraph._p.append(link)


@dataclass(frozen=True)
class Drawing:
    """A picture for a document: its PNG, its alternative text and the width to show it at."""

    png: bytes
    alternative: str
    width: Length


def add_drawing(paragraph: Paragraph, drawing: Drawing) -> None:
    """Add a chart to a paragraph, with its alternative text."""
    shape = paragraph.add_run().add_picture(BytesIO(drawing.png), width=drawing.width)
    for side in "TBLR":  # without these LibreOffice leaves a gap on either side
        shape._inline.set(f"dist{side}", "0")
    properties = shape._inline.docPr
    properties.set("descr", in_xml(drawing.alternative))
    properties.set("name", f"Chart {properties.id}")


def add_page_numbers(document: Document, text: str) -> None:
    """Add page numbers to every footer, below a template's own text, unless it already numbers its pages."""
    section = document.sections[0]
    feet = [section.footer]
    if section.different_first_page_header_footer:
        feet.append(section.first_page_footer)
    if document.settings.odd_and_even_pages_header_footer:
        feet.append(section.even_page_footer)
    for foot in feet:
        # Reading the paragraphs of an undefined footer would define it, so check first.
        own = [] if foot.is_linked_to_previous else foot.paragraphs
        if any(_numbers_pages(paragraph) for paragraph in own):
            continue
        blank = [paragraph for paragraph in foot.paragraphs if not paragraph._p.xpath(".//w:r")]
        paragraph = blank[0] if blank else foot.add_paragraph()
        paragraph.style = document.styles["Footer"]
        add_text(paragraph, f"{text}. Page\u00a0")
        add_field(paragraph, "PAGE")
        add_text(paragraph, "\u00a0of\u00a0")
        add_field(paragraph, "NUMPAGES")


def _numbers_pages(paragraph: Paragraph) -> bool:
    codes = [str(code.text) for code in paragraph._p.iter(qn("w:instrText"))]
    codes += [str(code.get(qn("w:instr"))) for code in paragraph._p.iter(qn("w:fldSimple"))]
    return any("PAGE" in code for code in codes)


def save(document: Document, title: str, subject: str, author: str, day: date) -> bytes:
    """Return the document's bytes, which are the same on every run and machine.

    ``author`` is a council, not a person, and ``day`` the date of creation and change in the document's properties.
    """
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - python-docx takes it as UTC
    properties = document.core_properties
    texts = {"title": title, "subject": subject, "author": author, "last_modified_by": author}
    for name, text in texts.items():
        setattr(properties, name, in_xml(text)[:255])
    properties.comments = properties.keywords = ""
    properties.language = LANGUAGE
    properties.created = properties.modified = moment
    properties.revision = 1
    draft = BytesIO()
    document.save(draft)
    return repacked(draft.getvalue())
