"""The check of commentary finds faults, names their place and quotes the words, and raises no false alarm."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from conftest import EXAMPLE, ROOT, Project
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from quarterly.commentary.checks import check_commentary, check_edition
from quarterly.commentary.finding import Finding, Level
from quarterly.commentary.format import PROMPT, Comment, write_comment
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Group
from quarterly.editions.notebooks import assemble
from quarterly.measures.scorecard import Scorecard

QUARTER = Quarter(2023, 3)
EDITION = "reports/2023-24-Q3"
NAME = f"{EDITION}/workforce.ipynb"
WORDS = "Agency workers left when permanent staff started."
AREA = "workforce"


def template(area: str = AREA) -> NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{area}.ipynb", as_version=4)


def edition_with(scorecard: Scorecard, *sources: str) -> NotebookNode:
    """Make an edition of an area with only these comments, as a run leaves it."""
    notebook = assemble(template(), None, scorecard)
    for number, source in enumerate(sources):
        notebook.cells.append(nbformat.v4.new_markdown_cell(source, id=f"c{number}", metadata={"tags": ["commentary"]}))
    return assemble(template(), notebook, scorecard)


def about(findings: list[Finding], text: str) -> list[Finding]:
    return [one for one in findings if text in one.message]


def findings_in(scorecard: Scorecard, source: str) -> list[Finding]:
    return check_commentary(NAME, edition_with(scorecard, source), scorecard)


@pytest.fixture(scope="module")
def part(scorecard: Scorecard) -> Scorecard:
    return scorecard.area(AREA)


def with_values(scorecard: Scorecard, **columns: object) -> Scorecard:
    """Return the scorecard with other figures for the number of agency workers."""
    rows = scorecard.rows.copy()
    for column, value in columns.items():
        rows.loc["agency-workers", column] = value
    return replace(scorecard, rows=rows)


# The published report


def test_the_three_slips_of_the_published_report_are_found_and_accepted(example: Project) -> None:
    found = check_edition(example.root, QUARTER)
    assert [one.level for one in found if one.level is Level.ERROR] == []
    slips = [one for one in found if one.level is Level.ACCEPTED]
    assert len(slips) == 3
    in_green, in_amber = about(slips, "It is under")
    assert "Request for Support leading to 'No Further Action' is RED" in in_green.message
    assert (in_green.notebook, "Green" in in_green.message) == (f"{EDITION}/early-help.ipynb", True)
    assert "Long Term Placement Stability" in in_amber.message
    assert (in_amber.notebook, "is GREEN" in in_amber.message) == (f"{EDITION}/children-in-care.ipynb", True)
    (silent,) = about(slips, "has no commentary")
    assert "Initial Child Protection Conferences held within 15 working days" in silent.message
    assert all("Accepted by the Maintainers" in one.message for one in slips)


def test_an_acceptance_lapses_when_the_words_or_the_rating_change(project: Project) -> None:
    project.edit(f"{EDITION}/early-help.ipynb", "The share is still above the target", "It is above the target")
    errors = [one for one in check_edition(project.root, QUARTER) if one.level is Level.ERROR]
    (again,) = about(errors, "It is under 'Green to celebrate'")
    assert again.id
    accepted = project("accept", again.id, "--reason", "It fell.", "--by", "Head of Service")
    assert accepted.returncode == 0, accepted.stderr
    assert not about([one for one in check_edition(project.root, QUARTER) if one.level is Level.ERROR], "It is under")
    project.edit("data/observations.csv", "icpc-15-days,2023-24-Q3,81,", "icpc-15-days,2023-24-Q3,80,")
    errors = [one for one in check_edition(project.root, QUARTER) if one.level is Level.ERROR]
    assert about(errors, "15 working days of Strategy Discussion is RED and has no commentary")


def test_each_finding_names_a_cell_that_holds_the_words_that_it_quotes(example: Project) -> None:
    for finding in check_edition(example.root, QUARTER):
        notebook = nbformat.read(example.root / finding.notebook, as_version=4)
        assert finding.cell is not None, finding
        source = " ".join(notebook.cells[finding.cell - 1].source.split())
        assert finding.quote.removesuffix("…").strip() in source
        assert finding.quote or PROMPT in source


def test_only_the_requested_areas_are_checked(example: Project) -> None:
    assert check_edition(example.root, QUARTER, ["workforce"]) == []
    found = check_edition(example.root, QUARTER, ["children-in-care", "early-help"])
    assert {Path(one.notebook).stem for one in found} == {"children-in-care", "early-help"}


# Each rule


@settings(max_examples=25, deadline=None)
@given(group=st.sampled_from([None, *Group]), data=st.data())
def test_a_group_contradicts_only_a_rating_of_another_colour(
    scorecard: Scorecard, group: Group | None, data: st.DataObject
) -> None:
    part = scorecard.area(AREA)
    names = data.draw(st.lists(st.sampled_from(list(part.rows.index)), min_size=1, max_size=3, unique=True))
    source = write_comment(Comment(group, tuple(names), WORDS), part.rows)
    found = about(check_commentary(NAME, edition_with(part, source), part), "It is under")
    colour = str(group).split()[0].upper() if group else ""
    wrong = [name for name in names if colour and part.rows.loc[name, "rag"] not in ("", colour)]
    assert [one.level for one in found] == [Level.ERROR] * len(wrong)
    assert sorted(part.rows.loc[name, "name"] for name in wrong) == sorted(
        name for one in found for name in part.rows["name"] if name in one.message
    )


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_each_red_or_amber_indicator_without_words_is_named_once(scorecard: Scorecard, data: st.DataObject) -> None:
    part = scorecard.area("quality-assurance")
    names = data.draw(st.lists(st.sampled_from(list(part.rows.index)), max_size=6, unique=True))
    first = nbformat.read(ROOT / "notebooks" / "quality-assurance.ipynb", as_version=4)
    notebook = assemble(first, None, part)
    source = write_comment(Comment(None, tuple(names), WORDS), part.rows)
    notebook.cells.append(nbformat.v4.new_markdown_cell(source, metadata={"tags": ["commentary"]}))
    found = about(check_commentary(NAME, assemble(first, notebook, part), part), "has no commentary")
    for rag, level in (("RED", Level.ERROR), ("AMBER", Level.WARNING)):
        expected = {row["name"] for name, row in part.rows.iterrows() if row["rag"] == rag and name not in names}
        assert {name for name in expected for one in found if one.level is level and name in one.message} == expected
    assert len(found) == sum(row["rag"] in ("RED", "AMBER") and name not in names for name, row in part.rows.iterrows())


def test_words_about_figures_that_have_changed_are_errors_until_they_are_confirmed(part: Scorecard) -> None:
    notebook = edition_with(part, f"### Red to watch\n\n- Number of agency workers\n\n{WORDS}")
    now = with_values(part, value=21.0)
    found = check_commentary(NAME, notebook, now)
    (changed,) = about(found, "written when")
    assert changed.level is Level.ERROR
    assert changed.quote == WORDS
    assert "Number of agency workers: written when this was 18; it is now 21." in changed.message
    cell = next(cell for cell in notebook.cells if cell.id == "c0")
    cell.source += "\n\nConfirmed."
    # The notebook still shows the older figure: the new one has not been seen, so it cannot have been confirmed.
    assert len(about(check_commentary(NAME, notebook, now), "written when")) == 1
    again = assemble(template(), notebook, now)
    assert "Confirmed" not in next(cell for cell in again.cells if cell.id == "c0").source
    assert len(about(check_commentary(NAME, again, now), "written when")) == 1
    next(cell for cell in again.cells if cell.id == "c0").source += "\n\nConfirmed."
    assert about(check_commentary(NAME, again, now), "written when") == []
    settled = assemble(template(), again, now)
    assert about(check_commentary(NAME, settled, now), "written when") == []


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"value": 21.0}, "this was 18; it is now 21"),
        ({"target": 12.0, "direction": ""}, "the target was Decreasing; it is now 12"),
        ({"rag": "GREEN"}, "the rating was RED; it is now GREEN"),
        ({"rag": ""}, "the rating was RED; it is now not rated"),
        ({"dot": "NEGATIVE"}, "the direction of travel was POSITIVE; it is now NEGATIVE"),
        ({"value": float("nan"), "missing": "c"}, "this was published; it is now confidential"),
    ],
)
def test_each_figure_that_a_comment_is_pinned_to_is_watched(
    part: Scorecard, columns: dict[str, object], said: str
) -> None:
    notebook = edition_with(part, f"### Red to watch\n\n- Number of agency workers\n\n{WORDS}")
    found = about(check_commentary(NAME, notebook, with_values(part, **columns)), "written when")
    assert [said in one.message for one in found] == [True]


def test_a_change_that_readers_cannot_see_is_ignored(part: Scorecard) -> None:
    notebook = edition_with(part, f"### Green to celebrate\n\n- average-caseload\n\n{WORDS}")
    for value, seen in ((14.0000001, 0), (14.1, 1)):
        rows = part.rows.copy()
        rows.loc["average-caseload", "value"] = value
        found = about(check_commentary(NAME, notebook, replace(part, rows=rows)), "written when")
        assert len(found) == seen


def test_a_comment_on_the_area_is_pinned_to_its_ratings(part: Scorecard) -> None:
    notebook = edition_with(part, f"### About this area\n\n{WORDS}")
    (found,) = about(check_commentary(NAME, notebook, with_values(part, rag="GREEN")), "ritten when")
    assert "Written when the area had 1 green, 4 red and 1 not rated; it has now 2 green, 3 red" in found.message


def test_a_claim_that_the_figures_contradict_is_quoted_and_a_true_one_is_not(part: Scorecard) -> None:
    wrong = "Supervision in time fell from 50% to 62%. The share is now 68%."
    right = "Supervision in time rose from 50% to 62%, still below the target of 90%."
    for words, quotes in ((right, []), (wrong, ["Supervision in time fell from 50% to 62%.", "The share is now 68%."])):
        notebook = edition_with(part, f"### Red to watch\n\n- Percentage of case supervisions in time\n\n{words}")
        found = about(check_commentary(NAME, notebook, part), "It says")
        assert [(one.level, one.quote) for one in found] == [(Level.WARNING, quote) for quote in quotes]
    changed = part.rows.copy()
    changed.loc["case-supervisions-in-time", ["value", "2023-24-Q3"]] = 71.0
    stale = check_commentary(NAME, notebook, replace(part, rows=changed))
    assert about(stale, "It says") == []
    assert len(about(stale, "written when")) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("See {{< include plan.md >}} for <b>more</b>.", ["{{< include plan.md >}}", "<b>", "</b>"]),
        ("![A plan](https://example.org/p.png)", ["![A plan](https://example.org/p.png)"]),
        ("[here](javascript:x) and [there]{.big}", ["[here](javascript:x)", "{.big}"]),
        ("```{=html}\nwords\n```", ["```{=html}", "```"]),
        ("Fewer than <5 and >3, {as} said by <https://example.org> [1](https://example.org) at x@y.example.", []),
        ("![A plan](attachment:plan.png)", []),
    ],
)
def test_text_that_readers_see_as_typed_is_reported(part: Scorecard, typed: str, said: list[str]) -> None:
    findings = about(findings_in(part, f"### About this area\n\n{typed}"), "as typed")
    assert [one.level for one in findings] == [Level.WARNING] * bool(said)
    assert [one.message.split("'")[1::2] for one in findings] == [said] * bool(said)


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("[The plan](https://council.sharepoint.com/:w:/r/sites/x)", ["https://council.sharepoint.com/:w:/r/sites/x"]),
        ("<http://intranet:8080/plan> and http://10.0.0.7", ["http://intranet:8080/plan", "http://10.0.0.7"]),
        (
            "https://eur03.safelinks.protection.outlook.com/?url=x",
            ["https://eur03.safelinks.protection.outlook.com/?url=x"],
        ),
        ("[SharePoint](https://example.org/sharepoint.com/) at https://www.gov.uk or https://internal.gov.uk/a", []),
    ],
)
def test_links_that_readers_cannot_open_are_reported(part: Scorecard, typed: str, links: list[str]) -> None:
    findings = about(findings_in(part, f"### About this area\n\n{typed}"), "cannot open")
    assert [one.message.split("'")[1::2] for one in findings] == [links] * bool(links)


@pytest.mark.parametrize(
    ("table", "lost"),
    [
        ("| Team | Left |\n|:--|--:|\n| North | 2 | two more give notice |\n| South | 1 |", ["two more give notice"]),
        ("Team | Left\n--|--\nNorth | 2 | more | again |\n\nSouth | 1 | no table", ["more", "again"]),
        ("| Team | Left |\n|--|--|\n| North \\| West | 2 |\n| South | 1 | |", []),
        ("| Team |\n|--|--|\n| North | 2 |", []),  # no table: all is seen as typed
    ],
)
def test_cells_beyond_the_headings_of_a_table_are_an_error(part: Scorecard, table: str, lost: list[str]) -> None:
    findings = about(findings_in(part, f"### About this area\n\nBy team:\n\n{table}"), "do not see")
    assert [one.message.split("'")[1::2] for one in findings] == [lost] * bool(lost)


def test_words_about_an_indicator_that_is_gone_are_unplaced_and_an_error(part: Scorecard) -> None:
    source = f"### Red to watch\n\n- Number of agency workers\n\n{WORDS}"
    both = f"### Red\n\n- Number of agency workers\n- Percentage of case supervisions in time\n\nOf both. {WORDS}"
    notebook = edition_with(part, source, both)
    without = part.only([name for name in part.rows.index if name != "agency-workers"])
    again = assemble(template(), notebook, without)
    with_other, alone = sorted(
        about(check_commentary(NAME, again, without), "no longer reported"), key=lambda one: one.message
    )
    assert {alone.level, with_other.level} == {Level.ERROR}
    assert "Number of agency workers" in alone.message
    assert "Unplaced commentary" in alone.message
    assert alone.quote == WORDS
    assert "still names it" in with_other.message


def test_a_notebook_whose_figures_differ_from_the_data_must_be_run(part: Scorecard) -> None:
    notebook = edition_with(part)
    assert about(check_commentary(NAME, notebook, part), "Run the quarter") == []
    (found,) = about(check_commentary(NAME, notebook, with_values(part, england=9.0)), "Run the quarter")
    assert (found.level, found.cell) == (Level.ERROR, None)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("Number of agency worker", "Number of agency workers"),
        ("Percentage of case supervision in time", "Percentage of case supervisions in time"),
        ("We hold a weekly panel on agency staff", None),
        ("Recruitment", None),
    ],
)
def test_only_a_line_like_an_indicators_name_is_queried(part: Scorecard, line: str, meant: str | None) -> None:
    notebook = edition_with(part, f"### Red to watch\n\n- {line}\n\n{WORDS}")
    found = about(check_commentary(NAME, notebook, part), "Did you mean")
    assert [(one.level, one.quote) for one in found] == ([(Level.WARNING, line)] if meant else [])
    assert all(f"'{meant}'" in one.message for one in found)


def test_faultless_commentary_has_no_findings(part: Scorecard) -> None:
    rated = part.rows[part.rows["rag"].isin(["RED", "AMBER"])]
    groups = {"RED": Group.RED_CONCERN, "AMBER": Group.AMBER}
    sources = [
        write_comment(Comment(groups[rag], (str(name),), WORDS), part.rows) for name, rag in rated["rag"].items()
    ]
    assert check_commentary(NAME, edition_with(part, *sources), part) == []
    assert check_commentary(NAME, edition_with(part, *sources, "### Green\n\nWell done."), part) == []


# Through the command line


def test_the_command_names_notebook_cell_words_and_remedy(project: Project) -> None:
    project.edit("data/observations.csv", "agency-workers,2023-24-Q3,18,", "agency-workers,2023-24-Q3,21,")
    done = project("check")
    assert done.returncode == 1, done.stderr
    assert "Error in reports/2023-24-Q3/workforce.ipynb, cell 13" in done.stdout
    assert "“A complex picture: staff turnover" in done.stdout
    assert "Number of agency workers: written when this was 18; it is now 21" in done.stdout
    assert "Run the quarter again: quarterly run 2023-24-Q3" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_quarter_without_an_edition_has_no_commentary_to_check(project: Project) -> None:
    done = project("check", "2023-24-Q1")
    assert done.returncode == 0, done.stderr
    assert "There is no edition of 2023-24-Q1 yet" in done.stdout


def test_a_damaged_notebook_is_named(project: Project) -> None:
    (project.root / NAME).write_text('{"cells": [', encoding="utf-8")
    done = project("check")
    assert done.returncode == 1
    assert "workforce.ipynb" in done.stderr
    assert "Traceback" not in done.stderr


def test_words_of_a_removed_area_are_not_forgotten(project: Project) -> None:
    path = project.root / NAME
    project.edit(NAME, 'area=\\"workforce\\"', 'area=\\"bygone\\"')
    path.rename(path.with_name("bygone.ipynb"))
    found = check_edition(project.root, QUARTER)
    assert [one.message for one in about(found, "not in data/areas.csv") if one.notebook.endswith("bygone.ipynb")]
    assert [one.notebook for one in about(found, "no notebook for this area yet")] == [NAME]


def test_the_data_is_as_the_test_expects() -> None:
    figures = pd.read_csv(EXAMPLE / "data" / "observations.csv")
    chosen = figures[(figures["indicator_id"] == "agency-workers") & (figures["quarter"] == "2023-24-Q3")]
    assert list(chosen["value"]) == [18]
