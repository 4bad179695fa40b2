"""How much a notebook may write and how long it may take."""

from __future__ import annotations

from typing import Any

#: For how many seconds a cell may run, and a notebook in all.
CELL_SECONDS = 300
NOTEBOOK_SECONDS = 900
#: How many characters a cell may write in all; each output counts for some more. A page has a few hundred thousand.
MOST_OF_CELL = 20_000_000
FOR_EACH_OUTPUT = 1_000
#: How many characters one output may have, and how many of a longer text are kept.
MOST_OF_OUTPUT = 5_000_000
KEPT = 20_000


def length(value: Any) -> int:
    """Count the characters of a value that is written as JSON; a number counts for ten."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + length(part) for key, part in value.items())
    return sum(map(length, value)) if isinstance(value, list) else 10


def shortened(text: str, most: int = MOST_OF_OUTPUT) -> str:
    """Cut a text that is too long, and say so where it ends."""
    return text if len(text) <= most else f"{text[:KEPT]}\n{too_long(most)} cut after {KEPT:,}."


def too_long(most: int = MOST_OF_OUTPUT) -> str:
    """Begin the sentence that says what became of an output that is too long."""
    return f"This output has more than {most:,} characters, so it was"
