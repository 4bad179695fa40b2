"""Which figures are withheld, decided edition by edition from what a reader of all earlier editions knows.

A reader knows the rule, so a suppression must reveal no more about a number than the rule does. Three things ensure
that.

1. Which figures are suppressed along with a small one follows from the relations and their order (`partners`), never
   from values.
2. Whether that is enough is worked out only from what would then be published. Over all worlds that it allows and that
   lead to the same suppressions, the values of each suppressed figure must span at least the rule's width. Otherwise
   more is suppressed, up to the whole family of new figures.
3. Readers can also tell that more was needed, which narrows a number by a case or so: so each step but the last asks
   for more than the width.

The third is no proof. ``tests/long/test_every_suppressed_figure_keeps_an_interval.py`` runs the rule in every world of
some small baskets and compares all that lead to the same publication.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quarterly.core.quarters import Quarter
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.data.revisions import restated_for
from quarterly.disclosure.equations import Equation, Terms, Unknown, counted, facts, ties, total_of
from quarterly.disclosure.inference import Small, Worlds, allowing
from quarterly.disclosure.partners import steps
from quarterly.disclosure.periods import LONGER, reveals_few
from quarterly.disclosure.primary import Cases, cases_of, is_count
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import Figure, Known

#: How much more than the width each step of `steps` must leave open for a suppressed figure.
_MORE = (2, 1, 0)


@dataclass(frozen=True)
class Decisions:
    """The decision on each figure as it was known at some edition, in the order of the editions."""

    figures: list[Figure]  # every figure decided on
    #: The figures that are not published, each with the one that it would give away; None if it is itself about too few
    #: cases.
    withheld: dict[Figure, Figure | None]
    #: Withheld figures that readers can still work out to less than the rule's width, because what gives them away is
    #: already public or exempt.
    exposed: list[Figure]


@dataclass
class _Reader:
    """What a reader of all editions so far can write down, and the true numbers that it must allow for."""

    rule: DisclosureRule
    #: The period basis of each indicator, and the indicator that has the quarters of a longer period.
    bases: Mapping[str, str]
    quarters: Mapping[str, str]
    withheld: dict[Figure, Figure | None] = field(default_factory=dict)  # as in `Decisions`
    exposed: list[Figure] = field(default_factory=list)
    cases: dict[Figure, Cases | None] = field(default_factory=dict)
    known: dict[Figure, Known] = field(default_factory=dict)
    ruled: set[Figure] = field(default_factory=set)
    ties: dict[Figure, dict[Equation, None]] = field(default_factory=lambda: defaultdict(dict))
    groups: list[list[Figure]] = field(default_factory=list)
    truth: dict[Unknown, float] = field(default_factory=dict)

    def learns(self, known: Known, new: Iterable[Figure], equations: Iterable[Equation]) -> None:
        for figure in new:
            cases = self.cases[figure] = cases_of(figure, known)
            self.known[figure] = known
            if cases is not None:
                numbers = {counted(figure): cases.counted, total_of(figure): cases.of}
                self.truth |= {unknown: number for unknown, number in numbers.items() if number is not None}
        for equation in equations:
            for unknown, _ in equation.terms:
                self.ties[unknown.figure][equation] = None

    def publishes_exactly(self, figure: Figure) -> bool:
        exact = is_count(figure) or (figure.numerator is not None and figure.denominator is not None)
        return exact and figure in self.known and figure not in self.withheld

    def about_few(self, figure: Figure, undecided: Collection[Figure]) -> bool:
        """Return whether a figure is about too few cases, or with others that are shown reveals so few in a quarter."""
        now, known, basis = self.cases[figure], self.known[figure], self.bases[figure.indicator]
        if now is None or now.few(self.rule) or basis not in LONGER:
            return now is not None and now.few(self.rule)
        part = known.figures.get((self.quarters.get(figure.indicator, ""), figure.quarter))
        if part is not None and part.value is not None:
            return False  # the relation ties it to the quarter's own figure
        hidden = {*undecided, *self.withheld} - {figure}
        same = [one for (name, _), one in known.figures.items() if name == figure.indicator and one not in hidden]
        cases = {Quarter.parse(one.quarter): each for one in same if (each := self.cases.get(one)) is not None}
        numbers = {quarter: each.compared(self.rule) for quarter, each in cases.items() if each.counted is not None}
        new = Quarter.parse(figure.quarter)
        return any(
            reveals_few(basis, new, {each: of[kind][0] for each, of in numbers.items() if len(of) > kind}, self.rule)
            for kind in range(len(numbers.get(new, ())))
        )

    def linked_to(self, start: Iterable[Figure], fresh: set[Figure]) -> list[Figure]:
        """List the figures linked to some by equations, except through those that earlier editions published."""
        found = dict.fromkeys(start)
        waiting = list(found)
        while waiting:
            others = dict.fromkeys(each.figure for tie in self.ties[waiting.pop()] for each, _ in tie.terms)
            new = [each for each in others if each not in found and (each in fresh or not self.publishes_exactly(each))]
            found |= dict.fromkeys(new)
            waiting += new
        return list(found)

    def small(self, figure: Figure) -> list[Small]:
        """List the numbers behind a figure that the rule compares with its limit."""
        rule, cases = self.rule, self.cases.get(figure)
        if cases is None or figure.indicator in rule.exempt:
            return []
        one, whole = (counted(figure), 1.0), (total_of(figure), 1.0)
        numbers: list[Terms] = [(one,)] if cases.of_cases else []
        if cases.of is not None and not is_count(figure):
            numbers.append((whole,))
            if rule.complements and cases.leaves_out:
                numbers.append((whole, (counted(figure), -1.0)))
        return [Small(terms, 0 if rule.zeros else 1, rule.counts_under - 1) for terms in numbers]

    def in_danger(self, figures: Sequence[Figure], checked: Iterable[Figure], width: int) -> list[Figure]:
        """List the suppressed figures whose range of possible numbers is narrower than a width."""
        equations = dict.fromkeys(tie for figure in figures for tie in self.ties[figure])
        named = dict.fromkeys((*figures, *(each.figure for tie in equations for each, _ in tie.terms)))
        stated = [
            fact
            for figure in named
            if figure in self.known
            for fact in facts(
                figure,
                self.known[figure],
                published=figure not in self.withheld,
                rule=self.rule if figure in self.ruled else None,
            )
        ]
        inside = [group for group in self.groups if not {*group}.isdisjoint(figures)]
        groups = [[small for each in group for small in self.small(each)] for group in inside]
        worlds = Worlds([allowing(equation, self.truth) for equation in (*equations, *stated)], groups)
        return [figure for figure in checked if not all(worlds.spans(small, width) for small in self.small(figure))]


def decide(basket: Basket, rule: DisclosureRule) -> Decisions:
    """Decide for every figure, at every edition that showed it, whether it may be published.

    Notes
    -----
    A decision is final: an edition cannot be taken back. So what an edition publishes for the first time is safe given
    everything before it, and a figure that an import restated counts as a different one.
    """
    bases = dict(basket.indicators[["indicator_id", "period_basis"]].itertuples(index=False, name=None))
    longer = basket.relations[basket.relations["relation"].isin([Relation.YEAR_TO_DATE, Relation.ROLLING])]
    reader = _Reader(rule, bases, dict(zip(longer["indicator_id"], longer["of"], strict=True)))
    for quarter, known in _editions(basket):
        new = [figure for figure in known.figures.values() if figure.value is not None and figure not in reader.known]
        reader.learns(known, new, ties(known, basket.relations))
        if rule.since is None or quarter >= rule.since:
            mine = [figure for figure in new if figure.indicator not in rule.exempt]
            reader.ruled.update(figure for figure in mine if reader.cases[figure] is not None)
            for family in _families(reader, mine):
                _suppress(reader, family, {*mine})
    return Decisions(list(reader.known), reader.withheld, reader.exposed)


def _editions(basket: Basket) -> Iterator[tuple[Quarter, Known]]:
    """Yield each edition's quarter with what was known then, oldest first."""
    whole = Known.of(basket)
    last_change = max(restated_for(basket.restatements), default="")
    # Former names, areas and decimals make no other figures of them.
    basket = replace(basket, former_descriptions=basket.former_descriptions.iloc[:0])
    for quarter in basket.quarters:
        # Without a later change, what was known then is just the earlier part of what is known now.
        unchanged = str(quarter) >= last_change
        yield quarter, whole.until(quarter) if unchanged else Known.of(basket.as_known_at(quarter))


def _families(reader: _Reader, new: Sequence[Figure]) -> Iterator[list[Figure]]:
    """Yield the families of linked figures that include a new one."""
    placed: set[Figure] = set()
    fresh = {*new}
    for figure in new:
        if figure not in placed:
            family = reader.linked_to([figure], fresh)
            placed.update(family)
            yield family


def _suppress(reader: _Reader, family: list[Figure], fresh: set[Figure]) -> None:
    rule = reader.rule
    new = [figure for figure in family if figure in fresh]
    few: list[Figure] = []
    for place, figure in enumerate(new):
        few += [figure] if reader.about_few(figure, [*few, *new[place:]]) else []
    revealing = {figure for figure in few if (cases := reader.cases[figure]) and not cases.few(rule)}
    before = [figure for figure in family if figure not in fresh and figure in reader.withheld]
    if not few and not before:
        return
    equations = dict.fromkeys(tie for figure in new for tie in reader.ties[figure])
    # Figures that are already exposed are no reason to suppress everything new.
    safe = [figure for figure in before if figure not in reader.exposed]
    exposed: list[Figure] = []
    earlier = list(reader.groups)
    for more, partners in zip(_MORE, steps(new, equations, before), strict=True):
        causes = [*few, *partners.forced]
        hidden = {figure: cause for cause in reversed(causes) for figure in partners.reached_from([cause])}
        for figure in new:
            reader.withheld.pop(figure, None)
        for figure, cause in hidden.items():
            reader.withheld[figure] = None if figure in few else partners.forced.get(cause, cause)
        groups = partners.groups([figure for figure in new if figure in hidden])
        # A figure that reveals few cases in a quarter need not be about few itself.
        reader.groups = [*earlier, *(group for group in groups if revealing.isdisjoint(group))]
        # For a figure without relations, the rule alone is protection enough.
        exposed = reader.in_danger(family, [*hidden, *safe], rule.protection + more) if equations else []
        if not exposed:
            return
    reader.exposed += exposed
