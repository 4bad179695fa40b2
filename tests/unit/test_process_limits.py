"""Natural process limits agree with the literature, and each rule finds its own pattern and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterly.measures.spc_limits import Rule, Signal, find_signals, process_limits

#: D. C. Montgomery, Introduction to Statistical Quality Control, the cost of processing mortgage loans in 20 weeks.
LOANS = [310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304]
#: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, the flow rate of ten batches.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
#: Alternates around a mean of 50, so that it cannot break a rule about runs.
CALM = [49.0, 51.0] * 10

figures = st.lists(st.integers(-500, 500).map(float), min_size=3, max_size=40)


def array(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)


def signals(values: Sequence[float]) -> list[Signal]:
    return find_signals(array(values), process_limits(array(values)))


def found(values: Sequence[float], rule: Rule) -> list[tuple[tuple[int, ...], int]]:
    return [(signal.places, signal.side) for signal in signals(values) if signal.rule == rule]


def test_the_example_of_mortgage_loans_to_its_printed_digits() -> None:
    limits = process_limits(array(LOANS))
    assert round(limits.mean, 1) == 300.5
    assert round(limits.average_range, 2) == 7.79
    assert (round(limits.lower, 2), round(limits.upper, 2)) == (279.78, 321.22)
    assert round(limits.range_limit, 2) == 25.45
    assert signals(LOANS) == []


def test_the_example_of_flow_rates_to_its_printed_digits() -> None:
    """The handbook divides by 1.128; its limits of 55.8041 and 45.8159 agree to the digits of 2.66."""
    limits = process_limits(array(FLOW))
    assert round(limits.mean, 2) == 50.81
    assert round(limits.average_range, 4) == 1.8778
    assert (round(limits.lower, 2), round(limits.upper, 2)) == (45.82, 55.80)
    assert limits.upper == pytest.approx(55.8041, abs=0.001)
    assert limits.lower == pytest.approx(45.8159, abs=0.001)


def test_one_figure_has_no_limits() -> None:
    with pytest.raises(ValueError, match="no moving range"):
        process_limits(array([3]))


@given(figures, st.integers(-50, 50), st.integers(1, 9))
def test_limits_shift_and_scale_with_the_figures(values: list[float], shift: int, factor: int) -> None:
    one, other = process_limits(array(values)), process_limits(array(values) * factor + shift)
    for name in ("mean", "lower", "upper"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * factor + shift, abs=1e-6)


@given(figures)
def test_the_mean_lies_midway_between_the_limits(values: list[float]) -> None:
    limits = process_limits(array(values))
    assert limits.lower <= limits.mean <= limits.upper
    assert limits.upper - limits.mean == pytest.approx(limits.mean - limits.lower)


@given(figures)
def test_screening_never_widens_limits_and_counts_what_it_leaves_out(values: list[float]) -> None:
    plain, screened = process_limits(array(values)), process_limits(array(values), screen=True)
    assert screened.average_range <= plain.average_range + 1e-9
    assert screened.mean == plain.mean
    ranges = np.abs(np.diff(array(values)))
    assert screened.screened == (ranges > 3.267 * ranges.mean()).sum()


def test_screening_leaves_out_one_outlying_change() -> None:
    """19 ranges: 18 of 2 and one of 42, whose average is 4.1; 42 is above 3.267 times that, 2 is not."""
    values = [*CALM[:-1], CALM[-2] + 42]
    limits = process_limits(array(values), screen=True)
    assert (limits.average_range, limits.screened) == (2, 1)


@given(figures)
def test_mirrored_figures_give_the_same_signals_on_the_other_side(values: list[float]) -> None:
    turned = [Signal(signal.rule, signal.places, -signal.side) for signal in signals([-value for value in values])]
    assert set(turned) == set(signals(values))


def test_stable_figures_and_equal_figures_give_no_signal() -> None:
    assert signals(CALM) == []
    assert signals([7.0] * 20) == []


@pytest.mark.parametrize(("last", "outside"), [(90.0, True), (51.0, False)])
def test_a_figure_outside_the_limits(last: float, outside: bool) -> None:  # noqa: FBT001
    assert (found([*CALM, last], Rule.OUTSIDE) == [((20,), 1)]) is outside


def test_a_figure_on_the_limit_is_within_it() -> None:
    """Ranges of 6, 6 and 6 average 6; the mean is 0 and the limits lie at 15.96."""
    limits = process_limits(array([-3, 3, -3, 3]))
    assert limits.upper == pytest.approx(15.96)
    assert [signal.rule for signal in find_signals(array([limits.upper, -3, 3]), limits)] == []
    above = find_signals(array([limits.upper + 0.001, -3, 3]), limits)
    assert [signal.rule for signal in above] == [Rule.OUTSIDE]


@pytest.mark.parametrize("length", [6, 7, 9])
def test_seven_figures_on_one_side_are_a_run_and_six_are_not(length: int) -> None:
    limits = process_limits(array([*CALM]))
    shifted = array([49, *([51, 52] * 5)[:length], 49])
    runs = [signal for signal in find_signals(shifted, limits) if signal.rule == Rule.RUN]
    assert runs == ([Signal(Rule.RUN, tuple(range(1, 1 + length)), 1)] if length >= 7 else [])


def test_a_figure_on_the_mean_ends_a_run() -> None:
    limits = process_limits(array(CALM))
    assert limits.mean == 50
    broken = array([51, 52, 51, 50, 51, 52, 51, 52])
    assert [signal.rule for signal in find_signals(broken, limits)] == []


@pytest.mark.parametrize(("step", "side"), [(0.1, 1), (-0.1, -1)])
@pytest.mark.parametrize("length", [6, 7, 8])
def test_seven_rising_or_falling_figures_are_a_trend_and_six_are_not(length: int, step: float, side: int) -> None:
    limits = process_limits(array(CALM))
    # It begins on the far side of the mean and crosses it, so that it is not a run.
    start = 50 - 3.5 * step
    rising = [start + step * place for place in range(length)]
    values = array([rising[0] + step, *rising, rising[-1] - step])
    trends = [signal for signal in find_signals(values, limits) if signal.rule == Rule.TREND]
    assert trends == ([Signal(Rule.TREND, tuple(range(1, 1 + length)), side)] if length >= 7 else [])


def test_two_equal_figures_end_a_trend() -> None:
    limits = process_limits(array(CALM))
    values = array([49.1, 49.3, 49.5, 49.5, 49.9, 50.2, 50.4, 50.6])
    assert [signal.rule for signal in find_signals(values, limits)] == []


@pytest.mark.parametrize(
    ("three", "places"),
    [
        ([54, 50, 54], (1, 3)),
        ([54, 54, 50], (1, 2)),
        ([54, 50, 46], None),
        ([54, 50, 50], None),
        ([53.5, 50, 53.5], None),
    ],
)
def test_two_of_three_near_a_limit(three: list[float], places: tuple[int, ...] | None) -> None:
    """The mean is 50, the limits are 44.68 and 55.32: the third nearest the upper one begins at 53.55."""
    limits = process_limits(array(CALM))
    assert round(limits.upper, 2) == 55.32
    values = array([50, *three, 50])
    near = {signal for signal in find_signals(values, limits) if signal.rule == Rule.NEAR_LIMIT}
    assert near == (set() if places is None else {Signal(Rule.NEAR_LIMIT, places, 1)})
