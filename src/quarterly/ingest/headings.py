"""Interpret headings: the contents of a column, from the wording in common use."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from quarterly.core.quarters import Quarter
from quarterly.ingest.grid import Cell
from quarterly.ingest.periods import FILLERS, LONGEST, Period, period_in


class Role(StrEnum):
    """The contents of a column."""

    ID = "id"
    NAME = "name"
    AREA = "area"
    QUARTER = "quarter"
    YEAR = "reporting year"
    FIGURE = "figure"
    MONTH = "figure of a month"
    ANNUAL = "figure of a year"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    MISSING = "missing"
    NOTE = "note"
    TARGET = "target"
    UNIT = "unit"
    POLARITY = "polarity"
    RAG = "published RAG"
    DOT = "published direction of travel"
    COMPARATOR = "comparator"
    PART = "part of the whole"  # the council, sex or age group of a row
    KIND = "kind"  # a part of the whole if an indicator has a row for each, otherwise not read
    UNUSED = "not used"


@dataclass(frozen=True)
class Column:
    """The meaning of a heading, and once its table is known, of its column."""

    role: Role | None = None  # None if the heading does not show it
    year: int | None = None  # the year in which the reporting year starts, if named
    number: int | None = None  # the quarter of the reporting year, if named
    words: str = ""  # the rest of the heading, in lower case: for a comparator, its name
    month: date | None = None  # the first day of the month, if it names a month or a date
    doubt: str = ""  # why a different quarter may be meant, or blank
    place: int = 0  # in the sheet, from 1
    quarter: Quarter | None = None  # None if each row names its own, or no quarter applies
    text: str = ""  # the heading as written


_WORDS = {
    Role.ID: "id|ref|reference|code",
    Role.NAME: "name|description",
    Role.AREA: "area|service area|service|team|theme|section|area_id|directorate|priority|outcome",
    Role.YEAR: "year|financial year|fiscal year|fy|reporting year|time period",
    Role.FIGURE: "value|figure|actual|actuals|result|outturn|performance|this quarter|current|current quarter|latest|"
    "latest figure|latest value|current value|actual performance|quarter actual|quarterly actual|observation|percent|"
    "percentage",
    Role.NUMERATOR: "numerator|num",
    Role.DENOMINATOR: "denominator|denom|cohort|den|base|n",
    Role.MISSING: "missing|symbol|reason missing|suppression",
    Role.NOTE: "note|notes|comment|comments|commentary|remarks|narrative|comments narrative|comment narrative",
    Role.TARGET: "target|targets|annual target|year end target|target value|year target|quarter target|"
    "quarterly target|goal",
    Role.UNIT: "unit|units|measured in|data type|unit of measure|unit of measurement|value type|format",
    Role.POLARITY: "polarity|good is|better|what is good|good performance|good to be|desired direction|aim|"
    "good performance is|what good looks like|high or low is good|bigger or smaller is better|which way is better",
    Role.RAG: "rag|rag rating|rating|status|rag status|performance rating|rated|performance against target",
    Role.DOT: "dot|direction of travel|travel|d o t|dot arrow|direction of travel arrow",
    Role.PART: "local authority|la|la name|authority|council|geography|region|sex|gender|age|age group|age band|"
    "ethnicity|ethnic group|ward|locality|district",
    Role.KIND: "type|category|breakdown|group|characteristic|level|geographic level|time identifier|subgroup|cut",
    Role.UNUSED: "direction|trend|tolerance|owner|lead|frequency|change|variance|position|decimals|quarters|"
    "comparators|source|responsible officer",
}
#: ``KPI``, ``Key performance indicator`` and ``Measure description`` are names; ``PI no`` is an id.
_INDICATOR = r"(?:(?:key )?(?:performance )?(?:indicators?|measures?)|kpis?|pis?|metrics?)"
_FORMS = {
    Role.QUARTER: re.compile(
        "reporting date|(?:(?:reporting|fiscal|financial) )?(?:quarter|qtr|period|month)"
        "(?: (?:start(?:ing)?|end(?:ing|ed)?))?(?: date)?"
    ),
    Role.ID: re.compile(rf"{_INDICATOR} (?:id|ref|reference|code|no|number)"),
    Role.NAME: re.compile(rf"{_INDICATOR}(?: (?:name|title|description|definition))?"),
}
_ROLES = {word.replace("_", " "): role for role, words in _WORDS.items() for word in words.split("|")}
#: Footnote marks, for a regular expression.
MARKS = r"*†‡\u00b9\u00b2\u00b3\u2070-\u2079"
#: What PivotTables and Power BI write before the name of a column.
_AGGREGATED = re.compile(r"^(?:sum|average) of ")
#: Roles whose headings may contain words in brackets to ignore: ``DoT (from last quarter)``.
_WITH_BRACKETS = (Role.NAME, Role.AREA, Role.NOTE, Role.UNIT, Role.POLARITY, Role.RAG, Role.DOT)
#: Words in a heading that do not change its meaning, but are reported.
_QUALIFIERS = re.compile(r"\b(?:provisional|final|revised|draft|unaudited|validated|latest)\b|\((?:p|r|e)\)")


def plain(text: str) -> str:
    """Reduce text to lower-case letters, digits and single spaces, to compare without punctuation and capitals."""
    return re.sub(r"[\W_]+", " ", text.casefold().replace("&", " and ").replace("+", " plus ")).strip()


def unmarked(text: str) -> str:
    """Strip footnote marks from the end of a text."""
    return re.sub(rf"[\s{MARKS}]+$", "", text) or text


@lru_cache(maxsize=1_000)  # a long list repeats its quarters and names
def read_heading(cell: Cell) -> Column:
    """Return the meaning of a heading.

    Examples
    --------
    >>> heading = read_heading(Cell("Q4 2023/24"))
    >>> str(heading.role), heading.year, heading.number
    ('figure', 2023, 4)
    """
    text = cell.text[:LONGEST]
    words = plain(text) or plain(text.replace("%", "percent"))
    if role := _role(words) or _role(_AGGREGATED.sub("", words)):
        return Column(role, words=words)
    role = _role(plain(re.sub(r"\([^()]*\)", " ", text)))
    if role in _WITH_BRACKETS:
        return Column(role, words=words)
    period = period_in(cell)
    rest = plain(FILLERS.sub(" ", _QUALIFIERS.sub(" ", period.rest)))
    if not period.said:
        return Column(words=rest)
    if rest:
        role = _role(rest)
    elif period.number:
        role = Role.FIGURE
    else:
        role = Role.MONTH if period.month else None  # a year alone has no role
    if rest and not role:
        period = Period()
    return Column(role, period.year, period.number, rest, period.month, period.doubt)


def _role(words: str) -> Role | None:
    return _ROLES.get(words) or next((role for role, form in _FORMS.items() if form.fullmatch(words)), None)


def qualifiers(text: str) -> list[str]:
    """List words of a heading that do not change its meaning but may matter to a reader: ``provisional``."""
    return _QUALIFIERS.findall(text.casefold())
