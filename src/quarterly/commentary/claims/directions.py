"""Claims of direction: how a figure moved, and where it stands beside its target and its comparators."""

from __future__ import annotations

from collections.abc import Iterator

from quarterly.commentary.claims import movements, phrases, positions
from quarterly.commentary.claims.statements import Statement
from quarterly.commentary.claims.verdicts import Claim


def claims(statement: Statement) -> Iterator[Claim]:
    """Find the claims of direction in a clause that can be decided."""
    if statement.fact and statement.period.clear and not phrases.APART_FROM.search(statement.clause.text):
        yield from positions.claims(statement)
        yield from movements.claims(statement)
