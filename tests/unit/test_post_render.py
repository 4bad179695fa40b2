"""The step after rendering takes out other hosts and empty places, and marks comments, whichever renderer ran."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from quarterly.commentary.format import PROMPT, read_group
from quarterly.core.terms import Group

SCRIPT = ROOT / "theme" / "post_render.py"
PROMPT_WORDS = PROMPT.strip("*")

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


def section(name: str, heading: str, inside: str, *, anchored: bool = True) -> str:
    """Write a comment as a page holds it: as Quarto does, or as the embedded renderer does."""
    attributes = f'class="anchored" data-anchor-id="{name}"' if anchored else f'data-anchor-id="{name}"'
    return f'<section id="{name}" class="level3">\n<h3 {attributes}>{heading}</h3>\n{inside}\n</section>\n'


EMPTY = f"<ul>\n<li>Number of agency workers</li>\n</ul>\n<p><em>{PROMPT_WORDS}</em></p>"
WRITTEN = "<ul>\n<li>Average caseload</li>\n</ul>\n<p>Fewer children for each worker.</p>"
COMMENTARY = """<section id="commentary" class="level2">
<h2 class="anchored" data-anchor-id="commentary">Commentary</h2>
{0}</section>
<section id="key-performance-indicators" class="level2">
<h2 class="anchored" data-anchor-id="key-performance-indicators">Key performance indicators</h2>
<section id="notes" class="level3"><h3 class="anchored" data-anchor-id="notes">Notes</h3>
</section>
</section>
"""


def page(body: str, head: str = "") -> str:
    return f'<!DOCTYPE html>\n<html lang="en-GB"><head>\n{HEAD_OF_QUARTO}{head}</head><body>\n{body}</body></html>\n'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder for a small site."""
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


def test_the_script_can_be_imported_by_path_and_knows_the_prompt() -> None:
    spec = importlib.util.spec_from_file_location("post_render", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PROMPT == PROMPT_WORDS


@pytest.mark.parametrize("script", sorted(SCRIPT.parent.glob("*.py")), ids=lambda path: path.stem)
def test_the_scripts_need_the_standard_library_and_each_other_only(script: Path) -> None:
    tree = ast.parse(script.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [
        name
        for node in imports
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    ]
    assert names
    siblings = {path.stem for path in SCRIPT.parent.glob("*.py")}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | siblings


# Other hosts


def test_scripts_and_styles_of_other_hosts_are_taken_out_and_nothing_else(site: Path) -> None:
    assert mended(site, page(BODY, OTHERS_OF_QUARTO)) == page(BODY, "\n")


@pytest.mark.parametrize("line", [line for line in OTHERS_OF_QUARTO.splitlines() if line])
def test_each_way_to_ask_another_host_is_taken_out(site: Path, line: str) -> None:
    assert mended(site, page(BODY, f"{line}\n")) == page(BODY)


@pytest.mark.parametrize(
    "line",
    [
        '<link rel="preload" as="style" href="https://cdn.example.org/later.css">',
        "<style>@import url('https://fonts.example.org/css2?family=Lato');</style>",
    ],
)
def test_rarer_ways_to_ask_another_host_are_taken_out(site: Path, line: str) -> None:
    assert "example.org" not in mended(site, page(BODY, f"{line}\n"))


def test_a_page_that_asks_nothing_of_others_is_left_alone(site: Path) -> None:
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


# Comments


@pytest.mark.parametrize("anchored", [True, False], ids=["as Quarto writes it", "as the embedded renderer writes it"])
def test_an_empty_place_is_taken_out_and_comments_are_marked(site: Path, *, anchored: bool) -> None:
    written = section("green-to-celebrate", "Green to celebrate", WRITTEN, anchored=anchored)
    empty = section("red-to-watch", "Red to watch", EMPTY, anchored=anchored)
    concern = section("red-of-concern", "Red of concern", "<p>Visits are late.</p>", anchored=anchored)
    text = mended(site, page(COMMENTARY.format(written + empty + concern)))
    marked = written.replace('"level3"', '"level3 comment comment-green"')
    marked += concern.replace('"level3"', '"level3 comment comment-red-of-concern"')
    assert text == page(COMMENTARY.format(marked))


def test_numbered_anchors_belong_to_their_groups(site: Path) -> None:
    names = ["about-this-area", "amber-to-watch", "red-to-watch", "red-to-watch-1", "red-of-concern-2"]
    soup = BeautifulSoup(
        mended(site, page(COMMENTARY.format("".join(section(n, n, WRITTEN) for n in names)))), "html.parser"
    )
    classes = [found["class"] for found in soup.select("section.comment")]
    assert [names[-1] for names in classes] == [
        "comment-about-this-area",
        "comment-amber",
        "comment-red",
        "comment-red",
        "comment-red-of-concern",
    ]


@pytest.mark.parametrize(
    ("heading", "anchor", "mark"),
    [
        ("Green", "green", "comment-green"),
        ("Greens to celebrate", "greens-to-celebrate", "comment-green"),
        ("Ambers to watch", "ambers-to-watch", "comment-amber"),
        ("Reds on watching", "reds-on-watching", "comment-red"),
        ("Reds of concern", "reds-of-concern", "comment-red-of-concern"),
    ],
)
def test_every_heading_that_names_a_group_is_marked_with_it(site: Path, heading: str, anchor: str, mark: str) -> None:
    assert isinstance(read_group(heading), Group)
    soup = BeautifulSoup(mended(site, page(COMMENTARY.format(section(anchor, heading, WRITTEN)))), "html.parser")
    assert [found["id"] for found in soup.select(f"section.comment.{mark}")] == [anchor]


def test_other_sections_of_the_page_are_left_alone(site: Path) -> None:
    body = COMMENTARY.format("<p>A remark.</p>") + section("timeliness", "Timeliness", "<ul><li>Visits</li></ul>")
    assert mended(site, page(body)) == page(body)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<ul>\n<li>Two managers left in May.</li>\n<li>Both posts are filled.</li>\n</ul>", "Both posts are filled."),
        ("<ul>\n<li>Number of agency workers</li>\n</ul>\n<ul>\n<li>Eight left.</li>\n</ul>", "Eight left."),
        ("<ul>\n<li>Number of agency workers</li>\n<li>Eight left.</li>\n</ul>", "Eight left."),
        ('<ul>\n<li>Agency</li>\n</ul>\n<p><img src="chart.svg" alt="Agency workers by month"></p>', "by month"),
        (
            '<p>Why.</p>\n<section id="next" class="level4">\n<h4>What is being done</h4>\n<p>More.</p>\n</section>',
            "What is being done",
        ),
        ("<p>Nothing &lt; 5 is shown.</p>", "Nothing &lt; 5 is shown."),
    ],
    ids=["a list", "a list after the indicators", "a list with the indicators", "a picture", "a heading", "a sign"],
)
def test_words_of_any_form_are_published_and_marked(site: Path, inside: str, words: str) -> None:
    text = mended(site, page(COMMENTARY.format(section("red-to-watch", "Red to watch", inside))))
    assert words in text
    assert re.search(r'<section id="red-to-watch" class="level3 comment comment-red">', text)


def test_the_prompt_goes_and_what_an_analyst_put_after_an_empty_place_stays(site: Path) -> None:
    figure = '<div id="my-chart" class="cell"><figure><img src="x.svg" alt="Agency workers by month"></figure></div>'
    inside = f"{EMPTY}\n<p>An analyst's remark.</p>\n{figure}"
    text = mended(site, page(COMMENTARY.format(section("red-to-watch", "Red to watch", inside))))
    assert PROMPT_WORDS not in text
    assert "An analyst's remark." in text
    assert figure in text


# Words whose indicators are gone

END = '<div id="unplaced-commentary-end"><em>The unplaced commentary ends here.</em></div>\n'
AFTER = '<section id="indicators" class="level2">\n<h2>Key performance indicators</h2>\n<p>Table.</p>\n</section>\n'


def unplaced(inside: str, end: str = END, anchor: str = "unplaced-commentary") -> str:
    heading = '<h2 class="anchored" data-anchor-id="unplaced-commentary">Unplaced commentary</h2>'
    return f'<section id="{anchor}" class="level2">\n{heading}\n<p>Not reported.</p>\n{inside}{end}'


@pytest.mark.parametrize("end", [END, ""], ids=["with its end", "without"])
@pytest.mark.parametrize("anchor", ["unplaced-commentary", "unplaced-commentary-1"])
def test_words_without_a_place_are_taken_out_and_nothing_else(site: Path, end: str, anchor: str) -> None:
    gone = unplaced(section("red-to-watch-1", "Red to watch", WRITTEN), end, anchor) + "</section>\n"
    assert mended(site, page(BODY + gone + AFTER)) == page(BODY + AFTER)


def test_words_without_a_place_are_taken_out_whatever_heading_an_officer_gave_them(site: Path) -> None:
    """A heading of the second level begins a section beside the one that the words should stand in."""
    other = '<section id="reds" class="level2">\n<h2>Reds</h2>\n<p>Withdrawn words.</p>\n'
    body = BODY + unplaced("", "") + f"</section>\n{other}{END}</section>\n{AFTER}"
    text = mended(site, page(body))
    assert text == page(BODY + AFTER)


def test_what_follows_in_the_same_section_stays(site: Path) -> None:
    """A chart of the template, or an analyst's cell, that no heading of its own parts from the words."""
    kept = '<div class="cell"><img src="x.svg" alt="A chart"></div>\n'
    gone = unplaced(section("red-to-watch-1", "Red to watch", WRITTEN))
    assert mended(site, page(f"{BODY}{gone}{kept}</section>\n{AFTER}")) == page(BODY + kept + AFTER)


def test_a_heading_that_only_begins_alike_is_left_alone(site: Path) -> None:
    body = section("unplaced-commentary-policy", "Unplaced commentary policy", "<p>Words.</p>")
    assert "<p>Words.</p>" in mended(site, page(body))


def test_contents_and_the_search_do_not_name_words_without_a_place(site: Path) -> None:
    contents = """<nav id="TOC"><ul>
<li><a href="#commentary" id="toc-commentary">Commentary</a></li>
<li><a href="#unplaced-commentary" id="toc-unplaced-commentary" class="nav-link">Unplaced commentary</a>
<ul><li><a href="#red-to-watch-1">Red to watch</a></li></ul></li>
<li><a href="#indicators">Key performance indicators</a></li>
</ul></nav>
"""
    gone = unplaced(section("red-to-watch-1", "Red to watch", "<p>Withdrawn</p>")) + "</section>\n"
    text = mended(site, page(contents + BODY + gone + AFTER))
    found = BeautifulSoup(text, "html.parser")
    assert [link["href"] for link in found.select("#TOC a")] == ["#commentary", "#indicators"]
    assert "Withdrawn" not in (site / "search-index.js").read_text(encoding="utf-8")


def test_an_empty_place_that_a_page_embeds_from_elsewhere_is_not_published(site: Path) -> None:
    text = mended(site, page(f"<div><p><em>{PROMPT_WORDS}</em></p>\n<p>Kept.</p></div>"))
    assert PROMPT_WORDS not in text
    assert "<p>Kept.</p>" in text


def test_mending_twice_is_mending_once(site: Path) -> None:
    sections = section("red-to-watch", "Red to watch", EMPTY) + section("red-to-watch-1", "Red to watch", WRITTEN)
    (site / "site.css").write_text("@import url('https://fonts.example.org/a.css');\nbody{}\n", encoding="utf-8")
    mended(site, page(COMMENTARY.format(sections), OTHERS_OF_QUARTO))
    once = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    mend(site)
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == once


def test_a_site_without_pages_will_do(site: Path) -> None:
    mend(site)
    assert list(site.iterdir()) == []
