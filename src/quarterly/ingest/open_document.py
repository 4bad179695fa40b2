"""Read the cells of an OpenDocument spreadsheet, including what it shows for each number and what is hidden."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from quarterly.ingest.grid import MOST_COLUMNS, MOST_ROWS

_OF = {one: f"{{urn:oasis:names:tc:opendocument:xmlns:{one}:1.0}}" for one in ("office", "table", "text", "style")}
_TABLE, _OFFICE, _STYLE = _OF["table"], _OF["office"], _OF["style"]
_HIDDEN, _UNSEEN = ("collapse", "filter"), "hidden"
_NUMBER = re.compile(r"(\D*?)-?([\d,]*\d)(\.\d+)?(\D*)")

#: The row, the column, ``day``, ``hidden row``, ``hidden column`` or else the number format, and the value. There may
#: also be a cell's ``mark``, ``merged`` with the numbers of its rows and columns, and ``comment``.
StoredCell = tuple[int, int, str, Any]


def is_open_document(content: bytes) -> bool:
    """Return whether a workbook is an OpenDocument file, which its first bytes show uncompressed."""
    return b"opendocument" in content[:200]


def sheets_of(content: bytes) -> list[dict[str, Any]]:
    """Return each sheet's name, visibility and cells, in the form that `calamine_child` prints."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        # `excel` has already refused parts that declare entities.
        root = fromstring(package.read("content.xml"))  # noqa: S314
    styles = dict(_styles(root))
    return [
        {"name": table.get(f"{_TABLE}name", ""), "seen": seen, "cells": list(_cells(table, styles)) if seen else []}
        for table in root.iter(f"{_TABLE}table")
        for seen in [styles.get(table.get(f"{_TABLE}style-name", "")) != _UNSEEN]
    ]


def _styles(root: Element) -> Iterator[tuple[str, str]]:
    """Yield the styles of hidden sheets, of superscripts and of what is struck out."""
    for style in root.iter(f"{_STYLE}style"):
        if any(sheet.get(f"{_TABLE}display") == "false" for sheet in style.iter(f"{_STYLE}table-properties")):
            yield style.get(f"{_STYLE}name", ""), _UNSEEN
        for words in style.iter(f"{_STYLE}text-properties"):
            lines = [words.get(f"{_STYLE}text-line-through-{name}", "none") for name in ("style", "type")]
            if re.match("super|[1-9]", words.get(f"{_STYLE}text-position", "")):
                yield style.get(f"{_STYLE}name", ""), "a superscript {}"
            elif lines != ["none", "none"]:
                yield style.get(f"{_STYLE}name", ""), "{} struck out"


def _cells(table: Element, styles: dict[str, str]) -> Iterator[StoredCell]:
    columns = [_is_hidden(each) for each in table.iter(f"{_TABLE}table-column") for _ in _repeats(each, MOST_COLUMNS)]
    place = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells = list(_row(row, columns, styles))
        for number in _repeats(row, MOST_ROWS) if cells else ():
            yield from ((place + number, column, kind, value) for column, kind, value in cells)
        place += int(row.get(f"{_TABLE}number-rows-repeated", 1))


def _row(row: Element, columns: list[bool], styles: dict[str, str]) -> Iterator[tuple[int, str, Any]]:
    place = 0
    for cell in row:
        marks = " and ".join(_taken_marks(cell, styles))
        kind, value = _kind_and_value(cell)
        for number in _repeats(cell, MOST_COLUMNS) if value != "" else ():
            column = place + number
            unseen = "row" if _is_hidden(row) else "column" if any(columns[column - 1 : column]) else ""
            yield column, f"hidden {unseen}" if unseen else kind, value
            if marks and not unseen:
                yield column, "mark", marks
        if cell.find(f"{_OFFICE}annotation") is not None:
            yield place + 1, "comment", ""
        spans = [int(cell.get(f"{_TABLE}number-{name}-spanned", 1)) for name in ("rows", "columns")]
        if spans != [1, 1]:
            yield place + 1, "merged", spans
        place += int(cell.get(f"{_TABLE}number-columns-repeated", 1))


def _taken_marks(cell: Element, styles: dict[str, str]) -> Iterator[str]:
    """Take superscripts and struck-out words out of a cell, and yield what they are."""
    if styles.get(cell.get(f"{_TABLE}style-name", ""), "").startswith("{}"):
        yield "a line through it"
    for span in cell.iter(f"{_OF['text']}span"):
        if form := styles.get(span.get(f"{_OF['text']}style-name", "")):
            yield form.format("".join(span.itertext()).strip())
            after = span.tail
            span.clear()
            span.tail = after


def _kind_and_value(cell: Element) -> tuple[str, Any]:
    kind = cell.get(f"{_OFFICE}value-type", "")
    shown = "\n".join("".join(text.itertext()) for text in cell.findall(f"{_OF['text']}p"))
    if kind in ("float", "currency", "percentage"):
        value = float(cell.get(f"{_OFFICE}value", "nan"))
        value = int(value) if value.is_integer() else value
        return _format(value, shown, percent=kind == "percentage"), value
    if kind == "date":
        return "day", cell.get(f"{_OFFICE}date-value", "")[:10]
    if kind == "time":
        return "h:mm", cell.get(f"{_OFFICE}time-value", "")[:40]
    return "", cell.get(f"{_OFFICE}boolean-value") == "true" if kind == "boolean" else shown


def _format(value: float, shown: str, *, percent: bool) -> str:
    """Return an Excel number format that shows a number in the same way: only the decimals and words matter."""
    unit = "%" if percent else ""
    number = _NUMBER.fullmatch(shown.strip().removesuffix(unit))
    if not shown or (shown == str(value) and not percent):
        return unit
    before, digits, decimals, after = number.groups("") if number else ("", "", "", "")
    wide = value * 100 if percent else value
    if not number or abs(abs(wide) - float(digits.replace(",", "") + decimals)) > 0.51 * 10.0 ** -len(decimals[1:]):
        return _quoted(shown) + unit
    return _quoted(before) + "0" + re.sub(r"\d", "0", decimals) + _quoted(after) + unit


def _quoted(words: str) -> str:
    return '"{}"'.format(words.replace('"', "'")) if words.strip() else ""


def _is_hidden(element: Element) -> bool:
    return element.get(f"{_TABLE}visibility") in _HIDDEN


def _repeats(element: Element, most: int) -> range:
    """Return 1 to the number of times an element is repeated, to one more than ``most`` so that the limit is seen.

    A blank sheet repeats its last row a million times.
    """
    name = {"table-row": "rows"}.get(element.tag.removeprefix(_TABLE), "columns")
    return range(1, min(int(element.get(f"{_TABLE}number-{name}-repeated", 1)), most + 1) + 1)
