"""The cells of an edition's notebook: what a run wrote, what people wrote, and the metadata stored with both.

Standard library only: the post-render script reads editions too, and may run outside the project's environment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

#: Tag of a cell with a comment.
TAG = "commentary"
#: Tag of the template's cell that the commentary of an area follows.
START_TAG = "commentary-start"
#: Tag of the heading above comments whose indicators are no longer reported.
UNPLACED_TAG = "commentary-unplaced"
#: Metadata key of a cell: a digest of what the run wrote in it.
WRITTEN = "quarterly-written"
#: Metadata key of a comment's cell: the figures that it was written against.
PINNED = "quarterly-pinned"
#: Metadata key of a notebook: the figures that it shows.
SHOWN = "quarterly-shown"
#: Metadata key of a notebook: a digest of which figures were suppressed when it was run.
SUPPRESSED = "quarterly-suppressed"
#: Metadata key of a notebook: a digest of what each of its cells shows, by the cell's id, as the run made it.
OUTPUTS = "quarterly-outputs"
#: The key of the figures of an area as a whole; no indicator has a blank id.
AREA = ""
#: Tag and id of the cell in which a run writes the parameters.
INJECTED = "injected-parameters"
#: The length of a digest.
_DIGITS = 16

Cell = Mapping[str, Any]
Notebook = Mapping[str, Any]


def source_of(cell: Cell) -> str:
    """Return the text of a cell, which may be stored as a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: Cell) -> list[str]:
    """List the tags of a cell, which some programs save as a single string."""
    tags = cell["metadata"].get("tags") or []
    return tags.replace(",", " ").split() if isinstance(tags, str) else [tag for tag in tags if isinstance(tag, str)]


def tagged(cell: Cell, tag: str) -> bool:
    """Whether a cell has a tag."""
    return tag in tags_of(cell)


def digest(text: str) -> str:
    """Return a short digest of a text, ignoring white space around it."""
    return hashlib.sha256(text.strip().encode("utf-8")).hexdigest()[:_DIGITS]


def lines_with(digests: Collection[str], lines: Sequence[str]) -> tuple[int, int] | None:
    """Find the first lines that together have one of some digests, as a slice; None if there are none.

    Each run of lines is hashed once, from its start, so that thousands of pasted lines take seconds and not hours.
    """
    for start in (number for number, line in enumerate(lines) if line.strip()):
        hashed = hashlib.sha256()
        for end, line in enumerate(lines[start:], start + 1):
            text = line.lstrip() if end == start + 1 else line
            hashed.update(text.rstrip().encode("utf-8"))
            if text.strip() and hashed.hexdigest()[:_DIGITS] in digests:
                return start, end
            hashed.update(f"{text[len(text.rstrip()) :]}\n".encode())
    return None


def as_written(cell: Cell) -> bool:
    """Return whether a cell is unchanged since a run wrote it."""
    return digest(source_of(cell)) == cell["metadata"].get(WRITTEN)


def typed_texts(notebook: Notebook) -> list[str]:
    """Return the texts of all cells that people wrote or changed, sorted."""
    return sorted(
        source_of(cell).strip()
        for cell in notebook["cells"]
        if not as_written(cell) and not tagged(cell, INJECTED) and source_of(cell).strip()
    )


def hidden(cell: Cell) -> bool:
    """Return whether a cell is only for those who open the notebook."""
    return cell["cell_type"] == "code" and source_of(cell).startswith("#| include: false")


def output_digests(notebook: Notebook) -> dict[str, str]:
    """Return a digest of what each cell shows to readers, by the cell's id.

    What JupyterLab writes anew when it saves does not count: execution numbers, and how a text is split into lines.
    """
    return {
        str(cell.get("id", "")): digest(json.dumps(list(map(_shown, cell["outputs"])), sort_keys=True))
        for cell in notebook["cells"]
        if cell.get("outputs") and not hidden(cell)
    }


def _shown(output: Mapping[str, Any]) -> dict[str, Any]:
    parts = {"text": output.get("text"), "error": output.get("ename"), **output.get("data", {})}
    return {kind: "".join(part) if isinstance(part, list) else part for kind, part in parts.items()}


def changed_outputs(notebook: Notebook) -> set[str]:
    """Return the ids of the cells that no longer show what the run made; none if an older version ran the notebook."""
    made, now = notebook["metadata"].get(OUTPUTS), output_digests(notebook)
    return {each for each in {*made, *now} if made.get(each) != now.get(each)} if isinstance(made, Mapping) else set()


class StoredFigures(NamedTuple):
    """Metadata of a notebook or comment: the figures as shown, a digest of the words, and the group."""

    figures: dict[str, dict[str, str]]
    words: str
    group: str
    digest: str  # of everything that a notebook shows
    described: dict[str, dict[str, str]]  # how its area and indicators are described, by column

    @property
    def indicators(self) -> tuple[str, ...]:
        """The ids of the indicators that have figures."""
        return tuple(name for name in self.figures if name != AREA)


def read_stored_figures(part: Notebook | Cell, key: str) -> StoredFigures:
    """Read what is stored with a notebook (`SHOWN`) or a comment (`PINNED`).

    Anything in another form is ignored: a user or a program may have saved it.
    """
    found = part["metadata"].get(key)
    kept = found if isinstance(found, Mapping) else {}
    figures, described = (
        {
            str(name): dict(known)
            for name, known in (table.items() if isinstance(table, Mapping) else ())
            if isinstance(known, Mapping) and "name" in known and all(isinstance(text, str) for text in known.values())
        }
        for table in (kept.get("figures"), kept.get("described"))
    )
    words, group, whole = (str(kept.get(name, "")) for name in ("words", "group", "digest"))
    return StoredFigures(figures, words, group, whole, described)
