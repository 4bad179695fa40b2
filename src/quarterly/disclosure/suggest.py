"""Relations that figures suggest and ``data/relations.csv`` lacks: a count that fits a percentage, a rate or a mean.

If one is suppressed it can be worked out from the other, and nothing prevents that until the relation is declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from quarterly.core.rounding import same_rounded
from quarterly.core.terms import Unit
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.disclosure.primary import is_count
from quarterly.measures.cases import Figure, Known

#: In how many quarters a pair must agree: if the denominator is known, and if it has to be found as well.
_AGREE, _AGREE_OF_ANY = 3, 4


class Suggestion(NamedTuple):
    """A row that ``data/relations.csv`` may lack, and the number of quarters whose figures support it."""

    indicator: str
    relation: Relation
    of: str
    quarters: int


def suggested_relations(basket: Basket) -> list[Suggestion]:
    """Find counts that agree with a percentage, a rate or a mean as its numerator or its remainder.

    Each indicator gets at most one numerator or remainder, with its denominator if that is not known.

    Notes
    -----
    They must agree in every quarter for which all of them are known, within the rounding of the figure. A quarter in
    which the figure covers none or all of its cases proves nothing, and neither does a figure that never changes.
    """
    known = Known.of(basket)
    declared = basket.relations[basket.relations["relation"].isin([Relation.NUMERATOR, Relation.REMAINDER])]
    series: dict[str, list[Figure]] = {}
    for figure in known.figures.values():
        series.setdefault(figure.indicator, []).append(figure)
    counts = [name for name, figures in series.items() if is_count(figures[0])]
    return [
        suggestion
        for name, figures in series.items()
        if name not in counts and name not in set(declared["indicator_id"])
        for suggestion in _of_one([figure for figure in figures if figure.value is not None], counts, known)
    ]


def _of_one(figures: list[Figure], counts: list[str], known: Known) -> Iterator[Suggestion]:
    if not figures:
        return
    # What each count counts in the period of each figure; NaN if not known.
    numbers = {count: np.array([known.counted(each, count) for each in figures], dtype=float) for count in counts}
    stated = np.array([known.whole(figure) for figure in figures], dtype=float)
    looked_for = not np.isfinite(stated).any()
    for of, whole in numbers.items() if looked_for else [("", stated)]:
        for count, cases in numbers.items():
            ways = {Relation.NUMERATOR: cases}
            if figures[0].unit == Unit.PERCENTAGE:
                ways[Relation.REMAINDER] = whole - cases
            for relation, counted in ways.items():
                quarters = _agreeing(figures, counted, whole, known.scale(figures[0]))
                if of != count and quarters >= (_AGREE_OF_ANY if looked_for else _AGREE):
                    yield Suggestion(figures[0].indicator, relation, count, quarters)
                    if looked_for:
                        yield Suggestion(figures[0].indicator, Relation.DENOMINATOR, of, quarters)
                    return


def _agreeing(figures: list[Figure], counted: np.ndarray, whole: np.ndarray, scale: float) -> int:
    """Count the quarters that show figures to be this share of a whole; 0 if any quarter disagrees."""
    values = np.array([figure.value for figure in figures], dtype=float)
    known = np.isfinite(counted) & (whole > 0)
    telling = known & (counted > 0) & (counted < whole)
    agree = same_rounded(scale * counted[known] / whole[known], values[known], figures[0].decimals)
    return int(telling.sum()) if agree.all() and len({*values[telling]}) > 1 else 0
