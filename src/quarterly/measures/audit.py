"""Check a quarter's figures, and count the outcomes of every check: passed, failed or not possible.

One check is that the in-quarter, year-to-date and 12-month versions of one measure agree. ``data/relations.csv`` says
which indicators are versions of others. A percentage for several quarters is the weighted mean of theirs, so it lies
between the lowest and the highest; a count for several quarters is their sum. At the end of a reporting year, the year
to date and the 12 months cover the same months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import half_unit, same_rounded, within
from quarterly.core.terms import Unit, listing
from quarterly.core.written import format_value
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.measures.cases import ATTAINABLE, NOTHING, UNATTAINABLE, wholes
from quarterly.measures.comparators import (
    DIFFERENT,
    NOT_FOUND,
    OTHER_GROUP,
    OTHER_MEASURE,
    OTHER_YEAR,
    REVISED,
    check_comparators,
    shared_comparators,
)
from quarterly.measures.rates import children_behind_rates, counted_by_rates
from quarterly.measures.reconcile import AGREES, DISAGREES, reconcile
from quarterly.measures.scorecard import Scorecard

_WRONG = [DIFFERENT, OTHER_MEASURE, OTHER_YEAR, OTHER_GROUP]


@dataclass(frozen=True)
class Check:
    """One kind of check."""

    name: str
    #: The number of figures, judgements or pairs that pass, fail, and cannot be checked.
    agree: int
    disagree: int
    unknown: int
    unknown_because: str  # why some cannot be checked, in a sentence; blank if all can


def audit(scorecard: Scorecard, basket: Basket) -> list[Check]:
    """Count the outcomes of every check."""
    return [*_judgements(scorecard), _rates(basket), _percentages(basket), _versions(basket), _comparators(basket)]


def _checked(name: str, outcomes: pd.Series, good: str, bad: list[str], unknown_because: str) -> Check:
    agree, disagree = int((outcomes == good).sum()), int(outcomes.isin(bad).sum())
    unknown = len(outcomes) - agree - disagree
    return Check(name, agree, disagree, unknown, unknown_because if unknown else "")


def _judgements(scorecard: Scorecard) -> Iterator[Check]:
    found = reconcile(scorecard)
    for judgement, name in (("RAG", "Ratings (RAG)"), ("DOT", "Directions of travel")):
        published = scorecard.rows[f"{judgement.lower()}_published"].any()
        why = "The published judgement, or a figure that it rests on, cannot be read."
        why = why if published else "No ratings were published."
        outcomes = found.loc[found["judgement"] == judgement, "outcome"]
        yield _checked(f"{name} match those published", outcomes, AGREES, [DISAGREES], why)


def _rates(basket: Basket) -> Check:
    rates = children_behind_rates(basket)
    known = rates["population"].notna()
    whole = int(rates["children"].notna().sum())
    why = "The population of the quarter is not stated." if (~known).any() else ""
    name = f"Rates give whole numbers of {counted_by_rates(basket)}"
    return Check(name, whole, int(known.sum()) - whole, int((~known).sum()), why)


def _percentages(basket: Basket) -> Check:
    name, why = "Percentages are possible for the number of cases", "The source does not say how many cases there were."
    return _checked(name, wholes(basket)["outcome"], ATTAINABLE, [UNATTAINABLE, NOTHING], why)


def _versions(basket: Basket) -> Check:
    name, why = "Versions of the same measure agree", "There are no figures for some of the quarters covered."
    return _checked(name, versions(basket)["outcome"], CONSISTENT, [INCONSISTENT], why)


def _comparators(basket: Basket) -> Check:
    name = "Comparators match the extract"
    published = int(basket.comparators["value"].notna().sum())
    if basket.benchmarks.empty:
        because = "No extract of the Local Authority Interactive Tool has been imported."
        return Check(name, 0, 0, published, because if published else "")
    outcomes: pd.Series = check_comparators(basket)["outcome"]
    wrong = int(outcomes.isin(_WRONG).sum())
    agree = len(outcomes) - wrong - int((outcomes == NOT_FOUND).sum())
    unknown = published - agree - wrong
    why = "They are not in the extract, or no measure is named for the indicator." if unknown else ""
    return Check(name, agree, wrong, unknown, why)


def failures(basket: Basket) -> list[str]:
    """List the failures of every check except the judgements, in one sentence each: what, where and why."""
    rates = children_behind_rates(basket).dropna(subset=["population"])
    broken = rates[rates["children"].isna()]
    found = [
        f"{row.indicator_id} {row.quarter}: no whole number of {counted_by_rates(basket)} gives {row.value} "
        f"with a population of {row.population:.0f}."
        for row in broken.itertuples(index=False)
    ]
    percentages = wholes(basket)
    found += [
        f"{row.indicator_id} {row.quarter}: no whole number of {row.whole:.0f} cases is {row.value:g}%."
        for row in percentages[percentages["outcome"] == UNATTAINABLE].itertuples(index=False)
    ]
    found += [
        f"{row.indicator_id} {row.quarter}: there were no cases, so {row.value:g}% is not possible: use the symbol z."
        for row in percentages[percentages["outcome"] == NOTHING].itertuples(index=False)
    ]
    series = versions(basket)
    wrong = series[series["outcome"] == INCONSISTENT]
    found += [f"{row.indicator_id} {row.quarter}: {row.explanation}" for row in wrong.itertuples(index=False)]
    found += [
        f"{first} and {second} have the same comparators: {how}." for first, second, how in shared_comparators(basket)
    ]
    if basket.benchmarks.empty:
        return found
    sources = check_comparators(basket)
    for row in sources[sources["outcome"].isin([*_WRONG, REVISED])].itertuples(index=False):
        found.append(f"{row.indicator_id}, {row.comparator} {row.published:g}: {row.outcome}. {row.explanation}")
    return found


CONSISTENT = "consistent"
INCONSISTENT = "not consistent"
NOT_KNOWN = "cannot be checked"

_SPANS = {Relation.YEAR_TO_DATE: "the year to date", Relation.ROLLING: "12 months"}

Found = tuple[str, str]


@dataclass(frozen=True)
class _Series:
    """The published figures of one indicator, by quarter."""

    unit: str
    decimals: int
    values: dict[str, float]

    def show(self, value: float) -> str:
        return format_value(value, self.unit, self.decimals)


def versions(basket: Basket) -> pd.DataFrame:
    """Check every year-to-date or 12-month figure against the quarters that it covers.

    Returns
    -------
    DataFrame
        One row per figure and check: ``indicator_id``, ``of``, ``relation``, ``quarter``, ``outcome`` (`CONSISTENT`,
        `INCONSISTENT` or `NOT_KNOWN`) and ``explanation`` (the rule with the figures, in a sentence).

    Notes
    -----
    Rounding preserves order, so figures of the same precision are compared as published. If precision differs, and in
    sums of rounded figures, the comparison allows for the rounding of each.
    """
    series, relations = _all_series(basket), basket.relations
    found = [
        (row.indicator_id, row.of, row.relation, quarter, *outcome)
        for row in relations.itertuples(index=False)
        if row.relation in _SPANS
        for quarter, outcome in _against_quarters(Relation(row.relation), series[row.indicator_id], series[row.of])
    ]
    yearly, rolling = (relations[relations["relation"] == relation] for relation in _SPANS)
    for row in yearly.merge(rolling, on="of", suffixes=("", "_rolling")).itertuples(index=False):
        pair = series[row.indicator_id], series[row.indicator_id_rolling]
        found += [(row.indicator_id, row.indicator_id_rolling, row.relation, *rest) for rest in _at_year_end(*pair)]
    columns = ["indicator_id", "of", "relation", "quarter", "outcome", "explanation"]
    return pd.DataFrame(found, columns=columns)


def _all_series(basket: Basket) -> dict[str, _Series]:
    known = dict(iter(basket.observations.dropna(subset=["value"]).groupby("indicator_id")))
    return {
        row.indicator_id: _Series(
            row.unit,
            int(row.decimals),
            dict(known[row.indicator_id][["quarter", "value"]].itertuples(index=False, name=None))
            if row.indicator_id in known
            else {},
        )
        for row in basket.indicators.itertuples(index=False)
    }


def _against_quarters(relation: Relation, long: _Series, short: _Series) -> Iterator[tuple[str, Found]]:
    for text, value in sorted(long.values.items()):
        quarter, span = Quarter.parse(text), _SPANS[relation]
        before = str(quarter.previous())
        stepwise = relation == Relation.YEAR_TO_DATE and quarter.number > 1
        if stepwise and before in long.values and text in short.values:
            parts, names = (
                [(long, long.values[before]), (short, short.values[text])],
                "the previous quarter and this one",
            )
        else:
            covers = quarter.year_so_far() if relation == Relation.YEAR_TO_DATE else quarter.twelve_months()
            covered = [str(each) for each in covers]
            missing = [each for each in covered if each not in short.values]
            if missing:
                why = f"{long.show(value)} for {span} also covers {listing(missing)}, which have no figures."
                yield text, (NOT_KNOWN, why)
                continue
            parts, names = [(short, short.values[each]) for each in covered], "its quarters"
        if len(parts) == 1:
            yield text, _same(long, value, *parts[0], f"for {span}", quarter.worded("for its only quarter"))
        else:
            yield text, (_sum if long.unit == Unit.NUMBER else _mean)(long, value, parts, f"for {span}", names)


def _at_year_end(yearly: _Series, rolling: _Series) -> Iterator[tuple[str, str, str]]:
    for quarter in sorted(set(yearly.values) & set(rolling.values)):
        if Quarter.parse(quarter).number == 4:
            value, other = yearly.values[quarter], rolling.values[quarter]
            yield quarter, *_same(yearly, value, rolling, other, "for the year to date", "for the same 12 months")


def _same(one: _Series, value: float, other: _Series, second: float, about: str, of: str) -> Found:
    agrees = same_rounded(value, second, *_rounded(one, other))
    verb = "is" if agrees else "is not"
    text = f"{one.show(value)} {about} {verb} the figure {of}, {other.show(second)}."
    return (CONSISTENT if agrees else INCONSISTENT), text


def _sum(long: _Series, value: float, parts: list[tuple[_Series, float]], about: str, names: str) -> Found:
    total = sum(part for _, part in parts)
    # Whole numbers are counted, not rounded.
    rounded = [series.decimals for series in (long, *(series for series, _ in parts)) if series.decimals]
    agrees = same_rounded(value, total, *rounded)
    verb = "is" if agrees else "is not"
    added = " + ".join(series.show(part) for series, part in parts)
    text = f"{long.show(value)} {about} {verb} the sum of {names}: {added} = {long.show(total)}."
    return (CONSISTENT if agrees else INCONSISTENT), text


def _mean(long: _Series, value: float, parts: list[tuple[_Series, float]], about: str, names: str) -> Found:
    room = max(sum(map(half_unit, _rounded(long, series))) for series, _ in parts)
    figures = [part for _, part in parts]
    agrees = within(value, min(figures) - room, max(figures) + room)
    verb = "is" if agrees else "is not"
    shown = listing([series.show(part) for series, part in parts])
    text = f"{long.show(value)} {about} {verb} between the lowest and highest of {names}: {shown}."
    return (CONSISTENT if agrees else INCONSISTENT), text


def _rounded(one: _Series, other: _Series) -> tuple[int, ...]:
    """Return the decimals by whose rounding two figures of one number may differ: none at the same precision."""
    return () if one.decimals == other.decimals else (one.decimals, other.decimals)
