"""Sentences about the figures, made from the scorecard: headlines, one indicator's finding, alternative texts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from quarterly.display.html import Html, render
from quarterly.judgement.counts import rag_counts, rag_sentence
from quarterly.judgement.scorecard import Scorecard, format_target
from quarterly.words.terms import FITTED_TREND, Baseline, Dot, Polarity, Rag, count_of, format_value

_WHEN = {Baseline.LAST_YEAR: " a year before", Baseline.YEAR_END: " at the end of the year before"}
WORSE, BETTER = "Red and getting worse", "Red but improving"
STILL = "Red and not moving, or with nothing to compare"


def show(row: pd.Series, value: float | None) -> str:
    """Write a figure of an indicator in its own unit and precision."""
    return format_value(value, row["unit"], int(row["decimals"]))


def change(row: pd.Series) -> str:
    """Say how the figure moved since the quarter that it is compared with: ``down from 76%``.

    The quarter is named where it is not the one before. A fitted trend is said as what it is: no published figure.
    """
    if pd.isna(row["previous"]) or pd.isna(row["value"]):
        return "no earlier figure to compare with" if pd.notna(row["value"]) else ""
    fitted = row["dot_basis"] == FITTED_TREND
    previous, current = (_fitted(row, row[end]) if fitted else show(row, row[end]) for end in ("previous", "current"))
    difference = round(row["current"] - row["previous"], 6)
    way = "up" if difference > 0 else "down"
    if fitted:
        over = f"over {row['dot_quarters']:.0f} quarters"
        return f"its trend {over} {way} from {previous} to {current}" if previous != current else f"no trend {over}"
    then = f"{previous}{_WHEN.get(row['dot_basis'], '')}"
    return f"{way} from {then}" if difference else f"unchanged from {then}"


def _fitted(row: pd.Series, value: float) -> str:
    """Write the end of a fitted line, which has many decimals, with those that the figure has."""
    return show(row, round(value, int(row["decimals"])))


def against_target(row: pd.Series) -> str:
    """Say what the target is: ``against a target of 90%``."""
    if row["direction"]:
        wanted = "fall" if row["direction"] == "decreasing" else "rise"
        return f"the target is a {wanted} from {show(row, row['baseline']) or 'the year before'}"
    if pd.notna(row["target"]) or pd.notna(row["lower"]):
        return f"against a target of {format_target(row)}"
    return ""


def finding(row: pd.Series) -> str:
    """Say in one line how an indicator stands: ``67%, down from 76%, against a target of 90%``."""
    if pd.isna(row["value"]):
        return "no figure is available for this quarter"
    return ", ".join(part for part in (show(row, row["value"]), change(row), against_target(row)) if part)


def shortfall(rows: pd.DataFrame) -> pd.Series:
    """Measure how far each figure is on the wrong side of its target, as a part of the target.

    A target of 0 counts as 1, so that indicators that should be nil can be compared too. Of a band it is the end that
    is nearer. Missing where there is no numeric target, or a target and no polarity.
    """
    gap = (rows["value"] - rows["target"]).where(rows["polarity"] == Polarity.LOWER, rows["target"] - rows["value"])
    below, above = rows["lower"] - rows["value"], rows["value"] - rows["upper"]
    banded = rows["lower"].notna()
    end = rows["target"].where(~banded, rows["lower"].where(below > above, rows["upper"])).abs().clip(lower=1)
    return (gap.where(~banded, np.maximum(below, above)) / end).where(banded | (rows["polarity"] != ""))


def by_standing(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Sort indicators into what a reader looks for, those furthest from target first; what is empty is left out.

    Indicators that are not rated stand in none of the groups.
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


def headline(scorecard: Scorecard, subject: str, link: str = "#indicator-{id}", most: int = 4) -> Html:
    """Say first what matters: the counts by rating, then what got worse, what improves and what is on target.

    Parameters
    ----------
    scorecard : Scorecard
        Of one area, or of the whole quarter.
    subject : str
        What it is the scorecard of, to start the sentence.
    link : str
        Where an indicator's name leads; ``{id}`` and ``{area}`` are filled in.
    most : int
        How many indicators a group names.
    """
    rows = scorecard.rows
    counts = rag_counts(rows)
    groups = [
        _group(title, part, link, len(rows) if title == "Green" else most) for title, part in by_standing(rows).items()
    ]
    lead = f"{subject}: {count_of(len(rows), 'indicator')}, {rag_sentence(counts)}."
    text = "\n".join(
        [lead, *(f"{group['title']}: {'; '.join(item['name'] for item in group['items'])}" for group in groups)]
    )
    return render("headline.html", text, lead=lead, counts=list(counts.items()), groups=groups)


def describe_series(row: pd.Series, history: pd.DataFrame) -> str:
    """Read out an indicator's known figures, oldest first: ``Q2 2023-24: 76%; Q3 2023-24: 67%``."""
    known = history.dropna(subset=["value"])
    parts = [f"{quarter}: {show(row, value)}" for quarter, value in zip(known["label"], known["value"], strict=True)]
    return "; ".join(parts) or "no figures are available"
