"""The building blocks of definitions: expressions on tables of records, which work on every database."""

from __future__ import annotations

import ibis
from ibis.expr.types import BooleanValue, StringValue, Value
from ibis.expr.types import Table as Rows

from quarterly.records.schema import YES
from quarterly.records.tables import Records


def during(records: Records, rows: Rows, day: str, since: str = "first_day") -> Rows:
    """Pair each row with the quarters whose days from ``since`` to the last, both inclusive, contain its ``day``.

    ``since`` names a column of `quarterly.records.calendar.periods`.
    """
    quarters = records.quarters.select("quarter", since, "as_at")
    return rows.join(quarters, [rows[day] >= quarters[since], rows[day] <= quarters.as_at])


def in_last(records: Records, rows: Rows, day: str, *, months: int = 0, days: int = 0) -> Rows:
    """Pair each row with the quarters that end on a day of it, or less than some months or days later."""
    quarters = records.quarters.select("quarter", f"months_before_{months}" if months else "as_at_number", "as_at")
    if months:
        after = rows[day] > quarters[f"months_before_{months}"]
        return rows.join(quarters, [after, rows[day] <= quarters.as_at])
    counted = with_number(records, rows, day, "day_number", "number_of_day")
    recent = counted.number_of_day > quarters.as_at_number - days
    return counted.join(quarters, [recent, counted[day] <= quarters.as_at])


def open_at_end(records: Records, rows: Rows) -> Rows:
    """Pair each row with the quarters on whose last day it is open; a row that ends on that day is closed."""
    quarters = records.quarters
    return rows.join(quarters, [rows.started <= quarters.as_at, rows.ended.isnull() | (rows.ended > quarters.as_at)])


def with_number(records: Records, rows: Rows, day: str, number: str, name: str) -> Rows:
    """Add the calendar's value of ``number`` for a day, as a column ``name``; null if the day is null."""
    days = records.calendar.select(day_="day", **{name: number})
    return rows.left_join(days, rows[day] == days.day_).select(*rows.columns, name)


def paired(rows: Rows, others: Rows, key: str, prefix: str, *columns: str) -> Rows:
    """Pair each row with each of ``others`` that has the same key, whose ``columns`` get a prefix."""
    return rows.join(others.select(key, **{f"{prefix}{name}": others[name] for name in columns}), key)


def counting_matches(rows: Rows, found: Rows, *keys: str, others: bool = False) -> Rows:
    """Count the cases that match a row found, on the same keys; or the ``others``."""
    kept = found.select(**{f"found_{key}": found[key] for key in keys}).distinct()
    joined = rows.left_join(kept, [rows[key] == kept[f"found_{key}"] for key in keys])
    among = joined[f"found_{keys[0]}"].notnull()
    return joined.select(*rows.columns, numerator=(~among if others else among).ifelse(1, 0))


def counting(rows: Rows, condition: BooleanValue) -> Rows:
    """Count the cases that meet a condition; a missing value does not meet it."""
    # A number, because not every database has Boolean columns.
    return rows.mutate(numerator=condition.ifelse(1, 0))


def in_working_days(records: Records, rows: Rows, start: str, end: str, limit: int) -> Rows:
    """Count the cases with at most ``limit`` working days from one day to another; the start is day 0."""
    return _in_time(records, rows, start, end, "working_day", "working_days", limit)


def in_days(records: Records, rows: Rows, start: str, end: str, limit: int) -> Rows:
    """Count the cases with at most ``limit`` days from one day to another."""
    return _in_time(records, rows, start, end, "day_number", "days", limit)


def _in_time(records: Records, rows: Rows, start: str, end: str, number: str, name: str, limit: int) -> Rows:
    begun = with_number(records, rows, start, number, "first_")
    dated = with_number(records, begun, end, number, "last_")
    lasted = dated.select(*rows.columns, **{name: dated.last_ - dated.first_})
    return counting(lasted, lasted[name] <= limit)


def says_yes(flag: Value) -> BooleanValue:
    """Return whether a flag is Y; a blank flag is not."""
    return flag.upper().fill_null("").isin(YES)


def has_flag(outcomes: StringValue, flag: str) -> BooleanValue:
    """Return whether a flag is Y in a column of flags (JSON)."""
    return outcomes.upper().replace(" ", "").contains(f'"{flag}":"Y"')


def one_each(records: Records, rows: Rows, *keys: str, latest: str) -> Rows:
    """Keep one row for each set of keys in a quarter: the latest, with ties broken by the rows' ids."""
    settled = {*keys, latest, *records.quarters.columns}
    # The first column of every table of records is the id of its rows.
    row_id = next(name for name in rows.columns if name not in settled)
    same = [rows.quarter, *(rows[key] for key in keys)]
    place = ibis.row_number().over(group_by=same, order_by=[ibis.desc(rows[latest]), ibis.desc(rows[row_id])])
    numbered = rows.mutate(place=place)
    return numbered.filter(numbered.place == 0).drop("place")


def children(records: Records, rows: Rows, latest: str = "started") -> Rows:
    """Count each child once a quarter, however many rows it has."""
    return one_each(records, rows, "person", latest=latest)
