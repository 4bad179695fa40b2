"""Write files so that at any moment each one is whole, old or new."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: The first moment that a zip file can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_CONTENTS = "[Content_Types].xml"


def replace_file(path: Path, content: str | bytes) -> bool:
    """Put a file in place in one step, and leave it alone when it is the same already.

    Parameters
    ----------
    path : Path
        Where; its folder is made when it is missing.
    content : str or bytes
        What; text is written as UTF-8 with line feeds.

    Returns
    -------
    bool
        Whether the file changed.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    scratch_path = Path(scratch)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        scratch_path.chmod(path.stat().st_mode if path.exists() else 0o644)
        scratch_path.replace(path)
    except BaseException:
        scratch_path.unlink(missing_ok=True)
        raise
    return True


@dataclass(frozen=True)
class Replacement:
    """A file to replace: what stood in it when its new content was begun, or None for no file, and that content."""

    path: Path
    before: bytes | None
    content: str | bytes


def saved_since(replacements: Sequence[Replacement]) -> list[Path]:
    """List the files that are no longer what they were when their new content was begun."""
    return [
        each.path for each in replacements if (each.path.read_bytes() if each.path.is_file() else None) != each.before
    ]


def replace_together(replacements: Sequence[Replacement]) -> None:
    """Replace files, all or none: if one cannot be replaced, those replaced before it are put back."""
    done: list[Replacement] = []
    try:
        for each in replacements:
            replace_file(each.path, each.content)
            done.append(each)
    except BaseException:
        for each in done:
            if each.before is None:
                each.path.unlink(missing_ok=True)
            else:
                replace_file(each.path, each.before)
        raise


def repacked(content: bytes, mend: Callable[[str, bytes], bytes] = lambda _name, part: part) -> bytes:
    """Pack an Office document again, so that the same parts give the same bytes whenever and wherever it is made.

    Parameters
    ----------
    content : bytes
        The document: a zip file of parts.
    mend : callable, optional
        Is given the name and the bytes of each part, and gives the bytes to pack.
    """
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(packed, "w") as target:
        # The list of contents comes first, as readers expect.
        for name in sorted(source.namelist(), key=lambda name: (name != _CONTENTS, name)):
            entry = ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            target.writestr(entry, mend(name, source.read(name)))
    return packed.getvalue()
