"""Fragments of a page: notebook cells and the published site show the same HTML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quarterly.core.palette import LOOKS
from quarterly.core.terms import NOT_RATED, capitalised, count_of

#: How many rows and letters of a table of reasons fit on a phone's screen.
_MOST_ROWS, _MOST_LETTERS = 4, 400
#: This many columns fit a phone whatever their contents.
_FEW = 3
#: The most letters that fit a phone: in the longest words of all columns together, and in a cell that has half the
#: width, next to its heading.
_NARROW, _SHORT = 36, 16


@dataclass(frozen=True)
class Html:
    """HTML that Jupyter displays, with the same content in plain text."""

    html: Markup  # safe HTML: made by a template that escapes its values
    text: str  # for a terminal

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": str(self.html), "text/plain": self.text}

    def __add__(self, other: Html | None) -> Html:
        """Return this part followed by another, if there is one."""
        if other is None:
            return self
        return Html(self.html + Markup("\n") + other.html, f"{self.text}\n{other.text}".strip())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("quarterly.display", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(LOOKS=LOOKS, NOT_RATED=NOT_RATED)
    environment.filters["capitalised"] = capitalised
    return environment


def render(template: str, plain: str, /, **context: Any) -> Html:
    """Fill a template of ``display/templates``; its values are escaped."""
    html = _environment().get_template(template).render(**context)
    # In Markdown, a blank line would end the HTML block, and backticks the fence around it.
    lines = [line.replace("`", "&#96;") for line in html.splitlines() if line.strip()]
    return Html(Markup("\n".join(lines)), plain)  # noqa: S704


def data_table(caption: str, head: list[str], rows: list[list[str]], nothing: str = "") -> Html:
    """Return a plain table, or the sentence ``nothing`` without rows; the first cell of each row is its heading."""
    if not rows:
        return paragraph(nothing or f"{caption}: there are no rows.")
    text = "\n".join([caption, *("  ".join(row) for row in [head, *rows])])
    kind = _kind_of_table(head, rows)
    return render("data_table.html", text, caption=caption, head=head, rows=rows, kind=kind, short=_SHORT)


def _kind_of_table(head: list[str], rows: list[list[str]]) -> str:
    """Return the CSS class of a table: a narrow one has numbers and single words under headings that can wrap."""
    if len(head) <= _FEW:
        return ""
    words = [
        max(len(word) for text in column for word in [*text.split(), ""]) for column in zip(head, *rows, strict=True)
    ]
    narrow = sum(words) <= _NARROW and all(len(cell) <= _SHORT for row in rows for cell in row[1:])
    return "narrow-table" if narrow else "card-table"


def paragraph(text: str, kind: str = "") -> Html:
    """Return a paragraph, with an optional CSS class."""
    return render("paragraph.html", text, text=text, kind=kind)


def folded(summary: str, content: Html, kind: str = "") -> Html:
    """Return content that is one click away, with an optional CSS class."""
    return render("details.html", content.text, summary=summary, content=content, kind=kind)


def long_table(caption: str, head: list[str], rows: list[list[str]], nothing: str = "") -> Html:
    """Return a table, one click away if it does not fit on a phone's screen; the summary says how many rows it has.

    If it has no rows, the sentence ``nothing`` is shown instead.
    """
    table = data_table(caption, head, rows, nothing)
    short = len(rows) <= _MOST_ROWS and sum(len(cell) for row in rows for cell in row) <= _MOST_LETTERS
    return table if short else folded(f"{caption}: {count_of(len(rows), 'row')}", table, "long-table")
