"""Signal and noise on pages: words and a shape for every icon, a correct text for every chart, and no empty charts."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import altair as alt
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import Project, copy_project
from long_basket import LAST, lengthen

from quarterly.data.load import Basket, load_basket
from quarterly.display.report import Report
from quarterly.display.spc import xmr_chart
from quarterly.measures.scorecard import build_scorecard
from quarterly.measures.spc import vary

AREAS = ["early-help", "social-work-practice", "children-in-care", "quality-assurance", "workforce"]
HOSTILE = "<script>alert('1')</script> \"quoted\" & {{< include x >}}"


@pytest.fixture(scope="module")
def long_basket(tmp_path_factory: pytest.TempPathFactory) -> Basket:
    project = copy_project(tmp_path_factory.mktemp("long"))
    lengthen(project.root)
    return load_basket(project.root / "data")


def report(basket: Basket, area: str) -> Report:
    whole = build_scorecard(basket, LAST)
    return Report(basket.as_known_at(LAST), whole.area(area), area, whole)


def page(basket: Basket, area: str) -> BeautifulSoup:
    return BeautifulSoup(str(report(basket, area).signals().html), "html.parser")


@pytest.fixture(scope="module")
def workforce(long_basket: Basket) -> BeautifulSoup:
    return page(long_basket, "workforce")


@pytest.fixture(scope="module")
def practice(long_basket: Basket) -> BeautifulSoup:
    return page(long_basket, "social-work-practice")


def row_of(page: BeautifulSoup, name: str) -> list[Tag]:
    (row,) = [row for row in page.select("tbody tr") if row.select("a") and row.find("th").get_text() == name]  # type: ignore[union-attr]
    return list(row.select("td"))


def figure_of(page: BeautifulSoup, indicator: str) -> Tag:
    found = page.select_one(f"figure#control-{indicator}")
    assert found is not None
    return found


def drawn(figure: Tag) -> str:
    """Return the words in a picture."""
    svg = BeautifulSoup(unquote(str(figure.select_one("img")["src"]).partition(",")[2]), "html.parser")  # type: ignore[index]
    return " | ".join(text.get_text() for text in svg.select("text"))


def test_every_icon_has_a_word_and_a_text_from_its_figures(workforce: BeautifulSoup) -> None:
    icons = workforce.select("img.icon")
    assert len(icons) == 7
    for icon in icons:
        word = icon.find_parent("td").get_text(strip=True)  # type: ignore[union-attr]
        assert word
        alternative = str(icon["alt"])
        assert alternative.startswith(word)
        assert re.search(r"\d", alternative)


def test_icons_differ_in_shape_and_not_only_in_colour(workforce: BeautifulSoup, practice: BeautifulSoup) -> None:
    drawings: dict[str, str] = {}
    for icon in [*workforce.select("img.icon"), *practice.select("img.icon")]:
        word = icon.find_parent("td").get_text(strip=True)  # type: ignore[union-attr]
        drawings[word] = re.sub(r'stroke="#[0-9a-f]+"', "", unquote(str(icon["src"])))
    assert len(drawings) == 6
    assert len(set(drawings.values())) == 6


def test_a_rating_is_shown_with_its_reliability(workforce: BeautifulSoup, practice: BeautifulSoup) -> None:
    rating = row_of(workforce, "Case supervisions in time")[0].get_text(" ", strip=True)
    assert rating == "■ Red but within normal variation, and the target will not be met without change"
    rating = row_of(practice, "ICPCs within 15 working days")[0].get_text(" ", strip=True)
    assert rating == "● Green but the target will not be met reliably"


def test_the_scorecard_shows_it_too(long_basket: Basket, basket: Basket) -> None:
    table = BeautifulSoup(str(report(long_basket, "workforce").table().html), "html.parser")
    cell = table.select_one("#row-average-caseload [data-label=RAG]")
    assert cell is not None
    assert "but within normal variation" in cell.get_text()
    assert 'class="beside"' not in str(report(basket, "workforce").table().html)


def test_the_text_of_a_chart_says_mean_limits_and_finding(workforce: BeautifulSoup) -> None:
    figure = figure_of(workforce, "case-supervisions-in-time")
    assert figure.select_one("img")["alt"] == (  # type: ignore[index]
        "Control chart of Case supervisions in time: 20 figures from Q4 2018-19 to Q3 2023-24. Mean 50.7%, normal "
        "range 43.8% to 57.6%. Common cause: 51% is within the normal range, 43.8% to 57.6%. Consistently fails the "
        "target of 90%: no figure within the limits meets it."
    )
    assert len(figure.select("tbody tr")) == 20


def test_a_limit_that_no_figure_can_reach_is_not_drawn(practice: BeautifulSoup) -> None:
    figure = figure_of(practice, "icpc-15-days")
    assert "88.6% or more" in figure.get_text()
    assert "Lower limit" in drawn(figure)
    assert "Upper limit" not in drawn(figure)


def test_a_known_change_is_marked_on_the_chart_and_described(practice: BeautifulSoup) -> None:
    figure = figure_of(practice, "child-in-need-visits")
    assert re.search(r"(^|\| )A( \||$)", drawn(figure))
    told = "A: Q4 2019-20, visits by telephone count since then; limits start again."
    assert told in figure.get_text()
    assert told in str(figure.select_one("img")["alt"])  # type: ignore[index]
    other = figure_of(practice, "core-group-meetings").get_text()
    assert "the recording system was down for six weeks; outlying changes are left out of the limits." in other


def test_charts_of_a_special_cause_are_open_and_the_others_are_one_click_away(practice: BeautifulSoup) -> None:
    closed = [figure["id"] for figure in practice.select("details:not(.chart-data) figure[id^=control-]")]
    kinds = [row.select("td")[1].get_text(" ", strip=True) for row in practice.select("tbody tr:has(img.icon)")]
    assert 0 < len(closed) == sum("Common cause" in kind for kind in kinds) < len(kinds)


def test_indicators_without_limits_have_a_reason_and_no_chart(workforce: BeautifulSoup) -> None:
    text = workforce.get_text()
    assert "Too early to say for ISROs with more than 55 children: 5 figures since the last known change" in text
    assert workforce.select_one("#control-isros-over-55-children") is None
    assert len(workforce.select("figure")) == 4


@pytest.mark.parametrize("area", ["workforce", "social-work-practice"])
def test_every_control_chart_is_a_valid_specification_and_repeatable(long_basket: Basket, area: str) -> None:
    scorecard = build_scorecard(long_basket, LAST).area(area)
    charted = {name: found for name, found in vary(scorecard).items() if found.limits is not None}
    assert len(charted) >= 4
    for name, found in charted.items():
        first, second = (xmr_chart(scorecard.rows.loc[name], found) for _ in range(2))
        alt.Chart.from_dict(first.chart, validate=True)
        assert first.html == second.html


def test_a_reason_is_shown_as_text_whatever_it_contains(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    lengthen(project.root)
    path = project.root / "data" / "known_changes.csv"
    quoted = '"' + HOSTILE.replace('"', '""') + '"'
    text = path.read_text(encoding="utf-8").replace("visits by telephone count since then", quoted)
    path.write_text(text, encoding="utf-8", newline="\n")
    shown = page(load_basket(project.root / "data"), "social-work-practice")
    assert shown.select("script") == []
    assert HOSTILE in figure_of(shown, "child-in-need-visits").get_text()


# The worked example


@pytest.mark.parametrize("area", AREAS)
def test_with_four_quarters_the_page_explains_it_in_a_few_lines_without_charts(built: Project, area: str) -> None:
    html = (built.root / "_site" / "reports" / str(LAST) / f"{area}.html").read_text(encoding="utf-8")
    section = BeautifulSoup(html, "html.parser").select_one("section#signal-or-noise, #signal-or-noise")
    assert section is not None
    after = section if section.name == "section" else section.parent
    assert after is not None
    text = " ".join(after.get_text(" ").split())
    assert "figures, and limits need 12, so 8 more quarters are needed" in text
    assert "changed by more than rounding can explain" in text
    assert "Control chart" not in html
    assert "Among other authorities" not in html


def test_the_data_quality_page_counts_every_check_and_says_what_cannot_be_known(built: Project) -> None:
    html = (built.root / "_site" / "reports" / str(LAST) / "data-quality.html").read_text(encoding="utf-8")
    text = " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
    for part in (
        "Percentages are possible for the number of cases 26 2 137 The source does not say",
        "Ratings (RAG) match those published 53 3 4",
        "Versions of the same measure agree 3 0 1",
        "The tolerance was left out: without it the rule gives the published rating.",
        "There were no cases, so no percentage is possible",
        "the published comparators are not checked",
        "The same when rounded",
    ):
        assert part in text, part


def test_the_methods_page_has_every_rule_with_its_source(built: Project) -> None:
    html = (built.root / "_site" / "methods.html").read_text(encoding="utf-8")
    text = " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())
    for word in (
        "2.66",
        "3.267",
        "Wheeler",
        "Making Data Count",
        "Nelson",
        "Wilson",
        "Newcombe",
        "seven figures in a row",
    ):
        assert word in text, word
    assert 'id="signal-or-noise"' in html
