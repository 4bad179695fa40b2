"""The page of an indicator: everything known about it, at a permanent address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.terms import AND_BESIDE_IT, Polarity, Tolerance
from quarterly.core.written import direction_cell, figure_cell, judgement_cell, limit, rating_cell, show, target_cell
from quarterly.display.charts.trend import trend
from quarterly.display.findings import measure
from quarterly.display.html import Html, render
from quarterly.display.tables import KpiRow
from quarterly.measures.rag import NO_VALUE
from quarterly.measures.rules import green_words, tolerance_words
from quarterly.measures.scorecard import Scorecard

#: How many quarters the table shows; earlier ones are folded.
_RECENT = 8
_NEITHER = "Not stated: neither way is better"
_BASIS = {"stated": "as the source states", "inferred": "our reading: the source does not state the period"}


def indicator_page(
    scorecard: Scorecard,
    kpi: KpiRow,
    area: Mapping[str, str],
    before: KpiRow | None,
    after: KpiRow | None,
    others: Html | None = None,
    definition: Mapping[str, str] | None = None,
    control: Html | None = None,
    *,
    computable: bool = False,
) -> Html:
    """Return the content of an indicator's page.

    The scorecard is of the newest quarter. ``area`` is the indicator's service area: ``id``, ``name`` and ``href``, the
    address of its page for the quarter. ``before`` and ``after`` are the adjacent indicators in the report. ``others``
    shows other authorities, ``definition`` is how it is computed from records (a row of ``data/definitions.csv``), and
    ``control`` is the control chart of every known quarter, if there are enough. ``computable`` is true if the
    documentation defines it on records but these figures were not computed that way.
    """
    return render(
        "indicator_page.html",
        f"{kpi.short_name}: {kpi.finding}",
        kpi=kpi,
        page=_facts(scorecard, kpi),
        area=area,
        quarter=scorecard.quarter.label,
        period=scorecard.quarter.noun,
        before=before,
        after=after,
        others=others,
        definition=definition,
        computable=computable,
        control=control,
    )


def _facts(scorecard: Scorecard, kpi: KpiRow) -> dict[str, Any]:
    """Return the facts on the page that are not in the indicator's row of the scorecard's table."""
    row, quarters = scorecard.records[kpi.id], _quarters(scorecard, kpi.id)
    return {
        "chart": trend(scorecard, kpi.id),
        "quarters": quarters[:_RECENT],
        "earlier": quarters[_RECENT:],
        "travel": row["second_dot_basis"] and f"{row['dot_basis']}{AND_BESIDE_IT}{row['second_dot_basis']}",
        "measure": measure(row),
        "basis": _BASIS[row["basis_source"]],
        "better": kpi.polarity if row["polarity"] else _NEITHER,
        "rated": how_rated(row),
        "comparators": comparators_of(scorecard, kpi),
    }


def _quarters(scorecard: Scorecard, indicator_id: str) -> list[dict[str, Any]]:
    """Return every known quarter as cells, newest first."""
    return [
        {
            "label": Quarter.labelled(known["quarter"]),
            "figure": figure_cell(known, known["value"], known["missing"]),
            "target": target_cell(known),
            "rag": rating_cell(known),
            "dot": _travel(known),
        }
        for known in reversed(scorecard.quarters_of(indicator_id))
    ]


def _travel(known: Mapping[str, Any]) -> str:
    """Write the direction of travel, and the second one if any; the table's heading says what they compare with."""
    second = judgement_cell(known["second_dot"]).words if known["second_dot_basis"] else ""
    return AND_BESIDE_IT.join(filter(None, [direction_cell(known).full, second]))


def how_rated(row: pd.Series) -> str:
    """Describe in one or two sentences when an indicator, a row of the scorecard, is green, amber or red."""
    if row["direction"] and pd.notna(row["baseline"]):
        way = "below" if row["direction"] == "decreasing" else "above"
        return (
            f"Green {way} {show(row, row['baseline'])}, the figure for the {row['direction_baseline']}. "
            "Anything else is red: a direction has no tolerance."
        )
    target, higher = target_cell(row), row["polarity"] == Polarity.HIGHER
    if row["rag_reason"] not in ("", NO_VALUE):
        return f"Not rated. {row['rag_reason']}."
    ends = ("or more", "from", "below") if higher else ("or less", "up to", "above")
    green = f"Green at {target.text}{f' {ends[0]}' if target.value is not None else ''}"
    allowed = green_words(row["green_tolerance"], row["green_tolerance_basis"])
    if allowed and pd.notna(row["green_limit"]):
        green = f"Green at {show(row, row['green_limit'])} {ends[0]}, which is {allowed} of {target.text}"
    elif allowed:
        green = f"{green}, or {allowed}"
    if row["amber_limit"] == row["green_limit"]:
        who = "The rule gives" if row["target"] else "A target of 0 has"
        why = f"{who} no tolerance{' for amber' if allowed else ''}"
        within = row["tolerance_basis"] in (Tolerance.RELATIVE, Tolerance.POINTS)
        if within and row["tolerance"] and row["target"] and not allowed:
            why = f"No other count is {green_words(row['tolerance'], row['tolerance_basis'])}"
        return f"{green}, red {ends[2]} that. {why}."
    only = row["amber_if_improved_on"]
    improved = "equalled or improved on" if row["amber_if_held"] else "improved on"
    condition = f" Amber only if it {improved} the {only}." if only else ""
    if limit(row):
        return f"{green}, amber {ends[1]} {limit(row)}, red {ends[2]} that.{condition}"
    tolerance = tolerance_words(row["tolerance"], row["tolerance_basis"])
    return f"{green}. The tolerance for amber: {tolerance}.{condition}"


def comparators_of(scorecard: Scorecard, kpi: KpiRow) -> list[dict[str, str]]:
    """List an indicator's comparators: ``name``, ``figure`` (or why it is missing) and ``period``."""
    row = scorecard.rows.loc[kpi.id]
    return [
        {
            "name": label,
            "figure": cell.words,
            "period": row[f"{name}_period"] or ("" if cell.symbol else "no year given"),
        }
        for (name, label), cell in zip(scorecard.comparators.items(), kpi.comparators, strict=True)
    ]
