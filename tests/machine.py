"""Checks for traces of the machine that executed a notebook."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d|\d\d:\d\d:\d\d")


def said_of_this_machine(text: str, root: Path) -> list[str]:
    """List the machine's folders named in a text, and whether it contains a time or a process number."""
    folders = [root, Path(sys.prefix), Path.home(), Path(tempfile.gettempdir())]
    found = [str(folder) for folder in folders if folder != Path(folder.anchor) and str(folder) in text]
    return found + TIME.findall(text) + re.findall(r"ipykernel_\d+", text)
