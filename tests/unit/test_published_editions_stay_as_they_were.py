"""A run of an edition that readers may have seen says what it changes there, and how to keep it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from quarterly.commentary.cells import SHOWN, Notebook
from quarterly.commentary.pins import figures_shown
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.editions.published import changes_to_published, descriptions
from quarterly.measures.scorecard import build_scorecard

Q2, Q3 = Quarter(2023, 2), Quarter(2023, 3)


@pytest.fixture
def edition(basket: Basket, tmp_path: Path) -> Notebook:
    """Return the edition of an area as it was run in Q2, when a later edition has been made."""
    (tmp_path / "reports" / str(Q3)).mkdir(parents=True)
    (tmp_path / "reports" / str(Q3) / "index.ipynb").touch()
    known, part = basket.as_known_at(Q2), build_scorecard(basket, Q2).area("workforce")
    shown = {"figures": figures_shown(part), "described": descriptions(known, part, "workforce")}
    return {"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": {SHOWN: shown}}


def run(basket: Basket, root: Path, edition: Notebook, quarter: Quarter = Q2) -> list[str]:
    part = build_scorecard(basket, quarter).area("workforce")
    return list(changes_to_published(root, quarter, "workforce", edition, part, basket.as_known_at(quarter)))


def described_anew(basket: Basket, **changes: object) -> Basket:
    indicators = basket.indicators.copy()
    for column, value in changes.items():
        indicators.loc[indicators["indicator_id"] == "agency-workers", column] = value
    return replace(basket, indicators=indicators)


def test_nothing_is_said_of_an_edition_that_stays_as_it_was(basket: Basket, tmp_path: Path, edition: Notebook) -> None:
    assert run(basket, tmp_path, edition) == []


def test_the_rows_that_keep_it_are_named_and_keep_it(basket: Basket, tmp_path: Path, edition: Notebook) -> None:
    changed = described_anew(basket, name="Agency staff", area_id="early-help", polarity="higher", unit="percentage")
    changed = replace(changed, areas=changed.areas.replace({"name": {"A Stable and able workforce": "Our staff"}}))
    said = run(changed, tmp_path, edition)
    assert said[-2].startswith("agency-workers: its unit was number, and is now percentage. What is measured otherwise")
    lines = said[-1].splitlines()
    assert "data/former_descriptions.csv" in lines[0]
    assert [line.strip() for line in lines[1:]] == [
        "table,id,column,to_quarter,value",
        "areas,workforce,name,2023-24-Q2,A Stable and able workforce",
        "indicators,agency-workers,area_id,2023-24-Q2,workforce",
        "indicators,agency-workers,name,2023-24-Q2,Number of agency workers",
        "indicators,agency-workers,polarity,2023-24-Q2,lower",
    ]
    head, *rows = [line.strip().split(",") for line in lines[1:]]
    kept = replace(changed, former_descriptions=pd.DataFrame(rows, columns=head, dtype=str))
    assert [line.partition(",")[0] for line in run(kept, tmp_path, edition)] == [
        "Number of agency workers: this was 26; it is now 26%",
        "agency-workers: its unit was number",
    ]


def test_changed_figures_and_what_is_gone_are_named(basket: Basket, tmp_path: Path, edition: Notebook) -> None:
    edition["metadata"][SHOWN].pop("described")  # as earlier versions of this software left it
    own = ["indicators", "observations", "targets", "published_ratings", "comparators"]
    gone = {name: getattr(basket, name).query("indicator_id != 'average-caseload'") for name in own}
    targets = gone["targets"].copy()
    targets.loc[targets["indicator_id"] == "case-supervisions-in-time", "value"] = 50.0
    said = run(replace(basket, **{**gone, "targets": targets}), tmp_path, edition)
    assert "Percentage of case supervisions in time: the target was 90%; it is now 50%" in said
    assert said[-1].startswith("average-caseload is no longer in data/indicators.csv.")


def test_the_newest_edition_is_compared_with_what_was_signed(basket: Basket, tmp_path: Path, edition: Notebook) -> None:
    changed = described_anew(basket, name="Agency staff")
    assert run(changed, tmp_path, edition, Q3) == [], "it is still being written"
    copy = tmp_path / "reports" / str(Q3) / ".signed" / "workforce.ipynb"
    copy.parent.mkdir()
    copy.write_text(json.dumps(edition), encoding="utf-8")
    assert "indicators,agency-workers,name,2023-24-Q3,Number of agency workers" in run(changed, tmp_path, {}, Q3)[-1]
