"""A rate per 10,000 is a whole number of children: published rates must be possible."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.data.load import Basket
from quarterly.display.quality import _fitting
from quarterly.measures.rates import children_behind_rates, fitting_populations

POPULATION = 43_367


def published(children: int, population: int, decimals: int = 2) -> float:
    """Publish a rate: the number of children for every 10,000, rounded half up."""
    exact = Decimal(children) * 10_000 / Decimal(population)
    return float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def rates(basket: Basket) -> pd.DataFrame:
    """Return every rate of the basket with the number of children behind it."""
    return children_behind_rates(basket)


def test_there_are_four_rates_a_quarter(rates: pd.DataFrame) -> None:
    assert rates.groupby("quarter").size().to_dict() == {
        "2022-23-Q4": 4,
        "2023-24-Q1": 4,
        "2023-24-Q2": 4,
        "2023-24-Q3": 4,
    }


def test_each_rate_of_2023_24_is_a_whole_number_of_children(basket: Basket) -> None:
    """Calculated here from the figures alone, without the function that the report uses."""
    rated = basket.indicators[basket.indicators["unit"] == "rate"]["indicator_id"]
    figures = basket.observations[basket.observations["indicator_id"].isin(rated)]
    figures = figures[figures["quarter"] >= "2023-24-Q1"]
    assert len(figures) == 12
    for figure in figures.itertuples(index=False):
        children = round(figure.value * POPULATION / 10_000)
        assert published(children, POPULATION) == figure.value, f"{figure.indicator_id} {figure.quarter}"


def test_the_children_behind_the_rates_are_these(rates: pd.DataFrame) -> None:
    found = rates.pivot(index="indicator_id", columns="quarter", values="children")
    assert found["2022-23-Q4"].isna().all()
    known = {
        name: [row["2023-24-Q1"], row["2023-24-Q2"], row["2023-24-Q3"]]
        for name, row in found.astype("Int64").iterrows()
    }
    assert known == {
        "child-in-need-rate": [232, 228, 207],
        "child-protection-plan-rate": [114, 137, 124],
        "children-in-care-rate": [208, 229, 243],
        "unaccompanied-children-rate": [23, 25, 26],
    }


def test_the_rates_of_2022_23_quarter_4_fit_two_populations(rates: pd.DataFrame) -> None:
    values = list(rates[rates["quarter"] == "2022-23-Q4"]["value"])
    assert fitting_populations(values, 30_000, 60_000) == [42_838, 42_839]


@pytest.mark.parametrize("quarter", ["2023-24-Q1", "2023-24-Q2", "2023-24-Q3"])
def test_the_stated_population_fits_every_quarter_of_2023_24(rates: pd.DataFrame, quarter: str) -> None:
    values = list(rates[rates["quarter"] == quarter]["value"])
    assert POPULATION in fitting_populations(values, 43_000, 44_000)


def test_the_population_of_2022_23_quarter_4_is_not_the_stated_one(rates: pd.DataFrame) -> None:
    values = rates[rates["quarter"] == "2022-23-Q4"]["value"]
    assert any(published(round(value * POPULATION / 10_000), POPULATION) != value for value in values)


@settings(max_examples=60, deadline=None)
@given(
    population=st.integers(2_000, 60_000),
    parts=st.lists(st.floats(0, 0.02), min_size=1, max_size=4),
    below=st.integers(0, 40),
    above=st.integers(0, 40),
    decimals=st.integers(0, 3),
)
def test_the_true_population_always_fits(
    population: int, parts: list[float], below: int, above: int, decimals: int
) -> None:
    rates = [published(int(part * population), population, decimals) for part in parts]
    fitting = fitting_populations(rates, population - below, population + above, decimals)
    assert population in fitting
    assert fitting == sorted(set(fitting))
    assert all(population - below <= found <= population + above for found in fitting)


@settings(max_examples=60, deadline=None)
@given(
    population=st.integers(5_000, 50_000),
    counts=st.lists(st.integers(0, 300), min_size=1, max_size=3),
    around=st.integers(0, 25),
)
def test_a_population_fits_exactly_when_every_rate_can_be_made_with_it(
    population: int, counts: list[int], around: int
) -> None:
    rates = [published(count, population) for count in counts]
    tried = range(population - around, population + around + 1)
    by_hand = [
        candidate
        for candidate in tried
        if all(
            any(published(children, candidate) == rate for children in range(max(count - 3, 0), count + 4))
            for rate, count in zip(rates, counts, strict=True)
        )
    ]
    assert fitting_populations(rates, tried[0], tried[-1]) == by_hand


def test_populations_fit_rates_of_the_decimals_that_they_are_published_with(basket: Basket) -> None:
    """24.9 stands for rates up to 24.95, and not for 24.90 alone."""
    coarse = basket.indicators["unit"] == "rate"
    figures = basket.observations
    rounded = figures["value"].mask(figures["indicator_id"].isin(basket.indicators.loc[coarse, "indicator_id"]))
    rounded = rounded.fillna((figures["value"] * 10 + 0.5) // 1 / 10)
    indicators = basket.indicators.assign(decimals=basket.indicators["decimals"].mask(coarse, 1))
    changed = replace(basket, indicators=indicators, observations=figures.assign(value=rounded))
    rates = children_behind_rates(changed)
    assert POPULATION in _fitting(rates[rates["quarter"] == "2023-24-Q3"], 43_000, 44_000)


def test_an_impossible_rate_is_shown_as_unknown(basket: Basket) -> None:
    observations = basket.observations.copy()
    wrong = (observations["indicator_id"] == "children-in-care-rate") & (observations["quarter"] == "2023-24-Q3")
    observations.loc[wrong, "value"] = 56.04
    found = children_behind_rates(replace(basket, observations=observations))
    assert found["children"].isna().sum() == 5
    row = found[(found["indicator_id"] == "children-in-care-rate") & (found["quarter"] == "2023-24-Q3")].iloc[0]
    assert pd.isna(row["children"])


def test_a_rate_with_its_own_denominator_is_no_number_of_the_population(basket: Basket) -> None:
    observations = basket.observations.copy()
    other = observations["indicator_id"] == "children-in-care-rate"
    observations.loc[other, "denominator"] = 1200
    found = children_behind_rates(replace(basket, observations=observations))
    assert set(children_behind_rates(basket)["indicator_id"]) - set(found["indicator_id"]) == {"children-in-care-rate"}
