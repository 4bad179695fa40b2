"""A comment is marked as outdated exactly when its figures differ from those that it was last written against.

This is checked against a small model: what the notebook showed when the words were last changed or confirmed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from quarterly.commentary.cells import TAG
from quarterly.editions.notebooks import as_published, assemble
from quarterly.measures.scorecard import Scorecard

IDS = ["average-caseload", "case-supervisions-in-time", "agency-workers"]
#: The comments, and the subject of each.
ABOUT = {"one": IDS[:1], "two": IDS[1:2], "both": IDS[:2], "all": IDS}
Figures = dict[str, tuple[float, str, str, str]]

moves = st.one_of(
    st.tuples(st.just("rewrite"), st.sampled_from(list(ABOUT)), st.integers(0, 3)),
    st.tuples(st.just("confirm"), st.sampled_from(list(ABOUT)), st.just(0)),
    st.tuples(st.just("regroup"), st.sampled_from(list(ABOUT)), st.just(0)),
    st.tuples(st.just("reorder"), st.sampled_from(list(ABOUT)), st.just(0)),
    st.tuples(st.sampled_from(["value", "target"]), st.sampled_from(IDS), st.integers(1, 3)),
    st.tuples(st.just("rag"), st.sampled_from(IDS), st.sampled_from(["RED", "AMBER"])),
    st.tuples(st.just("dot"), st.sampled_from(IDS), st.sampled_from(["POSITIVE", "NEGATIVE"])),
    st.tuples(st.just("rename"), st.sampled_from(IDS), st.integers(1, 3)),
)


def figures(scorecard: Scorecard) -> Figures:
    """Return what a reader sees of each indicator."""
    return {
        str(name): (row["value"], str(row["direction"] or row["target"]), row["rag"], row["dot"])
        for name, row in scorecard.rows.iterrows()
    }


def changed(scorecard: Scorecard, column: str, name: str, value: object) -> Scorecard:
    rows = scorecard.rows.copy()
    if column == "rename":
        rows.loc[name, ["name", "short_name"]] = f"Measure {name} {value}"
    else:
        rows.loc[name, column] = float(value) if isinstance(value, int) else value
    return replace(scorecard, rows=rows)


def edit(notebook: NotebookNode, move: str, name: str, choice: object) -> None:
    cells = {cell.id: cell for cell in notebook.cells}
    cell = cells[name]
    if move == "rewrite":
        head, _, _ = cell.source.partition("\n\nThe words")
        cell.source = f"{head}\n\nThe words of {name}, written {choice} times."
    elif move == "confirm":
        cell.source += "\n\nConfirmed."
    elif move == "regroup":
        cell.source = "### Red of concern\n" + cell.source.partition("\n")[2]
    else:
        notebook.cells.remove(cell)
        notebook.cells.append(cell)


def flagged(notebook: NotebookNode) -> set[str]:
    return {cell.id.removeprefix("changed-") for cell in notebook.cells if cell.id.startswith("changed-")}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(moves, max_size=4), min_size=1, max_size=5))
def test_a_comment_is_marked_exactly_when_its_figures_are_not_those_it_was_written_against(
    scorecard: Scorecard, rounds: list[list[tuple[str, str, object]]]
) -> None:
    template = nbformat.read(Path(ROOT) / "notebooks" / "workforce.ipynb", as_version=4)
    world = scorecard.only(IDS)
    world = replace(world, history=world.history.iloc[:0])
    notebook = as_published(assemble(template, None, world))
    for name, about in ABOUT.items():
        bullets = "".join(f"- {indicator}\n" for indicator in about)
        source = f"### Red to watch\n\n{bullets}\n\nThe words of {name}, written 0 times."
        notebook.cells.append(nbformat.v4.new_markdown_cell(source, id=name, metadata={"tags": [TAG]}))
    seen = figures(world)
    against = {name: {indicator: seen[indicator] for indicator in about} for name, about in ABOUT.items()}
    words = dict.fromkeys(ABOUT, 0)
    for moves_made in rounds:
        last = dict(words)
        confirmed: set[str] = set()
        for move, name, choice in moves_made:
            if name in ABOUT:
                edit(notebook, move, name, choice)
                words = {**words, name: choice} if move == "rewrite" and isinstance(choice, int) else words
                # Typing over the confirmation removes it.
                confirmed = confirmed | {name} if move == "confirm" else confirmed
                confirmed = confirmed - {name} if move == "rewrite" else confirmed
            else:
                world = changed(world, move, name, choice)
        for name in ABOUT:
            if name in confirmed or words[name] != last[name]:
                against[name] = {indicator: seen[indicator] for indicator in ABOUT[name]}
        notebook = as_published(assemble(template, notebook, world))
        seen = figures(world)
        wrong = {
            name for name, then in against.items() if any(seen[indicator] != then[indicator] for indicator in then)
        }
        assert flagged(notebook) == wrong
