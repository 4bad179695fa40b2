"""Other objects shown in a notebook: published if safe on a page, otherwise refused with a reason."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt

from quarterly.core.output_errors import OutputNotPublishable, PictureWithoutWords

_SHOWN = ("text/html", "text/markdown", "text/plain")
_DRAW = "Draw it with Altair"
_BANNED = {
    "script": "a script",
    "iframe": "a frame with another page",
    "frame": "a frame with another page",
    "object": "content from elsewhere",
    "embed": "content from elsewhere",
    "link": "content from elsewhere",
    "base": "a new base address for the page",
    "meta": "settings for the page",
    "style": "a style sheet",
    "form": "a form",
    "input": "a form",
    "button": "a form",
}
_FETCHED = ("src", "srcset", "data", "poster", "background", "xlink:href")
#: The attributes that hold a picture's alternative text.
_WORDS = {"img": "alt", "svg": "aria-label"}
#: Elements without an end tag, and those whose end tag is often left out.
_EMPTY = frozenset(["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
_MAY_STAY_OPEN = frozenset(["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"])
#: The default text of an object or function, which shows its address in memory.
_DEFAULT_TEXT = re.compile(
    r"<(?:[^<>]|<\w+>){1,200} (?:at 0x[0-9a-fA-F]+|object)>|\A<(?:bound method|function) [^<> ]{1,80}"
)


def checked(bundle: dict[str, Any]) -> dict[str, Any]:
    """Return the publishable representations of an object; ``bundle`` holds them by MIME type.

    Raises
    ------
    PictureWithoutWords
        It is a picture.
    OutputNotPublishable
        It would not work, or not be safe, on a page.
    """
    if any(kind.startswith("image/") for kind in bundle):
        raise PictureWithoutWords
    others = [kind for kind in bundle if kind not in (*_SHOWN, "text/latex", "application/pdf")]
    if others:
        reason = f"The output is {others[0]}, which web pages cannot show"
        raise OutputNotPublishable(reason, f"{_DRAW}, or show a frame or text")
    html = bundle.get("text/html")
    if html is None and "text/markdown" in bundle:
        html = MarkdownIt("commonmark").enable("table").render(bundle["text/markdown"])
    if html is not None:
        _check_html(html)
    elif "text/latex" in bundle and _DEFAULT_TEXT.search(bundle.get("text/plain", "")):
        raise OutputNotPublishable("The output is mathematics, which pages cannot show", "Say it in words or numbers")
    elif found := _DEFAULT_TEXT.search(str(bundle.get("text/plain", ""))):
        reason = f"The output is {found[0]}, which means nothing to a reader"
        instead = "Call it with () if it is a function, show something else, or end the cell with a semicolon"
        raise OutputNotPublishable(reason, instead)
    return {kind: bundle[kind] for kind in _SHOWN if kind in bundle}


def _check_html(html: str) -> None:
    reader = _Reader()
    # An unclosed tag or comment would swallow the rest of the page; here it would swallow the marker at the end.
    reader.feed(f"{html}<br data-end>")
    reader.close()
    if not reader.ended or {*reader.open} - _MAY_STAY_OPEN:
        reader.refuse(f"does not close its <{reader.open[-1]}>" if reader.open else "is not closed")
    if reader.tables > reader.captions:
        raise OutputNotPublishable("The output has a table without a caption", "Show the frame that it was made from")


class _Reader(HTMLParser):
    """A parser that refuses HTML with anything that a page may not contain."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables = self.captions = 0
        self.open: list[str] = []
        self.ended = False

    def refuse(self, what: str) -> None:
        """Refuse HTML that would change the page around it."""
        reason = f"The HTML of the output {what}, so it would change the rest of the page"
        raise OutputNotPublishable(reason, "Open and close each element in the same output")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check one element."""
        self.ended |= tag == "br" and ("data-end", None) in attrs
        self.open += [] if tag in _EMPTY else [tag]
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if tag in _BANNED:
            raise OutputNotPublishable(f"The output has {_BANNED[tag]} (<{tag}>), which pages may not contain", _DRAW)
        known = {name: value or "" for name, value in attrs}
        if tag in _WORDS and not known.get(_WORDS[tag], "").strip():
            raise PictureWithoutWords
        for name, value in known.items():
            address = "".join(value.split()).lower()
            if name.startswith("on") or (name == "href" and address.startswith(("javascript:", "data:", "vbscript:"))):
                raise OutputNotPublishable(f"The output has a script (in {name}), which pages may not contain", _DRAW)
            if name == "style" and "position:" in address:
                raise OutputNotPublishable("The output is placed over the page", "Leave 'position' out of its style")
            fetched = name in _FETCHED or (name == "href" and tag not in ("a", "area"))
            if (fetched and address and not address.startswith(("data:image/", "#"))) or (
                name == "style" and "url(" in address
            ):
                reason = f"The output fetches {value[:80]!r}, and pages fetch nothing from elsewhere"
                raise OutputNotPublishable(reason, f"{_DRAW}, or add the picture with report.picture")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check one self-closing element: only SVG has them, browsers leave others open."""
        self.handle_starttag(tag, attrs)
        if "svg" in self.open and tag != "svg":
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Check that the element was opened in this output."""
        while self.open and self.open[-1] != tag and self.open[-1] in _MAY_STAY_OPEN:
            self.open.pop()
        if tag in _EMPTY:
            return
        if not self.open or self.open[-1] != tag:
            self.refuse(f"closes a <{tag}> that it did not open")
        self.open.pop()
