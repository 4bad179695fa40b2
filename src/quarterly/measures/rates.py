"""Rates of the population: the whole numbers of children behind them, and the populations that fit them."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

import pandas as pd

from quarterly.data.load import Basket
from quarterly.measures.cases import Figure, Known


def children_behind_rates(basket: Basket) -> pd.DataFrame:
    """Convert each published rate of the population back into a number of children, or of whatever it counts.

    Returns
    -------
    DataFrame
        One row per rate and quarter with a figure: ``indicator_id``, ``short_name``, ``quarter``, ``value``,
        ``per`` (int: the base of the rate, such as 10,000), ``population`` (missing if not known) and ``children`` (the
        whole number that gives the published rate; missing if the population is, or if no whole number does).
        Empty for a basket without populations.
    """
    known, names = Known.of(basket), basket.indicators.set_index("indicator_id")["short_name"]
    found = []
    for figure in known.figures.values() if len(basket.populations) else ():
        if figure.value is not None and known.is_of_population(figure):
            population, base = known.population(figure), known.scale(figure)
            counted = _children(figure, population, base)
            found.append(
                (figure.indicator, names[figure.indicator], figure.quarter, figure.value, base, population, counted)
            )
    columns = ["indicator_id", "short_name", "quarter", "value", "per", "population", "children"]
    return pd.DataFrame(found, columns=columns).astype({"population": float, "children": float})


def counted_by_rates(basket: Basket) -> str:
    """Return the noun that the basket's rates count: ``children`` from ``10,000 children``."""
    named = [noun for per in basket.indicators["per"] if (noun := per.partition(" ")[2])]
    return named[0] if named else "cases"


def _children(figure: Figure, population: float | None, base: int) -> float | None:
    if population is None:
        return None
    rate = Decimal(str(figure.value))
    nearest = int((rate * int(population) / base).to_integral_value(ROUND_HALF_UP))
    return nearest if _published_rate(nearest, int(population), base, figure.decimals) == rate else None


def _published_rate(children: int, population: int, base: int, decimals: int) -> Decimal:
    exact = Decimal(children) * base / Decimal(population)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def fitting_populations(
    rates: list[float], lowest: int, highest: int, decimals: int = 2, base: int = 10_000
) -> list[int]:
    """Find the populations for which every published rate is a whole number of children.

    Populations from ``lowest`` to ``highest`` are tried. The rates are those published for one quarter, per ``base``
    people. A few rates usually leave very few populations.
    """
    half = Decimal(1).scaleb(-decimals) / 2
    fitting = set(range(lowest, highest + 1))
    for rate in map(Decimal, map(str, rates)):
        possible: set[int] = set()
        most = int((rate + half) * highest / base) + 1
        for children in range(most + 1):
            first = (Decimal(children) * base / (rate + half)).to_integral_value(ROUND_FLOOR)
            last = (
                (Decimal(children) * base / (rate - half)).to_integral_value(ROUND_CEILING) if rate > half else highest
            )
            candidates = range(max(int(first), lowest, 1), min(int(last), highest) + 1)
            possible.update(p for p in candidates if _published_rate(children, p, base, decimals) == rate)
        fitting &= possible
    return sorted(fitting)
