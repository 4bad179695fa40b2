"""Words between Markdown and Word: paragraphs, headings, lists, bold, italics and links, the same in both.

What is read from Markdown and what is read from Word is the same `Line`, and so can be compared: two texts are the same
when their lines are. What Word has no like for (a table, a quotation, code, a picture) stands in Word as it is typed
in Markdown. It is kept as it is for as long as nobody edits it there; edited, it is the officer's text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from markdown_it.tree import SyntaxTreeNode

from quarterly.narrative.cells import digest
from quarterly.publish.paper.markdown import READER, escape_inline, escape_line_start
from quarterly.publish.paper.word import in_xml

TEXT, HEADING, BULLET, NUMBER = "text", "heading", "bullet", "number"
#: Of the levels of lists that Word has, the last.
DEEPEST = 8
#: Headings inside a comment stand under that of its group.
_HASHES = "####"
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)
#: Some word processors write a slash after a host, and some do not.
_HOST = re.compile(r"^(https?://[^/]+)/$", re.IGNORECASE)
_BREAKS = re.compile(r"\s*\n\s*")


class Look(NamedTuple):
    """How a letter looks: bold, italic, and where it leads."""

    bold: bool = False
    italic: bool = False
    link: str = ""


PLAIN = Look()


@dataclass(frozen=True)
class Line:
    """A paragraph, a heading, or an item of a list.

    Parameters
    ----------
    kind : str
        TEXT, HEADING, BULLET or NUMBER.
    level : int
        Of an item: how deep its list is; the outermost is 0.
    parts : tuple of (str, Look)
        Its text; a line feed breaks the line.
    """

    kind: str
    level: int
    parts: tuple[tuple[str, Look], ...]

    @property
    def text(self) -> str:
        """What it says, without formatting."""
        return "".join(text for text, _ in self.parts)

    @property
    def listed(self) -> bool:
        """Whether it is an item of a list."""
        return self.kind in (BULLET, NUMBER)


@dataclass(frozen=True)
class Block:
    """A paragraph, a list or another block of Markdown as it was typed, and what it says."""

    source: str
    lines: tuple[Line, ...]


def words_digest(lines: Sequence[Line]) -> str:
    """Give a short digest of words, the same before and after Word."""
    content = [(line.kind, line.level, [(text, *look) for text, look in line.parts]) for line in lines]
    return digest(json.dumps(content))[:8] if lines else "empty"


def tidy(lines: Iterable[Line]) -> list[Line]:
    """Leave out what cannot be seen, which programs change at will: blanks and their formatting, empty lines."""
    kept: list[Line] = []
    for line in lines:
        parts = _tidy_parts(line.parts, one_line=line.kind == HEADING)
        if not parts:
            continue
        above = kept[-1].level if kept and kept[-1].listed else -1
        kept.append(Line(line.kind, min(line.level, above + 1, DEEPEST) if line.listed else 0, parts))
    return kept


def _tidy_parts(parts: Sequence[tuple[str, Look]], *, one_line: bool) -> tuple[tuple[str, Look], ...]:
    # A heading is bold as it is.
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
        ("".join(letter for letter, _ in same), look) for look, same in groupby(found, key=lambda each: each[1])
    )


def _typed(text: str) -> str:
    """Give the characters that any word processor keeps: a soft hyphen is none, and a hard one is a hyphen."""
    return in_xml(text).replace("\r", "\n").replace("\u00ad", "").replace("\u2011", "-")


def address_of(link: str) -> str:
    """Give the address that a link leads to, written in one way; blank where it is no page and no mailbox."""
    if not _ADDRESS.match(link):
        return ""
    written = re.sub(r"[\s<>()\\\"]", lambda match: f"%{ord(match[0]):02X}", READER.normalizeLink(in_xml(link)))
    return _HOST.sub(r"\1", written)


def read_blocks(markdown: str) -> list[Block]:
    """Read Markdown, block by block; no part of the source is left out.

    Parameters
    ----------
    markdown : str
        An officer's words, as they stand in a cell.
    """
    source = markdown.replace("\r\n", "\n").replace("\r", "\n")
    rows = source.split("\n")
    blocks, done = [], 0
    for node in SyntaxTreeNode(READER.parse(source)).children:
        begin, end = node.map or (done, done)
        blocks += [_as_typed(rows[done:begin])] if any(row.strip() for row in rows[done:begin]) else []
        lines = _lines_of(node, 0)
        text = "\n".join(rows[begin:end]).strip("\n")
        blocks.append(_as_typed(rows[begin:end]) if lines is None else Block(text, tuple(lines)))
        done = end
    blocks += [_as_typed(rows[done:])] if any(row.strip() for row in rows[done:]) else []
    return blocks


def read_lines(markdown: str) -> list[Line]:
    """Read Markdown as the lines that stand in Word."""
    return tidy(line for block in read_blocks(markdown) for line in block.lines)


def _as_typed(rows: list[str]) -> Block:
    return Block("\n".join(rows).strip("\n"), tuple(Line(TEXT, 0, ((row, PLAIN),)) for row in rows))


def _lines_of(node: SyntaxTreeNode, level: int) -> list[Line] | None:
    """Read a block; None where Word has no like for it."""
    if node.type in ("paragraph", "heading"):
        parts = list(_parts(node.children[0], PLAIN))
        pictured = any("image" in (part.type for part in inline.walk()) for inline in node.children)
        return None if pictured else [Line(TEXT if node.type == "paragraph" else HEADING, 0, tuple(parts))]
    if node.type == "bullet_list" or (node.type == "ordered_list" and node.attrs.get("start", 1) == 1):
        kind = BULLET if node.type == "bullet_list" else NUMBER
        items = [_item(item, kind, level) for item in node.children]
        return [line for item in items for line in item or []] if None not in items else None
    return None


def _item(item: SyntaxTreeNode, kind: str, level: int) -> list[Line] | None:
    """Read an item: its paragraphs are lines of one, and its lists stand below it."""
    own: list[tuple[str, Look]] = []
    below: list[Line] = []
    for child in item.children:
        lines = _lines_of(child, level + 1)
        if lines is None or child.type == "heading" or (child.type == "paragraph" and below):
            return None
        if child.type == "paragraph":
            own += [("\n", PLAIN)] * bool(own) + list(lines[0].parts)
        else:
            below += lines
    return [Line(kind, level, tuple(own)), *below]


def _parts(inline: SyntaxTreeNode, look: Look) -> Iterator[tuple[str, Look]]:
    for node in inline.children:
        if node.type == "strong":
            yield from _parts(node, look._replace(bold=True))
        elif node.type == "em":
            yield from _parts(node, look._replace(italic=True))
        elif node.type == "link":
            yield from _parts(node, look._replace(link=address_of(str(node.attrs.get("href", "")))))
        else:
            yield {"softbreak": " ", "hardbreak": "\n"}.get(node.type, node.content), look


def write_lines(lines: Sequence[Line], before: str = "") -> str:
    """Write lines as Markdown that is read as the same lines.

    Parameters
    ----------
    lines : sequence of Line
        What stands in Word.
    before : str
        The Markdown that the words come from. Its blocks that nobody edited stay as they are typed.
    """
    lines = tidy(lines)
    if lines == read_lines(before):
        return before
    mended = _with_blocks_of(before, lines)
    return mended if read_lines(mended) == lines else _written(lines)


def _with_blocks_of(before: str, lines: list[Line]) -> str:
    blocks = [Block(block.source, tuple(tidy(block.lines))) for block in read_blocks(before)]
    blocks = [block for block in blocks if block.lines]
    old = [line for block in blocks for line in block.lines]
    same = {
        match.a + step: match.b + step
        for match in SequenceMatcher(None, old, lines, autojunk=False).get_matching_blocks()
        for step in range(match.size)
    }
    kept, at = {}, 0
    for block in blocks:
        places = [same.get(at + step, -1) for step in range(len(block.lines))]
        if places[0] >= 0 and places == list(range(places[0], places[0] + len(places))):
            kept[places[0]] = block
        at += len(block.lines)
    texts: list[str] = []
    fresh: list[Line] = []
    place = 0
    while place < len(lines):
        if place in kept:
            texts += [_written(fresh), kept[place].source]
            fresh, place = [], place + len(kept[place].lines)
        else:
            fresh.append(lines[place])
            place += 1
    return "\n\n".join(text for text in [*texts, _written(fresh)] if text)


def _written(lines: Sequence[Line]) -> str:
    texts: list[str] = []
    indents, numbers = [0] * (DEEPEST + 2), [0] * (DEEPEST + 1)
    kinds = [""] * (DEEPEST + 1)
    previous: Line | None = None
    for line in lines:
        if line.listed:
            level = line.level
            if previous is None or not previous.listed:
                kinds = [""] * len(kinds)
            numbers[level] = numbers[level] + 1 if kinds[level] == line.kind else 1
            kinds[level:] = [line.kind] + [""] * (len(kinds) - level - 1)
            mark = "- " if line.kind == BULLET else f"{numbers[level]}. "
            indents[level + 1] = indents[level] + len(mark)
            body = _line(line).replace("\n", "\n" + " " * indents[level + 1])
            text = " " * indents[level] + mark + body
        else:
            text = f"{_HASHES} {_line(line)}" if line.kind == HEADING else _line(line)
        joint = "\n" if previous is not None and previous.listed and line.listed else "\n\n"
        texts += [joint, text] if previous is not None else [text]
        previous = line
    return "".join(texts)


def _line(line: Line) -> str:
    """Write a line's text with as much of its formatting as Markdown can say."""
    as_text = Line(TEXT, 0, line.parts)
    for outer in ("bold", "italic"):
        for mark in ("*", "_"):
            # An exclamation mark before a link would make it a picture.
            text = _broken("".join(_marked(line.parts, outer, mark)).replace("![", "\\!["))
            if read_lines(text) == [as_text]:
                return text.replace("#", "\\#") if line.kind == HEADING else text
    plain = _broken(escape_inline(line.text))
    return plain.replace("#", "\\#") if line.kind == HEADING else plain


def _broken(text: str) -> str:
    return _BREAKS.sub(r"\\\n", escape_line_start(text))


def _marked(parts: Sequence[tuple[str, Look]], outer: str, mark: str) -> Iterator[str]:
    """Put the marks of formatting round each part; what stands in several parts is marked once."""
    marks = {"bold": "**", "italic": mark}
    order = ("bold", "italic") if outer == "bold" else ("italic", "bold")
    for link, group in groupby(parts, key=lambda part: part[1].link):
        opened: list[str] = []
        yield "[" if link else ""
        for text, look in group:
            wanted = [name for name in order if getattr(look, name)]
            while [name for name in opened if name not in wanted]:
                yield marks[opened.pop()]
            for name in wanted:
                if name not in opened:
                    opened.append(name)
                    yield marks[name]
            yield escape_inline(text)
        yield from (marks[name] for name in reversed(opened))
        yield f"]({link})" if link else ""
