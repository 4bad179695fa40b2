"""Numbers in officers' words that are figures which may not be published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quarterly.judgement.cases import Figure
from quarterly.narrative.claims.quantities import Quantity, number
from quarterly.words.terms import Unit

_NUMBER = re.compile(number("n"))


def given_away(words: str, withheld: Iterable[Figure]) -> Iterator[tuple[str, Figure]]:
    """Find the numbers in a comment that are withheld figures, or the cases behind one.

    Parameters
    ----------
    words : str
        The officer's words.
    withheld : iterable of Figure
        The withheld figures that the comment may be about.

    Yields
    ------
    tuple of (str, Figure)
        The number as written, and the figure that it is. A number that only nearly says it is not listed.

    Notes
    -----
    A number counts whatever its sentence is about: to miss one is worse here than to ask an officer to write a
    number otherwise. Elsewhere it is the other way round (`quarterly.narrative.claims`).
    """
    figures = list(withheld)
    for found in _NUMBER.finditer(words.lower()):
        quantity = Quantity.read(found, "n")
        for figure in figures:
            if any(quantity.value == value and unit in ("", quantity.unit) for value, unit in _numbers(figure)):
                yield words[found.start("n") : found.end("n")], figure


def _numbers(figure: Figure) -> Iterator[tuple[float, str]]:
    if figure.value is not None:
        yield figure.value, "%" if figure.unit == Unit.PERCENTAGE else ""
    yield from ((cases, "") for cases in (figure.numerator, figure.denominator) if cases is not None)
