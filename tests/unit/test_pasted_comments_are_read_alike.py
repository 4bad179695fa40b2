"""Whatever heading and bullets are pasted, notebook, website, Word form and check read the same, or ask."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from officers_word import AREA, blank_edition, merged, read_comments, run_again

from quarterly.commentary.answers import read_answers
from quarterly.commentary.checks import check_commentary
from quarterly.commentary.claims.reading import sentences
from quarterly.commentary.finding import Finding, Level
from quarterly.commentary.read import regrouped
from quarterly.commentary.site_form import site_forms
from quarterly.core.terms import Group
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.boxes import NEW, Reference, box_content
from quarterly.outputs.forms.lines import words_digest
from quarterly.outputs.forms.markdown import read_lines
from quarterly.outputs.forms.merging import Merge
from quarterly.outputs.forms.reading import Answer, FilledIn

SAID = "Eight workers left."
IDS = ("agency-workers", "average-caseload")
#: Headings that people type or paste, and the group that each names; none if it has to be asked.
HEADINGS: dict[str, Group | None] = {
    "### Red": Group.RED_WATCH,
    "# Red of concern": Group.RED_CONCERN,
    "###### reds OF concern;": Group.RED_CONCERN,
    "###\u00a0Amber\u00a0to\u00a0watch": Group.AMBER,
    "###Amber to watch": Group.AMBER,
    "**Red of concern**": Group.RED_CONCERN,
    "__Reds on watching:__": Group.RED_WATCH,
    "### **Green to celebrate** ###": Group.GREEN,
    "Reds:": Group.RED_WATCH,
    "Green to celebrate\n==================": Group.GREEN,
    "Amber to watch\n---": Group.AMBER,
    "• Red of concern": Group.RED_CONCERN,
    "\ufeff### “Red – of concern”": Group.RED_CONCERN,
    "### Green to watch": None,
    "**Amber to celebrate**": None,
    "Red / Amber to watch": None,
    "## Green of concern\u00a0": None,
    "### Of concern": None,
    "### Ambre to watch": None,
}
#: The ways in which a line may name an indicator.
MARKS = ["- ", "* ", "• ", "•\t", "– ", "—\u00a0", "· ", "\uf0b7 ", "◦ ", "1. ", "(2) ", "3) ", "  - ", ""]
SPELT = [
    *("{}", "{}.", "{}:", "**{}**", "*{}*:", "“{}”", "__{};__", "‘{}’ "),
    *(lambda name: name.upper(), lambda name: name.replace(" ", "\u00a0"), lambda name: name.replace("a", "a\u00ad")),
]
items = st.tuples(st.sampled_from(MARKS), st.sampled_from(SPELT))


@pytest.fixture(scope="module")
def part(scorecard: Scorecard) -> Scorecard:
    """Return the scorecard of the area, cut down."""
    return scorecard.only([*IDS, "case-supervisions-in-time"])


@pytest.fixture(scope="module")
def blank(part: Scorecard) -> NotebookNode:
    """Return the area's notebook with only empty places."""
    return blank_edition(part)


def typed_into(blank: NotebookNode, source: str) -> NotebookNode:
    notebook = copy.deepcopy(blank)
    next(cell for cell in notebook.cells if cell.id == "place-agency-workers").source = source
    return notebook


def asked(notebook: NotebookNode, part: Scorecard) -> list[Finding]:
    found = check_commentary("workforce.ipynb", notebook, part)
    return [one for one in found if "is not a group. Did you mean" in one.message and one.level is Level.ERROR]


def by_form(blank: NotebookNode, part: Scorecard, group: str, about: list[str]) -> Merge:
    """Fill in a box for a further comment, as a Word document returns it."""
    lines = tuple(read_lines(SAID))
    reference = Reference("2023-24-Q3", AREA, 4, 5, NEW, "empty", "x")
    box = Answer(group, tuple(about), lines, reference, confirmed=False)
    assert box.words == words_digest(lines)
    return merged(blank, part, FilledIn("form.docx", "2023-24-Q3", AREA, [box], {}))


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(list(HEADINGS)), st.tuples(items, items), st.sampled_from(["\n", "\n\n", "\n \n\n"]))
def test_pasted_text_is_read_alike_everywhere_or_queried(
    part: Scorecard, blank: NotebookNode, heading: str, styles: tuple[tuple[str, object], ...], gap: str
) -> None:
    names = [str(part.rows.loc[name, "name"]) for name in IDS]
    about = [
        mark + (spelt.format(name) if isinstance(spelt, str) else spelt(name))  # type: ignore[operator]
        for (mark, spelt), name in zip(styles, names, strict=True)
    ]
    notebook = typed_into(blank, gap.join([heading, *about]) + f"\n\n{SAID}")
    one = read_comments(notebook, part)["place-agency-workers"].comment
    assert (one.group, one.indicators, one.words) == (HEADINGS[heading], IDS, SAID)
    # The paper and the workbook read the same comment; the website rewrites it for its renderers.
    (on_site,) = filter(None, site_forms(json.loads(json.dumps(notebook)), str).values())
    assert on_site.startswith(f"### {one.placed} {{.comment .comment-")
    listed = "\n".join(f"- {name}" for name in names)
    assert on_site.endswith(f' indicators="{" ".join(IDS)}"}}\n\n{listed}\n\n::: {{.comment-words}}\n{SAID}\n:::')
    assert bool(asked(notebook, part)) == (one.group is None)
    form = by_form(blank, part, heading.split("\n")[0], about)
    if one.group is None:
        assert "is not a group. Did you mean '" in str(form.faults[0])
    else:
        (in_form,) = [each.comment for each in read_comments(form.notebook, part).values() if each.comment.words]
        assert (form.faults, in_form) == ([], one)


@pytest.mark.parametrize("mark", ["•", "·", "●", "▪", "\uf0b7"])
def test_a_pasted_list_is_a_list_wherever_words_are_shown(part: Scorecard, blank: NotebookNode, mark: str) -> None:
    gap = "\u00a0\t "
    source = f"### Red of concern\n\nWe will:\n{mark}{gap}recruit\no\ttwo nurses\n\n{mark}{gap}Promise: to recruit."
    notebook = typed_into(blank, source)
    one = read_comments(notebook, part)["place-agency-workers"].comment
    assert (one.words, one.promised) == ("We will:\n- recruit\n  - two nurses", ("to recruit.",))
    (on_site,) = filter(None, site_forms(json.loads(json.dumps(notebook)), str).values())
    assert f"\n{one.words}\n" in on_site
    assert read_answers(f'{mark} "Recruit.": Kept.')[1] == {"recruit": "Kept."}
    assert next(sentences(f"{mark} Two left.")).text.strip() == "two left."


@pytest.mark.parametrize(
    "source", [f"### What happened\n\n{SAID}", f"### About this area:\n\n{SAID}", SAID, f"#\n{SAID}"]
)
def test_a_users_own_heading_is_not_queried(part: Scorecard, blank: NotebookNode, source: str) -> None:
    assert asked(typed_into(blank, source), part) == []


def test_a_second_heading_of_a_group_in_one_cell_and_an_indicator_as_a_heading_are_found(
    part: Scorecard, blank: NotebookNode
) -> None:
    two = f"### Green to celebrate\n\n{SAID}\n\n**Red of concern**\n\nMore left."
    found = [one for one in check_commentary("x", typed_into(blank, two), part) if one.quote == "**Red of concern**"]
    assert [one.level for one in found] == [Level.ERROR]
    assert "published in 'Green to celebrate'" in found[0].message
    headed = f"### Number of agency workers\n\n{SAID}"
    found = check_commentary("x", typed_into(blank, headed), part)
    assert [one for one in found if "The heading is an indicator" in one.message]


def test_a_change_of_group_or_indicators_is_reported_old_and_new(part: Scorecard, blank: NotebookNode) -> None:
    rows = part.rows["name"]
    source = f"Reds of concern:\n\n- {rows['agency-workers']}\n- {rows['average-caseload']}\n\n{SAID}"
    notebook = typed_into(blank, source)
    was = read_comments(blank, part)["place-agency-workers"].comment.placed
    name, both = rows["agency-workers"], f"{rows['agency-workers']}, {rows['average-caseload']}"
    assert regrouped(notebook, part) == [f"{name}: {was} → Red of concern", f"{name}: about {name} → {both}"]
    # The next run records them: nothing has changed since.
    assert regrouped(run_again(notebook, part), part) == []


def test_words_whose_heading_was_deleted_keep_the_group_they_had(part: Scorecard, blank: NotebookNode) -> None:
    first = typed_into(blank, f"### Red of concern\n\n- agency-workers\n\n{SAID}")
    run = run_again(first, part)
    (name,) = [name for name, one in read_comments(run, part).items() if one.comment.words]
    next(cell for cell in run.cells if cell.id == name).source = "Nine left."
    again = run_again(run, part)
    (one,) = [one.comment for one in read_comments(again, part).values() if one.comment.words]
    assert (one.group, one.indicators, one.words) == (Group.RED_CONCERN, ("agency-workers",), "Nine left.")


def test_an_import_reports_the_group_old_and_new_and_a_second_one_changes_nothing(
    part: Scorecard, blank: NotebookNode
) -> None:
    one = read_comments(blank, part)["place-agency-workers"]
    asks = box_content(one, part.rows)
    reference = Reference("2023-24-Q3", AREA, 3, 5, one.id, asks.words, asks.heading)
    about = ("agency workers", "average-caseload")
    box = Answer("reds of concern;", about, tuple(read_lines(SAID)), reference, confirmed=False)
    document = FilledIn("form.docx", "2023-24-Q3", AREA, [box], {})
    merge = merged(blank, part, document)
    assert [change for change in merge.changes if f"{asks.group} → Red of concern, from form.docx" in change]
    assert [
        change for change in merge.changes if "about Number of agency workers → Number of agency workers, " in change
    ]
    again = merged(merge.notebook, part, document)
    assert (again.changes, again.conflicts, again.faults) == ([], [], [])
