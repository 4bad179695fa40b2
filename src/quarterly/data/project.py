"""Where a project keeps its things, and which editions it has."""

from __future__ import annotations

from pathlib import Path

from quarterly.core.errors import MalformedQuarter, NoProject
from quarterly.core.quarters import Quarter


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


def editions(root: Path) -> list[Quarter]:
    """List the quarters that have an edition, oldest first."""
    found = []
    for folder in (root / "reports").glob("*"):
        try:
            quarter = Quarter.parse(folder.name)
        except MalformedQuarter:
            continue
        if (folder / "index.ipynb").is_file():
            found.append(quarter)
    return sorted(found)


def edition_folder(root: Path, quarter: Quarter) -> Path:
    """Say where an edition is kept."""
    return root / "reports" / str(quarter)


def edition_file(root: Path, quarter: Quarter, name: str) -> Path:
    """Say where a notebook of an edition is kept."""
    return edition_folder(root, quarter) / f"{name}.ipynb"
