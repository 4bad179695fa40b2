"""The website reads of each comment the group, indicators and words that the committee paper and the workbook do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from docx import Document
from notebook_worlds import World, new_world, run
from smalldocs.markdown import render
from smalldocs.notebook import to_markdown

from quarterly.commentary.cells import TAG
from quarterly.commentary.format import ABOUT_AREA, PROMPT
from quarterly.commentary.read import Written, read_edition
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.word.markdown import write_markdown

CASELOAD = "Average caseload of allocated Social Workers"
AGENCY = "Number of agency workers"
SAID = "Eight workers left."
#: What officers type, as cells of the commentary section.
TYPED = [
    f"### Red of concern\n\n- {AGENCY}\n\n{SAID}",
    f"## Red of concern\n\n- {AGENCY}\n\n{SAID}",
    f"# Reds of concern;\n- {AGENCY}\n\n{SAID}",
    f"###### Red\n\n- {AGENCY}\n\n{SAID}",
    f"### Red concerning\n\n- {AGENCY}\n\n{SAID}",
    f"### **Red of concern** ###\n\n- {AGENCY}\n\n{SAID}",
    f"### 12 reds\n\n- {AGENCY}\n\n{SAID}",
    f"### Red: agency costs\n\n- {AGENCY}\n\n{SAID}",
    f"### Redeployment\n\n- {AGENCY}\n\n{SAID}",
    f"### Why caseloads rose\n\n- {CASELOAD}\n- {AGENCY}\n\n{SAID}",
    f"### Amber to watch\n\n• {CASELOAD}\n• {AGENCY}\n\n{SAID}",
    f"### Amber to watch\n\n  * {CASELOAD}\n+ {AGENCY}\n{SAID}",
    f"### Amber to watch\n\n- agency-workers\n- “{CASELOAD}”\n{SAID}",
    f"### Green to celebrate\n\n- {AGENCY}\n- He left.\n- She stayed.",
    f"### Green to celebrate\n\n- {AGENCY}\n\n- He left.\n- She stayed.",
    f"### Green to celebrate\n\n{SAID}\n\n### Amber to watch\n\n- {AGENCY}\n\nMore.",
    f"### Green\n\n{SAID}\n\nConfirmed",
    f"### Red to watch\n\n- {AGENCY}\n\n{PROMPT}",
    "# My words",
    "### My words",
    f"### About this area\n\n{SAID}",
    "Fewer than <5 left, as planned.",
]


@pytest.fixture
def world(scorecard: Scorecard) -> World:
    """An edition that was run, with no words of people yet."""
    world = new_world(scorecard)
    world.edition = run(world)
    return world


@pytest.fixture(scope="module")
def scripts() -> Iterator[dict[str, ModuleType]]:
    """The scripts of the theme."""
    sys.path.insert(0, str(ROOT / "theme"))
    yield {name: import_module(name) for name in ("plain_words", "post_render", "place_comments")}
    sys.path.remove(str(ROOT / "theme"))


def in_words(markup: str) -> str:
    """Reduce HTML to what a reader reads, without marks of lists and headings."""
    return " ".join(BeautifulSoup(markup, "html.parser").get_text(" ").split())


def in_paper(words: str) -> str:
    document = Document()
    return " ".join(" ".join(line.text for line in write_markdown(document, words)).split())


def on_the_page(world: World, scripts: dict[str, ModuleType]) -> list[tuple[str, list[str], str]]:
    """Read the comments of a finished page: heading, names and words of each."""
    text = scripts["plain_words"].plain_notebook(json.dumps(world.edition))
    front, body = to_markdown(text, {"echo": False})
    page = scripts["post_render"].mend_page(str(render(body, front)))
    names = {scripts["place_comments"].plain(str(name)): str(key) for key, name in world.scorecard.rows["name"].items()}
    found = []
    for comment in scripts["place_comments"].COMMENT.finditer(page):
        ids, _, words = scripts["place_comments"].split(comment["body"], names)
        if words == comment["body"] and (listed := scripts["place_comments"].LIST.match(words)):
            # A list of names and words is left whole: take the names off it.
            items = [in_words(item["item"]) for item in scripts["place_comments"].ITEM.finditer(listed["items"])]
            rest = [item for item in items if scripts["place_comments"].plain(item) not in names]
            words = " ".join([*rest, words[listed.end() :]])
        found.append((in_words(comment["heading"]), list(ids), in_words(words)))
    return found


def as_published(one: Written) -> tuple[str, list[str], str]:
    comment = one.comment
    return str(comment.group or comment.heading or ABOUT_AREA), list(comment.indicators), in_paper(comment.words)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("tags", [[TAG], None], ids=["in a place", "in a new cell"])
def test_a_comment_is_read_alike(
    world: World, scripts: dict[str, ModuleType], typed: str, tags: list[str] | None
) -> None:
    start = next(place for place, cell in enumerate(world.cells) if cell.id == "place-average-caseload")
    world.cells.insert(start, nbformat.v4.new_markdown_cell(typed, metadata={"tags": tags} if tags else {}))
    assert world.edition is not None
    said = [one for one in read_edition(world.edition, world.scorecard) if not one.comment.empty]
    # A comment under a heading of its own is on the page as it is, and beside no indicator.
    marked = [as_published(one) for one in said if one.comment.group or one.comment.heading in ("", ABOUT_AREA)]
    assert on_the_page(world, scripts) == marked


def test_what_an_analyst_puts_after_a_comment_is_no_part_of_it(world: World, scripts: dict[str, ModuleType]) -> None:
    place = next(place for place, cell in enumerate(world.cells) if cell.id == "place-agency-workers")
    world.cells[place].source = f"### Red to watch\n\n- {AGENCY}\n\n{SAID}\n\n#### What is being done\n\nInterviews."
    world.cells.insert(place + 1, nbformat.v4.new_markdown_cell("A remark of an analyst.\n\n#### More of it"))
    world.cells[place + 2 : place + 2] = [nbformat.v4.new_markdown_cell(f"### Green to celebrate\n\n{SAID}")]
    (heading, names, words), (after, *_) = on_the_page(world, scripts)
    assert after == "Green to celebrate"
    assert (heading, names) == ("Red to watch", ["agency-workers"])
    assert words == f"{SAID} What is being done Interviews."
    text = scripts["plain_words"].plain_notebook(json.dumps(world.edition))
    front, body = to_markdown(text, {"echo": False})
    page = scripts["post_render"].mend_page(str(render(body, front)))
    assert page.count("A remark of an analyst.") == page.count("More of it</h4>") == 1
    assert page.count("<section") == page.count("</section>")
    assert "end of comment" not in page


@pytest.mark.parametrize("typed", TYPED)
def test_a_notebook_that_was_filtered_is_read_as_before(
    world: World, scripts: dict[str, ModuleType], typed: str
) -> None:
    place = next(place for place, cell in enumerate(world.cells) if cell.id == "place-agency-workers")
    world.cells[place].source = typed
    once = scripts["plain_words"].plain_notebook(json.dumps(world.edition))
    assert scripts["plain_words"].plain_notebook(once) == once
