"""Contradictions between commentary and ratings: comments in the wrong group, red indicators without commentary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from quarterly.commentary.finding import Finding, Level, quoted, with_accepted
from quarterly.commentary.read import Written, read_area
from quarterly.core.terms import Accepted, Group, Rag
from quarterly.data.project import edition_file
from quarterly.measures.scorecard import Scorecard

_RATINGS = {Group.GREEN: Rag.GREEN, Group.AMBER: Rag.AMBER, Group.RED_WATCH: Rag.RED, Group.RED_CONCERN: Rag.RED}


def contradictions(root: Path, scorecard: Scorecard, areas: Sequence[str], accepted: pd.DataFrame) -> list[Finding]:
    """List the contradictions between the commentary and the ratings in the current notebooks of an edition.

    Accepted findings are marked as such, with the reason.
    """
    found: list[Finding] = []
    for area in areas:
        name, part = edition_file(root, scorecard.quarter, area).relative_to(root).as_posix(), scorecard.area(area)
        read = read_area(root, area, scorecard.quarter, part) or []
        found += without_commentary(name, read, part.rows)
        found += [finding for one in read for finding in in_wrong_group(name, one, part.rows)]
    return with_accepted(found, accepted)


def without_commentary(name: str, read: list[Written], rows: pd.DataFrame) -> Iterator[Finding]:
    """Find the red and amber indicators of an area that have no comment."""
    spoken_of = {key for one in read if not one.comment.empty for key in one.comment.indicators}
    places = {one.comment.indicators[0]: one.number for one in read if one.comment.empty and one.comment.indicators}
    for key, row in rows.iterrows():
        if row["rag"] in (Rag.RED, Rag.AMBER) and key not in spoken_of:
            level = Level.ERROR if row["rag"] == Rag.RED else Level.WARNING
            message = f"{row['name']} is {row['rag']} and has no commentary. Write why, and what is being done."
            basis = f"{row['rag']} {row['value']}"
            yield Finding(level, name, places.get(str(key)), "", message, Accepted.SILENCE, str(key), basis)


def in_wrong_group(name: str, one: Written, rows: pd.DataFrame) -> Iterator[Finding]:
    """Find indicators whose rating contradicts the group of their comment, ignoring those that are not rated."""
    said = _RATINGS.get(one.comment.group) if one.comment.group and not one.comment.empty else None
    for key in one.comment.indicators:
        rag = rows.loc[key, "rag"]
        if said and rag and rag != said:
            called, heading, words = rows.loc[key, "name"], one.comment.heading, one.comment.words
            message = f"It is under '{heading}', but {called} is {rag}. Move that indicator to another group."
            basis = f"{heading} {rag} {words}"
            yield Finding(Level.ERROR, name, one.number, quoted(words), message, Accepted.GROUP, key, basis)
