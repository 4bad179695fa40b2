"""Which renderer makes the site: a module of its own, for a command that has nothing to make asks no more than that."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from quarterly.core.run_errors import NoQuarto


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
