"""How a row of the scorecard is written: each cell once, for pages, charts, the paper, the workbook, CSV and terminal.

A row is a row of a frame, or a dictionary, with the columns of `quarterly.measures.judge.judge` and the unit,
``per`` and decimals of its indicator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from quarterly.core.terms import AND_BESIDE_IT, BY_DECISION, MISSING_REASONS, NOT_RATED, Polarity, Unit

Row = Mapping[Any, Any] | Any

#: The sign of a number below 0: a hyphen is shorter, and screen readers skip it.
MINUS = "\N{MINUS SIGN}"

POLARITIES = {Polarity.HIGHER: "Higher is better", Polarity.LOWER: "Lower is better", "": "None"}
#: The text before and after a figure; days, scores and the like are named next to the indicator instead.
_SIGNS = {Unit.PERCENTAGE: ("", "%"), Unit.POUNDS: ("£", "")}


@dataclass(frozen=True)
class Cell:
    """One cell of a row, as it is written."""

    text: str  # the text for a table that explains its symbols: ``67%``, ``x``, ``None``, ``Green``
    value: int | float | None = None  # the number behind it, in the indicator's own unit
    decimals: int = 0  # how many decimals the number is written with
    code: str = ""  # the rating, direction of travel or direction of a target, as it is stored
    symbol: str = ""  # why there is neither a number nor a code: c, x, z or k

    @property
    def full(self) -> str:
        """The text for a table that does not explain its symbols: ``Not available``."""
        return MISSING_REASONS[self.symbol].capitalize() if self.symbol and self.text == self.symbol else self.text

    @property
    def words(self) -> str:
        """The text for a sentence: ``not available``, ``green``."""
        return self.full[:1].lower() + self.full[1:]


def format_value(value: float | None, unit: str, decimals: int = 0) -> str:
    """Write a figure as a reader sees it: ``1,953``, ``67%`` or ``47.73``.

    A figure is never shown with fewer decimals than it has, so a target of 7.6% for a whole-number percentage stays
    7.6%. A missing value is an empty text, never a 0: its reason is shown alongside. ``value`` is in the indicator's
    own unit (67 for 67%), and ``decimals`` is the number with which it is published.

    Examples
    --------
    >>> format_value(1234.5, "number"), format_value(-7.6, "percentage"), format_value(-0.0, "rate", 2)
    ('1,234.5', '−7.6%', '0.00')
    """
    if not _known(value):
        return ""
    before, after = _SIGNS.get(Unit(unit), ("", ""))
    text = f"{before}{abs(value):,.{_places(value, decimals)}f}{after}"
    return f"{MINUS}{text}" if value < 0 else text


def _places(value: float, decimals: int) -> int:
    return max(decimals, len(f"{value:.6f}".rstrip("0").partition(".")[2]))


def plain(value: float | None) -> int | float | None:
    """Return a number for programs to read: 1953 and not 1953.0, and None for a missing one."""
    if not _known(value):
        return None
    return int(value) if value % 1 == 0 else float(value)


def show(row: Row, value: float | None) -> str:
    """Write a figure of an indicator in its own unit and precision."""
    return format_value(value, row["unit"], int(row["decimals"]))


def figure_cell(row: Row, value: float, symbol: str) -> Cell:
    """Write a figure of an indicator, or the symbol for why it is missing."""
    return _number(value, row["unit"], int(row["decimals"])) if _known(value) else _missing(symbol)


def target_cell(row: Row) -> Cell:
    """Write a target: ``90%``, ``85% to 92%``, ``Decreasing``, ``None``, or the symbol for why it is missing."""
    if row["direction"]:
        return Cell(str(row["direction"]).capitalize(), code=row["direction"])
    if _known(row.get("lower")):
        return Cell(" to ".join(format_value(row[end], row["unit"]) for end in ("lower", "upper")))
    if _known(row["target"]):
        return _number(row["target"], row["unit"])
    return Cell("None", symbol="z") if row["target_missing"] == "z" else _missing(row["target_missing"])


def limit(row: Row) -> str:
    """Write the worst figure that is still amber, formatted as a target; blank if there is no single such figure."""
    return format_value(row["amber_limit"], row["unit"])


def comparator_cell(row: Row, comparator: str) -> Cell:
    """Write a comparator as it was published: ``70.0%``, or ``Local measure`` if there can be none."""
    value = row[comparator]
    if _known(value):
        return _number(value, row["unit"], int(row[f"{comparator}_decimals"]))
    if row["comparison"] == "local measure":
        return Cell("Local measure", symbol="z")
    return _missing(row[f"{comparator}_missing"])


def rating_cell(row: Row) -> Cell:
    """Write a rating, or why there is none: by decision, or because something is missing."""
    decided = row["rag_reason"] in BY_DECISION
    unrated = Cell(row["rag_reason"] if decided else NOT_RATED, symbol="z" if decided else "x")
    return judgement_cell(row["rag"]) if row["rag"] else unrated


def judgement_cell(judged: str) -> Cell:
    """Write a rating or a direction of travel."""
    return Cell(judged.capitalize(), code=judged) if judged else _missing("x")


def direction_cell(row: Row) -> Cell:
    """Write a direction of travel, or that the definition changed and there is none."""
    return Cell("New definition", symbol="x") if row.get("redefined") else judgement_cell(row["dot"])


def travel_cell(row: Row) -> Cell:
    """Write a direction of travel, followed by a second one if the rule compares with two quarters."""
    first = direction_cell(row)
    if not row["second_dot_basis"]:
        return first
    second = judgement_cell(row["second_dot"])
    text = f"{first.full} ({row['dot_basis']}){AND_BESIDE_IT}{second.words} ({row['second_dot_basis']})"
    return Cell(text, code=first.code, symbol=first.symbol)


def published_cells(row: Row) -> tuple[Cell, Cell]:
    """Write the rating and the direction of travel as they were in the quarter's published report."""
    reason = row["rag_published_reason"]
    rag = Cell(reason, symbol="z") if reason and not row["rag_published"] else judgement_cell(row["rag_published"])
    return rag, judgement_cell(row["dot_published"])


def unit_words(row: Row) -> str:
    """State the unit of an indicator: ``Rate per 100,000 collections``."""
    return f"{str(row['unit']).capitalize()}{' per ' + row['per'] if row['per'] else ''}"


def missing_words(symbol: str, note: str = "") -> str:
    """State why something is missing: ``not available (x): The page is lost``."""
    shown = public_note(note)
    return f"{MISSING_REASONS[symbol]} ({symbol}){': ' + shown if shown else ''}"


def public_note(note: str) -> str:
    """Remove from a note how its figure was copied, in square brackets at its end: only data quality shows that.

    Examples
    --------
    >>> public_note("Not in the published report [lost from the source's text]")
    'Not in the published report'
    """
    return re.sub(r"\s*\[[^\[\]]*\]$", "", note)


def signed(difference: float, decimals: int) -> str:
    """Write a change with its sign: ``+3``, ``−1.5``, ``0``."""
    return f"{'+' if difference > 0 else ''}{format_value(difference, Unit.NUMBER, decimals)}"


def points(row: Row, size: str) -> str:
    """Write a change with its unit: percentage points for a percentage, and pounds after the sign."""
    if row["unit"] == Unit.POUNDS:
        return re.sub(f"^[+{MINUS}]?", r"\g<0>£", size)
    counted = f"percentage point{'' if size.lstrip(f'+{MINUS}') == '1' else 's'}"
    return f"{size} {counted}" if row["unit"] == Unit.PERCENTAGE else size


def _known(value: float | None) -> TypeGuard[float]:
    """Return whether there is a number: only NaN differs from itself."""
    return value is not None and value == value


def _number(value: float, unit: str, decimals: int = 0) -> Cell:
    return Cell(format_value(value, unit, decimals), plain(value), _places(value, decimals))


def _missing(symbol: str) -> Cell:
    return Cell(symbol or "x", symbol=symbol or "x")
