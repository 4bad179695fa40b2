"""Words that quote a suppressed figure, or from which it can be worked out, are found and not published.

The figure is the number of children who were stepped down: 2, after 11, 7 and 12 in earlier quarters, which are
published. There is also a percentage of 3 of 40.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Project

from quarterly.commentary.disclosure_check import require_nothing_given_away
from quarterly.commentary.suppressed_numbers import given_away
from quarterly.core.errors import ShowsSuppressed, SuppressedInWords
from quarterly.core.terms import Unit
from quarterly.disclosure import open_basket
from quarterly.measures.cases import Figure

COUNT = Figure("stepped-down", "2023-24-Q3", Unit.NUMBER, 0, 2.0, None, None)
SHARE = Figure("in-time", "2023-24-Q3", Unit.PERCENTAGE, 1, 7.5, 3.0, 40.0)
PUBLIC = {"stepped-down": [12.0, 7.0, 11.0, float("nan")], "in-time": [10.0, 12.5, 9.0]}

GIVES_AWAY = [
    "Only 2 children were stepped down, nine fewer than in Q2.",
    "Nine fewer children were stepped down than in the quarter before.",
    "It fell by nine from 11.",
    "A drop of 9 on last quarter.",
    "Step-downs decreased by 9.",
    "Five fewer than in Q1, and ten fewer than a year ago.",
    "This was ten down on Q4.",
    "A couple of children were stepped down.",
    "Just a pair of siblings.",
    "Two children.",
    "2 children (both boys) were stepped down.",
    "Both children were stepped down to the same team.",
    "TWO of them.",
    "There were two, against a plan of 15.",
    "Of 40 cases, a few were late.",
    "Three were late.",
    "7.5% were in time.",
    "3 out of 40 were in time.",
    "It is 2.5 points lower than in the quarter of 10%.",
    "A single audit and 2 reviews were done.",
    "All but nine of the 11 children of Q2.",
    "In Q3 the figure was 2.",
    "We stepped down 2: fewer than we hoped.",
    "The number went from 11 to 2.",
    "It rose by 9, but downwards.",
    "3/40 were late.",
    "2-3 children were stepped down.",
    "We stepped down c.2 children.",
    "92.5% were not in time.",
    "The other 37 were not in time.",
    "There were twins among them.",
    "It was \N{SUPERSCRIPT TWO}, and \N{CIRCLED DIGIT TWO} last week.",
]
INNOCENT = [
    "Fewer children were stepped down than we hoped.",
    "The service had a long waiting list in Q2.",
    "A new manager began on 14 October 2023.",
    "The waiting list has 60 families.",
    "Numbers are small and change from quarter to quarter.",
    "We hold a weekly panel.",
    "The target is 15.",
    "In Q1 there were 7 and in Q2 there were 11.",
    "See the guidance of 2018.",
    "The team has 1.5 vacancies.",
    "Staff were trained in strategy 4.1.",
    "We expect 90% by March.",
    "Last year it was 12.",
    "A working group of five meets monthly.",
    "The second panel begins in January.",
    "Page 21 of the plan says why.",
    "The share was 12.5% in Q1.",
    "It was agreed on 2/11/2023 for 2023/24 and 2-year-olds.",
    "Six workshops were held.",
    "It took 45 days on average.",
    "Section 47 enquiries are unchanged.",
    "One in ten families moved away.",
    "A quarter of families wait.",
    "We have asked 100 families what they need.",
    "The 2024 budget provides for it.",
    "Eight managers were at the meeting.",
]


@pytest.mark.parametrize("words", GIVES_AWAY)
def test_words_that_quote_or_reveal_a_suppressed_figure_are_found(words: str) -> None:
    found = list(given_away(words, [COUNT, SHARE], PUBLIC))
    assert found
    assert all(said.casefold() in words.casefold() for said, _ in found)


@pytest.mark.parametrize("words", INNOCENT)
def test_other_words_and_numbers_are_left_alone(words: str) -> None:
    assert list(given_away(words, [COUNT, SHARE], PUBLIC)) == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1.0, ["A single audit was done.", "One audit.", "The sole audit was good.", "It happened once."]),
        (0.0, ["There were no such audits.", "Zero audits.", "Not one audit was done.", "We didn't have any."]),
    ],
)
def test_one_case_and_none_are_found_however_they_are_worded(number: float, said: list[str]) -> None:
    figure = Figure("audits", "2023-24-Q3", Unit.NUMBER, 0, number, None, None)
    for words in said:
        assert list(given_away(words, [figure], {})), words
    for words in ("No change.", "It is no longer so.", "There is no target.", "We made no progress this quarter."):
        assert not list(given_away(words, [figure], {})), words


@pytest.fixture
def suppressed(project: Project) -> Project:
    """Return a project in which counts under five are suppressed from now on; its edition was run before."""
    (project.root / "params" / "disclosure.yml").write_text("counts_under: 5\nzeros: shown\n", encoding="utf-8")
    return project


def run_under_the_rule(root: Path) -> None:
    """Leave the edition as a run under the rule would, as far as this gate reads it."""
    from quarterly.core.quarters import Quarter

    digest = open_basket(root).suppressed_at(Quarter(2023, 3))
    for path in (root / "reports" / "2023-24-Q3").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["quarterly-suppressed"] = digest
        path.write_text(json.dumps(notebook), encoding="utf-8")


def test_an_edition_that_was_run_before_its_figures_were_suppressed_is_not_published(suppressed: Project) -> None:
    done = suppressed("render", "--renderer", "embedded")
    assert done.returncode == 1
    assert "quarterly run 2023-24-Q3" in done.stderr
    assert not (suppressed.root / "_site").exists()
    # The paper and the workbook of the quarter are made again too.
    found = next(iter(open_basket(suppressed.root).withheld))
    open_data = suppressed.root / "downloads" / "2023-24-Q3" / "scorecard.csv"
    open_data.parent.mkdir(parents=True, exist_ok=True)
    row = f"{found.indicator},{found.quarter},figure,2"
    open_data.write_text(f"indicator_id,quarter,measure,value\n{row}\n", encoding="utf-8")
    with pytest.raises(ShowsSuppressed, match="quarterly build 2023-24-Q3"):
        require_nothing_given_away(suppressed.root)
    open_data.unlink()
    # A paper without open data may be from before, too.
    paper = open_data.with_name("committee-paper.docx")
    paper.touch()
    with pytest.raises(ShowsSuppressed, match="quarterly build 2023-24-Q3"):
        require_nothing_given_away(suppressed.root)
    paper.unlink()
    # No run updates the notebook of an area that was removed, with its template.
    path = suppressed.root / "reports/2023-24-Q3/early-help.ipynb"
    before = path.read_text(encoding="utf-8")
    run_under_the_rule(suppressed.root)
    path.write_text(before, encoding="utf-8")
    (suppressed.root / "notebooks/early-help.ipynb").unlink()
    with pytest.raises(ShowsSuppressed, match=r"delete reports/2023-24-Q3/early-help\.ipynb"):
        require_nothing_given_away(suppressed.root)


def test_nothing_is_published_until_the_words_change_or_are_accepted(suppressed: Project) -> None:
    run_under_the_rule(suppressed.root)
    with pytest.raises(SuppressedInWords) as caught:
        require_nothing_given_away(suppressed.root)
    (place,) = caught.value.places
    assert place.startswith("reports/2023-24-Q3/early-help.ipynb, cell 17 (")
    refused = suppressed("render", "--renderer", "embedded")
    assert (refused.returncode, place in refused.stderr) == (1, True)
    assert not (suppressed.root / "_site").exists()
    name = place.partition("(")[2].partition(")")[0]
    words = ("--reason", "Two is the number of teams.", "--by", "Head of Service")
    assert suppressed("accept", "0" * 10, *words).returncode == 2
    accepted = suppressed("accept", name, *words)
    assert accepted.returncode == 0, accepted.stderr
    require_nothing_given_away(suppressed.root)
    assert "Accepted by the Head of Service: Two is the number of teams." in suppressed("check").stdout
    # An acceptance covers these words: others are queried again.
    suppressed.edit("reports/2023-24-Q3/early-help.ipynb", "Fewer families could step", "Just 2 could step")
    with pytest.raises(SuppressedInWords):
        require_nothing_given_away(suppressed.root)


def test_any_text_cell_is_read_and_not_only_comments(suppressed: Project) -> None:
    run_under_the_rule(suppressed.root)
    path = suppressed.root / "reports" / "2023-24-Q3" / "children-in-care.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "Three admissions were not planned."}
    notebook["cells"].append(cell)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(SuppressedInWords) as caught:
        require_nothing_given_away(suppressed.root)
    assert any(f"children-in-care.ipynb, cell {len(notebook['cells'])}" in place for place in caught.value.places)
