"""A basket of a few invented indicators, described concisely, for tests of small numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from quarterly.data.load import Basket

#: A value, or a value with its numerator, if that is known, and denominator.
Cell = float | tuple[float, float | None, float] | None


def small_basket(
    like: Basket,
    figures: Mapping[str, Sequence[Cell]],
    relations: Sequence[tuple[str, str, str]] = (),
    units: Mapping[str, str] | None = None,
    first: str = "2023-24-Q1",
    restated: Sequence[Mapping[str, object]] = (),
) -> Basket:
    """Make a basket.

    Parameters
    ----------
    like : Basket
        Any basket: its empty tables have the right columns.
    figures : mapping of str to sequence
        Each indicator's figures, one a quarter, from the first.
    relations : sequence of (str, str, str)
        An indicator, the kind of relation, and the other indicator.
    units : mapping of str to str, optional
        The units of indicators that are not counts.
    first : str
        The first quarter.
    restated : sequence of mapping
        Rows of the ledger of restatements.
    """
    from quarterly.core.quarters import Quarter

    units = units or {}
    about = [
        {
            **dict.fromkeys(like.indicators.columns, ""),
            "indicator_id": name,
            "area_id": "early-help",
            "position": place,
            "name": name,
            "short_name": name,
            "unit": units.get(name, "number"),
            "decimals": 2 if units.get(name) == "rate" else 0,
            "period_basis": "in quarter",
            "per": "10,000 children" if units.get(name) == "rate" else "",
        }
        for place, name in enumerate(figures, start=1)
    ]
    observations = []
    for name, cells in figures.items():
        quarter = Quarter.parse(first)
        for cell in cells:
            value, numerator, denominator = cell if isinstance(cell, tuple) else (cell, None, None)
            observations.append((name, str(quarter), value, numerator, denominator, "x" if value is None else "", ""))
            quarter = quarter.next()
    return replace(
        like,
        indicators=pd.DataFrame(about, columns=like.indicators.columns),
        observations=_table(like.observations, observations),
        relations=_table(like.relations, [(one, how, of, "stated", "") for one, how, of in relations]),
        published_ratings=like.published_ratings.iloc[:0],
        targets=like.targets.iloc[:0],
        comparators=like.comparators.iloc[:0],
        known_changes=like.known_changes.iloc[:0],
        restatements=pd.DataFrame(list(restated), columns=like.restatements.columns).astype(like.restatements.dtypes)
        if restated
        else like.restatements.iloc[:0],
    )


def _table(like: pd.DataFrame, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=like.columns).astype(like.dtypes)
