"""Records are used as known on a day: later events are not known then."""

from __future__ import annotations

from datetime import date

import ibis

from quarterly.records.schema import tables
from quarterly.records.tables import cleaned, known_on


def test_later_rows_are_left_out_later_ends_are_open_and_a_row_without_a_start_stays() -> None:
    connection = ibis.duckdb.connect()
    connection.raw_sql(
        "CREATE TABLE ssd_cin_assessments AS SELECT * FROM (VALUES "
        "('ended', 'p', '2023-10-01', '2023-11-01'), ('open then', 'p', '2023-10-01', '2024-01-02'), "
        "('on the day', 'p', '2023-12-31', NULL), ('later', 'p', '2024-01-01', NULL), "
        "('no start', 'p', NULL, '2023-12-31')) "
        "rows(cina_assessment_id, cina_person_id, cina_assessment_start_date, cina_assessment_auth_date)"
    )
    table = tables()["assessments"]
    rows = cleaned(connection.table("ssd_cin_assessments"), table)
    known = known_on(rows, table, date(2023, 12, 31))
    authorised = connection.con.execute(
        str(ibis.to_sql(known.select("assessment", "authorised"), dialect="duckdb"))
    ).fetchall()
    assert dict(authorised) == {
        "ended": date(2023, 11, 1),
        "open then": None,
        "on the day": None,
        "no start": date(2023, 12, 31),
    }
