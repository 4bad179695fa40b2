"""Workers and the number of children allocated to them."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Form, Parameter, measure
from quarterly.records.expressions import counting, open_at_end, says_yes
from quarterly.records.tables import Records, step

SHARED = {"basis": Basis.SNAPSHOT, "case": "professional"}
INVOLVED = (
    "Standard Safeguarding Dataset: involvements open on the last day. The council's list says whose roles count."
)


@step
def workers(r: Records, role: str) -> Rows:
    """Return the workers in a role with children allocated on the last day of the quarter, and how many."""
    current = open_at_end(r, r.involvements)
    theirs = current.filter(r.means(current.role, "role", role), current.professional.notnull())
    return theirs.group_by("quarter", "professional").aggregate(held=theirs.person.nunique())


@measure(
    "social-workers-over-20-children",
    counts="social workers with children allocated on the last day of the quarter",
    numerator="those with more than {most} children",
    parameters={"most": Parameter(20, "The name of the indicator says 20.")},
    source=INVOLVED,
    **SHARED,
)
def social_workers(r: Records, most: int) -> Rows:
    counted = workers(r, "social_worker")
    return counting(counted, counted.held > most)


@measure(
    "isros-over-55-children",
    counts="independent safeguarding and reviewing officers with children allocated on the last day of the quarter",
    numerator="those with more than {most} children",
    parameters={"most": Parameter(55, "The name of the indicator says 55.")},
    source=INVOLVED,
    **SHARED,
)
def reviewing_officers(r: Records, most: int) -> Rows:
    counted = workers(r, "iro")
    return counting(counted, counted.held > most)


def social_workers_known(r: Records) -> Rows:
    """Return the social workers with children allocated, and their employment details."""
    known = r.professionals.select("professional", "full_time_equivalent", "agency")
    return workers(r, "social_worker").join(known, "professional")


@measure(
    "average-caseload",
    Form.MEAN,
    counts="the full-time equivalents of those social workers",
    numerator="the children allocated to social workers on the last day of the quarter",
    source=INVOLVED,
    official=(
        "The Local Authority Interactive Tool has the mean at 30 September from the workforce census "
        "(Work_Force_AvgNumCase_SW): Cases30 over FTE30."
    ),
    **SHARED,
)
def caseload(r: Records) -> Rows:
    known = social_workers_known(r)
    employed = known.filter(known.full_time_equivalent > 0)
    return employed.mutate(numerator=employed.held, denominator=employed.full_time_equivalent)


@measure(
    "agency-workers",
    Form.COUNT,
    counts="agency social workers with children allocated on the last day of the quarter",
    source=INVOLVED,
    official="The workforce census counts agency workers at 30 September, with or without children allocated.",
    **SHARED,
)
def agency(r: Records) -> Rows:
    known = social_workers_known(r)
    return known.filter(says_yes(known.agency))
