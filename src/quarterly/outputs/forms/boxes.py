"""The boxes of an officer's document, and the reference that links each one to a comment.

The reference is plain text in the box, because every word processor keeps text. It holds a digest of the words, and
one of the group and indicators, at the time of export: a part that still has its digest was not edited.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pandas as pd

from quarterly.commentary.cells import digest
from quarterly.commentary.format import PROMPT, Comment, opening_of, read_comment, write_comment
from quarterly.commentary.groups import plain_name, same_names
from quarterly.commentary.read import Written
from quarterly.core.terms import count_of
from quarterly.outputs.forms.lines import Line, words_digest
from quarterly.outputs.forms.markdown import read_lines

#: The cell in the reference of a box for a further comment.
NEW = "new"
_PATTERN = re.compile(
    r"(?P<quarter>\d{4}-\d\d-Q\d)\s*·\s*(?P<area>[\w-]+)\s*·\s*box (?P<number>\d{1,4}) of (?P<of>\d{1,4})\s*·\s*"
    r"(?P<cell>[\w-]+)\s*·\s*(?P<words>\w+)-(?P<heading>\w+)"
)


class Row(StrEnum):
    """The rows of a box, by the words before them."""

    GROUP = "Group"
    ABOUT = "About"
    WORDS = "Your words"
    REFERENCE = "Reference"


@dataclass(frozen=True)
class Reference:
    """Where a box belongs, and digests of its contents at export."""

    #: The notebook.
    quarter: str
    area: str
    #: The box's position in the document, from 1, and the number of boxes.
    number: int
    of: int
    cell: str  # the id of the comment's cell, or NEW
    #: Digests of the original contents.
    words: str
    heading: str

    def __str__(self) -> str:
        box = f"box {self.number} of {self.of}"
        return " · ".join([self.quarter, self.area, box, self.cell, f"{self.words}-{self.heading}"])


def read_reference(text: str) -> Reference | None:
    """Find a reference in a text, whatever dashes and dots it has; return None if there is none."""
    plain = re.sub(r"[‐‑‒–—−]", "-", re.sub(r"[•∙⋅‧]", "·", " ".join(text.split())))
    found = _PATTERN.search(plain)
    if found is None:
        return None
    parts: dict[str, Any] = found.groupdict()
    return Reference(**parts | {name: int(parts[name]) for name in ("number", "of")})


@dataclass(frozen=True)
class BoxContent:
    """The contents of a box: a comment's group, the names of its indicators, and its words."""

    group: str
    about: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def words(self) -> str:
        """The digest of the words."""
        return words_digest(self.lines)

    @property
    def heading(self) -> str:
        """A digest of the group and the names, ignoring case and differences of quotes and dashes."""
        plain = [plain_name(text) for text in (self.group, *self.about)]
        return digest("|".join(text for text in plain if text))[:8]


def box_content(written: Written, rows: pd.DataFrame) -> BoxContent:
    """Return the contents of the box for a comment."""
    comment = written.comment
    names = [str(rows.loc[name, "name"]) for name in comment.indicators]
    gone = [written.pinned.get(name, {}).get("name") or name for name in comment.gone]
    return BoxContent(comment.placed, (*names, *gone), tuple(read_lines(comment.text)))


def title_of(about: Sequence[str], group: str, rows: pd.DataFrame) -> str:
    """Return the title of a box: its indicators, or else its group."""
    if not about:
        return group
    names = zip(rows["name"], rows["short_name"], strict=True)
    first = next((short for name, short in names if same_names(about[0], name)), about[0])
    return first if len(about) == 1 else f"{first}, and {count_of(len(about) - 1, 'more indicator')}"


def with_words(comment: Comment, words: str) -> Comment:
    """Return a comment with different words, promise lines included."""
    return Comment(comment.group, comment.indicators, words.strip(), comment.heading, comment.gone)


def compose(comment: Comment, before: str, rows: pd.DataFrame, known_as: Mapping[str, str]) -> str:
    """Write a comment as the text of a cell, keeping its opening as typed if the meaning is the same.

    ``before`` is the current text of the cell, and ``known_as`` maps former names of indicators to their ids.
    """
    opening = opening_of(before, rows, known_as).rstrip()
    kept = "\n\n".join(filter(None, [opening, comment.text or PROMPT]))
    read = read_comment(kept, rows, known_as)
    wanted = (comment.group, comment.indicators, comment.gone, comment.text)
    same = (read.group, read.indicators, read.gone, read.text) == wanted
    return kept if same else write_comment(comment, rows, known_as)
