"""Tables of the data-quality page: agreement with the published report, missing figures and derived ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from quarterly.commentary.finding import Finding
from quarterly.core.quarters import Quarter
from quarterly.core.terms import capitalised, count_of, listing
from quarterly.core.written import missing_words
from quarterly.data.load import Basket
from quarterly.disclosure import unchecked, unchecked_words
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.html import Html, data_table, long_table, paragraph
from quarterly.measures.comparators import shared_comparators
from quarterly.measures.rates import children_behind_rates, counted_by_rates, fitting_populations
from quarterly.measures.reconcile import AGREES, DISAGREES, JUDGEMENTS, NOT_COMPARED, explain, reconcile
from quarterly.measures.scorecard import Scorecard, then_and_now

_STEP = 10_000
#: The headings of a judgement and the published one.
_JUDGEMENT = ["Indicator", "Judgement", "By rule", "Published"]


def agreement(report: ReportFrames) -> Html:
    """Count how many ratings and directions by rule agree with the published ones."""
    if not report.scorecard.has_published:
        quarter = report.scorecard.quarter.label
        return paragraph(f"No ratings were published for {quarter}, so there is nothing to compare with.")
    possible, rows = (AGREES, DISAGREES, NOT_COMPARED), []
    for judgement, outcomes in reconcile(report.scorecard).groupby("judgement", sort=False)["outcome"]:
        counts = [int((outcomes == outcome).sum()) for outcome in possible]
        rows.append([JUDGEMENTS[str(judgement)], *map(str, [*counts, sum(counts)])])
    head = ["Judgement", *(outcome.capitalize() for outcome in possible), "All"]
    return data_table("Judgements by rule compared with the published ones", head, rows)


def disagreements(report: ReportFrames) -> Html | None:
    """List the judgements that disagree with the published ones, with the rule, the figures and the likely cause."""
    if not report.scorecard.has_published:
        return None
    found, rows = reconcile(report.scorecard), []
    for row in found[found["outcome"] == DISAGREES].itertuples(index=False):
        why = explain(report.scorecard, row.indicator_id, row.judgement, row.published)
        rows.append([*_judgement(row), why.rule, why.figures, why.cause])
    head = [*_JUDGEMENT, "The rule", "The figures", "Likely cause"]
    nothing = "No judgements disagree with the published ones."
    return long_table("Judgements that disagree with the published ones", head, rows, nothing)


def not_compared(report: ReportFrames) -> Html | None:
    """List the judgements that cannot be compared with published ones, with the reason."""
    if not report.scorecard.has_published:
        return None
    found = reconcile(report.scorecard)
    rows = [[*_judgement(row), row.reason] for row in found[found["outcome"] == NOT_COMPARED].itertuples(index=False)]
    caption = "Judgements that cannot be compared with published ones"
    return long_table(caption, [*_JUDGEMENT, "Reason"], rows, "All judgements can be compared.")


def _judgement(row: Any) -> list[str]:
    return [row.name, JUDGEMENTS[row.judgement], row.by_rule.capitalize(), row.published.capitalize()]


def revised_figures(report: ReportFrames) -> Html | None:
    """List the figures that were revised since they were last published; None if there are none."""
    scorecard, rows = report.scorecard, []
    if scorecard.revised.empty:
        return None
    for revision in scorecard.revised.itertuples(index=False):
        row = scorecard.rows.loc[revision.indicator_id]
        rows.append([row["name"], Quarter.labelled(revision.quarter), *map(capitalised, then_and_now(row, revision))])
    worded = scorecard.quarter.worded
    caption = worded("Figures for earlier quarters that have been revised since they were last published")
    return long_table(caption, ["Indicator", worded("Quarter"), "As last published", "Now"], rows)


def missing_figures(report: ReportFrames) -> Html:
    """List the missing figures and targets, each with its reason and note."""
    scorecard, rows = report.scorecard, []
    for indicator_id, row in scorecard.rows.iterrows():
        for (symbol, note), quarters in scorecard.missing_of(str(indicator_id)).items():
            listed = listing([Quarter.labelled(quarter) for quarter in quarters])
            rows.append([row["name"], listed, missing_words(symbol).capitalize(), note])
        if row["target_missing"] not in ("", "z"):
            reason = missing_words(row["target_missing"]).capitalize()
            rows.append([row["name"], "Target", reason, row["target_note"]])
    head = ["Indicator", "What is missing", "Reason", "Note"]
    return long_table("Missing figures and targets", head, rows, "No figures or targets are missing.")


def suppressed_figures(report: ReportFrames) -> Html:
    """State the suppression rule, the figures it suppressed, and those to which it could not be applied.

    Primary and secondary suppressions are not told apart.
    """
    rule, names, history = report.rule, report.scorecard.rows["name"], report.scorecard.history
    said = paragraph(rule.words)
    if rule.off:
        return said
    hidden = history[history["missing"] == "c"].groupby("indicator_id", sort=False)["quarter"]
    rows = [[names[name], listing([*quarters.map(Quarter.labelled)])] for name, quarters in hidden]
    nothing = "No figures in this report needed to be suppressed."
    said += data_table("Suppressed figures", ["Indicator", "Quarters"], rows, nothing)
    if rule.exempt:
        rows = [[names[name], reason] for name, reason in rule.exempt.items()]
        said += data_table("Indicators exempt from the rule", ["Indicator", "Why"], rows)
    unknown = unchecked(report.basket)
    if len(unknown):
        said += paragraph(unchecked_words(report.basket))
        rows = [[row.name, str(row.figures)] for row in unknown.itertuples(index=False)]
        caption = "Percentages and rates with an unknown number of cases"
        said += data_table(caption, ["Indicator", "Figures"], rows)
    return said


def record_checks(report: ReportFrames) -> Html | None:
    """Count the doubtful records and those that the quarter's figures leave out; small counts are not shown.

    None if no figure comes from records.
    """
    checks, rule = report.basket.record_checks, report.rule
    if report.basket.definitions.empty:
        return None
    found = checks[checks["quarter"] == str(report.scorecard.quarter)]
    few = f"Fewer than {rule.counts_under}"
    rows = [
        [row.records, row.column, row.kind.capitalize(), f"{row.rows:,.0f}" if pd.notna(row.rows) else few]
        for row in found.itertuples(index=False)
    ]
    caption, head = "Records that are doubtful or not counted in any figure", ["Table", "Column", "Problem", "Records"]
    return long_table(caption, head, rows, "No doubtful records were found behind this quarter's figures.")


def contradictions_table(found: Sequence[Finding], scorecard: Scorecard, accepted: pd.DataFrame) -> Html:
    """List where commentary and ratings contradict each other, with officers' explanations.

    ``found`` is from `quarterly.commentary.contradictions`, the scorecard is of all areas, and ``accepted`` is
    ``data/accepted.csv``.
    """
    known = accepted.set_index("finding")
    rows: list[list[str]] = []
    for one in found:
        row = scorecard.rows.loc[one.indicator]
        said = "Not explained yet"
        if one.id in known.index:
            said = f"{known.loc[one.id, 'reason']} ({known.loc[one.id, 'role']})"
        rows.append([row["name"], str(row["rag"]).capitalize(), capitalised(str(one.kind)), said])
    head = ["Indicator", "Rating", "Contradiction", "Explanation"]
    nothing = "Commentary and ratings do not contradict each other."
    return long_table("Where commentary and ratings contradict each other", head, rows, nothing)


def source_notes(report: ReportFrames) -> Html:
    """List the notes made when the indicators were transcribed."""
    noted = report.scorecard.rows[["name", "note"]].query("note != ''")
    rows = noted.to_numpy().tolist()
    return long_table("Notes on indicators", ["Indicator", "Note"], rows, "There are no notes.")


def children_table(scorecard: Scorecard, basket: Basket) -> Html:
    """Convert rates back into numbers of people, by quarter, where the population is known."""
    found, noun = children_behind_rates(basket), counted_by_rates(basket)
    rows = []
    for (indicator_id, name), part in found.groupby(["indicator_id", "short_name"], sort=False):
        behind = {row.quarter: _behind(row, noun) for row in part.itertuples(index=False)}
        cells = zip(map(str, scorecard.quarters), scorecard.figure_cells(str(indicator_id)), strict=True)
        rows.append([str(name), *(f"{cell.text} = {behind[at]}" if at in behind else cell.full for at, cell in cells)])
    per = listing([f"{base:,}" for base in found["per"].unique()])
    caption = f"Rates per {per} and the number of {noun} behind them"
    head = ["Rate", *(quarter.short_label for quarter in scorecard.quarters)]
    return data_table(caption, head, rows, "No indicators are rates for a known population.")


def _behind(rate: Any, noun: str) -> str:
    if pd.notna(rate.children):
        return f"{rate.children:,.0f} {noun}"
    return "population not known" if pd.isna(rate.population) else "no whole number fits"


def populations(basket: Basket) -> Html:
    """Show the population of each quarter, and the populations that are consistent with its rates."""
    known = basket.populations["population"].dropna()
    if known.empty:
        return paragraph("The population is not known.")
    # From a third below to a third above the known populations, in round numbers.
    tried = int(known.min() * 2 / 3 // _STEP + 1) * _STEP, int(known.max() * 4 / 3 // _STEP + 1) * _STEP
    rates = children_behind_rates(basket)
    rows = []
    for row in basket.populations.itertuples(index=False):
        of_quarter = rates[rates["quarter"] == row.quarter]
        fitting = _fitting(of_quarter, *tried) if len(of_quarter) else []
        allowed = (
            listing([f"{population:,}" for population in fitting])
            if 0 < len(fitting) <= 6
            else count_of(len(fitting), "population")
        )
        used = f"{row.population:,.0f}" if row.population == row.population else missing_words(row.missing).capitalize()
        origin = ": ".join(filter(None, [row.estimate, row.source]))
        rows.append([Quarter.labelled(row.quarter), used, allowed, row.note, origin])
    low, high = (f"{limit:,}" for limit in tried)
    latest = basket.quarters[-1]
    head = [
        latest.worded("Quarter"),
        "Population used",
        latest.worded(f"Populations between {low} and {high} that fit every rate for the quarter"),
        "Stated or worked out",
        "Estimate and source",
    ]
    return long_table(f"Population of {counted_by_rates(basket)}", head, rows)


def _fitting(rates: pd.DataFrame, lowest: int, highest: int) -> list[int]:
    """Find the populations that fit all rates of a quarter, whatever their bases and decimals."""
    fitting = [
        set(fitting_populations(list(part["value"]), lowest, highest, part["decimals"].iloc[0], part["per"].iloc[0]))
        for _, part in rates.groupby(["per", "decimals"])
    ]
    return sorted(set.intersection(*fitting))


def suspicious_pairs(report: ReportFrames) -> Html:
    """List the pairs of indicators that have the same comparators."""
    names, basket = report.scorecard.rows["name"], report.basket
    versions = set(basket.relations[["indicator_id", "of"]].itertuples(index=False, name=None))
    rows = []
    for first, second, how in shared_comparators(basket):
        cause = "The comparators can have been published for only one of them."
        if {(first, second), (second, first)} & versions:
            cause += " They are versions of the same measure."
        rows.append([names[first], names[second], how.capitalize(), cause])
    head = ["Indicator", "Has the same comparators as", "How", "What to check"]
    nothing = "No two indicators have the same comparators."
    return long_table("Indicators with the same comparators", head, rows, nothing)


def period_bases(report: ReportFrames) -> Html:
    """Count the indicators by period basis, and how many of the bases the source states."""
    rows = []
    for basis, sources in report.scorecard.rows.groupby("period_basis", sort=False)["basis_source"]:
        counts = len(sources), (sources == "stated").sum(), (sources == "inferred").sum()
        rows.append([str(basis).capitalize(), *map(str, counts)])
    head = ["Period basis", "Indicators", "Stated in the name", "Inferred from the wording"]
    return data_table("Period basis of the indicators", head, rows)
