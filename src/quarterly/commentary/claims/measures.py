"""The figures of an indicator, for comparison with claims."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from quarterly.commentary.claims.phrases import ANY_UNIT, COMPARATORS, EMPTY, HEADS, TARGET
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.core.written import comparator_cell, show, target_cell

_ENDING = re.compile(r"(?:ions?|ings?|ed|es|s|e)$")
_WORD = re.compile(r"q[1-4]\b|[a-z][a-z'-]*[a-z]|\d[\d.,]*%?|[a-z]")


def words_in(text: str) -> list[str]:
    """List the words and numbers of a lower-case text."""
    return _WORD.findall(text)


def stem(word: str) -> str:
    """Strip an ending, so that "reviews" and "reviewed" count as one word.

    Examples
    --------
    >>> stem("completion") == stem("completed")
    True
    """
    short = _ENDING.sub("", word.removesuffix("'s").removesuffix("'"))
    return short if len(short) > 2 else word


@dataclass(frozen=True, eq=False)
class Measure:
    """One indicator."""

    name: str
    unit: str  # a `Unit`
    polarity: str  # the direction that is better, or blank
    step: float  # the unit of the last published decimal: 1 for whole numbers
    row: pd.Series  # its row of the scorecard
    quarters: tuple[Quarter, ...]  # the quarters shown, oldest first
    comparators: Mapping[str, str]  # their labels

    def words(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the stems of all words of its names, and of those that distinguish it from others."""
        names = f"{self.name} {self.row.get('short_name', '')}".lower()
        own = re.sub(r"\([^()]*\)", " ", self.name.lower())
        telling = {
            stem(word) for word in words_in(own) if word not in EMPTY | ANY_UNIT | HEADS and not word[0].isdigit()
        }
        return frozenset(stem(word) for word in words_in(names)), frozenset(telling)

    def head(self) -> str:
        """Return the stem of the first word that distinguishes it from others."""
        return next((stem(word) for word in words_in(self.name.lower()) if stem(word) in self.words()[1]), "")

    def at(self, quarter: Quarter) -> float | None:
        """Return the value of a quarter; None if it is missing or not shown."""
        value = self.row[str(quarter)] if quarter in self.quarters else float("nan")
        return None if pd.isna(value) else float(value)

    def values(self, quarters: tuple[Quarter, ...] | None = None) -> list[float]:
        """List the values that are not missing, of the quarters given or of all."""
        found = [self.at(quarter) for quarter in (self.quarters if quarters is None else quarters)]
        return [value for value in found if value is not None]

    def compared(self, *which: str) -> list[float]:
        """List the known values of the ``target`` and of comparators: of all, unless some are named."""
        return [float(self.row[one]) for one in which or ("target", *COMPARATORS) if not pd.isna(self.row.get(one))]

    def known(self, sentence: str) -> str:
        """Return the figures in words, with the target and the comparators that a sentence mentions."""
        figures = [
            f"{show(self.row, value)} in {quarter.short_label}"
            for quarter in self.quarters
            if (value := self.at(quarter)) is not None
        ]
        text = f"the figures are {listing(figures)}" if len(figures) > 1 else f"the figure is {figures[0]}"
        aimed = re.search(rf"\b(?:{TARGET}|rated|short of|reach|missed?)\b", sentence)
        if aimed and (self.row["direction"] or self.compared("target")):
            text += f"; the target is {target_cell(self.row).words}"
        compared = [
            f"{label} {comparator_cell(self.row, which).words}"
            for which, label in self.comparators.items()
            if self.compared(which) and re.search(rf"\b(?:{COMPARATORS.get(which, '(?!)')})\b", sentence)
        ]
        return f"{text}; {listing(compared)}" if compared else text


def measures_of(rows: pd.DataFrame, quarters: list[Quarter], comparators: Mapping[str, str]) -> list[Measure]:
    """Return the indicators that have at least one figure."""
    found = []
    for _, row in rows.iterrows():
        own = (str(row["name"]), str(row["unit"]), str(row["polarity"]), 10.0 ** -int(row["decimals"]))
        found.append(Measure(*own, row, tuple(quarters), comparators))
    return [measure for measure in found if measure.values()]


def figures_in_words(measures: tuple[Measure, ...], sentence: str) -> str:
    """Return the figures of some indicators in words, with their names if there is more than one."""
    if len(measures) == 1:
        return measures[0].known(sentence)
    return ". ".join(f"{measure.name}: {measure.known(sentence)}" for measure in measures)
