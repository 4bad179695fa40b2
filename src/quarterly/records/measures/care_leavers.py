"""Care leavers. The dataset holds only their situation on the day of the extract."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Parameter, measure
from quarterly.records.expressions import counting
from quarterly.records.measures.care import with_birth
from quarterly.records.tables import Records

IN_WORK_OR_LEARNING = ("F1", "P1", "F2", "P2", "F3", "P3", "F4", "P4", "F5", "P5")
#: Gone abroad, deported, not known.
NOT_ASKED = ("G", "H", "R")
SHARED = {"basis": Basis.SNAPSHOT, "present_only": True}


def aged_19_to_21(r: Records) -> Rows:
    """Return the former relevant care leavers aged 19 to 21 on the last day, except those who died or returned home."""
    known = with_birth(r, r.care_leavers.join(r.quarters, []))
    return known.filter(
        known.eligibility == "Former Relevant",
        known.born <= known.born_19,
        known.born > known.born_22,
        ~known.in_touch.fill_null("").isin(("DIED", "RHOM")),
    )


@measure(
    "care-leavers-education-employment",
    counts="care leavers aged 19 to 21, whether in touch or not",
    numerator="those in education, employment or training",
    source="SSDA903: ACTIV. Those who are not in touch stay in the count.",
    official=(
        "The Local Authority Interactive Tool counts those who turned 19, 20 or 21 in the year, around their "
        "birthday (CareLeaverEET)."
    ),
    **SHARED,
)
def in_education_or_employment(r: Records) -> Rows:
    leavers = aged_19_to_21(r)
    return counting(leavers, leavers.activity.isin(IN_WORK_OR_LEARNING))


@measure(
    "care-leavers-accommodation",
    counts="care leavers aged 19 to 21 whose accommodation is known and in this country",
    numerator="those whose accommodation is suitable",
    source="SSDA903: ACCOM.",
    official=(
        "The Local Authority Interactive Tool counts those who turned 19, 20 or 21 in the year, around their "
        "birthday (CareLeaverAcc)."
    ),
    **SHARED,
)
def in_suitable_accommodation(r: Records) -> Rows:
    leavers = aged_19_to_21(r)
    housed = leavers.filter(~leavers.accommodation.fill_null("").isin(NOT_ASKED))
    return counting(housed, housed.suitable == "1")


@measure(
    "personal-advisers-over-20-children",
    counts="personal advisers of care leavers",
    numerator="those with more than {most} care leavers",
    case="adviser",
    parameters={"most": Parameter(20, "The name of the indicator says 20.")},
    source="Standard Safeguarding Dataset: the adviser of each care leaver.",
    **SHARED,
)
def advisers(r: Records, most: int) -> Rows:
    leavers = r.care_leavers.join(r.quarters, [])
    theirs = leavers.filter(leavers.adviser.notnull(), leavers.eligibility.fill_null("") != "No Current Eligibility")
    counted = theirs.group_by("quarter", "adviser").aggregate(held=theirs.person.nunique())
    return counting(counted, counted.held > most)
