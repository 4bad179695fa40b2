"""Which figures are suppressed together, decided by the relations and their order, never by a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from quarterly.disclosure.equations import Equation, Part
from quarterly.measures.cases import Figure


@dataclass
class Partners:
    """The figures that are suppressed with each figure of one family."""

    #: The figures that are suppressed whenever this one is.
    follow: dict[Figure, list[Figure]] = field(default_factory=lambda: defaultdict(list))
    #: Figures that are suppressed because of an earlier edition, with the figure that it suppressed.
    forced: dict[Figure, Figure] = field(default_factory=dict)

    def reached_from(self, figures: Iterable[Figure]) -> list[Figure]:
        """Return the given figures and all that are suppressed with them."""
        found = dict.fromkeys(figures)
        waiting = list(found)
        while waiting:
            new = [other for other in self.follow[waiting.pop()] if other not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return list(found)

    def groups(self, suppressed: Sequence[Figure]) -> list[list[Figure]]:
        """List the groups of suppressed figures that must each contain a small one, as their suppression reveals."""
        reached = {figure: {*self.reached_from([figure])} for figure in suppressed}
        explained = {*self.reached_from(self.forced)}
        found = []
        for figure in suppressed:
            group = [other for other in reached[figure] if figure in reached[other]]
            causes = (other for other in suppressed if figure in reached[other] and other not in reached[figure])
            if figure not in explained and next(causes, None) is None:
                explained.update(group)
                found.append([other for other in suppressed if other in group])
        return found


def steps(family: Sequence[Figure], equations: Collection[Equation], before: Collection[Figure]) -> Iterator[Partners]:
    """Yield what is suppressed together, from the least to the most: pairs of parts, all parts, the whole family.

    ``equations`` are those that involve any figure of the family, and ``before`` the figures that earlier editions
    suppressed.
    """
    for most in (3, len(family) + 1):
        partners = Partners()
        for equation in equations:
            _add(partners, equation, {*family}, before, most)
        yield partners
    yield Partners({figure: [other for other in family if other != figure] for figure in family}, partners.forced)


def _add(
    partners: Partners, equation: Equation, family: Collection[Figure], before: Collection[Figure], most: int
) -> None:
    # The last term of an equation is the whole. A figure's total reveals nothing about the number that it counts.
    *terms, (whole, _) = equation.terms
    counted = [unknown.figure for unknown, _ in terms if unknown.part is Part.COUNTED]
    parts = [figure for figure in counted if figure in family]
    numbers = [*counted, *([whole.figure] if whole.part is Part.COUNTED else [])]
    suppressed = next((figure for figure in numbers if figure in before), None)
    if suppressed is not None:
        first = next((figure for figure in (whole.figure, *parts) if figure in family), None)
        partners.forced |= {} if first is None else {first: suppressed}
        return
    blocks = _blocks(parts, most)
    for block in blocks:
        for figure in block:
            partners.follow[figure] += [other for other in block if other != figure]
    if whole.figure in family and blocks:
        if len(parts) == 1:
            partners.follow[parts[0]].append(whole.figure)
        if whole.part is Part.COUNTED:
            partners.follow[whole.figure] += blocks[0]


def _blocks(parts: list[Figure], most: int) -> list[list[Figure]]:
    """Split parts in their order into pairs, the last possibly three; or keep up to ``most`` together."""
    if len(parts) <= most:
        return [parts] if parts else []
    return [parts[:2], *_blocks(parts[2:], most)]
