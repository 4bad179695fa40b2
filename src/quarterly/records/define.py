"""How an indicator is computed from records: what is counted, out of what, over what period, by whose definition.

Modelled on OpenSAFELY's ``define_measure``. A definition is a function from records to the cases in its denominator,
one row for each case and quarter, whose column ``numerator`` marks those that count. For a number or a rate, every
row counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis, rate_base
from quarterly.records.tables import Records

Definition = Callable[..., Rows]
#: What a rate is per, unless its indicator says otherwise.
PER = "10,000 children"
#: The first columns of each row of cases.
CASE = ("quarter", "case", "person", "numerator", "denominator")


class Form(StrEnum):
    """How a figure is calculated from the cases."""

    SHARE = "percentage"  # of all cases, those that count
    COUNT = "number"
    RATE = "rate"  # the number per so many children, as the indicator says
    MEAN = "average"  # the sum of one number divided by the sum of another


@dataclass(frozen=True)
class Parameter:
    """A value that a council may set for itself, in ``params/records/parameters.yml``."""

    default: int | str
    reason: str  # for the default, as a sentence for readers
    other: str = ""  # the alternative to the default, if that is a word
    in_month: int = 0  # how many make a month, if a larger value needs earlier records


@dataclass(frozen=True)
class Measure:
    """The definition of an indicator."""

    indicator_id: str
    form: Form
    counts: str  # what a case is, in words
    define: Definition
    basis: Basis = Basis.IN_QUARTER
    case: str = "person"  # the column that identifies a case
    numerator: str = ""  # which of them count, in words; blank if all do
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    history: int = 0  # the months of records needed before the last day; 0 if those of the period are enough
    present_only: bool = False  # whether its records hold only the state on the day of the extract
    source: str = ""  # where the definition comes from
    official: str = ""  # the official counterpart, and how it differs
    proxy: str = ""  # what it is a proxy for, and why
    chosen: Mapping[str, int | str] = field(default_factory=dict)  # the values that a council set for its parameters

    @property
    def values(self) -> dict[str, int | str]:
        """Its parameters: the defaults, replaced by any values that a council chose."""
        return {name: parameter.default for name, parameter in self.parameters.items()} | dict(self.chosen)

    def totals(self, records: Records) -> Rows:
        """Return the query that totals the cases: ``numerator`` and ``denominator`` for each quarter.

        If the definition has no such column, it is 1 for each case.
        """
        rows = self.define(records, **self.values)
        names = ("numerator", "denominator")
        totals = {name: rows[name].sum() if name in rows.columns else rows.count() for name in names}
        return rows.group_by("quarter").aggregate(**{name: total.cast("float64") for name, total in totals.items()})

    def cases(self, records: Records) -> Rows:
        """Return the cases: the columns `CASE`, then those of the table that they come from."""
        rows = self.define(records, **self.values)
        defaults = {"person": rows[self.case], "numerator": 1, "denominator": 1}
        rows = rows.mutate(case=rows[self.case], **{n: v for n, v in defaults.items() if n not in rows.columns})
        rest = [name for name in rows.columns if name not in (*CASE, *records.quarters.columns)]
        return rows.select(*CASE, *rest)

    def months_needed(self) -> int:
        """Return the months of records needed before the last day, with a council's own parameters."""
        own = [(int(self.values[name]), one) for name, one in self.parameters.items() if one.in_month]
        further = [math.ceil((value - int(one.default)) / one.in_month) for value, one in own]
        return self.history + max([0, *further])

    def reasons(self) -> str:
        """Return the reasons for its parameters, in sentences, each preceded by the value that a council chose."""
        own = {
            name: f"The council chose {value}, in place of {self.parameters[name].default}."
            for name, value in self.chosen.items()
        }
        return " ".join(f"{own.get(name, '')} {one.reason}".strip() for name, one in self.parameters.items())

    def words(self, per: str = PER) -> str:
        """Return what is counted, as a sentence that includes the parameters and the base of a rate."""
        counts, numerator = self.counts.format(**self.values), self.numerator.format(**self.values)
        if self.form is Form.RATE:
            return f"For every {rate_base(per):,} children aged 0 to 17, counts {counts}."
        if not numerator:
            return f"Counts {counts}."
        return f"Divides {numerator} by {counts}." if self.form is Form.MEAN else f"Of {counts}, counts {numerator}."


_MEASURES: dict[str, Measure] = {}


def measure(indicator_id: str, form: Form = Form.SHARE, /, **fields: Any) -> Callable[[Definition], Definition]:
    """Register the definition of an indicator: a decorator, with fields of `Measure`, on the function for its cases.

    Without a form, the figure is the share of the cases that count; without a basis, it is of the quarter alone.
    """

    def keep(define: Definition) -> Definition:
        _MEASURES[indicator_id] = Measure(indicator_id, form, define=define, **fields)
        return define

    return keep


def measures() -> dict[str, Measure]:
    """Return every definition, by indicator id."""
    package = import_module("quarterly.records.measures")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_MEASURES.items()))
