"""Interpret words in cells: units, polarity, ratings, and names for the whole."""

from __future__ import annotations

import re

from quarterly.core.terms import NOT_TARGETED, Dot, Polarity, Rag, Unit
from quarterly.ingest.grid import Cell
from quarterly.ingest.headings import plain

_UNITS = {
    Unit.NUMBER: "number|no|num|count|counts|n|integer|volume|total|whole number|number of people",
    Unit.PERCENTAGE: "percentage|per cent|percent|pct|percentage percent|percent percentage|percentages",
    Unit.POUNDS: "pounds|gbp|money|currency|cost|pound|sterling|pounds pounds|cost pounds",
    Unit.DAYS: "days|day|working days|calendar days|average days|number of days|days average|mean days",
    Unit.WEEKS: "weeks|week|average weeks|number of weeks",
    Unit.MONTHS: "months|month|average months",
    Unit.HOURS: "hours|hour|hrs|average hours",
    Unit.MINUTES: "minutes|minute|mins",
    Unit.SCORE: "score|scores|points|index|average score|average|mean|rating",
    Unit.RATIO: "ratio|ratios",
    Unit.RATE: "rate|rates",
}
_UNIT_WORDS = {word: str(unit) for unit, words in _UNITS.items() for word in words.split("|")}
_PER = re.compile(r"(?:rate|number)?\s*(?:per|/)\s*([0-9][0-9,]*)(k\b)?(\s\S.*)?", re.IGNORECASE)
_RATE = re.compile(r"\bper ([1-9][0-9,]*)(k\b)?( [a-z]+)?", re.IGNORECASE)

_POLARITIES = {
    Polarity.HIGHER: "higher|high|h|higher is better|bigger is better|bigger|big|up|maximise|maximize|aim to maximise|"
    "increase|increasing|good to be high|higher better|high is good|larger is better|more is better|aim high|"
    "greater is better|hib|upwards",
    Polarity.LOWER: "lower|low|l|lower is better|smaller is better|smaller|small|down|minimise|minimize|"
    "aim to minimise|decrease|decreasing|reduce|good to be low|lower better|low is good|fewer is better|"
    "less is better|aim low|lib|downwards",
    "": "none|neither|n a|na|neutral|no polarity|not applicable|information only|for information|context|contextual|"
    "monitor|not set|range|within range|plan is best",
}
_POLARITY_WORDS = {word: str(polarity) for polarity, words in _POLARITIES.items() for word in words.split("|")}
_UP, _DOWN = "↑\N{BLACK UP-POINTING TRIANGLE}⬆🔼△⇧↗+", "↓▼⬇🔽▽⇩↘"
#: Arrows in a direction of travel; `arrows` decides whether they show movement or improvement.
UP, DOWN = "↑", "↓"

_RAGS = {
    Rag.GREEN: "green|g|on target|on track|met|target met|achieved|🟢|on or above target",
    Rag.AMBER: "amber|a|yellow|within tolerance|near target|🟡|🟠",
    Rag.RED: "red|r|off target|off track|not met|missed|not achieved|🔴|below target|not on target",
}
_RAG_WORDS = {word: str(rag) for rag, words in _RAGS.items() for word in words.split("|")}
_RAG_WORDS |= dict.fromkeys(("not targeted", "no target"), NOT_TARGETED.upper())
_DOTS = {
    Dot.POSITIVE: "positive|improving|improved|better|improvement",
    Dot.NEGATIVE: "negative|worsening|worsened|worse|deteriorating|deteriorated|declining|declined",
    Dot.STABLE: "stable|same|no change|static|unchanged|→|↔|➡|⇔|▶|◄►|=|steady|consistent|maintained",
    Dot.INCREASE: "increase|increasing|increased|rising|risen|rose",
    Dot.DECREASE: "decrease|decreasing|decreased|falling|fallen|fell",
}
_DOT_WORDS = {word: str(dot) for dot, words in _DOTS.items() for word in words.split("|")} | {"up": UP, "down": DOWN}

#: Names for the whole in a column of parts.
WHOLE = frozenset(
    (
        *("all", "total", "totals", "all children", "all ages", "all people", "persons", "both", "everyone", "overall"),
        *("council", "whole council", "all areas", "county", "borough", "authority", "grand total", "local authority"),
    )
)


def read_unit(text: str) -> tuple[str, str] | None:
    """Read a unit, and the population of a rate; None if the unit is not known.

    Examples
    --------
    >>> read_unit("%"), read_unit("£"), read_unit("Rate per 10,000 children")
    (('percentage', ''), ('pounds', ''), ('rate', '10,000 children'))
    """
    text = " ".join(text.split())
    rate = _PER.fullmatch(text)
    if rate:
        return str(Unit.RATE), _per(rate)
    marked = {"%": Unit.PERCENTAGE, "£": Unit.POUNDS, "#": Unit.NUMBER}.get(text)
    words = plain(text.replace("%", " percent ").replace("£", " pounds "))
    unit = marked or _UNIT_WORDS.get(words)
    return (str(unit), "") if unit else None


def rate_in(name: str) -> str:
    """Return the population of a rate in a name, such as ``10,000 children``; blank if it names no rate."""
    rate = _RATE.search(name)
    return _per(rate) if rate else ""


def _per(rate: re.Match[str]) -> str:
    return f"{int(rate[1].replace(',', '')) * (1000 if rate[2] else 1):,}{rate[3] or ''}"


def read_polarity(text: str) -> str | None:
    """Read a polarity: higher, lower, or blank for neither; None if the words are not understood."""
    said = {str(Polarity.HIGHER if sign in _UP else Polarity.LOWER) for sign in text if sign in _UP + _DOWN}
    words = plain("".join(letter for letter in text if letter not in _UP + _DOWN))
    every = [*said, *([_POLARITY_WORDS.get(words)] if words else [])]
    return every[0] if len(set(every)) == 1 else "" if text in ("", "-", "–") else None


def read_rag(cell: Cell) -> str | None:
    """Read a published rating, or that there is no target; None if the cell is neither."""
    text = cell.text.replace("\N{VARIATION SELECTOR-16}", "").casefold()
    return _RAG_WORDS.get(text) or _RAG_WORDS.get(plain(text))


def read_dot(cell: Cell) -> str | None:
    """Read a published direction of travel: a `Dot`, or `UP` or `DOWN` for an arrow; None if the cell is neither."""
    text = cell.text.replace("\N{VARIATION SELECTOR-16}", "").casefold()
    signs = {UP if sign in _UP else DOWN for sign in text if sign in _UP + _DOWN}
    words = plain(text)
    if signs:
        return _DOT_WORDS.get(words) or (signs.pop() if len(signs) == 1 and not words else None)
    return _DOT_WORDS.get(text) or _DOT_WORDS.get(words)
