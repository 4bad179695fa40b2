"""Six years of a council, and the earlier years that rolling figures need."""

from datetime import date, timedelta

from simulate.care import earlier_years, enter_care
from simulate.chance import Chance
from simulate.days import ONE_DAY, age
from simulate.front_door import contact, early_help, outcome
from simulate.lives import Child, Conference, Council, Referral
from simulate.social_care import protection_plan, referral
from simulate.traps import add_traps
from simulate.workforce import allocate

BEGINS = date(2016, 4, 1)
# Earlier contacts were left behind in an older system.
CONTACTS_BEGIN = date(2018, 1, 1)
# Lives go on for some time after the last quarter: an earlier extract cannot know these events yet.
ENDS = date(2025, 6, 30)
CONTACTS_A_DAY = {"request_for_support": 31.0, "mash_enquiry": 7.0, "other": 11.5}


def simulate(seed: int = 2026, scale: float = 1.0) -> Council:
    """The whole life of the council."""
    chance, council = Chance(seed, scale), Council()
    earlier_years(chance, council.children)
    day = BEGINS
    while day <= ENDS:
        front_door(chance, council, day)
        arrivals(chance, council, day)
        day += ONE_DAY
    add_traps(chance, council)
    allocate(chance, council)
    return council


def front_door(chance: Chance, council: Council, day: date) -> None:
    """A day's contacts, and what follows from them."""
    for kind, mean in CONTACTS_A_DAY.items():
        for _ in range(chance.how_many(mean * chance.scale * chance.busy(day))):
            take(chance, council, who(chance, council, day), day, kind)


def arrivals(chance: Chance, council: Council, day: date) -> None:
    """Children who arrive or return: alone, or with a child protection plan of another authority."""
    for child in chance.returning.pop(day, []):
        if child.busy_until <= day and not child.died and (not child.born or age(child.born, day) < 17):
            referral(chance, child, day, "6", returning=True)
    alone = 2.0 if day < date(2021, 7, 1) else 4.5
    for _ in range(chance.how_many(alone / 91 * chance.scale)):
        child = chance.child(day, (14, 16))
        child.nationality = chance.pick({"AF": 30, "SD": 25, "ER": 15, "IR": 15, "AL": 15})
        child.busy_until = enter_care(chance, child, day, None, alone=True)
        council.children.append(child)
    for _ in range(chance.how_many(3 / 91 * chance.scale)):
        child = chance.child(day, (0, 15))
        move_in(chance, child, day)
        council.children.append(child)


def move_in(chance: Chance, child: Child, day: date) -> None:
    """A child with a plan moves here: it stays the other authority's for some time, or a conference takes it over."""
    end = chance.later(day, 120, 420)
    made = Referral(chance.new_id("REF"), day, "N1", "5C", ("CP_TRANSFER_IN_FLAG",), "N", end, "RC7")
    child.referrals.append(made)
    child.busy_until = end
    if chance.happens(0.4):
        protection_plan(chance, child, made.id, None, day, end, "Y")
        return
    held = chance.worked(day, 5, 20)
    plan = protection_plan(chance, child, made.id, None, held, end, chance.pick({"N": 50, None: 50}))
    plan.conference = chance.new_id("ICPC")
    child.conferences.append(Conference(plan.conference, made.id, None, plan.id, "Y", held, held, "Y", day))


def who(chance: Chance, council: Council, day: date) -> Child:
    """The child that a contact is about: often one who is already known."""
    for known, share, back in ((council.referred, 0.11, 420), (council.children, 0.6, 2600)):
        if not known or not chance.happens(share):
            continue
        # The more recently known, the more likely.
        child = known[-1 - min(round(chance.random.expovariate(1 / (back * chance.scale))), len(known) - 1)]
        if (not child.born or age(child.born, day) < 18) and not child.died:
            return child
    child = chance.child(day, unborn=chance.happens(0.015))
    council.children.append(child)
    return child


def take(chance: Chance, council: Council, child: Child, day: date, kind: str) -> None:
    """A contact, and its consequences."""
    if child.contacts and child.contacts[-1].day == day:
        return
    open_case = child.busy_until > day
    result, flags = outcome(chance, kind, open_case=open_case)
    made = contact(chance, child, day, kind, flags)
    if day < CONTACTS_BEGIN:
        child.contacts.clear()
    elif kind != "other" and chance.happens(0.004):
        contact(chance, child, day, "other", ("NFA_FLAG",))
    if result == "referral":
        council.referred.append(child)
        referral(chance, child, chance.worked(day, 0, 1), made.source)
    elif result == "early help" and not any(each.end is None or each.end > day for each in child.early_help):
        early_help(chance, child, day + timedelta(days=chance.between(1, 9)), "Request for support")
