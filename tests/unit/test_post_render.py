"""The post-render step removes references to other hosts, whichever renderer ran."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

SCRIPT = ROOT / "theme" / "post_render.py"

HEAD_OF_QUARTO = """<meta charset="utf-8">
<template id="quarto-target-style"></template><script src="site_libs/quarto-nav/quarto-nav.js"></script>
<script src="../../site_libs/clipboard/clipboard.min.js"></script>
<link href="../../site_libs/quarto-html/highlighting.css" rel="stylesheet">
<link rel="stylesheet" href="../../theme/report.css">
<link rel="icon" href="../../favicon.png">
<script id="quarto-search-options" type="application/json">{"location": "sidebar"}</script>
"""
OTHERS_OF_QUARTO = """
<script src="https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.6/require.min.js" integrity="sha512-c3Nl8+7g4LMSTdrm621y7kf9v3SDPnhxLNhcjFJbKECVnmZHTdo+IRO05sNLTH/D3vA6u1X32ehoLC7WFVdheg==" crossorigin="anonymous"></script>
<script src="https://cdnjs.cloudflare.com/ajax/libs/jquery/3.5.1/jquery.min.js" integrity="sha512-bLT0Qm9VnAYZDflyKcBaQ2gg0hSYNQrJ8RilYldYQ1FxQYoCLtUjuuRuZo+fjqhx/qtq/1itJ0C2ejDxltZVFg==" crossorigin="anonymous" data-relocate-top="true"></script>
<script type="application/javascript">define('jquery', [],function() {return window.jQuery;})</script>
<script src="//cdn.example.org/other.js" async></script>
<script type="text/javascript" id="MathJax-script" async src="https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-chtml-full.js"></script>
<link href="https://fonts.example.org/css2?family=Source+Sans+Pro" rel="stylesheet">
<link rel="stylesheet" href="https://cdn.example.org/theme.css" integrity="sha384-abc" crossorigin="anonymous">
<link rel="preconnect" href="https://fonts.example.org" crossorigin>
<link rel='stylesheet' href='//cdn.example.org/protocol-relative.css'>
"""  # noqa: E501
BODY = (
    '<p>See <a href="https://www.n-somerset.gov.uk/">the council</a> and <a href="methods.html">the methods</a>.</p>\n'
)


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head>\n{HEAD_OF_QUARTO}{head}</head><body>\n{body}</body></html>\n'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a folder for a small site."""
    folder = tmp_path / "_site"
    folder.mkdir()
    return folder


def mend(site: Path) -> None:
    """Run the script as a renderer does: in the project's folder, with Python's standard library only."""
    command = [sys.executable, "-I", "-S", str(SCRIPT)]
    done = subprocess.run(
        command,
        cwd=site.parent,
        env={"QUARTO_PROJECT_OUTPUT_DIR": site.name, "PYTHONUTF8": "0", "LC_ALL": "C", "SYSTEMROOT": "C:\\Windows"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def mended(site: Path, text: str) -> str:
    path = site / "reports" / "2023-24-Q3" / "workforce.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    mend(site)
    return path.read_text(encoding="utf-8")


# Other hosts


def test_only_scripts_and_styles_of_other_hosts_are_removed(site: Path) -> None:
    assert mended(site, page(BODY, OTHERS_OF_QUARTO)) == page(BODY, "\n")


@pytest.mark.parametrize("line", [line for line in OTHERS_OF_QUARTO.splitlines() if line])
def test_each_way_to_load_from_another_host_is_removed(site: Path, line: str) -> None:
    assert mended(site, page(BODY, f"{line}\n")) == page(BODY)


@pytest.mark.parametrize(
    "line",
    [
        '<link rel="preload" as="style" href="https://cdn.example.org/later.css">',
        "<style>@import url('https://fonts.example.org/css2?family=Lato');</style>",
    ],
)
def test_rarer_ways_to_load_from_another_host_are_removed(site: Path, line: str) -> None:
    assert "example.org" not in mended(site, page(BODY, f"{line}\n"))


def test_a_page_that_loads_nothing_from_others_is_left_alone(site: Path) -> None:
    assert mended(site, page(BODY)) == page(BODY)


@pytest.mark.parametrize(
    "rule",
    [
        '@import url("https://fonts.example.org/css2?family=Lato");',
        "@import url(https://fonts.example.org/css2?family=Lato);",
        "@import 'https://fonts.example.org/lato.css';",
        '@import "//fonts.example.org/lato.css" screen;',
        '@import url("https://fonts.example.org/css2?family=Source+Sans+Pro:wght@300;400;700&display=swap");',
    ],
)
def test_style_sheets_import_nothing_from_other_hosts(site: Path, rule: str) -> None:
    sheet = site / "site_libs" / "bootstrap.min.css"
    sheet.parent.mkdir()
    rest = '@import url("local.css");\n:root{--bs-blue:#0d6efd}\nbody{background:url("data:image/svg+xml,x")}\n'
    sheet.write_text(rule + rest, encoding="utf-8", newline="\n")
    mend(site)
    assert sheet.read_text(encoding="utf-8").strip() == rest.strip()


def test_post_rendering_is_idempotent(site: Path) -> None:
    (site / "site.css").write_text("@import url('https://fonts.example.org/a.css');\nbody{}\n", encoding="utf-8")
    mended(site, page(BODY, OTHERS_OF_QUARTO))
    once = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    mend(site)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == once


def test_a_site_without_pages_is_accepted(site: Path) -> None:
    mend(site)
    assert list(site.iterdir()) == []


def test_a_page_without_a_description_is_described_by_its_subtitle(site: Path) -> None:
    subtitle = '<p class="subtitle lead">Terms &amp; what they mean</p>'
    (site / "glossary.html").write_text(page(subtitle), encoding="utf-8")
    (site / "index.html").write_text(page(subtitle, '<meta name="description" content="Own">'), encoding="utf-8")
    mend(site)
    described = '<meta name="description" content="Terms &amp; what they mean">'
    assert described in (site / "glossary.html").read_text(encoding="utf-8")
    assert described not in (site / "index.html").read_text(encoding="utf-8")


def test_every_table_of_a_standing_page_is_in_one_scrollable_box(site: Path) -> None:
    table = '<table class="caption-top table"><tr><td>1</td></tr></table>'
    for box in ('<div class="table-scroll">', '<div class="sd-table">\n'):
        assert f"<body>\n{box}{table}</div>" in mended(site, page(f"{box}{table}</div>"))
    assert f'<body>\n<div class="table-scroll">{table}</div>' in mended(site, page(table))
