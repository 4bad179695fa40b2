"""A run recognises its own cells even if a program has cleared their metadata, tags or ids."""

from __future__ import annotations

import copy
from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode
from notebook_worlds import World, new_world, run

from quarterly.commentary.cells import INJECTED, PINNED, WRITTEN, tagged
from quarterly.commentary.format import PROMPT
from quarterly.commentary.read import read_edition
from quarterly.measures.scorecard import Scorecard

AGENCY = "Eight agency workers left when permanent staff started."
AREA = "Two managers' posts are vacant."
REMARK = "An analyst's remark."


def clear_metadata(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = {}


def clear_all_metadata(notebook: NotebookNode) -> None:
    clear_metadata(notebook)
    notebook.metadata = {}


def strip_tags(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)


def strip_marks(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        for name in (WRITTEN, PINNED):
            cell.metadata.pop(name, None)


def tags_as_text(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "tags" in cell.metadata:
            cell.metadata["tags"] = ",".join(cell.metadata["tags"])


def remove_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        del cell["id"]


def number_ids(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"{number}"


def an_older_format(notebook: NotebookNode) -> None:
    remove_ids(notebook)
    notebook["nbformat_minor"] = 4


PROGRAMS = [
    clear_metadata,
    clear_all_metadata,
    strip_tags,
    strip_marks,
    tags_as_text,
    remove_ids,
    number_ids,
    an_older_format,
]
#: Neither ids nor tags: only the text of the cells is left. The pins of comments are gone with them.
BOTH = [(strip_marks, remove_ids), (strip_tags, number_ids), (tags_as_text, an_older_format)]
Program = Callable[[NotebookNode], None]


@pytest.fixture
def world(scorecard: Scorecard) -> World:
    """Return an edition with two comments by an officer and a remark by an analyst, run."""
    world = new_world(scorecard)
    world.edition = run(world)
    for cell in world.cells:
        if cell.id == "place-agency-workers":
            cell.source = cell.source.replace(PROMPT, AGENCY)
        if cell.id == "place-about-this-area":
            cell.source = AREA
    table = next(number for number, cell in enumerate(world.cells) if cell.id == "table")
    world.cells.insert(table + 1, nbformat.v4.new_markdown_cell(REMARK, id="remark"))
    world.edition = run(world)
    return world


def sources(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def comments(notebook: NotebookNode, world: World) -> list[tuple[object, ...]]:
    said = [one.comment for one in read_edition(notebook, world.scorecard)]
    return [(comment.group, comment.indicators, comment.words) for comment in said]


@pytest.mark.parametrize(
    "programs", [*[(one,) for one in PROGRAMS], *BOTH], ids=lambda all_: "+".join(one.__name__ for one in all_)
)
def test_a_run_gives_the_same_cells_in_the_same_order(world: World, programs: tuple[Program, ...]) -> None:
    before = copy.deepcopy(world.edition)
    for program in programs:
        program(world.edition)
    after = run(world)
    assert sources(after) == sources(before)
    assert comments(after, world) == comments(before, world)
    world.edition = after
    assert run(world) == after


@pytest.mark.parametrize("programs", [(clear_metadata,), (strip_marks,), (number_ids,), (strip_marks, number_ids)])
def test_words_in_the_parameters_cell_stay_run_after_run(world: World, programs: tuple[Program, ...]) -> None:
    cell = next(cell for cell in world.cells if cell.id == INJECTED)
    cell.source += "\n# Ask Ann whether this is right."
    for program in programs:
        program(world.edition)
    for _ in range(3):
        world.edition = run(world)
        held = [cell for cell in world.cells if "Ask Ann" in cell.source]
        assert len(held) == 1
        assert held[0].id != INJECTED
        assert not tagged(held[0], INJECTED)


def test_a_users_cell_with_the_parameters_tag_is_kept(world: World) -> None:
    mine = nbformat.v4.new_code_cell("# Mine: ask Ann.", metadata={"tags": [INJECTED, "parameters"]})
    world.cells.insert(4, mine)
    for _ in range(3):
        world.edition = run(world)
        held = [cell for cell in world.cells if "ask Ann" in cell.source]
        assert len(held) == 1
        assert not {INJECTED, "parameters"} & {*held[0].metadata.get("tags", [])}
