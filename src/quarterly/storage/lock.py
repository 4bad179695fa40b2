"""One build at a time in a project, and nothing left over from one that was killed."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quarterly.core.run_errors import BuildUnderWay
from quarterly.storage.atomic import sweep
from quarterly.storage.state import FOLDER, digest

_WRITTEN = ("reports", "_parts", "indicators", "downloads", FOLDER)

#: How the folders of workers of a cluster begin, and for how many seconds one is never taken for a left one.
_OF_WORKERS = "quarterly-w-"
_JUST_MADE = 60


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Hold the project's lock: one command at a time makes anything in it.

    Temporary files that earlier runs have left belong to no run then, and are removed.

    Raises
    ------
    BuildUnderWay
        Someone else makes something in it.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a+b") as file:
        if not _take(file.fileno()):
            raise BuildUnderWay(str(root))
        sweep(root / name for name in _WRITTEN)
        for left in Path(tempfile.gettempdir()).glob(f"{_prefix(root)}*"):
            shutil.rmtree(left, ignore_errors=True)
        shutil.rmtree(beside(root), ignore_errors=True)
        yield


def _take(file: int) -> bool:
    """Take the system's lock on an open file, which it gives back when the process ends, however it ends.

    The package filelock does the same, and takes a tenth of a second to import: a fifth of a build that has nothing
    to do.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True


def scratch(root: Path) -> tempfile.TemporaryDirectory[str]:
    """Make a folder for a run's own files, with a short path, because it will hold sockets."""
    return tempfile.TemporaryDirectory(prefix=_prefix(root), ignore_cleanup_errors=True)


@contextmanager
def scratch_of_worker() -> Iterator[str]:
    """Make a folder for one notebook on a machine that has no part of the project, and take away what is left there.

    A run holds the system's lock on a file in its folder, however it ends: where nobody holds it, the run was killed.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_OF_WORKERS}*/lock"):
        killed = False
        with contextlib.suppress(OSError), left.open("r+b") as file:
            # One that has just been made may not hold its lock yet.
            killed = time.time() - left.stat().st_mtime > _JUST_MADE and _take(file.fileno())
        if killed:
            shutil.rmtree(left.parent, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=_OF_WORKERS, ignore_cleanup_errors=True) as folder,
        Path(folder, "lock").open("a+b") as file,
    ):
        _take(file.fileno())
        yield folder


def beside(root: Path) -> Path:
    """Return where a site is made before it is put in place: on the same disk."""
    return root / FOLDER / "site"


def _prefix(root: Path) -> str:
    return f"quarterly-{digest(str(root.resolve()))[:8]}-"
