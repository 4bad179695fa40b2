"""Numbers that contradict one another, whatever they are about: "3 of 12 (35%)", "fell from 66% to 71%"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quarterly.commentary.claims import phrases
from quarterly.commentary.claims.doubt import Kind
from quarterly.commentary.claims.measures import Measure
from quarterly.commentary.claims.quantities import Quantity, number
from quarterly.commentary.claims.statements import Statement

_SHARE = re.compile(
    rf"{number('part')}\s+(?:out\s+)?of\s+(?:the\s+|our\s+|all\s+)*{number('whole')}(?:\s+[a-z'-]+){{0,3}}\s*\(\s*{number('share')}"
    r"\s*[),;]"
)
_SHARE_FIRST = re.compile(
    rf"{number('share')}\s*\(\s*{number('part')}\s*(?:out\s+of|of|/)\s*(?:the\s+)?{number('whole')}(?:\s+[a-z'-]+){{0,3}}\s*[),;]"
)
_OUT_OF = re.compile(rf"{number('part')}\s+out\s+of\s+(?:the\s+|our\s+|all\s+)*{number('whole')}")
FROM_TO = re.compile(
    rf"\bfrom\s+{number('a')}(?P<between>(?:\s+(?:in|last|at|this|the|quarter|q[1-4]))*)\s+to\s+{number('b')}"
)
_UPWARDS = re.compile(
    rf"\b{phrases.any_of('rose', 'risen', 'increased', 'up', 'grown', 'grew', 'gone up', 'went up', 'climbed')}\s+$"
)
_DOWNWARDS = re.compile(
    rf"\b{phrases.any_of('fell', 'fallen', 'decreased', 'down', 'dropped', 'reduced', 'declined', 'dipped')}\s+$"
)


@dataclass(frozen=True)
class Wrong:
    """A number that no reading agrees with: its place in the clause, and what is known if not the figures."""

    start: int
    end: int
    measures: tuple[Measure, ...]
    known: str = ""
    kind: Kind = Kind.NUMBER


def shares(statement: Statement) -> Iterator[Wrong]:
    """Find "3 of 12 (35%)" and "18 out of 15", whatever they are about."""
    text = statement.clause.text
    done = 0
    for found in [*_SHARE.finditer(text), *_SHARE_FIRST.finditer(text)]:
        part, whole, share = (Quantity.read(found, name) for name in ("part", "whole", "share"))
        if whole.value <= 0 or share.unit != "%" or part.unit or whole.unit:
            continue
        percentage = 100 * part.value / whole.value
        slack = 0.1 * 10.0**-share.decimals
        # "All but 3 of 84 (96%)" gives the share of the others.
        possible = (percentage + shift for percentage in (percentage, 100 - percentage) for shift in (-slack, 0, slack))
        if not share.says_any(possible):
            start = min(found.start("part"), found.start("share"))
            end = max(found.end("share_unit"), found.end("whole"))
            end += text[end : end + 1] == ")"
            done = end
            yield Wrong(start, end, statement.measures, f"{part.value:g} of {whole.value:g} is {percentage:.3g}%")
    for found in _OUT_OF.finditer(text, done):
        part, whole = Quantity.read(found, "part"), Quantity.read(found, "whole")
        if part.value > whole.value > 0 and not part.unit and not whole.unit:
            yield Wrong(
                found.start("part"),
                found.end("whole"),
                statement.measures,
                f"{part.value:g} is more than {whole.value:g}",
            )


def turned_round(statement: Statement) -> Iterator[Wrong]:
    """Find "fell from 66% to 71%", whatever it is about."""
    text = statement.clause.text
    for found in FROM_TO.finditer(text):
        first, last = Quantity.read(found, "a"), Quantity.read(found, "b")
        up, down = (pattern.search(text, 0, found.start()) for pattern in (_UPWARDS, _DOWNWARDS))
        if (up and last.value < first.value) or (down and last.value > first.value):
            start = (up or down).start()  # type: ignore[union-attr]
            known = f"from {found['a']} to {found['b']} is {'a fall' if up else 'a rise'}"
            yield Wrong(start, found.end(), statement.measures, known, Kind.DIRECTION)
