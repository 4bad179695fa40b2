"""Write sheets as an Excel workbook that is accessible, runs nothing and is the same on every run.

The rules are those of the Government Analysis Function's "Releasing statistics in spreadsheets": one marked-up table
per sheet, starting in column A under its title; no merged, empty or hidden cells; nothing shown by colour alone.

XlsxWriter rather than openpyxl, because it can write any text as text, and table descriptions for screen readers.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any

import xlsxwriter

from quarterly.core.palette import LINE, LINK, LOOKS
from quarterly.outputs.workbook.opendata import runs_as_formula
from quarterly.storage.atomic import repacked

FONT = {"font_name": "Arial", "font_size": 12, "font_scheme": False}
_LANGUAGE = "en-GB"
_LONGEST = 32_767
#: The text of a cell with nothing to say.
NONE = "None"
_CUT = " … (cut here: the cell is full)"
_COVER_WIDTH = 76
_LINE, _HIGHEST = 15.5, 409
_A3, _A4, _WIDE = 8, 9, 250
# Excel measures widths in digits, which are wider than most letters.
_FITTING = 1.05
_HEAD = {"bold": True, "text_wrap": True, "bottom": 2}
_BODY = {"text_wrap": True, "bottom": 1, "bottom_color": LINE}


@dataclass(frozen=True)
class Number:
    """A cell's number, and its Excel number format."""

    value: float
    form: str


@dataclass(frozen=True)
class Link:
    """A link to another sheet."""

    sheet: str
    text: str


@dataclass(frozen=True)
class Rated:
    """The word of a rating on its colour, which only helps to find it."""

    text: str
    rag: str


Cell = str | Number | Link | Rated
#: Returns the cell format of a workbook with some properties; each is made once.
Formats = Callable[..., Any]


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    width: int = 16  # in characters
    figures: bool = False  # whether it holds figures, which are aligned to the right


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, lines under it, and a table."""

    name: str  # on the tab: letters and digits
    title: str  # in cell A1
    lines: list[Cell]  # one per row under the title, in column A
    #: The table; a sheet without columns has only lines. No cell is blank.
    columns: list[Column] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    #: The one row of a table that has nothing to list; `NONE` in every cell if it is not given.
    empty: list[Cell] = field(default_factory=list)
    headings: frozenset[str] = frozenset()  # the lines that are headings


def sheet_name(text: str, taken: list[str]) -> str:
    """Make a unique tab name from an id: letters and digits only, at most 31.

    Examples
    --------
    >>> sheet_name("early-help", ["Cover"])
    'EarlyHelp'
    """
    # Excel reserves the name History.
    forbidden = {name.lower() for name in [*taken, "History"]}
    stem = "".join(word[:1].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", text)) or "Sheet"
    candidates = [stem[:31], *(f"{stem[:28]}{number}" for number in range(2, 1000))]
    return next(name for name in candidates if name.lower() not in forbidden)


def write_xlsx(sheets: list[Sheet], properties: dict[str, str | datetime]) -> bytes:
    """Return a workbook's bytes, with the given XlsxWriter document properties; it opens on the first sheet."""
    buffer = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": FONT,
    }
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties(properties)

    @cache
    def formats(**properties: object) -> Any:
        return book.add_format({**FONT, "valign": "top", **properties})

    for sheet in sheets:
        _write_sheet(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return repacked(buffer.getvalue(), _adjusted)


def _write_sheet(page: Any, sheet: Sheet, formats: Formats) -> None:
    cover = not sheet.columns
    _write_cell(page, 0, 0, sheet.title, formats, bold=True, font_size=16, text_wrap=cover)
    page.set_row(0, 24)
    for row, line in enumerate(sheet.lines, start=1):
        heading = {"bold": True, "font_size": 14, "valign": "bottom"} if line in sheet.headings else {}
        # Only the cover wraps its lines: elsewhere column A is the table's first, and lines overflow to the right.
        _write_cell(page, row, 0, line, formats, text_wrap=cover, **heading)
        page.set_row(row, 32 if heading else _height([line], [_COVER_WIDTH if cover else 1000]))
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    if cover:
        page.set_column(0, 0, _COVER_WIDTH)
        page.set_paper(_A4)
    else:
        _write_table(page, sheet, len(sheet.lines) + 1, formats)


def _write_table(page: Any, sheet: Sheet, top: int, formats: Formats) -> None:
    names = _distinct([column.name for column in sheet.columns])
    looks = [formats(**_HEAD, **_side(column)) for column in sheet.columns]
    rows = sheet.rows or [sheet.empty or [NONE] * len(sheet.columns)]
    page.add_table(
        top,
        0,
        top + len(rows),
        len(sheet.columns) - 1,
        {
            "name": f"Table{sheet.name}",
            "title": sheet.title,
            "description": f"{sheet.title}. The columns are: {', '.join(names)}.",
            "columns": [{"header": name, "header_format": look} for name, look in zip(names, looks, strict=True)],
            "autofilter": False,
            "style": None,
        },
    )
    widths = [column.width for column in sheet.columns]
    page.set_row(top, _height([*names], [width - 2 for width in widths]))
    for row, cells in enumerate(rows, start=top + 1):
        page.set_row(row, _height(cells, widths))
        for place, (cell, column) in enumerate(zip(cells, sheet.columns, strict=True)):
            _write_cell(page, row, place, cell, formats, **_BODY, **_side(column))
    for place, width in enumerate(widths):
        page.set_column(place, place, width)
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(_A3 if sum(widths) > _WIDE else _A4)


def _distinct(names: list[str]) -> list[str]:
    """Return headings, those that repeat an earlier one with a number: Excel refuses a table with two alike."""
    alike = [name.lower() for name in names]
    places = [alike[: place + 1].count(name) for place, name in enumerate(alike)]
    return [name if place == 1 else f"{name} ({place})" for name, place in zip(names, places, strict=True)]


def _side(column: Column) -> dict[str, object]:
    return {"align": "right" if column.figures else "left", "indent": 1}


def _height(cells: list[Cell], widths: list[int]) -> float:
    """Estimate the height of a row in points: some programs do not fit rows to wrapped text on opening a file."""
    texts = [cell if isinstance(cell, str) else "" if isinstance(cell, Number) else cell.text for cell in cells]
    lines = [
        sum(max(len(textwrap.wrap(part, int(width * _FITTING))), 1) for part in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]
    return min(max(lines) * _LINE + 2, _HIGHEST)


def _write_cell(page: Any, row: int, place: int, cell: Cell, formats: Formats, **look: object) -> None:
    if isinstance(cell, Number):
        page.write_number(row, place, cell.value, formats(num_format=cell.form, **look))
    elif isinstance(cell, Link):
        look = {**look, "font_color": LINK, "underline": 1}
        page.write_url(row, place, f"internal:'{cell.sheet}'!A1", formats(**look), cell.text)
    elif isinstance(cell, Rated):
        page.write_string(row, place, cell.text, formats(bg_color=LOOKS[cell.rag].fill, **look))
    else:
        text = cell if len(cell) <= _LONGEST else cell[: _LONGEST - len(_CUT)] + _CUT
        # Excel runs text that looks like a formula once the cell is edited; the prefix keeps it as text.
        prefix = {"quote_prefix": True} if runs_as_formula(text) else {}
        page.write_string(row, place, text, formats(**look, **prefix))


def _adjusted(name: str, part: bytes) -> bytes:
    """Set the language, and let programs change row heights."""
    if name == "docProps/core.xml":
        language = f"<dc:language>{_LANGUAGE}</dc:language></cp:coreProperties>"
        return part.replace(b"</cp:coreProperties>", language.encode("ascii"))
    if name.startswith("xl/worksheets/sheet"):
        # The heights are estimates: without this attribute a program fits the row to its text if it can.
        return part.replace(b' customHeight="1"', b"")
    return part
