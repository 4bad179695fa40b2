"""What outputs say of the machine they were made on: warnings name files, and files stand in somebody's folders."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

#: How a warning or a trace calls the cell that it comes from: by a file that was never there, with a process's number.
_CELL = re.compile(r"ipykernel_\d++[/\\]++\d++\.py")
_THIS_CELL = "this cell"
#: What no name of a folder in front of it goes past.
_EDGE = frozenset(" \t\r\n\f\v\"'(<")
#: How many characters an output may have, and how many of a longer text are kept. A page has a few hundred thousand.
_MOST = 5_000_000
_KEPT = 20_000


def without_cell_files(text: str) -> str:
    """Call the files that cells are said to come from "this cell", with the folders before their names.

    The folders are looked for backwards from each name, so the work grows with the length of the text alone.
    """
    parts, at = [], 0
    for found in _CELL.finditer(text):
        start = found.start()
        while start > at and text[start - 1] not in _EDGE:
            start -= 1
        parts += [text[at:start], _THIS_CELL]
        at = found.end()
    return "".join([*parts, text[at:]])


def cap_outputs(notebook: NotebookNode) -> None:
    """Shorten the outputs that are too long to publish, in place, and say so where they end."""
    for output in _outputs(notebook):
        for holder, key in [(output, "text"), *((output.get("data", {}), kind) for kind in [*output.get("data", {})])]:
            value = holder.get(key)
            if isinstance(value, str) and len(value) > _MOST:
                left = f"This output has {len(value):,} characters. At most {_MOST:,} are published"
                if key in ("text", "text/plain"):
                    holder[key] = f"{value[:_KEPT]}\n{left}, so only its first {_KEPT:,} stand here."
                else:
                    del holder[key]
                    holder["text/plain"] = f"{left}, so it was left out."


def without_whereabouts(notebook: NotebookNode, root: Path) -> None:
    """Take the folders of this machine and the name of its user out of a notebook's outputs, in place.

    Parameters
    ----------
    notebook : NotebookNode
        As it was executed.
    root : Path
        The project's folder: what stands in it is called by its place there.
    """
    folders = {
        root: ".",
        Path(sys.prefix): "Python",
        Path.home(): "~",
        Path(tempfile.gettempdir()): "a temporary folder",
    }
    names = {
        spelling: label
        for folder, label in folders.items()
        if folder != Path(folder.anchor)
        for kind in {folder, folder.resolve()}
        for spelling in (str(kind), str(kind).replace("\\", "\\\\"), kind.as_posix())
    }
    longest = sorted(names, key=len, reverse=True)
    found = re.compile(rf"(?<![\w/.:-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])")

    def cleaned(value: Any) -> Any:
        if isinstance(value, str):
            return found.sub(lambda match: names[match[0]], without_cell_files(value))
        return [cleaned(part) for part in value] if isinstance(value, list) else value

    for output in _outputs(notebook):
        for key in ("text", "evalue", "traceback"):
            if key in output:
                output[key] = cleaned(output[key])
        for kind, value in output.get("data", {}).items():
            if not kind.startswith("image/") or kind == "image/svg+xml":
                output["data"][kind] = cleaned(value)


def _outputs(notebook: NotebookNode) -> Iterable[NotebookNode]:
    return (output for cell in notebook.cells for output in cell.get("outputs", []))
