"""Tables of the data-quality page that show how the figures were checked."""

from __future__ import annotations

from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.core.terms import NOT_AVAILABLE, Unit, count_of, listing
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.html import Html, data_table, folded, long_table, paragraph
from quarterly.measures.audit import audit
from quarterly.measures.cases import ATTAINABLE, NOT_KNOWN, NOTHING, UNATTAINABLE, wholes
from quarterly.measures.comparators import EXACT, NOT_FOUND, OUTCOMES, ROUNDING, check_comparators, check_neighbours
from quarterly.measures.outturn import REASONS, outturn
from quarterly.measures.versions import versions

_UNKNOWN = NOT_AVAILABLE.capitalize()
_FAILED = {
    UNATTAINABLE: "No whole number of cases gives this percentage.",
    NOTHING: "There were no cases, so no percentage is possible: use the symbol z instead of a figure.",
}


def audit_table(report: ReportFrames) -> Html:
    """Count the results of every check, including those that could not be made."""
    head = ["Check", "Agree", "Do not agree", "Cannot be checked", "Why it cannot be checked"]
    rows = [
        [check.name, str(check.agree), str(check.disagree), str(check.unknown), check.unknown_because or "-"]
        for check in audit(report.scorecard, report.basket)
    ]
    return data_table("Results of the checks", head, rows)


def attainable_table(report: ReportFrames) -> Html:
    """Show the number of cases behind each percentage where it is known, and which percentages are impossible."""
    found, quarters = wholes(report.basket), report.scorecard.quarters
    known = found[found["outcome"] != NOT_KNOWN]
    failed = known[known["outcome"] != ATTAINABLE]
    unknown = len(found) - len(known)
    rest = f"Without a known number of cases, {count_of(unknown, 'percentage')} cannot be checked." if unknown else ""
    if known.empty:
        return paragraph(rest or "There are no percentages to check.")
    html = paragraph(
        f"The number of cases is given, or counted by another indicator, for {count_of(len(known), 'percentage')}. "
        + (f"Of these, {count_of(len(failed), 'is', 'are')} not possible." if len(failed) else "Each is possible.")
    )
    if len(failed):
        period = report.scorecard.quarter.worded("Quarter")
        rows = [
            [row.short_name, Quarter.labelled(row.quarter), _percent(row), f"{row.whole:,.0f}", _FAILED[row.outcome]]
            for row in failed.itertuples(index=False)
        ]
        html += data_table(
            "Percentages that are not possible", ["Indicator", period, "Published", "Cases", "Why"], rows
        )
    head = ["Indicator", *(quarter.short_label for quarter in quarters)]
    rows = []
    for (_, name), part in known.groupby(["indicator_id", "short_name"], sort=False):
        cells = {row.quarter: f"{_percent(row)}: {_counts(row)}" for row in part.itertuples(index=False)}
        rows.append([str(name), *(cells.get(str(quarter), _UNKNOWN) for quarter in quarters)])
    html += long_table("Number of cases behind each percentage", head, rows)
    return html + paragraph(rest) if rest else html


def _percent(row: Any) -> str:
    return format_value(row.value, Unit.PERCENTAGE, int(row.decimals))


def _counts(row: Any) -> str:
    if pd.isna(row.lowest):
        return f"not possible for {row.whole:,.0f} cases"
    counts = f"{row.lowest:,.0f}" if row.lowest == row.highest else f"{row.lowest:,.0f} to {row.highest:,.0f}"
    return f"{counts} of {row.whole:,.0f}"


def versions_table(report: ReportFrames) -> Html:
    """Show every check of one version of a measure against another."""
    basket = report.basket
    names = basket.indicators.set_index("indicator_id")["short_name"]
    rows = [
        [names[row.indicator_id], Quarter.labelled(row.quarter), row.explanation, row.outcome.capitalize()]
        for row in versions(basket).itertuples(index=False)
    ]
    head = ["Indicator", basket.quarters[-1].worded("Quarter"), "Rule and figures", "Outcome"]
    nothing = "No indicators are recorded as versions of the same measure."
    return long_table("Comparison of versions of the same measure", head, rows, nothing)


def comparators_table(basket: Basket) -> Html:
    """Show where each published comparator comes from; without an extract, say that they are not checked."""
    if basket.comparators["value"].isna().all():
        return paragraph("No comparators were published.")
    if basket.benchmarks.empty:
        return paragraph(
            "No extract of the Local Authority Interactive Tool has been imported, so the published comparators are "
            "not checked. The date of their extract, and any revisions since, are not known."
        )
    found = check_comparators(basket)
    counts = [(outcome, int((found["outcome"] == outcome).sum())) for outcome in OUTCOMES]
    lead = (
        f"{count_of(len(found), 'published comparator was', 'published comparators were')} looked up in the extract: "
        + listing([f"{number} {outcome}" for outcome, number in counts if number])
    )
    found = found.sort_values("outcome", key=lambda outcomes: outcomes.map(OUTCOMES.index), kind="stable")
    found = found.assign(label=found["comparator"].map(basket.comparator_labels))
    indicators = basket.indicators.set_index("indicator_id")
    rows, differing = [], []
    for _, row in found.iterrows():
        cells = _source(indicators.loc[row["indicator_id"]], row)
        rows.append(cells)
        if row["outcome"] not in (EXACT, ROUNDING, NOT_FOUND):
            differing.append([*cells[:3], f"{row['outcome'].capitalize()}. {row['explanation']}"])
    html = paragraph(f"{lead}. {_neighbours(basket)}")
    if differing:
        head = ["Indicator", "Comparator", "Published", "Finding"]
        html += long_table("Comparators that differ from the extract", head, differing)
    head = ["Indicator", "Comparator", "Published", "Extract", "Measure and year", "Extracted", "Revised", "Outcome"]
    table = data_table("Published comparators and the extract", head, rows)
    return html + folded("Where each comparator comes from", table)


def _neighbours(basket: Basket) -> str:
    """State how well the report's statistical neighbours agree with the official group of the time."""
    found = check_neighbours(basket)
    if found is None:
        return ""
    means = (
        f"Of {count_of(found.means, 'published mean')} of statistical neighbours, "
        f"{count_of(found.own_means, 'matches', 'match')} the report's list and "
        f"{count_of(found.official_means, 'matches', 'match')} the official group at the time ({found.official})."
    )
    if not found.unlisted:
        return f"{means} Both have the same councils."
    return f"{means} The official group has {listing(found.unlisted)} instead of {listing(found.added)}."


def _source(indicator: pd.Series, row: pd.Series) -> list[str]:
    unit = indicator["unit"]
    revised = "No" if row["extracted"] else _UNKNOWN
    if pd.notna(row["earlier"]):
        revised = f"From {format_value(published(row['earlier'], 2), unit)}"
    return [
        indicator["short_name"],
        row["label"],
        format_value(row["published"], unit, int(row["decimals"])),
        format_value(published(row["figure"], 2), unit, int(row["decimals"])) or _UNKNOWN,
        f"{row['measure'] or 'No measure named'}, {row['year'] or 'year not stated'}",
        row["extracted"] or _UNKNOWN,
        revised,
        row["outcome"].capitalize(),
    ]


def outturn_table(basket: Basket) -> Html | None:
    """Compare the council's figures with the department's for the same year; None if it has none."""
    found = outturn(basket)
    if found.empty:
        return None
    units = basket.indicators.set_index("indicator_id")[["unit", "decimals"]]
    rows = []
    for row in found.itertuples(index=False):
        unit, decimals = units.loc[row.indicator_id]
        ours = f"{format_value(row.value, unit, int(decimals))} in {Quarter.labelled(row.quarter)}{_cases(row.cases)}"
        theirs = f"{format_value(row.official, unit, row.decimals)} in {row.year}"
        theirs += _cases(row.official_cases, row.official_of)
        why = f"{row.reason.capitalize()}. {row.explanation}".strip()
        rows.append([row.definition, row.official_definition or _UNKNOWN, ours, theirs, why])
    counts = [(reason, int((found["reason"] == reason).sum())) for reason in REASONS]
    lead = listing([f"{number} {reason}" for reason, number in counts if number])
    head = ["Indicator", "What the department measures", "Council", "Department", "Reason for the difference"]
    title = "The council's figures and the department's for the same year"
    return folded(f"{title}: {lead}", data_table(title, head, rows))


def _cases(count: float, of: float = float("nan")) -> str:
    """Write the cases behind a figure as far as known: the count, the total, both or neither."""
    known = f"{count:,.0f}" if count == count else ""
    whole = f"of {of:,.0f}" if of == of else ""
    return f" ({' '.join(part for part in (known, whole) if part)})" if known or whole else ""
