"""Strategy discussions, Section 47 enquiries and initial child protection conferences."""

from __future__ import annotations

import ibis
from ibis.expr.types import Table as Rows

from quarterly.records.define import Parameter, measure
from quarterly.records.expressions import (
    counting_matches,
    during,
    has_flag,
    in_working_days,
    one_each,
    paired,
    says_yes,
    with_number,
)
from quarterly.records.tables import Records


def conferences_held(r: Records) -> Rows:
    """Return the conferences held, except those of children who moved in with a plan."""
    return r.conferences.filter(r.conferences.held.notnull(), ~says_yes(r.conferences.transfer_in))


@measure(
    "section-47-to-icpc",
    counts="Section 47 enquiries whose conference was due in the quarter, {due} working days after their start",
    numerator="those that led to an initial child protection conference",
    history=4,
    case="enquiry",
    parameters={
        "due": Parameter(
            15,
            (
                "Working Together: a conference is held within 15 working days. Enquiries begun in the last "
                "weeks may not have had theirs yet."
            ),
            in_month=20,
        )
    },
    source="Children in need census: S47ActualStartDate and DateOfInitialCPC.",
    official="The Department for Education publishes both counts over the year, by the day on which each began.",
)
def enquiries_to_conferences(r: Records, due: int) -> Rows:
    started = with_number(r, r.enquiries, "started", "working_day", "start_working_day")
    quarters = r.quarters
    expected = started.start_working_day + due
    cases = started.join(quarters, [expected > quarters.working_day_before, expected <= quarters.as_at_working_day])
    return counting_matches(cases, conferences_held(r), "enquiry")


@measure(
    "icpc-15-days",
    counts="initial child protection conferences held in the quarter",
    numerator="those held within {limit} working days of the strategy discussion that began the enquiry",
    case="conference",
    parameters={"limit": Parameter(15, "Working Together: within 15 working days of the strategy discussion.")},
    source="Children in need census: S47ActualStartDate to DateOfInitialCPC.",
    official="The Local Authority Interactive Tool has the same share over the year (CP_conf_15days).",
)
def conferences_in_time(r: Records, limit: int) -> Rows:
    held = during(r, conferences_held(r), "held")
    begun = held.left_join(r.enquiries.select("enquiry", "started"), "enquiry").drop("enquiry_right")
    # One conference can follow two enquiries: the later start counts.
    once = one_each(r, begun, "person", "held", latest="started")
    return in_working_days(r, once, "started", "held", limit)


@measure(
    "strategy-discussions-1-day",
    counts="Section 47 enquiries begun in the quarter that are the first under their referral",
    numerator="those begun by the end of working day {limit} after the referral",
    case="enquiry",
    parameters={
        "limit": Parameter(1, "The discussion is held on the day of the referral or the working day after it.")
    },
    source="Children in need census: CINreferralDate to S47ActualStartDate.",
    proxy="Records date only the strategy discussions that led to a Section 47 enquiry: the others are not in it.",
)
def prompt_strategy_discussions(r: Records, limit: int) -> Rows:
    of_referral = paired(r.enquiries, r.referrals, "referral", "its_", "referred")
    place = ibis.row_number().over(group_by=of_referral.referral, order_by=[of_referral.started, of_referral.enquiry])
    numbered = of_referral.mutate(place=place)
    begun = during(r, numbered.filter(numbered.place == 0), "started")
    return in_working_days(r, begun, "its_referred", "started", limit)


@measure(
    "strategy-discussions-to-section-47",
    counts="referrals received and assessments authorised in the quarter that led to a strategy discussion",
    numerator="those with a Section 47 enquiry under the same referral",
    case="discussion",
    source="Standard Safeguarding Dataset: STRATEGY_DISCUSSION_FLAG of referrals and assessments.",
    proxy=(
        "A strategy discussion has no row and no day of its own: the flags of referrals and assessments stand "
        "in for it."
    ),
)
def discussions_to_enquiries(r: Records) -> Rows:
    referred = during(r, r.referrals, "referred")
    assessed = during(r, r.assessments, "authorised")
    columns = ("quarter", "person", "referral", "discussion")
    flagged = [
        rows.filter(has_flag(rows.outcomes, "STRATEGY_DISCUSSION_FLAG")).mutate(discussion=rows[key]).select(*columns)
        for rows, key in ((referred, "referral"), (assessed, "assessment"))
    ]
    return counting_matches(ibis.union(*flagged), r.enquiries, "referral")
