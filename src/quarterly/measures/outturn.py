"""Compare the council's own figures with the department's for the same year, with a reason for each difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import half_unit, is_count, same_rounded, within
from quarterly.core.terms import Basis, Unit, count_of, listing
from quarterly.core.written import format_value
from quarterly.data.evidence import COUNCIL, Differs
from quarterly.data.load import Basket
from quarterly.ingest.benchmarks import current
from quarterly.measures.benchmark import authorities
from quarterly.measures.rates import children_behind_rates

EQUAL = "equal"
ROUNDING = "the same when rounded"
POSSIBLE = "consistent"
NOT_EXPLAINED = "not explained"
IMPOSSIBLE = "unlikely to be consistent"
#: In display order: those that need attention first.
REASONS = (IMPOSSIBLE, NOT_EXPLAINED, Differs.DEFINITION, Differs.POPULATION, POSSIBLE, ROUNDING, EQUAL)

#: The largest plausible ratio between the numbers of cases in two quarters of a year.
SPAN = 3
#: The quarters of a year whose figures must be known to work out a range for the year.
_MIN_QUARTERS = 3


def outturn(basket: Basket) -> pd.DataFrame:
    """Compare each year-end figure, or the quarters of a year, with the department's figure for that year.

    Returns
    -------
    DataFrame
        One row per indicator and year: ``indicator_id``, ``short_name``, ``quarter``, ``value`` (of that quarter; for
        an in-quarter indicator, the last quarter known), ``cases`` (behind it, missing if not known),
        ``year``, ``official``, ``official_cases`` and ``official_of`` (the department's year, figure, number of cases
        and total), ``decimals`` (of the department's figure), ``reason`` (one of `REASONS`), ``explanation`` (blank if
        they are equal), ``definition`` and ``official_definition``.

    Notes
    -----
    An in-quarter figure covers part of the department's year. For a percentage, the year is the mean of the quarters
    weighted by cases; if no weights within a ratio of `SPAN` give it, the two are unlikely to be consistent. One
    quarter may be unknown: it can be anything from 0 to 100.
    """
    rows = current(basket.benchmarks)
    own = rows[rows["authority"] == authorities(basket).get(COUNCIL)].dropna(subset=["value"])
    # A file may write 15.0 as 15, so take the decimals of the measure's most precise figure.
    decimals_of = own.groupby("measure")["value_decimals"].max().astype(int).to_dict()
    official = own.set_index(["measure", "year"])["value"].astype(float).to_dict()
    values = basket.observations.set_index(["indicator_id", "quarter"])["value"].dropna().to_dict()
    counts = _counts(basket)
    indicators = basket.indicators.set_index("indicator_id")
    annual = not basket.quarters[-1].number
    found = []
    for measure in basket.benchmark_measures.to_dict("records"):
        indicator = indicators.loc[measure["indicator_id"]]
        for year in (year for name, year in official if name == measure["measure"]):
            figure, decimals = official[measure["measure"], year], decimals_of[measure["measure"]]
            quarter, known = _quarters(values, measure, str(indicator["period_basis"]), year, annual=annual)
            if not known:
                continue
            count = counts.get((measure["indicator_id"], quarter), float("nan"))
            theirs = [official.get((measure[key], year), float("nan")) for key in ("counted", "out_of")]
            if indicator["period_basis"] == Basis.IN_QUARTER and not annual:
                reason, why = _of_quarters(indicator, known, figure, decimals)
            else:
                reason, why = _difference(indicator, measure, known[-1], (figure, decimals), (count, theirs[0]))
            words = (indicator["name"], measure["definition"])
            at = (measure["indicator_id"], indicator["short_name"], quarter, known[-1], count)
            found.append((*at, year, figure, *theirs, decimals, reason, why, *words))
    columns = ["indicator_id", "short_name", "quarter", "value", "cases", "year", "official", "official_cases"]
    columns += ["official_of", "decimals", "reason", "explanation", "definition", "official_definition"]
    return pd.DataFrame(found, columns=columns)


def _counts(basket: Basket) -> dict[tuple[str, str], float]:
    """Return the cases behind figures: stored numerators, and the children behind rates."""
    rates = children_behind_rates(basket)[["indicator_id", "quarter", "children"]]
    given = basket.observations[["indicator_id", "quarter", "numerator"]].dropna()
    return {(name, quarter): float(n) for each in (rates, given) for name, quarter, n in each.itertuples(index=False)}


def _quarters(
    values: Mapping[tuple[str, str], float], measure: Mapping[str, Any], basis: str, year: str, *, annual: bool
) -> tuple[str, list[float]]:
    """Return the quarter to compare with an official year, and its figure or those of all quarters of the year."""
    end = Quarter.parse(year) if annual else Quarter.parse(year).last_quarter
    if measure["taken"]:
        # A September count belongs to the calendar year in which the reporting year ends. No year ends then.
        if annual:
            return "", []
        end = end.shift(2)
    window = end.twelve_months() if basis == Basis.IN_QUARTER else [end]
    known = {str(each): values[key] for each in window if (key := (measure["indicator_id"], str(each))) in values}
    if len(known) < min(_MIN_QUARTERS, len(window)):
        return "", []
    return list(known)[-1], list(known.values())


def _of_quarters(indicator: pd.Series, known: list[float], figure: float, decimals: int) -> tuple[str, str]:
    """Judge whether quarterly figures are consistent with the figure for their year."""
    missing, own = 4 - len(known), int(indicator["decimals"])
    counted = is_count(indicator["unit"], own)
    room = 0.0 if counted else half_unit(own) + half_unit(decimals)
    if counted:
        low, high = sum(known), float("inf") if missing else sum(known)
    else:
        top = 100.0 if indicator["unit"] == Unit.PERCENTAGE else float("inf")
        low, high = _least([*known, *[0.0] * missing]), -_least([-each for each in [*known, *[top] * missing]])
    show = [format_value(each, indicator["unit"], own) for each in known]
    year = format_value(figure, indicator["unit"], decimals)
    if within(figure, low - room, high + room):
        return POSSIBLE, f"Quarterly figures of {listing(show)} are consistent with {year} for the year."
    unless = "" if counted else f", unless one has over {SPAN} times the cases of another"
    return IMPOSSIBLE, f"Quarterly figures of {listing(show)} are not consistent with {year} for the year{unless}."


def _least(values: list[float]) -> float:
    """Return the lowest weighted mean of figures for any weights from 1 to `SPAN`."""
    ordered = sorted(values)
    weights = [[SPAN] * heavy + [1] * (len(ordered) - heavy) for heavy in range(len(ordered) + 1)]
    return min(float(np.average(ordered, weights=each)) for each in weights)


def _difference(
    indicator: pd.Series,
    measure: Mapping[str, Any],
    value: float,
    official: tuple[float, int],
    counts: tuple[float, float],
) -> tuple[str, str]:
    """Return the reason why a figure differs from the department's, as far as it is known."""
    (figure, decimals), own = official, int(indicator["decimals"])
    gap = abs(value - figure)
    if same_rounded(value, figure):
        return EQUAL, ""
    if same_rounded(value, figure, places := min(own, decimals)):
        how = f"to {count_of(places, 'decimal')}" if places else "as whole numbers"
        return ROUNDING, f"They agree {how}."
    if counts[0] == counts[1]:
        return (
            Differs.POPULATION,
            f"Both are based on the same {counts[0]:,.0f} cases, divided by different populations.",
        )
    if measure["differs"]:
        return str(measure["differs"]), f"{measure['note']}."
    by = f"{gap:,.{max(own, decimals)}f}{' points' if indicator['unit'] == Unit.PERCENTAGE else ''}"
    return NOT_EXPLAINED, f"They differ by {by}, and no reason is recorded."
