"""What changed since the quarter before, in the committee paper."""

from __future__ import annotations

from docx.document import Document

from quarterly.data.load import Basket
from quarterly.display.comparison import ComparisonPart, comparison_lead, comparison_rows
from quarterly.measures.compare import compare
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.outputs.paper.layout import Numbers
from quarterly.outputs.word.document import add_caption, add_heading, add_paragraph
from quarterly.outputs.word.tables import Cell, Column, add_table

_WIDTH, _NAMES = 16.6, 4.8


def write_changes(document: Document, basket: Basket, scorecard: Scorecard, numbers: Numbers) -> None:
    """Add what changed since the quarter before: in a few sentences, then a table for each kind of change.

    Parameters
    ----------
    document : Document
        Where it goes, at the end.
    basket : Basket
        Everything known at the quarter.
    scorecard : Scorecard
        Of all areas.
    numbers : Numbers
        The numbers of tables given so far.
    """
    after = scorecard.quarter
    before = after.previous()
    add_heading(document, f"What changed since {before.label}", 2)
    if before not in basket.quarters:
        add_paragraph(document, f"There are no figures for {before.label}, so nothing can be compared.")
        return
    changes = compare(build_scorecard(basket, before), scorecard)
    add_paragraph(document, comparison_lead(changes, before, after))
    for part in comparison_rows(changes, before, after):
        _write_part(document, part, numbers)


def _write_part(document: Document, part: ComparisonPart, numbers: Numbers) -> None:
    if not part.rows:
        add_paragraph(document, part.nothing)
        return
    add_caption(document, "Table", numbers.next("Table"), part.title)
    width = (_WIDTH - _NAMES) / (len(part.head) - 1)
    columns = [Column(part.head[0], _NAMES), *(Column(head, width) for head in part.head[1:])]
    add_table(
        document, columns, [[Cell(text) for text in row] for row in part.rows], part.title, "One row an indicator."
    )
