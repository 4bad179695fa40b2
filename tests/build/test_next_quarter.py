"""`quarterly new` sets up the next quarter, even the first of a reporting year, and lists what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import EXAMPLE, Project
from extracts import fingerprint, read_text

from quarterly.core.errors import NotTheNextQuarter
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_basket
from quarterly.data.params import load_params
from quarterly.ingest.plan import make_plan
from quarterly.measures.scorecard import build_scorecard
from quarterly.project.next_quarter import ended_targets, next_params, next_to_set_up, roll_forward, still_missing

Q3, Q4, Q1 = Quarter(2023, 3), Quarter(2023, 4), Quarter(2024, 1)


def missing(root: Path, quarter: Quarter) -> dict[str, str]:
    return {row.what: row.state for row in still_missing(root, quarter)}


def test_the_command_makes_the_parameters_and_lists_what_is_missing(project: Project) -> None:
    done = project("new")
    assert done.returncode == 0, done.stderr
    assert "params/2023-24-Q4.yml written" in done.stdout.replace("\\", "/")
    for words in ("Figures: Workforce", "6 of 6 missing", "Day of the meeting", "Population of children", "Commentary"):
        assert words in done.stdout
    assert "Last quarter's 2 comments to read: reports/2023-24-Q3/workforce.ipynb" in done.stdout
    assert not (project.root / "reports/2023-24-Q4").exists(), "last quarter's commentary is not copied"
    again = project("new")
    assert "2023-24-Q4 is already set up" in again.stdout, "a quarter without figures is not skipped"


def test_the_parameters_are_those_of_the_previous_quarter_without_its_day(project: Project) -> None:
    roll_forward(project.root, Q4)
    before, after = (load_params(project.root, quarter) for quarter in (Q3, Q4))
    assert after.notebooks == before.notebooks
    assert "date" not in after.meeting
    assert after.meeting["subject"] == "Q4 performance monitoring"
    same = {"committee", "town_or_parish", "presenting_officer", "key_decision"}
    assert {key: after.meeting[key] for key in same} == {key: before.meeting[key] for key in same}
    text = (project.root / "params/2023-24-Q4.yml").read_text(encoding="utf-8")
    assert "2023-24-Q3" not in text
    assert text.startswith("# What is set for this quarter.")


@pytest.mark.parametrize("quarter", ["2023-24-Q1", "2023-24-Q4", "2098-99-Q4", "2099-00-Q4"])
@pytest.mark.parametrize(
    "subject", ["Q{n} performance", "Quarter {n}, {year}", "Performance in {slash}", "Performance"]
)
def test_parameters_can_be_rolled_from_any_quarter(quarter: str, subject: str) -> None:
    before = Quarter.parse(quarter)
    year = before.reporting_year

    def written(of: Quarter) -> str:
        return subject.format(n=of.number, year=of.reporting_year, slash=of.reporting_year.replace("-", "/"))

    text = f"quarter: {quarter}\nmeeting:\n  date: 2024-02-22\n  subject: {written(before)}\n"
    made = yaml.safe_load(next_params(text, before, before.next()))
    assert made == {"quarter": str(before.next()), "meeting": {"subject": written(before.next())}}
    assert year in quarter


@pytest.mark.parametrize("quarter", [Quarter(2023, 2), Quarter(2024, 1), Quarter(2024, 2)])
def test_only_the_following_quarter_is_set_up(project: Project, quarter: Quarter) -> None:
    before = fingerprint(project.root)
    with pytest.raises(NotTheNextQuarter, match="2023-24-Q4 comes next"):
        roll_forward(project.root, quarter)
    assert fingerprint(project.root) == before


def test_a_dry_run_writes_nothing(project: Project) -> None:
    before = fingerprint(project.root)
    assert [path.name for path in roll_forward(project.root, Q4, dry_run=True)] == ["2023-24-Q4.yml"]
    assert fingerprint(project.root) == before


def test_targets_that_end_within_the_year_are_extended_to_its_end(project: Project) -> None:
    project.edit("data/targets.csv", "average-caseload,2023-24-Q1,2023-24-Q4", "average-caseload,2023-24-Q1,2023-24-Q3")
    roll_forward(project.root, Q4)
    targets = load_basket(project.root / "data").targets
    own = targets[targets["indicator_id"] == "average-caseload"]
    assert own[["from_quarter", "to_quarter", "value"]].to_numpy().tolist() == [
        ["2023-24-Q1", "2023-24-Q3", 16.6],
        ["2023-24-Q4", "2023-24-Q4", 16.6],
    ]
    assert "Targets of 2023-24" not in missing(project.root, Q4)


def test_a_new_year_has_no_targets_until_they_are_set(project: Project) -> None:
    project.edit("params/2023-24-Q3.yml", "2023-24-Q3", "2023-24-Q4")
    (project.root / "params/2023-24-Q3.yml").rename(project.root / "params/2023-24-Q4.yml")
    before = (project.root / "data/targets.csv").read_bytes()
    with pytest.raises(NotTheNextQuarter, match=r"no figures yet. `quarterly new 2023-24-Q4` lists what it needs"):
        roll_forward(project.root, Q1)
    with (project.root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("agency-workers,2023-24-Q4,17,,,,\n")
    roll_forward(project.root, Q1)
    assert (project.root / "data/targets.csv").read_bytes() == before
    found = missing(project.root, Q1)
    assert found["Targets of 2024-25"] == "60 of 60 missing"
    assert "year to date" in found["Year-to-date measures"]
    assert "2019/20 to 2023/24" in found["Standing text"], "the standing text names years that have passed"


def test_each_year_of_a_basket_by_years_has_its_own_targets(basket: Basket) -> None:
    targets = basket.targets.assign(from_quarter="2023-24", to_quarter="2023-24")
    assert ended_targets(targets, Quarter(2024, 0)).empty


def test_quarters_can_be_left_out_once_there_are_figures_of_a_later_one(project: Project) -> None:
    with (project.root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("agency-workers,2024-25-Q1,17,,,,\n")
    with pytest.raises(NotTheNextQuarter, match="To leave quarters out, add the figures of 2024-25-Q2 first"):
        roll_forward(project.root, Quarter(2024, 2))
    roll_forward(project.root, Q1)
    assert load_params(project.root, Q1).meeting["subject"] == "Q1 performance monitoring"


def test_a_complete_quarter_is_missing_only_what_cannot_be_known_yet(project: Project) -> None:
    assert set(missing(project.root, Q3)) == {"Comparators"}


def test_the_next_quarter_follows_the_newest_with_figures(project: Project) -> None:
    assert next_to_set_up(project.root) == Q4


# The change of reporting year, in what is shown


def with_q1(basket: Basket, *, targets: bool) -> Basket:
    """Return the basket with invented figures for the two quarters after the published one."""
    rows = basket.observations[basket.observations["quarter"] == str(Q3)].dropna(subset=["value"])
    more = [rows.assign(quarter=str(Q4)), rows.assign(quarter=str(Q1), value=rows["value"] - 1)]
    observations = pd.concat([basket.observations, *more], ignore_index=True)
    year = basket.targets.assign(from_quarter="2024-25-Q1", to_quarter="2024-25-Q4")
    all_targets = pd.concat([basket.targets, year], ignore_index=True) if targets else basket.targets
    return replace(basket, observations=observations, targets=all_targets)


def test_the_four_quarters_shown_for_a_first_quarter_span_two_years(basket: Basket) -> None:
    shown = build_scorecard(with_q1(basket, targets=True), Q1)
    assert [str(quarter) for quarter in shown.quarters] == ["2023-24-Q2", "2023-24-Q3", "2023-24-Q4", "2024-25-Q1"]


def test_nothing_is_rated_before_the_targets_of_the_year_are_set_and_the_reason_is_given(basket: Basket) -> None:
    shown = build_scorecard(with_q1(basket, targets=False), Q1).rows
    assert set(shown["rag"]) == {""}
    assert set(shown.loc[shown["value"].notna(), "rag_reason"]) == {"No target is known for this quarter"}
    assert (build_scorecard(with_q1(basket, targets=True), Q1).rows["rag"] != "").any()


def test_a_direction_target_compares_with_the_last_quarter_of_the_previous_year(basket: Basket) -> None:
    shown = build_scorecard(with_q1(basket, targets=True), Q1)
    row = shown.rows.loc["agency-workers"]
    held = shown.history.set_index(["indicator_id", "quarter"])["value"]
    assert row["baseline"] == held["agency-workers", "2023-24-Q4"]
    assert (row["value"], row["rag"]) == (17, "GREEN")


def test_an_import_for_the_first_quarter_accepts_figures_of_both_years(basket: Basket) -> None:
    text = "Indicator,Q3 2023/24,Q4 2023/24,Q1 2024/25,Target\nAverage social worker caseload,14,14,13.2,15\n"
    extract = read_text(with_q1(basket, targets=False), text, Q1)
    plan = make_plan(extract, with_q1(basket, targets=False), Q1)
    own = plan.changes[plan.changes["indicator_id"] == "average-caseload"].set_index("quarter")["kind"]
    assert own.to_dict() == {"2023-24-Q3": "unchanged", "2023-24-Q4": "unchanged", "2024-25-Q1": "corrected"}
    assert plan.targets["new"].tolist() == ["15"]


def test_the_worked_example_stays_as_published() -> None:
    assert sorted(path.stem for path in (EXAMPLE / "params").glob("20*.yml")) == ["2023-24-Q3"]
