"""Open an untrusted workbook: nothing in it is run, and its use of memory is limited."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import warnings
import zipfile
import zlib
from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import Cell, Grid, column_name, is_number, refuse
from quarterly.ingest.open_document import DAY, is_open_document

#: The most bytes in the unpacked parts of a workbook; a basket of hundreds of indicators needs 1 MB.
MOST_UNPACKED = 120_000_000
_MOST_PART = 90_000_000
#: Sheets are read row by row, but shared strings, styles and the like are read in one piece.
_MOST_WHOLE = 15_000_000
_MOST_PARTS = 1_000
#: No real sheet compresses better than this, except small parts, which are mostly markup.
_MOST_RATIO = 150
_SMALL = 1_000_000
#: The time in which the process that reads other kinds of workbook must finish, in seconds.
_PATIENCE = 60

_SAVE_AS = "Open it in Excel and save it as an Excel workbook (.xlsx)."
_DAMAGED = f"It is damaged, has a password, or is not a workbook. {_SAVE_AS}"


def open_workbook(file: str, content: bytes) -> tuple[list[Grid], list[str]]:
    """Read the cells of each visible sheet, and return the names of the hidden sheets, which are not read.

    Raises `DataFaults` for a file that is not a workbook, is too large, has macros or has been tampered with.
    """
    if fault := refusal(content):
        raise DataFaults([refuse(file, *fault)])
    try:
        grids, hidden = _read_other(file, content) if _is_other(content) else _read(file, content)
    except DataFaults:
        raise
    except MemoryError as error:
        raise DataFaults([refuse(file, "more than fits in memory", "Use a summary of the quarter.")]) from error
    except Exception as error:
        raise DataFaults([refuse(file, f"a part that cannot be read ({type(error).__name__})", _DAMAGED)]) from error
    if not grids:
        wanted = "Unhide the sheet with the figures, and save it as .xlsx (not Strict)."
        raise DataFaults([refuse(file, "no visible sheet", wanted)])
    return grids, hidden


def is_zip(content: bytes) -> bool:
    """Return whether a file is a zip file, as workbooks are."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def is_old_office(content: bytes) -> bool:
    """Return whether a file has the format that Excel used before 2007, and still uses with a password."""
    return content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def _is_other(content: bytes) -> bool:
    """Return whether a workbook is .xls, .xlsb or .ods rather than .xlsx."""
    if is_old_office(content):
        return True
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return _has_other_parts([name.lower() for name in package.namelist()])


def _has_other_parts(names: list[str]) -> bool:
    return "xl/workbook.bin" in names or ("mimetype" in names and "content.xml" in names)


def refusal(content: bytes) -> tuple[str, str] | None:
    """Check a workbook before reading it; return what was found and what to do, or None if it is acceptable."""
    if is_old_office(content):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _refused_parts(package) or _refused_xml(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return "a zip file that cannot be opened", _DAMAGED


def _refused_parts(package: zipfile.ZipFile) -> tuple[str, str] | None:
    parts = package.infolist()
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    if any(name.endswith((".bin", ".exe")) and ("vba" in name or "macro" in name) for name in names):
        return "a workbook with macros", _SAVE_AS + " That leaves the macros out."
    if "xl/workbook.xml" in names and _has_other_parts(names):
        return "a workbook in two formats at once", _DAMAGED
    if "[content_types].xml" not in names and not _has_other_parts(names):
        return "a zip file that is not a workbook", _SAVE_AS
    if len(parts) > _MOST_PARTS or len(set(names)) != len(names):
        return "more parts than a workbook has, or the same part twice", _DAMAGED
    for part, name in zip(parts, names, strict=True):
        whole = not name.startswith("xl/worksheets/") and name.endswith((".xml", ".rels"))
        if part.file_size > (_MOST_WHOLE if whole else _MOST_PART):
            return f"a part of {part.file_size // 1_000_000} MB ({part.filename})", "Use a summary of the quarter."
        if part.file_size > _SMALL and part.file_size > _MOST_RATIO * max(part.compress_size, 1):
            return f"a part that unpacks to {part.file_size // max(part.compress_size, 1)} times its size", _DAMAGED
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        return f"more than {MOST_UNPACKED // 1_000_000} MB when it is unpacked", "Use a summary of the quarter."
    kinds = package.read("[Content_Types].xml").lower() if "[content_types].xml" in names else b""
    if b"macroenabled" in kinds.replace(b"sheet.binary.macroenabled", b""):  # every .xlsb declares the latter
        return "a workbook with macros", _SAVE_AS + " That leaves the macros out."
    return None


def _refused_xml(package: zipfile.ZipFile) -> tuple[str, str] | None:
    """Refuse a part that declares entities, reading only to its first element because none can follow that."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    for part in package.infolist():
        if part.filename.lower().endswith((".xml", ".rels", ".vml")):
            try:
                with package.open(part) as stream:
                    next(iter(iterparse(stream, events=("start",), forbid_dtd=True)), None)
            except DefusedXmlException:
                return f"a part that declares XML entities ({part.filename})", _DAMAGED
            except (ParseError, LookupError, ValueError):
                return f"a part that is not XML ({part.filename})", _DAMAGED
    return None


def _read(file: str, content: bytes) -> tuple[list[Grid], list[str]]:
    visible, hidden = visible_sheets(content)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        unsure = _not_worked_out(package)
        grids = [_grid(file, sheet, unsure=unsure) for sheet in visible]
        for grid, sheet in zip(grids, visible, strict=True):
            grid.hidden.update(f"comment on {cell}" for cell in _commented(package, sheet._worksheet_path))
    return grids, hidden


def _not_worked_out(package: zipfile.ZipFile) -> bool:
    """Return whether the workbook asks Excel to recalculate, as programs do that write 0 as every formula's result."""
    # Read from the XML because openpyxl assumes yes if the workbook does not state it.
    asks = rb"<(?:\w+:)?calcPr\b[^>]*\sfullCalcOnLoad\s*=\s*[\"'](?:1|true)"
    return bool(re.search(asks, _part(package, "xl/workbook.xml")))


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    """Read a part of a workbook, ignoring the case of its name; empty if there is none."""
    return next((package.read(known) for known in package.namelist() if known.lower() == name), b"")


def _commented(package: zipfile.ZipFile, path: str) -> set[str]:
    """Return the cells of a sheet that have comments, which Excel shows only on hover."""
    folder, _, name = path.rpartition("/")
    about, names = f"{folder}/_rels/{name}.rels", package.namelist()
    said = package.read(about).decode("utf-8", "replace") if about in names else ""
    found = [f"xl/{part}" for part in re.findall(r'Target="(?:\.\.|/xl)/(comments[^"]*|threadedComments/[^"]*)"', said)]
    read = [package.read(part).decode("utf-8", "replace") for part in found if part in names]
    return {cell for text in read for cell in re.findall(r' ref="([A-Z]{1,3}[0-9]{1,7})"', text)}


def visible_sheets(content: bytes) -> tuple[list[Any], list[str]]:
    """Return the visible sheets as openpyxl objects, and the names of the hidden ones."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # openpyxl warns that it skips charts, styles and the like, which are not needed here.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False, rich_text=True)
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    return visible, [str(sheet.title) for sheet in book.worksheets if sheet not in visible]


def _grid(file: str, sheet: Any, *, unsure: bool) -> Grid:
    from openpyxl.utils.cell import range_boundaries

    from quarterly.ingest.sheet_xml import cells_of, without_marks

    grid = Grid(file, str(sheet.title))
    merged: list[str] = []
    for row, column, stored, form, formula, hidden, struck, rated in cells_of(sheet, merged):
        value, mark = without_marks(stored)
        if value is None or (unsure and formula and value == 0):
            cell = Cell(formula, unresolved=True)
        else:
            day = shown_day(value, form, sheet.parent.epoch)
            cell = Cell(value, form, day, mark=mark or ("a line through it" if struck else ""))
        grid.put(row, column, cell, hidden)
        if rated and not hidden and is_number(cell):
            grid.coloured.append(f"{column_name(column)}{row}")
    for left, top, right, bottom in map(range_boundaries, merged):
        grid.merged[top, left] = bottom, right
    return grid


def shown_day(value: Any, form: str, epoch: Any) -> date | None:
    """Return the date that Excel shows for a number, or None if it does not show a date."""
    from openpyxl.styles.numbers import is_date_format
    from openpyxl.utils.datetime import from_excel

    if isinstance(value, bool) or not isinstance(value, int | float) or not is_date_format(form):
        return None
    try:
        shown = from_excel(value, epoch)
    except (OverflowError, ValueError):
        return None
    return date(shown.year, shown.month, shown.day) if isinstance(shown, date) else date(1900, 1, 1)


def _read_other(file: str, content: bytes) -> tuple[list[Grid], list[str]]:
    """Read a workbook that is not .xlsx in a process of its own."""
    child = [sys.executable, "-m", "quarterly.ingest.calamine_child"]
    try:
        done = subprocess.run(child, input=content, capture_output=True, check=True, timeout=_PATIENCE)
        sheets: list[dict[str, Any]] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        found = "a workbook that cannot be read, or has a password"
        wanted = "Open it in the program that made it, remove any password, and save it as an Excel workbook (.xlsx)."
        raise DataFaults([refuse(file, found, wanted)]) from error
    bare = not is_open_document(content)
    grids = [_grid_of_other(Grid(file, sheet["name"], bare=bare), sheet) for sheet in sheets if sheet["seen"]]
    return grids, [sheet["name"] for sheet in sheets if not sheet["seen"]]


def _grid_of_other(grid: Grid, sheet: dict[str, Any]) -> Grid:
    for row, column, form, value, hidden, mark in sheet["cells"]:
        cell = Cell(date.fromisoformat(value)) if form == DAY else Cell(value, form)
        grid.put(row, column, replace(cell, mark=mark), hidden)
    grid.merged.update(((row, column), (bottom, right)) for row, column, bottom, right in sheet["merged"])
    grid.hidden.update(f"comment on {column_name(column)}{row}" for row, column in sheet["comments"])
    return grid
