"""From sheets as councils keep them to the tables of `quarterly.records.schema`: the steps that layouts share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache, reduce
from pathlib import PurePath

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.terms import count_of
from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import UNRESOLVED, Sheet
from quarterly.records.layouts.values import tidied
from quarterly.records.schema import DAYS, Table, by_dataset_name, data

_MONTH_FIRST = re.compile(r"\s*\d{1,2}[/.-](?:1[3-9]|2\d|3[01])[/.-]\d{4}(?:\s.*)?")
#: A column has American dates if the month comes first in more than this share of them; fewer are mistyped.
_FEWEST_AMERICAN = 0.1
#: The days in converted dates and in texts, and how many of both show that a program exchanged days and months.
_DATED, _LEFT_AS_TEXT = r"^\d{4}-\d\d-(\d\d)", r"^\s*(\d{1,2})[/.-]\d{1,2}[/.-]\d{4}"
#: The first two numbers of a date that is written in numbers.
_PARTS = r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}"
_ENOUGH, _MONTHS = 5, 12


@dataclass(frozen=True)
class FileTables:
    """The result of reading files: tables of text, by their names in the dataset."""

    tables: dict[str, pd.DataFrame]
    layout: str
    remarks: list[str] = field(default_factory=list)  # the parts that were not used: names only
    faults: list[Fault] = field(default_factory=list)  # each stops the import
    places: dict[str, str] = field(default_factory=dict)  # the file, and sheet, of each table
    whole_from: date | None = None  # the day from which it is complete, if the layout shows it


#: Whatever is in each return while it is open: if the next year lacks it, its first day was corrected.
STAYS = ("ssd_cin_plans", "ssd_cp_plans", "ssd_cla_episodes", "ssd_cla_placement", "ssd_legal_status")


def identifying(table: Table) -> list[str]:
    """Return the columns that identify a row of a return without ids: the same child and day are the same event."""
    if table.table == "ssd_cla_reviews":
        return ["clar_cla_id", "clar_cla_review_date"]
    # A return has the day on which the status of an unaccompanied child ceases, not the day on which it began.
    days = [] if table.table == "ssd_immigration_status" else table.of_kind("event")[:1]
    person = [column for column in table.of_kind("ref") if column.name == "person"]
    return [column.column for column in (*person, *days)]


#: The possible headings (`plain`), likeliest first, by table and then by column.
Wanted = dict[str, dict[str, list[str]]]


@cache
def headings(layout: str) -> dict[str, Wanted]:
    """Return the columns of each sheet or file of a layout (``columns.csv``), by its name in lower case.

    Headings without a table are known, but are not used or are read by the layout itself.
    """
    found: dict[str, Wanted] = {}
    for row in data("layouts/columns.csv"):
        if row["layout"] == layout:
            names = [plain(name) for name in row["headings"].split("|")]
            found.setdefault(row["source"], {}).setdefault(row["table"], {})[row["column"] or names[0]] = names
    return found


@dataclass(frozen=True)
class Coverage:
    """The indicators and quarters for which a return holds enough.

    The quarters are ``every`` one from the day it is complete, less the months that the definition looks back on; all
    ``since`` that day, because it includes those months; the ``newest``; or those with one number, such as ``Q4``.
    """

    quarters: dict[str, str]  # by indicator
    columns: set[str]  # the columns of the dataset that it fills


def coverage_of(layout: str) -> Coverage | None:
    """Return the indicators and quarters for which a return holds enough (``returns.csv``); None for the dataset."""
    found = {row["indicator_id"]: row["quarters"] for row in data("layouts/returns.csv") if row["layout"] == layout}
    filled_ones = {row["column"] for row in data("layouts/columns.csv") if row["layout"] == layout}
    return Coverage(found, filled_ones) if found else None


def filled(layout: str, sheets: list[Sheet]) -> FileTables:
    """Read the sheets of a layout into tables whose rows are identified by `identifying`."""
    found = FileTables({}, layout)
    wanted, read = headings(layout), set[str]()
    for sheet in sheets:
        # Remarks leave out the folder, so that those of several years are the same.
        name, file = plain(sheet.name), PurePath(sheet.place).name
        if name not in wanted:
            found.remarks.append(f"{file} is not used.")
            continue
        if name in read:
            found.faults.append(Fault(sheet.place, None, "", f"{name} for a second time", "Keep one of them."))
            continue
        read.add(name)
        rows, remarks, faults = tables_in(sheet, wanted[name])
        found.faults.extend(faults)
        found.remarks.extend(f"{file}: {remark}" for remark in remarks)
        for table, frame in rows.items():
            found.faults.extend(_without_key(sheet, table, frame, wanted[name]))
            found.tables[table] = pd.concat([found.tables[table], frame]) if table in found.tables else frame
            found.places[table] = sheet.place
    for table, rows in found.tables.items():
        found.tables[table] = _people(rows) if table == "ssd_person" else with_ids(rows, table)
    return found


def with_ids(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    """Add ids to rows whose return has none, and leave out rows that hold only the child.

    Identical rows are one event and get the same id; other rows of the same child and day get different ones.
    """
    key = by_dataset_name()[table].key.column
    person, *days = identifying(by_dataset_name()[table]) or [""]
    if person not in rows:
        return rows
    others = [name for name in rows if name != person and not name.endswith("_referral_id")]
    rows = rows.dropna(how="all", subset=others) if others else rows
    if key in rows:
        return rows
    said = [rows[name].fillna("") for name in days if name in rows]
    ids = rows[person].str.cat(said, sep="/") if said else rows[person]
    alike = rows.groupby(list(rows.columns), dropna=False, sort=False).ngroup()
    first = ~alike.duplicated()
    number = ids[first].groupby(ids[first]).cumcount().set_axis(alike[first])
    again = alike.map(number)
    return rows.assign(**{key: ids.where(again == 0, ids + "/" + (again + 1).astype("str"))})


def _people(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one row for each person, with the first value in each column: several lists describe the same child."""
    each = rows.dropna(subset=["pers_person_id"]).groupby("pers_person_id", sort=False).first().reset_index()
    return _unnumbered(each)


def _unnumbered(rows: pd.DataFrame) -> pd.DataFrame:
    """Clear the numbers of rows that do not come from a single file."""
    return rows.set_axis([0] * len(rows))


def combine_years(years: Iterable[FileTables]) -> FileTables:
    """Combine the years of a return, oldest first."""
    return reduce(_with_newer, years)


def _with_newer(older: FileTables, newer: FileTables) -> FileTables:
    """Combine two years: the newer rows replace older ones with the same id, and open ones of `STAYS`."""
    tables, remarks = dict(older.tables), list(dict.fromkeys(older.remarks + newer.remarks))
    for table, rows in newer.tables.items():
        if table in tables:
            known = by_dataset_name()[table]
            key = known.key.column
            kept = tables[table][~tables[table][key].isin(rows[key])]
            end = known.of_kind("end")[0].column if table in STAYS else ""
            if end in kept and (stale := kept[end].isna()).any():
                kept = kept[~stale]
                remarks.append(
                    f"{table}: {count_of(int(stale.sum()), 'row')} of an earlier year not counted. Open then, they "
                    "are not in the next year with the same child and first day."
                )
            rows = pd.concat([_unnumbered(kept), rows])
        tables[table] = rows
    whole_from = min((day for day in (older.whole_from, newer.whole_from) if day), default=None)
    faults, places = older.faults + newer.faults, older.places | newer.places
    return FileTables(tables, newer.layout, remarks, faults, places, whole_from)


def _without_key(sheet: Sheet, table: str, rows: pd.DataFrame, wanted: Wanted) -> list[Fault]:
    keys = identifying(by_dataset_name()[table])
    absent = [name for name in keys if name in wanted[table] and name not in rows]
    found, needed = "no such column", "It identifies the child or the date of a row. Use the heading in the return."
    return [Fault(sheet.place, None, wanted[table][name][0], found, needed) for name in absent]


def tables_in(sheet: Sheet, wanted: Wanted, space: str = " ") -> tuple[dict[str, pd.DataFrame], list[str], list[Fault]]:
    """Read a sheet into tables; return them, remarks on its columns and the faults.

    ``space`` is what the headings have between words.
    """
    known = {heading for columns in wanted.values() for names in columns.values() for heading in names}
    rows = sheet.headed(known)
    if rows.empty and not rows.columns.size and not sheet.rows.dropna(how="all").empty:
        likely = ", ".join(names[0] for columns in wanted.values() for names in columns.values())
        fault = Fault(sheet.place, 1, "", "no known headings", f"The first row should have the headings: {likely}.")
        return {}, [], [fault]
    once = rows.loc[:, ~rows.columns.duplicated()]
    found, used, dated = {}, set[str](), set[str]()
    for name, columns in wanted.items():
        if name:
            table = by_dataset_name()[name]
            there = {column: [one for one in names if one in once] for column, names in columns.items()}
            picked = {column: once[names[0]].replace(UNRESOLVED, None) for column, names in there.items() if names}
            found[name] = tidied(pd.DataFrame(picked, index=rows.index), table)
            used.update(*there.values())
            dated.update(*(there.get(day.column, [])[:1] for day in table.of_kind(*DAYS)))
    unused = [name.replace(" ", space) for name in once if name and name not in known]
    remarks = [f"these columns are not used: {', '.join(unused)}."] if unused else []
    if unsure := _either_way(once, dated):
        remarks.append(
            "these dates were read with the day first, but none is after the 12th to show that the month does not come "
            f"first: {', '.join(name.replace(' ', space) for name in unsure)}."
        )
    return found, remarks, list(_faults(sheet, rows, used, dated))


def _either_way(rows: pd.DataFrame, dated: set[str]) -> list[str]:
    """Return the columns whose days could be months as well; none if another date in the rows shows the order."""
    texts = {name: rows[name].drop_duplicates() for name in rows if name in dated}
    found = {name: each.str.extract(_PARTS).dropna().astype(int) for name, each in texts.items()}
    if any((parts > _MONTHS).any(axis=None) for parts in found.values()):
        return []
    return [name for name, parts in found.items() if (parts[0] != parts[1]).any()]


def _faults(sheet: Sheet, rows: pd.DataFrame, used: set[str], dated: set[str]) -> Iterator[Fault]:
    """Yield what is wrong with the columns that are used, of which some hold days."""
    for name in sorted(used):
        cells = rows.loc[:, [name]]
        if cells.shape[1] > 1:
            wanted = "Keep the right column and remove the other."
            yield Fault(sheet.place, None, name, "two columns with this heading", wanted)
        unresolved = rows.index[(cells == UNRESOLVED).any(axis="columns")]
        if len(unresolved):
            wanted = "The program that made the workbook did not calculate them. Open it in Excel and save it."
            yield Fault(sheet.place, int(unresolved[0]), name, f"{len(unresolved)} formulas without a result", wanted)
        days = cells.iloc[:, 0].dropna() if name in dated else cells.iloc[:0, 0]
        american = days.isin([day for day in days.unique() if _MONTH_FIRST.fullmatch(day)])
        if american.mean() > _FEWEST_AMERICAN:
            # As British ones, most are invalid, and the rest are other days.
            wanted = "Write dates as 2025-03-31 or 31/03/2025, then try again."
            yield Fault(sheet.place, int(american.idxmax()), name, "dates with the month first", wanted)
        # An American Excel takes 03/04/2025 for 4 March, and leaves 13/04/2025 as text.
        once = days.drop_duplicates()
        converted, left = (once.str.extract(form)[0].dropna().astype(int) for form in (_DATED, _LEFT_AS_TEXT))
        if min(len(converted), len(left)) >= _ENOUGH and converted.max() <= _MONTHS < left.min():
            wanted = "Open the original file in a British Excel, or export it again with dates as 2025-03-31."
            found = "dates up to the 12th of a month, and later ones only as text: days and months were exchanged"
            yield Fault(sheet.place, int(left.index[0]), name, found, wanted)
