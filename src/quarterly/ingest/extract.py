"""Read an extract: every table of every sheet, all that it says in frames, or all its faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.grid import Grid, clipped
from quarterly.ingest.headings import plain
from quarterly.ingest.layout import tables_in
from quarterly.ingest.rows import MOST_FAULTS, Compared, Figure, Goal, Options, RowReader

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
    remarks : list of str
        What was left unread, for the analyst to know.
    """

    figures: pd.DataFrame
    targets: pd.DataFrame
    comparators: pd.DataFrame
    remarks: list[str]


def read_extract(
    grids: list[Grid], basket: Basket, asked: Quarter, options: Options | None = None, hidden: tuple[str, ...] = ()
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

    Raises
    ------
    DataFaults
        Anything in it cannot be read for certain: all faults at once.
    """
    options = options or Options()
    reader = RowReader(basket, asked, options)
    remarks = [f"Hidden sheet, not read: {clipped(name)}" for name in hidden]
    wanted = {plain(name) for name in options.sheets}
    chosen = [grid for grid in grids if not wanted or plain(grid.sheet) in wanted]
    found = 0
    for grid in chosen:
        tables, faults = tables_in(grid, asked)
        reader.faults += faults
        found += len(tables)
        remarks += [] if tables or not grid.rows else [f"No table of figures: {grid.place}"]
        for table in tables:
            reader.read(table)
            remarks += [f"Column not read: {clipped(name)} ({grid.place})" for name in reader.unknown(table)]
    if not found and not reader.faults:
        reader.faults.append(_no_table(grids, options, asked))
    if found and not reader.faults and str(asked) not in {figure.quarter for figure in reader.figures}:
        reader.faults.append(_no_quarter(grids[0].file, reader.figures, asked))
    reader.faults += [*_contradictions(reader.figures, 2), *_contradictions(reader.goals, 1)]
    if reader.faults:
        raise DataFaults(_most(reader.faults))
    remarks += [f"Row without figures, not read: {clipped(name)}" for name in reader.unread]
    return Extract(
        _frame(_first_said(reader.figures, 2), Figure),
        _frame(_first_said(reader.goals, 1), Goal),
        _frame(reader.compared, Compared).drop_duplicates(["indicator_id", "comparator"]),
        list(dict.fromkeys(remarks)),
    )


def _no_table(grids: list[Grid], options: Options, asked: Quarter) -> Fault:
    file = grids[0].file
    sheets = ", ".join(grid.sheet for grid in grids if grid.sheet)
    if options.sheets and sheets:
        expected = f"None of these sheets has a table of figures. The sheets are: {sheets}."
        return Fault(file, None, "", ", ".join(options.sheets), expected)
    expected = (
        "A table needs a row of headings with Indicator (or Id) and, beside it, a heading for each quarter such as "
        f"Q{asked.number} {asked.reporting_year}, or the headings Quarter and Value."
    )
    return Fault(file, None, "", "no table of figures", expected)


def _no_quarter(file: str, figures: list[Figure], asked: Quarter) -> Fault:
    quarters = ", ".join(sorted({figure.quarter for figure in figures}))
    expected = f"There are no figures for {asked} in it. Is it the right file, and the right quarter?"
    return Fault(file, None, "", f"figures for {quarters}" if quarters else "no figures", expected)


def _frame(rows: list[Figure] | list[Goal] | list[Compared], kind: type[NamedTuple]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(kind._fields))
    numbers = [name for name in ("value", "numerator", "denominator", "bare", "exact") if name in frame]
    texts = [name for name in frame if name not in numbers]
    return frame.astype({**dict.fromkeys(numbers, float), **dict.fromkeys(texts, str)})


def _said(row: Figure | Goal) -> tuple[object, ...]:
    """Give what a row says, without where it stands; nothing for a blank."""
    return tuple(part for part in (row.value, row.missing, getattr(row, "direction", "")) if part not in (None, ""))


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
            expected = f"{other.place} says {other.written} of the same. Keep the right one."
            yield Fault(place, int(number), cell.removesuffix(number), row.written, expected)


def _most(faults: list[Fault]) -> list[Fault]:
    """Keep as many faults as anybody reads."""
    if len(faults) <= MOST_FAULTS:
        return faults
    return [*faults[:MOST_FAULTS], Fault(faults[0].file, None, "", "more faults than are listed", "Mend these first.")]
