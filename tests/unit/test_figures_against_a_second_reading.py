"""The figures in data/ agree, cell by cell, with an independent second reading of the published report."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from conftest import COMPARATOR_LABELS, ROOT

from quarterly.core.terms import MISSING_REASONS
from quarterly.core.written import format_value
from quarterly.data.load import Basket

QUARTERS = {"q4": "2022-23-Q4", "q1": "2023-24-Q1", "q2": "2023-24-Q2", "q3": "2023-24-Q3"}
COMPARATORS = {
    "sn": "statistical_neighbour",
    "sw": "south_west",
    "eng": "england",
    "ofsted": "ofsted_good",
}
CELLS = ("area", "name", "data_type", *QUARTERS, "target", "polarity", "rag", "dot", "local", *COMPARATORS)

ROW_3 = "Percentage of Family Wellbeing episodes closed within the last 12 weeks who have been"

#: Row and column, the second reading, and data/: each difference is intended, and no other is allowed.
MEANT = {
    # The commentary writes 'transferred up to Social Care'; the data type is blank, but the figures carry a % sign.
    (3, "name"): (f"{ROW_3} transferred up Social Care", f"{ROW_3} transferred up to Social Care"),
    (3, "data_type"): ("", "Percentage"),
    # A scanning mark in the cell next to 'Local measure'.
    (8, "ofsted"): ("_", ""),
    # A space left over from a line break.
    (21, "name"): (
        "Rate of Unaccompanied Asylum- Seeking Children in care per 10,000",
        "Rate of Unaccompanied Asylum-Seeking Children in care per 10,000",
    ),
    # The data type is lost; the name says percentage.
    (26, "data_type"): ("", "Percentage"),
    # Of 'Lower is better' only 'better' is left; the commentary celebrates that the figure fell.
    (51, "polarity"): ("", "lower"),
}


@pytest.fixture(scope="module")
def second() -> pd.DataFrame:
    """Return the second reading, every cell as text, by its row number."""
    table = pd.read_csv(ROOT / "tests" / "second_reading.csv", dtype=str, keep_default_na=False)
    return table.assign(n=table["n"].astype(int)).set_index("n")


@pytest.fixture(scope="module")
def first(basket: Basket) -> pd.DataFrame:
    """Return data/ written as the report prints it, in the report's order."""
    areas = dict(zip(basket.areas["area_id"], basket.areas["position"], strict=True))
    values = basket.observations.set_index(["indicator_id", "quarter"])
    targets = basket.targets.set_index("indicator_id")
    published = basket.published_ratings.set_index("indicator_id")
    comparators = basket.comparators.set_index(["indicator_id", "comparator"])
    rows = []
    for row in basket.indicators.itertuples(index=False):
        name, unit, decimals = row.indicator_id, row.unit, row.decimals
        target, rating = targets.loc[name], published.loc[name]
        cells: dict[str, Any] = {
            "area": str(areas[row.area_id]),
            "name": row.name,
            "data_type": unit.capitalize(),
            **{
                short: format_value(values.loc[(name, quarter), "value"], unit, decimals)
                for short, quarter in QUARTERS.items()
            },
            "target": as_printed_target(target, unit),
            "polarity": as_printed_polarity(row.polarity, target),
            "rag": rating["rag"].capitalize() if rating["rag"] == "NOT TARGETED" else rating["rag"],
            "dot": rating["dot"],
            "local": "yes" if row.comparison == "local measure" else "no",
            **{short: as_printed_comparator(comparators, name, str(who), unit) for short, who in COMPARATORS.items()},
        }
        rows.append(cells)
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="n"))


def as_printed_target(target: pd.Series, unit: str) -> str:
    if target["missing"]:
        return {"z": "N/A", "x": ""}[target["missing"]]
    return str(target["direction"]).capitalize() or format_value(target["value"], unit)


def as_printed_polarity(polarity: str, target: pd.Series) -> str:
    """Return the polarity as printed: 'N/A' if blank in data/, except in rows whose target is lost too."""
    return polarity or ("" if target["missing"] == "x" else "N/A")


def as_printed_comparator(comparators: pd.DataFrame, name: str, who: str, unit: str) -> str:
    if (name, who) not in comparators.index:
        return ""
    row = comparators.loc[(name, who)]
    if row["missing"]:
        return {"Shown as '-' in the source": "-", "Blank in the source": ""}[row["note"]]
    return format_value(row["value"], unit, row["value_decimals"])


def test_both_readings_have_the_same_60_rows(first: pd.DataFrame, second: pd.DataFrame) -> None:
    assert list(first.index) == list(second.index) == list(range(1, 61))
    assert set(CELLS) == set(first.columns) == set(second.columns) - {"remark"}


def test_only_intended_differences_exist(first: pd.DataFrame, second: pd.DataFrame) -> None:
    found = {
        (number, column): (second.loc[number, column], first.loc[number, column])
        for number in second.index
        for column in CELLS
        if second.loc[number, column] != first.loc[number, column]
    }
    assert found == MEANT


@pytest.mark.parametrize("column", CELLS)
def test_the_comparison_detects_a_change_in_every_column(
    first: pd.DataFrame, second: pd.DataFrame, column: str
) -> None:
    """A column that is blank or constant would agree with anything."""
    assert second[column].nunique() > 1
    assert first[column].nunique() > 1


def test_each_area_has_its_indicators(basket: Basket) -> None:
    counts = basket.indicators["area_id"].value_counts()
    assert [counts[area] for area in basket.area_ids] == [17, 14, 13, 10, 6]


def test_an_indicator_has_one_row_a_quarter_one_target_and_one_published_rating(basket: Basket) -> None:
    ids = set(basket.indicators["indicator_id"])
    pairs = set(zip(basket.observations["indicator_id"], basket.observations["quarter"], strict=True))
    assert pairs == {(name, quarter) for name in ids for quarter in QUARTERS.values()}
    assert len(basket.observations) == len(pairs)
    for table in (basket.targets, basket.published_ratings):
        assert sorted(table["indicator_id"]) == sorted(ids)


def test_the_targets_are_those_of_the_reporting_year(basket: Basket) -> None:
    assert set(basket.targets["from_quarter"]) == {"2023-24-Q1"}
    assert set(basket.targets["to_quarter"]) == {"2023-24-Q4"}
    assert set(basket.published_ratings["quarter"]) == {"2023-24-Q3"}


def test_a_local_measure_has_no_comparators_and_any_other_has_four(basket: Basket) -> None:
    counts = basket.comparators.groupby("indicator_id").size()
    for row in basket.indicators.itertuples(index=False):
        assert counts.get(row.indicator_id, 0) == (0 if row.comparison == "local measure" else 4), row.indicator_id


def test_comparators_are_for_2021_22_except_ofsteds(basket: Basket) -> None:
    periods = basket.comparators.groupby("comparator")["period"].unique().map(list).to_dict()
    assert periods == {who: [""] if who == "ofsted_good" else ["2021-22"] for who in COMPARATOR_LABELS}


def test_there_are_ten_statistical_neighbours(basket: Basket) -> None:
    known = basket.comparator_members
    assert set(known["comparator"]) == {"statistical_neighbour"}
    assert list(known["position"]) == list(range(1, 11))
    assert list(known["authority"]) == [
        "Worcestershire",
        "South Gloucestershire",
        "West Sussex",
        "Hampshire",
        "East Sussex",
        "Gloucestershire",
        "Essex",
        "Dorset",
        "Leicestershire",
        "Warwickshire",
    ]
    assert (known["source"] != "").all()


@pytest.mark.parametrize("name", ["observations", "targets", "comparators", "populations"])
def test_a_missing_value_has_a_symbol_and_others_have_none(basket: Basket, name: str) -> None:
    table: pd.DataFrame = getattr(basket, name)
    given = table["population" if name == "populations" else "value"].notna()
    if name == "targets":
        given |= table["direction"] != ""
    assert (given == (table["missing"] == "")).all()
    assert set(table["missing"]) <= {"", *MISSING_REASONS}


@pytest.mark.parametrize("name", ["observations", "targets", "comparators", "populations"])
def test_a_value_that_is_not_available_has_a_note(basket: Basket, name: str) -> None:
    """'Not applicable' (z) is enough for an untargeted indicator; anything else needs a note."""
    table: pd.DataFrame = getattr(basket, name)
    missing = table[~table["missing"].isin(["", "z"])]
    assert len(missing) > 0
    assert (missing["note"] != "").all()


def test_the_missing_figures_are_these(basket: Basket) -> None:
    missing = basket.observations[basket.observations["missing"] != ""]
    assert missing.groupby("indicator_id").size().to_dict() == {
        "plo-16-weeks": 4,
        "children-in-care-visits": 3,
        "personal-advisers-over-20-children": 4,
    }
    lost = basket.targets[basket.targets["missing"] == "x"]
    assert set(lost["indicator_id"]) == {
        "plo-16-weeks",
        "practice-reviews-inadequate",
        "personal-advisers-over-20-children",
    }


def test_a_cell_that_was_recovered_or_lost_has_a_note(basket: Basket) -> None:
    """If data/ says more than the report's table, or a rating is lost, a reader is told."""
    indicators = basket.indicators.set_axis(pd.RangeIndex(1, 61))
    for number, column in MEANT:
        if column in ("data_type", "polarity"):
            assert indicators.loc[number, "note"] != "", number
    published = basket.published_ratings.set_axis(pd.RangeIndex(1, 61))
    lost = published[(published["rag"] == "") | (published["dot"] == "")]
    assert list(lost.index) == [2, 51, 52, 53, 60]
    assert (lost["note"] != "").all()


def test_every_period_basis_stated_in_a_name_is_that_of_the_data(basket: Basket) -> None:
    for row in basket.indicators.itertuples(index=False):
        for words, basis in (
            ("year to date", "year to date"),
            ("rolling", "rolling 12 months"),
            ("snapshot", "snapshot"),
        ):
            if words in row.name:
                assert (row.period_basis, row.basis_source) == (basis, "stated"), row.indicator_id
