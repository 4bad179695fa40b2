"""Rates of the population: the whole numbers of children behind them, and the populations that fit them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from quarterly.core.rounding import published, tidied
from quarterly.data.load import Basket
from quarterly.measures.cases import Known


def children_behind_rates(basket: Basket) -> pd.DataFrame:
    """Convert each published rate of the population back into a number of children, or of whatever it counts.

    Returns
    -------
    DataFrame
        One row per rate and quarter with a figure: ``indicator_id``, ``short_name``, ``quarter``, ``value``,
        ``per`` (int: the base of the rate, such as 10,000), ``decimals``, ``population`` (missing if not known) and
        ``children`` (the whole number that gives the published rate; missing if the population is, or if none does).
        Empty for a basket without populations.
    """
    known, names = Known.of(basket), basket.indicators.set_index("indicator_id")["short_name"]
    found = []
    for figure in known.figures.values() if len(basket.populations) else ():
        if figure.value is not None and known.is_of_population(figure):
            population, base = known.population(figure), known.scale(figure)
            counted = float(_children(figure.value, population or np.nan, base, figure.decimals))
            name = figure.indicator
            numbers = (figure.value, base, figure.decimals, population, counted)
            found.append((name, names[name], figure.quarter, *numbers))
    columns = ["indicator_id", "short_name", "quarter", "value", "per", "decimals", "population", "children"]
    return pd.DataFrame(found, columns=columns).astype({"population": float, "children": float})


def counted_by_rates(basket: Basket) -> str:
    """Return the noun that the basket's rates count: ``children`` from ``10,000 children``."""
    named = [noun for per in basket.indicators["per"] if (noun := per.partition(" ")[2])]
    return named[0] if named else "cases"


def _children(rate: float, people: Any, base: int, decimals: int) -> Any:
    """Return the whole number, of each population, that gives a published rate; missing if none does."""
    nearest = np.floor(tidied(rate * people / base) + 0.5)
    found = np.full(np.shape(people), np.nan)
    # Where two numbers are as near, the smaller gives the rate, because halves are rounded up.
    for number in (nearest - 1, nearest):
        found = np.where(published(number * base / people, decimals) == published(rate, decimals), number, found)
    return found


def fitting_populations(
    rates: list[float], lowest: int, highest: int, decimals: int = 2, base: int = 10_000
) -> list[int]:
    """Find the populations for which every published rate is a whole number of children.

    Populations from ``lowest`` to ``highest`` are tried. The rates are those published for one quarter, per ``base``
    people. A few rates usually leave very few populations.
    """
    people = np.arange(max(lowest, 1), highest + 1)
    fits = [np.isfinite(_children(rate, people, base, decimals)) for rate in rates]
    return [int(each) for each in people[np.logical_and.reduce([people > 0, *fits])]]
