"""Intervals of percentages match those printed by R. G. Newcombe in 1998, and behave as intervals should."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterly.measures.intervals import difference, wilson

Z = NormalDist().inv_cdf(0.975)


@st.composite
def cases(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(st.integers(1, 3_000))
    return draw(st.integers(0, whole)), whole


@pytest.mark.parametrize(
    ("count", "whole", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_printed_intervals_of_one_proportion(count: int, whole: int, low: float, high: float) -> None:
    """Statistics in Medicine 17, 857-872, table I, method 3."""
    assert tuple(round(bound, 4) for bound in wilson(count, whole)) == (low, high)


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_printed_intervals_of_a_difference(
    now: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Statistics in Medicine 17, 873-890, table II, method 10."""
    assert tuple(round(bound, 4) for bound in difference(*now, *before)) == (low, high)


@given(cases())
def test_the_interval_contains_the_proportion_and_lies_between_0_and_1(case: tuple[int, int]) -> None:
    low, high = wilson(*case)
    assert 0 <= low <= case[0] / case[1] <= high <= 1


@given(cases())
def test_each_bound_is_where_the_score_test_changes(case: tuple[int, int]) -> None:
    """At a bound p the proportion lies 1.96 standard errors of p away: the equation that Wilson solved."""
    count, whole = case
    for bound in wilson(count, whole):
        if 0 < bound < 1:
            error = (bound * (1 - bound) / whole) ** 0.5
            assert abs(count / whole - bound) / error == pytest.approx(Z, rel=1e-6)


@given(cases())
def test_the_complement_has_the_mirrored_interval(case: tuple[int, int]) -> None:
    (low, high), (low_rest, high_rest) = wilson(*case), wilson(case[1] - case[0], case[1])
    assert low == pytest.approx(1 - high_rest, abs=1e-12)
    assert high == pytest.approx(1 - low_rest, abs=1e-12)


@given(cases(), cases())
def test_the_difference_lies_in_its_interval_and_reverses_with_the_order(
    now: tuple[int, int], before: tuple[int, int]
) -> None:
    low, high = difference(*now, *before)
    assert low - 1e-12 <= now[0] / now[1] - before[0] / before[1] <= high + 1e-12
    turned_low, turned_high = difference(*before, *now)
    assert turned_low == pytest.approx(-high, abs=1e-12)
    assert turned_high == pytest.approx(-low, abs=1e-12)


@pytest.mark.parametrize(("count", "whole"), [(1, 0), (-1, 5), (6, 5)])
def test_an_impossible_proportion_has_no_interval(count: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(count, whole)
