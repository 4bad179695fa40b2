"""Parts that the committee paper, its summary and the members' pack share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from docx.document import Document
from docx.text.paragraph import Paragraph

from quarterly.commentary.answers import TrackedPromise
from quarterly.commentary.promises import in_brief
from quarterly.core.palette import LOOKS
from quarterly.core.terms import NOT_RATED, Rag
from quarterly.data.load import Basket
from quarterly.display.attention import Question
from quarterly.display.comparison import ComparisonPart, comparison_lead, comparison_rows
from quarterly.display.findings import finding
from quarterly.measures.rag import rag_counts
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.word import document as word
from quarterly.outputs.word.tables import Cell, Column, add_table

#: Column headings of a table that counts ratings.
HEADS = [*(f"{LOOKS[rag].mark} {rag.capitalize()}" for rag in Rag), NOT_RATED]


@dataclass(frozen=True)
class PaperFacts:
    """What the paper, the summary and the members' pack of a quarter say."""

    basket: Basket  # as known at the quarter
    scorecard: Scorecard
    meeting: dict[str, Any]  # from ``params/<quarter>.yml``
    changes: pd.DataFrame | None  # from `compare`; None if there are no figures for the previous quarter
    questions: list[Question]  # that members could ask
    promised: dict[str, list[TrackedPromise]]  # earlier commitments, by area

    @property
    def subject(self) -> str:
        """The subject of the meeting's item."""
        return str(self.meeting.get("subject") or "Performance monitoring")

    @property
    def progress(self) -> str:
        """The progress on all commitments, in a sentence."""
        return in_brief([promise for promises in self.promised.values() for promise in promises])


class Numbers(Counter[str]):
    """Running numbers for the tables, figures and notes of a paper."""

    def next(self, kind: str) -> int:
        """Return the next number of a kind."""
        self[kind] += 1
        return self[kind]


def area_bookmark(position: int) -> str:
    """Return the bookmark of the area at a position; the first is 1."""
    return f"area_{position}"


def write_findings(document: Document, rows: pd.DataFrame, *, keep_with_next: bool = False) -> None:
    """Add a bullet for each indicator: its short name and the finding on it."""
    for _, row in rows.iterrows():
        bullet = word.add_with_lead(document, f"{row['short_name']}:", f" {finding(row)}", "List Bullet")
        bullet.paragraph_format.keep_with_next = keep_with_next or None


def write_questions(document: Document, questions: list[Question], level: int = 2) -> Paragraph:
    """Add the questions that members could ask under a heading, and return the heading."""
    heading = word.add_heading(document, "Questions that members could ask", level)
    if not questions:
        word.add_paragraph(document, "No indicators meet the rules for a question.")
    for question in questions:
        word.add_with_lead(document, f"{question.name}:", f" {question.finding}. {question.question}", "List Bullet")
    return heading


def write_area_ratings(document: Document, facts: PaperFacts, numbers: Numbers | None = None) -> None:
    """Add the table that counts the ratings of each service area, and of all areas.

    With ``numbers``, it has a caption, and the names link to the areas, which must then be in the document.
    """
    scorecard = facts.scorecard
    title = f"{'Ratings by service area' if scorecard.has_targets else 'Service areas'}, {scorecard.quarter.label}"
    if numbers is not None:
        word.add_caption(document, "Table", numbers.next("Table"), title)
    heads = (*HEADS, "All") if scorecard.has_targets else ("Indicators",)
    columns = [Column("Service area", 7.4), *(Column(head, 1.8, number=True) for head in heads)]
    rows = [
        [
            Cell(area.name, link=area_bookmark(area.position) if numbers is not None else ""),
            *_counts(scorecard.area(area.area_id))[-len(heads) :],
        ]
        for area in facts.basket.areas.itertuples(index=False)
    ]
    if len(rows) > 1:
        rows.append([Cell("All areas"), *_counts(scorecard)[-len(heads) :]])
    described = "One row for each service area: how many indicators have each rating."
    add_table(document, columns, rows, title, described, together=True)


def _counts(scorecard: Scorecard) -> list[Cell]:
    counts = list(rag_counts(scorecard.rows).values())
    return [Cell(str(number)) for number in (*counts, sum(counts))]


@dataclass
class Contents:
    """The entries of the table of contents, which is written under its heading once all are known."""

    document: Document
    heading: Paragraph
    _named: list[tuple[str, str, int]] = field(default_factory=list)

    def add(self, heading: Paragraph, level: int) -> None:
        """Add an entry for a heading, and bookmark the heading for its link."""
        bookmark = f"contents_{len(self._named) + 1}"
        word.add_bookmark(heading, bookmark)
        self._named.append((heading.text, bookmark, level))

    def fill(self) -> None:
        """Write the entries."""
        after = self.heading._p
        for text, bookmark, level in self._named:
            line = word.add_paragraph(self.document, "", f"Contents {level}")
            word.add_link(line, text, bookmark)
            word.add_text(line, "\t")
            # The number of its page, which Word and LibreOffice work out when they open the file.
            word.add_field(line, f"PAGEREF {bookmark} \\h", "…", dirty=True)
            after.addnext(line._p)
            after = line._p


#: In characters: the longest text that widens a column of names, and any other; and the room for its margins.
_NAME, _LONGEST, _PADDING = 34, 25, 4


def write_changes(
    document: Document, facts: PaperFacts, numbers: Numbers, level: int = 2, parts: int | None = None
) -> Paragraph:
    """Add the changes since the previous quarter: a few sentences, then a table for each kind of change.

    Returns the heading. ``level`` is the level of the heading, and ``parts`` limits the number of tables.
    """
    changes, after = facts.changes, facts.scorecard.quarter
    before = after.previous()
    heading = word.add_heading(document, f"What changed since {before.label}", level)
    if changes is None:
        word.add_paragraph(document, f"There are no figures for {before.label} to compare with.")
        return heading
    word.add_paragraph(document, comparison_lead(changes, before, after))
    for part in comparison_rows(changes, before, after)[:parts]:
        _write_part(document, part, numbers)
    return heading


def _write_part(document: Document, part: ComparisonPart, numbers: Numbers) -> None:
    if not part.rows:
        word.add_paragraph(document, part.nothing)
        return
    word.add_caption(document, "Table", numbers.next("Table"), part.title)
    texts = zip(part.head, *part.rows, strict=True)
    columns = [Column(each[0], _width(each, _LONGEST if place else _NAME)) for place, each in enumerate(texts)]
    cells = [[Cell(text) for text in row] for row in part.rows]
    add_table(document, columns, cells, part.title, "One row for each indicator.")


def _width(texts: Sequence[str], longest: int) -> float:
    """Return a relative column width at which most texts take at most two lines and no word is broken."""
    words = [len(word) for text in texts for word in text.split()]
    return max(min(max(len(text) for text in texts[1:]), longest), 1.75 * max(words)) + _PADDING
