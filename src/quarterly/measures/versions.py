"""Check that the in-quarter, year-to-date and 12-month versions of one measure agree.

``data/relations.csv`` says which indicators are versions of others. A percentage for several quarters is the weighted
mean of theirs, so it lies between the lowest and the highest; a count for several quarters is their sum. At the end of
a reporting year, the year to date and the 12 months cover the same months.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import half_unit, same_rounded, within
from quarterly.core.terms import Unit, listing
from quarterly.core.written import format_value
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.measures.cases import NOT_KNOWN, Figure, figures_of

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
            missing = [each.short_label for each in covers if str(each) not in short]
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
