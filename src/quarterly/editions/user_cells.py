"""Separate what people typed into an edition's notebook from what a run wrote there."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4.nbjson import JSONReader

from quarterly.commentary.cells import (
    INJECTED,
    TAG,
    WRITTEN,
    as_written,
    digest,
    lines_with,
    source_of,
    tagged,
    tags_of,
)
from quarterly.commentary.run_cells import with_marks

#: Put above words that were typed into a code cell: they are kept, but neither run nor published.
_ASIDE = "#| include: false\n# Typed into a cell that the run writes itself. Move what you want to keep to a new cell:"


def as_node(notebook: Mapping[str, Any]) -> NotebookNode:
    """Convert the JSON of a notebook to nbformat's own type, in the newest form of its format."""
    return JSONReader().to_notebook({**notebook, "nbformat_minor": nbformat.v4.nbformat_minor})


def separate_user_cells(edition: NotebookNode, template: NotebookNode) -> NotebookNode:
    """Move what people typed into a run's own cells to separate cells, and give every cell a unique id.

    The words stay in order. A cell that a run wrote (`WRITTEN`) stays as the run's; what was typed into it follows it.
    A comment becomes text again, even if it was turned into code.
    """
    edition = with_marks(copy.deepcopy(edition), template)
    own = {cell.id: cell for cell in template.cells}
    standing = {line.strip() for cell in template.cells for line in cell.source.splitlines()}
    cells = [part for cell in edition.cells for part in _split(cell, own.get(cell.get("id", "")), standing)]
    edition.cells = _with_unique_ids(_without_copies(cells, {*own, INJECTED}), {*own, INJECTED})
    return edition


def _without_copies(cells: list[NotebookNode], runs: set[str]) -> list[NotebookNode]:
    """Drop copies of a run's own cells: one among the comments would look like the end of their section."""
    wrote = [as_written(cell) and not tagged(cell, TAG) for cell in cells]
    originals = {cell.get("id", ""): place for place, cell in enumerate(cells) if wrote[place]}
    known = {cells[place].metadata[WRITTEN] for name, place in originals.items() if name in runs}
    return [
        cell
        for place, cell in enumerate(cells)
        if not wrote[place]
        or (originals[name := cell.get("id", "")] == place and (name in runs or cell.metadata[WRITTEN] not in known))
    ]


def _split(cell: NotebookNode, own: NotebookNode | None, standing: set[str]) -> Iterable[NotebookNode]:
    """Split a cell into what the run wrote and what a person typed; most cells are only one of the two."""
    if tagged(cell, TAG):
        if cell.cell_type != "markdown":
            text = _text(source_of(cell), cell.get("attachments", {}))
            cell = nbformat.from_dict({**text, "id": cell.get("id", ""), "metadata": cell.metadata})
        yield cell
        return
    if WRITTEN not in cell.metadata:
        yield _without_tags_of_the_run(cell)
        return
    typed = "" if as_written(cell) else _typed(cell, own, standing)
    attachments = cell.pop("attachments", {})
    # Marked as the run's own: it will be rewritten, and its position shows where people's cells go.
    cell.metadata[WRITTEN] = digest(source_of(cell))
    yield cell
    if typed:
        aside = "\n".join([_ASIDE, *(f"# {line}".rstrip() for line in typed.splitlines())])
        kept = _text(typed, attachments) if cell.cell_type == "markdown" else nbformat.v4.new_code_cell(aside)
        kept.id = f"kept-{digest(typed)}"
        yield kept


def _without_tags_of_the_run(cell: NotebookNode) -> NotebookNode:
    """Remove from a person's cell the tags by which a run finds where to put its parameters."""
    tags = tags_of(cell)
    if {"parameters", INJECTED} & {*tags}:
        cell.metadata["tags"] = [tag for tag in tags if tag not in ("parameters", INJECTED)]
    return cell


def _typed(cell: NotebookNode, own: NotebookNode | None, standing: set[str]) -> str:
    """Return what was typed into a cell that a run wrote: the whole cell if the run's own lines were changed."""
    lines = source_of(cell).split("\n")
    wrote = {cell.metadata.get(WRITTEN), digest(own.source) if own else None}
    start, end = lines_with(wrote, lines) or (len(lines), len(lines))
    rest = [*lines[:start], *lines[end:]]
    if all(line.strip() in standing for line in rest if line.strip()):
        return ""
    return "\n".join(rest).strip()


def _text(words: str, attachments: dict[str, dict[str, str]]) -> NotebookNode:
    cell = nbformat.v4.new_markdown_cell(words)
    return nbformat.from_dict({**cell, "attachments": attachments}) if attachments else cell


def _with_unique_ids(cells: list[NotebookNode], runs: set[str]) -> list[NotebookNode]:
    """Give a new id to a cell whose id is taken by another cell, or belongs to the template."""
    taken: set[str] = set()
    for place, cell in enumerate(cells):
        own = WRITTEN in cell.metadata and not tagged(cell, TAG)
        if cell.get("id", "") in {"", *taken, *(set() if own else runs)}:
            names = (f"cell-{place + again}-{digest(source_of(cell))}" for again in range(len(cells) + 1))
            cell["id"] = next(name for name in names if name not in taken)
        taken.add(cell.id)
    return cells
