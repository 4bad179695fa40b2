"""Findings about the words of an edition: where, how serious, and what to do.

Contradictions between commentary and ratings are found here too: comments in the wrong group, red indicators without
commentary.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import pandas as pd

from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.read import Written, read_edition
from quarterly.core.terms import Accepted, Group, Rag
from quarterly.data.project import edition_file
from quarterly.measures.scorecard import Scorecard

#: Maximum length of a quotation, in characters.
_QUOTED = 90


class Level(StrEnum):
    """Severity of a finding: an error prevents sign-off."""

    ERROR = "error"
    WARNING = "warning"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Finding:
    """One problem with the commentary."""

    level: Level  # how serious it is
    notebook: str  # the file, relative to the project's folder
    #: The number of the cell in the notebook, from 1; None if it is about no cell.
    cell: int | None
    quote: str  # the officer's words concerned, or the beginning of them
    message: str  # what is wrong and what to do
    kind: Accepted | None = None  # what it can be accepted as; None if it must be corrected
    indicator: str = ""  # the id of the indicator concerned
    basis: str = ""  # the words and figures concerned, in full: an acceptance lapses when they change
    #: Whether it depends on suppressed figures, so that even its presence or absence reveals something about them.
    confidential: bool = False

    @property
    def id(self) -> str:
        """The id by which it is accepted, ten hexadecimal digits; blank if it cannot be accepted."""
        known = "\n".join([self.notebook, str(self.kind), self.indicator, self.basis])
        return hashlib.sha256(known.encode("utf-8")).hexdigest()[:10] if self.kind else ""


def with_accepted(findings: Iterable[Finding], accepted: pd.DataFrame) -> list[Finding]:
    """Mark accepted findings, with the reason from ``data/accepted.csv``."""
    reasons = {row.finding: f"Accepted by the {row.role}: {row.reason}" for row in accepted.itertuples(index=False)}
    return [
        replace(each, level=Level.ACCEPTED, message=f"{each.message} {reasons[each.id]}")
        if each.id in reasons
        else each
        for each in findings
    ]


def quoted(words: str) -> str:
    """Return words on one line, shortened for a quotation."""
    line = re.sub(r"\s+", " ", words)
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1].rstrip()}…"


_RATINGS = {Group.GREEN: Rag.GREEN, Group.AMBER: Rag.AMBER, Group.RED_WATCH: Rag.RED, Group.RED_CONCERN: Rag.RED}


def contradictions(root: Path, scorecard: Scorecard, areas: Sequence[str], accepted: pd.DataFrame) -> list[Finding]:
    """List the contradictions between the commentary and the ratings in the current notebooks of an edition.

    Accepted findings are marked as such, with the reason.
    """
    found: list[Finding] = []
    for area in areas:
        path, part = edition_file(root, scorecard.quarter, area), scorecard.area(area)
        notebook, name = open_edition(path), path.relative_to(root).as_posix()
        read = read_edition(notebook, part) if notebook else []
        found += without_commentary(name, read, part.rows)
        found += [finding for one in read for finding in in_wrong_group(name, one, part.rows)]
    return with_accepted(found, accepted)


def without_commentary(name: str, read: list[Written], rows: pd.DataFrame) -> Iterator[Finding]:
    """Find the red and amber indicators of an area that have no comment."""
    spoken_of = {key for one in read if not one.comment.empty for key in one.comment.indicators}
    places = {one.comment.indicators[0]: one.number for one in read if one.comment.empty and one.comment.indicators}
    for key, row in rows.iterrows():
        if row["rag"] in (Rag.RED, Rag.AMBER) and key not in spoken_of:
            level = Level.ERROR if row["rag"] == Rag.RED else Level.WARNING
            message = f"{row['name']} is {row['rag']} and has no commentary. Write why, and what is being done."
            basis = f"{row['rag']} {row['value']}"
            yield Finding(level, name, places.get(str(key)), "", message, Accepted.SILENCE, str(key), basis)


def in_wrong_group(name: str, one: Written, rows: pd.DataFrame) -> Iterator[Finding]:
    """Find indicators whose rating contradicts the group of their comment, ignoring those that are not rated."""
    said = _RATINGS.get(one.comment.group) if one.comment.group and not one.comment.empty else None
    for key in one.comment.indicators:
        rag = rows.loc[key, "rag"]
        if said and rag and rag != said:
            called, heading, words = rows.loc[key, "name"], one.comment.heading, one.comment.words
            message = f"It is under '{heading}', but {called} is {rag}. Move that indicator to another group."
            basis = f"{heading} {rag} {words}"
            yield Finding(Level.ERROR, name, one.number, quoted(words), message, Accepted.GROUP, key, basis)
