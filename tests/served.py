"""A built site on a local server, with or without its headers, and a browser to view it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed here: Debian has it as chromium"
)
POLICY = "Content-Security-Policy"
#: A laptop, a phone, and a laptop zoomed to 400%.
WIDTHS = (1280, 390, 320)
#: One page of each layout: `tests/browser` goes through these, `tests/long` through the others.
WALKED = [
    f"{name}.html"
    for name in (
        *("index", "indicators", "archive", "methods", "docs/quarter", "indicators/average-caseload"),
        *(f"reports/2023-24-Q3/{name}" for name in ("index", "data-quality", "early-help")),
    )
]


class _Served(SimpleHTTPRequestHandler):
    """A handler that serves a site with extra headers, without logging."""

    def __init__(self, *arguments: object, headers: Mapping[str, str], **options: object) -> None:
        self._own = headers
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        """Send the site's headers too."""
        for name, value in self._own.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def headers_of(site: Path) -> dict[str, str]:
    """Read the headers that a site asks to be served with."""
    first, *lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert first == "/*"
    return dict(line.strip().split(": ", 1) for line in lines)


@contextmanager
def served(site: Path, headers: Mapping[str, str]) -> Iterator[str]:
    """Serve a site; yield its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Served, directory=str(site), headers=headers))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def a_reader(browser: Browser) -> Iterator[BrowserContext]:
    """Yield a browser context that prefers reduced motion."""
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(60_000)
    yield context
    context.close()


@contextmanager
def opened(context: BrowserContext, address: str, width: int = 1280) -> Iterator[tuple[Page, list[str], list[str]]]:
    """Open a page; yield it, its errors and its requests."""
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: wrong.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.goto(address, wait_until="load")
    yield page, wrong, asked
    page.close()


def faults_of(page: Page) -> list[tuple[str, str]]:
    """Return axe's failures on a page: the rule and the element of each."""
    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    return [(fault["id"], node["html"]) for fault in found["violations"] for node in fault["nodes"]]


def walk(context: BrowserContext, host: str, address: str) -> None:
    """Check a page at every width: no errors, outside requests, overflow or axe failures, under its policy."""
    with opened(context, host + address) as (page, wrong, asked):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert too_wide <= 0, f"{width} pixels"
            # axe's findings at 320 pixels also appear at 390, where the same style rules apply.
            assert width == WIDTHS[-1] or faults_of(page) == [], f"{width} pixels"
        assert wrong == []
        assert [url for url in asked if not url.startswith((host, "data:"))] == []
        assert len(asked) > 4
