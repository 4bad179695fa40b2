"""What a file of ``data/`` must hold, said of the text of its cells.

The cells stay text until they are found sound, so that a fault can be shown as it is in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.terms import MISSING_REASONS

NUMBER = r"-?[0-9]+(\.[0-9]+)?"
FIGURE = r"-?[0-9]+(\.[0-9]{1,6})?"
COUNT = r"[0-9]+"
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
QUARTER = r"[0-9]{4}-[0-9]{2}(-Q[1-4])?"
A_NUMBER = "A number belongs here, without a % sign, a comma or words."
A_FIGURE = "A number belongs here, without a % sign, a comma or words, and with six decimals at most."
A_QUARTER = "Write the quarter as 2023-24-Q3."
AN_ID = "Write an id in small letters, figures and hyphens."


@dataclass(frozen=True)
class Column:
    """What is asked of each cell of a column: which text is wrong, and what to write instead."""

    is_wrong: Callable[[str], object]
    expected: str
    #: What it becomes when the table is read: text, a float (missing where it is blank), or an int.
    kind: type[str | float | int] = str
    #: Whether its precision matters: ``<column>_decimals`` says with how many decimals each cell was written.
    precise: bool = False
    extra: bool = False  # whether a basket can do without it: then it is as if it were there and blank


@dataclass(frozen=True)
class Table:
    """One file of the basket."""

    name: str  # the file's stem in ``data/``
    #: Every column, in the order of the file. Each holds text.
    columns: dict[str, Column]
    key: tuple[str, ...]  # the columns that together name a row once
    #: Whether a basket can do without the file: then it is as if the file had only its heading.
    optional: bool = False

    @property
    def file(self) -> str:
        """The file, from the project's folder."""
        return f"data/{self.name}.csv"

    @property
    def without_rows(self) -> pd.DataFrame:
        """An empty table, as text."""
        return pd.DataFrame(columns=list(self.columns), dtype=str)


def some_text(expected: str = "Write some text.") -> Column:
    """Ask of a column that every cell has some text; ``expected`` says what to do where one has none."""
    return Column(lambda cell: not cell or cell.isspace(), expected)


def form(
    pattern: str,
    expected: str,
    kind: type[str | float | int] = str,
    *,
    optional: bool = False,
    precise: bool = False,
) -> Column:
    """Ask of a column that every cell has a form; ``expected`` says what to do where one has not."""
    whole = re.compile(rf"(?:{pattern})?" if optional else pattern)
    return Column(lambda cell: not whole.fullmatch(cell), expected, kind, precise)


def whole(expected: str) -> Column:
    """Ask of a column that every cell is a whole number."""
    return form(COUNT, expected, int)


def choice(options: type[StrEnum] | list[StrEnum | str], *, optional: bool = False) -> Column:
    """Ask of a column that every cell is one of some words."""
    values = [str(option) for option in options]
    blank = ", or leave it blank" if optional else ""
    known = {*values, ""} if optional else {*values}
    return Column(lambda cell: cell not in known, f"Write one of: {', '.join(values)}{blank}.")


def any_text() -> Column:
    """Ask nothing of a column."""
    return Column(lambda _: False, "")


def extra(**columns: Column) -> dict[str, Column]:
    """Let a basket do without some columns."""
    return {name: replace(column, extra=True) for name, column in columns.items()}


#: Columns that many tables have: an id, a quarter, a figure or a blank, and why there is no figure.
ID = form(SLUG, AN_ID)
IN_QUARTER = form(QUARTER, A_QUARTER)
ANY_QUARTER = form(QUARTER, A_QUARTER, optional=True)
ANY_FIGURE = form(FIGURE, A_FIGURE, float, optional=True)
MISSING = choice([*MISSING_REASONS], optional=True)


def faults_in(table: Table, frame: pd.DataFrame) -> list[Fault]:
    """List what is wrong in the cells of one table. They are in the order of the lines."""
    faults = [
        Fault(table.file, 1, column, "no such column", f"Add the column {column}.")
        for column in table.columns
        if column not in frame.columns and not table.columns[column].extra
    ]
    faults += [
        Fault(
            table.file,
            1,
            column,
            "a column that nothing reads",
            f"Take it out. The columns are: {', '.join(table.columns)}.",
        )
        for column in frame.columns
        if column not in table.columns
    ]
    faults += [
        Fault(table.file, int(index) + 2, name, cell, column.expected)
        for name, column in table.columns.items()
        if name in frame.columns and (wrong := {cell for cell in frame[name].unique() if column.is_wrong(cell)})
        for index, cell in zip(frame.index, frame[name].tolist(), strict=True)
        if cell in wrong
    ]
    key = [name for name in table.key if name in frame.columns or not table.columns[name].extra]
    if set(key) <= set(frame.columns):
        repeated = frame[frame.duplicated(key, keep="first")]
        for index, row in repeated[key].iterrows():
            first = int(frame.index[(frame[key] == row).all(axis=1)][0]) + 2
            expected = f"Line {first} is about the same {' and '.join(key)}. Keep one of the two lines."
            faults.append(Fault(table.file, int(str(index)) + 2, "", ", ".join(row), expected))
    return sorted(faults, key=lambda fault: fault.row or 0)


def typed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a sound table their types: numbers as float, everything else as text.

    Columns that a basket may leave out are blank where it does.
    """
    columns = table.columns
    frame = frame.assign(**{name: "" for name, column in columns.items() if column.extra and name not in frame})
    numbers = {
        name: pd.to_numeric(frame[name].replace("", None)).astype(column.kind)
        for name, column in columns.items()
        if column.kind is not str
    }
    decimals = {
        f"{name}_decimals": [len(text.partition(".")[2]) for text in frame[name]]
        for name, column in columns.items()
        if column.precise
    }
    return frame.assign(**numbers, **decimals)
