"""Direction of travel by rule: better or worse with a target, up or down without one, at the published precision."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd
import pytest
from conftest import PLAIN_RULE
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.display.tables import way
from quarterly.measures import direction
from quarterly.measures.direction import direction_of_travel
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
#: Rating a frame takes some milliseconds: this is enough examples, and still fast.
few = settings(max_examples=25, deadline=None)
decimals = st.integers(0, 3)
whole = st.integers(0, 2_000)
polarities = st.sampled_from(["", "higher", "lower"])
#: Target, direction and the reason why there is no target: three ways to have a target, two not to.
TARGETED = [(90.0, "", ""), (nan, "decreasing", ""), (nan, "", "x")]
UNTARGETED = [(nan, "", "z"), (nan, "", "")]
OPPOSITE = {
    "POSITIVE": "NEGATIVE",
    "NEGATIVE": "POSITIVE",
    "INCREASE": "DECREASE",
    "DECREASE": "INCREASE",
    "STABLE": "STABLE",
}


def frame(**columns: Any) -> pd.DataFrame:
    """Make one figure with a target and higher polarity, unless a column overrides them."""
    row = {
        **PLAIN_RULE,
        "value": 90.0,
        "previous": 80.0,
        "decimals": 0,
        "polarity": "higher",
        "target": 90.0,
        "direction": "",
        "target_missing": "",
    }
    row |= columns
    return pd.DataFrame([{"current": row["value"], **row}])


def dot(**columns: Any) -> str:
    """Return the direction of one figure."""
    return str(direction_of_travel(frame(**columns)).loc[0, "dot"])


def aims(kind: tuple[float, str, str]) -> dict[str, Any]:
    """Return the three columns of the target."""
    return dict(zip(("target", "direction", "target_missing"), kind, strict=True))


@pytest.mark.parametrize("kind", TARGETED)
@pytest.mark.parametrize(
    ("polarity", "previous", "value", "expected"),
    [
        ("higher", 80.0, 90.0, "POSITIVE"),
        ("higher", 90.0, 80.0, "NEGATIVE"),
        ("higher", 80.0, 80.0, "STABLE"),
        ("lower", 90.0, 80.0, "POSITIVE"),
        ("lower", 80.0, 90.0, "NEGATIVE"),
        ("lower", 0.0, 0.0, "STABLE"),
    ],
)
def test_with_a_target_a_move_is_better_or_worse(
    kind: tuple[float, str, str], polarity: str, previous: float, value: float, expected: str
) -> None:
    assert dot(**aims(kind), polarity=polarity, previous=previous, value=value) == expected


@pytest.mark.parametrize("kind", UNTARGETED)
@pytest.mark.parametrize("polarity", ["", "higher", "lower"])
@pytest.mark.parametrize(
    ("previous", "value", "expected"), [(80.0, 90.0, "INCREASE"), (90.0, 80.0, "DECREASE"), (0.0, 0.0, "STABLE")]
)
def test_without_a_target_a_move_is_up_or_down(
    kind: tuple[float, str, str], polarity: str, previous: float, value: float, expected: str
) -> None:
    assert dot(**aims(kind), polarity=polarity, previous=previous, value=value) == expected


@pytest.mark.parametrize("kind", TARGETED)
def test_a_target_without_a_polarity_gives_no_better_or_worse(kind: tuple[float, str, str]) -> None:
    assert dot(**aims(kind), polarity="") == "INCREASE"


@few
@given(whole, whole, decimals, polarities, st.sampled_from([*TARGETED, *UNTARGETED]))
def test_the_reverse_move_is_the_opposite(
    one: int, other: int, places: int, polarity: str, kind: tuple[float, str, str]
) -> None:
    columns = {**aims(kind), "polarity": polarity, "decimals": places}
    there = dot(**columns, previous=one / 10**places, value=other / 10**places)
    back = dot(**columns, previous=other / 10**places, value=one / 10**places)
    assert back == OPPOSITE[there]


@few
@given(whole, whole, st.integers(1, 500), decimals, st.sampled_from(["higher", "lower"]))
def test_a_better_figure_never_has_a_worse_direction(
    previous: int, value: int, more: int, places: int, polarity: str
) -> None:
    ranks = ["NEGATIVE", "STABLE", "POSITIVE"]
    better = value + more if polarity == "higher" else value - more
    before, after = (
        dot(polarity=polarity, decimals=places, previous=previous / 10**places, value=figure / 10**places)
        for figure in (value, better)
    )
    assert ranks.index(after) >= ranks.index(before)


@few
@given(whole, decimals, st.sampled_from([-0.4, -0.1, 0.1, 0.4]), st.sampled_from([*TARGETED, *UNTARGETED]))
def test_a_difference_that_is_not_published_is_no_move(
    value: int, places: int, part: float, kind: tuple[float, str, str]
) -> None:
    """Figures that differ only beyond the last published decimal are printed the same."""
    scale = 10**places
    assert dot(**aims(kind), decimals=places, previous=value / scale, value=(value + part) / scale) == "STABLE"


@few
@given(st.integers(0, 200_000), decimals)
def test_the_smallest_published_difference_is_a_move(value: int, places: int) -> None:
    """Even if the two figures are not binary fractions, such as 0.29 and 0.28."""
    assert dot(decimals=places, previous=value / 10**places, value=(value + 1) / 10**places) == "POSITIVE"


@few
@given(whole)
def test_a_half_is_rounded_as_published(value: int) -> None:
    """70.5 is published as 71 and 71.5 as 72: halves also move by one."""
    assert dot(previous=value + 0.5, value=value + 1.5) == "POSITIVE"


@pytest.mark.parametrize(
    ("value", "previous", "reason"),
    [
        (nan, 80.0, direction.NO_VALUE),
        (nan, nan, direction.NO_VALUE),
        (90.0, nan, direction.NO_PREVIOUS),
    ],
)
@pytest.mark.parametrize("kind", [*TARGETED, *UNTARGETED])
def test_there_is_no_direction_from_or_to_a_missing_figure(
    value: float, previous: float, reason: str, kind: tuple[float, str, str]
) -> None:
    found = direction_of_travel(frame(**aims(kind), value=value, previous=previous)).iloc[0]
    assert (found["dot"], found["dot_reason"]) == ("", reason)


@few
@given(
    st.integers(0, 100).map(float) | st.just(nan),
    st.integers(0, 100).map(float) | st.just(nan),
    polarities,
    st.sampled_from([*TARGETED, *UNTARGETED]),
)
def test_there_is_always_a_direction_or_a_reason_and_never_both(
    value: float, previous: float, polarity: str, kind: tuple[float, str, str]
) -> None:
    found = direction_of_travel(frame(**aims(kind), value=value, previous=previous, polarity=polarity)).iloc[0]
    assert (found["dot"] == "") != (found["dot_reason"] == "")
    assert found["dot"] in ("", *OPPOSITE)


def with_dot_basis(basket: Basket, indicator: str, basis: str) -> Basket:
    """Set a rule for one indicator that compares with another quarter."""
    own = basket.rules[basket.rules["rule_id"] == "standard"].assign(rule_id="own", dot_basis=basis)
    indicators = basket.indicators.copy()
    indicators.loc[indicators["indicator_id"] == indicator, "rule"] = "own"
    return replace(basket, rules=pd.concat([basket.rules, own], ignore_index=True), indicators=indicators)


@pytest.mark.parametrize(
    ("basis", "expected", "previous"),
    [
        ("previous quarter", "POSITIVE", 26.0),
        ("previous year end", "NEGATIVE", 15.0),
        ("same quarter last year", "", nan),
    ],
)
def test_an_indicator_can_be_compared_with_another_quarter(
    basket: Basket, basis: str, expected: str, previous: float
) -> None:
    """Agency workers: 15 at the end of 2022-23, then 19, 26 and 18. Quarter 3 of 2022-23 is unknown."""
    row = build_scorecard(with_dot_basis(basket, "agency-workers", basis), Q3).rows.loc["agency-workers"]
    assert row["dot"] == expected
    assert row["previous"] == previous or pd.isna(previous)
    assert (row["dot_reason"] == direction.NO_PREVIOUS) == (expected == "")


def test_an_indicators_own_rule_affects_no_other(basket: Basket, scorecard: Scorecard) -> None:
    rows = build_scorecard(with_dot_basis(basket, "agency-workers", "previous year end"), Q3).rows
    assert list(rows.index[rows["dot"] != scorecard.rows["dot"]]) == ["agency-workers"]


def test_every_move_of_the_basket_matches_its_published_figures(scorecard: Scorecard) -> None:
    """Read from the signs alone: quarter 3 against quarter 2, reversed where lower is better."""
    known = scorecard.rows.dropna(subset=["2023-24-Q2", "2023-24-Q3"])
    assert len(known) == 57
    for name, row in known.iterrows():
        change = row["2023-24-Q3"] - row["2023-24-Q2"]
        targeted = row["target_missing"] != "z" and row["polarity"] != ""
        better = (change > 0) == (row["polarity"] == "higher")
        moved = ("POSITIVE" if better else "NEGATIVE") if targeted else ("INCREASE" if change > 0 else "DECREASE")
        assert row["dot"] == (moved if change else "STABLE"), name


@pytest.mark.parametrize(("dot", "arrow"), [("", ""), ("STABLE", "→"), ("NEGATIVE", "↑")])
def test_the_arrow_agrees_with_the_direction_beside_it(dot: str, arrow: str) -> None:
    """Also if a small change counts as stable, or a trend is known but the figure is not."""
    assert way(pd.Series({"dot": dot, "previous": 80.0, "current": 81.0})) == arrow
