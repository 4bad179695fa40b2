# ruff: noqa: E501, FBT003 - the lists read as lists
"""The same life as Ofsted's Annex A lists: events of six months, or open cases, as on their last day."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from simulate.days import age, months_before
from simulate.lives import Child, Council, Event
from simulate.truth import is_open, placed_at

PERSON = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
TEAM = ("Allocated Team", "Allocated Worker")
DISABILITY = "Does the Child have a Disability"
HEADS = {
    1: ("Date of Contact", "Contact Source"),
    2: ("Assessment start date", "Assessment completion date", "Organisation completing assessment"),
    3: ("Date of referral", "Referral Source", "Referral NFA?", "Number of Referrals in Last 12 Months", *TEAM),
    4: (DISABILITY, "Continuous Assessment Start Date", "Child Seen During Continuous Assessment",
        "Continuous Assessment Date of Authorisation",
        "Was the child assessed as requiring LA children's social care support?", *TEAM),
    5: (DISABILITY, "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?", "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months", "Number of ICPCs in the last 12 months", *TEAM),
    6: (DISABILITY, "CIN Start Date", "Primary Need Code", "Date Child Was Last Seen", "CIN Closure Date", "Reason for Closure",
        "Case Status", *TEAM),
    7: (DISABILITY, "Child Protection Plan Start Date", "Initial Category of Abuse", "Latest Category of Abuse",
        "Date of the Last Statutory Visit", "Was the Child Seen Alone?", "Date of latest review conference",
        "Child Protection Plan End Date",
        "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
        "Number of Previous Child Protection Plans", *TEAM),
    8: (DISABILITY, "Date Started to be Looked After", "Child's Category of Need",
        "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
        "Start date of current legal status", "Child's Legal Status", "Date of Latest Statutory Review",
        "Date of Last Social Work Visit", "What is the permanence plan for this child?",
        "Date of Last IRO Visit / Contact to the Child", "Date of Last Health Assessment", "Date of Last Dental Check",
        "Number of Placements in the Last 12 months", "Date Ceased to be Looked After", "Reason Ceased to be Looked After",
        "Start Date of Most Recent Placement", "Placement Type", "Placement Provider", "Placement postcode", "URN of Placement",
        "Placement Location", "LA of Placement",
        "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
        "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
        "Was the child offered a Return Interview after their last missing episode (Y/N)?",
        "Did the child accept a Return Interview after their last missing episode (Y/N)?", *TEAM),
    9: (DISABILITY, *TEAM, "Eligibility Category", "LA in Touch", "Type of Accommodation", "Suitability of Accommodation",
        "Activity Status"),
    10: (), 11: (),
}  # fmt: skip
GENDERS = {"M": "a) Male", "F": "b) Female", "U": "c) Not stated/recorded (or unborn)"}
CATEGORIES = {
    "NEG": "a) Neglect",
    "PHY": "b) Physical abuse",
    "SAB": "c) Sexual abuse",
    "EMO": "d) Emotional abuse",
    "MUL": "e) Multiple",
}
ELIGIBILITY = {"Relevant": "a) Relevant child", "Former Relevant": "b) Former relevant child"}
Cells = list[object]


def yes(known: bool | None) -> str | None:  # noqa: FBT001 - a cell
    """A yes or no as written in the lists."""
    return None if known is None else "a) Yes" if known else "b) No"


def latest(days: list[date], as_at: date) -> date | None:
    """The newest of the days up to one."""
    return max((day for day in days if day <= as_at), default=None)


def in_year(days: list[date], as_at: date) -> int:
    """The number of days in the twelve months that end with a day."""
    return sum(months_before(as_at, 12) < day <= as_at for day in days)


def team(event: Event) -> tuple[str | None, str | None]:
    """The team that holds the case."""
    return event.team, event.worker


def lists(council: Council, as_at: date) -> Iterator[tuple[int, Child, Cells]]:
    """Every row: the number of its list, its child, and the cells after those about the child."""
    since = months_before(as_at, 6)
    for child in council.children:
        for number, rows in (
            (1, contacts(child)), (2, early_help(child)), (3, referrals(child, as_at)), (4, assessments(child)),
            (5, enquiries(child, as_at)), (6, cases(child, as_at)), (7, plans(child, as_at)), (8, care(child, as_at)),
            (9, leavers(child)),
        ):  # fmt: skip
            for days, cells in rows:
                # The last day of an event; open ones have none.
                if days is None or days > since:
                    yield number, child, cells


Rows = Iterator[tuple[date | None, Cells]]


def contacts(child: Child) -> Rows:
    """List 1: the source is in the words of the case system."""
    for each in child.contacts:
        yield each.day, [each.day, each.desc]


def early_help(child: Child) -> Rows:
    """List 2."""
    for each in child.early_help_assessments:
        yield each.end, [each.start, each.end, each.organisation]


def referrals(child: Child, as_at: date) -> Rows:
    """List 3."""
    count = in_year([each.day for each in child.referrals], as_at)
    for each in child.referrals:
        nfa = None if each.nfa is None else yes(each.nfa == "Y")
        yield each.day, [each.day, each.source, nfa, count, *team(each)]


def assessments(child: Child) -> Rows:
    """List 4."""
    for each in child.assessments:
        needs = None if each.nfa is None else yes(each.nfa != "Y")
        seen = None if each.seen is None else yes(each.seen == "Y")
        yield each.end, [yes(False), each.start, seen, each.end, needs, *team(each)]


def enquiries(child: Child, as_at: date) -> Rows:
    """List 5: one row for each enquiry, with its conference; conferences without an enquiry have separate rows."""
    held = {each.enquiry: each for each in child.conferences if each.transfer_in != "Y"}
    counts = (
        in_year([each.start for each in child.enquiries], as_at),
        in_year([each.held for each in held.values() if each.held], as_at),
    )
    for each in child.enquiries:
        found = held.get(each.id)
        day = found.held if found else None
        needless = yes(found is None) if each.end else None
        yield (
            day or each.start,
            [yes(False), each.start, needless, day, yes(found.to_plan == "Y") if day else None, *counts, None, None],
        )
    if None in held and held[None].held:
        found = held[None]
        yield found.held, [yes(False), None, yes(False), found.held, yes(found.to_plan == "Y"), *counts, None, None]


def cases(child: Child, as_at: date) -> Rows:
    """List 6: the case, and its present state."""
    for each in child.referrals:
        under = [
            name
            for name, events in (
                ("Looked after child", child.episodes),
                ("Child protection plan", child.cp_plans),
                ("CIN plan", child.cin_plans),
            )
            if any(is_open(one, as_at) for one in events)
        ]
        status = "Closed" if each.end else (under or ["Open assessment"])[0]
        seen = latest([one.day for one in child.cin_visits if one.seen == "Y"], as_at)
        yield each.end, [yes(False), each.day, each.need, seen, each.end, each.end_reason, status, *team(each)]


def plans(child: Child, as_at: date) -> Rows:
    """List 7: without plans of another authority."""
    for each in child.cp_plans:
        if each.another_authority == "Y":
            continue
        visits = [one for one in child.cp_visits if one.of == each.id and one.seen == "Y" and one.day <= as_at]
        last = max(visits, key=lambda one: one.day, default=None)
        review = latest([one.held for one in child.cp_reviews if one.of == each.id and one.held], as_at)
        before = sum(one.start < each.start for one in child.cp_plans)
        police = any(one.status in ("L1", "L2") and months_before(as_at, 6) < one.start for one in child.legal)
        yield each.end, [
            yes(False), each.start, CATEGORIES[each.first_category], CATEGORIES[each.category], last and last.day,
            yes(last.alone == "Y") if last and last.alone else None, review, each.end, yes(police), before, None, None,
        ]  # fmt: skip


def care(child: Child, as_at: date) -> Rows:
    """List 8: one row for each period of care."""
    for period in dict.fromkeys(each.period for each in child.episodes):
        own = [each for each in child.episodes if each.period == period]
        last = own[-1]
        legal = max(
            (each for each in child.legal if each.start <= last.start and each.status == last.legal),
            key=lambda each: each.start,
        )
        where = (
            placed_at(child, as_at)
            if last.end is None
            else next(each for each in child.placements if each.id == last.placement)
        )
        reviews = [each.held for each in child.care_reviews if each.of == period and each.held]
        missing = [each for each in child.missing if each.end]
        away = missing[-1] if missing else None
        placed = [
            each
            for each in child.placements
            if each.period == period and (each.end is None or each.end > months_before(as_at, 12))
        ]
        again = (
            sum(months_before(as_at, 12) < each.start <= as_at and each.start_reason == "S" for each in child.episodes)
            > 1
        )
        checks = {
            kind: latest([each.day for each in child.health if each.kind == kind and each.status == "Completed"], as_at)
            for kind in ("health_assessment", "dental")
        }
        yield last.end, [
            yes(False), last.entered, last.need, yes(again), legal.start, last.legal, latest(reviews, as_at),
            latest([each.day for each in child.care_visits if each.of == period], as_at), None, None,
            checks["health_assessment"], checks["dental"], len(placed), last.end, last.end_reason,
            where and where.start, where and f"{where.type}: placement", where and where.provider, where and where.postcode, where and where.urn,
            None, None, in_year([each.start for each in child.missing if each.type == "Missing"], as_at),
            in_year([each.start for each in child.missing if each.type == "Away"], as_at),
            yes(away.offered == "Y") if away else None, yes(away.accepted == "Y") if away else None, None, None,
        ]  # fmt: skip


def leavers(child: Child) -> Rows:
    """List 9: care leavers entitled to help."""
    for each in child.care_leaver:
        if each.eligibility in ELIGIBILITY:
            suits = {"1": "a) Suitable", "2": "b) Unsuitable"}.get(each.suitable or "")
            yield (
                None,
                [
                    yes(False),
                    None,
                    each.adviser,
                    ELIGIBILITY[each.eligibility],
                    each.in_touch,
                    each.accommodation,
                    suits,
                    each.activity,
                ],
            )


def write_annex_a(council: Council, as_at: date, file: Path) -> None:
    """Write the workbook: one sheet for each list."""
    with xlsxwriter.Workbook(str(file), {"default_date_format": "dd/mm/yyyy"}) as book:
        # It does not contain the date of its creation.
        book.set_properties({"created": datetime(2025, 4, 1)})  # noqa: DTZ001 - a workbook knows no zones
        sheets = {number: book.add_worksheet(f"List {number}") for number in HEADS}
        rows = dict.fromkeys(HEADS, 1)
        for number, heads in HEADS.items():
            sheets[number].write_row(0, 0, (*PERSON, *heads))
        for number, child, cells in lists(council, as_at):
            years = age(child.born, as_at) if child.born else None
            about = (child.id, GENDERS[child.sex], child.ethnicity, child.born or child.expected, years)
            for column, cell in enumerate((*about, *cells)):
                if isinstance(cell, date):
                    sheets[number].write_datetime(rows[number], column, datetime.combine(cell, datetime.min.time()))
                elif cell is not None:
                    sheets[number].write(rows[number], column, cell)
            rows[number] += 1
