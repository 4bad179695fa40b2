"""The section on signal and noise: the variation of each indicator, and which changes are real."""

from __future__ import annotations

import pandas as pd

from quarterly.core.terms import Baseline, Unit, capitalised, count_of, listing
from quarterly.core.written import (
    comparator_cell,
    format_value,
    points,
    rating_cell,
    show,
    signed,
    target_cell,
    travel_cell,
)
from quarterly.display.charts.style import grid
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.html import Html, data_table, folded, paragraph, render
from quarterly.display.icons import assurance_icon, variation_icon
from quarterly.display.spc import say_assurance, say_variation, xmr_chart
from quarterly.measures.cases import wholes
from quarterly.measures.compare import Larger, movements
from quarterly.measures.intervals import ABOVE, BELOW, against, precisions
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.spc import MIN_FIGURES, Assurance, Kind, Variation, rating_qualifier, vary

#: This many indicators or more are counted instead of named.
_MANY = 4


def signal_or_noise(report: ReportFrames) -> Html:
    """Show how far the figures can be trusted: variation, changes, and percentages of few cases."""
    scorecard, cases = report.scorecard, wholes(report._basket)
    return _variation(scorecard) + _changes(scorecard, cases) + _intervals(scorecard, cases)


def _variation(scorecard: Scorecard) -> Html:
    varied = vary(scorecard)
    charted = {name: found for name, found in varied.items() if not found.reason}
    rest = _without_signal(scorecard, {name: found for name, found in varied.items() if found.reason})
    if not charted:
        return paragraph(rest)
    rows = scorecard.rows
    head = ["Indicator", "Rating", "Variation", "Assurance"]
    body = [_variation_row(rows.loc[name], found) for name, found in charted.items()]
    text = "\n".join(f"{row['name']}: {row['variation']}. {row['assurance']}" for row in body)
    table = render(
        "variation_table.html", text, caption="Variation and assurance of each indicator", head=head, rows=body
    )
    shown = table + (paragraph(rest) if rest else None)
    drawn = {name: xmr_chart(rows.loc[name], found, f"control-{name}") for name, found in charted.items()}
    if special := [drawn[name] for name, found in charted.items() if found.kind != Kind.COMMON]:
        shown += grid(special)
    if ordinary := [drawn[name] for name, found in charted.items() if found.kind == Kind.COMMON]:
        many = count_of(len(ordinary), "indicator")
        shown += folded(f"Charts of {many} without a special cause", grid(ordinary))
    return shown


def _not_assured(row: pd.Series) -> str:
    """State why it is not known how reliably a target is met."""
    if row["direction"]:
        return "Not rated against a number"
    if pd.notna(row["lower"]):
        return "The target is a band, and limits can only be compared with one number"
    if pd.notna(row["target"]):
        return "The target does not say which way is better"
    return "There is no target" if row["target_missing"] in ("", "z") else "The target is not known"


def _variation_row(row: pd.Series, found: Variation) -> dict[str, object]:
    says, assured = say_variation(row, found), say_assurance(row, found)
    side = found.signal.side if found.signal else 0
    known = found.assurance != Assurance.UNKNOWN
    return {
        "id": row.name,
        "name": row["short_name"],
        "rag": rating_cell(row),
        "beside": rating_qualifier(row["rag"], found),
        "variation_icon": variation_icon(found.kind, side, f"{says}."),
        "variation": str(found.kind),
        "assurance_icon": assurance_icon(found.assurance, f"{assured}.") if known else "",
        "assurance": str(found.assurance) if known else _not_assured(row),
    }


def _without_signal(scorecard: Scorecard, others: dict[str, Variation]) -> str:
    """State why indicators have no signal or none yet, grouped by reason."""
    by_reason: dict[str, list[str]] = {}
    for name, found in others.items():
        by_reason.setdefault(found.reason, []).append(str(scorecard.rows.loc[name, "short_name"]))
    sentences = []
    for reason, names in by_reason.items():
        whom = listing(names) if len(names) < _MANY else count_of(len(names), "indicator")
        what, _, why = reason.partition(": ")
        sentences.append(f"{what} for {whom}: {why}.")
    return " ".join(sentences)


def _changes(scorecard: Scorecard, cases: pd.DataFrame) -> Html | None:
    """Show which changes are real: a summary, and the table one click away."""
    moved = movements(scorecard, cases)
    before = scorecard.quarter.previous()
    if moved.empty:
        return None
    rows = scorecard.rows
    larger = int((moved["rounding"] == Larger.YES).sum())
    of = f"{larger} of {count_of(len(moved), 'figure')}"
    text = f"Since {before.short_label}, {of} changed by more than rounding can explain."
    for test in ("rounding", "chance"):
        explained = list(rows.loc[moved.index[moved[test] == Larger.NO], "short_name"])
        if explained:
            text += f" {test.capitalize()} alone can explain the change in: {listing(explained)}."
    if (moved["variation"] == Larger.UNKNOWN).all():
        text += (
            f" At least {MIN_FIGURES} figures are needed to tell whether a change is larger than ordinary variation."
        )
    tests = {"rounding": "rounding", "chance": "chance", "variation": "ordinary variation"}
    head = ["Indicator", "Direction", "Change", *(f"Larger than {words}?" for words in tests.values())]
    body = []
    for name, move in moved.iterrows():
        row = rows.loc[name]
        verdicts = [str(move[test]).capitalize() for test in tests]
        body.append([row["short_name"], _direction(row), _change(row, move), *verdicts])
    caption = f"Changes since {before.short_label}"
    content = paragraph(text) + data_table(caption, head, body)
    return folded(f"{caption}: which are larger than rounding and chance", content)


def _direction(row: pd.Series) -> str:
    """Write a direction of travel, and what it compares with if that is not the previous quarter."""
    text, basis = travel_cell(row).full, row["dot_basis"]
    return text if row["second_dot_basis"] or basis == Baseline.PREVIOUS_QUARTER else f"{text} ({basis})"


def _change(row: pd.Series, move: pd.Series) -> str:
    least, most = (signed(move[end], int(row["decimals"])) for end in ("least", "most"))
    return points(row, signed(move["change"], int(row["decimals"]))) + (
        f" (between {least} and {most})" if least != most else ""
    )


def _intervals(scorecard: Scorecard, cases: pd.DataFrame) -> Html | None:
    """Show percentages of known cases with their 95% intervals, against the target and comparators."""
    found = precisions(scorecard, cases)
    if found.empty:
        return None
    body = []
    for name, interval in found.iterrows():
        row = scorecard.rows.loc[name]
        low, high = (format_value(interval[side], Unit.PERCENTAGE, 1) for side in ("low", "high"))
        target, others = target_cell(row), [comparator_cell(row, name) for name in scorecard.comparators]
        seen = [("target", target), *zip(scorecard.comparators.values(), others, strict=True)]
        words = {ABOVE: "above", BELOW: "below"}
        said = [
            f"{words.get(against(interval['low'], interval['high'], cell.value), 'no clear difference from')} "
            f"{label} {cell.text}"
            for label, cell in seen
            if cell.value is not None
        ]
        compared = "; ".join(said) or "nothing to compare with"
        figures = [show(row, row["value"]), f"{interval['whole']:,.0f}", f"{low} to {high}"]
        body.append([row["short_name"], *figures, capitalised(compared)])
    head = ["Indicator", "Published", "Cases", "95% interval", "Compared"]
    caption = "Precision of percentages with a known number of cases"
    return folded(caption, data_table(caption, head, body))
