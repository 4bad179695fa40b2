"""The council's own figures beside the department's figures of the same year, with the reason for each difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis, Unit, listing
from quarterly.core.written import format_value
from quarterly.data.evidence import COUNCIL, Differs
from quarterly.data.load import Basket
from quarterly.ingest.benchmarks import current
from quarterly.measures.benchmark import authorities
from quarterly.measures.reconcile import children_behind_rates

EQUAL = "equal"
ROUNDING = "the same when rounded"
POSSIBLE = "possible together"
POPULATION = str(Differs.POPULATION)
DEFINITION = str(Differs.DEFINITION)
NOT_EXPLAINED = "not explained"
IMPOSSIBLE = "hardly possible together"
#: In the order in which a reader looks for them.
REASONS = (IMPOSSIBLE, NOT_EXPLAINED, DEFINITION, POPULATION, POSSIBLE, ROUNDING, EQUAL)

#: How many times as many cases as another a quarter may have, before its weight in a year is hardly possible.
SPAN = 3
#: Of so many quarters of a year the figures must be known, to say what the year can be.
_ENOUGH = 3
_HAIR = 1e-9


def outturn(basket: Basket) -> pd.DataFrame:
    """Set each figure at a year's end, and the quarters of a year, beside the department's figure of that year.

    Returns
    -------
    DataFrame
        One row an indicator and year: ``indicator_id``, ``short_name``, ``quarter``, ``value`` (of the quarter; for an
        indicator in the quarter that of the last one known), ``cases`` (behind it, missing where not known),
        ``year``, ``official``, ``official_cases`` and ``official_of`` (of which year, the department's figure, its
        cases, and out of how many), ``decimals`` (of the department's figure), ``reason`` (one of the constants of
        this module), ``explanation`` (blank where they are equal), ``definition`` and ``official_definition``.

    Notes
    -----
    A figure in the quarter is a part of the department's year. Of a percentage the year is a mean of the quarters,
    weighted by cases; where no weights give it with one quarter having up to `SPAN` times the cases of another, the two
    are hardly possible together. One quarter may be unknown: it is anything from 0 to 100.
    """
    rows = current(basket.benchmarks)
    own = rows[rows["authority"] == authorities(basket).get(COUNCIL)].dropna(subset=["value"])
    # A file may write 15.0 as 15: a measure has the decimals of its most precise figure.
    decimals_of = own.groupby("measure")["value_decimals"].max().astype(int).to_dict()
    official = own.set_index(["measure", "year"])["value"].astype(float).to_dict()
    values = basket.observations.set_index(["indicator_id", "quarter"])["value"].dropna().to_dict()
    counts = _counts(basket)
    indicators = basket.indicators.set_index("indicator_id")
    found = []
    for measure in basket.benchmark_measures.to_dict("records"):
        indicator = indicators.loc[measure["indicator_id"]]
        for year in (year for name, year in official if name == measure["measure"]):
            figure, decimals = official[measure["measure"], year], decimals_of[measure["measure"]]
            quarter, known = _quarters(values, measure, str(indicator["period_basis"]), year)
            if not known:
                continue
            count = counts.get((measure["indicator_id"], quarter), float("nan"))
            theirs = [official.get((measure[key], year), float("nan")) for key in ("counted", "out_of")]
            if indicator["period_basis"] == Basis.IN_QUARTER:
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
    """Return the cases behind figures: as they were given, and the children behind rates."""
    rates = children_behind_rates(basket)[["indicator_id", "quarter", "children"]]
    given = basket.observations[["indicator_id", "quarter", "numerator"]].dropna()
    return {(name, quarter): float(n) for each in (rates, given) for name, quarter, n in each.itertuples(index=False)}


def _quarters(
    values: Mapping[tuple[str, str], float], measure: Mapping[str, Any], basis: str, year: str
) -> tuple[str, list[float]]:
    """Name the quarter that an official year is beside, with its figure, or those of the quarters of the year."""
    end = Quarter.parse(f"{year}-Q4")
    # What is counted on a day in September belongs to the calendar year in which the reporting year ends.
    end = end.shift(2) if measure["taken"] else end
    window = end.window(4) if basis == Basis.IN_QUARTER else [end]
    known = {str(each): values[key] for each in window if (key := (measure["indicator_id"], str(each))) in values}
    if len(known) < (_ENOUGH if basis == Basis.IN_QUARTER else 1):
        return "", []
    return list(known)[-1], list(known.values())


def _of_quarters(indicator: pd.Series, known: list[float], figure: float, decimals: int) -> tuple[str, str]:
    """Say whether figures of quarters can be those of a year."""
    missing, own = 4 - len(known), int(indicator["decimals"])
    counted = indicator["unit"] == Unit.NUMBER and not own
    # Whole numbers are counted, not rounded.
    room = _HAIR if counted else 0.5 * 10.0**-own + 0.5 * 10.0**-decimals + _HAIR
    if counted:
        low, high = sum(known), float("inf") if missing else sum(known)
    else:
        top = 100.0 if indicator["unit"] == Unit.PERCENTAGE else float("inf")
        low, high = _least([*known, *[0.0] * missing]), -_least([-each for each in [*known, *[top] * missing]])
    show = [format_value(each, indicator["unit"], own) for each in known]
    year = format_value(figure, indicator["unit"], decimals)
    if low - room <= figure <= high + room:
        return POSSIBLE, f"Quarters of {listing(show)} can make a year of {year}."
    unless = "" if counted else f", unless one has over {SPAN} times the cases of another"
    return IMPOSSIBLE, f"Quarters of {listing(show)} do not make a year of {year}{unless}."


def _least(values: list[float]) -> float:
    """Return the lowest mean of figures that any weights from 1 to `SPAN` give."""
    ordered = sorted(values)
    means = []
    for heavy in range(len(ordered) + 1):
        weights = [SPAN] * heavy + [1] * (len(ordered) - heavy)
        total = sum(each * weight for each, weight in zip(ordered, weights, strict=True))
        means.append(total / sum(weights))
    return min(means)


def _difference(
    indicator: pd.Series,
    measure: Mapping[str, Any],
    value: float,
    official: tuple[float, int],
    counts: tuple[float, float],
) -> tuple[str, str]:
    """State why a figure differs from the department's, as far as it is known."""
    (figure, decimals), own = official, int(indicator["decimals"])
    gap = abs(value - figure)
    if gap < _HAIR:
        return EQUAL, ""
    if gap <= 0.5 * 10.0 ** -min(own, decimals) + _HAIR:
        return ROUNDING, f"They agree to {min(own, decimals)} decimals." if min(own, decimals) else "As whole numbers."
    if counts[0] == counts[1]:
        return POPULATION, f"The same {counts[0]:,.0f} cases are behind both, divided by different populations."
    if measure["differs"]:
        return str(measure["differs"]), f"{measure['note']}."
    by = f"{gap:,.{max(own, decimals)}f}{' points' if indicator['unit'] == Unit.PERCENTAGE else ''}"
    return NOT_EXPLAINED, f"They differ by {by}, and no reason is recorded."
