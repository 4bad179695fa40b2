"""Extracts for tests: workbooks and CSV files made from rows, and the resulting basket."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from openpyxl import Workbook

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.delimited import open_delimited
from quarterly.ingest.excel import open_workbook
from quarterly.ingest.extract import Extract, read_extract
from quarterly.ingest.options import Options

Q4 = Quarter(2023, 4)
Rows = Sequence[Sequence[object]]


def workbook(sheets: Mapping[str, Rows], formats: dict[tuple[str, str], str] | None = None) -> bytes:
    """Make a workbook; ``formats`` gives a number format to a sheet's cell."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for (name, cell), form in (formats or {}).items():
        book[name][cell].number_format = form
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read_workbook(basket: Basket, content: bytes, asked: Quarter = Q4, options: Options | None = None) -> Extract:
    """Read a workbook as an import does."""
    grids, hidden = open_workbook("extract.xlsx", content)
    return read_extract(grids, basket, asked, options, tuple(hidden))


def read_text(basket: Basket, content: bytes | str, asked: Quarter = Q4, options: Options | None = None) -> Extract:
    """Read a CSV file as an import does."""
    data = content.encode() if isinstance(content, str) else content
    return read_extract([open_delimited("extract.csv", data)], basket, asked, options)


def values(extract: Extract, quarter: Quarter | str = Q4) -> dict[str, float | str]:
    """Return an extract's values for a quarter: a figure, or the reason why there is none."""
    rows = extract.figures[extract.figures["quarter"] == str(quarter)]
    return {row.indicator_id: row.missing if pd.isna(row.value) else row.value for row in rows.itertuples(index=False)}


def faults_of(error: BaseException) -> list[Fault]:
    """Return the faults that an error lists."""
    assert isinstance(error, DataFaults)
    return error.faults


def fingerprint(root: Path) -> dict[str, bytes]:
    """Read every file of the data and the parameters, to detect changes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in ("data", "params")
        for path in sorted((root / folder).iterdir())
    }
