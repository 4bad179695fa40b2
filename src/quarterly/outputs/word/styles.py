"""The styles of the Word documents: what headings, tables and notes look like.

Everything in a document has a style with a name, so that an officer restyles it in one place. A style that a council's
template brings along is left as it is, and only what the template lacks is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.parts.numbering import NumberingPart
from docx.styles import BabelFish

from quarterly.core import palette
from quarterly.core.terms import Rag

LANGUAGE = "en-GB"
TABLE_STYLE = "Report Table"
#: As Word has colours: without the sign in front.
INK, SECONDARY, LINE, PANEL, LINK, BLUE = (
    colour.lstrip("#").upper()
    for colour in (palette.INK, palette.SECONDARY, palette.LINE, palette.PANEL, palette.LINK, palette.DARK_BLUE)
)
#: Fill and text of each rating.
RAG_COLOURS = {
    str(rag): (palette.LOOKS[rag].fill.lstrip("#").upper(), palette.LOOKS[rag].ink.lstrip("#").upper()) for rag in Rag
}
_FONT = "Arial"
_FONTS = f'<w:rFonts w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:eastAsia="{_FONT}" w:cs="{_FONT}"/>'


@dataclass(frozen=True)
class _Style:
    """One style; `paragraph` and `text` are the properties that Word keeps of it, as its XML."""

    name: str
    paragraph: str = ""
    text: str = ""
    based_on: str = "Normal"
    then: str = ""
    kind: str = "paragraph"


def _text(points: float, colour: str = INK, *, bold: bool = False) -> str:
    size = round(points * 2)
    weight = "<w:b/><w:bCs/>" if bold else '<w:b w:val="0"/><w:bCs w:val="0"/>'
    return f'{_FONTS}{weight}<w:color w:val="{colour}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _space(before: float, after: float, line: int = 259) -> str:
    return f'<w:spacing w:before="{before * 20:.0f}" w:after="{after * 20:.0f}" w:line="{line}" w:lineRule="auto"/>'


def _heading(name: str, points: float, before: float, colour: str, level: int) -> _Style:
    keep, outline = "<w:keepNext/><w:keepLines/>", f'<w:outlineLvl w:val="{level}"/>'
    return _Style(
        name, f"{keep}{_space(before, 4, 240)}{outline}", _text(points, colour, bold=True), "Normal", "Normal"
    )


def _bullet(name: str, level: int) -> _Style:
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{{bullets}}"/></w:numPr>'
    return _Style(name, f"{numbering}{_space(0, 3)}")


_KEEP = "<w:keepNext/>"
_RIGHT = '<w:jc w:val="right"/>'
_DETAIL = '<w:tabs><w:tab w:val="left" w:pos="2835"/></w:tabs>{space}<w:ind w:left="2835" w:hanging="2835"/>'
_CONTENTS = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9360"/></w:tabs>{space}<w:ind w:left="{left}"/>'
_STYLES = (
    _Style("Normal", _space(0, 6, 252), _text(10.5), based_on=""),
    _Style("Title", f"{_KEEP}{_space(0, 8, 240)}", _text(20, BLUE, bold=True), then="Normal"),
    _Style("Subtitle", _space(0, 6, 240), _text(11, SECONDARY), then="Normal"),
    _heading("Heading 1", 14, 11, BLUE, 0),
    _heading("Heading 2", 12.5, 10, INK, 1),
    _heading("Heading 3", 11, 7, INK, 2),
    _heading("Heading 4", 10.5, 6, INK, 3),
    _Style("Caption", f"{_KEEP}<w:keepLines/>{_space(8, 4, 240)}", _text(10, INK, bold=True), then="Normal"),
    _bullet("List Bullet", 0),
    _bullet("List Bullet 2", 1),
    _Style("List Continue", f'{_space(0, 3)}<w:ind w:left="357"/>'),
    _Style("Header", _space(0, 0, 240), _text(9, SECONDARY)),
    _Style("Footer", f"{_space(0, 0, 240)}{_RIGHT}", _text(9, SECONDARY)),
    _Style("Council Name", f"{_KEEP}{_space(0, 4, 240)}", _text(12, SECONDARY, bold=True), then="Title"),
    _Style("Meeting Detail", _DETAIL.format(space=_space(0, 3))),
    _Style("Contents 1", _CONTENTS.format(left=0, space=_space(0, 2, 240))),
    _Style("Contents 2", _CONTENTS.format(left=284, space=_space(0, 2, 240))),
    _Style("Chart", f"<w:keepLines/>{_space(0, 6, 240)}"),
    _Style("Table Text", _space(0, 0, 240), _text(9)),
    _Style("Table Number", _RIGHT, based_on="Table Text"),
    _Style("Table Small", _space(1, 0, 240), _text(8, SECONDARY), based_on="Table Text"),
    _Style("Table Local", _RIGHT, based_on="Table Small"),
    _Style("Table Heading", _KEEP, _text(8.5, INK, bold=True), based_on="Table Text"),
    _Style("Table Heading Number", _RIGHT, based_on="Table Heading"),
    _Style("Reference", _space(0, 0, 240), _text(8, SECONDARY), based_on="Table Text"),
    _Style("Box Text", _space(1, 4, 250), _text(11)),
    _Style("Table Note", f"<w:keepLines/>{_space(2, 1, 240)}", _text(8.5)),
    _Style("Large Number", f"{_KEEP}{_space(2, 2, 240)}", _text(18, INK, bold=True), based_on="Table Text"),
    _Style("Strong", text="<w:b/><w:bCs/>", based_on="", kind="character"),
    _Style("Hyperlink", text=f'<w:color w:val="{LINK}"/><w:u w:val="single"/>', based_on="", kind="character"),
    *(
        _Style(
            f"Rating {name.capitalize()}",
            text=f'<w:b/><w:bCs/><w:color w:val="{ink}"/>',
            based_on="",
            kind="character",
        )
        for name, (_, ink) in RAG_COLOURS.items()
    ),
)
_TABLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="ReportTable"><w:name w:val="{TABLE_STYLE}"/>
<w:uiPriority w:val="40"/><w:qFormat/><w:tblPr><w:tblBorders>
<w:top w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/></w:tblBorders>
<w:tblCellMar><w:top w:w="26" w:type="dxa"/><w:left w:w="82" w:type="dxa"/><w:bottom w:w="26" w:type="dxa"/>
<w:right w:w="82" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tblPr/><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{INK}"/></w:tcBorders>
<w:shd w:val="clear" w:color="auto" w:fill="{PANEL}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>
"""


def _levels(kind: str, marks: Sequence[str]) -> str:
    return "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{mark}"/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{357 * (level + 1)}" w:hanging="357"/></w:pPr>'
        f'<w:rPr><w:rFonts w:ascii="{_FONT}" w:hAnsi="{_FONT}" w:cs="{_FONT}" w:hint="default"/></w:rPr></w:lvl>'
        for level, mark in enumerate(marks)
    )


class StyleClash(ValueError):
    """A template uses the name of one of our styles for another kind of style."""


def apply_styles(document: Document, *, overwrite: bool) -> None:
    """Give a document the styles that it lacks, and its language.

    ``overwrite`` also changes styles that it has, as in a document that nobody has styled. Raises `StyleClash` where a
    style of the document has the name of one of these, and is of another kind.
    """
    styles = document.styles.element
    bullets = 0
    for style in _STYLES:
        known = styles.get_by_name(BabelFish.ui2internal(style.name))
        if known is not None and known.get(qn("w:type"), "paragraph") != style.kind:
            raise StyleClash(f"its style '{style.name}' is not a {style.kind} style")
        if known is not None and not overwrite:
            continue
        if "{bullets}" in style.paragraph and not bullets:
            bullets = add_list(document, "bullet", "•–")
        # What is added to a template is written in the template's own font.
        text = style.text if overwrite else style.text.replace(_FONTS, "")
        _put(styles, known, replace(style, text=text), bullets)
    if styles.get_by_name(TABLE_STYLE) is None:
        styles.append(parse_xml(_TABLE))
    _set_language(document)
    if overwrite:
        _set_defaults(document)
        _drop_unused(styles)


def _put(styles: Any, known: Any, style: _Style, bullets: int) -> None:
    element = known if known is not None else _add(styles, style)
    for tag in ("w:pPr", "w:rPr", "w:semiHidden"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    properties = style.paragraph.replace("{bullets}", str(bullets))
    for tag, content in (("pPr", properties), ("rPr", style.text)):
        if content:
            element.append(parse_xml(f"<w:{tag} {nsdecls('w')}>{content}</w:{tag}>"))


def _add(styles: Any, style: _Style) -> Any:
    name = BabelFish.ui2internal(style.name)
    own = "" if name[0].islower() or style.name in _BUILT_IN else ' w:customStyle="1"'
    parts = [f'<w:name w:val="{name}"/>']
    for tag, other in (("basedOn", style.based_on), ("next", style.then)):
        base = styles.get_by_name(BabelFish.ui2internal(other)) if other else None
        if base is not None:
            parts.append(f'<w:{tag} w:val="{base.styleId}"/>')
    parts.append('<w:uiPriority w:val="10"/><w:qFormat/>')
    identity = f'w:type="{style.kind}"{own} w:styleId="{style.name.replace(" ", "")}"'
    element = parse_xml(f"<w:style {nsdecls('w')} {identity}>{''.join(parts)}</w:style>")
    styles.append(element)
    return element


_BUILT_IN = {"Normal", "Title", "Subtitle", "List Bullet", "List Bullet 2", "List Continue", "Strong", "Hyperlink"}


def add_list(document: Document, kind: str, marks: Sequence[str]) -> int:
    """Add a kind of list to the document's numbering, and return its number.

    ``kind`` is Word's: ``bullet`` or ``decimal``. ``marks`` are what stands before an item, a level at a time; ``%1``
    is the number of the outermost.
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
    # Word reads the kinds of lists before the lists.
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
    for language in styles.iterfind(f".//{qn('w:style')}//{qn('w:lang')}"):
        language.set(qn("w:val"), LANGUAGE)
    for language in document.settings.element.iterfind(qn("w:themeFontLang")):
        language.set(qn("w:val"), LANGUAGE)


def _drop_unused(styles: Any) -> None:
    """Remove the hundred styles of tables that python-docx brings along: Word has its own."""
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.name_val not in ("Normal Table", TABLE_STYLE):
            styles.remove(style)


def _set_defaults(document: Document) -> None:
    """Use the font everywhere, and let Word open the document without its compatibility mode."""
    fonts = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
    fonts.getparent().replace(fonts, parse_xml(_FONTS.replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}")))
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
