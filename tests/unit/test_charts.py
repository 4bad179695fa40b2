"""Charts are valid, repeatable, described in words, and safe whatever an indicator is called."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import altair as alt
import pandas as pd
import pytest
from conftest import COMPARATOR_LABELS, EXAMPLE
from hypothesis import given
from hypothesis import strategies as st

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit
from quarterly.core.written import comparator_cell, show, target_cell
from quarterly.data.load import Basket
from quarterly.display import drawing as drawings
from quarterly.display.charts.against import spread
from quarterly.display.charts.ranges import ranges
from quarterly.display.charts.ratings import ratings
from quarterly.display.charts.small import trend_line
from quarterly.display.charts.style import Picture, figure
from quarterly.display.charts.trend import ends, lines, trend
from quarterly.display.drawing import STYLE
from quarterly.display.findings import headline
from quarterly.display.html import Html
from quarterly.display.report import Report
from quarterly.display.tables import kpi_rows, kpi_table, rag_by_area
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
AREAS = ["early-help", "social-work-practice", "children-in-care", "quality-assurance", "workforce"]
#: The worst possible name: markup, both kinds of quotes, an entity, and characters with a meaning in charts and
#: addresses.
HOSTILE = """<script>alert('1')</script> "quoted" & it's 100% #1 &lt; <img src=x onerror='y'> {{ 7*7 }}"""
#: The same without an apostrophe, which is tested separately.
MARKUP = """<script>alert(1)</script> "quoted" & 100% #1 &lt; <img src=x onerror=y> {{ 7*7 }}"""


#: The chart with all the percentages of an area.
RANGES = "ranges"


class Page(HTMLParser):
    """A parsed piece of a page: its elements, their attributes and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.cells: list[list[str]] = []
        self.in_cell = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element, and start a row or a cell."""
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.cells.append([])
        elif tag in ("th", "td"):
            self.cells[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """End a cell."""
        self.in_cell = self.in_cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data
        if self.in_cell:
            self.cells[-1][-1] += data

    def images(self) -> list[dict[str, str]]:
        """List the images with their attributes."""
        return [{name: value or "" for name, value in attrs.items()} for tag, attrs in self.elements if tag == "img"]


def rows_of(html: str) -> dict[str, list[str]]:
    """Read the tables of a piece of a page: for each row heading its cells."""
    return {" ".join(head.split()): cells for head, *cells in Page(html).cells}


def drawing(image: dict[str, str]) -> ET.Element:
    """Open the picture of an image as a browser would: from its address, as XML."""
    kind, _, svg = image["src"].partition(",")
    assert kind == "data:image/svg+xml;charset=utf-8"
    return ET.fromstring(unquote(svg))  # noqa: S314 - made here, from our own figures


def svg_texts(image: dict[str, str]) -> list[str]:
    """List the texts of a picture; one broken over lines is joined with spaces."""
    texts = [element for element in drawing(image).iter() if element.tag.endswith("}text")]
    return [" ".join(part.strip() for part in element.itertext()) for element in texts]


@contextmanager
def undrawn() -> Iterator[list[dict[str, Any]]]:
    """Collect the specifications, and draw an empty picture instead, which takes no time."""
    specifications: list[dict[str, Any]] = []

    def collect(specification: dict[str, Any]) -> str:
        specifications.append(deepcopy(specification))
        return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quarterly.display.charts.style.draw_svg", collect)
        yield specifications


def report(basket: Basket, scorecard: Scorecard, area: str = "quality-assurance") -> Report:
    return Report(basket, scorecard.area(area), area, scorecard)


def shares(basket: Basket, scorecard: Scorecard) -> Html:
    """Return the bars of the quality-assurance notebook."""
    return report(basket, scorecard).parts(
        "Grades of practice reviews",
        of="practice-reviews-completed",
        rest="Neither",
        Good_or_better="practice-reviews-good",
        Inadequate="practice-reviews-inadequate",
    )


def percentages(scorecard: Scorecard, area: str) -> list[str]:
    rows = scorecard.area(area).rows
    return [str(name) for name in rows.index[rows["unit"] == Unit.PERCENTAGE]]


def draw_area(scorecard: Scorecard, area: str) -> dict[str, Picture]:
    """Draw every chart of an area: one trend for each indicator, and the ranges of its percentages."""
    trends = {str(name): trend(scorecard, str(name)) for name in scorecard.area(area).rows.index}
    return {**trends, RANGES: ranges(scorecard, percentages(scorecard, area), f"Percentages of {area}")}


@pytest.fixture(scope="module")
def drawn(scorecard: Scorecard) -> dict[str, dict[str, Picture]]:
    """Return every chart of every area."""
    return {area: draw_area(scorecard, area) for area in AREAS}


def image_of(picture: Html) -> dict[str, str]:
    """Return the one image of a figure."""
    (image,) = Page(str(picture.html)).images()
    return image


def test_indicators_with_the_same_short_name_have_a_row_each(scorecard: Scorecard) -> None:
    alike = replace(scorecard, rows=scorecard.rows.assign(short_name="Visits in time"))
    assert ratings(alike, "Ratings").html.count('scope="row"') == len(alike.rows)


def test_the_areas_are_those_of_the_basket(basket: Basket) -> None:
    assert basket.area_ids == AREAS


#: Parts that differ between charts of one shape: their figures, and the words and numbers made from them.
OF_ITS_FIGURES = {"datasets", "values", "data", "params", "domain", "sort"}
OF_ITS_FIGURES |= {"title", "subtitle", "description", "text", "name"}


def shape_of(part: object, *, of_its_figures: bool = False) -> object:
    """Describe a specification without its figures: only their types."""
    if isinstance(part, dict):
        return {
            key: shape_of(value, of_its_figures=of_its_figures or key in OF_ITS_FIGURES) for key, value in part.items()
        }
    if isinstance(part, list):
        return sorted({json.dumps(shape_of(one, of_its_figures=of_its_figures), sort_keys=True) for one in part})
    return type(part).__name__ if of_its_figures else part


def test_every_chart_is_a_valid_specification(drawn: dict[str, dict[str, Picture]]) -> None:
    """One of each shape is validated: it takes a quarter of a second."""
    shapes = {
        json.dumps(shape_of(picture.chart), sort_keys=True): picture.chart
        for pictures in drawn.values()
        for picture in pictures.values()
    }
    assert 5 < len(shapes) < 30
    for specification in shapes.values():
        alt.LayerChart.from_dict(specification, validate=True)
        assert "/vega-lite/v6" in specification["$schema"]


def test_the_stacked_bars_are_a_valid_specification(basket: Basket, scorecard: Scorecard) -> None:
    """Validated as drawn, with the house style."""
    with undrawn() as specifications:
        shares(basket, scorecard)
    (specification,) = specifications
    alt.LayerChart.from_dict(specification, validate=True)


def test_a_chart_with_the_house_style_is_a_valid_specification(scorecard: Scorecard) -> None:
    with undrawn() as specifications:
        trend(scorecard, "agency-workers")
    specification = {**specifications[0], "config": deepcopy(STYLE)}
    alt.LayerChart.from_dict(specification, validate=True)
    specification["config"]["axis"]["labelFontSize"] = "twelve"
    with pytest.raises(Exception, match="'twelve' is not of type 'number'"):
        alt.LayerChart.from_dict(specification, validate=True)


@pytest.mark.parametrize("area", AREAS)
def test_every_picture_is_well_formed_and_loads_nothing(drawn: dict[str, dict[str, Picture]], area: str) -> None:
    for name, picture in drawn[area].items():
        image = image_of(picture)
        svg = drawing(image)
        assert svg.tag == "{http://www.w3.org/2000/svg}svg", name
        assert (svg.get("width"), svg.get("height")) == (image["width"], image["height"]), name
        tags = {element.tag.rpartition("}")[2] for element in svg.iter()}
        assert tags <= {"svg", "g", "path", "line", "rect", "text", "tspan", "defs", "clipPath", "title"}, name
        assert not any("href" in attribute for element in svg.iter() for attribute in element.attrib), name


@pytest.mark.parametrize("area", AREAS)
def test_every_picture_of_a_trend_shows_each_figure_as_text(
    scorecard: Scorecard, drawn: dict[str, dict[str, Picture]], area: str
) -> None:
    for name in scorecard.area(area).rows.index:
        texts = svg_texts(image_of(drawn[area][str(name)]))
        figures = known_figures(scorecard, str(name))
        assert set(figures or ["No figures are available"]) <= set(texts), name


@pytest.mark.parametrize("area", AREAS)
def test_a_picture_is_the_same_when_it_is_drawn_again(drawn: dict[str, dict[str, Picture]], area: str) -> None:
    for name, picture in drawn[area].items():
        again = figure(picture.chart, picture.title, picture.subtitle, picture.alternative)
        assert image_of(again) == image_of(picture), name


def test_threads_that_draw_at_once_get_their_own_pictures(drawn: dict[str, dict[str, Picture]]) -> None:
    shown = [figure.chart for figures in drawn.values() for figure in figures.values()][:8]
    one_by_one = [drawings.draw_svg(chart) for chart in shown]
    drawings.compiled.cache_clear()
    drawings.drawn.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drawings.draw_svg, shown)) == one_by_one


def test_charts_of_one_shape_are_drawn_as_if_each_were_the_first(scorecard: Scorecard) -> None:
    first = {name: trend(scorecard, name).html for name in ("core-group-meetings", "agency-workers")}
    drawings.compiled.cache_clear()
    drawings.drawn.cache_clear()
    for name in reversed(first):
        assert trend(scorecard, name).html == first[name]
        drawings.compiled.cache_clear()
        drawings.drawn.cache_clear()


def test_coordinates_in_a_picture_are_rounded_to_what_machines_agree_on(drawn: dict[str, dict[str, Picture]]) -> None:
    for name, picture in drawn["workforce"].items():
        places = re.findall(r' (?:d|transform)="([^"]*)"', unquote(str(image_of(picture)["src"])))
        assert len(places) > 10, name
        assert not re.search(r"\.\d{4}", " ".join(places)), name


def test_a_chart_is_the_same_in_another_process(scorecard: Scorecard) -> None:
    """Built again, whatever the hash seed, and whatever was drawn before."""
    code = """
import hashlib, sys
from pathlib import Path
from quarterly.display.charts.ranges import ranges
from quarterly.display.charts.trend import lines
from quarterly.data.load import load_basket
from quarterly.measures.scorecard import build_scorecard
from quarterly.core.quarters import Quarter
scorecard = build_scorecard(load_basket(Path(sys.argv[1])), Quarter(2023, 3))
shown = lines(scorecard, ["core-group-meetings", "average-caseload"])
shown += ranges(scorecard, ["icpc-15-days", "core-group-meetings"], "Timeliness")
print(hashlib.sha256(str(shown.html).encode()).hexdigest())
"""
    here = lines(scorecard, ["core-group-meetings", "average-caseload"])
    here += ranges(scorecard, ["icpc-15-days", "core-group-meetings"], "Timeliness")
    expected = hashlib.sha256(str(here.html).encode()).hexdigest()
    command = [sys.executable, "-c", code, str(EXAMPLE / "data")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == expected


def test_the_fonts_of_the_machine_change_no_picture(tmp_path: Path) -> None:
    """A machine may have its own Liberation Sans, of another version; later lookups of fonts find it."""
    code = """
import hashlib, os
from quarterly.display import drawing
shape = {"data": {"values": [{"x": 1}]}, "mark": {"type": "text", "text": "Caseload: 14.0", "fontSize": 13}}
before = os.environ.get("FONTCONFIG_FILE")
print(hashlib.sha256(drawing.draw_png(shape)).hexdigest())
assert os.environ.get("FONTCONFIG_FILE") == before
"""
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>", encoding="utf-8")
    as_it_is = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    pictures = [
        subprocess.run(
            [sys.executable, "-c", code], env=known, capture_output=True, text=True, encoding="utf-8", check=True
        ).stdout
        for known in (as_it_is, {**as_it_is, "FONTCONFIG_FILE": str(bare)})
    ]
    assert pictures[0] == pictures[1]


def known_figures(scorecard: Scorecard, name: str) -> list[str]:
    """Every figure of the shown quarters, as a reader sees it."""
    row = scorecard.rows.loc[name]
    return [show(row, row[str(quarter)]) for quarter in scorecard.quarters if pd.notna(row[str(quarter)])]


def says(text: str, figure: str) -> bool:
    """Return whether a text has a figure as such, and not as a part of a longer one."""
    return re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d%]|[.,]\d)", text) is not None


def says_every_figure(scorecard: Scorecard, name: str, alternative: str) -> bool:
    """Return whether an alternative text has each known figure with its quarter, and no quarter without one."""
    row = scorecard.rows.loc[name]
    told = {quarter.short_label: show(row, row[str(quarter)]) for quarter in scorecard.quarters}
    return all(
        says(alternative, f"{label}: {figure}") if figure else f"{label}:" not in alternative
        for label, figure in told.items()
    )


@pytest.mark.parametrize("area", AREAS)
def test_the_alternative_text_of_a_trend_has_every_figure_with_its_quarter(
    scorecard: Scorecard, drawn: dict[str, dict[str, Picture]], area: str
) -> None:
    for name in scorecard.area(area).rows.index:
        alternative = image_of(drawn[area][str(name)])["alt"]
        assert says_every_figure(scorecard, str(name), alternative), name
        assert all(says(alternative, figure) for figure in known_figures(scorecard, str(name))), name


@pytest.mark.parametrize("length", [1, 6])
def test_the_alternative_text_follows_the_number_of_quarters_shown(basket: Basket, length: int) -> None:
    scorecard = build_scorecard(basket, Q3).showing(length)
    for name in scorecard.area("workforce").rows.index:
        with undrawn():
            alternative = image_of(trend(scorecard, str(name)))["alt"]
        assert says_every_figure(scorecard, str(name), alternative), name
        assert ("Q2 2023-24:" in alternative) == (length > 1 and bool(known_figures(scorecard, str(name)))), name


@pytest.mark.parametrize("area", AREAS)
def test_the_alternative_text_of_a_trend_has_the_target_and_the_comparators(
    scorecard: Scorecard, drawn: dict[str, dict[str, Picture]], area: str
) -> None:
    for name, row in scorecard.area(area).rows.iterrows():
        alternative = image_of(drawn[area][str(name)])["alt"]
        if pd.notna(row["target"]):
            assert f"Target {target_cell(row).text}" in alternative, name
        for comparator in COMPARATOR_LABELS:
            if pd.notna(row[comparator]):
                assert says(alternative, comparator_cell(row, comparator).text), name


@pytest.mark.parametrize("area", AREAS)
def test_the_alternative_text_of_a_trend_does_not_deny_an_existing_target(
    scorecard: Scorecard, drawn: dict[str, dict[str, Picture]], area: str
) -> None:
    """A target that is a direction, or not available, is not 'no target'."""
    denied = {name for name in scorecard.area(area).rows.index if "no target" in drawn[area][str(name)].alternative}
    untargeted = {name for name, row in scorecard.area(area).rows.iterrows() if target_cell(row).text == "None"}
    assert denied <= untargeted


@pytest.mark.parametrize("area", AREAS)
def test_the_alternative_text_of_the_ranges_has_the_latest_figure_and_the_target(
    scorecard: Scorecard, drawn: dict[str, dict[str, Picture]], area: str
) -> None:
    alternative = image_of(drawn[area][RANGES])["alt"]
    told = dict(part.split(": ", 1) for part in alternative.removeprefix("Dot chart. ").rstrip(".").split("; "))
    for name in percentages(scorecard, area):
        row = scorecard.rows.loc[name]
        found = told[row["short_name"]]
        if pd.isna(row["value"]):
            assert "the latest figure is not available" in found, name
            continue
        assert says(found, show(row, row["value"])), name
        assert pd.isna(row["target"]) or says(found, target_cell(row).text), name


@pytest.mark.parametrize("area", AREAS)
def test_the_ranges_have_every_figure_in_the_table_of_the_figure(
    scorecard: Scorecard, drawn: dict[str, dict[str, Picture]], area: str
) -> None:
    """Four figures of many indicators are too much for one alternative text; the table below has them all."""
    told = rows_of(str(drawn[area][RANGES].html))
    for name in percentages(scorecard, area):
        row = scorecard.rows.loc[name]
        figures = [show(row, row[str(quarter)]) or "Not available" for quarter in scorecard.quarters]
        assert told[row["short_name"]] == [*figures, target_cell(row).full], name


def test_the_alternative_text_of_the_bars_has_every_share_of_every_quarter(
    basket: Basket, scorecard: Scorecard
) -> None:
    alternative = image_of(shares(basket, scorecard))["alt"]
    parts = dict(part.split(": ", 1) for part in alternative.removeprefix("Stacked bars. ").rstrip(".").split(". "))
    good, bad = scorecard.rows.loc["practice-reviews-good"], scorecard.rows.loc["practice-reviews-inadequate"]
    whole = scorecard.rows.loc["practice-reviews-completed"]
    assert parts == {
        f"{quarter.short_label} ({whole[str(quarter)]:.0f} in total)": (
            f"Good or better {good[str(quarter)]:.0f}%, "
            f"Neither {100 - good[str(quarter)] - bad[str(quarter)]:.0f}%, Inadequate {bad[str(quarter)]:.0f}%"
        )
        for quarter in scorecard.quarters
    }


def test_an_indicator_without_any_figure_says_so_in_words(drawn: dict[str, dict[str, Picture]]) -> None:
    assert "no figures are available" in image_of(drawn["social-work-practice"]["plo-16-weeks"])["alt"]


numbers = st.integers(-500, 500).map(float) | st.floats(-500, 500)
positions = st.lists(numbers, max_size=8)
gaps = st.floats(0, 60)


@given(positions, gaps)
def test_labels_are_spread_until_each_has_its_gap(at: list[float], gap: float) -> None:
    moved = sorted(spread(at, gap))
    assert all(right - left >= gap - 1e-6 for left, right in pairwise(moved))


@given(positions, gaps)
def test_spreading_keeps_the_order_of_labels(at: list[float], gap: float) -> None:
    moved = spread(at, gap)
    assert len(moved) == len(at)
    assert sorted(range(len(at)), key=lambda i: (at[i], i)) == sorted(
        range(len(at)), key=lambda i: (moved[i], at[i], i)
    )


@given(positions, gaps)
def test_spreading_moves_no_label_that_has_room(at: list[float], gap: float) -> None:
    moved = spread(at, gap)
    ordered = sorted(at)
    if all(right - left > gap for left, right in pairwise(ordered)):
        assert moved == pytest.approx(at, abs=1e-9)
    if at:
        assert sum(moved) / len(at) == pytest.approx(sum(at) / len(at), abs=1e-6)


@pytest.fixture(scope="module", params=[HOSTILE, MARKUP], ids=["with an apostrophe", "without one"])
def hostile(request: pytest.FixtureRequest, basket: Basket) -> tuple[str, Basket, Scorecard]:
    """Return a basket in which every text that users type is hostile, each in a different way."""

    def spoil(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
        return table.assign(**{column: [f"{text} {request.param}" for text in table[column]] for column in columns})

    spoilt = replace(
        basket,
        areas=spoil(basket.areas, "name", "short_name", "note"),
        indicators=spoil(basket.indicators, "name", "short_name", "note"),
        observations=spoil(basket.observations, "note"),
        targets=spoil(basket.targets, "note"),
        published_ratings=spoil(basket.published_ratings, "note"),
    )
    return request.param, spoilt, build_scorecard(spoilt, Q3)


Piece = Callable[[str, Basket, Scorecard], Html]
PIECES: dict[str, Piece] = {
    "headline": lambda bad, _, scorecard: headline(scorecard, bad),
    "key performance indicators": lambda bad, _, scorecard: kpi_table(scorecard, kpi_rows(scorecard), bad),
    "ratings by area": lambda bad, basket, scorecard: rag_by_area(scorecard, basket.areas, bad),
    "trend": lambda _, __, scorecard: lines(scorecard, ["agency-workers", "core-group-meetings"]),
    "ranges": lambda bad, _, scorecard: ranges(scorecard, ["icpc-15-days", "child-in-need-visits"], bad),
    "stacked shares": lambda bad, basket, scorecard: report(basket, scorecard).parts(
        bad, "practice-reviews-completed", bad, good="practice-reviews-good", bad="practice-reviews-inadequate"
    ),
    "missing figures": lambda _, basket, scorecard: report(basket, scorecard).missing(),
    "disagreements": lambda _, basket, scorecard: cast(Html, Report(basket, scorecard, "", scorecard).disagreements()),
    "source notes": lambda _, basket, scorecard: report(basket, scorecard).source_notes(),
    "standing": lambda _, basket, scorecard: report(basket, scorecard).standing("agency-workers"),
}


def test_a_report_of_one_area_without_comparators_or_published_ratings_repeats_nothing(basket: Basket) -> None:
    lone = replace(
        basket,
        areas=basket.areas.head(1),
        comparators=basket.comparators.head(0),
        comparator_names=basket.comparator_names.head(0),
        published_ratings=basket.published_ratings.head(0),
    )
    scorecard = build_scorecard(lone, Q3)
    shown = Report(lone, scorecard, "All", scorecard)
    assert "All areas" not in shown.areas().text
    parts = [str(part.html) for part in (shown.table(), shown.overview()) if part]
    titles = re.findall(r"<(?:summary|caption)>([^<]*)", "".join(parts))
    assert [title for title in titles if re.search("comparators|others", title)] == []
    assert "nothing to compare with" in shown.agreement().text
    assert (shown.disagreements(), shown.not_compared()) == (None, None)


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_text_is_shown_as_text(hostile: tuple[str, Basket, Scorecard], piece: str) -> None:
    bad, basket, scorecard = hostile
    shown = PIECES[piece](bad, basket, scorecard)
    page = Page(str(shown.html))
    everything = page.text + " ".join(value or "" for _, attrs in page.elements for value in attrs.values())
    assert bad in everything
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "iframe", "object", "style", "link"})
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert all(image["src"].startswith("data:image/svg+xml") for image in page.images())


@pytest.mark.parametrize("piece", ["trend", "ranges", "stacked shares"])
def test_a_picture_with_hostile_text_is_well_formed(hostile: tuple[str, Basket, Scorecard], piece: str) -> None:
    """An apostrophe in a name, as in 'New children's social care referrals', must not break the picture either."""
    bad, basket, scorecard = hostile
    for image in Page(str(PIECES[piece](bad, basket, scorecard).html)).images():
        tags = {element.tag.rpartition("}")[2] for element in drawing(image).iter()}
        assert tags.isdisjoint({"script", "img", "image", "foreignObject"})


def test_each_real_name_is_complete_in_a_picture(scorecard: Scorecard) -> None:
    """Each name as an axis label, broken over lines; vega also writes it into an attribute."""
    known = scorecard.rows.dropna(subset=["value"])
    texts = svg_texts(image_of(ranges(scorecard, list(known.index), "Every name")))
    # A line may end at a hyphen, so spaces are ignored.
    assert {name.replace(" ", "") for name in known["short_name"]} <= {text.replace(" ", "") for text in texts}


def test_the_scale_of_a_trend_reaches_below_0_where_a_figure_or_target_does() -> None:
    """Drawn on a scale from 0, such figures ran over the names of the quarters and out of the picture."""
    assert ends([-30_000.0, 5_000.0], percentage=False) == (-35_250, 10_250)
    assert ends([-2.7, -3.4, 0.0], percentage=True)[0] < -3.4
    assert ends([67.0, 90.0], percentage=True) == (0, 100)


def test_the_line_in_a_row_of_a_table_uses_its_whole_height(scorecard: Scorecard) -> None:
    drawn, _ = trend_line(scorecard, "family-wellbeing-transferred-up")
    line = re.search(r'd="(M[^"]*)" fill="none"', drawn)
    assert line is not None
    heights = [float(point.split()[1]) for point in re.split("[ML]", line[1])[1:]]
    assert min(heights) == 4, "24% is the largest"
    assert max(heights) > 13, "11% is less than half of it"
