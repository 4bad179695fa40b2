"""The pages of editions have their own titles, link to each other, and show which areas are signed off."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import copy_project

from quarterly.core.quarters import Quarter
from quarterly.outputs.website import includes
from quarterly.outputs.website.embedded import load_project
from quarterly.outputs.website.pages.editions import areas_block, with_edition, with_source

HEADER = '<header id="title-block-header"><h1>{0}</h1></header>'
PAGE = "<html><head><title>{0} \N{EN DASH} A council</title></head><body><main>" + HEADER + "</main></body></html>"
ADDRESSES = {
    f"reports/2023-24-Q{number}/{name}.html"
    for number, name in [
        (1, "workforce"),
        (2, "workforce"),
        (3, "workforce"),
        (3, "index"),
        (2, "index"),
        (1, "closed"),
    ]
}


NOWHERE = Path("no-such-folder")


def completed(page: str, address: str, project: Path = NOWHERE, pages: Collection[str] = ADDRESSES) -> str:
    return with_edition(page, address, dict.fromkeys(pages, "<h1>Workforce</h1>"), project / "_site", project)


def edition(quarter: str, name: str = "workforce") -> BeautifulSoup:
    return BeautifulSoup(completed(PAGE.format("Workforce"), f"reports/{quarter}/{name}.html"), "html.parser")


def test_each_page_of_an_edition_names_its_quarter_in_its_title() -> None:
    assert edition("2023-24-Q2").select("title")[0].get_text() == "Workforce, Quarter 2 2023-24 \N{EN DASH} A council"
    summary = completed(PAGE.format("Quarter 3 2023-24"), "reports/2023-24-Q3/index.html")
    assert "<title>Quarter 3 2023-24 \N{EN DASH} A council</title>" in summary


def test_an_older_edition_says_that_there_is_a_newer_one() -> None:
    assert [link["href"] for link in edition("2023-24-Q1").select(".edition-newer a")] == [
        "../2023-24-Q3/workforce.html"
    ]
    gone = edition("2023-24-Q1", "closed")
    assert [link["href"] for link in gone.select(".edition-newer a")] == ["../2023-24-Q3/index.html"]
    assert edition("2023-24-Q3").select(".edition-newer") == []


def test_the_same_area_in_other_quarters_is_linked_the_newest_first() -> None:
    links = edition("2023-24-Q2").select(".edition-others a")
    assert [(link.get_text(), link["href"]) for link in links] == [
        ("Quarter 3 2023-24", "../2023-24-Q3/workforce.html"),
        ("Quarter 1 2023-24", "../2023-24-Q1/workforce.html"),
    ]


def test_other_pages_stay_as_they_are() -> None:
    page = PAGE.format("Glossary")
    assert completed(page, "glossary.html") == page


@pytest.mark.parametrize("name", ["workforce", "closed"])
def test_a_page_is_completed_once(name: str) -> None:
    address = f"reports/2023-24-Q1/{name}.html"
    page = completed(PAGE.format("Workforce"), address)
    assert "edition-newer" in page
    assert completed(page, address) == page


def test_the_first_page_shows_which_areas_are_drafts(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "2023-24-Q3"
    folder.mkdir(parents=True)
    (folder / "index.ipynb").write_text("{}", encoding="utf-8")
    area = "reports/2023-24-Q3/workforce.html"
    page = BeautifulSoup(completed(PAGE.format("Home"), "index.html", tmp_path, [area]), "html.parser")
    assert [item.get_text() for item in page.select("details li")] == ["Workforce: not signed off yet."]
    assert [link["href"] for link in page.select("details a")] == [area]
    assert page.select(".edition-status + details")
    glossary = PAGE.format("Glossary")
    assert completed(glossary, "glossary.html", tmp_path, [area]) == glossary


def test_the_areas_of_an_edition_are_in_the_order_of_its_menu(tmp_path: Path) -> None:
    areas = [f"reports/2023-24-Q3/{name}.html" for name in ("workforce", "early-help", "audit")]
    menu = "".join(f'<a href="../../{area}">Area</a>' for area in areas)
    pages = dict.fromkeys(areas, PAGE.format("Area")) | {"reports/2023-24-Q3/index.html": menu}
    found = BeautifulSoup(areas_block(Quarter.parse("2023-24-Q3"), pages, tmp_path, ""), "html.parser")
    assert [link["href"] for link in found.select("a")] == areas


def test_a_page_of_an_edition_names_the_source_of_its_own_figures(tmp_path: Path) -> None:
    params = tmp_path / "2023-24-Q3.yml"
    params.write_text("quarter: 2023-24-Q3\nsource: The council's Q3 report\n", encoding="utf-8")
    page = '<div class="nav-footer-left">\n<p>The council</p>\n</div>'
    assert "The council&#x27;s Q3 report" in with_source(page, params)
    assert with_source(page, tmp_path / "2023-24-Q2.yml") == page


def test_the_side_bar_lists_the_newest_edition_first_and_areas_in_the_order_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_project(tmp_path).root
    (root / "reports" / "2023-24-Q2").mkdir()
    for path in list((root / "reports" / "2023-24-Q3").glob("*.ipynb")):
        (root / "reports" / "2023-24-Q2" / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(includes, "indicator_pages", lambda *_: {})  # the slowest part, and not shown here
    includes.write_parts(root)
    shown = load_project(root).website["sidebar"]["contents"]
    assert [section["section"] for section in shown] == ["Quarter 3 2023-24", "Quarter 2 2023-24"]
    stems = [Path(page).stem for page in shown[0]["contents"]]
    assert (stems[0], stems[-2:]) == ("early-help", ["workforce", "data-quality"])
    assert shown[0]["href"] == "reports/2023-24-Q3/index.ipynb"
