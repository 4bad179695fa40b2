"""Make the site with Quarto if it is installed, or else with the embedded renderer."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from quarterly.commentary.signoff import published_versions
from quarterly.data.project import edition_notebooks
from quarterly.outputs.website.pages.plain_words import plain_notebook
from quarterly.outputs.website.quarto import render_with_quarto
from quarterly.outputs.website.renderer import choose_renderer, find_quarto, run_renderer
from quarterly.storage.atomic import move_tree, replace_file
from quarterly.storage.lock import site_build_folder

#: The command of the embedded renderer, before its arguments.
_EMBEDDED = (sys.executable, "-m", "quarterly.outputs.website.embedded")


def render_site(root: Path, renderer: str = "auto") -> Path:
    """Make the site from the current editions, in a separate folder, and move it into place one whole file at a time.

    ``renderer`` is quarto, embedded, or auto: Quarto if it is installed. Returns the path of the site's first page.

    Raises
    ------
    RenderFailed
        The renderer reported an error.
    NoQuarto
        Quarto was requested and is not installed.
    """
    chosen = choose_renderer(renderer)
    made = site_build_folder(root)
    made.mkdir(parents=True, exist_ok=True)
    site = made
    if chosen == "quarto":
        # From a plain copy: Quarto reads settings, even in comments, before its filters run.
        copy_plain(root, made / "source")
        site = render_with_quarto(root, made / "source")
    else:
        # In a separate process: the renderer works from the current folder and prints its progress.
        run_renderer(chosen, [*_EMBEDDED, str(root), str(made)], dict(os.environ))
    move_tree(site, root / "_site")
    shutil.rmtree(made)
    return root / "_site" / "index.html"


def copy_plain(root: Path, copy: Path) -> None:
    """Copy a project's files to another folder, reducing the text typed into its editions to plain Markdown.

    Rendered sites, hidden files and Python environments are not copied.
    """
    shutil.copytree(root, copy, ignore=_not_shown, copy_function=_link, ignore_dangling_symlinks=True)
    for path in [*edition_notebooks(root), *published_versions(root)]:
        # This replaces the hard link with a separate file.
        replace_file(copy / path.relative_to(root), plain_notebook(path.read_text(encoding="utf-8-sig")))


def _not_shown(folder: str, names: list[str]) -> set[str]:
    """Return the names to leave out: rendered sites, hidden files, and Python environments."""
    environments = {name for name in names if Path(folder, name, "pyvenv.cfg").is_file()}
    return {name for name in names if name.startswith(".") or name in ("_site", "node_modules")} | environments


def _link(source: str, target: str) -> None:
    """Create a hard link, which is faster than a copy, or copy the file if the disk has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def preview_command(root: Path, renderer: str, port: int) -> list[str]:
    """Return the command that serves the site locally and renders it again on every change."""
    if choose_renderer(renderer) == "quarto":
        return [str(find_quarto()), "preview", str(root), "--port", str(port), "--no-browser"]
    return [*_EMBEDDED, str(root), "_site", str(port)]
