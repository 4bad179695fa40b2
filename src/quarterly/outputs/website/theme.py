"""The style sheet, the scripts and the post-render step, for baskets without their own."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from quarterly.storage.atomic import replace_files

_PACKAGE = files("quarterly")
#: The theme in an installed package, where pyproject.toml puts it.
PACKED = _PACKAGE / "theme"
#: The folders of the package with the modules that the theme's scripts import.
_IMPORTED = ("", "core", "commentary", "data", "outputs", "outputs/website", "outputs/website/pages")


def place_theme(root: Path) -> None:
    """Copy the package's theme into ``_theme/`` of a basket without its own ``theme`` folder.

    Beside it goes a copy of the package's modules, because Quarto may run the theme's scripts in a Python without them.
    """
    if (root / "theme").is_dir():
        return
    placed = root / "_theme"
    # Inside an installed package, or at the root of the repository.
    source: Traversable = PACKED if PACKED.is_dir() else Path(__file__).parents[4] / "theme"
    found = {placed / file.name: file for file in source.iterdir()}
    for folder in _IMPORTED:
        found |= {placed / "src" / "quarterly" / folder / file.name: file for file in (_PACKAGE / folder).iterdir()}
    modules = {path: file for path, file in found.items() if path.suffix == ".py" or path.parent == placed}
    replace_files({path: file.read_bytes() for path, file in modules.items() if file.is_file()})
