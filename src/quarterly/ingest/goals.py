"""Read a target: a number with a direction, a band, a direction alone, or a decision to set none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from quarterly.core.terms import Polarity, Status
from quarterly.ingest.cells import Number, Reading, Unreadable, read_figure, read_number
from quarterly.ingest.grid import Cell
from quarterly.ingest.headings import plain
from quarterly.ingest.vocabulary import read_polarity

#: A target that a figure must reach, with the words before its number or after it: "at least 90", "90 or above".
_AT_LEAST = re.compile(
    r"(?:>=?|≥|at least|no less than|not less than|more than|over|above|minimum(?: of)?|min|greater than)\s*(.+)"
    r"|(.+?)\s*(?:\+|or (?:above|more|over|higher|better|greater)|and (?:above|over)|minimum|min|plus)",
    re.IGNORECASE,
)
#: A target that a figure must not exceed, likewise: "no more than 5", "5 or fewer".
_AT_MOST = re.compile(
    r"(?:<=?|≤|at most|no more than|not more than|less than|fewer than|under|below|maximum(?: of)?|max|up to|within)"
    r"\s*(.+)|(.+?)\s*(?:or (?:below|less|under|lower|fewer)|and (?:below|under)|maximum|max)",
    re.IGNORECASE,
)
#: The two ends of a band: "90 to 110", "90-110", "between 90 and 110".
_BAND = re.compile(r"(?:between\s+)?([^-–\s](?:(?!to\b|and\b)[^-–])*)(?:[-–]|\bto\b|\band\b)(.+)", re.IGNORECASE)
_NONE = {"none", "n a", "na", "not targeted", "no target", "not applicable", "no target set", "not set", "z", "neutral"}
_OPEN = {"tbc", "tbd", "to be confirmed", "to be set", "to be agreed", "x"}
_STATUSES = {
    **{plain(status): str(status) for status in Status},
    **dict.fromkeys(("monitor", "monitoring", "monitor only", "for information", "info only"), str(Status.DATA_ONLY)),
    **dict.fromkeys(("baseline", "baselining", "baseline year"), str(Status.IN_MEASUREMENT)),
}
_WANTED = (
    "Write a number, 'at least 90' or '<5', a band as '90 to 110', Increasing, Decreasing, Data only, In measurement, "
    "TBC or Not targeted."
)


@dataclass(frozen=True)
class Target:
    """A target as read from a cell."""

    value: float | None = None  # a number, in the indicator's unit
    lower: float | None = None  # the lower end of a band
    upper: float | None = None  # the upper end of a band
    direction: str = ""  # ``increasing`` or ``decreasing`` if there is no number
    status: str = ""  # why the indicator is not rated: a `Status`
    missing: str = ""  # ``z`` if there is no target, ``x`` if it is not known yet; blank for a blank cell
    polarity: str = ""  # which way is better, if words with the number say so
    bare: float | None = None  # for a percentage without a % sign: the number as written


def read_target(cell: Cell, unit: str, *, fractions: bool = False, beyond: str = "") -> Target | Unreadable:
    """Read a target.

    Examples
    --------
    >>> found = read_target(Cell("90% or above"), "percentage")
    >>> found.value, found.polarity
    (90.0, 'higher')
    """
    words = plain(cell.text)
    number = _number(cell, unit, fractions, beyond)
    if isinstance(number, Target):
        return number
    if words in _NONE or cell.text in ("-", "–"):
        return Target(missing="z")
    if words in _OPEN:
        return Target(missing="x")
    if words in _STATUSES:
        return Target(status=_STATUSES[words])
    polarity = read_polarity(cell.text)
    if polarity:
        return Target(direction="increasing" if polarity == Polarity.HIGHER else "decreasing")
    for pattern, way in ((_AT_LEAST, Polarity.HIGHER), (_AT_MOST, Polarity.LOWER)):
        match = pattern.fullmatch(cell.text)
        found = _number(Cell((match[1] or match[2]).strip()), unit, fractions, beyond) if match else None
        if isinstance(found, Target):
            return replace(found, polarity=str(way))
    band = _BAND.fullmatch(cell.text)
    ends = [_number(Cell(part.strip()), unit, fractions, beyond) for part in band.groups()] if band else []
    if len(ends) == 2 and isinstance(ends[0], Target) and isinstance(ends[1], Target):
        return Target(lower=ends[0].value, upper=ends[1].value)
    known = number and (cell.unresolved or isinstance(read_number(cell), Number))
    return Unreadable(number.found if number else cell.text, number.expected if number and known else _WANTED)


def _number(cell: Cell, unit: str, fractions: bool, beyond: str) -> Target | Unreadable | None:  # noqa: FBT001
    read = read_figure(cell, unit, 6, fractions=fractions, beyond=beyond)
    if isinstance(read, Unreadable):
        return read
    value, bare = (None if one is None else float(one) for one in (read.value, read.bare))
    return Target(value, bare=bare) if read.value is not None else Target() if read == Reading() else None
