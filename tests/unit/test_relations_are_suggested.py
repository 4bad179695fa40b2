"""A count that looks like the numerator or the remainder of a percentage is reported until a relation is declared."""

from __future__ import annotations

from math import nan

import pytest
from small_basket import Cell, small_basket

from quarterly.data.evidence import Relation
from quarterly.data.load import Basket
from quarterly.disclosure.suggest import suggested_relations

TOTAL: list[Cell] = [12, 20, 18, 30]
SEEN: list[Cell] = [10, 14, 11, 27]
OTHER: list[Cell] = [2, 6, 7, 3]
SHARE: list[Cell] = [83, 70, 61, 90]
GIVEN: list[Cell] = [(83, nan, 12), (70, nan, 20), (61, nan, 18), (90, nan, 30)]
OF_TOTAL = ("share", "share of", "total")
UNITS = {"share": "percentage"}


@pytest.mark.parametrize(
    ("count", "figures", "relation"), [("other", OTHER, Relation.REMAINDER), ("seen", SEEN, Relation.NUMERATOR)]
)
def test_a_count_that_fits_a_share_of_a_known_total_is_reported(
    basket: Basket, count: str, figures: list[Cell], relation: Relation
) -> None:
    figures_of_all = {"total": TOTAL, count: figures, "share": SHARE}
    declared = small_basket(basket, figures_of_all, [OF_TOTAL], UNITS)
    assert suggested_relations(declared) == [("share", relation, count, 4)]
    given = small_basket(basket, {count: figures, "share": GIVEN}, units=UNITS)
    assert suggested_relations(given) == [("share", relation, count, 4)]


def test_the_total_is_searched_for_if_no_relation_names_it(basket: Basket) -> None:
    found = suggested_relations(small_basket(basket, {"seen": SEEN, "all": TOTAL, "share": SHARE}, units=UNITS))
    assert found == [("share", Relation.NUMERATOR, "seen", 4), ("share", Relation.DENOMINATOR, "all", 4)]


def test_a_count_behind_a_rate_is_reported(basket: Basket) -> None:
    # 30, 41 and 52 of 43,367 children, the population of these quarters
    figures: dict[str, list[Cell]] = {"children": [30, 41, 52], "rate": [6.92, 9.45, 11.99]}
    found = suggested_relations(small_basket(basket, figures, units={"rate": "rate"}))
    assert found == [("rate", Relation.NUMERATOR, "children", 3)]


@pytest.mark.parametrize(("relation", "of"), [(Relation.NUMERATOR, "seen"), (Relation.REMAINDER, "other")])
def test_a_declared_relation_is_not_reported(basket: Basket, relation: Relation, of: str) -> None:
    figures = {"total": TOTAL, "seen": SEEN, "other": OTHER, "share": SHARE}
    assert not suggested_relations(small_basket(basket, figures, [OF_TOTAL, ("share", relation, of)], UNITS))


@pytest.mark.parametrize(
    ("count", "share"),
    [
        pytest.param([10, 14, 12, 27], SHARE, id="one quarter differs"),
        pytest.param([0, 0, 11, 30], [0, 0, 61, 100], id="none and all say nothing"),
        pytest.param([6, 10, 9, 15], [50, 50, 50, 50], id="a figure that never moves"),
    ],
)
def test_a_possible_coincidence_is_not_reported(basket: Basket, count: list[Cell], share: list[Cell]) -> None:
    figures = {"total": TOTAL, "seen": count, "share": share}
    assert not suggested_relations(small_basket(basket, figures, [OF_TOTAL], UNITS))


def test_the_worked_example_has_no_suggestions(basket: Basket) -> None:
    assert not suggested_relations(basket)
