"""A change is tested against rounding, chance and ordinary variation."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.measures.cases import wholes
from quarterly.measures.compare import Larger, movements
from quarterly.measures.intervals import ABOVE, BELOW, WITHIN, against, difference, precisions
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
PERCENTAGE = "core-group-meetings"


@pytest.fixture(scope="module")
def moved(scorecard: Scorecard, basket: Basket) -> pd.DataFrame:
    return movements(scorecard, wholes(basket))


def with_figures(basket: Basket, indicator: str, before: float, now: float, **cases: float) -> Basket:
    """Set an indicator's figures in the last two quarters, with or without their cases."""
    observations = basket.observations.copy()
    for quarter, value in (("2023-24-Q2", before), ("2023-24-Q3", now)):
        row = (observations["indicator_id"] == indicator) & (observations["quarter"] == quarter)
        observations.loc[row, "value"] = value
        for column in ("numerator", "denominator"):
            observations.loc[row, column] = cases.get(f"{column}_{quarter[-2:]}", float("nan"))
    return replace(basket, observations=observations)


def move_of(basket: Basket, indicator: str) -> pd.Series:
    return movements(build_scorecard(basket, Q3), wholes(basket)).loc[indicator]


def test_every_indicator_with_two_figures_is_tested_once(moved: pd.DataFrame, scorecard: Scorecard) -> None:
    rows = scorecard.rows
    both = rows.index[rows["value"].notna() & rows["2023-24-Q2"].notna()]
    assert list(moved.index) == list(both)
    assert len(moved) == 57


@pytest.mark.parametrize(
    ("now", "larger"), [(66.0, Larger.NO), (67.0, Larger.NO), (68.0, Larger.NO), (69.0, Larger.YES)]
)
def test_a_change_of_one_point_is_no_more_than_rounding(basket: Basket, now: float, larger: Larger) -> None:
    assert move_of(with_figures(basket, PERCENTAGE, 67, now), PERCENTAGE)["rounding"] == larger


@given(st.floats(0, 100), st.floats(0, 100))
def test_if_rounding_is_excluded_the_figures_moved_in_the_apparent_direction(before: float, now: float) -> None:
    from quarterly.measures.compare import _before_rounding

    change = round(now) - round(before)
    least, most = _before_rounding(change, "percentage", 0)
    assert least - 1e-9 <= now - before <= most + 1e-9


def test_counts_are_not_rounded(basket: Basket) -> None:
    one_more = move_of(with_figures(basket, "mash-enquiries", 400, 401), "mash-enquiries")
    assert (one_more["rounding"], one_more["least"], one_more["most"]) == (Larger.YES, 1, 1)
    same = move_of(with_figures(basket, "mash-enquiries", 400, 400), "mash-enquiries")
    assert same["rounding"] == Larger.NO


@pytest.mark.parametrize(
    ("now", "before", "larger"), [((70, 56), (80, 48), Larger.YES), ((28, 22), (32, 19), Larger.NO)]
)
def test_chance_explains_the_same_change_of_few_cases_and_not_of_many(
    basket: Basket, now: tuple[int, int], before: tuple[int, int], larger: Larger
) -> None:
    """56 of 70 against 48 of 80 is the printed example; 22 of 28 against 19 of 32 gives nearly the same percentages."""
    published = [round(100 * count / whole) for whole, count in (before, now)]
    cases = {"denominator_Q3": now[0], "numerator_Q3": now[1], "denominator_Q2": before[0], "numerator_Q2": before[1]}
    move = move_of(with_figures(basket, PERCENTAGE, *published, **cases), PERCENTAGE)
    assert move["rounding"] == Larger.YES
    assert move["chance"] == larger


def test_the_reviews_graded_good_rose_by_22_points_and_chance_can_explain_it(moved: pd.DataFrame) -> None:
    """20 of 43 reviews before, 22 of 32 now: the interval of the difference begins below 0."""
    move = moved.loc["practice-reviews-good"]
    assert (move["change"], move["rounding"], move["chance"]) == (22, Larger.YES, Larger.NO)
    low, high = difference(22, 32, 20, 43)
    assert low < 0 < high


def test_chance_is_not_assessed_for_the_same_children_again(basket: Basket) -> None:
    snapshot = "health-checks"
    cases = {"denominator_Q3": 200.0, "numerator_Q3": 180.0, "denominator_Q2": 200.0, "numerator_Q2": 100.0}
    assert move_of(with_figures(basket, snapshot, 50, 90, **cases), snapshot)["chance"] == Larger.UNKNOWN


def test_ordinary_variation_is_unknown_in_the_worked_example(moved: pd.DataFrame) -> None:
    assert set(moved["variation"]) == {Larger.UNKNOWN}


def test_intervals_are_given_where_cases_are_known(scorecard: Scorecard, basket: Basket) -> None:
    found = precisions(scorecard, wholes(basket))
    assert list(found.index) == [
        "mash-enquiries-progressing",
        "requests-for-support-no-further-action",
        "practice-reviews-timescale",
        "practice-reviews-good",
        "practice-reviews-inadequate",
        "practice-reviews-moderated",
        "moderated-reviews-unchanged",
    ]
    assert ((found["low"] <= found["value"] + 0.5) & (found["value"] - 0.5 <= found["high"])).all()
    few, many = found.loc["moderated-reviews-unchanged"], found.loc["requests-for-support-no-further-action"]
    assert few["high"] - few["low"] > 60
    assert many["high"] - many["low"] < 6


@pytest.mark.parametrize(("other", "said"), [(10, ABOVE), (20, WITHIN), (25, WITHIN), (30, WITHIN), (31, BELOW)])
def test_a_target_inside_the_interval_is_no_different(other: float, said: str) -> None:
    assert against(20, 30, other) == said
