"""The Content-Security-Policy that the site can be served with: nothing from other hosts, nothing evaluated.

It is written into ``_headers`` of the site, in a form that some web hosts read automatically; for the others its
lines can be copied into the settings of the server. The embedded renderer needs no inline scripts. Quarto adds
some, and handlers on its switches: each of these is allowed by its digest. Scripts in the main part of a
page, where the words of officers are, are never allowed. Inline styles are never allowed
either: those of tables become classes, and the one that Quarto's script would add is in the style sheet.
"""

import base64
import hashlib
import re
from pathlib import Path

from quarterly.outputs.website.pages.markup import Tag

FILE = "_headers"
RULES = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
}
OTHERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
SCRIPTS = ("", "module", "text/javascript", "application/javascript")
#: How renderers align the cells of a table; "left" and "start" are the default.
ALIGNED = re.compile(r"text-align: ?(left|start|center|right|end);?")
#: Quarto's script adds a style sheet to every page, for space above a heading that is linked to. If there is an element
#: with this id, it writes the text there instead, and in a template the text has no effect.
STYLE_ID = "quarto-target-style"


def without_inline_styles(tags: list[Tag]) -> None:
    """Turn the alignment of cells into classes, drop column widths, and keep scripts from adding a style sheet."""
    known = any(tag.get("id") == STYLE_ID for tag in tags)
    for tag in tags:
        if tag.name in ("table", "col", "td", "th") and (style := tag.attributes.pop("style", None)):
            aligned = ALIGNED.fullmatch(style)
            if aligned and aligned[1] not in ("left", "start"):
                tag.attributes["class"] = " ".join([*tag.classes, f"align-{aligned[1]}"])
        elif tag.name == "script" and "/quarto-nav.js" in tag.get("src") and not known:
            tag.before = f'<template id="{STYLE_ID}"></template>'


def digest(text: str) -> str:
    """Return the source expression by which a policy allows a text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


class Policy:
    """The policy under which all pages that it has seen work."""

    def __init__(self) -> None:
        self._digests: dict[str, set[str]] = {"script-src": set(), "style-src": set(), "script-src-attr": set()}

    def allow(self, page: str, tags: list[Tag]) -> None:
        """Allow the inline code of a page, given as HTML and as its start tags."""
        start = next((tag.start for tag in tags if tag.name == "main"), len(page))
        end = page.lower().rfind("</main")
        # Only outside the main part of the page and anything that might be taken for it.
        for tag in [tag for tag in tags if tag.start < start or start < end < tag.start]:
            if tag.name == "style":
                self._digests["style-src"].add(digest(tag.text))
            elif tag.name == "script" and "src" not in tag.attributes and tag.get("type") in SCRIPTS:
                self._digests["script-src"].add(digest(tag.text))
            handlers = {digest(text or "") for name, text in tag.attributes.items() if name.startswith("on")}
            self._digests["script-src-attr"] |= handlers

    def __str__(self) -> str:
        allowed = {name: found for name, found in self._digests.items() if found}
        rules = {name: [*RULES.get(name, ["'unsafe-hashes'"]), *sorted(found)] for name, found in allowed.items()}
        return "; ".join(f"{name} {' '.join(sources)}" for name, sources in {**RULES, **rules}.items())

    def write(self, site: Path) -> None:
        """Write the headers that the site can be served with, next to its pages."""
        headers = {"Content-Security-Policy": str(self), **OTHERS}
        lines = ["/*", *(f"  {name}: {value}" for name, value in headers.items())]
        (site / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
