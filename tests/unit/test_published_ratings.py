"""Where ratings by rule agree with the published ones, and the reasons where they do not."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.measures.audit import audit
from quarterly.measures.comparators import IDENTICAL, ROUNDED, shared_comparators
from quarterly.measures.reconcile import AGREES, DISAGREES, NOT_COMPARED, reconcile
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
#: Indicator, judgement, by rule, as published: each case in which the source decided differently.
KNOWN = {
    ("stepped-down-to-family-wellbeing", "RAG", "none", "RED"),
    ("stepped-down-to-family-wellbeing", "DOT", "DECREASE", "NEGATIVE"),
    ("section-47-to-icpc", "RAG", "none", "RED"),
    ("section-47-to-icpc", "DOT", "DECREASE", "NEGATIVE"),
    ("practice-reviews-good", "RAG", "AMBER", "RED"),
}
#: Cases that cannot be compared: a published rating or a figure is lost.
UNKNOWN = {
    ("practice-reviews-inadequate", "RAG"),
    ("practice-reviews-inadequate", "DOT"),
    ("child-participation-in-reviews", "RAG"),
    ("practice-reviews-moderated", "RAG"),
    ("personal-advisers-over-20-children", "RAG"),
    ("personal-advisers-over-20-children", "DOT"),
    ("family-wellbeing-assessments-45-days", "DOT"),
    ("plo-16-weeks", "DOT"),
    ("children-in-care-visits", "DOT"),
}


@pytest.fixture(scope="module")
def found(scorecard: Scorecard) -> pd.DataFrame:
    """Return every judgement compared."""
    return reconcile(scorecard)


def test_every_judgement_is_compared_once(found: pd.DataFrame, basket: Basket) -> None:
    pairs = list(zip(found["indicator_id"], found["judgement"], strict=True))
    assert pairs == [(name, judgement) for name in basket.indicators["indicator_id"] for judgement in ("RAG", "DOT")]


@pytest.mark.parametrize(
    ("judgement", "agree", "differ", "unknown"), [("RAG", 53, 3, 4), ("DOT", 53, 2, 5)], ids=["RAG", "DOT"]
)
def test_the_number_of_agreements(found: pd.DataFrame, judgement: str, agree: int, differ: int, unknown: int) -> None:
    counts = found[found["judgement"] == judgement]["outcome"].value_counts().to_dict()
    assert counts == {AGREES: agree, DISAGREES: differ, NOT_COMPARED: unknown}


def test_exactly_five_judgements_disagree(found: pd.DataFrame) -> None:
    different = found[found["outcome"] == DISAGREES]
    facts = different[["indicator_id", "judgement", "by_rule", "published"]].itertuples(index=False, name=None)
    assert set(facts) == KNOWN
    assert len(different) == 5


def test_exactly_nine_judgements_cannot_be_compared(found: pd.DataFrame) -> None:
    unknown = found[found["outcome"] == NOT_COMPARED]
    assert set(unknown[["indicator_id", "judgement"]].itertuples(index=False, name=None)) == UNKNOWN
    assert len(unknown) == 9


def test_there_is_a_reason_exactly_where_they_do_not_agree(found: pd.DataFrame) -> None:
    assert (found["reason"].str.strip() != "").equals(found["outcome"] != AGREES)


def test_agreeing_judgements_equal_the_published_ones(found: pd.DataFrame) -> None:
    agreed = found[found["outcome"] == AGREES]
    same = agreed["by_rule"] == agreed["published"]
    untargeted = (agreed["by_rule"] == "none") & (agreed["published"] == "Not targeted")
    assert (same ^ untargeted).all()
    assert untargeted.sum() == 14


def test_amber_as_published_red_names_the_figure_the_target_and_the_limit(found: pd.DataFrame) -> None:
    row = found[(found["indicator_id"] == "practice-reviews-good") & (found["judgement"] == "RAG")].iloc[0]
    assert row["reason"] == (
        "69% is within 5% of the target of 70%: 66.5% or more is amber by the rule that the source states. "
        "The source rates it red."
    )


def test_a_rating_without_a_target_or_a_polarity_says_what_it_lacks(found: pd.DataFrame) -> None:
    reasons = found.set_index(["indicator_id", "judgement"])["reason"]
    assert "gives no target" in reasons["stepped-down-to-family-wellbeing", "RAG"]
    assert reasons["stepped-down-to-family-wellbeing", "DOT"].startswith("Without a target")
    assert "no polarity" in reasons["section-47-to-icpc", "RAG"]
    assert reasons["section-47-to-icpc", "DOT"].startswith("Without a polarity")


def republished(basket: Basket, indicator: str, **columns: str) -> pd.DataFrame:
    """Compare again with other published judgements of one indicator; return its two rows by judgement."""
    ratings = basket.published_ratings.copy()
    ratings.loc[ratings["indicator_id"] == indicator, list(columns)] = list(columns.values())
    found = reconcile(build_scorecard(replace(basket, published_ratings=ratings), Q3))
    return found[found["indicator_id"] == indicator].set_index("judgement")


@pytest.mark.parametrize("published", ["GREEN", "AMBER", "NOT TARGETED"])
def test_another_published_rating_is_a_disagreement_with_its_reason(basket: Basket, published: str) -> None:
    row = republished(basket, "icpc-15-days", rag=published).loc["RAG"]
    assert (row["by_rule"], row["published"].upper(), row["outcome"]) == ("RED", published, DISAGREES)
    assert row["reason"]


@pytest.mark.parametrize("published", ["POSITIVE", "STABLE"])
def test_another_published_direction_is_a_disagreement_with_a_true_reason(basket: Basket, published: str) -> None:
    """The indicator has a target and a polarity, so the reason must not be that it lacks one."""
    row = republished(basket, "icpc-15-days", dot=published).loc["DOT"]
    assert (row["by_rule"], row["published"], row["outcome"]) == ("NEGATIVE", published, DISAGREES)
    assert row["reason"]
    assert "Without a" not in row["reason"]


def test_a_published_direction_that_is_stable_by_rule_has_a_true_reason(basket: Basket) -> None:
    """Repeat child protection plans: 13% in both quarters."""
    row = republished(basket, "repeat-child-protection-plans", dot="NEGATIVE").loc["DOT"]
    assert (row["by_rule"], row["outcome"]) == ("STABLE", DISAGREES)
    assert row["reason"]
    assert "went up" not in row["reason"]
    assert "went down" not in row["reason"]


def test_a_judgement_that_was_not_published_cannot_be_compared(basket: Basket) -> None:
    rows = republished(basket, "icpc-15-days", rag="", dot="", note="Left out of the report")
    assert list(rows["outcome"]) == [NOT_COMPARED, NOT_COMPARED]
    assert list(rows["reason"]) == ["Left out of the report"] * 2


def test_a_direction_after_a_new_definition_cannot_be_compared_and_says_why(basket: Basket) -> None:
    columns = {"indicator_id": "icpc-15-days", "quarter": "2023-24-Q3", "treatment": "new definition", "reason": "New"}
    changed = replace(basket, known_changes=pd.DataFrame([columns]))
    row = republished(changed, "icpc-15-days", dot="NEGATIVE").loc["DOT"]
    reason = "The definition changed, so there is no earlier figure to compare with."
    assert (row["outcome"], row["reason"]) == (NOT_COMPARED, reason)


def test_an_unpublished_direction_alone_is_not_called_unreadable(basket: Basket) -> None:
    rows = republished(basket, "icpc-15-days", dot="", note="")
    assert list(rows["published"]) == ["RED", "not published"]


def test_published_ratings_are_not_reported_as_absent_if_nothing_can_be_compared(basket: Basket) -> None:
    """All published directions depend on figures that are not held."""
    figures = basket.observations.assign(value=float("nan"), missing="x")
    scorecard = build_scorecard(replace(basket, observations=figures), Q3)
    directions = next(check for check in audit(scorecard, basket) if check.name.startswith("Directions"))
    assert (directions.agree, directions.disagree) == (0, 0)
    assert directions.unknown_because == "The published judgement, or a figure that it rests on, cannot be read."


@pytest.mark.parametrize("quarter", [Quarter(2022, 4), Quarter(2023, 1), Quarter(2023, 2)], ids=str)
def test_a_quarter_without_published_ratings_has_no_agreements(basket: Basket, quarter: Quarter) -> None:
    assert set(reconcile(build_scorecard(basket, quarter))["outcome"]) == {NOT_COMPARED}


def test_one_pair_of_indicators_has_the_same_comparators(basket: Basket) -> None:
    assert shared_comparators(basket) == [
        ("referrals-no-further-action", "re-referrals-12-months", ROUNDED),
        ("single-assessments-45-days", "single-assessments-45-days-ytd", IDENTICAL),
    ]


def test_a_pair_is_found_by_all_of_its_comparators_and_not_by_some(basket: Basket) -> None:
    """Re-referrals and referrals without further action share one figure, but are a pair only if they share all."""
    first, second = "referrals-no-further-action", "re-referrals-12-months"
    table = basket.comparators
    copied = table[table["indicator_id"] == first].assign(indicator_id=second)
    both = pd.concat([table[table["indicator_id"] != second], copied], ignore_index=True)
    assert (first, second, IDENTICAL) in shared_comparators(replace(basket, comparators=both))
    assert (first, second, IDENTICAL) not in shared_comparators(basket)


def test_indicators_with_one_comparator_are_no_pair(basket: Basket) -> None:
    table = basket.comparators
    only = table[(table["comparator"] == "ofsted_good") | table["value"].isna()].assign(value=85.0)
    only = only.drop_duplicates("indicator_id")
    assert len(only) > 2
    assert shared_comparators(replace(basket, comparators=only)) == []
