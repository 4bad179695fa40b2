"""Files written at sign-off: the record, a copy of what was signed and, for a correction, the earlier version."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from quarterly.commentary.notebook_files import open_edition, read_notebook
from quarterly.commentary.signoff import area_status, fingerprint, record_of, sign_off_file, signed_copy
from quarterly.core.commentary_errors import NoSignedCopy, SignedBefore
from quarterly.data.project import version_file


def sign(
    path: Path, by: str, at: datetime, correction: str | None = None, *, withdraw: bool = False
) -> dict[Path, str]:
    """Return the contents, by path, of the files that sign an area off.

    ``correction`` tells readers why an area is signed off again; it is blank if no reader has had the earlier version.
    ``withdraw`` hides the earlier version from readers.

    Raises
    ------
    SignedBefore
        It was signed off and has changed since, and ``correction`` is None.
    NoSignedCopy
        The earlier version cannot be kept for readers: its copy is missing, or is not what was signed.
    """
    notebook = open_edition(path)
    assert notebook is not None, "its commentary was checked"  # noqa: S101
    before, signed = record_of(path), fingerprint(notebook)
    now = {"by": by, "at": at.isoformat(timespec="seconds"), "figures": signed.figures, "words": signed.words}
    corrections = list(before.get("corrections", []))
    files = {signed_copy(path): path.read_text(encoding="utf-8-sig")}
    if "words" in before and not area_status(path).signed:
        if correction is None:
            raise SignedBefore(path.stem, area_status(path).words)
        if correction:
            entry = {"reason": correction, "by": by, "at": now["at"], "signed": before.get("at", "")}
            corrections.append({**entry, "withdrawn": True} if withdraw else entry)
            if not withdraw:
                # Withdrawn versions are numbered too.
                files[version_file(path, len(corrections))] = _as_signed(path, before)
    record = {**now, "corrections": corrections} if corrections else now
    return {**files, sign_off_file(path): json.dumps(record, ensure_ascii=False, indent=2) + "\n"}


def _as_signed(path: Path, record: dict[str, Any]) -> str:
    copy = signed_copy(path)
    if not copy.is_file():
        raise NoSignedCopy(path.stem, f"{copy.parent.name}/{copy.name} is missing")
    text = copy.read_text(encoding="utf-8-sig")
    kept = fingerprint(read_notebook(text.encode("utf-8"), copy.name))
    if (kept.figures, kept.words) != (record.get("figures"), record.get("words")):
        raise NoSignedCopy(path.stem, f"{copy.parent.name}/{copy.name} is not what was signed")
    return text
