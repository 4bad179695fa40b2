"""Where comments belong: the placeholders that an area offers, and the order of comments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from quarterly.commentary.cells import StoredFigures
from quarterly.commentary.format import Comment
from quarterly.commentary.groups import is_standing_heading, read_group
from quarterly.core.terms import Group, Rag

if TYPE_CHECKING:
    import pandas as pd

#: The group of an indicator's placeholder, by rating, until an officer chooses another.
_GROUPS: dict[str, Group] = {Rag.GREEN: Group.GREEN, Rag.AMBER: Group.AMBER, Rag.RED: Group.RED_WATCH}
OFFERED = tuple(_GROUPS.values())


def belongs_to(comment: Comment, pin: StoredFigures, ratings: Mapping[str, str]) -> Comment:
    """Restore the group and indicators of a placeholder to a comment whose heading and bullets were deleted.

    ``pin`` is what is stored with it. ``ratings`` has the reported indicators; the rating gives the group if that of
    the placeholder is blank.
    """
    if comment.heading or comment.named:
        return comment
    reported = tuple(name for name in pin.indicators if name in ratings)
    gone = tuple(name for name in pin.indicators if name not in ratings)
    chosen = read_group(pin.group)
    if reported and not pin.group:
        chosen = _GROUPS.get(ratings[reported[0]])
    own = "" if is_standing_heading(pin.group) else pin.group
    return replace(comment, group=chosen, indicators=reported, gone=gone, heading=own)


def needed_placeholders(rows: pd.DataFrame, comments: list[Comment]) -> list[Comment]:
    """List the placeholders to offer: one for the area and for each rated indicator without a comment."""
    spoken_of = {name for comment in comments if not comment.empty for name in comment.indicators}
    general = [comment for comment in comments if comment.text and not comment.progress]
    of_area = any(not comment.indicators and comment.group is None for comment in general)
    of_the_area = [] if of_area else [Comment(None)]
    return of_the_area + [
        Comment(_GROUPS[Rag(row["rag"])], (str(name),))
        for name, row in rows.iterrows()
        if row["rag"] in _GROUPS and name not in spoken_of
    ]


def reading_order(comment: Comment) -> int:
    """Return the sort key of a comment: the area first, then its progress, then the four groups."""
    return list(Group).index(comment.group) + 2 if comment.group else int(comment.progress)
