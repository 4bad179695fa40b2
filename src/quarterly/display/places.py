"""The place of each indicator: a section that holds everything known of it and can be linked to."""

from __future__ import annotations

from typing import Any

import pandas as pd

from quarterly.display.charts import trend
from quarterly.display.findings import finding, measure, show
from quarterly.display.html import Html, render
from quarterly.display.tables import KpiRow, kpi_rows
from quarterly.judgement.scorecard import Scorecard, format_comparator, format_target
from quarterly.words.quarters import Quarter
from quarterly.words.terms import MISSING_REASONS, Polarity, format_value

_BETTER = {
    str(Polarity.HIGHER): "Higher is better",
    str(Polarity.LOWER): "Lower is better",
    "": "Not stated: neither way is better",
}
_BASIS = {"stated": "as the source states", "inferred": "our reading: the source does not state the period"}


def places(scorecard: Scorecard, methods: str = "../../methods.html") -> Html:
    """Give each indicator its section, in the order of the report.

    Parameters
    ----------
    scorecard : Scorecard
        Of one area.
    methods : str
        Where the rules are explained.
    """
    found = [_place(scorecard, kpi) for kpi in kpi_rows(scorecard)]
    text = "\n".join(f"{place['short_name']}: {place['finding']}" for place in found)
    return render("places.html", text, places=found, methods=methods)


def _place(scorecard: Scorecard, kpi: KpiRow) -> dict[str, Any]:
    row = scorecard.rows.loc[kpi.id]
    return {
        "id": kpi.id,
        "name": kpi.name,
        "short_name": kpi.short_name,
        "rag": kpi.rag,
        "rag_text": kpi.rag_text,
        "finding": finding(row),
        "chart": trend(scorecard, kpi.id, anchor=f"trend-{kpi.id}").html,
        "quarters": _quarters(scorecard, kpi.id, row),
        "measure": f"{measure(row)} ({_BASIS[row['basis_source']]})",
        "better": _BETTER[row["polarity"]],
        "target": _target(row),
        "rated": how_rated(row),
        "local": kpi.local,
        "comparators": comparators_of(row, scorecard.comparators),
        "notes": kpi.notes,
    }


def _quarters(scorecard: Scorecard, indicator_id: str, row: pd.Series) -> list[dict[str, str]]:
    """Write out every quarter known, the newest first."""
    history = scorecard.history_of(indicator_id)
    return [
        {
            "label": Quarter.parse(str(known["quarter"])).short_label,
            "figure": show(row, known["value"]) or f"{known['missing']} ({MISSING_REASONS.get(known['missing'], '')})",
            "target": _target(pd.concat([row.drop(known.index, errors="ignore"), known])),
            "rag": known["rag"],
            "dot": known["dot"].capitalize() or "x",
        }
        for _, known in history.iloc[::-1].iterrows()
    ]


def _target(row: pd.Series) -> str:
    return {"Not targeted": "None", "Not available": "Not known"}.get(format_target(row), format_target(row))


def how_rated(row: pd.Series) -> str:
    """Say in one or two sentences at which figures an indicator is green, amber and red.

    Parameters
    ----------
    row : Series
        A row of the scorecard.
    """
    if row["direction"] and pd.notna(row["baseline"]):
        way = "below" if row["direction"] == "decreasing" else "above"
        return (
            f"Green {way} {show(row, row['baseline'])}, the figure of the {row['direction_baseline']}. "
            "Anything else is red: a direction has no tolerance."
        )
    if pd.notna(row["target"]) and pd.notna(row["amber_limit"]):
        target, limit = format_target(row), format_value(row["amber_limit"], row["unit"])
        ends = ("or more", "from", "below") if row["polarity"] == Polarity.HIGHER else ("or less", "up to", "above")
        green = f"Green at {target} {ends[0]}"
        if row["amber_limit"] == row["target"]:
            return f"{green}, red {ends[2]} that. A target of 0 has no tolerance."
        return f"{green}, amber {ends[1]} {limit}, red {ends[2]} that."
    return f"Not rated. {row['rag_reason']}."


def comparators_of(row: pd.Series, comparators: dict[str, str]) -> list[dict[str, str]]:
    """List whom an indicator is compared with: ``name``, ``figure`` and ``period``, the missing ones said to be so."""
    return [
        {
            "name": label,
            "figure": format_comparator(row, name) or "not available",
            "period": row[f"{name}_period"] or ("no year given" if pd.notna(row[name]) else ""),
        }
        for name, label in comparators.items()
    ]
