"""The records of a database as definitions see them: short names, days without times, one row for each id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, wraps

import ibis
from ibis.expr.operations import UnboundTable
from ibis.expr.types import BooleanValue, StringValue, Value
from ibis.expr.types import Table as Rows

from quarterly.core.quarters import Quarter
from quarterly.records.calendar import calendar, periods
from quarterly.records.schema import DAY, DAYS, NO_DAYS, NUMBER, ROW, Column, Table, tables

TYPES = {"number": "float64", **dict.fromkeys(DAYS, "date")}
#: The prefix of the temporary tables in a connection.
STAGED = "quarterly_"
# Databases and `quarterly.records.sql` merge nested queries themselves; in Ibis it takes longer than some queries run.
ibis.options.sql.fuse_selects = False

Words = Mapping[str, Mapping[str, str]]


class Records:
    """The tables that definitions use, bound to no database so that a query can run on any.

    These are the tables of `quarterly.records.schema`, by short name, and ``calendar`` and ``quarters``
    (`quarterly.records.calendar`). ``words`` gives the meanings of local words: by list, then by word in lower case.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self.steps: dict[str, Rows] = {}

    def __getattr__(self, name: str) -> Rows:
        """Return a table by its short name."""
        if name not in (known := _unbound()):
            raise AttributeError(name)
        return known[name]

    def means(self, column: StringValue, kind: str, code: str) -> BooleanValue:
        """Return whether a local word means a code; a code means itself."""
        words = [code] + [word for word, meaning in self._words.get(kind, {}).items() if meaning == code]
        return column.lower().isin(words)


def step(build: Callable[..., Rows]) -> Callable[..., Rows]:
    """Make a query that several definitions share a separate table, computed once and readable by itself in SQL."""

    @wraps(build)
    def named(records: Records, *args: int | str) -> Rows:
        name = "_".join([build.__name__, *map(str, args)])
        if name not in records.steps:
            records.steps[name] = build(records, *args)
        return ibis.table(records.steps[name].schema(), name=STAGED + name)

    return named


@cache
def _unbound() -> dict[str, Rows]:
    found = {name: {c.name: TYPES.get(c.kind, "string") for c in table.columns} for name, table in tables().items()}
    frames = {"calendar": calendar(), "quarters": periods([Quarter(2023, 3)])}
    found |= {name: dict(ibis.memtable(frame).schema().items()) for name, frame in frames.items()}
    return {name: ibis.table(schema, name=STAGED + name) for name, schema in found.items()}


def reads(query: Rows) -> list[str]:
    """Return the short names of the tables and steps that a query reads."""
    return sorted({node.name.removeprefix(STAGED) for node in query.op().find(UnboundTable)})


def parts_of(query: Rows, records: Records) -> list[str]:
    """Return the short names of all tables and steps that a query needs, each step after those that it reads."""
    found: list[str] = []
    for name in reads(query):
        found += [*parts_of(records.steps[name], records), name] if name in records.steps else [name]
    return list(dict.fromkeys(found))


def cleaned(rows: Rows, table: Table) -> Rows:
    """Return a table's rows with the names used in definitions: one row for each id, days without times."""
    found = named(rows, table)
    # Rows that share an id are ordered by their values.
    found = found.mutate(copy=place_among_copies(table, {column: found[column.name] for column in table.columns}))
    return found.filter(found.copy == 0, found[table.key.name].notnull()).drop("copy")


def named(rows: Rows, table: Table, **extra: Value) -> Rows:
    """Return a table's rows with the names used in definitions, and days without times."""
    values = as_kinds(rows, table)
    columns = {c.name: values.get(c, ibis.null(TYPES.get(c.kind, "string"))) for c in table.columns}
    return rows.select(**columns, **extra)


def place_among_copies(table: Table, values: Mapping[Column, Value], *ties: Value) -> Value:
    """Return the place of a row among those with its id, from its values in their kinds: the row at 0 is counted.

    Rows that are the same in all columns follow the order of ``ties``.
    """
    order = [value for column, value in values.items() if column != table.key]
    return ibis.row_number().over(group_by=values[table.key], order_by=[*order, *ties])


def known_on(rows: Rows, table: Table, day: date) -> Rows:
    """Return the rows as they were known on a day: later events are left out, and later ends and days are blank."""
    limit = ibis.literal(day)
    events = [rows[c.name].isnull() | (rows[c.name] <= limit) for c in table.of_kind("event")]
    hidden = {c.name: (rows[c.name] <= limit).ifelse(rows[c.name], None) for c in table.of_kind("end", "day")}
    return (rows.filter(*events) if events else rows).mutate(**hidden)


def as_kinds(raw: Rows, table: Table) -> dict[Column, Value]:
    """Return the values of the columns that a table has, as their kinds are compared; null if blank or unreadable."""
    held = {name.lower(): raw[name] for name in raw.columns}
    there = {column: held[column.column.lower()] for column in table.columns if column.column.lower() in held}
    from_file = ROW in raw.columns
    return {column: _as_kind(value, column, from_file=from_file) for column, value in there.items()}


def _as_kind(value: Value, column: Column, *, from_file: bool) -> Value:
    if column.kind in (*DAYS, "number") and value.type().is_string():
        # Databases differ in how they read other texts: SQLite reads 30 February as 2 March, and a word as 0.
        pattern = NUMBER if column.kind == "number" else DAY
        value = value.re_search(pattern).ifelse(value if column.kind == "number" else value.substr(0, 10), None)
    if column.kind in DAYS:
        day = value.cast("date")
        return day.notin([ibis.literal(none).cast("date") for none in NO_DAYS]).ifelse(day, None)
    if column.kind == "number":
        return value.cast("float64")
    if value.type().is_floating() or getattr(value.type(), "scale", 0):
        value = value.cast("int64")  # an id in such a column must equal the same id in others: 12, not 12.0
    words = value.cast("string")
    # Files are read without outer spaces (`quarterly.records.layouts.values`).
    return (words if column.kind == "json" or from_file else words.strip()).nullif("")


def form_of_id(id_: StringValue) -> StringValue:
    """Return an id in lower case without punctuation and the zeros before a number."""
    return bare_id(id_.lower().re_replace("[^0-9a-z]", ""))


def bare_id(id_: StringValue) -> StringValue:
    """Return an id in lower case without the zeros before a number."""
    return id_.lower().re_replace("(^|[a-z])0+", r"\1")
