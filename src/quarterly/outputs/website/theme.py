"""The style sheet, the scripts and the post-render step, for baskets without their own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from quarterly.storage.atomic import replace_file

#: The theme in an installed package, where pyproject.toml puts it.
PACKED = files("quarterly") / "theme"


def _source() -> Traversable:
    """Return the theme's folder: inside an installed package, or at the root of the repository."""
    return PACKED if PACKED.is_dir() else Path(__file__).parents[4] / "theme"


def theme_file(name: str) -> AbstractContextManager[Path]:
    """Return a context manager for the path of a file of the package's theme."""
    return as_file(_source() / name)


def plain_notebook(text: str) -> str:
    """Return a notebook with typed text reduced to plain Markdown, using the filter that Quarto runs too."""
    with theme_file("plain_words.py") as path:
        specification = spec_from_file_location("plain_words", path)
        if specification is None or specification.loader is None:
            raise ImportError(path)
        module = module_from_spec(specification)
        specification.loader.exec_module(module)
    return str(module.plain_notebook(text))


def place_theme(root: Path) -> None:
    """Copy the package's theme into ``_theme/`` of a basket without its own ``theme`` folder."""
    if not (root / "theme").is_dir():
        for file in _source().iterdir():
            if file.is_file():
                replace_file(root / "_theme" / file.name, file.read_bytes())
