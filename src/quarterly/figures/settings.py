"""Files of settings in ``params/``: read as YAML, with what is wrong in them said for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from quarterly.words.errors import DataFaults, Fault


def read_settings(path: Path, file: str) -> dict[str, Any]:
    """Read a file of settings.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        What to call it in messages.

    Raises
    ------
    DataFaults
        It is not UTF-8, not YAML, or no list of keys.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    except UnicodeDecodeError as error:
        found = f"a byte that is not UTF-8 at position {error.start}"
        raise DataFaults([Fault(file, None, "", found, "Save the file as UTF-8.")]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        found = getattr(error, "problem", None) or str(error)
        wanted = "Mend the YAML: one 'key: value' a line, with spaces and no tabs."
        raise DataFaults([Fault(file, line, "", found, wanted)]) from error
    if not isinstance(content, dict):
        raise DataFaults([Fault(file, 1, "", type(content).__name__, "Write one 'key: value' a line.")])
    return content


def unread_keys(file: str, content: Any, known: tuple[str, ...], under: str = "") -> list[Fault]:
    """List the keys that nothing reads, which are most often misspelt."""
    keys = content if isinstance(content, dict) else {}
    return [
        Fault(
            file,
            None,
            f"{under}.{key}" if under else str(key),
            "a key that nothing reads",
            f"Mend the spelling or take it out. Known: {', '.join(known)}.",
        )
        for key in keys
        if key not in known
    ]
