"""Children at the boundaries of definitions: on the day, a day after, and with gaps in the records.

Each story happens in several quarters, so that there is always one, at any scale.
"""

from collections.abc import Callable
from datetime import date, timedelta

from simulate.care import episodes, place
from simulate.chance import Chance
from simulate.days import ONE_DAY, Quarter, after_working_days, index, months_before, quarters_to
from simulate.front_door import contact
from simulate.lives import (
    Assessment,
    Child,
    CinPlan,
    Conference,
    Council,
    CpPlan,
    EarlyHelp,
    EarlyHelpAssessment,
    Enquiry,
    HealthCheck,
    LegalStatus,
    Placement,
    Referral,
    Review,
    Visit,
)

Story = Callable[["Teller", Child, Quarter], None]
STORIES: list[Story] = []


def story(tell: Story) -> Story:
    """Register a story."""
    STORIES.append(tell)
    return tell


def add_traps(chance: Chance, council: Council) -> None:
    """Run each story in every sixth quarter, each with a separate child; those about leap days once."""
    teller = Teller(chance)
    for position, quarter in enumerate(quarters_to(date(2025, 3, 31), 24)):
        for number, tell in enumerate(STORIES):
            if (position + number) % 6 == 0:
                child = chance.child(quarter.first - timedelta(days=1100), (3, 8))
                tell(teller, child, quarter)
                council.children.append(child)
    for days in (
        (date(2020, 2, 29), date(2021, 2, 28)),
        (date(2019, 2, 28), date(2020, 2, 29)),
        (date(2024, 2, 29), date(2025, 2, 28)),
    ):
        child = chance.child(days[0], (3, 8))
        for day in days:
            teller.refer(child, day)
            contact(chance, child, day, "request_for_support", ("NEW_REFERRAL_FLAG",))
        council.children.append(child)


class Teller:
    """The helpers that stories use."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance

    def refer(self, child: Child, day: date, *flags: str) -> Referral:
        """A referral that is closed after a month; a child's next one comes from another source."""
        source = "5A" if child.referrals else "6"
        made = Referral(self.chance.new_id("REF"), day, "N1", source, flags, "N", day + timedelta(days=30), "RC7")
        child.referrals.append(made)
        return made

    def enquire(self, child: Child, start: date, held: date | None, **other: str | None) -> Enquiry:
        """A section 47 enquiry that leads to a conference."""
        made = self.refer(child, start, "STRATEGY_DISCUSSION_FLAG")
        enquiry = Enquiry(
            self.chance.new_id("S47"), made.id, start, start + timedelta(days=10), ("CP_CONFERENCE_FLAG",), "N"
        )
        child.enquiries.append(enquiry)
        self.confer(child, enquiry, held, **other)
        return enquiry

    def confer(self, child: Child, enquiry: Enquiry, held: date | None, transfer_in: str | None = "N") -> None:
        """A conference for an enquiry."""
        target = after_working_days(enquiry.start, 15)
        number = self.chance.new_id("ICPC")
        child.conferences.append(
            Conference(number, enquiry.referral, enquiry.id, None, transfer_in, target, held, "N", enquiry.start)
        )

    def plan(self, child: Child, start: date, end: date, another: str | None = "N") -> CpPlan:
        """A child protection plan under the child's newest referral, which stays open as long."""
        referral = child.referrals[-1] if child.referrals else self.refer(child, start)
        referral.end = max(referral.end, end)
        made = CpPlan(self.chance.new_id("CPP"), referral.id, None, start, end, another, "NEG", "NEG")
        child.cp_plans.append(made)
        return made

    def care(
        self, child: Child, start: date, end: date | None, *, status: str = "C2", kind: str = "U6", reason: str = "E4A"
    ) -> tuple[str, Placement]:
        """A period of care in one placement under one status."""
        period = self.chance.new_id("CLA")
        where = place(self.chance, period, kind, start, end)
        where.urn = where.urn or "SC10001"
        legal = LegalStatus(self.chance.new_id("LEG"), status, start, end)
        child.placements.append(where)
        child.legal.append(legal)
        episodes(self.chance, child, [where], [legal], (period, start, "N1", None), reason)
        return period, where

    def check(self, child: Child, day: date, status: str = "Completed") -> None:
        """A health assessment and a dental check."""
        for kind, word in (("health_assessment", "Review Health Assessment"), ("dental", "Dental Check")):
            child.health.append(HealthCheck(self.chance.new_id("HLT"), day, kind, word, status))


def told(day: date) -> date:
    """The nearest working day on or before a day."""
    return after_working_days(day, 0)


@story
def _first_and_last_day_of_the_quarter(t: Teller, child: Child, q: Quarter) -> None:
    t.refer(child, q.first)
    t.refer(child, q.last)
    for day in (q.first, q.last, q.last + ONE_DAY):
        contact(t.chance, child, day, "request_for_support", ("NFA_FLAG",))


@story
def _again_after_exactly_twelve_months(t: Teller, child: Child, q: Quarter) -> None:
    for day in (months_before(q.last, 12), q.last):
        t.refer(child, day)
        contact(t.chance, child, day, "mash_enquiry", ("NEW_REFERRAL_FLAG",))


@story
def _again_a_day_sooner(t: Teller, child: Child, q: Quarter) -> None:
    for day in (months_before(q.last, 12) + ONE_DAY, q.last):
        t.refer(child, day)
        contact(t.chance, child, day, "mash_enquiry", ("NEW_REFERRAL_FLAG",))


@story
def _two_contacts_and_two_referrals_on_a_day(t: Teller, child: Child, q: Quarter) -> None:
    for kind in ("request_for_support", "mash_enquiry"):
        contact(t.chance, child, q.last, kind, None)
        t.refer(child, q.last).nfa = None


@story
def _in_care_until_18_on_the_day(t: Teller, child: Child, q: Quarter) -> None:
    child.born = date(q.last.year - 18, q.last.month, q.last.day)
    t.care(child, q.last - timedelta(days=900), None)


@story
def _in_care_until_18_a_day_after(t: Teller, child: Child, q: Quarter) -> None:
    after = q.last + ONE_DAY
    child.born = date(after.year - 18, after.month, after.day)
    t.care(child, q.last - timedelta(days=900), after, kind="K2")


@story
def _plans_that_end_on_the_day(t: Teller, child: Child, q: Quarter) -> None:
    made = t.refer(child, q.first - timedelta(days=90))
    for end in (q.last, q.last + ONE_DAY):
        start = q.first - timedelta(days=80)
        child.cin_plans.append(CinPlan(t.chance.new_id("CIN"), made.id, start, end))
        made.end = end
        t.plan(child, start, end, "Y" if end == q.last else None)


@story
def _plans_that_begin_on_the_day(t: Teller, child: Child, q: Quarter) -> None:
    made = t.refer(child, q.last - timedelta(days=20))
    # Two open plans at once are one child.
    for days in (400, 380):
        child.cin_plans.append(CinPlan(t.chance.new_id("CIN"), made.id, q.last, q.last + timedelta(days=days)))
    made.end = q.last + timedelta(days=400)
    t.plan(child, q.last, q.last + timedelta(days=300), None)
    t.plan(child, q.last, q.last + timedelta(days=200), "Y")


@story
def _before_the_birth(t: Teller, child: Child, q: Quarter) -> None:
    child.expected = q.last - timedelta(days=20)
    child.born, child.sex = child.expected + timedelta(days=3), "F"
    held = told(q.first + timedelta(days=30))
    t.enquire(child, held - timedelta(days=18), held)
    t.plan(child, held, held + timedelta(days=200))


@story
def _never_given_a_date_of_birth(t: Teller, child: Child, q: Quarter) -> None:
    child.expected, child.born, child.sex = q.last + timedelta(days=40), None, "U"
    held = told(q.last)
    t.enquire(child, held - timedelta(days=15), held)
    t.plan(child, held, held + timedelta(days=90))


@story
def _after_45_and_46_working_days(t: Teller, child: Child, q: Quarter) -> None:
    end = told(q.last)
    for days in (45, 46):
        start = after_working_days(end, -days)
        made = t.refer(child, start)
        child.assessments.append(Assessment(t.chance.new_id("ASM"), made.id, start, end, "Y", (), "N", ("4A",)))
        child.early_help_assessments.append(EarlyHelpAssessment(t.chance.new_id("EHA"), start, end, "School"))


@story
def _assessments_without_start_or_outcome(t: Teller, child: Child, q: Quarter) -> None:
    made = t.refer(child, q.first)
    number = t.chance.new_id
    child.assessments.append(Assessment(number("ASM"), made.id, None, q.last, "Y", None, None, ()))
    child.assessments.append(Assessment(number("ASM"), made.id, q.first, None, None, None, None, ()))


@story
def _conference_on_the_fifteenth_and_sixteenth_day(t: Teller, child: Child, q: Quarter) -> None:
    for days in (15, 16):
        held = after_working_days(q.last, days - 16)
        t.enquire(child, after_working_days(held, -days), held)


@story
def _fifteenth_day_is_the_last_of_the_quarter(t: Teller, child: Child, q: Quarter) -> None:
    for days in (15, 14):
        # Held after the quarter, but counted, because the records know of it.
        t.enquire(child, after_working_days(q.last, -days), after_working_days(q.last, 2))


@story
def _two_enquiries_and_one_conference(t: Teller, child: Child, q: Quarter) -> None:
    held = after_working_days(q.last, -3)
    first = t.enquire(child, after_working_days(held, -20), held)
    second = Enquiry(
        t.chance.new_id("S47"), first.referral, after_working_days(held, -10), held, ("CP_CONFERENCE_FLAG",), None
    )
    child.enquiries.append(second)
    t.confer(child, second, held)


@story
def _conferences_that_were_not_held_or_came_from_elsewhere(t: Teller, child: Child, q: Quarter) -> None:
    start = after_working_days(q.last, -25)
    t.enquire(child, start, None, transfer_in=None)
    t.enquire(child, start + ONE_DAY, after_working_days(start, 12), transfer_in="Y")
    # One without an enquiry: whether it was in time cannot be known.
    child.conferences.append(
        Conference(t.chance.new_id("ICPC"), None, None, None, None, None, told(q.last), "N", q.first)
    )


@story
def _plans_again_after_exactly_24_months(t: Teller, child: Child, q: Quarter) -> None:
    start = q.last - timedelta(days=10)
    t.plan(child, start - timedelta(days=1000), months_before(start, 24))
    t.plan(child, start, start + timedelta(days=200))


@story
def _plans_again_a_day_sooner(t: Teller, child: Child, q: Quarter) -> None:
    start = q.last - timedelta(days=10)
    t.plan(child, start - timedelta(days=1000), months_before(start, 24) + ONE_DAY, None)
    t.plan(child, start, start + timedelta(days=200))


@story
def _plan_that_follows_on_the_day(t: Teller, child: Child, q: Quarter) -> None:
    start = q.first + timedelta(days=30)
    t.plan(child, start - timedelta(days=300), start)
    t.plan(child, start, start + timedelta(days=150), None)
    # One after another authority's plan is not a repeat of ours.
    t.plan(child, start + timedelta(days=150), start + timedelta(days=250), "Y")


@story
def _short_breaks(t: Teller, child: Child, q: Quarter) -> None:
    t.care(child, q.first, q.last + ONE_DAY, status="V4", reason="E8")
    t.care(child, q.first - timedelta(days=40), q.first - timedelta(days=37), status="V3", reason="E4A")


@story
def _short_breaks_become_care(t: Teller, child: Child, q: Quarter) -> None:
    period, start, change = t.chance.new_id("CLA"), q.last - timedelta(days=200), q.last - timedelta(days=60)
    end = q.last + timedelta(days=90)
    where = place(t.chance, period, "U4", start, end)
    new = t.chance.new_id
    legal = [LegalStatus(new("LEG"), "V4", start, change), LegalStatus(new("LEG"), "V2", change, end)]
    child.placements.append(where)
    child.legal += legal
    episodes(t.chance, child, [where], legal, (period, start, "N2", None), "E4A")


@story
def _enters_and_leaves_on_the_day(t: Teller, child: Child, q: Quarter) -> None:
    t.care(child, q.last - timedelta(days=50), q.last, status="L2", reason="E45")
    t.care(child, q.last, q.last + timedelta(days=80), status="V2")


@story
def _four_placements_one_of_them_by_day_alone(t: Teller, child: Child, q: Quarter) -> None:
    start = months_before(q.last, 12) - timedelta(days=100)
    period, new = t.chance.new_id("CLA"), t.chance.new_id
    # The first ended on the day on which the twelve months begin, and does not count.
    days = [
        start,
        months_before(q.last, 12),
        q.first,
        q.first,
        q.first + timedelta(days=20),
        q.first + timedelta(days=24),
    ]
    kinds = ["U6", "K2", "U6", "U4", "T0", "U5"]
    ends = [*days[1:], q.last + timedelta(days=150)]
    places = [place(t.chance, period, *each) for each in zip(kinds, days, ends, strict=True)]
    for each in places:
        each.urn = each.urn or "SC10002"
    legal = [LegalStatus(new("LEG"), "C2", start, ends[-1])]
    child.placements += places
    child.legal += legal
    episodes(t.chance, child, places, legal, (period, start, "N1", None), "E4A")


@story
def _thirty_months_to_the_day(t: Teller, child: Child, q: Quarter) -> None:
    child.born = date(q.last.year - 10, 1, 15)
    start, moved = months_before(q.last, 30), months_before(q.last, 24)
    period, end = t.chance.new_id("CLA"), q.last + timedelta(days=200)
    places = [place(t.chance, period, "U6", start, moved), place(t.chance, period, "U4", moved, end)]
    legal = [LegalStatus(t.chance.new_id("LEG"), "C2", start, end)]
    child.placements += places
    child.legal += legal
    episodes(t.chance, child, places, legal, (period, start, "N1", None), "E4A")


@story
def _twelve_months_and_checks_to_the_day(t: Teller, child: Child, q: Quarter) -> None:
    period, _ = t.care(child, months_before(q.last, 12), q.last + timedelta(days=120))
    t.check(child, q.last)
    t.check(child, months_before(q.last, 12))
    t.check(child, q.last - timedelta(days=100), "Refused")
    child.care_visits.append(Visit(t.chance.new_id("CLV"), q.last - timedelta(days=42), "Y", "Y", period))


@story
def _under_five_with_one_check(t: Teller, child: Child, q: Quarter) -> None:
    child.born = q.last - timedelta(days=1500)
    period, _ = t.care(child, months_before(q.last, 12) - ONE_DAY, q.last + timedelta(days=120))
    t.check(child, q.first)
    child.care_visits.append(Visit(t.chance.new_id("CLV"), q.last - timedelta(days=41), "Y", "Y", period))


@story
def _reviews_on_the_day_and_after(t: Teller, child: Child, q: Quarter) -> None:
    start, new = q.first - timedelta(days=100), t.chance.new_id
    plan = t.plan(child, start, q.last, None)
    child.cp_reviews.append(Review(new("CPR"), plan.id, q.first, q.first))
    child.cp_reviews.append(Review(new("CPR"), plan.id, q.first + timedelta(days=9), q.first + timedelta(days=10)))
    # The plan ended on the day the next was due.
    child.cp_reviews.append(Review(new("CPR"), plan.id, q.last, None))
    period, _ = t.care(child, start, q.last + timedelta(days=60))
    for due, held, cancelled in (
        (q.first, q.first, None),
        (q.first, q.first + ONE_DAY, "N"),
        (q.last, None, "Y"),
        (q.last, None, None),
    ):
        part = "PN7" if held == q.first else "PN1" if held else None
        child.care_reviews.append(Review(new("CLR"), period, due, held, cancelled, part))


@story
def _visits_at_the_limit(t: Teller, child: Child, q: Quarter) -> None:
    for start, another in ((q.first, 10), (q.first, 11)):
        plan = t.plan(child, start, q.last + timedelta(days=40))
        day = after_working_days(start, 10) if index(start) > index(start - ONE_DAY) else after_working_days(start, 9)
        while day <= q.last:
            child.cp_visits.append(Visit(t.chance.new_id("CPV"), day, "Y", "Y", plan.id))
            day = after_working_days(day, another)


@story
def _early_help_twelve_weeks_ago(t: Teller, child: Child, q: Quarter) -> None:
    for days in (83, 84):
        end, new = q.last - timedelta(days=days), t.chance.new_id("EH")
        child.early_help.append(
            EarlyHelp(
                new,
                end - timedelta(days=90),
                end,
                "Request for support",
                "step_up",
                "Stepped up to Social Care",
                "School",
            )
        )


@story
def _steps_down_after_four_weeks(t: Teller, child: Child, q: Quarter) -> None:
    made = t.refer(child, q.first - timedelta(days=60))
    for days in (28, 29):
        end = q.last - timedelta(days=days)
        if not child.cin_plans or days == 29:
            child.cin_plans.append(CinPlan(t.chance.new_id("CIN"), made.id, q.first - timedelta(days=50), end))
            made.end = max(made.end, end)
    new = t.chance.new_id("EH")
    child.early_help.append(
        EarlyHelp(new, q.last, q.last + timedelta(days=70), "Step-down", "other", "Needs met", "School")
    )
