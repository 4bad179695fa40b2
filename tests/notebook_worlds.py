"""A small notebook with its figures and template, which tests change between runs without executing anything."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from conftest import ROOT
from nbformat import NotebookNode

from quarterly.commentary.cells import INJECTED, TAG, tagged
from quarterly.commentary.notebook_files import read_notebook
from quarterly.editions.notebooks import as_published, assemble
from quarterly.editions.user_cells import as_node
from quarterly.measures.scorecard import Scorecard

#: The indicators of these small worlds: those of one area, and some that may be moved to it.
AREA = ["social-workers-over-20-children", "average-caseload", "case-supervisions-in-time", "agency-workers"]
VISITORS = ["return-home-interviews-72-hours"]


@dataclass
class World:
    """A notebook with its figures and template, which change between its runs."""

    scorecard: Scorecard
    template: NotebookNode
    first_template: NotebookNode
    edition: NotebookNode | None = None
    typed: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def say(self, phrase: str) -> str:
        """Fill a phrase with words that have not been used before."""
        while "@" in phrase:
            self.typed += 1
            phrase = phrase.replace("@", f"zz{self.typed}zz", 1)
        return phrase

    @property
    def cells(self) -> list[NotebookNode]:
        """Return the cells that users see."""
        assert self.edition is not None
        return self.edition.cells

    def at(self, number: int) -> NotebookNode:
        """Choose any cell."""
        return self.cells[number % len(self.cells)]

    def comment(self, number: int) -> NotebookNode:
        """Choose a cell with the commentary tag, or any if there is none."""
        found = [cell for cell in self.cells if tagged(cell, TAG)] or self.cells
        return found[number % len(found)]


def run(world: World) -> NotebookNode:
    """Do everything that a run does with a notebook, except executing it."""
    edition = world.edition and as_node(read_notebook(json.dumps(world.edition).encode(), "notebook"))
    notebook = assemble(world.template, edition, world.scorecard)
    after = next((n for n, cell in enumerate(notebook.cells, start=1) if tagged(cell, "parameters")), 0)
    source = '# Parameters\nquarter = "2023-24-Q3"\n'
    injected = nbformat.v4.new_code_cell(source, id=INJECTED, metadata={"tags": [INJECTED]})
    notebook.cells.insert(after, injected)
    notebook = as_published(notebook)
    nbformat.validate(notebook)
    return nbformat.reads(nbformat.writes(notebook), as_version=4)


def new_world(scorecard: Scorecard) -> World:
    part = scorecard.only(AREA)
    part = replace(part, history=part.history.iloc[:0])
    template = nbformat.read(Path(ROOT) / "notebooks" / "workforce.ipynb", as_version=4)
    names = {name: str(scorecard.rows.loc[name, "name"]) for name in [*AREA, *VISITORS]}
    return World(part, copy.deepcopy(template), template, names=names)
