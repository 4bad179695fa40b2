"""Text at the head of a page."""

from __future__ import annotations

import json
import re

#: Where a title would begin to be markup to a renderer that reads titles as Markdown; others show them as they are, so
#: that only a sign without width, which joins what stands beside it, leaves the title the same everywhere.
_MARKUP = re.compile(r"(?<=[<{\[\]`@])|(?<=&)(?=#?\w+;)|(?<=\w)(?=:\S)")
_JOINER = "\N{WORD JOINER}"


def front_matter_text(text: str) -> str:
    """Write a title for YAML, as text that no renderer takes for markup."""
    return json.dumps(_MARKUP.sub(_JOINER, text), ensure_ascii=False)
