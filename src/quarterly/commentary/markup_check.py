"""Markup in officers' words without the effect that was meant: seen as typed, not seen, or of no use to readers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

_ATTEMPT = re.compile(
    r"""\{\{<.*?>\}\}  # a shortcode
    |</?[A-Za-z][^<>\n]*>|<!--.*?-->  # HTML
    |!\[[^\[\]]*\](?!\(attachment:)(?:\([^()\s]*\)|\[[^\[\]]*\])  # a picture that was not pasted
    |(?<!!)\[[^\[\]]*\]\((?!\s*(?:https?://|mailto:|\#))[^()\n]*\)  # a link that leads to no page and no mailbox
    |(?<=[\]`])\{[^{}\n]*\}|^:{3,}[^\n]*  # attributes
    |^(?:`{3,}|~{3,})[^\n]*  # code""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)
_ADDRESS = re.compile(r"<(?:https?://|mailto:)[^\s<>]+>")
#: An address that needs a login or the council's network; those that Outlook rewrites name the person who pasted them.
_PRIVATE = re.compile(
    r"""https?://(?:(?:[\w.-]+\.)?(?:sharepoint\.com|1drv\.ms|onedrive\.live\.com|teams\.(?:microsoft\.com|live\.com)
    |outlook\.office(?:365)?\.com|safelinks\.protection\.outlook\.com|local|internal|lan)
    |[\w-]+|10\.[\d.]+|192\.168\.[\d.]+)(?=[/:?\#\s)>\]"']|$)[^\s<>()\[\]"]*""",
    re.VERBOSE | re.IGNORECASE,
)
#: The line between the heading and the rows of a table.
_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
_LONGEST = 60


def seen_as_typed(words: str) -> Iterator[str]:
    """Yield markup that has no effect: shortcodes, HTML, pictures from elsewhere, attributes and code.

    Each is given as typed, shortened.

    Examples
    --------
    >>> list(seen_as_typed("Fewer than <5, see [the plan](https://x.example) and {{< video x.mp4 >}}"))
    ['{{< video x.mp4 >}}']
    """
    for found in _ATTEMPT.finditer(words):
        said = " ".join(found[0].split())
        if not _ADDRESS.fullmatch(said):
            yield _shortened(said)


def private_links(words: str) -> Iterator[str]:
    """Yield the addresses that only people within the council can open, shortened.

    Examples
    --------
    >>> list(private_links("See [it](https://council.sharepoint.com/a) or https://intranet/b, https://example.org/c"))
    ['https://council.sharepoint.com/a', 'https://intranet/b,']
    """
    yield from (_shortened(found[0]) for found in _PRIVATE.finditer(words))


def _shortened(said: str) -> str:
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"


def left_out_of_tables(words: str) -> Iterator[str]:
    r"""Yield the cells that are beyond the last heading of their table: Markdown leaves them out.

    Examples
    --------
    >>> list(left_out_of_tables("| A | B |\n|--|--|\n| 1 | 2 | with agency staff |"))
    ['with agency staff']
    """
    lines = words.splitlines()
    for number, line in enumerate(lines[1:], start=1):
        width = len(_cells(line))
        if _RULE.fullmatch(line) and len(_cells(lines[number - 1])) == width:
            for row in takewhile(str.strip, lines[number + 1 :]):
                yield from filter(None, _cells(row)[width:])


def _cells(line: str) -> list[str]:
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())]
    # A row may begin and end with the line between its cells.
    return cells[not cells[0] : len(cells) - (len(cells) > 1 and not cells[-1])]
