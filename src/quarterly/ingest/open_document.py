"""Read the cells of an OpenDocument spreadsheet, including what it shows for each number and what is hidden."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from quarterly.ingest.grid import MOST_COLUMNS, MOST_ROWS

_OF = {one: f"{{urn:oasis:names:tc:opendocument:xmlns:{one}:1.0}}" for one in ("office", "table", "text", "style")}
_TABLE, _OFFICE, _STYLE = _OF["table"], _OF["office"], _OF["style"]
_HIDDEN, _UNSEEN = ("collapse", "filter"), "hidden"
_NUMBER = re.compile(r"(\D*?)-?([\d,]*\d)(\.\d+)?(\D*)")

#: In place of a number format: the value is a date, as year-month-day.
DAY = "day"


def is_open_document(content: bytes) -> bool:
    """Return whether a workbook is an OpenDocument file, which its first bytes show uncompressed."""
    return b"opendocument" in content[:200]


def sheets_of(content: bytes) -> list[dict[str, Any]]:
    """Return the sheets, in the form that `calamine_child` prints."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        # `excel` has already refused parts that declare entities.
        root = fromstring(package.read("content.xml"))  # noqa: S314
    styles = dict(_styles(root))
    return [_sheet(table, styles) for table in root.iter(f"{_TABLE}table")]


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


def _sheet(table: Element, styles: dict[str, str]) -> dict[str, Any]:
    sheet: dict[str, Any] = {"name": table.get(f"{_TABLE}name", ""), "cells": [], "merged": [], "comments": []}
    sheet["seen"] = styles.get(table.get(f"{_TABLE}style-name", "")) != _UNSEEN
    every = _placed(table.iter(f"{_TABLE}table-column"), "columns", MOST_COLUMNS)
    hidden = {number for numbers, column in every for number in numbers if _is_hidden(column)}
    for rows, line in _placed(table.iter(f"{_TABLE}table-row"), "rows", MOST_ROWS) if sheet["seen"] else ():
        for columns, cell in _placed(line, "columns", MOST_COLUMNS):
            mark = " and ".join(_taken_marks(cell, styles))
            form, value = _format_and_value(cell)
            down, right = (int(cell.get(f"{_TABLE}number-{name}-spanned", 1)) - 1 for name in ("rows", "columns"))
            if down or right:
                sheet["merged"] += [(row, columns[0], row + down, columns[0] + right) for row in rows]
            if cell.find(f"{_OFFICE}annotation") is not None:
                sheet["comments"] += [(row, columns[0]) for row in rows]
            for row, column in product(rows, columns) if value != "" else ():
                unseen = "row" if _is_hidden(line) else "column" if column in hidden else ""
                sheet["cells"].append((row, column, form, value, unseen, mark))
    return sheet


def _placed(elements: Iterable[Element], kind: str, most: int) -> Iterator[tuple[range, Element]]:
    """Yield rows, columns or cells, with the numbers of the rows or columns that each stands for.

    A blank sheet repeats its last row a million times: there are at most one more than ``most``, to show the limit.
    """
    place = 1
    for element in elements:
        times = int(element.get(f"{_TABLE}number-{kind}-repeated", 1))
        yield range(place, place + min(times, most + 1)), element
        place += times


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


def _format_and_value(cell: Element) -> tuple[str, Any]:
    kind = cell.get(f"{_OFFICE}value-type", "")
    shown = "\n".join("".join(text.itertext()) for text in cell.findall(f"{_OF['text']}p"))
    if kind in ("float", "currency", "percentage"):
        value = float(cell.get(f"{_OFFICE}value", "nan"))
        value = int(value) if value.is_integer() else value
        return _format(value, shown, percent=kind == "percentage"), value
    if kind == "date":
        return DAY, cell.get(f"{_OFFICE}date-value", "")[:10]
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
