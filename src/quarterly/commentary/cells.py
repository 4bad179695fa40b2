"""The cells of an edition's notebook: what a run wrote, what people wrote, and what is kept beside their words.

Standard library only: the step after rendering reads editions too, and may run outside the project's environment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

#: The tag of a cell with a comment.
TAG = "commentary"
#: The tag of the template's cell after which the commentary of an area stands.
START_TAG = "commentary-start"
#: The tag of the heading under which comments stand whose indicators are gone.
UNPLACED_TAG = "commentary-unplaced"
#: Where a cell carries the digest of what the run wrote there.
WRITTEN = "quarterly-written"
#: Where a comment's cell carries the figures that it was written against.
PINNED = "quarterly-pinned"
#: Where a notebook carries the figures that it shows.
SHOWN = "quarterly-shown"
#: In the metadata of a notebook: a digest of which figures were suppressed when it was run.
SUPPRESSED = "quarterly-suppressed"
#: The tag, and the id, of the cell into which a run writes the parameters.
INJECTED = "injected-parameters"

Cell = Mapping[str, Any]


def source_of(cell: Cell) -> str:
    """Return the text of a cell, which a notebook's file may hold line by line."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: Cell) -> list[str]:
    """List the tags of a cell, which some programs save as one text."""
    tags = cell["metadata"].get("tags") or []
    return tags.replace(",", " ").split() if isinstance(tags, str) else [tag for tag in tags if isinstance(tag, str)]


def tagged(cell: Cell, tag: str) -> bool:
    """Whether a cell has a tag."""
    return tag in tags_of(cell)


def digest(text: str) -> str:
    """Return a short digest of a text; blank lines around it do not count."""
    return hashlib.sha256(text.strip().encode("utf-8")).hexdigest()[:16]


def as_written(cell: Cell) -> bool:
    """Whether a cell is still as a run wrote it, and holds no person's words."""
    return digest(source_of(cell)) == cell["metadata"].get(WRITTEN)


def peoples_words(notebook: Mapping[str, Any]) -> list[str]:
    """List the texts of all cells that people wrote or changed, in no order of their own."""
    return sorted(
        source_of(cell).strip()
        for cell in notebook["cells"]
        if not as_written(cell) and not tagged(cell, INJECTED) and source_of(cell).strip()
    )


class TakenDown(NamedTuple):
    """What the metadata of a notebook or a comment keep: figures as shown, the digest of the words, and the group."""

    figures: dict[str, dict[str, str]]
    words: str
    group: str


def taken_down(kept: Any) -> TakenDown:
    """Read what was taken down; anything of another form, which people or programs may have saved, is left out."""
    kept = kept if isinstance(kept, Mapping) else {}
    figures = kept.get("figures") if isinstance(kept.get("figures"), Mapping) else {}
    sound = {
        str(name): dict(known)
        for name, known in figures.items()
        if isinstance(known, Mapping) and "name" in known and all(isinstance(text, str) for text in known.values())
    }
    return TakenDown(sound, str(kept.get("words", "")), str(kept.get("group", "")))
