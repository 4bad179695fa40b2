"""Child in need plans, and pre-proceedings."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Form, Parameter, measure
from quarterly.records.expressions import children, in_days, in_last, open_at_end, says_yes
from quarterly.records.measures.care import in_care
from quarterly.records.measures.child_protection import VISITS, open_throughout, own_plans, seen_every
from quarterly.records.tables import Records


@measure(
    "child-in-need-rate",
    Form.RATE,
    counts=(
        "children with a child in need plan on the last day of the quarter; those who also have a child protection "
        "plan or are in care are {others}"
    ),
    basis=Basis.SNAPSHOT,
    parameters={
        "others": Parameter(
            "counted", "Some councils leave out those who have a protection plan or are in care.", "left out"
        )
    },
    source="Children in need census: CINPlanStartDate and CINPlanEndDate.",
    official=(
        "The department has the same rate at 31 March since 2022 (CINPlan_At31_rate). It is not the rate of children "
        "in need, which counts every child with an open case."
    ),
)
def need_rate(r: Records, others: str) -> Rows:
    open_plans = children(r, open_at_end(r, r.need_plans))
    if others == "counted":
        return open_plans
    protected = open_at_end(r, own_plans(r))
    return open_plans.anti_join(protected, ["quarter", "person"]).anti_join(in_care(r), ["quarter", "person"])


@measure(
    "child-in-need-visits",
    counts="child in need plans open through the whole quarter",
    parameters={
        "limit": Parameter(
            20, "No statute sets an interval: 20 working days is what many councils set themselves.", in_month=20
        )
    },
    **VISITS,
)
def visits_in_time(r: Records, limit: int) -> Rows:
    visits = r.need_visits.filter(says_yes(r.need_visits.seen))
    return seen_every(r, open_throughout(r, r.need_plans), visits, "person", limit)


@measure(
    "plo-16-weeks",
    counts="pre-proceedings concluded in the last 12 months",
    numerator="those concluded within {limit} days of the decision to begin them",
    basis=Basis.ROLLING,
    case="row",
    parameters={"limit": Parameter(112, "The name of the indicator says 16 weeks.")},
    history=12,
    source="Children in need census since 2025-26: PPStartDate to StepDecisionDate.",
)
def pre_proceedings_in_time(r: Records, limit: int) -> Rows:
    return in_days(r, in_last(r, r.pre_proceedings, "concluded", months=12), "decided", "concluded", limit)
