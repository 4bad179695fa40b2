"""`quarterly rules` shows what each rating would be under other rules, and changes nothing."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from conftest import Project

from quarterly.cli.main import main
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_common_rules
from quarterly.measures.rules import OWN, under_rules
from quarterly.measures.scorecard import build_scorecard

Q3 = Quarter(2023, 3)


@pytest.fixture
def run(example: Project, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command in the worked example."""
    monkeypatch.chdir(example.root)

    def rules(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["rules", *arguments])

    return rules


@pytest.fixture(scope="module")
def found(basket: Basket) -> pd.DataFrame:
    """Return the worked example under the rules that ship with the package."""
    return under_rules(basket, Q3, load_common_rules())


def test_the_current_rule_gives_the_scorecards_ratings(basket: Basket, found: pd.DataFrame) -> None:
    own = found[found["rule"] == OWN].set_index("indicator_id")
    scorecard = build_scorecard(basket, Q3).rows
    assert list(own["rag"]) == list(scorecard["rag"])
    assert list(own["dot"]) == list(scorecard["dot"])
    assert not own["rag_changed"].any()


def test_the_rule_stated_in_the_report_changes_nothing(found: pd.DataFrame) -> None:
    same = found[found["rule"] == "five-per-cent"]
    assert len(same) == 60
    assert not same[["rag_changed", "dot_changed"]].any(axis=None)


def test_other_rules_change_what_they_should(found: pd.DataFrame) -> None:
    rag = found.pivot(index="indicator_id", columns="rule", values="rag")
    assert rag.loc["practice-reviews-good", "five-per-cent"] == "AMBER"  # 69% against 70%
    assert rag.loc["practice-reviews-good", "no-amber"] == "RED"
    assert rag.loc["practice-reviews-moderated", "five-points"] == "AMBER"  # 9% against 10%
    assert rag.loc["agency-workers", "improved-on-last-quarter"] == "GREEN"  # decreasing: 26, then 18
    greens = (rag == "GREEN").sum()
    assert greens["ten-per-cent"] == greens["no-amber"] == greens["five-per-cent"]
    assert (rag["ten-per-cent"] == "RED").sum() <= (rag["five-per-cent"] == "RED").sum()


def test_an_indicators_own_tolerance_is_kept_only_with_the_same_basis(basket: Basket) -> None:
    """20% of 90 reaches down to 72; 20 points would reach down to 70."""
    own = basket.targets["tolerance"].where(basket.targets["indicator_id"] != "icpc-15-days", 20.0)
    value = basket.observations["value"].where(
        (basket.observations["indicator_id"] != "icpc-15-days") | (basket.observations["quarter"] != "2023-24-Q3"), 71.0
    )
    changed = replace(
        basket,
        targets=basket.targets.assign(tolerance=own),
        observations=basket.observations.assign(
            value=value, missing=basket.observations["missing"].where(value.isna(), "")
        ),
    )
    found = under_rules(changed, Q3, load_common_rules())
    rag = found.pivot(index="indicator_id", columns="rule", values="rag").loc["icpc-15-days"]
    assert (rag[OWN], rag["ten-per-cent"], rag["five-points"]) == ("RED", "RED", "RED")


def test_the_table_counts_the_changes(run: Any, found: pd.DataFrame) -> None:
    done = run("2023-24-Q3")
    assert done.exit_code == 0, done.output
    changes = [line.split()[1:] for line in done.stdout.splitlines() if line.strip().startswith("Changes")]
    counted = found.groupby("rule")["rag_changed"].sum()
    names = [OWN, "standard", *load_common_rules()["rule_id"]]
    assert changes[0] == ["0", "0", *(str(counted[name]) for name in names[2:])]
    assert len(changes) == 2
    stars = sum(line.count(" *") for line in done.stdout.splitlines())
    assert stars == found["rag_changed"].sum() + found["dot_changed"].sum()


def test_the_rows_for_programs_are_one_for_each_indicator_and_rule(run: Any) -> None:
    text = run("2023-24-Q3", "--area", "workforce", "--rule", "no-amber", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 12
    assert [row["rule"] for row in rows] == ["own"] * 6 + ["no-amber"] * 6
    assert list(rows[0]) == [
        *("rule", "indicator_id", "area_id", "short_name", "rag", "rag_reason", "dot", "rag_changed", "dot_changed")
    ]
    assert json.loads(run("2023-24-Q3", "--rule", "no-amber", "--format", "json").stdout)[0]["rule"] == "own"


def test_an_unknown_rule_is_wrong_usage_that_names_the_known_ones(run: Any) -> None:
    done = run("--rule", "weather")
    assert done.exit_code == 2
    assert "There is no rule 'weather'" in done.stderr
    assert "five-points" in done.stderr
    assert done.stdout == ""
