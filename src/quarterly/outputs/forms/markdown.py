"""Convert between Markdown and lines.

Markdown that has no equivalent in a box (a table, a quotation, code, a picture) becomes lines of its source. It is
kept unchanged unless it is edited in Word; edited, it becomes plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markdown_it.tree import SyntaxTreeNode

from quarterly.outputs.forms.lines import DEEPEST, Kind, Line, address_of, list_positions, tidy
from quarterly.outputs.word.markdown import PLAIN, READER, Look, escape_inline, escape_line_start, formatted

#: Headings inside a comment are one level below that of its group.
_HASHES = "####"
#: Hashes at the end of a heading are not part of its text unless they are escaped.
_BARE_HASH = re.compile(r"(?<!\\)#")
_BREAKS = re.compile(r"\s*\n\s*")


@dataclass(frozen=True)
class Block:
    """A paragraph, a list or another block of Markdown as typed, and its lines."""

    source: str
    lines: tuple[Line, ...]


def read_blocks(markdown: str) -> list[Block]:
    """Read Markdown block by block, without omitting any part of the source."""
    source = markdown.replace("\r\n", "\n").replace("\r", "\n")
    rows = source.split("\n")
    blocks, done = [], 0
    for node in SyntaxTreeNode(READER.parse(source)).children:
        begin, end = node.map or (done, done)
        blocks.append(_as_typed(rows[done:begin]))
        lines = _lines_of(node, 0)
        text = "\n".join(rows[begin:end]).strip("\n")
        blocks.append(_as_typed(rows[begin:end]) if lines is None else Block(text, tuple(lines)))
        done = end
    blocks.append(_as_typed(rows[done:]))
    return [block for block in blocks if block.source.strip()]


def read_lines(markdown: str) -> list[Line]:
    """Read Markdown as the lines to show in Word."""
    return tidy(line for block in read_blocks(markdown) for line in block.lines)


def _as_typed(rows: list[str]) -> Block:
    return Block("\n".join(rows).strip("\n"), tuple(Line(Kind.TEXT, 0, ((row, PLAIN),)) for row in rows))


def _lines_of(node: SyntaxTreeNode, level: int) -> list[Line] | None:
    """Read a block; return None if a box has no equivalent."""
    if node.type in ("paragraph", "heading"):
        parts = [(text, look._replace(link=address_of(look.link))) for text, look in formatted(node.children[0])]
        pictured = any("image" in (part.type for part in inline.walk()) for inline in node.children)
        kind = Kind.TEXT if node.type == "paragraph" else Kind.HEADING
        return None if pictured else [Line(kind, 0, tuple(parts))]
    if node.type == "bullet_list" or (node.type == "ordered_list" and node.attrs.get("start", 1) == 1):
        kind = Kind.BULLET if node.type == "bullet_list" else Kind.NUMBER
        items = [_item(item, kind, level) for item in node.children]
        return [line for item in items for line in item or []] if None not in items else None
    return None


def _item(item: SyntaxTreeNode, kind: Kind, level: int) -> list[Line] | None:
    """Read an item: its paragraphs become one line, followed by the lines of its nested lists."""
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


def write_lines(lines: Sequence[Line], before: str = "") -> str:
    """Write lines as Markdown that reads back as the same lines.

    Blocks of the original Markdown (``before``) that were not edited stay as typed.
    """
    lines = tidy(lines)
    if lines == read_lines(before):
        return before
    repaired = _with_blocks_of(before, lines)
    return repaired if read_lines(repaired) == lines else _written(lines)


def _with_blocks_of(before: str, lines: list[Line]) -> str:
    """Write lines, as typed where they are the lines of a block of the original Markdown."""
    blocks = [Block(block.source, tuple(tidy(block.lines))) for block in read_blocks(before)]
    unused = [block for block in blocks if block.lines]
    texts: list[str] = []
    fresh: list[Line] = []
    place = 0
    while place < len(lines):
        same = [block for block in unused if block.lines == tuple(lines[place : place + len(block.lines)])]
        if same:
            block = max(same, key=lambda block: len(block.lines))
            unused.remove(block)
            texts += [_written(fresh), block.source]
            fresh, place = [], place + len(block.lines)
        else:
            fresh.append(lines[place])
            place += 1
    return "\n\n".join(text for text in [*texts, _written(fresh)] if text)


def _written(lines: Sequence[Line]) -> str:
    blocks: list[str] = []
    indents = [""] * (DEEPEST + 2)
    after_item = False
    for line, position in zip(lines, list_positions(lines), strict=True):
        text = _line(line)
        if line.listed:
            mark = "- " if line.kind == Kind.BULLET else f"{position}. "
            indent = indents[line.level]
            indents[line.level + 1] = indent + " " * len(mark)
            text = indent + mark + text.replace("\n", "\n" + indents[line.level + 1])
        elif line.kind == Kind.HEADING:
            text = f"{_HASHES} {text}"
        if line.listed and after_item:
            blocks[-1] += f"\n{text}"
        else:
            blocks.append(text)
        after_item = line.listed
    return "\n\n".join(blocks)


def _line(line: Line) -> str:
    """Write a line's text with its formatting, or plain if Markdown cannot express it."""
    as_text = Line(Kind.TEXT, 0, line.parts)
    for outer in ("bold", "italic"):
        for mark in ("*", "_"):
            # An exclamation mark before a link would turn it into a picture.
            text = _broken("".join(_marked(line.parts, outer, mark)).replace("![", "\\!["))
            if read_lines(text) == [as_text]:
                return _BARE_HASH.sub(r"\\#", text) if line.kind == Kind.HEADING else text
    plain = _broken(escape_inline(line.text))
    return _BARE_HASH.sub(r"\\#", plain) if line.kind == Kind.HEADING else plain


def _broken(text: str) -> str:
    return _BREAKS.sub(r"\\\n", escape_line_start(text))


def _marked(parts: Sequence[tuple[str, Look]], outer: str, mark: str) -> Iterator[str]:
    """Add formatting marks around each part, once for formatting that spans several parts."""
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
