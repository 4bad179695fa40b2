"""Open .ods workbooks, and .xls and .xlsb, whose number formats and hidden rows cannot be read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import Any

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import Cell, Grid, column_name, refuse
from quarterly.ingest.open_document import is_open_document

_SECONDS = 60


def open_other(file: str, content: bytes) -> tuple[list[Grid], list[str]]:
    """Read the cells of each visible sheet, and return the names of the hidden ones.

    Raises `DataFaults` if it cannot be read or is too large.
    """
    child = [sys.executable, "-m", "quarterly.ingest.calamine_child"]
    try:
        done = subprocess.run(child, input=content, capture_output=True, check=True, timeout=_SECONDS)
        sheets: list[dict[str, Any]] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        found = "a workbook that cannot be read, or has a password"
        wanted = "Open it in the program that made it, remove any password, and save it as an Excel workbook (.xlsx)."
        raise DataFaults([refuse(file, found, wanted)]) from error
    bare = not is_open_document(content)
    seen = [_grid(Grid(file, sheet["name"], bare=bare), sheet["cells"]) for sheet in sheets if sheet["seen"]]
    return seen, [sheet["name"] for sheet in sheets if not sheet["seen"]]


def _grid(grid: Grid, cells: list[tuple[int, int, str, Any]]) -> Grid:
    for row, column, kind, value in cells:
        if kind == "merged":
            grid.merged[row, column] = row + value[0] - 1, column + value[1] - 1
        elif kind == "mark":
            grid.put(row, column, replace(grid.cell(row, column), mark=value))
        elif kind in ("hidden row", "hidden column", "comment"):
            letters = column_name(column)
            known = {"hidden row": f"row {row}", "hidden column": f"column {letters}"}
            grid.hidden.add(known.get(kind, f"comment on {letters}{row}"))
        else:
            grid.put(row, column, Cell(date.fromisoformat(value)) if kind == "day" else Cell(value, kind))
    return grid
