"""Figures as tidy frames, and charts to start from, for analysts in a notebook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import altair as alt
import pandas as pd
import pytest
from conftest import ROOT, Project

from quarterly import against_target, open_report, small_multiples, spc, trend
from quarterly.core.errors import UnknownIndicator, UnknownName
from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.terms import Basis
from quarterly.display.figures_frame import figures_frame
from quarterly.display.notebook_outputs import house_style
from quarterly.display.report import Report
from quarterly.display.units import Units

COLUMNS = [
    "id",
    "name",
    "area",
    "period",
    "value",
    "missing",
    "numerator",
    "denominator",
    "unit",
    "target",
    "rag",
    "direction",
    "decimals",
    "basis",
    "beyond",
    "known_change",
    "comparator",
    "comparator_name",
]


@pytest.fixture(scope="module")
def report(example: Project) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(example.root)
        return open_report("2023-24-Q3", area="early-help")


def test_figures_have_a_row_for_each_indicator_and_quarter_in_documented_columns(report: Report) -> None:
    figures = report.figures()
    assert list(figures.columns) == COLUMNS
    assert not figures.duplicated(["id", "period"]).any()
    assert list(figures["id"].unique()) == list(report.scorecard.rows.index)
    assert figures["period"].nunique() == 4
    assert str(Report.figures.__doc__).count("``") >= 2 * len(COLUMNS)


def test_figures_are_those_of_the_scorecard(report: Report) -> None:
    newest = report.figures().query("period == '2023-24-Q3'").set_index("id")
    rows = report.scorecard.rows
    same = {
        "value": "value",
        "target": "target",
        "rag": "rag",
        "direction": "dot",
        "comparator": "statistical_neighbour",
    }
    assert set(newest["comparator_name"]) == {"Statistical neighbours", ""}
    for ours, theirs in same.items():
        pd.testing.assert_series_equal(newest[ours], rows[theirs], check_names=False, check_dtype=False)


def test_suppressed_figures_are_missing_and_marked() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "examples" / "thornmere-waste")
        figures = open_report("2024-25-Q2").figures()
    found = figures.query("missing == 'c'")
    assert len(found) > 0
    assert found[["value", "numerator"]].isna().all(axis=None)
    raw = pd.read_csv(ROOT / "examples/thornmere-waste/data/observations.csv").set_index(["indicator_id", "quarter"])
    assert raw.loc[list(zip(found["id"], found["period"], strict=True)), "value"].notna().any()


def test_a_percentage_has_its_number_of_cases(report: Report) -> None:
    rows = report.figures("mash-enquiries-progressing", "mash-enquiries").set_index(["id", "period"])
    share = rows.loc[("mash-enquiries-progressing", "2023-24-Q3")]
    assert share["denominator"] == rows.loc[("mash-enquiries", "2023-24-Q3"), "value"] == 402
    assert pd.isna(rows.loc[("mash-enquiries", "2023-24-Q3"), "denominator"])


def test_a_percentage_of_twelve_months_is_out_of_the_cases_of_four_quarters(report: Report) -> None:
    basket, name = report.basket, "mash-enquiries-progressing"
    indicators = basket.indicators.set_index("indicator_id")
    indicators.loc[name, "period_basis"] = Basis.ROLLING
    yearly = replace(basket, indicators=indicators.reset_index())
    rows = figures_frame(report.whole, report.whole, yearly, (name, "mash-enquiries")).set_index(["id", "period"])
    counts = rows.loc["mash-enquiries", "value"]
    assert rows.loc[(name, "2023-24-Q3"), "denominator"] == counts.iloc[-4:].sum()


def test_figures_of_other_areas_are_given_by_name_in_the_requested_order(report: Report) -> None:
    figures = report.figures("average-caseload", "mash-enquiries")
    assert list(figures["id"].unique()) == ["average-caseload", "mash-enquiries"]
    with pytest.raises(UnknownIndicator):
        report.figures("mash-enquirys")


def test_a_frame_can_be_changed_without_changing_the_report(report: Report) -> None:
    figures, indicators = report.figures(), report.indicators
    figures["value"], indicators["name"] = 0.0, "x"
    assert report.figures()["value"].max() > 0
    assert report.indicators["name"][0] != "x"


def test_indicators_and_comparators_are_frames(report: Report) -> None:
    assert list(report.indicators["id"]) == list(report.scorecard.rows.index)
    others = report.comparators
    assert {"id", "name", "comparator", "period", "other", "value"} == set(others.columns)
    assert others["other"].notna().all()
    assert set(others["comparator"]) <= set(report.scorecard.comparators.values())


def test_a_report_describes_itself(report: Report) -> None:
    assert "Quarter 3 2023-24: 17 indicators, " in repr(report)
    assert "report.figures()" in repr(report)
    assert len(repr(report)) < 500


PERCENTAGES = "id in ['strategy-discussions-1-day', 'return-home-interviews-72-hours']"


@pytest.mark.parametrize("helper", [trend, against_target, small_multiples])
def test_ready_made_charts_show_unchanged_figures_and_can_be_changed(helper: object, report: Report) -> None:
    chart = report.figures().query(PERCENTAGES).pipe(helper)
    assert isinstance(chart, alt.TopLevelMixin)
    made = house_style(chart, Units(report.whole.rows))
    assert made is not None
    for said in ("Strategy discussions within one working day", "92%"):
        assert said in made.html
    changed = house_style(chart.properties(title="My finding"), Units(report.whole.rows))
    assert changed is not None
    assert "My finding" in changed.html


def test_a_rating_with_a_target_is_a_shape_and_a_word_not_only_a_colour(report: Report) -> None:
    made = house_style(report.figures().query(PERCENTAGES).pipe(against_target), Units(report.whole.rows))
    assert made is not None
    assert "■ red" in made.html
    assert "58%, target 85%, red" in made.html


def test_a_process_control_chart_has_limits_if_there_are_enough_figures(report: Report) -> None:
    few = report.figures("mash-enquiries")
    made = house_style(few.pipe(spc), Units(report.whole.rows))
    assert made is not None
    assert "4 figures, and limits need 12, so 8 more quarters are needed" in made.html
    years = [f"{year}-{year - 1999:02d}-Q{number}" for year in range(2020, 2024) for number in range(1, 5)]
    many = pd.DataFrame({"period": years, "value": [10.0 + place % 3 for place in range(16)]})
    many = many.assign(id="mash-enquiries", name="MASH enquiries", unit="number")
    made = house_style(many.pipe(spc), Units(report.whole.rows))
    assert made is not None
    assert "Mean 10.9, normal range 7.4 to 14.5" in made.html


@pytest.mark.parametrize(
    ("cells", "subtitle"),
    [
        (
            {"value": [97.0 + place % 3 for place in range(16)]},
            "normal range 94.4% or more",
        ),
        ({"basis": "rolling 12 months"}, "No limits: each figure covers 12 months"),
        ({"known_change": [""] * 8 + ["new definition"] + [""] * 7}, "8 figures since"),
    ],
)
def test_the_limits_of_an_analysts_chart_are_those_of_the_report(
    report: Report, cells: dict[str, Any], subtitle: str
) -> None:
    years = [f"{year}-{year - 1999:02d}-Q{number}" for year in range(2020, 2024) for number in range(1, 5)]
    row = report.figures("case-supervisions-in-time").iloc[[-1]]
    many = pd.concat([row] * 16, ignore_index=True).assign(**{"period": years, **cells})
    made = house_style(many.pipe(spc), Units(report.whole.rows))
    assert made is not None
    assert subtitle in made.html


@pytest.mark.parametrize("draw", [trend, against_target, small_multiples, spc])
def test_a_chart_of_figures_that_are_not_known_yet_says_so(report: Report, draw: Any) -> None:
    unknown = report.figures().head(2).assign(value=float("nan"))
    shown = house_style(unknown.pipe(draw), Units())
    assert shown is not None
    assert shown.text.endswith(": there are no figures to draw.")


def test_every_part_suggests_the_nearest_name_for_a_wrong_one(report: Report) -> None:
    for part in (report.figures, report.lines, report.standing, report.children):
        with pytest.raises(UnknownIndicator, match="average-caseload"):
            part("average-caselod")
    with pytest.raises(UnknownName, match="Did you mean one of these: period"):
        report.finding("In {perod}", {"period": "2023-24-Q3"})
    with pytest.raises(FiguresDoNotFit, match="one row"):
        report.finding("{value}", report.figures())
    with pytest.raises(FiguresDoNotFit, match="columns name, period"):
        trend("average-caseload")


def test_unsuitable_figures_are_refused_with_what_to_write(report: Report) -> None:
    figures = report.figures()
    with pytest.raises(FiguresDoNotFit, match="query"):
        trend(figures)
    with pytest.raises(FiguresDoNotFit, match="one indicator"):
        spc(figures.query(PERCENTAGES))
    with pytest.raises(FiguresDoNotFit, match="no figures"):
        small_multiples(figures.query("id == 'none'"))
    percentage, number = "case-supervisions-in-time", "agency-workers"
    for part, ids in (
        (report.lines, ()),
        (report.ranges, ("T",)),
        (report.ranges, ("T", number)),
        (report.counts, (percentage, percentage)),
        (report.counts, (number, number)),
        (report.chain, ("T", percentage, number)),
        (report.children, (number,)),
    ):
        with pytest.raises(FiguresDoNotFit, match=r"report\.indicators has them"):
            part(*ids)
    with pytest.raises(FiguresDoNotFit, match="different periods: in quarter and rolling 12 months"):
        report.chain("T", percentage, "re-referrals-12-months")
    small = "social-workers-over-20-children"
    for parts, why in (
        ({"one": percentage, "two": percentage, "three": small}, "more than 100%"),
        ({"one": small, "two": small, "three": small}, "colours for 2 parts"),
        ({"one": small, "Rest": small}, "same label as a part"),
    ):
        with pytest.raises(FiguresDoNotFit, match=why):
            report.parts("T", number, "Rest", **parts)


@pytest.mark.parametrize("shown", [0, -2, "4", 2.5])
def test_a_number_of_quarters_that_cannot_be_shown_is_refused_with_where_to_set_it(shown: Any) -> None:
    with pytest.raises(FiguresDoNotFit, match=r"params/2023-24-Q3\.yml"):
        open_report("2023-24-Q3", quarters_shown=shown)
