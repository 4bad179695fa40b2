"""Make the site: with Quarto where there is one, else with the embedded renderer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from quarterly.publish.parts import write_parts
from quarterly.words.errors import NoQuarto, RenderFailed


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
    """Make the site from the editions as they stand.

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
    DataFaults
        The data has faults, so the computed parts of the standing pages cannot be made.
    """
    chosen = choose_renderer(renderer)
    write_parts(root)
    if chosen == "quarto":
        _render_with_quarto(root)
    else:
        _render_embedded(root)
    return root / "_site" / "index.html"


def _render_with_quarto(root: Path) -> None:
    # The post-render step is a Python script: Quarto is told to run it with the Python at hand.
    environment = {**os.environ, "QUARTO_PYTHON": sys.executable}
    done = subprocess.run(
        [str(find_quarto()), "render", str(root)],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise RenderFailed("quarto", done.stderr.strip()[-2000:] or f"it stopped with code {done.returncode}")


def _render_embedded(root: Path) -> None:
    # In a process of its own: the renderer works from the current folder and prints its progress.
    command = [sys.executable, "-m", "smalldocs.cli", "render", str(root), "--quiet", "--strict"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        raise RenderFailed("embedded", done.stderr.strip()[-2000:] or f"it stopped with code {done.returncode}")


def preview_command(root: Path, renderer: str, port: int) -> list[str]:
    """Give the command that shows the site in a browser and renders it again on every change."""
    if choose_renderer(renderer) == "quarto":
        return [str(find_quarto()), "preview", str(root), "--port", str(port), "--no-browser"]
    return [sys.executable, "-m", "smalldocs.cli", "preview", str(root), "--port", str(port), "--no-browser"]
