"""Figures computed from records, as an extract: they go the way of every import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.extract import Extract, Said, in_frames
from quarterly.ingest.said import Figure
from quarterly.records.compute import compute
from quarterly.records.define import Measure
from quarterly.records.settings import Chosen
from quarterly.records.source import Source
from quarterly.records.store import Store
from quarterly.records.tables import Records, Words


def extract_of(
    source: Source,
    basket: Basket,
    asked: Quarter,
    measures: Mapping[str, Measure],
    words: Words,
    chosen: Chosen,
    *,
    back: int = 1,
    as_at: date | None = None,
    whole_from: date | None = None,
) -> Extract:
    """Compute the figures of a quarter, and of those before it, from records.

    Parameters
    ----------
    back : int
        Of how many quarters, the asked one being the last.
    as_at : date, optional
        The day on which the records are looked at: what happened later is not known then.
    whole_from : date, optional
        The day from which the records are whole, where a table begins later because nothing happened before.
    """
    store = Store(source.connection, asked.window(back), as_at)
    computed = compute(store, Records(words), measures, basket, asked, chosen, whole_from)
    figures = [
        Figure(
            row.indicator_id,
            row.quarter,
            row.value,
            row.numerator,
            row.denominator,
            row.missing,
            row.note,
            doubt="",
            bare=row.value,
            exact=None,
            written="",
            place=source.name,
        )
        for row in computed.figures.itertuples(index=False)
    ]
    said = Said(figures, [], [], [], [], [*source.remarks, *computed.remarks], [])
    used = sorted({row.indicator_id for row in figures})
    return replace(in_frames(said), whole=False, beside={"definitions": definitions(measures, used, chosen)})


def definitions(measures: Mapping[str, Measure], used: list[str], chosen: Chosen) -> pd.DataFrame:
    """Return the definitions of indicators in words, as rows of ``data/definitions.csv``."""
    rows = []
    for indicator_id in used:
        measure = measures[indicator_id]
        own = chosen.get(indicator_id, {})
        said = (
            f"{name} is {own.get(name, parameter.default)}{'' if name in own else f' ({parameter.reason})'}"
            for name, parameter in measure.parameters.items()
        )
        rows.append(
            {
                "indicator_id": indicator_id,
                "counts": measure.words(**own),
                "parameters": "; ".join(said),
                "source": measure.source,
                "official": measure.official,
                "proxy": measure.proxy,
            }
        )
    return pd.DataFrame(rows, columns=["indicator_id", "counts", "parameters", "source", "official", "proxy"])
