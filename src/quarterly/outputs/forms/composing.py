"""Rewrite the text of a comment's cell from parts that come from the notebook and from Word."""

from __future__ import annotations

from collections.abc import Sequence

from quarterly.commentary.format import PROMPT, Comment, guarded, opening_of, read_comment
from quarterly.measures.scorecard import Scorecard


def name_of(name: str, scorecard: Scorecard, known_as: dict[str, str]) -> str:
    """Return the current name of an indicator, or its last name if it is no longer reported."""
    if name in scorecard.rows.index:
        return str(scorecard.rows.loc[name, "name"])
    return next((old for old, each in known_as.items() if each == name), name)


def with_heading(comment: Comment, told: Comment, *, both: bool) -> Comment:
    """Return a comment with the group and indicators of `told`; with `both`, keep its own as well."""
    if both:
        indicators = tuple(dict.fromkeys((*comment.indicators, *told.indicators)))
        gone = tuple(dict.fromkeys((*comment.gone, *told.gone)))
        return Comment(comment.group, indicators, comment.text, comment.heading, gone)
    return Comment(told.group, told.indicators, comment.text, told.heading, told.gone)


def with_words(comment: Comment, words: str) -> Comment:
    """Return a comment with different words."""
    return Comment(comment.group, comment.indicators, words.strip(), comment.heading, comment.gone)


def compose(comment: Comment, before: str, names: Sequence[str], scorecard: Scorecard, known_as: dict[str, str]) -> str:
    """Write a comment as the text of a cell, keeping its opening as typed if the meaning is the same.

    ``before`` is the current text of the cell, and ``known_as`` maps former names of indicators to their ids.
    """
    rows, words = scorecard.rows, comment.text or PROMPT
    bullets = "\n".join(f"- {name}" for name in names)
    heading = f"### {comment.heading or comment.placed}"
    opening = opening_of(before, rows, known_as).rstrip()
    texts = [
        "\n\n".join(part for part in parts if part)
        for parts in ((opening, words), (heading, bullets, words), (heading, bullets, guarded(words)))
    ]
    wanted = (comment.group, comment.indicators, comment.gone, comment.text)
    for text in texts:
        read = read_comment(text, rows, known_as)
        if (read.group, read.indicators, read.gone, read.text) == wanted:
            return text
    return texts[-1]
