"""The choice of renderer: a separate module, as it is all that a command with nothing to make needs to import."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from quarterly.core.run_errors import NoQuarto


def find_quarto() -> str | None:
    """Return the path of Quarto, on the search path or next to this Python; None if it is not installed."""
    local = shutil.which("quarto", path=str(Path(sys.executable).parent))
    return shutil.which("quarto") or local


def choose_renderer(wanted: str) -> str:
    """Return the renderer to use: quarto or embedded.

    Raises
    ------
    NoQuarto
        Quarto was requested and is not installed.
    """
    if wanted == "quarto" and not find_quarto():
        raise NoQuarto()
    return ("quarto" if find_quarto() else "embedded") if wanted == "auto" else wanted
