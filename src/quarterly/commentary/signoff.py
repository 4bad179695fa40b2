"""Sign-off: who is responsible for an area's figures and words, and whether both are still as signed.

A copy of what was signed is kept in ``reports/<quarter>/.signed/``. After a correction to a published area it becomes
``<area>.version-1.ipynb`` next to the corrected notebook, and readers are told when, by whom and why.

Standard library only, apart from modules of this package with the same limit: the post-render script marks drafts, and
may run outside the project's environment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quarterly.commentary.cells import (
    SHOWN,
    SUPPRESSED,
    Notebook,
    changed_outputs,
    digest,
    read_stored_figures,
    source_of,
    typed_texts,
)
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.pins import changes
from quarterly.core.commentary_errors import NoSignedCopy, SignedBefore, UnreadableSignOff
from quarterly.core.dates import long_date
from quarterly.core.notebook_errors import UnreadableNotebook
from quarterly.core.quarters import Quarter
from quarterly.core.terms import capitalised, listing
from quarterly.data.project import edition_notebooks, version_file, version_of

_TITLE = re.compile(r"^title: \"?(?P<title>.*?)\"?$", re.MULTILINE)
NOT_YET = "not signed off yet"
UNREADABLE = "the record of its sign-off cannot be read"


@dataclass(frozen=True)
class Correction:
    """The replacement of a signed version of an area after publication."""

    #: When and by whom the corrected version was signed, and the reason for it.
    at: str
    by: str
    reason: str
    replaced: str  # the day on which the earlier version was signed
    kept: Path | None  # the notebook of the earlier version; None if readers may no longer see it

    @property
    def day(self) -> str:
        """The day of the correction, in words."""
        return _day(self.at)

    def __str__(self) -> str:
        return f"on {self.day} by the {self.by}: {self.reason}"


@dataclass(frozen=True)
class Status:
    """Whether an area or edition is signed off."""

    signed: bool  # whether it is signed off in its present form
    words: str  # the wording for readers


def fingerprint(notebook: Notebook) -> dict[str, str]:
    """Return digests of what is signed, as its record has them: a rerun without changes gives the same ones.

    They are of all ``figures`` of an area as its notebook shows them, and of all ``words`` that people wrote.
    """
    words = json.dumps(typed_texts(notebook), ensure_ascii=False)
    return {"figures": read_stored_figures(notebook, SHOWN).digest, "words": digest(words)}


def sign_off_file(notebook: Path) -> Path:
    """Return the path of an area's sign-off record, next to its notebook."""
    return notebook.with_suffix(".sign-off.json")


def record_of(notebook: Path) -> dict[str, Any]:
    """Read an area's sign-off record; empty if it is missing or unreadable."""
    try:
        found = json.loads(sign_off_file(notebook).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("corrections", []), list) else {}


def signed_copy(notebook: Path) -> Path:
    """Return the path of the signed copy of a notebook, in a folder that JupyterLab and renderers ignore."""
    return notebook.parent / ".signed" / notebook.name


def signed_version(notebook: Path) -> Notebook | None:
    """Open the signed copy of a notebook; None if there is none that can be read."""
    return _notebook(signed_copy(notebook))


def corrections_of(path: Path) -> list[Correction]:
    """List the corrections of an area since it was first published, oldest first."""
    entries = [entry for entry in record_of(path).get("corrections", []) if isinstance(entry, Mapping)]
    now = (_notebook(path) or {}) if entries else {}
    return [_correction(path, number, entry, now) for number, entry in enumerate(entries, start=1)]


def _correction(path: Path, number: int, entry: Mapping[str, Any], now: Notebook) -> Correction:
    before = version_file(path, number)
    kept = None if entry.get("withdrawn") else _notebook(before)
    # A version run under a different suppression may show a figure that is suppressed now.
    shown = kept is not None and kept["metadata"].get(SUPPRESSED) == now.get("metadata", {}).get(SUPPRESSED)
    at, by, reason = (str(entry.get(name, "")) for name in ("at", "by", "reason"))
    return Correction(at, by, reason, _day(entry.get("signed")), before if shown else None)


def edition_corrections(folder: Path) -> list[tuple[str, Correction]]:
    """List the corrections of an edition in date order, each with a sentence about it."""
    found = [
        (f"'{_title(path)}' was corrected {each}", each) for path in _notebooks(folder) for each in corrections_of(path)
    ]
    return sorted(found, key=lambda said: said[1].at)


def published_versions(root: Path) -> list[Path]:
    """List the earlier versions of areas that readers may still see."""
    return [each.kept for path in edition_notebooks(root) for each in corrections_of(path) if each.kept]


def notices(path: Path) -> list[tuple[str, str, str]]:
    """List the notices about corrections on the page of a notebook.

    ``path`` is the notebook of an area, of an earlier version of one, or of an edition as a whole. Each notice is a
    sentence, with the text and address of a link, both blank if there is none.
    """
    now = version_of(path)
    if now:
        replaced = [f"This version was replaced {each}" for each in corrections_of(now) if each.kept == path]
        return [(said, "Read the corrected version", f"{now.stem}.html") for said in replaced]
    own = [(f"This page was corrected {each}", each) for each in corrections_of(path)]
    return [
        (said, f"Read the version of {each.replaced}", f"{each.kept.stem}.html") if each.kept else (said, "", "")
        for said, each in (edition_corrections(path.parent) if path.stem == "index" else own)
    ]


def area_status(path: Path) -> Status:
    """Return whether the area of a notebook is signed off, from the notebook and its sign-off record.

    A sign-off lapses when the figures or the words differ from those that were signed, or a cell shows something other
    than the run made. With an unreadable record nothing is signed off.
    """
    return _status(path, _notebook(path))


def _status(path: Path, notebook: Notebook | None) -> Status:
    record = record_of(path)
    if not notebook or not record:
        return Status(signed=False, words=UNREADABLE if notebook and sign_off_file(path).is_file() else NOT_YET)
    changed = [what for what, now in fingerprint(notebook).items() if record.get(what) != now]
    shown = [read_stored_figures(each, SHOWN).figures for each in (signed_version(path), notebook) if each]
    if "figures" not in changed and len(shown) > 1 and changes(*shown):  # such as other decimals
        changed.insert(0, "figures")
    changed += ["tables and charts"] if changed_outputs(notebook) else []
    who = f"signed off by the {record.get('by', '')!s} on {_day(record.get('at'))}"
    if changed:
        return Status(signed=False, words=f"{who}, but its {listing(changed)} have changed since")
    return Status(signed=True, words=who)


def edition_status(folder: Path) -> Status:
    """Return whether all areas of an edition are signed off."""
    read = [(path, _notebook(path)) for path in _notebooks(folder)]
    areas = [(path, notebook) for path, notebook in read if notebook and SHOWN in notebook["metadata"]]
    signed = [path for path, notebook in areas if _status(path, notebook).signed]
    if areas and len(signed) == len(areas):
        return Status(signed=True, words="signed off for every service area")
    if not signed:
        return Status(signed=False, words=NOT_YET)
    return Status(signed=False, words=f"signed off for {len(signed)} of {len(areas)} service areas")


def _title(path: Path) -> str:
    """Return the title of the page of a notebook, from the front matter that a run writes."""
    cells = (_notebook(path) or {}).get("cells") or [{"source": ""}]
    found = _TITLE.search(source_of(cells[0]))
    return found["title"] if found else path.stem


def _notebooks(folder: Path) -> list[Path]:
    return [path for path in edition_notebooks(folder.parents[1], Quarter.read(folder.name)) if path.parent == folder]


def mark(status: Status) -> str:
    """Return a status as the mark for a page, such as ``Draft: not signed off yet.`` for a draft."""
    return f"{capitalised(status.words)}." if status.signed else f"Draft: {status.words}."


def _day(at: Any) -> str:
    try:
        return long_date(datetime.fromisoformat(str(at)).date())
    except ValueError:
        return "an unknown day"


def _notebook(path: Path) -> Notebook | None:
    try:
        return open_edition(path)
    except UnreadableNotebook:
        return None


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
        The earlier version cannot be kept for readers: its copy is missing or damaged, or is not what was signed.
    UnreadableSignOff
        The record of its sign-off is damaged.
    """
    notebook = open_edition(path)
    assert notebook is not None, "its commentary was checked"  # noqa: S101
    before = record_of(path)
    if not before and sign_off_file(path).is_file():
        # It may list corrections, and readers may have seen the version that it is about.
        raise UnreadableSignOff(path.stem, "/".join(sign_off_file(path).parts[-3:]))
    now = {"by": by, "at": at.isoformat(timespec="seconds"), **fingerprint(notebook)}
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
    copy, kept = signed_copy(path), signed_version(path)
    if not kept or any(record.get(what) != signed for what, signed in fingerprint(kept).items()):
        found = "is not what was signed" if kept else "cannot be read" if copy.is_file() else "is missing"
        raise NoSignedCopy(path.stem, f"{copy.parent.name}/{copy.name} {found}")
    return copy.read_text(encoding="utf-8-sig")
