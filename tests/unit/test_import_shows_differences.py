"""The changes that an import would make, and those that need a decision first."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from extracts import Q4, read_text
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.cli.import_tables import change_rows
from quarterly.core.import_errors import UnknownAcceptance
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.contents import Doubt
from quarterly.ingest.plan import Plan, make_plan
from quarterly.ingest.plausible import IMPLAUSIBLE

ASSESSMENTS = "single-assessments-45-days"
TO_DATE = "single-assessments-45-days-ytd"


def plan(basket: Basket, rows: str, asked: Quarter = Q4, accept: tuple[str, ...] = (), head: str = "value") -> Plan:
    return make_plan(read_text(basket, f"id,quarter,{head}\n{rows}\n", asked), basket, asked, accept)


def kinds(found: Plan) -> dict[tuple[str, str], str]:
    shown = found.changes[found.changes["place"] != ""]
    return {(row.indicator_id, row.quarter): str(row.kind) for row in shown.itertuples(index=False)}


def doubted(found: Plan, indicator_id: str) -> list[str]:
    return found.doubts.loc[found.doubts["indicator_id"] == indicator_id, "doubt"].tolist()


def known(basket: Basket, indicator_id: str, values: dict[str, float | None]) -> Basket:
    """Return a basket in which one indicator has only these figures."""
    rest = basket.observations[basket.observations["indicator_id"] != indicator_id]
    rows = [
        {
            "indicator_id": indicator_id,
            "quarter": quarter,
            "value": value,
            "missing": "x" if value is None else "",
            "note": "",
        }
        for quarter, value in values.items()
    ]
    return replace(basket, observations=pd.concat([rest, pd.DataFrame(rows)], ignore_index=True))


def test_different_counts_behind_the_same_figure_are_a_restatement(basket: Basket) -> None:
    figures = basket.observations.copy()
    own = (figures["indicator_id"] == ASSESSMENTS) & (figures["quarter"] == "2023-24-Q3")
    figures.loc[own, "value"], figures.loc[own, "numerator"], figures.loc[own, "denominator"] = 50.0, 10.0, 20.0
    rows = f"{ASSESSMENTS},2023-24-Q3,50,11,22\n{ASSESSMENTS},2023-24-Q4,50,10,20"
    found = plan(replace(basket, observations=figures), rows, head="value,numerator,denominator")
    assert kinds(found)[ASSESSMENTS, "2023-24-Q3"] == "restated"
    assert "It was 50% (10 of 20), and the extract says 50% (11 of 22)." in found.doubts["why"].tolist()


def test_a_back_series_is_shown_by_its_first_and_last_figures(basket: Basket) -> None:
    rows = "".join(f"agency-workers,{quarter},{n}\n" for n, quarter in enumerate(("2019-20-Q1", "2019-20-Q2", Q4), 11))
    names = dict.fromkeys(basket.indicators["indicator_id"], "Agency workers")
    shown = dict(change_rows(plan(basket, rows), names, every=False))["New figures"]
    assert shown[0][:5] == ["Agency workers", "2019-20-Q1 to 2023-24-Q4", "new", "", "11 to 13, 3 figures"]


def test_each_figure_is_new_restated_withdrawn_or_unchanged(basket: Basket) -> None:
    found = plan(
        basket,
        "agency-workers,2023-24-Q4,16\nagency-workers,2023-24-Q3,19\nagency-workers,2023-24-Q2,\n"
        "average-caseload,2023-24-Q4,c\naverage-caseload,2023-24-Q3,14",
    )
    assert kinds(found) == {
        ("agency-workers", "2023-24-Q4"): "new",
        ("agency-workers", "2023-24-Q3"): "restated",
        ("agency-workers", "2023-24-Q2"): "unchanged",
        ("average-caseload", "2023-24-Q4"): "withdrawn",
        ("average-caseload", "2023-24-Q3"): "unchanged",
    }
    restated = found.doubts.set_index("doubt").loc["restated"]
    assert restated["why"] == "It was 18, and the extract says 19."


def test_indicators_missing_from_an_area_of_the_extract_are_withdrawn_and_other_areas_are_left_alone(
    basket: Basket,
) -> None:
    found = plan(basket, "agency-workers,2023-24-Q4,16")
    absent = found.changes[found.changes["place"] == ""]
    areas = basket.indicators.set_index("indicator_id")["area_id"]
    assert set(areas[absent["indicator_id"]]) == {"workforce"}
    assert set(found.changes["indicator_id"]) == set(areas.index[areas == "workforce"])
    assert set(absent["missing"]) == {"x"}
    assert set(absent["note"]) == {"No figure was given"}
    withdrawn = absent.loc[absent["kind"] == "withdrawn", "indicator_id"]
    assert "average-caseload" in set(withdrawn)
    assert "personal-advisers-over-20-children" not in set(withdrawn), "it had no figure the quarter before either"


def test_a_figure_of_the_quarter_that_is_already_held_is_corrected(basket: Basket) -> None:
    found = plan(basket, "agency-workers,2023-24-Q3,19", Quarter(2023, 3))
    assert kinds(found) == {("agency-workers", "2023-24-Q3"): "corrected"}
    assert doubted(found, "agency-workers")[0] == Doubt.CORRECTED
    assert len(found.changes) == 1, "what is held for the quarter is not missed in an extract that corrects it"


def test_a_figure_for_a_quarter_that_was_missing_is_a_restatement(basket: Basket) -> None:
    found = plan(basket, "plo-16-weeks,2023-24-Q3,60\nplo-16-weeks,2023-24-Q4,61")
    assert kinds(found)["plo-16-weeks", "2023-24-Q3"] == "restated"
    assert "It was x" in found.doubts.set_index("doubt").loc["restated", "why"]


@pytest.mark.parametrize(
    ("series", "value", "expected"),
    [
        ([40, 44, 42, 43], 45, []),
        ([40, 44, 42, 43], 50, [Doubt.JUMP]),
        ([40, 44, 42, 43], 12, [Doubt.JUMP]),
        ([40, 80, 42, 43], 110 / 2, []),
        ([40, 44, 42, 43], 43, [Doubt.SAME]),
        ([40, 44, 42, 43], 0, [Doubt.ZERO, Doubt.JUMP]),
        ([0, 2, 0, 2], 0, []),
        ([40, 44, 42, 43], 0.4, [Doubt.FRACTION, Doubt.JUMP, Doubt.DECIMALS]),
        ([40, 44, 42, 43], 1, [Doubt.FRACTION, Doubt.JUMP]),
        ([2, 1, 0, 2], 1, []),
        ([2, 1, 0, 2], 0.5, [Doubt.FRACTION, Doubt.DECIMALS]),
        ([0, 0, 0, 0], 0, []),
        ([12, 9, 14, 11], 11, []),
        ([0, 0, 0, 0], 2, []),
        ([0, 0, 0, 0], 3, [Doubt.JUMP]),
        ([43], 90, []),
        ([], 90, []),
    ],
)
def test_a_percentage_is_doubted_by_the_range_of_its_series(
    basket: Basket, series: list[float], value: float, expected: list[Doubt]
) -> None:
    values = {str(Q4.shift(place - len(series))): one for place, one in enumerate(series)}
    changed = known(basket, ASSESSMENTS, dict(values))
    assert doubted(plan(changed, f"{ASSESSMENTS},2023-24-Q4,{value}"), ASSESSMENTS) == expected


def test_a_fraction_is_doubted_as_written_and_not_when_it_is_marked_as_a_percentage(basket: Basket) -> None:
    found = plan(basket, f"{ASSESSMENTS},2023-24-Q4,0.15")
    assert "0.15 may be a fraction for 15%" in found.doubts.set_index("indicator_id").loc[ASSESSMENTS, "why"].iloc[0]
    assert Doubt.FRACTION not in doubted(plan(basket, f"{ASSESSMENTS},2023-24-Q4,0.15%"), ASSESSMENTS)
    assert Doubt.FRACTION not in doubted(plan(basket, f"{ASSESSMENTS},2023-24-Q4,15"), ASSESSMENTS)


def test_a_1_without_a_format_beside_marked_percentages_is_doubted(basket: Basket) -> None:
    for mark, doubt in (("%", True), ("", False)):
        found = plan(basket, f"{ASSESSMENTS},2022-23-Q3,1\n{ASSESSMENTS},2023-24-Q4,67{mark}")
        assert (Doubt.FRACTION in doubted(found, ASSESSMENTS)) == doubt


def test_a_restated_figure_counts_in_the_range_of_the_series(basket: Basket) -> None:
    changed = known(basket, ASSESSMENTS, {"2023-24-Q1": 40, "2023-24-Q2": 44, "2023-24-Q3": 43})
    rows = f"{ASSESSMENTS},2023-24-Q3,70\n{ASSESSMENTS},2023-24-Q4,70"
    assert doubted(plan(changed, rows), ASSESSMENTS) == [Doubt.RESTATED, Doubt.SAME]


@pytest.mark.parametrize(("value", "fits"), [(66, False), (67, True), (68, False), (66.7, True)])
def test_a_percentage_must_fit_its_numerator_and_denominator(basket: Basket, value: float, fits: bool) -> None:  # noqa: FBT001
    found = plan(basket, f"{ASSESSMENTS},2023-24-Q4,{value},2,3", head="value,numerator,denominator")
    assert (Doubt.COUNTS not in doubted(found, ASSESSMENTS)) == fits


@pytest.mark.parametrize(
    ("per", "value", "fits"), [("10,000", 51.9, False), ("10,000", 51.88, True), ("1,000", 5.19, True)]
)
def test_a_rate_must_fit_its_numerator_and_denominator_too(basket: Basket, per: str, value: float, fits: bool) -> None:  # noqa: FBT001
    own = basket.indicators["indicator_id"] == "children-in-care-rate"
    indicators = basket.indicators.assign(per=basket.indicators["per"].mask(own, f"{per} children"))
    rows = f"children-in-care-rate,2023-24-Q4,{value},225,43367"
    found = plan(replace(basket, indicators=indicators), rows, head="value,numerator,denominator")
    assert (Doubt.COUNTS not in doubted(found, "children-in-care-rate")) == fits


def counted_to_date(basket: Basket, values: dict[str, float | None]) -> Basket:
    """Turn an indicator into a year-to-date count."""
    indicators = basket.indicators.copy()
    chosen = indicators["indicator_id"] == "agency-workers"
    indicators.loc[chosen, "period_basis"] = "year to date"
    return known(replace(basket, indicators=indicators), "agency-workers", values)


def test_a_count_for_the_year_to_date_cannot_fall_within_the_year(basket: Basket) -> None:
    changed = counted_to_date(basket, {"2023-24-Q1": 10, "2023-24-Q2": 21, "2023-24-Q3": 33})
    assert doubted(plan(changed, "agency-workers,2023-24-Q4,12"), "agency-workers") == [Doubt.FELL]
    assert doubted(plan(changed, "agency-workers,2023-24-Q4,46"), "agency-workers") == []


@pytest.mark.parametrize("value", [3, 46, 90])
def test_a_measure_for_the_year_to_date_starts_again_in_the_first_quarter(basket: Basket, value: int) -> None:
    counted = counted_to_date(basket, {"2023-24-Q2": 21, "2023-24-Q3": 33, "2023-24-Q4": 46})
    first = Quarter(2024, 1)
    assert doubted(plan(counted, f"agency-workers,2024-25-Q1,{value}", first), "agency-workers") == []
    assert doubted(plan(basket, f"{TO_DATE},2024-25-Q1,{value}", first), TO_DATE) == []
    plain = known(basket, "agency-workers", {"2023-24-Q2": 21, "2023-24-Q3": 33, "2023-24-Q4": 46})
    expected = {3: [], 46: [Doubt.SAME], 90: [Doubt.JUMP]}[value]
    assert doubted(plan(plain, f"agency-workers,2024-25-Q1,{value}", first), "agency-workers") == expected


def test_targets_of_a_new_year_are_new_and_those_of_this_one_are_doubted_when_they_differ(basket: Basket) -> None:
    rows = "agency-workers,2023-24-Q4,16,12\naverage-caseload,2023-24-Q4,14.5,16.6"
    found = plan(basket, rows, head="value,target")
    assert found.targets[["indicator_id", "old", "new"]].to_numpy().tolist() == [["agency-workers", "Decreasing", "12"]]
    assert Doubt.TARGET in doubted(found, "agency-workers")
    found = plan(basket, rows.replace("2023-24-Q4", "2024-25-Q1"), Quarter(2024, 1), head="value,target")
    assert found.targets[["old", "new"]].to_numpy().tolist() == [["", "12"], ["", "16.6"]]
    assert Doubt.TARGET not in set(found.doubts["doubt"])


def test_a_target_that_may_be_a_fraction_is_doubted_even_in_a_new_year(basket: Basket) -> None:
    for target, doubt in (("0.9", [Doubt.FRACTION]), ("90%", []), ("0.9%", []), ("90", [])):
        rows = f"{ASSESSMENTS},2024-25-Q1,60,{target}"
        found = plan(basket, rows, Quarter(2024, 1), head="value,target")
        assert [one for one in doubted(found, ASSESSMENTS) if one == Doubt.FRACTION] == doubt


def test_a_comparator_that_differs_is_shown_and_changes_nothing(basket: Basket) -> None:
    found = plan(basket, "average-caseload,2023-24-Q4,14.5,15.9", head="value,england")
    held = basket.comparators.set_index(["indicator_id", "comparator"])["value"]["average-caseload", "england"]
    assert found.comparators[["value", "held"]].to_numpy().tolist() == [[15.9, held]]
    assert doubted(found, "average-caseload") == []


@pytest.mark.parametrize(
    ("accept", "left"),
    [
        ((), ["agency-workers:restated", "agency-workers:jump", "average-caseload:same"]),
        (("restated",), ["agency-workers:jump", "average-caseload:same"]),
        (("implausible",), ["agency-workers:restated"]),
        (("agency-workers",), ["average-caseload:same"]),
        (("agency-workers:jump", "same"), ["agency-workers:restated"]),
        (("agency-workers:implausible",), ["agency-workers:restated", "average-caseload:same"]),
        (("all",), []),
    ],
)
def test_a_doubt_is_accepted_by_indicator_by_kind_alone_or_with_all(
    basket: Basket, accept: tuple[str, ...], left: list[str]
) -> None:
    rows = "agency-workers,2023-24-Q3,19\nagency-workers,2023-24-Q4,70\naverage-caseload,2023-24-Q4,14"
    found = plan(basket, rows, accept=(*accept, "withdrawn"))
    waiting = found.unaccepted
    assert [f"{row.indicator_id}:{row.doubt}" for row in waiting.itertuples(index=False)] == left


@pytest.mark.parametrize("text", ["everything", "agency", "agency-workers:typo", ":jump", ""])
def test_accepting_what_does_not_exist_is_refused(basket: Basket, text: str) -> None:
    with pytest.raises(UnknownAcceptance, match="nothing called"):
        plan(basket, "agency-workers,2023-24-Q4,16", accept=(text,))


def test_the_published_figures_themselves_change_nothing(basket: Basket) -> None:
    figures = basket.observations.dropna(subset=["value"])
    rows = "\n".join(f"{row.indicator_id},{row.quarter},{row.value}" for row in figures.itertuples(index=False))
    found = plan(basket, rows, Quarter(2023, 3))
    assert found.written.empty
    assert found.doubts.empty


@settings(max_examples=20, deadline=None)
@given(value=st.integers(0, 100))
def test_every_doubt_about_a_figure_has_a_reason_and_no_doubt_changes_it(basket: Basket, value: int) -> None:
    found = plan(basket, f"{ASSESSMENTS},2023-24-Q4,{value}")
    own = found.doubts[found.doubts["indicator_id"] == ASSESSMENTS]
    assert set(own["doubt"]) <= {str(doubt) for doubt in IMPLAUSIBLE}
    assert own["why"].str.len().gt(20).all()
    assert found.changes.set_index("indicator_id").loc[ASSESSMENTS, "value"] == value


def test_published_ratings_are_new_and_doubted_if_another_is_held(basket: Basket) -> None:
    head = "Indicator,Q4 2023/24,RAG,DoT\nagency-workers,18,Red,{}\n"
    held = pd.DataFrame([{"indicator_id": "agency-workers", "quarter": str(Q4), "rag": "RED", "dot": "", "note": "n"}])
    known = replace(basket, published_ratings=pd.concat([basket.published_ratings, held], ignore_index=True))
    same, more, other = (
        make_plan(read_text(known, text), known, Q4)
        for text in (head.format(""), head.format("Declining"), head.replace("Red", "Green").format(""))
    )
    assert same.ratings.empty
    assert more.ratings[["rag", "dot"]].to_numpy().tolist() == [["RED", "NEGATIVE"]]
    assert "published" not in set(more.doubts["doubt"])
    why = other.doubts.set_index("doubt")["why"]["published"]
    assert why == "The published rating was RED, and the extract says GREEN."
