"""Sentences about the figures, made from the scorecard: headlines, findings and alternative texts."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pandas as pd

from quarterly.core.terms import FITTED_TREND, Baseline, Dot, Rag, count_of
from quarterly.core.written import Row, figure_cell, show, target_cell, unit_words
from quarterly.display.html import Html, render
from quarterly.measures.attention import shortfall
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard

_WHEN = {Baseline.LAST_YEAR: " a year earlier", Baseline.YEAR_END: " at the end of the previous year"}
WORSE, BETTER = "Red and getting worse", "Red but improving"
STILL = "Red and stable, or with no comparison"


def measure(row: Row) -> str:
    """Describe the unit and period of an indicator's figures: ``Percentage, rolling 12 months``."""
    return f"{unit_words(row)}, {row['period_basis']}"


def change(row: Row) -> str:
    """Describe how the figure moved since the quarter that it is compared with: ``down from 76%``.

    The quarter is named unless it is the previous one. A fitted trend is called a trend: it is not a published figure.
    """
    if pd.isna(row["previous"]) or pd.isna(row["value"]):
        return "no earlier figure to compare with" if pd.notna(row["value"]) else ""
    fitted = row["dot_basis"] == FITTED_TREND
    previous, current = (show(row, row[end]) for end in ("previous", "current"))
    way = "up" if row["current"] > row["previous"] else "down"
    if fitted:
        over = f"over {row['dot_quarters']:.0f} quarters"
        return f"its trend {over} {way} from {previous} to {current}" if previous != current else f"no trend {over}"
    then = f"{previous}{_WHEN.get(row['dot_basis'], '')}"
    return f"unchanged from {then}" if previous == current else f"{way} from {then}"


def against_target(row: Row) -> str:
    """Describe the target: ``against a target of 90%``."""
    if row["direction"]:
        wanted = "fall" if row["direction"] == "decreasing" else "rise"
        return f"the target is a {wanted} from {show(row, row['baseline']) or 'the previous year'}"
    target = target_cell(row)
    return "" if target.symbol else f"against a target of {target.text}"


def finding(row: Row) -> str:
    """Describe an indicator in one line: ``67%, down from 76%, against a target of 90%``."""
    if pd.isna(row["value"]):
        return f"the latest figure is {figure_cell(row, row['value'], row['missing']).words}"
    return ", ".join(part for part in (show(row, row["value"]), change(row), against_target(row)) if part)


def by_standing(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Group indicators by what readers look for, furthest from target first; empty groups are left out.

    Indicators that are not rated are in no group.
    """
    ordered = rows.assign(shortfall=shortfall(rows).fillna(0)).sort_values("shortfall", ascending=False, kind="stable")
    red = ordered["rag"] == Rag.RED
    groups = {
        WORSE: ordered[red & (ordered["dot"] == Dot.NEGATIVE)],
        BETTER: ordered[red & (ordered["dot"] == Dot.POSITIVE)],
        STILL: ordered[red & ~ordered["dot"].isin([Dot.NEGATIVE, Dot.POSITIVE])],
        "Amber": ordered[ordered["rag"] == Rag.AMBER],
        "Green": ordered[ordered["rag"] == Rag.GREEN],
    }
    return {title: part for title, part in groups.items() if len(part)}


def _group(title: str, rows: pd.DataFrame, link: str, most: int) -> dict[str, Any]:
    items = [
        {"name": row["short_name"], "href": link.format(area=row["area_id"], id=name), "finding": finding(row)}
        for name, row in rows.head(most).iterrows()
    ]
    furthest = f": the {most} furthest from target" if len(rows) > most else ""
    return {"title": f"{title} ({len(rows)}){furthest}", "items": items}


def moves(counts: dict[str, int], before: Scorecard | None) -> dict[str, str]:
    """Describe how each count moved: ``2 more than Q2``, ``same as Q2``; blank if nothing was rated then.

    ``counts`` are from `rag_counts`, and ``before`` is the earlier quarter's scorecard of the same indicators.
    """
    if before is None or not before.rows["rag"].any():
        return dict.fromkeys(counts, "")
    earlier, then = rag_counts(before.rows), before.quarter.short_label.split()[0]
    differences = {name: number - earlier[name] for name, number in counts.items()}
    return {
        name: f"{abs(number)} {'more' if number > 0 else 'fewer'} than {then}" if number else f"same as {then}"
        for name, number in differences.items()
    }


def headline(
    scorecard: Scorecard,
    subject: str,
    link: str = "#indicator-{id}",
    most: int = 4,
    before: Scorecard | None = None,
    listed: str = "",
) -> Html:
    """Show what matters first: the counts by rating, then what got worse, what improves and what is on target.

    The scorecard covers one area or the whole quarter, and ``subject`` is its name, to start the sentence. ``link`` is
    the address of an indicator, in which ``{id}`` and ``{area}`` are filled in; ``listed`` is that of the list of
    indicators with one rating, in which ``{rag}`` is filled in. A group other than green lists at most ``most``
    indicators; with 0 only the counts are shown. ``before`` is the previous quarter's scorecard, to show how the counts
    moved; it is ignored if nothing in it is rated.
    """
    rows = scorecard.rows
    counts = rag_counts(rows)
    groups = [
        _group(title, part, link, len(rows) if title == "Green" else most)
        for title, part in (by_standing(rows) if most else {}).items()
    ]
    moved = moves(counts, before)
    rated = f", {rag_sentence(counts)}" if scorecard.has_targets else ", none with a target"
    lead = f"{subject}: {count_of(len(rows), 'indicator')}{rated}."
    text = "\n".join(
        [lead, *(f"{group['title']}: {'; '.join(item['name'] for item in group['items'])}" for group in groups)]
    )
    return render(
        "headline.html",
        text,
        lead=lead,
        counts=[(name, number, moved[name]) for name, number in counts.items()] if scorecard.has_targets else [],
        groups=groups,
        listed={name: listed.format(rag=quote(name.capitalize())) for name in counts},
    )


def describe_series(figures: list[dict[str, Any]]) -> str:
    """List an indicator's known figures, oldest first: ``Q2 2023-24: 76%; Q3 2023-24: 67%``."""
    known = [f"{figure['label']}: {figure['text']}" for figure in figures if figure["value"] is not None]
    return "; ".join(known) or "no figures are available"
