"""The table of contents of the committee paper, with links and page numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from docx.document import Document
from docx.text.paragraph import Paragraph

from quarterly.outputs.word.document import (
    add_bookmark,
    add_heading,
    add_link,
    add_page_reference,
    add_paragraph,
    add_text,
)


@dataclass
class Contents:
    """The entries of the table of contents, which is written where `place` was called once all are known."""

    document: Document
    _heading: Paragraph | None = None
    _named: list[tuple[str, str, int]] = field(default_factory=list)

    def place(self) -> None:
        """Reserve this position for the table of contents."""
        self._heading = add_heading(self.document, "Contents", 1)

    def add(self, heading: Paragraph, level: int) -> None:
        """Add an entry for a heading, and bookmark the heading for its link."""
        bookmark = f"contents_{len(self._named) + 1}"
        add_bookmark(heading, bookmark)
        self._named.append((heading.text, bookmark, level))

    def fill(self) -> None:
        """Write the entries."""
        assert self._heading is not None, "place comes first"  # noqa: S101
        after = self._heading._p
        for text, bookmark, level in self._named:
            line = add_paragraph(self.document, "", f"Contents {level}")
            add_link(line, text, bookmark)
            add_text(line, "\t")
            add_page_reference(line, bookmark)
            after.addnext(line._p)
            after = line._p
