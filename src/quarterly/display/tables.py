"""Tables of the report, all from the scorecard."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quarterly.display.findings import change, show
from quarterly.display.html import Html, render
from quarterly.judgement import rating
from quarterly.judgement.counts import NOT_RATED, rag_counts, rag_sentence
from quarterly.judgement.reconcile import DISAGREES, reconcile
from quarterly.judgement.scorecard import Scorecard, format_comparator, format_target
from quarterly.judgement.variation import beside, vary
from quarterly.words.terms import MISSING_REASONS, POLARITY_LABELS, Rag, listing

_UNSEEN = "x"


@dataclass(frozen=True)
class KpiRow:
    """One indicator of the scorecard as every table shows it: on a page, in the paper and in the workbook.

    Parameters
    ----------
    id, name, short_name : str
        The indicator.
    values : list of str
        The figures of the shown quarters, oldest first; a missing one is its symbol.
    target : str
        The target as written, ``None``, or the symbol x where it is not available.
    polarity : str
        Which way is better, in words.
    rag : str
        GREEN, AMBER or RED by rule; blank where the indicator is not rated.
    rag_text : str
        What the cell says: the rating with a capital, or why there is none.
    rag_beside : str
        What variation adds to the rating, as ``but within normal variation``; blank where nothing is known of it.
    rag_published : str
        The published rating, where it disagrees with the rule; else blank.
    dot : str
        Direction of travel with a capital, or the symbol x.
    dot_published : str
        The published direction, where it disagrees with the rule; else blank.
    local : bool
        Whether it is a local measure, so that nothing can be compared with it.
    comparators : list of str
        In the order of the scorecard's comparators, each a figure or the symbol x.
    notes : str
        What a reader must know of it, in sentences; blank where there is nothing.
    """

    id: str
    name: str
    short_name: str
    values: list[str]
    target: str
    polarity: str
    rag: str
    rag_text: str
    rag_beside: str
    rag_published: str
    dot: str
    dot_published: str
    local: bool
    comparators: list[str]
    notes: str


def kpi_rows(scorecard: Scorecard) -> list[KpiRow]:
    """Write out the scorecard, one row an indicator in the order of the report."""
    compared = reconcile(scorecard)
    compared = compared[compared["outcome"] == DISAGREES]
    different = {
        (row.indicator_id, row.judgement): (row.published, row.reason) for row in compared.itertuples(index=False)
    }
    varied = vary(scorecard)
    return [
        _kpi_row(scorecard, str(name), row, different, beside(row["rag"], varied[str(name)]))
        for name, row in scorecard.rows.iterrows()
    ]


def _kpi_row(
    scorecard: Scorecard,
    indicator_id: str,
    row: pd.Series,
    different: dict[tuple[str, str], tuple[str, str]],
    rag_beside: str,
) -> KpiRow:
    found = {judgement: different.get((indicator_id, judgement), ("", "")) for judgement in ("RAG", "DOT")}
    disagreements = [
        f"{judgement}: {reason}" for judgement, (_, reason) in found.items() if (indicator_id, judgement) in different
    ]
    texts = scorecard.caveats(indicator_id) + disagreements
    unrated = row["rag_reason"] if row["rag_reason"] in rating.BY_DECISION else NOT_RATED
    return KpiRow(
        id=indicator_id,
        name=row["name"],
        short_name=row["short_name"],
        values=_quarter_cells(scorecard, indicator_id, row),
        target={"Not targeted": "None", "Not available": _UNSEEN}.get(format_target(row), format_target(row)),
        polarity=POLARITY_LABELS[row["polarity"]],
        rag=row["rag"],
        rag_text=row["rag"].capitalize() or unrated,
        rag_beside=rag_beside,
        rag_published=found["RAG"][0],
        dot=row["dot"].capitalize() or _UNSEEN,
        dot_published=found["DOT"][0],
        local=row["comparison"] == "local measure",
        comparators=[format_comparator(row, name) or _UNSEEN for name in scorecard.comparators],
        notes=". ".join(text.rstrip(".") for text in texts) + "." if texts else "",
    )


def kpi_key(rows: list[KpiRow]) -> str:
    """Say what the symbols in the figures of a table mean; blank where it has none."""
    cells = {cell for row in rows for cell in [*row.values, row.target, *([] if row.local else row.comparators)]}
    symbols = sorted(cells & MISSING_REASONS.keys())
    return (
        f"In this table {listing([f'{symbol} means {MISSING_REASONS[symbol]}' for symbol in symbols])}."
        if symbols
        else ""
    )


def kpi_table(scorecard: Scorecard, caption: str) -> Html:
    """Show the scorecard: four quarters, target, polarity, RAG, direction of travel and comparators.

    A missing figure shows its symbol, never a 0; what a reader must know of it stands in notes under the table.
    """
    rows = kpi_rows(scorecard)
    return render(
        "kpi_table.html",
        scorecard.figures().drop(columns="area").to_string(index=False),
        caption=caption,
        quarters=[quarter.short_label for quarter in scorecard.quarters],
        comparators=list(scorecard.comparators.values()),
        rows=rows,
        symbols=kpi_key(rows),
        notes=[row for row in rows if row.notes],
    )


def _quarter_cells(scorecard: Scorecard, indicator_id: str, row: pd.Series) -> list[str]:
    symbols = scorecard.symbols_of(indicator_id)
    return [show(row, row[str(q)]) or symbols.get(str(q), _UNSEEN) or _UNSEEN for q in scorecard.quarters]


def indicator_table(scorecard: Scorecard, areas: pd.DataFrame, caption: str, link: str) -> Html:
    """List every indicator of a quarter in one table, which the site's own script lets readers filter and sort.

    Parameters
    ----------
    scorecard : Scorecard
        Of all areas.
    areas : DataFrame
        One row an area, with ``area_id`` and ``short_name``.
    caption : str
        What the table shows.
    link : str
        Where an indicator's name leads; ``{id}`` and ``{area}`` are filled in.
    """
    names = dict(zip(areas["area_id"], areas["short_name"], strict=True))
    ranks = {str(rag): place for place, rag in enumerate((Rag.RED, Rag.AMBER, Rag.GREEN))}
    rows = []
    for kpi in kpi_rows(scorecard):
        row = scorecard.rows.loc[kpi.id]
        rows.append(
            {
                "kpi": kpi,
                "href": link.format(area=row["area_id"], id=kpi.id),
                "area": names[row["area_id"]],
                "value": "" if pd.isna(row["value"]) else f"{row['value']:g}",
                "aim": "" if pd.isna(row["target"]) else f"{row['target']:g}",
                "rank": ranks.get(kpi.rag, len(ranks)),
                "change": change(row) or "no figure for this quarter",
            }
        )
    text = "\n".join(f"{row['kpi'].short_name}: {row['kpi'].values[-1]}" for row in rows)
    return render(
        "indicator_table.html",
        text,
        caption=caption,
        quarter=scorecard.quarter.short_label,
        rows=rows,
        symbols=kpi_key([row["kpi"] for row in rows]),
    )


def rag_by_area(scorecard: Scorecard, areas: pd.DataFrame, caption: str, link: str = "{area}.html") -> Html:
    """Count the ratings of each service area, and of all."""
    head = [*map(str, Rag), NOT_RATED, "All"]
    rows = []
    for area in areas.itertuples(index=False):
        counts = rag_counts(scorecard.area(area.area_id).rows)
        marks = [name for name in (Rag.RED, Rag.AMBER, Rag.GREEN, NOT_RATED) for _ in range(counts[name])]
        rows.append(
            {
                "name": area.name,
                "href": link.format(area=area.area_id),
                "counts": [*counts.values(), sum(counts.values())],
                "marks": marks,
                "said": rag_sentence(counts),
            }
        )
    total = list(rag_counts(scorecard.rows).values())
    rows.append({"name": "All areas", "href": "", "counts": [*total, sum(total)], "marks": []})
    text = "\n".join(f"{row['name']}: {' '.join(map(str, row['counts']))}" for row in rows)
    return render("rag_table.html", text, caption=caption, head=head, rows=rows)
