"""The reasons to doubt a record, each with how such records are treated and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from quarterly.core.errors import Fault


class Kind(StrEnum):
    """A reason to doubt a record."""

    NO_ID = "no id"
    DUPLICATE = "duplicate"
    ORPHAN = "orphan"
    FORM = "another form of an id"
    ALIKE = "like another id"
    NO_DAY = "not a day"
    NO_NUMBER = "not a number"
    FUTURE = "after the extract"
    BACKWARDS = "ends before it starts"
    OVERLAP = "overlaps"
    NOT_CLOSED = "short breaks not closed"
    NO_CODE = "not a code"
    UNMAPPED = "not mapped"


#: How the records of each kind are treated, and what to do about them.
ADVICE = {
    Kind.NO_ID: "A row without an id cannot be counted or joined. Add the id in the case system.",
    Kind.DUPLICATE: "Another row has this id, and that one is counted. Leave this one out of the query.",
    Kind.ORPHAN: "The table that it refers to has no row with this id. Widen the query for that table.",
    Kind.FORM: (
        "The table that it refers to has this id with other capitals, zeros or punctuation: the rows are not joined. "
        "Write the ids in one form in the query of each table."
    ),
    Kind.ALIKE: "Ids that differ only in capitals or leading zeros count as several. If they are one, merge them.",
    Kind.NO_DAY: "Counted as blank. Write dates as 2025-03-31 or 31/03/2025; in a database, without a time zone.",
    Kind.NO_NUMBER: "Counted as blank. Write a number, such as 0.8.",
    Kind.FUTURE: "The day is later than the extract. Correct it in the case system.",
    Kind.BACKWARDS: "The end is earlier than the start. Correct one of them in the case system.",
    Kind.OVERLAP: "The child's previous episode had not ended. Correct one of them in the case system.",
    Kind.NOT_CLOSED: "A later status began, but a child with this one is not counted as in care. Add the day it ended.",
    Kind.NO_CODE: "The code is not in the dataset. Correct it in the case system, or in the query.",
    Kind.UNMAPPED: "Its meaning is not known. Add the word with its code to params/records/words.csv.",
}


@dataclass(frozen=True)
class Doubt:
    """Records that are doubtful for one reason."""

    table: str
    column: str
    kind: Kind
    count: int
    word: str = ""  # the code or local word, if it may be shown
    rows: tuple[int, ...] = ()  # the first row numbers, if the records are from a file


@dataclass(frozen=True)
class Checked:
    """The results of the checks: ``faults`` stop the import, ``doubts`` are counted and shown."""

    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    unique: set[str] = field(default_factory=set)  # the short names of the tables whose rows each have their own id
