"""Make the site with Quarto if it is installed, or else with the embedded renderer."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.signoff import published_versions
from quarterly.core.errors import DataFaults, Fault, unfinished_merge
from quarterly.data.project import edition_notebooks
from quarterly.data.settings import read_settings
from quarterly.outputs.website.pages.plain_words import plain_notebook
from quarterly.outputs.website.quarto import render_with_quarto
from quarterly.outputs.website.renderer import choose_renderer, find_quarto, run_renderer
from quarterly.project.products import shown_by_site
from quarterly.storage.atomic import move_tree, replace_file
from quarterly.storage.lock import site_build_folder

#: The kinds of text files that make the site. Figures and editions are checked where they are read.
_TEXTS = {".qmd", ".md", ".yml", ".css", ".js", ".html", ".py"}
#: The command of the embedded renderer, before its arguments.
_EMBEDDED = (sys.executable, "-m", "quarterly.outputs.website.embedded")


def render_site(root: Path, renderer: str = "auto") -> Path:
    """Make the site from the current editions, in a separate folder, and move it into place one whole file at a time.

    ``renderer`` is quarto, embedded, or auto: Quarto if it is installed. Returns the path of the site's first page.

    Raises
    ------
    DataFaults
        Git could not merge a file that people edit, or the site's settings cannot be read.
    RenderFailed
        The renderer reported an error.
    NoQuarto
        Quarto was requested and is not installed.
    """
    require_readable(root)
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


def require_readable(root: Path) -> None:
    """Raise `DataFaults` or `UnreadableNotebook` if the site cannot be made from its files as they are.

    Git could not merge one, or a notebook or the settings are damaged.
    """
    inside = (path for shown in shown_by_site(root) for path in ([shown] if shown.is_file() else shown.rglob("*")))
    texts = [path for path in inside if path.suffix in _TEXTS and path.is_file()]
    said = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in texts}
    faults = [fault for file, text in said.items() for fault in unfinished_merge(file, text)]
    if not faults and not read_settings(root / "_quarto.yml", "_quarto.yml").get("website"):
        wanted = "Restore the settings of the site from git: git restore --source HEAD _quarto.yml."
        faults = [Fault("_quarto.yml", None, "website", "", wanted)]
    if faults:
        raise DataFaults(faults)
    for path in [*edition_notebooks(root), *published_versions(root)]:
        open_edition(path)


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
