"""Signing off: who answers for an area's figures and words, and whether both are still what was signed.

Standard library only, but for modules of this package that are so too: the step after rendering marks drafts, and may
run outside the project's environment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quarterly.commentary.cells import SHOWN, peoples_words
from quarterly.core.dates import long_date
from quarterly.data.project import edition_notebooks

NOT_YET = "not signed off yet"


@dataclass(frozen=True)
class Fingerprint:
    """What is signed: digests of all figures of an area, as its notebook shows them, and of all that people wrote."""

    figures: str
    words: str


@dataclass(frozen=True)
class Status:
    """Whether an area, or an edition, is signed off.

    Parameters
    ----------
    signed : bool
        Whether it is, by somebody, as it is now.
    words : str
        How a reader is told.
    """

    signed: bool
    words: str


def fingerprint(notebook: Mapping[str, Any]) -> Fingerprint:
    """Take the fingerprint of an area's notebook: running it again without change gives the same."""
    words = json.dumps(peoples_words(notebook), ensure_ascii=False)
    shown = notebook["metadata"].get(SHOWN)
    figures = str(shown.get("digest", "")) if isinstance(shown, Mapping) else ""
    return Fingerprint(figures, hashlib.sha256(words.encode("utf-8")).hexdigest()[:16])


def sign_off_file(notebook: Path) -> Path:
    """Return where the sign-off of an area is kept: beside its notebook."""
    return notebook.with_suffix(".sign-off.json")


def sign_off_text(notebook: Mapping[str, Any], by: str, at: datetime) -> str:
    """Write the record of a sign-off.

    Parameters
    ----------
    notebook : dict
        The area's notebook, as JSON.
    by : str
        The role that signs.
    at : datetime
        When, with its time zone.
    """
    signed = fingerprint(notebook)
    record = {"by": by, "at": at.isoformat(timespec="seconds"), "figures": signed.figures, "words": signed.words}
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def area_status(path: Path) -> Status:
    """Return whether the area of a notebook is signed off, as the notebook and the record beside it stand.

    Parameters
    ----------
    path : Path
        The area's notebook in the edition.

    Returns
    -------
    Status
        A sign-off lapses when the figures or the words are no longer those that were signed. A record that cannot be
        read signs nothing.
    """
    record = _json(sign_off_file(path))
    notebook = _json(path)
    if not notebook or not record:
        return Status(signed=False, words=NOT_YET)
    now = fingerprint(notebook)
    changed = [what for what in ("figures", "words") if record.get(what) != getattr(now, what)]
    who = f"signed off by the {record.get('by', '')!s} on {_day(record)}"
    if changed:
        return Status(signed=False, words=f"{who}, but its {' and '.join(changed)} have changed since")
    return Status(signed=True, words=who)


def edition_status(folder: Path) -> Status:
    """Return whether all areas of an edition are signed off.

    Parameters
    ----------
    folder : Path
        The edition, as ``reports/2023-24-Q3``.
    """
    notebooks = [path for path in edition_notebooks(folder.parents[1]) if path.parent == folder]
    areas = [path for path in notebooks if SHOWN in (_json(path) or {}).get("metadata", {})]
    signed = [path for path in areas if area_status(path).signed]
    if areas and len(signed) == len(areas):
        return Status(signed=True, words="signed off for every service area")
    if not signed:
        return Status(signed=False, words=NOT_YET)
    return Status(signed=False, words=f"signed off for {len(signed)} of {len(areas)} service areas")


def mark(status: Status) -> str:
    """State it as a mark on a page, such as ``Draft: not signed off yet``."""
    return f"{status.words[:1].upper()}{status.words[1:]}." if status.signed else f"Draft: {status.words}."


def _day(record: Mapping[str, Any]) -> str:
    try:
        return long_date(datetime.fromisoformat(str(record.get("at"))).date())
    except ValueError:
        return "an unknown day"


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
