"""The workbook's sheets of figures, all from the scorecard."""

from __future__ import annotations

import pandas as pd

from quarterly.commentary.read import Written, figures_shown
from quarterly.core.terms import BY_DECISION, MISSING_REASONS, Rag, Unit, count_of
from quarterly.core.written import Cell as Text
from quarterly.core.written import (
    comparator_cell,
    figure_cell,
    judgement_cell,
    rating_cell,
    target_cell,
    travel_cell,
    unit_words,
)
from quarterly.data.load import Basket
from quarterly.display.tables import kpi_rows
from quarterly.measures import rag
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.reconcile import DISAGREES, JUDGEMENTS, NOT_COMPARED, reconcile
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.targets import newest
from quarterly.outputs.workbook.xlsx import NONE, Cell, Column, Link, Number, Rated, Sheet

NO_NOTE = "No note"
_SAME_FIGURES = "The same"
_INDICATOR = Column("Indicator", 42)
_AREA = Column("Service area", 26)
_UNIT = Column("Unit", 17)
_FIGURE = Column("Figure", 11, figures=True)
_TARGET = Column("Target", 13, figures=True)
_RAG = Column("RAG", 14)
_TRAVEL = Column("Direction of travel", 13)
_BACK = Link("Contents", "Back to the list of sheets")


def excel_cell(cell: Text, unit: str) -> Cell:
    """Lay out a cell, with a percentage as an Excel percentage: 67% is 0.67, shown as 67%.

    Examples
    --------
    >>> excel_cell(Text("7.6%", 7.6, 1), "percentage"), excel_cell(Text("GREEN", code="GREEN"), "percentage")
    (Number(value=0.076, form='0.0%'), Rated(text='GREEN', rag='GREEN'))
    """
    if cell.value is None:
        return Rated(cell.text, cell.code) if cell.code in set(Rag) else cell.text
    places = f".{'0' * cell.decimals}" if cell.decimals else ""
    if unit == Unit.PERCENTAGE:
        # 7.6 / 100 is 0.07599999999999998 in floating point.
        return Number(round(cell.value / 100, 12), f"0{places}%")
    return Number(cell.value, f"#,##0{places}")


def about(number: int, what: str, more: str = "", *, symbols: bool = True) -> list[Cell]:
    """Return the lines above a table: what the sheet holds, and a link back to the list of sheets."""
    lead = "This sheet holds one table, with no entries: its only row says so."
    if number:
        lead = f"This sheet holds one table, with {count_of(number, what)}, one in each row."
        lead += " A cell without a figure has a symbol, c, x, z or k: the sheet Notes explains them." if symbols else ""
    return [lead, *([more] if more else []), _BACK]


def scorecard_sheet(name: str, title: str, scorecard: Scorecard, areas: dict[str, str], notes: dict[str, str]) -> Sheet:
    """Lay out the scorecard of all areas, or of one.

    ``areas`` has the area names by id, and is empty for a sheet about one area. ``notes`` has the reference to each
    indicator's note.
    """
    columns = [
        _INDICATOR,
        *([_AREA] if areas else []),
        _UNIT,
        Column("Polarity", 16),
        *(Column(quarter.short_label, 11, figures=True) for quarter in scorecard.quarters),
        _TARGET,
        _RAG,
        _TRAVEL,
        *(Column(label, 13, figures=True) for label in scorecard.comparators.values()),
        Column("RAG as published", 13),
        Column("Direction of travel as published", 18),
        Column("Note", 12),
        Column("Indicator id", 30),
    ]
    shown = zip(kpi_rows(scorecard), scorecard.rows.iterrows(), strict=True)
    published = scorecard.has_published
    rows = [
        [
            text.name,
            *([areas[row["area_id"]]] if areas else []),
            text.unit,
            text.polarity,
            *(excel_cell(cell, row["unit"]) for cell in text.cells),
            *((excel_cell(cell, row["unit"]) for cell in text.published) if published else ["Not published"] * 2),
            notes.get(text.id, NO_NOTE),
            text.id,
        ]
        for text, (_, row) in shown
    ]
    counts = rag_sentence(rag_counts(scorecard.rows)).capitalize()
    lead = f"{counts}, against the targets of the {scorecard.quarter.noun}."
    return Sheet(name, title, about(len(rows), "indicator", lead), columns, rows)


def commentary_sheet(scorecard: Scorecard, areas: dict[str, str], comments: dict[str, list[Written]]) -> Sheet:
    """Lay out the officers' comments, one a row, in the order of the report."""
    names = scorecard.rows["name"]
    rows: list[list[Cell]] = []
    for area_id, of_area in comments.items():
        now = figures_shown(scorecard.area(area_id))
        for written in of_area:
            about_what = "; ".join(names[name] for name in written.comment.indicators) or "The area as a whole"
            changed = written.note(now) or _SAME_FIGURES
            rows.append([areas[area_id], written.comment.placed, about_what, written.comment.words, changed])
    lines = about(len(rows), "comment", symbols=False)
    nothing = f"No commentary has been written for this {scorecard.quarter.noun}."
    empty: list[Cell] = ["All areas", NONE, NONE, nothing, NONE]
    columns = [
        _AREA,
        Column("Group", 20),
        Column("Indicators", 50),
        Column("Commentary", 90),
        Column("Figures since it was written", 40),
    ]
    return Sheet("Commentary", f"What officers say: {scorecard.quarter.label}", lines, columns, rows, empty)


def comparator_sheet(basket: Basket, scorecard: Scorecard, areas: dict[str, str]) -> Sheet:
    """Lay out the comparators, one a row, each with its period and source."""
    frame, rows = newest(basket.comparators, scorecard.quarter), []
    members = basket.comparator_members.groupby("comparator", sort=False)["source"].unique()
    for indicator_id, row in scorecard.rows.iterrows():
        own = frame[frame["indicator_id"] == indicator_id].set_index("comparator")
        for name, label in [pair for pair in scorecard.comparators.items() if pair[0] in own.index]:
            comparator = own.loc[name]
            source = f"The report of the {scorecard.quarter.noun}"
            if name in members.index:
                source += f". Members: {'; '.join(members[name])}"
            rows.append(
                [
                    row["name"],
                    areas[row["area_id"]],
                    label,
                    comparator["period"] or "x",
                    excel_cell(comparator_cell(row, name), row["unit"]),
                    unit_words(row),
                    source,
                    comparator["note"] or NO_NOTE,
                ]
            )
    local = int((scorecard.rows["comparison"] == "local measure").sum())
    left_out = f"Local measures left out, because they have no comparators: {local}." if local else ""
    columns = [
        _INDICATOR,
        _AREA,
        Column("Comparator", 22),
        Column("Period", 11),
        _FIGURE,
        _UNIT,
        Column("Source", 36),
        Column("Note", 26),
    ]
    title = f"Comparators: {scorecard.quarter.label}"
    return Sheet("Comparators", title, about(len(rows), "comparator", left_out), columns, rows)


def history_sheet(scorecard: Scorecard, areas: dict[str, str]) -> Sheet:
    """Lay out every quarter known, one figure a row, each judged by the information known in its quarter."""
    rows = [
        [
            row["name"],
            areas[row["area_id"]],
            row["quarter"],
            excel_cell(figure_cell(row, row["value"], row["missing"]), row["unit"]),
            unit_words(row),
            excel_cell(target_cell(row), row["unit"]),
            excel_cell(rating_cell(row), row["unit"]),
            travel_cell(row).text,
            _history_note(row),
        ]
        for name in scorecard.rows.index
        for row in scorecard.quarters_of(str(name))
    ]
    columns = [_INDICATOR, _AREA, Column("Quarter", 14), _FIGURE, _UNIT, _TARGET, _RAG, _TRAVEL, Column("Note", 60)]
    title = f"All {scorecard.quarter.noun}s known at {scorecard.quarter.label}, by the rules of this report"
    return Sheet("AllQuarters", title, about(len(rows), "figure"), columns, rows)


def _history_note(judged: dict[str, str]) -> str:
    missing = f"Figure {MISSING_REASONS[judged['missing']]}" if judged["missing"] else ""
    parts = [": ".join(part for part in (missing, judged["note"]) if part)]
    if judged["rag_reason"] not in ("", rag.NO_VALUE, *BY_DECISION):
        parts.append(judged["rag_reason"])
    if not missing:
        parts.append(judged["dot_reason"])
    return ". ".join(part.rstrip(".") for part in parts if part) + "." if any(parts) else NO_NOTE


def quality_sheet(scorecard: Scorecard, areas: dict[str, str]) -> Sheet:
    """Lay out the judgements that disagree with the published ones or cannot be compared, with the reasons."""
    title = f"Ratings that differ from the published ones: {scorecard.quarter.label}"
    columns = [
        _INDICATOR,
        _AREA,
        Column("Judgement", 20),
        Column("By rule", 14),
        Column("As published", 16),
        Column("Outcome", 22),
        Column("Reason", 80),
    ]
    if not scorecard.has_published:
        reason = f"No ratings were published for {scorecard.quarter.label}."
        empty: list[Cell] = ["All indicators", "All areas", "RAG and direction", NONE, NONE, "Not compared", reason]
        return Sheet("DataQuality", title, about(0, ""), columns, [], empty)
    found = reconcile(scorecard)
    different = pd.concat([found[found["outcome"] == outcome] for outcome in (DISAGREES, NOT_COMPARED)])
    rows: list[list[Cell]] = [
        [
            row.name,
            areas[scorecard.rows.loc[row.indicator_id, "area_id"]],
            JUDGEMENTS[row.judgement],
            excel_cell(judgement_cell(row.by_rule), ""),
            excel_cell(judgement_cell(row.published), ""),
            row.outcome.capitalize(),
            row.reason or NONE,
        ]
        for row in different.itertuples(index=False)
    ]
    alike = len(found) - len(different)
    agree = f"Of {count_of(len(found), 'judgement')}, {count_of(alike, 'agrees', 'agree')} with the published report."
    agree += " Those that do not are listed here." if rows else ""
    return Sheet("DataQuality", title, about(len(rows), "judgement", agree, symbols=False), columns, rows)
