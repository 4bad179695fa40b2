"""Six years of a council, and the years before that rolling figures look back on."""

from datetime import date, timedelta

from simulate.chance import Chance
from simulate.days import ONE_DAY, age
from simulate.front_door import contact, early_help, outcome
from simulate.lives import Child, Council
from simulate.social_care import referral

BEGINS = date(2016, 4, 1)
# Lives go on for some time after the last quarter: what an extract of an earlier day cannot know yet.
ENDS = date(2025, 6, 30)
CONTACTS_A_DAY = {"request_for_support": 31.0, "mash_enquiry": 7.0, "other": 11.5}


def simulate(seed: int = 2026, scale: float = 1.0) -> Council:
    """The whole life of the council."""
    chance, council = Chance(seed, scale), Council()
    day = BEGINS
    while day <= ENDS:
        front_door(chance, council, day)
        day += ONE_DAY
    return council


def front_door(chance: Chance, council: Council, day: date) -> None:
    """A day's contacts, and what follows from them."""
    for kind, mean in CONTACTS_A_DAY.items():
        for _ in range(chance.how_many(mean * chance.scale * chance.busy(day))):
            take(chance, who(chance, council, day), day, kind)


def who(chance: Chance, council: Council, day: date) -> Child:
    """Whom a contact is about: often somebody who is known already."""
    if council.children and chance.happens(0.64):
        # The more recently known, the likelier.
        back = round(chance.random.expovariate(1 / (2600 * chance.scale)))
        child = council.children[-1 - min(back, len(council.children) - 1)]
        if (not child.born or age(child.born, day) < 18) and not child.died:
            return child
    child = chance.child(day, unborn=chance.happens(0.015))
    council.children.append(child)
    return child


def take(chance: Chance, child: Child, day: date, kind: str) -> None:
    """A contact, and what it leads to."""
    open_case = child.busy_until > day
    result, flags = outcome(chance, kind, open_case=open_case)
    made = contact(chance, child, day, kind, flags)
    if chance.happens(0.004):
        contact(chance, child, day, "other", ("NFA_FLAG",))
    if result == "referral":
        referral(chance, child, chance.worked(day, 0, 1), made.source)
    elif result == "early help" and not any(each.end is None or each.end > day for each in child.early_help):
        early_help(chance, child, day + timedelta(days=chance.between(1, 9)), "Request for support")
