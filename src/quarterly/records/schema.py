"""The tables of records that definitions use: the Standard Safeguarding Dataset, in ``schema.csv``.

Each column has its name in the dataset and a shorter one for definitions. Its kind determines how it is read and
checked:

- ``id``: identifies a row; ``ref``: the id of a row in the table named in ``detail``
- ``event``: the day on which a row became known; ``end``: the day on which it ended; ``day``: another day in the past;
  ``due``: a day that may be in the future
- ``flag``: Y or N, and blank in every row only if ``detail`` says so; ``code``: one of the codes in ``detail``;
  ``word``: a local word, whose meaning is in ``params/records/words.csv`` under the list named in ``detail``; ``json``:
  flags by name; ``number``; ``text``
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

DAYS = ("event", "end", "day", "due")
#: How databases write a flag, in capitals.
YES, NO = ("Y", "YES", "TRUE", "1"), ("N", "NO", "FALSE", "0")
#: The detail of a flag that may be blank in every row: blank is N.
BLANK_IS_N = "blank is N"
#: The column for a record's row number in its file, in tables read from files.
ROW = "source_row"
#: Replaces a day or a number in a file that cannot be read: it is counted, and not shown.
UNREADABLE = "?"
#: A regular expression for a number in a text column.
NUMBER = r"^ *[+-]?[0-9]+([.][0-9]+)? *$"
#: One for a day that exists, in a text column. A time may follow it, but not a time zone, which may shift the day.
DAY = (
    r"^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    r"|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)([T ][0-9:., AMPamp]*)?$"
)
#: Days that databases write for none: SQL Server reads an empty text as the first.
NO_DAYS = ("1900-01-01", "9999-12-31")


@dataclass(frozen=True)
class Column:
    """A column of a table of records."""

    column: str  # its name in the dataset
    name: str  # its name in definitions
    kind: str
    detail: str

    @property
    def codes(self) -> list[str]:
        """The valid codes; empty unless its kind is ``code``."""
        if self.kind != "code":
            return []
        return self.detail.split("|" if "|" in self.detail else None)


@dataclass(frozen=True)
class Table:
    """A table of records."""

    table: str  # its name in the dataset
    name: str  # its name in definitions
    columns: tuple[Column, ...]

    def of_kind(self, *kinds: str) -> list[Column]:
        """Return its columns of the given kinds, in order."""
        return [column for column in self.columns if column.kind in kinds]

    @property
    def key(self) -> Column:
        """The column that identifies a row."""
        return self.of_kind("id")[0]


@cache
def data(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file in this package, such as ``layouts/columns.csv``."""
    text = (files("quarterly.records") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@cache
def tables() -> dict[str, Table]:
    """Return the tables by their names in definitions."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in data("schema.csv"):
        found.setdefault(row["table"], []).append(row)
    made = (
        Table(table, rows[0]["called"], tuple(Column(r["column"], r["name"], r["kind"], r["detail"]) for r in rows))
        for table, rows in found.items()
    )
    return {table.name: table for table in made}


@cache
def by_dataset_name() -> dict[str, Table]:
    """Return the tables by their names in the dataset."""
    return {table.table: table for table in tables().values()}
