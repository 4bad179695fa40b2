"""Make the site with Quarto if it is installed, or else with the embedded renderer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from quarterly.commentary.signoff import published_versions
from quarterly.core.run_errors import RenderFailed
from quarterly.data.project import edition_notebooks
from quarterly.outputs.website.pages.plain_words import plain_notebook
from quarterly.outputs.website.quarto import render_with_quarto
from quarterly.outputs.website.renderer import choose_renderer, find_quarto
from quarterly.storage.atomic import move_tree, replace_file
from quarterly.storage.children import shielded_from_ctrl_c
from quarterly.storage.lock import site_build_folder


def render_site(root: Path, renderer: str = "auto") -> Path:
    """Make the site from the current editions, in a separate folder, and move it into place one whole file at a time.

    Parameters
    ----------
    root : Path
        The project's folder.
    renderer : str
        quarto, embedded, or auto: Quarto if it is installed.

    Returns
    -------
    Path
        The site's first page.

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
    if chosen == "quarto":
        site = _render_with_quarto(root, made)
    else:
        # In a separate process: the renderer works from the current folder and prints its progress.
        command = [sys.executable, "-m", "quarterly.outputs.website.embedded", str(root), str(made)]
        _run("embedded", command, dict(os.environ))
        site = made
    move_tree(site, root / "_site")
    shutil.rmtree(made)
    return root / "_site" / "index.html"


def _render_with_quarto(root: Path, made: Path) -> Path:
    """Render a plain copy of the project with Quarto: it reads settings, even in comments, before its filters run."""
    source = made / "source"
    copy_plain(root, source)
    return render_with_quarto(root, source, str(find_quarto()), partial(_run, "quarto"))


def copy_plain(root: Path, copy: Path) -> None:
    """Copy a project's files, reducing the text typed into its editions to plain Markdown.

    Parameters
    ----------
    root : Path
        The project's folder, which is not changed.
    copy : Path
        The target. Rendered sites, hidden files and Python environments are not copied.
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


def _run(renderer: str, command: list[str], environment: dict[str, str]) -> None:
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    # Quarto starts child processes, which only Ctrl-C ends.
    with shielded_from_ctrl_c() if renderer == "embedded" else nullcontext(0) as flags:
        running = subprocess.Popen(command, env=environment, errors="replace", creationflags=flags, **pipes)
    with running:
        try:
            errors = running.communicate()[1]
        except BaseException:
            running.kill()
            raise
    if running.returncode:
        raise RenderFailed(renderer, errors.strip()[-2000:] or f"it stopped with code {running.returncode}")


def preview_command(root: Path, renderer: str, port: int) -> list[str]:
    """Return the command that serves the site locally and renders it again on every change."""
    if choose_renderer(renderer) == "quarto":
        return [str(find_quarto()), "preview", str(root), "--port", str(port), "--no-browser"]
    return [sys.executable, "-m", "quarterly.outputs.website.embedded", str(root), "_site", str(port)]
