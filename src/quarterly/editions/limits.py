"""How many notebooks run at a time, how much each may write, and how long it may take."""

from __future__ import annotations

import os
from typing import Any

#: How many notebooks run at a time, unless a command says otherwise: kernels wait for their drawings, and others
#: can work.
AT_A_TIME = (os.cpu_count() or 1) + 2
#: How many seconds a cell may run, and a whole notebook.
CELL_SECONDS = 300
NOTEBOOK_SECONDS = 900
#: How many characters a cell may write in all, with a fixed charge for each output. A page has a few hundred thousand.
MOST_OF_CELL = 20_000_000
FOR_EACH_OUTPUT = 1_000
#: How many characters one output may have, and how many of a longer text are kept.
MOST_OF_OUTPUT = 5_000_000
KEPT = 20_000


def length(value: Any) -> int:
    """Count the characters of a JSON value; a number counts as ten."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + length(part) for key, part in value.items())
    return sum(map(length, value)) if isinstance(value, list) else 10


def shortened(text: str, most: int = MOST_OF_OUTPUT) -> str:
    """Cut a text that is too long, with a notice at its end."""
    return text if len(text) <= most else f"{text[:KEPT]}\n{too_long(most)} cut after {KEPT:,}."


def too_long(most: int = MOST_OF_OUTPUT) -> str:
    """Return the start of the sentence that says what was done about an output that is too long."""
    return f"This output has more than {most:,} characters, so it was"
