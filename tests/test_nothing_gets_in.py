"""Words are text: whatever is typed into commentary, or comes with a workbook, does nothing on a page or in a file."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import socket
import subprocess
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import docx
import openpyxl
import pytest
from attacks import AREA_NAMES, HONEST, NAMES, QUARTER, SECRET, TITLE, TYPED, attacked
from bs4 import BeautifulSoup, Tag
from conftest import Project
from playwright.sync_api import Browser, Dialog, sync_playwright
from readers import plain
from served import CHROMIUM, headers_of, needs_chromium, served

from quarterly.publish.site import preview_command

#: What the words of officers may become, and which attributes that may have.
ELEMENTS = {
    "section",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "strong",
    "em",
    "a",
    "blockquote",
    "br",
    "hr",
}
ELEMENTS |= {"h2", "div", "span", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"id", "class", "href", "data-anchor-id", "scope", "type", "role", "tabindex", "aria-label"}
#: What stands in no page's main part.
MADE = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "base",
    "meta",
    "link",
    "plaintext",
    "textarea",
    "math",
    "video",
)
PAGE = "https://example.org/a_(b)?c=1&d=2"
ALLOWED_LINKS = {PAGE, "https://example.org", "https://example.org/", "mailto:somebody@example.org"}
ALLOWED_LINKS |= {PAGE.replace("(", "%28").replace(")", "%29")}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A basket in which every word is an attack, and the area with such comments."""
    return attacked(tmp_path_factory.mktemp("attacked"))


@pytest.fixture(scope="module")
def basket(made: tuple[Project, str]) -> Project:
    """The basket, built through the command line."""
    return made[0]


@pytest.fixture(scope="module")
def commented(made: tuple[Project, str]) -> str:
    """The address of the page with the comments."""
    return f"reports/{QUARTER}/{made[1]}.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def squeezed(text: str) -> str:
    """Write text without spaces, asterisks, dashes and signs that have no width: the rest is what is read."""
    text = plain(text).replace("...", "").translate(dict.fromkeys(map(ord, "\u2060\u200b\u202e\u202c")))
    return re.sub(r"[\s*-]+", "", text)


def read_of(typed: str) -> list[str]:
    """Give what is to be read of something typed: its lines without the marks of Markdown."""
    typed = typed.replace("&lt;", "<").replace("&gt;", ">").replace("&colon;", ":").replace("&Tab;", "")
    typed = re.sub(r"&#(\d+);", lambda code: chr(int(code[1])), typed)
    typed = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", typed)
    typed = re.sub(r"(?<!!)\[([^\[\]]*)\]\((?:https?://|mailto:)[^\s()]*(?:\([^()]*\)[^\s()]*)?\)", r"\1", typed)
    lines = [re.sub(r"^\s*(?:#+ |> ?|- |\d\. |: )*", "", line) for line in typed.splitlines()]
    parts = [part for line in lines for part in (line.split(" | ") if line.startswith("|") else [line])]
    return [squeezed(part.strip("| ")) for part in parts if re.search(r"\w", part)]


# On the page


@dataclass
class Visit:
    """What a reader's visit of a page came to."""

    text: str = ""
    asked: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)


#: What a page has that words could have brought: handlers, links, and elements that no main part needs.
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


@pytest.fixture(scope="module", params=[True, False], ids=["with the policy", "without any policy"])
def visits(request: pytest.FixtureRequest, basket: Project, browser: Browser) -> dict[str, Visit]:
    """Every page, served with the policy that the site names and with none: it must not be what saves us."""
    site = basket.root / "_site"
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    assert len(pages) > 8
    with served(site, headers_of(site) if request.param else {}) as host:
        found = {address: visit(browser, host + address) for address in pages}
    for address, seen in found.items():
        assert seen.found["address"] == host + address
        seen.asked = [url for url in seen.asked if not url.startswith((host, "data:"))]
        seen.found["links"] = {link for link in seen.found["links"] if not link.startswith(host)}
    return found


@needs_chromium
def test_nothing_runs_opens_or_is_asked_for_elsewhere(visits: dict[str, Visit]) -> None:
    for address, seen in visits.items():
        assert seen.found["ran"] is None, address
        assert (seen.opened, seen.asked, seen.wrong) == ([], [], []), address


@needs_chromium
def test_no_element_and_no_attribute_of_a_page_comes_from_the_words(visits: dict[str, Visit]) -> None:
    for address, seen in visits.items():
        assert (seen.found["handlers"], seen.found["made"]) == ([], []), address
        assert seen.found["links"] <= ALLOWED_LINKS, address


@needs_chromium
def test_every_attack_in_commentary_is_read_as_it_was_typed(visits: dict[str, Visit], commented: str) -> None:
    shown = [squeezed(text) for text in visits[commented].found["comments"]]
    assert len(shown) == len(TYPED) + 1
    missing = {
        kind: [part for part in read_of(typed) if part not in text]
        for (kind, typed), text in zip(TYPED.items(), shown, strict=False)
    }
    assert {kind: parts for kind, parts in missing.items() if parts} == {}


def comments_of(basket: Project, address: str) -> list[Tag]:
    page = BeautifulSoup((basket.root / "_site" / address).read_text(encoding="utf-8"), "html.parser")
    return list(page.select("section.comment"))


def test_commentary_becomes_no_other_elements_than_markdown_has(basket: Project, commented: str) -> None:
    for kind, comment in zip([*TYPED, "honest"], comments_of(basket, commented), strict=True):
        for element in comment.find_all():
            assert element.name in ELEMENTS, kind
            assert set(element.attrs) <= ATTRIBUTES, kind
            assert str(element.get("href", "#")).startswith(("#", "https://", "mailto:")), kind


def test_honest_markdown_works(basket: Project, commented: str) -> None:
    comment = comments_of(basket, commented)[-1]
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
def test_names_stand_on_pages_as_they_are(visits: dict[str, Visit]) -> None:
    areas = [seen.text for address, seen in visits.items() if address.count("/") == 2]
    texts = {"glossary.html": visits["glossary.html"].text, "the areas": "".join(areas)}
    for place, text in texts.items():
        assert [name for name in NAMES if squeezed(name) not in text] == [], place
    # Long names are cut in the one table of all.
    assert [name for name in NAMES if squeezed(name[:30]) not in visits["indicators.html"].text] == []
    assert [name for name in AREA_NAMES if squeezed(name) not in visits["index.html"].text] == []
    assert all(squeezed(TITLE) in seen.text for seen in visits.values())


@needs_chromium
def test_what_the_search_finds_is_text(basket: Project, browser: Browser) -> None:
    """One renderer's script escapes what it shows, the other's may not: neither finds a tag."""
    with served(basket.root / "_site", {}) as host:
        page = browser.new_page()
        page.goto(host + "index.html")
        entries = json.loads((basket.root / "_site" / "search.json").read_text(encoding="utf-8"))
        assert any("onerror" in entry["text"] for entry in entries)
        made = page.evaluate(
            """(texts) => texts.flatMap((text) => {
                 const box = document.createElement('template');
                 box.innerHTML = text;
                 return Array.from(box.content.querySelectorAll('*'), (part) => part.outerHTML);
               })""",
            [str(value) for entry in entries for value in entry.values()],
        )
        assert made == []
        page.locator("input[type=search], .smalldocs-search input").first.fill("onerror")
        page.wait_for_selector(".search-result")
        assert page.locator(".smalldocs-search-results").locator("img, script, svg").count() == 0
        assert page.evaluate("window.ran") is None
        page.close()


def test_no_secret_of_the_machine_is_in_anything_that_is_published(basket: Project) -> None:
    published = [path for name in ("_site", "downloads", "reports") for path in (basket.root / name).rglob("*")]
    files = [path for path in published if path.is_file()]
    assert len(files) > 30
    for path in files:
        contents = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                contents += [archive.read(name) for name in archive.namelist()]
        assert not any(SECRET.encode() in content for content in contents), path.name


# In files


def texts_of(path: Path) -> str:
    """Read everything that a Word document shows."""
    with zipfile.ZipFile(path) as archive:
        xml = archive.read("word/document.xml").decode("utf-8")
    return squeezed(BeautifulSoup(xml.replace("<w:br/>", " "), "xml").get_text())


def assert_lifeless(path: Path) -> None:
    """A document holds no field of its own making, no object, no macro and no link but to the web and to mailboxes."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert not [name for name in names if re.search(r"vba|activeX|embeddings|externalLinks", name)]
        for name in names:
            if name.endswith(".rels"):
                links = BeautifulSoup(archive.read(name), "xml").select("Relationship[TargetMode=External]")
                assert {link["Target"] for link in links} <= ALLOWED_LINKS, name
        if "word/document.xml" in names:
            body = BeautifulSoup(archive.read("word/document.xml"), "xml")
            codes = [code.get_text().split()[0] for code in body.find_all("instrText")]
            assert set(codes) <= {"SEQ", "PAGE", "NUMPAGES", "TOC", "PAGEREF"}


def test_the_paper_shows_words_and_names_as_text(basket: Project) -> None:
    paper = basket.root / "downloads" / QUARTER / "committee-paper.docx"
    assert_lifeless(paper)
    assert docx.Document(str(paper)).core_properties.title
    text = texts_of(paper)
    assert [name for name in NAMES if squeezed(name) not in text] == []
    for kind in ("a script", "an element that fails", "a comment", "a file", "the environment", "attributes of words"):
        assert all(part in text for part in read_of(TYPED[kind])), kind


def test_the_documents_for_officers_show_words_and_names_as_text(basket: Project) -> None:
    done = basket("commentary", "export", QUARTER, "--to", "boxes")
    assert done.returncode == 0, done.stderr
    documents = sorted((basket.root / "boxes").glob("*.docx"))
    assert len(documents) == len(AREA_NAMES)
    for document in documents:
        assert_lifeless(document)
    text = "".join(map(texts_of, documents))
    for kind in ("a script", "a file", "a raw block", "settings", "formulas"):
        assert [part for part in read_of(TYPED[kind]) if part not in text] == [], kind


def test_the_workbook_and_the_open_data_hold_no_formula(basket: Project) -> None:
    folder = basket.root / "downloads" / QUARTER
    assert_lifeless(folder / "scorecard.xlsx")
    book = openpyxl.load_workbook(folder / "scorecard.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert {*NAMES} <= {cell.value for cell in cells}
    said = squeezed(" ".join(str(cell.value) for cell in book["Commentary"]["C"] + book["Commentary"]["D"]))
    assert squeezed(TYPED["formulas"]) in said
    printed = basket("scorecard", QUARTER, "--format", "csv").stdout
    for text in (*((folder / name).read_text("utf-8") for name in ("scorecard.csv", "scorecard-wide.csv")), printed):
        texts = [text for row in csv.reader(StringIO(text)) for text in row]
        assert "'@SUM(1+1)*cmd|' /C calc'!A0" in texts
        assert [text for text in texts if re.match(r"\s*[=+@]", text)] == []


def test_the_words_in_the_notebook_stay_as_they_were_typed(basket: Project, commented: str) -> None:
    notebook = json.loads((basket.root / commented).with_suffix(".ipynb").read_text(encoding="utf-8"))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert all(any(typed in source for source in sources) for typed in (*TYPED.values(), HONEST))


def test_the_preview_shows_words_as_text_too(basket: Project, commented: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    preview = subprocess.Popen(preview_command(basket.root, "embedded", port), cwd=basket.root)
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
