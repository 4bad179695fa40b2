"""Words as lines with formatting: the common form of Markdown and Word.

Both are read into `Line` objects, so that they can be compared: two texts are the same if their lines are equal.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from quarterly.commentary.cells import digest
from quarterly.outputs.word.document import in_xml
from quarterly.outputs.word.markdown import READER, Look

#: The deepest level of a list in Word.
DEEPEST = 8
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
#: Some word processors write a slash after a host, and some do not.
_HOST = re.compile(r"^(https?://[^/]+)/$", re.IGNORECASE)


class Kind(StrEnum):
    """What a line is."""

    TEXT = "text"
    HEADING = "heading"
    BULLET = "bullet"
    NUMBER = "number"


@dataclass(frozen=True)
class Line:
    """A paragraph, a heading, or an item of a list."""

    kind: Kind
    level: int  # the depth of an item's list; the outermost is 0
    parts: tuple[tuple[str, Look], ...]  # its text; a line feed is a line break

    @property
    def text(self) -> str:
        """The text without formatting."""
        return "".join(text for text, _ in self.parts)

    @property
    def listed(self) -> bool:
        """Whether it is an item of a list."""
        return self.kind in (Kind.BULLET, Kind.NUMBER)


def words_digest(lines: Sequence[Line]) -> str:
    """Return a short digest of words, which a round trip through Word does not change."""
    content = [(line.kind, line.level, [(text, *look) for text, look in line.parts]) for line in lines]
    return digest(json.dumps(content))[:8] if lines else "empty"


def list_positions(lines: Sequence[Line]) -> list[int]:
    """Return the position of each line in its list, from 1, so that 1 begins a list; 0 for a line that is no item."""
    found: list[int] = []
    last: dict[int, tuple[Kind, int]] = {}  # the last item of each list that can continue, by level
    for line in lines:
        if not line.listed:
            last, position = {}, 0
        else:
            kind, before = last.get(line.level, (line.kind, 0))
            position = before + 1 if kind == line.kind else 1
            last = {level: item for level, item in last.items() if level < line.level}
            last[line.level] = (line.kind, position)
        found.append(position)
    return found


def tidy(lines: Iterable[Line]) -> list[Line]:
    """Normalise what is invisible and varies between programs: spaces and their formatting, empty lines."""
    kept: list[Line] = []
    above: list[int] = []  # the levels of the items that an item may be within
    for line in lines:
        parts = _tidy_parts(line.parts, one_line=line.kind == Kind.HEADING)
        if not parts:
            continue
        above = [*(level for level in above if level < line.level), line.level] if line.listed else []
        kept.append(Line(line.kind, min(len(above) - 1, DEEPEST) if above else 0, parts))
    return kept


def _tidy_parts(parts: Sequence[tuple[str, Look]], *, one_line: bool) -> tuple[tuple[str, Look], ...]:
    # A heading is always bold.
    looks_of = {look: look._replace(bold=look.bold and not one_line) for _, look in parts}
    letters = [(letter, looks_of[look]) for text, look in parts for letter in _typed(text)]
    text = "".join(letter for letter, _ in letters)
    looks = [look for _, look in letters]
    found: list[tuple[str, Look]] = []
    for match in re.finditer(r"\s+|\S", text):
        first, last = match.start(), match.end()
        if match[0].strip():
            found.append((match[0], looks[first]))
        elif found and last < len(text):
            before, after = looks[first - 1], looks[last]
            link = before.link if before.link == after.link else ""
            look = Look(before.bold and after.bold, before.italic and after.italic, link)
            found.append(("\n" if "\n" in match[0] and not one_line else " ", look))
    return tuple(
        ("".join(letter for letter, _ in same), look) for look, same in groupby(found, key=lambda part: part[1])
    )


def _typed(text: str) -> str:
    """Reduce a text to characters that every word processor keeps, without soft hyphens."""
    return in_xml(text).replace("\r", "\n").replace("\u00ad", "").replace("\u2011", "-")


def address_of(link: str) -> str:
    """Return the normalised address of a link; blank unless it is a web page or a mailbox."""
    if not _ADDRESS.match(link):
        return ""
    written = re.sub(r"[\s<>()\\\"]", lambda match: f"%{ord(match[0]):02X}", READER.normalizeLink(in_xml(link)))
    return _HOST.sub(r"\1", written)
