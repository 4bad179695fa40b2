"""From sheets as people keep them to tables as `quarterly.records.schema` has them: the steps that layouts share."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, partial
from importlib.resources import files

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import UNRESOLVED, Sheet, without_spaces
from quarterly.records.schema import DAYS, UNREADABLE, Column, Table, by_dataset_name

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?")
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4})(?: .*)?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: A day as the number that Excel keeps: from 1954 to 2064.
_NUMBERED = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


@dataclass(frozen=True)
class Read:
    """What was read: tables of text by the dataset's names."""

    tables: dict[str, pd.DataFrame]
    layout: str
    remarks: list[str] = field(default_factory=list)  # what was not used: names only
    faults: list[Fault] = field(default_factory=list)  # what stops
    places: dict[str, str] = field(default_factory=dict)  # the file, and sheet, of each table


def as_day(text: str) -> str:
    """Write a day as ``2025-03-31``; what is none becomes `UNREADABLE`.

    Examples
    --------
    >>> as_day("31/03/2025"), as_day("2025-03-31T00:00:00"), as_day("45747"), as_day("31/02/2025")
    ('2025-03-31', '2025-03-31', '2025-03-31', '?')
    """
    try:
        if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            return date(*map(int, found.groups())).isoformat()
        if found := _BRITISH.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        if found := _NAMED.fullmatch(text):
            return date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1])).isoformat()
        if found := _NUMBERED.fullmatch(text):
            return (date(1899, 12, 30) + timedelta(days=int(found[1]))).isoformat()
    except ValueError:
        pass
    return UNREADABLE


def as_code(text: str, codes: dict[str, str]) -> str:
    """Return the code that a text stands for, or the text: ``b) Female``, ``f) U6: Foster placement``, ``u6``.

    Examples
    --------
    >>> as_code("f) U6: Foster placement - not FFA", {"u6": "U6"}), as_code("b) Female", {"female": "F"})
    ('U6', 'F')
    """
    bare = re.sub(r"^[a-z]{1,2}\)\s*", "", text, flags=re.IGNORECASE)
    for said in (text, bare, bare.split(":")[0], bare.split(" - ")[0]):
        if code := codes.get(plain(said)):
            return code
    return text


@cache
def codes_of(column: Column) -> dict[str, str]:
    """Return the codes of a column by how they are said: as they are, or in words (``values.csv``)."""
    text = (files("quarterly.records.layouts") / "values.csv").read_text(encoding="utf-8")
    words = {
        r["said"]: r["code"] for r in csv.DictReader(text.splitlines()) if r["column"] in (column.column, column.kind)
    }
    return words | {plain(code): code for code in column.codes}


def tidied(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Write days, flags, codes and numbers as the schema does; rows in which nothing stands are left out."""
    known = [column for column in table.columns if column.column in rows]
    changed = {column.column: _changed(rows[column.column], _reader(column)) for column in known}
    return pd.DataFrame(changed, index=rows.index, dtype="str").dropna(how="all")


def _reader(column: Column) -> Callable[[str], str]:
    if column.kind in DAYS:
        return as_day
    if column.kind in ("code", "flag"):
        return partial(as_code, codes=codes_of(column))
    if column.kind == "number":
        return lambda text: text if _NUMBER.fullmatch(text) else UNREADABLE
    return str


def _changed(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Change the texts of a column, each once however often it stands there."""
    texts = {text: without_spaces(text) for text in values.dropna().unique()}
    return values.map({text: said and change(said) for text, said in texts.items()}, na_action="ignore")


def tables_in(
    sheet: Sheet, wanted: dict[str, dict[str, str]]
) -> tuple[dict[str, pd.DataFrame], list[str], list[Fault]]:
    """Read a sheet into tables: for each, its columns by heading (`plain`).

    Returns the tables, the headings that are not used, and the faults.
    """
    used = {heading for columns in wanted.values() for heading in columns}
    rows = sheet.headed(used)
    faults = _twice(sheet, rows, used) + _unresolved(sheet, rows, used)
    rows = rows.loc[:, ~rows.columns.duplicated()]
    found = {}
    for table, columns in wanted.items():
        named = {heading: column for heading, column in columns.items() if heading in rows}
        # Where two headings of one column are there, the first that is listed counts.
        first = {column: heading for heading, column in reversed(named.items())}
        picked = rows[list(first.values())].set_axis(list(first), axis="columns").replace(UNRESOLVED, None)
        found[table] = tidied(picked, by_dataset_name()[table])
    return found, [name for name in rows.columns if name and name not in used], faults


def _twice(sheet: Sheet, rows: pd.DataFrame, used: set[str]) -> list[Fault]:
    twice = sorted(used.intersection(rows.columns[rows.columns.duplicated()]))
    wanted = "Keep the column that counts and take the other out."
    return [Fault(sheet.place, None, name, "two columns with this heading", wanted) for name in twice]


def _unresolved(sheet: Sheet, rows: pd.DataFrame, used: set[str]) -> list[Fault]:
    faults = []
    for name in sorted(used.intersection(rows.columns)):
        at = rows.index[(rows.loc[:, [name]] == UNRESOLVED).any(axis="columns")]
        if len(at):
            wanted = "A program made the workbook and never worked them out. Open it in Excel, and save it."
            faults.append(Fault(sheet.place, int(at[0]), name, f"{len(at)} formulas without a result", wanted))
    return faults
