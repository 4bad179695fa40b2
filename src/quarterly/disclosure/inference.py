"""What a reader can work out: whether whole numbers solve some equations. HiGHS does the mathematics."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from quarterly.disclosure.equations import Equation, Unknown

#: No number of cases in a report is as high.
_HIGHEST = 10_000_000


def tied_to(start: Iterable[Unknown], equations: Iterable[Equation]) -> list[Equation]:
    """Give the equations that some unknowns are in, and all that share an unknown with one of these, and so on."""
    touching: dict[Unknown, list[Equation]] = defaultdict(list)
    for equation in equations:
        for unknown, _ in equation.terms:
            touching[unknown].append(equation)
    found: dict[Equation, None] = {}
    waiting, seen = list(start), set(start)
    while waiting:
        for equation in touching[waiting.pop()]:
            found[equation] = None
            new = {unknown for unknown, _ in equation.terms} - seen
            seen |= new
            waiting += new
    return list(found)


def allowing(equation: Equation, truth: Mapping[Unknown, float]) -> Equation:
    """Widen the bounds of an equation so that the figures as they are fulfil it.

    Published figures are not always consistent. A reader who sees that they cannot all hold would have to allow for it.
    """
    if not all(unknown in truth for unknown, _ in equation.terms):
        return equation
    sum_in_truth = sum(factor * truth[unknown] for unknown, factor in equation.terms)
    return Equation(equation.terms, min(equation.lowest, sum_in_truth), max(equation.highest, sum_in_truth))


def has_solution(equations: Iterable[Equation]) -> bool:
    """Say whether whole numbers from 0 fulfil all equations together."""
    # Only baskets with figures to withhold need it, and every command would have to wait for it.
    import highspy

    solver = highspy.Highs()
    solver.silent()
    columns: dict[Unknown, int] = {}
    for equation in equations:
        for unknown, _ in equation.terms:
            if unknown not in columns:
                columns[unknown] = len(columns)
                solver.addVar(0, _HIGHEST)
                solver.changeColIntegrality(columns[unknown], highspy.HighsVarType.kInteger)
    for equation in equations:
        indices = [columns[unknown] for unknown, _ in equation.terms]
        factors = [factor for _, factor in equation.terms]
        solver.addRow(equation.lowest, equation.highest, len(indices), indices, factors)
    solver.run()
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
