"""The editions in ``reports/``: which there are, and what officers wrote in them."""

from __future__ import annotations

from pathlib import Path

import nbformat

from quarterly.judgement.scorecard import Scorecard
from quarterly.narrative.commentary import TAG, Comment, read_comment
from quarterly.words.errors import MalformedQuarter
from quarterly.words.quarters import Quarter


def editions(root: Path) -> list[Quarter]:
    """List the quarters that have an edition, oldest first."""
    found = []
    for folder in (root / "reports").glob("*"):
        try:
            quarter = Quarter.parse(folder.name)
        except MalformedQuarter:
            continue
        if (folder / "index.ipynb").is_file():
            found.append(quarter)
    return sorted(found)


def edition_file(root: Path, quarter: Quarter, name: str) -> Path:
    """Say where a notebook of an edition is kept."""
    return root / "reports" / str(quarter) / f"{name}.ipynb"


def published_comments(root: Path, area_id: str, scorecard: Scorecard) -> list[Comment]:
    """Read the comments of an area in the order of its notebook, without the empty places.

    Parameters
    ----------
    root : Path
        The project's folder.
    area_id : str
        The area, and the name of its notebook.
    scorecard : Scorecard
        Of the quarter, for the names of its indicators.
    """
    path = edition_file(root, scorecard.quarter, area_id)
    if not path.is_file():
        return []
    cells = nbformat.read(path, as_version=4).cells
    sources = [cell.source for cell in cells if TAG in cell.metadata.get("tags", [])]
    comments = [read_comment(source, scorecard.rows) for source in sources]
    return [comment for comment in comments if not comment.empty]
