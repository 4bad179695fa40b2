"""From a referral to its closure: assessment, section 47 enquiry, conference and plans."""

from datetime import date, timedelta

from simulate.care import enter_care
from simulate.chance import BAD_QUARTER, Chance
from simulate.days import after_working_days, birthday
from simulate.front_door import early_help
from simulate.lives import (
    Assessment,
    Child,
    CinPlan,
    Conference,
    CpPlan,
    Enquiry,
    PreProceedings,
    Referral,
    Review,
    Visit,
)

NEEDS = {"N1": 60, "N2": 8, "N3": 2, "N4": 8, "N5": 14, "N6": 2, "N7": 1, "N8": 2, "N9": 2, "N0": 1}
CATEGORIES = {"NEG": 46, "EMO": 38, "PHY": 8, "SAB": 5, "MUL": 3}
FACTORS = (
    "1A",
    "2B",
    "3A",
    "3B",
    "3C",
    "4A",
    "4B",
    "5A",
    "6A",
    "7A",
    "8B",
    "13B",
    "16A",
    "17A",
    "18B",
    "19B",
    "20",
    "21",
)


def referral(chance: Chance, child: Child, day: date, source: str, *, returning: bool = False) -> Referral:
    """A referral and its consequences, until it is closed."""
    made = Referral(chance.new_id("REF"), day, chance.pick(NEEDS), source, (), "N")
    child.referrals.append(made)
    # A child with an earlier child protection plan is assessed sooner.
    strategy = 400 if returning else 30 if child.cp_plans else 18
    path = chance.pick({"nfa": 6, "support": 37, "assessment": 36, "strategy": strategy, "care": 1.7})
    if path == "care" and can_enter_care(child, day):
        made.flags = ("CLA_REQUEST_FLAG", "SINGLE_ASSESSMENT_FLAG")
        close(child, made, enter_care(chance, child, chance.later(day, 0, 6), made), "RC7")
    elif path == "nfa":
        made.flags, made.nfa = ("NFA_FLAG",), "Y"
        close(child, made, chance.later(day, 0, 4), "RC8")
    elif path == "support":
        made.flags = ("OTHER_OUTCOMES_EXIST_FLAG",)
        if chance.happens(0.01):
            made.nfa = None
        close(child, made, chance.later(day, 1, 20), "RC7")
    else:
        made.flags = (
            ("SINGLE_ASSESSMENT_FLAG",)
            if path == "assessment"
            else ("SINGLE_ASSESSMENT_FLAG", "STRATEGY_DISCUSSION_FLAG")
        )
        start = chance.worked(day, 0, 1 if chance.happens(0.9) else 4)
        found = enquire(chance, child, made, start) if path == "strategy" and chance.happens(0.85) else None
        assess(chance, child, made, chance.later(day, 0, 3), found)
    return made


def close(child: Child, made: Referral, day: date, reason: str) -> None:
    """Close a case; until then the child cannot be referred again."""
    made.end, made.end_reason = day, reason
    child.busy_until = max(child.busy_until, day)


def can_enter_care(child: Child, day: date) -> bool:
    """Whether a child is born, at least some weeks under 18, and not in care."""
    return (
        child.born is not None
        and child.born < day < birthday(child.born, 18) - timedelta(days=30)
        and child.in_care_until < day
    )


def assess(chance: Chance, child: Child, made: Referral, start: date, conference: Conference | None) -> None:
    """A single assessment, and its consequences."""
    late = 0.6 if BAD_QUARTER[0] <= start <= BAD_QUARTER[1] else 0.2
    length = chance.between(46, 75) if chance.happens(late) else round(chance.random.triangular(8, 45, 40))
    end = after_working_days(start, length)
    strategy = not conference and chance.happens(0.08)
    result = "plan" if conference else chance.pick({"closed": 42, "early help": 8, "cin": 40, "other": 6, "care": 2.2})
    flags = {"closed": ("NFA_FLAG",), "early help": ("OTHER_OUTCOMES_EXIST_FLAG",)}.get(result, ())
    if strategy:
        flags = (*flags, "STRATEGY_DISCUSSION_FLAG")
    assessment = Assessment(
        chance.new_id("ASM"), made.id, start, end, "Y" if chance.happens(0.96) else "N", flags,
        "Y" if result == "closed" else None if chance.happens(0.01) else "N",
        tuple(sorted(chance.random.sample(FACTORS, chance.between(1, 4)))),
    )  # fmt: skip
    child.assessments.append(assessment)
    if strategy and chance.happens(0.8):
        conference = enquire(chance, child, made, chance.worked(end, 0, 2))
        result = "plan" if conference else result
    if result == "plan" and conference:
        protect(chance, child, made, conference)
    elif result == "care" and can_enter_care(child, end):
        close(child, made, enter_care(chance, child, chance.later(end, 0, 10), made), "RC7")
    elif result == "cin":
        support(chance, child, made, chance.later(end, 0, 7))
    else:
        day = chance.later(end, 0, 10)
        close(child, made, day, {"closed": "RC8", "early help": "RC9"}.get(result, "RC7"))
        if result == "early help":
            early_help(chance, child, day, "Step-down from assessment")


def enquire(chance: Chance, child: Child, made: Referral, start: date) -> Conference | None:
    """A section 47 enquiry; the conference that it leads to, if any."""
    goes = chance.happens(0.75 if child.cp_plans else 0.38)
    flags = (
        ("CP_CONFERENCE_FLAG",)
        if goes
        else (chance.pick({"NFA_FLAG": 30, "PROV_OF_SERVICES_FLAG": 40, "NFA_CONTINUE_SINGLE_FLAG": 30}),)
    )
    enquiry = Enquiry(
        chance.new_id("S47"), made.id, start, chance.worked(start, 2, 14), flags, "Y" if "NFA_FLAG" in flags else "N"
    )
    child.enquiries.append(enquiry)
    if not goes:
        return None
    made_of = [enquiry]
    if chance.happens(0.03):
        # A second enquiry leads to the same conference: the later one counts.
        start = chance.worked(start, 1, 4)
        enquiry = Enquiry(chance.new_id("S47"), made.id, start, chance.worked(start, 2, 12), flags, "N")
        child.enquiries.append(enquiry)
        made_of.append(enquiry)
    held = chance.worked(start, 8, 15) if chance.happens(0.84) else chance.worked(start, 16, 30)
    # Some are called off, and some do not lead to a plan.
    held, to_plan = (None, None) if chance.happens(0.02) else (held, "N" if chance.happens(0.13) else "Y")
    for each in made_of:
        conference = Conference(
            chance.new_id("ICPC"), made.id, each.id, None, chance.pick({"N": 96, None: 4}),
            after_working_days(each.start, 15), held, to_plan, each.start,
        )  # fmt: skip
        child.conferences.append(conference)
    if to_plan != "Y":
        return None
    return conference


def protect(chance: Chance, child: Child, made: Referral, conference: Conference) -> None:
    """A child protection plan with its reviews and visits, followed by a child in need plan, care, or closure."""
    start = conference.held
    another = "Y" if chance.happens(0.03) else None if chance.happens(0.5) else "N"
    end = until_18(child, start + timedelta(days=max(85, chance.about(290, 3))))
    plan = protection_plan(chance, child, made.id, conference.id, start, end, another)
    conference.plan = plan.id
    if chance.happens(0.38):
        chance.returning.setdefault(chance.later(end, 60, 900), []).append(child)
    if chance.happens(0.22):
        pre_proceedings(chance, child, chance.later(start, 30, 200))
    if chance.happens(0.6):
        support(chance, child, made, end)
    elif chance.happens(0.25) and can_enter_care(child, end):
        close(child, made, enter_care(chance, child, end, made), "RC7")
    else:
        close(child, made, chance.later(end, 0, 14), "RC7")


def protection_plan(
    chance: Chance,
    child: Child,
    referral_id: str | None,
    conference_id: str | None,
    start: date,
    end: date | None,
    another: str | None,
) -> CpPlan:
    """A plan, its reviews (first within three months, then within six) and its visits (every ten working days)."""
    category = chance.pick(CATEGORIES)
    plan = CpPlan(
        chance.new_id("CPP"), referral_id, conference_id, start, end, another, category,
        category if chance.happens(0.85) else chance.pick(CATEGORIES),
    )  # fmt: skip
    child.cp_plans.append(plan)
    last, due = end or date(2025, 9, 30), start + timedelta(days=90)
    while due <= last:
        held = chance.later(due, -14, 0) if chance.happens(0.95) else chance.later(due, 1, 20)
        held = held if held <= last else None
        child.cp_reviews.append(
            Review(chance.new_id("CPR"), plan.id, due, held, quorate="Y" if chance.happens(0.9) else "N")
        )
        if held == end:
            break
        due = (held or due) + timedelta(days=182)
    child.cp_visits += visits(chance, start, last, "CPV", plan.id, 6, 10, 0.985)
    return plan


def visits(
    chance: Chance, start: date, end: date, prefix: str, of: str | None, low: int, high: int, in_time: float
) -> list[Visit]:
    """Visits at an interval of working days; some are late, and for some nobody is at home."""
    made, day = [], start
    while True:
        day = chance.worked(day, low, high) if chance.happens(in_time) else chance.worked(day, high + 1, high + 6)
        if day > end:
            return made
        seen = "Y" if chance.happens(0.985) else "N"
        made.append(Visit(chance.new_id(prefix), day, seen, chance.pick({"Y": 60, "N": 35, None: 5}), of))
        if seen == "N":
            # Tried again soon after.
            again = chance.worked(day, 0, 2)
            if again <= end:
                made.append(Visit(chance.new_id(prefix), again, "Y", "N", of))


def support(chance: Chance, child: Child, made: Referral, start: date) -> None:
    """A child in need plan with its visits, then closure, sometimes with early help after it."""
    end = until_18(child, start + timedelta(days=20 + chance.about(205)))
    if end <= start:
        close(child, made, start, "RC7")
        return
    plan = CinPlan(chance.new_id("CIN"), made.id, start, end)
    child.cin_plans.append(plan)
    child.cin_visits += visits(chance, start, end, "CIV", None, 10, 20, 0.95)
    close(child, made, chance.later(end, 0, 5), "RC7")
    if chance.happens(0.16):
        early_help(
            chance,
            child,
            end + timedelta(days=chance.pick({0: 20, 7: 40, 21: 20, 28: 10, 29: 5, 40: 5})),
            "Step-down from child in need plan",
        )


def until_18(child: Child, day: date) -> date:
    """A day, or the child's eighteenth birthday if that is earlier."""
    return min(day, birthday(child.born, 18)) if child.born else day


def pre_proceedings(chance: Chance, child: Child, decided: date) -> None:
    """Pre-proceedings under the Public Law Outline, aiming at 16 weeks."""
    end = chance.later(decided, 60, 112) if chance.happens(0.6) else chance.later(decided, 113, 220)
    child.pre_proceedings.append(
        PreProceedings(
            chance.new_id("PLO"),
            decided,
            chance.later(decided, 7, 30),
            end,
            chance.pick({"Step down": 65, "Proceedings issued": 35}),
        )
    )
