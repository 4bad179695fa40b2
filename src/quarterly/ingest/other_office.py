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
from quarterly.ingest.open_document import DAY, is_open_document

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
    grids = [_grid(Grid(file, sheet["name"], bare=bare), sheet) for sheet in sheets if sheet["seen"]]
    return grids, [sheet["name"] for sheet in sheets if not sheet["seen"]]


def _grid(grid: Grid, sheet: dict[str, Any]) -> Grid:
    for row, column, form, value, hidden, mark in sheet["cells"]:
        cell = Cell(date.fromisoformat(value)) if form == DAY else Cell(value, form)
        grid.put(row, column, replace(cell, mark=mark), hidden)
    grid.merged.update(((row, column), (bottom, right)) for row, column, bottom, right in sheet["merged"])
    grid.hidden.update(f"comment on {column_name(column)}{row}" for row, column in sheet["comments"])
    return grid
