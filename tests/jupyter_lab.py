"""JupyterLab as an officer uses it: in a browser, with a notebook of an edition open."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_PATIENCE = 120
_BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def find_chromium() -> str | None:
    """Find a Chromium or Chrome of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


needs_chromium = pytest.mark.skipif(
    not find_chromium() or not find_spec("playwright"), reason="Chromium or Playwright is not installed here"
)
needs_jupyterlab = pytest.mark.skipif(not find_spec("jupyterlab"), reason="JupyterLab is not installed here")


@contextmanager
def serve(root: Path, settings: Path) -> Iterator[str]:
    """Start JupyterLab in a folder; yield the address of a notebook there, with `{file}` for its path."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    options = [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--allow-root"]
    options += [f"--LabApp.user_settings_dir={settings}", f"--LabApp.workspaces_dir={settings}"]
    options += ["--LabApp.extension_manager=readonly"]
    settings.mkdir()
    log = (settings.with_suffix(".log")).open("wb")
    server = subprocess.Popen([*command, *options], cwd=root, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/api?token={token}", server)
        yield f"{address}/lab/tree/{{file}}?token={token}&reset"
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(20)
        server.kill()
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + _PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5):  # noqa: S310 - this machine
            return
        time.sleep(0.3)
    message = "JupyterLab did not start"
    raise RuntimeError(message)


@contextmanager
def browser_page(width: int = 1280, height: int = 900) -> Iterator[Page]:
    """Open a page in an installed browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=_BROWSER)
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(_PATIENCE * 1000)
            yield page
        finally:
            browser.close()


def open_notebook(page: Page, address: str, file: str) -> None:
    """Open a notebook and wait until its cells are shown."""
    page.goto(address.format(file=file))
    page.locator(".jp-Notebook .jp-MarkdownCell").first.wait_for()


def find_cell(page: Page, words: str) -> Locator:
    """Scroll to the text cell with some words: JupyterLab draws only cells near the view."""
    cell = page.locator(".jp-Notebook .jp-MarkdownCell", has_text=words).first
    notebook = page.locator(".jp-Notebook .jp-WindowedPanel-outer").first
    for _ in range(200):
        if cell.count():
            cell.scroll_into_view_if_needed()
            return cell
        notebook.evaluate("panel => panel.scrollBy(0, 400)")
        page.wait_for_timeout(100)
    message = f"no cell shows {words!r}"
    raise AssertionError(message)


def type_over(page: Page, cell: Locator, old: str, new: str) -> None:
    """Double-click a text cell, select a line and type other words, as a user would."""
    cell.locator(".jp-RenderedMarkdown").dblclick()
    line = cell.locator(".cm-line", has_text=old)
    line.wait_for()
    line.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(new)


def save(page: Page) -> None:
    """Save with the documented keys, and wait until it is done."""
    page.keyboard.press("Control+s")
    page.locator(".jp-mod-dirty").first.wait_for(state="detached")
