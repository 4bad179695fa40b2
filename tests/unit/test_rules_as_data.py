"""Every rule that councils use is a row of data: how far amber reaches, on which condition, and against what."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import PLAIN_RULE
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.core.quarters import Quarter
from quarterly.core.terms import DATA_ONLY, IN_MEASUREMENT
from quarterly.core.written import travel_cell
from quarterly.data.load import Basket
from quarterly.display.indicator_page import how_rated
from quarterly.measures import direction, rag
from quarterly.measures.direction import direction_of_travel, fitted_ends
from quarterly.measures.rag import rate
from quarterly.measures.rules import rule_words
from quarterly.measures.scorecard import build_scorecard

Q3 = Quarter(2023, 3)
few = settings(max_examples=25, deadline=None)
#: Whole hundredths, so that a figure and its mirror image are both exact.
figures = st.integers(0, 20_000).map(lambda number: number / 100)
bases = st.sampled_from(["relative", "points", "floor", "any", "none"])
polarities = st.sampled_from(["higher", "lower"])
conditions = st.sampled_from(["", "previous quarter"])
WORSE_LAST = ["GREEN", "AMBER", "RED"]
ROW = {
    **PLAIN_RULE,
    "unit": "percentage",
    "decimals": 0,
    "value": 90.0,
    "target": 90.0,
    "baseline": nan,
    "tolerance": 5.0,
    "direction": "",
    "target_missing": "",
    "polarity": "higher",
    "tolerance_basis": "relative",
}
BAND = {"target": nan, "polarity": "", "lower": 85.0, "upper": 92.0}


def rated(**columns: Any) -> pd.DataFrame:
    """Rate one figure, or several if a column is a list."""
    length = max((len(column) for column in columns.values() if isinstance(column, list)), default=1)
    return rate(pd.DataFrame({**ROW, **columns}, index=range(length)))


def rags(**columns: Any) -> list[str]:
    """Rate figures and return their ratings."""
    return list(rated(**columns)["rag"])


# Each rule on its own


def test_amber_reaches_down_to_a_floor_and_no_further() -> None:
    """Target 95, floor 85."""
    columns = {"target": 95.0, "tolerance": 85.0, "tolerance_basis": "floor"}
    assert rags(**columns, value=[95.0, 94.99, 85.0, 84.99]) == ["GREEN", "AMBER", "AMBER", "RED"]


def test_where_lower_is_better_the_floor_is_a_ceiling() -> None:
    columns = {"target": 6.0, "tolerance": 7.6, "tolerance_basis": "floor", "polarity": "lower"}
    judged = rated(**columns, value=[6.0, 6.01, 7.6, 7.61])
    assert list(judged["rag"]) == ["GREEN", "AMBER", "AMBER", "RED"]
    assert set(judged["amber_limit"]) == {7.6}


def test_without_amber_a_figure_is_on_target_or_red() -> None:
    assert rags(tolerance=nan, tolerance_basis="none", value=[90.0, 89.99, 0.0]) == ["GREEN", "RED", "RED"]


def test_amber_can_require_only_an_improvement() -> None:
    columns = {"tolerance": nan, "tolerance_basis": "any", "amber_if_improved_on": "same quarter last year"}
    found = rags(**columns, amber_baseline=50.0, value=[90.0, 89.0, 50.01, 50.0, 49.0])
    assert found == ["GREEN", "AMBER", "AMBER", "RED", "RED"]


def test_amber_can_require_both_a_small_gap_and_an_improvement() -> None:
    columns = {"tolerance": 10.0, "tolerance_basis": "points", "amber_if_improved_on": "previous quarter"}
    found = rags(**columns, amber_baseline=[85.0, 70.0, 70.0], value=[84.0, 84.0, 79.0])
    assert found == ["RED", "AMBER", "RED"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # Short of a target of 90: 80 after 80 was held, and 79 was not.
        ([80.0, 80.0, 80.0], ["AMBER", "AMBER", "RED"]),
        # 95 was on target, so nothing short of it is as good.
        ([95.0, 95.0, 95.0], ["RED", "RED", "RED"]),
    ],
)
def test_amber_can_be_for_an_improved_or_unchanged_figure(before: list[float], expected: list[str]) -> None:
    columns = {"tolerance": nan, "tolerance_basis": "any", "amber_if_improved_on": "previous quarter"}
    found = rags(**columns, amber_if_held="yes", amber_baseline=before, value=[81.0, 80.0, 79.0])
    assert found == expected
    assert rags(**columns, amber_baseline=80.0, value=80.0) == ["RED"]


def test_a_band_is_missed_equally_on_either_side() -> None:
    """85 to 92: 82 and 95 are both 3 away."""
    columns = {"tolerance_basis": "any", "amber_if_improved_on": "previous quarter", "amber_if_held": "yes"}
    assert rags(**BAND, **columns, amber_baseline=82.0, value=[95.0, 95.1, 94.0]) == ["AMBER", "RED", "AMBER"]


def test_green_can_reach_a_little_short_of_the_target() -> None:
    """2% of 90 is 1.8 and 5% of it is 4.5: green from 88.2, amber from 85.5."""
    columns = {"green_tolerance": 2.0, "green_tolerance_basis": "relative"}
    judged = rated(**columns, value=[90.0, 88.2, 88.19, 85.5, 85.49])
    assert list(judged["rag"]) == ["GREEN", "GREEN", "AMBER", "AMBER", "RED"]
    assert (judged["green_limit"][0], judged["amber_limit"][0]) == (88.2, 85.5)
    lower = rated(**columns, polarity="lower", value=[91.8, 91.81, 94.5, 94.51])
    assert list(lower["rag"]) == ["GREEN", "AMBER", "AMBER", "RED"]


@pytest.mark.parametrize("basis", ["none", "points"])
def test_green_reaches_as_far_even_if_amber_does_not(basis: str) -> None:
    """A target may have its own tolerance, which is smaller than the rule's green one."""
    columns = {"green_tolerance": 2.0, "green_tolerance_basis": "points", "tolerance_basis": basis, "tolerance": 1.0}
    judged = rated(**columns, value=[88.0, 87.99])
    assert list(judged["rag"]) == ["GREEN", "RED"]
    assert list(judged["amber_limit"]) == list(judged["green_limit"]) == [88.0, 88.0]


def test_green_reaches_beyond_both_ends_of_a_band() -> None:
    columns = {"green_tolerance": 1.0, "green_tolerance_basis": "points", "tolerance_basis": "points", "tolerance": 3.0}
    found = rags(**BAND, **columns, value=[83.99, 84.0, 93.0, 93.01, 95.0, 95.01])
    assert found == ["AMBER", "GREEN", "GREEN", "AMBER", "AMBER", "RED"]


def test_a_direction_has_no_tolerance_for_green_either() -> None:
    columns = {"green_tolerance": 5.0, "green_tolerance_basis": "points", "target": nan, "direction": "increasing"}
    assert rags(**columns, baseline=80.0, value=[80.0, 80.1]) == ["RED", "GREEN"]


def test_an_unknown_improvement_is_not_guessed() -> None:
    columns = {"tolerance": nan, "tolerance_basis": "any", "amber_if_improved_on": "same quarter last year"}
    judged = rated(**columns, value=[90.0, 80.0])
    assert list(judged["rag"]) == ["GREEN", ""]
    assert judged.loc[1, "rag_reason"] == rag.NO_EARLIER


def test_a_band_is_met_between_its_ends_and_nearly_met_just_outside() -> None:
    columns = {**BAND, "tolerance": 3.0, "tolerance_basis": "points"}
    found = rags(**columns, value=[81.99, 82.0, 84.9, 85.0, 92.0, 92.1, 95.0, 95.01])
    assert found == ["RED", "AMBER", "AMBER", "GREEN", "GREEN", "AMBER", "AMBER", "RED"]


def test_the_tolerance_of_a_band_is_relative_to_its_nearer_end() -> None:
    """5% of 85 is 4.25, of 92 it is 4.6."""
    found = rags(**BAND, value=[80.74, 80.75, 96.6, 96.61])
    assert found == ["RED", "AMBER", "AMBER", "RED"]


@pytest.mark.parametrize(("status", "reason"), [("data only", DATA_ONLY), ("in measurement", IN_MEASUREMENT)])
def test_a_status_is_a_reason_and_not_a_rating(status: str, reason: str) -> None:
    judged = rated(target=nan, status=status, target_missing="z")
    assert (judged.loc[0, "rag"], judged.loc[0, "rag_reason"]) == ("", reason)


def test_without_a_floor_only_a_figure_off_target_is_unrated() -> None:
    judged = rated(tolerance=nan, tolerance_basis="floor", value=[90.0, 80.0])
    assert list(judged["rag"]) == ["GREEN", ""]
    assert judged.loc[1, "rag_reason"] == rag.NO_TOLERANCE


# Properties of all rules


def any_rule(basis: str, tolerance: float, target: float, polarity: str) -> dict[str, Any]:
    """Make a rule with a basis; a floor is as far from the target as the tolerance."""
    worse = -1 if polarity == "higher" else 1
    limit = target + worse * tolerance if basis == "floor" else tolerance
    return {"tolerance_basis": basis, "tolerance": limit, "target": target, "polarity": polarity}


@few
@given(st.lists(figures, min_size=2, max_size=10), figures, st.integers(0, 30), bases, polarities, figures, conditions)
def test_a_better_figure_is_never_rated_worse_by_any_rule(
    values: list[float], target: float, tolerance: int, basis: str, polarity: str, before: float, improved: str
) -> None:
    values.sort(reverse=polarity == "higher")
    columns = any_rule(basis, tolerance, target, polarity)
    found = rags(**columns, value=values, amber_baseline=before, amber_if_improved_on=improved)
    ranks = [WORSE_LAST.index(rag) for rag in found]
    assert ranks == sorted(ranks)


@few
@given(figures, figures, st.integers(0, 30), st.sampled_from(["points", "floor", "any", "none"]), figures, conditions)
def test_higher_and_lower_are_mirror_images(
    value: float, target: float, tolerance: int, basis: str, before: float, improved: str
) -> None:
    """3 above a target where lower is better is as good as 3 below it where higher is better."""
    higher = any_rule(basis, tolerance, target, "higher")
    lower = any_rule(basis, tolerance, 200 - target, "lower")
    one = rags(**higher, value=value, amber_baseline=before, amber_if_improved_on=improved)
    other = rags(**lower, value=200 - value, amber_baseline=200 - before, amber_if_improved_on=improved)
    assert one == other


@few
@given(figures, st.integers(0, 10))
def test_a_band_is_missed_alike_on_either_side(value: float, tolerance: int) -> None:
    columns = {**BAND, "tolerance": float(tolerance), "tolerance_basis": "points", "lower": 80.0, "upper": 120.0}
    assert rags(**columns, value=value) == rags(**columns, value=200 - value)


@few
@given(figures, figures, st.integers(1, 30), polarities, st.sampled_from([0.125, 2.0, 8.0, 1024.0]))
def test_a_relative_tolerance_is_the_same_in_every_unit(
    value: float, target: float, tolerance: int, polarity: str, scale: float
) -> None:
    columns = {"tolerance": float(tolerance), "polarity": polarity}
    assert rags(**columns, value=value, target=target) == rags(**columns, value=value * scale, target=target * scale)


@few
@given(figures, figures, bases, polarities)
def test_a_target_equals_a_band_that_is_open_on_one_side(
    value: float, target: float, basis: str, polarity: str
) -> None:
    """With a floor the two differ, so it is left out."""
    basis = "points" if basis == "floor" else basis
    ends = {"lower": target, "upper": 1e9} if polarity == "higher" else {"lower": -1e9, "upper": target}
    sided = {"tolerance": 4.0, "tolerance_basis": basis, "value": value}
    assert rags(**sided, target=target, polarity=polarity) == rags(**sided, **{**BAND, **ends})


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_many_figures_under_many_rules_are_rated_independently(data: st.DataObject) -> None:
    rows = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "value": figures | st.just(nan),
                    "target": figures | st.just(nan),
                    "baseline": figures | st.just(nan),
                    "tolerance": figures | st.just(nan),
                    "tolerance_basis": bases,
                    "direction": st.sampled_from(["", "", "increasing", "decreasing"]),
                    "target_missing": st.sampled_from(["", "", "", "x", "z"]),
                    "polarity": st.sampled_from(["", "higher", "lower"]),
                    "lower": st.just(nan) | st.just(40.0),
                    "upper": st.just(nan) | st.just(90.0),
                    "status": st.sampled_from(["", "", "data only"]),
                    "green_tolerance": figures | st.just(nan),
                    "green_tolerance_basis": st.sampled_from(["", "relative", "points"]),
                    "amber_if_improved_on": st.sampled_from(["", "previous quarter"]),
                    "amber_if_held": st.sampled_from(["", "yes"]),
                    "amber_baseline": figures | st.just(nan),
                }
            ),
            min_size=2,
            max_size=6,
        )
    )
    rows = [{**ROW, **row} for row in rows]
    together = rate(pd.DataFrame(rows))
    alone = pd.concat([rate(pd.DataFrame([row], index=[place])) for place, row in enumerate(rows)])
    pd.testing.assert_frame_equal(together, alone)
    assert ((together["rag"] == "") != (together["rag_reason"] == "")).all()


# Direction of travel


def dots(**columns: Any) -> list[str]:
    """Return the directions of figures."""
    row = {**ROW, "previous": 80.0, "current": columns.get("value", 90.0)}
    length = max((len(column) for column in columns.values() if isinstance(column, list)), default=1)
    return list(direction_of_travel(pd.DataFrame({**row, **columns}, index=range(length)))["dot"])


def test_within_the_stability_band_nothing_moved() -> None:
    found = dots(stability=2.0, stability_basis="points", value=[78.0, 82.0, 83.0, 77.0])
    assert found == ["STABLE", "STABLE", "POSITIVE", "NEGATIVE"]


def test_a_stability_band_can_be_relative_to_the_earlier_figure() -> None:
    """5% of 80 is 4."""
    found = dots(stability=5.0, stability_basis="relative", value=[84.0, 85.0, 76.0, 75.0])
    assert found == ["STABLE", "POSITIVE", "STABLE", "NEGATIVE"]


@few
@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 40), st.integers(0, 40))
def test_a_wider_stability_band_never_reverses_a_move(previous: int, value: int, one: int, other: int) -> None:
    narrow, wide = sorted([one, other])
    found = dots(previous=float(previous), value=float(value), stability=[narrow, wide], stability_basis="points")
    assert found[1] in (found[0], "STABLE")


def test_nearer_to_its_band_is_better_and_inside_it_up_is_only_up() -> None:
    found = dots(**BAND, previous=[97.0, 80.0, 86.0, 91.0, 80.0], value=[95.0, 78.0, 90.0, 94.0, 97.0])
    assert found == ["POSITIVE", "NEGATIVE", "INCREASE", "NEGATIVE", "INCREASE"]


@few
@given(st.floats(-50, 50), st.floats(0, 500), st.integers(3, 8), st.data())
def test_a_line_is_fitted_exactly_through_points_on_a_line(
    slope: float, start: float, length: int, data: st.DataObject
) -> None:
    values = start + slope * np.arange(length)
    known = data.draw(st.lists(st.booleans(), min_size=length, max_size=length))
    seen = np.where(known, values, nan)
    first, last = (end.item() for end in fitted_ends(seen[None, :]))
    if sum(known) < 3:
        assert np.isnan([first, last]).all()
    else:
        assert [first, last] == pytest.approx([values[0], values[-1]], abs=1e-6)


def test_a_fitted_line_is_that_of_least_squares() -> None:
    values = np.array([612.0, 655.0, 598.0, 640.0, 634.0, 671.0])
    slope, start = np.polyfit(np.arange(6), values, 1)
    first, last = fitted_ends(values[None, :])
    assert [first.item(), last.item()] == pytest.approx([start, start + 5 * slope])


# Through the basket: the rule is a row, and nothing else changes


def with_rule(basket: Basket, indicator: str, **rule: Any) -> Basket:
    """Set a rule for one indicator that differs from the standard one."""
    own = basket.rules[basket.rules["rule_id"] == "standard"].assign(rule_id="own", **rule)
    indicators = basket.indicators.assign(
        rule=basket.indicators["rule"].where(basket.indicators["indicator_id"] != indicator, "own")
    )
    return replace(basket, rules=pd.concat([basket.rules, own], ignore_index=True), indicators=indicators)


def with_targets(basket: Basket, indicator: str, *targets: dict[str, Any]) -> Basket:
    """Set other targets for one indicator."""
    others = basket.targets[basket.targets["indicator_id"] != indicator]
    template = basket.targets.iloc[0].to_dict() | {"value": nan, "direction": "", "missing": "", "tolerance": nan}
    year = {"indicator_id": indicator, "from_quarter": "2023-24-Q1", "to_quarter": "2023-24-Q4"}
    rows = pd.DataFrame([{**template, **year, **target} for target in targets])
    return replace(basket, targets=pd.concat([others, rows], ignore_index=True))


def row_of(basket: Basket, indicator: str, quarter: Quarter = Q3) -> pd.Series:
    """Rate one indicator."""
    return build_scorecard(basket, quarter).rows.loc[indicator]


def test_targets_can_step_through_the_year(basket: Basket) -> None:
    """Children's participation in reviews: the figures stay the same, the target climbs past them."""
    figures = row_of(basket, "child-in-need-reviews")
    level = float(figures["2023-24-Q2"])
    steps = [
        {"from_quarter": f"2023-24-Q{number}", "to_quarter": f"2023-24-Q{number}", "value": value}
        for number, value in ((1, 0.0), (2, level), (3, 100.0))
    ]
    changed = with_targets(basket, "child-in-need-reviews", *steps)
    targets = [row_of(changed, "child-in-need-reviews", quarter)["target"] for quarter in Q3.window(3)]
    assert targets == [0.0, level, 100.0]
    assert row_of(changed, "child-in-need-reviews", Q3.previous())["rag"] == "GREEN"


@pytest.mark.parametrize("comparator", ["england", "south_west", "statistical_neighbour"])
def test_a_target_can_follow_a_comparator(basket: Basket, comparator: str) -> None:
    name = "single-assessments-45-days"
    row = row_of(with_targets(basket, name, {"comparator": comparator}), name)
    assert row["target"] == row[comparator]
    assert row["rag"] == ("GREEN" if row["value"] >= row[comparator] else row["rag"])
    assert row["rag"] in WORSE_LAST


def test_a_followed_comparator_is_the_newest_known(basket: Basket) -> None:
    name = "single-assessments-45-days"
    of_it = (basket.comparators["indicator_id"] == name) & (basket.comparators["comparator"] == "england")
    newer = basket.comparators[of_it].assign(period=["2023-24-Q2"], value=[12.0])
    later = basket.comparators[of_it].assign(period=["2023-24"], value=[99.0])
    changed = replace(basket, comparators=pd.concat([basket.comparators, newer, later], ignore_index=True))
    changed = with_targets(changed, name, {"comparator": "england"})
    old = float(basket.comparators.loc[of_it, "value"].item())
    assert [row_of(changed, name, quarter)["target"] for quarter in Q3.window(3)] == [old, 12.0, 12.0]
    assert row_of(changed, name)["england"] == 12.0


def test_a_comparator_without_a_figure_gives_no_target(basket: Basket) -> None:
    name = "single-assessments-45-days"
    unknown = basket.comparators.assign(value=nan, missing="x")
    row = row_of(with_targets(replace(basket, comparators=unknown), name, {"comparator": "england"}), name)
    assert (row["rag"], row["rag_reason"]) == ("", rag.TARGET_UNKNOWN)


def test_a_band_and_a_status_are_targets_like_any_other(basket: Basket) -> None:
    row = row_of(
        with_targets(basket, "requests-for-support", {"lower": 1_500.0, "upper": 1_800.0}), "requests-for-support"
    )
    assert (row["value"], row["rag"], row["dot"]) == (1_720.0, "GREEN", "POSITIVE")
    scorecard = build_scorecard(with_targets(basket, "agency-workers", {"status": "in measurement"}), Q3)
    exported = scorecard.export().set_index("indicator_id").loc["agency-workers"]
    assert (exported["rag"], exported["target"]) == ("", "")
    assert exported["note"].startswith("In measurement")


@pytest.mark.parametrize(
    ("basis", "quarter", "expected"),
    [
        ("previous quarter", "2023-24-Q3", "POSITIVE"),  # 26, then 18
        ("previous year end", "2023-24-Q3", "NEGATIVE"),  # 15, then 18
        ("same quarter last year", "2023-24-Q3", ""),  # nothing is known about 2022-23-Q3
    ],
)
def test_the_direction_compares_with_the_quarter_named_in_the_rule(
    basket: Basket, basis: str, quarter: str, expected: str
) -> None:
    row = row_of(with_rule(basket, "agency-workers", dot_basis=basis), "agency-workers", Quarter.parse(quarter))
    assert row["dot"] == expected
    assert row["dot_reason"] == ("" if expected else direction.NO_PREVIOUS)


def test_the_direction_can_be_that_of_a_fitted_trend(basket: Basket) -> None:
    """Agency workers 15, 19, 26, 18: the last move is down, and the line through all four goes up."""
    fitted = with_rule(basket, "agency-workers", dot_basis="fitted trend", dot_quarters=4.0)
    row = row_of(fitted, "agency-workers")
    assert row["dot"] == "NEGATIVE"
    assert [row["previous"], row["current"]] == [17, 22], "17.1 and 21.9, at the precision at which they are shown"
    steady = with_rule(
        basket, "agency-workers", dot_basis="fitted trend", dot_quarters=4.0, stability=5.0, stability_basis="points"
    )
    assert row_of(steady, "agency-workers")["dot"] == "STABLE"
    early = row_of(fitted, "agency-workers", Quarter(2023, 1))
    assert (early["dot"], early["dot_reason"]) == ("", direction.NO_TREND)


def test_two_directions_are_side_by_side_and_the_first_counts(basket: Basket) -> None:
    """Agency workers 15, 19, 26, 18, less is better: better than the previous quarter, worse than at year end."""
    both = with_rule(basket, "agency-workers", dot_basis="previous quarter; previous year end")
    row = row_of(both, "agency-workers")
    assert (row["dot"], row["dot_basis"], row["previous"]) == ("POSITIVE", "previous quarter", 26)
    assert (row["second_dot"], row["second_dot_basis"]) == ("NEGATIVE", "previous year end")
    turned = row_of(
        with_rule(basket, "agency-workers", dot_basis="previous year end; previous quarter"), "agency-workers"
    )
    assert (turned["dot"], turned["second_dot"], turned["previous"]) == ("NEGATIVE", "POSITIVE", 15)
    alone = row_of(basket, "agency-workers")
    assert (alone["dot"], alone["second_dot"], alone["second_dot_basis"]) == ("POSITIVE", "", "")
    assert travel_cell(row).text == "Positive (previous quarter); negative (previous year end)"
    assert travel_cell(alone).text == "Positive"


def test_a_fitted_trend_can_be_shown_with_another_direction(basket: Basket) -> None:
    """The line through all four goes up, from 17 to 22."""
    rule = {"dot_basis": "previous quarter; fitted trend", "dot_quarters": 4.0}
    row = row_of(with_rule(basket, "agency-workers", **rule), "agency-workers")
    assert (row["dot"], row["second_dot"], row["previous"], row["current"]) == ("POSITIVE", "NEGATIVE", 26, 18)
    early = row_of(with_rule(basket, "agency-workers", **rule), "agency-workers", Quarter(2023, 2))
    assert (early["second_dot"], early["second_dot_reason"]) == ("NEGATIVE", "")
    first = row_of(with_rule(basket, "agency-workers", **rule), "agency-workers", Quarter(2023, 1))
    assert (first["second_dot"], first["second_dot_reason"]) == ("", direction.NO_TREND)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"green_tolerance": 2.0, "green_tolerance_basis": "points"}, "within 2 points of the target"),
        ({"amber_if_improved_on": "previous quarter", "amber_if_held": "yes"}, "equalled or improved on"),
        (
            {"dot_basis": "previous quarter; previous year end"},
            "the previous quarter, and also with the previous year end",
        ),
    ],
)
def test_a_page_states_the_rule_in_words(basket: Basket, rule: dict[str, Any], words: str) -> None:
    own = with_rule(basket, "agency-workers", **rule).rules.iloc[-1]
    assert words in " ".join(" ".join(pair) for pair in rule_words(own).items())


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (2.0, "Green at 2 or less, red above that. No other count is within 5% of the target."),
        (22.0, "Green at 22 or less, amber up to 23, red above that."),
        (0.0, "Green at 0 or less, red above that. A target of 0 has no tolerance."),
    ],
)
def test_how_a_count_is_rated_names_whole_numbers(basket: Basket, target: float, words: str) -> None:
    mine = basket.targets["indicator_id"] == "residential-placements"
    targets = basket.targets.assign(value=basket.targets["value"].mask(mine, target))
    assert how_rated(row_of(replace(basket, targets=targets), "residential-placements")) == words


def test_how_an_indicator_is_rated_names_where_green_ends(basket: Basket) -> None:
    """Child in need reviews: a target of 90%, green from 88% and amber from 85.5%."""
    rule = {"green_tolerance": 2.0, "green_tolerance_basis": "points"}
    row = row_of(with_rule(basket, "child-in-need-reviews", **rule), "child-in-need-reviews")
    assert row["target"] == 90
    assert how_rated(row) == (
        "Green at 88% or more, which is within 2 points of the target of 90%, amber from 85.5%, red below that."
    )
