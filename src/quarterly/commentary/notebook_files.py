"""Read the files of an edition's notebooks so that a damaged file is never taken for an empty notebook.

Standard library only, like `quarterly.commentary.cells`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from quarterly.commentary.cells import source_of, tags_of
from quarterly.commentary.run_cells import with_marks
from quarterly.core.notebook_errors import MarksOfAMerge, UnfinishedMerge, UnreadableNotebook

Notebook = dict[str, Any]
_FORMAT = 4
#: An escape in JSON that may be half of a character (a lone surrogate).
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_OPENS, _CLOSES = (re.compile(rf"^{sign}{{7}}(?: .*)?\r?$", re.MULTILINE) for sign in "<>")


def open_edition(path: Path) -> Notebook | None:
    """Open a notebook of an edition; None if there is no file.

    Marks of the cells that a run wrote are restored if a program has removed them.

    Raises
    ------
    UnreadableNotebook
        The file is not a notebook of this format, or a merge of it was not finished.
    """
    if not os.path.lexists(path):
        return None
    name = "/".join(path.parts[-3:])
    copy = path.parent / ".ipynb_checkpoints" / f"{path.stem}-checkpoint.ipynb"
    saved = "/".join(copy.parts[-4:]) if copy.is_file() and copy.stat().st_size else ""
    if not path.is_file():
        raise UnreadableNotebook(name, "it is not a file", saved)
    notebook = read_notebook(path.read_bytes(), name, saved)
    template = path.parents[2] / "notebooks" / path.name
    return with_marks(notebook, open_template(template)) if template.is_file() else notebook


def open_template(path: Path) -> Notebook:
    """Open the template of a notebook; raises `UnreadableNotebook` as `open_edition` does."""
    return read_notebook(path.read_bytes(), "/".join(path.parts[-2:]))


def read_notebook(content: bytes, name: str, saved: str = "") -> Notebook:
    """Read a notebook from the content of its file.

    Every cell of the result has a type, a text and metadata, with its tags as a list. Messages use ``name``, and
    ``saved`` as the path of another copy. Raises `UnreadableNotebook` if the content is not a notebook of this format,
    or a merge of it was not finished.
    """
    if not content.strip():
        raise UnreadableNotebook(name, "the file is empty", saved)
    try:
        text = content.decode("utf-8-sig")
        notebook = _whole_characters(text, json.loads(text))
    except (ValueError, RecursionError) as error:
        _refuse_conflict(content.decode("utf-8", errors="replace"), name)
        raise UnreadableNotebook(name, f"it is not JSON ({error})", saved) from error
    if fault := _fault(notebook):
        raise UnreadableNotebook(name, fault, saved)
    for cell in notebook["cells"]:
        cell["metadata"] = cell.get("metadata") or {}
        if "tags" in cell["metadata"]:
            cell["metadata"]["tags"] = tags_of(cell)
    _refuse_marks(notebook, name)
    return notebook


def _whole_characters(text: str, notebook: Any) -> Any:
    """Replace half characters, which some editors leave and which cannot be written to a file."""
    if not _HALF.search(text):
        return notebook
    return json.loads(
        json.dumps(notebook, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )


def _refuse_conflict(text: str, name: str) -> None:
    opening = _OPENS.search(text)
    if opening and _CLOSES.search(text, opening.end()):
        line = text.count("\n", 0, opening.start()) + 1
        raise UnfinishedMerge(name, f"line {line} of the file is '{opening[0].strip()}'")


def _fault(notebook: Any) -> str:
    """Return why a JSON value is not a notebook; blank if it is one."""
    if not isinstance(notebook, dict):
        return "it is JSON, but not a notebook"
    if notebook.get("nbformat") != _FORMAT:
        return f"its format is {notebook.get('nbformat', 'not stated')!s}, and should be {_FORMAT}"
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        return "it has no list of cells"
    if not isinstance(notebook.setdefault("metadata", {}), dict):
        return "its metadata is not an object"
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict) or cell.get("cell_type") not in ("markdown", "code", "raw"):
            return f"cell {number} is not a cell of text or code"
        source = cell.get("source")
        if not isinstance(source, str) and not (
            isinstance(source, list) and all(isinstance(line, str) for line in source)
        ):
            return f"cell {number} has no text"
        if not isinstance(cell.get("metadata") or {}, dict):
            return f"the metadata of cell {number} is not an object"
    return ""


def _refuse_marks(notebook: Notebook, name: str) -> None:
    """Refuse a notebook with the marks of a merge, within one cell or in cells around both versions."""
    opened = [number for number, cell in enumerate(notebook["cells"], start=1) if _OPENS.search(source_of(cell))]
    closed = [number for number, cell in enumerate(notebook["cells"], start=1) if _CLOSES.search(source_of(cell))]
    if opened and closed and opened[0] <= closed[-1]:
        where = f"cell {opened[0]}" if opened[0] == closed[0] else f"cells {opened[0]} to {closed[0]}"
        raise MarksOfAMerge(name, where)
