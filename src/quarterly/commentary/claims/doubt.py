"""What is found: words of an officer that the figures contradict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a claim is of."""

    NUMBER = "number"
    DIRECTION = "direction"


@dataclass(frozen=True)
class Doubt:
    """A claim that the figures contradict."""

    quote: str  # the officer's words as they are in the comment: the sentence, or the part of a very long one
    said: str  # the words of the claim, as they are in the quote: ``67%`` or ``above target``
    known: str  # what the figures say, for people
    kind: Kind  # a number or a direction
