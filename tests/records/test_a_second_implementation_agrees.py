"""Measures implemented a second time, in plain pandas on the raw files, equal the definitions in each quarter.

Nothing is shared with the program: files, days, duplicates, working days and windows are read and counted again, from
the wording of each definition. The simulator's own truth, which counts lives and not tables, is a third count.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from pandas import DataFrame as Frame
from pandas.tseries.holiday import MO, AbstractHolidayCalendar, EasterMonday, GoodFriday, Holiday, next_monday
from pandas.tseries.offsets import DateOffset

from quarterly.core.quarters import Quarter as ReportingQuarter
from quarterly.records.define import measures
from quarterly.records.layouts import load, read
from quarterly.records.settings import read_words
from quarterly.records.store import Store
from quarterly.records.tables import Records

COUNCIL = ROOT / "examples" / "harrowmere"
Counts = tuple[float, float]


def two_days_on(day: pd.Timestamp) -> pd.Timestamp:
    """Move Christmas and Boxing Day from a weekend."""
    return day + DateOffset(days=2 if day.weekday() > 4 else 0)


class England(AbstractHolidayCalendar):  # type: ignore[misc]
    """England's bank holidays by their rules, except for those of single years."""

    rules = [  # noqa: RUF012
        Holiday("New Year", month=1, day=1, observance=next_monday),
        GoodFriday,
        EasterMonday,
        Holiday("Early May", month=5, day=1, offset=DateOffset(weekday=MO(1))),
        Holiday("Spring", month=5, day=31, offset=DateOffset(weekday=MO(-1))),
        Holiday("Summer", month=8, day=31, offset=DateOffset(weekday=MO(-1))),
        Holiday("Christmas", month=12, day=25, observance=two_days_on),
        Holiday("Boxing Day", month=12, day=26, observance=two_days_on),
    ]


@cache
def free_days() -> np.ndarray:
    days = set(England().holidays("2010-01-01", "2027-12-31").strftime("%Y-%m-%d"))
    days -= {"2020-05-04", "2022-05-30"}
    days |= {"2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"}
    return np.array(sorted(days), dtype="datetime64[D]")


def wd(start: pd.Series, end: pd.Series) -> pd.Series:
    """Count working days from one day to another, the first being day 0; missing if either is."""
    known = start.notna() & end.notna()
    first, last = (days[known].to_numpy().astype("datetime64[D]") + 1 for days in (start, end))
    counted = pd.Series(np.busday_count(first, last, holidays=free_days()), index=start.index[known])
    return counted.reindex(start.index)


class Quarter(NamedTuple):
    """A quarter's name, and its first and last day."""

    name: str
    first: pd.Timestamp
    last: pd.Timestamp


def ago(q: Quarter, **span: int) -> pd.Timestamp:
    return q.last - DateOffset(**span)


def quarters() -> list[Quarter]:
    starts = pd.date_range("2019-04-01", "2025-01-01", freq="QS")
    years = [start.year - (start.month < 4) for start in starts]
    return [
        Quarter(
            f"{year}-{(year + 1) % 100:02}-Q{(start.month - 4) % 12 // 3 + 1}",
            start,
            start + DateOffset(months=3, days=-1),
        )
        for year, start in zip(years, starts, strict=True)
    ]


class Dataset:
    """The files of a folder: one row for each id, days parsed, words stripped."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._read = folder, dict[str, Frame]()

    def __getattr__(self, name: str) -> Frame:
        if name not in self._read:
            path = self._folder / f"ssd_{name}.csv"
            rows = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=["", "#N/A"])
            rows = rows.apply(lambda cells: cells.str.replace("\u00a0", " ").str.strip())
            # Column names start with the table's initials, and some also with its short name.
            rows.columns = [column.partition("_")[2] for column in rows.columns]
            for column in rows.columns[rows.columns.str.contains("date|dob|due")]:
                text = rows[column].astype("string").str[:10]
                british = text.str.contains("/", na=False)
                parts = text.where(british).str.split("/").str[::-1].str.join("-")
                rows[column] = pd.to_datetime(parts.fillna(text), format="%Y-%m-%d")
            self._read[name] = rows.drop_duplicates(rows.columns[0])
        return self._read[name]


def within(days: pd.Series, after: pd.Timestamp, until: pd.Timestamp) -> pd.Series:
    return (days > after) & (days <= until)


def of_quarter(days: pd.Series, q: Quarter) -> pd.Series:
    return days.between(q.first, q.last)


def is_open(rows: Frame, start: str, end: str, day: pd.Timestamp) -> pd.Series:
    return (rows[start] <= day) & ~(rows[end] <= day)


def share(counted: pd.Series) -> Counts:
    return float(counted.sum()), float(len(counted))


def assessments(d: Dataset, after: pd.Timestamp, until: pd.Timestamp) -> Counts:
    done = d.cin_assessments[d.cin_assessments["assessment_auth_date"].between(after, until)]
    return share(wd(done["assessment_start_date"], done["assessment_auth_date"]) <= 45)


def conferences(d: Dataset, q: Quarter) -> Counts:
    c = d.initial_cp_conference
    held = c[of_quarter(c["icpc_date"], q) & (c["icpc_transfer_in"] != "Y")]
    s47 = d.s47_enquiry.set_index("s47_enquiry_id")["s47_start_date"]
    held = held.assign(began=held["s47_enquiry_id"].map(s47))
    once = held.sort_values("began", na_position="first").drop_duplicates(["person_id", "icpc_date"], keep="last")
    return share(wd(once["began"], once["icpc_date"]) <= 15)


def re_referrals(d: Dataset, q: Quarter) -> Counts:
    rows = d.cin_episodes.sort_values("referral_date")
    earlier = rows[["person_id", "referral_date"]].drop_duplicates()
    earlier = earlier.assign(before=earlier.groupby("person_id")["referral_date"].shift())
    rows = rows.merge(earlier, on=["person_id", "referral_date"])
    recent = rows[within(rows["referral_date"], ago(q, years=1), q.last)]
    return share(recent["before"] > recent["referral_date"] - DateOffset(years=1))


def own_plans(d: Dataset) -> Frame:
    return d.cp_plans[d.cp_plans["cp_plan_ola"].fillna("N") != "Y"]


def repeat_plans(d: Dataset, q: Quarter) -> Counts:
    plans = own_plans(d)
    begun = plans[within(plans["cp_plan_start_date"], ago(q, years=1), q.last)]
    ends = plans[["person_id", "cp_plan_id", "cp_plan_end_date"]]
    pairs = begun.merge(ends, on="person_id", suffixes=("", "_before"))
    start, ended = pairs["cp_plan_start_date"], pairs["cp_plan_end_date_before"]
    again = pairs[(pairs["cp_plan_id"] != pairs["cp_plan_id_before"]) & (ended <= start)]
    again = again[again["cp_plan_end_date_before"] > again["cp_plan_start_date"] - DateOffset(years=2)]
    return share(begun["cp_plan_id"].isin(again["cp_plan_id"]))


def with_plan(plans: Frame, kind: str, q: Quarter) -> Counts:
    now = plans[is_open(plans, f"{kind}_plan_start_date", f"{kind}_plan_end_date", q.last)]
    return float(now["person_id"].nunique()), np.nan


def in_care(d: Dataset, q: Quarter) -> Frame:
    """Return the children in care: their ids, dates of birth and the day on which their care began."""
    episodes = d.cla_episodes[is_open(d.cla_episodes, "cla_episode_start_date", "cla_episode_ceased_date", q.last)]
    latest = episodes.sort_values("cla_episode_start_date").drop_duplicates("person_id", keep="last")
    known = latest.merge(d.person[["person_id", "dob"]], on="person_id", how="left")
    status = d.legal_status[is_open(d.legal_status, "legal_status_start_date", "legal_status_end_date", q.last)]
    short = status[status["legal_status"].isin(["V3", "V4"])]["person_id"]
    return known[~(known["dob"] <= ago(q, years=18)) & ~known["person_id"].isin(short)]


def placements(d: Dataset, q: Quarter) -> Frame:
    rows = d.cla_placement
    now = rows[is_open(rows, "cla_placement_start_date", "cla_placement_end_date", q.last)]
    return now.sort_values("cla_placement_start_date").drop_duplicates("person_id", keep="last").set_index("person_id")


def long_term_stability(d: Dataset, q: Quarter) -> Counts:
    e, s, after = d.cla_episodes, d.legal_status, ago(q, months=30)
    began = e[(e["cla_episode_start_reason"] == "S") & within(e["cla_episode_start_date"], after, q.last)]
    ended = e[e["cla_episode_ceased_reason"].ne("X1") & within(e["cla_episode_ceased_date"], after, q.last)]
    short = s[s["legal_status"].isin(["V3", "V4"]) & (s["legal_status_start_date"] <= q.last)]
    short = short[~(short["legal_status_end_date"] <= after)]
    cases = in_care(d, q)
    cases = cases[(cases["entered_care_date"] <= after) & (cases["dob"] > ago(q, years=16))]
    cases = cases[~cases["person_id"].isin(pd.concat([began, ended, short])["person_id"])]
    now = placements(d, q)
    adoptive = now[now["cla_placement_type"].isin(["A3", "A4", "A5", "A6"])]["cla_placement_start_date"]
    moves = e[e["cla_episode_start_reason"].isin(["S", "P", "B"])]
    moves = moves[within(moves["cla_episode_start_date"], ago(q, years=2), q.last)]
    moves = moves[moves["cla_episode_start_date"] != moves["person_id"].map(dict(adoptive)).astype("datetime64[s]")]
    return share(~cases["person_id"].isin(moves["person_id"]))


def visits_to_children_in_care(d: Dataset, q: Quarter) -> Counts:
    cases = in_care(d, q).join(placements(d, q), on="person_id", suffixes=("", "_now"), how="inner")
    start = cases["cla_placement_start_date"]
    cases = cases[start <= ago(q, days=7)]
    v = d.cla_visits
    last = v[v["cla_visit_date"] <= q.last].groupby("person_id")["cla_visit_date"].max()
    lasting = cases["cla_placement_type"].isin(["U1", "U4", "A3", "A4", "A5", "A6"])
    old = lasting & (cases["cla_placement_start_date"] < ago(q, years=1))
    since = (q.last - cases["person_id"].map(last)).dt.days
    return share(since < old.map({True: 91, False: 42}))


def protection_visits(d: Dataset, q: Quarter) -> Counts:
    """Examine each plan's days in order: its start, each visit, and the last day of the quarter."""
    plans = own_plans(d).rename(columns={"cp_plan_start_date": "start"})
    plans = plans[is_open(plans, "start", "cp_plan_end_date", q.last) & (plans["start"] <= q.first)]
    kept = d.cp_visits[d.cp_visits["cp_visit_seen"] == "Y"].groupby("cp_plan_id")["cp_visit_date"].apply(list)
    good = []
    for plan in plans.itertuples():
        days = [day for day in kept.get(plan.cp_plan_id, []) if plan.start <= day <= q.last]
        points = pd.Series(sorted([plan.start, *days, q.last]))
        good.append(not ((wd(points.shift(), points) > 10) & (points >= q.first)).any())
    return share(pd.Series(good, dtype=bool))


def refused_requests(d: Dataset, q: Quarter) -> Counts:
    rows = d.contacts[of_quarter(d.contacts["contact_date"], q)]
    asked = rows[rows["contact_source_desc"].str.lower().str.startswith(("request for support", "rfs"))]
    return share(asked["contact_outcome_json"].str.replace(" ", "").str.contains('"NFA_FLAG":"Y"', regex=False))


def allocated(d: Dataset, q: Quarter) -> pd.Series:
    """Count the children of each social worker."""
    rows = d.involvements
    now = rows[is_open(rows, "involvement_start_date", "involvement_end_date", q.last)]
    roles = now["professional_role_id"].str.lower().isin(["allocated case worker", "social worker (allocated)"])
    return now[roles].groupby("professional_id")["person_id"].nunique()


def caseload(d: Dataset, q: Quarter) -> Counts:
    equivalents = d.professionals.set_index("professional_id")["full_time_equivalency"].astype(float)
    loads = allocated(d, q).to_frame("children").join(equivalents)
    working = loads[loads["full_time_equivalency"] > 0]
    return float(working["children"].sum()), float(working["full_time_equivalency"].sum())


MEASURES: dict[str, Callable[[Dataset, Quarter], Counts]] = {
    "single-assessments-45-days": lambda d, q: assessments(d, q.first, q.last),
    "single-assessments-45-days-ytd": lambda d, q: assessments(d, pd.Timestamp(int(q.name[:4]), 4, 1), q.last),
    "icpc-15-days": conferences,
    "re-referrals-12-months": re_referrals,
    "repeat-child-protection-plans": repeat_plans,
    "child-protection-plan-rate": lambda d, q: with_plan(own_plans(d), "cp", q),
    "child-in-need-rate": lambda d, q: with_plan(d.cin_plans, "cin", q),
    "children-in-care-rate": lambda d, q: (float(len(in_care(d, q))), np.nan),
    "long-term-placement-stability": long_term_stability,
    "children-in-care-visits": visits_to_children_in_care,
    "child-protection-visits": protection_visits,
    "requests-for-support-no-further-action": refused_requests,
    "average-caseload": caseload,
    "social-workers-over-20-children": lambda d, q: share(allocated(d, q) > 20),
}


@pytest.fixture(scope="module")
def both(dirty_council: Path) -> tuple[Dataset, Store]:
    folder = dirty_council / "ssd"
    return Dataset(folder), Store(load(read(folder)), ReportingQuarter(2024, 4).window(24))


@pytest.mark.parametrize("name", MEASURES)
def test_the_definition_and_plain_pandas_count_the_same_in_24_quarters(name: str, both: tuple[Dataset, Store]) -> None:
    (again, store), records = both, Records(read_words(COUNCIL))
    counts = store.run(measures()[name].totals(records), records).set_index("quarter")
    expected = pd.DataFrame({q.name: MEASURES[name](again, q) for q in quarters()}, index=counts.columns).T
    assert len(expected) == 24
    expected["denominator"] = expected["denominator"].fillna(counts["denominator"])  # for a rate it is the population
    pd.testing.assert_frame_equal(counts.reindex(expected.index).fillna(0), expected, check_names=False)
