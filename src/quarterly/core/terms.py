"""The terms of the report, as they are stored.

Values that are stored in ``data/`` or shown to a reader are named here once, so that their spelling cannot diverge.
"""

from __future__ import annotations

from enum import StrEnum

#: The type of an output that carries records of children, in a notebook that is not published.
RECORDS_SHOWN = "application/vnd.quarterly.records+json"
#: The note of a percentage or an average from records that is out of nothing.
NO_CASES = "There were no cases in the period"


class Unit(StrEnum):
    """What an indicator's values are."""

    NUMBER = "number"
    PERCENTAGE = "percentage"
    RATE = "rate"
    POUNDS = "pounds"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    HOURS = "hours"
    MINUTES = "minutes"
    SCORE = "score"
    RATIO = "ratio"


class Beyond(StrEnum):
    """How far an indicator's figures can go beyond 0, or a percentage beyond 100; blank for most, which cannot."""

    OVER_100 = "over 100"
    BELOW_0 = "below 0"
    BOTH = "over 100 and below 0"


class Polarity(StrEnum):
    """Which way is better; blank for an indicator without one."""

    HIGHER = "higher"
    LOWER = "lower"


class Basis(StrEnum):
    """The period that a value covers."""

    IN_QUARTER = "in quarter"
    ROLLING = "rolling 12 months"
    YEAR_TO_DATE = "year to date"
    SNAPSHOT = "snapshot"
    IN_YEAR = "in year"


class Rag(StrEnum):
    """A rating against target; blank for not rated, with a separate reason."""

    GREEN = "GREEN"
    AMBER = "AMBER"
    RED = "RED"


class Dot(StrEnum):
    """Direction of travel: positive, stable or negative with a target; increase, stable or decrease without."""

    POSITIVE = "POSITIVE"
    STABLE = "STABLE"
    NEGATIVE = "NEGATIVE"
    INCREASE = "INCREASE"
    DECREASE = "DECREASE"


class Tolerance(StrEnum):
    """How far from its goal a figure can be and still be amber."""

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
    YEAR_BEFORE = "year before"


#: The direction of travel can also be that of a line fitted through several quarters.
FITTED_TREND = "fitted trend"

#: The separator between the two quarters that a direction of travel is compared with.
AND_BESIDE_IT = "; "

#: Switches on an optional part of a rule.
YES = "yes"


class Status(StrEnum):
    """Why an indicator is reported but, by decision, not rated."""

    DATA_ONLY = "data only"
    IN_MEASUREMENT = "in measurement"


class Accepted(StrEnum):
    """What can be accepted in an edition, with a reason, as written in ``data/accepted.csv`` and for readers."""

    GROUP = "commentary in another group than the rating"
    SILENCE = "no commentary on a red or amber indicator"
    SUPPRESSED = "words like a suppressed figure"


#: Written in place of a missing rating.
NOT_RATED = "Not rated"

#: Why an indicator is not rated by decision, and not for lack of something.
DATA_ONLY, IN_MEASUREMENT = Status.DATA_ONLY.capitalize(), Status.IN_MEASUREMENT.capitalize()
NOT_TARGETED = "Not targeted"
BY_DECISION = (DATA_ONLY, IN_MEASUREMENT, NOT_TARGETED)

#: Why there is no value: the symbols of the Department for Education's statistics.
MISSING_REASONS = {"c": "confidential", "x": "not available", "z": "not applicable", "k": "rounds to zero"}
NOT_AVAILABLE = MISSING_REASONS["x"]


class Months(StrEnum):
    """How the figure of a quarter is derived from those of its months."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"


class Group(StrEnum):
    """The group that a comment belongs to, in reading order."""

    GREEN = "Green to celebrate"
    AMBER = "Amber to watch"
    RED_WATCH = "Red to watch"
    RED_CONCERN = "Red of concern"


def count_of(number: int, singular: str, plural: str | None = None) -> str:
    """Write a count with its noun: ``1 indicator``, ``12 indicators``, ``1,200 figures``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def listing(items: list[str], last: str = "and") -> str:
    """Join items as in a sentence: ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}" if items else ""


def rate_base(per: str) -> int:
    """Return the number in the base of a rate.

    Examples
    --------
    >>> rate_base("10,000 children")
    10000
    """
    return int(per.partition(" ")[0].replace(",", ""))


def multiplier(unit: str, per: str) -> int:
    """Return what a numerator divided by its denominator is multiplied by: 100, or the base of a rate.

    Examples
    --------
    >>> multiplier("percentage", ""), multiplier("rate", "1,000 children"), multiplier("number", "")
    (100, 1000, 1)
    """
    if unit == Unit.PERCENTAGE:
        return 100
    return rate_base(per) if unit == Unit.RATE and per else 1


def in_a_sentence(name: str) -> str:
    """Write a name as in the middle of a sentence: abbreviations and names of two capitals are unchanged.

    Examples
    --------
    >>> in_a_sentence("Requests for support"), in_a_sentence("MASH enquiries"), in_a_sentence("South West")
    ('requests for support', 'MASH enquiries', 'South West')
    """
    first, *others = name.split(" ")
    keeps = first[1:] != first[1:].lower() or any(word[:1].isupper() for word in others)
    return name if keeps else name[:1].lower() + name[1:]


def capitalised(text: str) -> str:
    """Write text as at the start of a sentence; unlike `str.capitalize`, it keeps the other capitals."""
    return text[:1].upper() + text[1:]
