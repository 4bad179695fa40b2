"""Check a quarter's figures: how many pass, fail or cannot be checked, and each failure in a sentence.

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
from quarterly.measures.cases import ATTAINABLE, NOT_KNOWN, NOTHING, UNATTAINABLE, Figure, figures_of, wholes
from quarterly.measures.comparators import (
    DIFFERENT,
    EXACT,
    OTHER_GROUP,
    OTHER_MEASURE,
    OTHER_YEAR,
    REVISED,
    ROUNDING,
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
    #: What is wrong, where and why, in a sentence each; empty for judgements, which `reconcile` explains.
    failures: list[str]


def audit(scorecard: Scorecard, basket: Basket) -> list[Check]:
    """Make every check and count its outcomes."""
    return [*_judgements(scorecard), _rates(basket), _percentages(basket), _versions(basket), _comparators(basket)]


def _checked(
    name: str, outcomes: pd.Series, good: list[str], bad: list[str], unknown_because: str, failures: list[str]
) -> Check:
    agree, disagree = int(outcomes.isin(good).sum()), int(outcomes.isin(bad).sum())
    unknown = len(outcomes) - agree - disagree
    return Check(name, agree, disagree, unknown, unknown_because if unknown else "", failures)


def _judgements(scorecard: Scorecard) -> Iterator[Check]:
    found = reconcile(scorecard)
    for judgement, name in (("RAG", "Ratings (RAG)"), ("DOT", "Directions of travel")):
        published = scorecard.rows[f"{judgement.lower()}_published"].any()
        why = "The published judgement, or a figure that it rests on, cannot be read."
        why = why if published else "No ratings were published."
        outcomes = found.loc[found["judgement"] == judgement, "outcome"]
        yield _checked(f"{name} match those published", outcomes, [AGREES], [DISAGREES], why, [])


def _rates(basket: Basket) -> Check:
    rates, counted = children_behind_rates(basket), counted_by_rates(basket)
    known = rates["population"].notna()
    broken = rates[known & rates["children"].isna()]
    failures = [
        f"{row.indicator_id} {row.quarter}: no whole number of {counted} gives {row.value} "
        f"with a population of {row.population:.0f}."
        for row in broken.itertuples(index=False)
    ]
    unknown = int((~known).sum())
    why = "The population of the quarter is not stated." if unknown else ""
    name = f"Rates give whole numbers of {counted}"
    return Check(name, int(known.sum()) - len(broken), len(broken), unknown, why, failures)


def _percentages(basket: Basket) -> Check:
    found = wholes(basket)
    failures = [
        f"{row.indicator_id} {row.quarter}: no whole number of {row.whole:.0f} cases is {row.value:g}%."
        for row in found[found["outcome"] == UNATTAINABLE].itertuples(index=False)
    ]
    failures += [
        f"{row.indicator_id} {row.quarter}: there were no cases, so {row.value:g}% is not possible: use the symbol z."
        for row in found[found["outcome"] == NOTHING].itertuples(index=False)
    ]
    name, why = "Percentages are possible for the number of cases", "The source does not say how many cases there were."
    return _checked(name, found["outcome"], [ATTAINABLE], [UNATTAINABLE, NOTHING], why, failures)


def _versions(basket: Basket) -> Check:
    found = versions(basket)
    wrong = found[found["outcome"] == INCONSISTENT]
    failures = [f"{row.indicator_id} {row.quarter}: {row.explanation}" for row in wrong.itertuples(index=False)]
    name, why = "Versions of the same measure agree", "There are no figures for some of the quarters covered."
    return _checked(name, found["outcome"], [CONSISTENT], [INCONSISTENT], why, failures)


def _comparators(basket: Basket) -> Check:
    why = "They are not in the extract, or no measure is named for the indicator."
    if basket.benchmarks.empty:
        why = "No extract of the Local Authority Interactive Tool has been imported."
    found = check_comparators(basket)
    failures = [
        f"{first} and {second} have the same comparators: {how}." for first, second, how in shared_comparators(basket)
    ]
    failures += [
        f"{row.indicator_id}, {row.comparator} {row.published:g}: {row.outcome}. {row.explanation}"
        for row in found[found["outcome"].isin([*_WRONG, REVISED])].itertuples(index=False)
    ]
    name = "Comparators match the extract"
    return _checked(name, found["outcome"], [EXACT, ROUNDING, REVISED], _WRONG, why, failures)


CONSISTENT = "consistent"
INCONSISTENT = "not consistent"

_SPANS = {Relation.YEAR_TO_DATE: "the year to date", Relation.ROLLING: "12 months"}

#: The figures of one indicator, by quarter, and the outcome of a check with its explanation.
_Series = dict[str, Figure]
_Outcome = tuple[str, str]


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
    relations = basket.relations
    series: dict[str, _Series] = {name: {} for name in basket.indicators["indicator_id"]}
    for figure in figures_of(basket).values():
        if figure.value is not None:
            series[figure.indicator][figure.quarter] = figure
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


def _against_quarters(relation: Relation, long: _Series, short: _Series) -> Iterator[tuple[str, _Outcome]]:
    about = f"for {_SPANS[relation]}"
    for text, figure in sorted(long.items()):
        quarter = Quarter.parse(text)
        before = str(quarter.previous())
        stepwise = relation == Relation.YEAR_TO_DATE and quarter.number > 1
        if stepwise and before in long and text in short:
            parts, names = [long[before], short[text]], "the previous quarter and this one"
        else:
            covers = quarter.year_so_far() if relation == Relation.YEAR_TO_DATE else quarter.twelve_months()
            missing = [str(each) for each in covers if str(each) not in short]
            if missing:
                why = f"{_show(figure)} {about} also covers {listing(missing)}, which have no figures."
                yield text, (NOT_KNOWN, why)
                continue
            parts, names = [short[str(each)] for each in covers], "its quarters"
        if len(parts) == 1:
            yield text, _same(figure, parts[0], about, quarter.worded("for its only quarter"))
        elif figure.unit == Unit.NUMBER:
            yield text, _sum(figure, parts, about, names)
        else:
            yield text, _mean(figure, parts, about, names)


def _at_year_end(yearly: _Series, rolling: _Series) -> Iterator[tuple[str, str, str]]:
    for quarter in sorted(set(yearly) & set(rolling)):
        if Quarter.parse(quarter).number == 4:
            pair = yearly[quarter], rolling[quarter]
            yield quarter, *_same(*pair, "for the year to date", "for the same 12 months")


def _same(figure: Figure, other: Figure, about: str, of: str) -> _Outcome:
    agrees = same_rounded(*_values([figure, other]), *_rounded(figure, other))
    return _outcome(figure, about, f"the figure {of}, {_show(other)}", agrees=agrees)


def _sum(figure: Figure, parts: list[Figure], about: str, names: str) -> _Outcome:
    value, *added = _values([figure, *parts])
    total = sum(added)
    # Whole numbers are counted, not rounded.
    agrees = same_rounded(value, total, *(each.decimals for each in (figure, *parts) if each.decimals))
    addition = f"{' + '.join(map(_show, parts))} = {format_value(total, figure.unit, figure.decimals)}"
    return _outcome(figure, about, f"the sum of {names}: {addition}", agrees=agrees)


def _mean(figure: Figure, parts: list[Figure], about: str, names: str) -> _Outcome:
    room = max(sum(map(half_unit, _rounded(figure, part))) for part in parts)
    value, *others = _values([figure, *parts])
    agrees = within(value, min(others) - room, max(others) + room)
    bounds = f"between the lowest and highest of {names}: {listing([_show(part) for part in parts])}"
    return _outcome(figure, about, bounds, agrees=agrees)


def _outcome(figure: Figure, about: str, expected: str, *, agrees: bool) -> _Outcome:
    """Return the outcome of a check, and the rule with its figures in a sentence."""
    text = f"{_show(figure)} {about} {'is' if agrees else 'is not'} {expected}."
    return (CONSISTENT if agrees else INCONSISTENT), text


def _show(figure: Figure) -> str:
    return format_value(figure.value, figure.unit, figure.decimals)


def _values(figures: list[Figure]) -> list[float]:
    return [figure.value for figure in figures if figure.value is not None]


def _rounded(one: Figure, other: Figure) -> tuple[int, ...]:
    """Return the decimals by whose rounding two figures of one number may differ: none at the same precision."""
    return () if one.decimals == other.decimals else (one.decimals, other.decimals)
