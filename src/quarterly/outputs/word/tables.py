"""Word tables that a screen reader can read: a marked header row that repeats, and no merged or blank cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Twips
from docx.table import Table, _Cell

from quarterly.core.palette import LOOKS
from quarterly.outputs.word.document import Drawing, add_drawing, add_link, add_text, add_unbroken, text_width
from quarterly.outputs.word.styles import TABLE_STYLE


@dataclass(frozen=True)
class Column:
    """A column: its heading, its relative width, and whether it holds figures."""

    head: str
    width: float
    number: bool = False


@dataclass(frozen=True)
class Cell:
    """The contents of a cell."""

    text: str
    rag: str = ""  # a rating: gives the cell its shape, fill and colour
    marked: bool = True  # whether the shape is shown
    below: str = ""  # a second line in small type
    #: Bookmarks that the text and the second line link to.
    link: str = ""
    below_link: str = ""
    style: str = ""  # a style other than that of its column
    picture: Drawing | None = None  # a small picture after the text


def add_table(
    document: Document,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    title: str,
    description: str,
    *,
    together: bool = False,
    with_next: bool = False,
) -> Table:
    """Add a table, whose first column heads each row.

    ``title`` and ``description`` are its alternative text. ``together`` keeps all rows of a short table on one page,
    and ``with_next`` also what follows it.
    """
    table = document.add_table(len(rows) + 1, len(columns), TABLE_STYLE)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    table.autofit = False
    _describe(table, title, description)
    scale = text_width(document) / sum(column.width for column in columns)
    # Word stores whole twentieths of a point; rounded up, the columns would not fit between the margins.
    widths = [Twips(int(column.width * scale / Twips(1))) for column in columns]
    for grid, width in zip(table.columns, widths, strict=True):
        grid.width = width
    head = [Cell(column.head, style="Table Heading Number" if column.number else "Table Heading") for column in columns]
    # Looked up once per table: python-docx searches all styles each time a paragraph is given one.
    used = {"Table Number", "Table Text", *(cell.style for cells in [head, *rows] for cell in cells if cell.style)}
    styles = {name: document.styles[name].style_id for name in used}
    # If a table continues on another page, avoid leaving only its heading, or only one or two rows, on either page. A
    # council's own template may not keep headings with what follows.
    kept = set(range(len(rows))) if together or with_next else {0, 1, 2, len(rows) - 2, len(rows) - 1} - {len(rows)}
    if with_next:
        kept.add(len(rows))
    for place, (row, cells) in enumerate(zip(table.rows, [head, *rows], strict=True)):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if place == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for cell, width, column, content in zip(row.cells, widths, columns, cells, strict=True):
            cell.width = width
            usual = "Table Number" if column.number else "Table Text"
            cell.paragraphs[0]._p.style = styles[content.style or usual]
            _fill(cell, content)
            if place in kept:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
    return table


def _describe(table: Table, title: str, description: str) -> None:
    properties = table._tbl.tblPr
    looks = {"firstRow": "1", "lastRow": "0", "firstColumn": "1", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    properties.append(OxmlElement("w:tblLook", {qn(f"w:{name}"): value for name, value in looks.items()}))
    for tag, text in (("w:tblCaption", title), ("w:tblDescription", description)):
        properties.append(OxmlElement(tag, {qn("w:val"): text}))


def _fill(cell: _Cell, content: Cell) -> None:
    paragraph = cell.paragraphs[0]
    mark = LOOKS[content.rag].mark if content.rag and content.marked else ""
    if content.rag:
        fill = LOOKS[content.rag].fill.lstrip("#").upper()
        shade = parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{fill}"/>')
        cell._tc.get_or_add_tcPr().append(shade)
    text = f"{mark} {content.text}" if mark else content.text
    if content.link:
        add_link(paragraph, text, content.link)
    elif content.style.startswith("Table Heading"):
        add_unbroken(paragraph, text)
    else:
        add_text(paragraph, text, f"Rating {content.rag.capitalize()}" if content.rag else None)
    if content.picture:
        add_drawing(paragraph, content.picture)
    if content.below:
        below = cell.add_paragraph(style="Table Small")
        below.alignment = paragraph.alignment
        if content.below_link:
            add_link(below, content.below, content.below_link)
        else:
            add_text(below, content.below)
