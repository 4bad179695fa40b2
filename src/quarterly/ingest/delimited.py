"""Open a CSV file from Excel or another program: any of four separators, in UTF-8, UTF-16 or Windows-1252."""

from __future__ import annotations

import codecs
import csv
import io

from quarterly.core.errors import DataFaults, Fault
from quarterly.ingest.grid import Cell, Grid

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def open_delimited(file: str, content: bytes) -> Grid:
    """Read the cells of a CSV file, all as text.

    Raises `DataFaults` if the file is not text or its quote marks do not match.
    """
    text = decoded(file, content).replace("\r\n", "\n").replace("\r", "\n")
    # Excel may put the separator into a first line, which it hides when it opens the file.
    skipped = 1 if text[:4].lower() == "sep=" and text[5:6] == "\n" else 0
    separator = text[4] if skipped else separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    grid = Grid(file, "")
    try:
        for row in reader:
            # A cell may contain line breaks: a row is numbered by the line on which it ends.
            for place, cell in enumerate(row, start=1) if reader.line_num > skipped else ():
                grid.put(reader.line_num, place, Cell(cell.strip()))
    except csv.Error as error:
        wanted = "Put quote marks around text that contains one, and double the one inside; or save it as CSV again."
        raise DataFaults([Fault(file, reader.line_num or 1, "", str(error), wanted)]) from error
    return grid


def decoded(file: str, content: bytes) -> str:
    """Decode a text file as Unicode, or else as Windows-1252, which Excel for Windows writes."""
    for encoding in ["utf-16"] if content.startswith(_MARKS) else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError as error:
            wrong = error
    else:
        line = content[: wrong.start].count(b"\n") + 1
        found = f"a byte that is neither UTF-8 nor Windows-1252 ({wrong.object[wrong.start]:#04x})"
        wanted = "Save the file as CSV UTF-8 (in Excel: Save as, CSV UTF-8)."
        raise DataFaults([Fault(file, line, "", found, wanted)])
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        wanted = "Use a workbook (.xlsx) or a CSV file. If it is one, it is damaged: export it again."
        raise DataFaults([Fault(file, line, "", "a byte that is not text", wanted)])
    return text


def separator_of(text: str) -> str:
    """Return the separator that is most frequent outside quote marks near the start of the file."""
    outside = "".join(text[:20_000].split('"')[::2])
    return max(",;\t|", key=outside.count)
