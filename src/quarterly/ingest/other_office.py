"""Open workbooks of other kinds than .xlsx: .xls, .xlsb and .ods. Their number formats are not known."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import Cell, Grid, refuse

_SECONDS = 60
_SAVE_AS = "Open it in the program that made it, take off any password, and save it as an Excel workbook (.xlsx)."


def open_other(file: str, content: bytes) -> tuple[list[Grid], list[str]]:
    """Read the cells of each visible sheet, and return the names of the hidden ones.

    Raises `DataFaults` where it cannot be read or is too large.
    """
    child = [sys.executable, "-m", "quarterly.ingest.calamine_child"]
    try:
        done = subprocess.run(child, input=content, capture_output=True, check=True, timeout=_SECONDS)
        sheets: list[dict[str, Any]] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        found = "a workbook that cannot be read, or has a password"
        raise DataFaults([refuse(file, found, _SAVE_AS)]) from error
    seen = [_grid(file, sheet["name"], sheet["cells"]) for sheet in sheets if sheet["seen"]]
    return seen, [sheet["name"] for sheet in sheets if not sheet["seen"]]


def _grid(file: str, name: str, cells: list[tuple[int, int, str, Any]]) -> Grid:
    grid = Grid(file, name)
    for row, column, kind, value in cells:
        known = date.fromisoformat(value) if kind == "day" else value
        grid.put(row, column, Cell(known, format="h:mm" if kind == "time" else ""))
    return grid
