"""Commentary: officers' words in the narrative cells of an edition's notebooks.

A narrative cell is a markdown cell with the tag ``commentary``. It is plain text that anybody can type::

    ### Red of concern

    - Percentage of return home interviews completed within 72 hours

    What happened, why, and what is being done.

The first line is a heading with the group: Green to celebrate, Amber to watch, Red to watch, Red of concern. Without
a group, as in "About this area", the comment is about the area as a whole. Then comes a bullet for each indicator
that it is about, by name, short name or id. The rest is the officer's words, in Markdown. A cell whose words are still
the prompt, or blank, is an empty place: it is not published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from quarterly.words.terms import Group, Rag

TAG = "commentary"
#: The cell after which the commentary of an area stands.
START_TAG = "commentary-start"
PROMPT = "*Write here: what happened, why, and what is being done.*"
ABOUT_AREA = "About this area"

_HEADING = re.compile(r"\s*#{1,6}[ \t]+(?P<heading>[^\n]+?)[ \t]*#*[ \t]*(?:\n|$)")
_BARE_HEADING = re.compile(r"\s*#{1,6}[ \t]*\n")
_BULLET = re.compile(r"[ \t]*[-*+•][ \t]+(?P<item>[^\n]+?)[ \t]*(?:\n|$)")


@dataclass(frozen=True)
class Comment:
    """One comment, as its cell says it.

    Parameters
    ----------
    group : Group or None
        The group that the officer put it in; None where the heading names none.
    indicators : tuple of str
        The ids of the indicators that it is about; empty for a comment on the area.
    words : str
        The officer's words, in Markdown; blank for an empty place.
    heading : str
        The heading as written, which says the group.
    """

    group: Group | None
    indicators: tuple[str, ...] = ()
    words: str = ""
    heading: str = field(default="", compare=False)

    @property
    def empty(self) -> bool:
        """Whether nobody has written anything yet."""
        return not self.words


def _plain(text: str) -> str:
    """Reduce a name to its letters and digits, so that quotes, dashes and capitals do not matter."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower().replace("+", " plus ")).strip()


def read_group(heading: str) -> Group | None:
    """Recognise a group in a heading, also as 'Reds on watching' or 'Reds of concern;'.

    Examples
    --------
    >>> read_group("Reds on watching:")
    <Group.RED_WATCH: 'Red to watch'>
    """
    words = _plain(heading).split()
    colour = words[0].removesuffix("s") if words else ""
    if colour == "red":
        return Group.RED_CONCERN if "concern" in words else Group.RED_WATCH
    return {"green": Group.GREEN, "amber": Group.AMBER}.get(colour)


def read_comment(source: str, indicators: pd.DataFrame) -> Comment:
    """Read a narrative cell.

    Parameters
    ----------
    source : str
        The cell's text.
    indicators : DataFrame
        Indexed by ``indicator_id``, with ``name`` and ``short_name``.

    Returns
    -------
    Comment
        A bullet that is no indicator's name stays with the words: nothing that was typed is left out.
    """
    heading = _HEADING.match(source)
    opening = heading or _BARE_HEADING.match(source)
    rest = source[opening.end() :] if opening else source
    names = {
        _plain(str(text)): str(name)
        for name, row in indicators.iterrows()
        for text in (name, row["short_name"], row["name"])
    }
    found: list[str] = []
    rest = rest.lstrip()
    while (bullet := _BULLET.match(rest)) and _plain(bullet["item"]) in names:
        found.append(names[_plain(bullet["item"])])
        rest = rest[bullet.end() :]
    words = rest.strip()
    title = heading["heading"] if heading else ""
    return Comment(read_group(title), tuple(dict.fromkeys(found)), "" if words == PROMPT else words, title)


def write_comment(comment: Comment, indicators: pd.DataFrame) -> str:
    """Write a comment as the text of a narrative cell, with the prompt where there are no words yet."""
    heading = comment.heading or (str(comment.group) if comment.group else ABOUT_AREA)
    bullets = "\n".join(f"- {indicators.loc[name, 'name']}" for name in comment.indicators)
    return "\n\n".join(part for part in (f"### {heading}", bullets, comment.words or PROMPT) if part)


def needed_places(rows: pd.DataFrame, comments: list[Comment]) -> list[Comment]:
    """List the empty places that are still needed: one for each red or amber indicator that no comment is about.

    Parameters
    ----------
    rows : DataFrame
        The scorecard's rows of the area.
    comments : list of Comment
        The comments that there are, empty places included or not.
    """
    spoken_of = {name for comment in comments if not comment.empty for name in comment.indicators}
    groups = {Rag.AMBER: Group.AMBER, Rag.RED: Group.RED_WATCH}
    return [
        Comment(groups[Rag(row["rag"])], (str(name),))
        for name, row in rows.iterrows()
        if row["rag"] in groups and name not in spoken_of
    ]


def reading_order(comment: Comment) -> int:
    """Order comments as they are read: the area first, then the four groups."""
    return list(Group).index(comment.group) + 1 if comment.group else 0
