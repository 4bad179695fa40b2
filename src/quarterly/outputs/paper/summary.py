"""The one-page summary for members, and the two-page pack that adds changes and charts."""

from __future__ import annotations

import pandas as pd
from docx.document import Document
from docx.shared import Cm, Pt

from quarterly.commentary.groups import PROGRESS
from quarterly.core.dates import long_date
from quarterly.core.terms import Rag, count_of, listing
from quarterly.display.findings import BETTER, STILL, WORSE, by_standing
from quarterly.measures.rag import rag_counts
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.paper.area import write_trends
from quarterly.outputs.paper.layout import (
    HEADS,
    Numbers,
    PaperFacts,
    write_area_ratings,
    write_changes,
    write_findings,
    write_questions,
)
from quarterly.outputs.word import document as word
from quarterly.outputs.word.tables import Cell, Column, add_table

#: The number of indicators named in a group, so that the summary fits on one page.
_IMPROVED = 3
_NAMED = 12


def build_summary(document: Document, facts: PaperFacts) -> None:
    """Fill a document with the summary."""
    section = document.sections[-1]
    section.left_margin = section.right_margin = min(section.left_margin or Cm(1.8), Cm(1.8))
    section.top_margin = min(section.top_margin or Cm(1.5), Cm(1.5))
    section.bottom_margin = min(section.bottom_margin or Cm(1.5), Cm(1.5))
    scorecard, meeting = facts.scorecard, facts.meeting
    quarter, rows = scorecard.quarter, scorecard.rows
    word.add_paragraph(document, f"{facts.subject}: summary for members", "Title")
    day = meeting.get("date")
    to = f" For the {meeting['committee']}" if meeting.get("committee") else ""
    when = f", {long_date(day, weekday=True)}" if to and day else ""
    word.add_paragraph(document, f"{quarter.label}, {quarter.months}.{to}{when}{'.' if to else ''}", "Subtitle")
    if scorecard.has_targets:
        _add_heading(document, f"How {count_of(len(rows), 'indicator is', 'indicators are')} rated")
        _write_counts(document, scorecard)
    else:
        word.add_paragraph(document, f"{count_of(len(rows), 'indicator')}, none with a target.")
    write_questions(document, facts.questions, 1).paragraph_format.space_before = Pt(10)
    if scorecard.has_targets:
        _write_standings(document, by_standing(rows))
    if facts.promised:
        _add_heading(document, PROGRESS)
        word.add_paragraph(document, facts.progress)
    _add_heading(document, "Service areas")
    write_area_ratings(document, facts)
    rated = "Ratings are worked out from the figures by rule. " if scorecard.has_targets else ""
    end = f"{rated}The committee paper has every indicator, with commentary."
    word.add_paragraph(document, end, "Table Note").paragraph_format.space_before = Pt(6)


def _write_standings(document: Document, groups: dict[str, pd.DataFrame]) -> None:
    """Say which rated indicators improved, got worse and are on target."""
    _add_heading(document, "What improved")
    part = groups.get(BETTER)
    if part is None:
        word.add_paragraph(document, "No indicators are red but improving.")
    else:
        which = f"The {_IMPROVED} furthest from target are:" if len(part) > _IMPROVED else ""
        lead = f"{count_of(len(part), 'indicator is', 'indicators are')} red but improving. {which}".rstrip()
        word.add_paragraph(document, lead).paragraph_format.keep_with_next = True
        write_findings(document, part.head(_IMPROVED))
    rest = [
        f"{count_of(len(groups[title]), 'indicator is', 'indicators are')} {words}"
        for title, words in ((WORSE, "red and getting worse"), (STILL, "red and stable, or with no comparison"))
        if title in groups
    ]
    if rest:
        word.add_paragraph(document, f"{listing(rest)}.")
    _add_heading(document, "What is on target")
    green, amber = (list(groups[title]["short_name"]) if title in groups else [] for title in ("Green", "Amber"))
    word.add_paragraph(document, _named(green, "on target"))
    if amber:
        word.add_paragraph(document, _named(amber, "amber, which is off target but within tolerance"))


def build_pack(document: Document, facts: PaperFacts) -> None:
    """Fill a document with the members' pack: the summary, then the changes and a chart for each question."""
    build_summary(document, facts)
    heading = write_changes(document, facts, Numbers(), level=1, parts=1)
    heading.paragraph_format.page_break_before = facts.changes is not None
    if facts.questions:
        _add_heading(document, "The indicators that members could ask about")
        write_trends(document, facts.scorecard, [question.id for question in facts.questions])


def _add_heading(document: Document, text: str) -> None:
    word.add_heading(document, text, 1).paragraph_format.space_before = Pt(10)


def _write_counts(document: Document, scorecard: Scorecard) -> None:
    counts = rag_counts(scorecard.rows)
    ratings = [*map(str, Rag), ""]
    cells = [
        Cell(str(number), rag=rag, marked=False, style="Large Number")
        for rag, number in zip(ratings, counts.values(), strict=True)
    ]
    title = f"Ratings of all indicators, {scorecard.quarter.label}"
    add_table(document, [Column(head, 4.3) for head in HEADS], [cells], title, "How many indicators have each rating.")


def _named(names: list[str], what: str) -> str:
    if not names:
        return f"No indicators are {what}."
    rest = len(names) - _NAMED
    named = [*names[:_NAMED], f"{rest} more"] if rest > 1 else names
    return f"{count_of(len(names), 'indicator is', 'indicators are')} {what}: {listing(named)}."
