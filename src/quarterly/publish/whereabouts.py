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
_CELL = re.compile(r"[^\s\"'(<]*ipykernel_\d+[/\\]+\d+\.py")
_THIS_CELL = "this cell"


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
            return found.sub(lambda match: names[match[0]], _CELL.sub(_THIS_CELL, value))
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
