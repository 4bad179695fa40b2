"""Figures computed from records, as an extract that is imported like any other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd

from quarterly.core.dates import long_date
from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.core.quarters import Quarter
from quarterly.core.terms import count_of
from quarterly.data.load import Basket
from quarterly.ingest.contents import ComparatorRow, DoubtRow, Figure, RatingRow, TargetRow, frame_of
from quarterly.ingest.contents import Doubt as Doubted
from quarterly.ingest.extract import Extract
from quarterly.records.calendar import LAST
from quarterly.records.checks import check
from quarterly.records.compute import compute
from quarterly.records.define import Measure
from quarterly.records.doubts import ADVICE, Doubt, Kind
from quarterly.records.layouts.reading import coverage_of
from quarterly.records.schema import by_dataset_name
from quarterly.records.settings import WORDS
from quarterly.records.source import Source
from quarterly.records.store import Store
from quarterly.records.tables import Records, Words

#: How long a council has no event of any kind at most.
QUIET = timedelta(days=14)
#: The maximum number of reasons reported when there is no figure at all.
_MOST_REASONS = 3


def extract_of(
    source: Source,
    basket: Basket,
    asked: Quarter,
    measures: Mapping[str, Measure],
    words: Words,
    *,
    back: int = 1,
    as_at: date | None = None,
    whole_from: date | None = None,
    today: date | None = None,
) -> Extract:
    """Compute the figures of ``back`` quarters, of which ``asked`` is the last, from records.

    With ``as_at``, the records are used as they were known on that day. ``whole_from`` is the day from which the
    records are complete, if a table begins later only because nothing happened before. No event can be after ``as_at``
    or, without it, after ``today``.
    """
    if asked.ends > LAST:
        reason = f"its last day is after {long_date(LAST)}, where the calendar of working days ends"
        raise ExtractUnreadable(str(asked), f"{reason}. Install a newer version of this package.")
    checked = check(source.connection, words, as_at or today, source.places)
    if checked.faults:
        raise DataFaults(checked.faults)
    store = Store(source.connection, asked.window(back), as_at, checked.unique)
    whole, coverage = whole_from or source.whole_from, coverage_of(source.layout)
    computed = compute(store, Records(words), measures, basket, whole, coverage)
    if all(measures[name].present_only for name in computed.figures["indicator_id"]):
        # If the records hold nothing else about the quarter, their state on the day of the extract is not its figure.
        reasons = " ".join(computed.remarks[:_MOST_REASONS])
        raise ExtractUnreadable(source.name, f"it has no figures for {asked}. {reasons}")
    beside: dict[str, Any] = {"doubt": "", "bare": None, "exact": None, "written": "", "place": source.name}
    figures = [Figure(**row, **beside) for row in computed.figures.to_dict("records")]
    rows = basket.indicators[basket.indicators["indicator_id"].isin({row.indicator_id for row in figures})]
    asking = _asked(checked.doubts, asked)
    last = store.last_day
    if last and last < asked.ends - QUIET:
        why = f"The newest record is of {long_date(last)}. If the extract ends then, figures of {asked} are too low."
        asking.append(DoubtRow("", str(asked), Doubted.PERIOD, why, source.name))
    doubtful = (_remark(doubt, source.places) for doubt in checked.doubts)
    remarks = [*source.remarks, *doubtful, *computed.remarks]
    inferred = rows.loc[rows["basis_source"] == "inferred", ["indicator_id"]]
    defined = inferred["indicator_id"].map(lambda name: str(measures[name].basis))
    kept = {"definitions": definitions(measures, rows), "record_checks": _counts(checked.doubts, asked)}
    return Extract(
        frame_of(figures, Figure),
        frame_of([], TargetRow),
        frame_of([], ComparatorRow),
        frame_of([], RatingRow),
        frame_of(asking, DoubtRow),
        remarks,
        whole=False,
        other_tables=kept | {"indicators": inferred.assign(period_basis=defined, basis_source="stated")},
    )


def _remark(doubt: Doubt, places: Mapping[str, str]) -> str:
    rows = f", rows {', '.join(map(str, doubt.rows))}" if doubt.rows else ""
    word = f" '{doubt.word}'" if doubt.word else ""
    of_list = f" (list {_list(doubt.table, doubt.column)})" if doubt.kind is Kind.UNMAPPED else ""
    found = f"{doubt.kind}{word}{of_list}, {count_of(doubt.count, 'record')}"
    place = places.get(doubt.table, doubt.table)
    return f"{place}, {doubt.column}{rows}: {found}. {ADVICE[doubt.kind]}"


def _list(table: str, name: str) -> str:
    """Return the list of words, or the table, that a column refers to."""
    return next(column.detail for column in by_dataset_name()[table].columns if column.column == name)


def _asked(doubts: list[Doubt], asked: Quarter) -> list[DoubtRow]:
    """Return a warning for each column whose doubtful records figures may leave out, or count twice."""
    counts: Counter[tuple[Kind, str, str]] = Counter()
    for doubt in (one for one in doubts if one.kind in (Kind.UNMAPPED, Kind.FORM, Kind.ALIKE)):
        counts[doubt.kind, doubt.table, doubt.column] += doubt.count
    rows = []
    for (kind, table, column), count in counts.items():
        name, records = _list(table, column), count_of(count, "record")
        about, why = Doubted.UNMAPPED, f"Words of {records} are not in the list {name} of {WORDS}."
        if kind is Kind.FORM:
            about, why = Doubted.IDS, f"Ids of {records} are written in another form in {name}."
        elif kind is Kind.ALIKE:
            about, why = Doubted.IDS, f"{count} ids differ from others only in capitals or leading zeros."
        rows.append(DoubtRow("", str(asked), str(about), why, f"{table}, {column}"))
    return rows


def _counts(doubts: list[Doubt], asked: Quarter) -> pd.DataFrame:
    """Return how many records are doubtful, never which, as rows of ``data/record_checks.csv``."""
    rows = [(str(asked), doubt.table, doubt.column, str(doubt.kind), doubt.count) for doubt in doubts]
    frame = pd.DataFrame(rows, columns=["quarter", "records", "column", "kind", "rows"])
    return frame.groupby(["quarter", "records", "column", "kind"], as_index=False)["rows"].sum()


def definitions(measures: Mapping[str, Measure], indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the definitions of indicators in words, as rows of ``data/definitions.csv``."""
    rows = [
        (m.indicator_id, m.words(per), m.reasons(), m.source, m.official, m.proxy)
        for name, per in sorted(zip(indicators["indicator_id"], indicators["per"], strict=True))
        for m in [measures[name]]
    ]
    return pd.DataFrame(rows, columns=["indicator_id", "counts", "parameters", "source", "official", "proxy"])
