"""The council's figures, rank and quartile among other authorities over ten years, from the extract.

The statistical neighbours' mean is the extract's own line if ``data/benchmark_authorities.csv`` names one, and
otherwise the plain mean of their figures. Quartiles are the tool's own bands, A to D: they use the figures of all
authorities and R's default quantiles, and a figure on a boundary falls in the band of the lower figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quarterly.core.rounding import published
from quarterly.core.terms import Polarity, listing
from quarterly.data.evidence import COUNCIL, NEIGHBOURS, Treatment
from quarterly.data.load import Basket
from quarterly.ingest.benchmarks import current
from quarterly.ingest.official import NOT_AUTHORITIES

#: The number of years shown.
YEARS = 10
#: The label of the neighbours' mean if the extract has no line for it.
MEAN = "Mean of statistical neighbours"


@dataclass(frozen=True)
class Standing:
    """The council's rank in one year."""

    year: str  # the reporting year
    #: Its rank, and the number of authorities with a figure; equal figures share the better rank. If the indicator has
    #: a polarity, the best figure ranks first, otherwise the highest.
    rank: int
    of: int
    quartile: int  # 1 to 4, for bands A to D: 1 is the best, or the highest if the indicator has no polarity


@dataclass(frozen=True)
class Benchmark:
    """One measure over the years: the figures of the council and its comparators, and the council's rank."""

    measure: str  # its name, for readers
    council: str  # its name in the extract
    #: One row per authority, indexed by name, and one column per reporting year, oldest first, in the measure's unit:
    #: the council first, then its statistical neighbours, then their mean, then the other comparators.
    figures: pd.DataFrame
    #: The rows that are single neighbours, and those that are means of many authorities.
    neighbours: list[str]
    means: list[str]
    group: str  # the source and date of the group of neighbours
    standings: list[Standing]  # among the council and its neighbours, for each year in which the council has a figure
    all_standings: list[Standing]  # among all authorities; empty if the extract does not hold them all
    decimals: int  # that figures are shown with: those of the extract, but at least one, for the mean
    changes: dict[str, str]  # the years in which a new definition begins, each with the reason
    #: The date and the source of the latest extract that has the measure.
    extracted: str
    source: str


def benchmark_for(basket: Basket, indicator_id: str) -> Benchmark | None:
    """Compare the council with other authorities on the official measure of an indicator.

    Returns
    -------
    Benchmark, or None
        None if the indicator has no measure or the council has no figure for it.
    """
    named = basket.benchmark_measures[basket.benchmark_measures["indicator_id"] == indicator_id]
    roles = {} if named.empty else authorities(basket)
    if COUNCIL not in roles:
        return None
    measure, label = named[["measure", "label"]].iloc[0]
    rows = current(basket.benchmarks_of(measure))
    wide = rows.pivot(index="authority", columns="year", values="value")
    years = _last_years(list(wide.columns))
    council = roles[COUNCIL]
    if council not in wide.index or not years or wide.loc[council, years].isna().all():
        return None
    wide = wide[years].astype(float)
    neighbours = [name for name in neighbours_of(basket) if name in wide.index]
    mean_name = roles.get(NEIGHBOURS, MEAN)
    means = {mean_name: wide.loc[mean_name] if mean_name in wide.index else wide.loc[neighbours].mean()}
    others = [name for role, name in roles.items() if role not in (COUNCIL, NEIGHBOURS) and name in wide.index]
    means |= {name: wide.loc[name] for name in others}
    decimals = max(int(rows["value_decimals"].max()), 1)
    polarity = basket.indicators.set_index("indicator_id").loc[indicator_id, "polarity"]
    single = wide.drop(index=[name for name in wide.index if name in means or name.lower() in NOT_AUTHORITIES])
    near = wide.loc[[council, *neighbours]]
    # A partial extract may also hold members of other neighbour groups, without holding all authorities.
    all_of_them = len(single) > 2 * len(near)
    return Benchmark(
        label or measure,
        council,
        published(pd.concat([near, pd.DataFrame(means).T]), decimals),
        neighbours,
        list(means),
        listing(list(dict.fromkeys(_members(basket)["source"]))),
        _standings(near, council, polarity),
        _standings(single, council, polarity) if all_of_them else [],
        decimals,
        _changes(basket, indicator_id, years),
        rows["confirmed"].max(),
        rows.sort_values("confirmed")["source"].iloc[-1],
    )


def _changes(basket: Basket, indicator_id: str, years: list[str]) -> dict[str, str]:
    known = basket.known_changes
    new = known[(known["indicator_id"] == indicator_id) & (known["treatment"] == Treatment.DEFINITION)]
    found = {quarter.partition("-Q")[0]: reason for quarter, reason in zip(new["quarter"], new["reason"], strict=True)}
    return {year: reason for year, reason in found.items() if year in years}


def authorities(basket: Basket) -> dict[str, str]:
    """Return the name in the extract of the council and of each comparator, by role."""
    return dict(basket.benchmark_authorities[["role", "authority"]].itertuples(index=False, name=None))


def neighbours_of(basket: Basket) -> list[str]:
    """List the statistical neighbours, in their order."""
    return list(_members(basket)["authority"])


def _members(basket: Basket) -> pd.DataFrame:
    return basket.comparator_members[basket.comparator_members["comparator"] == NEIGHBOURS]


def _last_years(years: list[str]) -> list[str]:
    """Return the years of the extract within the last `YEARS`, oldest first."""
    return [year for year in sorted(years) if int(year[:4]) > int(max(years)[:4]) - YEARS]


def _standings(figures: pd.DataFrame, council: str, polarity: str) -> list[Standing]:
    lowest_first = polarity == Polarity.LOWER
    ranks = figures.rank(method="min", ascending=lowest_first).loc[council].dropna()
    found = []
    for year, rank in ranks.items():
        known = sorted(figures[year].dropna())
        band = quartile_band(figures.at[council, year], known)
        found.append(Standing(str(year), int(rank), len(known), band if lowest_first else 5 - band))
    return found


def quartile_band(figure: float, ordered: Sequence[float]) -> int:
    """Return the quartile band of a figure, 1 for the lowest, by R's default quantiles, which are NumPy's.

    Parameters
    ----------
    figure : float
        One of the figures.
    ordered : sequence of float
        All figures, lowest first.

    Examples
    --------
    >>> [quartile_band(figure, [1, 2, 3, 4, 5]) for figure in (1, 2, 3, 4, 5)]
    [1, 1, 2, 3, 4]
    """
    return 1 + int((figure > np.quantile(ordered, [0.25, 0.5, 0.75])).sum())
