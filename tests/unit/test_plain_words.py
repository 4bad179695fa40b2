"""Of users' text, plain Markdown reaches a renderer and everything else as text, by either renderer's parser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import HONEST, TYPED
from bs4 import BeautifulSoup
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from smalldocs.markdown import render

from quarterly.commentary.cells import digest
from quarterly.display.altair_figures import LIVE
from quarterly.outputs.website.pages import plain_words as words

SCRIPT = ROOT / "theme" / "plain_words.py"
PANDOC = shutil.which("pandoc")
#: As Quarto reads Markdown, and with every extension that could be switched on.
READERS = ("markdown", "markdown+autolink_bare_uris+tex_math_single_backslash+emoji")
SAFE = {"section", "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "dl", "dt", "dd", "strong", "em", "a"}
SAFE |= {"blockquote", "br", "hr", "div", "span", "img", "table", "thead", "tbody", "tfoot", "colgroup", "col", "tr"}
SAFE |= {"th", "td", "caption"}
PLAIN = {"id", "class", "href", "data-anchor-id", "title", "alt", "src", "start", "type", "scope"}
PIECES = [
    *"<>{}[]()`$~^@!\\&#*_-+=:;|\"'/. \t\n",
    "a",
    "B",
    "1",
    "---",
    ":::",
    "{{<",
    ">}}",
    "```",
    "script",
    "{=html}",
]
PIECES += [
    "javascript:",
    "https://a.b/",
    "mailto:a@b",
    "    ",
    "- ",
    "1. ",
    "](",
    "\n\n",
    "&lt;",
    "onclick=x",
    "env HOME",
]


def by_smalldocs(text: str) -> str:
    return str(render(f"\n\nfirst\n\n{text}", {"title": "A page"}))


def by_pandoc(reader: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        command = [str(PANDOC), "--from", reader, "--to", "html", "--wrap", "none", "--mathjax"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", check=True)
        return done.stdout

    return convert


needs_pandoc = pytest.mark.skipif(PANDOC is None, reason="Pandoc is not installed here: Debian has it as pandoc")
each_reader = pytest.mark.parametrize(
    "read",
    [
        pytest.param(by_smalldocs, id="smalldocs"),
        *(pytest.param(by_pandoc(reader), id=f"pandoc {reader[8:20]}", marks=needs_pandoc) for reader in READERS),
    ],
)


def foreign(html: str) -> list[str]:
    """List what plain Markdown cannot produce: elements, attributes, and addresses other than web ones."""
    found = []
    for element in BeautifulSoup(html, "html.parser").find_all():
        if element.name not in SAFE or not set(element.attrs) <= PLAIN:
            found.append(str(element))
        address = str(element.get("href", element.get("src", "#")))
        if not re.match(r"https?://|mailto:|#|attachment:", address):
            found.append(str(element))
        if element.name == "img" and not address.startswith("attachment:"):
            found.append(str(element))
    return found


@each_reader
def test_attacks_become_text(read: Callable[[str], str]) -> None:
    for kind, typed in TYPED.items():
        assert foreign(read(words.plain_words(typed))) == [], kind


@needs_pandoc
def test_attacks_are_attacks() -> None:
    """Without the filter most do something: a test that cannot fail would prove nothing."""
    harmful = [kind for kind, typed in TYPED.items() if foreign(by_pandoc(READERS[1])(typed))]
    assert len(harmful) > len(TYPED) / 2


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_whatever_is_typed_no_foreign_element_appears_and_no_letter_is_lost(typed: str) -> None:
    html = by_smalldocs(words.plain_words(typed))
    assert foreign(html) == []
    page = BeautifulSoup(html, "html.parser")
    addresses = "".join(str(part) for link in page.find_all(["a", "img"]) for part in link.attrs.values())
    read = page.get_text() + addresses
    for word in ("script", "onclick", "javascript", "HOME", "html", "B"):
        assert read.count(word) >= typed.count(word), word


@needs_pandoc
@settings(max_examples=12, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), min_size=20, max_size=40))
def test_whatever_is_typed_pandoc_makes_no_foreign_element_of_it(typed: list[str]) -> None:
    """Many at a time, because each reading starts a program."""
    for reader in READERS:
        assert foreign(by_pandoc(reader)("\n\n".join(map(words.plain_words, typed)))) == []


@each_reader
@pytest.mark.parametrize(
    "rule", ["|:--|--:|:-:|---|", "| :-- | --: | :-: | --- |", ":--|--:|:-:|---", "|:--|--:|:-:|---"]
)
def test_tables_are_read_with_their_alignment(read: Callable[[str], str], rule: str) -> None:
    table = BeautifulSoup(read(words.plain_words(f"| a | b | c | d |\n{rule}\n| 1 | 2 | 3 | 4 |\n")), "html.parser")
    styles = [str(cell.get("style", "")).replace(" ", "").rstrip(";") for cell in table.select("td")]
    assert styles in (["text-align:left", "text-align:right", "text-align:center", ""],)


@pytest.mark.parametrize(
    "typed", [HONEST, "Fewer than 5%, as **planned**: it's up 10% (see\nthe report).", "* a\n* b\n\n***"]
)
def test_plain_markdown_is_read_as_before(typed: str) -> None:
    assert by_smalldocs(words.plain_words(typed)) == by_smalldocs(typed)


def test_a_list_directly_below_a_paragraph_gets_the_blank_line_that_pandoc_needs() -> None:
    assert words.plain_words("We will:\n- recruit\n- train\nnurses.\n1. So\n\nAs\n- 2") == (
        "We will:\n\n- recruit\n- train\nnurses.\n1. So\n\nAs\n\n- 2"
    )


def test_no_shortcode_reaches_the_renderer() -> None:
    for typed in TYPED.values():
        plain = words.plain_words(typed)
        assert "{{<" not in plain
        assert not re.search(r"(?m)^[\s>]*---\s*$", plain)


def test_no_shortcode_in_an_output_reaches_the_renderer() -> None:
    """`include` would publish any file, such as the figures before suppression."""
    told = ["Before\n", "{{< include data/observations.csv >}}\n"]
    printed = {"output_type": "stream", "name": "stdout", "text": told}
    shown = {"output_type": "display_data", "data": {"text/markdown": told, "text/html": told}, "metadata": {}}
    filtered = words.plain_notebook(notebook(cell("x", "code") | {"outputs": [printed, shown]}))
    assert "{{<" not in filtered
    assert filtered.count("include data/observations.csv") == 3


def test_warnings_from_code_are_not_published() -> None:
    warned = cell("x", "code") | {
        "outputs": [{"output_type": "stream", "name": name, "text": name} for name in ("stderr", "stdout")]
    }
    assert [each["name"] for each in json.loads(words.plain_notebook(notebook(warned)))["cells"][0]["outputs"]] == [
        "stdout"
    ]


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def cell(source: str, kind: str = "markdown", **metadata: object) -> dict[str, object]:
    return {"cell_type": kind, "id": "x", "source": source.splitlines(keepends=True), "metadata": metadata}


def as_filter(text: str) -> subprocess.CompletedProcess[bytes]:
    """Run the script as Quarto does, outside the project's environment."""
    command = [sys.executable, "-I", str(SCRIPT)]
    return subprocess.run(command, input=text.encode("utf-8"), capture_output=True, check=False)


def test_quarto_is_given_the_notebook_with_plain_words() -> None:
    by_run = cell("## Data [rules](/methods.qmd)")
    by_run["metadata"] = {"quarterly-written": digest("## Data [rules](/methods.qmd)")}
    typed = "“Größe” <b>{{< env HOME >}}</b>\nmore"
    code = cell("print('<b>')", "code")
    done = as_filter(notebook(by_run, cell(typed, tags=["commentary"]), cell("<i>", "raw"), code))
    assert done.returncode == 0, done.stderr
    cells = json.loads(done.stdout)["cells"]
    assert [cells[0], cells[3]] == [by_run, code]
    assert cells[1]["source"] == words.plain_words(typed).splitlines(keepends=True)
    assert (cells[2]["cell_type"], cells[2]["source"]) == ("markdown", ["&#60;i>"])


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ([cell("---\ntitle: x\n---", "raw"), cell("words\n\n---\ntitle: Taken over\n---")], "cell 2"),
        ([cell("---\ntitle: x\nfilters: [evil.lua]\n---", "raw")], "cell 1"),
        ([cell("---\ntitle: x\n---", "raw"), cell("---\r\nexecute:\r\n  enabled: true\r\n---")], "cell 2"),
    ],
)
def test_text_that_quarto_would_take_for_settings_stops_it(cells: list[dict[str, object]], where: str) -> None:
    """Quarto reads settings before it runs its filters, so the filter cannot neutralise them: it stops the render."""
    done = as_filter(notebook(*cells))
    assert done.returncode == 1
    assert where in done.stderr.decode("utf-8")
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("typed", "next_typed"),
    [
        ("one\n\n---\n\ntwo", ""),
        ("one\n---\ntitle: mine", ""),
        ("---", "text\n\n---"),
        ("---\n\ntitle: x\n---", ""),
        ("---\n \ntitle: x\n---", ""),
        ("a\n\n---\nb\n\n----\n", "c"),
        ("| a |\n|---|\n| b |", "> ---\n> a\n> ---"),
    ],
)
def test_lines_of_dashes_without_settings_between_them_stop_nothing(typed: str, next_typed: str) -> None:
    done = as_filter(notebook(cell("---\ntitle: x\n---", "raw"), cell(typed), cell(next_typed)))
    assert done.returncode == 0, done.stderr
    filtered = ["".join(cell["source"]) for cell in json.loads(done.stdout)["cells"][1:]]
    assert [source for source in filtered if re.search(r"(?m)^---[ \t]*$", source)] == []


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        (["a", "---\nb: c", "d\n\n---\n\ne"], 3),
        (["a", "```\n---\nb: c\n---\n```", "---  \nb\n..."], 4),
        (["---\n\na\n\n---", "b", "<!-- -->---\nb: c\n---"], 4),
        (["---\u2028b: c\r---"], 2),
    ],
)
def test_settings_are_found_as_quarto_finds_them_and_the_cell_is_named(cells: list[str], number: int) -> None:
    done = as_filter(notebook(cell("---\ntitle: Workforce\n---", "raw"), *map(cell, cells)))
    assert done.returncode == 1
    assert done.stderr.decode("utf-8").startswith(f"Workforce: cell {number} has a line of three dashes")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "|", "...", "\r\n"]), max_size=25).map("".join))
def test_filtering_is_idempotent(typed: str) -> None:
    once = words.plain_words(typed)
    assert words.plain_words(once) == once


def test_front_matter_keeps_what_a_run_writes_there() -> None:
    text = words.plain_notebook(notebook(cell('---\ntitle: "T"\norder: 3\ninclude-in-header: evil.html\n---', "raw")))
    assert "".join(json.loads(text)["cells"][0]["source"]) == '---\ntitle: "T"\norder: 3\n---'


def test_a_page_has_one_title() -> None:
    text = words.plain_notebook(notebook(cell("# Caseloads\n\n#hashtag\n\n### Why")))
    assert "".join(json.loads(text)["cells"][0]["source"]) == "## Caseloads\n\n#hashtag\n\n### Why"


def test_pasted_pictures_stay_and_other_attachments_go() -> None:
    own = cell("![A chart](attachment:image.png) ![x](attachment:page.html)")
    own["attachments"] = {"image.png": {"image/png": "iVBOR"}, "page.html": {"text/html": "PHNjcmlwdD4="}}
    kept = json.loads(words.plain_notebook(notebook(own)))["cells"][0]
    assert kept["attachments"] == {"image.png": {"image/png": "iVBOR"}}
    assert "![A chart](attachment:image.png)" in "".join(kept["source"])


@pytest.mark.parametrize(
    "folder", ["", "examples/thornmere-waste", "examples/harrowmere", "src/quarterly/project/starter/files"]
)
def test_every_basket_names_the_filter(folder: str) -> None:
    text = (ROOT / folder / "_quarto.yml").read_text(encoding="utf-8")
    assert re.search(r"^ipynb-filters:\n  - _?theme/plain_words\.py$", text, re.MULTILINE)
    assert Path(SCRIPT).is_file()


def test_a_chart_run_by_hand_in_jupyterlab_is_published_as_its_figure() -> None:
    shown = {words.LIVE: {}, "image/png": "…", "text/markdown": "<figure></figure>", "text/plain": "Chart"}
    cell = {"cell_type": "code", "source": "", "outputs": [{"output_type": "execute_result", "data": shown}]}
    (filtered,) = json.loads(words.plain_notebook(json.dumps({"cells": [cell]})))["cells"]
    assert filtered["outputs"][0]["data"] == {"text/html": "<figure></figure>"}
    assert words.LIVE == LIVE
