"""Tables of the report, all made from the scorecard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from quarterly.core.terms import MISSING_REASONS, NOT_RATED, Dot, Polarity, Rag, listing
from quarterly.core.written import (
    POLARITIES,
    Cell,
    Row,
    comparator_cell,
    published_cells,
    rating_cell,
    target_cell,
    travel_cell,
    unit_words,
)
from quarterly.display.charts.small import trend_line
from quarterly.display.findings import change, finding
from quarterly.display.html import Html, render
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.reconcile import DISAGREES, JUDGEMENTS, reconcile
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc import rating_qualifier, vary

_BETTER = {Polarity.HIGHER: "↑", Polarity.LOWER: "↓"}


@dataclass(frozen=True)
class KpiRow:
    """One indicator of the scorecard, as every output shows it: page, paper, workbook and terminal."""

    id: str
    name: str
    short_name: str
    unit: str  # in words
    polarity: str  # which way is better, in words
    figures: list[Cell]  # of the shown quarters, oldest first
    target: Cell  # the one that applies
    #: The judgements by rule.
    rag: Cell
    dot: Cell
    #: What variation adds to the rating, such as ``but within normal variation``; blank if the variation is not known.
    rag_note: str
    published: tuple[Cell, Cell]  # the rating and the direction of travel as published
    #: The same in words, to show next to those by rule, such as ``published as green``; blank if they agree.
    rag_published: str
    dot_published: str
    comparators: list[Cell]  # in the order of the scorecard's comparators
    local: bool  # whether it is a local measure, which has no comparators
    notes: str  # caveats, in sentences; blank if there are none
    finding: str  # its figure, change and target, in a line

    @property
    def standing(self) -> str:
        """Its rating and finding: ``Red: 67%, down from 76%, against a target of 90%``."""
        return f"{self.rag.full}: {self.finding}"

    @property
    def cells(self) -> list[Cell]:
        """The cells, in the order that all tables use."""
        return [*self.figures, self.target, self.rag, self.dot, *self.comparators]


def kpi_rows(scorecard: Scorecard) -> list[KpiRow]:
    """Return the scorecard as rows of text, one per indicator in the order of the report."""
    compared = reconcile(scorecard)
    compared = compared[compared["outcome"] == DISAGREES]
    reasons = {(row.indicator_id, row.judgement): row.reason for row in compared.itertuples(index=False)}
    varied, rows = vary(scorecard), []
    for name, row in scorecard.records.items():
        published = dict(zip(JUDGEMENTS, published_cells(row), strict=True))
        differing = [judgement for judgement in JUDGEMENTS if (name, judgement) in reasons]
        beside = {judgement: f"published as {published[judgement].words}" for judgement in differing}
        texts = scorecard.caveats(name)
        texts += [f"{JUDGEMENTS[judgement]}: {reasons[name, judgement]}" for judgement in differing]
        rows.append(
            KpiRow(
                id=name,
                name=row["name"],
                short_name=row["short_name"],
                unit=unit_words(row),
                polarity=POLARITIES[row["polarity"]],
                figures=scorecard.figure_cells(name),
                target=target_cell(row),
                rag=rating_cell(row),
                dot=travel_cell(row),
                rag_note=rating_qualifier(row["rag"], varied[name]),
                published=(published["RAG"], published["DOT"]),
                rag_published=beside.get("RAG", ""),
                dot_published=beside.get("DOT", ""),
                comparators=[comparator_cell(row, comparator) for comparator in scorecard.comparators],
                local=row["comparison"] == "local measure",
                notes=". ".join(text.rstrip(".") for text in texts) + "." if texts else "",
                finding=finding(row),
            )
        )
    return rows


def kpi_key(cells: Iterable[Cell]) -> str:
    """Explain the symbols in the cells of a table; blank if it has none."""
    symbols = sorted({cell.symbol for cell in cells if cell.symbol and cell.symbol == cell.text})
    meanings = [f"{symbol} means {MISSING_REASONS[symbol]}" for symbol in symbols]
    return f"In this table {listing(meanings)}." if meanings else ""


def kpi_table(scorecard: Scorecard, rows: list[KpiRow], caption: str) -> Html:
    """Show the rows of a scorecard: four quarters, target, polarity, RAG, direction of travel and comparators.

    A missing figure shows its symbol, never a 0; caveats are in notes under the table.
    """
    return render(
        "kpi_table.html",
        scorecard.figures().drop(columns="area").to_string(index=False),
        caption=caption,
        quarters=[quarter.short_label for quarter in scorecard.quarters],
        comparators=list(scorecard.comparators.values()),
        rows=rows,
        symbols=kpi_key(cell for row in rows for cell in row.cells),
        notes=[row for row in rows if row.notes],
    )


def kpi_summary(scorecard: Scorecard, kpis: list[KpiRow], caption: str) -> Html:
    """Show each indicator in a line: its trend, figure, change, target and judgements."""
    rows: list[dict[str, Any]] = [
        {
            "kpi": kpi,
            "spark": _spark(*trend_line(scorecard, kpi.id)),
            "change": change(row),
            "better": _BETTER.get(row["polarity"], "") if kpi.target.value is not None else "",
            "way": way(row),
        }
        for kpi, row in zip(kpis, scorecard.records.values(), strict=True)
    ]
    text = "\n".join(f"{row['kpi'].short_name}: {row['kpi'].standing}" for row in rows)
    quarters = [quarter.short_label for quarter in scorecard.quarters]
    noun, targets = scorecard.quarter.noun, scorecard.has_targets
    return render("kpi_summary.html", text, caption=caption, quarters=quarters, rows=rows, noun=noun, targets=targets)


def _spark(svg: str, words: str) -> Markup:
    label = Markup('<svg class="spark" role="img" aria-label="{}"').format(words)
    return label + Markup(svg.removeprefix("<svg")) if svg else Markup("")  # noqa: S704 - drawn here


def way(row: Row) -> str:
    """Return an arrow for the way that a figure moved; blank if it has no direction of travel."""
    if row["dot"] in ("", Dot.STABLE):
        return "→" if row["dot"] else ""
    return "↑" if row["current"] > row["previous"] else "↓"


def indicator_table(scorecard: Scorecard, areas: pd.DataFrame, caption: str, link: str) -> Html:
    """List every indicator of a quarter in one table, which readers can filter and sort on the site.

    The scorecard is of all areas; ``areas`` has a row for each, with ``area_id`` and ``short_name``. ``link`` is the
    address of an indicator, in which ``{id}`` and ``{area}`` are filled in.
    """
    names = dict(zip(areas["area_id"], areas["short_name"], strict=True))
    ranks = {str(rag): place for place, rag in enumerate((Rag.RED, Rag.AMBER, Rag.GREEN))}
    rows = []
    kpis = kpi_rows(scorecard)
    for kpi in kpis:
        row = scorecard.records[kpi.id]
        rows.append(
            {
                "kpi": kpi,
                "href": link.format(area=row["area_id"], id=kpi.id),
                "area": names[row["area_id"]],
                "moved": row["value"] - row["previous"],
                "rank": ranks.get(kpi.rag.code, len(ranks)),
                "change": change(row) or scorecard.quarter.worded("no figure for this quarter"),
            }
        )
    text = "\n".join(f"{row['kpi'].short_name}: {row['kpi'].figures[-1].text}" for row in rows)
    return render(
        "indicator_table.html",
        text,
        caption=caption,
        quarter=scorecard.quarter.short_label,
        rows=rows,
        symbols=kpi_key(cell for kpi in kpis for cell in (kpi.figures[-1], kpi.target, kpi.dot)),
    )


def rag_by_area(scorecard: Scorecard, areas: pd.DataFrame, caption: str, link: str = "{area}.html") -> Html:
    """Count the ratings of each service area, and of all areas."""
    targets = scorecard.has_targets
    head = [*map(str, Rag), NOT_RATED, "All"] if targets else ["Indicators"]
    rows = []
    for area in areas.itertuples(index=False):
        counts = rag_counts(scorecard.area(area.area_id).rows)
        marks = [name for name in (Rag.RED, Rag.AMBER, Rag.GREEN, NOT_RATED) for _ in range(counts[name]) if targets]
        rows.append(
            {
                "name": area.name,
                "href": link.format(area=area.area_id),
                "counts": [*counts.values(), sum(counts.values())][-len(head) :],
                "marks": marks,
                "said": rag_sentence(counts),
            }
        )
    total = list(rag_counts(scorecard.rows).values())
    if len(rows) > 1:
        rows.append({"name": "All areas", "href": "", "counts": [*total, sum(total)][-len(head) :], "marks": []})
    text = "\n".join(f"{row['name']}: {' '.join(map(str, row['counts']))}" for row in rows)
    return render("rag_table.html", text, caption=caption, head=head, rows=rows)
