"""Where children in care live, and for how long."""

from __future__ import annotations

from ibis.expr.types import Table as Rows

from quarterly.core.terms import Basis
from quarterly.records.define import Form, Parameter, measure
from quarterly.records.expressions import children, counting, counting_matches, during, open_at_end, paired, with_number
from quarterly.records.measures.care import WHO, in_care, in_care_since, with_birth
from quarterly.records.tables import Records, step

FOSTERING = ("U1", "U2", "U3", "U4", "U5", "U6")
RESIDENTIAL = ("K1", "K2", "R1", "S1")
UNREGISTERED = ("K2", "R1", "H5", "Z1")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
ADOPTIVE = ("A3", "A4", "A5", "A6")
#: Placed for adoption with the child's current carer, which is not a move.
SAME_CARER = ("A3", "A5")
#: The start reasons of an episode with a new carer: care began, or the placement changed.
NEW_CARER = ("S", "P", "B")


@step
def in_placement(r: Records) -> Rows:
    """Return the children in care on the last day of the quarter who are in a placement, with that placement."""
    current = children(r, open_at_end(r, r.placements))
    theirs = current.select("quarter", "person", "type", "provider", placement_started="started")
    return in_care(r).join(theirs, ["quarter", "person"])


@measure(
    "residential-placements",
    Form.COUNT,
    counts="children in care who live in a residential placement on the last day of the quarter",
    basis=Basis.SNAPSHOT,
    source="SSDA903: placements K1, K2, R1 and S1.",
    official="The department counts secure homes and children's homes (K1, K2) apart from other residential places.",
)
def residential(r: Records) -> Rows:
    placed = in_placement(r)
    return placed.filter(placed.type.isin(RESIDENTIAL))


@measure(
    "in-house-foster-carers",
    counts="children {of} on the last day of the quarter",
    numerator="those with one of the council's own foster carers",
    basis=Basis.SNAPSHOT,
    parameters={"of": Parameter("fostered", "The name of the indicator also allows all children in care.", "in care")},
    source="SSDA903: placements U1 to U6 and provider PR1.",
)
def in_house(r: Records, of: str) -> Rows:
    placed = in_placement(r)
    fostered = placed.filter(placed.type.isin(FOSTERING))
    own = fostered.filter(fostered.provider == "PR1")
    return counting_matches(fostered if of == "fostered" else in_care(r), own, "quarter", "person")


@step
def stays(r: Records) -> Rows:
    """Return placements of a night or more that are not temporary, and if each was a move to a new carer."""
    lived = r.placements.filter(
        r.placements.ended.isnull() | (r.placements.ended > r.placements.started),
        ~r.placements.type.fill_null("").isin(TEMPORARY),
    )
    # Whether a placement is a move depends on the start reason of its first episode.
    begun = r.care_episodes.group_by("placement").aggregate(first=r.care_episodes.started.min())
    episodes = r.care_episodes.join(begun, "placement")
    same = episodes.filter(episodes.started == episodes.first, ~episodes.start_reason.isin(NEW_CARER))
    known = counting_matches(lived, same, "placement", others=True)
    return counting(known, (known.numerator == 1) & ~known.type.fill_null("").isin(SAME_CARER))


@measure(
    "short-term-placement-stability",
    counts="children in care on the last day of the quarter",
    numerator="those with {least} or more placements in the last 12 months",
    basis=Basis.SNAPSHOT,
    parameters={"least": Parameter(3, "It is the official number.")},
    history=12,
    source=(
        f"SSDA903. {WHO} Temporary placements and those of less than a night are left out; adoption by the "
        f"present carer is no move."
    ),
    official="The Local Authority Interactive Tool has the same share at 31 March (LACStable_2016on).",
)
def short_term_stability(r: Records, least: int) -> Rows:
    cases = in_care(r)
    moved = paired(cases, stays(r), "person", "m_", "started", "ended", "numerator")
    theirs = moved.filter(
        # The placement at the beginning of the 12 months counts, however it began.
        (moved.m_numerator == 1) | (moved.m_started <= moved.months_before_12),
        moved.m_started <= moved.as_at,
        moved.m_ended.isnull() | (moved.m_ended > moved.months_before_12),
    )
    many = theirs.group_by("quarter", "person").aggregate(placements=theirs.count())
    return counting_matches(cases, many.filter(many.placements >= least), "quarter", "person")


@measure(
    "long-term-placement-stability",
    counts="children in care under 16 who have been in care for 2 and a half years without a break",
    numerator="those who have lived with one carer for at least 2 years, or moved from there to adoptive parents",
    basis=Basis.SNAPSHOT,
    history=30,
    source=f"SSDA903. {WHO}",
    official="The Local Authority Interactive Tool has the same share at 31 March (LAC_LongStable%).",
)
def long_term_stability(r: Records) -> Rows:
    cases = in_care_since(r, 30)
    young = cases.filter(cases.born > cases.born_16)
    current = children(r, open_at_end(r, r.placements))
    adoptive = current.filter(current.type.isin(ADOPTIVE)).select("quarter", "person", adopted_from="started")
    placed = young.left_join(adoptive, ["quarter", "person"])
    moves = paired(placed, r.care_episodes, "person", "m_", "started", "start_reason")
    moved = moves.filter(
        moves.m_start_reason.isin(NEW_CARER),
        moves.m_started > moves.months_before_24,
        moves.m_started <= moves.as_at,
        moves.adopted_from.isnull() | (moves.m_started != moves.adopted_from),
    )
    return counting_matches(young, moved, "quarter", "person", others=True)


def unregistered(r: Records) -> Rows:
    """Return placements begun in the quarter in a home without a registration number, and if the child was then 16."""
    begun = during(r, r.placements, "started")
    homes = begun.filter(begun.type.isin(UNREGISTERED), begun.registration.fill_null("").strip() == "")
    dated = with_number(r, with_birth(r, homes), "started", "sixteen_years_before", "sixteen_years_before")
    return dated.mutate(is_16=dated.born <= dated.sixteen_years_before)


SHARED = {
    "case": "placement",
    "source": "SSDA903: placements K2, R1, H5 and Z1 without a URN.",
    "proxy": "No field says that a home is not registered: a missing registration number (URN) stands in for it.",
}


@measure(
    "unregistered-placements-under-16",
    Form.COUNT,
    counts="placements of children under 16 begun in the quarter in a home without a registration number",
    **SHARED,
)
def unregistered_under_16(r: Records) -> Rows:
    found = unregistered(r)
    return found.filter(~found.is_16)


@measure(
    "unregistered-placements-16-plus",
    Form.COUNT,
    counts="placements of children aged 16 and over begun in the quarter in a home without a registration number",
    **SHARED,
)
def unregistered_16_plus(r: Records) -> Rows:
    found = unregistered(r)
    return found.filter(found.is_16)
