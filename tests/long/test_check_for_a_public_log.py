"""The output of `quarterly check --public` can be read by anyone: it contains nothing suppressed."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from conftest import Project

from quarterly.cli.main import main

COUNT = "stepped-down-to-family-wellbeing,2023-24-Q3,{},"
WORDS = "Fewer families could step"


def checked(*options: str) -> str:
    return CliRunner().invoke(main, ["check", *options]).output


@pytest.fixture
def suppressed(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return the worked example under the default rule: 2 is suppressed."""
    (project.root / "params" / "disclosure.yml").unlink()
    monkeypatch.chdir(project.root)
    return project


def test_output_is_the_same_whatever_the_suppressed_figures_are(suppressed: Project) -> None:
    whole, public = checked(), checked("--public")
    assert "keep the list confidential, and use --public" in whole
    # Words on this figure say neither number: the public form tells only whether some words quote one.
    placements = "unregistered-placements-under-16,2022-23-Q4,{},"
    suppressed.edit("data/observations.csv", placements.format(3), placements.format(1))
    assert checked() != whole
    assert checked("--public") == public
    assert "19 figures are suppressed." in public
    assert "percentages and rates, because the number of cases is not known." in public


def test_words_that_quote_a_suppressed_figure_are_not_repeated(suppressed: Project) -> None:
    suppressed.edit("reports/2023-24-Q3/early-help.ipynb", WORDS, f"Only 2 children were stepped down. {WORDS}")
    whole, public = checked(), checked("--public")
    assert "It says '2'" in whole
    assert "The commentary gives suppressed figures away." in public
    assert "Only 2" not in public
    assert "It says" not in public


def test_contents_of_faulty_files_are_not_quoted(suppressed: Project) -> None:
    suppressed.edit("data/observations.csv", COUNT.format(2), COUNT.format("2 or 3"))
    assert "2 or 3" in checked()
    assert "data/observations.csv" in checked("--public")
    assert "2 or 3" not in checked("--public")


def test_a_relation_suggested_by_figures_is_named_only_in_the_full_form(suppressed: Project) -> None:
    assert "about the same cases" not in checked()
    # The number behind 54%, 47% and 69% of the practice reviews that were completed
    for quarter, old, new in (("Q1", 12, 20), ("Q2", 15, 20)):
        row = f"residential-placements,2023-24-{quarter}"
        suppressed.edit("data/observations.csv", f"{row},{old},", f"{row},{new},")
    whole, public = checked(), checked("--public")
    assert re.search("practice-reviews-good +numerator counted by +residential-placements +4", whole)
    assert "residential-placements" not in public
