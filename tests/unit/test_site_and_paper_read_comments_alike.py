"""The website reads the same group, indicators and words of each comment as the committee paper and the workbook."""

from __future__ import annotations

import json

import nbformat
import pytest
from bs4 import BeautifulSoup
from docx import Document
from notebook_worlds import World, new_world, run
from smalldocs.markdown import render
from smalldocs.notebook import to_markdown

from quarterly.commentary.cells import TAG
from quarterly.commentary.format import PROMPT
from quarterly.commentary.groups import ABOUT_AREA
from quarterly.commentary.lists import with_lists
from quarterly.commentary.read import Written, read_edition
from quarterly.commentary.run_cells import UNPLACED, UNPLACED_END
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.website.pages.place_comments import COMMENT, LIST
from quarterly.outputs.website.pages.plain_words import plain_notebook
from quarterly.outputs.word.markdown import write_markdown

CASELOAD = "Average caseload of allocated Social Workers"
AGENCY = "Number of agency workers"
SAID = "Eight workers left."
#: Officers' text, as cells of the commentary section.
TYPED = [
    f"### Red of concern\n\n- {AGENCY}\n\n{SAID}",
    f"### Green to watch\n\n- {AGENCY}\n\n{SAID}\n\nWhat next\n---\n\nMore.",
    f"### Red of concern\n\n- {AGENCY}\n\n- &nbsp;{CASELOAD}\n- {SAID}",
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
    "### About this area\n\n[Status]: Complete\n\n[1]: https://example.org/a",
    "Fewer than <5 left, as planned.",
]


@pytest.fixture
def world(scorecard: Scorecard) -> World:
    """Return an edition that was run, without any text of users."""
    world = new_world(scorecard)
    world.edition = run(world)
    return world


def in_words(markup: str) -> str:
    """Reduce HTML to its readable text, without marks of lists and headings."""
    return " ".join(BeautifulSoup(markup, "html.parser").get_text(" ").split())


def in_paper(words: str) -> str:
    document = Document()
    return " ".join(" ".join(line.text for line in write_markdown(document, words)).split())


def page_of(world: World) -> str:
    """Render the notebook of a world with the embedded renderer."""
    text = plain_notebook(json.dumps(world.edition))
    front, body = to_markdown(text, {"echo": False})
    return str(render(body, front))


def on_the_page(world: World) -> list[tuple[str, list[str], str]]:
    """Read the comments of a finished page: heading, ids of indicators and words of each."""
    found = []
    for comment in COMMENT.finditer(page_of(world)):
        about = (comment["about"] or "").split()
        words = LIST.sub("", comment["body"]) if about else comment["body"]
        found.append((in_words(comment["heading"]), about, in_words(words)))
    return found


def as_published(one: Written) -> tuple[str, list[str], str]:
    comment = one.comment
    return str(comment.group or comment.heading or ABOUT_AREA), list(comment.indicators), in_paper(comment.words)


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("tags", [[TAG], None], ids=["in a place", "in a new cell"])
def test_a_comment_is_read_alike(world: World, typed: str, tags: list[str] | None) -> None:
    start = next(place for place, cell in enumerate(world.cells) if cell.id == "place-average-caseload")
    world.cells.insert(start, nbformat.v4.new_markdown_cell(typed, metadata={"tags": tags} if tags else {}))
    assert world.edition is not None
    said = [one for one in read_edition(world.edition, world.scorecard) if not one.comment.empty]
    assert on_the_page(world) == [as_published(one) for one in said]


def test_numbers_of_a_list_that_jump_are_published_as_typed(world: World) -> None:
    typed = "### About this area\n\n1. Done.\n4. Late.\n5. Done.\n\n9. Dropped."
    world.cells.append(nbformat.v4.new_markdown_cell(typed, metadata={"tags": [TAG]}))
    (one,) = [each for each in read_edition(run(world), world.scorecard) if not each.comment.empty]
    assert in_paper(one.comment.words) == "1. Done. 4. Late. 5. Done. 9. Dropped."
    page = BeautifulSoup(render(one.comment.words, {}), "html.parser")
    assert [(each.get("start", "1"), len(each("li"))) for each in page("ol")] == [("1", 1), ("4", 2), ("9", 1)]
    assert with_lists(one.comment.words) == one.comment.words


def test_an_analysts_cell_after_a_comment_is_not_part_of_it(world: World) -> None:
    place = next(place for place, cell in enumerate(world.cells) if cell.id == "place-agency-workers")
    world.cells[place].source = f"### Red to watch\n\n- {AGENCY}\n\n{SAID}\n\n#### What is being done\n\nInterviews."
    world.cells.insert(place + 1, nbformat.v4.new_markdown_cell("A remark of an analyst.\n\n#### More of it"))
    world.cells[place + 2 : place + 2] = [nbformat.v4.new_markdown_cell(f"### Green to celebrate\n\n{SAID}")]
    (heading, names, words), (after, *_) = on_the_page(world)
    assert after == "Green to celebrate"
    assert (heading, names) == ("Red to watch", ["agency-workers"])
    assert words == f"{SAID} What is being done Interviews."
    page = page_of(world)
    assert page.count("A remark of an analyst.") == page.count("More of it</h4>") == 1
    assert page.count("<section") == page.count("</section>")
    assert page.count("</section><section>") == 1


@pytest.mark.parametrize("typed", TYPED)
def test_a_filtered_notebook_is_read_as_before(world: World, typed: str) -> None:
    place = next(place for place, cell in enumerate(world.cells) if cell.id == "place-agency-workers")
    world.cells[place].source = typed
    once = plain_notebook(json.dumps(world.edition))
    assert plain_notebook(once) == once


@pytest.mark.parametrize(
    ("heading", "mark"),
    [
        ("Green", "green"),
        ("Ambers on watching", "amber"),
        ("Reds:", "red"),
        ("red - concern", "red-of-concern"),
        ("About this area", "about-this-area"),
        ("Green to watch", "other"),
        ("What happened", "other"),
    ],
)
def test_a_comment_is_marked_with_the_group_that_every_output_reads(world: World, heading: str, mark: str) -> None:
    place = next(place for place, cell in enumerate(world.cells) if cell.id == "place-agency-workers")
    world.cells[place].source = f"### {heading}\n\n{SAID}"
    (section,) = BeautifulSoup(page_of(world), "html.parser").select("section.comment")
    assert section["class"] == ["level3", "comment", f"comment-{mark}"]


def test_places_and_unplaced_words_are_on_no_page_and_no_heading_is_empty(world: World) -> None:
    headings = [tag.get_text() for tag in BeautifulSoup(page_of(world), "html.parser").select("h2, h3")]
    assert "Commentary" not in headings
    assert "Key performance indicators" in headings
    at = next(place for place, cell in enumerate(world.cells) if cell.id == "indicators")
    # Even if a program removed the tags of these cells, and a heading would move them out of the section.
    gone = [UNPLACED, "## Reds\n\nWithdrawn words.", UNPLACED_END, "Words of an analyst."]
    world.cells[at:at] = [nbformat.v4.new_markdown_cell(source) for source in gone]
    page = page_of(world)
    assert "Withdrawn" not in page
    assert "These words are about" not in page
    assert in_words(page).index("Commentary") < in_words(page).index("Words of an analyst.")


def test_tags_that_a_program_saved_as_one_text_change_nothing_on_the_page(world: World) -> None:
    place = next(place for place, cell in enumerate(world.cells) if cell.id == "place-agency-workers")
    world.cells[place].source = f"### Red to watch\n\n- {AGENCY}\n\n{SAID}"
    before = page_of(world)
    for cell in world.cells:
        cell.metadata = {**cell.metadata, "tags": ", ".join(cell.metadata.get("tags", []))}
    assert page_of(world) == before
