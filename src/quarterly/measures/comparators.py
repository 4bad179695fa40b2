"""Where the published comparators come from: each is looked up in the extract of other authorities' figures."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from quarterly.core.terms import listing
from quarterly.data.evidence import COUNCIL
from quarterly.data.load import Basket
from quarterly.ingest.benchmarks import current
from quarterly.measures.benchmark import MEAN, NEIGHBOURS, authorities, neighbours_of

EXACT = "exact"
ROUNDING = "rounding"
REVISED = "revised"
OTHER_YEAR = "another year's figure"
OTHER_MEASURE = "another measure's figure"
OTHER_GROUP = "the mean of another group of neighbours"
DIFFERENT = "different"
NOT_FOUND = "not in the extract"

#: In the order in which a reader looks for them: what needs attention first.
OUTCOMES = (DIFFERENT, OTHER_MEASURE, OTHER_YEAR, OTHER_GROUP, REVISED, NOT_FOUND, ROUNDING, EXACT)

# A mean has as many decimals as it has.
_UNROUNDED = 12
_HAIR = 1e-9


def check_comparators(basket: Basket) -> pd.DataFrame:
    """Check every published comparator of an indicator that has a measure in the extract.

    Returns
    -------
    DataFrame
        One row a comparator: ``indicator_id``, ``comparator``, ``published`` (float), ``decimals``, ``measure``,
        ``authority``, ``year``, ``figure`` (float, as the latest extract has it; missing where it has none),
        ``earlier`` (float: the figure before it was revised; missing where it was not), ``extracted`` (the day of the
        first extract that had the figure, or blank), ``outcome`` (one of `OUTCOMES`) and ``explanation`` (blank where
        it is exact).

    Notes
    -----
    Figures agree by rounding when they are the same at the fewer decimals of the two. Only where they are not, an
    earlier extract, another year and another measure of the same authority are looked at, in this order. A
    single figure can be another measure's by chance.
    """
    roles = authorities(basket) | {NEIGHBOURS: authorities(basket).get(NEIGHBOURS, MEAN)}
    lines = _lines(basket)
    groups = {
        group: _means(current(basket.benchmarks), list(members["authority"])).assign(authority=roles[NEIGHBOURS])
        for group, members in basket.neighbour_groups.groupby("group", sort=False)
    }
    measures = basket.benchmark_measures[["indicator_id", "measure"]]
    published = basket.comparators.dropna(subset=["value"]).merge(measures, on="indicator_id", sort=False)
    published = published[published["comparator"].isin(set(roles) - {COUNCIL})]
    found = []
    for _, row in published.iterrows():
        authority = roles[row["comparator"]]
        facts, outcome, why = _look_up(row, lines[lines["authority"] == authority])
        if outcome == DIFFERENT and row["comparator"] == NEIGHBOURS:
            outcome, why = _of_another_group(row, groups, why)
        given = (row["indicator_id"], row["comparator"], row["value"], row["value_decimals"], row["measure"], authority)
        found.append((*given, row["period"], *facts, outcome, why))
    columns = ["indicator_id", "comparator", "published", "decimals", "measure", "authority", "year"]
    return pd.DataFrame(found, columns=[*columns, "figure", "earlier", "extracted", "outcome", "explanation"])


def _lines(basket: Basket) -> pd.DataFrame:
    """Return the current figures, with the neighbours' mean of every measure and year as one more authority."""
    rows = current(basket.benchmarks)
    means = _means(rows, neighbours_of(basket))
    return pd.concat([rows, means], ignore_index=True) if len(means) else rows


def _means(rows: pd.DataFrame, members: list[str]) -> pd.DataFrame:
    """Return the mean of a group of authorities for every measure and year."""
    near = rows[rows["authority"].isin(members)]
    groups = near.dropna(subset=["value"]).groupby(["measure", "year"], sort=False)
    means = groups.agg(value=("value", "mean"), extracted=("extracted", "max")).reset_index()
    # A mean was another one before if a part of it was.
    before = near.assign(value=near["earlier"].fillna(near["value"])).groupby(["measure", "year"])["value"].mean()
    earlier = pd.Series([before.get(key) for key in zip(means["measure"], means["year"], strict=True)], dtype=float)
    return means.assign(
        authority=MEAN,
        value_decimals=_UNROUNDED,
        earlier=earlier.where((earlier - means["value"]).abs() > _HAIR),
    )


def _of_another_group(row: pd.Series, groups: Mapping[str, pd.DataFrame], why: str) -> tuple[str, str]:
    """Find the groups of neighbours whose mean a comparator is: the report may name one and have used another."""
    fitting = []
    for group, means in groups.items():
        own = means[(means["measure"] == row["measure"]) & (means["year"] == row["period"])]
        if len(own) and _agrees(row, own["value"].iloc[0], 0, exact=True):
            fitting.append(group)
    if not fitting:
        return DIFFERENT, why
    figure = why.partition(",")[0]
    return OTHER_GROUP, f"{figure}; the published figure is the mean of this group: {listing(fitting)}."


def _look_up(row: pd.Series, lines: pd.DataFrame) -> tuple[tuple[float, float, str], str, str]:
    """Find what the extract has for a comparator: figure, earlier figure and day; the outcome; why."""
    own = lines["measure"] == row["measure"]
    this = lines[own & (lines["year"] == row["period"])].dropna(subset=["value"])
    if this.empty:
        nothing = f"The extract has no figure of {row['measure']} for {row['period'] or 'a year that is not stated'}."
        return (float("nan"), float("nan"), ""), NOT_FOUND, nothing
    line = this.iloc[0]
    facts = (float(line["value"]), float(line["earlier"]), str(line["extracted"]))
    figure = f"{line['value']:.10g}" if line["value_decimals"] < _UNROUNDED else f"{line['value']:.2f}"
    if abs(row["value"] - line["value"]) < _HAIR:
        return facts, EXACT, ""
    if _agrees(row, line["value"], line["value_decimals"]):
        return facts, ROUNDING, f"The extract has {figure}, which is the same when rounded."
    if _agrees(row, line["earlier"], line["value_decimals"]):
        return facts, REVISED, f"It was published before the revision of {line['extracted']}: now {figure}."
    others = [
        (OTHER_YEAR, lines[own & (lines["year"] != row["period"])], "year"),
        (OTHER_MEASURE, lines[~own & (lines["year"] == row["period"])], "measure"),
    ]
    for outcome, candidates, column in others:
        same = [str(other[column]) for _, other in candidates.iterrows() if _agrees(row, other["value"], 0, exact=True)]
        if same:
            return facts, outcome, f"The extract has {figure}; the published figure is that of {listing(same)}."
    return facts, DIFFERENT, f"The extract has {figure}, and no year or measure of {line['authority']} fits."


def _agrees(row: pd.Series, figure: float, decimals: float, *, exact: bool = False) -> bool:
    """Return whether a comparator is a figure, at the fewer decimals of the two or at its own."""
    if pd.isna(figure):
        return False
    own = int(row["value_decimals"])
    # 22.0 may be a 22 that was only written with a decimal.
    shown = own if exact else min(own, int(decimals), 0 if row["value"] % 1 == 0 else own)
    return bool(abs(row["value"] - figure) <= 0.5 * 10.0**-shown + _HAIR)
