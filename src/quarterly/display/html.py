"""Pieces of a page: what a notebook cell shows and what the site publishes are the same text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quarterly.core.palette import LOOKS
from quarterly.core.terms import NOT_RATED

#: How many rows and how many letters of a table of reasons fit on a screen of a phone.
_MOST_ROWS, _MOST_LETTERS = 4, 400
#: So few columns fit a phone whatever is in them.
_FEW = 3
#: How many letters the longest words of a table's columns have together where it fits a phone as it is, and a cell that
#: has half of a phone's width beside its heading.
_NARROW, _SHORT = 36, 16


@dataclass(frozen=True)
class Html:
    """HTML that Jupyter displays, with the same thing in plain text for where there is no HTML."""

    html: Markup  # safe HTML: made by a template that escapes what it is given
    text: str  # what it says, for a terminal

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": str(self.html), "text/plain": self.text}

    def __add__(self, other: Html) -> Html:
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
    return environment


def render(template: str, plain: str, /, **context: Any) -> Html:
    """Fill a template of ``display/templates``; everything put into it is escaped."""
    html = _environment().get_template(template).render(**context)
    # A blank line would end an HTML block where a page is read as Markdown, and backticks the fence around it.
    lines = [line.replace("`", "&#96;") for line in html.splitlines() if line.strip()]
    return Html(Markup("\n".join(lines)), plain)  # noqa: S704


def data_table(caption: str, head: list[str], rows: list[list[str]]) -> Html:
    """Make a plain table; the first cell of each row is its heading."""
    text = "\n".join([caption, *("  ".join(row) for row in [head, *rows])])
    kind = "" if len(head) <= _FEW else "narrow-table" if _narrow(head, rows) else "card-table"
    return render("data_table.html", text, caption=caption, head=head, rows=rows, kind=kind, short=_SHORT)


def _narrow(head: list[str], rows: list[list[str]]) -> bool:
    """Whether a table fits a phone as it is: with numbers and single words under headings that can be broken."""
    words = [
        max(len(word) for text in column for word in [*text.split(), ""]) for column in zip(head, *rows, strict=True)
    ]
    return sum(words) <= _NARROW and all(len(cell) <= _SHORT for row in rows for cell in row[1:])


def paragraph(text: str, kind: str = "") -> Html:
    """Make a paragraph, with a class to style it by."""
    return render("paragraph.html", text, text=text, kind=kind)


def folded(summary: str, content: Html, kind: str = "") -> Html:
    """Put a part one click away, with a class to style it by."""
    return render("details.html", content.text, summary=summary, content=content, kind=kind)


def long_table(caption: str, head: list[str], rows: list[list[str]]) -> Html:
    """Make a table, one click away where it has more rows than a phone shows at once: its caption says how many."""
    table = data_table(caption, head, rows)
    short = len(rows) <= _MOST_ROWS and sum(len(cell) for row in rows for cell in row) <= _MOST_LETTERS
    return table if short else folded(f"{caption}: {len(rows)} rows", table, "long-table")


def subheading(text: str) -> Html:
    """Make a heading inside a section, for a part that is not always there."""
    return render("subheading.html", text, text=text)
