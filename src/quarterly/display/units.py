"""How numbers in a frame are written: with the unit and decimals of the indicator that they belong to."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.core.terms import MISSING_REASONS, NOT_AVAILABLE, NOT_RATED, Dot, Rag, Unit, capitalised
from quarterly.core.written import format_value, unit_words
from quarterly.measures.scorecard import Scorecard

#: Columns of `Report.figures` that hold figures in the unit of the row's indicator.
IN_THE_UNIT = ("value", "target", "previous", "comparator", "other")
_HEADINGS = {"id": "Indicator", "indicator_id": "Indicator", "name": "Indicator", "rag": "RAG", "dot": "Direction"}
_HEADINGS |= {str(known): str(known).capitalize() for known in (*Rag, *Dot)}
#: The most decimals that figures in the data have.
_MOST_DECIMALS = 6
#: How Altair writes a date or a time.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?")
_JUDGED = {*Rag, *Dot}


@dataclass(frozen=True)
class Units:
    """The units of a basket's indicators."""

    #: One row per indicator, indexed by its id: ``name``, ``short_name``, ``unit``, ``decimals``.
    rows: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["name", "short_name"]))
    comparators: Mapping[str, str] = field(default_factory=dict)  # their labels, by id
    #: The figures of each indicator, by quarter; if none are known, any figure is taken for one of its indicator.
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, scorecard: Scorecard) -> Units:
        """Return the units and figures of a scorecard."""
        known: dict[str, dict[str, float]] = {}
        columns = (scorecard.history[name] for name in ("indicator_id", "quarter", "value"))
        for name, quarter, value in zip(*columns, strict=True):
            known.setdefault(name, {})[quarter] = float(value)
        return cls(scorecard.rows, scorecard.comparators, known)

    def heading(self, name: Hashable) -> str:
        """Return a column's heading for readers: RAG for ``rag``, an indicator's short name for its id."""
        parts = [part for part in name if str(part)] if isinstance(name, tuple) else [name]
        return ", ".join(self._heading(str(part)) for part in parts)

    def _heading(self, name: str) -> str:
        if name in self.rows.index:
            return str(self.rows.loc[name, "short_name"])
        known = _HEADINGS.get(name) or self.comparators.get(name) or quarter_words(name)
        if known:
            return known
        words = name.replace("_", " ").strip()
        return capitalised(words) or "Blank"

    def column(self, frame: pd.DataFrame, place: int) -> list[str]:
        """Write the cells of a column, given by its position from 0.

        The rows of the frame may name their indicators in ``id``, ``indicator_id`` or ``name``, and give in ``missing``
        the reason for a missing figure.
        """
        name, values = frame.columns[place], list(frame.iloc[:, place])
        if name == "rag":
            values = [NOT_RATED if value == "" else value for value in values]
        numbers = [value for value in values if _number(value)]
        decimals = _decimals_of(numbers)
        if str(name).lower().endswith(("year", "row")) and are_years(numbers):
            values = [f"{value:.0f}" if _number(value) else value for value in values]
        indicators = self.indicators(frame, place)
        reasons = list(frame["missing"]) if name == "value" and "missing" in frame else [""] * len(values)
        # In a frame that also has names, ids are left as they are, to be copied into code.
        first = name[0] if isinstance(name, tuple) else name
        known_as = str(first) in ("id", "indicator_id") and "name" not in frame
        return [
            self._cell(value, indicator, reason, decimals, known_as=known_as)
            for value, indicator, reason in zip(values, indicators, reasons, strict=True)
        ]

    def written(self, frame: pd.DataFrame, columns: Iterable[str]) -> dict[str, list[str]]:
        """Write the cells of some columns, given by their names."""
        return {column: self.column(frame, list(frame.columns).index(column)) for column in columns}

    def named(self, texts: Sequence[Any], column: str = "") -> list[str]:
        """Write the names that label parts of a chart, from a column of its data, with names in place of ids."""
        return self.column(pd.DataFrame({"rag" if column == "rag" else "id": texts}), 0)

    def indicators(self, frame: pd.DataFrame, place: int) -> Sequence[Any]:
        """Return, for each row of a frame, the indicator whose unit applies to a column, or None.

        The unit applies to figures of the indicator and to what lies between them, such as a mean, but not to a
        column of differences or multiples that has the name of the figures.
        """
        name = frame.columns[place]
        parts = [str(part) for part in (name if isinstance(name, tuple) else (name,))]
        quarter = next((part for part in parts if quarter_words(part)), "")
        found = [indicator for part in parts if (indicator := self._indicator(part)) is not None]
        beside = parts[0] in (*IN_THE_UNIT[1:], *self.comparators, *self.comparators.values())
        if found:
            known: list[dict[Hashable, Any] | None] = [found[0]] * len(frame)
        elif quarter or beside or parts[0] in IN_THE_UNIT:
            key = next((key for key in ("id", "indicator_id", "name") if key in frame), None)
            known = [self._indicator(value) for value in frame[key]] if key else [None] * len(frame)
        else:
            return [None] * len(frame)
        key = next((key for key in ("period", "quarter") if key in frame), None)
        quarters = [quarter] * len(frame) if quarter or not key else list(frame[key])
        rows = zip(known, quarters, frame.iloc[:, place], strict=True)
        return known if beside or all(self._is_figure(*row) for row in rows) else [None] * len(frame)

    def _is_figure(self, indicator: Any, quarter: Any, value: Any) -> bool:
        """Whether a value can be a figure of an indicator, perhaps rounded; without a known quarter, a mean of some."""
        known = self.figures.get(indicator["indicator_id"], {}) if indicator is not None and _number(value) else {}
        figures = [figure for figure in known.values() if not math.isnan(figure)]
        if not math.isnan(known.get(quarter, math.nan)):
            places = range(int(indicator["decimals"]) + 1)
            # Also one of another quarter: a frame may put them side by side.
            return any(round(figure, digits) == value for figure in figures for digits in places)
        return not figures or min(figures) <= value <= max(figures)

    def measured(self, frame: pd.DataFrame, column: str) -> str:
        """Return the unit of a column's figures in words; blank unless they have exactly one."""
        if column not in IN_THE_UNIT or column not in frame:
            return ""
        indicators = self.indicators(frame, list(frame.columns).index(column))
        words = {unit_words(indicator) for indicator in indicators if indicator is not None}
        return words.pop() if len(words) == 1 else ""

    @cached_property
    def _known(self) -> dict[str, dict[Hashable, Any]]:
        """The rows as dictionaries, by id, by short name and by name; the first of several counts."""
        rows = self.rows.rename_axis("indicator_id").reset_index().to_dict("records")[::-1]
        return {row[column]: row for column in ("name", "short_name", "indicator_id") for row in rows}

    def _indicator(self, name: Any) -> dict[Hashable, Any] | None:
        return self._known.get(name) if isinstance(name, str) else None

    def _cell(self, value: Any, indicator: Any, reason: Any, decimals: int, *, known_as: bool) -> str:
        if pd.api.types.is_scalar(value) and (pd.isna(value) or value in (math.inf, -math.inf)):
            words = MISSING_REASONS.get(str(reason), str(reason)) if reason else NOT_AVAILABLE
            return capitalised(words)
        if pd.api.types.is_bool(value):
            return "Yes" if value else "No"
        if _number(value):
            if indicator is not None:
                return _worked_out(float(value), indicator)
            return format_value(float(published(float(value), decimals)), Unit.NUMBER, decimals)
        if isinstance(value, pd.Timestamp | date) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
            moment = pd.Timestamp(value)
            clock = "" if moment == moment.normalize() else f", {moment:%H:%M}"
            return f"{moment.day} {moment:%B %Y}{clock}"
        if isinstance(value, pd.Period) and value.freqstr == "M":
            return f"{value:%B %Y}"
        if isinstance(value, pd.Interval):
            return f"{value.left} to {value.right}"
        text = str(value)
        if known_as and text in self.rows.index:
            return str(self.rows.loc[text, "short_name"])
        if text in _JUDGED:
            return text.capitalize()
        return quarter_words(text) or text


def quarter_words(text: str) -> str:
    """Write a quarter as a label; blank if the text is not a quarter."""
    quarter = Quarter.read(text)
    return quarter.short_label if quarter else ""


def with_named_ids(frame: pd.DataFrame, shown: Collection[str]) -> pd.DataFrame:
    """Return a frame in which ids are written as names, unless the names are shown too."""
    ids = {"id", "indicator_id"} & {*shown}
    return frame.drop(columns="name", errors="ignore") if ids and "name" not in shown else frame


def are_years(numbers: list[Any]) -> bool:
    """Whether numbers look like years, which have no comma."""
    return bool(numbers) and all(number % 1 == 0 and 1900 <= number <= 2100 for number in numbers)


def _number(value: Any) -> bool:
    """Whether a value is a number that can be written: not a boolean, missing, infinite or complex."""
    return pd.api.types.is_number(value) and not isinstance(value, bool | complex) and math.isfinite(value)


def _worked_out(value: float, indicator: Any) -> str:
    """Write an indicator's figure; a computed one with endless decimals, such as a mean, gets one extra decimal."""
    decimals = int(indicator["decimals"])
    if value != published(value, _MOST_DECIMALS):
        value = float(published(value, decimals + 1))
    return format_value(value, indicator["unit"], decimals)


def _decimals_of(values: list[Any]) -> int:
    """Return the decimals of a column: none if all numbers are whole, otherwise one, or enough for those below 1."""
    numbers = [abs(float(value)) for value in values]
    if all(number % 1 == 0 for number in numbers):
        return 0
    least = min((number for number in numbers if number >= 10**-_MOST_DECIMALS), default=1)
    return max(2, math.ceil(-math.log10(least))) if max(numbers) < 1 else 1
