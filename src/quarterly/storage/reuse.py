"""Results of slow functions, such as drawings, kept in a project from one command to the next.

The same input always gives the same result, so a result is kept under a digest of everything that it depends on.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from quarterly.storage.atomic import replace_file
from quarterly.storage.state import FOLDER

#: The environment variable that names the folder, for this process and those that it starts.
_WHERE = "QUARTERLY_RESULTS"
#: How many results are kept: a few editions of a large basket.
_MOST = 3000


@contextmanager
def reuse_in(root: Path, *, anew: bool = False) -> Iterator[None]:
    """Keep results in the project, in ``.quarterly/results``, and use those kept there, unless all is made ``anew``."""
    if anew:
        yield
        return
    folder = root / FOLDER / "results"
    before = os.environ.get(_WHERE)
    os.environ[_WHERE] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_WHERE]
        else:
            os.environ[_WHERE] = before
        _drop_oldest(folder)


def reused(key: str, make: Callable[[], bytes]) -> bytes:
    """Return the result kept under a key; make it, and keep it, if there is none.

    ``key`` has everything that the result depends on, such as the version of the program that makes it. Outside
    `reuse_in` the result is made each time.
    """
    folder = os.environ.get(_WHERE)
    if not folder:
        return make()
    path = Path(folder, sha256(key.encode("utf-8")).hexdigest())
    with suppress(OSError, zlib.error):  # there is none, or it was damaged
        result = zlib.decompress(path.read_bytes())
        os.utime(path)
        return result
    result = make()
    with suppress(OSError):  # a full disk, or a folder that may not be written, only costs time
        replace_file(path, zlib.compress(result, 1))
    return result


def has_results() -> bool:
    """Return whether any results are kept here."""
    return bool(os.environ.get(_WHERE)) and any(Path(os.environ[_WHERE]).glob("*"))


def _drop_oldest(folder: Path) -> None:
    """Delete the results that have not been used for longest, if there are too many."""
    with suppress(OSError):
        kept = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_MOST:]:
            path.unlink()
