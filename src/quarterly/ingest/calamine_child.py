"""Print the cells of a workbook on the standard input as JSON: .xls, .xlsb and .ods.

A process of its own: the library that reads these kinds takes room for every cell up to the last one, and a file that
is made to harm ends this process and nothing else.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, time, timedelta
from typing import Any

from quarterly.ingest.open_document import is_open_document, sheets_of

#: How much memory the process may use, where the system can say so.
_MOST_MEMORY = 1_500_000_000


def main() -> None:
    """Read the workbook and print it: for each sheet its name, whether it can be seen, and its cells."""
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
    return [
        (row, column, *_told(value))
        for row, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1)
        for column, value in enumerate(cells, start=left + 1)
        if value != ""
    ]


def _told(value: Any) -> tuple[str, Any]:
    if isinstance(value, date):
        return "day", value.isoformat()[:10]
    if isinstance(value, time | timedelta):
        return "time", str(value)
    return "value", int(value) if isinstance(value, float) and value.is_integer() else value


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    main()
