"""Write the texts of files as `quarterly.records.schema` does: days, codes, flags, numbers and ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

import pandas as pd

from quarterly.core.dates import SHORT_MONTHS
from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import without_spaces
from quarterly.records.schema import DAYS, NUMBER, UNREADABLE, Column, Table, data

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
#: A moment with its time zone: midnight in summer is 23:00 the day before in UTC.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)")
_LONDON = ZoneInfo("Europe/London")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?")
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4})(?: .*)?", re.IGNORECASE)
#: A day as an Excel serial number, from 1954 to 2064.
_NUMBERED = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
#: Text with a digit and no spaces needs no change and is never a missing value: most ids.
_AS_IT_IS = r"([0-9]|[A-Za-z][!-~]*[0-9])[!-~]*"
#: A flag that is set, without spaces: ``"NFA_FLAG":"Y"``, or true, 1 or yes.
_YES = re.compile(r"""["']([^"']+)["']:["']?(?:y|yes|true|1)["']?(?=[,}])""", re.IGNORECASE)


def as_day(text: str) -> str:
    """Write a day as ``2025-03-31``; an invalid day becomes `UNREADABLE`.

    Examples
    --------
    >>> as_day("31/03/2025"), as_day("2025-03-30T23:00:00Z"), as_day("45747"), as_day("31/02/2025")
    ('2025-03-31', '2025-03-31', '2025-03-31', '?')
    """
    try:
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
            return moment.astimezone(_LONDON).date().isoformat()
        if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            return date(*map(int, found.groups())).isoformat()
        if found := _BRITISH.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        if found := _NAMED.fullmatch(text):
            return date(int(found[3]), SHORT_MONTHS.index(found[2].lower()) + 1, int(found[1])).isoformat()
        if found := _NUMBERED.fullmatch(text):
            return (date(1899, 12, 30) + timedelta(days=int(found[1]))).isoformat()
    except ValueError:
        pass
    return UNREADABLE


def as_code(text: str, codes: dict[str, str]) -> str:
    """Return the code for a text such as ``b) Female``, ``f) U6: Foster placement`` or ``u6``; the text if unknown.

    Examples
    --------
    >>> as_code("f) U6: Foster placement - not FFA", {"u6": "U6"}), as_code("b) Female", {"female": "F"})
    ('U6', 'F')
    """
    # A column of numbers with blanks is often written as 1.0.
    bare = re.sub(r"^[a-z]{1,2}\)\s*", "", text, flags=re.IGNORECASE).removesuffix(".0")
    for said in (text, bare, bare.split(":")[0], bare.split(" - ")[0], bare.split(" (")[0]):
        if code := codes.get(plain(said)):
            return code
    return text


@cache
def codes_of(column: Column) -> dict[str, str]:
    """Return the codes of a column by their texts: the codes themselves, or words (``values.csv``)."""
    of = (column.column, "flag" if "Y" in column.codes else column.kind)
    said = {row["said"]: row["code"] for row in data("layouts/values.csv") if row["column"] in of}
    return said | {plain(code): code for code in column.codes}


def tidied(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Write days, flags, codes and numbers as the schema does, and leave out empty rows."""
    known = [column for column in table.columns if column.column in rows]
    changed = {column.column: _changed(rows[column.column], _reader(column)) for column in known}
    return pd.DataFrame(changed, index=rows.index, dtype="str").dropna(how="all")


def _reader(column: Column) -> Callable[[str], str]:
    if column.kind in DAYS:
        return as_day
    if column.kind in ("code", "flag"):
        return partial(as_code, codes=codes_of(column))
    if column.kind == "number":
        return lambda text: text if re.fullmatch(NUMBER, text) else UNREADABLE
    return _flags_set if column.kind == "json" else as_word


def as_word(text: str) -> str:
    """Return an id or a word: a column of numbers with blanks is often written as 1.0."""
    return text.removesuffix(".0")


def _flags_set(text: str) -> str:
    """Keep only the flags that are Y: every row has all the flags, which are most of a council's bytes."""
    return "{" + ",".join(f'"{name}":"Y"' for name in _YES.findall("".join(text.split()))) + "}"


def _changed(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Change the texts of a column, each distinct text only once."""
    if change is as_word and values.str.fullmatch(_AS_IT_IS, na=True).all() and not values.str.endswith(".0").any():
        return values
    texts = {text: without_spaces(text) for text in values.dropna().unique().tolist()}
    return values.map({text: said and change(said) for text, said in texts.items()}, na_action="ignore")
