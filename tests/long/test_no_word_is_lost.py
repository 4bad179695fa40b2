"""Whatever users do to a notebook, and whatever the figures and templates do, a run keeps every word they typed.

Users' words are numbered (``zz17zz``), so that each can be followed: a run must keep each where a user would look for
it, as often as it was there before, and next to the words that it was typed next to. Users can do whatever JupyterLab
lets them do; no notebook is executed.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import nbformat
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from notebook_worlds import AREA, VISITORS, World, new_world, run

from quarterly.commentary.cells import (
    PINNED,
    START_TAG,
    TAG,
    UNPLACED_TAG,
    WRITTEN,
    as_written,
    source_of,
    tagged,
    tags_of,
)
from quarterly.commentary.format import PROMPT
from quarterly.commentary.read import read_edition
from quarterly.measures.scorecard import Scorecard

WORD = re.compile(r"zz\d+zz")
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
HEADINGS = ["Green to celebrate", "Amber to watch", "Red to watch", "Reds of concern;", "About this area", "Why"]
#: Text that users type; a number replaces each @.
PHRASES = [
    "@ fell because @ left.",
    "- @\n- @",
    "### Red of concern\n\n@",
    "### @\n\n@ @",
    "Red to watch because @",
    "```\n### Amber\n@\n```",
    "@\n\nConfirmed that @\n\nconfirmed @",
    "> @\n\n| @ | b |\n|--|--|\n| c | @ |",
    "<!-- @ -->",
    "$@$\r\n@",
    f"{PROMPT} @",
    "---\n@\n---",
    "@ = 1  # @",
]


# Users' edits. Each takes the world and two numbers to choose by.

Edit = Callable[[World, int, int], None]


def type_into_a_place(world: World, one: int, two: int) -> None:
    cell, words = world.comment(one), world.say(PHRASES[two % len(PHRASES)])
    cell.source = cell.source.replace(PROMPT, words) if PROMPT in cell.source else f"{cell.source}\n\n{words}"


def type_over_everything(world: World, one: int, two: int) -> None:
    world.comment(one).source = world.say(PHRASES[two % len(PHRASES)])


def type_anywhere(world: World, one: int, two: int) -> None:
    """Into any cell: the template's own, figures, notes, headings; at the end of any line."""
    cell = world.at(one)
    lines = cell.source.split("\n")
    lines.insert(two % (len(lines) + 1), world.say(PHRASES[two % len(PHRASES)]))
    cell.source = "\n".join(lines)


def choose_a_group(world: World, one: int, two: int) -> None:
    cell = world.comment(one)
    heading = HEADINGS[two % len(HEADINGS)] + (world.say(" @") if two % 7 == 0 else "")
    cell.source = re.sub(r"\A#+ .*", f"### {heading}", cell.source)


def add_an_indicator(world: World, one: int, two: int) -> None:
    cell = world.comment(one)
    rows = world.scorecard.rows
    row = rows.iloc[two % len(rows)]
    spelt = [row["name"], row["short_name"], str(row.name)][two % 3]
    heading, _, rest = cell.source.partition("\n")
    cell.source = f"{heading}\n\n- {spelt}\n{rest.lstrip()}"


def take_the_indicators_out(world: World, one: int, _: int) -> None:
    cell = world.comment(one)
    cell.source = "\n".join(line for line in cell.source.split("\n") if not line.startswith("- ") or WORD.search(line))


def add_a_cell(world: World, one: int, two: int) -> None:
    make = [nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell, nbformat.v4.new_raw_cell][(two % 5) // 2]
    source = world.say(PHRASES[two % len(PHRASES)])
    if two % 2:
        name = [*AREA, *VISITORS][two % 5]
        source = f"### {HEADINGS[two % len(HEADINGS)]}\n\n- {world.names[name]}\n\n{source}"
    tags = {"tags": [TAG]} if two % 3 == 0 else {}
    world.cells.insert(one % (len(world.cells) + 1), make(source, metadata=tags))


def copy_a_cell(world: World, one: int, two: int) -> None:
    copied = copy.deepcopy(world.at(one))
    if two % 2:
        copied.id = nbformat.v4.new_markdown_cell().id
    world.cells.insert(two % (len(world.cells) + 1), copied)


def delete_a_cell(world: World, one: int, _: int) -> None:
    if len(world.cells) > 1:
        world.cells.remove(world.at(one))


def move_a_cell(world: World, one: int, two: int) -> None:
    cell = world.cells.pop(one % len(world.cells))
    world.cells.insert(two % (len(world.cells) + 1), cell)


def merge_two_cells(world: World, one: int, _: int) -> None:
    place = one % len(world.cells)
    if place + 1 < len(world.cells):
        world.cells[place].source += "\n\n" + world.cells.pop(place + 1).source


def split_a_cell(world: World, one: int, two: int) -> None:
    place = one % len(world.cells)
    cell = world.cells[place]
    lines = cell.source.split("\n")
    at = two % (len(lines) + 1)
    rest = copy.deepcopy(cell)
    rest.id = nbformat.v4.new_markdown_cell().id
    cell.source, rest.source = "\n".join(lines[:at]), "\n".join(lines[at:])
    world.cells.insert(place + 1, rest)


def turn_a_cell_into_another_kind(world: World, one: int, two: int) -> None:
    cell = world.comment(one) if two % 2 else world.at(one)
    make = [nbformat.v4.new_code_cell, nbformat.v4.new_raw_cell, nbformat.v4.new_markdown_cell][two % 3]
    made = make(cell.source)
    made.id, made.metadata = cell.id, cell.metadata
    world.cells[[known is cell for known in world.cells].index(True)] = made


def attach_a_picture(world: World, one: int, _: int) -> None:
    cell = world.at(one)
    if cell.cell_type == "markdown":
        name = world.say("@.png")
        cell.source += f"\n\n![A photograph](attachment:{name})"
        cell["attachments"] = {**cell.get("attachments", {}), name: {"image/png": "iVBORw0KGgo="}}


def blank_a_cell(world: World, one: int, _: int) -> None:
    world.comment(one).source = ""


def put_the_prompt_back(world: World, one: int, _: int) -> None:
    world.comment(one).source = f"### Red to watch\n\n- {world.names[AREA[one % len(AREA)]]}\n\n{PROMPT}"


def confirm(world: World, one: int, _: int) -> None:
    world.comment(one).source += "\n\nConfirmed"


# Programs' edits


def clear_the_metadata(world: World, one: int, two: int) -> None:
    """Clear it in all cells, or in one."""
    for cell in world.cells if two % 2 else [world.at(one)]:
        cell.metadata = {}


def strip_the_tags(world: World, one: int, two: int) -> None:
    for cell in world.cells if two % 2 else [world.at(one)]:
        cell.metadata.pop("tags", None)


def strip_the_marks(world: World, one: int, two: int) -> None:
    for cell in world.cells if two % 2 else [world.at(one)]:
        for name in (WRITTEN, PINNED):
            cell.metadata.pop(name, None)


def write_tags_as_text(world: World, _one: int, _two: int) -> None:
    for cell in world.cells:
        if "tags" in cell.metadata:
            cell.metadata["tags"] = " ".join(tags_of(cell))


def change_the_ids(world: World, one: int, two: int) -> None:
    for number, cell in enumerate(world.cells if two % 2 else [world.at(one)]):
        cell["id"] = ["", f"{number}-{one}"][two % 4 // 2]


# Changes in the world


def change_a_figure(world: World, one: int, two: int) -> None:
    rows = world.scorecard.rows.copy()
    name = rows.index[one % len(rows)]
    rows.loc[name, "value"] = float(two % 4)
    rows.loc[name, "rag"] = ["GREEN", "AMBER", "RED", ""][two % 4]
    world.scorecard = replace(world.scorecard, rows=rows)


def change_a_target(world: World, one: int, two: int) -> None:
    rows = world.scorecard.rows.copy()
    rows.loc[rows.index[one % len(rows)], "target"] = float(two)
    world.scorecard = replace(world.scorecard, rows=rows)


def withdraw_an_indicator(world: World, one: int, _: int) -> None:
    rows = world.scorecard.rows
    if len(rows) > 1:
        world.scorecard = replace(world.scorecard, rows=rows.drop(index=rows.index[one % len(rows)]))


def rename_an_indicator(world: World, one: int, two: int) -> None:
    rows = world.scorecard.rows.copy()
    name = str(rows.index[one % len(rows)])
    world.names[name] = f"{world.names[name].partition(' (')[0]} (as counted since {two})"
    rows.loc[name, ["name", "short_name"]] = world.names[name]
    world.scorecard = replace(world.scorecard, rows=rows)


def change_the_template(world: World, one: int, two: int) -> None:
    cells = world.template.cells
    place = one % len(cells)
    if two % 4 == 0 and len(cells) > 1:
        del cells[place]
    elif two % 4 == 1:
        cells.append(cells.pop(place))
    elif two % 4 == 2:
        cells.insert(place, nbformat.v4.new_markdown_cell(f"A new part, number {one}.", id=f"part-{one}-{two}"))
        cells[:] = list({cell.id: cell for cell in cells}.values())
    elif cells[place].cell_type != "raw":
        cells[place].source += f"\n# changed {two}"


def put_the_template_back(world: World, _one: int, _two: int) -> None:
    world.template = copy.deepcopy(world.first_template)


def drop_the_commentary_section(world: World, _one: int, _two: int) -> None:
    world.template.cells = [cell for cell in world.template.cells if not tagged(cell, START_TAG)]


PEOPLE: list[Edit] = [
    type_into_a_place,
    type_over_everything,
    type_anywhere,
    choose_a_group,
    add_an_indicator,
    take_the_indicators_out,
    add_a_cell,
    copy_a_cell,
    delete_a_cell,
    move_a_cell,
    merge_two_cells,
    split_a_cell,
    turn_a_cell_into_another_kind,
    attach_a_picture,
    blank_a_cell,
    put_the_prompt_back,
    confirm,
    clear_the_metadata,
    strip_the_tags,
    strip_the_marks,
    write_tags_as_text,
    change_the_ids,
]
EVENTS: list[Edit] = [
    change_a_figure,
    change_a_target,
    withdraw_an_indicator,
    rename_an_indicator,
    change_the_template,
    put_the_template_back,
    drop_the_commentary_section,
]


def return_of_indicators(world: World, whole: Scorecard, moved: list[str]) -> None:
    """Change the indicators reported in the area: some come back, some come from another area."""
    names = [*[name for name in AREA if name in moved], *[name for name in VISITORS if name in moved]]
    rows = whole.rows.loc[names or AREA].copy()
    for name in rows.index:
        rows.loc[name, "name"] = world.names[name]
    world.scorecard = replace(world.scorecard, rows=rows)


# Properties that must hold


def words_of(cell: NotebookNode) -> list[str]:
    return WORD.findall(source_of(cell))


def all_words(notebook: NotebookNode) -> Counter[str]:
    return Counter(word for cell in notebook.cells for word in words_of(cell))


def all_attachments(notebook: NotebookNode) -> Counter[str]:
    """Count the pictures that are shown; one that no text shows may go."""
    return Counter(name for cell in notebook.cells for name in cell.get("attachments", {}) if name in cell.source)


def stand_together(words: list[str], notebook: NotebookNode) -> bool:
    """Return whether some cell has these words in sequence, without others between them."""
    return any(words == held[at : at + len(words)] for held in map(words_of, notebook.cells) for at in range(len(held)))


def check_every_word_is_kept(before: NotebookNode, after: NotebookNode) -> None:
    assert all_words(after) == all_words(before)
    assert all_attachments(after) == all_attachments(before)
    for cell in before.cells:
        assert not words_of(cell) or stand_together(words_of(cell), after), words_of(cell)


def check_ids(notebook: NotebookNode) -> None:
    names = [cell.id for cell in notebook.cells]
    assert len(set(names)) == len(names)
    assert all(ID.fullmatch(name) for name in names)


def unplaced_section(notebook: NotebookNode) -> list[str]:
    """List the comments under the heading for words whose indicators are gone."""
    cells = notebook.cells
    start = next((n for n, cell in enumerate(cells) if tagged(cell, UNPLACED_TAG) and as_written(cell)), len(cells))
    return [cell.id for cell in cells[start:] if tagged(cell, TAG)]


def check_places(world: World, notebook: NotebookNode) -> None:
    rows = world.scorecard.rows
    cells = {cell.id: cell for cell in notebook.cells}
    written = read_edition(notebook, world.scorecard)
    spoken = {name for one in written if not one.comment.empty for name in one.comment.indicators}
    under = unplaced_section(notebook)
    for one in written:
        assert one.comment.unplaced == (one.id in under), one
        assert one.comment.unplaced == (bool(one.comment.gone) and not set(one.comment.indicators) & set(rows.index))
    if any(tagged(cell, START_TAG) for cell in world.template.cells):
        for name, row in rows.iterrows():
            places = [one for one in written if one.comment.empty and name in one.comment.indicators]
            # One that has been started stays, whatever the rating is now.
            begun = [one for one in places if not as_written(cells[one.id])]
            wanted = int(bool(row["rag"]) and name not in spoken)
            assert len(places) == wanted or (begun and len(places) <= len(begun)), (name, places)


steps = st.tuples(st.sampled_from(PEOPLE), st.integers(0, 40), st.integers(0, 210))
events = st.tuples(st.sampled_from(EVENTS), st.integers(0, 40), st.integers(0, 7))
rounds = st.lists(
    st.tuples(
        st.lists(steps, max_size=5),
        st.lists(events, max_size=2),
        st.none() | st.lists(st.sampled_from([*AREA, *VISITORS]), max_size=5),
    ),
    min_size=1,
    max_size=4,
)
Round = tuple[list[tuple[Edit, int, int]], list[tuple[Edit, int, int]], list[str] | None]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rounds)
@example([([(confirm, 34, 0)], [], None)])
@example([([(confirm, 0, 0), (confirm, 0, 0)], [], None)])
@example(
    [
        ([(add_a_cell, 11, 205)], [(drop_the_commentary_section, 0, 0)], None),
        ([], [(rename_an_indicator, 0, 2)], None),
        ([], [(withdraw_an_indicator, 0, 0)], None),
    ]
)
@example([([(add_a_cell, 16, 5), (copy_a_cell, 11, 72)], [], None)])
@example([([(choose_a_group, 28, 126), (put_the_prompt_back, 22, 19)], [], None)])
@example([([(clear_the_metadata, 13, 109)], [(rename_an_indicator, 22, 0)], None)])
def test_a_run_keeps_every_word_and_places_every_comment(scorecard: Scorecard, rounds: list[Round]) -> None:
    world = new_world(scorecard)
    world.edition = run(world)
    for edits, changed, moved in rounds:
        for edit, one, two in edits:
            edit(world, one, two)
        for event, one, two in changed:
            event(world, one, two)
        if moved is not None:
            return_of_indicators(world, scorecard, moved)
        before = copy.deepcopy(world.edition)
        world.edition = run(world)
        check_every_word_is_kept(before, world.edition)
        check_ids(world.edition)
        check_places(world, world.edition)
        assert run(world) == world.edition, "a second run without a change between changed something"
