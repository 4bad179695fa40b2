"""The site's own search uses the text of the finished pages, and knows synonyms."""

from __future__ import annotations

import json

from quarterly.outputs.website.pages.search_index import entries, same_words, search_script

PAGE = """<html><body><nav>Menu</nav><main id="x"><header><h1>Workforce</h1></header><p>Six &amp; more.</p>
<section id="why" class="level2"><h2>Why</h2><p>Agency <b>workers</b> left.</p><figure>2 1</figure>
<section id="how" class="level3"><h3>How</h3><p>Slowly.</p>
<div class="hint d-none">No items</div></section></section></main></body></html>"""
INDICATOR = """<main><h1>Average caseload</h1><p class="indicator-lead">Green: 16.3.</p>
<div class="indicator-commentary" data-indicator="average-caseload" data-name="Average number of children"
 data-short="Average caseload" data-area="workforce"></div></main>"""
GLOSSARY = """<main><h1>Glossary</h1><table class="t"><caption>Terms and meanings</caption>
<thead><tr><th>Term</th><th>Meaning</th><th>Also called</th></tr></thead><tbody>
<tr><th>Special guardianship order</th><td>An order.</td><td>SGO; guardian&#x27;s order</td></tr>
<tr><th>Snapshot</th><td>A day.</td><td></td></tr></tbody></table></main>"""
WORKFORCE = "reports/2023-24-Q3/workforce.html"


def test_a_page_and_each_of_its_sections_are_found_with_the_quarter_in_their_title() -> None:
    title = "Workforce, Quarter 3 2023-24"
    assert entries(PAGE, WORKFORCE) == [
        {"href": WORKFORCE, "title": title, "section": "", "text": "Six & more."},
        {"href": f"{WORKFORCE}#why", "title": title, "section": "Why", "text": "Agency workers left."},
        {"href": f"{WORKFORCE}#how", "title": title, "section": "How", "text": "Slowly."},
    ]


def test_an_indicator_is_found_by_its_names_and_its_page_is_listed_once() -> None:
    found = entries(INDICATOR.replace("\n ", " "), "indicators/average-caseload.html")
    assert [entry["title"] for entry in found] == ["Average caseload"]
    assert found[0]["text"] == "Green: 16.3. Average number of children"


def test_the_glossary_is_the_list_of_synonyms() -> None:
    assert same_words(GLOSSARY) == [["Special guardianship order", "SGO", "guardian's order"]]
    assert same_words("<p>No terms are explained yet.</p>") == []


def test_the_newest_edition_comes_before_earlier_ones() -> None:
    pages = dict.fromkeys(("reports/2023-24-Q2/workforce.html", WORKFORCE, "methods.html"), PAGE)
    index = json.loads(search_script(pages).removeprefix("window.searchIndex = ").rstrip(";\n"))
    pages_of = list(dict.fromkeys(entry["href"].partition("#")[0] for entry in index["entries"]))
    assert pages_of == ["methods.html", WORKFORCE, "reports/2023-24-Q2/workforce.html"]
