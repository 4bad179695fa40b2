"""Text typed into commentary or imported from a workbook is inactive on every page."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from attacks import ALLOWED_LINKS, AREA_NAMES, NAMES, PAGE, QUARTER, TITLE, TYPED, read_of, squeezed
from bs4 import BeautifulSoup, Tag
from conftest import Project
from playwright.sync_api import Browser, Dialog
from readers import search_entries
from served import a_reader, headers_of, needs_chromium, opened, served

from quarterly.outputs.website.render import preview_command

#: The elements that officers' words may become, and their allowed attributes.
ELEMENTS = {"section", "h2", "h3", "h4", "p", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "a", "blockquote"}
ELEMENTS |= {"br", "hr", "div", "span", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"id", "class", "href", "data-anchor-id", "scope", "type", "role", "tabindex", "aria-label"}
#: Elements that no page has in its main part.
MADE = ("script", "style", "iframe", "object", "embed", "base", "meta", "link", "plaintext", "textarea", "video")


@pytest.fixture(scope="module")
def attacked(hostile: tuple[Project, str]) -> Project:
    """Return the basket with the attacks."""
    return hostile[0]


@pytest.fixture(scope="module")
def commented(hostile: tuple[Project, str]) -> str:
    """Return the address of the page with the comments."""
    return f"reports/{QUARTER}/{hostile[1]}.html"


# On the page


@dataclass
class Visit:
    """The results of a reader's visit to a page."""

    text: str = ""
    asked: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)


#: Parts of a page that typed text could have introduced: handlers, links, and elements that no main part needs.
LOOK = """(kinds) => ({
    ran: window.ran ?? null,
    address: location.href,
    handlers: Array.from(document.querySelectorAll('*')).filter(
        (part) => part.getAttributeNames().some((name) => name.startsWith('on'))).map((part) => part.outerHTML),
    links: Array.from(document.querySelectorAll('[href]'), (part) => part.href),
    made: Array.from(document.querySelectorAll(kinds), (part) => part.outerHTML),
    comments: Array.from(document.querySelectorAll('section.comment'), (part) => part.innerText),
})"""
STIR = """document.querySelectorAll('details').forEach((part) => { part.open = true; });
document.querySelectorAll('main *').forEach((part) => {
    for (const kind of ['mouseover', 'focus', 'pointerenter']) part.dispatchEvent(new Event(kind));
});
window.scrollTo(0, document.body.scrollHeight)"""


def visit(browser: Browser, address: str) -> Visit:
    """Open a page and do what readers do."""
    page = browser.new_page()
    seen = Visit()

    def close(dialog: Dialog) -> None:
        seen.opened.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("dialog", close)
    page.on("response", lambda answer: seen.wrong.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: seen.wrong.append(str(error)))
    page.on("popup", lambda popup: seen.opened.append(popup.url))
    page.goto(address, wait_until="load")
    page.evaluate(STIR)
    seen.text = squeezed(page.locator("body").inner_text() + page.title())
    seen.found = page.evaluate(LOOK, ", ".join(f"main {kind}" for kind in MADE))
    page.close()
    return seen


@pytest.fixture(scope="module")
def visits(attacked: Project, browser: Browser) -> dict[str, Visit]:
    """Visit pages served without a policy, which could hide a fault; each layout is visited three times."""
    site = attacked.root / "_site"
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    alike = [page for page in pages if page.startswith(("indicators/", "docs/"))]
    pages = [page for page in pages if page not in alike[3:]]
    assert len(pages) > 8
    with served(site, {}) as host:
        found = {address: visit(browser, host + address) for address in pages}
    for address, seen in found.items():
        assert seen.found["address"] == host + address
        seen.asked = [url for url in seen.asked if not url.startswith((host, "data:"))]
        seen.found["links"] = {link for link in seen.found["links"] if not link.startswith(host)}
    return found


@needs_chromium
def test_the_policy_of_the_site_blocks_nothing(attacked: Project, commented: str, browser: Browser) -> None:
    site = attacked.root / "_site"
    with served(site, headers_of(site)) as host, a_reader(browser) as context:
        for address in (commented, "index.html", "indicators.html"):
            with opened(context, host + address) as (_, wrong, _):
                assert wrong == []


@needs_chromium
def test_nothing_runs_opens_or_is_requested_from_elsewhere(visits: dict[str, Visit]) -> None:
    for address, seen in visits.items():
        assert seen.found["ran"] is None, address
        assert (seen.opened, seen.asked, seen.wrong) == ([], [], []), address


@needs_chromium
def test_no_element_or_attribute_of_a_page_comes_from_typed_text(visits: dict[str, Visit]) -> None:
    for address, seen in visits.items():
        assert (seen.found["handlers"], seen.found["made"]) == ([], []), address
        assert seen.found["links"] <= ALLOWED_LINKS, address


@needs_chromium
def test_every_attack_in_commentary_is_shown_as_typed(visits: dict[str, Visit], commented: str) -> None:
    shown = [squeezed(text) for text in visits[commented].found["comments"]]
    assert len(shown) == len(TYPED) + 1
    missing = {
        kind: [part for part in read_of(typed) if part not in text]
        for (kind, typed), text in zip(TYPED.items(), shown, strict=False)
    }
    assert {kind: parts for kind, parts in missing.items() if parts} == {}


def comments_of(attacked: Project, address: str) -> list[Tag]:
    page = BeautifulSoup((attacked.root / "_site" / address).read_text(encoding="utf-8"), "html.parser")
    return list(page.select("section.comment"))


def test_commentary_becomes_only_markdown_elements(attacked: Project, commented: str) -> None:
    for kind, comment in zip([*TYPED, "honest"], comments_of(attacked, commented), strict=True):
        for element in comment.find_all():
            assert element.name in ELEMENTS, kind
            assert set(element.attrs) <= ATTRIBUTES, kind
            assert str(element.get("href", "#")).startswith(("#", "https://", "mailto:")), kind


def test_ordinary_markdown_works(attacked: Project, commented: str) -> None:
    comment = comments_of(attacked, commented)[-1]
    assert [link["href"] for link in comment.select("a")] == [
        PAGE,
        "https://example.org",
        "mailto:somebody@example.org",
    ]
    assert [part.get_text() for part in comment.select("strong, em")] == ["bold", "italics"]
    assert [part.get_text(strip=True) for part in comment.select("ul > li ol > li, h4")] == ["inside", "A heading"]
    assert comment.select("blockquote br")
    assert "5 < 6 & more" in comment.get_text()


@needs_chromium
def test_names_appear_on_pages_unchanged(visits: dict[str, Visit]) -> None:
    areas = [seen.text for address, seen in visits.items() if address.count("/") == 2]
    texts = {"glossary.html": visits["glossary.html"].text, "the areas": "".join(areas)}
    for place, text in texts.items():
        assert [name for name in NAMES if squeezed(name) not in text] == [], place
    # The table of all indicators shortens long names.
    assert [name for name in NAMES if squeezed(name[:30]) not in visits["indicators.html"].text] == []
    assert [name for name in AREA_NAMES if squeezed(name) not in visits["index.html"].text] == []
    assert all(squeezed(TITLE) in seen.text for seen in visits.values())


@needs_chromium
def test_search_results_are_text(attacked: Project, browser: Browser) -> None:
    with served(attacked.root / "_site", {}) as host:
        page = browser.new_page()
        page.goto(host + "index.html")
        entries = search_entries(attacked.root / "_site")
        assert any("onerror" in entry["text"] for entry in entries)
        page.get_by_label("Search this site").fill("onerror")
        page.wait_for_selector(".site-search-list a")
        assert page.locator(".site-search").locator("img, script, svg").count() == 0
        assert page.evaluate("window.ran") is None
        page.close()


def test_the_preview_also_shows_text_as_text(attacked: Project, commented: str, tmp_path: Path) -> None:
    root = shutil.copytree(attacked.root, tmp_path / "previewed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    preview = subprocess.Popen(preview_command(root, "embedded", port), cwd=root)
    try:
        page = ""
        while preview.poll() is None and not page:
            time.sleep(0.2)
            with contextlib.suppress(OSError), urlopen(f"http://127.0.0.1:{port}/{commented}") as answer:
                page = answer.read().decode("utf-8")
    finally:
        preview.terminate()
        preview.wait()
    assert "&lt;script&gt;window.ran=1;alert(1)&lt;/script&gt;" in page
    assert "<script>window" not in page
