"""Single assessments."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Parameter, measure
from quarterly.records.expressions import counting, during, in_working_days, says_yes
from quarterly.records.tables import Records

PARAMETERS = {
    "limit": Parameter(45, "Working Together: an assessment takes no longer than 45 working days."),
    "since": Parameter(
        "assessment", "Working Together counts from the referral, the census from the assessment's start.", "referral"
    ),
}
SHARED = {
    "numerator": "those authorised within {limit} working days of the start of the {since}",
    "case": "assessment",
    "parameters": PARAMETERS,
    "source": "Children in need census: AssessmentActualStartDate to AssessmentAuthorisationDate.",
    "official": "The Local Authority Interactive Tool has the same share over the year (Continue_Assess_Comp).",
}


def in_time(r: Records, done: Rows, limit: int, since: str) -> Rows:
    """Count the assessments authorised within the limit; an assessment without a start does not count."""
    if since == "referral":
        done = done.left_join(r.referrals.select("referral", "referred"), "referral").drop("referral_right")
    return in_working_days(r, done, "referred" if since == "referral" else "started", "authorised", limit)


@measure("single-assessments-45-days", counts="single assessments authorised in the quarter", **SHARED)
def single_assessments(r: Records, limit: int, since: str) -> Rows:
    return in_time(r, during(r, r.assessments, "authorised"), limit, since)


@measure(
    "single-assessments-45-days-ytd",
    counts="single assessments authorised since 1 April",
    basis=Basis.YEAR_TO_DATE,
    **SHARED,
)
def single_assessments_this_year(r: Records, limit: int, since: str) -> Rows:
    return in_time(r, during(r, r.assessments, "authorised", since="year_start"), limit, since)


@measure(
    "single-assessments-closure",
    counts="single assessments authorised in the quarter",
    numerator="those that led to no further action",
    case="assessment",
    source="Children in need census: closed for the reason RC8 or RC9.",
    official="The department's share of children not in need (Not_in_Need) is of referrals, not of assessments.",
)
def closed_after_assessment(r: Records) -> Rows:
    done = during(r, r.assessments, "authorised")
    return counting(done, says_yes(done.no_further_action))
