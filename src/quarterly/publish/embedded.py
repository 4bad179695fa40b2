"""Run the embedded renderer, smalldocs, on editions in which what people typed is plain Markdown.

Its own command knows only the project's folder for the site, and no ``ipynb-filters``: the one that our projects name
is applied here, whether they name it or not.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import smalldocs.site
from smalldocs.config import BuildError, ConfigError, load
from smalldocs.notebook import to_markdown
from smalldocs.serve import preview
from smalldocs.site import Site

from quarterly.publish.theme import theme_file

#: What the renderer says of the filters that are applied here.
_FILTERED = "ipynb-filters is ignored: smalldocs runs no code"


def _plain_words() -> ModuleType:
    """Load the filter, a script for Quarto, from its file."""
    with theme_file("plain_words.py") as path:
        specification = spec_from_file_location("plain_words", path)
        if specification is None or specification.loader is None:
            raise ImportError(path)
        module = module_from_spec(specification)
        specification.loader.exec_module(module)
    return module


def _filter_notebooks() -> None:
    filtered = _plain_words().plain_notebook

    def plain_to_markdown(text: str, defaults: dict[str, Any] | None = None) -> tuple[dict[str, Any], str]:
        return to_markdown(filtered(text), defaults)

    smalldocs.site.to_markdown = plain_to_markdown


def main(root: str, made: str, port: str = "") -> int:
    """Render a project into a folder, or show it on a port; what the renderer warns of is an error here."""
    _filter_notebooks()
    if port:
        return preview(Path(root), port=int(port), open_browser=False)
    try:
        site = Site(load(root), quiet=True)
        site.out = Path(made)
        site.build()
    except (ConfigError, BuildError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    warnings = [warning for warning in site.warnings if _FILTERED not in warning]
    sys.stderr.writelines(f"{warning}\n" for warning in warnings)
    return 1 if warnings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
