"""Write files so that at any moment each one is whole, old or new."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
