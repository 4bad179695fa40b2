"""Figures about few cases are suppressed, and so are figures that would reveal them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_basket import Cell, small_basket

from quarterly.commentary.disclosure_check import _stale_downloads
from quarterly.core.errors import DataFaults
from quarterly.core.quarters import Quarter
from quarterly.core.terms import NO_CASES
from quarterly.data.load import Basket
from quarterly.disclosure import Publishable, publishable
from quarterly.disclosure.rule import DisclosureRule, load_disclosure_rule

RULE = DisclosureRule()
Q1, Q2, Q3, Q4 = (f"2023-24-Q{number}" for number in (1, 2, 3, 4))


def shown(found: Publishable) -> dict[tuple[str, str], float | str]:
    """Return what is published of each figure."""
    rows = found.basket.observations.itertuples(index=False)
    return {(row.indicator_id, row.quarter): row.missing or row.value for row in rows}


def hidden(found: Publishable) -> set[tuple[str, str]]:
    return {place for place, value in shown(found).items() if value == "c"}


GOOD = {"good": "percentage"}

# Too few cases


@pytest.mark.parametrize(("value", "expected"), [(0, "c"), (4, "c"), (5, 5), (17, 17)])
def test_a_count_under_five_is_withheld(basket: Basket, value: float, expected: object) -> None:
    assert shown(publishable(small_basket(basket, {"children": [value]}), RULE)) == {("children", Q1): expected}


def test_a_zero_is_shown_if_the_rule_says_so(basket: Basket) -> None:
    figures = small_basket(basket, {"children": [0, 1]})
    assert shown(publishable(figures, DisclosureRule(zeros=False))) == {("children", Q1): 0, ("children", Q2): "c"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [((10, 3, 30), "c"), ((50, 2, 4), "c"), ((20, 6, 30), 20), ((90, 27, 30), "c"), ((100, 30, 30), "c")],
)
def test_a_percentage_is_withheld_when_its_numerator_its_denominator_or_the_rest_is_few(
    basket: Basket, cell: Cell, expected: object
) -> None:
    figures = small_basket(basket, {"seen": [cell]}, units={"seen": "percentage"})
    found = publishable(figures, RULE)
    assert shown(found) == {("seen", Q1): expected}
    rows = found.basket.observations
    assert rows[["numerator", "denominator"]].isna().all(axis=None) == (expected == "c")


def test_a_percentage_that_leaves_out_few_cases_is_shown_only_if_the_rule_says_so(basket: Basket) -> None:
    figures = small_basket(basket, {"seen": [(95, 35, 37)]}, units={"seen": "percentage"})
    assert hidden(publishable(figures, RULE)) == {("seen", Q1)}
    assert not hidden(publishable(figures, DisclosureRule(complements=False)))


def test_the_cases_of_a_percentage_are_found_through_the_indicator_that_counts_them(basket: Basket) -> None:
    figures = {"reviews": [30, 4], "good": [10, 75]}
    found = publishable(small_basket(basket, figures, [("good", "share of", "reviews")], {"good": "percentage"}), RULE)
    assert hidden(found) == {("good", Q1), ("reviews", Q2), ("good", Q2)}


@pytest.mark.parametrize(("reviews", "good"), [(0, None), (3, 67)])
def test_a_missing_percentage_does_not_reveal_that_a_withheld_count_is_zero(
    basket: Basket, reviews: float, good: float | None
) -> None:
    figures = small_basket(basket, {"reviews": [reviews], "good": [good]}, [("good", "share of", "reviews")], GOOD)
    assert shown(publishable(figures, RULE)) == {("reviews", Q1): "c", ("good", Q1): "c"}


def test_a_rate_is_withheld_when_few_children_are_behind_it(basket: Basket) -> None:
    # 3 and 30 of 43,367 children, the population of the quarter
    figures = small_basket(basket, {"few": [0.69], "many": [6.92]}, units={"few": "rate", "many": "rate"})
    assert shown(publishable(figures, RULE)) == {("few", Q1): "c", ("many", Q1): 6.92}


@pytest.mark.parametrize(
    ("cell", "expected"), [((432, 1296, 3), "c"), ((432, 12960, 30), 432), ((1, 28, 30), 1), ((0, 3, 30), 0)]
)
def test_an_average_of_days_is_withheld_if_it_is_out_of_few(basket: Basket, cell: Cell, expected: object) -> None:
    figures = small_basket(basket, {"to adoption": [cell]}, units={"to adoption": "days"})
    assert shown(publishable(figures, RULE)) == {("to adoption", Q1): expected}


@pytest.mark.parametrize(("rule", "expected"), [(RULE, "c"), (DisclosureRule(zeros=False), "z")])
def test_a_note_that_there_were_no_cases_is_withheld_where_a_zero_is(
    basket: Basket, rule: DisclosureRule, expected: str
) -> None:
    figures = small_basket(basket, {"seen": [None]}, units={"seen": "percentage"})
    rows = figures.observations.assign(missing="z", note=NO_CASES)
    found = publishable(replace(figures, observations=rows), rule)
    assert shown(found) == {("seen", Q1): expected}
    assert found.basket.observations["note"].eq("").all() == (expected == "c")


def test_a_rate_of_other_people_than_the_population_is_out_of_its_own_denominator(basket: Basket) -> None:
    # 4 and 30 of 1,200, stored or counted by another indicator
    figures = small_basket(
        basket,
        {"leavers": [1200, 1200], "stored": [(33.33, None, 1200), (250, None, 1200)], "counted": [33.33, 250]},
        [("counted", "denominator counted by", "leavers")],
        units={"stored": "rate", "counted": "rate"},
    )
    assert hidden(publishable(figures, RULE)) == {("stored", Q1), ("counted", Q1)}


def test_an_exempt_indicator_is_published(basket: Basket) -> None:
    rule = DisclosureRule(exempt={"vehicles": "Vehicles are no people"})
    assert not hidden(publishable(small_basket(basket, {"vehicles": [3]}), rule))


def test_without_small_numbers_nothing_changes(basket: Basket) -> None:
    figures = small_basket(basket, {"children": [12, 40]})
    assert publishable(figures, RULE).basket is figures


# Figures that reveal others


def test_one_part_of_a_total_is_not_withheld_alone(basket: Basket) -> None:
    figures = {"total": [95], "small": [3], "next": [45], "third": [12], "last": [35]}
    parts = [(name, "part of", "total") for name in ("small", "next", "third", "last")]
    found = publishable(small_basket(basket, figures, parts), RULE)
    assert hidden(found) == {("small", Q1), ("next", Q1)}, "the next in order, not the smallest"
    given_away = {figure.indicator: other and other.indicator for figure, other in found.withheld.items()}
    assert given_away == {"small": None, "next": "small"}


def test_two_withheld_parts_that_can_only_be_few_need_a_third(basket: Basket) -> None:
    # 40 - 36 leaves 4 for both, so both would be known to be few.
    figures = {"total": [40], "one": [3], "two": [1], "large": [36]}
    parts = [(name, "part of", "total") for name in ("one", "two", "large")]
    assert len(hidden(publishable(small_basket(basket, figures, parts), RULE))) == 3


def test_a_percentage_and_its_complement_are_withheld_together(basket: Basket) -> None:
    figures = {"in-time": [(90, 27, 30)], "late": [(10, 3, 30)]}
    units = dict.fromkeys(figures, "percentage")
    both = small_basket(basket, figures, [("late", "complement of", "in-time")], units)
    assert hidden(publishable(both, RULE)) == {("in-time", Q1), ("late", Q1)}


@pytest.mark.parametrize("complements", [True, False])
def test_a_percentage_and_the_count_of_its_remainder_are_withheld_together(
    basket: Basket, *, complements: bool
) -> None:
    # 83% of 12 is 10, and 2 others.
    relations = [("share", "share of", "total"), ("share", "remainder counted by", "other")]
    figures = small_basket(basket, {"total": [12], "other": [2], "share": [83]}, relations, {"share": "percentage"})
    assert hidden(publishable(figures, DisclosureRule(complements=complements))) == {("other", Q1), ("share", Q1)}


@pytest.mark.parametrize(("unit", "value"), [("percentage", 25), ("rate", 0.69)])
def test_a_percentage_or_a_rate_whose_numerator_is_withheld_is_withheld(
    basket: Basket, unit: str, value: float
) -> None:
    relations = [("share", "numerator counted by", "seen")]
    found = publishable(small_basket(basket, {"seen": [3], "share": [value]}, relations, {"share": unit}), RULE)
    assert hidden(found) == {("seen", Q1), ("share", Q1)}


def test_a_numerator_revealed_by_an_exempt_percentage_is_named(basket: Basket) -> None:
    relations = [("share", "share of", "total"), ("share", "numerator counted by", "seen")]
    figures = small_basket(basket, {"total": [12], "seen": [2], "share": [17]}, relations, {"share": "percentage"})
    found = publishable(
        figures, DisclosureRule(exempt={"share": "Published elsewhere", "total": "Published elsewhere"})
    )
    assert [figure.indicator for figure in found.exposed] == ["seen"]


@pytest.mark.parametrize("cells", [(4, 6, 7, 63), (4, 63, 7, 6), (2, 20, 29, 29)])
def test_the_secondary_choice_does_not_depend_on_values(basket: Basket, cells: tuple[int, ...]) -> None:
    names = ("one", "two", "three", "four")
    figures: dict[str, list[Cell]] = {"total": [80], **{name: [cell] for name, cell in zip(names, cells, strict=True)}}
    relations = [(name, "part of", "total") for name in reversed(names)]
    found = publishable(small_basket(basket, figures, relations), RULE)
    assert hidden(found) == {("one", Q1), ("two", Q1)}, "the next in the order of the report"


def test_five_parts_of_one_each_are_not_exact_though_a_zero_would_be_shown(basket: Basket) -> None:
    names = ("one", "two", "three", "four", "five")
    parts = [(name, "part of", "total") for name in names]
    worlds = ([1, 1, 1, 1, 1], [4, 0, 1, 0, 0], [0, 4, 0, 0, 1])
    rule = DisclosureRule(zeros=False)
    figures = [{"total": [5], **{name: [part] for name, part in zip(names, world, strict=True)}} for world in worlds]
    found = [shown(publishable(small_basket(basket, each, parts), rule)) for each in figures]
    assert found == [{("total", Q1): 5, **{(name, Q1): "c" for name in names}}] * 3


def test_a_quarter_is_not_the_difference_of_two_years_to_date(basket: Basket) -> None:
    figures = {"quarter": [10, 3, 20], "year": [10, 13, 33]}
    found = publishable(small_basket(basket, figures, [("year", "year to date of", "quarter")]), RULE)
    # The year to date of Q2 would reveal Q2, and with it that of Q3 through the quarter's own figure.
    assert ("quarter", Q2) in hidden(found)
    assert ("year", Q2) in hidden(found)
    assert len(hidden(found) & {("year", Q3), ("quarter", Q3)}) == 1


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([6, 8, 15, 40], {Q2}),  # 8 less 6 is 2; 15 less 6 is 9, of two quarters
        ([6, 8, 10, 11], {Q2, Q3}),  # 10 less 6 is 4; 11 less 6 is 5
        ([6, 6, 20, 40], {Q2}),
        ([20, 40, 30, 50], set()),  # a correction
        ([(60, 12, 20), (64, 14, 22), (50, 30, 60), (50, 50, 100)], {Q2}),
    ],
)
def test_a_year_to_date_is_withheld_if_it_rose_by_few_since_the_last_one_that_is_shown(
    basket: Basket, figures: list[Cell], expected: set[str]
) -> None:
    """Without the quarters' own figures, the difference of two published ones is such a figure."""
    unit = "percentage" if isinstance(figures[0], tuple) else "number"
    small = small_basket(basket, {"year": figures}, units={"year": unit})
    small = replace(small, indicators=small.indicators.assign(period_basis="year to date"))
    assert {quarter for _, quarter in hidden(publishable(small, RULE))} == expected
    assert not hidden(publishable(replace(small, indicators=small.indicators.assign(period_basis="snapshot")), RULE))


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ([20, 10, 20, 10, 20], {"2024-25-Q3"}),  # Quarters of 10, 0, 10, 0, then 0, 10, 0, 10: no others fit.
        ([24, 22, 20, 18, 20], set()),  # Differences alone reveal nothing.
        ([40, 11, 40, 12], set()),  # a correction: no quarters fit
        ([(40, 20, 50), (25, 10, 40), (40, 20, 50), (25, 10, 40)], {"2024-25-Q3"}),
    ],
)
def test_totals_of_12_months_are_withheld_if_they_leave_a_quarter_few_possible_numbers(
    basket: Basket, totals: list[Cell], expected: set[str]
) -> None:
    unit = "percentage" if isinstance(totals[0], tuple) else "number"
    small = small_basket(basket, {"year": totals}, units={"year": unit}, first=Q4)
    small = replace(small, indicators=small.indicators.assign(period_basis="rolling 12 months"))
    assert {quarter for _, quarter in hidden(publishable(small, RULE))} == expected


def test_totals_of_12_months_do_not_reveal_a_withheld_quarter_through_that_of_the_year_before(basket: Basket) -> None:
    quarters = [10, 12, 13, 14, 3, 16]
    totals: list[Cell] = [None, None, None, 49, 42, 46]
    relation = [("year", "rolling 12 months of", "quarter")]
    found = publishable(small_basket(basket, {"quarter": quarters, "year": totals}, relation), RULE)
    # 42 less 49 is 3 less 10, and the quarter is in the next total as well.
    assert hidden(found) == {("quarter", "2024-25-Q1"), ("year", "2024-25-Q1"), ("year", "2024-25-Q2")}


def test_a_restated_year_to_date_is_compared_with_later_ones_too(basket: Basket) -> None:
    revised = {
        **dict.fromkeys(basket.restatements.columns, ""),
        "import_id": f"{Q3}-1",
        "indicator_id": "year",
        "quarter": Q1,
        "old_value": 6.0,
        "new_value": 12.0,
        **dict.fromkeys(["old_numerator", "old_denominator"], None),
    }
    small = small_basket(basket, {"year": [12, 14, 40]}, restated=[revised])
    small = replace(small, indicators=small.indicators.assign(period_basis="year to date"))
    assert hidden(publishable(small, RULE)) == {("year", Q1)}, "14 less 12 is 2"


def test_counts_of_doubtful_records_are_withheld_and_a_stricter_limit_makes_an_edition_old(basket: Basket) -> None:
    rows = [(Q1, "ssd_person", "pers_dob", kind, count) for kind, count in (("not a day", 3), ("duplicate", 7))]
    checks = pd.DataFrame(rows, columns=["quarter", "records", "column", "kind", "rows"])
    figures = replace(small_basket(basket, {"children": [12]}), record_checks=checks)
    found = [publishable(figures, DisclosureRule(limit)) for limit in (2, 5, 10)]
    assert [each.basket.record_checks["rows"].isna().tolist() for each in found] == [
        [False] * 2,
        [True, False],
        [True] * 2,
    ]
    digests = [each.suppressed_at(Quarter.parse(Q1)) for each in found]
    assert digests[0] == ""
    assert len({*digests}) == 3
    assert found[2].suppressed_at(Quarter.parse(Q2)) == ""


def test_a_figure_of_an_earlier_edition_counts_as_known(basket: Basket) -> None:
    figures = small_basket(basket, {"quarter": [10, 3], "year": [10, 13]}, [("year", "year to date of", "quarter")])
    found = publishable(figures, RULE)
    assert hidden(found) == {("quarter", Q2), ("year", Q2)}, "the first quarter was published before"


def test_figures_public_before_the_rule_began_stay_public(basket: Basket) -> None:
    relation = [("year", "year to date of", "quarter")]
    figures = small_basket(basket, {"quarter": [3, 20], "year": [3, 23]}, relation)
    assert not hidden(publishable(figures, DisclosureRule(since=Quarter.parse(Q2))))


def test_a_corrected_figure_is_not_revealed_by_the_rest_of_its_total(basket: Basket) -> None:
    revised = {
        **dict.fromkeys(basket.restatements.columns, ""),
        "import_id": f"{Q2}-1",
        "indicator_id": "total",
        "quarter": Q1,
        "old_value": 30.0,
        "new_value": 12.0,
        **dict.fromkeys(["old_numerator", "old_denominator"], None),
    }
    parts = [("one", "part of", "total"), ("two", "part of", "total")]
    figures = small_basket(basket, {"total": [12], "one": [10], "two": [2]}, parts, restated=[revised])
    assert hidden(publishable(figures, RULE)) >= {("two", Q1)}


def test_a_figure_revealed_by_exempt_ones_is_named(basket: Basket) -> None:
    parts = [("one", "part of", "total"), ("two", "part of", "total")]
    figures = small_basket(basket, {"total": [15], "one": [3], "two": [12]}, parts)
    rule = DisclosureRule(exempt={"total": "Published elsewhere", "two": "Published elsewhere"})
    found = publishable(figures, rule)
    assert hidden(found) == {("one", Q1)}
    assert [figure.indicator for figure in found.exposed] == ["one"]
    assert not publishable(figures, DisclosureRule(exempt={"total": "Published elsewhere"})).exposed


def test_an_already_revealed_figure_suppresses_no_later_family(basket: Basket) -> None:
    parts = [("one", "part of", "total"), ("two", "part of", "total"), ("year", "year to date of", "one")]
    figures = {"total": [15, 40], "one": [3, 20], "two": [12, 20], "year": [3, 23]}
    rule = DisclosureRule(exempt={"total": "Published elsewhere", "two": "Published elsewhere"})
    found = publishable(small_basket(basket, figures, parts), rule)
    assert sorted((figure.indicator, figure.quarter) for figure in found.exposed) == [("one", Q1), ("year", Q1)]
    assert hidden(found) == {("one", Q1), ("year", Q1), ("year", Q2)}


def test_a_restated_figure_is_withheld_in_the_ledger_too(basket: Basket, tmp_path: Path) -> None:
    row = {
        **dict.fromkeys(basket.restatements.columns, ""),
        "import_id": f"{Q2}-1",
        "indicator_id": "children",
        "quarter": Q1,
        "old_value": 3.0,
        "new_value": 8.0,
        **dict.fromkeys(["old_numerator", "old_denominator"], None),
    }
    figures = small_basket(basket, {"children": [8, 9]}, restated=[row])
    opened = publishable(figures, RULE)
    # The open data of the edition that has the corrected figure is no reason to make it again; that of the one before
    # it is, if it was made without the rule.
    assert opened.withheld
    for quarter, stale in ((Q1, [f"quarterly build {Q1}"]), (Q2, [])):
        data = tmp_path / "downloads" / quarter / "scorecard.csv"
        data.parent.mkdir(parents=True)
        # Word's line break within a name ends no row.
        rows = f"indicator_id,indicator,quarter,measure,value\nchildren,Looked\x0bafter,{Q1},figure,8\n"
        data.write_text(rows, encoding="utf-8")
        assert list(_stale_downloads(tmp_path, opened)) == stale
        data.unlink()
    ledger = opened.basket.restatements.iloc[0]
    assert ledger["old_missing"] == "c"
    assert ledger[["old_value"]].isna().all()
    assert ledger["new_value"] == 8


def test_published_ratings_of_a_withheld_figure_are_left_out(basket: Basket) -> None:
    figures = small_basket(basket, {"children": [3, 9, 12]})
    ratings = basket.published_ratings.iloc[:3].assign(
        indicator_id="children", quarter=[Q1, Q2, Q3], rag="RED", dot="INCREASE", note="from 3 to 9"
    )
    from dataclasses import replace

    found = publishable(replace(figures, published_ratings=ratings), RULE).basket.published_ratings
    assert list(found["rag"]) == ["", "", "RED"]
    assert list(found["note"]) == ["", "", "from 3 to 9"]


# Figures that cannot be worked out


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=3))
def test_trying_every_world_does_not_determine_a_small_number(basket: Basket, counts: list[tuple[int, int]]) -> None:
    """Two parts, their total and the totals of the year to date: all worlds of the hidden figures are tried."""
    quarters = [Q1, Q2, Q3][: len(counts)]
    total = [one + two for one, two in counts]
    year = [sum(total[: place + 1]) for place in range(len(total))]
    figures = {"one": [one for one, _ in counts], "two": [two for _, two in counts], "total": total, "year": year}
    relations = [("one", "part of", "total"), ("two", "part of", "total"), ("year", "year to date of", "total")]
    found = publishable(small_basket(basket, figures, relations), RULE)
    published = shown(found)
    assert not found.exposed

    worlds = []
    ranges = [
        _range(published["one", quarter], published["two", quarter], published["total", quarter])
        for quarter in quarters
    ]
    for world in product(*ranges):
        totals = [one + two for one, two in world]
        years = [sum(totals[: place + 1]) for place in range(len(totals))]
        if all(
            published["total", quarter] in ("c", totals[place]) and published["year", quarter] in ("c", years[place])
            for place, quarter in enumerate(quarters)
        ):
            worlds.append({"one": [w[0] for w in world], "two": [w[1] for w in world], "total": totals, "year": years})
    assert worlds, "the true world must be one of them"
    for figure, given_away in found.withheld.items():
        if given_away is None:
            name, place = figure.indicator, quarters.index(figure.quarter)
            assert max(world[name][place] for world in worlds) >= 5, (name, place, published)


def _range(one: float | str, two: float | str, total: float | str) -> list[tuple[int, int]]:
    """List the pairs that fit the publication of one quarter; a hidden figure is tried up to 9."""
    ones = range(10) if one == "c" else [int(one)]
    twos = range(10) if two == "c" else [int(two)]
    return [(a, b) for a in ones for b in twos if total in ("c", a + b)]


# The settings


def write(folder: Path, text: str) -> Path:
    (folder / "params").mkdir()
    (folder / "params" / "disclosure.yml").write_text(text, encoding="utf-8")
    return folder


def test_without_settings_small_numbers_are_withheld(tmp_path: Path) -> None:
    assert load_disclosure_rule(tmp_path) == RULE


def test_settings_are_read(tmp_path: Path) -> None:
    text = (
        "counts_under: 6\nzeros: shown\ncomplements: shown\nwidth: 2\nsince: 2023-24-Q3\nexempt:\n  vans: No people\n"
    )
    expected = DisclosureRule(6, False, False, 2, Quarter(2023, 3), {"vans": "No people"})  # noqa: FBT003
    assert load_disclosure_rule(write(tmp_path, text)) == expected


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("counts_under: many", "counts_under"),
        ("counts_under: 0", "counts_under"),
        ("zeros: yes", "zeros"),
        ("since: January", "since"),
        ("width: wide", "width"),
        ("counts_under: 4\nzeros: shown\nwidth: 3", "width"),
        ("exempt: vans", "exempt"),
        ("exempt:\n  vans:", "exempt"),
        ("suppress_nothing_because: yes", "suppress_nothing_because"),
        ("suppress_nothing_because: It is public.\ncounts_under: 5", "counts_under"),
        ("threshold: 5", "threshold"),
    ],
)
def test_an_invalid_setting_is_named(tmp_path: Path, text: str, column: str) -> None:
    with pytest.raises(DataFaults) as caught:
        load_disclosure_rule(write(tmp_path, text))
    assert [fault.column for fault in caught.value.faults] == [column]


def test_an_exemption_for_an_unknown_indicator_is_named(basket: Basket) -> None:
    with pytest.raises(DataFaults, match="vans"):
        publishable(small_basket(basket, {"children": [12]}), DisclosureRule(exempt={"vans": "No people"}))
