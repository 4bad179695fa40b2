"""Children in care: who they are, how they enter and leave."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Form, measure
from quarterly.records.expressions import children, counting, during, one_each, open_at_end, paired, says_yes
from quarterly.records.tables import Records, step

SHORT_BREAKS = ("V3", "V4")
SPECIAL_GUARDIANSHIP = ("E43", "E44", "E45", "E46", "E47", "E48")
WHO = "Without series of short breaks (V3, V4) and without those who are 18."


def with_birth(r: Records, rows: Rows) -> Rows:
    """Add each person's date of birth; null if not known."""
    return rows.left_join(r.persons.select("person", "born"), "person").drop("person_right")


@step
def in_care(r: Records) -> Rows:
    """Return the children in care on the last day of the quarter, one row each with the latest episode."""
    known = with_birth(r, open_at_end(r, r.care_episodes))
    # A child of 18 is not in care, even if an episode was never closed.
    under_18 = known.filter(known.born.isnull() | (known.born > known.born_18))
    statuses = open_at_end(r, r.legal_statuses)
    short_breaks = statuses.filter(statuses.status.isin(SHORT_BREAKS))
    return children(r, under_18.anti_join(short_breaks, ["quarter", "person"]))


@step
def in_care_since(r: Records, months: int) -> Rows:
    """Return the children in care for some months up to the last day, with no interruption and no short breaks."""
    after = f"months_before_{months}"
    cases = in_care(r)
    cases = cases.filter(cases.entered_care <= cases[after])
    theirs = paired(cases, r.care_episodes, "person", "e_", "started", "start_reason", "ended", "end_reason")
    broken = theirs.filter(
        ((theirs.e_start_reason == "S") & (theirs.e_started > theirs[after]) & (theirs.e_started <= theirs.as_at))
        | ((theirs.e_end_reason != "X1") & (theirs.e_ended > theirs[after]) & (theirs.e_ended <= theirs.as_at))
    )
    held = paired(cases, r.legal_statuses, "person", "s_", "status", "started", "ended")
    short = held.filter(
        held.s_status.isin(SHORT_BREAKS),
        held.s_started <= held.as_at,
        held.s_ended.isnull() | (held.s_ended > held[after]),
    )
    return cases.anti_join(broken, ["quarter", "person"]).anti_join(short, ["quarter", "person"])


@measure(
    "children-in-care-rate",
    Form.RATE,
    counts="children in care on the last day of the quarter",
    basis=Basis.SNAPSHOT,
    source=f"SSDA903: episodes open on the day. {WHO}",
    official="The Local Authority Interactive Tool has the same rate at 31 March (LAC), with that year's population.",
)
def care_rate(r: Records) -> Rows:
    return in_care(r)


@measure(
    "unaccompanied-children-rate",
    Form.RATE,
    counts="unaccompanied asylum-seeking children in care on the last day of the quarter",
    basis=Basis.SNAPSHOT,
    source="SSDA903: the status is current until the day on which it ceases (DUC).",
    official="The department's dashboard has the same rate at 31 March.",
)
def unaccompanied_rate(r: Records) -> Rows:
    current = open_at_end(r, r.immigration_statuses)
    seeking = current.filter(r.means(current.status, "immigration_status", "uasc"))
    return in_care(r).semi_join(seeking, ["quarter", "person"])


@measure(
    "unplanned-admissions-to-care",
    Form.COUNT,
    counts=(
        "periods of care begun in the quarter under police protection, an emergency protection order or a "
        "child assessment order"
    ),
    case="care_period",
    source="SSDA903: legal status L1, L2 or L3 on the first day.",
    proxy="No return says whether an admission was planned: the emergency legal statuses stand in for it.",
)
def unplanned_admissions(r: Records) -> Rows:
    begun = one_each(r, during(r, r.care_episodes, "entered_care"), "care_period", latest="started")
    held = paired(begun, r.legal_statuses, "person", "s_", "status", "started", "ended")
    emergency = held.filter(
        held.s_status.isin(("L1", "L2", "L3")),
        held.s_started <= held.entered_care,
        # Police protection often gives way to another status on the same day.
        held.s_ended.isnull() | (held.s_ended > held.entered_care) | (held.s_started == held.entered_care),
    )
    return begun.semi_join(emergency, ["quarter", "care_period"])


@measure(
    "discharges-to-special-guardianship",
    counts="children who left care in the quarter",
    numerator="those who left under a special guardianship order",
    source="SSDA903: the reason for which the last episode ceased, E43 to E48.",
    official="The Local Authority Interactive Tool has the same share over the year (LAC_ceased_SGO%).",
)
def discharges(r: Records) -> Rows:
    ended = during(r, r.care_episodes, "ended")
    left = ended.filter(ended.end_reason.fill_null("") != "X1")
    held = paired(left, r.legal_statuses, "person", "s_", "status", "started", "ended")
    breaks = held.filter(
        held.s_status.isin(SHORT_BREAKS),
        held.s_started < held.ended,
        held.s_ended.isnull() | (held.s_ended >= held.ended),
    )
    once = children(r, left.anti_join(breaks, ["quarter", "person"]), latest="ended")
    return counting(once, once.end_reason.isin(SPECIAL_GUARDIANSHIP))


@measure(
    "special-guardianship-orders",
    Form.COUNT,
    counts="children under 18 with a special guardianship order on the last day of the quarter",
    basis=Basis.SNAPSHOT,
    source="Standard Safeguarding Dataset: orders of permanence.",
    proxy=(
        "The council's list of families that it supports is different, and is not in any return: orders for "
        "children who were in care stand in for it."
    ),
)
def guardianship_orders(r: Records) -> Rows:
    orders = r.permanence_orders.filter(r.permanence_orders.type == "Special Guardianship")
    made = orders.join(r.quarters, [orders.ordered <= r.quarters.as_at])
    known = with_birth(r, made)
    return children(r, known.filter(known.born > known.born_18), latest="ordered")


@measure(
    "return-home-interviews-accepted",
    counts="missing episodes that ended in the quarter and after which an interview was offered",
    numerator="those after which it was accepted",
    case="episode",
    source="Statutory guidance on children who run away or go missing: an interview is offered after every episode.",
)
def interviews_accepted(r: Records) -> Rows:
    returned = during(r, r.missing_episodes, "ended")
    offered = returned.filter(returned.type == "Missing", says_yes(returned.interview_offered))
    return counting(offered, says_yes(offered.interview_accepted))
