"""Findings about the words of an edition: where, how serious, and what to do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from quarterly.core.terms import Accepted

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
