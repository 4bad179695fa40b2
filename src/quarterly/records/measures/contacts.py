"""Contacts: requests for support, enquiries to the multi-agency safeguarding hub, and repeat contacts."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.records.define import Form, measure
from quarterly.records.expressions import counting, counting_matches, during, has_flag, paired, with_number
from quarterly.records.tables import Records

SHARED = {
    "case": "contact",
    "source": "No return counts it. The council's list of types of contact says which they are.",
}


def contacts_of(r: Records, kind: str) -> Rows:
    """Return the contacts of a type made in the quarter."""
    made = during(r, r.contacts, "made")
    return made.filter(r.means(made.source, "contact_type", kind))


@measure("requests-for-support", Form.COUNT, counts="contacts in the quarter that are requests for support", **SHARED)
def requests_for_support(r: Records) -> Rows:
    return contacts_of(r, "request_for_support")


@measure(
    "requests-for-support-no-further-action",
    counts="contacts in the quarter that are requests for support",
    numerator="those that led to no further action",
    **SHARED,
)
def requests_without_further_action(r: Records) -> Rows:
    requests = contacts_of(r, "request_for_support")
    return counting(requests, has_flag(requests.outcomes, "NFA_FLAG"))


@measure(
    "mash-enquiries",
    Form.COUNT,
    counts="contacts in the quarter that are enquiries to the multi-agency safeguarding hub",
    **SHARED,
    proxy="No return says which contacts the hub looked into: the local type of contact stands in for it.",
)
def mash_enquiries(r: Records) -> Rows:
    return contacts_of(r, "mash_enquiry")


@measure(
    "mash-enquiries-progressing",
    counts="contacts in the quarter that are enquiries to the multi-agency safeguarding hub",
    numerator="those that led to a new referral",
    **SHARED,
)
def mash_enquiries_progressing(r: Records) -> Rows:
    enquiries = contacts_of(r, "mash_enquiry")
    return counting(enquiries, has_flag(enquiries.outcomes, "NEW_REFERRAL_FLAG"))


def come_again(r: Records, rows: Rows, everything: Rows, day: str, key: str) -> Rows:
    """Count the rows whose child has another row on an earlier day, less than a year before."""
    dated = with_number(r, rows, day, "year_before", "year_before")
    others = paired(dated, everything, "person", "earlier_", day)
    earlier = others[f"earlier_{day}"]
    return counting_matches(rows, others.filter(earlier < others[day], earlier > others.year_before), key)


@measure(
    "repeat-contacts-12-months",
    counts="contacts in the quarter",
    numerator="those whose child had another contact on an earlier day, less than 12 months before",
    case="contact",
    history=15,
    source="No return counts it.",
)
def repeat_contacts(r: Records) -> Rows:
    return come_again(r, during(r, r.contacts, "made"), r.contacts, "made", "contact")
