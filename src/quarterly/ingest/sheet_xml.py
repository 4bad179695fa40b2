"""Read the cells of one sheet as stored in the workbook.

openpyxl reads either formulas or their results, fills in every blank cell up to the last column and row, and keeps data
on each row: a file with a cell in row 9,999,999,999 would never finish. Here its parser reads one row at a time, and
each row is discarded after reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from colorsys import rgb_to_hsv
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet._reader import COL_TAG, DATA_TAG, FORMULA_TAG, MERGE_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser

#: Excel's own colours of good, neutral and bad have more colour than this; those of banded rows have less.
_LEAST_SATURATION = 0.16
#: Where neither green nor red begins, as shares of the colour wheel.
_FIRST_BLUE, _LAST_PURPLE = 0.47, 0.94


class Stored(NamedTuple):
    """A cell as stored in the workbook.

    ``value`` is None if a formula has no result, a serial number for a date, and a `CellRichText` for a text in several
    formats; ``formula`` is blank if there is none; ``hidden`` is ``row`` or ``column`` if one hides the cell;
    ``struck`` is whether there is a line through the whole cell, and ``rated`` whether it is red, amber or green.
    """

    row: int
    column: int
    value: object
    format: str
    formula: str
    hidden: str
    struck: bool
    rated: bool


def without_marks(value: object) -> tuple[object, str]:
    """Take superscripts and struck-out words out of a text; return the rest, and a description of them."""
    if not isinstance(value, CellRichText):
        return value, ""
    parts: list[str] = []
    marks: list[str] = []
    for part in value:
        if isinstance(part, TextBlock) and part.font.vertAlign == "superscript":
            marks.append(f"a superscript {part.text.strip()}")
        elif isinstance(part, TextBlock) and part.font.strike:
            marks.append(f"{part.text.strip()} struck out")
        else:
            parts.append(str(part))
    return "".join(parts), " and ".join(marks)


def cells_of(sheet: Any, merged: list[str] | None = None) -> Iterator[Stored]:
    """Yield the cells of a sheet that have a value or a formula, reading a row at a time.

    The ranges of merged cells, which come last, are added to ``merged``.
    """
    with sheet._get_source() as source:
        parser = WorkSheetParser(source, sheet._shared_strings, data_only=True, rich_text=True)
        rows = None
        hidden: list[range] = []
        # `excel` has already refused parts that declare entities, and this parser is four times as fast as defusedxml.
        for event, element in iterparse(source, events=("start", "end")):  # noqa: S314
            if event == "start":
                rows = element if element.tag == DATA_TAG else rows
            elif element.tag == COL_TAG and _is_hidden(element):
                hidden.append(range(int(element.get("min", 0)), int(element.get("max", 0)) + 1))
            elif element.tag == MERGE_TAG and merged is not None:
                merged += [str(child.get("ref")) for child in element]
            elif element.tag == ROW_TAG:
                for cell in _cells_of_row(sheet, parser, element):
                    column = any(cell.column in columns for columns in hidden)
                    yield cell._replace(hidden="column") if column and not cell.hidden else cell
                if rows is not None:
                    rows.clear()


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _cells_of_row(sheet: Any, parser: Any, element: Any) -> Iterator[Stored]:
    # Like openpyxl's parse_row, but without keeping the height and style of every row.
    parser.row_counter = int(element.get("r", parser.row_counter + 1))
    parser.col_counter = 0
    placed = all(child.get("r") for child in element)
    for child in element:
        if placed and not len(child):  # formatted but blank: there may be millions
            continue
        formula = child.find(FORMULA_TAG)
        cell = parser.parse_cell(child)
        if cell["value"] is None and child.get("t") == "str" and child.find(VALUE_TAG) is not None:
            continue  # a formula whose result is blank
        if cell["value"] is not None or formula is not None:
            styled = ReadOnlyCell(sheet, **cell)
            text = "" if formula is None else f"={formula.text or '...'}"
            hidden = "row" if _is_hidden(element) else ""
            form, struck = str(styled.number_format or ""), bool(styled.font.strike)
            rated = _is_rated(styled.fill)
            yield Stored(cell["row"], cell["column"], cell["value"], form, text, hidden, struck, rated)


def _is_rated(fill: Any) -> bool:
    rgb = fill.fgColor.rgb if fill.fill_type == "solid" else None
    if not isinstance(rgb, str):
        return False  # a colour of the theme, as of headings and banded rows
    hue, saturation, _ = rgb_to_hsv(*bytes.fromhex(rgb[-6:]))
    return saturation > _LEAST_SATURATION and not _FIRST_BLUE < hue < _LAST_PURPLE
