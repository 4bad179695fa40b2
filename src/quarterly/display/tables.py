"""Tables of the report, all from the scorecard."""

from __future__ import annotations

import pandas as pd

from quarterly.display.findings import NOT_RATED, rag_counts, show
from quarterly.display.html import Html, render
from quarterly.judgement import rating
from quarterly.judgement.reconcile import DISAGREES, reconcile
from quarterly.judgement.scorecard import Scorecard, format_comparator, format_target
from quarterly.words.terms import COMPARATOR_LABELS, MISSING_REASONS, POLARITY_LABELS, Rag, listing

_UNSEEN = "x"


def kpi_table(scorecard: Scorecard, caption: str) -> Html:
    """Show the scorecard: four quarters, target, polarity, RAG, direction of travel and comparators.

    A missing figure shows its symbol, never a 0; what a reader must know of it stands in notes under the table.
    """
    compared = reconcile(scorecard)
    different = compared[compared["outcome"] == DISAGREES].set_index(["indicator_id", "judgement"])
    rows, notes, symbols = [], [], set()
    for name, row in scorecard.rows.iterrows():
        indicator_id = str(name)
        cells = _quarter_cells(scorecard, indicator_id, row)
        comparators = [format_comparator(row, str(c)) or _UNSEEN for c in COMPARATOR_LABELS]
        local = row["comparison"] == "local measure"
        target = {"Not targeted": "None", "Not available": _UNSEEN}.get(format_target(row), format_target(row))
        symbols |= {cell for cell in [*cells, target, *([] if local else comparators)] if cell in MISSING_REASONS}
        found = {
            judgement: different.loc[(indicator_id, judgement)]
            for judgement in ("RAG", "DOT")
            if (indicator_id, judgement) in different.index
        }
        texts = scorecard.caveats(indicator_id) + [
            f"{judgement}: {fault['reason']}" for judgement, fault in found.items()
        ]
        if texts:
            notes.append(
                {
                    "id": indicator_id,
                    "name": row["short_name"],
                    "text": ". ".join(text.rstrip(".") for text in texts) + ".",
                }
            )
        rows.append(
            {
                "id": indicator_id,
                "name": row["name"],
                "note": bool(texts),
                "values": cells,
                "target": target,
                "polarity": POLARITY_LABELS[row["polarity"]],
                "rag": row["rag"],
                "rag_reason": row["rag_reason"] if row["rag_reason"] == rating.NOT_TARGETED else NOT_RATED,
                "rag_published": found["RAG"]["published"] if "RAG" in found else "",
                "dot": row["dot"].capitalize() or _UNSEEN,
                "dot_published": found["DOT"]["published"] if "DOT" in found else "",
                "local": local,
                "comparators": comparators,
            }
        )
    key = (
        f"In this table {listing([f'{symbol} means {MISSING_REASONS[symbol]}' for symbol in sorted(symbols)])}."
        if symbols
        else ""
    )
    text = scorecard.export().drop(columns=["area", "note"]).to_string(index=False)
    quarters = [quarter.short_label for quarter in scorecard.quarters]
    return render(
        "kpi_table.html",
        text,
        caption=caption,
        quarters=quarters,
        comparators=list(COMPARATOR_LABELS.values()),
        rows=rows,
        symbols=key,
        notes=notes,
    )


def _quarter_cells(scorecard: Scorecard, indicator_id: str, row: pd.Series) -> list[str]:
    history = scorecard.history[scorecard.history["indicator_id"] == indicator_id].set_index("quarter")["missing"]
    return [show(row, row[str(q)]) or history.get(str(q), _UNSEEN) or _UNSEEN for q in scorecard.quarters]


def rag_by_area(scorecard: Scorecard, areas: pd.DataFrame, caption: str, link: str = "{area}.html") -> Html:
    """Count the ratings of each service area, and of all."""
    head = [*map(str, Rag), NOT_RATED, "All"]
    rows = []
    for area in areas.itertuples(index=False):
        counts = list(rag_counts(scorecard.area(area.area_id).rows).values())
        rows.append({"name": area.name, "href": link.format(area=area.area_id), "counts": [*counts, sum(counts)]})
    total = list(rag_counts(scorecard.rows).values())
    rows.append({"name": "All areas", "href": "", "counts": [*total, sum(total)]})
    text = "\n".join(f"{row['name']}: {' '.join(map(str, row['counts']))}" for row in rows)
    return render("rag_table.html", text, caption=caption, head=head, rows=rows)
