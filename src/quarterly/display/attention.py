"""Indicators worth the panel's time: why, and a question that members could ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from quarterly.core.terms import Baseline
from quarterly.core.written import Cell, Row, comparator_cell, rating_cell, show, target_cell
from quarterly.display.findings import finding
from quarterly.display.html import Html, render
from quarterly.measures.attention import Reason, first_comparator, quarters_red, worth_attention
from quarterly.measures.compare import BETTER, WORSE, Move
from quarterly.measures.scorecard import Scorecard


def attention(scorecard: Scorecard, changes: pd.DataFrame, link: str) -> Html:
    """List the indicators worth members' time, each with a reason and a question.

    ``scorecard`` and ``changes`` are as in `quarterly.measures.attention.nominations`. ``link`` is the address of an
    indicator, in which ``{id}`` and ``{area}`` are filled in.
    """
    items = questions(scorecard, changes)
    text = "\n".join(f"{item.name}: {item.finding}. {item.why}. {item.question}" for item in items)
    areas = scorecard.rows["area_id"]
    shown = [{**vars(item), "href": link.format(area=areas[item.id], id=item.id)} for item in items]
    return render("attention.html", text, items=shown, period=scorecard.quarter.noun)


@dataclass(frozen=True)
class Question:
    """An indicator that is worth members' time."""

    id: str
    name: str  # its short name
    rag: Cell  # its rating
    finding: str  # its figure, change and target
    why: str  # which rules selected it
    question: str  # what members could ask


def questions(scorecard: Scorecard, changes: pd.DataFrame) -> list[Question]:
    """List the indicators worth members' time, most important first.

    Parameters are as for `attention`.
    """
    found, asked = [], Counter[Reason]()
    for name, reasons in worth_attention(scorecard, changes).items():
        row, change = scorecard.rows.loc[name], changes.loc[name]
        reason = min(reasons, key=lambda one: asked[one])
        ask = question(scorecard, row, reason, change, asked[reason])
        asked[reason] += 1
        why = _why(scorecard, name, reasons, change)
        found.append(Question(name, row["short_name"], rating_cell(row), finding(row), why, ask))
    return found


def _why(scorecard: Scorecard, indicator_id: str, reasons: list[Reason], change: pd.Series) -> str:
    """State which rules selected it, for how long it has been red, and whether its latest move is real."""
    since = _of_previous(scorecard, scorecard.records[indicator_id], "since")
    moved = f"Among the largest changes for the {change['went']}{since}"
    words = [moved if reason is Reason.MOVED else str(reason) for reason in reasons]
    red = quarters_red(scorecard, indicator_id)
    if red > 1:
        words.append(f"Red {red} {scorecard.quarter.noun}s in a row")
    why = "; ".join([words[0], *(word[:1].lower() + word[1:] for word in words[1:])])
    untested = pd.isna(change["move"]) or change["change"] == 0
    return why if untested else f"{why}. Latest change: {change['move']}"


def question(scorecard: Scorecard, row: pd.Series, reason: Reason, change: pd.Series, earlier: int = 0) -> str:
    """Return the question that members could ask, according to the rule that selected the indicator.

    ``row`` is the indicator's row of the scorecard, and ``change`` its row of the comparison with the previous quarter,
    including ``move``. ``earlier`` is how many questions the same rule has led to already: each is worded differently.
    """
    forms = _FORMS.get(reason, ())
    if reason in (Reason.WORSENING, Reason.MOVED):
        way = BETTER if reason is Reason.MOVED and change["went"] == BETTER else WORSE
        forms = _MOVES[change["move"] == Move.REAL, way]
    return scorecard.quarter.worded(forms[earlier % len(forms)]).format(
        value=show(row, row["value"]),
        previous=show(row, change["value_before"]) + _of_previous(scorecard, row, "in"),
        target=target_cell(row).text,
        theirs=_theirs(scorecard, row) if reason is Reason.NEIGHBOURS else "",
    )


def _of_previous(scorecard: Scorecard, row: Row, word: str) -> str:
    """Name the previous quarter where the finding of an indicator compares with another; otherwise blank."""
    if row["dot_basis"] == Baseline.PREVIOUS_QUARTER or not scorecard.quarter.number:
        return ""
    return f" {word} {scorecard.quarter.previous().short_label}"


def _theirs(scorecard: Scorecard, row: pd.Series) -> str:
    name = str(first_comparator(scorecard))
    period = row[f"{name}_period"]
    return f"{scorecard.comparators[name]} had {comparator_cell(row, name).text}{f' in {period}' if period else ''}"


#: Questions by rule; where a rule selects several indicators, each question is worded differently.
_FORMS: dict[Reason, tuple[str, ...]] = {
    Reason.NOT_NIL: (
        "What is keeping it at {value} instead of 0, and what is being done in the meantime?",
        "Why is it {value} and not 0, and when does the service expect to reach 0?",
        "What would it take to get from {value} to 0?",
    ),
    Reason.FURTHEST: (
        "Can {target} be reached from {value}, by when, and what would it take?",
        "What will bring {value} closer to {target}, and when will the panel see a difference?",
        "What is keeping it at {value}, and is the plan enough to reach {target}?",
    ),
    Reason.NEIGHBOURS: (
        "{theirs}. What do they do differently?",
        "{theirs}. What explains the difference?",
        "{theirs}. Has the service asked them how they do it?",
    ),
}
#: Questions about moves, by whether they are real and which way they went. The cause of a chance move is not asked for.
_MOVES: dict[tuple[bool, str], tuple[str, ...]] = {
    (True, WORSE): (
        "Why did it go from {previous} to {value}, and when will the panel see it improve?",
        "What is behind the change from {previous} to {value}, and what is being done about it?",
    ),
    (False, WORSE): (
        "Is {value} after {previous} a one-off or the start of a trend?",
        "{value} after {previous}: what would show the panel next quarter that it is not a trend?",
    ),
    (True, BETTER): (
        "What took it from {previous} to {value}, and how will the improvement be kept up?",
        "What led to the change from {previous} to {value}, and can others learn from it?",
    ),
    (False, BETTER): (
        "{value} after {previous}: what does the service expect next quarter, and why?",
        "Is {value} after {previous} an improvement that will last?",
    ),
}
