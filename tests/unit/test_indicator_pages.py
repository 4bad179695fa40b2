"""Each indicator has its own page, made from the scorecard, with everything known about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from quarterly.core.written import figure_cell, rating_cell
from quarterly.data.load import Basket
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.website.indicator_pages import NOTICE, indicator_pages, place_pages
from quarterly.outputs.website.pages.place_comments import place_comments


@pytest.fixture(scope="module")
def three(scorecard: Scorecard) -> Scorecard:
    """Return three indicators, of two areas."""
    ids = list(scorecard.rows.index)
    return scorecard.only([ids[0], ids[1], ids[-1]])


@pytest.fixture(scope="module")
def pages(three: Scorecard, basket: Basket) -> dict[str, str]:
    """Return their pages."""
    return indicator_pages(three, basket)


def read(page: str) -> tuple[dict[str, str], BeautifulSoup]:
    """Split a page into its settings and its contents."""
    _, settings, body = page.split("---\n", 2)
    return yaml.safe_load(settings), BeautifulSoup(body, "html.parser")


def test_each_indicator_has_a_page_at_the_address_of_its_id(three: Scorecard, pages: dict[str, str]) -> None:
    assert list(pages) == [f"{name}.qmd" for name in three.rows.index]


def test_each_page_has_its_own_title_and_description(three: Scorecard, pages: dict[str, str]) -> None:
    settings = [read(page)[0] for page in pages.values()]
    assert [each["title"] for each in settings] == list(three.rows["short_name"])
    assert len({each["description"] for each in settings}) == len(pages)
    for each, (_, row) in zip(settings, three.rows.iterrows(), strict=True):
        assert three.quarter.label in each["description"]
        assert figure_cell(row, row["value"], row["missing"]).words in each["description"]


def test_indicators_with_one_name_are_distinguished_by_their_areas(three: Scorecard, basket: Basket) -> None:
    from dataclasses import replace

    same = replace(three, rows=three.rows.assign(short_name="Timeliness"))
    titles = [read(page)[0]["title"] for page in indicator_pages(same, basket).values()]
    assert titles[0] != titles[-1]
    assert all(title.startswith("Timeliness (") for title in titles)


def test_a_page_gives_every_known_quarter(three: Scorecard, pages: dict[str, str]) -> None:
    for name, row in three.rows.iterrows():
        table = read(pages[f"{name}.qmd"])[1].select_one("table")
        assert isinstance(table, Tag)
        shown = [
            [cell.get_text(" ", strip=True) for cell in line.select("th, td")] for line in table.select("tbody tr")
        ]
        known = list(reversed(three.quarters_of(str(name))))
        assert [line[1] for line in shown] == [figure_cell(row, k["value"], k["missing"]).full for k in known]
        assert [re.sub(r"^\W ", "", line[3]) for line in shown] == [rating_cell(k).full for k in known]


def test_pages_link_to_the_area_and_to_the_previous_and_next_page(three: Scorecard, pages: dict[str, str]) -> None:
    ids = list(map(str, three.rows.index))
    for place, name in enumerate(ids):
        links = {str(link["href"]) for link in read(pages[f"{name}.qmd"])[1].select("a[href]")}
        area = three.rows.loc[name, "area_id"]
        assert f"../reports/{three.quarter}/{area}.html" in links
        beside = {f"{other}.html" for other in (ids[place - 1 : place] if place else []) + ids[place + 1 : place + 2]}
        assert beside <= links


def test_the_chart_has_a_correct_alternative_text(three: Scorecard, pages: dict[str, str]) -> None:
    for name, row in three.rows.iterrows():
        picture = read(pages[f"{name}.qmd"])[1].select_one("figure img")
        assert isinstance(picture, Tag)
        assert row["short_name"] in str(picture["alt"])


def test_pages_of_removed_indicators_are_deleted_and_others_are_left(tmp_path: Path) -> None:
    folder = tmp_path / "indicators"
    place_pages(folder, {"one.qmd": f"One {NOTICE}", "two.qmd": f"Two {NOTICE}"})
    (folder / "own.qmd").write_text("---\ntitle: What an analyst wrote\n---\n", encoding="utf-8")
    place_pages(folder, {"two.qmd": f"Two {NOTICE}"})
    assert sorted(path.name for path in folder.iterdir()) == ["own.qmd", "two.qmd"]


def test_officers_comments_of_each_edition_are_on_the_page(three: Scorecard, pages: dict[str, str]) -> None:
    name, row = next((str(name), row) for name, row in three.rows.iterrows())
    comment = (
        f'<section id="red-to-watch" class="level3 comment comment-red" data-indicators="{name}"><h3>Red to watch</h3>'
        f"<ul><li>{row['name']}</li></ul><p>{{words}}</p></section>"
    )
    site = {
        f"indicators/{name}.html": pages[f"{name}.qmd"],
        f"reports/2023-24-Q2/{row['area_id']}.html": f"<main><section>{comment.format(words='Then.')}</section></main>",
        f"reports/2023-24-Q3/{row['area_id']}.html": f"<main><section>{comment.format(words='Now.')}</section></main>",
    }
    done = place_comments(site)
    said = BeautifulSoup(done[f"indicators/{name}.html"], "html.parser").select(".said")
    assert [entry.select("p")[-1].get_text() for entry in said] == ["Now.", "Then."]
    assert [entry.select_one("a")["href"] for entry in said] == [  # type: ignore[index]
        f"../reports/2023-24-Q{number}/{row['area_id']}.html" for number in (3, 2)
    ]
    page = BeautifulSoup(done[f"reports/2023-24-Q2/{row['area_id']}.html"], "html.parser")
    assert [link["href"] for link in page.select(".comment a")] == [f"../../indicators/{name}.html"]
