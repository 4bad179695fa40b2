"""The children's social work workforce census: an XML file for 30 September, with several years combined.

It has each worker's number of cases but not whose they are: each case becomes an involvement on that one day, with a
number in place of the child's id. It has only social workers.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import refuse
from quarterly.records.layouts.census import named, parsed, reference_day, sheet, texts
from quarterly.records.layouts.files import OpenedFiles, without_spaces
from quarterly.records.layouts.reading import FileTables, combine_years, filled

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
    found = filled("workforce_census", [sheet(name, "cswwworker", workers)])
    rows = found.tables["ssd_professionals"]
    ids = rows.prof_professional_id + f"/{day.year}"
    found.tables["ssd_professionals"] = rows.assign(prof_professional_id=ids)
    cases = pd.Series([_cases(row) for _, row in workers], [line for line, _ in workers]).loc[rows.index]
    found.tables["ssd_involvements"] = _involvements(ids, cases, day)
    return found


def _cases(row: dict[str, str]) -> int:
    said = without_spaces(row.get("cases30", "")) or ""
    return min(int(said), _MOST_CASES) if said.isdigit() else 0


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
