"""Variation and assurance: what an indicator's series shows about its latest figure, its rating and its target."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import EXAMPLE, ROOT, Project, copy_project
from long_basket import LAST, QUARTERS, SERIES, lengthen
from small_basket import small_basket

from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket, load_basket
from quarterly.display.html import Html
from quarterly.display.report import Report
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.measures.spc import Assurance, Kind, Stretch, Variation, assure, rating_qualifier, vary
from quarterly.measures.spc_limits import Limits, Rule, find_signals

RISING_RUN, NEAR_RUN = {Rule.RUN, Rule.TREND}, {Rule.RUN, Rule.NEAR_LIMIT}


def signal_or_noise(scorecard: Scorecard, basket: Basket) -> Html:
    return Report(basket, scorecard, "", scorecard).signals()


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the project with twenty quarters of some indicators."""
    project = copy_project(tmp_path_factory.mktemp("long"))
    lengthen(project.root)
    return project


@pytest.fixture(scope="module")
def long_scorecard(long: Project) -> Scorecard:
    return build_scorecard(load_basket(long.root / "data"), LAST)


@pytest.fixture(scope="module")
def varied(long_scorecard: Scorecard) -> dict[str, Variation]:
    return vary(long_scorecard)


@pytest.mark.parametrize(
    ("indicator", "kind", "assurance", "rule"),
    [
        ("case-supervisions-in-time", Kind.COMMON, Assurance.FAILS, None),
        ("social-workers-over-20-children", Kind.CONCERNING, Assurance.FAILS, Rule.NEAR_LIMIT),
        ("average-caseload", Kind.COMMON, Assurance.HIT_AND_MISS, None),
        ("agency-workers", Kind.CONCERNING, Assurance.UNKNOWN, Rule.OUTSIDE),
        ("child-protection-visits", Kind.IMPROVING, Assurance.FAILS, Rule.OUTSIDE),
        ("single-assessments-closure", Kind.LOW, Assurance.UNKNOWN, Rule.OUTSIDE),
        ("child-in-need-visits", Kind.COMMON, Assurance.FAILS, None),
        ("isros-over-55-children", Kind.UNKNOWN, Assurance.UNKNOWN, None),
    ],
)
def test_each_series_shows_its_intended_pattern(
    varied: dict[str, Variation], indicator: str, kind: Kind, assurance: Assurance, rule: Rule | None
) -> None:
    found = varied[indicator]
    assert (found.kind, found.assurance) == (kind, assurance)
    assert (found.signal.rule if found.signal else None) == rule


@pytest.mark.parametrize(
    ("figures", "rules", "decides", "kind"),
    [
        # The last seven are above the mean of 12.8, and fall.
        ([5, 15, 3, 16, 2, 17, 4, 1, 22, 21, 20, 18, 17, 16, 15], RISING_RUN, Rule.TREND, Kind.LOW),
        # The same ones mirrored.
        ([18, 8, 20, 7, 21, 6, 19, 22, 1, 2, 3, 5, 6, 7, 8], RISING_RUN, Rule.TREND, Kind.HIGH),
        # The last seven are above the mean of 18.1, and the last two of them in the third next to the limit of 23.9.
        (
            [15, 17, 15, 17, 15, 16, 14, 19, 21, 19, 21, 19, 23, 23],
            {Rule.RUN, Rule.NEAR_LIMIT},
            Rule.NEAR_LIMIT,
            Kind.HIGH,
        ),
    ],
)
def test_if_rules_disagree_the_one_published_first_decides(
    basket: Basket, figures: list[float], rules: set[Rule], decides: Rule, kind: Kind
) -> None:
    """The order: outside the limits, a trend, two of three near a limit, a run."""
    scorecard = build_scorecard(
        small_basket(basket, {"one": figures}, first="2019-20-Q1"), Quarter(2019, 1).shift(len(figures) - 1)
    )
    found = vary(scorecard)["one"]
    last = len(figures) - 1
    assert {signal.rule for signal in found.stretches[-1].signals if signal.places[-1] == last} == rules
    assert found.signal is not None
    assert (found.signal.rule, found.kind) == (decides, kind)


def test_an_indicator_has_limits_from_twelve_figures_on(long: Project) -> None:
    basket = load_basket(long.root / "data")
    for count in (11, 12):
        quarter = basket.quarters[count - 1]
        found = vary(build_scorecard(basket, quarter))["case-supervisions-in-time"]
        assert len(found.values) == count
        assert (found.limits is not None) is (count >= 12)
        assert found.reason == (
            "" if count >= 12 else "Too early to say: 11 figures, and limits need 12, so 1 more quarter is needed"
        )


def test_the_worked_example_is_too_early_to_say(scorecard: Scorecard) -> None:
    found = vary(scorecard)
    assert len(found) == 60
    assert all(variation.limits is None and variation.kind == Kind.UNKNOWN for variation in found.values())
    reasons = {variation.reason for name, variation in found.items() if name == "core-group-meetings"}
    assert reasons == {"Too early to say: 4 figures, and limits need 12, so 8 more quarters are needed"}


@pytest.mark.parametrize("basis", ["rolling 12 months", "year to date"])
def test_overlapping_figures_have_no_limits_however_many_there_are(long_scorecard: Scorecard, basis: str) -> None:
    rows = long_scorecard.rows.assign(period_basis=basis)
    found = vary(replace(long_scorecard, rows=rows))["case-supervisions-in-time"]
    assert len(found.values) == 20
    assert found.limits is None
    assert found.reason.startswith("No chart: each figure covers")


def test_after_a_known_change_limits_come_from_later_figures(varied: dict[str, Variation]) -> None:
    found = varied["child-in-need-visits"]
    assert [(part.start, part.stop, part.limits is None) for part in found.stretches] == [(0, 4, True), (4, 20, False)]
    assert found.limits is not None
    assert found.limits.mean == pytest.approx(np.mean(SERIES["child-in-need-visits"][4:]), abs=0.05)


def test_soon_after_a_known_change_it_is_too_early_again(varied: dict[str, Variation]) -> None:
    found = varied["isros-over-55-children"]
    assert found.limits is None
    assert found.reason == (
        "Too early to say: 5 figures since the last known change, and limits need 12, so 7 more quarters are needed"
    )
    before = found.stretches[0]
    assert (before.stop, before.limits is not None) == (15, True)


def test_a_known_one_off_is_left_out_of_the_limits(long: Project, varied: dict[str, Variation]) -> None:
    limits = varied["core-group-meetings"].limits
    assert limits is not None
    assert limits.screened == 2
    basket = load_basket(long.root / "data")
    unknown = replace(basket, known_changes=basket.known_changes.iloc[:0])
    plain = vary(build_scorecard(unknown, LAST))["core-group-meetings"].limits
    assert plain is not None
    assert plain.screened == 0
    assert plain.upper - plain.lower > 2 * (limits.upper - limits.lower)


def test_a_later_change_is_not_known_yet(long: Project) -> None:
    earlier = build_scorecard(load_basket(long.root / "data"), LAST.shift(-6))
    found = vary(earlier)["isros-over-55-children"]
    assert len(found.stretches) == 1
    assert found.limits is not None


@pytest.mark.parametrize(
    ("target", "polarity", "assurance"),
    [
        (40, "higher", Assurance.PASSES),
        (40.001, "higher", Assurance.HIT_AND_MISS),
        (60, "higher", Assurance.HIT_AND_MISS),
        (60.001, "higher", Assurance.FAILS),
        (60, "lower", Assurance.PASSES),
        (59.999, "lower", Assurance.HIT_AND_MISS),
        (40, "lower", Assurance.HIT_AND_MISS),
        (39.999, "lower", Assurance.FAILS),
        (float("nan"), "higher", Assurance.UNKNOWN),
        (50, "", Assurance.UNKNOWN),
    ],
)
def test_assurance_at_the_edges_of_limits_of_40_and_60(target: float, polarity: str, assurance: Assurance) -> None:
    assert assure(Limits(50, 40, 60, 10 / 2.66), target, polarity) == assurance


@pytest.mark.parametrize(
    ("rag", "kind", "assurance", "words"),
    [
        ("RED", Kind.COMMON, Assurance.HIT_AND_MISS, "but within normal variation"),
        (
            "RED",
            Kind.COMMON,
            Assurance.FAILS,
            "but within normal variation, and the target will not be met without change",
        ),
        ("RED", Kind.CONCERNING, Assurance.FAILS, "and worse than normal variation explains"),
        ("RED", Kind.IMPROVING, Assurance.FAILS, "but better than normal variation explains"),
        ("AMBER", Kind.COMMON, Assurance.UNKNOWN, "but within normal variation"),
        ("GREEN", Kind.COMMON, Assurance.HIT_AND_MISS, "but the target will not be met reliably"),
        ("GREEN", Kind.COMMON, Assurance.PASSES, "and the target will be met reliably"),
        ("GREEN", Kind.CONCERNING, Assurance.PASSES, "but worse than normal variation explains"),
        ("GREEN", Kind.COMMON, Assurance.UNKNOWN, ""),
        ("", Kind.HIGH, Assurance.UNKNOWN, ""),
    ],
)
def test_the_addition_of_variation_to_a_rating(rag: str, kind: Kind, assurance: Assurance, words: str) -> None:
    known = Stretch(0, 12, Limits(50, 40, 60, 4))
    variation = Variation([], np.zeros(12), [known], pd.DataFrame(), kind, assurance, None, "")
    assert rating_qualifier(rag, variation) == words
    early = replace(variation, stretches=[Stretch(0, 4, None)])
    assert rating_qualifier(rag, early) == ""


def test_a_missing_figure_is_left_out_and_never_counts_as_zero(long: Project) -> None:
    basket = load_basket(long.root / "data")
    gone = (basket.observations["indicator_id"] == "case-supervisions-in-time") & (
        basket.observations["quarter"] == QUARTERS[7]
    )
    observations = basket.observations.copy()
    observations.loc[gone, ["value", "missing"]] = [float("nan"), "x"]
    found = vary(build_scorecard(replace(basket, observations=observations), LAST))["case-supervisions-in-time"]
    assert found.quarters == [*QUARTERS[:7], *QUARTERS[8:]]
    assert found.values.min() > 40


def test_without_a_figure_for_the_quarter_no_signal_is_shown(long: Project) -> None:
    basket = load_basket(long.root / "data")
    observations = basket.observations.copy()
    observations.loc[observations["quarter"] == str(LAST), ["value", "missing"]] = [float("nan"), "c"]
    scorecard = build_scorecard(replace(basket, observations=observations), LAST)
    assert {found.kind for found in vary(scorecard).values()} == {Kind.UNKNOWN}
    shown = signal_or_noise(scorecard, basket)
    assert f"there is no figure for {LAST.label}" in shown.text
    assert "Special cause" not in shown.text


def test_a_basket_without_the_optional_files_is_the_same_basket(basket: Basket, tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    for name in ("relations", "known_changes", "benchmark_measures", "benchmark_authorities", "benchmarks"):
        (project.root / "data" / f"{name}.csv").unlink(missing_ok=True)
    without = load_basket(project.root / "data")
    assert without.relations.empty
    ours, theirs = (build_scorecard(each, LAST).export() for each in (basket, without))
    pd.testing.assert_frame_equal(ours, theirs)
    assert (EXAMPLE / "data" / "relations.csv").exists()


def test_figures_are_compared_with_the_limits_that_a_reader_sees() -> None:
    """An upper limit of 12.296 is shown as 12.30: a figure of 12.3 is not above it."""
    limits = Limits(10.004, 7.712, 12.296, 2.292 / 2.66).at(2)
    assert (limits.mean, limits.lower, limits.upper) == (10.0, 7.71, 12.3)
    assert find_signals(np.array([10.0, 12.3, 10.0]), limits) == []
    assert [signal.rule for signal in find_signals(np.array([10.0, 12.31, 10.0]), limits)] == [Rule.OUTSIDE]


def test_the_methods_list_the_rules_in_their_order_of_precedence(example: Project) -> None:
    """In all three methods pages, and with the source for how two of three are counted."""
    part = (example.root / "_parts" / "special-causes.md").read_text(encoding="utf-8")
    listed = [line.partition(". ")[2] for line in part.splitlines() if line[:1].isdigit()]
    begins = ["a figure outside", "a trend", "two of three", "a run"]
    assert [line.startswith(begin) for line, begin in zip(listed, begins, strict=True)] == [True] * 4
    assert "Western Electric" in part
    assert "NHSRplotthedots" in part
    starter = ROOT / "src" / "quarterly" / "project" / "starter" / "files"
    for folder in (ROOT, ROOT / "examples" / "thornmere-waste", ROOT / "examples" / "harrowmere", starter):
        assert "_parts/special-causes.md" in (folder / "methods.qmd").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("target", "polarity", "said"),
    [
        ({"lower": 85.0, "upper": 92.0}, "", "The target is a band, and limits can only be compared with one number"),
        ({"value": 50.0}, "", "The target does not say which way is better"),
        ({"missing": "x"}, "higher", "The target is not known"),
        ({"missing": "z"}, "higher", "There is no target"),
        ({"direction": "decreasing"}, "lower", "Not rated against a number"),
    ],
)
def test_missing_assurance_has_a_reason(basket: Basket, target: dict[str, object], polarity: str, said: str) -> None:
    figures = small_basket(basket, {"one": [49.0, 51.0] * 8}, first="2020-21-Q1")
    blank = {name: np.nan if kind.kind == "f" else "" for name, kind in basket.targets.dtypes.items()}
    known = {"indicator_id": "one", "from_quarter": "2023-24-Q1", "to_quarter": "2023-24-Q4", **target}
    made = replace(
        figures,
        indicators=figures.indicators.assign(polarity=polarity),
        targets=pd.DataFrame([{**blank, **known}]).astype(basket.targets.dtypes.to_dict()),
    )
    assert said in signal_or_noise(build_scorecard(made, LAST), made).html


def test_limits_below_0_are_shown_where_figures_can_be_below_0(basket: Basket) -> None:
    figures = [-34, 6, -9, 4, -14, 9, -10, -13, 11, 4, -16, 29]
    known = small_basket(basket, {"variance": figures})
    said = []
    for beyond in ("", "below 0"):
        known.indicators["beyond"] = beyond
        said.append(signal_or_noise(build_scorecard(known, Quarter(2025, 4)), known).text)
    assert "normal range, up to 52.1" in said[0]
    assert "normal range, −57.6 to 52.1" in said[1]


def test_the_direction_of_travel_names_its_quarter_beside_a_change_since_another(basket: Basket) -> None:
    known = small_basket(basket, {"appeals": [10, 11, 12, 16, 11]})
    for basis, words in (
        ("previous quarter", "Decrease"),
        ("same quarter last year", "Increase (same quarter last year)"),
    ):
        of_rule = replace(known, rules=known.rules.assign(dot_basis=basis))
        assert f"{words}  −5" in signal_or_noise(build_scorecard(of_rule, Quarter(2024, 1)), of_rule).text
