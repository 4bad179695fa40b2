"""What is worth a panel's time, in words: why, and a question that members could ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from quarterly.core.written import Cell, comparator_cell, rating_cell, show, target_cell
from quarterly.display.findings import finding
from quarterly.display.html import Html, render
from quarterly.measures.attention import NAMED, Reason, first_comparator, quarters_red, worth_attention
from quarterly.measures.compare import BETTER
from quarterly.measures.scorecard import Scorecard


def attention(scorecard: Scorecard, changes: pd.DataFrame, link: str, most: int = NAMED) -> Html:
    """List the indicators worth members' time, each with why and a question.

    Parameters
    ----------
    scorecard, changes
        As in `quarterly.measures.attention.nominations`.
    link : str
        Where an indicator's name leads; ``{id}`` and ``{area}`` are filled in.
    most : int
        How many are named.
    """
    items = questions(scorecard, changes, most)
    text = "\n".join(f"{item.name}: {item.finding}. {item.why}. {item.question}" for item in items)
    hrefs = [link.format(area=scorecard.rows.loc[item.id, "area_id"], id=item.id) for item in items]
    shown = [{**vars(item), "href": href} for item, href in zip(items, hrefs, strict=True)]
    return render("attention.html", text, items=shown)


@dataclass(frozen=True)
class Question:
    """An indicator that is worth members' time.

    Parameters
    ----------
    id, name : str
        Its id, and its short name.
    rag : Cell
        Its rating.
    finding, why, question : str
        How it is, which rules named it, and what members could ask.
    """

    id: str
    name: str
    rag: Cell
    finding: str
    why: str
    question: str


def questions(scorecard: Scorecard, changes: pd.DataFrame, most: int = NAMED) -> list[Question]:
    """List the indicators worth members' time, the first first.

    Parameters
    ----------
    scorecard, changes
        As in `quarterly.measures.attention.nominations`.
    most : int
        How many are named.
    """
    found = []
    for name, reasons in worth_attention(scorecard, changes, most).items():
        row, change = scorecard.rows.loc[name], changes.loc[name]
        why, ask = _why(scorecard, name, reasons, change["went"]), question(scorecard, row, reasons[0], change)
        found.append(Question(name, row["short_name"], rating_cell(row), finding(row), why, ask))
    return found


def _why(scorecard: Scorecard, indicator_id: str, reasons: list[Reason], went: str) -> str:
    """State which rules named it, and for how long it has been red."""
    words = [f"Large move for the {went}" if reason is Reason.MOVED else str(reason) for reason in reasons]
    red = quarters_red(scorecard, indicator_id)
    if red > 1:
        words.append(f"Red for {red} quarters in a row")
    return "; ".join([words[0], *(word[:1].lower() + word[1:] for word in words[1:])])


def question(scorecard: Scorecard, row: pd.Series, reason: Reason, change: pd.Series) -> str:
    """Make the question that members could ask, from the rule that named the indicator.

    Parameters
    ----------
    scorecard : Scorecard
        Of the quarter.
    row : Series
        The indicator's row of the scorecard.
    reason : Reason
        The rule.
    change : Series
        Its row of the comparison with the quarter before.
    """
    return _QUESTIONS[reason](scorecard, row, change)


def _worsening(_: Scorecard, row: pd.Series, __: pd.Series) -> str:
    moved = f"from {show(row, row['previous'])} to {show(row, row['value'])}"
    return f"What drove it {moved}, and when will the panel see it turn?"


def _not_nil(_: Scorecard, row: pd.Series, __: pd.Series) -> str:
    return f"What stands between {show(row, row['value'])} and 0, and what is being done until then?"


def _furthest(_: Scorecard, row: pd.Series, __: pd.Series) -> str:
    return f"Can {target_cell(row).text} be reached from {show(row, row['value'])}, by when, and what would it take?"


def _neighbours(scorecard: Scorecard, row: pd.Series, _: pd.Series) -> str:
    name = str(first_comparator(scorecard))
    period = row[f"{name}_period"]
    theirs = f"{comparator_cell(row, name).text}{f' in {period}' if period else ''}"
    return f"{scorecard.comparators[name]} had {theirs}. What do they do that is not done here?"


def _moved(_: Scorecard, __: pd.Series, change: pd.Series) -> str:
    if change["went"] == BETTER:
        return "What made the difference, and how will it be kept?"
    return "What changed, and is it one quarter's effect or the start of something?"


_QUESTIONS: dict[Reason, Callable[[Scorecard, pd.Series, pd.Series], str]] = {
    Reason.WORSENING: _worsening,
    Reason.NOT_NIL: _not_nil,
    Reason.FURTHEST: _furthest,
    Reason.NEIGHBOURS: _neighbours,
    Reason.MOVED: _moved,
}
