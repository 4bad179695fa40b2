"""The project lock: one build at a time, with cleanup after any that was killed."""

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

#: The prefix of cluster workers' folders, and the age in seconds below which one is never treated as abandoned.
_WORKER_PREFIX = "quarterly-w-"
_NEW_SECONDS = 60


@contextmanager
def project_lock(root: Path) -> Iterator[None]:
    """Hold the project's lock, so that only one command at a time builds anything in it.

    Any temporary files of earlier runs must then be abandoned, and are deleted.

    Raises
    ------
    BuildUnderWay
        Another command holds the lock.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("a+b") as file:
        if not _try_lock(file.fileno()):
            raise BuildUnderWay(str(root))
        sweep(root / name for name in _WRITTEN)
        for left in Path(tempfile.gettempdir()).glob(f"{_prefix(root)}*"):
            shutil.rmtree(left, ignore_errors=True)
        shutil.rmtree(site_build_folder(root), ignore_errors=True)
        yield


def _try_lock(file: int) -> bool:
    """Take the system's lock on an open file, which is released when the process ends, however it ends.

    The package filelock does the same, but takes a tenth of a second to import: a fifth of a build with nothing to do.
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
    """Create a temporary folder for a run, with a short path because it will hold sockets."""
    return tempfile.TemporaryDirectory(prefix=_prefix(root), ignore_cleanup_errors=True)


@contextmanager
def worker_scratch() -> Iterator[str]:
    """Create a folder for one notebook on a machine without the project, and delete abandoned ones.

    A run holds the system's lock on a file in its folder: if the lock is free, the run was killed.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{_WORKER_PREFIX}*/lock"):
        killed = False
        with contextlib.suppress(OSError), left.open("r+b") as file:
            # A run that has just started may not hold its lock yet.
            killed = time.time() - left.stat().st_mtime > _NEW_SECONDS and _try_lock(file.fileno())
        if killed:
            shutil.rmtree(left.parent, ignore_errors=True)
    with (
        tempfile.TemporaryDirectory(prefix=_WORKER_PREFIX, ignore_cleanup_errors=True) as folder,
        Path(folder, "lock").open("a+b") as file,
    ):
        _try_lock(file.fileno())
        yield folder


def site_build_folder(root: Path) -> Path:
    """Return the folder, on the same disk, where a site is built before it is put in place."""
    return root / FOLDER / "site"


def _prefix(root: Path) -> str:
    return f"quarterly-{digest(str(root.resolve()))[:8]}-"
