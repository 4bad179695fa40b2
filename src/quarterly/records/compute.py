"""Figures from records: each definition, for each quarter that the records cover."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.records.define import Measure
from quarterly.records.tables import Records


def counted(measure: Measure, records: Records, **chosen: int | str) -> Rows:
    """Return the query that adds up a measure's cases: a row a quarter, with ``numerator`` and ``denominator``."""
    cases = measure.cases(records, **chosen)
    numbers = cases.select("quarter", **{name: cases[name].cast("float64") for name in ("numerator", "denominator")})
    return numbers.group_by("quarter").aggregate(
        numerator=numbers.numerator.sum(), denominator=numbers.denominator.sum()
    )
