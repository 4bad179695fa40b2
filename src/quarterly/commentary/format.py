"""Commentary: officers' words in the narrative cells of an edition's notebooks.

A narrative cell is a markdown cell with the tag ``commentary``. It is plain text that anybody can type::

    ### Red of concern

    - Percentage of return home interviews completed within 72 hours

    What happened, why, and what is being done.

The first line is a heading with the group: Green to celebrate, Amber to watch, Red to watch, Red of concern. Without
a group, as in "About this area", the comment is about the area as a whole. Then comes a line for each indicator
that it is about, by name, short name or id. The rest is the officer's words, in Markdown. A cell whose words are still
the prompt, or blank, is an empty place: it is not published.

People paste from Word, web pages and mail: headings and bullets of any kind are read. A heading that names the colour
of one group and the verb of another is never guessed at: the comment is published under it as it was typed, in no
group, and `check` asks.

When the figures have changed since, and the words are still right, the officer says so with the word ``Confirmed``
on a line of its own at the end. The next run takes it out again. Lines that begin with ``Promise:`` or
``Not a promise:`` put right what is found to be promised; they stay in the cell, and are not published as words.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

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
from quarterly.core.terms import Group

if TYPE_CHECKING:
    import pandas as pd

#: What an indicator may be called in commentary, beside its id.
_CALLED = ("name", "short_name")
#: Before a name with which words begin: it is not what the comment is about.
_GUARD = "&nbsp;"
PROMPT = "*Write here: what happened, why, and what is being done.*"

#: A blank within a line, also one that does not break, and what cannot be seen at all.
_SPACE = r"(?:[^\S\n]|[\u200b\ufeff])"
_HEADING = re.compile(rf"\s*#{{1,6}}{_SPACE}+(?P<heading>[^\s\u200b\ufeff][^\n]*)(?:\n|$)")
_BARE_HEADING = re.compile(r"\s*#{1,6}[^\S\n]*\n")
_LINE = re.compile(r"\s*#{0,6}(?P<heading>[^\s][^\n]*)(?:\n|$)")
_BOLD = re.compile(r"\s*(\*\*|__)[^\n*_]+\1[\s.:;]*")
#: What stands before an item of a list, also as other programs write it.
_MARK = r"(?:[-*+•·‣◦▪○–—\u25a0\u25cf\uf0a7\uf0b7]|\(?\d{1,3}[.)])"
_UNDERLINED = re.compile(rf"\s*(?!{_MARK}\s|[#>|])(?P<heading>[^\n\w]*\w[^\n]*)\n {{0,3}}(?:=+|--+){_SPACE}*(?:\n|$)")
_ITEM = rf"(?P<item>[^\s\u200b\ufeff]++(?:{_SPACE}++[^\s\u200b\ufeff]++)*+){_SPACE}*(?:\n|$)"
_BULLET = re.compile(rf"[\s\u200b\ufeff]*{_MARK}{_SPACE}+{_ITEM}")
_BULLET_OR_LINE = re.compile(rf"[\s\u200b\ufeff]*(?:{_MARK}{_SPACE}+)?{_ITEM}")
# A paragraph of its own after the words: "the post has been confirmed" may end a line too.
_CONFIRMED = re.compile(r"(?<=\S)(?:[ \t]*\n[ \t]*\n\s*confirmed[.!]?)+\s*$", re.IGNORECASE)
#: How the lines begin by which an officer puts right what is found to be promised.
PROMISE, NO_PROMISE = "Promise", "Not a promise"
# A line of its own, with what follows of its paragraph.
_PROMISE_LINE = re.compile(
    r"[ \t]*(?:[-*+•–][ \t]+)?[*_]{0,2}(?P<no>not a )?promise[*_]{0,2}[ \t]*:[*_]{0,2}(?P<said>.*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Comment:
    """One comment, as its cell says it."""

    group: Group | None  # the group that the officer put it in; None where the heading names none
    #: The ids of the indicators that it is about; empty for a comment on the area.
    indicators: tuple[str, ...] = ()
    words: str = ""  # the officer's words, in Markdown; blank for an empty place
    heading: str = field(default="", compare=False)  # the heading as written, which says the group
    gone: tuple[str, ...] = ()  # the ids of indicators that it is about and that are not reported any more
    #: Whether the officer says that the words are still right, though figures have changed.
    confirmed: bool = False
    #: What the lines ``Promise:`` and ``Not a promise:`` say.
    promised: tuple[str, ...] = ()
    not_promised: tuple[str, ...] = ()

    @property
    def placed(self) -> str:
        """The heading that it is published under."""
        return str(self.group or self.heading or ABOUT_AREA)

    @property
    def empty(self) -> bool:
        """Whether nobody has written anything yet."""
        return not self.words

    @property
    def text(self) -> str:
        """The words, and the lines about promises, each a paragraph: what an officer's box holds."""
        marks = [(PROMISE, said) for said in self.promised] + [(NO_PROMISE, said) for said in self.not_promised]
        return _with_marks(self.words, marks)

    @property
    def progress(self) -> bool:
        """Whether it answers what was promised in earlier editions."""
        return self.group is None and same_names(self.heading, PROGRESS)


def read_comment(source: str, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> Comment:
    """Read a narrative cell.

    ``known_as`` has the ids of indicators by names that they had before, also of those that are not reported any more.
    A line that is no indicator's name stays with the words: nothing that was typed is left out.
    """
    return parse_comment(source, _names(indicators, known_as), set(indicators.index))


def parse_comment(source: str, names: Mapping[str, str], reported: Container[str]) -> Comment:
    """Read a comment by the ids of indicators for their names, in letters and digits, and the ids that are reported."""
    heading, _ = split_heading(source)
    found, rest = _split_bullets(source, names)
    words, marks = _split_marks(rest)
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
    """Split a text into its words and the lines about promises, each with what stands below it in its paragraph."""
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
    """Split what comes after a heading into the indicators that its bullets name, by their ids, and the rest."""
    rest = split_heading(source)[1].lstrip()
    found: list[str] = []
    while (bullet := _BULLET_OR_LINE.match(rest)) and plain_name(bullet["item"]) in names:
        found.append(names[plain_name(bullet["item"])])
        rest = rest[bullet.end() :]
    return found, rest


def opening_of(source: str, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> str:
    """Return what stands in a cell before the words, as it was typed: the heading and the bullets of indicators."""
    _, rest = _split_bullets(source, _names(indicators, known_as))
    return source[: len(source) - len(rest)]


def split_heading(source: str) -> tuple[str, str]:
    """Split a cell's text into its heading, blank where it has none, and the rest."""
    heading = _HEADING.match(source) or _UNDERLINED.match(source) or _line_with_a_group(source)
    opening = heading or _BARE_HEADING.match(source)
    text = heading["heading"].rstrip() if heading else ""
    # Signs at its end close a heading, but one of signs alone keeps the first.
    return text.rstrip("#").rstrip() or text[:1], source[opening.end() :] if opening else source


def _line_with_a_group(source: str) -> re.Match[str] | None:
    """Find a first line that names a group, or the area, and says nothing else, or is bold from end to end."""
    line = _LINE.match(source)
    said = line["heading"] if line else ""
    alone = _BOLD.fullmatch(said) or not beyond_its_group(said)
    named = alone and (begins_with_a_colour(said) or same_names(said, ABOUT_AREA))
    return line if named else None


def _names(indicators: pd.DataFrame, known_as: Mapping[str, str] | None) -> dict[str, str]:
    """Return the id for each name, reduced to letters and digits; a name of today goes before one of the past."""
    called = zip(indicators.index, indicators["short_name"], indicators["name"], strict=True)
    today = {plain_name(str(text)): str(names[0]) for names in called for text in names}
    return {**{plain_name(old): name for old, name in (known_as or {}).items()}, **today}


def near_names(text: str, indicators: pd.DataFrame, *, most: int, likeness: float) -> list[str]:
    """List the names that a text may be meant for, the nearest first: to offer, never to assume.

    ``likeness`` is how like a name the text must be, from 0 for not at all to 1 for the same.
    """
    called = {plain_name(str(row[each])): str(row["name"]) for _, row in indicators.iterrows() for each in _CALLED}
    near = get_close_matches(plain_name(text), called, n=2 * most, cutoff=likeness)
    return list(dict.fromkeys(called[name] for name in near))[:most]


def find_indicator(text: str, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> str | None:
    """Return the id of the indicator that a line names, as a bullet would; None where it names none."""
    bullet = _BULLET_OR_LINE.match(text)
    return _names(indicators, known_as).get(plain_name(bullet["item"])) if bullet else None


def with_names_of_today(source: str, indicators: pd.DataFrame, known_as: Mapping[str, str]) -> str:
    """Write the bullets of renamed indicators with their new names, and leave everything else as it was typed."""
    today, names = _names(indicators, None), _names(indicators, known_as)
    _, rest = split_heading(source)
    start = len(source) - len(rest.lstrip())
    while (bullet := _BULLET_OR_LINE.match(source, start)) and (name := names.get(plain_name(bullet["item"]))):
        end = bullet.end()
        if plain_name(bullet["item"]) not in today and name in indicators.index:
            new = str(indicators.loc[name, "name"])
            source = source[: bullet.start("item")] + new + source[bullet.end("item") :]
            end += len(new) - len(bullet["item"])
        start = end
    return source


def further_groups(words: str) -> list[str]:
    """List the headings of groups that stand among a comment's words: each begins a comment that has no cell."""
    lines = words.splitlines()
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    found = [split_heading(f"{line}\n{after}")[0] for line, after in pairs if line.strip()]
    return [each for each in found if (read_group(each) or is_unclear(each)) and not beyond_its_group(each)]


def bullets_left_over(comment: Comment) -> list[str]:
    """List the bullets at the head of a comment's words: they stand where names of indicators do, and are none."""
    found, rest = [], comment.words
    while bullet := _BULLET.match(rest):
        found.append(bullet["item"])
        rest = rest[bullet.end() :]
    return found if rest.strip() else []


def without_confirmation(source: str) -> str:
    """Remove the line that says that the words are still right."""
    words, marks = _split_marks(source)
    said = _CONFIRMED.sub("", words)
    return source if said == words else _with_marks(said, marks)


def _with_marks(words: str, marks: Iterable[tuple[str, str]]) -> str:
    return "\n\n".join([*filter(None, [words]), *(f"{kind}: {said}" for kind, said in marks)])


def guarded(words: str) -> str:
    """Write words so that a first line which is an indicator's name is not read as what the comment is about."""
    line = _BULLET_OR_LINE.match(words)
    return f"{words[: line.start('item')]}{_GUARD}{words[line.start('item') :]}" if line else words


def _unguarded(words: str) -> str:
    line = _BULLET_OR_LINE.match(words)
    guard = line and line["item"].startswith(_GUARD)
    return f"{words[: line.start('item')]}{words[line.start('item') + len(_GUARD) :]}" if line and guard else words


def write_comment(comment: Comment, indicators: pd.DataFrame, known_as: Mapping[str, str] | None = None) -> str:
    """Write a comment as the text of a narrative cell, with the prompt where there are no words yet."""
    former = {name: old for old, name in (known_as or {}).items()}
    names = [indicators.loc[name, "name"] for name in comment.indicators]
    bullets = "\n".join(f"- {name}" for name in [*names, *(former.get(name, name) for name in comment.gone)])
    opening = [part for part in (f"### {comment.heading or comment.placed}", bullets) if part]
    texts = ["\n\n".join([*opening, words]) for words in (comment.text or PROMPT, guarded(comment.text))]
    return texts[read_comment(texts[0], indicators, known_as).text != comment.text]
