"""The cells of one sheet, as they stand in the workbook.

openpyxl reads either formulas or their results, fills a row up to its last column and a sheet up to its last row, and
keeps what it knows of each row: a cell that claims to stand in row 9,999,999,999 would never be reached. Its parser is
asked for one row at a time instead, and each row is forgotten once it is read.
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
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)

_SPACE = ROW_TAG.removesuffix("row")
_STRING, _RUN, _TEXT, _RAISED, _STRUCK = (f"{_SPACE}{name}" for name in ("si", "r", "t", "vertAlign", "strike"))


class Stored(NamedTuple):
    """A cell as it stands in the workbook.

    ``value`` is None where a formula has no result, and a date is the number that Excel keeps; ``formula`` is blank
    where there is none; ``hidden`` says which hidden row or column it is in, and ``mark`` what is no part of the value.
    """

    row: int
    column: int
    value: object
    format: str
    formula: str
    hidden: str
    mark: str


class Marked(str):
    """A text without the superscripts and the struck-out words in it, which are beside it."""

    mark = ""


def shared_texts(stream: Any) -> list[str]:
    """Read the texts that cells share: superscripts and struck-out words are taken out and kept as its mark."""
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


def cells_of(sheet: Any) -> Iterator[Stored]:
    """Go through the cells of a sheet that have a value or a formula, a row at a time."""
    with sheet._get_source() as source:
        parser = WorkSheetParser(source, sheet._shared_strings, data_only=True)
        rows = None
        hidden: list[range] = []
        # A part that declares entities was refused before it came here (`excel`): this parser is four times as fast.
        for event, element in iterparse(source, events=("start", "end")):  # noqa: S314
            if event == "start":
                rows = element if element.tag == DATA_TAG else rows
            elif element.tag == COL_TAG and _is_hidden(element):
                hidden.append(range(int(element.get("min", 0)), int(element.get("max", 0)) + 1))
            elif element.tag == ROW_TAG:
                for cell in _cells_of_row(sheet, parser, element):
                    column = any(cell.column in columns for columns in hidden)
                    yield cell._replace(hidden="column") if column and not cell.hidden else cell
                if rows is not None:
                    rows.clear()


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") in ("1", "true")


def _cells_of_row(sheet: Any, parser: Any, element: Any) -> Iterator[Stored]:
    # As openpyxl's parse_row does, without keeping the height and the style of every row.
    parser.row_counter = int(element.get("r", parser.row_counter + 1))
    parser.col_counter = 0
    placed = all(child.get("r") for child in element)
    for child in element:
        if placed and not len(child):  # formatted and blank: there may be millions
            continue
        formula = child.find(FORMULA_TAG)
        cell = parser.parse_cell(child)
        if cell["value"] is None and child.get("t") == "str" and child.find(VALUE_TAG) is not None:
            continue  # it was worked out, and shows nothing
        if cell["value"] is not None or formula is not None:
            inline = child.find(INLINE_STRING)
            value = cell["value"] if inline is None else _marked(inline)
            styled = ReadOnlyCell(sheet, **cell)
            mark = getattr(value, "mark", "") or ("a line through it" if styled.font.strike else "")
            text = "" if formula is None else f"={formula.text or '...'}"
            hidden = "row" if _is_hidden(element) else ""
            yield Stored(cell["row"], cell["column"], value, str(styled.number_format or ""), text, hidden, mark)
