"""Check the published comparators by looking each one up in the extract of other authorities' figures."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from quarterly.core.rounding import same_rounded
from quarterly.core.written import Row
from quarterly.data.evidence import COUNCIL, NEIGHBOURS
from quarterly.data.load import Basket
from quarterly.data.revisions import in_force
from quarterly.ingest.benchmarks import current
from quarterly.measures.benchmark import authorities, neighbours_of

EXACT = "exact"
ROUNDING = "rounding"
REVISED = "revised"
OTHER_YEAR = "another year's figure"
OTHER_MEASURE = "another measure's figure"
OTHER_GROUP = "the mean of another group of neighbours"
DIFFERENT = "different"
NOT_FOUND = "not in the extract"

#: The ways in which two indicators can have the same comparators.
IDENTICAL = "identical"
ROUNDED = "the same when rounded"

#: In display order: those that need attention first.
OUTCOMES = (DIFFERENT, OTHER_MEASURE, OTHER_YEAR, OTHER_GROUP, REVISED, NOT_FOUND, ROUNDING, EXACT)

#: The decimals given to a computed mean, so that it counts as unrounded.
_UNROUNDED = 12
#: The figures that must agree before another measure, year or group counts as the source: one may agree by chance.
_MIN_MATCHES = 2


def check_comparators(basket: Basket) -> pd.DataFrame:
    """Check every published comparator, including those of indicators without a measure in the extract.

    Returns
    -------
    DataFrame
        One row per comparator: ``indicator_id``, ``comparator``, ``published`` (float), ``decimals``, ``measure``
        (blank if none is named for the indicator), ``year``, ``figure`` (float, from the latest extract; missing if
        it has none), ``earlier`` (float: the figure before a revision; missing if not revised), ``extracted``
        (the day of the first extract that had the figure, or blank), ``outcome`` (one of `OUTCOMES`) and
        ``explanation`` (blank if exact).

    Notes
    -----
    Figures agree by rounding if they are equal at the fewer decimals of the two. A single figure can match another
    measure by chance, so comparators are attributed to another measure of the year, or another year of the measure,
    only if two of an indicator's match it, and more than match its own measure. A group of neighbours other than the
    report's is considered only if its means match the published ones of two measures.
    """
    labels = dict(basket.benchmark_measures[["measure", "label"]].itertuples(index=False, name=None))
    published, pairs = _published(basket), pairs_of(basket)
    sources = _other_sources(pairs)
    lines_of: dict[int, list[Row]] = {place: [] for place in pairs["place"].unique()}
    for line in pairs[pairs["own"] | pairs["fits"]].to_dict("records"):
        lines_of[line["place"]].append(line)
    found = []
    for place, row in enumerate(published.to_dict("records")):
        lines, source = lines_of.get(place), sources.get(row["indicator_id"], ("", ""))
        own = next((line for line in lines or [] if line["own"] and not line["group"]), None)
        facts = (own["figure"], own["earlier"], own["extracted"]) if own else (np.nan, np.nan, "")
        found.append((*facts, *_look_up(row, own, lines, source, labels)))
    looked_up = pd.DataFrame(found, columns=["figure", "earlier", "extracted", "outcome", "explanation"])
    called = {"value": "published", "value_decimals": "decimals", "period": "year"}
    columns = ["indicator_id", "comparator", "published", "decimals", "measure", "year"]
    return published.rename(columns=called)[columns].join(looked_up)


def _published(basket: Basket) -> pd.DataFrame:
    named = basket.benchmark_measures[["indicator_id", "measure"]]
    published = basket.comparators.dropna(subset=["value"]).merge(named, on="indicator_id", how="left", sort=False)
    return published.fillna({"measure": ""})


def _lines(basket: Basket) -> pd.DataFrame:
    """Return the current figures of each comparator, with the neighbours' mean for every known group."""
    rows = current(basket.benchmarks)
    roles = {name: role for role, name in authorities(basket).items() if role != COUNCIL}
    lines = [rows.assign(comparator=rows["authority"].map(roles), group="")]
    groups = {} if NEIGHBOURS in roles.values() else {"": neighbours_of(basket)}
    groups |= {str(group): list(part["authority"]) for group, part in basket.neighbour_groups.groupby("group")}
    means = [_means(rows, members).assign(comparator=NEIGHBOURS, group=group) for group, members in groups.items()]
    found = pd.concat([*lines, *(each for each in means if len(each))], ignore_index=True)
    return found.dropna(subset=["comparator", "value"]).rename(
        columns={"value": "figure", "measure": "found", "value_decimals": "figure_decimals"}
    )


def _means(rows: pd.DataFrame, members: list[str]) -> pd.DataFrame:
    """Return the mean of a group of authorities for every measure and year."""
    near = rows[rows["authority"].isin(members)]
    groups = near.dropna(subset=["value"]).groupby(["measure", "year"], sort=False)
    means = groups.agg(value=("value", "mean"), extracted=("extracted", "max")).reset_index()
    # A mean was revised if any figure in it was.
    before = near.assign(value=near["earlier"].fillna(near["value"])).groupby(["measure", "year"])["value"].mean()
    earlier = pd.Series([before.get(key) for key in zip(means["measure"], means["year"], strict=True)], dtype=float)
    return means.assign(value_decimals=_UNROUNDED, earlier=earlier.where(~same_rounded(earlier, means["value"])))


@dataclass(frozen=True)
class Neighbours:
    """The report's statistical neighbours compared with the official group in force at the time."""

    official: str  # the name of the official group
    #: Members of the official group missing from the report's list, and members that only the report lists.
    unlisted: list[str]
    added: list[str]
    #: The number of neighbours' means published for indicators with a measure, and how many of them match the report's
    #: list and the official group; a mean that is published twice counts once.
    means: int
    own_means: int
    official_means: int


def check_neighbours(basket: Basket) -> Neighbours | None:
    """Compare the report's list of neighbours with the official group in force; None if no such group is known."""
    groups, listed = in_force(basket.neighbour_groups, str(basket.quarters[-1])), neighbours_of(basket)
    if groups.empty or not listed:
        return None
    name = groups["group"].iloc[-1]
    official = list(groups.loc[groups["group"] == name, "authority"])
    pairs = _all_pairs(basket)
    means = pairs[pairs["own"] & (pairs["comparator"] == NEIGHBOURS)]
    agreeing = means[means["fits"]].groupby("group")["measure"].nunique()
    return Neighbours(
        str(name),
        [member for member in official if member not in listed],
        [member for member in listed if member not in official],
        int(means["measure"].nunique()),
        int(agreeing.get("", 0)),
        int(agreeing.get(name, 0)),
    )


def pairs_of(basket: Basket) -> pd.DataFrame:
    """Pair each published comparator with every figure that it could be, and mark those that agree.

    Returns
    -------
    DataFrame
        One row per published comparator (``place``, and the columns of ``data/comparators.csv``) and figure of its
        authority: ``found`` (its measure), ``year``, ``group`` (of neighbours; blank for the report's own), ``figure``,
        ``own`` (of the indicator's measure and the comparator's period), ``fits`` (equal at the comparator's
        precision), ``rounds`` (equal at the fewer decimals of the two) and ``before`` (as ``rounds``, for the figure
        before a revision). Groups whose means match fewer than two measures are left out.
    """
    pairs = _all_pairs(basket)
    agreeing = pairs[pairs["own"] & pairs["fits"]].groupby("group")["measure"].nunique()
    return pairs[pairs["group"].isin({"", *agreeing[agreeing >= _MIN_MATCHES].index})]


def _all_pairs(basket: Basket) -> pd.DataFrame:
    published, lines = _published(basket), _lines(basket)
    columns = ["comparator", "group", "found", "year", "figure", "figure_decimals", "earlier", "extracted"]
    pairs = published.rename_axis("place").reset_index().merge(lines[columns], on="comparator")
    pairs["own"] = (pairs["found"] == pairs["measure"]) & (pairs["year"] == pairs["period"])
    precise = pairs["value_decimals"]
    # 22.0 may be a whole number, 22, written with a decimal.
    coarse = precise.where(pairs["value"] % 1 != 0, 0).clip(upper=pairs["figure_decimals"])
    pairs["fits"] = same_rounded(pairs["value"], pairs["figure"], precise)
    pairs["rounds"] = same_rounded(pairs["value"], pairs["figure"], coarse)
    pairs["before"] = same_rounded(pairs["value"], pairs["earlier"], coarse)
    return pairs


def _other_sources(pairs: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return, by indicator, the other measure and year that its comparators come from."""
    agree = pairs["fits"] | (pairs["own"] & (pairs["rounds"] | pairs["before"]))
    near = (pairs["year"] == pairs["period"]) | (pairs["found"] == pairs["measure"])
    votes = pairs[agree & near].groupby(["indicator_id", "own", "found", "year"])["comparator"].nunique()
    found = votes.reset_index(name="votes").sort_values(["votes", "own"], ascending=False, kind="stable")
    best = found.drop_duplicates("indicator_id")
    best = best[~best["own"] & (best["votes"] >= _MIN_MATCHES)]
    return {str(row.indicator_id): (str(row.found), str(row.year)) for row in best.itertuples(index=False)}


def _look_up(
    row: Row, own: Row | None, lines: list[Row] | None, source: tuple[str, str], labels: dict[str, str]
) -> tuple[str, str]:
    """Return the outcome of a comparator, and its explanation.

    ``own`` is the extract's line for its measure and period, if any; ``lines`` are those that are its own or fit it,
    None if the extract has none of its authority.
    """
    figure, has = "", "The indicator has no named measure"
    if own:
        figure = f"{own['figure']:.10g}" if own["figure_decimals"] < _UNROUNDED else f"{own['figure']:.2f}"
        has = f"The extract has {figure}"
    for line in lines or []:
        if line["fits"] and (line["found"], line["year"]) == source:
            outcome = OTHER_YEAR if source[0] == row["measure"] else OTHER_MEASURE
            what = source[1] if outcome == OTHER_YEAR else labels.get(source[0]) or source[0]
            by = f", the mean of this group: {line['group']}" if line["group"] else ""
            return outcome, f"{has}; the published figure is for {what}{by}."
    if not own:
        return NOT_FOUND, _why_not_found(row, lines)
    if same_rounded(row["value"], own["figure"]):
        return EXACT, ""
    if own["rounds"]:
        return ROUNDING, f"{has}, which is the same when rounded."
    if own["before"]:
        return REVISED, f"It was published before the revision of {own['extracted']}: it is now {figure}."
    for line in lines or []:
        if line["own"] and line["fits"]:
            return OTHER_GROUP, f"{has}; the published figure is the mean of this group: {line['group']}."
    return DIFFERENT, f"{has}, and no other year or measure matches two of the indicator's comparators."


def _why_not_found(row: Row, lines: list[Row] | None) -> str:
    if lines is None:
        return "It is not in the extract."
    if not row["measure"]:
        return "No measure is named for the indicator in data/benchmark_measures.csv."
    return f"The extract has no figure for {row['measure']} for {row['period'] or 'a year that is not stated'}."


def shared_comparators(basket: Basket) -> list[tuple[str, str, str]]:
    """Find pairs of indicators whose comparators are all the same, which suggests an error.

    Two measures seldom have the same four figures: one indicator may have been given the other's. Pairs with fewer
    than two comparators in common are left out, as are comparators that only one of the two has.

    Returns
    -------
    list of tuple of str
        The first indicator, the second, and in what way they are the same: `IDENTICAL`, or `ROUNDED` if a figure of
        one is the other's rounded to a whole number.
    """
    known = basket.comparators.dropna(subset=["value"])
    figures = {
        str(name): dict(zip(part["comparator"], part["value"], strict=True))
        for name, part in known.groupby("indicator_id", sort=False)
    }
    found = []
    for (first, ours), (second, theirs) in combinations(figures.items(), 2):
        pairs = [(ours[name], theirs[name]) for name in ours.keys() & theirs.keys()]
        if len(pairs) < 2 or not all(_same_rounded(*pair) for pair in pairs):
            continue
        found.append((first, second, IDENTICAL if all(one == other for one, other in pairs) else ROUNDED))
    return found


def _same_rounded(one: float, other: float) -> bool:
    """Return whether two figures are equal, or one is a whole number that the other rounds to."""
    return one == other or any(a % 1 == 0 and same_rounded(a, b, 0) for a, b in ((one, other), (other, one)))
