"""Read an extract: every table of every sheet, returned as frames, or all its faults at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.core.quarters import Quarter
from quarterly.core.terms import count_of
from quarterly.data.load import Basket
from quarterly.ingest.account import Account
from quarterly.ingest.arrows import without_arrows
from quarterly.ingest.contents import ComparatorRow, DoubtRow, Figure, RatingRow, TargetRow, frame_of, parted_place
from quarterly.ingest.grid import Grid, clipped
from quarterly.ingest.headings import plain
from quarterly.ingest.layout import tables_in, why_no_table
from quarterly.ingest.options import Options
from quarterly.ingest.parts import distinguishing_flag
from quarterly.ingest.rows import RowReader
from quarterly.ingest.sheet_table import Table

#: More faults than an analyst would correct at a time; a damaged file can have one in every cell.
MOST_FAULTS = 200
Row = TypeVar("Row", bound=NamedTuple)


@dataclass(frozen=True)
class Extract:
    """The contents of an extract, as frames with the columns of the rows in `quarterly.ingest.contents`."""

    figures: pd.DataFrame  # including those that are missing, or blank in the extract
    targets: pd.DataFrame
    comparators: pd.DataFrame
    published: pd.DataFrame
    doubts: pd.DataFrame  # doubts about how the extract itself was read
    remarks: list[str]  # what was not read, for the analyst
    added: list[str] = field(default_factory=list)  # the indicators with counts that were added up
    # how each column was read: its sheet, letter, heading and role
    column_roles: list[tuple[str, ...]] = field(default_factory=list)
    whole: bool = True  # whether an indicator that it omits from the areas it covers has no figure
    # rows for other tables of ``data/``, by table: each replaces those with the same key
    other_tables: dict[str, pd.DataFrame] = field(default_factory=dict)


def read_extract(
    grids: list[Grid], basket: Basket, quarter: Quarter, options: Options | None = None, hidden: tuple[str, ...] = ()
) -> Extract:
    """Read the sheets of an extract for a quarter; ``hidden`` names the hidden sheets, which are not read.

    Raises `DataFaults` with all faults at once if anything in it cannot be read for certain.
    """
    options = options or Options()
    if basket.quarters and bool(basket.quarters[-1].number) != bool(quarter.number):
        reason = f"the basket is by {basket.quarters[-1].noun}s, and its newest is {basket.quarters[-1]}."
        raise ExtractUnreadable(f"--quarter {quarter}", reason)
    reader = RowReader(basket, quarter, options)
    remarks = [f"Hidden sheet, not read: {clipped(name)}" for name in hidden]
    chosen, others = chosen_sheets(grids, options)
    remarks += [f"Sheet not read: {clipped(grid.sheet)}" for grid in others]
    found: list[Table] = []
    for grid in chosen:
        tables, faults = tables_in(grid, quarter)
        reader.faults += faults
        tables = [table for table in tables if table.figures or reader.in_year]
        found += tables
        for table in tables:
            reader.read(table)
        remarks += reader.account.remarks(grid, tables)
    if not found and not reader.faults:
        reader.faults.append(no_table(grids, options, quarter))
    if found and not reader.faults and str(quarter) not in {figure.quarter for figure in reader.figures}:
        reader.faults.append(_no_quarter(grids[0].file, reader.figures, found, quarter))
    figures = _added(reader.figures, reader.addable)
    repeated = (key for key, count in Counter(row[:2] for row in reader.figures).items() if count > 1)
    reader.faults += [*_contradictions(figures, found), *_contradictions(reader.goals, found)]
    if reader.faults:
        raise DataFaults(merged_faults(reader.faults))
    published, arrows = _ratings(reader, figures, basket)
    return Extract(
        frame_of(_without_duplicates(figures), Figure),
        frame_of(_without_duplicates(reader.goals), TargetRow),
        frame_of(_without_duplicates(reader.compared), ComparatorRow),
        frame_of(_without_duplicates(published), RatingRow),
        frame_of(list(dict.fromkeys(reader.doubts)), DoubtRow),
        list(dict.fromkeys([*remarks, *reader.remarks, *arrows])),
        sorted(reader.added | {indicator_id for indicator_id, _ in repeated if indicator_id in reader.addable}),
        list(dict.fromkeys(role for table in found for role in _column_roles(table, reader.account))),
    )


def _ratings(reader: RowReader, figures: list[Figure], basket: Basket) -> tuple[list[RatingRow], list[str]]:
    """Return the published ratings up to the quarter being imported, and remarks on their arrows."""
    held = basket.observations[["indicator_id", "quarter", "value"]].dropna().itertuples(index=False)
    values = {(row.indicator_id, row.quarter): float(row.value) for row in held}
    values |= {(row.indicator_id, row.quarter): row.value for row in figures if row.value is not None}
    goals = {goal.indicator_id for goal in reader.goals if goal.value is not None or goal.direction}
    held_goals = basket.targets[basket.targets["value"].notna() | (basket.targets["direction"] != "")]
    published = [row for row in reader.published if row.quarter <= str(reader.current)]
    targeted = goals | set(held_goals["indicator_id"])
    polarities = {one: str(about["polarity"]) for one, about in reader.indicators.items()}
    return without_arrows(published, values, polarities, targeted)


def chosen_sheets(grids: list[Grid], options: Options) -> tuple[list[Grid], list[Grid]]:
    """Split the sheets into those to read and the others."""
    wanted = {plain(name) for name in options.sheets}
    chosen = [grid for grid in grids if not wanted or plain(grid.sheet) in wanted]
    return chosen, [grid for grid in grids if grid not in chosen]


def _column_roles(table: Table, account: Account) -> Iterator[tuple[str, ...]]:
    grid = table.grid
    used = account.columns_read(table)
    roles = {column.place: column for column in table.columns}
    for place in sorted({place for row in (*table.band, *table.rows) for place in grid.rows[row]}):
        if (column := roles.get(place)) is None and place in used:
            continue  # the only column of another indicator
        when = f" of {column.quarter}" if column and column.quarter else ""
        what = f"{column.role}{when}" if column and place in used else "not read"
        heads = [text for row in reversed(table.band) if (text := grid.cell(row, place).text)]
        yield grid.sheet or grid.file, grid.column_in_sheet(place), clipped(heads[0] if heads else "", 40), what


def _added(rows: list[Figure], counted: set[str]) -> list[Figure]:
    """Add up counts that appear more than once; if one is missing, so is the sum, for the same reason."""
    sums: dict[tuple[object, ...], Figure] = {}
    for row in rows:
        key = row[:2] if row.indicator_id in counted else (*row[:2], row.place)
        other = sums.get(key)
        if other is None or row.indicator_id not in counted:
            sums[key] = row
        elif row.missing or other.missing or row.value is None or other.value is None:
            missing = other.missing or row.missing
            value = None if missing else row.value if other.value is None else other.value
            sums[key] = other._replace(value=value, missing=missing)
        else:
            sums[key] = other._replace(value=other.value + row.value, written=f"{other.written} + {row.written}")
    return list(sums.values())


def no_table(grids: list[Grid], options: Options, quarter: Quarter | None) -> Fault:
    """Return a fault for an extract without a table of figures, which describes such a table."""
    file = grids[0].file
    sheets = ", ".join(grid.sheet for grid in grids if grid.sheet)
    if options.sheets and sheets:
        expected = f"None of these sheets has a table of figures. The sheets are: {sheets}."
        return Fault(file, None, "", ", ".join(options.sheets), expected)
    asked = quarter or Quarter(2024, 1)
    expected = asked.worded(
        "A table needs a row of headings: Indicator (or Id), and then either each quarter, such as "
        f"{asked.short_label}, or Quarter and Value."
    )
    hint = next(filter(None, (why_no_table(grid, asked) for grid in grids)), "")
    return Fault(file, None, "", "no table of figures", expected + hint)


def _no_quarter(file: str, figures: list[Figure], tables: list[Table], quarter: Quarter) -> Fault:
    quarters = ", ".join(sorted({figure.quarter for figure in figures}))
    titled = next((table.title for table in tables if table.title.text), None)
    named = f" ({titled.place} says {clipped(titled.text)})" if titled else ""
    expected = f"There are no figures for {quarter}{named}. Is it the right file, and the right {quarter.noun}?"
    return Fault(file, None, "", f"figures for {quarters}" if quarters else "no figures", expected)


def _values(row: NamedTuple) -> tuple[object, ...]:
    """Return the values of a row, without its location; empty for a blank."""
    parts = [getattr(row, name, "") for name in ("value", "missing", "lower", "upper", "direction", "status")]
    return tuple(part for part in parts if part not in (None, ""))


def _without_duplicates(rows: list[Row]) -> list[Row]:
    """Keep one row per indicator and quarter: the first that is not blank, or else the first."""
    kept: dict[tuple[object, ...], Row] = {}
    for row in rows:
        other = kept.setdefault(row[:2], row)
        if not _values(other) and _values(row):
            kept[row[:2]] = row
    return list(kept.values())


def _contradictions(rows: Sequence[Figure | TargetRow], tables: list[Table]) -> Iterator[Fault]:
    """Yield a fault for each value given twice and differently, which explains how to choose."""
    first = {row[:2]: row for row in _without_duplicates(list(rows))}
    for row in rows:
        other = first[row[:2]]
        if _values(row) and _values(row) != _values(other):
            place, column, number = parted_place(row.place)
            elsewhere, _, first_row = parted_place(other.place)
            add = ", or add up counts (--sum)"
            ways_out = f"Remove the one that is wrong, read only one sheet (--sheet){add}."
            turned = any(table.grid.turned and table.grid.place == place for table in tables)
            if place == elsewhere and number != first_row and not turned:
                flags = (distinguishing_flag(table, place, number, first_row) for table in tables)
                where = next(filter(None, flags), "")
                mixed = ("%" in row.written) != ("%" in other.written)
                kinds, add = (" One is a number, the other a percentage.", "") if mixed else ("", add)
                names = f"Rows {first_row} and {number} have the same name.{kinds}"
                ways_out = f"{names} Keep one{where}, or give them different names in the extract{add}."
            expected = f"{other.place} says {other.written} instead. {ways_out}"
            yield Fault(place, number, column, row.written, expected)


def merged_faults(faults: list[Fault]) -> list[Fault]:
    """Merge the same fault in several rows of a column into one, and list at most `MOST_FAULTS`."""
    alike: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        alike.setdefault((fault.file, fault.column, fault.expected), []).append(fault)
    told = []
    for (file, column, expected), same in alike.items():
        rows = sorted({fault.row for fault in same[1:] if fault.row and fault.row != same[0].row})
        shown = ", ".join(map(str, rows[:10])) + (" and others" if len(rows) > 10 else "")
        also = f" The same in {count_of(len(rows), 'other row')}: {shown}." if rows else ""
        told.append(Fault(file, same[0].row, column, same[0].found, f"{expected}{also}"))
    if len(told) <= MOST_FAULTS:
        return told
    return [*told[:MOST_FAULTS], Fault(told[0].file, None, "", "more faults than are listed", "Correct these first.")]
