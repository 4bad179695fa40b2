"""Read a workbook (.xls, .xlsb or .ods) from standard input and print its cells as JSON.

This is a separate process because the library allocates memory for every cell up to the last one: a malicious file can
crash only this process.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, time, timedelta
from typing import Any

from quarterly.ingest.open_document import is_open_document, sheets_of

#: The memory limit in bytes, on systems that support one.
_MOST_MEMORY = 1_500_000_000


def main() -> None:
    """Read the workbook and print each sheet's name, visibility and cells."""
    _bound_memory()
    content = sys.stdin.buffer.read()
    if is_open_document(content):
        json.dump(sheets_of(content), sys.stdout)
        return
    from python_calamine import SheetVisibleEnum, load_workbook

    book = load_workbook(io.BytesIO(content))
    sheets = []
    for about in book.sheets_metadata:
        seen = about.visible == SheetVisibleEnum.Visible
        sheets.append({"name": about.name, "seen": seen, "cells": _cells(book, about.name) if seen else []})
    json.dump(sheets, sys.stdout)


def _cells(book: Any, name: str) -> list[tuple[int, int, str, Any]]:
    sheet = book.get_sheet_by_name(name)
    top, left = sheet.start or (0, 0)
    merged = [
        (row + 1, column + 1, "merged", (bottom - row + 1, right - column + 1))
        for (row, column), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return merged + [
        (row, column, *_kind_and_value(value))
        for row, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1)
        for column, value in enumerate(cells, start=left + 1)
        if value != ""
    ]


def _kind_and_value(value: Any) -> tuple[str, Any]:
    if isinstance(value, date):
        return "day", value.isoformat()[:10]
    if isinstance(value, time | timedelta):
        return "h:mm", str(value)
    return "", int(value) if isinstance(value, float) and value.is_integer() else value


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # not available on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    main()
