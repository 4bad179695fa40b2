"""Remove traces of the machine from outputs: warnings quote file paths, which can name a user's folders."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from quarterly.editions.limits import MOST_OF_OUTPUT, length, shortened, too_long

#: How a warning or a traceback names its cell: a file that never existed, with a process id.
_CELL = re.compile(r"ipykernel_\d++[/\\]++\d++\.py")
#: A piece of text that can hold a path: each is searched once, so the work is proportional to the length.
_WORD = re.compile(r"[^ \t\r\n\f\v\"'(<]++")


def without_cell_files(text: str) -> str:
    """Replace the file names that stand in for cells, and the folders before them, with "this cell"."""

    def named(word: re.Match[str]) -> str:
        *cells, rest = _CELL.split(word[0])
        return "this cell" * len(cells) + rest

    return _WORD.sub(named, text) if _CELL.search(text) else text


def cap_outputs(notebook: NotebookNode) -> None:
    """Shorten the outputs that are too long to publish, in place, with a notice where they end.

    Lines that were written over, such as progress bars, are left out: they tell how long this run took.
    """
    for cell in notebook.cells:
        if cell.get("outputs"):
            cell.outputs = _joined(cell.outputs)
    for output in _outputs(notebook):
        for key in ("text", "evalue"):
            if key in output:
                output[key] = shortened(output[key])
        if length(output.get("traceback", [])) > MOST_OF_OUTPUT:
            output.traceback = [shortened("\n".join(output.traceback))]
        data = output.get("data", {})
        for kind in [kind for kind, value in data.items() if length(value) > MOST_OF_OUTPUT]:
            value = data.pop(kind)
            plain = kind == "text/plain" and isinstance(value, str)
            data["text/plain"] = shortened(value) if plain else f"{too_long()} left out."


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join the pieces in which a stream arrived: where it was split is arbitrary."""
    whole: list[NotebookNode] = []
    for output in outputs:
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    for output in whole:
        if output.output_type == "stream":
            lines = output.text.split("\n")
            output.text = "\n".join(line for line in lines if "\r" not in line.removesuffix("\r"))
    return [output for output in whole if output.get("text") != ""]


def without_machine_paths(notebook: NotebookNode, root: Path) -> None:
    """Remove this machine's folders and the name of its user from a notebook's outputs, in place.

    Paths in the project become relative to its folder.
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
    found = re.compile(rf"(?:(?<![\w/.:-])|(?<=\bfile://))(?:{'|'.join(map(re.escape, longest))})(?![\w-])")

    def cleaned(value: Any) -> Any:
        if isinstance(value, str):
            return found.sub(lambda match: names[match[0]], without_cell_files(value))
        if isinstance(value, dict):
            return {cleaned(key): cleaned(part) for key, part in value.items()}
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
