"""The words of which definitions are made: expressions on tables of records, the same on every database."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, StringValue, Value
from ibis.expr.types import Table as Rows

from quarterly.records.tables import Records


def during(records: Records, rows: Rows, day: str, since: str = "first_day") -> Rows:
    """Pair each row with the quarters in which a day of it lies: from ``since``, itself included, to the last day.

    ``since`` names a column of `quarterly.records.calendar.periods`.
    """
    quarters = records.quarters
    return rows.join(quarters, [rows[day] >= quarters[since], rows[day] <= quarters.as_at])


def in_last(records: Records, rows: Rows, day: str, *, months: int = 0, days: int = 0) -> Rows:
    """Pair each row with the quarters that end less than some months, or days, after a day of it."""
    quarters = records.quarters
    if months:
        after = rows[day] > quarters[f"months_before_{months}"]
        return rows.join(quarters, [after, rows[day] <= quarters.as_at])
    counted = with_number(records, rows, day, "day_number", "number_of_day")
    recent = counted.number_of_day > quarters.as_at_number - days
    return counted.join(quarters, [recent, counted[day] <= quarters.as_at])


def open_at_end(records: Records, rows: Rows, started: str = "started", ended: str = "ended") -> Rows:
    """Pair each row with the quarters on whose last day it is open: what ends on that day is closed."""
    quarters = records.quarters
    return rows.join(quarters, [rows[started] <= quarters.as_at, rows[ended].isnull() | (rows[ended] > quarters.as_at)])


def with_number(records: Records, rows: Rows, day: str, number: str, name: str) -> Rows:
    """Add what the calendar says of a day, as a column; null where the day is."""
    days = records.calendar.select(**{f"day_of_{name}": records.calendar.day, name: records.calendar[number]})
    return rows.left_join(days, rows[day] == days[f"day_of_{name}"]).drop(f"day_of_{name}")


def with_working_days(records: Records, rows: Rows, start: str, end: str) -> Rows:
    """Add ``working_days`` from one day to another; the day of the start is day 0."""
    counted = with_number(records, rows, start, "working_day", "start_working_day")
    counted = with_number(records, counted, end, "working_day", "end_working_day")
    return counted.mutate(working_days=counted.end_working_day - counted.start_working_day).drop(
        "start_working_day", "end_working_day"
    )


def with_days(records: Records, rows: Rows, start: str, end: str) -> Rows:
    """Add ``days`` from one day to another."""
    counted = with_number(records, rows, start, "day_number", "start_number")
    counted = with_number(records, counted, end, "day_number", "end_number")
    return counted.mutate(days=counted.end_number - counted.start_number).drop("start_number", "end_number")


def renamed(rows: Rows, prefix: str, *columns: str) -> Rows:
    """Return some columns under a prefix, to be joined with a table that has columns of the same names."""
    return rows.select(**{f"{prefix}{name}": rows[name] for name in columns})


def counting_those(rows: Rows, found: Rows, *keys: str) -> Rows:
    """Count those of the cases that are among the rows found, by the same keys."""
    kept = found.select(**{f"found_{key}": found[key] for key in keys}).distinct()
    joined = rows.left_join(kept, [rows[key] == kept[f"found_{key}"] for key in keys])
    return counting(joined, joined[f"found_{keys[0]}"].notnull()).drop(*(f"found_{key}" for key in keys))


def without(rows: Rows, found: Rows, *keys: str) -> Rows:
    """Leave out the rows that are among those found, by the same keys."""
    return rows.anti_join(found, list(keys))


def only(rows: Rows, found: Rows, *keys: str) -> Rows:
    """Keep the rows that are among those found, by the same keys."""
    return rows.semi_join(found, list(keys))


def counting(rows: Rows, condition: BooleanValue) -> Rows:
    """Count those of the cases that meet a condition; what is missing does not meet it."""
    # A number, since not every database has a column of yes and no.
    return rows.mutate(numerator=condition.ifelse(1, 0))


def says(flag: Value, answer: str = "Y") -> BooleanValue:
    """Return whether a flag says yes. One that says nothing does not."""
    return flag.upper().fill_null("") == answer


def has_flag(outcomes: StringValue, flag: str) -> BooleanValue:
    """Return whether a column of flags (JSON) says yes to one."""
    return outcomes.fill_null("").replace(" ", "").contains(f'"{flag}":"Y"')


def one_each(records: Records, rows: Rows, *keys: str, latest: str) -> Rows:
    """Keep one row of those with the same keys in a quarter: that of the latest day, then the last by what it says."""
    settled = {*keys, latest, *records.quarters.columns}
    order = [ibis.desc(rows[latest]), *(ibis.desc(rows[name]) for name in rows.columns if name not in settled)]
    same = [rows.quarter, *(rows[key] for key in keys)]
    numbered = rows.mutate(place=ibis.row_number().over(group_by=same, order_by=order))
    return numbered.filter(numbered.place == 0).drop("place")


def children(records: Records, rows: Rows, latest: str = "started") -> Rows:
    """Count each child once a quarter, however many rows it has."""
    return one_each(records, rows, "person", latest=latest)
