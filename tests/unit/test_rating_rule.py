"""RAG by rule: where green, amber and red begin, and why there is no rating."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import pandas as pd
import pytest
from conftest import PLAIN_RULE, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.core.quarters import Quarter
from quarterly.core.terms import NOT_TARGETED
from quarterly.data.load import Basket, load_basket
from quarterly.measures import rag
from quarterly.measures.rag import rate
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
#: Rating a frame takes some milliseconds: this is enough examples, and still fast.
few = settings(max_examples=25, deadline=None)
#: Figures as published, with up to two decimals.
figures = st.decimals(0, 200, places=2).map(float)
tolerances = st.sampled_from([0.0, 2.5, 5.0, 10.0])
polarities = st.sampled_from(["higher", "lower"])
bases = st.sampled_from(["relative", "points"])
WORSE_LAST = ["GREEN", "AMBER", "RED"]


def frame(**columns: Any) -> pd.DataFrame:
    """Make one figure, or several if a column is a list; the defaults are on target by the standard rule."""
    row = {
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
    length = max((len(column) for column in columns.values() if isinstance(column, list)), default=1)
    return pd.DataFrame({**row, **columns}, index=range(length))


def rag_of(**columns: Any) -> str:
    """Rate one figure."""
    return str(rate(frame(**columns)).loc[0, "rag"])


@pytest.mark.parametrize(
    ("target", "polarity", "green", "amber", "worst_amber", "red"),
    [
        # Nine tenths of the basket's targets; 5% of them is not a binary fraction.
        (90, "higher", 90, 89.99, 85.5, 85.49),
        (70, "higher", 70, 69, 66.5, 66.49),
        (95, "higher", 95, 94, 90.25, 90.24),
        (85, "higher", 85, 84, 80.75, 80.74),
        (7.6, "lower", 7.6, 7.61, 7.98, 7.99),
        (16.6, "lower", 16.6, 17, 17.43, 17.44),
        (22, "lower", 22, 23, 23.1, 23.11),
        (0.7, "lower", 0.7, 0.71, 0.735, 0.7351),
        (1.1, "higher", 1.1, 1.09, 1.045, 1.0449),
    ],
)
def test_the_boundaries_are_exact(
    target: float, polarity: str, green: float, amber: float, worst_amber: float, red: float
) -> None:
    rated = rate(frame(value=[green, amber, worst_amber, red], target=float(target), polarity=polarity))
    assert list(rated["rag"]) == ["GREEN", "AMBER", "AMBER", "RED"]
    assert list(rated["amber_limit"]) == [worst_amber] * 4
    assert list(rated["rag_reason"]) == [""] * 4


@pytest.mark.parametrize(
    ("target", "polarity", "worst_amber"), [(2, "lower", 2), (22, "lower", 23), (22, "higher", 21), (2, "higher", 2)]
)
def test_the_worst_amber_count_is_a_whole_number(target: float, polarity: str, worst_amber: float) -> None:
    counts = frame(value=[1, 2, 3, 21, 22, 23, 24], target=float(target), polarity=polarity)
    rated = rate(counts.assign(unit="number", decimals=0))
    assert list(rated["amber_limit"]) == [worst_amber] * 7
    assert list(rated["rag"]) == list(rate(counts)["rag"])


@few
@given(st.integers(1, 2_000), polarities)
def test_the_worst_amber_figure_is_amber_whatever_the_target(tenths: int, polarity: str) -> None:
    """The limit is typed as people would type it: 85.5 equals 90 less 5% as calculated."""
    limit = float(f"{tenths * (95 if polarity == 'higher' else 105) / 1000:.4f}")
    step = -0.0001 if polarity == "higher" else 0.0001
    rated = rate(frame(value=[limit, limit + step], target=tenths / 10, polarity=polarity))
    assert list(rated["rag"]) == ["AMBER", "RED"]


@few
@given(st.lists(figures, min_size=2, max_size=12), figures, tolerances, polarities, bases)
def test_a_better_figure_is_never_rated_worse(
    values: list[float], target: float, tolerance: float, polarity: str, basis: str
) -> None:
    values.sort(reverse=polarity == "higher")
    rated = rate(frame(value=values, target=target, tolerance=tolerance, polarity=polarity, tolerance_basis=basis))
    ranks = [WORSE_LAST.index(colour) for colour in rated["rag"]]
    assert ranks == sorted(ranks)


@few
@given(figures, figures, tolerances, tolerances, polarities, bases)
def test_a_wider_tolerance_never_rates_worse(
    value: float, target: float, one: float, other: float, polarity: str, basis: str
) -> None:
    narrow, wide = sorted([one, other])
    rated = rate(frame(value=value, target=target, tolerance=[narrow, wide], polarity=polarity, tolerance_basis=basis))
    assert WORSE_LAST.index(rated.loc[1, "rag"]) <= WORSE_LAST.index(rated.loc[0, "rag"])


@few
@given(figures, figures, tolerances, bases)
def test_green_is_exactly_on_target_or_better(value: float, target: float, tolerance: float, basis: str) -> None:
    columns = {"value": value, "target": target, "tolerance": tolerance, "tolerance_basis": basis}
    assert (rag_of(**columns, polarity="higher") == "GREEN") == (value >= target)
    assert (rag_of(**columns, polarity="lower") == "GREEN") == (value <= target)


@few
@given(figures, figures, polarities, bases)
def test_without_a_tolerance_nothing_is_amber(value: float, target: float, polarity: str, basis: str) -> None:
    assert rag_of(value=value, target=target, tolerance=0.0, polarity=polarity, tolerance_basis=basis) != "AMBER"


@few
@given(figures, polarities)
def test_nothing_is_within_a_relative_tolerance_of_zero(value: float, polarity: str) -> None:
    assert rag_of(value=value, target=0.0, polarity=polarity) in ("GREEN", "RED")


@pytest.mark.parametrize(("value", "expected"), [(0.0, "GREEN"), (1.0, "RED"), (35.0, "RED")])
def test_a_target_of_zero_is_green_only_at_zero(value: float, expected: str) -> None:
    assert rag_of(value=value, target=0.0, polarity="lower") == expected


def test_points_differ_from_a_relative_tolerance() -> None:
    """9% against 10% is 1 point away, but a tenth of the target; 87% against 90% is 3 points and a thirtieth."""
    rated = {
        basis: list(rate(frame(value=[9.0, 87.0, 85.2], target=[10.0, 90.0, 90.0], tolerance_basis=basis))["rag"])
        for basis in ("relative", "points")
    }
    assert rated == {"relative": ["RED", "AMBER", "RED"], "points": ["AMBER", "AMBER", "AMBER"]}


@few
@given(figures, tolerances, polarities)
def test_a_point_of_a_hundred_is_a_hundredth(value: float, tolerance: float, polarity: str) -> None:
    columns = {"value": value, "target": 100.0, "tolerance": tolerance, "polarity": polarity}
    assert rag_of(**columns, tolerance_basis="points") == rag_of(**columns, tolerance_basis="relative")


@few
@given(figures, figures, tolerances, polarities)
def test_a_direction_is_met_only_by_moving_that_way(
    value: float, baseline: float, tolerance: float, polarity: str
) -> None:
    columns = {"value": value, "baseline": baseline, "target": nan, "tolerance": tolerance, "polarity": polarity}
    assert rag_of(**columns, direction="decreasing") == ("GREEN" if value < baseline else "RED")
    assert rag_of(**columns, direction="increasing") == ("GREEN" if value > baseline else "RED")


@pytest.mark.parametrize("direction", ["decreasing", "increasing"])
def test_an_unchanged_figure_does_not_meet_a_direction(direction: str) -> None:
    assert rag_of(value=15.0, baseline=15.0, target=nan, direction=direction) == "RED"


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"target": nan, "target_missing": "z"}, NOT_TARGETED),
        ({"target": nan, "target_missing": "z", "value": nan}, NOT_TARGETED),
        ({"target": nan, "target_missing": "z", "polarity": ""}, NOT_TARGETED),
        ({"target": nan, "target_missing": "x"}, rag.TARGET_UNKNOWN),
        ({"target": nan, "target_missing": "c", "polarity": ""}, rag.TARGET_UNKNOWN),
        ({"target": nan}, rag.NO_TARGET_YET),
        ({"target": nan, "value": nan}, rag.NO_TARGET_YET),
        ({"value": nan}, rag.NO_VALUE),
        ({"value": nan, "polarity": ""}, rag.NO_VALUE),
        ({"value": nan, "target": nan, "direction": "decreasing", "baseline": 3.0}, rag.NO_VALUE),
        ({"polarity": ""}, rag.NO_POLARITY),
        ({"target": nan, "direction": "decreasing"}, rag.NO_BASELINE),
        ({"target": nan, "direction": "increasing"}, rag.NO_BASELINE),
    ],
)
def test_a_missing_rating_has_a_reason(columns: dict[str, Any], reason: str) -> None:
    rated = rate(frame(**columns)).iloc[0]
    assert (rated["rag"], rated["rag_reason"]) == ("", reason)


@few
@given(
    value=figures | st.just(nan),
    target=figures | st.just(nan),
    baseline=figures | st.just(nan),
    direction=st.sampled_from(["", "decreasing", "increasing"]),
    target_missing=st.sampled_from(["", "c", "x", "z", "k"]),
    polarity=st.sampled_from(["", "higher", "lower"]),
    basis=bases,
)
def test_there_is_always_a_rating_or_a_reason_and_never_both(
    value: float, target: float, baseline: float, direction: str, target_missing: str, polarity: str, basis: str
) -> None:
    rated = rate(
        frame(
            value=value,
            target=target,
            baseline=baseline,
            direction=direction,
            target_missing=target_missing,
            polarity=polarity,
            tolerance_basis=basis,
        )
    ).iloc[0]
    assert (rated["rag"] == "") != (rated["rag_reason"] == "")
    assert rated["rag"] in ("", *WORSE_LAST)


@few
@given(st.lists(st.tuples(figures, figures, polarities), min_size=2, max_size=4))
def test_each_figure_is_rated_independently(cases: list[tuple[float, float, str]]) -> None:
    values, targets, sides = (list(part) for part in zip(*cases, strict=True))
    names = list("abcd")[: len(cases)]
    together = rate(frame(value=values, target=targets, polarity=sides).set_axis(names))
    assert list(together.index) == names
    assert list(together["rag"]) == [rag_of(value=v, target=t, polarity=p) for v, t, p in cases]


@pytest.mark.parametrize("columns", [{"tolerance_basis": "none"}, {"tolerance": 0.0}, {"tolerance_basis": "points"}])
def test_a_floating_point_error_does_not_change_a_rating(
    columns: dict[str, Any],
) -> None:
    """200 less 32.42 is 167.57999999999998."""
    worked_out, typed = 200 - 32.42, 167.58
    assert worked_out != typed
    for value, aim in ((worked_out, worked_out), (worked_out, typed), (typed, worked_out)):
        assert rag_of(**columns, value=value, target=aim, polarity="lower") == "GREEN"
        assert rag_of(**columns, value=value, target=aim, polarity="higher") == "GREEN"
        assert rag_of(**columns, value=value, target=nan, lower=aim, upper=aim, polarity="") == "GREEN"
        assert rag_of(**columns, value=value, target=nan, baseline=aim, direction="decreasing") == "RED"


def test_rating_does_not_change_the_figures() -> None:
    before = frame(value=[90.0, nan], polarity=["higher", ""])
    after = before.copy()
    rate(after)
    pd.testing.assert_frame_equal(before, after)


def rag_in(basket: Basket, indicator: str, quarter: Quarter = Q3) -> str:
    """Rate one indicator of a basket."""
    return str(build_scorecard(basket, quarter).rows.loc[indicator, "rag"])


def changed(table: pd.DataFrame, indicator: str, **columns: Any) -> pd.DataFrame:
    """Return a table with other cells for one indicator."""
    table = table.copy()
    table.loc[table["indicator_id"] == indicator, list(columns)] = list(columns.values())
    return table


@pytest.mark.parametrize(
    ("tolerance", "expected"), [(nan, "AMBER"), (0.0, "RED"), (1.0, "RED"), (1.5, "AMBER"), (10.0, "AMBER")]
)
def test_a_target_can_have_its_own_tolerance(basket: Basket, tolerance: float, expected: str) -> None:
    """69% is one point, or 1.43%, below the target of 70%."""
    targets = changed(basket.targets, "practice-reviews-good", tolerance=tolerance)
    assert rag_in(replace(basket, targets=targets), "practice-reviews-good") == expected


def test_a_targets_own_tolerance_affects_no_other(basket: Basket, scorecard: Scorecard) -> None:
    targets = changed(basket.targets, "icpc-15-days", tolerance=20.0)
    rows = build_scorecard(replace(basket, targets=targets), Q3).rows
    different = rows.index[rows["rag"] != scorecard.rows["rag"]]
    assert list(different) == ["icpc-15-days"]
    assert rows.loc["icpc-15-days", "rag"] == "AMBER"


def test_a_tolerance_ends_with_its_target(basket: Basket) -> None:
    """The target with the wide tolerance is for quarters 1 and 2; quarter 3 has the standard one again."""
    targets = changed(basket.targets, "icpc-15-days", tolerance=20.0, to_quarter="2023-24-Q2")
    later = basket.targets[basket.targets["indicator_id"] == "icpc-15-days"].assign(from_quarter="2023-24-Q3")
    changing = replace(basket, targets=pd.concat([targets, later], ignore_index=True))
    found = [rag_in(changing, "icpc-15-days", quarter) for quarter in Q3.window(3)]
    assert found == ["AMBER", "AMBER", "RED"]


def with_rule(basket: Basket, indicator: str, **rule: Any) -> Basket:
    """Set a rule for one indicator that differs from the standard one."""
    own = basket.rules[basket.rules["rule_id"] == "standard"].assign(rule_id="own", **rule)
    return replace(
        basket,
        rules=pd.concat([basket.rules, own], ignore_index=True),
        indicators=changed(basket.indicators, indicator, rule="own"),
    )


@pytest.mark.parametrize(("basis", "expected"), [("relative", "RED"), ("points", "AMBER")])
def test_an_indicator_can_have_its_tolerance_in_points(basket: Basket, basis: str, expected: str) -> None:
    """9% against 10%: within 5 points, not within 5% of it."""
    own = with_rule(basket, "practice-reviews-moderated", tolerance_basis=basis)
    assert rag_in(own, "practice-reviews-moderated") == expected


@pytest.mark.parametrize(
    ("baseline", "expected"),
    [("previous year end", ["RED", "RED", "RED"]), ("previous quarter", ["RED", "RED", "GREEN"])],
)
def test_an_indicator_can_compare_its_direction_with_another_quarter(
    basket: Basket, baseline: str, expected: list[str]
) -> None:
    """Agency workers: 15 at the end of 2022-23, then 19, 26 and 18."""
    own = with_rule(basket, "agency-workers", direction_baseline=baseline)
    assert [rag_in(own, "agency-workers", quarter) for quarter in Q3.window(3)] == expected


def test_an_indicators_own_rule_affects_no_other(basket: Basket, scorecard: Scorecard) -> None:
    rows = build_scorecard(with_rule(basket, "practice-reviews-moderated", tolerance_basis="points"), Q3).rows
    assert list(rows.index[rows["rag"] != scorecard.rows["rag"]]) == ["practice-reviews-moderated"]


def test_another_councils_rule_needs_only_a_change_of_data(project: Project) -> None:
    """A row in rules.csv and its name in indicators.csv; a cell in targets.csv."""
    rules = project.root / "data" / "rules.csv"
    row = "in-points,5,points,previous quarter,previous quarter,A council that counts in points\n"
    rules.write_text(rules.read_text(encoding="utf-8") + row, encoding="utf-8", newline="\n")
    known = "Practice reviews moderated,percentage,0,higher,in quarter,inferred,local measure,"
    project.edit("data/indicators.csv", f"{known},", f"{known}in-points,")
    project.edit(
        "data/targets.csv", "icpc-15-days,2023-24-Q1,2023-24-Q4,90,,,,", "icpc-15-days,2023-24-Q1,2023-24-Q4,90,,,20,"
    )
    own = load_basket(project.root / "data")
    assert rag_in(own, "practice-reviews-moderated") == "AMBER"
    assert rag_in(own, "icpc-15-days") == "AMBER"
