"""What a reader can work out: the whole numbers that satisfy a set of equations. HiGHS does the mathematics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite
from typing import TYPE_CHECKING

from quarterly.disclosure.equations import Equation, Terms, Unknown

if TYPE_CHECKING:
    import highspy

#: Higher than any number of cases in a report.
_HIGHEST = 10_000_000.0


@dataclass(frozen=True)
class Small:
    """A number of cases that is, or may be, too small."""

    terms: Terms  # the number, as a sum
    #: The range in which it is too small.
    lowest: float
    highest: float


def allowing(equation: Equation, truth: Mapping[Unknown, float]) -> Equation:
    """Widen the bounds of an equation so that the true figures satisfy it.

    Published figures are not always consistent, and a reader who sees that would have to allow for it.
    """
    if not all(unknown in truth for unknown, _ in equation.terms):
        return equation
    sum_in_truth = sum(factor * truth[unknown] for unknown, factor in equation.terms)
    return Equation(equation.terms, min(equation.lowest, sum_in_truth), max(equation.highest, sum_in_truth))


class Worlds:
    """All non-negative whole numbers that satisfy some equations, with a number that is too small in each group.

    ``equations`` are what a reader knows about the numbers. Each of ``groups`` has at least one number that is too
    small: otherwise it would not have been suppressed.
    """

    def __init__(self, equations: Iterable[Equation], groups: Iterable[Sequence[Small]]) -> None:
        self._equations, self._groups = list(equations), list(groups)
        self._columns: dict[Unknown, int] = {}
        bounds = {abs(bound) for each in self._equations for bound in (each.lowest, each.highest) if isfinite(bound)}
        factors = [abs(factor) for each in self._equations for _, factor in each.terms if factor]
        #: An upper limit for every number, far above anything that the published figures imply.
        self._most = min(10 * sum(bounds) / min([1.0, *factors]) + 100, _HIGHEST)
        self._seen: list[list[float]] = []

    @cached_property
    def _solver(self) -> highspy.Highs:
        # Imported late: only baskets with figures to suppress need it, and it would slow every command.
        import highspy

        solver = highspy.Highs()
        solver.silent()
        for tolerance in ("mip_feasibility_tolerance", "primal_feasibility_tolerance"):
            solver.setOptionValue(tolerance, 1e-9)
        for equation in self._equations:
            self._add(solver, equation.terms, equation.lowest, equation.highest)
        for group in self._groups:
            chosen = [self._column(solver, highest=1) for _ in group]
            for small, column in zip(group, chosen, strict=True):
                self._add(solver, small.terms, -inf, small.highest + self._most, (column, self._most))
                if small.lowest > 0:
                    self._add(solver, small.terms, 0, inf, (column, -small.lowest))
            solver.addRow(1, inf, len(chosen), chosen, [1.0] * len(chosen))
        return solver

    def _column(self, solver: highspy.Highs, highest: float) -> int:
        import highspy

        solver.addVar(0, highest)
        place = int(solver.getNumCol()) - 1
        solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
        return place

    def _add(
        self, solver: highspy.Highs, terms: Terms, lowest: float, highest: float, *more: tuple[int, float]
    ) -> None:
        for unknown, _ in terms:
            if unknown not in self._columns:
                self._columns[unknown] = self._column(solver, self._most)
        pairs = [*((self._columns[unknown], factor) for unknown, factor in terms), *more]
        solver.addRow(lowest, highest, len(pairs), [column for column, _ in pairs], [factor for _, factor in pairs])

    @property
    def possible(self) -> bool:
        """Whether there is any such world."""
        return self._solved() is not None

    def spans(self, small: Small, width: float) -> bool:
        """Return whether a number can take values ``width`` apart, or any value that is too small, or cannot be small.

        False if no world is possible at all: then nothing is certain.
        """
        seen = [self._value(world, small.terms) for world in self._seen]
        if seen and max(seen) >= _enough(min(seen), width, small):
            return True
        lowest = self._extreme(small.terms, 1)
        if lowest is None or lowest > small.highest:
            return lowest is not None
        highest = self._extreme(small.terms, -1)
        return highest is not None and highest >= _enough(lowest, width, small)

    def _extreme(self, terms: Terms, sign: int) -> float | None:
        solver = self._solver
        for unknown, factor in terms:
            solver.changeColCost(self._columns[unknown], sign * factor)
        world = self._solved()
        for unknown, _ in terms:
            solver.changeColCost(self._columns[unknown], 0)
        return None if world is None else self._value(world, terms)

    def _value(self, world: list[float], terms: Terms) -> float:
        return sum(factor * world[self._columns[unknown]] for unknown, factor in terms)

    def _solved(self) -> list[float] | None:
        import highspy

        solver = self._solver
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        world = [float(round(value)) for value in solver.getSolution().col_value]
        self._seen.append(world)
        return world


def _enough(lowest: float, width: float, small: Small) -> float:
    """Return the value that the highest must reach: the width, or less if every small value is possible."""
    return min(lowest + width, small.highest) if lowest <= small.lowest else lowest + width
