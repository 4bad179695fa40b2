"""For readers who know the rule and try every possible world, each small number keeps an interval.

The rule is run in every world of some small baskets. Worlds with the same publication cannot be told apart, so a reader
knows only the lowest and the highest value of a number over them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

import pytest
from small_basket import small_basket

from quarterly.data.load import Basket
from quarterly.disclosure.decide import decide
from quarterly.disclosure.rule import DisclosureRule

World = Mapping[str, Sequence[int]]
Relations = list[tuple[str, str, str]]
Place = tuple[str, str]

PARTS = [(name, "part of", "total") for name in ("one", "two", "three")]
LEVELS = [
    ("top", "part of", "total"),
    ("rest", "part of", "total"),
    ("one", "part of", "top"),
    ("two", "part of", "top"),
]
SHARE = [("share", "share of", "total"), ("share", "numerator counted by", "one")]
REMAINDER = [("share", "share of", "total"), ("share", "remainder counted by", "other")]
YEAR = [("year", "year to date of", "quarter")]


def sums(parts: int, highest: int) -> Iterator[tuple[int, ...]]:
    """Return all tuples of whole numbers whose sum is at most a total."""
    return (numbers for numbers in product(range(highest + 1), repeat=parts) if sum(numbers) <= highest)


def parts_of_a_total(number: int, highest: int) -> Iterator[World]:
    for parts in sums(number, highest):
        yield {"total": [sum(parts)], **{name: [part] for (name, *_), part in zip(PARTS, parts, strict=False)}}


def totals_of_totals() -> Iterator[World]:
    for one, two, rest in sums(3, 6):
        yield {"total": [one + two + rest], "top": [one + two], "rest": [rest], "one": [one], "two": [two]}


def percentages() -> Iterator[World]:
    # There is no percentage of nothing, so a total has at least one case.
    for total in range(1, 9):
        for one in range(total + 1):
            yield {"total": [total], "one": [one], "other": [total - one], "share": [round(100 * one / total)]}


def without(name: str, worlds: Iterable[World]) -> Iterator[World]:
    return ({each: figures for each, figures in world.items() if each != name} for world in worlds)


def quarters() -> Iterator[World]:
    for one, two in product(range(6), repeat=2):
        yield {"quarter": [one, two], "year": [one, one + two]}


def narrow(basket: Basket, worlds: Iterable[World], relations: Relations, rule: DisclosureRule) -> list[object]:
    """List the small numbers whose interval is narrower than the rule's width, with the publication."""
    alike: dict[object, list[dict[Place, int]]] = defaultdict(list)
    small: dict[object, set[Place]] = defaultdict(set)
    for world in worlds:
        found = decide(small_basket(basket, world, relations, {"share": "percentage"}), rule)
        assert not found.exposed, world
        numbers = {(figure.indicator, figure.quarter): int(figure.value or 0) for figure in found.figures}
        hidden = {(figure.indicator, figure.quarter): protects for figure, protects in found.withheld.items()}
        publication = tuple((place, "c" if place in hidden else number) for place, number in numbers.items())
        alike[publication].append(numbers)
        small[publication] |= {place for place, protects in hidden.items() if protects is None}
    assert any(small.values()), "some world has a small number"
    return [
        (place, min(values), max(values), publication)
        for publication, places in small.items()
        for place in places
        for values in [[world[place] for world in alike[publication]]]
        if max(values) - min(values) < rule.protection
    ]


RULES = [DisclosureRule(4), DisclosureRule(4, zeros=False)]


@pytest.mark.parametrize("rule", RULES, ids=["zeros suppressed", "zeros shown"])
@pytest.mark.parametrize(
    ("worlds", "relations"),
    [
        pytest.param([*parts_of_a_total(2, 9)], PARTS[:2], id="two parts"),
        pytest.param([*parts_of_a_total(3, 6)], PARTS, id="three parts"),
        pytest.param([*totals_of_totals()], LEVELS, id="a total that is part of another"),
        pytest.param([*quarters()], YEAR, id="a year to date"),
        pytest.param([*percentages()], [*PARTS[:1], ("other", "part of", "total"), *SHARE], id="all of a percentage"),
        pytest.param([*without("other", percentages())], SHARE, id="a percentage and its numerator"),
        pytest.param([*without("one", percentages())], REMAINDER, id="a percentage and its remainder"),
    ],
)
def test_all_worlds_of_a_publication_leave_a_small_number_its_interval(
    basket: Basket, worlds: list[World], relations: Relations, rule: DisclosureRule
) -> None:
    assert not narrow(basket, worlds, relations, rule)


def test_five_four_and_four_are_not_exact(basket: Basket) -> None:
    """If the smallest other part were chosen, no other parts of 13 would give the same publication."""
    worlds = [world for world in parts_of_a_total(3, 13) if world["total"] == [13]]
    assert not narrow(basket, worlds, PARTS, DisclosureRule())
