"""The tables of records that definitions are written on: the Standard Safeguarding Dataset, in ``schema.csv``.

Each column has the name that the dataset gives it and a shorter one, which definitions use. Its kind says how it is
read and checked:

- ``id``: what a row is known by; ``ref``: the id of a row of the table in ``detail``
- ``event``: the day on which a row became known; ``end``: the day on which it ended; ``day``: another day that has
  passed; ``due``: a day that may lie ahead
- ``flag``: Y or N; ``code``: one of the codes in ``detail``; ``word``: a local word, whose meaning the list in
  ``detail`` of ``params/records/words.csv`` says; ``json``: flags by name; ``number``; ``text``
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

DAYS = ("event", "end", "day", "due")
#: The column of a table that came from a file which says in which row of it a row stands.
ROW = "source_row"
#: What stands in files in the place of a day or a number that cannot be read: it is counted, and not shown.
UNREADABLE = "?"
#: How a day looks in a column of text, for LIKE: what comes after it is the time.
DAY_AS_TEXT = "____-__-__%"


@dataclass(frozen=True)
class Column:
    """A column of a table of records."""

    column: str  # as the dataset names it
    name: str  # as definitions name it
    kind: str
    detail: str

    @property
    def codes(self) -> list[str]:
        """The codes that may stand in it; none where its kind is not ``code``."""
        return (self.detail.split("|") if "|" in self.detail else self.detail.split()) if self.kind == "code" else []


@dataclass(frozen=True)
class Table:
    """A table of records."""

    table: str  # as the dataset names it
    name: str  # as definitions name it
    columns: tuple[Column, ...]

    def of_kind(self, *kinds: str) -> list[Column]:
        """Return its columns of some kinds, in their order."""
        return [column for column in self.columns if column.kind in kinds]

    @property
    def key(self) -> Column:
        """The column by which a row is known."""
        return self.of_kind("id")[0]


@cache
def tables() -> dict[str, Table]:
    """Return the tables by the name that definitions give them."""
    found: dict[str, list[dict[str, str]]] = {}
    text = (files("quarterly.records") / "schema.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["table"], []).append(row)
    made = (
        Table(table, rows[0]["called"], tuple(Column(r["column"], r["name"], r["kind"], r["detail"]) for r in rows))
        for table, rows in found.items()
    )
    return {table.name: table for table in made}


@cache
def by_dataset_name() -> dict[str, Table]:
    """Return the tables by the name that the dataset gives them."""
    return {table.table: table for table in tables().values()}
