"""Write files so that at any moment each one is whole, old or new."""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: How files are called that wait beside those they are to replace: nothing else is, so they can be swept away.
_PREFIX, _SUFFIX = ".quarterly-", ".tmp"
#: The first moment that a zip file can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: How the system calls "the current folder" (AT_FDCWD) where a call wants an open folder.
_HERE = {"linux": -100, "darwin": -2}
_CONTENTS = "[Content_Types].xml"


def replace_file(path: Path, content: str | bytes) -> bool:
    """Put a file in place in one step, and leave it alone when it is the same already.

    Its folder is made when it is missing; text is written as UTF-8 with line feeds. Returns whether the file changed.
    """
    return bool(replace_files({path: content}))


def replace_files(contents: Mapping[Path, str | bytes]) -> list[Path]:
    """Put files in place, all or none: none before all are written beside, and all back when one cannot be replaced.

    Returns those that changed.

    Raises
    ------
    OSError
        One cannot be written; all are as they were.
    """
    waiting: dict[Path, Path] = {}
    before: dict[Path, bytes | None] = {}
    with ExitStack() as beside:
        for path, content in contents.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            if not path.is_file() or path.read_bytes() != data:
                waiting[path] = beside.enter_context(_written_beside(path, data))
        try:
            for path, scratch in waiting.items():
                known = path.read_bytes() if path.is_file() else None
                scratch.replace(path)
                before[path] = known
        except BaseException:
            for path, known in before.items():
                if known is None:
                    path.unlink(missing_ok=True)
                else:
                    replace_file(path, known)
            raise
    return list(waiting)


def replace_unchanged(path: Path, content: bytes, before: bytes | None) -> bool:
    """Put a file in place in one step, unless somebody has saved another there since it was read.

    Where the system can exchange two files in one step, nothing that is saved at the same moment is lost: what was
    there is looked at after the exchange, and put back. Elsewhere it is looked at just before. ``before`` is None where
    there was no file. Returns whether the file is in place; if not, it is as somebody saved it.
    """
    if (path.read_bytes() if path.is_file() else None) != before:
        return False
    if content == before:
        return True
    with _written_beside(path, content) as scratch:
        if before is None:
            return _put_where_nothing_is(scratch, path)
        if not exchange(scratch, path):
            scratch.replace(path)
            return True
        placed, out = content, scratch.read_bytes()
        if out == before:
            return True
        # The newest save goes back, also when it came after the exchange.
        while exchange(scratch, path) and (newer := scratch.read_bytes()) != placed:
            placed, out = out, newer
    return False


def _put_where_nothing_is(scratch: Path, path: Path) -> bool:
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        return False
    except OSError:  # a disk without links
        scratch.replace(path)
    return True


@contextmanager
def _written_beside(path: Path, data: bytes) -> Iterator[Path]:
    """Write a file of another name in the same folder, with the rights of the one that it is to replace."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX)
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        scratch.chmod(path.stat().st_mode if path.exists() else 0o644)
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def exchange(one: Path, other: Path) -> bool:
    """Let two files of one folder change places in one step; False where the system or the disk cannot."""
    name = {"linux": "renameat2", "darwin": "renameatx_np"}.get(sys.platform)
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    # Both calls take the same arguments, and 2 means to exchange in both.
    return (
        call(_HERE[sys.platform], os.fsencode(one.resolve()), _HERE[sys.platform], os.fsencode(other.resolve()), 2) == 0
    )


@dataclass(frozen=True)
class Replacement:
    """A file to replace: what stood in it when its new content was begun, or None for no file, and that content."""

    path: Path
    before: bytes | None
    content: bytes


def replace_together(replacements: Sequence[Replacement]) -> Path | None:
    """Replace files, all or none, unless somebody has saved one of them since its new content was begun.

    Returns the file that somebody has saved, and then none is replaced; None if all are in place.
    """
    for each in replacements:
        if (each.path.read_bytes() if each.path.is_file() else None) != each.before:
            return each.path
    done: list[Replacement] = []
    try:
        for each in replacements:
            if not replace_unchanged(each.path, each.content, each.before):
                _put_back(done)
                return each.path
            done.append(each)
    except BaseException:
        _put_back(done)
        raise
    return None


def _put_back(done: Sequence[Replacement]) -> None:
    for each in done:
        if each.before is None:
            each.path.unlink(missing_ok=True)
        else:
            replace_unchanged(each.path, each.before, each.content)


def sweep(folders: Iterable[Path]) -> None:
    """Remove what a run that was killed left beside the files that it was about to replace."""
    for folder in folders:
        for path in folder.rglob(f"{_PREFIX}*{_SUFFIX}"):
            path.unlink(missing_ok=True)


def move_tree(made: Path, place: Path) -> None:
    """Put a folder that was made beside in the place of another, file by file, each in one step.

    Two folders cannot be exchanged in one step on every system, and between two steps there would be none. Files that
    are the same stay as they are; those that `made` does not have go last.
    """
    names = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    for name in names:
        target = place / name
        if not target.is_file() or target.read_bytes() != (made / name).read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            (made / name).replace(target)
    gone = {path for path in place.rglob("*") if path.is_file()} - {place / name for name in names}
    for path in gone:
        path.unlink()
    for folder in sorted((path for path in place.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def repacked(content: bytes, repair: Callable[[str, bytes], bytes] = lambda _name, part: part) -> bytes:
    """Pack an Office document again, so that the same parts give the same bytes whenever and wherever it is made.

    ``repair`` is given the name and the bytes of each part, and returns the bytes to pack.
    """
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w") as target:
        # The list of contents comes first, as readers expect.
        for name in sorted(source.namelist(), key=lambda name: (name != _CONTENTS, name)):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, repair(name, source.read(name)))
    return packed.getvalue()
