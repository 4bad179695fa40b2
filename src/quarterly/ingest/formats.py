"""What a number format of Excel makes of a number: a percentage, thousands, a time, so many decimals."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quarterly.core.terms import Unit

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_CLOCK = re.compile(r"h|:ss|mm:", re.IGNORECASE)
_SCALE = re.compile(r"[0#?](,+)(?=[^0#?,]|$)")


@dataclass(frozen=True)
class Format:
    """What a number format does."""

    unit: str = ""  # the `Unit` that it writes beside the number, or blank
    hundredfold: bool = False  # whether it multiplies by 100, as a percentage that is kept as a fraction is
    scale: int = 1  # by what it divides: 1,000 for thousands
    decimals: int | None = None  # with how many decimals it shows a number; None where that depends on the number
    time: bool = False  # whether it shows a time of day or a length of time


def read_format(form: str) -> Format:
    """State what a number format does to a number above 0.

    Examples
    --------
    >>> read_format("0.0%").hundredfold, read_format('0"%"').hundredfold, read_format("#,##0,").scale
    (True, False, 1000)
    """
    if form in ("", "General", "@"):
        return Format()
    first = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', form, maxsplit=1)[0]
    literals = "".join(_LITERAL.findall(first)) + "".join(_CURRENCY.findall(first))
    bare = _BRACKETS.sub("", _ELAPSED.sub("h", _CURRENCY.sub("", _LITERAL.sub("", first))))
    time = bool(_CLOCK.search(bare)) and not re.search("[dy]", bare, re.IGNORECASE)
    percent, pounds = "%" in bare, "£" in bare + literals
    unit = Unit.PERCENTAGE if percent or "%" in literals else Unit.POUNDS if pounds else ""
    commas = _SCALE.search(bare)
    fixed = re.search("[0#?]", bare) and "e" not in bare.casefold()
    places = len(re.sub("[^0#?]", "", bare.partition(".")[2])) if fixed else None
    return Format(unit, percent, 1000 ** len(commas[1]) if commas else 1, places, time)
