"""The renderers: which to use, and how to run one.

A separate module, as it is all that a command with nothing to make needs to import.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from quarterly.core.run_errors import NoQuarto, RenderFailed
from quarterly.storage.children import shielded_from_ctrl_c


def find_quarto() -> str | None:
    """Return the path of Quarto, on the search path or next to this Python; None if it is not installed."""
    return shutil.which("quarto") or shutil.which("quarto", path=str(Path(sys.executable).parent))


def choose_renderer(wanted: str) -> str:
    """Return the renderer to use, quarto or embedded; raises `NoQuarto` if that is wanted and not installed."""
    if wanted == "auto":
        return "quarto" if find_quarto() else "embedded"
    if wanted == "quarto" and not find_quarto():
        raise NoQuarto()
    return wanted


def run_renderer(renderer: str, command: list[str], environment: dict[str, str]) -> None:
    """Run a command of a renderer; raises `RenderFailed` with what it reported if it fails."""
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
