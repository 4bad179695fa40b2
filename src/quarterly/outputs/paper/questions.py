"""The questions that members could ask, as the home page of the site has them."""

from __future__ import annotations

import pandas as pd
from docx.document import Document
from docx.text.paragraph import Paragraph

from quarterly.data.load import Basket
from quarterly.display.attention import Question, questions
from quarterly.measures.change import with_moves
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.word.document import add_heading, add_paragraph, add_with_lead

HEADING = "Questions that members could ask"


def asked(changes: pd.DataFrame | None, basket: Basket, scorecard: Scorecard) -> list[Question]:
    """List the indicators worth members' time, each with a question; none without a quarter before to compare with."""
    return [] if changes is None else questions(scorecard, with_moves(changes, scorecard, basket))


def write_questions(document: Document, found: list[Question], level: int = 2) -> Paragraph:
    """Add the questions that `asked` gave under a heading, which is returned."""
    heading = add_heading(document, HEADING, level)
    if not found:
        add_paragraph(document, "No rule names an indicator this quarter.")
    for one in found:
        add_with_lead(document, f"{one.name}:", f" {one.finding}. {one.question}", "List Bullet")
    return heading
