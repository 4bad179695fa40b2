"""A run of an edition that readers may have seen says what it changes there, and how to keep it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from quarterly.commentary.cells import SHOWN
from quarterly.commentary.read import figures_shown
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.disclosure import Publishable
from quarterly.disclosure.rule import load_disclosure_rule
from quarterly.editions.published import changes_to_published, descriptions
from quarterly.measures.scorecard import build_scorecard

Q2, Q3 = Quarter(2023, 2), Quarter(2023, 3)
SOURCE = 'report = open_report(quarter, area="workforce")'


@pytest.fixture
def edition(basket: Basket, tmp_path: Path) -> Path:
    """Return the notebook of an area as it was run in Q2, when a later edition has been made."""
    (tmp_path / "reports" / str(Q3)).mkdir(parents=True)
    known, part = basket.as_known_at(Q2), build_scorecard(basket, Q2).area("workforce")
    shown = {"figures": figures_shown(part), "described": descriptions(known, part, "workforce")}
    cell: dict[str, Any] = {
        "cell_type": "code",
        "source": SOURCE,
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {SHOWN: shown}}
    path = tmp_path / "reports" / str(Q2) / "workforce.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(notebook), encoding="utf-8")
    for folder in (str(Q2), str(Q3)):
        (tmp_path / "reports" / folder / "index.ipynb").touch()
    return path


def run(basket: Basket, edition: Path, *areas: str) -> list[str]:
    root = edition.parents[2]
    opened = Publishable(basket, load_disclosure_rule(root))
    return list(changes_to_published(root, Quarter.parse(edition.parent.name), opened, areas))


def described_anew(basket: Basket, **changes: object) -> Basket:
    indicators = basket.indicators.copy()
    for column, value in changes.items():
        indicators.loc[indicators["indicator_id"] == "agency-workers", column] = value
    return replace(basket, indicators=indicators)


def test_nothing_is_said_of_an_edition_that_stays_as_it_was(basket: Basket, edition: Path) -> None:
    assert run(basket, edition) == []
    assert run(described_anew(basket, position=99), edition) == [], "the order alone is no change"
    assert run(described_anew(basket, name="Agency staff"), edition, "early-help") == [], "it is not run"
    for index in edition.parents[1].glob("*/index.ipynb"):
        index.unlink()
    assert run(described_anew(basket, name="Agency staff"), edition) == [], "no edition is complete"


def test_the_rows_that_keep_it_are_named_and_keep_it(basket: Basket, edition: Path) -> None:
    moved: dict[str, Any] = {"area_id": "early-help", "position": 9}
    changed = described_anew(basket, name="Agency staff", polarity="higher", unit="percentage", **moved)
    changed = replace(changed, areas=changed.areas.replace({"name": {"A Stable and able workforce": "Our staff"}}))
    said = run(changed, edition)
    assert said[-2].startswith("agency-workers: its unit was number, and is now percentage. What is measured otherwise")
    lines = said[-1].splitlines()
    assert "data/former_descriptions.csv" in lines[0]
    assert [line.strip() for line in lines[1:]] == [
        "table,id,column,to_quarter,value",
        "areas,workforce,name,2023-24-Q2,A Stable and able workforce",
        "indicators,agency-workers,area_id,2023-24-Q2,workforce",
        "indicators,agency-workers,name,2023-24-Q2,Number of agency workers",
        "indicators,agency-workers,polarity,2023-24-Q2,lower",
        "indicators,agency-workers,position,2023-24-Q2,4",
    ]
    head, *rows = [line.strip().split(",") for line in lines[1:]]
    kept = replace(changed, former_descriptions=pd.DataFrame(rows, columns=head, dtype=str))
    assert [line.partition(",")[0] for line in run(kept, edition)] == [
        "Number of agency workers: this was 26; it is now 26%",
        "agency-workers: its unit was number",
    ]


def test_an_area_that_was_merged_can_be_kept(basket: Basket, edition: Path) -> None:
    areas = basket.indicators["area_id"].replace("workforce", "early-help")
    merged = replace(basket, indicators=basket.indicators.assign(area_id=areas))
    head, *rows = [line.strip().split(",") for line in run(merged, edition)[-1].splitlines()[1:]]
    kept = replace(merged, former_descriptions=pd.DataFrame(rows, columns=head, dtype=str))
    assert run(kept, edition) == []
    assert list(kept.as_known_at(Q2).areas["area_id"]) == list(basket.areas["area_id"])


def test_changed_figures_and_what_is_gone_are_named(basket: Basket, edition: Path) -> None:
    notebook = json.loads(edition.read_text(encoding="utf-8"))
    notebook["metadata"][SHOWN].pop("described")  # as earlier versions of this software left it
    edition.write_text(json.dumps(notebook), encoding="utf-8")
    own = ["indicators", "observations", "targets", "published_ratings", "comparators"]
    gone = {name: getattr(basket, name).query("indicator_id != 'average-caseload'") for name in own}
    targets = gone["targets"].copy()
    targets.loc[targets["indicator_id"] == "case-supervisions-in-time", "value"] = 50.0
    said = run(replace(basket, **{**gone, "targets": targets}), edition)
    assert "Percentage of case supervisions in time: the target was 90%; it is now 50%" in said
    assert said[-1].startswith("average-caseload is no longer in data/indicators.csv.")


def test_the_newest_edition_is_compared_with_what_was_signed(basket: Basket, edition: Path) -> None:
    newest = edition.parents[1] / str(Q3) / "workforce.ipynb"
    newest.write_bytes(edition.read_bytes())
    changed = described_anew(basket, name="Agency staff")
    assert run(changed, newest) == [], "it is still being written"
    (newest.parent / ".signed").mkdir()
    (newest.parent / ".signed" / "workforce.ipynb").write_bytes(edition.read_bytes())
    assert "indicators,agency-workers,name,2023-24-Q3,Number of agency workers" in run(changed, newest)[-1]
