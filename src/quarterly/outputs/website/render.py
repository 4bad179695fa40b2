"""Make the site: with Quarto where there is one, else with the embedded renderer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from quarterly.core.errors import NoQuarto, RenderFailed
from quarterly.storage.atomic import move_tree
from quarterly.storage.lock import beside


def find_quarto() -> str | None:
    """Find Quarto on the path, or beside the Python that runs this."""
    beside = shutil.which("quarto", path=str(Path(sys.executable).parent))
    return shutil.which("quarto") or beside


def choose_renderer(wanted: str) -> str:
    """Say which renderer to use.

    Raises
    ------
    NoQuarto
        Quarto was asked for and is not there.
    """
    if wanted == "quarto" and not find_quarto():
        raise NoQuarto()
    return ("quarto" if find_quarto() else "embedded") if wanted == "auto" else wanted


def render_site(root: Path, renderer: str = "auto") -> Path:
    """Make the site from the editions as they stand: beside, and then put in place file by file, each old or new.

    Parameters
    ----------
    root : Path
        The project's folder.
    renderer : str
        quarto, embedded, or auto: Quarto where there is one.

    Returns
    -------
    Path
        The site's first page.

    Raises
    ------
    RenderFailed
        The renderer reported an error.
    NoQuarto
        Quarto was asked for and is not there.
    """
    chosen = choose_renderer(renderer)
    made = beside(root)
    made.mkdir(parents=True, exist_ok=True)
    (_render_with_quarto if chosen == "quarto" else _render_embedded)(root, made)
    move_tree(made, root / "_site")
    shutil.rmtree(made)
    return root / "_site" / "index.html"


def _render_with_quarto(root: Path, made: Path) -> None:
    # The post-render step is a Python script: Quarto is told to run it with the Python at hand.
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable}
    place = made.relative_to(root).as_posix()
    _run("quarto", [str(find_quarto()), "render", str(root), "--output-dir", place], environment)


def _render_embedded(root: Path, made: Path) -> None:
    # In a process of its own: the renderer works from the current folder and prints its progress.
    _run(
        "embedded", [sys.executable, "-m", "quarterly.outputs.website.embedded", str(root), str(made)], dict(os.environ)
    )


def _run(renderer: str, command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        raise RenderFailed(renderer, done.stderr.strip()[-2000:] or f"it stopped with code {done.returncode}")


def preview_command(root: Path, renderer: str, port: int) -> list[str]:
    """Give the command that shows the site in a browser and renders it again on every change."""
    if choose_renderer(renderer) == "quarto":
        return [str(find_quarto()), "preview", str(root), "--port", str(port), "--no-browser"]
    return [sys.executable, "-m", "quarterly.outputs.website.embedded", str(root), "_site", str(port)]
