"""Commentary: officers' words in the narrative cells of an edition's notebooks.

A narrative cell is a Markdown cell with the tag ``commentary``. It is plain text that is easy to type::

    ### Red of concern

    - Percentage of return home interviews completed within 72 hours

    What happened, why, and what is being done.

The first line is a heading with the group: Green to celebrate, Amber to watch, Red to watch, Red of concern. Without
a group, as in "About this area", the comment is about the area as a whole. Then comes a line for each indicator
concerned, by name, short name or id. The rest is the officer's words, in Markdown. A cell that is blank or still has
the prompt is a placeholder and is not published.

Text is often pasted from Word, web pages and email, so headings and bullets of any kind are read. A heading with the
colour of one group and the verb of another is never guessed at: the comment is published under it as typed, in no
group, and `check` asks which group is meant.

If figures have changed but the words are still right, the officer adds the word ``Confirmed`` as the last paragraph,
which the next run removes. Lines that begin with ``Promise:`` or ``Not a promise:`` correct the promises that were
found in the words; they stay in the cell and are not published.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from quarterly.commentary.cells import AREA
from quarterly.commentary.groups import (
    ABOUT_AREA,
    PROGRESS,
    begins_with_a_colour,
    beyond_its_group,
    is_unclear,
    plain_name,
    read_group,
    same_names,
)
from quarterly.commentary.lists import MARK, SPACE, with_lists
from quarterly.core.terms import Group

if TYPE_CHECKING:
    import pandas as pd

#: The names that commentary may use for an indicator, as well as its id.
_CALLED = ("name", "short_name")
#: Marks an indicator's name at the start of the words as ordinary text: see `guarded`.
_GUARD = "&nbsp;"
PROMPT = "*Write here: what happened, why, and what is being done.*"

_HEADING = re.compile(rf"\s*#{{1,6}}{SPACE}+(?P<heading>[^\s\u200b\ufeff][^\n]*)(?:\n|$)")
_BARE_HEADING = re.compile(r"\s*#{1,6}[^\S\n]*\n")
_LINE = re.compile(r"\s*#{0,6}(?P<heading>[^\s][^\n]*)(?:\n|$)")
_BOLD = re.compile(r"\s*(\*\*|__)[^\n*_]+\1[\s.:;]*")
_UNDERLINED = re.compile(rf"\s*(?!{MARK}\s|[#>|])(?P<heading>[^\n\w]*\w[^\n]*)\n {{0,3}}(?:=+|--+){SPACE}*(?:\n|$)")
_ITEM = rf"(?P<item>[^\s\u200b\ufeff]++(?:{SPACE}++[^\s\u200b\ufeff]++)*+){SPACE}*(?:\n|$)"
_BULLET = re.compile(rf"[\s\u200b\ufeff]*{MARK}{SPACE}+{_ITEM}")
_BULLET_OR_LINE = re.compile(rf"[\s\u200b\ufeff]*(?:{MARK}{SPACE}+)?{_ITEM}")
# Only as a separate last paragraph: an ordinary line may end in "has been confirmed".
_CONFIRMED = re.compile(r"(?<=\S)(?:[ \t]*\n[ \t]*\n\s*confirmed[.!]?)+\s*$", re.IGNORECASE)
#: The beginnings of lines by which an officer corrects the promises found.
PROMISE, NO_PROMISE = "Promise", "Not a promise"
# One such line; the rest of its paragraph belongs to it.
_PROMISE_LINE = re.compile(
    rf"[ \t]*(?:{MARK}{SPACE}+)?[*_]{{0,2}}(?P<no>not a )?promise[*_]{{0,2}}[ \t]*:[*_]{{0,2}}(?P<said>.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Comment:
    """One comment, as read from its cell."""

    group: Group | None  # the group chosen by the officer; None if the heading names none
    #: The ids of its indicators; empty for a comment on the area.
    indicators: tuple[str, ...] = ()
    words: str = ""  # the officer's words, in Markdown; blank for a placeholder
    heading: str = field(default="", compare=False)  # the heading as written
    gone: tuple[str, ...] = ()  # the ids of its indicators that are no longer reported
    #: Whether the officer confirmed that the words are still right after figures changed.
    confirmed: bool = False
    #: The texts of the ``Promise:`` and ``Not a promise:`` lines.
    promised: tuple[str, ...] = ()
    not_promised: tuple[str, ...] = ()

    @property
    def placed(self) -> str:
        """The heading under which it is published."""
        return str(self.group or self.heading or ABOUT_AREA)

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of all its indicators."""
        return (*self.indicators, *self.gone)

    @property
    def figures(self) -> tuple[str, ...]:
        """The keys of the figures that it is about: indicators, or `AREA` unless it answers promises."""
        return self.named or (() if self.progress else (AREA,))

    @property
    def unplaced(self) -> bool:
        """Whether none of its indicators is still reported."""
        return bool(self.gone) and not self.indicators

    @property
    def empty(self) -> bool:
        """Whether it is still a placeholder."""
        return not self.words

    @property
    def text(self) -> str:
        """The words and the promise lines, each a paragraph, as in an officer's text box."""
        marks = [(PROMISE, said) for said in self.promised] + [(NO_PROMISE, said) for said in self.not_promised]
        return _with_marks(self.words, marks)

    @property
    def progress(self) -> bool:
        """Whether it answers promises of earlier editions."""
        return self.group is None and same_names(self.heading, PROGRESS)


def read_comment(source: str, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> Comment:
    """Read a narrative cell.

    ``known_as`` has indicator ids by their former names, including indicators that are no longer reported.
    A line that is not an indicator's name stays in the words, so that nothing typed is lost.
    """
    return parse_comment(source, _names(indicators, known_as), set(indicators.index))


def parse_comment(source: str, names: Mapping[str, str], reported: Container[str]) -> Comment:
    """Read a comment, given indicator ids by name (`plain_name`) and the ids that are reported."""
    heading, _ = split_heading(source)
    found, rest = _split_bullets(source, names)
    words, marks = _split_marks(with_lists(rest))
    said = _CONFIRMED.sub("", words)
    return Comment(
        read_group(heading),
        tuple(dict.fromkeys(name for name in found if name in reported)),
        "" if said.strip() == PROMPT else _unguarded(said.strip()),
        heading,
        tuple(dict.fromkeys(name for name in found if name not in reported)),
        said != words,
        tuple(said for kind, said in marks if kind == PROMISE),
        tuple(said for kind, said in marks if kind == NO_PROMISE),
    )


def _split_marks(source: str) -> tuple[str, list[tuple[str, str]]]:
    """Split a text into its words and the promise lines, each with the rest of its paragraph."""
    words: list[str] = []
    marks: list[tuple[str, str]] = []
    below = False
    for line in source.splitlines(keepends=True):
        if mark := _PROMISE_LINE.match(line):
            marks.append((NO_PROMISE if mark["no"] else PROMISE, mark["said"].strip()))
        elif below and line.strip():
            marks[-1] = (marks[-1][0], f"{marks[-1][1]} {line.strip()}".strip())
        else:
            words.append(line)
        below = bool(mark) or (below and bool(line.strip()))
    return "".join(words), marks


def _split_bullets(source: str, names: Mapping[str, str]) -> tuple[list[str], str]:
    """Split the text after a heading into the ids of the indicators in its bullets and the rest."""
    bullets = list(_named_bullets(source, names))
    rest = source[bullets[-1].end() :] if bullets else split_heading(source)[1].lstrip()
    return [names[plain_name(bullet["item"])] for bullet in bullets], rest


def _named_bullets(source: str, names: Mapping[str, str]) -> Iterator[re.Match[str]]:
    """Yield the bullets and lines below the heading of a cell, as long as they name indicators."""
    place = len(source) - len(split_heading(source)[1].lstrip())
    while (bullet := _BULLET_OR_LINE.match(source, place)) and plain_name(bullet["item"]) in names:
        yield bullet
        place = bullet.end()


def opening_of(source: str, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> str:
    """Return the part of a cell before the words, as typed: the heading and the indicators' bullets."""
    _, rest = _split_bullets(source, _names(indicators, known_as))
    return source[: len(source) - len(rest)]


def split_heading(source: str) -> tuple[str, str]:
    """Split a cell's text into its heading, blank if it has none, and the rest."""
    heading = _HEADING.match(source) or _UNDERLINED.match(source) or _line_with_a_group(source)
    opening = heading or _BARE_HEADING.match(source)
    text = heading["heading"].rstrip() if heading else ""
    # "#" at its end closes a heading, but a heading of nothing else keeps the first.
    return text.rstrip("#").rstrip() or text[:1], source[opening.end() :] if opening else source


def _line_with_a_group(source: str) -> re.Match[str] | None:
    """Match a first line that names a group or the area and either says nothing else or is all bold."""
    line = _LINE.match(source)
    said = line["heading"] if line else ""
    alone = _BOLD.fullmatch(said) or not beyond_its_group(said)
    named = alone and (begins_with_a_colour(said) or same_names(said, ABOUT_AREA))
    return line if named else None


def _names(indicators: pd.DataFrame, known_as: Mapping[str, str] | None) -> dict[str, str]:
    """Return indicator ids by name (`plain_name`); a current name takes precedence over a former one."""
    called = zip(indicators.index, indicators["short_name"], indicators["name"], strict=True)
    today = {plain_name(str(text)): str(names[0]) for names in called for text in names}
    return {**{plain_name(old): name for old, name in (known_as or {}).items()}, **today}


def near_names(text: str, indicators: pd.DataFrame, *, most: int, likeness: float) -> list[str]:
    """List the names that a text may mean, the nearest first, as suggestions only.

    ``likeness`` is the minimum similarity of text and name, from 0 to 1 for identical.
    """
    called = {plain_name(str(row[each])): str(row["name"]) for _, row in indicators.iterrows() for each in _CALLED}
    near = get_close_matches(plain_name(text), called, n=2 * most, cutoff=likeness)
    return list(dict.fromkeys(called[name] for name in near))[:most]


def find_indicator(text: str, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> str | None:
    """Return the id of the indicator that a line names, as in a bullet; None if it names none."""
    bullet = _BULLET_OR_LINE.match(text)
    return _names(indicators, known_as).get(plain_name(bullet["item"])) if bullet else None


def with_names_of_today(source: str, indicators: pd.DataFrame, known_as: Mapping[str, str]) -> str:
    """Replace former names in the indicators' bullets with current ones, and leave the rest as typed."""
    today, names = _names(indicators, None), _names(indicators, known_as)
    # From the last to the first, because positions after a replaced name change.
    for bullet in reversed(list(_named_bullets(source, names))):
        name = names[plain_name(bullet["item"])]
        if plain_name(bullet["item"]) not in today and name in indicators.index:
            source = source[: bullet.start("item")] + str(indicators.loc[name, "name"]) + source[bullet.end("item") :]
    return source


def further_groups(words: str) -> list[str]:
    """List the headings of groups within a comment's words: each begins a comment that has no cell of its own."""
    lines = words.splitlines()
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    found = [split_heading(f"{line}\n{after}")[0] for line, after in pairs if line.strip()]
    return [each for each in found if (read_group(each) or is_unclear(each)) and not beyond_its_group(each)]


def bullets_left_over(comment: Comment) -> list[str]:
    """List the bullets at the start of a comment's words, where indicators are named, that name none."""
    found, rest = [], comment.words
    while bullet := _BULLET.match(rest):
        found.append(bullet["item"])
        rest = rest[bullet.end() :]
    return found if rest.strip() else []


def without_confirmation(source: str) -> str:
    """Remove the line ``Confirmed``."""
    words, marks = _split_marks(source)
    said = _CONFIRMED.sub("", words)
    return source if said == words else _with_marks(said, marks)


def _with_marks(words: str, marks: Iterable[tuple[str, str]]) -> str:
    return "\n\n".join([*filter(None, [words]), *(f"{kind}: {said}" for kind, said in marks)])


def guarded(words: str) -> str:
    """Mark a first line that is an indicator's name, so that it is not read as one of the comment's indicators."""
    line = _BULLET_OR_LINE.match(words)
    return f"{words[: line.start('item')]}{_GUARD}{words[line.start('item') :]}" if line else words


def _unguarded(words: str) -> str:
    line = _BULLET_OR_LINE.match(words)
    guard = line and line["item"].startswith(_GUARD)
    return f"{words[: line.start('item')]}{words[line.start('item') + len(_GUARD) :]}" if line and guard else words


def write_comment(comment: Comment, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> str:
    """Return the text of a narrative cell for a comment, with the prompt if there are no words yet."""
    former = {name: old for old, name in (known_as or {}).items()}
    names = [indicators.loc[name, "name"] for name in comment.indicators]
    bullets = "\n".join(f"- {name}" for name in [*names, *(former.get(name, name) for name in comment.gone)])
    opening = [part for part in (f"### {comment.heading or comment.placed}", bullets) if part]
    text = "\n\n".join([*opening, comment.text or PROMPT])
    if read_comment(text, indicators, known_as).text == comment.text:
        return text
    return "\n\n".join([*opening, guarded(comment.text)])
