"""Interpret Excel number formats: percentages, thousands, times and decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

from quarterly.core.terms import Unit

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_WORDS = re.compile(r'"([^"]*)"|\\(.)')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_HOLDS = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne}
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CLOCK = re.compile(r"h|:ss|mm:", re.IGNORECASE)
_SCALE = re.compile(r"[0#?](,+)(?=[^0#?,]|$)")


@dataclass(frozen=True)
class Format:
    """The effect of a number format."""

    unit: str = ""  # the `Unit` that it shows with the number, or blank
    hundredfold: bool = False  # whether it multiplies by 100, as for a percentage stored as a fraction
    scale: int = 1  # the divisor: 1,000 for thousands
    decimals: int | None = None  # the decimals shown; None if that depends on the number
    time: bool = False  # whether it shows a time of day or a length of time
    words: str = ""  # text that it shows with the number, or instead of it
    shown: bool = True  # whether it shows the number at all


def read_format(form: str, value: Decimal = Decimal(1)) -> Format:
    """Return the effect of a number format on a number.

    Examples
    --------
    >>> read_format("0.0%").hundredfold, read_format('0"%"').hundredfold, read_format("#,##0,").scale
    (True, False, 1000)
    >>> read_format('[<5]"c";0', Decimal(3)).words
    'c'
    """
    if form in ("", "General", "@"):
        return Format()
    part = _section(re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', form), value)
    literals = "".join(_LITERAL.findall(part)) + "".join(_CURRENCY.findall(part))
    bare = _BRACKETS.sub("", _ELAPSED.sub("h", _CURRENCY.sub("", _LITERAL.sub("", part))))
    time = bool(_CLOCK.search(bare)) and not re.search("[dy]", bare, re.IGNORECASE)
    percent, pounds = "%" in bare, "£" in bare + literals
    unit = Unit.PERCENTAGE if percent or "%" in literals else Unit.POUNDS if pounds else ""
    commas = _SCALE.search(bare)
    digits = re.search("[0#?]", bare)
    places = len(re.sub("[^0#?]", "", bare.partition(".")[2])) if digits and "e" not in bare.casefold() else None
    words = "".join(map("".join, _WORDS.findall(part)))
    shown = bool(digits) or "general" in bare.casefold() or "@" in bare
    return Format(unit, percent, 1000 ** len(commas[1]) if commas else 1, places, time, words.strip(" %£-–()"), shown)


def _section(sections: list[str], value: Decimal) -> str:
    """Return the section of a number format that applies to a number, by its condition or else by the number's sign."""
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _HOLDS[condition[1]](value, Decimal(condition[2])):
                return section
    place = 1 if value < 0 else 2 if value == 0 else 0
    return sections[place] if place < min(len(sections), 3) else sections[0]
