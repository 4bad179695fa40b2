"""One thing that is wrong with the words of an edition: where, how much it weighs, and what to do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

import pandas as pd

from quarterly.core.terms import Accepted

#: How much of an officer's words a finding quotes.
_QUOTED = 90


class Level(StrEnum):
    """How much a finding weighs: an error prevents signing off."""

    ERROR = "error"
    WARNING = "warning"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with the commentary."""

    level: Level  # whether it prevents signing off
    notebook: str  # the file, from the project's folder
    #: The cell's place in the notebook; the first cell is 1. None where there is none.
    cell: int | None
    quote: str  # the officer's words that it is about, or the beginning of them
    message: str  # what is wrong and what to do
    kind: Accepted | None = None  # what it can be accepted as; None where it has to be put right
    indicator: str = ""  # the id of the indicator that it is about
    basis: str = ""  # the words and figures that it is about, in full: an acceptance lapses when they change
    #: Whether it depends on suppressed figures. Where it is found, even where it is not, then says something of them.
    confidential: bool = False

    @property
    def id(self) -> str:
        """What the finding is accepted by, as ten hexadecimal digits; empty where it cannot be accepted."""
        known = "\n".join([self.notebook, str(self.kind), self.indicator, self.basis])
        return hashlib.sha256(known.encode("utf-8")).hexdigest()[:10] if self.kind else ""


def with_accepted(findings: Iterable[Finding], accepted: pd.DataFrame) -> list[Finding]:
    """Mark the findings that somebody has accepted, with the reason from ``data/accepted.csv``."""
    reasons = {row.finding: f"Accepted by the {row.role}: {row.reason}" for row in accepted.itertuples(index=False)}
    return [
        replace(each, level=Level.ACCEPTED, message=f"{each.message} {reasons[each.id]}")
        if each.id in reasons
        else each
        for each in findings
    ]


def quoted(words: str) -> str:
    """Shorten words to one line that shows where they are."""
    line = re.sub(r"\s+", " ", words)
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1].rstrip()}…"
