"""Each unit is written in its own way, has its indicator's range, and is suppressed if it counts people."""

from __future__ import annotations

import pytest
from small_basket import small_basket

from quarterly.core.terms import Beyond, Unit
from quarterly.core.written import format_value
from quarterly.data.checks import consistency_faults
from quarterly.data.load import Basket
from quarterly.data.schema import TABLES
from quarterly.disclosure.primary import cases_of, unchecked
from quarterly.disclosure.rule import DisclosureRule
from quarterly.measures.cases import Known


@pytest.mark.parametrize(
    ("unit", "text"),
    [("pounds", "£1,310.50"), ("percentage", "1,310.50%"), ("days", "1,310.50"), ("score", "1,310.50")],
)
def test_a_figure_is_written_with_the_sign_of_its_unit(unit: str, text: str) -> None:
    assert format_value(1310.5, unit, 2) == text
    assert format_value(-1310.5, unit, 2) == f"\N{MINUS SIGN}{text}"


@pytest.mark.parametrize(
    ("value", "unit", "beyond", "sound"),
    [
        (-3, "number", "", False),
        (-3, "number", Beyond.BELOW_0, True),
        (-3, "number", Beyond.OVER_100, False),
        (120, "percentage", "", False),
        (120, "percentage", Beyond.OVER_100, True),
        (120, "percentage", Beyond.BELOW_0, False),
        (-3, "percentage", Beyond.BOTH, True),
        (120, "days", "", True),
    ],
)
def test_the_range_of_a_figure_is_set_by_its_indicator(
    basket: Basket, value: float, unit: str, beyond: str, *, sound: bool
) -> None:
    made = small_basket(basket, {"change": [value]}, units={"change": unit})
    frames = {table.name: getattr(made, table.name) for table in TABLES}
    frames["indicators"] = made.indicators.assign(beyond=str(beyond))
    found = [fault for fault in consistency_faults(frames, {"rules"}) if fault.column == "value"]
    assert (found == []) == sound


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit not in (Unit.NUMBER, Unit.PERCENTAGE, Unit.RATE)])
def test_days_money_and_scores_do_not_count_people(basket: Basket, unit: Unit) -> None:
    made = small_basket(basket, {"wait": [2, 3], "people": [2, 3]}, units={"wait": unit})
    known = Known.of(made)
    few = {
        one.indicator
        for one in known.figures.values()
        if (cases := cases_of(one, known)) and cases.few(DisclosureRule())
    }
    assert few == {"people"}
    assert unchecked(made).empty
