"""The cases behind figures: how many there were, as far as figures and ``data/relations.csv`` tell."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quarterly.core.terms import Unit
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.measures.derived import count_behind

#: How often a share of a share is followed to what is counted.
_DEEPEST = 5


@dataclass(frozen=True)
class Figure:
    """One figure as it was known at some time.

    Parameters
    ----------
    indicator : str
        The indicator's id.
    quarter : str
        As ``2023-24-Q3``.
    unit : str
        A `Unit`.
    decimals : int
        How many decimals the indicator is published with.
    value, numerator, denominator : float or None
        As in ``data/observations.csv``.
    """

    indicator: str
    quarter: str
    unit: str
    decimals: int
    value: float | None
    numerator: float | None
    denominator: float | None


Figures = dict[tuple[str, str], Figure]


def figures_of(basket: Basket) -> Figures:
    """Give every figure of a basket, by indicator and quarter, in the order of the report."""
    columns = ["indicator_id", "quarter", "unit", "decimals", "value", "numerator", "denominator"]
    joined = basket.indicators[["indicator_id", "unit", "decimals"]].merge(basket.observations, on="indicator_id")
    return {
        (indicator, quarter): Figure(indicator, quarter, unit, int(decimals), *map(_number, numbers))
        for indicator, quarter, unit, decimals, *numbers in joined[columns].itertuples(index=False, name=None)
    }


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def shares_of(basket: Basket) -> dict[str, tuple[str, str]]:
    """Give what counts the cases of percentages: by indicator the one that it is a share of, and how that is known."""
    shares = basket.relations[basket.relations["relation"] == Relation.SHARE]
    return {row.indicator_id: (row.of, row.known) for row in shares.itertuples(index=False)}


def whole_of(figure: Figure, figures: Figures, shares: dict[str, tuple[str, str]]) -> tuple[float | None, str, str]:
    """Find the number of cases that a percentage is of: given with it, or counted by another indicator.

    Returns
    -------
    tuple
        How many (None where that is not known), how it is known (``stated``, ``inferred`` or blank), and the
        indicator that counts them, or blank.
    """
    return _whole(figure, figures, shares, 0)


def _whole(
    figure: Figure, figures: Figures, shares: dict[str, tuple[str, str]], depth: int
) -> tuple[float | None, str, str]:
    if figure.denominator is not None:
        return figure.denominator, "stated", ""
    of, known = shares.get(figure.indicator, ("", ""))
    counted = figures.get((of, figure.quarter))
    if counted is None or counted.value is None or depth > _DEEPEST:
        return None, "", ""
    if counted.unit == Unit.NUMBER:
        return counted.value, known, of
    # Of a part that rounding leaves open, the number is not known.
    counts = possible_counts(counted, _whole(counted, figures, shares, depth + 1)[0])
    return (float(counts[0]), "inferred", of) if counts and counts[0] == counts[1] else (None, "", "")


def possible_counts(percentage: Figure, whole: float | None) -> tuple[int, int] | None:
    """Find how many of a number of cases a percentage can stand for.

    Returns
    -------
    tuple of int, or None
        The lowest and the highest; None where the whole is not known, or no number of cases gives the percentage.
    """
    if percentage.value is None or whole is None:
        return None
    counts = count_behind(percentage.value, whole, percentage.decimals)
    numerator = percentage.numerator
    if counts is None or numerator is None:
        return counts
    return (int(numerator), int(numerator)) if counts[0] <= numerator <= counts[1] else None
