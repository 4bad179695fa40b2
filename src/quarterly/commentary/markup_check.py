"""Markup beyond plain Markdown in officers' words: readers see it as typed, which is seldom what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
            yield said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
