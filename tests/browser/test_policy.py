"""The policy allows what a renderer puts into its pages, and nothing in places for text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from served import POLICY, a_browser, headers_of, needs_chromium, served

#: A page as Quarto writes it: with its own scripts and styles in the head and after the main part.
PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Page</title>
<style>h1 { color: rgb(1, 2, 3) }</style>
<script>window.head = 1</script>
<script id="quarto-search-options" type="application/json">{"location": "sidebar"}</script>
<script src="site_libs/own.js"></script>
</head><body><button onclick="window.switched = 1">Switch</button><main id="quarto-document-content"><h1>Page</h1>
<p>Words</p><script>window.words = 1</script><p onclick="window.words = 1">More</p></main>
<script id="quarto-html-after-body" type="application/javascript">
window.after = "é"
</script></body></html>
"""


def site_of(folder: Path, page: str) -> Path:
    """Make a site of one page, as after rendering."""
    site = folder / "_site"
    (site / "site_libs").mkdir(parents=True)
    (site / "site_libs" / "own.js").write_text("window.own = 1", encoding="utf-8")
    (site / "index.html").write_text(page, encoding="utf-8", newline="\n")
    environment = {**os.environ, "QUARTO_PROJECT_OUTPUT_DIR": "_site"}
    command = [sys.executable, str(ROOT / "theme" / "post_render.py")]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return site


def test_a_page_without_inline_scripts_needs_no_exception(tmp_path: Path) -> None:
    plain = '<html lang="en"><head></head><body><main>Words</main><script src="a.js"></script></body></html>'
    policy = headers_of(site_of(tmp_path, plain))[POLICY]
    assert "sha256" not in policy
    assert "unsafe" not in policy


def test_scripts_of_the_renderer_are_allowed_by_digest_and_data_is_not_counted(tmp_path: Path) -> None:
    policy = dict(rule.split(" ", 1) for rule in headers_of(site_of(tmp_path, PAGE))[POLICY].split("; "))
    assert policy["script-src"].count("'sha256-") == 2
    assert policy["style-src"].count("'sha256-") == 1
    assert policy["script-src-attr"].count("'sha256-") == 1
    assert "unsafe-inline" not in " ".join(policy.values())
    assert "unsafe-eval" not in " ".join(policy.values())


@needs_chromium
def test_a_browser_runs_the_renderers_scripts_and_none_in_the_text(tmp_path: Path) -> None:
    site = site_of(tmp_path, PAGE)
    with served(site, headers_of(site)) as host, a_browser() as browser:
        page = browser.new_page()
        page.goto(host)
        page.locator("main p").last.click()
        page.locator("button").click()
        assert page.evaluate("window.switched") == 1
        assert page.evaluate("[window.head, window.after, window.own, window.words ?? null]") == [1, "é", 1, None]
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(1, 2, 3)"


#: Quarto's own script does this when the page is ready.
MAKES_A_STYLE = """
let style = document.querySelector("#quarto-target-style");
if (!style) { style = document.createElement("style"); document.head.appendChild(style); }
style.appendChild(document.createTextNode("h1 { display: none }"));
document.body.style.paddingTop = "61px";
window.done = 1;
"""


@needs_chromium
def test_a_style_set_by_quartos_script_is_not_a_fault(tmp_path: Path) -> None:
    head = '<html lang="en"><head><script defer src="site_libs/quarto-nav.js"></script></head>'
    site = site_of(tmp_path, f"{head}<body><main><h1>Words</h1></main></body></html>")
    (site / "site_libs" / "quarto-nav.js").write_text(MAKES_A_STYLE, encoding="utf-8")
    wrong: list[str] = []
    with served(site, headers_of(site)) as host, a_browser() as browser:
        page = browser.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.goto(host)
        assert page.evaluate("window.done") == 1
        assert page.locator("h1").is_visible()
    assert [text for text in wrong if "favicon" not in text and "404" not in text] == []
