"""Numbers as people write them: 1,953, 67%, 67 per cent, twelve, almost 2,000."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from quarterly.commentary.claims.phrases import any_of, phrases
from quarterly.core.rounding import half_unit, within

_ONES = phrases(
    """one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen, sixteen,
    seventeen, eighteen, nineteen"""
)
_TENS = phrases("twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety")
#: Numbers in words, up to ninety-nine; larger ones are written in digits.
WORDS = (
    {word: value for value, word in enumerate(_ONES, 1)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {f"{ten}-{one}": 10 * tens + ones for tens, ten in enumerate(_TENS, 2) for ones, one in enumerate(_ONES[:9], 1)}
)
_NEAR = phrases("about, around, approximately, approx, circa, roughly, some, close to, in the region of, barely")
_JUST_BELOW = phrases("almost, nearly, just under, just below, getting on for")
_BELOW = phrases(
    "under, below, fewer than, less than, lower than, up to, at most, no more than, not more than, no higher than"
)
_JUST_ABOVE = phrases("just over, just above")
_ABOVE = phrases(
    """over, well over, above, more than, higher than, greater than, in excess of, exceeded, exceeds,
    at least, no fewer than, no less than, no lower than"""
)

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?"
_SPELT = any_of(*WORDS)
_HEDGES = any_of(*_NEAR, *_JUST_BELOW, *_BELOW, *_JUST_ABOVE, *_ABOVE)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_WORDED = re.compile(
    rf"\b(?:(?P<near>{_HEDGES})\s+)?(?:"
    # "nine in ten", but not "four in two quarters"
    rf"(?:(?P<few>{_SPELT})\s+(?:in|out\s+of)\s+(?:every\s+)?(?P<many>{_SPELT})|(?P<digit>\d)\s+in\s+(?P<ten>\d\d?))\b"
    r"(?!\s+(?:quarter|year|month|week|day|hour|working)|[\d.,]*\d|%)"
    # "half", "two thirds of", "by a quarter", but not "three quarters in a row"
    r"|(?:(?P<count>a|one|two|three|four|nine)\s+)?(?P<part>half|(?:third|fifth|sixth|tenth)s?"
    r"|(?<=by\sa\s)quarter|(?<=three\s)quarters(?=\s+of)|quarter(?=\s+of))"
    r"(?=\s*(?:of\s+(?!growth|decline|the\s+year)|$|[.,;!)]|on\s|since\s|in\s+time|were\s|was\s))"
    r"|(?P<dozens>a|half\s+a|one|two|three)\s+dozen\b"
    r"|(?P<none>no|none(?:\s+of)?)\b(?!\s+(?:longer|change|more|fewer|less|further|higher|lower|better|worse|improvement|increase|decrease|reduction))"
    r"|^\s*(?P<all>every|all(?:\s+of)?)\b(?!\s+(?:quarter|year|but|together)))"
)


def number(name: str) -> str:
    """Return a pattern for a number with its hedge and unit, as groups whose names start with ``name``.

    It does not match a number that is part of money, a date, a name ("Q3", "s47", "16-17", "24/7") or a fraction.
    """
    return (
        rf"(?:(?P<{name}_near>{_HEDGES})\s+)?"
        rf"(?P<{name}>(?<![\w.,/£$€+-])(?:{_DIGITS}|{_SPELT}\b)(?![\d/]|,\d|\.\d|-\w|st\b|nd\b|rd\b|th\b|[a-z]))"
        rf"(?P<{name}_unit>\s?%|\s?per\s?cent\b|\s?pp\b|\s+percentage\s+points?\b|\s+points?\b|\s?%\s+points?\b)?"
    )


#: A number in digits or spelt out, as the group ``n``.
NUMBER = re.compile(number("n"))


@dataclass(frozen=True)
class Quantity:
    """A number as written."""

    value: float
    decimals: int
    near: str  # its hedge: "about", "almost", "over"; otherwise blank
    unit: str  # "%", "points", "part" for a fraction in words, "all" for all or none, or blank

    @classmethod
    def read(cls, found: re.Match[str], name: str) -> Quantity:
        """Read a number matched by the pattern of `number`."""
        text = found[name]
        value = float(WORDS[text]) if text in WORDS else float(text.replace(",", ""))
        unit = (found[f"{name}_unit"] or "").strip()
        kind = "" if not unit else "points" if "point" in unit or unit == "pp" else "%"
        near = re.sub(r"\s+", " ", found[f"{name}_near"] or "")
        return cls(value, len(text.partition(".")[2]), near, kind)

    def says(self, figure: float) -> bool:
        """Return whether a careful writer could describe a figure by this quantity.

        Examples
        --------
        >>> Quantity(67, 0, "", "%").says(66.7), Quantity(2000, 0, "almost", "").says(1953)
        (True, True)
        """
        slack = half_unit(self.decimals)
        if self.unit == "part":
            slack = min(3.0, 0.2 * self.value)
        if self.value >= 100 and self.value % 100 == 0 and not self.unit:
            slack = 50.0
        if self.near in _NEAR:
            slack = max(slack, 0.05 * abs(self.value), 2.0 if self.unit else 0.0)
        low, high = self.value - slack, self.value + slack
        if self.near in (*_JUST_BELOW, *_BELOW):
            low = min(low, 0.9 * self.value - 2) if self.near in _JUST_BELOW else -math.inf
        if self.near in (*_JUST_ABOVE, *_ABOVE):
            high = max(high, 1.1 * self.value + 2) if self.near in _JUST_ABOVE else math.inf
        return bool(within(figure, low, high))


@dataclass(frozen=True)
class Amount:
    """A quantity and its position in a text: ``opens`` at its hedge ("almost"), ``start`` at the number itself."""

    opens: int
    start: int
    end: int
    quantity: Quantity


def amounts(text: str) -> list[Amount]:
    """List the quantities in a lower-case text: in digits, in words, as a fraction, and "no" and "every"."""
    worded = [(one.span(), _worded(one)) for one in _WORDED.finditer(text)]
    found = [Amount(start, start, end, quantity) for (start, end), quantity in worded if quantity]
    plain = _WORDED.sub(lambda one: " " * len(one[0]) if _worded(one) else one[0], text)
    for digits in NUMBER.finditer(plain):
        end = max(digits.end("n"), digits.end("n_unit"))
        found.append(Amount(digits.start(), digits.start("n"), end, Quantity.read(digits, "n")))
    return sorted(found, key=lambda one: one.start)


def _worded(found: re.Match[str]) -> Quantity | None:
    """Read a fraction or a count in words; None for "third" on its own."""
    near = re.sub(r"\s+", " ", found["near"] or "")
    if found["dozens"]:
        return Quantity(12 * (0.5 if " " in found["dozens"] else WORDS.get(found["dozens"], 1)), 0, near, "")
    if found["none"] or found["all"]:
        return Quantity(0.0 if found["none"] else 100.0, 0, near, "all")
    if found["few"]:
        share = WORDS[found["few"]] / WORDS[found["many"]]
    elif found["digit"]:
        share = int(found["digit"]) / max(int(found["ten"]), 1)
    elif found["count"] or found["part"] == "half":
        share = WORDS.get(found["count"], 1) / _PARTS[found["part"].removesuffix("s")]
    else:
        return None
    return Quantity(100 * share, 0, near, "part") if share <= 1 else None
