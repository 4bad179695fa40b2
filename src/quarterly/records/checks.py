"""Faults and doubts in records, all reported at once, for files and for a council's own database alike.

Records are about people: reports give a table, a column, a count and row numbers, never the values in a row. Only a
code or a local word is shown, and only if several people have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import ibis
import pandas as pd
from ibis.backends import BaseBackend
from ibis.expr.types import BooleanValue, Value
from ibis.expr.types import Table as Rows

from quarterly.core.errors import DataFaults, Fault
from quarterly.records.doubts import Checked, Doubt, Kind
from quarterly.records.measures.care import SHORT_BREAKS
from quarterly.records.schema import DAYS, NO, NO_DAYS, ROW, YES, Column, Table, tables
from quarterly.records.settings import MEANINGS
from quarterly.records.store import temporary_table
from quarterly.records.tables import STAGED, Words, as_kinds, bare_id, form_of_id, place_among_copies

#: The maximum number of row numbers reported.
_MOST_ROWS = 5
#: A word is shown only if enough people have it, and it is short with few digits, so that no name or id is shown.
_FEWEST_PEOPLE, _LONGEST, _MOST_DIGITS = 3, 40, 2
_FAR = date(9999, 12, 31)
#: Columns added here: the place of a row among those with its id, and the numbers of rows and of ids of a table.
_COPY, _ROWS, _IDS = "copy_", "rows_", "ids_"


@dataclass(frozen=True)
class _Context:
    """What the checks of every table use."""

    connection: BaseBackend
    words: Words
    extracted: date | None
    ids: dict[str, Rows] = field(default_factory=dict)  # of each table that others refer to


def check(
    connection: BaseBackend, words: Words, extracted: date | None = None, places: Mapping[str, str] | None = None
) -> Checked:
    """Check every table of records that a connection has.

    Tables have the dataset's names. ``words`` gives the meanings of local words: by list, then by word in lower case.
    ``extracted`` is the day of the extract: no event can be later. ``places`` has the file of each table, for messages.
    """
    names = {name.lower(): name for name in connection.list_tables()}
    held = {table: connection.table(names[table.table]) for table in tables().values() if table.table in names}
    checked, context = Checked(), _Context(connection, words, extracted)
    referred_to = {column.detail for table in tables().values() for column in table.of_kind("ref")}
    for table in (one for one in held if one.table in referred_to):
        with _plain_errors(table):
            if (id_ := as_kinds(held[table], table).get(table.key)) is not None:
                there = held[table].select(there=id_).distinct()
                context.ids[table.table] = temporary_table(connection, f"{STAGED}ids_{table.name}", there)
    for table, raw in held.items():
        with _plain_errors(table):
            counts = _check_table(context, checked, table, raw)
        checked.faults.extend(_columns_without_dates(counts, table, (places or {}).get(table.table, table.table)))
    for there in context.ids.values():
        connection.drop_table(there.op().name)
    return checked


def _check_table(context: _Context, checked: Checked, table: Table, raw: Rows) -> pd.Series:
    """Add the doubts about a table, and whether its ids are unique; return `_counts`."""
    connection, rows, key = context.connection, _plain(table, raw), table.key.column
    counts = _counts(connection, rows, table)
    if table.table in context.ids:
        checked.doubts.extend(_alike(connection, rows, table, context.ids[table.table]))
    shares = counts.get(_IDS, 0) < counts.get(key, 0)
    doubtful, names = _marked(context, _prepared(table, raw, context.ids, shares=shares), table)
    # Doubtful rows are few, so the queries that follow are quick.
    staged = temporary_table(connection, f"{STAGED}checked_{table.name}", doubtful)
    checked.doubts.extend(_doubts(context, staged, table, names))
    if counts.get(_IDS) == counts[_ROWS]:
        checked.unique.add(table.name)
    connection.drop_table(staged.op().name)
    return counts


@contextmanager
def _plain_errors(table: Table) -> Iterator[None]:
    """Raise a database's errors without their messages, which may repeat the values of a row."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - each driver raises its own errors
        found = f"an error from the database ({type(error).__name__})"
        wanted = "Ask the database administrator whether this account may read the table and create temporary tables."
        raise DataFaults([Fault(table.table, None, "", found, wanted)]) from None


def may_show(word: str, people: int) -> bool:
    """Return whether a word cannot identify a person: several people have it, and it is short with few digits."""
    digits = sum(character.isdigit() for character in word)
    return people >= _FEWEST_PEOPLE and len(word) <= _LONGEST and digits <= _MOST_DIGITS and word.isprintable()


def _plain(table: Table, raw: Rows, **extra: Value) -> Rows:
    """Return a table's values as definitions compare them, plus the source of days and numbers (``text_``)."""
    held = {name.lower(): raw[name] for name in raw.columns}
    values = as_kinds(raw, table)
    kept = {column.column: value for column, value in values.items()}
    for column in values:
        if column.kind in (*DAYS, "number"):
            source = held[column.column.lower()]
            kept[f"text_{column.column}"] = source.strip().nullif("") if source.type().is_string() else source
    return raw.select(**kept, **extra, **({ROW: raw[ROW]} if ROW in raw.columns else {}))


def _prepared(table: Table, raw: Rows, ids: Mapping[str, Rows], *, shares: bool) -> Rows:
    """Return `_plain` with ``copy_``, 0 for the row of an id that is counted, and an ``orphan_`` flag per reference."""
    # Rows are sorted only if some share an id.
    ties = [raw[ROW]] if ROW in raw.columns else []
    place = place_among_copies(table, as_kinds(raw, table), *ties) if shares else ibis.literal(0, "int64")
    rows = _plain(table, raw, **{_COPY: place})
    for column in table.of_kind("ref"):
        if column.column in rows.columns and column.detail in ids:
            joined = rows.left_join(ids[column.detail], rows[column.column] == ids[column.detail].there)
            orphan = joined[column.column].notnull() & joined.there.isnull()
            rows = joined.mutate(**{f"orphan_{column.column}": orphan}).drop("there")
    return rows


def _marked(context: _Context, rows: Rows, table: Table) -> tuple[Rows, dict[str, tuple[Column, Kind]]]:
    """Return the doubtful rows with a column of 1 and 0 for each doubt, and the column and kind it is about."""
    names: dict[str, tuple[Column, Kind]] = {}
    flags: dict[str, Value] = {}
    for column, kind, doubtful in _doubtful(context, rows, table):
        name = f"doubt_{len(names)}"
        names[name], flags[name] = (column, kind), doubtful.ifelse(1, 0)
    said = {column.column for column, _ in names.values()} | ({_person(table), ROW} & set(rows.columns))
    marked = rows.select(*sorted(said), **flags)
    return marked.filter(sum(marked[name] for name in names) > 0), names


def _doubtful(context: _Context, rows: Rows, table: Table) -> Iterator[tuple[Column, Kind, BooleanValue]]:
    """Yield each possible doubt about a table: the column, the kind, and which rows are doubtful."""
    there = [column for column in table.columns if column.column in rows.columns]
    for column in there:
        value, text = rows[column.column], f"text_{column.column}"
        if column.kind == "id":
            yield column, Kind.NO_ID, value.isnull()
            yield column, Kind.DUPLICATE, value.notnull() & (rows[_COPY] > 0)
        if column.kind == "ref":
            if column.detail == "ssd_person":
                yield column, Kind.NO_ID, value.isnull()
            if f"orphan_{column.column}" in rows.columns:
                yield column, Kind.ORPHAN, rows[f"orphan_{column.column}"]
        if text in rows.columns:
            kind = Kind.NO_DAY if column.kind in DAYS else Kind.NO_NUMBER
            yield column, kind, rows[text].notnull() & value.isnull()
        if column.kind in ("event", "end", "day") and context.extracted:
            yield column, Kind.FUTURE, value > ibis.literal(context.extracted)
        if column.kind == "code":
            yield column, Kind.NO_CODE, value.notin(column.codes)
        if column.kind == "flag":
            yield column, Kind.NO_CODE, value.upper().notin([*YES, *NO])
        if column.kind == "word":
            known = [*context.words.get(column.detail, {}), *MEANINGS[column.detail]]
            yield column, Kind.UNMAPPED, value.lower().notin(known)
    yield from _out_of_order(rows, table, there)


def _out_of_order(rows: Rows, table: Table, there: list[Column]) -> Iterator[tuple[Column, Kind, BooleanValue]]:
    starts, ends = (table.of_kind(kind) for kind in ("event", "end"))
    if not (starts and ends and {starts[0], ends[0]} <= set(there)):
        return
    started, ended = rows[starts[0].column], rows[ends[0].column]
    yield ends[0], Kind.BACKWARDS, ended < started
    person = _person(table)
    if table.name == "legal_statuses" and person in rows.columns:
        later = started.max().over(ibis.window(group_by=rows[person])) > started
        status = next(column.column for column in there if column.name == "status")
        yield ends[0], Kind.NOT_CLOSED, rows[status].isin(SHORT_BREAKS) & ended.isnull() & later
    if table.name == "care_episodes" and person in rows.columns and table.key in there:
        first = rows[_COPY] == 0
        until = first.ifelse(ended.fill_null(ibis.literal(_FAR)), None)
        before = ibis.window(group_by=rows[person], order_by=[started, ended], preceding=(None, 1), following=None)
        yield starts[0], Kind.OVERLAP, first & (until.max().over(before) > started)


def _doubts(context: _Context, marked: Rows, table: Table, names: Mapping[str, tuple[Column, Kind]]) -> Iterator[Doubt]:
    """Count the doubts about a table: one query for all of them, then more for each that occurs."""
    connection = context.connection
    sums = {name: marked[name].sum() for name in names}
    counts = connection.execute(marked.aggregate(**sums)).fillna(0).iloc[0] if names else {}
    for name, (column, kind) in names.items():
        if counts[name]:
            doubtful = marked.filter(marked[name] == 1)
            if kind is Kind.ORPHAN:
                yield from _orphans(connection, doubtful, table, column, context.ids[column.detail])
                continue
            said = _words(connection, doubtful, table, column) if kind in (Kind.NO_CODE, Kind.UNMAPPED) else {}
            for word, count in said.values():
                yield Doubt(table.table, column.column, kind, count, word)
            if rest := int(counts[name]) - sum(count for _, count in said.values()):
                others = doubtful.filter(doubtful[column.column].lower().notin(list(said))) if said else doubtful
                yield Doubt(table.table, column.column, kind, rest, rows=_first(connection, others))


def _orphans(connection: BaseBackend, rows: Rows, table: Table, column: Column, ids: Rows) -> Iterator[Doubt]:
    """Count the ids that the other table has only in another form, such as 12 for 0012, apart from those it lacks."""
    forms = ids.select(form=form_of_id(ids.there)).distinct()
    alike = form_of_id(rows[column.column]) == forms.form
    for kind, found in ((Kind.FORM, rows.semi_join(forms, alike)), (Kind.ORPHAN, rows.anti_join(forms, alike))):
        if count := int(connection.execute(found.count())):
            yield Doubt(table.table, column.column, kind, count, rows=_first(connection, found))


def _alike(connection: BaseBackend, rows: Rows, table: Table, ids: Rows) -> Iterator[Doubt]:
    """Count the ids that differ from another of the table only in capitals, or in zeros before a number."""
    shared = ids.group_by(form=bare_id(ids.there)).having(ids.count() > 1).aggregate(ids=ids.count())
    if count := connection.execute(shared.ids.sum().fill_null(0)):
        found = rows.semi_join(shared, bare_id(rows[table.key.column]) == shared.form)
        yield Doubt(table.table, table.key.column, Kind.ALIKE, int(count), rows=_first(connection, found))


def _words(connection: BaseBackend, rows: Rows, table: Table, column: Column) -> dict[str, tuple[str, int]]:
    """Count the rows of each word that may be shown, most frequent first, by the word in lower case."""
    person = _person(table) if _person(table) in rows.columns else table.key.column
    said = rows[column.column]
    each = rows.group_by(small=said.lower()).aggregate(
        word=said.max(), rows=rows.count(), people=rows[person].nunique()
    )
    counted = connection.execute(each).sort_values(["rows", "small"], ascending=[False, True])
    return {
        row.small: (row.word, int(row.rows))
        for row in counted.itertuples(index=False)
        if may_show(row.word, row.people)
    }


def _person(table: Table) -> str:
    return next((column.column for column in table.columns if column.name == "person"), table.key.column)


def _first(connection: BaseBackend, rows: Rows) -> tuple[int, ...]:
    if ROW not in rows.columns:
        return ()
    known = rows.filter(rows[ROW] > 0).select(ROW)
    return tuple(map(int, connection.execute(known.order_by(ROW).limit(_MOST_ROWS))[ROW]))


def _counts(connection: BaseBackend, rows: Rows, table: Table) -> pd.Series:
    """Count a table's rows, its ids, its days, and the texts from which days were read (``text_``)."""
    days = [column.column for column in table.of_kind(*DAYS) if column.column in rows.columns]
    numbers = {name: rows[name].count() for name in (table.key.column, *days) if name in rows.columns}
    if table.key.column in numbers:
        numbers[_IDS] = rows[table.key.column].nunique()
    for text in (rows[f"text_{name}"] for name in days):
        if text.type().is_string():
            numbers[text.get_name()] = text.count(where=text.substr(0, 10).notin(NO_DAYS))
    return connection.execute(rows.aggregate(**{_ROWS: rows.count()}, **numbers)).iloc[0]


def _columns_without_dates(counts: pd.Series, table: Table, place: str) -> Iterator[Fault]:
    """Yield a fault for each column without a single valid day, if the table needs one or the column has text."""
    for column in table.of_kind(*DAYS):
        said = counts.get(f"text_{column.column}", 0)
        if counts[_ROWS] and not counts.get(column.column, 1) and (column.kind == "event" or said):
            found = f"no valid date in {counts[_ROWS]} rows"
            yield Fault(place, None, column.column, found, "Write dates as 2025-03-31 or 31/03/2025, then try again.")
