"""A thousand random commitments: none is lost on its way through notebooks, forms, answers and restated figures."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbformat import NotebookNode
from officers_word import AREA, WORDS, boxes, exported, merged, opened, reading, saved

from quarterly.commentary.answers import State
from quarterly.commentary.cells import tagged
from quarterly.commentary.groups import plain_name
from quarterly.commentary.promises import area_promises, promises_made
from quarterly.commentary.read import read_edition
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.editions.notebooks import assemble
from quarterly.measures.scorecard import Scorecard, build_scorecard
from quarterly.outputs.forms.boxes import compose, with_words
from quarterly.outputs.forms.markdown import read_lines, write_lines

Q2, Q3 = Quarter(2023, 2), Quarter(2023, 3)
EDITIONS, EACH = 40, 25
SUBJECTS = (
    *('the "front door" team', "children's services", "staff & carers", "managers (all of them)", "the A–Z list"),
    *(
        "**every** school",
        "[our plan](https://example.org/plan)",
        "5% of cases",
        "visits, calls and letters",
        "_some_ teams",
    ),
)
ANNOUNCED = (
    *(
        "We will review @",
        "A review of @ is under way",
        "We plan to write to @ by 31 January 2024",
        "Training for @ starts in May 2024",
    ),
    *(
        "An audit of @ is due to report in March 2024",
        "We expect @ to improve next quarter",
        "A bid for @ goes to Cabinet on 6 June 2024",
    ),
)
ANSWERS = {
    "Kept. It was done in week @.": State.KEPT,
    "LATE – now by 31 May 2024, @ reasons": State.LATE,
    "**Dropped:** cost @ pounds": State.DROPPED,
    "": None,
}
BEFORE = ("Numbers were small.", "- one thing\n- another", "> as they said", "Sickness was high; e.g. in week 3.")


def template() -> NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{AREA}.ipynb", as_version=4)


class World:
    """An area with two editions, written without executing anything."""

    def __init__(self, root: Path, cards: dict[Quarter, Scorecard], seed: int) -> None:
        self.root, self.random, self.number = root, random.Random(seed), seed * 1000  # noqa: S311
        self.cards = dict(cards)
        self.promised: dict[str, str] = {}

    def path(self, quarter: Quarter) -> Path:
        """Return the path of a quarter's notebook."""
        return self.root / "reports" / str(quarter) / f"{AREA}.ipynb"

    def run(self, quarter: Quarter) -> NotebookNode:
        """Do everything that a run does, except executing it."""
        path = self.path(quarter)
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "index.ipynb").touch()
        before = nbformat.read(path, as_version=4) if path.is_file() else None
        made = assemble(template(), before, self.cards[quarter], area_promises(self.root, AREA, self.cards[quarter]))
        nbformat.write(made, path)
        return made

    def restate(self, quarter: Quarter) -> None:
        """Change figures, as a restatement does."""
        card = self.cards[quarter]
        rows, history = card.rows.copy(), card.history.copy()
        name = self.random.choice(list(rows.index))
        rows.loc[name, "value"] = history.loc[history["indicator_id"] == name, "value"] = self.random.randint(5, 95)
        self.cards[quarter] = replace(card, rows=rows, history=history)

    def sentence(self) -> str:
        """Make up a commitment with its own marker."""
        self.number += 1
        said = self.random.choice(ANNOUNCED).replace("@", f"{self.random.choice(SUBJECTS)} no{self.number}x")
        return f"{said}."

    def type(self, notebook: NotebookNode) -> None:
        """Write comments with commitments, in any group, sometimes with a line of corrections."""
        rows = self.cards[Q2].rows
        for _ in range(EACH):
            said = self.sentence()
            self.promised[f"no{self.number}x"] = said
            name = rows.loc[self.random.choice(list(rows.index)), "name"]
            parts = [f"### Red to watch\n\n- {name}", self.random.choice(BEFORE)]
            parts += [f"Promise: {said}"] if self.random.random() < 0.2 else [said]
            parts += ["Not a promise: nothing"] * (self.random.random() < 0.2) + ["Confirmed"] * (
                self.random.random() < 0.1
            )
            cell = nbformat.v4.new_markdown_cell("\n\n".join(parts), metadata={"tags": ["commentary"]})
            cell["id"] = f"own-{self.number}"
            notebook.cells.append(cell)

    def through_forms(self, quarter: Quarter) -> None:
        """Pass the text of each comment through the export and import of its box."""
        notebook, card = nbformat.read(self.path(quarter), as_version=4), self.cards[quarter]
        for one in read_edition(notebook, card):
            if one.comment.text:
                text = write_lines(read_lines(one.comment.text))
                comment = with_words(one.comment, text)
                notebook.cells[one.number - 1]["source"] = compose(comment, one.cell["source"], card.rows, {})
        nbformat.write(notebook, self.path(quarter))

    def answer(self) -> dict[str, str]:
        """Type an answer after each bullet, or none, and return them by the marker of the commitment."""
        notebook = nbformat.read(self.path(Q3), as_version=4)
        (cell,) = [cell for cell in notebook.cells if cell.get("id") == "place-progress"]
        lines, given = cell.source.splitlines(), {}
        for place, line in enumerate(lines):
            for mark in self.promised:
                if mark in line:
                    given[mark] = self.random.choice(list(ANSWERS)).replace("@", str(self.random.randint(100, 999)))
                    lines[place] = f"{line} {given[mark]}".rstrip()
        cell.source = "\n".join(lines)
        nbformat.write(notebook, self.path(Q3))
        return given


@pytest.fixture(scope="module")
def cards(basket: Basket) -> dict[Quarter, Scorecard]:
    return {quarter: build_scorecard(basket, quarter).area(AREA) for quarter in (Q2, Q3)}


@pytest.mark.parametrize("seed", range(EDITIONS))
def test_none_of_a_thousand_promises_is_lost(tmp_path: Path, cards: dict[Quarter, Scorecard], seed: int) -> None:
    world = World(tmp_path, cards, seed)
    notebook = world.run(Q2)
    world.type(notebook)
    nbformat.write(notebook, world.path(Q2))
    steps = [world.through_forms, world.restate, world.run]
    for step in world.random.choices(steps, k=3):
        step(Q2)
        found = [promise.key for _, promise in promises_made(tmp_path, AREA, world.cards[Q2])]
        assert all(any(mark in key for key in found) for mark in world.promised), step
    world.run(Q3)
    asked = area_promises(tmp_path, AREA, world.cards[Q3])
    assert len(asked) == EACH
    given = world.answer()
    assert given.keys() == world.promised.keys()
    for step in world.random.choices(steps, k=3):
        step(Q3)
        now = area_promises(tmp_path, AREA, world.cards[Q3])
        told = {mark: one for mark in world.promised for one in now if mark in one.words}
        for mark, text in given.items():
            assert plain_name(told[mark].answer) == plain_name(text), step
            states = {State.AS_EXPECTED, State.NOT_AS_EXPECTED, State.NO_WORD, State.NOT_DUE}
            expected = next(state for words, state in ANSWERS.items() if words[:4] == text[:4])
            assert told[mark].state in ({expected} | (states - {State.NO_WORD, State.NOT_DUE}) if expected else states)


def test_promises_and_answers_come_back_from_word(tmp_path: Path, cards: dict[Quarter, Scorecard]) -> None:
    world = World(tmp_path, cards, 7)
    notebook = world.run(Q2)
    world.type(notebook)
    nbformat.write(notebook, world.path(Q2))
    world.run(Q2)
    made = world.run(Q3)
    document = opened(exported(made, world.cards[Q3]))
    (name,) = [str(cell["id"]) for cell in made.cells if tagged(cell, "commentary") and "Progress since" in cell.source]
    box = boxes(document)[name]
    lines = [paragraph.text for paragraph in box.cells[WORDS].paragraphs]
    assert len(lines) == EACH
    for paragraph in box.cells[WORDS].paragraphs:
        paragraph.add_run(" Kept: in week 7.")
    content = saved(document, tmp_path / "back.docx").read_bytes()
    merge = merged(made, world.cards[Q3], reading(content, tmp_path))
    assert not merge.faults
    assert not merge.conflicts
    nbformat.write(merge.notebook, world.path(Q3))
    told = area_promises(tmp_path, AREA, world.cards[Q3])
    assert [one.reply for one in told] == ["In week 7."] * EACH
