"""A service area in the committee paper: its table across the page, then its charts and its commentary."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from docx.document import Document
from docx.shared import Cm

from quarterly.commentary.format import ABOUT_AREA
from quarterly.commentary.pins import figures_shown
from quarterly.commentary.read import Written
from quarterly.commentary.run_cells import CHANGED
from quarterly.commentary.signoff import Status, mark
from quarterly.core.terms import Group, count_of, listing
from quarterly.display.charts import trend
from quarterly.display.findings import BETTER, STILL, WORSE, by_standing
from quarterly.display.tables import KpiRow, kpi_key, kpi_rows
from quarterly.measures.counts import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.paper.layout import Numbers, area_bookmark, write_findings
from quarterly.outputs.word.document import (
    add_bookmark,
    add_caption,
    add_heading,
    add_paragraph,
    add_picture,
    add_text,
    turn_page,
)
from quarterly.outputs.word.markdown import write_markdown
from quarterly.outputs.word.tables import Cell, Column, add_table

_CHARTS = 3
#: At this width no text in a chart is smaller than 8 points.
_CHART_WIDTH = Cm(12.2)


def write_area(
    document: Document,
    area: pd.Series,
    scorecard: Scorecard,
    comments: Sequence[Written],
    status: Status,
    numbers: Numbers,
) -> None:
    """Add a service area: a page or more across for its table, and upright ones for charts and commentary.

    Parameters
    ----------
    document : Document
        Where it goes, at the end.
    area : Series
        The area's row of ``data/areas.csv``.
    scorecard : Scorecard
        Of the area.
    comments : sequence of Written
        What is published about it, in any order.
    status : Status
        Whether it is signed off.
    numbers : Numbers
        The numbers of tables, figures and notes; they are counted on.
    """
    turn_page(document, landscape=True)
    add_bookmark(add_heading(document, area["name"], 2), area_bookmark(int(area["position"])))
    counts = rag_sentence(rag_counts(scorecard.rows))
    add_paragraph(document, f"{count_of(len(scorecard.rows), 'indicator')}: {counts}.")
    add_text(add_paragraph(document, ""), mark(status), "Strong")
    _write_table(document, area["short_name"], scorecard, numbers)
    turn_page(document, landscape=False)
    add_heading(document, f"{area['short_name']}: commentary and charts", 2)
    _write_commentary(document, scorecard, comments)
    _write_charts(document, scorecard, numbers)


def _write_table(document: Document, name: str, scorecard: Scorecard, numbers: Numbers) -> None:
    rows = kpi_rows(scorecard)
    noted = {row.id: numbers.next("Note") for row in rows if row.notes}
    title = f"{name}: key performance indicators, {scorecard.quarter.label}"
    add_caption(document, "Table", numbers.next("Table"), title)
    columns = [
        Column("Indicator", 6.2),
        *(Column(quarter.short_label, 1.6, number=True) for quarter in scorecard.quarters),
        Column("Target", 2, number=True),
        Column("Polarity", 1.75),
        Column("RAG", 2.25),
        Column("Direction of travel", 1.95),
        *(Column(label, _width(label), number=True) for label in scorecard.comparators.values()),
    ]
    body = [[*_cells(row, noted.get(row.id)), *_comparators(row)] for row in rows]
    described = "One row for each indicator: its figures by quarter, target, polarity, rating and comparators."
    add_table(document, columns, body, title, described)
    key = " ".join(text for text in (kpi_key(cell for row in rows for cell in row.cells), _periods(scorecard)) if text)
    if key or scorecard.comparators:
        add_paragraph(document, key or "Every indicator is a local measure.", "Table Note")
    if noted:
        add_heading(document, "Notes on the table", 3)
    for row in rows:
        if row.notes:
            note = add_paragraph(document, "", "Table Note")
            add_text(note, f"Note {noted[row.id]}. {row.short_name}:", "Strong")
            add_text(note, f" {row.notes}")
            add_bookmark(note, f"note_{noted[row.id]}")


def _cells(row: KpiRow, note: int | None) -> list[Cell]:
    return [
        Cell(row.name, below=f"Note {note}" if note else "", below_link=f"note_{note}" if note else ""),
        *(Cell(figure.text) for figure in row.figures),
        Cell(row.target.text),
        Cell(row.polarity),
        Cell(row.rag.text, rag=row.rag.code, below=row.rag_published),
        Cell(row.dot.text, below=row.dot_published),
    ]


def _comparators(row: KpiRow) -> list[Cell]:
    """Say of each comparator what it is: a cell that spans them would be read out for the first of them only."""
    return [Cell(cell.text, style="Table Local" if row.local else "") for cell in row.comparators]


def _width(label: str) -> float:
    """Give a comparator the room that its longest word needs."""
    return max(1.5, 0.17 * max(len(word) for word in label.split()))


def _periods(scorecard: Scorecard) -> str:
    """Say which period each comparator is for."""
    by_period: dict[str, list[str]] = {}
    for name, label in scorecard.comparators.items():
        known = scorecard.rows[scorecard.rows[name].notna()]
        for period in known[f"{name}_period"].unique():
            by_period.setdefault(str(period), []).append(label)
    parts = [f"{listing(labels)}: {period or 'no period is given'}" for period, labels in by_period.items()]
    return f"Comparators are for these periods. {'. '.join(parts)}." if parts else ""


def charted(scorecard: Scorecard) -> tuple[str, list[str]]:
    """Choose the indicators to draw: those that are red and getting worse, else other red ones.

    Returns
    -------
    str, list of str
        What they have in common, and their ids, at most three; both empty where nothing is red.
    """
    groups = by_standing(scorecard.rows)
    title = next((name for name in (WORSE, STILL, BETTER) if name in groups), "")
    return title, list(groups[title].head(_CHARTS).index) if title else []


def _write_charts(document: Document, scorecard: Scorecard, numbers: Numbers) -> None:
    title, chosen = charted(scorecard)
    if not chosen:
        return
    of_all = len(by_standing(scorecard.rows)[title])
    more = f": the {len(chosen)} of {of_all} that are furthest from target" if of_all > len(chosen) else ""
    add_heading(document, f"{title}{more}", 3)
    for name in chosen:
        picture = trend(scorecard, name)
        add_caption(document, "Figure", numbers.next("Figure"), f"{picture.title}. {picture.subtitle}")
        add_picture(document, picture, _CHART_WIDTH)


def _write_commentary(document: Document, scorecard: Scorecard, comments: Sequence[Written]) -> None:
    if not comments:
        add_paragraph(document, "Nothing has been written about this area yet.")
        return
    general: dict[str, list[Written]] = {}
    for written in comments:
        if written.comment.group is None:
            general.setdefault(written.comment.heading or ABOUT_AREA, []).append(written)
    for heading, about_area in general.items():
        _write_group(document, heading, about_area, scorecard)
    for group in Group:
        _write_group(document, str(group), [one for one in comments if one.comment.group == group], scorecard)


def _write_group(document: Document, heading: str, comments: Sequence[Written], scorecard: Scorecard) -> None:
    rows, now = scorecard.rows, figures_shown(scorecard)
    add_heading(document, heading, 3)
    if not comments:
        add_paragraph(document, "None.")
    # Words about no indicator come first, or they would stand under the indicators of the comment before them.
    for written in sorted(comments, key=lambda written: bool(written.comment.indicators)):
        write_findings(document, rows.loc[list(written.comment.indicators)], "name", keep_with_next=True)
        write_markdown(document, written.comment.words)
        if note := written.note(now):
            line = add_paragraph(document, "")
            add_text(line, CHANGED, "Strong")
            add_text(line, note.removeprefix(CHANGED))
