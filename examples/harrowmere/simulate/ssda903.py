"""The same life as the SSDA903 return of each year: the whole history of children looked after in it."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from simulate.days import age, birthday, months_before
from simulate.lives import Child, Council
from simulate.truth import Lives, continuously

HEADS = {
    "header": ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"),
    "episodes": (
        "CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE",
        "HOME_POST", "PL_POST", "URN",
    ),
    "reviews": ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
    "uasc": ("CHILD", "SEX", "DOB", "DUC"),
    "oc2": (
        "CHILD", "DOB", "SDQ_SCORE", "SDQ_REASON", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK",
        "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED",
    ),
    "oc3": ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"),
    "missing": ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
    "sw_episodes": ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"),
}  # fmt: skip
Row = tuple[object, ...]
# The parts of a life that the return covers.
CARE = (
    "episodes", "placements", "legal", "health", "care_reviews", "missing", "immigration", "involvements",
    "care_leaver",
)  # fmt: skip


def returns(council: Council, year_end: date) -> Iterator[tuple[str, Row]]:
    """The rows of a year's files."""
    begins = months_before(year_end, 12) + timedelta(days=1)
    a_year = {
        child.id for child, each in Lives(council, 1.0).in_care_at(year_end) if continuously(child, each, 12, year_end)
    }
    for child in council.children:
        if any(each.end is None or each.end >= begins for each in child.episodes):
            sex = {"M": 1, "F": 2}.get(child.sex)
            yield "header", (child.id, sex, child.born, child.ethnicity, "UN1", None, None)
            yield from histories(child, begins, sex)
        if child.id in a_year:
            wanted = 2 if child.born and age(child.born, year_end) < 5 else 1
            done = int(checks(child, "dental", begins) >= 1), int(checks(child, "health_assessment", begins) >= wanted)
            yield "oc2", (child.id, child.born, None, "SDQ4", 0, None, 1, *done, 0, 0, 0)


def checks(child: Child, kind: str, begins: date) -> int:
    """The number of checks of a kind since a day."""
    return sum(each.kind == kind and each.status == "Completed" and each.day >= begins for each in child.health)


def histories(child: Child, begins: date, sex: int | None) -> Iterator[tuple[str, Row]]:
    """Episodes as far as known; reviews, missing episodes and workers of the year only."""
    places = {each.id: each for each in child.placements}
    for each in child.episodes:
        where = places[each.placement]
        change = where.change if each.end == where.end and each.end_reason == "X1" else None
        yield "episodes", (
            child.id, each.start, each.start_reason, each.legal, each.need, where.type, where.provider, each.end,
            each.end_reason, change, "ZZ1 1AA", where.postcode, where.urn,
        )  # fmt: skip
    for each in child.care_reviews:
        if each.held and each.held >= begins:
            yield "reviews", (child.id, child.born, each.held, each.participation)
    for each in child.immigration:
        if each.kind == "uasc" and child.born:
            yield "uasc", (child.id, sex, child.born, min(each.end or date.max, birthday(child.born, 18)))
    for each in child.missing:
        if each.end is None or each.end >= begins:
            yield "missing", (child.id, child.born, each.type[0], each.start, each.end)
    for each in child.involvements:
        if each.kind == "social_worker" and (each.end is None or each.end >= begins):
            yield "sw_episodes", (child.id, child.born, each.worker, each.start, each.end, each.change)


def leaving(council: Council, year_end: date) -> Iterator[tuple[str, Row]]:
    """Care leavers with a birthday from the 17th to the 21st in the year; only the present state is known."""
    for child in council.children:
        for each in child.care_leaver:
            if each.eligibility != "Eligible" and child.born and 17 <= age(child.born, year_end) <= 21:
                home = f"{each.accommodation}{each.suitable or '2'}"
                yield "oc3", (child.id, child.born, each.in_touch, each.activity, home)


def write_903(council: Council, years: list[date], folder: Path) -> None:
    """Write a folder for each year, such as 903/2024-25, with a CSV file for each table; days as 31/03/2025."""
    council = Council([child for child in council.children if child.episodes], council.workers)
    for year_end in years:
        seen = council.seen_on(year_end, CARE)
        rows: dict[str, list[Row]] = {name: [] for name in HEADS}
        for name, row in returns(seen, year_end):
            rows[name].append(row)
        rows["oc3"] += [row for _, row in leaving(seen, year_end)] if year_end == years[-1] else []
        here = folder / f"{year_end.year - 1}-{year_end.year % 100}"
        here.mkdir(parents=True, exist_ok=True)
        for name, heads in HEADS.items():
            with (here / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(heads)
                writer.writerows(
                    [f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row] for row in rows[name]
                )
