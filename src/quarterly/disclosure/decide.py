"""Which figures are withheld: edition by edition, with what a reader has of all editions before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.data.revisions import restated_for
from quarterly.disclosure.equations import Equation, Terms, Unknown, counted, facts, ties, total_of
from quarterly.disclosure.inference import allowing, has_solution, tied_to
from quarterly.disclosure.primary import Cases, Known
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import Figure


@dataclass(frozen=True)
class Withheld:
    """A figure that is not published.

    Parameters
    ----------
    figure : Figure
        The figure.
    protects : Figure or None
        The figure that it would give away; None where it is about too few cases itself.
    """

    figure: Figure
    protects: Figure | None = None


@dataclass
class Decisions:
    """What was decided of each figure as it was known at some edition, in the order of the editions.

    Parameters
    ----------
    published : dict
        Every figure that is decided, and whether it is published.
    withheld : dict of Figure to Withheld
        Those that are not.
    exposed : list of Figure
        Those that can be worked out all the same, because what gives them away is public already or exempt.
    """

    published: dict[Figure, bool] = field(default_factory=dict)
    withheld: dict[Figure, Withheld] = field(default_factory=dict)
    exposed: list[Figure] = field(default_factory=list)

    def withhold(self, figure: Figure, protects: Figure | None = None) -> None:
        """Decide that a figure is not published."""
        self.published[figure] = False
        self.withheld[figure] = Withheld(figure, protects)

    def publish(self, figure: Figure) -> None:
        """Decide that a figure is published."""
        self.published[figure] = True
        self.withheld.pop(figure, None)


@dataclass
class _Reader:
    """What a reader of all editions so far can write down, and the truth that it must allow for."""

    rule: DisclosureRule
    decisions: Decisions
    cases: dict[Figure, Cases | None] = field(default_factory=dict)
    known: dict[Figure, Known] = field(default_factory=dict)
    ties: dict[Equation, None] = field(default_factory=dict)
    truth: dict[Unknown, float] = field(default_factory=dict)

    def learns(self, known: Known, new: Iterable[Figure], equations: Iterable[Equation]) -> None:
        for figure in new:
            cases = self.cases[figure] = known.cases(figure)
            self.known[figure] = known
            if cases is not None:
                numbers = {counted(figure): cases.counted, total_of(figure): cases.of}
                self.truth |= {unknown: number for unknown, number in numbers.items() if number is not None}
        self.ties |= dict.fromkeys(equations)

    def figures_tied_to(self, figure: Figure) -> list[Figure]:
        equations = tied_to([counted(figure), total_of(figure)], self._joined())
        return list(dict.fromkeys(unknown.figure for equation in equations for unknown, _ in equation.terms))

    def must_be_few(self, figure: Figure, among: list[Figure]) -> bool:
        """Say whether a reader who knows the equations between some figures can be sure that one is of few cases."""
        cases, rule = self.cases[figure], self.rule
        if cases is None:
            return False
        inside = set(among)
        equations = [tie for tie in self.ties if all(unknown.figure in inside for unknown, _ in tie.terms)]
        for other in among:
            if other in self.known:
                published = self.decisions.published[other]
                equations += facts(other, self.known[other], published=published)
        allowed = [allowing(equation, self.truth) for equation in equations]
        one, whole = ((counted(figure), 1.0),), ((total_of(figure), 1.0),)
        wanted: list[Terms] = [one] if rule.small(cases.lowest, cases.highest) else []
        if cases.of is not None:
            wanted += [whole] if rule.small(cases.of, cases.of) else []
            left_out = rule.complements and rule.small(cases.of - cases.highest, cases.of - cases.lowest)
            wanted += [(*whole, (counted(figure), -1.0))] if left_out else []
        more = float("inf")
        return not all(has_solution([*allowed, Equation(terms, rule.counts_under, more)]) for terms in wanted)

    def _joined(self) -> list[Equation]:
        """Join what a figure counts to what it is of, beside the ties."""
        return [*self.ties, *(Equation(((counted(each), 1.0), (total_of(each), -1.0))) for each in self.known)]


def decide(basket: Basket, rule: DisclosureRule) -> Decisions:
    """Decide of every figure, at every edition that showed it, whether it may be published.

    Parameters
    ----------
    basket : Basket
        Everything known.
    rule : DisclosureRule
        What counts as too few.

    Notes
    -----
    A figure that was decided on is never decided on again: an edition cannot be taken back. So what an edition
    publishes first is safe beside everything before it, and a figure that an import restated is another one.
    """
    decisions = Decisions()
    reader = _Reader(rule, decisions)
    for quarter, known in _editions(basket):
        new = [figure for figure in known.figures.values() if figure.value is not None and figure not in reader.known]
        reader.learns(known, new, ties(known, basket.relations))
        for figure in new:
            decisions.publish(figure)
        if rule.since is None or quarter >= rule.since:
            _withhold_few(reader, new)
            _withhold_other_halves(reader, known, basket.relations, new)
            _protect(reader, new)
    return decisions


def _editions(basket: Basket) -> Iterator[tuple[Quarter, Known]]:
    """Give what was known at each edition, the first one first."""
    whole = Known.of(basket)
    last_change = max(restated_for(basket.restatements), default="")
    for quarter in basket.quarters:
        # Without a later change what was known then is the earlier part of what is known now.
        unchanged = str(quarter) >= last_change
        yield quarter, whole.until(quarter) if unchanged else Known.of(basket.as_known_at(quarter))


def _withhold_few(reader: _Reader, new: list[Figure]) -> None:
    for figure in new:
        cases = reader.cases[figure]
        if figure.indicator not in reader.rule.exempt and cases is not None and cases.few(reader.rule):
            reader.decisions.withhold(figure)


def _withhold_other_halves(reader: _Reader, known: Known, relations: pd.DataFrame, new: list[Figure]) -> None:
    """Withhold what is left of 100% when a percentage is taken away: no number of cases is needed to see that."""
    decisions, fresh = reader.decisions, set(new)
    halves = relations[relations["relation"] == Relation.COMPLEMENT]
    pairs = [(row.indicator_id, row.of) for row in halves.itertuples(index=False)]
    for one, other in (*pairs, *((second, first) for first, second in pairs)):
        for (indicator, quarter), figure in known.figures.items():
            half = known.figures.get((other, quarter))
            if (
                indicator != one
                or figure not in decisions.withheld
                or half is None
                or not decisions.published.get(half)
            ):
                continue
            if half in fresh and other not in reader.rule.exempt:
                decisions.withhold(half, figure)
            else:
                decisions.exposed.append(figure)


def _protect(reader: _Reader, new: list[Figure]) -> None:
    """Withhold more of what is new until nobody can be sure that a withheld figure is of few cases."""
    decisions, fresh = reader.decisions, set(new)
    few = [figure for figure, withheld in decisions.withheld.items() if withheld.protects is None]
    added: list[Figure] = []
    for figure in few:
        among = reader.figures_tied_to(figure)
        if len(among) < 2 or not fresh & {*among}:
            continue
        candidates = [
            other
            for other in among
            if other in fresh and decisions.published[other] and other.indicator not in reader.rule.exempt
        ]
        # The fewest cases are the least that readers lose; a figure of the same quarter is looked for first.
        candidates.sort(key=lambda other: (other.quarter != figure.quarter, _size(reader, other)))
        while reader.must_be_few(figure, among):
            if not candidates:
                decisions.exposed.append(figure)
                break
            enough = next((other for other in candidates if _would_do(reader, other, figure, among)), candidates[0])
            candidates.remove(enough)
            decisions.withhold(enough, figure)
            added.append(enough)
    for figure in added:
        _publish_if_needless(reader, figure, few)


def _size(reader: _Reader, figure: Figure) -> float:
    cases = reader.cases[figure]
    return float("inf") if cases is None else cases.highest


def _would_do(reader: _Reader, other: Figure, figure: Figure, among: list[Figure]) -> bool:
    reader.decisions.withhold(other, figure)
    safe = not reader.must_be_few(figure, among)
    reader.decisions.publish(other)
    return safe


def _publish_if_needless(reader: _Reader, figure: Figure, few: list[Figure]) -> None:
    """Publish a figure after all if nothing is given away by it, now that others are withheld."""
    decisions = reader.decisions
    withheld = decisions.withheld[figure]
    among = reader.figures_tied_to(figure)
    decisions.publish(figure)
    at_risk = [other for other in few if other in among and other not in decisions.exposed]
    if any(reader.must_be_few(other, among) for other in at_risk):
        decisions.withhold(figure, withheld.protects)
