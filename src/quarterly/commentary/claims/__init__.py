"""Find claims in officers' words that the figures contradict: numbers and directions.

Only claims that can be decided are doubted. A clause is checked if it states a fact and every word of it is known:
words of the indicator's name, of claims, times and numbers, and filler words. Intentions, conditions, other subjects
and periods that are not shown are ignored. A claim is doubted only if no reading of it agrees with the figures, so some
wrong claims are not listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import pandas as pd

from quarterly.commentary.claims import movements, numbers, positions
from quarterly.commentary.claims.measures import figures_in_words, measures_of
from quarterly.commentary.claims.numbers import WrongNumber
from quarterly.commentary.claims.reading import quote
from quarterly.commentary.claims.statements import Statement, statements
from quarterly.commentary.claims.verdicts import Claim, contradicted
from quarterly.core.quarters import Quarter


class Kind(StrEnum):
    """The kind of a claim."""

    NUMBER = "number"
    DIRECTION = "direction"


@dataclass(frozen=True)
class Doubt:
    """A claim that the figures contradict."""

    quote: str  # the officer's words as written: the sentence, or part of a very long one
    said: str  # the words of the claim, as in the quote: ``67%`` or ``above target``
    known: str  # what the figures say, in words
    kind: Kind  # a number or a direction


def doubts(
    words: str, rows: pd.DataFrame, quarters: list[Quarter], comparators: Mapping[str, str] | None = None
) -> list[Doubt]:
    """List the claims in a comment that the figures contradict.

    ``rows`` are the scorecard's rows of the indicators that the comment is about, ``quarters`` the quarters in those
    rows (the reporting quarter is the last), and ``comparators`` the labels of the basket's comparators by id. The list
    is in text order, and empty if nothing can be shown to be wrong.
    """
    measures = tuple(measures_of(rows, quarters, comparators or {}))
    if not measures:
        return []
    found: list[Doubt] = []
    known = cache(figures_in_words)
    for statement in statements(words, measures):
        claimed: list[Claim] = []
        if statement.fact and statement.period.clear:
            for claim in (*positions.claims(statement), *movements.claims(statement)):
                said_already = any(one.start < claim.end and claim.start < one.end for one in claimed)
                claimed += [claim] if not said_already and contradicted(claim, statement.subject) else []
        wrong: list[WrongNumber | Claim] = [*numbers.claims(statement), *claimed]
        figures = known(statement.subject.measures or measures, statement.sentence.text) if wrong else ""
        found += [_doubt(words, statement, one, figures) for one in wrong]
    return list(dict.fromkeys(found))


def _doubt(words: str, statement: Statement, wrong: WrongNumber | Claim, figures: str) -> Doubt:
    start, end = (statement.clause.start + place for place in (wrong.start, wrong.end))
    quoted = quote(words, statement.sentence, start, end)
    if isinstance(wrong, WrongNumber):
        return Doubt(quoted, words[start:end], wrong.known or figures, Kind.NUMBER)
    return Doubt(quoted, words[start:end], figures, Kind.DIRECTION)
