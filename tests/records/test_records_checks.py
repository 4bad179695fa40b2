"""Doubtful records are counted, alike in files and in a database, and no record is revealed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import ibis
import pandas as pd
import pytest
from ibis.backends import BaseBackend

from quarterly.core.import_errors import ExtractUnreadable
from quarterly.core.quarters import Quarter
from quarterly.core.terms import rate_base
from quarterly.data.load import Basket
from quarterly.records.checks import check, may_show
from quarterly.records.compute import compute
from quarterly.records.define import measures
from quarterly.records.doubts import ADVICE, Kind
from quarterly.records.intake import _asked, definitions, extract_of
from quarterly.records.layouts import load, read
from quarterly.records.layouts.reading import FileTables
from quarterly.records.layouts.values import tidied
from quarterly.records.schema import by_dataset_name
from quarterly.records.source import Source
from quarterly.records.sql import columns_needed
from quarterly.records.store import Store
from quarterly.records.tables import Records

#: Ids and dates of birth that must not appear anywhere.
CANARIES = ("C4711", "4712", "2011-11-11", "M4713", "Jane Canary")
WORDS = {"health_check_type": {"dental check": "dental"}}
EXTRACT = date(2025, 4, 14)


def frame(columns: str, *rows: str) -> pd.DataFrame:
    """Return rows of text, with their row numbers in a file."""
    cells = [[cell or None for cell in row.split(",")] for row in rows]
    return pd.DataFrame(cells, columns=columns.split(","), index=range(2, len(rows) + 2), dtype="str")


RECORDS = {
    "ssd_person": frame(
        "pers_person_id,pers_dob,pers_sex",
        "C4711,2011-11-11,F",
        "C4711,2011-11-11,F",
        ",2011-11-11,M",
        "C2,?,X",
        "C3,,X",
        "C5,2010-01-01,X",
        "C6,1900-01-01,F",
    ),
    "ssd_cla_episodes": frame(
        "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,clae_cla_episode_ceased_date",
        "E1,C4711,2025-01-01,2025-02-01",
        "E1,C4711,2025-01-01,2025-02-01",
        "E2,C4711,2025-01-20,",
        "E3,C2,2025-03-01,2025-02-01",
        "E4,4712,2025-06-01,",
        "E5,C2,2025-02-01,2025-03-01",
    ),
    "ssd_cla_health": frame(
        "clah_health_check_id,clah_person_id,clah_health_check_type,clah_health_check_date",
        # One word, written in several ways.
        *[
            f"H{number},C{number},{word},2025-01-01"
            for number, word in ((2, "Optician"), (3, "OPTICIAN"), (5, "Optician"))
        ],
        "H6,C4711,Jane Canary,2025-01-01",
        "H7,C4711,DENTAL CHECK,2025-01-01",
        "H8,C4711,dental,2025-01-01",
    ),
}


def in_sqlite(records: dict[str, pd.DataFrame]) -> BaseBackend:
    connection = sqlite3.connect(":memory:")
    for table, rows in records.items():
        rows.to_sql(table, connection, index=False)
    return ibis.sqlite.from_connection(connection)


EXPECTED = {
    ("ssd_person", "pers_person_id", Kind.NO_ID, ""): (1, (4,)),
    ("ssd_person", "pers_person_id", Kind.DUPLICATE, ""): (1, (3,)),
    ("ssd_person", "pers_dob", Kind.NO_DAY, ""): (2, (5, 8)),
    ("ssd_person", "pers_sex", Kind.NO_CODE, "X"): (3, ()),
    ("ssd_cla_episodes", "clae_cla_episode_id", Kind.DUPLICATE, ""): (1, (3,)),
    ("ssd_cla_episodes", "clae_person_id", Kind.ORPHAN, ""): (1, (6,)),
    ("ssd_cla_episodes", "clae_cla_episode_start_date", Kind.FUTURE, ""): (1, (6,)),
    ("ssd_cla_episodes", "clae_cla_episode_start_date", Kind.OVERLAP, ""): (1, (4,)),
    ("ssd_cla_episodes", "clae_cla_episode_ceased_date", Kind.BACKWARDS, ""): (1, (5,)),
    ("ssd_cla_health", "clah_health_check_type", Kind.UNMAPPED, "Optician"): (3, ()),
    # A word that only one person has may be a name: it is counted, and its row named.
    ("ssd_cla_health", "clah_health_check_type", Kind.UNMAPPED, ""): (1, (5,)),
}


def test_all_doubts_are_found_at_once_with_the_rows_of_the_file() -> None:
    checked = check(load(FileTables(RECORDS, "ssd_folder")), WORDS, EXTRACT)
    assert {(d.table, d.column, d.kind, d.word): (d.count, d.rows) for d in checked.doubts} == EXPECTED
    assert checked.faults == []


def test_a_database_has_the_same_doubts_without_rows() -> None:
    checked = check(in_sqlite(RECORDS), WORDS, EXTRACT)
    counts = {(d.table, d.column, d.kind, d.word): (d.count, d.rows) for d in checked.doubts}
    assert counts == {key: (count, ()) for key, (count, _) in EXPECTED.items()}


IDS = {
    "ssd_person": frame(
        "pers_person_id,pers_dob", "0012,2011-11-11", "HC05,2011-11-11", "7,2011-11-11", "hc5,2012-01-01"
    ),
    "ssd_missing": frame(
        "miss_table_id,miss_person_id,miss_missing_episode_start_date",
        *[f"M{number},{person},2025-01-01" for number, person in enumerate(("12", "hc-5", "8", " 7 "))],
    ),
}


@pytest.mark.parametrize("in_database", [False, True])
def test_ids_that_are_written_in_another_form_are_told_from_orphans_and_spaces_do_not_matter(
    tmp_path: Path, *, in_database: bool
) -> None:
    if in_database:
        connection = in_sqlite(IDS)
    else:
        for name, rows in IDS.items():
            rows.to_csv(tmp_path / f"{name}.csv", index=False)
        connection = load(read(tmp_path))
    found = check(connection, {}, EXTRACT)
    assert {doubt.kind: doubt.count for doubt in found.doubts} == {Kind.FORM: 2, Kind.ORPHAN: 1, Kind.ALIKE: 2}
    assert {doubt.kind: doubt.rows for doubt in found.doubts}[Kind.ALIKE] == (() if in_database else (3, 5))
    store = Store(connection, [Quarter(2024, 4)], unique=found.unique)
    assert "7" in set(store.run(Records({}).missing_episodes, Records({}))["person"])
    asked = _asked(found.doubts, Quarter(2024, 4))
    assert [(row.doubt, row.why, row.place) for row in asked] == [
        ("ids", "2 ids differ from others only in capitals or leading zeros.", "ssd_person, pers_person_id"),
        ("ids", "Ids of 2 records are written in another form in ssd_person.", "ssd_missing, miss_person_id"),
    ]


@pytest.mark.parametrize(
    ("ids", "there"),
    [(["1.0", "2.0"], ["1", "2"]), ([1.0, 2.0], [1, 2]), ([1.0, 2.0], ["1", " 2"])],
    ids=["text of decimals", "decimals and whole numbers", "decimals and text"],
)
def test_an_id_is_the_same_as_a_whole_number_and_as_a_decimal(ids: list[object], there: list[object]) -> None:
    missing = pd.DataFrame({"miss_table_id": [1, 2], "miss_person_id": ids})
    person = pd.DataFrame({"pers_person_id": there, "pers_dob": "2011-11-11"})
    records = {"ssd_person": person, "ssd_missing": missing.assign(miss_missing_episode_start_date="2025-01-01")}
    if isinstance(ids[0], str):
        tidy = {name: tidied(rows.astype("str"), by_dataset_name()[name]) for name, rows in records.items()}
        assert check(load(FileTables(tidy, "ssd_folder")), {}, EXTRACT).doubts == []
    else:
        assert check(in_sqlite(records), {}, EXTRACT).doubts == []


def test_a_day_that_does_not_exist_or_has_a_time_zone_and_a_number_that_is_none_are_counted_as_blank() -> None:
    days = ("2023-02-30", "2023-02-28", "2023-03-26T23:30:00Z", "2023-03-27 00:00:00.000", "2024-02-29", "1900-01-01")
    records = {
        "ssd_person": pd.DataFrame({"pers_person_id": list("123456"), "pers_dob": days}),
        "ssd_professionals": pd.DataFrame(
            {"prof_professional_id": ["1", "2"], "prof_full_time_equivalency": ["0,8", "0.8"]}
        ),
    }
    connection = in_sqlite(records)
    found = check(connection, {}, EXTRACT).doubts
    assert [(doubt.kind, doubt.count) for doubt in found] == [(Kind.NO_DAY, 3), (Kind.NO_NUMBER, 1)]
    store = Store(connection, [Quarter(2024, 4)])
    born = store.run(Records({}).persons, Records({})).set_index("person")["born"].dropna()
    assert {person: str(day)[:10] for person, day in born.items()} == {"2": days[1], "4": days[3][:10], "5": days[4]}
    rates = store.run(Records({}).professionals, Records({}))["full_time_equivalent"]
    assert sorted(rates.dropna()) == [0.8]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("shares", [True, False], ids=["after the checks", "without them"])
def test_of_two_rows_with_one_id_the_one_that_is_not_counted_is_named(order: tuple[int, int], *, shares: bool) -> None:
    rows = ["A1,C1,2024-11-01,2025-01-10", "A1,C1,2025-01-02,2025-02-01"]
    held = frame("cina_assessment_id,cina_person_id,cina_assessment_start_date,cina_assessment_auth_date", *rows)
    held = held.iloc[list(order)].set_axis([2, 3])
    connection = load(FileTables({"ssd_cin_assessments": held}, "ssd_folder"))
    checked = check(connection, {}, EXTRACT)
    (named,) = [doubt.rows for doubt in checked.doubts if doubt.kind is Kind.DUPLICATE]
    store = Store(connection, [Quarter(2024, 4)], unique=checked.unique if shares else ())
    kept = store.run(Records({}).assessments, Records({}))
    (counted_row,) = [row for row in held.index if str(kept.started.item())[:10] == held.loc[row].iloc[2]]
    assert named == tuple({2, 3} - {counted_row})


@pytest.mark.parametrize("checked", [True, False], ids=["after the checks", "without them"])
@pytest.mark.parametrize("others", [(), ("A3",)], ids=["ids given once", "an id given twice"])
def test_a_row_with_a_blank_id_is_counted_nowhere(others: tuple[str, ...], *, checked: bool) -> None:
    ids = ("A1", "", "A2", "", "A3", *others)
    records = pd.DataFrame({"cina_assessment_id": ids, "cina_person_id": "C1"}).assign(
        cina_assessment_start_date="2025-01-02", cina_assessment_auth_date="2025-02-01"
    )
    for connection in (in_sqlite({"ssd_cin_assessments": records}), ibis.duckdb.connect()):
        if connection.name == "duckdb":
            connection.create_table("ssd_cin_assessments", records)
        found = check(connection, {}, EXTRACT)
        assert [doubt.count for doubt in found.doubts if doubt.kind is Kind.NO_ID] == [2]
        store = Store(connection, [Quarter(2024, 4)], unique=found.unique if checked else ())
        rows = store.run(Records({}).assessments, Records({}))
        assert sorted(rows["assessment"]) == ["A1", "A2", "A3"]


def test_no_record_is_revealed() -> None:
    checked = check(load(FileTables(RECORDS, "ssd_folder")), WORDS, EXTRACT)
    said = f"{checked} {[ADVICE[doubt.kind] for doubt in checked.doubts]}"
    assert [canary for canary in CANARIES if canary in said] == []


def test_a_date_column_without_any_date_stops_the_import() -> None:
    contacts = frame("cont_contact_id,cont_person_id,cont_contact_date", "K1,C1,?", "K2,C1,")
    checked = check(
        load(FileTables({"ssd_contacts": contacts}, "ssd_folder")), {}, EXTRACT, {"ssd_contacts": "contacts.csv"}
    )
    assert [(fault.file, fault.column, fault.found) for fault in checked.faults] == [
        ("contacts.csv", "cont_contact_date", "no valid date in 2 rows")
    ]


@pytest.mark.parametrize(
    ("word", "people", "shown"),
    [
        ("Review Health Assessment", 3, True),
        ("U9", 3, True),
        ("Jane Canary", 2, False),
        ("C4711", 50, False),
        ("11/11/2011", 50, False),
        ("a" * 41, 50, False),
    ],
)
def test_a_word_is_shown_if_several_people_have_it_and_it_is_not_a_number(
    word: str,
    people: int,
    shown: bool,  # noqa: FBT001 - what is expected
) -> None:
    assert may_show(word, people) is shown


def test_a_definition_needs_the_columns_that_its_query_reads_also_through_steps() -> None:
    records = Records(WORDS)
    known = measures()
    read = columns_needed(known["single-assessments-45-days"].totals(records), records)
    assert read["assessments"] == {"authorised", "started"}
    by_steps = columns_needed(known["dental-checks"].totals(records), records)
    assert {"entered_care", "start_reason", "end_reason"} <= by_steps["care_episodes"]
    assert by_steps["persons"] == {"person", "born"}


@pytest.mark.parametrize(
    ("name", "other", "why"),
    [
        ("single-assessments-45-days", {"unit": "number"}, "Its definition computes a percentage, but its unit in"),
        ("new-social-care-referrals", {"unit": "percentage"}, "Its definition computes a number, but its unit in"),
        ("new-social-care-referrals", {"unit": "rate", "per": "1,000 children"}, "Its definition computes a number"),
        ("child-protection-plan-rate", {"per": "1,000 families"}, "Its definition divides by the number of children"),
        (
            "new-social-care-referrals",
            {"period_basis": "year to date", "basis_source": "stated"},
            "Its definition's period is 'in quarter', but its period_basis in data/indicators.csv is 'year to date'.",
        ),
    ],
)
def test_an_indicator_of_another_unit_or_period_than_its_definition_is_not_computed(
    basket: Basket, name: str, other: dict[str, str], why: str
) -> None:
    rows = basket.indicators[basket.indicators["indicator_id"] == name].assign(**other)
    store = Store(load(FileTables({}, "ssd_folder")), [Quarter(2023, 3)])
    found = compute(store, Records({}), measures(), replace(basket, indicators=rows))
    assert found.figures.empty
    assert why in found.remarks[0]


@pytest.mark.parametrize(
    ("per", "rate"), [("10,000 children", 0.92), ("1,000 children", 0.09), ("100000 young people", 9.22)]
)
def test_a_rate_and_its_words_have_the_base_of_the_indicator(basket: Basket, per: str, rate: float) -> None:
    rows = basket.indicators[basket.indicators["indicator_id"] == "child-protection-plan-rate"].assign(per=per)
    heads = "cppl_cp_plan_id,cppl_person_id,cppl_cp_plan_start_date,cppl_cp_plan_end_date,cppl_cp_plan_ola"
    plans = frame(heads, *[f"P{number},C{number},2023-05-01,,N" for number in range(4)])
    store = Store(load(FileTables({"ssd_cp_plans": plans}, "ssd_folder")), [Quarter(2023, 3)])
    found = compute(store, Records({}), measures(), replace(basket, indicators=rows))
    assert found.figures[["value", "numerator", "denominator"]].to_numpy().tolist() == [[rate, 4, 43367]], found.remarks
    (words,) = definitions(measures(), rows)["counts"]
    assert words.startswith(f"For every {rate_base(per):,} children aged 0 to 17, counts children with a child protec")


def test_a_status_of_short_breaks_that_was_never_closed_is_named_if_a_later_one_began() -> None:
    heads = (
        "lega_legal_status_id,lega_person_id,lega_legal_status,lega_legal_status_start_date,lega_legal_status_end_date"
    )
    rows = ("1,C1,V4,2023-01-01,", "2,C1,C2,2024-01-01,", "3,C2,C2,2023-01-01,", "4,C2,V3,2024-01-01,")
    held = frame(heads, *rows, "5,C3,V3,2023-01-01,2023-06-01", "6,C3,C2,2024-01-01,")
    for connection in (
        in_sqlite({"ssd_legal_status": held}),
        load(FileTables({"ssd_legal_status": held}, "ssd_folder")),
    ):
        found = check(connection, {}, EXTRACT).doubts
        assert [(doubt.kind, doubt.count) for doubt in found] == [(Kind.NOT_CLOSED, 1)]


def test_a_quarter_after_the_calendar_of_working_days_is_refused(basket: Basket) -> None:
    nothing = Source(load(FileTables({}, "ssd_folder")), "records", "ssd_folder")
    with pytest.raises(ExtractUnreadable, match="its last day is after 31 December 2030"):
        extract_of(nothing, basket, Quarter(2031, 1), {}, {})


def test_a_placeholder_day_does_not_make_records_begin_in_1900() -> None:
    rows = frame("cont_contact_id,cont_person_id,cont_contact_date", "1,C1,1900-01-01", "2,C1,2023-04-03")
    store = Store(load(FileTables({"ssd_contacts": rows}, "ssd_folder")), [Quarter(2023, 3)])
    assert store.first_day("contacts") == date(2023, 4, 3)


@pytest.mark.parametrize(("last", "asked"), [("2023-11-20", 1), ("2023-12-20", 0), ("2024-01-09", 0)])
def test_an_extract_that_seems_to_end_before_the_quarter_is_asked_about(basket: Basket, last: str, asked: int) -> None:
    heads = "cine_referral_id,cine_person_id,cine_referral_date"
    rows = frame(heads, "R1,C1,2023-10-01", "R2,C2,2023-12-18" if last > "2024" else f"R2,C2,{last}", f"R3,C3,{last}")
    opened = Source("ssd", "", load(FileTables({"ssd_cin_episodes": rows}, "ssd_folder")))
    found = extract_of(opened, basket, Quarter(2023, 3), measures(), {}, today=date(2023, 12, 31))
    assert list(found.doubts["doubt"]) == ["period"] * asked
    assert ("after the extract, 1 record" in " ".join(found.remarks)) == (last > "2024"), "later than today"
