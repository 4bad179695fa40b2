"""The SSDA903 return: a folder of CSV files for a year, or a folder with such a folder for each year.

A year's files hold the whole history of the children who were looked after in it. Placements and legal statuses are
derived from the episodes: a placement continues through episodes that begin only with a new legal status (L), and a
legal status until another begins. Periods of care begin with S. The return does not have due days of reviews, visits,
offers of return interviews or days of health checks. OC2 shows only whether checks took place in the year: they are
dated to its last day and used only for that day. Care leavers (OC3) have no eligibility: all are treated as former
relevant.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePath

import pandas as pd

from quarterly.core.errors import Fault
from quarterly.core.terms import count_of
from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import OpenedFiles, Sheet, without_spaces
from quarterly.records.layouts.reading import FileTables, combine_years, filled
from quarterly.records.layouts.values import as_code
from quarterly.records.schema import data

_NAME = re.compile(r"(?!.*\bsw\b)(?:.*\b)?(header|episodes|reviews|uasc|oc2|oc3|missing)(?:\b.*)?")
#: The start reason of an episode with only a new legal status: the placement continues.
SAME_PLACEMENT = "L"
_YOUNG = 5
#: The columns of OC2 that are used.
CHECKS = ("TEETH_CHECK", "HEALTH_ASSESSMENT")


def is_layout(source: OpenedFiles) -> bool:
    """Return whether any file is named as one of its tables and has a column CHILD."""
    return any(_named(sheet) and "child" in sheet.headed({"child", "dob", "decom"}) for sheet in source.sheets)


def read(source: OpenedFiles) -> FileTables:
    """Read each folder as a year, oldest first."""
    years: dict[str, list[Sheet]] = {}
    for sheet in source.sheets:
        years.setdefault(str(PurePath(sheet.place).parent), []).append(_named(sheet) or sheet)
    found = [_year(sheets) for sheets in years.values()]
    return combine_years(sorted(found, key=lambda year: year.whole_from or date.min))


def _named(sheet: Sheet) -> Sheet | None:
    name = _NAME.fullmatch(plain(sheet.name))
    return Sheet(sheet.place, name[1], sheet.rows) if name else None


def _year(sheets: list[Sheet]) -> FileTables:
    found = filled("ssda903", sheets)
    tables = found.tables
    day = None
    if "ssd_cla_episodes" in tables:
        tables |= _of_episodes(tables["ssd_cla_episodes"], tables["ssd_legal_status"], tables["ssd_cla_placement"])
        day = _last_day(tables["ssd_cla_episodes"])
    if "ssd_immigration_status" in tables:
        tables["ssd_immigration_status"] = _unaccompanied(tables["ssd_immigration_status"], tables)
    if "ssd_care_leavers" in tables:
        tables["ssd_care_leavers"] = _leavers(tables["ssd_care_leavers"])
    for sheet in [each for each in sheets if each.name == "oc2"][:1]:
        had, faults = _checks_of(sheet)
        found.faults.extend(faults)
        if day and not found.faults:
            tables["ssd_cla_health"] = _checks(had, tables["ssd_person"], day)
    return replace(found, whole_from=date(day.year - 1, 4, 1) if day else None)


def _last_day(episodes: pd.DataFrame) -> date | None:
    """Return the last day of a return's year: 31 March after the last episode began."""
    days = pd.to_datetime(episodes.clae_cla_episode_start_date, errors="coerce").dropna()
    last = days.max()
    return None if pd.isna(last) else date(last.year + (last.month > 3), 3, 31)


def _of_episodes(episodes: pd.DataFrame, legal: pd.DataFrame, places: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Derive periods of care, placements and legal statuses from the episodes."""
    rows = episodes.join(legal).join(places)
    for name in ("clae_cla_episode_start_reason", "clae_cla_episode_ceased_date", "lega_legal_status"):
        if name not in rows:
            rows[name] = None
    rows = rows.sort_values(["clae_person_id", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date"])
    person, status = rows.clae_person_id, rows.lega_legal_status.fillna("")
    begins = (rows.clae_cla_episode_start_reason == "S") | (person != person.shift())
    moves = begins | (rows.clae_cla_episode_start_reason != SAME_PLACEMENT)
    changes = begins | (status != status.shift())
    first_day = rows.clae_cla_episode_start_date
    rows["clae_entered_care_date"] = first_day.groupby(begins.cumsum()).transform("first")
    rows["clae_cla_id"] = person + "/" + rows.clae_entered_care_date
    rows["clae_cla_placement_id"] = rows.clae_cla_episode_id.groupby(moves.cumsum()).transform("first")
    return {
        "ssd_cla_episodes": rows[[name for name in rows if name.startswith("clae_")]],
        "ssd_cla_placement": _runs(rows, moves, "clap_cla_placement", list(places.columns)),
        "ssd_legal_status": _runs(rows, changes, "lega_legal_status", ["lega_legal_status"]),
    }


def _runs(rows: pd.DataFrame, begins: pd.Series, name: str, kept: list[str]) -> pd.DataFrame:
    """Combine the episodes of each placement, or each legal status, into one row."""
    runs = rows.groupby(begins.cumsum())
    first = rows[begins]
    made = {
        f"{name}_id": first.clae_cla_episode_id,
        f"{name[:4]}_person_id": first.clae_person_id,
        f"{name}_start_date": first.clae_cla_episode_start_date,
        f"{name}_end_date": runs.clae_cla_episode_ceased_date.tail(1).set_axis(first.index),
    }
    return pd.DataFrame(made | {column: first[column] for column in kept})


def _unaccompanied(rows: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Date the status from the child's first episode: the return has only the day on which it ceases."""
    episodes = tables.get("ssd_cla_episodes", pd.DataFrame(columns=["clae_person_id", "clae_cla_episode_start_date"]))
    since = episodes.groupby("clae_person_id").clae_cla_episode_start_date.min()
    return rows.assign(
        immi_immigration_status="uasc", immi_immigration_status_start_date=rows.immi_person_id.map(since)
    )


def _leavers(rows: pd.DataFrame) -> pd.DataFrame:
    """Split a code such as ``B1`` into the accommodation and whether it is suitable."""
    homes = rows.get("clea_care_leaver_accommodation", pd.Series(None, rows.index, dtype="str"))
    parts = homes.str.extract(r"^([A-Za-z])\s*([12])?$")
    return rows.assign(
        clea_care_leaver_eligibility="Former Relevant",
        clea_care_leaver_accommodation=parts[0].str.upper().fillna(homes),
        clea_care_leaver_accom_suitable=parts[1],
    )


def _checks_of(sheet: Sheet) -> tuple[pd.DataFrame, list[Fault]]:
    """Return whether each child had each check, as Y or N, with a fault for each of which the file does not say."""
    rows = sheet.headed({"child", *map(plain, CHECKS)})
    codes = {row["said"]: row["code"] for row in data("layouts/values.csv") if row["column"] == "flag"}
    child = rows.get("child", pd.Series(dtype="str"))  # its absence is a fault of the file
    found, faults = pd.DataFrame({"child": child.str.strip().str.removesuffix(".0")}, rows.index), []
    for name in CHECKS:
        texts = rows[plain(name)].fillna("") if plain(name) in rows else pd.Series("", rows.index)
        said = found[name] = texts.map(lambda text: as_code(without_spaces(text) or "", codes))
        unknown = said[~said.isin(["Y", "N", ""])]
        if not said.any():
            wanted = "Use the heading in the return, or take the file out of the folder."
            faults.append(Fault(sheet.place, None, name, "no such column, or no values in it", wanted))
        elif len(unknown):
            other = f"{count_of(len(unknown), 'value')} other than 1 and 0"
            faults.append(Fault(sheet.place, int(unknown.index[0]), name, other, "Write 1 for yes and 0 for no."))
    return found, faults


def _checks(had: pd.DataFrame, people: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the checks that definitions count for each child: two health assessments if under 5."""
    born = people.set_index("pers_person_id").get("pers_dob", pd.Series(dtype="str"))
    young = had["child"].map(born) > f"{day.year - _YOUNG}-03-31"
    teeth, health = (had[name] == "Y" for name in CHECKS)
    made = [
        pd.DataFrame(
            {
                "clah_health_check_id": had["child"][took] + f"/{kind}/{day.year}/{number}",
                "clah_person_id": had["child"][took],
                "clah_health_check_type": kind,
                "clah_health_check_date": day.isoformat(),
                "clah_health_check_status": "Completed",
            }
        )
        for kind, number, took in (
            ("dental", 1, teeth),
            ("health_assessment", 1, health),
            ("health_assessment", 2, health & young),
        )
    ]
    return pd.concat(made)
