"""Pins: the figures that a comment was written against, and how they have changed since.

Figures are stored as shown, so a change that readers cannot see does not count, and suppressed figures stay suppressed.
Standard library only, like `quarterly.commentary.cells`.
"""

from __future__ import annotations

from dataclasses import dataclass

from quarterly.core.terms import MISSING_REASONS

#: The figures stored for an indicator or an area, and how a sentence refers to each.
_CALLED = {
    "value": "this",
    "target": "the target",
    "rag": "the rating",
    "dot": "the direction of travel",
    "ratings": "the area",
}
#: Wording for missing figures in older pins, with its present form.
_FORMERLY = {"not targeted": "none", "not known": "not available"}
#: Stored in place of a figure that is now confidential, and of its rating and direction.
PUBLISHED = "published"
_JUDGED = {"value", "rag", "dot"}

#: By indicator id (`AREA` for the area as a whole): the name, and each figure as shown.
Figures = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Change:
    """One figure that has changed since a comment was written."""

    name: str  # the indicator's name; blank for the area
    figure: str  # value, target, rag, dot, or ratings for an area
    #: The old and the new figure, as shown.
    then: str
    now: str

    def __str__(self) -> str:
        been = "had" if self.figure == "ratings" else "was"
        is_now = "has" if self.figure == "ratings" else "is"
        return f"{_CALLED[self.figure]} {been} {self.then}; it {is_now} now {self.now}"


def changes(pinned: Figures, now: Figures) -> list[Change]:
    """List the figures that have changed since a comment was pinned, ignoring indicators no longer reported."""
    return [
        Change(now[name]["name"], figure, then[figure], now[name][figure])
        for name, then in pinned.items()
        if name in now
        for figure in _CALLED
        if figure in then and figure in now[name] and _today(then[figure]) != _today(now[name][figure])
    ]


def _today(text: str) -> str:
    return _FORMERLY.get(text.casefold(), text.casefold())


def without_confidential(pinned: Figures, now: Figures) -> Figures:
    """Replace the figures in a pin that are now confidential: only that they were published may be said."""
    return {
        name: {figure: PUBLISHED if figure in _JUDGED else shown for figure, shown in then.items()}
        if _is_confidential(now.get(name, {})) and not _is_confidential(then)
        else then
        for name, then in pinned.items()
    }


def _is_confidential(figures: dict[str, str]) -> bool:
    return figures.get("value", "").casefold() == MISSING_REASONS["c"]


def describe(changed: list[Change]) -> str:
    """Describe changes, in one sentence for each indicator.

    Examples
    --------
    >>> name = "Reviews in time"
    >>> print(describe([Change(name, "value", "67%", "71%"), Change(name, "rag", "RED", "AMBER")]))
    Reviews in time: written when this was 67%; it is now 71%, and when the rating was RED; it is now AMBER.
    """
    sentences = []
    for name in dict.fromkeys(change.name for change in changed):
        said = ", and when ".join(str(change) for change in changed if change.name == name)
        sentences.append(f"{name}: written when {said}." if name else f"Written when {said}.")
    return " ".join(sentences)
