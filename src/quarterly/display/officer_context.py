"""What officers see next to a comment in the notebook, but readers of the site do not: its figures and history."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markupsafe import Markup

from quarterly.commentary.answers import TrackedPromise
from quarterly.commentary.commitments import Commitment
from quarterly.commentary.format import Comment
from quarterly.commentary.read import Written
from quarterly.core.dates import long_date
from quarterly.core.terms import NOT_RATED, Rag, listing
from quarterly.core.written import Cell, rating_cell, target_cell, travel_cell
from quarterly.display.html import Html, data_table, paragraph, render
from quarterly.measures.rag import rag_counts
from quarterly.measures.scorecard import Scorecard

# HTML in officers' words stays text, and pictures are left out because they would be fetched from elsewhere.
_READER = MarkdownIt("commonmark", {"html": False}).disable(["image", "reference"])


#: How an officer can correct a promise that was misread.
PUT_RIGHT = (
    "The next report asks what has become of it. If it is not a promise, add a line at the end: “Not a promise:” and "
    "how the sentence begins. To add a promise, or its date: “Promise:”, what, and by when."
)


def comment_context(
    scorecard: Scorecard,
    indicators: tuple[str, ...],
    earlier: list[Written] | None,
    promises: Sequence[Commitment] = (),
) -> Html:
    """Show a comment's figures, the previous quarter's comments about them, and the comment's promises.

    The scorecard is of the area, and ``indicators`` is empty for a comment about the whole area. ``earlier`` are the
    previous quarter's comments, None if it has no edition. ``promises`` are those found in the comment when the quarter
    was last run.
    """
    if indicators:
        head, body = figures_table(scorecard, indicators)
        figures = data_table("Figures for the next cell", head, [[cell.full for cell in row] for row in body])
    else:
        figures = data_table("Ratings of the area, for the next cell", *ratings_table(scorecard))
    shown = figures + _said(scorecard, indicators, earlier)
    if not promises:
        return shown
    rows = [[promise.words, by_when(promise)] for promise in promises]
    return shown + data_table("Promises in the next cell", ["Promise", "By"], rows) + paragraph(PUT_RIGHT)


def by_when(promise: Commitment) -> str:
    """Write the day by which a promise is due."""
    return long_date(promise.due) if promise.due else "no date given"


def earlier_promises(told: Sequence[TrackedPromise]) -> Html:
    """Show the promises of earlier editions and what has become of them."""
    rows = [[one.words, one.when, one.state, one.now] for one in told]
    return data_table("Promises to answer in the next cell", ["Promise", "Said in", "So far", "Latest"], rows)


#: The headings of the table of figures before and after those of the quarters, and of the table of ratings.
INDICATOR, JUDGED = "Indicator", ["Target", "RAG", "Direction of travel"]
RATINGS = [*(str(rag).capitalize() for rag in Rag), NOT_RATED]


def figures_table(
    scorecard: Scorecard, indicators: tuple[str, ...], names: str = "short_name"
) -> tuple[list[str], list[list[Cell]]]:
    """Return the headings and rows of the table of figures that a comment is about.

    The scorecard is of the area; there is a row for each of ``indicators``. ``names`` is the scorecard's column that
    names them.
    """
    body = []
    for name in indicators:
        row = scorecard.rows.loc[name]
        judged = [target_cell(row), rating_cell(row), travel_cell(row)]
        body.append([Cell(row[names]), *scorecard.figure_cells(name), *judged])
    quarters = [quarter.short_label for quarter in scorecard.quarters]
    return [INDICATOR, *quarters, *JUDGED], body


def ratings_table(scorecard: Scorecard) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the single row of the table of an area's ratings."""
    counts = rag_counts(scorecard.rows)
    row = [scorecard.quarter.short_label, *(str(number) for number in counts.values())]
    return [scorecard.quarter.worded("Quarter"), *RATINGS], [row]


def said_about(indicators: tuple[str, ...], earlier: list[Written]) -> list[Comment]:
    """Select the previous quarter's comments on some indicators, or on the area if none are given."""
    return [
        one.comment
        for one in earlier
        if not one.comment.empty
        and not one.comment.progress
        and ({*one.comment.indicators} & {*indicators} or (not indicators and not one.comment.indicators))
    ]


def _said(scorecard: Scorecard, indicators: tuple[str, ...], earlier: list[Written] | None) -> Html:
    before, names = scorecard.quarter.previous().label, scorecard.rows["short_name"]
    said = said_about(indicators, earlier or [])
    lead = f"Commentary for {before}. It is not carried over into this quarter:"
    if earlier is None:
        lead = f"There is no edition for {before} to refer to."
    elif not said:
        lead = f"There was no commentary about this in {before}."
    quotes = [
        {
            "heading": str(comment.group or comment.heading or "About this area"),
            "about": listing([names[name] for name in comment.indicators]),
            "words": Markup(_READER.render(comment.words)),  # noqa: S704
        }
        for comment in said
    ]
    return render("said.html", "\n".join(comment.words for comment in said), lead=lead, quotes=quotes)


def how_to_comment() -> Html:
    """Explain to officers how to write commentary, in the notebook only."""
    return render("how_to_comment.html", "How to write commentary")
