"""Where a comment belongs: the places that an area offers, and the order in which comments are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from quarterly.commentary.format import Comment
from quarterly.commentary.groups import is_standing_heading, read_group
from quarterly.core.terms import Group, Rag

if TYPE_CHECKING:
    import pandas as pd

#: The group that an indicator's place is in until an officer says otherwise.
_GROUPS: dict[str, Group] = {Rag.GREEN: Group.GREEN, Rag.AMBER: Group.AMBER, Rag.RED: Group.RED_WATCH}
OFFERED = tuple(_GROUPS.values())


def belongs_to(comment: Comment, indicators: tuple[str, ...], ratings: Mapping[str, str], group: str = "") -> Comment:
    """Give a comment whose heading and bullets were deleted the group and indicators of the place it was typed into.

    The ratings are of the indicators that are reported. They say the group where the place's own is not known.
    """
    if comment.heading or comment.indicators or comment.gone:
        return comment
    reported = tuple(name for name in indicators if name in ratings)
    gone = tuple(name for name in indicators if name not in ratings)
    if group:
        own = "" if is_standing_heading(group) else group
        return replace(comment, group=read_group(group), indicators=reported, gone=gone, heading=own)
    return replace(
        comment, group=_GROUPS.get(ratings[reported[0]]) if reported else None, indicators=reported, gone=gone
    )


def needed_places(rows: pd.DataFrame, comments: list[Comment]) -> list[Comment]:
    """List the empty places to offer: the area, and each rated indicator, that no comment is about."""
    spoken_of = {name for comment in comments if not comment.empty for name in comment.indicators}
    general = [comment for comment in comments if comment.text and not comment.progress]
    of_area = any(not comment.indicators and comment.group is None for comment in general)
    return [Comment(None)] * (not of_area) + [
        Comment(_GROUPS[Rag(row["rag"])], (str(name),))
        for name, row in rows.iterrows()
        if row["rag"] in _GROUPS and name not in spoken_of
    ]


def reading_order(comment: Comment) -> int:
    """Order comments as they are read: the area first, then what it promised, then the four groups."""
    return list(Group).index(comment.group) + 2 if comment.group else int(comment.progress)
