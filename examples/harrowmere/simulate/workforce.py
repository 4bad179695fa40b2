"""Workers and their children: posts are filled, people leave, cases are handed over."""

from datetime import date, timedelta
from heapq import heapify, heappop, heappush
from itertools import count

from simulate.care import BEGINS, HORIZON
from simulate.chance import Chance
from simulate.days import birthday
from simulate.lives import Child, Council, Involvement, Worker

POSTS = {"social_worker": 54, "iro": 8, "personal_adviser": 13, "other": 12}
TITLES = {
    "social_worker": {"Social Worker": 70, "Senior Social Worker": 30},
    "iro": {"Independent Safeguarding Reviewing Officer": 1},
    "personal_adviser": {"Personal Adviser": 1},
    "other": {"Family Support Worker": 1},
}
ROLES = {
    "social_worker": {"Allocated Case Worker": 85, "Social Worker (allocated)": 15},
    "iro": {"Independent Reviewing Officer": 70, "ISRO": 30},
    "personal_adviser": {"Personal Adviser": 100},
    "other": {"Family Support Worker": 100},
}
TEAMS = {
    "social_worker": ("Assessment Team", "Safeguarding Team East", "Safeguarding Team West", "Children in Care Team"),
    "iro": ("Independent Reviewing Service",),
    "personal_adviser": ("Leaving Care Team",),
    "other": ("Family Wellbeing Service",),
}
# Child, kind of worker, first and last day, referral.
Need = tuple[Child, str, date, date | None, str | None]


def hire(chance: Chance, kind: str, number: int) -> list[Worker]:
    """Everyone who held a post, in order."""
    found, day, team = [], BEGINS - timedelta(days=3000), TEAMS[kind][number % len(TEAMS[kind])]
    while day <= HORIZON:
        agency = kind == "social_worker" and chance.happens(0.42)
        left = day + timedelta(days=120 + chance.about(260 if agency else 1400))
        if left > BEGINS:
            registered = f"SW{chance.between(100000, 999999)}" if kind in ("social_worker", "iro") else None
            found.append(
                Worker(
                    chance.new_id("WRK"),
                    chance.pick(TITLES[kind]),
                    kind,
                    team,
                    registered,
                    chance.pick({1.0: 68, 0.8: 16, 0.6: 8, 0.5: 5, None: 2, 0.0: 1}),
                    "Y" if agency else "N" if chance.happens(0.9) else None,
                    day,
                    left,
                )
            )
        day = left + timedelta(days=1)
    return found


def needs(council: Council) -> list[Need]:
    """The kinds of workers that each child needs, and for how long."""
    found: list[Need] = []
    for child in council.children:
        found += [
            (child, "social_worker", each.day, each.end, each.id)
            for each in child.referrals
            if "SINGLE_ASSESSMENT_FLAG" in each.flags
        ]
        for period, (start, end, referral) in periods(child).items():
            if referral is None and period:
                found.append((child, "social_worker", start, end, None))
            found.append((child, "iro", start, end, referral))
        for plan in child.cp_plans:
            found.append((child, "iro", plan.start, plan.end, plan.referral))
            if plan.referral is None:
                found.append((child, "social_worker", plan.start, plan.end, None))
        found += [
            (child, "personal_adviser", each.start, birthday(child.born, 25), None)
            for each in child.care_leaver
            if child.born
        ]
        found += [(child, "other", each.start, each.end, None) for each in child.early_help if each.end]
    return found


def periods(child: Child) -> dict[str, tuple[date, date | None, str | None]]:
    """Periods of care that are not short breaks: first and last day, and the referral."""
    found: dict[str, tuple[date, date | None, str | None]] = {}
    for each in child.episodes:
        if each.legal not in ("V3", "V4"):
            found[each.period] = (each.entered, each.end, each.referral)
    return found


def allocate(chance: Chance, council: Council) -> None:
    """Give each child the workers it needs, in date order: those with the fewest children for their hours."""
    staff = {
        kind: [hire(chance, kind, number) for number in range(max(2, round(posts * chance.scale)))]
        for kind, posts in POSTS.items()
    }
    council.workers = [worker for posts in staff.values() for post in posts for worker in post]
    # Some are given more than others, for as long as they stay.
    pull = {worker.id: chance.random.uniform(0.6, 1.5) for worker in council.workers}
    loads: dict[str, list[date]] = {worker.id: [] for worker in council.workers}
    order = count()
    queue = [
        (start, next(order), need) for need in needs(council) if (start := max(need[2], BEGINS)) < (need[3] or date.max)
    ]
    heapify(queue)
    while queue:
        day, _, (child, kind, _, end, referral) = heappop(queue)
        if day > HORIZON:
            break
        worker = freest(
            chance, [each for post in staff[kind] for each in post if each.joined <= day <= each.left], loads, pull, day
        )
        last = day + timedelta(days=60 + chance.about(420)) if kind == "social_worker" else worker.left
        last = min(last, worker.left)
        until = end if end is not None and end <= last else last
        why = None if until == end else "LEFTRL" if until == worker.left else "MANAGE"
        involve(chance, child, worker, day, until, why, referral)
        loads[worker.id].append(until)
        if until != end:
            heappush(queue, (until + timedelta(days=1), next(order), (child, kind, day, end, referral)))
    name_workers(council)


def freest(
    chance: Chance, workers: list[Worker], loads: dict[str, list[date]], pull: dict[str, float], day: date
) -> Worker:
    """The worker with roughly the fewest children for their hours."""

    def load(worker: Worker) -> float:
        loads[worker.id] = [until for until in loads[worker.id] if until > day]
        return (len(loads[worker.id]) + chance.random.uniform(0, 4)) / (worker.fte or 1) / pull[worker.id]

    return min(workers, key=load)


def involve(
    chance: Chance, child: Child, worker: Worker, day: date, until: date, why: str | None, referral: str | None
) -> None:
    """One worker's time with a child; occasionally entered twice, under two ids."""
    for _ in range(2 if chance.happens(0.008) else 1):
        child.involvements.append(
            Involvement(
                chance.new_id("INV"),
                worker.id,
                worker.kind,
                chance.pick(ROLES[worker.kind]),
                worker.team,
                day,
                until,
                why,
                referral,
            )
        )


def name_workers(council: Council) -> None:
    """Write a case's first worker and team on it."""
    for child in council.children:
        for each in (*child.referrals, *child.assessments, *child.cin_plans):
            referral = getattr(each, "referral", each.id)
            own = next(
                (one for one in child.involvements if one.referral == referral and one.kind == "social_worker"), None
            )
            if own:
                each.worker, each.team = own.worker, own.team
        for each in child.early_help:
            each.worker = next((one.worker for one in child.involvements if one.kind == "other"), None)
        for each in child.care_leaver:
            own = [one for one in child.involvements if one.kind == "personal_adviser"]
            each.adviser = each.worker = own[-1].worker if own else None
