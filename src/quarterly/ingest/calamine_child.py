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

from quarterly.ingest.open_document import DAY, is_open_document, sheets_of

#: The memory limit in bytes, on systems that support one.
_MOST_MEMORY = 1_500_000_000


def main() -> None:
    """Read the workbook and print each sheet: its name and whether it is ``seen``, and if so what is in it.

    ``cells`` has the row, the column, the number format (or `DAY`), the value, what hides the cell (``row``, ``column``
    or blank) and its mark; ``merged`` has the first row and column of merged cells and their last ones; and
    ``comments`` the row and column of each cell with a comment.
    """
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
        contents = _contents(book.get_sheet_by_name(about.name)) if seen else {}
        sheets.append({"name": about.name, "seen": seen, **contents})
    json.dump(sheets, sys.stdout)


def _contents(sheet: Any) -> dict[str, Any]:
    top, left = sheet.start or (0, 0)
    cells = [
        (row, column, *_format_and_value(value), "", "")
        for row, cells in enumerate(sheet.to_python(skip_empty_area=True), start=top + 1)
        for column, value in enumerate(cells, start=left + 1)
        if value != ""
    ]
    ranges = sheet.merged_cell_ranges or ()
    merged = [(row + 1, column + 1, bottom + 1, right + 1) for (row, column), (bottom, right) in ranges]
    return {"cells": cells, "merged": merged, "comments": []}


def _format_and_value(value: Any) -> tuple[str, Any]:
    if isinstance(value, date):
        return DAY, value.isoformat()[:10]
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
