"""How children in care are looked after: visits, reviews, health and teeth."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Parameter, measure
from quarterly.records.expressions import counting, counting_matches, during, paired, says_yes, with_number
from quarterly.records.measures.care import in_care_since
from quarterly.records.measures.placements import ADOPTIVE, in_placement
from quarterly.records.tables import Records

#: Placements intended to last until the child is 18.
LONG_TERM = ("U1", "U4", *ADOPTIVE)
TOOK_PART = ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6")
NO_PART = "PN7"


@measure(
    "children-in-care-visits",
    counts="children in care on the last day of the quarter whose placement began at least {first} days before",
    numerator=(
        "those visited in the last {interval} days, or in the last {long_interval} days where a placement that is "
        "meant to last is more than a year old"
    ),
    basis=Basis.SNAPSHOT,
    history=3,
    parameters={
        "first": Parameter(7, "The first visit is due within a week of the placement."),
        "interval": Parameter(42, "Care Planning Regulations 2010, regulation 28: every six weeks in the first year."),
        "long_interval": Parameter(
            91, "The same regulation: every three months where the placement is meant to last until 18.", in_month=30
        ),
    },
    source="Standard Safeguarding Dataset: the last visit before the last day, instead of every visit that was due.",
)
def visits_in_time(r: Records, first: int, interval: int, long_interval: int) -> Rows:
    placed = with_number(r, in_placement(r), "placement_started", "day_number", "placed_number")
    cases = placed.filter(placed.placed_number <= placed.as_at_number - first)
    old = cases.type.isin(LONG_TERM) & (cases.placement_started < cases.months_before_12)
    cases = cases.mutate(allowed=old.ifelse(ibis.literal(long_interval), ibis.literal(interval)))
    visits = paired(cases, with_number(r, r.care_visits, "visited", "day_number", "number"), "person", "v_", "number")
    seen = visits.filter(visits.v_number <= visits.as_at_number, visits.v_number > visits.as_at_number - visits.allowed)
    return counting_matches(cases, seen, "quarter", "person")


@measure(
    "children-in-care-reviews",
    counts="reviews of children in care due in the quarter and not cancelled",
    numerator="those held by the day on which they were due",
    case="review",
    source="Care Planning Regulations 2010, regulation 33: after 20 working days, then 3 months, then every 6 months.",
)
def reviews_in_time(r: Records) -> Rows:
    due = during(r, r.care_reviews, "due")
    periods = r.care_episodes.group_by("care_period").aggregate(
        last=r.care_episodes.ended.max(), still_open=r.care_episodes.ended.isnull().sum()
    )
    over = periods.filter(periods.still_open == 0)
    kept = due.filter(~says_yes(due.cancelled)).left_join(over, "care_period").drop("care_period_right")
    # A child who left care by the due day no longer needed a review.
    needed = kept.filter(kept["last"].isnull() | (kept["last"] > kept.due) | kept.held.notnull())
    return counting(needed, needed.held <= needed.due)


@measure(
    "child-participation-in-reviews",
    counts="reviews of children in care aged 4 and over held in the quarter",
    numerator="those in which the child took part or gave their views",
    case="review",
    source="SSDA903: participation PN1 to PN6 of PN1 to PN7. PN0 is a child under 4.",
)
def participation(r: Records) -> Rows:
    held = during(r, r.care_reviews, "held")
    known = held.filter(held.participation.isin((*TOOK_PART, NO_PART)))
    return counting(known, known.participation.isin(TOOK_PART))


def checks(r: Records, kind: str) -> Rows:
    """Return the children in care for 12 months, with their number of completed checks of a kind in that time."""
    cases = in_care_since(r, 12)
    done = r.health_checks.filter(
        r.health_checks.status == "Completed", r.means(r.health_checks.type, "health_check_type", kind)
    )
    theirs = paired(cases, done, "person", "c_", "checked")
    found = theirs.filter(theirs.c_checked > theirs.months_before_12, theirs.c_checked <= theirs.as_at)
    counted = found.group_by("quarter", "person").aggregate(checks=found.count())
    return cases.left_join(counted, ["quarter", "person"]).drop("quarter_right", "person_right")


@measure(
    "health-checks",
    counts="children who have been in care for 12 months",
    numerator="those with a health assessment in the last 12 months, or with two if under 5",
    basis=Basis.SNAPSHOT,
    history=12,
    source="SSDA903: HEALTH_ASSESSMENT. An assessment that was refused counts as none.",
    official="The Local Authority Interactive Tool has the same share at 31 March (LACHealth%).",
)
def health(r: Records) -> Rows:
    counted = checks(r, "health_assessment")
    needed = (counted.born > counted.born_5).ifelse(2, 1)
    return counting(counted, counted.checks >= needed)


@measure(
    "dental-checks",
    counts="children who have been in care for 12 months",
    numerator="those whose teeth were checked in the last 12 months",
    basis=Basis.SNAPSHOT,
    history=12,
    source="SSDA903: TEETH_CHECK. A check that was refused counts as none.",
    official="The Local Authority Interactive Tool has the same share at 31 March (LACDental%).",
)
def dental(r: Records) -> Rows:
    counted = checks(r, "dental")
    return counting(counted, counted.checks >= 1)
