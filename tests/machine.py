"""What a notebook could say of the machine that executed it."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d|\d\d:\d\d:\d\d")


def said_of_this_machine(text: str, root: Path) -> list[str]:
    """List which of its folders a text names, and whether it has a time or a process's number in it."""
    folders = [root, Path(sys.prefix), Path.home(), Path(tempfile.gettempdir())]
    found = [str(folder) for folder in folders if folder != Path(folder.anchor) and str(folder) in text]
    return found + TIME.findall(text) + re.findall(r"ipykernel_\d+", text)
