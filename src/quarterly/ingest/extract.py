"""Read an extract: every table of every sheet, all that it says in frames, or all its faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit, count_of
from quarterly.data.load import Basket
from quarterly.ingest.account import Account
from quarterly.ingest.grid import Grid, clipped, column_name
from quarterly.ingest.headings import plain
from quarterly.ingest.layout import Table, names_no_indicator, tables_in
from quarterly.ingest.rows import RowReader
from quarterly.ingest.said import Compared, Figure, Goal, Options, Published, Warned

_NUMBERS = ("value", "numerator", "denominator", "lower", "upper", "bare", "exact")
#: Nobody corrects more faults than this at a time, and a damaged file can have one in every cell.
MOST_FAULTS = 200
Row = TypeVar("Row", Figure, Goal)


@dataclass(frozen=True)
class Extract:
    """What an extract says.

    Parameters
    ----------
    figures : DataFrame
        One row a figure, with the columns of `Figure`: also one that is missing, or blank in the extract.
    targets : DataFrame
        One row a target, with the columns of `Goal`.
    comparators : DataFrame
        One row a comparator, with the columns of `Compared`.
    published : DataFrame
        One row a published rating, with the columns of `Published`; none unless they were asked for.
    doubts : DataFrame
        What may not be what is meant, of the extract itself, with the columns of `Warned`.
    remarks : list of str
        What was left unread, for the analyst to know.
    taken : list of tuple of str
        What each column was taken for: its sheet, its place, its heading, and what it holds.
    """

    figures: pd.DataFrame
    targets: pd.DataFrame
    comparators: pd.DataFrame
    published: pd.DataFrame
    doubts: pd.DataFrame
    remarks: list[str]
    taken: list[tuple[str, ...]] = field(default_factory=list)


def read_extract(
    grids: list[Grid],
    basket: Basket,
    asked: Quarter,
    options: Options | None = None,
    hidden: tuple[str, ...] = (),
    *,
    ratings: bool = False,
) -> Extract:
    """Read an extract.

    Parameters
    ----------
    grids : list of Grid
        The sheets of the source.
    basket : Basket
        The basket that its figures belong to.
    asked : Quarter
        The quarter that is imported.
    options : Options, optional
        What the analyst says of it.
    hidden : tuple of str
        The names of sheets that are hidden, to say that they were not read.
    ratings : bool
        Whether published ratings are read.

    Raises
    ------
    DataFaults
        Anything in it cannot be read for certain: all faults at once.
    """
    options = options or Options()
    reader = RowReader(basket, asked, options, ratings=ratings)
    remarks = [f"Hidden sheet, not read: {clipped(name)}" for name in hidden]
    chosen, others = chosen_sheets(grids, options)
    remarks += [f"Sheet not read: {clipped(grid.sheet)}" for grid in others]
    found: list[Table] = []
    for grid in chosen:
        tables, faults = tables_in(grid, asked)
        reader.faults += faults
        found += tables
        for table in tables:
            reader.read(table)
        remarks += reader.account.remarks(grid, tables)
    if not found and not reader.faults:
        reader.faults.append(no_table(grids, options, asked))
    if found and not reader.faults and str(asked) not in {figure.quarter for figure in reader.figures}:
        reader.faults.append(_no_quarter(grids[0].file, reader.figures, found, asked))
    counted = basket.indicators.loc[basket.indicators["unit"].isin([Unit.NUMBER, Unit.POUNDS]), "indicator_id"]
    figures = _added(reader.figures, set(counted)) if options.add else reader.figures
    reader.faults += [*_contradictions(figures, 2), *_contradictions(reader.beside.goals, 2)]
    if reader.faults:
        raise DataFaults(counted_once(reader.faults))
    return Extract(
        _frame(_first_said(figures, 2), Figure),
        _frame(_first_said(reader.beside.goals, 2), Goal),
        _frame(reader.beside.compared, Compared).drop_duplicates(["indicator_id", "comparator"]),
        _frame(reader.beside.published, Published).drop_duplicates(["indicator_id", "quarter"]),
        _frame(reader.doubts, Warned).drop_duplicates(),
        list(dict.fromkeys([*remarks, *reader.remarks])),
        list(dict.fromkeys(taken for table in found for taken in _taken(table, reader.account))),
    )


def chosen_sheets(grids: list[Grid], options: Options) -> tuple[list[Grid], list[Grid]]:
    """Part the sheets into those that are read and those that are not."""
    wanted = {plain(name) for name in options.sheets}
    chosen = [grid for grid in grids if not wanted or plain(grid.sheet) in wanted]
    return chosen, [grid for grid in grids if grid not in chosen]


def _taken(table: Table, account: Account) -> Iterator[tuple[str, ...]]:
    grid = table.grid
    used = {column for place, row, column in account.read if place == grid.place and row in table.rows}
    roles = {column.place: column for column in table.columns}
    for place in sorted({place for row in (*table.band, *table.rows) for place in grid.rows[row]}):
        column = roles.get(place)
        quarter = f" of {column.quarter}" if column and column.quarter else ""
        what = f"{column.role}{quarter}" if column and place in used else "not read"
        heads = [text for row in reversed(table.band) if (text := grid.cell(row, place).text)]
        yield grid.sheet or grid.file, column_name(place), clipped(heads[0] if heads else "", 40), what


def _added(rows: list[Figure], counted: set[str]) -> list[Figure]:
    """Add up counts that are there more than once: a reason why one is missing is that of the sum."""
    sums: dict[tuple[object, ...], Figure] = {}
    for row in rows:
        other = sums.get(row[:2])
        if other is None or row.indicator_id not in counted:
            sums[(*row[:2], row.place) if row.indicator_id not in counted else row[:2]] = row
        elif row.missing or other.missing or row.value is None or other.value is None:
            missing = other.missing or row.missing
            value = None if missing else row.value if other.value is None else other.value
            sums[row[:2]] = other._replace(value=value, missing=missing)
        else:
            sums[row[:2]] = other._replace(value=other.value + row.value, written=f"{other.written} + {row.written}")
    return list(sums.values())


def no_table(grids: list[Grid], options: Options, asked: Quarter | None) -> Fault:
    """State that there is no table of figures in the sheets, and what one looks like."""
    file = grids[0].file
    sheets = ", ".join(grid.sheet for grid in grids if grid.sheet)
    if options.sheets and sheets:
        expected = f"None of these sheets has a table of figures. The sheets are: {sheets}."
        return Fault(file, None, "", ", ".join(options.sheets), expected)
    expected = (
        "A table needs a row of headings with Indicator (or Id) and, beside it, a heading for each quarter such as "
        f"{asked.short_label if asked else 'Q1 2024-25'}, or the headings Quarter and Value."
    )
    seen = [(grid, row) for grid in grids if (row := names_no_indicator(grid))]
    hint = (
        f" {seen[0][0].place}, row {seen[0][1]} names quarters: write Indicator over the names there." if seen else ""
    )
    return Fault(file, None, "", "no table of figures", expected + hint)


def _no_quarter(file: str, figures: list[Figure], tables: list[Table], asked: Quarter) -> Fault:
    quarters = ", ".join(sorted({figure.quarter for figure in figures}))
    named = next(
        (f" {table.title.place} says {clipped(table.title.text)}." for table in tables if table.title.text), ""
    )
    expected = f"There are no figures for {asked} in it.{named} Is it the right file, and the right quarter?"
    return Fault(file, None, "", f"figures for {quarters}" if quarters else "no figures", expected)


def _frame(rows: Sequence[NamedTuple], kind: type[NamedTuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(kind._fields))
    numbers = [name for name in _NUMBERS if name in frame]
    texts = [name for name in frame if name not in numbers]
    return frame.astype({**dict.fromkeys(numbers, float), **dict.fromkeys(texts, str)})


def _said(row: Figure | Goal) -> tuple[object, ...]:
    """Return what a row says, without where it stands; nothing for a blank."""
    parts = [getattr(row, name, "") for name in ("value", "missing", "lower", "upper", "direction", "status")]
    return tuple(part for part in parts if part not in (None, ""))


def _first_said(rows: list[Row], key: int) -> list[Row]:
    """Keep one row a figure: the first, but a blank only where nothing else is said."""
    kept: dict[tuple[object, ...], Row] = {}
    for row in rows:
        other = kept.setdefault(row[:key], row)
        if not _said(other) and _said(row):
            kept[row[:key]] = row
    return list(kept.values())


def _contradictions(rows: list[Row], key: int) -> Iterator[Fault]:
    """Find what an extract says twice and differently."""
    first = {row[:key]: row for row in _first_said(rows, key)}
    for row in rows:
        other = first[row[:key]]
        if _said(row) and _said(row) != _said(other):
            place, _, cell = row.place.rpartition(", ")
            number = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            ways_out = "Take out the one that is wrong, read one sheet alone (--sheet), or add up counts (--sum)."
            expected = f"{other.place} says {other.written} of the same. {ways_out}"
            yield Fault(place, int(number), cell.removesuffix(number), row.written, expected)


def counted_once(faults: list[Fault]) -> list[Fault]:
    """State each fault of a column once, with the rows that have it, and as many faults as anybody reads."""
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
