"""The simulated council: repeatable records, lives at the edges of definitions, and counts that agree."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "examples" / "harrowmere"))
council, days, dirt, ssd, truth = (
    __import__(f"simulate.{name}", fromlist=["simulate"]) for name in ("council", "days", "dirt", "ssd", "truth")
)

LAST = date(2025, 3, 31)
SCALE = 0.02
ENDS = {each.last for each in days.quarters_to(LAST, 24)}
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def life() -> Any:
    """Return a fiftieth of the council."""
    return council.simulate(scale=SCALE)


@pytest.fixture(scope="module")
def tables(life: Any) -> dict[str, Rows]:
    return ssd.all_tables(life.seen_on(LAST + timedelta(days=14)))


@pytest.fixture(scope="module")
def counted(life: Any) -> dict[tuple[str, str], tuple[float, float | None]]:
    found = truth.count_truth(life.seen_on(LAST + timedelta(days=14)), LAST, SCALE)
    return {(name, quarter): (numerator, denominator) for name, quarter, numerator, denominator in found}


def test_the_same_seed_gives_identical_files(tables: dict[str, Rows], tmp_path: Path) -> None:
    again = ssd.all_tables(council.simulate(scale=SCALE).seen_on(LAST + timedelta(days=14)))
    for name, made in (("one", tables), ("two", again)):
        ssd.write_ssd(made, tmp_path / name)
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_columns_are_those_of_the_dataset() -> None:
    spec = ROOT / "src" / "quarterly" / "records" / "schema.csv"
    with spec.open(encoding="utf-8", newline="") as file:
        known = {row["column"] for row in csv.DictReader(file)}
    made = {column for table in ("ssd_person", "ssd_professionals", *ssd.TABLES) for column in ssd.heads(table)}
    assert known <= made


def test_every_indicator_is_counted_in_every_quarter(counted: dict[tuple[str, str], Any]) -> None:
    by_name = Counter(name for name, _ in counted)
    assert len(by_name) == 49
    assert {name for name, quarters in by_name.items() if quarters == 1} == set(truth.PRESENT_ONLY)
    assert set(by_name.values()) == {1, 24}


def test_no_share_exceeds_its_whole(counted: dict[tuple[str, str], Any]) -> None:
    shares = {key: pair for key, pair in counted.items() if pair[1] is not None and key[0] != "average-caseload"}
    assert all(0 <= numerator <= denominator for numerator, denominator in shares.values())


def test_related_counts_agree(counted: dict[tuple[str, str], Any]) -> None:
    wholes = {
        "requests-for-support-no-further-action": "requests-for-support",
        "mash-enquiries-progressing": "mash-enquiries",
        "referrals-no-further-action": "new-social-care-referrals",
    }
    quarters = [each.name for each in days.quarters_to(LAST, 24)]
    for quarter in quarters:
        for share, whole in wholes.items():
            assert counted[share, quarter][1] == counted[whole, quarter][0]
        assert counted["single-assessments-closure", quarter][1] == counted["single-assessments-45-days", quarter][1]
    for year in range(6):
        four = [counted["single-assessments-45-days", name] for name in quarters[4 * year : 4 * year + 4]]
        total = counted["single-assessments-45-days-ytd", quarters[4 * year + 3]]
        assert total == (sum(pair[0] for pair in four), sum(pair[1] for pair in four))
        referrals = [counted["new-social-care-referrals", name][0] for name in quarters[4 * year : 4 * year + 4]]
        assert counted["re-referrals-12-months", quarters[4 * year + 3]][1] == sum(referrals)


def test_an_extract_of_an_earlier_day_contains_nothing_later(life: Any) -> None:
    day = date(2022, 6, 30)
    for rows in ssd.all_tables(life.seen_on(day)).values():
        for row in rows:
            due = {"cppr_cp_review_due", "clar_cla_review_due_date", "icpc_icpc_target_date", "pers_expected_dob"}
            later = {column for column, cell in row.items() if isinstance(cell, date) and cell > day}
            assert later <= due, row


def test_lives_reach_the_boundaries_of_definitions(tables: dict[str, Rows]) -> None:
    born = {row["pers_person_id"]: row["pers_dob"] for row in tables["ssd_person"]}
    referrals: dict[str, list[date]] = {}
    for row in tables["ssd_cin_episodes"]:
        referrals.setdefault(row["cine_person_id"], []).append(row["cine_referral_date"])
    ended = {row["cppl_person_id"]: row["cppl_cp_plan_end_date"] for row in tables["ssd_cp_plans"]}
    starts = Counter((row["icpc_person_id"], row["icpc_icpc_date"]) for row in tables["ssd_initial_cp_conference"])
    taken = [
        (row["cina_assessment_start_date"], row["cina_assessment_auth_date"]) for row in tables["ssd_cin_assessments"]
    ]
    statuses = {row["lega_legal_status"] for row in tables["ssd_legal_status"]}
    met = {
        "unborn": sum(day is None for day in born.values()),
        "plan before birth": sum(
            bool(born[row["cppl_person_id"]]) and row["cppl_cp_plan_start_date"] < born[row["cppl_person_id"]]
            for row in tables["ssd_cp_plans"]
        ),
        "open after 18": sum(
            row["clae_cla_episode_ceased_date"] is None and days.age(born[row["clae_person_id"]], LAST) >= 18
            for row in tables["ssd_cla_episodes"]
        ),
        "18 on the last day": sum(bool(day) and days.birthday(day, 18) in ENDS for day in born.values()),
        "short breaks": len({"V3", "V4"} & statuses) // 2,
        "plan ends on the last day": sum(end in ENDS for end in ended.values()),
        "plan of another authority": sum(row["cppl_cp_plan_ola"] == "Y" for row in tables["ssd_cp_plans"]),
        "plan of nobody knows whom": sum(row["cppl_cp_plan_ola"] is None for row in tables["ssd_cp_plans"]),
        "transfer in": sum(row["icpc_icpc_transfer_in"] == "Y" for row in tables["ssd_initial_cp_conference"]),
        "two conferences are one": sum(number > 1 for number in starts.values()),
        "not held": sum(row["icpc_icpc_date"] is None for row in tables["ssd_initial_cp_conference"]),
        "exactly twelve months": sum(
            days.months_before(day, 12) in found for found in referrals.values() for day in found
        ),
        "same day": sum(len(found) > len(set(found)) for found in referrals.values()),
        "leap day": sum(date(2024, 2, 29) in found for found in referrals.values()),
        "45 working days": sum(bool(a and b) and days.working_days(a, b) == 45 for a, b in taken),
        "46 working days": sum(bool(a and b) and days.working_days(a, b) == 46 for a, b in taken),
        "no start": sum(a is None for a, _ in taken),
        "null flags": sum(row["cont_contact_outcome_json"] is None for row in tables["ssd_contacts"]),
        "a day's placement": sum(
            row["clap_cla_placement_start_date"] == row["clap_cla_placement_end_date"]
            for row in tables["ssd_cla_placement"]
        ),
    }
    assert {name for name, number in met.items() if number == 0} == set()


def test_dirt_is_counted(tables: dict[str, Rows]) -> None:
    made = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    found = dirt.soil(made, dirt.random.Random(7))
    added = Counter(kind for (_, kind), number in found.items() for _ in range(number))
    grown = sum(map(len, made.values())) - sum(map(len, tables.values()))
    assert grown == added["duplicate rows"] + added["orphans"] + added["overlapping episodes"]
    cells = [cell for rows in made.values() for row in rows for cell in row.values()]
    assert cells.count("#N/A") == added["#N/A"]


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2020, ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"]),
        (2022, ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"]),
        (2023, ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"]),
    ],
)
def test_bank_holidays_are_those_of_england(year: int, expected: list[str]) -> None:
    assert [f"{day:%m-%d}" for day in sorted(days.bank_holidays(year))] == expected
