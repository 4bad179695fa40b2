"""The equations between numbers of cases that tie figures to one another, as any reader can write them down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf

import pandas as pd

from quarterly.core.rounding import half_unit
from quarterly.core.terms import Unit
from quarterly.data.evidence import COUNTS_CASES, Relation
from quarterly.disclosure.primary import counts_cases, is_count, is_share
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import Figure, Known


class Part(StrEnum):
    """Which number of cases of a figure: the number counted, or the total that it is out of."""

    COUNTED = "counted"
    OF = "of"


@dataclass(frozen=True)
class Unknown:
    """A number of cases that a reader may not know."""

    #: The figure with the value known at some time: after a restatement it is a different one.
    figure: Figure
    part: Part  # the number counted, or the total


Terms = tuple[tuple[Unknown, float], ...]


@dataclass(frozen=True)
class Equation:
    """A sum of unknowns that lies between two bounds."""

    terms: Terms  # the unknowns with their factors
    #: The bounds; equal for an exact equation.
    lowest: float = 0.0
    highest: float = 0.0


def counted(figure: Figure) -> Unknown:
    """Return the number that a figure counts."""
    return Unknown(figure, Part.COUNTED)


def total_of(figure: Figure) -> Unknown:
    """Return the total that a figure is out of."""
    return Unknown(figure, Part.OF)


def ties(known: Known, relations: pd.DataFrame) -> Iterator[Equation]:
    """Yield the equations that the relations imply for the figures of one edition, published or not."""
    kind_of = {indicator: figure for (indicator, _), figure in known.figures.items()}
    quarters = sorted({quarter for _, quarter in known.figures})

    def at(indicator: str, quarter: str) -> Figure:
        """Return a figure; a missing one is unknown to every reader."""
        like = kind_of[indicator]
        missing = Figure(indicator, quarter, like.unit, like.decimals, None, None, None)
        return known.figures.get((indicator, quarter), missing)

    parts: dict[str, list[str]] = defaultdict(list)
    for row in relations.itertuples(index=False):
        if {row.indicator_id, row.of} - set(kind_of):
            continue
        if row.relation == Relation.PART:
            parts[row.of].append(row.indicator_id)
            continue
        for quarter in quarters:
            others = [at(row.of, each) for each in known.covered(row.relation, row.indicator_id, row.of, quarter)]
            if others:
                yield from _tie(Relation(row.relation), at(row.indicator_id, quarter), others)
    order = list(kind_of)
    for whole, names in parts.items():
        names.sort(key=order.index)  # the order decides which parts are suppressed together
        for quarter in quarters:
            yield _sum([counted(at(name, quarter)) for name in names], counted(at(whole, quarter)))


def _tie(relation: Relation, figure: Figure, others: list[Figure]) -> Iterator[Equation]:
    counts = [counted(other) for other in others]
    if relation in COUNTS_CASES:
        yield _sum(counts, total_of(figure))
    elif relation in (Relation.COMPLEMENT, Relation.REMAINDER):
        yield _sum([counted(figure), *counts], total_of(figure))
    else:
        yield _sum(counts, counted(figure))
    versions = relation in (Relation.YEAR_TO_DATE, Relation.ROLLING) and figure.unit == Unit.PERCENTAGE
    if relation == Relation.COMPLEMENT or versions:
        yield _sum([total_of(other) for other in others], total_of(figure))


def _sum(parts: Iterable[Unknown], whole: Unknown) -> Equation:
    return Equation((*((part, 1.0) for part in parts), (whole, -1.0)))


def facts(figure: Figure, known: Known, *, published: bool, rule: DisclosureRule | None) -> Iterator[Equation]:
    """Yield what a reader knows about one figure on its own.

    ``published`` says whether readers see its value, with its numerator and denominator if it has them; what is
    published under a rule is not small.
    """
    one, whole = counted(figure), total_of(figure)
    yield Equation(((one, 1.0),), 0.0, inf)
    # The denominator of a percentage is at least 1.
    yield Equation(((whole, 1.0),), float(figure.unit == Unit.PERCENTAGE and figure.value is not None), inf)
    if figure.unit == Unit.PERCENTAGE:
        yield Equation(((one, 1.0), (whole, -1.0)), -inf, 0.0)
    if (people := known.population(figure)) is not None:
        yield Equation(((whole, 1.0),), people, people)  # the population is public
    if not published or figure.value is None:
        return
    if is_count(figure):
        yield Equation(((one, 1.0),), figure.value, figure.value)
        return
    half, scale = half_unit(figure.decimals), known.scale(figure)
    yield Equation(((one, 1.0), (whole, -(figure.value - half) / scale)), 0.0, inf)
    yield Equation(((one, 1.0), (whole, -(figure.value + half) / scale)), -inf, 0.0)
    for unknown, number in ((one, figure.numerator), (whole, figure.denominator)):
        if number is not None:
            yield Equation(((unknown, 1.0),), number, number)
    if rule is not None:
        yield from _not_small(figure, known, rule)


def _not_small(figure: Figure, known: Known, rule: DisclosureRule) -> Iterator[Equation]:
    """Yield what the rule implies about a percentage or a rate that it allows."""
    one, whole = ((counted(figure), 1.0),), ((total_of(figure), 1.0),)
    if counts_cases(figure) and (rule.zeros or figure.value):
        yield Equation(one, rule.counts_under, inf)
    if known.population(figure) is None:
        yield Equation(whole, rule.counts_under, inf)
        if rule.complements and is_share(figure) and (rule.zeros or figure.value != known.scale(figure)):
            yield Equation((*whole, (counted(figure), -1.0)), rule.counts_under, inf)
