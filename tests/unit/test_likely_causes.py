"""A disagreement with a published rating is explained by the rule, the figures, and the cause that reproduces it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quarterly.measures.reconcile import DISAGREES, Explanation, explain, reconcile
from quarterly.measures.scorecard import Scorecard


def changed(scorecard: Scorecard, indicator: str, **cells: object) -> Scorecard:
    rows = scorecard.rows.copy()
    rows.loc[indicator, list(cells)] = list(cells.values())
    return replace(scorecard, rows=rows)


def test_every_disagreement_of_the_worked_example_has_its_cause(scorecard: Scorecard) -> None:
    found = reconcile(scorecard)
    found = found[found["outcome"] == DISAGREES]
    causes = {
        (row.indicator_id, row.judgement): explain(scorecard, row.indicator_id, row.judgement, row.published).cause
        for row in found.itertuples(index=False)
    }
    assert causes == {
        ("stepped-down-to-family-wellbeing", "RAG"): (
            "A rating without a target: the figure was judged on its own, or against a target that was not published. "
            "It is not possible to know which."
        ),
        ("stepped-down-to-family-wellbeing", "DOT"): (
            "A judgement without a polarity: the published direction fits 'higher is better'."
        ),
        ("section-47-to-icpc", "RAG"): ("A target without a polarity: the published rating fits 'higher is better'."),
        ("section-47-to-icpc", "DOT"): (
            "A judgement without a polarity: the published direction fits 'higher is better'."
        ),
        ("practice-reviews-good", "RAG"): (
            "The tolerance was left out: without it the rule gives the published rating."
        ),
    }


def test_the_rule_and_the_figures_are_given_with_the_cause(scorecard: Scorecard) -> None:
    assert explain(scorecard, "practice-reviews-good", "RAG", "RED") == Explanation(
        rule="Green on target; amber as far as 66.5%; red beyond that.",
        figures="Figure 69%; target 70%; higher is better.",
        cause="The tolerance was left out: without it the rule gives the published rating.",
    )


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"lower": 60.0, "upper": 80.0, "polarity": ""}, "With a target band a change towards it is positive"),
        ({"target": float("nan"), "target_missing": "x"}, "With a target and a polarity a change is positive"),
        ({"target": float("nan"), "target_missing": "z"}, "Without a target a change is only an increase"),
        ({"polarity": ""}, "Without a polarity a change is only an increase"),
        ({"dot": "", "dot_reason": "There are too few figures to fit a trend"}, "There are too few figures to fit"),
    ],
)
def test_the_rule_of_a_direction_is_the_one_that_decided_it(
    scorecard: Scorecard, cells: dict[str, object], rule: str
) -> None:
    other = changed(scorecard, "practice-reviews-good", **cells)
    assert explain(other, "practice-reviews-good", "DOT", "STABLE").rule.startswith(rule)


@pytest.mark.parametrize(
    ("value", "published", "cause"),
    [
        # 64 is not within 5% of 70, but within five points of it.
        (65, "AMBER", "The tolerance was read as percentage points"),
        (75, "RED", "The polarity was taken the other way round: the published rating fits 'lower is better'."),
        (10, "AMBER", "Not known: no other reading of the rule gives the published result."),
        (69, "Not targeted", "The target was left out"),
    ],
)
def test_a_cause_is_called_likely_only_if_it_reproduces_the_published_rating(
    scorecard: Scorecard, value: float, published: str, cause: str
) -> None:
    from quarterly.measures.rag import rate

    other = changed(scorecard, "practice-reviews-good", value=float(value))
    rows = other.rows.copy()
    rows[["rag", "rag_reason", "amber_limit"]] = rate(rows)[["rag", "rag_reason", "amber_limit"]]
    found = explain(replace(other, rows=rows), "practice-reviews-good", "RAG", published)
    assert found.cause.startswith(cause)
