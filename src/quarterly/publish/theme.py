"""The style sheet, the scripts and the step after rendering, for baskets that have none of their own."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from quarterly.publish.files import replace_file


def _source() -> Traversable:
    """Find the theme: inside the package where it was installed, beside it where its own repository is worked in."""
    packed = files("quarterly.publish") / "theme"
    return packed if packed.is_dir() else Path(__file__).parents[3] / "theme"


def place_theme(root: Path) -> None:
    """Put the package's theme into ``_theme/`` of a basket that has no folder ``theme`` of its own."""
    if not (root / "theme").is_dir():
        for file in _source().iterdir():
            if file.is_file():
                replace_file(root / "_theme" / file.name, file.read_bytes())
