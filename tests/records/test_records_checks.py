"""Doubtful records are counted, alike in files and in a database, and no record is revealed."""

from __future__ import annotations

import sqlite3
from datetime import date

import ibis
import pandas as pd
import pytest
from ibis.backends import BaseBackend

from quarterly.core.import_errors import ExtractUnreadable
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.records.checks import check, may_show
from quarterly.records.compute import counted
from quarterly.records.define import measures
from quarterly.records.doubts import Kind
from quarterly.records.intake import extract_of
from quarterly.records.layouts import load
from quarterly.records.layouts.reading import FileTables
from quarterly.records.needs import needs
from quarterly.records.source import Source
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
    ("ssd_person", "pers_dob", Kind.NO_DAY, ""): (1, (5,)),
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


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("shares", [True, False], ids=["after the checks", "without them"])
def test_of_two_rows_with_one_id_the_one_that_is_not_counted_is_named(order: tuple[int, int], *, shares: bool) -> None:
    rows = ["A1,C1,2024-11-01,2025-01-10", "A1,C1,2025-01-02,2025-02-01"]
    held = frame("cina_assessment_id,cina_person_id,cina_assessment_start_date,cina_assessment_auth_date", *rows)
    held = held.iloc[list(order)].set_axis([2, 3])
    connection = load(FileTables({"ssd_cin_assessments": held}, "ssd_folder"))
    checked = check(connection, {}, EXTRACT)
    (named,) = [doubt.rows for doubt in checked.doubts if doubt.kind is Kind.DUPLICATE]
    store = Store(connection, [Quarter(2024, 4)], uncounted=checked.uncounted if shares else {})
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
        store = Store(connection, [Quarter(2024, 4)], uncounted=found.uncounted if checked else {})
        rows = store.run(Records({}).assessments, Records({}))
        assert sorted(rows["assessment"]) == ["A1", "A2", "A3"]


def test_no_record_is_revealed() -> None:
    checked = check(load(FileTables(RECORDS, "ssd_folder")), WORDS, EXTRACT)
    said = f"{checked} {[doubt.kind.advice for doubt in checked.doubts]}"
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
    read = needs(counted(known["single-assessments-45-days"], records), records)
    assert read["assessments"] == {"authorised", "started"}
    by_steps = needs(counted(known["dental-checks"], records), records)
    assert {"entered_care", "start_reason", "end_reason"} <= by_steps["care_episodes"]
    assert by_steps["persons"] == {"person", "born"}


def test_a_quarter_after_the_calendar_of_working_days_is_refused(basket: Basket) -> None:
    nothing = Source(load(FileTables({}, "ssd_folder")), "records", "ssd_folder")
    with pytest.raises(ExtractUnreadable, match="its last day is after 31 December 2030"):
        extract_of(nothing, basket, Quarter(2031, 1), {}, {}, {})


def test_a_placeholder_day_does_not_make_records_begin_in_1900() -> None:
    rows = frame("cont_contact_id,cont_person_id,cont_contact_date", "1,C1,1900-01-01", "2,C1,2023-04-03")
    store = Store(load(FileTables({"ssd_contacts": rows}, "ssd_folder")), [Quarter(2023, 3)])
    assert store.first_day("contacts") == date(2023, 4, 3)
