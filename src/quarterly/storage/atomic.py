"""Atomic file replacement: at any moment a file is complete, either old or new."""

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

#: Names of temporary files. No other files are named like this, so any that are left over can be deleted.
_PREFIX, _SUFFIX = ".quarterly-", ".tmp"
#: The earliest time that a zip file can store.
_EPOCH = (1980, 1, 1, 0, 0, 0)
#: The value of AT_FDCWD, the current folder, on each system.
_HERE = {"linux": -100, "darwin": -2}
_CONTENTS = "[Content_Types].xml"


def replace_file(path: Path, content: str | bytes) -> bool:
    """Replace a file in one step, unless its content is already the same.

    Missing folders are created; text is written as UTF-8 with line feeds. Returns whether the file changed.
    """
    return bool(replace_files({path: content}))


def replace_files(contents: Mapping[Path, str | bytes]) -> list[Path]:
    """Replace files, all or none: write every new file first, and restore the originals if a replacement fails.

    Returns the paths that changed.

    Raises
    ------
    OSError
        A file cannot be written; every file keeps its old content.
    """
    waiting: dict[Path, Path] = {}
    done: list[Replacement] = []
    with ExitStack() as temporary:
        for path, content in contents.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            if _content(path) != data:
                waiting[path] = temporary.enter_context(_temporary_file(path, data))
        try:
            for path, scratch in waiting.items():
                replacement = Replacement(path, _content(path), scratch.read_bytes())
                scratch.replace(path)
                done.append(replacement)
        except BaseException:
            _put_back(done)
            raise
    return list(waiting)


def replace_unchanged(path: Path, content: bytes, before: bytes | None) -> bool:
    """Replace a file in one step, unless it has been saved again since it was read.

    Where the system can exchange two files in one step, a save at the same moment is never lost: the old file is
    checked after the exchange, and put back if it has changed. Elsewhere it is checked just before. ``before`` is None
    if there was no file. Returns whether the file was replaced; if not, it keeps the newer save.
    """
    if _content(path) != before:
        return False
    if content == before:
        return True
    with _temporary_file(path, content) as scratch:
        if before is None:
            return _create(scratch, path)
        if not exchange(scratch, path):
            scratch.replace(path)
            return True
        placed, out = content, scratch.read_bytes()
        if out == before:
            return True
        # Put back the newest save, even one made after the exchange.
        while exchange(scratch, path) and (newer := scratch.read_bytes()) != placed:
            placed, out = out, newer
    return False


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _create(scratch: Path, path: Path) -> bool:
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        return False
    except OSError:  # the disk does not support hard links
        scratch.replace(path)
    return True


@contextmanager
def _temporary_file(path: Path, data: bytes) -> Iterator[Path]:
    """Write a temporary file in the same folder, with the permissions of the file that it will replace."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PREFIX, suffix=_SUFFIX)
    except OSError as error:
        error.filename = str(path)  # rather than a name that nobody knows
        raise
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        scratch.chmod(path.stat().st_mode if path.exists() else 0o644)
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two files in the same folder in one step; return False if the system or disk cannot."""
    name = {"linux": "renameat2", "darwin": "renameatx_np"}.get(sys.platform)
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    # Both calls take the same arguments, and in both the flag 2 means exchange.
    return (
        call(_HERE[sys.platform], os.fsencode(one.resolve()), _HERE[sys.platform], os.fsencode(other.resolve()), 2) == 0
    )


@dataclass(frozen=True)
class Replacement:
    """A file to replace: its content when the new content was begun (None if no file), and the new content."""

    path: Path
    before: bytes | None
    content: bytes


def replace_together(replacements: Sequence[Replacement]) -> Path | None:
    """Replace files, all or none, unless one has been saved again since its new content was begun.

    Returns the first file found to have been saved again, in which case none is replaced; otherwise None.
    """
    for each in replacements:
        if _content(each.path) != each.before:
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
    """Delete the temporary files that a killed run left behind."""
    for folder in folders:
        for path in folder.rglob(f"{_PREFIX}*{_SUFFIX}"):
            path.unlink(missing_ok=True)


def move_tree(made: Path, place: Path) -> None:
    """Make the folder `place` the same as `made`, moving each file in one step.

    Not every system can exchange two folders in one step, and between two steps there would be no folder. Unchanged
    files are left alone; files that are not in `made` are deleted last.
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
    """Repack an Office document so that the same parts always give the same bytes.

    ``repair`` receives the name and bytes of each part, and returns the bytes to pack.
    """
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w") as target:
        # Readers expect the list of contents first.
        for name in sorted(source.namelist(), key=lambda name: (name != _CONTENTS, name)):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, repair(name, source.read(name)))
    return packed.getvalue()
