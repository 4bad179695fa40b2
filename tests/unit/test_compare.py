"""A comparison of two quarters lists each change once, is symmetric, and shows the measure used."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from io import StringIO
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import Project
from markupsafe import escape
from small_basket import small_basket

from quarterly import open_report
from quarterly.core.errors import SameQuarter, UnknownQuarter
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.disclosure.publishable import Publishable
from quarterly.disclosure.rule import DisclosureRule
from quarterly.display.comparison import ComparisonPart, comparison_lead, comparison_rows, comparison_tables
from quarterly.measures.cases import wholes
from quarterly.measures.compare import (
    NEITHER,
    ONLY_AFTER,
    ONLY_BEFORE,
    SIDED,
    changed_ratings,
    compare,
    in_one,
    moved_most,
    movements,
)
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q4, Q1, Q2, Q3 = (Quarter(2022, 4), Quarter(2023, 1), Quarter(2023, 2), Quarter(2023, 3))
PAIRS = list(combinations((Q4, Q1, Q2, Q3), 2))
OPPOSITE = {"better": "worse", "worse": "better", "up": "down", "down": "up"}
OPPOSITE |= {ONLY_BEFORE: ONLY_AFTER, ONLY_AFTER: ONLY_BEFORE}


@pytest.fixture(scope="module")
def scorecards(request: pytest.FixtureRequest) -> dict[Quarter, Scorecard]:
    """Return the scorecard of every quarter of the worked example."""
    basket: Basket = request.getfixturevalue("basket")
    return {quarter: build_scorecard(basket, quarter) for quarter in (Q4, Q1, Q2, Q3)}


@pytest.fixture(scope="module")
def changes(scorecards: dict[Quarter, Scorecard]) -> pd.DataFrame:
    """Return the changes from the second to the third quarter."""
    return compare(scorecards[Q2], scorecards[Q3])


def part(changes: pd.DataFrame, start: str, before: Quarter = Q2, after: Quarter = Q3) -> ComparisonPart:
    """Return the table whose title begins with a text."""
    return next(part for part in comparison_rows(changes, before, after) if part.title.startswith(start))


def with_values(basket: Basket, quarter: Quarter, **values: float | None) -> Basket:
    """Set figures in a quarter; None removes the row. An underscore replaces a hyphen."""
    frame = basket.observations.copy()
    for name, value in values.items():
        here = (frame["indicator_id"] == name.replace("_", "-")) & (frame["quarter"] == str(quarter))
        assert here.sum() == 1
        if value is None:
            frame = frame[~here]
        else:
            frame.loc[here, ["value", "missing", "note"]] = [value, "", ""]
    return replace(basket, observations=frame)


# Findings in the worked example


def test_the_six_ratings_that_changed_from_the_second_to_the_third_quarter(changes: pd.DataFrame) -> None:
    changed = changed_ratings(changes)
    found = {name: (row["rag_before"], row["rag_after"], row["rag_went"]) for name, row in changed.iterrows()}
    assert found == {
        "children-in-care-visits": ("", "RED", ""),
        "residential-placements": ("GREEN", "RED", "worse"),
        "unplanned-admissions-to-care": ("RED", "GREEN", "better"),
        "care-leavers-accommodation": ("AMBER", "GREEN", "better"),
        "practice-reviews-timescale": ("AMBER", "RED", "worse"),
        "practice-reviews-good": ("RED", "AMBER", "better"),
    }
    assert list(changed["rag_went"]) == ["worse", "worse", "better", "better", "better", ""]


def test_one_figure_is_new_and_one_indicator_newly_rated(changes: pd.DataFrame) -> None:
    for column in ("known", "rated"):
        found = in_one(changes, column)
        assert list(found.index) == ["children-in-care-visits"]
        assert list(found[column]) == [ONLY_AFTER]


def test_the_largest_moves_are_relative_to_the_target_or_else_to_the_earlier_figure(changes: pd.DataFrame) -> None:
    first = moved_most(changes).head(3)
    assert list(first.index) == [
        "family-wellbeing-transferred-up",
        "unplanned-admissions-to-care",
        "referrals-no-further-action",
    ]
    assert list(first["measured_by"]) == ["target", "target", "earlier figure"]
    assert list(first["measure"]) == [7, 3, 2]
    assert list(first["change"]) == [13, -4, -2]
    assert list(first["relative"].round(3)) == [1.857, -1.333, -1]
    assert list(first["went"]) == ["worse", "better", "down"]


def test_a_zero_or_direction_target_is_replaced_by_the_earlier_figure(
    changes: pd.DataFrame,
) -> None:
    for name, earlier in (("unregistered-placements-under-16", 12), ("agency-workers", 26)):
        row = changes.loc[name]
        assert (row["measured_by"], row["measure"]) == ("earlier figure", earlier)


def test_a_rise_from_zero_against_a_target_of_zero_is_named_without_a_share(
    scorecards: dict[Quarter, Scorecard],
) -> None:
    changes = compare(scorecards[Q1], scorecards[Q2])
    moved = moved_most(changes)
    assert moved.index[-1] == "isros-over-55-children"
    assert np.isnan(moved["relative"].iloc[-1])
    rows = part(changes, "What changed most", Q1, Q2).rows
    assert rows[-1][:4] == ["ISROs with more than 55 children", "0%", "14%", "Up 14 percentage points"]
    assert rows[-1][4].startswith("Not possible")


# Properties


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=str)
def test_in_reverse_the_changes_are_opposite_and_nothing_else_differs(
    scorecards: dict[Quarter, Scorecard], one: Quarter, other: Quarter
) -> None:
    there, back = compare(scorecards[one], scorecards[other]), compare(scorecards[other], scorecards[one])
    assert list(there.index) == list(back.index)
    for column in ("change", "relative"):
        pd.testing.assert_series_equal(there[column], -back[column])
    for column in ("went", "rag_went", "known", "rated"):
        assert list(back[column]) == [OPPOSITE.get(word, word) for word in there[column]]
    for column in ("measured_by", "measure", "name", "unit", "polarity"):
        pd.testing.assert_series_equal(there[column], back[column])
    for column in SIDED:
        pd.testing.assert_series_equal(there[f"{column}_before"], back[f"{column}_after"], check_names=False)
        pd.testing.assert_series_equal(there[f"{column}_after"], back[f"{column}_before"], check_names=False)
    assert set(changed_ratings(there).index) == set(changed_ratings(back).index)
    assert list(moved_most(there).index) == list(moved_most(back).index)


@pytest.mark.parametrize(("before", "after"), [*PAIRS, *((b, a) for a, b in PAIRS)], ids=str)
def test_figures_and_ratings_are_those_of_the_two_scorecards(
    scorecards: dict[Quarter, Scorecard], before: Quarter, after: Quarter
) -> None:
    changes = compare(scorecards[before], scorecards[after])
    for side, quarter in (("before", before), ("after", after)):
        rows = scorecards[quarter].rows
        for column in ("value", "target", "rag", "missing", "rag_reason"):
            pd.testing.assert_series_equal(changes[f"{column}_{side}"], rows[column], check_names=False)


@pytest.mark.parametrize(("before", "after"), [(Q4, Q1), (Q1, Q2), (Q2, Q3)], ids=str)
def test_a_change_of_one_quarter_agrees_with_the_direction_of_travel(
    scorecards: dict[Quarter, Scorecard], before: Quarter, after: Quarter
) -> None:
    went, dot = compare(scorecards[before], scorecards[after])["went"], scorecards[after].rows["dot"]
    agrees = {
        "POSITIVE": {"better"},
        "NEGATIVE": {"worse"},
        "STABLE": {"unchanged"},
        "INCREASE": {"up", "better", "worse"},
        "DECREASE": {"down", "better", "worse"},
        "": {""},
    }
    assert all(went[name] in agrees[dot[name]] for name in went.index)


@pytest.mark.parametrize(("before", "after"), PAIRS, ids=str)
def test_a_comparison_of_areas_is_part_of_the_whole(
    scorecards: dict[Quarter, Scorecard], basket: Basket, before: Quarter, after: Quarter
) -> None:
    whole = compare(scorecards[before], scorecards[after])
    parts = [compare(scorecards[before].area(area), scorecards[after].area(area)) for area in basket.area_ids]
    pd.testing.assert_frame_equal(pd.concat(parts), whole)


def test_comparing_does_not_change_the_scorecards(basket: Basket) -> None:
    one, other = build_scorecard(basket, Q2), build_scorecard(basket, Q3)
    kept = one.rows.copy(), other.rows.copy()
    compare(one, other)
    pd.testing.assert_frame_equal(one.rows, kept[0])
    pd.testing.assert_frame_equal(other.rows, kept[1])


def test_a_quarter_cannot_be_compared_with_itself(scorecards: dict[Quarter, Scorecard]) -> None:
    with pytest.raises(SameQuarter, match="cannot be compared with itself"):
        compare(scorecards[Q3], scorecards[Q3])


def test_an_indicator_without_a_row_or_a_figure_in_one_quarter_is_listed_with_the_reason(basket: Basket) -> None:
    after = with_values(basket, Q3, mash_enquiries=None)
    after = with_values(after, Q2, children_in_care_visits=80)
    changes = compare(build_scorecard(after, Q2), build_scorecard(after, Q3))
    assert list(in_one(changes, "known").index) == ["mash-enquiries"]
    assert changes.loc["mash-enquiries", "known"] == ONLY_BEFORE
    assert changes.loc["plo-16-weeks", "known"] == NEITHER
    assert np.isnan(changes.loc["mash-enquiries", "change"])
    (row,) = part(changes, "Figures available in only one").rows
    assert row == ["MASH enquiries", "339 in Q2 2023-24", "Not available (x): Not reported for this quarter"]


def test_an_indicator_in_only_one_scorecard_is_compared_too(
    scorecards: dict[Quarter, Scorecard],
) -> None:
    names = list(scorecards[Q2].rows.index)
    changes = compare(scorecards[Q2].only(names[:5]), scorecards[Q3].only(names[1:6]))
    assert set(changes.index) == set(names[:6])
    assert list(in_one(changes, "known").index) == [names[5], names[0]]
    assert (changes.loc[names[0], "name"], changes.loc[names[0], "decimals"]) == (
        scorecards[Q2].rows["name"].iloc[0],
        0,
    )


def test_a_change_is_relative_to_the_later_target_and_both_targets_are_shown(basket: Basket) -> None:
    targets = basket.targets.copy()
    old = targets["indicator_id"] == "residential-placements"
    new = targets[old].assign(from_quarter="2023-24-Q3", value=20.0)
    targets.loc[old, "to_quarter"] = "2023-24-Q2"
    changed = replace(basket, targets=pd.concat([targets, new], ignore_index=True))
    one, other = build_scorecard(changed, Q2), build_scorecard(changed, Q3)
    for pair in ((one, other), (other, one)):
        assert compare(*pair).loc["residential-placements", "measure"] == 20
    rows = part(compare(one, other), "Ratings that changed").rows
    assert ["Residential placements", "Green, 15", "Red, 22", "20 (in Q2 2023-24: 15)", "Worse"] in rows


def test_differences_of_decimals_are_exact(basket: Basket) -> None:
    changed = with_values(with_values(basket, Q2, average_caseload=0.3), Q3, average_caseload=0.1)
    changes = compare(build_scorecard(changed, Q2), build_scorecard(changed, Q3))
    assert changes.loc["average-caseload", "change"] == -0.2


def test_figures_are_compared_as_published_as_for_the_direction_of_travel(basket: Basket) -> None:
    changed = with_values(with_values(basket, Q2, dental_checks=34.5), Q3, dental_checks=35.2)
    after = build_scorecard(changed, Q3)
    row = compare(build_scorecard(changed, Q2), after).loc["dental-checks"]
    assert (row["change"], row["went"], after.rows.loc["dental-checks", "dot"]) == (0, "unchanged", "STABLE")


def test_a_figure_below_0_is_measured_against_itself_with_its_sign(basket: Basket) -> None:
    known = small_basket(basket, {"net-surplus": [-27, -34]}, units={"net-surplus": "pounds"})
    changes = compare(build_scorecard(known, Q1), build_scorecard(known, Q2))
    row = changes.loc["net-surplus"]
    assert (row["change"], row["measure"], row["went"], round(row["relative"], 2)) == (-7, -27, "down", -0.26)
    cells = part(changes, "What changed most", Q1, Q2).rows[0]
    assert cells[3:5] == ["Down £7", "26% of the earlier figure of −£27"]


def test_the_previous_quarter_has_its_figures_as_revised_since_as_in_the_tables_of_the_page(basket: Basket) -> None:
    nothing = dict.fromkeys(basket.restatements.columns, "") | {"old_numerator": np.nan, "old_denominator": np.nan}
    revised = {
        "import_id": f"{Q2}-1",
        "indicator_id": "visits",
        "quarter": str(Q1),
        "old_value": 78.0,
        "new_value": 80.0,
    }
    opened = Publishable(small_basket(basket, {"visits": [80, 91]}, restated=[nothing | revised]), DisclosureRule())
    before = opened.scorecard_before(Q2)
    assert before is not None
    assert compare(before, opened.scorecard(Q2)).loc["visits", ["value_before", "change"]].tolist() == [80, 11]
    assert opened.scorecard(Q1).rows.loc["visits", "value"] == 78, "an edition of that quarter is as it was published"


def test_what_adds_up_over_the_year_or_has_a_new_definition_did_not_get_better(basket: Basket) -> None:
    known = small_basket(basket, {"so-far": [210, 390, 500, 800, 220], "anew": [9, 20, 20, 20, 20], "steady": [9] * 5})
    known.indicators["period_basis"] = ["year to date", "in quarter", "in quarter"]
    changed = pd.DataFrame(
        {"indicator_id": ["anew"], "quarter": [str(Q2)], "treatment": "new definition", "reason": "a"}
    )
    known = replace(known, known_changes=changed.reindex(columns=known.known_changes.columns))
    first, second, fifth = (build_scorecard(known, quarter) for quarter in (Q1, Q2, Quarter(2024, 1)))
    first.rows["rag"], second.rows["rag"] = "RED", "GREEN"
    assert list(compare(first, second)["went"]) == ["", "", "unchanged"]
    assert list(changed_ratings(compare(first, second)).index) == ["so-far", "steady"]
    assert list(movements(second, wholes(known)).index) == ["steady"]
    assert compare(first, fifth).loc["so-far", "change"] == 10, "the same quarter of two years"


def test_nearer_to_a_band_is_better_whatever_the_polarity_as_in_the_direction_of_travel(basket: Basket) -> None:
    known = small_basket(basket, {"above": [99, 96], "below": [84, 80], "inside": [94, 91]})
    known.indicators["polarity"] = ["higher", "", "higher"]
    bands = [(name, "2023-24-Q1", "2023-24-Q4", 90.0, 95.0) for name in ("above", "below", "inside")]
    columns = ["indicator_id", "from_quarter", "to_quarter", "lower", "upper"]
    texts = dict.fromkeys(("direction", "missing", "note", "comparator", "status"), "")
    targets = pd.DataFrame(bands, columns=columns).assign(**texts).reindex(columns=known.targets.columns)
    known = replace(known, targets=targets.astype(known.targets.dtypes))
    before, after = (build_scorecard(known, quarter) for quarter in (Q1, Q2))
    assert list(compare(before, after)["went"]) == ["better", "worse", "down"]
    assert list(after.rows["dot"]) == ["POSITIVE", "NEGATIVE", "DECREASE"]


def test_one_figure_without_a_target_is_told_as_one(basket: Basket) -> None:
    known = small_basket(basket, {"visits": [8, 9]})
    changes = compare(*(build_scorecard(known, quarter) for quarter in (Q1, Q2)))
    changes = changes.assign(target_missing_before="z", target_missing_after="z")
    assert comparison_lead(changes, Q1, Q2).endswith(
        "2023-24, the figure changed but could not be judged better or worse."
    )
    moved = comparison_rows(changes, Q1, Q2)[0]
    assert moved.head[-1] == "Better or worse"
    assert len(moved.rows[0]) == len(moved.head), "no column of ratings"


def test_nothing_is_said_of_figures_and_ratings_that_are_known_in_neither_quarter(basket: Basket) -> None:
    known = small_basket(basket, {"secret": [None, None], "steady": [9, 9]})
    changes = compare(build_scorecard(known, Q1), build_scorecard(known, Q2))
    assert set(changes["target_missing_before"]) == {""}, "as in any quarter before the first targets"
    assert "rating" not in comparison_lead(changes.assign(target_missing_after="z"), Q1, Q2)
    said = [shown.nothing for shown in comparison_rows(changes.assign(target_missing_after="x"), Q1, Q2)]
    assert said == [
        "No figures that can be compared changed from Q1 2023-24 to Q2 2023-24.",
        "Every figure is available in both quarters or in neither.",
        "No indicator was rated in either quarter.",
    ]


# Output for readers


def test_the_tables_have_no_empty_cell_and_as_many_cells_as_headings(scorecards: dict[Quarter, Scorecard]) -> None:
    for one, other in PAIRS:
        for before, after in ((one, other), (other, one)):
            for shown in comparison_rows(compare(scorecards[before], scorecards[after]), before, after):
                assert shown.nothing
                for row in shown.rows:
                    assert len(row) == len(shown.head)
                    assert all(row), row


def test_the_first_sentence_counts_what_follows(changes: pd.DataFrame) -> None:
    lead = comparison_lead(changes, Q2, Q3)
    assert lead.startswith(
        "From Quarter 2 2023-24 to Quarter 3 2023-24, 6 ratings changed: 3 better, 2 worse and 1 rated"
    )
    numbers = [int(number) for number in re.findall(r"\d+(?= (?:got|changed but|did|cannot))", lead)]
    assert sum(numbers) == 60
    assert sum(numbers[:3]) == len(moved_most(changes)) == 54


def test_only_a_comparison_backwards_in_time_says_so(scorecards: dict[Quarter, Scorecard]) -> None:
    back = comparison_lead(compare(scorecards[Q3], scorecards[Q2]), Q3, Q2)
    assert back.startswith("Going back in time from Quarter 3 2023-24 to Quarter 2 2023-24")
    assert "back in time" not in comparison_lead(compare(scorecards[Q2], scorecards[Q3]), Q2, Q3)


def test_a_quarter_in_which_nothing_could_be_rated_changes_no_rating(scorecards: dict[Quarter, Scorecard]) -> None:
    changes = compare(scorecards[Q4], scorecards[Q1])
    assert "no ratings can be compared" in comparison_lead(changes, Q4, Q1)
    assert not any(shown.title.startswith("Ratings that changed") for shown in comparison_rows(changes, Q4, Q1))
    assert len(part(changes, "Indicators that could be rated in only one", Q4, Q1).rows) == 41


def test_the_list_of_the_largest_moves_says_how_many_there_are(changes: pd.DataFrame) -> None:
    listed = part(changes, "What changed most")
    assert len(listed.rows) == 10
    assert listed.title.endswith("(10 of the 54 that changed)")


def test_a_page_shows_every_cell_of_the_tables_with_captions(changes: pd.DataFrame) -> None:
    page = str(comparison_tables(changes, Q2, Q3).html)
    for shown in comparison_rows(changes, Q2, Q3):
        assert f"<caption>{shown.title}</caption>" in page
        for row in shown.rows:
            cells = r"\s*".join(rf"<td[^>]*>{re.escape(str(escape(cell)))}</td>" for cell in row[1:])
            assert re.search(rf'<th scope="row"[^>]*>{re.escape(str(escape(row[0])))}</th>\s*{cells}', page), row


def test_a_report_is_compared_with_the_previous_quarter_or_the_one_named(
    example: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(example.root)
    report = open_report("2023-24-Q3", "workforce")
    assert "From Quarter 2 2023-24 to Quarter 3 2023-24" in report.compared().text
    assert "From Quarter 4 2022-23 to Quarter 3 2023-24" in report.compared("2022-23-Q4").text
    assert "Of 6 figures" in report.compared().text
    assert "There are no figures for Quarter 3 2022-23" in open_report("2022-23-Q4").compared().text
    with pytest.raises(UnknownQuarter):
        report.compared("2021-22-Q1")
    with pytest.raises(SameQuarter):
        report.compared("2023-24-Q3")


# Through the command line


def test_the_command_prints_changes_for_people(project: Project, changes: pd.DataFrame) -> None:
    done = project("compare", "2023-24-Q2", "2023-24-Q3")
    assert (done.returncode, done.stderr) == (0, "")
    assert comparison_lead(changes, Q2, Q3) in done.stdout
    for shown in comparison_rows(changes, Q2, Q3):
        assert shown.title in done.stdout
        for row in shown.rows:
            assert re.search(r"\s{2,}".join(re.escape(cell) for cell in row), done.stdout), row


def test_the_command_prints_one_row_for_each_indicator_for_programs(project: Project, changes: pd.DataFrame) -> None:
    rows = list(csv.DictReader(StringIO(project("compare", "2023-24-Q2", "2023-24-Q3", "--format", "csv").stdout)))
    records = json.loads(project("compare", "2023-24-Q2", "2023-24-Q3", "--format", "json").stdout)
    assert len(rows) == len(records) == 60
    assert [*rows[0]] == [*records[0]]
    for row, record, (name, change) in zip(rows, records, changes.iterrows(), strict=True):
        assert (row["indicator_id"], record["indicator_id"]) == (name, name)
        assert (row["quarter_before"], row["quarter_after"]) == ("2023-24-Q2", "2023-24-Q3")
        for column in ("value_before", "value_after", "change", "measure"):
            expected = None if pd.isna(change[column]) else change[column]
            assert record[column] == expected
            assert row[column] == ("" if expected is None else f"{expected:.10g}")
        assert {row["went"], record["went"]} == {change["went"]}


def test_the_command_is_limited_to_the_requested_areas(project: Project) -> None:
    done = project(
        "compare", "2023-24-Q2", "2023-24-Q3", "--area", "workforce", "--area", "early-help", "--format", "csv"
    )
    areas = [row["area"] for row in csv.DictReader(StringIO(done.stdout))]
    assert (areas.count("workforce"), areas.count("early-help"), len(areas)) == (6, 17, 23)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2023-24-Q3", "2023-24-Q3"), "2023-24-Q3 cannot be compared with itself"),
        (("2023-24-Q2", "2024-25-Q1"), "There are no figures for 2024-25-Q1"),
        (("2019-20-Q2", "2023-24-Q3"), "There are no figures for 2019-20-Q2"),
        (("2023-24-Q2", "Q3"), "'Q3' is not a reporting quarter"),
        (("2023-24-Q2", "2023-24-Q3", "--area", "finance"), "There is no service area 'finance'"),
        (("2023-24-Q2",), "Missing argument 'QUARTER_AFTER'"),
    ],
)
def test_wrong_usage_is_explained_and_has_status_two(project: Project, arguments: tuple[str, ...], words: str) -> None:
    done = project("compare", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_csv_of_a_comparison_runs_nothing_in_a_spreadsheet(project: Project, tmp_path: Path) -> None:
    assert tmp_path == project.root
    project.edit("data/indicators.csv", "Number of MASH Enquires", "=1+1")
    done = project("compare", "2023-24-Q2", "2023-24-Q3", "--format", "csv")
    assert [row["indicator"] for row in csv.DictReader(StringIO(done.stdout))].count("'=1+1") == 1
