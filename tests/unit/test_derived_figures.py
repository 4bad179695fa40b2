"""Figures worked out from rounded percentages are ranges that contain the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import floor, nan

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.display.report import Report
from quarterly.measures.cases import Known, bounds, chained, count_behind
from quarterly.measures.scorecard import Scorecard, build_scorecard

precisions = st.integers(0, 2)


def half_up(value: Fraction) -> int:
    """Round halves up, as taught in school; Python rounds them to even."""
    return floor(value + Fraction(1, 2))


#: Councils round halves up or to even: a range must hold for both.
ways = st.sampled_from([half_up, round])


def rounded(share: Fraction, decimals: int, way: Callable[[Fraction], int]) -> float:
    """Round an exact share to a published percentage."""
    return way(share * 100 * 10**decimals) / 10**decimals


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, int]:
    """Draw some of a whole number of cases."""
    whole = draw(st.integers(1, 5_000))
    return draw(st.integers(0, whole)), whole


@given(cases(), precisions, ways)
def test_the_true_count_is_always_in_the_range(
    case: tuple[int, int], decimals: int, way: Callable[[Fraction], int]
) -> None:
    count, whole = case
    found = count_behind(rounded(Fraction(count, whole), decimals, way), whole, decimals)
    assert found is not None
    assert found[0] <= count <= found[1]


@given(cases(), precisions, ways)
def test_every_count_in_the_range_gives_the_published_percentage(
    case: tuple[int, int], decimals: int, way: Callable[[Fraction], int]
) -> None:
    published = rounded(Fraction(*case), decimals, way)
    found = count_behind(published, case[1], decimals)
    assert found is not None
    assert 0 <= found[0] <= found[1] <= case[1]
    half = Fraction(1, 2 * 10**decimals)
    for count in found:
        assert abs(Fraction(count * 100, case[1]) - Fraction(str(published))) <= half


@given(st.integers(0, 100), st.integers(1, 60))
def test_there_is_no_range_exactly_when_no_count_rounds_to_the_percentage(percentage: int, whole: int) -> None:
    possible = [count for count in range(whole + 1) if abs(Fraction(count * 100, whole) - percentage) <= Fraction(1, 2)]
    assert count_behind(percentage, whole) == ((possible[0], possible[-1]) if possible else None)


@given(st.floats(0, 100), precisions)
def test_the_bounds_contain_the_value_and_stay_between_0_and_100(value: float, decimals: int) -> None:
    published = round(value, decimals)
    low, high = bounds(published, decimals)
    assert 0 <= low <= published <= high <= 100
    assert low - 1e-9 <= value <= high + 1e-9
    assert high - low <= 10.0**-decimals + 1e-9


@given(cases(), st.data(), precisions, ways)
def test_the_true_share_through_two_steps_is_always_in_the_range(
    case: tuple[int, int], data: st.DataObject, decimals: int, way: Callable[[Fraction], int]
) -> None:
    passed, whole = case
    assume(passed)
    both = data.draw(st.integers(0, passed))
    first = rounded(Fraction(passed, whole), decimals, way)
    second = rounded(Fraction(both, passed), decimals, way)
    found = chained(first, second, decimals)
    assert found is not None
    middle, low, high = found
    assert low - 1e-9 <= both * 100 / whole <= high + 1e-9
    assert 0 <= low <= middle <= high <= 100


@pytest.mark.parametrize(("percentage", "whole"), [(nan, 10), (50, nan), (nan, nan), (50, 0)])
def test_nothing_is_worked_out_from_a_missing_figure(percentage: float, whole: float) -> None:
    assert count_behind(percentage, whole) is None


@pytest.mark.parametrize(("first", "second"), [(nan, 10), (50, nan), (nan, nan)])
def test_a_step_with_a_missing_figure_is_not_followed(first: float, second: float) -> None:
    assert chained(first, second) is None


def test_the_published_reviews_graded_good_are_whole_reviews(scorecard: Scorecard) -> None:
    """9 of 25, 20 of 37, 20 of 43 and 22 of 32 reviews: each percentage fits only one number."""
    good, whole = scorecard.rows.loc["practice-reviews-good"], scorecard.rows.loc["practice-reviews-completed"]
    found = [count_behind(good[str(quarter)], whole[str(quarter)]) for quarter in scorecard.quarters]
    assert found == [(9, 9), (20, 20), (20, 20), (22, 22)]


def worked_out(basket: Basket, percentage: str, whole: str, *, decimals: int = 0, **change: object) -> list[str]:
    """Work out the counts of a percentage of 50 in each quarter, out of 1,000 cases in each."""
    indicators = basket.indicators.set_index("indicator_id")
    indicators.loc[percentage, ["decimals", *change]] = [decimals, *change.values()]
    figures = basket.observations.set_index("indicator_id")
    figures.loc[percentage, "value"], figures.loc[whole, "value"] = 50 if not decimals else 22.5, 1000
    changed = replace(basket, indicators=indicators.reset_index(), observations=figures.reset_index())
    scorecard = build_scorecard(changed, Quarter(2023, 3))
    return Report(changed, scorecard, "", scorecard).counts(whole, percentage).text.splitlines()


def test_counts_are_worked_out_at_the_precision_of_the_percentage(basket: Basket) -> None:
    """22.5% of 1,000 with one decimal is 225, and not anything from 220 to 230."""
    found = worked_out(basket, "practice-reviews-good", "practice-reviews-completed", decimals=1)
    assert found[-1].endswith("  225")


def test_counts_behind_a_percentage_of_12_months_are_of_12_months_and_say_so(basket: Basket) -> None:
    found = worked_out(basket, "practice-reviews-good", "practice-reviews-completed", period_basis="rolling 12 months")
    assert "(worked out, rolling 12 months)" in found[-1]
    assert found[-1].split("  ")[-1] == "1,980 to 2,020"
    assert "not available" in found[-1], "the first quarters have no 12 months behind them"


def test_a_percentage_of_a_quarter_is_not_of_a_count_of_12_months(basket: Basket) -> None:
    percentage, whole = "practice-reviews-good", "practice-reviews-completed"
    indicators = basket.indicators.set_index("indicator_id")
    indicators.loc[whole, "period_basis"] = "rolling 12 months"
    known = Known.of(replace(basket, indicators=indicators.reset_index()))
    figure = known.figures[percentage, "2023-24-Q3"]
    assert known.denominator(figure) == (None, "", "")
    assert known.counted(figure, whole) is None


def test_parts_of_one_bar_are_of_one_period(basket: Basket) -> None:
    indicators = basket.indicators.set_index("indicator_id")
    indicators.loc["practice-reviews-good", "period_basis"] = "rolling 12 months"
    changed = replace(basket, indicators=indicators.reset_index())
    scorecard = build_scorecard(changed, Quarter(2023, 3))
    with pytest.raises(FiguresDoNotFit, match="not all of one period"):
        Report(changed, scorecard, "", scorecard).parts(
            "Reviews", "practice-reviews-completed", "others", good="practice-reviews-good",
            inadequate="practice-reviews-inadequate",
        )  # fmt: skip
