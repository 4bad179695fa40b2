"""Numbers as people write them: 1,953, 67%, 67 per cent, twelve, almost 2,000."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass


def _listed(text: str) -> list[str]:
    return text.split()


_ONES = _listed(
    """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen
    """
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
#: Numbers as words, up to ninety-nine; larger ones are written in digits.
WORDS = (
    {word: value for value, word in enumerate(_ONES, 1)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {f"{ten}-{one}": 10 * tens + ones for tens, ten in enumerate(_TENS, 2) for ones, one in enumerate(_ONES[:9], 1)}
)
_NEAR = ("about", "around", "approximately", "approx", "circa", "roughly", "some", "close to", "in the region of")
_BELOW = ("almost", "nearly", "just under", "just below", "under", "fewer than", "less than", "up to", "at most")
_ABOVE = ("just over", "just above", "over", "more than", "at least")

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?"
_SPELT = "|".join(sorted(WORDS, key=len, reverse=True))
_HEDGES = "|".join(sorted((*_NEAR, *_BELOW, *_ABOVE), key=len, reverse=True)).replace(" ", r"\s+")


def number(name: str) -> str:
    """Make a pattern of a number with what is said of its nearness and unit, as groups that start with a name.

    A number that belongs to money, a date, a name ("Q3", "s47", "16-17", "24/7") or a fraction is none of these.
    """
    return (
        rf"(?:(?P<{name}_near>{_HEDGES})\s+)?"
        rf"(?P<{name}>(?<![\w.,/£$€+-])(?:{_DIGITS}|(?:{_SPELT})\b)(?![\d/]|,\d|\.\d|-\w|st\b|nd\b|rd\b|th\b|[a-z]))"
        rf"(?P<{name}_unit>\s?%|\s?per\s?cent\b|\s?pp\b|\s+percentage\s+points?\b|\s+points?\b|\s?%\s+points?\b)?"
    )


@dataclass(frozen=True)
class Quantity:
    """A number as written.

    Parameters
    ----------
    value : float
        The number.
    decimals : int
        How many decimals it is written with.
    near : str
        What is said of its nearness: ``about``, ``almost``, ``over``; else blank.
    unit : str
        ``%``, ``points`` or blank.
    """

    value: float
    decimals: int
    near: str
    unit: str

    @classmethod
    def read(cls, found: re.Match[str], name: str) -> Quantity:
        """Read a number that the pattern of `number` has found."""
        text = found[name]
        value = float(WORDS[text]) if text in WORDS else float(text.replace(",", ""))
        unit = (found[f"{name}_unit"] or "").strip()
        kind = "" if not unit else "points" if "point" in unit or unit == "pp" else "%"
        near = re.sub(r"\s+", " ", found[f"{name}_near"] or "")
        return cls(value, len(text.partition(".")[2]), near, kind)

    def says(self, figure: float) -> bool:
        """Whether a careful person could write a figure so.

        Examples
        --------
        >>> Quantity(67, 0, "", "%").says(66.7), Quantity(2000, 0, "almost", "").says(1953)
        (True, True)
        """
        slack = 0.5 * 10.0**-self.decimals
        if self.value >= 100 and self.value % 100 == 0 and not self.unit:
            slack = 50.0
        if self.near in _NEAR:
            slack = max(slack, 0.05 * abs(self.value), 2.0 if self.unit else 0.0)
        low, high = self.value - slack, self.value + slack
        if self.near in _BELOW:
            low = min(low, 0.9 * self.value - 2) if self.near in _BELOW[:4] else -math.inf
        if self.near in _ABOVE:
            high = max(high, 1.1 * self.value + 2) if self.near in _ABOVE[:2] else math.inf
        return low - 1e-9 <= figure <= high + 1e-9

    def says_any(self, figures: Iterable[float]) -> bool:
        """Whether it can be any of some figures."""
        return any(self.says(figure) for figure in figures)
