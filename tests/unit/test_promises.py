"""Commitments in commentary are found, and the next edition reports their outcome."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
import yaml
from conftest import EXAMPLE, ROOT, TESTS
from nbformat import NotebookNode

from quarterly.commentary.answers import (
    PROMISED,
    State,
    TrackedPromise,
    from_metadata,
    read_answers,
    with_answers,
    with_questions,
)
from quarterly.commentary.checks import check_commentary, unanswered
from quarterly.commentary.commitments import Commitment, commitments
from quarterly.commentary.due_dates import due_of
from quarterly.commentary.format import Comment, read_comment
from quarterly.commentary.groups import PROGRESS
from quarterly.commentary.promises import area_promises, in_brief, panel_promises, without_answer
from quarterly.commentary.read import previous_comments, read_edition
from quarterly.commentary.site_form import site_forms
from quarterly.core.errors import DataFaults
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.data.params import load_params
from quarterly.display.promises import promises_table
from quarterly.editions.notebooks import assemble
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.project.next_quarter import next_params

Q2, Q3, Q4 = (Quarter(2023, number) for number in (2, 3, 4))
AREA = "early-help"
NAME = "Percentage of Initial contact decisions made within 24 hours"
#: Every commitment of the worked example, with its day, found by reading it.
WORKED_EXAMPLE = {
    "In Q4 we expect fewer transfers to children's social care and more assessments on time.": date(2024, 3, 31),
    "A review of triage and capacity at the front door reports at the end of February 2024, with actions to make it "
    "more efficient.": date(2024, 2, 29),
    "A themed dip sample is under way to find out why the share dropped.": None,
    "Transformation plans are in place and will be reported through the Transformation Board.": None,
    "An interim central team is now in place, and a new recruitment and retention strategy and plan starts at the end "
    "of February 2024.": date(2024, 2, 29),
}


def words_of(text: str, quarter: Quarter = Q3) -> list[Commitment]:
    return commitments(Comment(None, words=text), quarter, {})


def sentences(name: str) -> tuple[list[list[Any]], list[str]]:
    read = yaml.safe_load((TESTS / "commitments" / f"{name}.yml").read_text(encoding="utf-8"))
    return read["promises"], read["others"]


@pytest.mark.parametrize(("name", "missed", "undated", "wrong"), [("tuned", 0, 1, 0), ("held_out", 2, 2, 0)])
def test_promises_are_found_with_their_day_and_nothing_else_is(
    name: str, missed: int, undated: int, wrong: int
) -> None:
    promises, others = sentences(name)
    found = {text: words_of(text) for text, *_ in promises}
    assert sum(not one for one in found.values()) <= missed
    days = [(one[0].due, day[0] if day else None) for (text, *day) in promises if (one := found[text])]
    assert sum(read != day for read, day in days) <= undated
    assert sum(bool(words_of(text)) for text in others) <= wrong


def test_every_promise_of_the_worked_example_is_found_and_nothing_else(basket: Basket, scorecard: Scorecard) -> None:
    found: dict[str, Commitment] = {}
    for area in basket.area_ids:
        notebook = json.loads((EXAMPLE / "reports" / "2023-24-Q3" / f"{area}.ipynb").read_text(encoding="utf-8"))
        part = scorecard.area(area)
        for one in read_edition(notebook, part):
            names = {key: part.rows.loc[key, "name"] for key in one.comment.indicators}
            found |= {promise.words: promise for promise in commitments(one.comment, Q3, names)}
    assert {words: promise.due for words, promise in found.items()} == WORKED_EXAMPLE
    expected = found["In Q4 we expect fewer transfers to children's social care and more assessments on time."].expected
    assert expected == (("family-wellbeing-transferred-up", "down"), ("family-wellbeing-assessments-45-days", "up"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 31 May 2024", date(2024, 5, 31)),
        ("on 14/03/2024", date(2024, 3, 14)),
        ("by 2024-03-14", date(2024, 3, 14)),
        ("end Feb 24", date(2024, 2, 29)),
        ("in the first week of February", date(2024, 2, 7)),
        ("by the end of September", date(2024, 9, 30)),
        ("from Q1 2024-25", date(2024, 6, 30)),
        ("next quarter", date(2024, 3, 31)),
        ("before the end of the financial year", date(2024, 3, 31)),
        ("starts in January and is done by June", date(2024, 6, 30)),
        ("we may launch it", None),
        ("higher than in Q1", None),
        ("by 31 February 2024", None),
        ("in the new year", None),
        ("since March 2023", None),
        # A number after a month is a day, unless it is a year near the quarter's.
        ("by March 31", date(2024, 3, 31)),
        ("by April 1.", date(2024, 4, 1)),
        ("March 28th", date(2024, 3, 28)),
        ("by February 29", date(2024, 2, 29)),
        ("by May 6, 2024", date(2024, 5, 6)),
        ("by March 24", date(2024, 3, 31)),
        ("by March ’25", date(2025, 3, 31)),
        ("since March 23", None),
        ("in March 25% of children will move", date(2024, 3, 31)),
        ("by 5-Mar-24", date(2024, 3, 5)),
        ("by 31-3-24", date(2024, 3, 31)),
        ("reports May-24", date(2024, 5, 31)),
        ("before Christmas", date(2024, 12, 25)),
        ("by Easter", date(2024, 3, 31)),
        ("after the Easter holidays", None),
    ],
)
def test_days_are_read_as_officers_write_them(text: str, day: date | None) -> None:
    assert due_of(text, Q3) == day


# Corrections by an officer in the cell


def test_an_officer_can_retract_add_and_date_a_promise(scorecard: Scorecard) -> None:
    source = (
        f"### Red of concern\n\n- {NAME}\n\nWe will see. A review is under way.\n\nNot a promise: we will see\n"
        "Promise: a review is under way, by 30 April 2024\n\nPromise: the rota starts, by Q1 2024-25\n"
    )
    comment = read_comment(source, scorecard.rows)
    assert comment.words == "We will see. A review is under way."
    assert commitments(comment, Q3, {}) == [
        Commitment(Q3, "A review is under way.", date(2024, 4, 30)),
        Commitment(Q3, "the rota starts, by Q1 2024-25", date(2024, 6, 30)),
    ]


@pytest.mark.parametrize("line", ["a review will report", "a review will report, by the end of February"])
def test_a_line_that_repeats_a_promise_changes_nothing(line: str) -> None:
    comment = Comment(None, words="A review will report at the end of February.", promised=(line,))
    assert commitments(comment, Q3, {}) == [Commitment(Q3, comment.words, date(2024, 2, 29))]


def test_the_correction_lines_stay_when_words_are_confirmed(scorecard: Scorecard) -> None:
    for source in ("Words.\n\nConfirmed\n\nPromise: x", "Words.\n\nPromise: x\n\nConfirmed"):
        comment = read_comment(f"### Red\n\n- {NAME}\n\n{source}", scorecard.rows)
        assert (comment.words, comment.promised, comment.confirmed) == ("Words.", ("x",), True)


# From one edition to the next


@pytest.fixture(scope="module")
def cards(basket: Basket) -> dict[Quarter, Scorecard]:
    return {quarter: build_scorecard(basket, quarter).area(AREA) for quarter in (Q2, Q3)}


def template() -> NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{AREA}.ipynb", as_version=4)


def run(root: Path, scorecard: Scorecard, *sources: str) -> NotebookNode:
    """Do what a run does with an area's notebook, except executing it, with more comments."""
    folder = root / "reports" / str(scorecard.quarter)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.ipynb").touch()
    path = folder / f"{AREA}.ipynb"
    before = nbformat.read(path, as_version=4) if path.is_file() else assemble(template(), None, scorecard)
    for source in sources:
        cell = nbformat.v4.new_markdown_cell(source, metadata={"tags": ["commentary"]})
        cell["id"] = f"own-{len(before.cells)}"
        before.cells.append(cell)
    made = assemble(template(), before, scorecard, area_promises(root, AREA, scorecard))
    nbformat.write(made, path)
    return made


def answer(root: Path, quarter: Quarter, answers: dict[str, str]) -> None:
    """Type after the bullets that begin with a text."""
    path = root / "reports" / str(quarter) / f"{AREA}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = progress_cells(notebook)
    lines = cell.source.splitlines()
    cell.source = "\n".join(
        line + next((f" {text}" for said, text in answers.items() if line.startswith(f'- "{said}')), "")
        for line in lines
    )
    nbformat.write(notebook, path)


def progress_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.source.startswith(f"### {PROGRESS}")]


PROMISES = (
    f"### Red of concern\n\n- {NAME}\n\nA review reports in November 2023. A pilot is under way. The rota will change. "
    "The new form goes live in June 2024. In Q3 we expect this to improve."
)


@pytest.fixture
def two(tmp_path: Path, cards: dict[Quarter, Scorecard]) -> Path:
    """Return a project with commitments in Q2, and the edition of Q3 after its first run."""
    run(tmp_path, cards[Q2], PROMISES)
    run(tmp_path, cards[Q3])
    return tmp_path


def states(root: Path, scorecard: Scorecard) -> dict[str, State]:
    return {one.words: one.state for one in area_promises(root, AREA, scorecard)}


def test_the_next_edition_asks_about_each_promise(two: Path, cards: dict[Quarter, Scorecard]) -> None:
    notebook = nbformat.read(two / "reports" / "2023-24-Q3" / f"{AREA}.ipynb", as_version=4)
    (cell,) = progress_cells(notebook)
    assert cell.source.splitlines()[2:] == [
        '- "A review reports in November 2023." (due 30 November 2023):',
        '- "A pilot is under way.":',
        '- "The rota will change.":',
        '- "The new form goes live in June 2024." (due 30 June 2024):',
        '- "In Q3 we expect this to improve." (due 31 December 2023):',
    ]
    assert states(two, cards[Q3]) == {
        "A review reports in November 2023.": State.NO_WORD,
        "A pilot is under way.": State.NO_WORD,
        "The rota will change.": State.NO_WORD,
        "The new form goes live in June 2024.": State.NOT_DUE,
        "In Q3 we expect this to improve.": State.NOT_AS_EXPECTED,
    }


def test_answers_close_promises_and_open_ones_are_asked_again(two: Path, basket: Basket) -> None:
    answers = {"A review": "KEPT – it found delays.", "A pilot": "late: by 31 May 2024.", "The rota": "**Dropped.**"}
    answer(two, Q3, answers)
    cards3 = build_scorecard(basket, Q3).area(AREA)
    told = area_promises(two, AREA, cards3)
    assert [(one.state, one.reply) for one in told[:3]] == [
        (State.KEPT, "It found delays."),
        (State.LATE, "By 31 May 2024."),
        (State.DROPPED, ""),
    ]
    assert in_brief(told) == "5 promises: 1 kept, 1 late, 1 not as expected, 1 dropped and 1 not due yet."
    found = unanswered("x", None, told)
    assert list(found) == []
    # The edition after it asks only about those that are late or not yet due, the late one by its new day.
    (two / "reports" / str(Q4)).mkdir()
    later = cards3.view()
    object.__setattr__(later, "quarter", Q4)
    assert {one.words: one.due for one in area_promises(two, AREA, later)} == {
        "A pilot is under way.": "31 May 2024",
        "The new form goes live in June 2024.": "30 June 2024",
    }


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Kept, under budget.", State.KEPT),
        ("Completed in January", State.KEPT),
        ("Kept under review.", None),
        ("Delivered late", None),
        ("Completed in part: two of three teams.", None),
        ("Done 60%", None),
    ],
)
def test_an_answer_that_takes_its_first_word_back_closes_nothing(said: str, state: State | None) -> None:
    assert TrackedPromise("It reports.", "Q3 2023-24", answer=said).answered_as is state


def test_a_run_adds_later_promises_and_leaves_answers_alone(two: Path, cards: dict[Quarter, Scorecard]) -> None:
    answer(two, Q3, {"A pilot": "Kept."})
    run(two, cards[Q2], f"### Red\n\n- {NAME}\n\nWe will write to every school.")
    once = run(two, cards[Q3])
    (cell,) = progress_cells(once)
    assert '- "A pilot is under way.": Kept.\n' in cell.source
    assert cell.source.endswith('\n- "We will write to every school.":')
    assert run(two, cards[Q3]).cells == once.cells


def elsewhere(scorecard: Scorecard, area: str, *indicator_ids: str) -> Scorecard:
    """Return the scorecard with some indicators in another area, or with all of them."""
    rows = scorecard.rows.copy()
    rows.loc[list(indicator_ids) or list(rows.index), "area_id"] = area
    return replace(scorecard, rows=rows)


def test_promises_and_comments_are_found_when_an_indicator_or_its_whole_area_moves(
    two: Path, cards: dict[Quarter, Scorecard]
) -> None:
    expects = "In Q3 we expect this to improve."
    moved = elsewhere(cards[Q3], "workforce", "initial-contact-decisions-24-hours")
    assert states(two, moved)[expects] == State.NOT_AS_EXPECTED, "its area answers for it, and the figures decide"
    assert area_promises(two, "workforce", moved) == []
    (said,) = previous_comments(two, "workforce", moved) or []
    assert said.comment.indicators == ("initial-contact-decisions-24-hours",)
    # Without the area's template nothing asks for its promises but the area that has its indicators now.
    merged = elsewhere(cards[Q3], "workforce")
    assert [one.words for one in area_promises(two, "workforce", merged)] == [*states(two, cards[Q3])]


def test_a_new_definition_decides_no_expectation(two: Path, cards: dict[Quarter, Scorecard]) -> None:
    change = {"indicator_id": "initial-contact-decisions-24-hours", "quarter": str(Q3), "treatment": "new definition"}
    changed = replace(cards[Q3], known_changes=pd.DataFrame([{**change, "reason": "Weekends count."}]))
    assert states(two, changed)["In Q3 we expect this to improve."] == State.NO_WORD


def test_a_word_of_movement_in_a_name_names_no_indicator() -> None:
    names = {"placements": "Children in care with 3 or more placements"}
    for said, expected in {"ten more foster carers": (), "more placements": (("placements", "up"),)}.items():
        (promise,) = commitments(Comment(None, words=f"We will see {said}."), Q3, names)
        assert promise.expected == expected


def test_readers_are_shown_what_was_said_then_and_now(two: Path) -> None:
    answer(two, Q3, {"A pilot": "Kept. All\n  schools joined.", "The rota": "Not a promise"})
    notebook = json.loads((two / "reports" / "2023-24-Q3" / f"{AREA}.ipynb").read_text(encoding="utf-8"))
    (told,) = [text for text in site_forms(notebook, str).values() if text.startswith(f"### {PROGRESS}")]
    lines = told.splitlines()[3:-1]
    assert lines[0] == "- **Kept:** “A pilot is under way.” (Q2 2023-24). All schools joined."
    assert lines[1].startswith("- **Not as expected:** “In Q3 we expect this to improve.” (Q2 2023-24, due 31 December")
    assert "Initial contact" in lines[1]
    assert lines[2:] == [
        "- **No word:** “A review reports in November 2023.” (Q2 2023-24, due 30 November 2023).",
        "- **Not due yet:** “The new form goes live in June 2024.” (Q2 2023-24, due 30 June 2024).",
    ]


def test_the_check_names_unanswered_promises_and_lines_that_match_nothing(
    two: Path, cards: dict[Quarter, Scorecard]
) -> None:
    answer(two, Q3, {"In Q3": "Kept."})
    found = list(unanswered("early-help", 5, area_promises(two, AREA, cards[Q3])))
    assert [one.quote for one in found] == [
        "A review reports in November 2023.",
        "A pilot is under way.",
        "The rota will change.",
        "In Q3 we expect this to improve.",
    ]
    assert "answered as kept, but" in found[-1].message
    said = "We will see. It reports within six weeks. It will be seen within six weeks of a birth."
    notebook = run(two, cards[Q3], f"### Red\n\n- {NAME}\n\n{said}\n\nNot a promise: they will see")
    checked = check_commentary("early-help", notebook, cards[Q3])
    assert [one.quote for one in checked if "begins with these words" in one.message] == [
        "Not a promise: they will see"
    ]
    (dateless,) = [one for one in checked if "counts from the day of writing" in one.message]
    assert (dateless.quote, dateless.message[:38]) == (
        "It reports within six weeks.",
        "Readers cannot tell when 'within six w",
    )


def test_an_unanswered_place_is_neither_a_comment_on_the_area_nor_users_text(
    two: Path, cards: dict[Quarter, Scorecard]
) -> None:
    notebook = nbformat.read(two / "reports" / "2023-24-Q3" / f"{AREA}.ipynb", as_version=4)
    (cell,) = progress_cells(notebook)
    assert cell.metadata[PROMISED]
    assert any(one.source.startswith("### About this area") for one in notebook.cells)
    # Without earlier commitments the place is not offered.
    run(two, cards[Q2], "x")
    (two / "reports" / "2023-24-Q2" / f"{AREA}.ipynb").unlink()
    assert progress_cells(run(two, cards[Q3])) == []


def test_answers_are_found_however_the_list_is_typed() -> None:
    words = 'Since then:\n\n* “It\'s under way.” (due 1 May 2024) Kept\n\nmore\n\n1. "Another":\nLate: by June\n'
    assert read_answers(words) == ("Since then:", {"it s under way": "Kept\n\nmore", "another": "Late: by June"})


def test_the_answer_to_a_promise_is_not_that_to_a_longer_one() -> None:
    short, long = (TrackedPromise(words, "Q3 2023-24") for words in ("We will recruit.", "We will recruit two nurses."))
    bullet = '- "We will recruit.": Kept.'
    _, answers = read_answers(bullet)
    assert [one.answer for one in with_answers([short, long], answers)] == ["Kept.", ""]
    assert [one.answer for one in with_answers([long], answers)] == ["Kept."]
    assert with_questions(bullet, [short, long]) == f'{bullet}\n- "We will recruit two nurses.":'


def test_no_answer_is_lost_if_a_quotation_does_not_end_or_is_there_twice() -> None:
    words = '- "A review: Kept. It reported.\n- "A rota.": Late: by June\n- "A rota.":\n- "A rota.": It is agreed.'
    said = ('- "A review: Kept. It reported.', {"a rota": "Late: by June\n\nIt is agreed."})
    assert read_answers(words) == said


def test_words_of_promises_reach_pages_as_text() -> None:
    told = TrackedPromise("<script>x</script> {{< env HOME >}}", "Q1", answer="Kept. <img src=x onerror=x>")
    shown = promises_table({"early-help": [told]}, {"early-help": "<b>Early</b>"})
    assert shown is not None
    assert "<script" not in shown.html
    assert "{{<" not in shown.html
    assert "<img" not in shown.html
    assert promises_table({}, {}) is None


def test_metadata_is_not_trusted() -> None:
    for other in (
        None,
        "x",
        [1],
        [{"words": "x"}],
        [{**dict.fromkeys(("words", "said", "due", "figures"), ""), "known": "z"}],
    ):
        assert from_metadata({PROMISED: other}) == []


def test_the_panels_recommendations_are_followed_in_the_same_way(tmp_path: Path) -> None:
    for quarter in (Q2, Q3):
        (tmp_path / "reports" / str(quarter)).mkdir(parents=True)
        (tmp_path / "reports" / str(quarter) / "index.ipynb").touch()
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "2023-24-Q2.yml").write_text(
        "quarter: 2023-24-Q2\n"
        "meeting:\n  recommendations:\n    - Report on agency costs by March 2024\n    - Visit the front door\n",
        encoding="utf-8",
    )
    (tmp_path / "params" / "2023-24-Q3.yml").write_text(
        'quarter: 2023-24-Q3\nmeeting:\n  progress:\n    Visit the front door: "Kept. On 3 October."\n',
        encoding="utf-8",
    )
    told = [(one.words, one.state, one.reply) for one in panel_promises(tmp_path, Q3)]
    assert told == [
        ("Report on agency costs by March 2024", State.NOT_DUE, ""),
        ("Visit the front door", State.KEPT, "On 3 October."),
    ]


def test_the_next_quarter_asks_about_the_panels_recommendations(tmp_path: Path) -> None:
    text = (
        "quarter: 2023-24-Q3\n\nmeeting:\n  committee: Panel\n  # Last time.\n  progress:\n    Old one: Kept.\n"
        "  recommendations:\n    - Visit: the depot\n    - Report by May\n  key_decision: false\n"
    ).replace("Visit: the", "'Visit: the depot'\n    - The")
    made = yaml.safe_load(next_params(text, Q3, Q3.next()))
    asked = {"Visit: the depot": "", "The depot": "", "Report by May": ""}
    assert made == {
        "quarter": "2023-24-Q4",
        "meeting": {"progress": asked, "committee": "Panel", "key_decision": False},
    }
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "2023-24-Q4.yml").write_text(next_params(text, Q3, Q3.next()), encoding="utf-8")
    assert load_params(tmp_path, Q4).meeting["progress"] == asked


@pytest.mark.parametrize(
    "meeting",
    [
        "TBC",
        "{key_decision: [no]}",
        "{committee: {a: b}}",
        "{recommendations: Visit}",
        "{recommendations: [1]}",
        "{progress: [Kept]}",
        "{progress: {a: 1}}",
    ],
)
def test_a_meeting_of_another_form_is_refused(tmp_path: Path, meeting: str) -> None:
    (tmp_path / "params").mkdir()
    path = tmp_path / "params" / "2023-24-Q4.yml"
    path.write_text(f"quarter: 2023-24-Q4\nmeeting: {meeting}\n", encoding="utf-8")
    key = meeting.strip("{").partition(":")[0]
    for read in (load_params, panel_promises):
        with pytest.raises(DataFaults, match="column meeting: found TBC" if key == "TBC" else rf"meeting\.{key}"):
            read(tmp_path, Q4)


def test_a_missing_or_suppressed_figure_decides_nothing(cards: dict[Quarter, Scorecard]) -> None:
    promise = Commitment(Q2, "We expect fewer.", date(2023, 12, 31), (("initial-contact-decisions-24-hours", "down"),))
    assert promise.expected[0][0] in cards[Q3].rows.index
    held = without_answer(promise, Q3, cards[Q3])
    hidden = cards[Q3].view()
    history = hidden.history.copy()
    history.loc[history["quarter"] == "2023-24-Q3", ["value", "missing"]] = [float("nan"), "c"]
    object.__setattr__(hidden, "history", history)
    assert held.known == State.AS_EXPECTED
    told = without_answer(promise, Q3, hidden)
    assert (told.known, "confidential in Q3" in told.figures) == (State.NO_WORD, True)
    assert isinstance(told, TrackedPromise)
