"""The scorecard: its columns, its blanks and their reasons, and an earlier quarter as it was known then."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import COMPARATOR_LABELS, Project
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.core.errors import DataFaults, UnknownQuarter
from quarterly.core.quarters import Quarter
from quarterly.core.terms import MISSING_REASONS
from quarterly.core.written import public_note, target_cell
from quarterly.data.load import Basket, load_basket
from quarterly.disclosure import open_basket
from quarterly.display.report import Report
from quarterly.measures import direction, rag
from quarterly.measures.scorecard import Scorecard, build_scorecard

Q3 = Quarter(2023, 3)
QUARTERS = Q3.window(4)
FUTURE = [Q3.shift(1), Q3.shift(2)]
COLUMNS = [
    "area",
    "indicator_id",
    "indicator",
    "unit",
    "polarity",
    "2022-23-Q4",
    "2023-24-Q1",
    "2023-24-Q2",
    "2023-24-Q3",
    "target",
    "rag",
    "dot",
    "statistical_neighbour",
    "south_west",
    "england",
    "ofsted_good",
    "rag_published",
    "dot_published",
    "note",
]


@pytest.fixture(scope="module")
def export(scorecard: Scorecard) -> pd.DataFrame:
    """Return the scorecard as exported for programs, by indicator."""
    return scorecard.export().set_index("indicator_id", drop=False)


def test_the_columns_are_those_that_other_programs_rely_on(export: pd.DataFrame) -> None:
    assert list(export.columns) == COLUMNS


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_the_four_quarters_end_with_the_reporting_quarter(basket: Basket, quarter: Quarter) -> None:
    columns = list(build_scorecard(basket, quarter).export().columns)
    assert columns[5:9] == [str(shown) for shown in quarter.window(4)]
    assert columns[:5] + columns[9:] == COLUMNS[:5] + COLUMNS[9:]


def test_there_is_one_row_for_each_indicator_in_the_order_of_the_report(basket: Basket, export: pd.DataFrame) -> None:
    assert list(export["indicator_id"]) == list(basket.indicators["indicator_id"])
    assert list(dict.fromkeys(export["area"])) == basket.area_ids
    assert len(export) == 60


def test_only_the_stated_words_are_used(export: pd.DataFrame) -> None:
    assert set(export["rag"]) == set(export["rag_published"]) | {"AMBER"} == {"GREEN", "AMBER", "RED", ""}
    assert set(export["polarity"]) == {"higher", "lower", ""}
    assert set(export["unit"]) == {"number", "percentage", "rate"}
    assert set(export["dot"]) == {"POSITIVE", "STABLE", "NEGATIVE", "INCREASE", "DECREASE", ""}


def test_a_missing_figure_is_blank_and_its_reason_is_in_the_note(basket: Basket, export: pd.DataFrame) -> None:
    missing = basket.observations[basket.observations["missing"] != ""]
    blank = {
        (name, str(quarter)) for name, row in export.iterrows() for quarter in QUARTERS if pd.isna(row[str(quarter)])
    }
    assert blank == set(zip(missing["indicator_id"], missing["quarter"], strict=True))
    for figure in missing.itertuples(index=False):
        note = export.loc[figure.indicator_id, "note"]
        assert figure.quarter in note
        assert f"{MISSING_REASONS[figure.missing]} ({figure.missing})" in note
        assert public_note(figure.note) in note


def test_a_missing_figure_is_never_zero(export: pd.DataFrame) -> None:
    assert export.loc["plo-16-weeks", [str(quarter) for quarter in QUARTERS]].isna().all()
    assert export.loc["referrals-no-further-action", "2023-24-Q3"] == 0
    assert export.loc["practice-reviews-inadequate", "2023-24-Q1"] == 0


def test_a_blank_target_rating_or_direction_has_its_reason_in_the_note(
    scorecard: Scorecard, export: pd.DataFrame
) -> None:
    for name, row in export.iterrows():
        judged = scorecard.rows.loc[name]
        if row["target"] == "":
            assert any(reason in row["note"] for reason in ("Not targeted", "Target not available (x)")), name
        if row["rag"] == "" and pd.notna(judged["value"]) and judged["target_missing"] != "x":
            assert judged["rag_reason"] in row["note"], name
        if row["dot"] == "" and pd.notna(judged["value"]):
            assert judged["dot_reason"] in row["note"], name


def test_a_missing_comparator_has_its_reason_in_the_note(export: pd.DataFrame) -> None:
    for name, row in export.iterrows():
        blank = [who for who in COMPARATOR_LABELS if pd.isna(row[who])]
        if "Comparators: local measure" in row["note"]:
            assert len(blank) == 4, name
        elif blank:
            assert f"Comparators not available (x): {', '.join(blank)}" in row["note"], name
        else:
            assert "Comparators" not in row["note"], name


def test_a_published_rating_that_is_lost_has_its_reason_in_the_note(basket: Basket, export: pd.DataFrame) -> None:
    published = basket.published_ratings.set_index("indicator_id")
    lost = published.index[(published["rag"] == "") | (published["dot"] == "")]
    assert len(lost) == 5
    for name in lost:
        assert public_note(published.loc[name, "note"]) in export.loc[name, "note"]


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_a_forgotten_row_is_refused_or_reported_and_does_not_affect_a_target(
    project: Project, quarter: Quarter
) -> None:
    """An absent row is a missing figure like any other: it must be reported."""
    path = project.root / "data" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(f"icpc-15-days,{quarter},")]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8", newline="\n")
    try:
        basket = load_basket(project.root / "data")
    except DataFaults as error:
        said, target = str(error), 90
    else:
        row = build_scorecard(basket, Q3).export().set_index("indicator_id").loc["icpc-15-days"]
        said, target = f"icpc-15-days: {row['note']}", row["target"]
    assert "icpc-15-days" in said
    assert str(quarter) in said
    assert target == 90


def test_an_untargeted_indicator_has_no_rating_and_no_judged_direction(scorecard: Scorecard) -> None:
    untargeted = scorecard.rows[scorecard.rows["target_missing"] == "z"]
    assert len(untargeted) == 14
    assert set(untargeted["rag"]) == {""}
    assert set(untargeted["dot"]) <= {"INCREASE", "STABLE", "DECREASE"}
    assert {target_cell(row).text for _, row in untargeted.iterrows()} == {"None"}


def plain(value: Any) -> Any:
    """Return a missing value as a blank, and 85.0 as 85."""
    return "" if value is None or value != value else value


def test_nothing_is_lost_on_the_way_through_csv(export: pd.DataFrame) -> None:
    text = export.to_csv(index=False, lineterminator="\n")
    back = pd.read_csv(StringIO(text), keep_default_na=False, dtype=str)
    assert list(back.columns) == COLUMNS
    for (_, sent), (_, got) in zip(export.iterrows(), back.iterrows(), strict=True):
        for column in COLUMNS:
            value = plain(sent[column])
            assert got[column] == value if isinstance(value, str) else float(got[column]) == value, column


def test_whole_figures_are_written_without_a_decimal_point(export: pd.DataFrame) -> None:
    lines = export.to_csv(index=False, lineterminator="\n").splitlines()
    assert ",number,,1953,1998,1876,1720,,,DECREASE," in lines[1]
    assert ",number,lower,15.8,15.2,14.7,14,16.6,GREEN,POSITIVE," in "\n".join(lines)


def test_nothing_is_lost_on_the_way_through_json(export: pd.DataFrame) -> None:
    back = json.loads(export.to_json(orient="records", indent=2, force_ascii=False))
    assert [list(row) for row in back] == [COLUMNS] * 60
    for (_, sent), got in zip(export.iterrows(), back, strict=True):
        assert {column: plain(sent[column]) for column in COLUMNS} == {c: plain(got[c]) for c in COLUMNS}


def test_a_part_is_the_same_rows_as_the_whole(basket: Basket, scorecard: Scorecard, export: pd.DataFrame) -> None:
    parts = [scorecard.area(area).export() for area in basket.area_ids]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), export.reset_index(drop=True), check_dtype=False)
    some = ["agency-workers", "plo-16-weeks"]
    assert list(scorecard.only(some).rows.index) == some
    assert set(scorecard.only(some).history["indicator_id"]) == set(some)


def test_a_quarter_without_figures_is_refused_with_a_list_of_those_available(basket: Basket) -> None:
    with pytest.raises(UnknownQuarter) as caught:
        build_scorecard(basket, Q3.next())
    assert "There are no figures for 2023-24-Q4" in str(caught.value)
    assert "2022-23-Q4, 2023-24-Q1, 2023-24-Q2, 2023-24-Q3" in str(caught.value)


def test_before_the_targets_began_nothing_is_rated_with_the_reason(basket: Basket) -> None:
    early = build_scorecard(basket, Quarter(2022, 4))
    assert set(early.rows["rag"]) == {""}
    assert set(early.rows["rag_reason"]) == {rag.NO_TARGET_YET}
    assert set(early.rows["dot"]) == {""}
    assert set(early.rows["dot_reason"]) == {direction.NO_PREVIOUS, direction.NO_VALUE}
    export = early.export()
    assert set(export["target"]) | set(export["rag_published"]) | set(export["dot_published"]) == {""}
    assert export["note"].str.contains(rag.NO_TARGET_YET, regex=False).all()


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_a_later_scorecard_judges_each_quarter_as_its_own_scorecard_did(
    basket: Basket, scorecard: Scorecard, quarter: Quarter
) -> None:
    then = build_scorecard(basket, quarter).rows
    now = scorecard.history[scorecard.history["quarter"] == str(quarter)].set_index("indicator_id")
    judged = ["value", "previous", "target", "baseline", "rag", "rag_reason", "amber_limit", "dot", "dot_reason"]
    pd.testing.assert_frame_equal(now[judged], then[judged], check_names=False, check_dtype=False)


def grown(basket: Basket) -> Basket:
    """Add two quarters of figures, targets, populations and published ratings that are not known yet.

    From then on an area and an indicator, which moves to another area, are described otherwise.
    """
    ids = basket.indicators["indicator_id"]
    figures = [
        pd.DataFrame({"indicator_id": ids, "quarter": str(quarter), "value": 77.0, "missing": "", "note": "later"})
        for quarter in FUTURE
    ]
    targets = basket.targets.assign(
        from_quarter=str(FUTURE[1]), to_quarter=str(FUTURE[1]), value=1.0, direction="", missing="", note="later"
    )
    populations = pd.DataFrame({"quarter": list(map(str, FUTURE)), "population": 1.0, "missing": "", "note": "later"})
    ratings = [
        pd.DataFrame({"indicator_id": ids, "quarter": str(quarter), "rag": "GREEN", "dot": "STABLE", "note": "later"})
        for quarter in FUTURE
    ]
    called = {"area_id": "a-later-area", "name": "Begun later", "short_name": "Begun later"}
    new = basket.indicators.iloc[:1].assign(indicator_id="begun-later", **called)
    area = basket.areas.iloc[:1].assign(**called)
    figures += [figures[-1].iloc[:1].assign(indicator_id="begun-later")]
    areas, indicators = basket.areas.copy(), basket.indicators.copy()
    former = []
    for name, table, key, changes in (
        ("areas", areas, "area_id", {"name": "Renamed later", "position": 99}),
        ("indicators", indicators, "indicator_id", {"name": "Renamed later", "area_id": "a-later-area", "decimals": 3}),
        ("indicators", indicators, "indicator_id", {"short_name": "Later", "position": 98, "polarity": "lower"}),
    ):
        for column, value in changes.items():
            was, at = table.loc[0, column], table.loc[0, key]
            assert was != value
            former += [(name, at, column, str(QUARTERS[-1]), str(was)), (name, at, column, "2099-00-Q4", str(value))]
            table.loc[0, column] = value
    return replace(
        basket,
        areas=pd.concat([areas, area], ignore_index=True),
        indicators=pd.concat([indicators, new], ignore_index=True),
        former_descriptions=pd.DataFrame(former, columns=basket.former_descriptions.columns, dtype=str),
        observations=pd.concat([basket.observations, *figures], ignore_index=True),
        targets=pd.concat([basket.targets, targets], ignore_index=True),
        populations=pd.concat([basket.populations, populations], ignore_index=True),
        published_ratings=pd.concat([basket.published_ratings, *ratings], ignore_index=True),
    )


def assert_same(one: Scorecard, other: Scorecard) -> None:
    pd.testing.assert_frame_equal(one.export(), other.export())
    pd.testing.assert_frame_equal(one.rows, other.rows)
    pd.testing.assert_frame_equal(one.history, other.history)


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_later_data_changes_nothing_in_an_earlier_scorecard(basket: Basket, quarter: Quarter) -> None:
    assert_same(build_scorecard(grown(basket), quarter), build_scorecard(basket, quarter))


def test_later_data_changes_the_later_scorecard(basket: Basket) -> None:
    """The additions above are effective: they count from their own quarter on."""
    later = build_scorecard(grown(basket), FUTURE[1])
    assert set(later.rows["value"]) == {77.0}
    assert set(later.rows["target"].dropna()) == {1.0}
    assert {*later.export()["rag_published"]} >= {"GREEN"}
    assert "begun-later" in later.rows.index
    first = later.rows.loc[basket.indicators["indicator_id"].iloc[0]]
    assert [first["name"], first["area_id"], first["decimals"]] == ["Renamed later", "a-later-area", 3]


@pytest.mark.parametrize("quarter", QUARTERS, ids=str)
def test_as_known_then_contains_only_what_was_known_then(basket: Basket, quarter: Quarter) -> None:
    """Including data that the scorecard does not show: populations and the notes of every table."""
    then, now = basket.as_known_at(quarter), grown(basket).as_known_at(quarter)
    for field in fields(Basket):
        pd.testing.assert_frame_equal(getattr(now, field.name), getattr(then, field.name), check_like=True)
    assert max(then.quarters) == quarter


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), quarter=st.sampled_from(QUARTERS))
def test_an_earlier_scorecard_is_the_same_whatever_is_known_later(basket: Basket, seed: int, quarter: Quarter) -> None:
    """Every later figure, target and published rating is changed, made missing, or removed."""
    known, end, random = grown(basket), str(quarter), np.random.default_rng(seed)
    observations, targets, ratings = known.observations.copy(), known.targets.copy(), known.published_ratings.copy()
    for table, column in ((observations, "quarter"), (targets, "from_quarter")):
        later = table[column] > end
        table.loc[later, "value"] = random.integers(0, 100, int(later.sum())).astype(float)
        table.loc[later & (random.random(len(table)) < 0.3), "value"] = np.nan
        table.loc[later, "note"] = "something else"
    later = ratings["quarter"] > end
    ratings.loc[later, "rag"] = random.choice(["GREEN", "AMBER", "RED", ""], int(later.sum()))
    ratings.loc[later, "dot"] = random.choice(["POSITIVE", "NEGATIVE", ""], int(later.sum()))
    gone = (observations["quarter"] > end) & (random.random(len(observations)) < 0.2)
    changed = replace(known, observations=observations[~gone], targets=targets, published_ratings=ratings)
    assert_same(build_scorecard(changed, quarter), build_scorecard(basket, quarter))


@pytest.mark.parametrize("name", ["target", "2023-24-Q3", "area", "dot_published", "south_west_missing"])
def test_a_comparator_cannot_have_the_id_of_another_column(basket: Basket, name: str) -> None:
    names = basket.comparator_names.replace({"comparator": {"england": name}})
    with pytest.raises(DataFaults, match=f"comparator_names.csv, column comparator: found {name}"):
        build_scorecard(replace(basket, comparator_names=names), Q3)


def test_a_second_scorecard_is_unaffected_by_changes_to_the_first(project: Project) -> None:
    first = open_basket(project.root).scorecard(Q3)
    first.rows.loc[:, "value"] = -1.0
    first.history.loc[:, "rag"] = "GREEN"
    assert_same(open_basket(project.root).scorecard(Q3), build_scorecard(load_basket(project.root / "data"), Q3))


def test_a_scorecard_depends_on_its_quarter_its_length_and_the_current_figures(project: Project) -> None:
    opened = open_basket(project.root)
    for quarter, length in [(Q3, 4), (Q3, 2), (QUARTERS[0], 4), (Q3, 4), (QUARTERS[0], 2)]:
        shown = opened.scorecard(quarter, length)
        assert_same(shown, build_scorecard(opened.basket, quarter).showing(length))
        own = shown.rows.columns.intersection([str(each) for each in quarter.window(8)])
        assert list(own) == [str(each) for each in quarter.window(length)]
    project.edit("data/observations.csv", "average-caseload,2023-24-Q3,14.0", "average-caseload,2023-24-Q3,14.5")
    assert open_basket(project.root).scorecard(Q3).rows.loc["average-caseload", "value"] == 14.5
    assert opened.scorecard(Q3).rows.loc["average-caseload", "value"] == 14.0


def test_notes_on_copying_a_figure_appear_only_on_data_quality(basket: Basket, scorecard: Scorecard) -> None:
    said = " ".join(caveat for name in scorecard.rows.index for caveat in scorecard.caveats(str(name)))
    assert "not available (x): Not in the published report" in said
    assert "lost from the source" not in said
    assert "lost from the source's text" in Report(basket, scorecard, "", scorecard).missing().text
