"""What a notebook has seen while it ran: the areas and indicators that its reports served, and files it opened itself.

`quarterly.editions` asks for it when the cells are done, to know when the notebook has to be run again.
"""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython


@dataclass
class Seen:
    """What may be behind the outputs of a notebook."""

    #: Whose figures were served.
    areas: set[str] = field(default_factory=set)
    indicators: set[str] = field(default_factory=set)
    everything: bool = False  # whether those of all areas were
    comments: bool = False  # whether officers' words in this edition were read
    files: set[str] = field(default_factory=set)  # what cells opened without a report

    def clear(self) -> None:
        """Begin anew."""
        for found in (self.areas, self.indicators, self.files):
            found.clear()
        self.everything = self.comments = False

    def as_json(self) -> str:
        """Write it for another process."""
        return json.dumps({name: sorted(v) if isinstance(v, set) else v for name, v in vars(self).items()})

    @classmethod
    def from_json(cls, text: str) -> Seen:
        """Read what `as_json` wrote."""
        found = json.loads(text)
        known: dict[str, Any] = {name: set(v) if isinstance(v, list) else v for name, v in found.items()}
        return cls(**known)


#: Of this process: a kernel runs one notebook.
SEEN = Seen()
_state = {"watching": False, "quiet": 0}


def watch() -> None:
    """Note from now on which files the cells of the running notebook open; elsewhere do nothing."""
    if get_ipython() is not None and not _state["watching"]:
        _state["watching"] = True
        sys.addaudithook(_note)


@contextmanager
def reading_the_project() -> Iterator[None]:
    """Leave out the files that a report is made from: they are known."""
    _state["quiet"] += 1
    try:
        yield
    finally:
        _state["quiet"] -= 1


#: Where programs keep their own files: what these say is known from their versions.
_PROGRAMS = tuple(
    {
        *(str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())),
        str(Path(__file__).resolve().parents[1]),
        *("/proc", "/dev", "/sys", "/etc", "/usr"),
    }
)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or _state["quiet"] or not isinstance(arguments[0], str | Path):
        return
    _state["quiet"] += 1
    try:
        path = Path(arguments[0]).resolve()
        if not str(path).startswith(_PROGRAMS) and path.is_file():
            SEEN.files.add(path.name)
    finally:
        _state["quiet"] -= 1
