"""The children's social work workforce census: an XML file of 30 September, and several years put together.

It says how many cases a worker has, and not whose they are: each becomes an involvement with a case that has a number
for a name, on that one day. It has social workers alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults
from quarterly.ingest.grid import refuse
from quarterly.records.layouts.census import named, parsed, reference_day, sheet, texts
from quarterly.records.layouts.files import Source, without_spaces
from quarterly.records.layouts.reading import Read, filled, later

#: No worker has more cases: it is a number of another kind.
_MOST_CASES = 999


def is_layout(source: Source) -> bool:
    """Return whether there are XML files with social workers."""
    return any(b"CSWWWorker>" in content for content in source.documents.values())


def read(source: Source) -> Read:
    """Read the census of each year; a worker has a row in each."""
    return reduce(later, (_census(name, parsed(name, content)) for name, content in source.documents.items()))


def _census(name: str, root: Any) -> Read:
    day = reference_day(root)
    if day is None:
        raise DataFaults([refuse(name, "no ReferenceDate in the header", "Give the file as it was sent.")])
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
