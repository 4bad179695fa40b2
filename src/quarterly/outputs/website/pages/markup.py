"""Read the start tags of a finished page with Python's own HTML parser, and write back those that were changed.

The rest of the page stays exactly as the renderer wrote it.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser

#: The main heading of a page.
TITLE_OF_PAGE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)


def words(markup: str) -> str:
    """Return the text of some HTML.

    Examples
    --------
    >>> words("<p><strong>Numerator</strong>: <em>visits</em>, all</p><p>Next</p>")
    'Numerator: visits, all Next'
    """
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())
    # A tag may end where no word does, as before a comma.
    return re.sub(r" (?=[.,;:!?)](?:\s|$))", "", text)


@dataclass
class Tag:
    """A start tag: its name, its attributes (the first of each name), and the text to add before and after it."""

    name: str
    attributes: dict[str, str | None]
    original: dict[str, str | None]  # its attributes as read: the tag is rewritten only if they have changed
    source: str
    start: int
    #: The content of a script or style sheet; empty for other elements.
    text: str = ""
    before: str = ""
    after: str = ""

    def get(self, name: str) -> str:
        """Return an attribute as text; blank if it is missing or has no value."""
        return self.attributes.get(name) or ""

    @property
    def classes(self) -> list[str]:
        """List the classes of the element."""
        return self.get("class").split()

    def __str__(self) -> str:
        """Write the tag as it is now."""
        return f"{self.before}{self.source if self.attributes == self.original else self._rewritten()}{self.after}"

    def _rewritten(self) -> str:
        parts = (name if value is None else f'{name}="{html.escape(value)}"' for name, value in self.attributes.items())
        return f"<{' '.join([self.name, *parts])}{' /' if self.source.endswith('/>') else ''}>"


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = [0, *(line.end() for line in re.finditer("\n", page))]
        self.tags: list[Tag] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line, column = self.getpos()
        first: dict[str, str | None] = {}
        for name, value in attrs:
            first.setdefault(name, value)
        self.tags.append(Tag(tag, first, dict(first), self.get_starttag_text() or "", self.lines[line - 1] + column))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem in ("script", "style"):
            self.tags[-1].text += data


def start_tags(page: str) -> list[Tag]:
    """List the start tags of a page, in order.

    Examples
    --------
    >>> [(tag.name, tag.attributes) for tag in start_tags('<p class=a>x<br id="b"></p>')]
    [('p', {'class': 'a'}), ('br', {'id': 'b'})]
    """
    return _Reader(page).tags


def written(page: str, tags: Iterable[Tag]) -> str:
    """Return a page with its tags as they are now.

    Examples
    --------
    >>> page = "<p class=a>x &amp; y</p>"
    >>> tags = start_tags(page)
    >>> written(page, tags) == page
    True
    >>> tags[0].attributes["class"] = 'a "b"'
    >>> written(page, tags)
    '<p class="a &quot;b&quot;">x &amp; y</p>'
    """
    parts, at = [], 0
    for tag in tags:
        parts += [page[at : tag.start], str(tag)]
        at = tag.start + len(tag.source)
    return "".join([*parts, page[at:]])
