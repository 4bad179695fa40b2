"""The council's figures are compared with the department's for the same year, and each difference has its reason."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from quarterly.data.load import Basket
from quarterly.display.evidence import outturn_table
from quarterly.measures.outturn import outturn

SOURCE = {"missing": "", "extracted": "2026-04-08", "confirmed": "2026-04-08", "source": "Official"}


def beside(
    basket: Basket, indicator_id: str, figures: dict[str, dict[str, str]], quarters: dict[str, float], **measure: str
) -> Basket:
    """Return a basket with these quarterly figures of one indicator and these official ones by measure."""
    columns = dict.fromkeys(basket.benchmark_measures.columns, "")
    lines = [
        {"authority": "North Somerset", "measure": name, "year": year, "value": float(text), **SOURCE}
        | {"value_decimals": len(text.partition(".")[2])}
        for name, years in figures.items()
        for year, text in years.items()
    ]
    observed = basket.observations[basket.observations["indicator_id"] != indicator_id]
    own = pd.DataFrame(
        [{"indicator_id": indicator_id, "quarter": quarter, "value": value} for quarter, value in quarters.items()]
    )
    return replace(
        basket,
        benchmarks=pd.DataFrame(lines),
        benchmark_measures=pd.DataFrame([{**columns, "indicator_id": indicator_id, "measure": "A", **measure}]),
        observations=pd.concat([observed, own], ignore_index=True),
        populations=pd.DataFrame({"quarter": ["2022-23-Q4"], "population": [42838.0], "missing": "", "note": ""}),
    )


def test_a_basket_of_years_is_held_against_the_same_year(basket: Basket) -> None:
    """Whatever the basis: a year's figure covers the department's whole year."""
    figures = {"A": {"2022-23": "14.8"}}
    whole = beside(basket, "re-referrals-12-months", figures, {"2022-23": 15.0})
    years = whole.observations["quarter"].str.len() == len("2022-23")
    whole = replace(whole, observations=whole.observations[years])
    for basis in ("in quarter", "rolling 12 months", "snapshot"):
        found = only(replace(whole, indicators=whole.indicators.assign(period_basis=basis)))
        assert (found["quarter"], found["year"], found["reason"]) == ("2022-23", "2022-23", "the same when rounded")
    september = beside(basket, "re-referrals-12-months", figures, {"2022-23": 15.0}, taken="30 September")
    assert outturn(replace(september, observations=whole.observations)).empty


def only(basket: Basket) -> pd.Series:
    found = outturn(basket)
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("indicator_id", "own", "official", "reason", "words"),
    [
        ("long-term-placement-stability", 68.0, "68", "equal", ""),
        ("re-referrals-12-months", 15.0, "14.8", "the same when rounded", "They agree as whole numbers."),
        ("single-assessments-45-days-ytd", 79.0, "80.5", "not explained", "They differ by 1.5 points"),
    ],
)
def test_a_year_end_figure_is_equal_or_rounded_or_unexplained(
    basket: Basket, indicator_id: str, own: float, official: str, reason: str, words: str
) -> None:
    """The worked example's figures of March 2023, compared with the department's."""
    found = only(beside(basket, indicator_id, {"A": {"2022-23": official}}, {"2022-23-Q4": own}))
    assert (found["quarter"], found["year"], found["reason"]) == ("2022-23-Q4", "2022-23", reason)
    assert found["explanation"].startswith(words)


def test_one_count_behind_two_rates_is_another_population(basket: Basket) -> None:
    figures = {"A": {"2022-23": "24.9"}, "Number": {"2022-23": "108"}}
    found = only(
        beside(basket, "child-protection-plan-rate", figures, {"2022-23-Q4": 25.21}, counted="Number", differs="")
    )
    assert (found["cases"], found["official_cases"]) == (108, 108)
    assert found["reason"] == "another population"
    assert "the same 108 cases" in found["explanation"]


def test_a_known_difference_is_given_in_its_authors_words(basket: Basket) -> None:
    words = {"differs": "another population", "note": "Looked after for 12 months", "definition": "With checks"}
    known = beside(basket, "health-checks", {"A": {"2022-23": "71"}}, {"2022-23-Q4": 65.0}, **words)
    found = only(known)
    assert (found["reason"], found["explanation"]) == ("another population", "Looked after for 12 months.")
    shown = outturn_table(known)
    assert shown is not None
    page = str(shown.html)
    assert "1 another population" in page
    for text in ("Percentage of children in care with health checks", "With checks", "65% in Q4 2022-23", "71%"):
        assert text in page


def test_a_figure_of_september_is_compared_with_the_second_quarter(basket: Basket) -> None:
    known = beside(
        basket,
        "average-caseload",
        {"A": {"2022-23": "15", "2021-22": "19.3"}},
        {"2022-23-Q4": 15.8, "2023-24-Q2": 14.7},
        taken="30 September",
    )
    found = only(known)
    assert (found["quarter"], found["value"], found["reason"]) == ("2023-24-Q2", 14.7, "not explained")
    assert "0.3" in found["explanation"], "15 is 15.0 where other years have a decimal"


@pytest.mark.parametrize(
    ("quarters", "official", "reason"),
    [
        ([80, 82, 81], "95.5", "unlikely to be consistent"),
        ([63, 60, 71], "74.8", "consistent"),
        ([100, 100, 97], "82.8", "consistent"),
        ([60, 70, 70, 80], "85.0", "unlikely to be consistent"),
        ([60, 70, 70, 80], "72.0", "consistent"),
    ],
)
def test_quarters_that_cannot_add_up_to_the_year_are_found(
    basket: Basket, quarters: list[float], official: str, reason: str
) -> None:
    own = {f"2023-24-Q{place}": value for place, value in enumerate(quarters, start=1)}
    assert only(beside(basket, "icpc-15-days", {"A": {"2023-24": official}}, own))["reason"] == reason


def test_counts_of_four_quarters_are_the_year(basket: Basket) -> None:
    own = {f"2023-24-Q{place}": 10.0 for place in range(1, 5)}
    for official, reason in (("40", "consistent"), ("41", "unlikely to be consistent")):
        found = only(beside(basket, "mash-enquiries", {"A": {"2023-24": official}}, own))
        assert found["reason"] == reason


def test_two_quarters_do_not_determine_a_year(basket: Basket) -> None:
    own = {"2023-24-Q1": 80.0, "2023-24-Q2": 82.0}
    known = beside(basket, "icpc-15-days", {"A": {"2023-24": "95.5"}}, own)
    assert outturn(known).empty
    assert outturn_table(known) is None
