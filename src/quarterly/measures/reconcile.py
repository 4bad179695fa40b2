"""Check ratings and directions of travel against those that were published, and explain the differences.

Where a published rating and the rule disagree, both are shown: the published one is history, the rule is the truth
of this system. A cause is only given if the rule, read differently in one respect, gives exactly the published
judgement. Otherwise the cause is reported as not known.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quarterly.core.terms import NOT_TARGETED, Dot, Polarity, Rag, Tolerance, listing
from quarterly.core.written import figure_cell, limit, show, target_cell
from quarterly.measures.direction import direction_of_travel, lacking
from quarterly.measures.rag import rate
from quarterly.measures.rules import green_words, tolerance_words
from quarterly.measures.scorecard import Scorecard

AGREES = "agrees"
DISAGREES = "disagrees"
NOT_COMPARED = "cannot be compared"
#: The labels of the two judgements.
JUDGEMENTS = {"RAG": "RAG", "DOT": "Direction of travel"}

_ANY_POLARITY = {Polarity.HIGHER: "higher is better", Polarity.LOWER: "lower is better"}
_UNKNOWN = "Not known: no other reading of the rule gives the published result."


def reconcile(scorecard: Scorecard) -> pd.DataFrame:
    """Compare every RAG and DOT with the published one.

    Returns
    -------
    DataFrame
        One row per indicator and judgement: ``indicator_id``, ``name``, ``judgement`` (RAG or DOT), ``by_rule``,
        ``published``, ``outcome`` (`AGREES`, `DISAGREES` or `NOT_COMPARED`) and ``reason`` (blank if they agree).
    """
    found = []
    for indicator_id, row in scorecard.rows.iterrows():
        for judgement, compare in (("RAG", _compare_rag), ("DOT", _compare_dot)):
            outcome, published, reason = compare(row)
            by_rule = row[judgement.lower()] or "none"
            found.append((indicator_id, row["name"], judgement, by_rule, published, outcome, reason))
    columns = ["indicator_id", "name", "judgement", "by_rule", "published", "outcome", "reason"]
    return pd.DataFrame(found, columns=columns)


def _compare_rag(row: pd.Series) -> tuple[str, str, str]:
    computed, published = row["rag"], row["rag_published"]
    if not published and row["rag_published_reason"]:
        target = target_cell(row).words
        reason = f"There is a target of {target}, so the rule rates it {computed.lower()}." if computed else ""
        return (DISAGREES if computed else AGREES), row["rag_published_reason"], reason
    if not published:
        return _unpublished(row)
    if computed == published:
        return AGREES, published, ""
    return DISAGREES, published, _why_rag(row)


def _unpublished(row: pd.Series) -> tuple[str, str, str]:
    return NOT_COMPARED, "not readable" if row["published_note"] else "not published", row["published_note"]


def _why_rag(row: pd.Series) -> str:
    if row["rag_reason"] == NOT_TARGETED:
        return "The source rates it although it gives no target. Without a target there is nothing to rate against."
    if row["rag_reason"]:
        return f"{row['rag_reason']}. The source still rates it."
    value, target = show(row, row["value"]), target_cell(row).words
    within = row["tolerance_basis"] in (Tolerance.RELATIVE, Tolerance.POINTS)
    if row["rag"] == Rag.AMBER and within and pd.notna(row["amber_limit"]):
        tolerance = tolerance_words(row["tolerance"], row["tolerance_basis"])
        side = "or more" if row["polarity"] == "higher" else "or less"
        return (
            f"{value} is within {tolerance} of {target}: {limit(row)} {side} is amber by the rule that the source "
            f"states. The source rates it {row['rag_published'].lower()}."
        )
    return f"{value} against a target of {target} is {row['rag'].lower()} by the rule that the source states."


def _compare_dot(row: pd.Series) -> tuple[str, str, str]:
    computed, published = row["dot"], row["dot_published"]
    if not published:
        return _unpublished(row)
    if row["dot_reason"]:
        return NOT_COMPARED, published, f"{row['dot_reason']}."
    if computed == published:
        return AGREES, published, ""
    return DISAGREES, published, _why_dot(row)


def _why_dot(row: pd.Series) -> str:
    value, previous = (show(row, row[name]) for name in ("value", "previous"))
    lacks = lacking(row)
    judged = row["dot_published"] in (Dot.POSITIVE, Dot.NEGATIVE)
    if not (lacks and judged) or row["dot"] == Dot.STABLE:
        return f"From {previous} to {value} is {row['dot'].lower()} by the rule that the source states."
    return (
        f"Without a {lacks} a change is neither positive nor negative, so the rule says only that the figure went "
        f"{'down' if row['dot'] == Dot.DECREASE else 'up'}. The source still judges it."
    )


@dataclass(frozen=True)
class Explanation:
    """A disagreement with a published judgement."""

    #: The rule, the figures it was applied to, and what the publisher probably did instead, in a sentence each.
    rule: str
    figures: str
    cause: str


def explain(scorecard: Scorecard, indicator_id: str, judgement: str, published: str) -> Explanation:
    """Explain why a judgement by rule differs from the published one.

    ``judgement`` is RAG or DOT; ``published`` is the published judgement.
    """
    row = scorecard.rows.loc[indicator_id]
    value, target = figure_cell(row, row["value"], row["missing"]).words, target_cell(row).words
    polarity = _ANY_POLARITY.get(row["polarity"], "no polarity")
    if judgement == "RAG":
        figures = f"Figure {value}; target {target}; {polarity}."
        return Explanation(_rag_rule(row), figures, _rag_cause(row, published))
    figures = f"From {show(row, row['previous']) or 'not available'} to {value}; target {target}; {polarity}."
    return Explanation(_dot_rule(row), figures, _dot_cause(row, published))


def _rag_rule(row: pd.Series) -> str:
    if row["rag_reason"] == NOT_TARGETED:
        return "No target, no rating."
    if row["rag_reason"]:
        return f"{row['rag_reason']}."
    green = green_words(row["green_tolerance"], row["green_tolerance_basis"]) or "on target"
    amber = f"; amber as far as {limit(row)}" if limit(row) else ""
    return f"Green {green}{amber}; red beyond that."


def _dot_rule(row: pd.Series) -> str:
    if row["dot_reason"]:
        return f"{row['dot_reason']}."
    if lacks := lacking(row):
        return f"Without a {lacks} a change is only an increase or a decrease."
    if pd.notna(row["lower"]):
        return "With a target band a change towards it is positive, and a change away from it negative."
    return "With a target and a polarity a change is positive or negative."


def _fits(row: pd.Series, published: str, judgement: str, readings: dict[str, dict[str, object]]) -> list[str]:
    """List the readings under which the rule gives the published judgement."""
    judge = rate if judgement == "rag" else direction_of_travel
    frame = pd.DataFrame([row]).infer_objects()
    return [name for name, change in readings.items() if judge(frame.assign(**change))[judgement].item() == published]


def _other_polarities(row: pd.Series, **change: object) -> dict[str, dict[str, object]]:
    ways = {words: str(way) for way, words in _ANY_POLARITY.items() if way != row["polarity"]}
    return {f"'{words}'": {"polarity": way, **change} for words, way in ways.items()}


def _rag_cause(row: pd.Series, published: str) -> str:
    if row["rag_reason"] == NOT_TARGETED:
        return (
            "A rating without a target: the figure was judged on its own, or against a target that was not published. "
            "It is not possible to know which."
        )
    if published not in set(Rag):
        return "The target was left out: the published report treats the indicator as if it had none."
    fitting = _fits(row, published, "rag", _other_polarities(row))
    if not row["polarity"]:
        return f"A target without a polarity: the published rating fits {listing(fitting)}." if fitting else _UNKNOWN
    if _fits(row, published, "rag", {"no tolerance": {"tolerance": 0.0}}):
        return "The tolerance was left out: without it the rule gives the published rating."
    other = "points" if row["tolerance_basis"] == "relative" else "relative"
    if _fits(row, published, "rag", {other: {"tolerance_basis": other}}):
        way = "percentage points" if other == "points" else "a percentage of the target"
        return f"The tolerance was read as {way}: the rule then gives the published rating."
    if fitting:
        return f"The polarity was taken the other way round: the published rating fits {listing(fitting)}."
    return _UNKNOWN


def _dot_cause(row: pd.Series, published: str) -> str:
    # Only a targeted indicator can be positive or negative, so assume a target if there is none.
    targeted = {} if pd.notna(row["target"]) or row["direction"] else {"target": 0.0}
    fitting = _fits(row, published, "dot", _other_polarities(row, **targeted))
    if fitting and not row["polarity"]:
        return f"A judgement without a polarity: the published direction fits {listing(fitting)}."
    if fitting:
        return f"The polarity was taken the other way round: the published direction fits {listing(fitting)}."
    return _UNKNOWN
