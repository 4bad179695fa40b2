"""The service areas in the committee paper: their landscape tables, their commentary, and charts."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from docx.document import Document
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from quarterly.commentary.read import Written, figures_shown
from quarterly.commentary.run_cells import CHANGED
from quarterly.commentary.signoff import Status, mark
from quarterly.core.terms import Group, count_of, listing
from quarterly.data.load import Basket
from quarterly.display.charts.small import small_trend, trend_line
from quarterly.display.drawing import png_of
from quarterly.display.findings import BETTER, STILL, WORSE, by_standing
from quarterly.display.tables import KpiRow, kpi_key, kpi_rows
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.paper.layout import Numbers, area_bookmark, write_findings
from quarterly.outputs.word import document as word
from quarterly.outputs.word.markdown import write_markdown
from quarterly.outputs.word.tables import Cell, Column, add_table

#: How many charts are in a row, which fits between the margins of a portrait page, and at most from each area.
_CHARTS = 3
_CHART_WIDTH = Cm(5.2)
_SPARK_WIDTH = Cm(1.4)


def write_tables(
    document: Document, basket: Basket, scorecard: Scorecard, numbers: Numbers
) -> list[tuple[int, KpiRow]]:
    """Add the tables of all service areas, one after another on landscape pages.

    Returns the rows that have a note, each with its number, for `write_notes`.
    """
    rows = kpi_rows(scorecard)
    notes = {row.id: numbers.next("Note") for row in rows if row.notes}
    for _, area in basket.areas.iterrows():
        part = scorecard.area(area["area_id"])
        of_area = [row for row in rows if row.id in part.rows.index]
        _write_table(document, area, part, of_area, notes, numbers.next("Table"))
    key = kpi_key(cell for row in rows for cell in row.cells).replace("In this table", "In these tables")
    lines = f"The trend line shows the {scorecard.quarter.noun}s in the table, with the target dashed."
    word.add_paragraph(document, " ".join(text for text in (key, _periods(scorecard), lines) if text), "Table Note")
    return [(notes[row.id], row) for row in rows if row.id in notes]


def _write_table(
    document: Document, area: pd.Series, scorecard: Scorecard, rows: list[KpiRow], notes: dict[str, int], number: int
) -> None:
    counts = rag_sentence(rag_counts(scorecard.rows))
    title = f"{area['name']}, {scorecard.quarter.label}. {count_of(len(rows), 'indicator')}: {counts}"
    caption = word.add_caption(document, "Table", number, title)
    word.add_bookmark(caption, area_bookmark(int(area["position"])))
    goal = max(_width(row.target.text) for row in rows)
    # Two directions together are a sentence, which needs at most four lines.
    travel = max(1.75, 0.35 + 0.165 * max(len(row.dot.text) for row in rows) / 4)
    columns = [
        Column("Indicator", 6.8 - goal),
        Column("Trend", 1.75),
        *(Column(quarter.short_label, 1.55, number=True) for quarter in scorecard.quarters),
        Column("Target", goal, number=True),
        Column("Polarity", 1.55),
        Column("RAG", 2.1),
        Column("Direction of travel", travel),
        *(Column(label, _width(label), number=True) for label in scorecard.comparators.values()),
    ]
    body = [_cells(row, scorecard, notes.get(row.id)) for row in rows]
    noun = scorecard.quarter.noun
    described = f"One row for each indicator: its figures by {noun}, target, polarity, rating and comparators."
    add_table(document, columns, body, title, described)


def _cells(row: KpiRow, scorecard: Scorecard, note: int | None) -> list[Cell]:
    return [
        Cell(row.short_name, below=f"Note {note}" if note else "", below_link=f"note_{note}" if note else ""),
        _trend(row, scorecard),
        *(Cell(figure.text) for figure in row.figures),
        Cell(row.target.text),
        Cell(row.polarity),
        Cell(row.rag.text, rag=row.rag.code, below=row.rag_published),
        Cell(row.dot.text, below=row.dot_published),
        # Screen readers would read one cell for all comparators for the first column only.
        *(Cell(cell.text, style="Table Local" if row.local else "") for cell in row.comparators),
    ]


def _trend(row: KpiRow, scorecard: Scorecard) -> Cell:
    svg, words = trend_line(scorecard, row.id)
    if not svg:
        return Cell("None")
    return Cell("", picture=word.Drawing(png_of(svg), f"Line of {row.short_name}. {words}", _SPARK_WIDTH))


def _width(label: str) -> float:
    """Return a relative column width that fits the longest word of a text."""
    return max(1.45, 0.35 + 0.165 * max(len(word) for word in label.split()))


def _periods(scorecard: Scorecard) -> str:
    """Describe the period of each comparator in a sentence."""
    by_period: dict[str, list[str]] = {}
    for name, label in scorecard.comparators.items():
        known = scorecard.rows[scorecard.rows[name].notna()]
        for period in known[f"{name}_period"].unique():
            by_period.setdefault(str(period), []).append(label)
    parts = [f"{listing(labels)}: {period or 'no period is given'}" for period, labels in by_period.items()]
    return f"Comparators cover these periods. {'. '.join(parts)}." if parts else ""


def write_notes(document: Document, noted: Sequence[tuple[int, KpiRow]]) -> None:
    """Add the notes on the tables, which the rows link to."""
    for number, row in noted:
        note = word.add_with_lead(document, f"Note {number}. {row.short_name}:", f" {row.notes}", "Table Note")
        word.add_bookmark(note, f"note_{number}")


def write_area(
    document: Document, area: pd.Series, scorecard: Scorecard, comments: Sequence[Written], status: Status | None
) -> Paragraph:
    """Add the commentary on a service area, and return the heading.

    ``status`` is None if the paper shows one sign-off status for all areas.
    """
    heading = word.add_heading(document, f"{area['short_name']}: commentary", 2)
    if status:
        word.add_text(word.add_paragraph(document, ""), mark(status), "Strong")
    if not comments:
        word.add_paragraph(document, "No commentary has been written about this area yet.")
        return heading
    placed: dict[str, list[Written]] = {}
    for written in comments:
        placed.setdefault(written.comment.placed, []).append(written)
    in_no_group = [name for name in placed if name not in set(Group)]
    for name in [*in_no_group, *Group]:
        if name in placed:
            _write_group(document, str(name), placed[name], scorecard)
    empty = [f"'{group}'" for group in Group if group not in placed]
    if empty:
        word.add_paragraph(document, f"Nothing is reported under {listing(empty)}.")
    return heading


def _write_group(document: Document, heading: str, comments: Sequence[Written], scorecard: Scorecard) -> None:
    rows, now = scorecard.rows, figures_shown(scorecard)
    word.add_heading(document, heading, 3)
    # Comments without indicators come first, or they would appear to belong to the indicators above them.
    for written in sorted(comments, key=lambda written: bool(written.comment.indicators)):
        write_findings(document, rows.loc[list(written.comment.indicators)], keep_with_next=True)
        write_markdown(document, written.comment.words)
        if note := written.note(now):
            word.add_with_lead(document, CHANGED, note.removeprefix(CHANGED))


def charted(scorecard: Scorecard) -> list[str]:
    """Choose at most three indicators to draw: those that are red and getting worse, or else other red ones."""
    groups = by_standing(scorecard.rows)
    chosen = next((groups[name] for name in (WORSE, STILL, BETTER) if name in groups), None)
    return [] if chosen is None else list(chosen.head(_CHARTS).index)


def write_charts(document: Document, basket: Basket, scorecard: Scorecard, numbers: Numbers) -> None:
    """Add the charts of all service areas, three in a row."""
    chosen = [name for area in basket.area_ids for name in charted(scorecard.area(area))]
    if not chosen:
        return
    title = f"Red indicators: up to {_CHARTS} in each service area, those getting worse and furthest from target first"
    word.add_caption(document, "Figure", numbers.next("Figure"), title)
    write_trends(document, scorecard, chosen)


def write_trends(document: Document, scorecard: Scorecard, indicators: Sequence[str]) -> None:
    """Add a small chart of each indicator, three in a row; a page may break between rows."""
    charts = [small_trend(scorecard, name) for name in indicators]
    for place, chart in enumerate(charts):
        if place % _CHARTS == 0:
            paragraph = word.add_paragraph(document, style="Chart")
        word.add_drawing(paragraph, word.Drawing(chart.png(), chart.alternative, _CHART_WIDTH))
