"""In a real browser, every page works at three widths, with the keyboard, under a strict policy and without scripts."""

from __future__ import annotations

import re
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from urllib.parse import urlparse

import pytest
from conftest import EXAMPLE, ROOT, Project
from playwright.sync_api import Browser, BrowserContext, Page
from served import POLICY, WALKED, WIDTHS, faults_of, headers_of, needs_chromium, opened, walk

EDITION = "reports/2023-24-Q3"
FIRST_PAGE_LIMIT = 300_000
#: Nothing from elsewhere, nothing inline, nothing evaluated.
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

pytestmark = needs_chromium


def test_the_site_is_served_with_its_stated_policy(built: Project, context: BrowserContext, host: str) -> None:
    assert headers_of(built.root / "_site")[POLICY] == STRICT
    assert f"{POLICY}: {STRICT}\n" in (ROOT / "docs" / "publish.qmd").read_text(encoding="utf-8")
    with opened(context, host) as (page, wrong, _):
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))")
        assert page.evaluate("window.ran") is None
        assert len(wrong) == 1


# Every page


@pytest.mark.parametrize("address", WALKED)
def test_a_page_works_at_every_width_and_axe_finds_nothing(context: BrowserContext, host: str, address: str) -> None:
    walk(context, host, address)


@pytest.mark.parametrize(
    "address",
    ["index.html", "indicators.html", "methods.html", f"{EDITION}/workforce.html", "indicators/average-caseload.html"],
)
def test_a_dark_screen_has_the_contrast_of_a_light_one(browser: Browser, host: str, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce", color_scheme="dark")
    with opened(context, host + address) as (page, wrong, _):
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert sum(map(int, re.findall(r"\d+", paper)[:3])) < 150
        assert faults_of(page) == []
        drawn = page.locator(".chart-live svg, .chart img, .strip, .spark").evaluate_all(
            "all => all.map(one => getComputedStyle(one).filter.startsWith('invert'))"
        )
        assert all(drawn), "a drawing is a white box"
        page.emulate_media(media="print")
        assert page.locator(".chart img, .strip").evaluate_all(
            "all => all.every(one => getComputedStyle(one).filter === 'none')"
        )
        assert wrong == []
    context.close()


def test_axe_detects_an_existing_fault(context: BrowserContext, host: str) -> None:
    with opened(context, host + "glossary.html") as (page, _, _):
        page.evaluate("document.body.append(document.createElement('img'), document.createElement('button'))")
        assert {rule for rule, _ in faults_of(page)} >= {"image-alt", "button-name"}


# The home page


def test_the_home_page_is_light(built: Project, context: BrowserContext, host: str) -> None:
    with opened(context, host) as (page, _, asked):
        page.wait_for_load_state("networkidle")
        site = built.root / "_site"
        files = [site / (urlparse(url).path.lstrip("/") or "index.html") for url in asked if url.startswith(host)]
    sizes = {path.name: path.stat().st_size for path in files}
    assert "charts.js" not in sizes
    assert sum(sizes.values()) < FIRST_PAGE_LIMIT, sizes


def test_the_home_page_fits_one_laptop_screen(context: BrowserContext, host: str) -> None:
    with opened(context, host) as (page, _, _):
        for part in (".rag-counts", ".attention li:nth-child(5) .attention-question", ".area-table tr:last-child"):
            box = page.locator(part).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 800, part


# All indicators


def shown(page: Page) -> list[str]:
    return page.locator(".indicator-table tbody tr:not([hidden]) th").all_inner_texts()


def test_the_table_can_be_filtered_searched_and_sorted(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}indicators.html") as (page, wrong, _):
        everything = shown(page)
        assert len(everything) == 60
        page.get_by_label("RAG").select_option("Red")
        assert page.get_by_role("status").inner_text() == "33 of 60 indicators shown"
        page.get_by_label("Service area").select_option("Workforce")
        page.get_by_label("Direction of travel").select_option("Negative")
        assert shown(page) == ["ISROs with more than 55 children"]
        page.get_by_role("button", name="Show all").click()
        assert shown(page) == everything
        page.get_by_label("Search", exact=True).first.fill("")
        page.locator(".table-controls input").fill("dental")
        assert shown(page) == ["Dental checks up to date"]
        page.locator(".table-controls input").fill("")
        page.get_by_role("button", name="Indicator", exact=True).press("Enter")
        assert shown(page) == sorted(everything, key=str.lower)
        assert page.locator("th[aria-sort]").get_attribute("aria-sort") == "ascending"
        head = page.get_by_role("button", name="Target")
        head.press("Space")
        head.press("Space")
        aims = page.locator(".indicator-table td[data-label=Target]").evaluate_all(
            "t => t.map(c => [c.parentElement.dataset.unit, c.dataset.sort])"
        )
        units = [unit for unit, _ in groupby(aims, key=itemgetter(0))]
        assert units == page.locator(".table-group").all_inner_texts()
        assert len(units) == len(set(units)) > 2
        for unit in units:
            own = [aim for of, aim in aims if of == unit]
            known = [float(aim) for aim in own if aim]
            assert known == sorted(known, reverse=True), unit
            assert own[len(known) :] == [""] * (len(own) - len(known))
        assert wrong == []


def test_the_heads_of_the_table_stay_in_view_and_its_symbols_are_explained_first(
    context: BrowserContext, host: str
) -> None:
    with opened(context, f"{host}indicators.html") as (page, _, _):
        key, table = (page.locator(name).first.bounding_box() for name in (".table-key", ".indicator-table"))
        assert key is not None
        assert table is not None
        assert key["y"] < table["y"]
        page.evaluate("scrollTo(0, 1500)")
        head, row = (page.locator(name).first.bounding_box() for name in ("#quarto-header", ".indicator-table th"))
        assert head is not None
        assert row is not None
        assert abs(row["y"] - head["height"]) < 3


def test_a_link_can_set_the_filters_of_the_table(context: BrowserContext, host: str) -> None:
    with opened(context, host) as (page, _, _):
        page.get_by_role("link", name="Amber").click()
        page.wait_for_url("**/indicators.html?rag=Amber")
        assert shown(page) == ["Practice reviews graded good or better"]


def test_the_filters_of_the_table_are_in_the_address_and_back_restores_the_previous_view(
    context: BrowserContext, host: str
) -> None:
    with opened(context, f"{host}indicators.html?rag=Red") as (page, wrong, _):
        page.get_by_role("button", name="Indicator", exact=True).click()
        page.get_by_role("button", name="Indicator", exact=True).click()
        assert page.url.endswith("?rag=Red&sort=-indicator")
        names = shown(page)
        assert names == sorted(names, key=str.casefold, reverse=True)
        page.get_by_label("Service area").select_option("Workforce")
        few = shown(page)
        assert len(few) < len(names)
        with opened(context, page.url) as (shared, _, _):
            assert shown(shared) == few
        page.go_back()
        assert shown(page) == names
        assert wrong == []


@pytest.mark.parametrize("width", [*WIDTHS, 768, 992, 1100])
def test_a_long_name_of_a_council_wraps_beside_the_menu(context: BrowserContext, host: str, width: int) -> None:
    with opened(context, host + "index.html", width) as (page, _, _):
        long = "Children's services performance in Bournemouth, Christchurch and Poole"
        page.locator(".navbar-title").first.evaluate("(one, long) => one.textContent = long", long)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [768, 992])
def test_every_column_of_an_area_fits_a_tablet(context: BrowserContext, host: str, width: int) -> None:
    for address in (f"{EDITION}/workforce.html", "indicators.html"):
        with opened(context, host + address, width) as (page, _, _):
            table = page.locator(".kpi-summary, .indicator-table")
            assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth"), address


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_is_a_tab_stop_only_where_it_scrolls(context: BrowserContext, host: str, width: int) -> None:
    for address in (f"{EDITION}/early-help.html", "indicators.html"):
        with opened(context, host + address, width) as (page, _, _):
            wrong = page.locator(".table-scroll").evaluate_all(
                "all => all.filter(one => one.checkVisibility()"
                " && (one.tabIndex === 0) !== (one.scrollWidth > one.clientWidth + 1)).map(one => one.ariaLabel)"
            )
            assert wrong == []


@pytest.mark.parametrize("width", WIDTHS[1:])
def test_chart_text_is_large_enough_on_a_phone_and_nothing_scrolls_sideways(
    context: BrowserContext, host: str, width: int
) -> None:
    for address in (f"{EDITION}/workforce.html", f"{EDITION}/index.html", "indicators/average-caseload.html"):
        with opened(context, host + address, width) as (page, _, _):
            for figure in page.locator("figure.chart").all():
                figure.scroll_into_view_if_needed()
            page.locator(".chart-live svg").first.wait_for()
            sizes = page.locator(".chart-live svg text").evaluate_all(
                "all => all.filter(one => one.textContent.trim() && one.getBoundingClientRect().width)"
                ".map(one => [one.getScreenCTM(), parseFloat(getComputedStyle(one).fontSize)])"
                ".map(([matrix, size]) => size * Math.hypot(matrix.a, matrix.b))"
            )
            assert min(sizes) > 10.9, address
            moving = page.locator(".chart-live, .table-scroll").evaluate_all(
                "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
            )
            assert moving == [], address


@pytest.mark.parametrize("address", ["index.html", "indicators.html", f"{EDITION}/workforce.html"])
def test_touch_targets_are_24_pixels_high(context: BrowserContext, host: str, address: str) -> None:
    """Links within a sentence are as high as its lines."""
    with opened(context, host + address, 390) as (page, _, _):
        small = page.locator("a[href], button, summary, select, input").evaluate_all(
            "all => all.filter(one => one.checkVisibility() && !one.closest('.skip-link, .visually-hidden')"
            " && getComputedStyle(one).display !== 'inline' && one.getBoundingClientRect().height < 23.9)"
            ".map(one => one.outerHTML)"
        )
        assert small == []


def test_at_400_percent_the_page_header_scrolls_away_and_links_lead_to_the_right_place(
    context: BrowserContext, host: str
) -> None:
    with opened(context, f"{host}methods.html", 320) as (page, _, _):
        page.set_viewport_size({"width": 320, "height": 256})
        page.goto(f"{host}methods.html#comparators")
        head, place = (page.locator(name).first.bounding_box() for name in ("#quarto-header", "#comparators"))
        assert head is not None
        assert place is not None
        assert head["y"] + head["height"] <= 0
        assert 0 <= place["y"] <= 40
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{host}methods.html#missing-figures")
        place = page.locator("#missing-figures").bounding_box()
        assert place is not None
        assert 50 <= place["y"] <= 120


# Charts


def test_a_chart_shows_each_figure_to_the_pointer_and_the_keyboard(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}indicators/average-caseload.html") as (page, wrong, _):
        chart = page.locator(".indicator-chart")
        chart.scroll_into_view_if_needed()
        marks = chart.locator("svg [tabindex]")
        marks.first.wait_for()
        labels = marks.evaluate_all("m => m.map(x => x.getAttribute('aria-label'))")
        assert labels == [
            "Q4 2022-23: 15.8, not rated",
            "Q1 2023-24: 15.2, green",
            "Q2 2023-24: 14.7, green",
            "Q3 2023-24: 14.0, green",
        ]
        assert str(chart.locator("svg").get_attribute("aria-label")).startswith("Line chart of Average social worker")
        tip = chart.locator(".chart-tip")
        assert tip.is_hidden()
        marks.nth(1).hover(force=True)
        assert tip.inner_text() == labels[1]
        page.mouse.move(0, 0)
        assert tip.is_hidden()
        marks.first.focus()
        page.keyboard.press("ArrowRight")
        assert tip.inner_text() == labels[1]
        page.keyboard.press("End")
        assert tip.inner_text() == labels[3]
        page.keyboard.press("Escape")
        assert tip.is_hidden()
        assert wrong == []


def test_each_chart_is_a_single_tab_stop(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}{EDITION}/workforce.html") as (page, _, _):
        page.locator("figure.chart").first.scroll_into_view_if_needed()
        page.locator(".chart-live").first.wait_for()
        stops = page.locator(".chart-live").evaluate_all(
            "all => all.map(one => one.querySelectorAll('[tabindex=\"0\"]').length)"
        )
        assert stops == [1] * len(stops)


# The page of an area


@pytest.mark.parametrize(("width", "most"), [(1280, 5_000), (390, 9_000)])
def test_an_area_fits_a_few_screens(context: BrowserContext, host: str, width: int, most: int) -> None:
    for path in sorted((EXAMPLE / EDITION).glob("*.ipynb")):
        if path.stem not in ("index", "data-quality"):
            with opened(context, f"{host}{EDITION}/{path.stem}.html", width) as (page, _, _):
                assert page.evaluate("document.documentElement.scrollHeight") < most, path.stem


def test_the_heading_of_a_group_of_comments_appears_once(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}{EDITION}/early-help.html") as (page, _, _):
        headings = page.locator(".comment > h3")
        seen = [
            headings.nth(place).inner_text()
            for place in range(headings.count())
            if (headings.nth(place).bounding_box() or {"height": 0})["height"] > 1
        ]
        assert headings.count() > len(seen) == len(set(seen))


# The page of an indicator


def test_an_old_anchor_leads_to_the_page_of_the_indicator(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}{EDITION}/workforce.html#indicator-average-caseload") as (page, wrong, _):
        page.wait_for_url("**/indicators/average-caseload.html")
        assert wrong == []


def test_the_figures_and_the_chart_of_an_indicator_can_be_saved(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}indicators/average-caseload.html") as (page, wrong, _):
        with page.expect_download() as saved:
            page.get_by_role("button", name="Figures (CSV)").click()
        lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert saved.value.suggested_filename == "average-caseload.csv"
        assert lines[:2] == [
            '"Quarter","Figure","Target","RAG","Direction"',
            '"Q3 2023-24","14.0","16.6","Green","Positive"',
        ]
        with page.expect_download() as saved:
            page.get_by_role("button", name="Chart (PNG)").click()
        assert saved.value.suggested_filename == "average-caseload.png"
        assert saved.value.path().read_bytes().startswith(b"\x89PNG")
        assert wrong == []


def test_an_indicator_prints_on_one_sheet(browser: Browser, host: str, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(f"{host}indicators/average-caseload.html")
    paper = tmp_path / "indicator.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    assert len(re.findall(rb"/MediaBox", paper.read_bytes())) == 1
    page.close()


# Keys


def test_the_first_tab_stop_skips_the_navigation(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}methods.html") as (page, _, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_keys_open_the_list_of_reports(context: BrowserContext, host: str) -> None:
    with opened(context, f"{host}methods.html") as (page, _, _):
        switch = page.locator("#quarto-sidebar .sidebar-item-toggle").first
        area = page.locator("#quarto-sidebar a", has_text="Data quality")
        for _ in range(2):
            was = switch.get_attribute("aria-expanded")
            switch.focus()
            switch.press("Enter")
            area.wait_for(state="hidden" if was == "true" else "visible")
            assert switch.get_attribute("aria-expanded") != was


# Without scripts


@pytest.mark.parametrize("address", ["index.html", "indicators.html", f"{EDITION}/early-help.html"])
def test_a_page_is_complete_without_scripts(browser: Browser, host: str, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(host + address)
    rows = {"index.html": (".attention li", 5), "indicators.html": (".indicator-table tbody tr", 60)}
    selector, count = rows.get(address, (".kpi-summary tbody tr", 17))
    found = page.locator(selector)
    assert found.count() == count
    assert all(found.nth(place).is_visible() for place in range(count))
    assert page.locator(".table-controls, .chart-live").count() == 0
    context.close()


# Search

#: Terms that people use, each with an indicator that has it under another name.
SEARCHED = {
    "caseload": "average-caseload",
    "SGO": "special-guardianship-orders",
    "NFA": "requests-for-support-no-further-action",
    "missing": "return-home-interviews-accepted",
    "CLA visits": "children-in-care-visits",
    "looked-after children reviews": "children-in-care-reviews",
    "1720": "requests-for-support",
    # One letter missing, one added, one replaced, and two swapped.
    "caselod": "average-caseload",
    "averrage caselaod": "average-caseload",
    "recidential": "residential-placements",
}


def test_the_search_works_on_a_site_opened_from_a_folder(built: Project, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((built.root / "_site" / "index.html").as_uri())
    for query, name in SEARCHED.items():
        page.get_by_label("Search this site").fill(query)
        page.locator(f".site-search-list a[href$='indicators/{name}.html']").wait_for()
    page.close()


def test_a_search_without_its_index_says_that_it_could_not_search(browser: Browser, host: str) -> None:
    page = browser.new_page()
    page.route("**/search-index.js", lambda route: route.abort())
    page.goto(host + "index.html")
    page.get_by_label("Search this site").fill("caseload")
    page.get_by_text("Search is not available").wait_for()
    assert "No results" not in page.locator(".site-search").inner_text()
    page.close()


# On paper


@pytest.mark.parametrize("area", [path.stem for path in sorted((EXAMPLE / EDITION).glob("*.ipynb"))])
def test_print_cuts_nothing_off_keeps_tables_readable_and_fits_an_area_on_four_sheets(
    browser: Browser, host: str, area: str
) -> None:
    page = browser.new_page(viewport={"width": 680, "height": 1000})  # A4 between its margins
    page.goto(f"{host}{EDITION}/{area}.html")
    page.emulate_media(media="print")
    edges = (
        "[...document.querySelectorAll('main table, main img, main svg')].map(one => one.getBoundingClientRect().right)"
    )
    assert max(page.evaluate(edges)) <= 680
    sizes = page.locator(".report-table :is(th, td)").evaluate_all(
        "cells => cells.filter(one => one.checkVisibility()).map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes, default=11) >= 8 / 72 * 96 - 0.01
    shrunk = page.locator(".chart img").evaluate_all(
        "all => all.filter(one => one.checkVisibility()"
        " && one.getBoundingClientRect().height < .89 * one.naturalHeight)"
        ".map(one => one.alt)"
    )
    assert shrunk == [], "words in charts are smaller than 8 points"
    sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))
    assert sheets <= {"index": 3, "data-quality": 7}.get(area, 4)
    page.close()


def test_print_cuts_no_command_off(browser: Browser, host: str) -> None:
    page = browser.new_page(viewport={"width": 680, "height": 1000})
    page.goto(f"{host}docs/quarter.html")
    page.emulate_media(media="print")
    assert page.locator("main pre").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth)") == []
    page.close()


def test_an_area_prints_as_a_clean_document(browser: Browser, host: str, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(f"{host}{EDITION}/workforce.html")
    page.emulate_media(media="print")
    for gone in ("#quarto-header", "#quarto-sidebar", ".skip-link", ".nav-footer-center", "details", ".downloads"):
        found = page.locator(gone)
        assert all(not found.nth(place).is_visible() for place in range(found.count())), gone
    for there in ("h1", ".headline", ".kpi-summary", ".comment", ".nav-footer-left"):
        assert page.locator(there).first.is_visible(), there
    paper = tmp_path / "workforce.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    boxes = set(re.findall(rb"/MediaBox ?\[([^\]]*)\]", paper.read_bytes()))
    assert [[round(float(side)) for side in box.split()[2:]] for box in boxes] == [[595, 842]]
    page.close()
