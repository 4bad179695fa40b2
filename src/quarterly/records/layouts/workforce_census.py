"""The children's social work workforce census: an XML file for 30 September, with several years combined.

It has each worker's number of cases but not whose they are: each case becomes an involvement on that one day, with a
number in place of the child's id. It has only social workers.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from math import nan
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import refuse
from quarterly.records.layouts.census import named, parsed, reference_day, sheet, texts
from quarterly.records.layouts.files import OpenedFiles, without_spaces
from quarterly.records.layouts.reading import FileTables, combine_years, filled
from quarterly.records.schema import NUMBER

#: No worker has more cases than this: a larger number is something else.
_MOST_CASES = 999


def is_layout(source: OpenedFiles) -> bool:
    """Return whether any XML file has social workers."""
    return any(b"CSWWWorker>" in content for content in source.documents.values())


def read(source: OpenedFiles) -> FileTables:
    """Read the census of each year; a worker has a row for each."""
    return combine_years((_census(name, parsed(name, content)) for name, content in source.documents.items()))


def _census(name: str, root: Any) -> FileTables:
    day = reference_day(root)
    if day is None:
        raise DataFaults([refuse(name, "no ReferenceDate in the header", "Use the file as it was sent.")])
    workers = [(each.sourceline, texts(each)) for each in named(root, "cswwworker")]
    held = sheet(name, "cswwworker", workers)
    found = filled("workforce_census", [held])
    rows = found.tables["ssd_professionals"]
    again = rows.prof_professional_id.duplicated() & rows.prof_professional_id.notna()
    if again.any():
        which = f"{name}, workers in rows {', '.join(map(str, rows.index[again]))}"
        found.remarks.append(f"{which}: an earlier row has the same id, and that one is counted with its cases.")
        rows = rows[~again]
    cases = pd.Series([_cases(row) for _, row in workers], held.rows.index[1:], dtype="float").loc[rows.index]
    if (unread := cases.isna()).any():
        which = f"{name}, workers in rows {', '.join(map(str, cases.index[unread]))}"
        found.remarks.append(f"{which}: Cases30 is not a whole number up to {_MOST_CASES}. Counted as having no cases.")
    ids = rows.prof_professional_id + f"/{day.year}"
    found.tables["ssd_professionals"] = rows.assign(prof_professional_id=ids)
    found.tables["ssd_involvements"] = _involvements(ids, cases.fillna(0).astype("int"), day)
    return found


def _cases(row: dict[str, str]) -> float:
    said = without_spaces(row.get("cases30", "")) or "0"
    number = float(said) if re.fullmatch(NUMBER, said) else nan
    return number if number.is_integer() and 0 <= number <= _MOST_CASES else nan


def _involvements(workers: pd.Series, cases: pd.Series, day: date) -> pd.DataFrame:
    each = workers.repeat(cases.to_numpy())
    ids = each + "/" + (each.groupby(each).cumcount() + 1).astype("str")
    return pd.DataFrame(
        {
            "invo_involvements_id": ids,
            "invo_person_id": ids,
            "invo_professional_id": each,
            "invo_professional_role_id": "social_worker",
            "invo_involvement_start_date": day.isoformat(),
            "invo_involvement_end_date": (day + timedelta(days=1)).isoformat(),
        }
    )
