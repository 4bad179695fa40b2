"""Officers' Markdown in Word: paragraphs, bullet lists, bold and italics; everything else is plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from quarterly.outputs.word.document import Holder, add_text

# HTML and "[Status]: done" stay text. Every address is parsed as a link, so that an unusable one can be removed.
READER = MarkdownIt("commonmark", {"html": False}).disable("reference")
READER.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
#: For comments, which may have tables, as on the website.
_TABLES = MarkdownIt("commonmark", {"html": False}).disable("reference").enable("table")
_TABLES.validateLink = READER.validateLink  # type: ignore[method-assign]
#: The start of an address that a reader on paper can use; the matched part is omitted.
_ADDRESS = re.compile(r"(?:mailto:|(?=https?://))(?=.)", re.IGNORECASE)
# Characters that Markdown, Pandoc's extensions or a shortcode would take for markup anywhere ...
_SPECIAL = re.compile(
    r"[\\`*\[\]<~$^{}|]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # an underscore, unless between letters
    r"|&(?=#?\w*(?:;|$))"  # the beginning of an entity
    r"|(?<!\w)@"  # a citation, not an address
)
# ... and at the beginning of a line: headings, quotations, rules, definitions, and bullets and numbers of all kinds.
_LINE_START = re.compile(r"^[-+=:>#]|^\(?(?:[A-Za-z]|[ivxlcdmIVXLCDM]+|[0-9]+|@\w*)[.)](?=\s|$)", re.MULTILINE)
_BULLETS = ("List Bullet", "List Bullet 2")


class Look(NamedTuple):
    """The formatting of a character: bold, italic, and the address of its link."""

    bold: bool = False
    italic: bool = False
    link: str = ""


PLAIN = Look()


def escape(text: str) -> str:
    r"""Escape plain text for Markdown.

    Examples
    --------
    >>> print(escape("# 5 * 3 {{< include x >}} and case_id"))
    \# 5 \* 3 \{\{\< include x >\}\} and case_id
    """
    return escape_line_start(escape_inline(text))


def escape_inline(text: str) -> str:
    """Escape text from the middle of a line for Markdown."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def escape_line_start(text: str) -> str:
    """Escape beginnings of lines that Markdown would take for a list, a heading or a quotation."""
    return _LINE_START.sub(lambda match: re.sub(r"[^\w]", r"\\\g<0>", match[0]), text)


@dataclass
class _List:
    """A list that is being read: the next number of a numbered list, and whether an item has just begun."""

    number: int | None
    fresh: bool = False


def write_markdown(holder: Holder, text: str) -> list[Paragraph]:
    """Add Markdown to a document or a cell.

    A link becomes its text, followed by the address in brackets if it is a web page or a mailbox. Numbered lists,
    headings, quotations and code become plain paragraphs, and each row of a table a bullet.
    """
    return list(_write_blocks(holder, SyntaxTreeNode(_TABLES.parse(text)), []))


def _write_blocks(holder: Holder, parent: SyntaxTreeNode, lists: list[_List]) -> Iterator[Paragraph]:
    """Write the blocks in a block that is within some lists, the innermost last."""
    for node in parent.children:
        if node.type == "tr":
            first, *rest = ["".join(text for text, _ in _with_addresses(cell.children[0])) for cell in node.children]
            paragraph = holder.add_paragraph(style=_BULLETS[0])
            add_text(paragraph, ": ".join(filter(None, [first, "; ".join(rest)])))
            yield paragraph
        elif node.type in ("inline", "fence", "code_block"):
            paragraph = _begin(holder, lists)
            _fill(paragraph, node)
            yield paragraph
        elif node.type in ("bullet_list", "ordered_list"):
            number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
            yield from _write_blocks(holder, node, [*lists, _List(number)])
        else:
            if node.type == "list_item":
                lists[-1].fresh = True
            yield from _write_blocks(holder, node, lists)


def _begin(holder: Holder, lists: list[_List]) -> Paragraph:
    """Begin a paragraph: the first of a list item is a bullet, or starts with the item's number."""
    if not lists:
        return holder.add_paragraph(style="Normal")
    innermost, fresh = lists[-1], lists[-1].fresh
    innermost.fresh = False
    if innermost.number is None and fresh:
        return holder.add_paragraph(style=_BULLETS[min(len(lists), len(_BULLETS)) - 1])
    paragraph = holder.add_paragraph(style="List Continue")
    if innermost.number is not None and fresh:
        add_text(paragraph, f"{innermost.number}. ")
        innermost.number += 1
    return paragraph


def _fill(paragraph: Paragraph, block: SyntaxTreeNode) -> None:
    if block.type != "inline":
        add_text(paragraph, block.content.rstrip("\n"))
        return
    for text, look in _with_addresses(block):
        run = add_text(paragraph, text)
        run.bold, run.italic = look.bold or None, look.italic or None


def _with_addresses(inline: SyntaxTreeNode) -> Iterator[tuple[str, Look]]:
    """Yield the text of a paragraph and its formatting, with the address of a link in brackets after its words."""
    words = ""  # of the current link
    for text, look in formatted(inline):
        if text:
            yield text, look
            words = words + text if look.link else ""
            continue
        shown = _ADDRESS.sub("", look.link, count=1)
        if _ADDRESS.match(look.link) and shown not in words:
            yield f" ({shown})", look
        words = ""


def formatted(inline: SyntaxTreeNode, look: Look = PLAIN) -> Iterator[tuple[str, Look]]:
    """Yield the text of a paragraph and its formatting; an empty text is the end of a link."""
    for node in inline.children:
        if node.type == "strong":
            yield from formatted(node, look._replace(bold=True))
        elif node.type == "em":
            yield from formatted(node, look._replace(italic=True))
        elif node.type == "link":
            link = look._replace(link=str(node.attrs.get("href", "")))
            yield from formatted(node, link)
            yield "", link
        elif text := {"softbreak": " ", "hardbreak": "\n"}.get(node.type, node.content):
            yield text, look
