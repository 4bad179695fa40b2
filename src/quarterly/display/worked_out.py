"""Figures derived from published ones: how many cases, how many through two steps, how many people."""

from __future__ import annotations

import pandas as pd

from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.terms import NOT_AVAILABLE, Basis, Unit, in_a_sentence, listing
from quarterly.core.written import rating_cell, show, travel_cell
from quarterly.display.charts.against import references
from quarterly.display.charts.shares import stacked_shares
from quarterly.display.charts.style import STEPS
from quarterly.display.figures_frame import ReportFrames
from quarterly.display.findings import finding
from quarterly.display.html import Html, data_table, folded, paragraph
from quarterly.measures.cases import Known, chained, count_behind
from quarterly.measures.rates import children_behind_rates, counted_by_rates


def parts_of_one_bar(report: ReportFrames, /, title: str, of: str, rest: str, **parts: str) -> Html:
    """Draw percentages of the same cases as parts of one bar, with the remainder.

    Parameters
    ----------
    report : Report
        The report.
    title : str
        What the chart shows.
    of : str
        The indicator that counts the cases.
    rest : str
        The label of the remainder.
    **parts : str
        The indicator that gives the percentage of each part, by its label with underscores. They are drawn in this
        order, but the last after the remainder.
    """
    percentages = list(parts.values())
    report._named(Unit.PERCENTAGE, *percentages)
    scorecard = report._named(Unit.NUMBER, of)
    rows = scorecard.rows
    quarters = [quarter for quarter in scorecard.quarters if rows.loc[percentages, str(quarter)].notna().all()]
    columns, known = [str(quarter) for quarter in quarters], Known.of(report._basket)
    if rows.loc[percentages, "period_basis"].replace(Basis.SNAPSHOT, Basis.IN_QUARTER).nunique() > 1:
        reason = f"{listing(percentages)} are not all of one period"
        raise FiguresDoNotFit(reason, "percentages of the same cases, over the same period")
    totals = [show(rows.loc[of], total_of(known, of, percentages[0], each)) or NOT_AVAILABLE for each in columns]
    shares = pd.DataFrame(
        {name.replace("_", " "): list(rows.loc[indicator, columns]) for name, indicator in parts.items()},
        index=[f"{each.short_label} ({total} in total)" for each, total in zip(quarters, totals, strict=True)],
    )
    if (shares.sum(axis=1) > 100 + len(parts) / 2).any():
        reason = f"{listing(percentages)} add up to more than 100%, so they are not parts of one whole"
        raise FiguresDoNotFit(reason, "percentages of the same cases, none of which is in two of them")
    if len(parts) >= len(STEPS):
        reason = f"A bar has colours for {len(STEPS) - 1} parts and the remainder, and not for {len(parts)} parts"
        raise FiguresDoNotFit(reason, f"{len(STEPS) - 1} of these percentages")
    if rest in shares:
        raise FiguresDoNotFit(f"The remainder has the same label as a part: {rest}", "another: rest='other'")
    shares.insert(len(parts) - 1, rest, 100 - shares.sum(axis=1))
    subtitle = (
        f"Percentages, with the total number in brackets. '{rest}' is the remainder of the published percentages."
    )
    chart = stacked_shares(shares, title, subtitle, f"{title}, by {scorecard.quarter.noun}")
    return chart + counts(report, of, *percentages)


def counts(report: ReportFrames, of: str, *percentages: str) -> Html:
    """Work out how many cases are behind percentages of a counted total."""
    report._named(Unit.PERCENTAGE, *percentages)
    scorecard = report._named(Unit.NUMBER, of)
    rows, quarters = scorecard.rows, scorecard.quarters
    name, known = rows.loc[of, "short_name"], Known.of(report._basket)
    body = [[name, *(cell.words for cell in scorecard.figure_cells(of))]]
    for indicator in percentages:
        row, decimals = rows.loc[indicator], int(rows.loc[indicator, "decimals"])
        totals = [total_of(known, of, indicator, str(each)) for each in quarters]
        found = [count_behind(row[str(each)], total, decimals) for each, total in zip(quarters, totals, strict=True)]
        cells = [" to ".join(f"{end:,}" for end in dict.fromkeys(each)) if each else NOT_AVAILABLE for each in found]
        period = "" if row["period_basis"] == rows.loc[of, "period_basis"] else f", {row['period_basis']}"
        body.append([f"{row['short_name']} (worked out{period})", *cells])
    caption = f"Numbers worked out from the percentages and from {in_a_sentence(name)}"
    return folded(caption, data_table(caption, ["Indicator", *(each.short_label for each in quarters)], body))


def total_of(known: Known, of: str, percentage: str, quarter: str) -> float | None:
    """Return how many cases an indicator counted in the period of a percentage; None if that is not known."""
    figure = known.figures.get((percentage, quarter))
    return known.counted(figure, of) if figure else None


def chain(report: ReportFrames, caption: str, first: str, second: str) -> Html:
    """Follow cases through two steps: of 100 that start, how many pass the first and how many pass both."""
    scorecard = report._named(Unit.PERCENTAGE, first, second)
    rows, body = scorecard.rows, []
    if rows.loc[first, "period_basis"] != rows.loc[second, "period_basis"]:
        periods = " and ".join(rows.loc[[first, second], "period_basis"])
        wanted = "two percentages of the same period: report.indicators has them"
        raise FiguresDoNotFit(f"These steps are of different periods: {periods}", wanted)
    decimals = int(rows.loc[[first, second], "decimals"].min())
    steps = (scorecard.figure_cells(first), scorecard.figure_cells(second))
    for quarter, *shown in zip(scorecard.quarters, *steps, strict=True):
        both = chained(rows.loc[first, str(quarter)], rows.loc[second, str(quarter)], decimals)
        passed = f"{both[0]:.0f} ({both[1]:.1f} to {both[2]:.1f})" if both else NOT_AVAILABLE
        body.append([quarter.short_label, *(cell.words for cell in shown), passed])
    named = [rows.loc[name, "short_name"] for name in (first, second)]
    last = "Number out of 100 that pass both steps (range from rounding)"
    return folded(caption, data_table(caption, [scorecard.quarter.worded("Quarter"), *named, last], body))


def children(report: ReportFrames, *rates: str) -> Html:
    """Show how many children, or other people counted, are behind rates."""
    scorecard, basket = report._named(Unit.RATE, *rates), report._basket
    found, body = children_behind_rates(basket), []
    for name in rates:
        known = found[found["indicator_id"] == name].set_index("quarter")["children"]
        numbers = [known.get(str(quarter), float("nan")) for quarter in scorecard.quarters]
        cells = [f"{number:,.0f}" if number >= 0 else NOT_AVAILABLE for number in numbers]
        body.append([scorecard.rows.loc[name, "short_name"], *cells])
    noun = counted_by_rates(basket)
    caption = f"Number of {noun}, worked out from the rates and the population"
    return data_table(caption, [noun.capitalize(), *(each.short_label for each in scorecard.quarters)], body)


def standing(report: ReportFrames, *indicators: str) -> Html:
    """Describe each indicator in a line, with its rating and comparators."""
    scorecard, body = report._named("", *indicators), []
    for name in indicators:
        row = scorecard.rows.loc[name]
        against = [each["name"] for each in references(row, scorecard.comparators) if each["kind"] != "target"]
        seen = "local measure" if row["comparison"] == "local measure" else "; ".join(against) or NOT_AVAILABLE
        body.append([row["short_name"], finding(row), rating_cell(row).full, travel_cell(row).full, seen])
    caption = f"Summary of these indicators, {scorecard.quarter.label}"
    return data_table(caption, ["Indicator", "Finding", "RAG", "Direction of travel", "Comparators"], body)


def neighbours(report: ReportFrames) -> Html:
    """Name the members of each group that the figures are compared with."""
    basket = report.basket
    told = [
        f"The {in_a_sentence(basket.comparator_labels[str(name)])} are "
        f"{listing(list(known['authority']))} ({known['source'].iloc[0]})."
        for name, known in basket.comparator_members.groupby("comparator", sort=False)
    ]
    return paragraph(" ".join(told) or "The figures are not compared with any group of councils.")
