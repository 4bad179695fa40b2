"""The truth: every indicator counted from the lives themselves, as someone who knew each child would count.

Nothing here reads a written table, and nothing is shared with the program that computes figures from records. Each
function's count is described by the wording of that program's definitions.
"""

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from simulate.days import Quarter, age, index, months_before, quarter_of, quarters_to, working_days
from simulate.lives import CareLeaver, Child, Council, Episode, Event, Placement

Pair = tuple[Child, Event]
Answer = tuple[float, float | None]

# Mid-year estimates of children aged 0 to 17, each used from the quarter after the summer of its publication.
POPULATIONS = {2017: 44120, 2018: 44310, 2019: 44480, 2020: 44570, 2021: 44690, 2022: 44850, 2023: 44960, 2024: 45000}

ONE_DAY = timedelta(days=1)
SHORT_BREAKS = ("V3", "V4")
FOSTERING = ("U1", "U2", "U3", "U4", "U5", "U6")
ADOPTION = ("A3", "A4", "A5", "A6")
NEW_CARER = ("S", "P", "B")

MEASURES: dict[str, Callable[["Lives", Quarter], Answer]] = {}
# For these the records keep only the present state.
PRESENT_ONLY = ("care-leavers-education-employment", "care-leavers-accommodation", "personal-advisers-over-20-children")


def measure(name: str) -> Callable:
    """Register a count under the id of its indicator."""

    def enter(count: Callable[["Lives", Quarter], Answer]) -> Callable:
        MEASURES[name] = count
        return count

    return enter


def population(quarter: Quarter, scale: float = 1.0) -> int:
    """Children aged 0 to 17: the mid-year estimate published by a quarter."""
    year = quarter.first.year - (1 if quarter.first.month >= 7 else 2)
    return round(POPULATIONS[year] * scale)


class Lives:
    """All lives, indexed by interval."""

    def __init__(self, council: Council, scale: float) -> None:
        self.council, self.scale = council, scale
        self.all = cache(self._all)
        self.sorted: dict[tuple[str, str], tuple[list[date], list[Pair]]] = {}
        self.in_care_at = cache(self._in_care_at)

    def _all(self, name: str) -> list[Pair]:
        """All events of a kind, with their child."""
        return [(child, event) for child in self.council.children for event in getattr(child, name)]

    def during(self, name: str, field: str, first: date, last: date) -> list[Pair]:
        """Events with a day in an interval, both ends included."""
        if (name, field) not in self.sorted:
            pairs = [pair for pair in self.all(name) if getattr(pair[1], field) is not None]
            pairs.sort(key=lambda pair: getattr(pair[1], field))
            self.sorted[name, field] = [getattr(event, field) for _, event in pairs], pairs
        days, pairs = self.sorted[name, field]
        return pairs[bisect_left(days, first) : bisect_right(days, last)]

    def year_to(self, name: str, field: str, as_at: date) -> list[Pair]:
        """Events of the twelve months that end with a day."""
        return self.during(name, field, months_before(as_at, 12) + ONE_DAY, as_at)

    def open_at(self, name: str, day: date) -> Iterator[Pair]:
        """Events that have begun and not ended by a day."""
        return ((child, event) for child, event in self.all(name) if is_open(event, day))

    def _in_care_at(self, day: date) -> list[tuple[Child, Episode]]:
        """Children in care on a day, each once, with the newest open episode."""
        found: dict[str, tuple[Child, Episode]] = {}
        for child, event in self.open_at("episodes", day):
            if adult(child, day) or any(each.status in SHORT_BREAKS and is_open(each, day) for each in child.legal):
                continue
            if child.id not in found or found[child.id][1].start <= event.start:
                found[child.id] = child, event
        return list(found.values())


def is_open(event: Event, day: date) -> bool:
    """Whether an event has begun and not ended by a day; one that ends on the day is closed."""
    return event.start <= day and (event.end is None or event.end > day)


def adult(child: Child, day: date) -> bool:
    """Whether a person is 18; a child without a date of birth is not."""
    return child.born is not None and age(child.born, day) >= 18


def share(pairs: list, counts: Callable[..., bool]) -> Answer:
    """The number of those that count, and the total."""
    return sum(1 for pair in pairs if counts(*pair)), len(pairs)


def happened_before(child: Child, name: str, day: date) -> bool:
    """Whether there was such an event on an earlier day within twelve months."""
    return any(months_before(day, 12) < each.day < day for each in getattr(child, name))


# Early help and front door


def contacts(lives: Lives, q: Quarter, kind: str) -> list[Pair]:
    """Contacts of a kind in a quarter."""
    return [pair for pair in lives.during("contacts", "day", q.first, q.last) if pair[1].kind == kind]


def flagged(event: Event, name: str) -> bool:
    """Whether an outcome is Y; unknown is not Y."""
    return event.flags is not None and name in event.flags


@measure("requests-for-support")
def _(lives: Lives, q: Quarter) -> Answer:
    return len(contacts(lives, q, "request_for_support")), None


@measure("family-wellbeing-assessments-45-days")
def _(lives: Lives, q: Quarter) -> Answer:
    done = lives.during("early_help_assessments", "end", q.first, q.last)
    return share(done, lambda _, each: working_days(each.start, each.end) <= 45)


@measure("family-wellbeing-transferred-up")
def _(lives: Lives, q: Quarter) -> Answer:
    ended = lives.during("early_help", "end", q.last - timedelta(days=83), q.last)
    return share(ended, lambda _, each: each.end_kind == "step_up")


@measure("stepped-down-to-family-wellbeing")
def _(lives: Lives, q: Quarter) -> Answer:
    ended = lives.during("cin_plans", "end", q.first, q.last)
    stepped = {
        child.id for child, plan in ended if any(0 <= (each.start - plan.end).days <= 28 for each in child.early_help)
    }
    return len(stepped), None


@measure("mash-enquiries")
def _(lives: Lives, q: Quarter) -> Answer:
    return len(contacts(lives, q, "mash_enquiry")), None


@measure("repeat-contacts-12-months")
def _(lives: Lives, q: Quarter) -> Answer:
    found = lives.during("contacts", "day", q.first, q.last)
    return share(found, lambda child, each: happened_before(child, "contacts", each.day))


@measure("mash-enquiries-progressing")
def _(lives: Lives, q: Quarter) -> Answer:
    return share(contacts(lives, q, "mash_enquiry"), lambda _, each: flagged(each, "NEW_REFERRAL_FLAG"))


@measure("new-social-care-referrals")
def _(lives: Lives, q: Quarter) -> Answer:
    return len(lives.during("referrals", "day", q.first, q.last)), None


@measure("requests-for-support-no-further-action")
def _(lives: Lives, q: Quarter) -> Answer:
    return share(contacts(lives, q, "request_for_support"), lambda _, each: flagged(each, "NFA_FLAG"))


@measure("referrals-no-further-action")
def _(lives: Lives, q: Quarter) -> Answer:
    return share(lives.during("referrals", "day", q.first, q.last), lambda _, each: each.nfa == "Y")


@measure("re-referrals-12-months")
def _(lives: Lives, q: Quarter) -> Answer:
    return share(
        lives.year_to("referrals", "day", q.last), lambda child, each: happened_before(child, "referrals", each.day)
    )


@measure("strategy-discussions-1-day")
def _(lives: Lives, q: Quarter) -> Answer:
    in_time = of = 0
    for child, each in lives.during("enquiries", "start", q.first, q.last):
        under = [other for other in child.enquiries if other.referral == each.referral]
        if each is min(under, key=lambda other: (other.start, other.id)):
            made = next(made for made in child.referrals if made.id == each.referral)
            of, in_time = of + 1, in_time + (working_days(made.day, each.start) <= 1)
    return in_time, of


@measure("strategy-discussions-to-section-47")
def _(lives: Lives, q: Quarter) -> Answer:
    said = [
        (child, each.id) for child, each in lives.during("referrals", "day", q.first, q.last)
        if flagged(each, "STRATEGY_DISCUSSION_FLAG")
    ] + [
        (child, each.referral) for child, each in lives.during("assessments", "end", q.first, q.last)
        if flagged(each, "STRATEGY_DISCUSSION_FLAG")
    ]  # fmt: skip
    return share(said, lambda child, referral: any(each.referral == referral for each in child.enquiries))


@measure("section-47-to-icpc")
def _(lives: Lives, q: Quarter) -> Answer:
    low, high = index(q.first - ONE_DAY), index(q.last)
    due = [
        (child, each)
        for child, each in lives.during("enquiries", "start", q.first - timedelta(days=60), q.last)
        if low < index(each.start) + 15 <= high
    ]
    return share(
        due,
        lambda child, each: any(
            held.enquiry == each.id and held.held is not None and held.transfer_in != "Y" for held in child.conferences
        ),
    )


@measure("return-home-interviews-accepted")
def _(lives: Lives, q: Quarter) -> Answer:
    ended = lives.during("missing", "end", q.first, q.last)
    offered = [pair for pair in ended if pair[1].type == "Missing" and pair[1].offered == "Y"]
    return share(offered, lambda _, each: each.accepted == "Y")


# Social work practice


def rate(lives: Lives, q: Quarter, children: set[str]) -> Answer:
    """A number of children and the population."""
    return len(children), population(q, lives.scale)


@measure("child-in-need-rate")
def _(lives: Lives, q: Quarter) -> Answer:
    return rate(lives, q, {child.id for child, _ in lives.open_at("cin_plans", q.last)})


@measure("child-protection-plan-rate")
def _(lives: Lives, q: Quarter) -> Answer:
    return rate(
        lives, q, {child.id for child, plan in lives.open_at("cp_plans", q.last) if plan.another_authority != "Y"}
    )


@measure("children-in-care-rate")
def _(lives: Lives, q: Quarter) -> Answer:
    return rate(lives, q, {child.id for child, _ in lives.in_care_at(q.last)})


@measure("unaccompanied-children-rate")
def _(lives: Lives, q: Quarter) -> Answer:
    alone = {
        child.id
        for child, _ in lives.in_care_at(q.last)
        if any(each.kind == "uasc" and is_open(each, q.last) for each in child.immigration)
    }
    return rate(lives, q, alone)


def assessed_in_time(lives: Lives, first: date, last: date) -> Answer:
    """Assessments authorised in an interval, and those that took at most 45 working days."""
    done = lives.during("assessments", "end", first, last)
    return share(done, lambda _, each: each.start is not None and working_days(each.start, each.end) <= 45)


@measure("single-assessments-45-days")
def _(lives: Lives, q: Quarter) -> Answer:
    return assessed_in_time(lives, q.first, q.last)


@measure("single-assessments-45-days-ytd")
def _(lives: Lives, q: Quarter) -> Answer:
    return assessed_in_time(lives, q.year_begins, q.last)


@measure("icpc-15-days")
def _(lives: Lives, q: Quarter) -> Answer:
    # One conference for each child and day, with the starts of the enquiries that led to it.
    held: dict[tuple[str, date], list[date]] = {}
    for child, each in lives.during("conferences", "held", q.first, q.last):
        if each.transfer_in != "Y":
            starts = held.setdefault((child.id, each.held), [])
            starts += [enquiry.start for enquiry in child.enquiries if enquiry.id == each.enquiry]
    in_time = sum(1 for (_, day), starts in held.items() if starts and working_days(max(starts), day) <= 15)
    return in_time, len(held)


@measure("repeat-child-protection-plans")
def _(lives: Lives, q: Quarter) -> Answer:
    started = [pair for pair in lives.year_to("cp_plans", "start", q.last) if pair[1].another_authority != "Y"]
    return share(
        started,
        lambda child, plan: any(
            each is not plan
            and each.another_authority != "Y"
            and each.end is not None
            and months_before(plan.start, 24) < each.end <= plan.start
            for each in child.cp_plans
        ),
    )


@measure("plo-16-weeks")
def _(lives: Lives, q: Quarter) -> Answer:
    ended = lives.year_to("pre_proceedings", "end", q.last)
    return share(ended, lambda _, each: each.start is not None and (each.end - each.start).days <= 112)


def placed_at(child: Child, day: date) -> Placement | None:
    """The placement of a child on a day."""
    return max(
        (each for each in child.placements if is_open(each, day)), key=lambda each: (each.start, each.id), default=None
    )


@measure("children-in-care-visits")
def _(lives: Lives, q: Quarter) -> Answer:
    due = []
    for child, _ in lives.in_care_at(q.last):
        place = placed_at(child, q.last)
        if place and place.start <= q.last - timedelta(days=7):
            settled = place.type in ("U1", "U4", *ADOPTION) and place.start < months_before(q.last, 12)
            due.append((child, q.last - timedelta(days=91 if settled else 42)))
    return share(due, lambda child, since: any(since < each.day <= q.last for each in child.care_visits))


def visited(start: date, days: list[date], q: Quarter, limit: int) -> bool:
    """Whether no gap between visits that ends in or with the quarter exceeds a number of working days."""
    points = [start, *sorted(day for day in days if start <= day <= q.last), q.last]
    return all(working_days(a, b) <= limit for a, b in pairwise(points) if b >= q.first)


@measure("child-protection-visits")
def _(lives: Lives, q: Quarter) -> Answer:
    through = [
        (child, plan)
        for child, plan in lives.open_at("cp_plans", q.last)
        if plan.another_authority != "Y" and plan.start <= q.first
    ]
    return share(
        through,
        lambda child, plan: visited(
            plan.start, [each.day for each in child.cp_visits if each.of == plan.id and each.seen == "Y"], q, 10
        ),
    )


@measure("child-in-need-visits")
def _(lives: Lives, q: Quarter) -> Answer:
    through = [(child, plan) for child, plan in lives.open_at("cin_plans", q.last) if plan.start <= q.first]
    return share(
        through,
        lambda child, plan: visited(plan.start, [each.day for each in child.cin_visits if each.seen == "Y"], q, 20),
    )


@measure("single-assessments-closure")
def _(lives: Lives, q: Quarter) -> Answer:
    return share(lives.during("assessments", "end", q.first, q.last), lambda _, each: each.nfa == "Y")


# Children in care and care leavers


def unregistered(lives: Lives, q: Quarter, *, older: bool) -> Answer:
    """Placements begun in homes that should have a registration number and do not, by the age then."""
    begun = lives.during("placements", "start", q.first, q.last)
    return sum(
        1
        for child, each in begun
        if each.type in ("K2", "R1", "H5", "Z1") and each.urn is None and child.born
        and (age(child.born, each.start) >= 16) == older
    ), None  # fmt: skip


@measure("unregistered-placements-under-16")
def _(lives: Lives, q: Quarter) -> Answer:
    return unregistered(lives, q, older=False)


@measure("unregistered-placements-16-plus")
def _(lives: Lives, q: Quarter) -> Answer:
    return unregistered(lives, q, older=True)


@measure("residential-placements")
def _(lives: Lives, q: Quarter) -> Answer:
    places = [placed_at(child, q.last) for child, _ in lives.in_care_at(q.last)]
    return sum(1 for place in places if place and place.type in ("K1", "K2", "R1", "S1")), None


@measure("unplanned-admissions-to-care")
def _(lives: Lives, q: Quarter) -> Answer:
    entered = {each.period: child for child, each in lives.during("episodes", "entered", q.first, q.last)}
    days = {each.period: each.entered for _, each in lives.during("episodes", "entered", q.first, q.last)}
    return sum(
        1
        for period, child in entered.items()
        if any(
            each.status in ("L1", "L2", "L3") and (is_open(each, days[period]) or each.start == days[period])
            for each in child.legal
        )
    ), None


@measure("discharges-to-special-guardianship")
def _(lives: Lives, q: Quarter) -> Answer:
    # The child's last in the quarter; those of one day in the order of their start.
    last: dict[str, Pair] = {}
    for child, each in sorted(
        lives.during("episodes", "end", q.first, q.last), key=lambda pair: (pair[1].end, pair[1].start)
    ):
        breaks = any(
            legal.status in SHORT_BREAKS and legal.start <= each.end and (legal.end is None or legal.end >= each.end)
            for legal in child.legal
        )
        if each.end_reason != "X1" and not breaks:
            last[child.id] = child, each
    reasons = ("E43", "E44", "E45", "E46", "E47", "E48")
    return share(list(last.values()), lambda _, each: each.end_reason in reasons)


@measure("special-guardianship-orders")
def _(lives: Lives, q: Quarter) -> Answer:
    return len({
        child.id
        for child, each in lives.all("permanence")
        if each.type == "Special Guardianship" and each.day <= q.last and not adult(child, q.last)
    }), None  # fmt: skip


@measure("in-house-foster-carers")
def _(lives: Lives, q: Quarter) -> Answer:
    places = [(place,) for child, _ in lives.in_care_at(q.last) if (place := placed_at(child, q.last))]
    return share([each for each in places if each[0].type in FOSTERING], lambda place: place.provider == "PR1")


def first_reason(child: Child, placement: Placement) -> str:
    """The reason for the first episode of a placement: a new carer if there is none."""
    own = sorted((each for each in child.episodes if each.placement == placement.id), key=lambda each: each.start)
    return own[0].start_reason if own else "P"


@measure("short-term-placement-stability")
def _(lives: Lives, q: Quarter) -> Answer:
    since = months_before(q.last, 12)

    def counts(child: Child, each: Placement) -> bool:
        in_window = each.start <= q.last and (each.end is None or each.end > since)
        overnight = each.end is None or each.end > each.start
        moved = each.type not in ("A3", "A5") and first_reason(child, each) in NEW_CARER
        return in_window and overnight and each.type[0] != "T" and (moved or each.start <= since)

    return share(lives.in_care_at(q.last), lambda child, _: sum(counts(child, each) for each in child.placements) >= 3)


def continuously(child: Child, episode: Episode, months: int, as_at: date) -> bool:
    """Whether a child was looked after continuously for a number of months, ignoring short breaks."""
    since = months_before(as_at, months)
    broken = any(
        (each.start_reason == "S" and since < each.start <= as_at)
        or (each.end is not None and each.end_reason != "X1" and since < each.end <= as_at)
        for each in child.episodes
    )
    breaks = any(
        each.status in SHORT_BREAKS and each.start <= as_at and (each.end is None or each.end > since)
        for each in child.legal
    )
    return episode.entered <= since and not broken and not breaks


@measure("long-term-placement-stability")
def _(lives: Lives, q: Quarter) -> Answer:
    since = months_before(q.last, 24)
    long = [
        (child, episode)
        for child, episode in lives.in_care_at(q.last)
        if child.born and age(child.born, q.last) < 16 and continuously(child, episode, 30, q.last)
    ]

    def settled(child: Child, _: Episode) -> bool:
        place = placed_at(child, q.last)
        adoptive = place.id if place and place.type in ADOPTION else None
        return not any(
            since < each.start <= q.last and each.start_reason in NEW_CARER and each.placement != adoptive
            for each in child.episodes
        )

    return share(long, settled)


def checked(lives: Lives, q: Quarter, kind: str, wanted: Callable[[Child], int]) -> Answer:
    """Children looked after for a year who had the required number of checks in it."""
    since = months_before(q.last, 12)
    due = [pair for pair in lives.in_care_at(q.last) if continuously(*pair, 12, q.last)]
    return share(
        due,
        lambda child, _: (
            sum(
                each.kind == kind and each.status == "Completed" and since < each.day <= q.last for each in child.health
            )
            >= wanted(child)
        ),
    )


@measure("health-checks")
def _(lives: Lives, q: Quarter) -> Answer:
    return checked(lives, q, "health_assessment", lambda child: 2 if child.born and age(child.born, q.last) < 5 else 1)


@measure("dental-checks")
def _(lives: Lives, q: Quarter) -> Answer:
    return checked(lives, q, "dental", lambda _: 1)


def care_leavers(lives: Lives, q: Quarter) -> list[tuple[CareLeaver]]:
    """Former relevant young people aged 19 to 21, without those who died or went home."""
    return [
        (each,)
        for child, each in lives.all("care_leaver")
        if each.eligibility == "Former Relevant" and child.born and 19 <= age(child.born, q.last) <= 21
        and each.in_touch not in ("DIED", "RHOM")
    ]  # fmt: skip


@measure("care-leavers-education-employment")
def _(lives: Lives, q: Quarter) -> Answer:
    active = ("F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "F3", "P3")
    return share(care_leavers(lives, q), lambda each: each.activity in active)


@measure("care-leavers-accommodation")
def _(lives: Lives, q: Quarter) -> Answer:
    housed = [each for each in care_leavers(lives, q) if each[0].accommodation not in ("G", "H", "R")]
    return share(housed, lambda each: each.suitable == "1")


# Quality assurance


@measure("child-protection-reviews")
def _(lives: Lives, q: Quarter) -> Answer:
    due = []
    for child, each in lives.during("cp_reviews", "due", q.first, q.last):
        plan = next((plan for plan in child.cp_plans if plan.id == each.of), None)
        over = plan and plan.end is not None and plan.end <= each.due and each.held is None
        if plan and plan.another_authority != "Y" and not over:
            due.append((child, each))
    return share(due, in_time)


def in_time(_: Child, review: Event) -> bool:
    """Whether a review was held by its due day."""
    return review.held is not None and review.held <= review.due


@measure("children-in-care-reviews")
def _(lives: Lives, q: Quarter) -> Answer:
    due = []
    for child, each in lives.during("care_reviews", "due", q.first, q.last):
        ends = [episode.end for episode in child.episodes if episode.period == each.of]
        over = ends and each.held is None and all(end is not None and end <= each.due for end in ends)
        if each.cancelled != "Y" and not over:
            due.append((child, each))
    return share(due, in_time)


@measure("child-participation-in-reviews")
def _(lives: Lives, q: Quarter) -> Answer:
    held = lives.during("care_reviews", "held", q.first, q.last)
    old_enough = [pair for pair in held if pair[1].participation in ("PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")]
    return share(old_enough, lambda _, each: each.participation != "PN7")


# Workforce


def caseloads(lives: Lives, q: Quarter, kind: str) -> dict[str, int]:
    """The number of children of each worker in a role on the last day of a quarter."""
    loads: dict[str, set[str]] = {}
    for child, each in lives.open_at("involvements", q.last):
        if each.kind == kind:
            loads.setdefault(each.worker, set()).add(child.id)
    return {worker: len(children) for worker, children in loads.items()}


def over(loads: dict[str, int], limit: int) -> Answer:
    """The number of workers with more than a number of children, and of those with any."""
    return sum(load > limit for load in loads.values()), len(loads)


@measure("social-workers-over-20-children")
def _(lives: Lives, q: Quarter) -> Answer:
    return over(caseloads(lives, q, "social_worker"), 20)


@measure("average-caseload")
def _(lives: Lives, q: Quarter) -> Answer:
    loads = caseloads(lives, q, "social_worker")
    working = [each for each in lives.council.workers if each.id in loads and each.fte]
    return sum(loads[each.id] for each in working), round(sum(each.fte or 0 for each in working), 2)


@measure("agency-workers")
def _(lives: Lives, q: Quarter) -> Answer:
    loads = caseloads(lives, q, "social_worker")
    return sum(1 for each in lives.council.workers if each.id in loads and each.agency == "Y"), None


@measure("isros-over-55-children")
def _(lives: Lives, q: Quarter) -> Answer:
    return over(caseloads(lives, q, "iro"), 55)


@measure("personal-advisers-over-20-children")
def _(lives: Lives, _: Quarter) -> Answer:
    loads: dict[str, int] = {}
    for _child, each in lives.all("care_leaver"):
        if each.adviser and each.eligibility != "No Current Eligibility":
            loads[each.adviser] = loads.get(each.adviser, 0) + 1
    return over(loads, 20)


def count_truth(
    council: Council, as_at: date, scale: float = 1.0, quarters: int = 24
) -> list[tuple[str, str, float, float | None]]:
    """Every indicator in every quarter up to that of a day: id, quarter, numerator and denominator."""
    lives, newest = Lives(council, scale), quarter_of(as_at)
    return [
        (name, quarter.name, *count(lives, quarter))
        for name, count in MEASURES.items()
        for quarter in quarters_to(as_at, quarters)
        if quarter == newest or name not in PRESENT_ONLY
    ]


def write_truth(council: Council, as_at: date, scale: float, file: Path) -> None:
    """Write the truth as indicator_id, quarter, numerator and denominator."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["indicator_id", "quarter", "numerator", "denominator"])
        writer.writerows(count_truth(council, as_at, scale))
