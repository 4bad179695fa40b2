"""Children in care: placements, legal statuses and the episodes made from both, reviews, visits and health checks."""

from datetime import date, timedelta

from simulate.chance import Chance
from simulate.days import ONE_DAY, after_working_days, age, birthday, months_before
from simulate.lives import (
    CareLeaver,
    Child,
    Episode,
    HealthCheck,
    Immigration,
    LegalStatus,
    Missing,
    Permanence,
    Placement,
    Referral,
    Review,
    Visit,
)

# Earlier events are not in the records, but the fact that a child was in care is.
BEGINS = date(2016, 4, 1)
HORIZON = date(2025, 9, 30)

STAYS = {"days": 14, "months": 24, "years": 34, "until 18": 28}
ENTRIES = {"V2": 54, "C1": 26, "L2": 8, "L1": 9, "L3": 1, "J1": 2}
YOUNG = {"U6": 26, "U5": 6, "U4": 16, "U3": 14, "U1": 10, "U2": 3, "P1": 10, "R3": 2, "K2": 1}
OLDER = {
    "U6": 24,
    "U4": 16,
    "U3": 8,
    "U1": 6,
    "K2": 15,
    "P1": 5,
    "R1": 2,
    "S1": 2,
    "Z1": 1,
    "K1": 0.6,
    "H5": 1,
    "R5": 0.5,
}
OLDEST = {"H5": 34, "U6": 18, "U4": 12, "K2": 14, "U3": 4, "P2": 4, "P1": 3, "R1": 2, "Z1": 2, "K1": 1, "R5": 1}
LEFT_AT_18 = {"E5": 30, "E6": 28, "E7": 8, "E8": 30, "E9": 4}
LEFT_BEFORE = {
    "E4A": 48,
    "E4B": 6,
    "E13": 4,
    "E45": 6,
    "E46": 5,
    "E47": 3,
    "E48": 4,
    "E41": 6,
    "E8": 12,
    "E3": 3,
    "E9": 1,
}
TOOK_PART = {"PN1": 52, "PN2": 4, "PN3": 8, "PN4": 4, "PN5": 10, "PN6": 7, "PN7": 13, None: 1}
CHECKS = {
    "health_assessment": {"Review Health Assessment": 75, "LAC Health Assessment": 25},
    "dental": {"Dental Check": 85, "Dental check - hygienist": 15},
    "other": {"Optician": 60, "Immunisations": 40},
}


def enter_care(chance: Chance, child: Child, day: date, made: Referral | None, *, alone: bool = False) -> date:
    """A period of care from its first day to its last, which is given back.

    Parameters
    ----------
    alone : bool
        Whether the child is unaccompanied and seeks asylum.
    """
    eighteen = birthday(child.born, 18)
    # Some cases are never closed when a young person is 18.
    forgotten = chance.happens(0.012)
    end = min(eighteen, leave_on(chance, child, day, alone=alone))
    period, need = chance.new_id("CLA"), "N8" if alone else made.need if made else "N1"
    known_end = None if forgotten and end == eighteen else end
    statuses = legal_statuses(chance, child, day, known_end, "V2" if alone else chance.pick(ENTRIES))
    places = placements(chance, child, period, day, known_end, alone=alone)
    child.legal += statuses
    child.placements += places
    reason = leave_why(chance, end, eighteen, places[-1])
    episodes(chance, child, places, statuses, (period, day, need, made.id if made else None), reason)
    review(chance, child, period, day, end)
    visit(chance, child, period, places, end)
    check(chance, child, day, end)
    go_missing(chance, child, day, end, 0.45)
    if alone:
        word = chance.pick({"UASC": 80, "Unaccompanied asylum seeking child": 20})
        granted = chance.later(day, 200, 700) if chance.happens(0.5) else None
        child.immigration.append(Immigration(chance.new_id("IMM"), "uasc", word, day, granted))
    if reason in ("E45", "E46", "E47", "E48"):
        child.permanence.append(Permanence(chance.new_id("PER"), period, end, "Special Guardianship"))
    elif reason in ("E11", "E12"):
        child.permanence.append(Permanence(chance.new_id("PER"), period, end, "Adoption"))
    elif reason == "E2":
        child.died = end
    leave_care(chance, child, day, end, eighteen)
    child.in_care_until = end
    return end


def leave_on(chance: Chance, child: Child, day: date, *, alone: bool) -> date:
    """The latest possible end of a period of care."""
    stay = "until 18" if alone else chance.pick(STAYS)
    if stay == "until 18" or (stay == "years" and age(child.born, day) > 15):
        return birthday(child.born, 18)
    return day + timedelta(
        days={"days": chance.between(1, 20), "months": 20 + chance.about(90), "years": 180 + chance.about(420)}[stay]
    )


def leave_why(chance: Chance, end: date, eighteen: date, place: Placement) -> str:
    """The reason for the end of a period of care (REC)."""
    if end >= eighteen:
        return chance.pick(LEFT_AT_18)
    if place.type in ("A3", "A4", "A5", "A6"):
        return chance.pick({"E11": 30, "E12": 70})
    if chance.happens(0.006):
        return "E2"
    return chance.pick(LEFT_BEFORE)


def legal_statuses(chance: Chance, child: Child, day: date, end: date | None, first: str) -> list[LegalStatus]:
    """The legal statuses of a period, in order."""
    last, status, found = end or HORIZON, first, []
    while True:
        following = change = None
        if status in ("L1", "L2", "L3"):
            change, following = chance.later(day, 2, 7), chance.pick({"C1": 60, "V2": 40})
        elif status == "V2" and chance.happens(0.3):
            change, following = day + timedelta(days=20 + chance.about(120)), "C1"
        elif status == "C1":
            young = age(child.born, day) < 5
            change, following = (
                day + timedelta(days=90 + chance.about(130)),
                chance.pick({"C2": 70, "E1": 30 if young else 0}),
            )
        over = change is None or change >= last
        found.append(LegalStatus(chance.new_id("LEG"), status, day, end if over else change))
        if over:
            return found
        day, status = change, following


def placements(
    chance: Chance, child: Child, period: str, day: date, end: date | None, *, alone: bool
) -> list[Placement]:
    """The placements of a period: the first ones short, later ones longer."""
    last, found, entered = end or HORIZON, [], day
    mean, kind = 150, None
    while True:
        years = age(child.born, day)
        if kind is None:
            weights = OLDEST if years >= 16 or (alone and years >= 15) else OLDER if years >= 10 else YOUNG
            kind = chance.pick(weights)
        length = 1 + chance.about(mean, 1.0)
        if kind == "T0":
            length = chance.between(2, 9)
        elif chance.happens(0.012):
            length = 0
        leaves = day + timedelta(days=length)
        over = leaves >= last
        found.append(place(chance, period, kind, day, end if over else leaves))
        if over:
            return found
        day, mean, kind = leaves, min(mean * 3.2, 1900), None
        if chance.happens(0.025):
            kind = "T0"
        elif years < 5 and (day - entered).days > 420 and chance.happens(0.6):
            # Placed for adoption, often with the carers they have.
            kind, mean = ("A3" if found[-1].type in ("U2", "U5") else chance.pick({"A4": 70, "A6": 30})), 260


def place(chance: Chance, period: str, kind: str, start: date, end: date | None) -> Placement:
    """One placement."""
    provider = chance.pick(
        {"PR0": 100}
        if kind[0] == "P"
        else {"PR1": 62, "PR4": 34, "PR2": 4}
        if kind[0] in "UA"
        else {"PR4": 78, "PR1": 12, "PR5": 10}
    )
    registered = {"K2": 0.95, "R1": 0.93, "H5": 0.55 if start < date(2023, 10, 28) else 0.93, "Z1": 0.3}.get(kind, 0.9)
    far = 999.9 if chance.happens(0.01) else round(chance.random.expovariate(1 / 14), 1)
    return Placement(
        chance.new_id("PLA"), period, start, end, kind, provider,
        f"SC{chance.between(10000, 99999)}" if chance.happens(registered) else None, far, "ZZ1 1AA",
        chance.pick({"CARPL": 50, "PLANN": 20, "CUSTOD": 1, "STAND": 2, "OTHER": 10, "CHILD": 10}) if end else None,
    )  # fmt: skip


def episodes(
    chance: Chance,
    child: Child,
    places: list[Placement],
    statuses: list[LegalStatus],
    of: tuple[str, date, str, str | None],
    reason: str,
) -> None:
    """Cut a period into episodes: a new one whenever placement or legal status changes."""
    period, entered, need, referral = of
    changes = {each.start: each.status for each in statuses}
    for number, where in enumerate(places):
        inside = [day for day in changes if where.start < day < (where.end or date.max)]
        cuts = [where.start, *sorted(inside)]
        for day, until in zip(cuts, [*cuts[1:], where.end], strict=True):
            if day > where.start:
                began = "L"
            elif number == 0:
                began = "S"
            else:
                same_carer = where.type == "A3" or chance.happens(0.06)
                began = {(False, False): "P", (False, True): "T", (True, False): "B", (True, True): "U"}[
                    day in changes, same_carer
                ]
            final = where is places[-1] and until == where.end
            status = next(each.status for each in reversed(statuses) if each.start <= day)
            ended = None if until is None else reason if final else "X1"
            child.episodes.append(
                Episode(
                    chance.new_id("EPI"), period, entered, where.id, day, began, until, ended, status, need, referral
                )
            )


def review(chance: Chance, child: Child, period: str, start: date, end: date) -> None:
    """Reviews: within 20 working days, three months after that, then every six months."""
    due, gap, last = (
        after_working_days(start, 20) if start >= BEGINS else start + timedelta(days=28),
        91,
        min(end, HORIZON),
    )
    while due <= last:
        held = chance.later(due, -12, 0) if chance.happens(0.91) else chance.later(due, 1, 25)
        if chance.happens(0.02):
            due_again = chance.later(due, 3, 20)
            child.care_reviews.append(Review(chance.new_id("CLR"), period, due, None, "Y"))
            due, held = due_again, due_again
        held = held if held < last else None
        part = None if held is None else "PN0" if age(child.born, held) < 4 else chance.pick(TOOK_PART)
        if due >= BEGINS:
            child.care_reviews.append(
                Review(chance.new_id("CLR"), period, due, held, "N" if chance.happens(0.8) else None, part)
            )
        due, gap = (held or due) + timedelta(days=gap), 182


def visit(chance: Chance, child: Child, period: str, places: list[Placement], end: date) -> None:
    """Visits: within a week of a placement's start, then every six weeks, or three months when it is settled."""
    for where in places:
        day, last = chance.later(where.start, 1, 7), min(where.end or end, HORIZON)
        settled = where.type in ("U1", "U4", "A3", "A4", "A5", "A6")
        while day < last:
            if day >= BEGINS:
                seen = "Y" if chance.happens(0.97) else "N"
                child.care_visits.append(
                    Visit(chance.new_id("CLV"), day, seen, chance.pick({"Y": 70, "N": 25, None: 5}), period)
                )
            longer = settled and (day - where.start).days > 366
            soon, late = ((60, 88), (92, 120)) if longer else ((28, 41), (43, 64))
            day = chance.later(day, *(soon if chance.happens(0.76) else late))


def check(chance: Chance, child: Child, start: date, end: date) -> None:
    """Health assessments, dental checks and others: not all take place."""
    for kind, every, done in (("health_assessment", 350, 0.86), ("dental", 300, 0.62), ("other", 500, 0.8)):
        day = chance.later(start, 10, 40 if kind == "health_assessment" else 200)
        first = kind == "health_assessment"
        while day < min(end, HORIZON):
            status = (
                "Completed" if chance.happens(done) else chance.pick({"Refused": 50, "Cancelled": 25, "Planned": 25})
            )
            if day >= BEGINS:
                word = "Initial Health Assessment" if first else chance.pick(CHECKS[kind])
                child.health.append(HealthCheck(chance.new_id("HLT"), day, kind, word, status))
            young = first = kind == "health_assessment" and age(child.born, day) < 5
            first = False
            day = chance.later(day, every // (2 if young else 1) - 20, every // (2 if young else 1) + 15)


def go_missing(chance: Chance, child: Child, start: date, end: date, share: float) -> None:
    """Some teenagers go missing, a few of them often."""
    day = max(start, BEGINS, birthday(child.born, 12))
    if not chance.happens(share):
        return
    while True:
        day += timedelta(days=1 + chance.about(95, 0.7))
        if day >= min(end, HORIZON):
            return
        back = chance.later(day, 0, 1 if chance.happens(0.8) else 6)
        offered = chance.pick({"Y": 86, "N": 5, "NA": 5, None: 4})
        accepted = chance.pick({"Y": 57, "N": 39, None: 4}) if offered == "Y" else None
        child.missing.append(
            Missing(chance.new_id("MIS"), day, back, chance.pick({"Missing": 78, "Away": 22}), offered, accepted)
        )
        day = back


def leave_care(chance: Chance, child: Child, start: date, end: date, eighteen: date) -> None:
    """A child in care for 13 weeks, partly at 16 or later, is entitled to help as a care leaver."""
    day = max(birthday(child.born, 16), start + timedelta(days=91))
    if day >= end or child.care_leaver:
        return
    housed = chance.pick(
        {
            "B": 12,
            "C": 4,
            "D": 22,
            "E": 6,
            "G": 1,
            "H": 1,
            "K": 8,
            "R": 2,
            "S": 2,
            "T": 3,
            "U": 24,
            "V": 1,
            "W": 1,
            "X": 4,
            "Y": 4,
            "Z": 10,
        }
    )
    suits = "2" if housed in "SVWX" else "1" if chance.happens(0.96) else "2"
    child.care_leaver.append(
        CareLeaver(
            chance.new_id("LEA"),
            day,
            eighteen,
            end,
            chance.pick({"YES": 87, "NO": 5, "DIED": 1, "REFU": 3, "NREQ": 2, "RHOM": 2}),
            housed,
            None if housed in "GHR" else suits,
            chance.pick(
                {
                    "F1": 6,
                    "P1": 2,
                    "F2": 18,
                    "P2": 4,
                    "F4": 4,
                    "P4": 1,
                    "F5": 14,
                    "P5": 6,
                    "G4": 16,
                    "G5": 18,
                    "G6": 6,
                    "0": 5,
                }
            ),
        )
    )


def short_breaks(chance: Chance, child: Child, start: date, status: str) -> None:
    """A disabled child's short breaks: under V4 one long episode, under V3 one for each break."""
    day, until = start, min(start + timedelta(days=300 + chance.about(500)), birthday(child.born, 18))
    while day < min(until, HORIZON):
        end = until if status == "V4" else chance.later(day, 1, 3)
        period, kind = chance.new_id("CLA"), chance.pick({"U6": 60, "K2": 40})
        where = place(chance, period, kind, day, end)
        where.urn = where.urn or "SC10000"
        legal = LegalStatus(chance.new_id("LEG"), status, day, end)
        child.placements.append(where)
        child.legal.append(legal)
        episodes(chance, child, [where], [legal], (period, day, "N2", None), "E4A" if status == "V3" else "E8")
        day = end + timedelta(days=chance.between(25, 60))


def earlier_years(chance: Chance, children: list[Child]) -> None:
    """Children in care, or with a special guardian, when the records begin."""
    for _ in range(round(190 * chance.scale)):
        while True:
            entered = BEGINS - timedelta(days=chance.between(1, 2500))
            child = chance.child(entered, (0, 15))
            if enter_care(chance, child, entered, None) > BEGINS:
                children.append(child)
                break
    for _ in range(round(95 * chance.scale)):
        child = chance.child(BEGINS, (1, 15))
        day = BEGINS - timedelta(days=chance.between(1, 1500))
        child.permanence.append(
            Permanence(chance.new_id("PER"), None, max(day, child.born + ONE_DAY), "Special Guardianship")
        )
        children.append(child)
    for number in range(round(14 * chance.scale) + 2):
        child = chance.child(BEGINS, (5, 12))
        short_breaks(chance, child, months_before(date(2021, 3, 1), 5 * number), "V3" if number % 3 == 0 else "V4")
        children.append(child)
