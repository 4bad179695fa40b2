"""The council's figures, rank and quartile among other authorities over ten years, from the extract.

The statistical neighbours' mean is the extract's own line if ``data/benchmark_authorities.csv`` names one, and
otherwise the plain mean of their figures. Quartiles are the tool's own bands, A to D: they use the figures of all
authorities and R's default quantiles, and a figure on a boundary falls in the band of the lower figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quarterly.core.rounding import published
from quarterly.core.terms import Polarity, listing
from quarterly.data.evidence import COUNCIL, NEIGHBOURS, new_definitions
from quarterly.data.load import Basket
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


class _Compared(NamedTuple):
    """The names, in the extract, of those who are compared."""

    council: str
    neighbours: list[str]
    group: str  # the source of the group of neighbours
    mean: str  # the line with the mean of the neighbours
    others: list[str]  # the other comparators


def benchmarks_for(basket: Basket, indicator_ids: Iterable[str]) -> dict[str, Benchmark]:
    """Compare the council with other authorities on the official measures of indicators.

    An indicator is left out if it has no measure, or if the council has no figure for it.
    """
    roles = authorities(basket)
    if COUNCIL not in roles:
        return {}
    others = [name for role, name in roles.items() if role not in (COUNCIL, NEIGHBOURS)]
    group = listing(list(dict.fromkeys(_members(basket)["source"])))
    compared = _Compared(roles[COUNCIL], neighbours_of(basket), group, roles.get(NEIGHBOURS, MEAN), others)
    measures = basket.benchmark_measures.set_index("indicator_id")
    measures = measures.loc[[name for name in indicator_ids if name in measures.index]]
    figures = basket.benchmarks[basket.benchmarks["measure"].isin(measures["measure"])]
    by_measure = dict(iter(figures.sort_values("extracted", kind="stable").groupby("measure", sort=False)))
    polarities = basket.indicators.set_index("indicator_id")["polarity"]
    changes = new_definitions(basket.known_changes)
    found = {
        name: _benchmark(compared, label or measure, by_measure[measure], polarities[name], changes.get(name, {}))
        for name, measure, label in measures[["measure", "label"]].itertuples(name=None)
        if measure in by_measure
    }
    return {name: benchmark for name, benchmark in found.items() if benchmark}


def _benchmark(
    compared: _Compared, name: str, rows: pd.DataFrame, polarity: str, changes: dict[str, str]
) -> Benchmark | None:
    """Compare the council on one measure; ``rows`` are its figures in the order in which they were extracted.

    ``changes`` has the quarters in which a new definition of the indicator begins, each with the reason.
    """
    rows = rows.drop_duplicates(["authority", "year"], keep="last")
    wide = rows.pivot(index="authority", columns="year", values="value")
    since = int(wide.columns.max()[:4]) - YEARS
    wide = wide[[year for year in wide.columns if int(year[:4]) > since]].astype(float)
    council = compared.council
    if council not in wide.index or wide.loc[council].isna().all():
        return None
    neighbours = [authority for authority in compared.neighbours if authority in wide.index]
    near = wide.loc[[council, *neighbours]]
    mean = wide.loc[compared.mean] if compared.mean in wide.index else near.iloc[1:].mean()
    means = {compared.mean: mean, **{other: wide.loc[other] for other in compared.others if other in wide.index}}
    single = wide.loc[[other not in means and other.lower() not in NOT_AUTHORITIES for other in wide.index]]
    decimals, confirmed = max(int(rows["value_decimals"].max()), 1), rows["confirmed"].max()
    # A partial extract may also hold members of other neighbour groups, without holding all authorities.
    all_of_them = len(single) > 2 * len(near)
    return Benchmark(
        name,
        council,
        published(pd.concat([near, pd.DataFrame(means).T]), decimals),
        neighbours,
        list(means),
        compared.group,
        _standings(near, council, polarity),
        _standings(single, council, polarity) if all_of_them else [],
        decimals,
        {year: reason for begins, reason in changes.items() if (year := begins.partition("-Q")[0]) in wide.columns},
        confirmed,
        rows.loc[rows["confirmed"] == confirmed, "source"].iloc[-1],
    )


def authorities(basket: Basket) -> dict[str, str]:
    """Return the name in the extract of the council and of each comparator, by role."""
    return dict(basket.benchmark_authorities[["role", "authority"]].itertuples(index=False, name=None))


def neighbours_of(basket: Basket) -> list[str]:
    """List the statistical neighbours, in their order."""
    return list(_members(basket)["authority"])


def _members(basket: Basket) -> pd.DataFrame:
    return basket.comparator_members[basket.comparator_members["comparator"] == NEIGHBOURS]


def _standings(figures: pd.DataFrame, council: str, polarity: str) -> list[Standing]:
    lowest_first = polarity == Polarity.LOWER
    found = []
    for year, own, column in zip(figures.columns, figures.loc[council], figures.to_numpy().T, strict=True):
        known = column[~np.isnan(column)]
        if own in known:
            better = known < own if lowest_first else known > own
            band = quartile_band(own, known)
            found.append(Standing(year, 1 + int(better.sum()), len(known), band if lowest_first else 5 - band))
    return found


def quartile_band(figure: float, figures: NDArray[np.float64] | list[float]) -> int:
    """Return the quartile band of a figure, 1 for the lowest, by R's default quantiles, which are NumPy's.

    Parameters
    ----------
    figure : float
        One of the figures.
    figures : array of float
        All figures, in any order.

    Examples
    --------
    >>> [quartile_band(figure, [1, 2, 3, 4, 5]) for figure in (1, 2, 3, 4, 5)]
    [1, 1, 2, 3, 4]
    """
    return 1 + int((figure > np.quantile(figures, [0.25, 0.5, 0.75])).sum())
