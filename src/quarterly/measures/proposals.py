"""Propose official measures for indicators, by wording and by values, for an analyst to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from quarterly.core.rounding import same_rounded
from quarterly.core.terms import Basis
from quarterly.data.evidence import COUNCIL
from quarterly.data.load import Basket
from quarterly.ingest.matching import name_key
from quarterly.measures.benchmark import authorities
from quarterly.measures.comparators import pairs_of

#: The most measures proposed for an indicator, and the similarity out of 100 at which wording alone is enough.
MOST = 3
_ALIKE = 70
#: Words that say how something is measured, not what is measured.
_STOP_WORDS = frozenset(
    (
        *("percentage", "percent", "number", "rate", "per", "10000", "10", "000"),
        *("of", "the", "in", "to", "for", "and", "a"),
    )
)


def proposals(basket: Basket, figures: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Propose measures from an extract for the indicators that have none.

    ``figures`` comes from `quarterly.ingest.benchmarks.read_benchmarks`. ``words`` describes measures in plain words; a
    measure without a description is known by its name.

    Returns
    -------
    DataFrame
        At most `MOST` rows per indicator, best first: ``indicator_id``, ``short_name``, ``measure``, ``words``,
        ``alike`` (out of 100), ``comparators`` and ``of`` (how many of its published comparators match the measure in
        their year, out of how many), ``own`` and ``own_of`` (the same for the council's own year-end figures).

    Notes
    -----
    A measure is proposed if its wording is similar, or if two comparators match its figures: one may match by chance.
    The council's own year-end figures only affect the order.
    """
    seen = {*authorities(basket).values(), *basket.comparator_members["authority"]}
    seen |= set(basket.neighbour_groups["authority"])
    near = figures[figures["authority"].isin(seen)]
    decimals = near["value"].str.partition(".")[2].str.len()
    known = near.assign(value=pd.to_numeric(near["value"]), value_decimals=decimals, confirmed=near["extracted"])
    basket = replace(basket, benchmarks=known)
    table = _alike(basket, {name: words.get(name, name) for name in figures["measure"].unique()})
    for counts in (_comparators(basket), _own(basket)):
        table = table.join(counts, on=["indicator_id", "measure"])
    table = table.fillna(0).astype(dict.fromkeys(["comparators", "of", "own", "own_of"], int))
    wanted = table[(table["alike"] >= _ALIKE) | (table["comparators"] > 1)]
    order = {name: place for place, name in enumerate(basket.indicators["indicator_id"])}
    best = wanted.sort_values(["comparators", "own", "alike"], ascending=False, kind="stable")
    best = best.groupby("indicator_id", sort=False).head(MOST)
    return best.sort_values("indicator_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True)


def _alike(basket: Basket, words: Mapping[str, str]) -> pd.DataFrame:
    """Compare the names of each indicator without a measure with the wording of every measure."""
    from rapidfuzz import fuzz, process

    open_ones = basket.indicators[~basket.indicators["indicator_id"].isin(basket.benchmark_measures["indicator_id"])]
    theirs = [_essence(text) for text in words.values()]
    found = []
    for row in open_ones.itertuples(index=False):
        names = [_essence(row.name), _essence(row.short_name)]
        scores = [process.cdist(names, theirs, scorer=by).max(axis=0) for by in (fuzz.QRatio, fuzz.token_sort_ratio)]
        for (measure, text), *alike in zip(words.items(), *scores, strict=True):
            found.append((row.indicator_id, row.short_name, measure, text, float(max(alike))))
    return pd.DataFrame(found, columns=["indicator_id", "short_name", "measure", "words", "alike"])


def _essence(text: str) -> str:
    return " ".join(word for word in name_key(text).split() if word not in _STOP_WORDS)


def _comparators(basket: Basket) -> pd.DataFrame:
    pairs = pairs_of(basket)
    pairs = pairs[pairs["year"] == pairs["period"]]
    by = pairs.groupby(["indicator_id", "found", "comparator"])["fits"].any().groupby(["indicator_id", "found"])
    return by.agg(comparators="sum", of="size").rename_axis(["indicator_id", "measure"])


def _own(basket: Basket) -> pd.DataFrame:
    """Compare year-end figures, except in-quarter ones, with the council's figures in the extract."""
    indicators = basket.indicators[["indicator_id", "period_basis", "decimals"]]
    ours = basket.observations.dropna(subset=["value"]).merge(indicators, on="indicator_id")
    ours = ours[ours["quarter"].str.endswith("-Q4") & (ours["period_basis"] != Basis.IN_QUARTER)]
    council = basket.benchmarks[basket.benchmarks["authority"] == authorities(basket).get(COUNCIL)]
    both = ours.assign(year=ours["quarter"].str.removesuffix("-Q4")).merge(
        council.dropna(subset=["value"]), on="year", suffixes=("", "_official")
    )
    precise = both[["decimals", "value_decimals"]].astype(float).min(axis=1)
    both["same"] = same_rounded(both["value"], both["value_official"], precise)
    return both.groupby(["indicator_id", "measure"])["same"].agg(own="sum", own_of="size")
