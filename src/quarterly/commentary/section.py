"""Find the cells with commentary in an edition's notebook.

Standard library only, like `quarterly.commentary.cells`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quarterly.commentary.cells import START_TAG, TAG, WRITTEN, as_written, source_of, tagged
from quarterly.commentary.format import PROMPT, split_heading
from quarterly.commentary.groups import ABOUT_AREA, is_unclear, read_group, same_names
from quarterly.commentary.run_cells import is_generated

Cell = Mapping[str, Any]


def commentary_cells(notebook: Mapping[str, Any]) -> list[tuple[int, Cell]]:
    """List the cells with commentary, each with its number in the notebook, from 1.

    They are the cells with the tag, and any other text cell in the commentary section that begins with the heading of
    a comment: an officer who adds a cell in JupyterLab need not know about tags.
    """
    found, inside = [], False
    for number, cell in enumerate(notebook["cells"], start=1):
        if tagged(cell, START_TAG):
            inside = True
        elif WRITTEN in cell["metadata"] and not tagged(cell, TAG) and not is_generated(cell):
            # The next cell of the template ends the section.
            inside = False
        if tagged(cell, TAG) or (inside and _begins_a_comment(cell)):
            found.append((number, cell))
    return found


def _begins_a_comment(cell: Cell) -> bool:
    """Return whether a cell begins with the heading of a comment: a group, the area, or any level 3 heading."""
    if cell["cell_type"] != "markdown" or as_written(cell):
        return False
    source = source_of(cell)
    heading, words = split_heading(source)
    named = read_group(heading) is not None or is_unclear(heading) or same_names(heading, ABOUT_AREA)
    return named or words.strip() == PROMPT or bool(heading and words.strip() and source.lstrip().startswith("### "))
