"""Find numbers in officers' words that are withheld figures, or from which one can be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import digit

from quarterly.commentary.claims.quantities import NUMBER, Quantity, amounts
from quarterly.core.terms import Unit
from quarterly.measures.cases import Figure

#: Numbers in shorthand, which the check of claims takes for names and dates: "3/12", "3-4", "c.3", "x3", "3no".
_SHORTHAND = re.compile(
    r"(?<![\d/.,£$€-])(?P<first>\d{1,3})\s?[/–-]\s?(?P<second>\d{1,3})(?![\d/]|[.,-]\d)"
    r"|\b(?:c\.|x)(?P<about>\d{1,4})\b|\b(?P<times>\d{1,4})(?:x|no|nr|pc)\b"
)
#: Counting words other than numerals.
_COUNTING = {
    **dict.fromkeys(("nobody", "no one", "no-one", "none", "nil", "zero"), 0),
    **dict.fromkeys(("single", "sole", "once"), 1),
    **dict.fromkeys(("couple", "pair", "both", "neither", "twice", "twins"), 2),
    **dict.fromkeys(("trio", "thrice", "triplets"), 3),
    **dict.fromkeys(("half a dozen", "half-a-dozen"), 6),
    "dozen": 12,
}
#: Words for none of something, such as "no such placements" or "not one child", but not "no longer" or "no change".
_NO = re.compile(
    r"\bno\s+(?!longer\b)(?:[\w-]+\s+){0,2}?(?:(?!this\b|news\b)[a-z]{2,}[^\W\ds]s|children|child|people|person)\b"
    r"|\bnot\s+(?:one|a\s+single)\b|(?:\bnot|n['\u2019]t|\bwithout)\s+(?:have\s+|had\s+)?any\b"
)
_COUNTED = re.compile(rf"\b(?P<word>{'|'.join(sorted(_COUNTING, key=len, reverse=True))})\b")
#: Words that make a number a difference between two figures, and phrases for a multiple of one.
_CHANGE = re.compile(
    r"\b(?:fewer|less|more|higher|lower|up|down|fell|fall\w*|rose|ris\w+|drop\w*|increas\w*|decreas\w*|reduc\w*|grew"
    r"|grow\w*|added|extra|additional|gone|went|improv\w*|worse\w*|all but|except|apart from|other|rest|remaining|from"
    r"|than|another)\b"
)
_FACTORS = {"halved": 0.5, "half of": 0.5, "doubled": 2.0, "twice as many": 2.0, "trebled": 3.0, "tripled": 3.0}
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.](?=\d)[^.!?;\n]*)*")


def given_away(
    words: str, withheld: Iterable[Figure], public: Mapping[str, Iterable[float]] | None = None
) -> Iterator[tuple[str, Figure]]:
    """Yield the phrases that give away a withheld figure, or the cases behind it, each with that figure.

    A number that is only close to a withheld one is not listed. ``public`` has the figures that readers see, by
    indicator: together with a difference they give away a withheld one.

    Notes
    -----
    A number counts whatever its sentence is about: missing one is worse here than asking an officer to reword it.
    In `quarterly.commentary.claims` it is the other way round.
    """
    figures = list(withheld)
    for sentence in _SENTENCE.finditer(words):
        # Digits in circles, raised or of other scripts are numbers too.
        text = sentence[0]
        lower = "".join(str(digit(each, each)) for each in text).lower()
        said = [(text[at:end], value, unit) for at, end, value, unit in _quantities(lower)]
        moved = _CHANGE.search(lower) is not None
        for figure in figures:
            seen = [value for value in (public or {}).get(figure.indicator, ()) if value == value]
            hidden = list(_numbers(figure))
            for quote, value, unit in said:
                worked_out = {value, *(known + way * value for known in seen for way in (1, -1) if moved)}
                if any(_among(number, worked_out) and kind in ("", unit) for number, kind in hidden):
                    yield quote, figure
            for phrase, factor in _FACTORS.items():
                known = [*seen, *(value for _, value, _ in said)]
                if phrase in lower and any(_among(number, {factor * one for one in known}) for number, _ in hidden):
                    yield phrase, figure


def _quantities(lower: str) -> Iterator[tuple[int, int, float, str]]:
    for found in NUMBER.finditer(lower):
        quantity = Quantity.read(found, "n")
        yield found.start("n"), found.end("n"), quantity.value, quantity.unit
    for found in _SHORTHAND.finditer(lower):
        yield from ((*found.span(name), float(text), "") for name, text in found.groupdict().items() if text)
    for part in (one for one in amounts(lower) if one.quantity.unit == "part"):
        yield from ((part.start, part.end, round(part.quantity.value, places), "%") for places in (0, 1))
    for found in _COUNTED.finditer(lower):
        yield found.start(), found.end(), float(_COUNTING[found["word"]]), ""
    yield from ((*found.span(), 0.0, "") for found in _NO.finditer(lower))


def _among(number: float, others: Iterable[float]) -> bool:
    return any(abs(number - other) < 1e-6 for other in others)


def _numbers(figure: Figure) -> Iterator[tuple[float, str]]:
    """Yield its value, the cases behind it, and what both leave out, which gives them away as well."""
    percentage = figure.unit == Unit.PERCENTAGE
    if figure.value is not None:
        values = [figure.value, *([round(100 - figure.value, 6)] if percentage else [])]
        yield from ((value, "%" if percentage else "") for value in values)
    cases = [each for each in (figure.numerator, figure.denominator) if each is not None]
    yield from ((each, "") for each in [*cases, *([cases[1] - cases[0]] if percentage and len(cases) == 2 else [])])
