"""Every page of the site in a real browser, except those that `tests/browser` visits, one of each layout."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlparse

import pytest
from conftest import EXAMPLE, ROOT, Project
from playwright.sync_api import BrowserContext
from served import WALKED, needs_chromium, opened, walk

EDITION = "reports/2023-24-Q3"
PAGES = [
    path.relative_to(ROOT).with_suffix(".html").as_posix()
    for path in sorted([*ROOT.glob("*.qmd"), *ROOT.glob("docs/*.qmd")])
]
PAGES += [f"{EDITION}/{path.stem}.html" for path in sorted((EXAMPLE / EDITION).glob("*.ipynb"))]
PAGES += ["indicators/average-caseload.html"]

pytestmark = needs_chromium


def test_the_pages_are_those_of_the_site(built: Project) -> None:
    site = built.root / "_site"
    made = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    alike = {page for page in made if page.startswith("indicators/")}
    assert len(alike) == 60
    assert made - alike == set(PAGES) - alike, "one page of an indicator is tried for all"


@pytest.mark.parametrize("address", [page for page in PAGES if page not in WALKED])
def test_a_page_works_at_every_width_and_axe_finds_nothing(context: BrowserContext, host: str, address: str) -> None:
    walk(context, host, address)


def test_every_link_and_anchor_leads_somewhere(context: BrowserContext, host: str) -> None:
    """As the browser sees them, after the scripts have run."""
    links: set[str] = set()
    anchors: dict[str, set[str]] = {}
    for address in PAGES:
        with opened(context, host + address) as (page, _, _):
            hrefs = page.evaluate("Array.from(document.querySelectorAll('a[href]'), a => a.getAttribute('href'))")
            anchors[address] = set(page.evaluate("Array.from(document.querySelectorAll('[id]'), e => e.id)"))
        links |= {urljoin(host + address, href) for href in hrefs}
    own = {link for link in links if link.startswith(host)}
    broken = []
    for link in own:
        target, anchor = urldefrag(link)
        path = urlparse(target).path.lstrip("/") or "index.html"
        path = f"{path}index.html" if path.endswith("/") else path
        if path in anchors:
            broken += [link] if anchor and anchor not in anchors[path] else []
        elif context.request.get(target).status != 200:
            broken.append(link)
    assert len(own) > 100
    assert broken == []
