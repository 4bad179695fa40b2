"""Child protection plans, their reviews and visits."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Form, Parameter, measure
from quarterly.records.expressions import (
    children,
    counting,
    counting_matches,
    during,
    in_last,
    open_at_end,
    paired,
    says_yes,
    with_number,
)
from quarterly.records.tables import Records


def own_plans(r: Records) -> Rows:
    """Return the plans that are not another authority's; a plan with a blank flag is the council's own."""
    return r.protection_plans.filter(~says_yes(r.protection_plans.other_authority))


@measure(
    "child-protection-plan-rate",
    Form.RATE,
    counts="children with a child protection plan on the last day of the quarter, leaving out other authorities' plans",
    basis=Basis.SNAPSHOT,
    source="Children in need census: CPPstartDate and CPPendDate.",
    official=(
        "The Local Authority Interactive Tool has the same rate at 31 March (CPP_rate), with that year's population."
    ),
)
def plan_rate(r: Records) -> Rows:
    return children(r, open_at_end(r, own_plans(r)))


@measure(
    "repeat-child-protection-plans",
    counts="child protection plans begun in the last 12 months",
    numerator="those of children whose earlier plan ended less than 2 years before",
    basis=Basis.ROLLING,
    case="plan",
    history=36,
    source="Children in need census, with the plans of earlier years.",
    official=(
        "The department counts second plans at any time in a child's life (PrevRegCPR). The two are never set "
        "side by side."
    ),
)
def repeat_plans(r: Records) -> Rows:
    started = in_last(r, own_plans(r), "started", months=12)
    dated = with_number(r, started, "started", "two_years_before", "two_years_before")
    others = paired(dated, own_plans(r), "person", "other_", "plan", "ended")
    earlier = others.filter(
        others.plan != others.other_plan,
        others.other_ended <= others.started,
        others.other_ended > others.two_years_before,
    )
    return counting_matches(started, earlier, "plan")


@measure(
    "child-protection-reviews",
    counts="reviews of child protection plans due in the quarter",
    numerator="those held by the day on which they were due",
    case="review",
    source="Working Together: the first review within 3 months, then at least every 6 months.",
    official=(
        "The Local Authority Interactive Tool (RevCP) counts plans open for 3 months, every one of whose reviews was "
        "in time: one late review counts against a child for as long as the plan lasts."
    ),
)
def reviews_in_time(r: Records) -> Rows:
    due = paired(during(r, r.protection_reviews, "due"), own_plans(r), "plan", "its_", "ended")
    # A plan that ended by the due day no longer needed a review.
    needed = due.filter(due.its_ended.isnull() | (due.its_ended > due.due) | due.held.notnull())
    return counting(needed, needed.held <= needed.due)


#: What definitions of visits to children with a plan share.
VISITS = {
    "numerator": "those in which the child was seen at least every {limit} working days",
    "case": "plan",
    "history": 4,
    "source": "Standard Safeguarding Dataset: visits at which the child was seen.",
}


@measure(
    "child-protection-visits",
    counts="child protection plans open through the whole quarter",
    parameters={
        "limit": Parameter(
            10, "No statute sets an interval: 10 working days is what many councils set themselves.", in_month=20
        )
    },
    **VISITS,
)
def visits_in_time(r: Records, limit: int) -> Rows:
    visits = r.protection_visits.filter(says_yes(r.protection_visits.seen))
    return seen_every(r, open_throughout(r, own_plans(r)), visits, "plan", limit)


def open_throughout(r: Records, plans: Rows) -> Rows:
    """Pair each plan with the quarters in which it was open from the first day to the last."""
    at_end = open_at_end(r, plans)
    return at_end.filter(at_end.started <= at_end.first_day)


def seen_every(r: Records, plans: Rows, visits: Rows, key: str, limit: int) -> Rows:
    """Count the plans with no gap of more than ``limit`` working days between visits, up to the end of the quarter."""
    # Find the gaps once, not again for each quarter that uses them.
    once = plans.select(*dict.fromkeys(["plan", key, "started"])).distinct()
    seen = paired(once, visits, key, "visit_", "visited")
    seen = seen.filter(seen.visit_visited >= seen.started)
    points = ibis.union(once.select("plan", day="started"), seen.select("plan", day="visit_visited"))
    counted = with_number(r, points, "day", "working_day", "number")
    later = ibis.window(group_by=counted.plan, order_by=counted.day)
    gaps = counted.select(
        gap_plan="plan", number="number", to=counted.number.lead().over(later), until=counted.day.lead().over(later)
    )
    long = gaps.filter(gaps.to.isnull() | (gaps.to - gaps.number > limit))
    late = plans.join(
        long,
        [
            plans.plan == long.gap_plan,
            plans.as_at_working_day - long.number > limit,
            long.until.isnull() | (long.until >= plans.first_day),
        ],
    )
    return counting_matches(plans, late, "quarter", "plan", others=True)
