"""Write comments so that the website's renderers read them as the committee paper does.

Standard library only: the website's notebook filter may run outside the project's environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from quarterly.commentary.answers import from_metadata, words_for_readers
from quarterly.commentary.cells import PINNED, SHOWN, Cell, Notebook, read_stored_figures, source_of
from quarterly.commentary.format import parse_comment
from quarterly.commentary.groups import ABOUT_AREA, PROGRESS, plain_name, same_names
from quarterly.commentary.places import belongs_to
from quarterly.commentary.run_cells import commentary_cells
from quarterly.core.terms import Group

Figures = Mapping[str, Mapping[str, str]]

#: The names of the groups in the style sheet.
_MARKS: dict[str, str] = {
    Group.GREEN: "green",
    Group.AMBER: "amber",
    Group.RED_WATCH: "red",
    Group.RED_CONCERN: "red-of-concern",
}
_MARKS |= {ABOUT_AREA: "about-this-area", PROGRESS: "progress-since-the-last-report"}
#: Headings within the words, marked by "#" or underlined: at the level of comments they would begin another comment.
_HEADING = re.compile(r"^ {0,3}#{1,3}(?=[ \t]+\S)", re.MULTILINE)
_UNDERLINED = re.compile(r"(?:\A|(?<=\n\n)) {0,3}(?=[^\s#>|*+\d-])([^\n]+)\n {0,3}(?:=+|--+)[ \t]*$", re.MULTILINE)


def site_forms(notebook: Notebook, plain: Callable[[str], str]) -> dict[int, str]:
    """Return the comments of an area's notebook for the website, by cell number.

    Each has the group or heading, with attributes for style sheets and the ids of the indicators; a list of the
    indicators' full names; and the words in a separate division. Blank for a placeholder, or if none of the indicators
    is still reported. ``plain`` turns typed text into plain Markdown. A notebook that does not store the figures that
    it shows has no comments.
    """
    shown = read_stored_figures(notebook, SHOWN).figures
    return {number: _site_form(cell, shown, plain) for number, cell in commentary_cells(notebook)} if shown else {}


def _site_form(cell: Cell, shown: Figures, plain: Callable[[str], str]) -> str:
    pin = read_stored_figures(cell, PINNED)
    # A current name takes precedence over a former one.
    names = {
        plain_name(known["name"]): key for figures in (pin.figures, shown) for key, known in figures.items() if key
    }
    names |= {plain_name(key): key for key in shown if key}
    ratings = {key: known.get("rag", "") for key, known in shown.items() if key}
    comment = belongs_to(parse_comment(source_of(cell), names, ratings), pin, ratings)
    if comment.empty or comment.unplaced:
        return ""
    words = words_for_readers(comment, from_metadata(cell["metadata"]))
    mark = next((mark for heading, mark in _MARKS.items() if same_names(heading, comment.placed)), "other")
    about = f' indicators="{" ".join(comment.indicators)}"' if comment.indicators else ""
    bullets = "\n".join(f"- {shown[key]['name']}" for key in comment.indicators)
    words = _UNDERLINED.sub(r"#### \1\n", _HEADING.sub("####", words))
    heading = f"### {plain(comment.placed)} {{.comment .comment-{mark}{about}}}"
    parts = (heading, plain(bullets), f"::: {{.comment-words}}\n{plain(words)}\n:::")
    return "\n\n".join(part for part in parts if part)
