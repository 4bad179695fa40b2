"""Figures from records: each definition, for each quarter that the records cover."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
from ibis.expr.types import Table as Rows

from quarterly.core.dates import long_date
from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.core.terms import NO_CASES, Basis, Unit, count_of, multiplier
from quarterly.data.load import Basket
from quarterly.records.calendar import months_before
from quarterly.records.define import Form, Measure
from quarterly.records.layouts.reading import Coverage
from quarterly.records.schema import tables
from quarterly.records.sql import columns_needed
from quarterly.records.store import Store
from quarterly.records.tables import Records, parts_of

#: The indicator unit that each form of definition produces.
UNITS = {Form.SHARE: Unit.PERCENTAGE, Form.COUNT: Unit.NUMBER, Form.RATE: Unit.RATE, Form.MEAN: Unit.NUMBER}
#: Look-up tables: the date of their first row does not show what period the records cover.
LOOKED_UP = ("persons", "professionals")
#: Names of those whose number is in ``data/populations.csv``, in the base of a rate.
_CHILDREN = re.compile(r"[0-9,]+( .*(child|young|under.18|0\D{1,4}17).*)?", re.IGNORECASE)
NO_POPULATION = "The population of the quarter is not in data/populations.csv"


@dataclass(frozen=True)
class Computed:
    """Figures computed from records."""

    # columns: ``indicator_id``, ``quarter``, ``value``, ``numerator``, ``denominator``, ``missing`` and ``note``
    figures: pd.DataFrame
    remarks: list[str]  # what was not computed, and why


def compute(
    store: Store,
    records: Records,
    measures: Mapping[str, Measure],
    basket: Basket,
    whole_from: date | None = None,
    coverage: Coverage | None = None,
) -> Computed:
    """Compute each indicator of a basket that has a definition, for the quarters of a store that its records cover.

    ``whole_from`` is the day from which the records are complete; without it, each table counts as complete from its
    first row. A quarter that needs earlier records is not computed: its count would be too low. ``coverage`` lists the
    indicators and quarters for which a return holds enough.
    """
    indicators = basket.indicators.set_index("indicator_id")
    populations = basket.populations.set_index("quarter")["population"]
    found: list[pd.DataFrame] = []
    not_computed: dict[str, list[str]] = {}
    for indicator_id, indicator in indicators.iterrows():
        measure = measures.get(str(indicator_id))
        if measure is None or (coverage is not None and measure.indicator_id not in coverage.quarters):
            continue
        query = measure.totals(records)
        read = sorted(name for name in parts_of(query, records) if name in tables())
        reason = _contradicts(measure, indicator) or _lacking(store, query, records, read, coverage)
        if reason:
            not_computed.setdefault(reason, []).append(str(indicator_id))
            continue
        how = coverage.quarters[measure.indicator_id] if coverage else "every"
        covered, left_out = quarters_covered(measure, store, read, whole_from, how)
        if left_out:
            not_computed.setdefault(left_out, []).append(str(indicator_id))
        if covered:
            counts = store.run(query, records).set_index("quarter").reindex([str(quarter) for quarter in covered])
            found.append(_figures(measure, indicator, counts.fillna(0), populations))
    remarks = [f"Not computed: {', '.join(names)}. {reason}" for reason, names in not_computed.items()]
    beyond = [str(name) for name in indicators.index if name in measures and coverage and name not in coverage.quarters]
    if beyond:
        number = count_of(len(beyond), "indicator")
        remarks.append(f"{number} not computed, because the return does not have enough data: {', '.join(beyond)}.")
    undefined = [str(name) for name in indicators.index if name not in measures]
    if undefined:
        remarks.append(f"{count_of(len(undefined), 'indicator')} not from records: {', '.join(undefined)}.")
    columns = ["indicator_id", "quarter", "value", "numerator", "denominator", "missing", "note"]
    return Computed(pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns), remarks)


def _contradicts(measure: Measure, indicator: pd.Series) -> str:
    """Return the remark on a definition with another unit, period or base than the basket; blank if they agree."""
    unit, basis, per = indicator["unit"], indicator["period_basis"], indicator["per"]
    if unit != UNITS[measure.form]:
        return f"Its definition computes a {UNITS[measure.form]}, but its unit in data/indicators.csv is {unit}."
    if measure.form is Form.RATE and not _CHILDREN.fullmatch(per):
        return f"Its definition divides by the number of children, but its base in data/indicators.csv is '{per}'."
    if basis != measure.basis and indicator["basis_source"] != "inferred":
        own = f"but its period_basis in data/indicators.csv is '{basis}'"
        return f"Its definition's period is '{measure.basis}', {own}. Change that, or import another figure."
    return ""


def _lacking(store: Store, query: Rows, records: Records, read: list[str], coverage: Coverage | None) -> str:
    """Return the remark on the tables and columns that a query needs and the records lack; blank if there are none."""
    absent = [tables()[name].table for name in read if not store.has(name)]
    lacking = {} if absent else {name: lacks for name in read if (lacks := store.lacks(name))}
    needed = columns_needed(query, records) if lacking else {}
    absent += [
        f"{column.column} in {tables()[name].table}"
        for name, lacks in lacking.items()
        for column in tables()[name].columns
        # Definitions do without the columns that a return never has.
        if column.name in lacks & needed.get(name, set()) and (coverage is None or column.column in coverage.columns)
    ]
    return f"The records have no {', '.join(absent)}." if absent else ""


def quarters_covered(
    measure: Measure, store: Store, read: list[str], whole_from: date | None, how: str
) -> tuple[list[Quarter], str]:
    """Return the quarters of a store that its records cover, and a remark about the others, blank if there are none.

    ``read`` are the tables that the definition needs.
    """
    if measure.present_only or how == "newest":
        *others, newest = store.quarters
        only = f"{_range(others)}: the records show only the position on the day of the extract." if others else ""
        return [newest], only
    begins = {name: store.first_day(name) for name in read if name not in LOOKED_UP}
    begins = {name: whole_from or first for name, first in begins.items()}
    late = max(begins, key=lambda name: begins[name] or date.max)
    since = begins[late]
    back = 0 if how == "since" else measure.months_needed()
    asked_of = [quarter for quarter in store.quarters if how in ("every", "since", f"Q{quarter.number}")]
    covered = [quarter for quarter in asked_of if since is not None and since <= _needed_from(measure, quarter, back)]
    others = [quarter for quarter in asked_of if quarter not in covered]
    if not others:
        return covered, ""
    table = tables()[late].table
    start = f"{table} begins on {long_date(since)}" if since else f"{table} has no rows"
    return covered, f"{_range(others)}: {start}. If nothing happened before then, add --whole-from DAY."


def _needed_from(measure: Measure, quarter: Quarter, history: int) -> date:
    """Return the first day for which a quarter needs records: 12 months to 31 March begin on 1 April."""
    own = {
        Basis.IN_QUARTER: quarter.starts,
        Basis.YEAR_TO_DATE: Quarter(quarter.year, 1).starts,
        Basis.ROLLING: months_before(quarter.ends, 12) + timedelta(days=1),
        Basis.SNAPSHOT: quarter.ends,
    }[measure.basis]
    return min(own, months_before(quarter.ends, history) + timedelta(days=1)) if history else own


def _range(quarters: list[Quarter]) -> str:
    return f"{quarters[0]}" if len(quarters) == 1 else f"{quarters[0]} to {quarters[-1]}"


def _figures(measure: Measure, indicator: pd.Series, counts: pd.DataFrame, populations: pd.Series) -> pd.DataFrame:
    numerator, denominator = counts["numerator"], counts["denominator"]
    if measure.form is Form.COUNT:
        value = numerator
        numerator = denominator = pd.Series(float("nan"), counts.index)
    else:
        if measure.form is Form.RATE:
            denominator = populations.reindex(counts.index).astype(float)
        value = (numerator / denominator.where(denominator > 0)) * multiplier(indicator["unit"], indicator["per"])
    absent = value.isna()
    return pd.DataFrame(
        {
            "indicator_id": measure.indicator_id,
            "quarter": counts.index,
            "value": published(value, int(indicator["decimals"])).to_numpy(),
            "numerator": numerator.mask(absent).to_numpy(),
            "denominator": denominator.mask(absent).to_numpy(),
            "missing": absent.map({True: "x" if measure.form is Form.RATE else "z", False: ""}).to_numpy(),
            "note": absent.map({True: NO_POPULATION if measure.form is Form.RATE else NO_CASES, False: ""}).to_numpy(),
        }
    )
