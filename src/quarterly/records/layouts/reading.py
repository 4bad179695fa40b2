"""From sheets as councils keep them to the tables of `quarterly.records.schema`: the steps that layouts share."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache, partial
from importlib.resources import files
from pathlib import PurePath
from zoneinfo import ZoneInfo

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.terms import count_of
from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import UNRESOLVED, Sheet, without_spaces
from quarterly.records.schema import DAYS, NUMBER, UNREADABLE, Column, Table, by_dataset_name

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
#: A moment with its time zone: midnight in summer is 23:00 the day before in UTC.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d(:?\d\d)?)")
_LONDON = ZoneInfo("Europe/London")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_BRITISH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?")
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3})[a-z]*[ -](\d{4})(?: .*)?", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: A day as an Excel serial number, from 1954 to 2064.
_NUMBERED = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
#: Text with a digit and no spaces needs no change and is never a missing value: most ids.
_AS_IT_IS = r"([0-9]|[A-Za-z][!-~]*[0-9])[!-~]*"
_YES = re.compile(r'"[^"]+":"Y"')


@dataclass(frozen=True)
class FileTables:
    """The result of reading files: tables of text, by their names in the dataset."""

    tables: dict[str, pd.DataFrame]
    layout: str
    remarks: list[str] = field(default_factory=list)  # the parts that were not used: names only
    faults: list[Fault] = field(default_factory=list)  # each stops the import
    places: dict[str, str] = field(default_factory=dict)  # the file, and sheet, of each table
    whole_from: date | None = None  # the day from which it is complete, if the layout shows it


def as_day(text: str) -> str:
    """Write a day as ``2025-03-31``; an invalid day becomes `UNREADABLE`.

    Examples
    --------
    >>> as_day("31/03/2025"), as_day("2025-03-30T23:00:00Z"), as_day("45747"), as_day("31/02/2025")
    ('2025-03-31', '2025-03-31', '2025-03-31', '?')
    """
    try:
        if _MOMENT.fullmatch(text):
            return (
                datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
                .astimezone(_LONDON)
                .date()
                .isoformat()
            )
        if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            return date(*map(int, found.groups())).isoformat()
        if found := _BRITISH.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        if found := _NAMED.fullmatch(text):
            return date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1])).isoformat()
        if found := _NUMBERED.fullmatch(text):
            return (date(1899, 12, 30) + timedelta(days=int(found[1]))).isoformat()
    except ValueError:
        pass
    return UNREADABLE


def as_code(text: str, codes: dict[str, str]) -> str:
    """Return the code for a text such as ``b) Female``, ``f) U6: Foster placement`` or ``u6``; the text if unknown.

    Examples
    --------
    >>> as_code("f) U6: Foster placement - not FFA", {"u6": "U6"}), as_code("b) Female", {"female": "F"})
    ('U6', 'F')
    """
    # A column of numbers with blanks is often written as 1.0.
    bare = re.sub(r"^[a-z]{1,2}\)\s*", "", text, flags=re.IGNORECASE).removesuffix(".0")
    for said in (text, bare, bare.split(":")[0], bare.split(" - ")[0], bare.split(" (")[0]):
        if code := codes.get(plain(said)):
            return code
    return text


@cache
def data(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file in this package."""
    text = (files("quarterly.records.layouts") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def codes_of(column: Column) -> dict[str, str]:
    """Return the codes of a column by their texts: the codes themselves, or words (``values.csv``)."""
    said = {row["said"]: row["code"] for row in data("values.csv") if row["column"] in (column.column, column.kind)}
    return said | {plain(code): code for code in column.codes}


def tidied(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Write days, flags, codes and numbers as the schema does, and leave out empty rows."""
    known = [column for column in table.columns if column.column in rows]
    changed = {column.column: _changed(rows[column.column], _reader(column)) for column in known}
    return pd.DataFrame(changed, index=rows.index, dtype="str").dropna(how="all")


def _reader(column: Column) -> Callable[[str], str]:
    if column.kind in DAYS:
        return as_day
    if column.kind in ("code", "flag"):
        return partial(as_code, codes=codes_of(column))
    if column.kind == "number":
        return lambda text: text if re.fullmatch(NUMBER, text) else UNREADABLE
    return _flags_set if column.kind == "json" else as_word


def as_word(text: str) -> str:
    """Return an id or a word: a column of numbers with blanks is often written as 1.0."""
    return text.removesuffix(".0")


def _flags_set(text: str) -> str:
    """Keep only the flags that are Y: every row has all the flags, which are most of a council's bytes."""
    return "{" + ",".join(_YES.findall(text.replace(" ", ""))) + "}"


def _changed(values: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Change the texts of a column, each distinct text only once."""
    if change is as_word and values.str.fullmatch(_AS_IT_IS, na=True).all() and not values.str.endswith(".0").any():
        return values
    texts = {text: without_spaces(text) for text in values.dropna().unique().tolist()}
    return values.map({text: said and change(said) for text, said in texts.items()}, na_action="ignore")


#: The columns that identify a row if records have no ids: the same child and day are the same event.
KEYS = {
    "ssd_contacts": ("cont_person_id", "cont_contact_date"),
    "early_help_assessments": ("person_id", "start_date"),
    "ssd_cin_episodes": ("cine_person_id", "cine_referral_date"),
    "ssd_cin_assessments": ("cina_person_id", "cina_assessment_start_date"),
    "ssd_cin_plans": ("cinp_person_id", "cinp_cin_plan_start_date"),
    "ssd_s47_enquiry": ("s47e_person_id", "s47e_s47_start_date"),
    "ssd_initial_cp_conference": ("icpc_person_id", "icpc_icpc_date"),
    "ssd_cp_plans": ("cppl_person_id", "cppl_cp_plan_start_date"),
    "ssd_pre_proceedings": ("prep_person_id", "prep_pre_pro_decision_date"),
    "ssd_cla_episodes": ("clae_person_id", "clae_cla_episode_start_date"),
    "ssd_cla_placement": ("clap_person_id", "clap_cla_placement_start_date"),
    "ssd_legal_status": ("lega_person_id", "lega_legal_status_start_date"),
    "ssd_cla_visits": ("clav_person_id", "clav_cla_visit_date"),
    "ssd_cla_health": ("clah_person_id", "clah_health_check_date"),
    "ssd_cla_reviews": ("clar_cla_id", "clar_cla_review_date"),
    "ssd_immigration_status": ("immi_person_id",),
    "ssd_missing": ("miss_person_id", "miss_missing_episode_start_date"),
    "ssd_care_leavers": ("clea_person_id",),
}
#: The end of whatever is in each return while it is open: if the next year lacks it, its first day was corrected.
STAYS = {
    "ssd_cin_plans": "cinp_cin_plan_end_date",
    "ssd_cp_plans": "cppl_cp_plan_end_date",
    "ssd_cla_episodes": "clae_cla_episode_ceased_date",
    "ssd_cla_placement": "clap_cla_placement_end_date",
    "ssd_legal_status": "lega_legal_status_end_date",
}
#: The possible headings (`plain`), likeliest first, by table and then by column.
Wanted = dict[str, dict[str, list[str]]]


@cache
def headings(layout: str) -> dict[str, Wanted]:
    """Return the columns of each sheet or file of a layout (``columns.csv``), by its name in lower case.

    Headings without a table are known, but are not used or are read by the layout itself.
    """
    found: dict[str, Wanted] = {}
    for row in data("columns.csv"):
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
    found = {row["indicator_id"]: row["quarters"] for row in data("returns.csv") if row["layout"] == layout}
    filled_ones = {row["column"] for row in data("columns.csv") if row["layout"] == layout}
    return Coverage(found, filled_ones) if found else None


def filled(layout: str, sheets: list[Sheet]) -> FileTables:
    """Read the sheets of a layout into tables whose rows are identified by `KEYS`."""
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
        rows, unused, faults = tables_in(sheet, wanted[name])
        found.faults.extend(faults)
        if unused:
            found.remarks.append(f"{file}: these columns are not used: {', '.join(unused)}.")
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
    person, *days = KEYS.get(table, ("",))
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


def combine_years(older: FileTables, newer: FileTables) -> FileTables:
    """Combine two years of a return: the newer rows replace older ones with the same id, and open ones of `STAYS`."""
    tables, remarks = dict(older.tables), list(dict.fromkeys(older.remarks + newer.remarks))
    for table, rows in newer.tables.items():
        if table in tables:
            key, end = by_dataset_name()[table].key.column, STAYS.get(table)
            kept = tables[table][~tables[table][key].isin(rows[key])]
            if end in kept and (stale := kept[end].isna()).any():
                kept = kept[~stale]
                remarks.append(
                    f"{table}: {count_of(int(stale.sum()), 'row')} of an earlier year not counted. Open then, they "
                    "are not in the next year with the same child and first day."
                )
            rows = pd.concat([_unnumbered(kept), rows])
        tables[table] = rows
    days = [day for day in (older.whole_from, newer.whole_from) if day]
    return FileTables(
        tables,
        newer.layout,
        remarks,
        older.faults + newer.faults,
        older.places | newer.places,
        min(days, default=None),
    )


def _without_key(sheet: Sheet, table: str, rows: pd.DataFrame, wanted: Wanted) -> list[Fault]:
    absent = [name for name in KEYS.get(table, ()) if name in wanted[table] and name not in rows]
    found, needed = "no such column", "It identifies the child or the date of a row. Use the heading in the return."
    return [Fault(sheet.place, None, wanted[table][name][0], found, needed) for name in absent]


def tables_in(sheet: Sheet, wanted: Wanted) -> tuple[dict[str, pd.DataFrame], list[str], list[Fault]]:
    """Read a sheet into tables; return them, the unused headings and the faults."""
    known, used = (
        {heading for table in tables for names in wanted[table].values() for heading in names}
        for tables in (wanted, filter(None, wanted))
    )
    rows = sheet.headed(known)
    if rows.empty and not rows.columns.size and not sheet.rows.dropna(how="all").empty:
        likely = ", ".join(names[0] for columns in wanted.values() for names in columns.values())
        fault = Fault(sheet.place, 1, "", "no known headings", f"The first row should have the headings: {likely}.")
        return {}, [], [fault]
    faults = _twice(sheet, rows, used) + _unresolved(sheet, rows, used)
    rows = rows.loc[:, ~rows.columns.duplicated()]
    found = {}
    for table, columns in wanted.items():
        if not table:
            continue
        there = {column: [name for name in names if name in rows] for column, names in columns.items()}
        picked = {column: rows[names[0]].replace(UNRESOLVED, None) for column, names in there.items() if names}
        found[table] = tidied(pd.DataFrame(picked, index=rows.index), by_dataset_name()[table])
    return found, [name for name in rows.columns if name and name not in known], faults


def _twice(sheet: Sheet, rows: pd.DataFrame, used: set[str]) -> list[Fault]:
    twice = sorted(used.intersection(rows.columns[rows.columns.duplicated()]))
    wanted = "Keep the right column and remove the other."
    return [Fault(sheet.place, None, name, "two columns with this heading", wanted) for name in twice]


def _unresolved(sheet: Sheet, rows: pd.DataFrame, used: set[str]) -> list[Fault]:
    faults = []
    for name in sorted(used.intersection(rows.columns)):
        at = rows.index[(rows.loc[:, [name]] == UNRESOLVED).any(axis="columns")]
        if len(at):
            wanted = "The program that made the workbook did not calculate them. Open it in Excel and save it."
            faults.append(Fault(sheet.place, int(at[0]), name, f"{len(at)} formulas without a result", wanted))
    return faults
