"""Read the cells of one sheet as stored in the workbook.

openpyxl reads either formulas or their results, fills in every blank cell up to the last column and row, and keeps data
on each row: a file with a cell in row 9,999,999,999 would never finish. Here its parser reads one row at a time, and
each row is discarded after reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, iterparse

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import (
    COL_TAG,
    DATA_TAG,
    FORMULA_TAG,
    INLINE_STRING,
    MERGE_TAG,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)

_SPACE = ROW_TAG.removesuffix("row")
_STRING, _RUN, _TEXT, _RAISED, _STRUCK = (f"{_SPACE}{name}" for name in ("si", "r", "t", "vertAlign", "strike"))


class Stored(NamedTuple):
    """A cell as stored in the workbook.

    ``value`` is None if a formula has no result, and a serial number for a date; ``formula`` is blank if there is none;
    ``hidden`` is ``row`` or ``column`` if one hides the cell; ``mark`` describes text that is not part of the value.
    """

    row: int
    column: int
    value: object
    format: str
    formula: str
    hidden: str
    mark: str


class Marked(str):
    """Text without its superscripts and struck-out words, which are in ``mark``."""

    mark = ""


def shared_texts(stream: Any) -> list[str]:
    """Read the shared strings, with superscripts and struck-out words moved from the text to its mark."""
    found = []
    for _, element in iterparse(stream):  # noqa: S314 - as in cells_of
        if element.tag == _STRING:
            found.append(_marked(element))
            element.clear()
    return found


def _marked(element: Element) -> str:
    parts: list[str] = [element.findtext(_TEXT) or ""]
    marks: list[str] = []
    for run in element.iterfind(_RUN):
        raised, struck = (run.find(f".//{tag}") for tag in (_RAISED, _STRUCK))
        found = run.findtext(_TEXT) or ""
        if raised is not None and raised.get("val") == "superscript":
            marks.append(f"a superscript {found.strip()}")
        elif struck is not None and struck.get("val") not in ("0", "false"):
            marks.append(f"{found.strip()} struck out")
        else:
            parts.append(found)
    text = Marked("".join(parts))
    text.mark = " and ".join(marks)
    return text


def cells_of(sheet: Any, merged: list[str] | None = None) -> Iterator[Stored]:
    """Yield the cells of a sheet that have a value or a formula, reading a row at a time.

    The ranges of merged cells, which come last, are added to ``merged``.
    """
    with sheet._get_source() as source:
        parser = WorkSheetParser(source, sheet._shared_strings, data_only=True)
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
            inline = child.find(INLINE_STRING)
            value = cell["value"] if inline is None else _marked(inline)
            styled = ReadOnlyCell(sheet, **cell)
            mark = getattr(value, "mark", "") or ("a line through it" if styled.font.strike else "")
            text = "" if formula is None else f"={formula.text or '...'}"
            hidden = "row" if _is_hidden(element) else ""
            yield Stored(cell["row"], cell["column"], value, str(styled.number_format or ""), text, hidden, mark)
