"""The inputs that a notebook used while it ran: areas and indicators from its reports, and files it opened itself.

`quarterly.editions` collects this after the last cell, to know when the notebook must be run again.
"""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quarterly.core.output_errors import FiguresNotSuppressed
from quarterly.storage.state import FOLDER


@dataclass
class Seen:
    """The inputs on which a notebook's outputs may depend."""

    #: The areas and indicators whose figures were used.
    areas: set[str] = field(default_factory=set)
    indicators: set[str] = field(default_factory=set)
    everything: bool = False  # whether figures of all areas were used
    comments: bool = False  # whether this edition's commentary was read
    files: set[str] = field(default_factory=set)  # the names of files that cells opened without a report

    def clear(self) -> None:
        """Forget everything."""
        vars(self).update(vars(Seen()))

    def as_json(self) -> str:
        """Return the record as JSON, for another process."""
        return json.dumps(vars(self), default=sorted)

    @classmethod
    def from_json(cls, text: str) -> Seen:
        """Read the output of `as_json`."""
        found = json.loads(text)
        known: dict[str, Any] = {name: set(v) if isinstance(v, list) else v for name, v in found.items()}
        return cls(**known)


#: The record of this process: a kernel runs one notebook.
SEEN = Seen()


@dataclass
class _Watch:
    """How this process watches the files that cells open."""

    started: bool = False
    readings: int = 0  # how many readings of the project itself are under way
    #: Files of the project with figures that are suppressed wherever they are published.
    guarded: frozenset[Path] = frozenset()


_WATCH = _Watch()


#: The files of the data folder with figures, ratings and counts that are suppressed wherever they are published.
UNSUPPRESSED = ("observations.csv", "restatements.csv", "published_ratings.csv", "record_checks.csv")


def guard(data: Path | None) -> None:
    """Let cells read nothing from the files of the data folder that have suppressed figures too.

    Only what Python opens is seen: `quarterly.editions.dependencies.files_named` finds what programs and libraries
    such as DuckDB are told to open.
    """
    files = [data / name for name in UNSUPPRESSED] if data else []
    _WATCH.guarded = frozenset(file.resolve() for file in files)


def watch() -> None:
    """Start to record the files that the running notebook opens; do nothing outside one."""
    # A notebook has imported IPython already, and the command does without it.
    shell = sys.modules.get("IPython")
    if shell and shell.get_ipython() is not None and not _WATCH.started:
        _WATCH.started = True
        sys.addaudithook(_note)


@contextmanager
def reading_the_project() -> Iterator[None]:
    """Do not record the files that the report itself reads: they are known inputs."""
    _WATCH.readings += 1
    try:
        yield
    finally:
        _WATCH.readings -= 1


#: Folders with programs' own files, whose contents are known from the versions.
_PROGRAMS = tuple(
    {
        *(str(Path(place).resolve()) for place in (sys.prefix, sys.base_prefix, *sysconfig.get_paths().values())),
        str(Path(__file__).resolve().parents[1]),
        *("/proc", "/dev", "/sys", "/etc", "/usr"),
    }
)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    """Record a file that a cell opens, unless it is a program's own, and refuse one that is guarded."""
    if event != "open" or _WATCH.readings or isinstance(arguments[0], int | None):
        return
    with reading_the_project():  # looking at the path is no opening by the cell
        path = Path(os.fsdecode(arguments[0])).resolve()
        if path in _WATCH.guarded:
            raise FiguresNotSuppressed(path.name)
        if not str(path).startswith(_PROGRAMS) and FOLDER not in path.parts and path.is_file():
            SEEN.files.add(path.name)
