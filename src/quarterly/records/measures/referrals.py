"""Referrals to children's social care."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Form, measure
from quarterly.records.expressions import counting, during, in_last, says_yes
from quarterly.records.measures.contacts import come_again
from quarterly.records.tables import Records


@measure(
    "new-social-care-referrals",
    Form.COUNT,
    counts="referrals received in the quarter",
    case="referral",
    source="Children in need census: CINreferralDate.",
    official="The Department for Education counts referrals in the same way, over the year.",
)
def new_referrals(r: Records) -> Rows:
    return during(r, r.referrals, "referred")


@measure(
    "referrals-no-further-action",
    counts="referrals received in the quarter",
    numerator="those that led to no further action",
    case="referral",
    source="Children in need census: ReferralNFA.",
    official=(
        "The Local Authority Interactive Tool has the same share over the year (CIN_Refferals_NFA). It is not the "
        "share of children who were assessed as not in need."
    ),
)
def referrals_without_further_action(r: Records) -> Rows:
    received = during(r, r.referrals, "referred")
    return counting(received, says_yes(received.no_further_action))


@measure(
    "re-referrals-12-months",
    counts="referrals received in the last 12 months",
    numerator="those whose child had another referral on an earlier day, less than 12 months before",
    basis=Basis.ROLLING,
    case="referral",
    history=24,
    source="Children in need census: referrals within 12 months of a previous referral.",
    official=(
        "The Local Authority Interactive Tool has the same share over the year (ReReferral). Counted back from each "
        "referral, not from the last day."
    ),
)
def re_referrals(r: Records) -> Rows:
    return come_again(r, in_last(r, r.referrals, "referred", months=12), r.referrals, "referred", "referral")
