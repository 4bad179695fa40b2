"""A published percentage must be possible with its number of cases, and versions of one measure must agree."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from conftest import Project
from hypothesis import given
from hypothesis import strategies as st

from quarterly.core.errors import DataFaults
from quarterly.core.terms import Unit
from quarterly.data.evidence import Relation
from quarterly.data.load import Basket, load_basket
from quarterly.measures.cases import ATTAINABLE, NOT_KNOWN, NOTHING, UNATTAINABLE, Figure, possible_counts, wholes
from quarterly.measures.versions import CONSISTENT, INCONSISTENT, _against_quarters, versions

GROUPS = "core-group-meetings,2023-24-Q3"
QUARTER, YEAR_TO_DATE = "single-assessments-45-days", "single-assessments-45-days-ytd"


def with_figure(basket: Basket, indicator: str, quarter: str, **cells: float) -> Basket:
    observations = basket.observations.copy()
    row = (observations["indicator_id"] == indicator) & (observations["quarter"] == quarter)
    assert row.sum() == 1
    observations.loc[row, list(cells)] = list(cells.values())
    return replace(basket, observations=observations)


def outcome_of(basket: Basket, indicator: str, quarter: str = "2023-24-Q3") -> str:
    found = wholes(basket)
    return str(found[(found["indicator_id"] == indicator) & (found["quarter"] == quarter)]["outcome"].item())


def test_every_published_percentage_is_checked(basket: Basket) -> None:
    counts = wholes(basket)["outcome"].value_counts().to_dict()
    assert counts == {NOT_KNOWN: 137, ATTAINABLE: 26, NOTHING: 2}


def test_67_of_10_is_not_possible_and_70_is(basket: Basket) -> None:
    for value, outcome in ((67, UNATTAINABLE), (70, ATTAINABLE)):
        changed = with_figure(basket, "core-group-meetings", "2023-24-Q3", value=value, denominator=10)
        assert outcome_of(changed, "core-group-meetings") == outcome


def test_the_numerator_must_be_one_that_gives_the_percentage(basket: Basket) -> None:
    for numerator, outcome in ((22, ATTAINABLE), (21, UNATTAINABLE)):
        cells = {"value": 69, "numerator": numerator, "denominator": 32}
        assert outcome_of(with_figure(basket, "core-group-meetings", "2023-24-Q3", **cells), "core-group-meetings") == (
            outcome
        )


def test_a_share_of_another_indicators_count(basket: Basket) -> None:
    """22 of 32 reviews is 69%; no number out of 31 is."""
    assert outcome_of(basket, "practice-reviews-good") == ATTAINABLE
    fewer = with_figure(basket, "practice-reviews-completed", "2023-24-Q3", value=31)
    assert outcome_of(fewer, "practice-reviews-good") == UNATTAINABLE


def test_a_share_of_a_share_is_traced_to_the_count(basket: Basket) -> None:
    found = wholes(basket).set_index(["indicator_id", "quarter"]).loc["moderated-reviews-unchanged"]
    assert found["whole"].to_dict() == {"2022-23-Q4": 0, "2023-24-Q1": 3, "2023-24-Q2": 0, "2023-24-Q3": 3}
    assert list(found["outcome"]) == [NOTHING, ATTAINABLE, NOTHING, ATTAINABLE]


def test_a_numerator_that_another_indicator_counts_must_be_one_that_gives_the_percentage(basket: Basket) -> None:
    # 69% of 32 reviews is 22 of them: residential placements were 22 too.
    row = ["practice-reviews-good", Relation.NUMERATOR, "residential-placements", "stated", ""]
    relations = pd.concat([basket.relations, pd.DataFrame([row], columns=basket.relations.columns)])
    for placements, outcome in ((22, ATTAINABLE), (21, UNATTAINABLE)):
        changed = with_figure(basket, "residential-placements", "2023-24-Q3", value=placements)
        assert outcome_of(replace(changed, relations=relations), "practice-reviews-good") == outcome


@pytest.mark.parametrize(("numerator", "expected"), [(22.5, (22.5, 22.5)), (22.2, None)])
def test_a_numerator_need_not_be_whole(numerator: float, expected: object) -> None:
    assert possible_counts(Figure("posts", "2023-24-Q3", Unit.PERCENTAGE, 0, 75, numerator, 30), 30) == expected


def test_without_relations_nothing_is_known_and_nothing_is_guessed(basket: Basket) -> None:
    alone = replace(basket, relations=basket.relations.iloc[:0])
    found = wholes(alone)
    assert set(found["outcome"]) == {NOT_KNOWN}
    assert found["whole"].isna().all()
    assert versions(alone).empty


@given(st.integers(1, 400), st.data())
def test_a_percentage_of_a_whole_number_of_cases_is_always_possible(whole: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, whole))
    figure = Figure("reviews", "2023-24-Q3", Unit.PERCENTAGE, 0, round(100 * count / whole), None, None)
    counts = possible_counts(figure, whole)
    assert counts is not None
    assert counts[0] <= count <= counts[1]


# Versions of one measure


def versions_of(basket: Basket) -> dict[str, str]:
    found = versions(basket)
    return dict(zip(found["quarter"], found["outcome"], strict=True))


def test_the_year_to_date_of_the_worked_example_agrees_where_it_can_be_checked(basket: Basket) -> None:
    assert versions_of(basket) == {
        "2022-23-Q4": NOT_KNOWN,
        "2023-24-Q1": CONSISTENT,
        "2023-24-Q2": CONSISTENT,
        "2023-24-Q3": CONSISTENT,
    }


@pytest.mark.parametrize(
    ("quarter", "value", "outcome"),
    [
        ("2023-24-Q1", 64, INCONSISTENT),
        ("2023-24-Q2", 63, CONSISTENT),
        ("2023-24-Q2", 64, INCONSISTENT),
        ("2023-24-Q3", 71, CONSISTENT),
        ("2023-24-Q3", 72, INCONSISTENT),
        ("2023-24-Q3", 60, INCONSISTENT),
    ],
)
def test_a_year_to_date_lies_between_the_previous_one_and_its_own_quarter(
    basket: Basket, quarter: str, value: float, outcome: str
) -> None:
    assert versions_of(with_figure(basket, YEAR_TO_DATE, quarter, value=value))[quarter] == outcome


def related(basket: Basket, relation: str, unit: str, long: list[float], short: list[float]) -> pd.DataFrame:
    """Make the two indicators versions of one another, with other figures in the last four quarters."""
    indicators = basket.indicators.copy()
    indicators.loc[indicators["indicator_id"].isin([QUARTER, YEAR_TO_DATE]), "unit"] = unit
    changed = replace(basket, indicators=indicators, relations=basket.relations.assign(relation=relation)[2:3])
    for name, values in ((YEAR_TO_DATE, long), (QUARTER, short)):
        for quarter, value in zip(("2022-23-Q4", "2023-24-Q1", "2023-24-Q2", "2023-24-Q3"), values, strict=True):
            changed = with_figure(changed, name, quarter, value=value)
    return versions(changed).set_index("quarter")["outcome"]


def test_a_count_for_the_year_to_date_is_a_sum(basket: Basket) -> None:
    found = related(basket, "year to date of", "number", [40, 10, 25, 26], [10, 10, 15, 2])
    assert found.to_dict() == {
        "2022-23-Q4": NOT_KNOWN,
        "2023-24-Q1": CONSISTENT,
        "2023-24-Q2": CONSISTENT,
        "2023-24-Q3": INCONSISTENT,
    }


@pytest.mark.parametrize(("unit", "value", "outcome"), [("number", 36, CONSISTENT), ("number", 35, INCONSISTENT)])
def test_a_count_for_twelve_months_is_the_sum_of_four_quarters(
    basket: Basket, unit: str, value: float, outcome: str
) -> None:
    found = related(basket, "rolling 12 months of", unit, [1, 1, 1, value], [10, 9, 15, 2])
    assert found["2023-24-Q3"] == outcome
    assert set(found[:3]) == {NOT_KNOWN}


@pytest.mark.parametrize(
    ("value", "outcome"), [(2, CONSISTENT), (15, CONSISTENT), (16, INCONSISTENT), (1, INCONSISTENT)]
)
def test_a_percentage_of_twelve_months_lies_between_its_quarters(basket: Basket, value: float, outcome: str) -> None:
    found = related(basket, "rolling 12 months of", "percentage", [1, 1, 1, value], [10, 9, 15, 2])
    assert found["2023-24-Q3"] == outcome


def percentages(values: dict[str, float]) -> dict[str, Figure]:
    return {
        quarter: Figure("reviews", quarter, Unit.PERCENTAGE, 0, value, None, None) for quarter, value in values.items()
    }


@pytest.mark.parametrize("relation", ["year to date of", "rolling 12 months of"])
def test_in_a_basket_of_years_a_version_is_the_figure_of_the_same_year(relation: str) -> None:
    long, short = (percentages({"2023-24": value}) for value in (61.0, 60.0))
    assert [outcome for _, (outcome, _) in _against_quarters(Relation(relation), short, short)] == [CONSISTENT]
    ((year, (outcome, words)),) = _against_quarters(Relation(relation), long, short)
    assert (year, outcome) == ("2023-24", INCONSISTENT)
    assert "is not the figure for its only year, 60%." in words


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=4, max_size=4))
def test_true_versions_of_one_measure_are_never_called_inconsistent(cases: list[tuple[int, int]]) -> None:
    counted = [(min(pair), max(pair)) for pair in cases]
    quarters = [f"2023-24-Q{number}" for number in (1, 2, 3, 4)]
    short = {q: float(round(100 * part / whole)) for q, (part, whole) in zip(quarters, counted, strict=True)}
    totals = [tuple(map(sum, zip(*counted[: place + 1], strict=True))) for place in range(4)]
    long = {q: float(round(100 * part / whole)) for q, (part, whole) in zip(quarters, totals, strict=True)}
    series = [percentages(values) for values in (long, short)]
    outcomes = [outcome for _, (outcome, _) in _against_quarters(Relation.YEAR_TO_DATE, *series)]
    assert outcomes == [CONSISTENT] * 4
    year = percentages({quarters[3]: long[quarters[3]]})
    assert [outcome for _, (outcome, _) in _against_quarters(Relation.ROLLING, year, series[1])] == [CONSISTENT]


# On the command line


def test_check_lists_impossible_percentages_without_failing(project: Project) -> None:
    project.edit(
        "data/observations.csv", "core-group-meetings,2023-24-Q3,55,,,", "core-group-meetings,2023-24-Q3,67,,10,"
    )
    project.edit("data/observations.csv", f"{YEAR_TO_DATE},2023-24-Q3,65", f"{YEAR_TO_DATE},2023-24-Q3,85")
    done = project("check", "2023-24-Q3")
    assert "The data is sound" in done.stdout, done.stderr
    assert "core-group-meetings 2023-24-Q3: no whole number of 10 cases is 67%." in done.stdout
    assert "85% for the year to date is not between" in done.stdout
    assert "moderated-reviews-unchanged 2023-24-Q2: there were no cases, so 0% is not possible" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "share of,requests-for-support,",
            "share of,requests-for-suport,",
            "There is no such row in data/indicators.csv",
        ),
        ("mash-enquiries-progressing,share of", "mash-enquiries,share of", "Only a percentage can be a share"),
        (
            "progressing,share of,mash-enquiries",
            "progressing,share of,children-in-care-rate",
            "Name the indicator that",
        ),
        ("-ytd,year to date of", "-ytd,half of", "Write one of: share of, year to date of"),
        (
            "share of,practice-reviews-moderated,",
            "share of,moderated-reviews-unchanged,",
            "cannot be related to itself",
        ),
        (
            "mash-enquiries-progressing,share of",
            "mash-enquiries,denominator counted by",
            "A count has no numerator",
        ),
        ("share of,practice-reviews-moderated,", "numerator counted by,practice-reviews-good,", "that counts cases"),
    ],
)
def test_an_impossible_relation_is_a_fault(project: Project, old: str, new: str, words: str) -> None:
    project.edit("data/relations.csv", old, new)
    with pytest.raises(DataFaults, match=words) as error:
        load_basket(project.root / "data")
    assert {fault.file for fault in error.value.faults} == {"data/relations.csv"}


def test_a_denominator_may_be_given_alone_and_a_numerator_may_not(project: Project) -> None:
    project.edit("data/observations.csv", f"{GROUPS},55,,,", f"{GROUPS},55,,20,")
    assert load_basket(project.root / "data").observations["denominator"].notna().sum() == 1
    project.edit("data/observations.csv", f"{GROUPS},55,,20,", f"{GROUPS},55,11,,")
    with pytest.raises(DataFaults, match="A numerator needs a denominator"):
        load_basket(project.root / "data")
