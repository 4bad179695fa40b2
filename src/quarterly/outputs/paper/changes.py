"""Changes since the previous quarter, in the committee paper."""

from __future__ import annotations

import pandas as pd
from docx.document import Document
from docx.text.paragraph import Paragraph

from quarterly.display.comparison import ComparisonPart, comparison_lead, comparison_rows
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.paper.layout import Numbers
from quarterly.outputs.word.document import add_caption, add_heading, add_paragraph
from quarterly.outputs.word.tables import Cell, Column, add_table

#: In characters: the longest text that widens a column, and the room for its margins.
_LONGEST, _PADDING = 22, 4


def write_changes(
    document: Document,
    changes: pd.DataFrame | None,
    scorecard: Scorecard,
    numbers: Numbers,
    level: int = 2,
    parts: int | None = None,
) -> Paragraph:
    """Add the changes since the previous quarter: a few sentences, then a table for each kind of change.

    Returns the heading. ``changes`` is from `compare`, or None if there are no figures for the previous quarter;
    ``level`` is the level of the heading, and ``parts`` limits the number of tables.
    """
    after = scorecard.quarter
    before = after.previous()
    heading = add_heading(document, f"What changed since {before.label}", level)
    if changes is None:
        add_paragraph(document, f"There are no figures for {before.label} to compare with.")
        return heading
    add_paragraph(document, comparison_lead(changes, before, after))
    for part in comparison_rows(changes, before, after)[:parts]:
        _write_part(document, part, numbers)
    return heading


def _write_part(document: Document, part: ComparisonPart, numbers: Numbers) -> None:
    if not part.rows:
        add_paragraph(document, part.nothing)
        return
    add_caption(document, "Table", numbers.next("Table"), part.title)
    columns = [Column(head, _width(head, texts)) for head, *texts in zip(part.head, *part.rows, strict=True)]
    cells = [[Cell(text) for text in row] for row in part.rows]
    add_table(document, columns, cells, part.title, "One row for each indicator.")


def _width(head: str, texts: list[str]) -> float:
    """Return a relative column width at which most texts take at most two lines and no word is broken."""
    words = [len(word) for text in (head, *texts) for word in text.split()]
    return max(min(max(len(text) for text in texts), _LONGEST), 1.4 * max(words)) + _PADDING
