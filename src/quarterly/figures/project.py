"""Where a project keeps its things."""

from __future__ import annotations

from pathlib import Path

from quarterly.words.errors import NoProject


def find_project(start: Path) -> Path:
    """Find the project's folder: the nearest one, here or above, with a ``_quarto.yml`` and a ``data`` folder.

    Raises
    ------
    NoProject
        There is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "_quarto.yml").is_file() and (folder / "data").is_dir():
            return folder
    raise NoProject(str(start))
