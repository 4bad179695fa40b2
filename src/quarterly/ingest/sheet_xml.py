"""The cells of one sheet, as they stand in the workbook.

openpyxl reads either formulas or their results, fills a row up to its last column and a sheet up to its last row, and
keeps what it knows of each row: a cell that claims to stand in row 9,999,999,999 would never be reached. Its parser is
asked for one row at a time instead, and each row is forgotten once it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import iterparse

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, WorkSheetParser


def cells_of(sheet: Any) -> Iterator[tuple[int, int, object, str, str]]:
    """Go through the cells of a sheet that have a value or a formula, a row at a time.

    Parameters
    ----------
    sheet : openpyxl.worksheet._read_only.ReadOnlyWorksheet
        Of a workbook opened to be read only.

    Yields
    ------
    tuple
        Row, column, value (None where a formula has no result), number format, and formula (blank where there is none).
        A date is the number that Excel keeps.
    """
    with sheet._get_source() as source:
        parser = WorkSheetParser(source, sheet._shared_strings, data_only=True)
        rows = None
        # A part that declares entities was refused before it came here (`excel`): this parser is four times as fast.
        for event, element in iterparse(source, events=("start", "end")):  # noqa: S314
            if event == "start":
                rows = element if element.tag == DATA_TAG else rows
            elif element.tag == ROW_TAG:
                yield from _cells_of_row(sheet, parser, element)
                if rows is not None:
                    rows.clear()


def _cells_of_row(sheet: Any, parser: Any, element: Any) -> Iterator[tuple[int, int, object, str, str]]:
    # As openpyxl's parse_row does, without keeping the height and the style of every row.
    parser.row_counter = int(element.get("r", parser.row_counter + 1))
    parser.col_counter = 0
    placed = all(child.get("r") for child in element)
    for child in element:
        if placed and not len(child):  # formatted and blank: there may be millions
            continue
        formula = child.find(FORMULA_TAG)
        cell = parser.parse_cell(child)
        if cell["value"] is not None or formula is not None:
            form = ReadOnlyCell(sheet, **cell).number_format
            text = "" if formula is None else f"={formula.text or '...'}"
            yield cell["row"], cell["column"], cell["value"], str(form or ""), text
