"""The rows of the frames read from an extract, and where each was found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

import pandas as pd

from quarterly.ingest.grid import Cell, clipped

_NUMBERS = ("value", "numerator", "denominator", "lower", "upper", "bare", "exact")
#: One row of ``data/indicators.csv``, by column.
Indicator = Mapping[Hashable, Any]


class Doubt(StrEnum):
    """Why the analyst should review a figure before it is written."""

    RESTATED = "restated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    JUMP = "jump"
    FELL = "fell"
    SAME = "same"
    ZERO = "zero"
    FRACTION = "fraction"
    COUNTS = "counts"
    SHOWN = "shown"
    DECIMALS = "decimals"
    TARGET = "target"
    PERIOD = "period"
    HEADING = "heading"
    UNIT = "unit"
    POLARITY = "polarity"
    BEYOND = "beyond"
    PUBLISHED = "published"
    UNMAPPED = "unmapped"
    IDS = "ids"


class Figure(NamedTuple):
    """A figure of an extract, as a row of a frame."""

    indicator_id: str
    quarter: str
    value: float | None
    numerator: float | None
    denominator: float | None
    missing: str
    note: str
    doubt: str
    bare: float | None
    exact: float | None
    written: str
    place: str


class TargetRow(NamedTuple):
    """A target of an extract, with its first and last quarter, as a row of a frame."""

    indicator_id: str
    from_quarter: str
    to_quarter: str
    value: float | None
    lower: float | None
    upper: float | None
    direction: str
    status: str
    missing: str
    polarity: str
    bare: float | None
    written: str
    place: str


class ComparatorRow(NamedTuple):
    """A comparator of an extract, as a row of a frame."""

    indicator_id: str
    comparator: str
    value: float
    place: str


class RatingRow(NamedTuple):
    """A published rating and direction of travel, as a row of a frame."""

    indicator_id: str
    quarter: str
    rag: str
    dot: str
    place: str


class DoubtRow(NamedTuple):
    """A doubt, as a row of a frame; it is about the whole extract if no indicator is named."""

    indicator_id: str
    quarter: str
    doubt: str
    why: str
    place: str


def frame_of(rows: Sequence[NamedTuple | dict[str, Any]], kind: type[NamedTuple]) -> pd.DataFrame:
    """Return rows as a frame with the columns of their kind: numbers as float, everything else as text."""
    frame = pd.DataFrame(rows, columns=list(kind._fields))
    return frame.astype({name: float if name in _NUMBERS else str for name in frame})


def parted_place(place: str) -> tuple[str, str, int]:
    """Split the location of a `SheetCell` into file and sheet, column, and row."""
    where, _, cell = place.rpartition(", ")
    column = cell.rstrip("0123456789")
    return where, column, int(cell[len(column) :] or 0)


def written(cell: Cell) -> str:
    """Return the contents of a cell, with its number format if that changes what is shown."""
    plain_format = cell.format in ("", "General", "@", "0")
    return clipped(cell.text if plain_format else f"{cell.value} (format {cell.format})", 40)
