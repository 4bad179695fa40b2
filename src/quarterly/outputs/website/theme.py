"""The style sheet, the scripts and the step after rendering, for baskets that have none of their own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from quarterly.storage.atomic import replace_file

#: Where an installed package has the theme: pyproject.toml puts it there.
PACKED = files("quarterly") / "theme"


def _source() -> Traversable:
    """Find the theme: inside the package where it was installed, beside it where its own repository is worked in."""
    return PACKED if PACKED.is_dir() else Path(__file__).parents[4] / "theme"


def theme_file(name: str) -> AbstractContextManager[Path]:
    """Give a file of the package's theme, for as long as it is used."""
    return as_file(_source() / name)


def plain_notebook(text: str) -> str:
    """Write a notebook again in which all that people typed is plain Markdown, with the filter that Quarto runs too."""
    with theme_file("plain_words.py") as path:
        specification = spec_from_file_location("plain_words", path)
        if specification is None or specification.loader is None:
            raise ImportError(path)
        module = module_from_spec(specification)
        specification.loader.exec_module(module)
    return str(module.plain_notebook(text))


def place_theme(root: Path) -> None:
    """Put the package's theme into ``_theme/`` of a basket that has no folder ``theme`` of its own."""
    if not (root / "theme").is_dir():
        for file in _source().iterdir():
            if file.is_file():
                replace_file(root / "_theme" / file.name, file.read_bytes())
