"""Titles in the front matter of a page."""

from __future__ import annotations

import json
import re

#: Where a renderer that reads titles as Markdown would see markup. Other renderers show titles as they are, so only a
#: zero-width character that joins its neighbours leaves the title looking the same everywhere.
_MARKUP = re.compile(r"(?<=[<{\[\]`@])|(?<=&)(?=#?\w+;)|(?<=\w)(?=:\S)")
_JOINER = "\N{WORD JOINER}"


def front_matter_text(text: str) -> str:
    """Write a title as YAML text that no renderer takes for markup."""
    return json.dumps(_MARKUP.sub(_JOINER, text), ensure_ascii=False)
