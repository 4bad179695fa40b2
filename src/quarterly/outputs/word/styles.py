"""The styles of the Word documents: the appearance of headings, tables and notes.

They come from ``styles.docx`` in this folder: to change the look of a heading, open it in Word and change its style.
Everything in a document has a named style, so that an officer can restyle it in one place. A council's template keeps
its own styles; only missing ones are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.styles import BabelFish

#: An empty document with the styles, the margins and the language of this package.
STYLED = Path(__file__).with_name("styles.docx")
LANGUAGE = "en-GB"
TABLE_STYLE = "Report Table"
#: The styles that documents use; base styles come before those derived from them.
STYLES = (
    *("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "Caption", "List Bullet"),
    *("List Bullet 2", "List Continue", "Header", "Footer", "Council Name", "Meeting Detail", "Contents 1"),
    *("Contents 2", "Chart", "Table Text", "Table Number", "Table Small", "Table Local", "Table Heading"),
    *("Table Heading Number", "Reference", "Box Text", "Table Note", "Large Number", "Strong", "Hyperlink"),
    *("Rating Green", "Rating Amber", "Rating Red", TABLE_STYLE),
)
#: The parts of a style that are copied into a council's template.
_TAKEN = [
    qn(f"w:{tag}") for tag in ("name", "basedOn", "next", "uiPriority", "qFormat", "pPr", "rPr", "tblPr", "tblStylePr")
]
_FONT = "Arial"


class StyleClash(ValueError):
    """A template has a style with the name of one of ours, but of a different type."""


def add_styles(document: Document) -> None:
    """Add the missing styles to a council's document, in its own font, and set its language.

    Raises `StyleClash` if the document has a style with the same name but of a different type.
    """
    styles, ours = document.styles.element, docx.Document(str(STYLED)).styles.element
    bullets = 0
    for name in STYLES:
        own, known = (each.get_by_name(BabelFish.ui2internal(name)) for each in (ours, styles))
        kind = own.get(qn("w:type"))
        if known is not None and known.get(qn("w:type"), "paragraph") != kind:
            raise StyleClash(f"its style '{name}' is not a {kind} style")
        if known is None:
            if own.find(f".//{qn('w:numId')}") is not None:
                bullets = bullets or add_list(document, "bullet", "•–")
            styles.append(_adapted(own, styles, bullets))
    _set_language(document)


def _adapted(own: Any, styles: Any, bullets: int) -> Any:
    """Copy a style for another document, using that document's fonts, list and styles."""
    style = deepcopy(own)
    for child in style:
        if child.tag not in _TAKEN:
            style.remove(child)
    for fonts in [*style.iter(qn("w:rFonts"))]:
        fonts.getparent().remove(fonts)
    for number in style.iter(qn("w:numId")):
        number.set(qn("w:val"), str(bullets))
    for tag in ("w:basedOn", "w:next"):
        for reference in style.findall(qn(tag)):
            named = own.getparent().get_by_id(reference.get(qn("w:val")))
            known = None if named is None else styles.get_by_name(named.name_val)
            if known is None:
                style.remove(reference)
            else:
                reference.set(qn("w:val"), known.styleId)
    return style


def _levels(kind: str, marks: Sequence[str]) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{mark}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{357 * (level + 1)}" w:hanging="357"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:cs="{_FONT}" w:hint="default"/></w:rPr></w:lvl>'
        for level, mark in enumerate(marks)
    )


def add_list(document: Document, kind: str, marks: Sequence[str]) -> int:
    """Add a list definition to the document's numbering, and return its number.

    ``kind`` is Word's number format: ``bullet`` or ``decimal``. ``marks`` has the text before an item, for each level;
    ``%1`` is the number of the outermost level.
    """
    part = _numbering(document)
    lists = part.element
    abstract = 1 + max(
        (int(found.get(qn("w:abstractNumId"))) for found in lists.findall(qn("w:abstractNum"))), default=0
    )
    number = 1 + max((int(found.get(qn("w:numId"))) for found in lists.findall(qn("w:num"))), default=0)
    levels = f'<w:multiLevelType w:val="hybridMultilevel"/>{_levels(kind, marks)}'
    definition = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}">{levels}</w:abstractNum>'
    first = lists.find(qn("w:num"))
    # Word expects all abstract definitions before the first list.
    lists.insert(len(lists) if first is None else lists.index(first), parse_xml(definition))
    lists.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/></w:num>'))
    return number


def _numbering(document: Document) -> NumberingPart:
    try:
        return document.part.numbering_part
    except NotImplementedError:  # a template without a list has no such part
        empty = f"<w:numbering {nsdecls('w')}/>".encode()
        part = NumberingPart.load(
            PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, empty, document.part.package
        )
        document.part.relate_to(part, RELATIONSHIP_TYPE.NUMBERING)
        return part


def _set_language(document: Document) -> None:
    """Mark the text as British English, for spelling checkers and screen readers."""
    styles = document.styles.element
    defaults = styles.find(qn("w:docDefaults"))
    if defaults is None:
        defaults = parse_xml(f"<w:docDefaults {nsdecls('w')}/>")
        styles.insert(0, defaults)
    holder = defaults
    for tag in ("w:rPrDefault", "w:rPr", "w:lang"):
        found = holder.find(qn(tag))
        if found is None:
            found = parse_xml(f"<{tag} {nsdecls('w')}/>")
            holder.insert(0, found) if tag == "w:rPrDefault" else holder.append(found)
        holder = found
    holder.set(qn("w:val"), LANGUAGE)
    in_styles = styles.iterfind(f".//{qn('w:style')}//{qn('w:lang')}")
    for language in [*in_styles, *document.settings.element.iterfind(qn("w:themeFontLang"))]:
        language.set(qn("w:val"), LANGUAGE)
