"""The terms of the report, as they are stored, and how figures are written out.

Values that are stored in ``data/`` or shown to a reader are named here once, so that a spelling cannot drift.
"""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """What an indicator's values are."""

    NUMBER = "number"
    PERCENTAGE = "percentage"
    RATE = "rate"


class Polarity(StrEnum):
    """Which way is better. An indicator without one has a blank."""

    HIGHER = "higher"
    LOWER = "lower"


class Basis(StrEnum):
    """The period that a value covers."""

    IN_QUARTER = "in quarter"
    ROLLING = "rolling 12 months"
    YEAR_TO_DATE = "year to date"
    SNAPSHOT = "snapshot"


class Rag(StrEnum):
    """A rating against target. Not rated is a blank, with a reason beside it."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class Dot(StrEnum):
    """Direction of travel: the first and last three for indicators with and without a target."""

    POSITIVE = "POSITIVE"
    STABLE = "STABLE"
    NEGATIVE = "NEGATIVE"
    INCREASE = "INCREASE"
    DECREASE = "DECREASE"


class Tolerance(StrEnum):
    """How far from its goal a figure is still amber."""

    RELATIVE = "relative"
    POINTS = "points"
    FLOOR = "floor"
    ANY = "any"
    NONE = "none"


class Baseline(StrEnum):
    """The earlier quarter that a rule compares a figure with."""

    PREVIOUS_QUARTER = "previous quarter"
    LAST_YEAR = "same quarter last year"
    YEAR_END = "previous year end"


#: The direction of travel can also be that of a line through several quarters.
FITTED_TREND = "fitted trend"


class Status(StrEnum):
    """Why an indicator is reported and, by decision, not rated."""

    DATA_ONLY = "data only"
    IN_MEASUREMENT = "in measurement"


#: Why there is no value: the symbols of the Department for Education's statistics.
MISSING_REASONS = {
    "c": "confidential",
    "x": "not available",
    "z": "not applicable",
    "k": "rounds to zero",
}

POLARITY_LABELS = {Polarity.HIGHER: "Higher is better", Polarity.LOWER: "Lower is better", "": "None"}


class Group(StrEnum):
    """The group that a comment belongs to, in the order in which groups are read."""

    GREEN = "Green to celebrate"
    AMBER = "Amber to watch"
    RED_WATCH = "Red to watch"
    RED_CONCERN = "Red of concern"


def format_value(value: float | None, unit: str, decimals: int = 0) -> str:
    """Write a figure as a reader sees it: ``1,953``, ``67%`` or ``47.73``.

    A figure is never shown with fewer decimals than it has, so a target of 7.6% of a whole-number percentage
    stays 7.6%. A missing value is an empty text: its reason is shown beside it, never a 0.

    Parameters
    ----------
    value : float or None
        In the indicator's own unit: 67 for 67%.
    unit : str
        A `Unit`.
    decimals : int
        How many decimals the indicator is published with.
    """
    if value is None or value != value:  # nothing else differs from itself but a missing number
        return ""
    own = f"{value:.6f}".rstrip("0").partition(".")[2]
    text = f"{value:,.{max(decimals, len(own))}f}"
    return f"{text}%" if unit == Unit.PERCENTAGE else text


def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun: ``1 indicator``, ``12 indicators``."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def listing(items: list[str], last: str = "and") -> str:
    """Join items as a sentence does: ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""
