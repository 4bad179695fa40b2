"""Whatever a cell shows comes out as an accessible figure or table, or is refused with what to do."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import altair as alt
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from quarterly.core.output_errors import (
    ChartWithoutDescription,
    ChartWithoutTitle,
    OutputNotPublishable,
    OutputRefused,
    PictureWithoutWords,
)
from quarterly.display.altair_figures import LIVE, altair_figure, live
from quarterly.display.charts.style import Picture
from quarterly.display.frame_tables import MOST_ROWS
from quarterly.display.html import Html
from quarterly.display.notebook_outputs import HouseFormatter, house_style
from quarterly.display.other_outputs import checked
from quarterly.display.pictures import picture
from quarterly.display.units import Units
from quarterly.measures.scorecard import Scorecard

#: The smallest picture: one transparent point.
POINT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FRAME = pd.DataFrame(
    {"period": ["2023-24-Q2", "2023-24-Q3"] * 2, "kind": ["a", "a", "b", "b"], "value": [12, 34, 5, 6]}
)


def chart(**properties: Any) -> alt.Chart:
    return (
        alt.Chart(FRAME)
        .mark_line(point=True)
        .encode(x="period", y="value", color="kind")
        .properties(**{"title": "Up", **properties})
    )


@pytest.fixture(scope="module")
def units(scorecard: Scorecard) -> Units:
    return Units(scorecard.rows, scorecard.comparators)


def figure(shown: Any, units: Units | None = None) -> Any:
    made = house_style(shown, units or Units())
    assert made is not None
    return BeautifulSoup(made.html, "html.parser")


def svg(page: Any) -> str:
    return unquote(str(page.img["src"]).partition(",")[2])


def cells(page: Any) -> list[list[str]]:
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.find_all("tr")]


# Charts


def test_a_chart_is_live_in_jupyterlab_and_the_same_figure_for_readers() -> None:
    shown = altair_figure(chart().interactive(), Units())
    assert isinstance(shown, Picture)
    bundle = live(shown)
    assert list(bundle) == [LIVE, "text/markdown", "text/plain"], "HTML would be taken before the chart"
    assert bundle["text/markdown"] == shown.html
    assert bundle[LIVE]["title"]["text"] == ["Up"]
    assert bundle[LIVE]["encoding"]["tooltip"]["field"] in bundle[LIVE]["datasets"].popitem()[1][0]


def test_a_chart_is_a_figure_with_title_words_and_its_data() -> None:
    page = figure(chart(title=alt.Title("Both rose", subtitle="By kind")))
    assert page.find(class_="chart-title").text == "Both rose"
    assert page.find(class_="chart-subtitle").text == "By kind"
    assert page.img["alt"] == (
        "Line chart. Both rose. Value: a: Q2 2023-24: 12; Q3 2023-24: 34. b: Q2 2023-24: 5; Q3 2023-24: 6."
    )
    assert page.details.summary.text == "The data of this chart as a table"
    assert cells(page)[1:] == [
        ["Q2 2023-24", "12", "a"],
        ["Q3 2023-24", "34", "a"],
        ["Q2 2023-24", "5", "b"],
        ["Q3 2023-24", "6", "b"],
    ]


def test_the_analysts_description_is_the_alternative_text() -> None:
    assert figure(chart(description="What I saw."))("img")[0]["alt"] == "What I saw."


def test_a_chart_needs_no_other_host_no_script_and_no_id() -> None:
    page = figure(chart().interactive())
    assert not page.find_all(["script", "style", "iframe", "link"])
    assert not re.findall(r"https?://(?!www\.w3\.org)", unquote(str(page)))
    assert page.img["src"].startswith("data:image/svg+xml")


@pytest.mark.parametrize(
    "made",
    [
        chart,
        lambda: chart() + alt.Chart(FRAME).mark_text().encode(x="period", y="value", text="value"),
        lambda: chart().mark_area(clip=True),
        lambda: chart().add_params(alt.selection_point(), alt.param(name="width_of", value=3)),
    ],
)
def test_a_chart_is_the_same_on_every_run(made: Any) -> None:
    assert house_style(made(), Units()) == house_style(made(), Units())


def test_a_chart_without_a_title_is_refused_with_what_to_write() -> None:
    with pytest.raises(ChartWithoutTitle, match=r"chart\.properties\(title=alt\.Title\("):
        house_style(alt.Chart(FRAME).mark_line().encode(x="period", y="value"), Units())


@pytest.mark.parametrize(
    "made",
    [
        alt.Chart(FRAME).mark_boxplot().encode(x="kind", y="value"),
        alt.Chart(FRAME).mark_rect().encode(x="period", y="kind"),
        chart() | alt.Chart(FRAME).mark_boxplot().encode(x="kind", y="value"),
    ],
)
def test_a_chart_that_cannot_be_described_from_its_data_needs_a_description(made: alt.TopLevelMixin) -> None:
    with pytest.raises(ChartWithoutDescription, match=r"chart\.properties\(description="):
        house_style(made.properties(title="Seen"), Units())
    assert figure(made.properties(title="Seen", description="Told."))("img")[0]["alt"] == "Told."


BASE = alt.Chart(FRAME, title="T")


@pytest.mark.parametrize(
    ("made", "words", "head", "rows"),
    [
        (
            BASE.mark_bar().encode(x="count()", y="kind"),
            "Bar chart. T. Count: a: 2; b: 2.",
            ["Count", "Kind"],
            [["2", "a"], ["2", "b"]],
        ),
        (
            BASE.mark_line().encode(x="period", y="mean(value)"),
            "Line chart. T. Mean of value: Q2 2023-24: 8.5; Q3 2023-24: 20.0.",
            ["Period", "Mean of value"],
            [["Q2 2023-24", "8.5"], ["Q3 2023-24", "20.0"]],
        ),
        (
            BASE.mark_bar().encode(x=alt.X("value", bin=alt.Bin(step=20)), y="count()"),
            "Bar chart. T. Count: 0 \N{EN DASH} 20: 3; 20 \N{EN DASH} 40: 1.",
            ["Value", "Count"],
            [["0 \N{EN DASH} 20", "3"], ["20 \N{EN DASH} 40", "1"]],
        ),
        (
            BASE.transform_filter("datum.value > 10").mark_bar().encode(x="value", y=alt.Y("period", sort="-x")),
            "Bar chart. T. Value: Q3 2023-24: 34; Q2 2023-24: 12.",
            ["Value", "Period"],
            [["34", "Q3 2023-24"], ["12", "Q2 2023-24"]],
        ),
        (
            BASE.mark_bar().encode(x=alt.X("sum(value)", stack="normalize"), y="period", color="kind"),
            "Bar chart. T. Sum of value: a: Q2 2023-24: 71%; Q3 2023-24: 85%. b: Q2 2023-24: 29%; Q3 2023-24: 15%.",
            ["Sum of value", "Period", "Kind"],
            [
                ["71%", "Q2 2023-24", "a"],
                ["29%", "Q2 2023-24", "b"],
                ["85%", "Q3 2023-24", "a"],
                ["15%", "Q3 2023-24", "b"],
            ],
        ),
        (
            BASE.mark_arc().encode(theta="sum(value)", color="kind"),
            "Pie chart. T. Sum of value: a: 46; b: 11.",
            ["Sum of value", "Kind"],
            [["46", "a"], ["11", "b"]],
        ),
        (
            BASE.mark_rect().encode(x="period", y="kind", color="value"),
            "Heat map. T. Value: a: Q2 2023-24: 12; Q3 2023-24: 34. b: Q2 2023-24: 5; Q3 2023-24: 6.",
            ["Period", "Kind", "Value"],
            [
                ["Q2 2023-24", "a", "12"],
                ["Q3 2023-24", "a", "34"],
                ["Q2 2023-24", "b", "5"],
                ["Q3 2023-24", "b", "6"],
            ],
        ),
        (
            alt.Chart(pd.DataFrame({"day": pd.date_range("2024-01-30", periods=4), "n": [1, 2, 3, 4]}), title="T")
            .mark_bar()
            .encode(x="yearmonth(day):O", y="sum(n)"),
            "Bar chart. T. Sum of n: Jan 2024: 3; Feb 2024: 7.",
            ["Day", "Sum of n"],
            [["Jan 2024", "3"], ["Feb 2024", "7"]],
        ),
    ],
)
def test_words_and_table_of_a_chart_say_what_is_drawn(made: Any, words: str, head: list[str], rows: Any) -> None:
    page = figure(made)
    assert page.img["alt"].startswith(words)
    assert cells(page)[: len(rows) + 1] == [head, *rows]


def test_a_computation_takes_no_missing_figure_for_0() -> None:
    known = alt.Chart(FRAME.assign(value=[10, None, 4, None], n=range(4)), title="T")
    twice = known.transform_calculate(twice="datum.value * 2").mark_bar().encode(x="twice:Q", y="n:O")
    assert cells(figure(twice))[1:] == [["20", "0"], ["Not available", "1"], ["8", "2"], ["Not available", "3"]]
    low = known.transform_filter("datum.value < 5").mark_bar().encode(x="value", y="n:O")
    given = known.transform_filter(alt.datum.value != None).mark_bar().encode(x="value", y="n:O")  # noqa: E711
    assert [len(cells(figure(made))) for made in (low, given)] == [2, 3]
    dense = known.transform_density("value", as_=["v", "density"]).mark_area().encode(x="v:Q", y="density:Q")
    assert cells(figure(dense))[1][0] == "4.0"
    with pytest.raises(OutputNotPublishable, match="some figures are missing, so the sums would be too low"):
        house_style(known.mark_bar().encode(x="sum(value)", y="kind"), Units())


@pytest.mark.parametrize("chance", ["random()", "now()"])
def test_a_chart_that_differs_in_every_run_is_refused(chance: str) -> None:
    made = BASE.transform_calculate(j=chance).mark_point().encode(x="j:Q", y="value")
    with pytest.raises(OutputNotPublishable, match="another one in every run"):
        house_style(made, Units())


def test_the_words_of_a_chart_with_very_many_series_end() -> None:
    rows = pd.DataFrame({"x": 0, "y": range(150), "s": [f"Series {n}, of very many of them" for n in range(150)]})
    made = alt.Chart(rows, title="T").mark_point().encode(x="x:N", y="y", detail="s:N")
    words = figure(made).img["alt"]
    assert len(words) < 2200
    assert re.search(r"And \d+ more\.$", words)


def test_each_chart_of_repeated_ones_is_named_by_its_column() -> None:
    y = alt.Y(alt.repeat("row"), type="quantitative")
    made = alt.Chart(FRAME.assign(twice=FRAME["value"] * 2), title="T").mark_bar().encode(x="period", y=y)
    page = figure(made.interactive().repeat(row=["value", "twice"]).properties(description="D"))
    assert re.search(">Value<.*>Twice<", svg(page), re.DOTALL)
    assert cells(page)[:2] == [["Period", "Value", "Twice"], ["Q2 2023-24", "12", "24"]]


@pytest.mark.parametrize(("count", "turned"), [(5, 0), (30, 1)])
def test_words_below_columns_are_never_broken(count: int, turned: int) -> None:
    rows = pd.DataFrame({"k": [f"Safeguarding team{n}" for n in range(count)], "n": 1})
    drawn = svg(figure(alt.Chart(rows, title="T").mark_bar().encode(x="k", y="n")))
    assert len(re.findall(r"[> ]team\d+<", drawn)) == count
    assert ("rotate(270)" in drawn.partition("team")[0]) == turned


def test_years_on_an_axis_have_no_commas() -> None:
    rows = pd.DataFrame({"year": [2022, 2023, 2024], "n": [1, 2, 3]})
    drawn = svg(figure(alt.Chart(rows, title="T").mark_line().encode(x="year", y="n")))
    assert ">2023<" in drawn
    assert ">2,0" not in drawn


def test_two_measured_axes_say_which_is_which(units: Units) -> None:
    rows = pd.DataFrame({"id": "case-supervisions-in-time", "value": [21.0, 17.0], "target": [90.0, 90.0]})
    page = figure(alt.Chart(rows, title="T").mark_point().encode(x="value", y="target"), units)
    assert ">Target, percentage<" in svg(page)
    assert "Value and Target: 21%: 90%" in page.img["alt"]


def test_indicators_without_a_rating_are_named(units: Units) -> None:
    rows = pd.DataFrame({"area": ["a", "a", "b"], "rag": ["", "RED", ""]})
    page = figure(alt.Chart(rows, title="T").mark_bar().encode(x="count()", y="area", color="rag"), units)
    assert "Not rated: a: 1; b: 1. Red: a: 1." in page.img["alt"]
    assert ">Not rated<" in svg(page)
    assert cells(figure(rows["rag"].value_counts(), units))[1] == ["Not rated", "2"]
    assert cells(figure(pd.crosstab(rows["area"], rows["rag"]), units))[0] == ["Area", "Not rated", "Red"]


def test_titles_inside_layers_and_facets_become_the_figures() -> None:
    layered = chart() + alt.Chart(FRAME).mark_point().encode(x="period", y="value")
    facets = chart(description="Each.", width=80).facet("kind")
    for made in (layered, facets):
        page = figure(made)
        assert page.find(class_="chart-title").text == "Up"
        assert ">Up<" not in svg(page)


def test_a_chart_that_fetches_is_refused() -> None:
    for made in (
        alt.Chart("https://example.org/data.csv").mark_line().encode(x="a:Q", y="b:Q"),
        alt.Chart("data/observations.csv").mark_line().encode(x="a:Q", y="b:Q"),
        alt.Chart(FRAME).mark_image(url="https://example.org/a.png").encode(x="period", y="value"),
        chart().transform_lookup("kind", from_=alt.LookupData(alt.UrlData("https://example.org/b.csv"), "kind", ["c"])),
    ):
        with pytest.raises(OutputNotPublishable):
            house_style(made.properties(title="T", description="D"), Units())


def test_a_chart_shows_units_and_names_quarters_as_readers_know_them(units: Units) -> None:
    rows = pd.DataFrame(
        {"id": "case-supervisions-in-time", "period": ["2023-24-Q2", "2023-24-Q3"], "value": [21.0, 17.0]}
    )
    page = figure(alt.Chart(rows, title="Agency").mark_bar().encode(x="period", y="value"), units)
    drawn = svg(page)
    assert "2023-24-Q3" not in drawn
    assert 'aria-label="Q3 2023-24: 17%"' in drawn
    assert ">Q3<" in drawn
    assert ">20%<" in drawn
    assert "Percentage: Q2 2023-24: 21%; Q3 2023-24: 17%." in page.img["alt"]


def test_words_in_a_chart_name_quarters_as_readers_know_them() -> None:
    points = alt.Chart(FRAME.head(2), title="T").encode(x="value:Q", y="value:Q", text="period")
    drawn = svg(figure(points.mark_point() + points.mark_text()))
    assert ">Q3 2023-24<" in drawn
    assert ">2023-24-Q3<" not in drawn


def test_figures_in_a_chart_are_written_as_in_its_table_and_missing_ones_are_blank(units: Units) -> None:
    rows = pd.DataFrame({"id": ["average-caseload", "case-supervisions-in-time", "agency-workers"]})
    base = alt.Chart(rows.assign(value=[14.0, 51.0, None], n=[1000, 2, 3]), title="T", description="D").encode(y="id")
    made = base.mark_rect().encode(color="value") + base.mark_text().encode(text="value")
    drawn = svg(figure(made, units))
    assert ">14.0<" in drawn
    assert ">51%<" in drawn
    assert ">null<" not in drawn
    some = alt.condition(alt.datum.n < 9, alt.value(""), "n")
    assert ">1,000<" in svg(figure((base.mark_tick() + base.mark_text().encode(text=some)).transform_filter("true")))
    assert ">2.00<" in svg(figure(base.mark_text().encode(text=alt.Text("n", format=".2f"))))


def test_a_legend_of_a_condition_is_that_of_its_column() -> None:
    picked = alt.selection_point()
    named = FRAME.rename(columns={"kind": "name"})
    points = alt.Chart(named, title="T").mark_point().encode(x="period", y="value").add_params(picked)
    drawn = svg(figure(points.encode(color=alt.condition(picked, "name", alt.value("grey")))))
    assert ">name<" not in drawn


@pytest.mark.parametrize("form", ["rows", "features", "collection"])
def test_the_table_of_a_map_names_its_places(form: str) -> None:
    ring = [[0, 0], [0, 1], [1, 1], [0, 0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    features = [{"type": "Feature", "properties": {"ward": "North", "n": 12}, "geometry": shape}]
    whole = alt.Data(
        values={"type": "FeatureCollection", "features": features}, format=alt.DataFormat(property="features")
    )
    data = {"rows": {"values": features}, "features": alt.Data(values=features), "collection": whole}[form]
    made = alt.Chart(data, title="T", description="D").mark_geoshape()
    page = figure(made.encode(color="properties.n:Q", tooltip=["properties.ward:N", "properties.n:Q"]))
    assert cells(page) == [["Ward", "N"], ["North", "12"]]
    assert 'aria-label="North: 12"' in svg(page)


def test_closely_spaced_quarters_have_the_year_under_its_first_quarter() -> None:
    rows = pd.DataFrame({"period": ["2022-23-Q4", "2023-24-Q1", "2023-24-Q2"], "value": [1, 2, 3]})
    drawn = svg(figure(alt.Chart(rows, title="T", width=90).mark_bar().encode(x="period", y="value")))
    assert "2022-23<" not in drawn
    assert ">2023-24<" in drawn


def test_very_closely_spaced_quarters_show_only_the_first_of_each_year() -> None:
    periods = [f"{year}-{year - 1999}-Q{number}" for year in range(2019, 2025) for number in range(1, 5)]
    rows = pd.DataFrame({"period": periods, "value": range(24)})
    drawn = svg(figure(alt.Chart(rows, title="T").mark_bar().encode(x="period", y="value")))
    assert ">Q2<" not in drawn
    assert drawn.count(">Q1<") == 6


@pytest.mark.parametrize(
    ("columns", "x", "reason"),
    [
        (["kind", "value"], "typo:N", "column 'typo', which is not in its data. The columns are kind and value"),
        (["a.b", "value"], "a.b:N", "does not read 'a.b' as the name of a column"),
    ],
)
def test_a_chart_of_missing_columns_is_refused(columns: list[str], x: str, reason: str) -> None:
    rows = pd.DataFrame([["a", 1]], columns=columns)
    with pytest.raises(OutputNotPublishable, match=reason):
        house_style(alt.Chart(rows, title="T").mark_bar().encode(x=x, y="value"), Units())


def test_names_with_dots_rows_in_the_chart_and_moments_of_any_clock_are_read() -> None:
    dotted = pd.DataFrame({"a.b": ["c"], "value": [1]})
    assert figure(alt.Chart(dotted, title="T").mark_bar().encode(x="a\\.b", y="value")).img["alt"].endswith("c: 1.")
    inside = alt.Chart(alt.Data(values=[{"a": "b", "c": 1}]), title="T").mark_bar().encode(x="a:N", y="c:Q")
    assert cells(figure(inside)) == [["A", "C"], ["b", "1"]]
    days = pd.DataFrame({"day": pd.date_range("2024-07-01", periods=2, tz="Europe/London"), "n": [1, 2]})
    assert "1 July 2024: 1" in figure(alt.Chart(days, title="T").mark_line().encode(x="day", y="n")).img["alt"]


def test_very_many_marks_have_no_texts_and_too_many_are_refused() -> None:
    rows = pd.DataFrame({"x": range(5001), "y": range(5001)})
    shown = alt.Chart(rows.head(501), title="T").mark_point().encode(x="x", y="y")
    assert "aria-label" not in svg(figure(shown))
    with pytest.raises(OutputNotPublishable, match=r"more than 5,000 rows.* Count or average them in pandas"):
        house_style(alt.Chart(rows, title="T").mark_point().encode(x="x", y="y"), Units())


def test_names_of_rows_are_above_them() -> None:
    rows = pd.DataFrame({"name": ["Social workers with more than 20 children", "B"], "n": [1, 2], "x": ["a", "b"]})
    drawn = svg(figure(alt.Chart(rows, title="T", height=40).mark_bar().encode(x="x", y="n", row="name")))
    assert "more than 20</tspan>" in drawn
    assert "rotate(-90)" not in drawn.partition("Social workers")[0].rpartition("<text")[2]


def test_an_axis_that_the_analyst_named_keeps_its_name() -> None:
    made = alt.Chart(FRAME, title="T", description="D").mark_line().encode(x=alt.X("period", title="When"), y="value")
    assert ">When<" in svg(figure(made))


@pytest.mark.parametrize(("height", "widest"), [(alt.Undefined, 303), (80, 480)])
def test_long_names_are_on_two_lines_above_their_rows_or_to_the_left_and_are_not_cut(height: Any, widest: int) -> None:
    name = "Family Wellbeing assessments within 45 working days"
    rows = pd.DataFrame({"name": [name, "Short"], "value": [1, 2]})
    made = figure(alt.Chart(rows, title="T", height=height).mark_bar().encode(y="name", x="value"))
    assert "\N{HORIZONTAL ELLIPSIS}" not in svg(made)
    assert " ".join(re.findall(r"<tspan[^>]*>([^<]+)", svg(made))).removesuffix(" Short") == name
    assert int(made.img["width"]) <= widest


def test_the_subject_of_a_chart_cannot_become_markup() -> None:
    hostile = "<script>alert(1)</script> \"' & </title> {{ x }}"
    rows = pd.DataFrame({"name": [hostile, "b"], "value": [1, 2]})
    page = figure(alt.Chart(rows, title=hostile).mark_bar().encode(y="name", x=alt.X("value", title=hostile)))
    assert not page.find_all("script")
    assert "<script" not in svg(page)
    assert page.find(class_="chart-title").text == hostile


def test_a_chart_wider_than_a_phone_can_be_scrolled_with_keys() -> None:
    page = figure(chart(width=900))
    assert page.find(class_="chart-scroll")["tabindex"] == "0"
    assert page.find(class_="chart-scroll")["aria-label"] == "Up"
    assert not figure(chart()).find(class_="chart-scroll")


def test_a_chart_of_other_types_is_drawn_too() -> None:
    rows = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=30), "value": range(30)})
    page = figure(alt.Chart(rows, title="Days").mark_area().encode(x="day", y="value"))
    assert page.img["alt"].startswith(
        "Area chart. Days. Value: 30 figures, from 1 January 2024: 0 to 30 January 2024: 29"
    )


def test_a_chart_without_data_says_so() -> None:
    made = alt.Chart(FRAME.iloc[:0], title="Up").mark_line().encode(x="period:O", y="value:Q", color="kind:N")
    assert figure(made).get_text() == "Up: there are no figures to draw."
    unknown = alt.Chart(FRAME.assign(value=[pd.NA] * 4), title="Up").mark_bar().encode(x="period", y="value")
    assert figure(unknown).get_text() == "Up: there are no figures to draw."
    steps = (
        alt.Chart(alt.sequence(3, as_="x"), title="Up").mark_point().encode(x="x:Q").properties(description="Three.")
    )
    assert figure(steps).img["alt"] == "Three."


@pytest.mark.parametrize("channel", ["shape", "strokeDash", "fill", "opacity", "xOffset", "detail", "row"])
def test_every_channel_that_divides_series_is_in_the_words_and_the_table(channel: str) -> None:
    page = figure(alt.Chart(FRAME, title="T").mark_line().encode(x="period", y="value", **{channel: "kind"}))
    assert "Value: a: Q2 2023-24: 12; Q3 2023-24: 34. b: Q2 2023-24: 5; Q3 2023-24: 6." in page.img["alt"]
    assert sorted(map(sorted, cells(page)[1:3])) == [["12", "Q2 2023-24", "a"], ["34", "Q3 2023-24", "a"]]


@pytest.mark.parametrize(("series", "dashed"), [(6, 0), (7, 1), (14, 8)])
def test_lines_differ_in_dashes_where_there_are_more_than_colours(series: int, dashed: int) -> None:
    rows = pd.DataFrame({"x": [0, 1] * series, "y": range(2 * series), "s": [f"S{n // 2}" for n in range(2 * series)]})
    drawn = svg(figure(alt.Chart(rows, title="T").mark_line().encode(x="x", y="y", color="s:N")))
    lines = BeautifulSoup(drawn, "html.parser").select('g.mark-line path[fill="none"], g.mark-line path:not([fill])')
    looks = [(line.get("stroke"), str(line.get("stroke-dasharray") or "").replace("1,0", "")) for line in lines]
    assert len(set(looks)) == len(looks) == series
    assert len([dashes for _, dashes in looks if dashes]) == dashed


def test_words_of_a_line_are_in_the_order_in_which_it_is_drawn() -> None:
    rows = FRAME.iloc[[1, 0]]
    assert (
        "Q2 2023-24: 12; Q3 2023-24: 34"
        in figure(alt.Chart(rows, title="T").mark_line().encode(x="period", y="value")).img["alt"]
    )
    own = alt.Chart(rows, title="T").mark_line().encode(x=alt.X("period", sort=None), y="value")
    assert "Q3 2023-24: 34; Q2 2023-24: 12" in figure(own).img["alt"]


def test_words_have_the_ends_of_ranges_sizes_rules_from_other_data_and_series_without_a_name() -> None:
    rows = pd.DataFrame({"k": ["a", "b"], "low": [1, 2], "high": [4, 7], "of": [None, "x"]})
    base = alt.Chart(rows, title="T")
    assert "a: 1, High 4; b: 2, High 7." in figure(base.mark_bar().encode(y="k", x="low", x2="high")).img["alt"]
    assert (
        "1: 4, High 4; 2: 7, High 7." not in figure(base.mark_point().encode(x="low", y="high", size="high")).img["alt"]
    )
    assert "a: 1, High 4" in figure(base.mark_point().encode(x="k", y="low", size="high")).img["alt"]
    rule = alt.Chart(pd.DataFrame({"limit": [25]})).mark_rule().encode(y="limit")
    assert figure(base.mark_bar().encode(x="k", y="low") + rule).img["alt"].endswith("a: 1; b: 2. Rule at 25.")
    assert "Not available: a: 1. x: b: 2." in figure(base.mark_bar().encode(x="k", y="low", color="of")).img["alt"]


def test_the_table_of_a_chart_has_units_reasons_and_what_computed_columns_come_from(units: Units) -> None:
    known = pd.DataFrame(
        {"id": "case-supervisions-in-time", "period": FRAME["period"][:2], "value": [50, None], "missing": ["", "c"]}
    )
    page = figure(alt.Chart(known, title="T").mark_bar().encode(x="period", y="value"), units)
    assert cells(page)[1:] == [["Q2 2023-24", "50%"], ["Q3 2023-24", "Confidential"]]
    wide = alt.Chart(pd.DataFrame({"k": ["a"], "yes": [1], "no": [2], "other": [3]}), title="T", description="D")
    folded = wide.transform_fold(["yes", "no"]).mark_bar().encode(x="k", y="value:Q", color="key:N")
    repeated = wide.mark_bar().encode(x="k", y=alt.Y(alt.repeat("column"), type="quantitative")).repeat(column=["yes"])
    computed = wide.transform_calculate(twice="datum.no * 2").mark_bar().encode(x="k", y="twice:Q")
    assert [cells(figure(made))[0] for made in (folded, repeated, computed)] == [
        ["K", "Value", "Key"],
        ["K", "Yes"],
        ["K", "Twice"],
    ]


def test_a_box_summarises_its_rows_and_a_lone_figure_of_a_line_is_drawn() -> None:
    rows = pd.DataFrame({"k": ["a"] * 5, "v": [1, 2, 3, 4, 5]})
    boxes = alt.Chart(rows, title="T", description="D").mark_boxplot().encode(x="k", y="v")
    assert svg(figure(boxes)).count("<path") < 12, "one box, not one for each row"
    lone = alt.Chart(FRAME.assign(value=[1, None, None, None]), title="T").mark_line().encode(x="period", y="value")
    assert 'aria-label="Q2 2023-24: 1"' in svg(figure(lone))
    assert svg(figure(lone.mark_bar())).count(">2023-24<") == 2, "also the quarter without a figure"


def test_a_stacked_area_is_one_shape_for_each_series_without_the_words_of_a_row() -> None:
    drawn = svg(figure(alt.Chart(FRAME, title="T").mark_area().encode(x="period", y="value", color="kind")))
    assert drawn.count('fill="#12436d" opacity="0.8"') == 1
    assert "aria-label" not in drawn.partition("mark-area")[2].partition("</g>")[0]


def test_ids_are_written_as_names_and_rows_are_counted(units: Units) -> None:
    known = pd.DataFrame({"id": ["average-caseload"] * 2, "name": "Any", "value": [14.0, 14.0]})
    page = figure(alt.Chart(known.head(1), title="T").mark_bar().encode(x="value", y="id"), units)
    assert "Average social worker caseload: 14.0" in page.img["alt"]
    assert 'aria-label="Average social worker caseload: 14.0"' in svg(page)
    counted = alt.Chart(known, title="T", description="D").mark_bar().encode(x="count()", y="name")
    assert cells(figure(counted, units))[1:] == [["2", "Any"]]


def test_bars_end_at_the_axis_and_what_a_logarithmic_scale_cannot_show_is_refused() -> None:
    bars = alt.Chart(FRAME, title="T").mark_bar()
    cut = figure(bars.encode(x="period", y=alt.Y("value", scale=alt.Scale(domain=[4, 40]))))
    assert int(cut.img["height"]) < 300
    log = alt.Y("value", scale=alt.Scale(type="log"))
    dots = alt.Chart(FRAME.assign(value=[0, 1, 2, 3]), title="T").mark_point().encode(x="period", y=log)
    figure(bars.encode(x="period", y="value", color=alt.Color("value", scale=alt.Scale(type="log"))))
    for made in (bars.encode(x="period", y=log), dots):
        with pytest.raises(OutputNotPublishable, match="logarithmic"):
            house_style(made, Units())


def test_a_chart_needs_no_file_whatever_transformer_is_enabled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with alt.data_transformers.enable("csv"):
        figure(chart())
    assert not list(tmp_path.iterdir())


# Tables


def test_a_frame_is_a_table_with_scopes_and_without_a_bare_index() -> None:
    page = figure(FRAME[FRAME["kind"] == "b"])
    assert page.caption.text == "Period, Kind and Value"
    assert [cell["scope"] for cell in page.find_all("th")] == ["col", "col", "col", "row", "row"]
    assert cells(page)[1:] == [["Q2 2023-24", "b", "5"], ["Q3 2023-24", "b", "6"]]


@pytest.mark.parametrize(
    ("shown", "rows"),
    [
        (FRAME["kind"].unique(), [["Value"], ["a"], ["b"]]),
        (FRAME["value"].to_numpy()[:1], [["Value"], ["12"]]),
        (FRAME.set_index("period").index[:1], [["Period"], ["Q2 2023-24"]]),
        (FRAME.set_index(["kind", "period"]).index[:1], [["Kind", "Period"], ["a", "Q2 2023-24"]]),
    ],
)
def test_arrays_and_indexes_are_tables(shown: Any, rows: list[list[str]]) -> None:
    bundle, _ = HouseFormatter().format(shown)
    assert cells(BeautifulSoup(bundle["text/html"], "html.parser")) == rows


def test_numbers_words_and_days_are_not_shown_as_code() -> None:
    assert HouseFormatter().format(FRAME["value"].max())[0] == {"text/plain": str(FRAME["value"].max())}
    for shown, words in (("Fewer & later", "Fewer & later"), (pd.Timestamp("2024-02-22"), "22 February 2024")):
        assert HouseFormatter().format(shown)[0]["text/plain"] == words
    moment = pd.Timestamp("2024-02-22 14:30", tz="Europe/London")
    assert HouseFormatter().format(moment)[0]["text/plain"] == "22 February 2024, 14:30"


def test_a_row_of_a_frame_is_not_headed_by_its_number_and_no_rows_are_said() -> None:
    assert cells(figure(FRAME.iloc[1:].iloc[-1]))[:2] == [["Row", "Value"], ["period", "Q3 2023-24"]]
    assert cells(figure(FRAME.set_index("kind")["value"].rename(2024)))[0] == ["Kind", "2024"]
    assert figure(FRAME.head(0)).get_text() == "Period, Kind and Value: there are no rows."


def test_a_named_index_comes_before_the_columns() -> None:
    page = figure(FRAME.set_index(["kind", "period"]))
    assert cells(page)[:2] == [["Kind", "Period", "Value"], ["a", "Q2 2023-24", "12"]]


def test_figures_have_the_unit_and_the_decimals_of_their_indicators(units: Units) -> None:
    ids = ["case-supervisions-in-time", "average-caseload", "requests-for-support"]
    rows = pd.DataFrame({"id": ids, "value": [17.0, 15.8333, 1720.0], "england": [17.6, None, None]})
    assert cells(figure(rows, units))[1:] == [
        ["Case supervisions in time", "17%", "17.6%"],
        ["Average social worker caseload", "15.8333", "Not available"],
        ["Requests for support", "1,720", "Not available"],
    ]
    wide = pd.DataFrame(
        {"case-supervisions-in-time": [17.0], "Average caseload": [14.0], "share": [0.256], "mean": [15.833333]}
    )
    assert cells(figure(wide, units))[0][0] == "Case supervisions in time"
    assert cells(figure(wide, units))[1] == ["17%", "14", "0.26", "15.8"]


def test_missing_figures_are_written_in_words() -> None:
    rows = pd.DataFrame({"name": ["a", "b"], "value": [None, float("nan")], "missing": ["c", ""]})
    assert [row[1] for row in cells(figure(rows))[1:]] == ["Confidential", "Not available"]


def test_a_caption_can_be_given() -> None:
    named = FRAME.copy()
    named.attrs["caption"] = "Mine"
    assert figure(named).caption.text == "Mine"
    assert figure(FRAME.style.set_caption("Styled")).caption.text == "Styled"


def test_formats_of_a_style_are_kept_and_the_rest_is_the_house_style() -> None:
    styled = FRAME.assign(share=[0.5, 0.25, 0.125, None]).style.format({"share": "{:.0%}"}, na_rep="none")
    page = figure(styled.hide(subset=["kind"], axis="columns"))
    assert cells(page)[:2] == [["Period", "Value", "Share"], ["Q2 2023-24", "12", "50%"]]
    assert cells(page)[-1][-1] == "none"


def test_a_long_frame_says_that_it_is_cut() -> None:
    page = figure(pd.DataFrame({"number": range(MOST_ROWS + 1)}))
    assert len(cells(page)) == MOST_ROWS + 1
    assert page.caption.text == f"Number (the first {MOST_ROWS} of {MOST_ROWS + 1} rows)"


def test_frames_in_a_list_are_refused_because_text_would_lose_their_columns() -> None:
    with pytest.raises(OutputNotPublishable, match="separately"):
        house_style((FRAME, 1), Units())
    with pytest.raises(OutputNotPublishable, match="separately"):
        house_style({"a": FRAME}, Units())
    assert house_style([1, 2], Units()) is None


def test_rows_and_labels_that_only_a_style_holds_are_refused() -> None:
    rows = FRAME.set_index("kind")[["value"]]
    for styled in (rows.style.concat(rows.agg(["sum"]).style), rows.style.format_index(str.upper)):
        with pytest.raises(OutputNotPublishable, match="would be lost"):
            house_style(styled, Units())


def test_years_and_counted_values_are_not_lost_and_years_have_no_comma() -> None:
    years = pd.DataFrame({"n": [1, 2]}, index=[2022, 2023])
    assert cells(figure(years)) == [["Row", "N"], ["2022", "1"], ["2023", "2"]]
    assert cells(figure(years.rename_axis("year")))[1] == ["2022", "1"]
    assert cells(figure(pd.Series([7, 7, 9]).value_counts()))[1] == ["7", "2"]
    assert cells(figure(FRAME[2:][["value"]])) == [["Value"], ["5"], ["6"]], "rows are not counted aloud"
    assert cells(figure(pd.DataFrame({"n": [1998, 2001]})))[1] == ["1,998"]


def test_small_numbers_are_not_written_as_0_and_no_heading_is_blank() -> None:
    assert cells(figure(pd.DataFrame({"p": [0.004, 0.12, 5e-17]})))[1:] == [["0.004"], ["0.120"], ["0.000"]]
    assert cells(figure(pd.DataFrame({"": [1], "yes": pd.array([True], dtype="boolean")}))) == [
        ["Blank", "Yes"],
        ["1", "Yes"],
    ]


def test_a_series_is_a_table() -> None:
    assert cells(figure(FRAME.groupby("kind")["value"].mean())) == [["Kind", "Value"], ["a", "23.0"], ["b", "5.5"]]


def test_words_in_a_frame_cannot_become_markup() -> None:
    page = figure(pd.DataFrame({"<b>x</b>": ["<script>1</script>"]}))
    assert not page.find_all(["script", "b"])


# Pictures


def test_a_picture_needs_a_title_and_alternative_text() -> None:
    made: Any = BeautifulSoup(picture(POINT, "A point", "One point, far away").html, "html.parser")
    assert made.img["alt"] == "One point, far away"
    assert made.img["src"].startswith("data:image/png;base64,")
    for title, words in (("", "x"), ("x", " ")):
        with pytest.raises(PictureWithoutWords):
            picture(POINT, title, words)


def test_an_object_that_is_not_a_picture_is_refused() -> None:
    for drawn in (b"GIF89a", object(), FRAME):
        with pytest.raises(OutputNotPublishable):
            picture(drawn, "T", "A")


def test_a_figure_of_another_library_is_saved_without_its_version() -> None:
    class Figure:
        def savefig(self, into: Any, **options: Any) -> None:
            assert options["metadata"] == {"Software": None}
            into.write(POINT)

    assert "data:image/png" in picture(Figure(), "T", "A").html


# Anything else


@pytest.mark.parametrize(
    ("bundle", "error"),
    [
        ({"text/html": "<script src='https://cdn.example/x.js'></script>"}, OutputNotPublishable),
        ({"text/html": "<iframe src=x></iframe>"}, OutputNotPublishable),
        ({"text/html": "<p onclick='x()'>y</p>"}, OutputNotPublishable),
        ({"text/html": "<a href=' java\nscript:x()'>y</a>"}, OutputNotPublishable),
        ({"text/html": "<img src='//example.org/a.png' alt='a'>"}, OutputNotPublishable),
        ({"text/html": "<p style='background: url(https://example.org/a)'>y</p>"}, OutputNotPublishable),
        ({"text/html": "<table><tr><td>1</table>"}, OutputNotPublishable),
        ({"text/html": "<img src='data:image/png;base64,AA=='>"}, PictureWithoutWords),
        ({"text/markdown": "![a](https://example.org/a.png)"}, OutputNotPublishable),
        ({"text/markdown": "<script>1</script>"}, OutputNotPublishable),
        ({"image/png": "AA==", "text/plain": "<Figure>"}, PictureWithoutWords),
        ({"image/svg+xml": "<svg/>"}, PictureWithoutWords),
        ({"application/vnd.plotly.v1+json": {}, "text/html": "<p>x</p>"}, OutputNotPublishable),
        ({"application/javascript": "1"}, OutputNotPublishable),
        ({"text/plain": "[<matplotlib.lines.Line2D object at 0x7f12ab>]"}, OutputNotPublishable),
        ({"text/plain": "{'a': <generator object <genexpr> at 0x7f12ab>}"}, OutputNotPublishable),
        ({"text/html": "<svg aria-label='a'><image href='https://example.org/a.png'/></svg>"}, OutputNotPublishable),
        ({"text/plain": "<bound method Report.table of Report of Workforce>"}, OutputNotPublishable),
        ({"text/plain": "<IPython.core.display.Math object>", "text/latex": "$x$"}, OutputNotPublishable),
        ({"text/html": "<p style='Position: fixed; top: 0'>x</p>"}, OutputNotPublishable),
        ({"text/html": "<svg width='9'></svg>"}, PictureWithoutWords),
        ({"text/html": "</div></main><h1>x</h1>"}, OutputNotPublishable),
        ({"text/html": "<p><b>bold to the end of the page"}, OutputNotPublishable),
        ({"text/html": "<p>x <!-- to the end of the page"}, OutputNotPublishable),
        ({"text/html": "<p title='to the end of the page>x</p>"}, OutputNotPublishable),
        ({"text/markdown": "| a |\n|---|\n| 1 |"}, OutputNotPublishable),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else "",
)
def test_output_that_would_not_work_on_a_page_is_refused(bundle: dict[str, Any], error: type[OutputRefused]) -> None:
    with pytest.raises(error) as refused:
        checked(bundle)
    assert str(refused.value).count(". ") >= 1, "says what is wrong, and what to do"


def test_safe_html_is_shown() -> None:
    for bundle in (
        {"text/plain": "42"},
        {"text/html": "<p>See <a href='https://example.org'>this</a></p>", "text/plain": "x"},
        {"text/html": "<ul><li>a<li>b</ul><p>x<br/>y<svg aria-label='z'><path d='M0'/></svg>", "text/plain": "x"},
        {"text/markdown": "Caseloads **fell**.", "text/plain": "x"},
    ):
        assert checked(dict(bundle)) == bundle
    assert checked({"text/plain": "x", "text/latex": "x"}) == {"text/plain": "x"}


def test_parts_of_the_report_pass_unchanged() -> None:
    made = altair_figure(chart(), Units())
    assert house_style(made, Units()) is made
    assert isinstance(made, Html)
    assert house_style(3, Units()) is None


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (alt.Chart(FRAME, title="T").mark_bar().encode(x="kind", y="count()"), "Kind: a; Count: 2"),
        (
            alt.Chart(FRAME.rename(columns={"value": "open_cases"}), title="T")
            .mark_bar()
            .encode(x="period", y="sum(open_cases)"),
            "Period: 2023-24-Q2; Sum of open cases: 17",
        ),
    ],
)
def test_a_mark_of_several_rows_is_described_by_readers_names(made: alt.Chart, words: str) -> None:
    assert f'aria-label="{words}"' in svg(figure(made))
    assert f">{words.split('; ')[1].split(':')[0]}<" in svg(figure(made)), "the axis has the same name"


def test_a_table_of_great_tables_keeps_its_words_and_formats() -> None:
    great_tables = pytest.importorskip("great_tables")
    rows = pd.DataFrame(
        {"area": ["North", "South"], "name": ["2023-24-Q3", "y"], "n": [1234.5, None], "share": [0.12, 0.5]}
    )
    made = great_tables.GT(rows, rowname_col="name", groupname_col="area").tab_header("Visits", "By area")
    made = made.fmt_number("n", decimals=1).fmt_percent("share", decimals=0).tab_spanner("Both", ["n", "share"])
    page = figure(made.tab_source_note("Counted twice."))
    assert page.caption.text == "Visits. By area"
    assert cells(page) == [
        ["Row", "Both, n", "Both, share"],
        ["North: Q3 2023-24", "1,234.5", "12%"],
        ["South: y", "not available", "50%"],
    ]
    assert page.find("p").text == "Counted twice."
    with pytest.raises(OutputNotPublishable, match="pictures in its cells"):
        house_style(great_tables.GT(rows).fmt("<img>".format, "n"), Units())
    assert figure(great_tables.GT(rows.head(0)).tab_header("Visits")).text == "Visits: there are no rows."


def test_moments_infinities_and_mixed_cells_are_written_for_readers() -> None:
    rows = pd.DataFrame(
        {
            "when": pd.to_datetime(["2024-01-01 13:30", "2024-01-02 00:00"]),
            "month": pd.period_range("2024-01", periods=2, freq="M"),
            "rate": [float("inf"), 1.25],
            "mixed": [1 + 2j, [1, 2]],
        }
    )
    assert cells(figure(rows))[1:] == [
        ["1 January 2024, 13:30", "January 2024", "Not available", "(1+2j)"],
        ["2 January 2024", "February 2024", "1.3", "[1, 2]"],
    ]


def test_a_mean_of_figures_has_one_decimal_more(units: Units) -> None:
    rows = pd.DataFrame({"id": ["case-supervisions-in-time"], "value": [200 / 3]})
    assert cells(figure(rows, units))[1][1] == "66.7%"


def test_what_only_has_the_name_of_figures_has_not_their_unit(scorecard: Scorecard) -> None:
    known = Units.of(scorecard)
    figures = scorecard.history.query("indicator_id == 'case-supervisions-in-time'").tail(4)
    figures = figures[["indicator_id", "quarter", "value"]].reset_index(drop=True)
    assert cells(figure(figures, known))[1:] == [
        ["Case supervisions in time", "Q4 2022-23", "51%"],
        ["Case supervisions in time", "Q1 2023-24", "46%"],
        ["Case supervisions in time", "Q2 2023-24", "50%"],
        ["Case supervisions in time", "Q3 2023-24", "62%"],
    ]
    changed = figures.assign(value=figures["value"].diff())
    assert [row[2] for row in cells(figure(changed, known))[2:]] == ["\N{MINUS SIGN}5", "4", "12"]
    drawn = figure(alt.Chart(changed, title="T").mark_bar().encode(x="quarter", y="value"), known)
    assert "%" not in drawn.img["alt"] + svg(drawn)
    across = changed.pivot(index="indicator_id", columns="quarter", values="value")
    assert cells(figure(across, known))[1][2:] == ["\N{MINUS SIGN}5", "4", "12"]
    named = figures.groupby("indicator_id")["value"]
    assert cells(figure(named.mean(), known))[1][1] == "52.25%"
    assert cells(figure(named.sum(), known))[1][1] == "209"


def test_ids_stay_ids_next_to_names(units: Units) -> None:
    rows = pd.DataFrame({"id": ["case-supervisions-in-time"], "name": ["Supervisions"]})
    assert cells(figure(rows, units)) == [["Id", "Indicator"], ["case-supervisions-in-time", "Supervisions"]]


def test_headings_given_to_a_styler_are_kept() -> None:
    styled = FRAME[["kind", "value"]].style.relabel_index(["Kind of thing", "N"], axis=1).hide(axis="index")
    assert cells(figure(styled))[0] == ["Kind of thing", "N"]


def test_a_wide_frame_is_named_after_its_first_columns() -> None:
    page = figure(pd.DataFrame([range(20)], columns=[f"c{number}" for number in range(20)]))
    assert page.caption.text == "C0, C1, C2, C3, C4, C5 and 14 other columns"
