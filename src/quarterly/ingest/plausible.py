"""Check readable figures for implausible values. Each check yields its doubts with reasons; none changes a figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import same_rounded
from quarterly.core.terms import Basis, Unit, count_of, multiplier
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.data.revisions import KEY
from quarterly.ingest.contents import Doubt, DoubtRow, Indicator, frame_of
from quarterly.ingest.difference import Kind, counts_shown

#: The doubts about whether a figure can be true at all.
IMPLAUSIBLE = (Doubt.JUMP, Doubt.FELL, Doubt.SAME, Doubt.ZERO, Doubt.FRACTION, Doubt.COUNTS, Doubt.SHOWN)

#: Every figure may leave the range of its series by 2 in the last published decimal, or a tenth of the last figure.
_LEEWAY = 2
_SHARE = 0.1
#: A figure fewer steps than this from 0 may recur by chance.
_MANY = 20


def doubts(changes: pd.DataFrame, basket: Basket, quarter: Quarter) -> pd.DataFrame:
    """Return the figures to review before they are written, with the columns of `DoubtRow`.

    ``changes`` comes from `quarterly.ingest.difference.difference`. Figures that are restated, corrected, withdrawn or
    implausible are listed.
    """
    found = []
    indicators = {row["indicator_id"]: row for row in basket.indicators.to_dict("records")}
    # Restated figures count as part of the series.
    known = pd.concat([basket.observations, changes[changes["value"].notna()]]).drop_duplicates(KEY, keep="last")
    series: dict[str, list[tuple[str, float]]] = {}
    for row in known[known["value"].notna()].sort_values("quarter").itertuples(index=False):
        series.setdefault(row.indicator_id, []).append((row.quarter, row.value))
    # The indicators with a figure that the extract marks as a percentage, if there are others without a mark.
    marked = set(changes.loc[changes["bare"].isna() & changes["value"].notna(), "indicator_id"])
    for row in changes[changes["kind"] != Kind.SAME].itertuples(index=False):
        before = [value for when, value in series.get(row.indicator_id, []) if when < row.quarter]
        mixed = row.indicator_id in marked
        for doubt, why in _of_figure(row, indicators[row.indicator_id], before, quarter, mixed=mixed):
            found.append(DoubtRow(row.indicator_id, row.quarter, str(doubt), why, row.place))
    return frame_of(found, DoubtRow)


def _of_figure(
    row: Any, indicator: Indicator, before: list[float], quarter: Quarter, *, mixed: bool
) -> Iterator[tuple[Doubt, str]]:
    def show(value: float) -> str:
        return format_value(value, indicator["unit"], int(indicator["decimals"]))

    old = show(row.old_value) or (str(row.old_missing) if isinstance(row.old_missing, str) else "no figure")
    new = show(row.value) or row.missing
    if row.kind in (Kind.RESTATED, Kind.CORRECTED):
        was, now = counts_shown(row)
        yield Doubt(str(row.kind)), f"It was {old}{was}, and the extract says {new}{now}."
    if row.kind == Kind.WITHDRAWN:
        held = row.quarter < str(quarter) or isinstance(row.old_missing, str)
        was = f"It was {old}" if held else f"It was {show(row.previous)} the quarter before"
        yield Doubt.WITHDRAWN, f"{was}, and now there is none. {row.note or f'The symbol is {row.missing}'}."
    if row.doubt:
        yield Doubt.SHOWN, row.doubt
    if pd.isna(row.value):
        return
    yield from _misfits(row, indicator, show)
    yield from _typed_wrong(row, before, quarter, show, mixed=mixed)
    if before and row.quarter == str(quarter):
        yield from _against_series(row, indicator, before, quarter, show)
    if pd.notna(row.exact):
        has = f"the indicator has {count_of(int(indicator['decimals']), 'decimal')}"
        ways_out = f"Accept it as {new}, or give the indicator more decimals in data/indicators.csv."
        yield Doubt.DECIMALS, f"The extract says {show(row.exact)}, and {has}. {ways_out}"


def _often_the_same(value: float, indicator: Indicator) -> bool:
    """Return whether a figure may well repeat: 0% or 100%, or a small number."""
    bound = indicator["unit"] == Unit.PERCENTAGE and value in (0, 100)
    return bool(bound or abs(value) * 10.0 ** int(indicator["decimals"]) < _MANY)


def _misfits(row: Any, indicator: Indicator, show: Any) -> Iterator[tuple[Doubt, str]]:
    """Yield a doubt if a figure does not match its own numerator and denominator."""
    if pd.isna(row.numerator) or pd.isna(row.denominator) or row.denominator <= 0:
        return
    expected = row.numerator / row.denominator * multiplier(indicator["unit"], indicator["per"])
    if not same_rounded(expected, row.value, int(indicator["decimals"])):
        counts = f"{row.numerator:,.10g} of {row.denominator:,.10g}"
        yield Doubt.COUNTS, f"{counts} is {show(round(expected, 2))}, and the extract says {show(row.value)}."


def _typed_wrong(
    row: Any, values: list[float], quarter: Quarter, show: Any, *, mixed: bool
) -> Iterator[tuple[Doubt, str]]:
    """Yield a doubt for a percentage that may be a fraction, and for a 0 that may mean "not known yet"."""
    last = f"it was {show(values[-1])} before" if values else "there is no figure before it"
    # The unrounded number is tested, because 0.15 rounds to 0 if percentages are whole numbers; 0 and 1 tell nothing.
    largest = max((value for value in values if value not in (0, 1)), default=2)
    whole = row.bare == 1 and (mixed or (values and min(values) > 1))
    if whole or 0 < row.bare < 1 < largest:
        ways_out = "Write it as a percentage, or add --fractions if all percentages are fractions."
        yield Doubt.FRACTION, f"{row.bare:g} may be a fraction for {row.bare * 100:g}%: {last}. {ways_out}"
    elif row.quarter == str(quarter) and values and row.value == 0 and min(values) > 0:
        yield Doubt.ZERO, f"It has never been 0, and {last}. Does 0 mean that it is not known yet?"


def _against_series(
    row: Any, indicator: Indicator, values: list[float], quarter: Quarter, show: Any
) -> Iterator[tuple[Doubt, str]]:
    """Yield a doubt for a figure that does not fit its series. Year-to-date figures start again in Q1."""
    to_date = indicator["period_basis"] == Basis.YEAR_TO_DATE
    if to_date and quarter.number == 1:
        return
    if row.value == row.previous and not _often_the_same(row.value, indicator):
        yield (
            Doubt.SAME,
            f"It is {show(row.value)} again, as in {quarter.previous()}. Was last quarter's figure copied?",
        )
    if to_date and indicator["unit"] == Unit.NUMBER:
        if row.value < row.previous:
            yield (
                Doubt.FELL,
                f"It counts from April and was {show(row.previous)} a quarter ago: it cannot be {show(row.value)} now.",
            )
        return
    low, high = min(values), max(values)
    unit = 10.0 ** -int(indicator["decimals"])
    leeway = max(high - low, _LEEWAY * unit, _SHARE * abs(values[-1]))
    if len(values) > 1 and not low - leeway <= row.value <= high + leeway:
        yield Doubt.JUMP, f"It was between {show(low)} and {show(high)} so far, and {show(values[-1])} last."
