"""Ofsted's Annex A: a workbook with a sheet for each list, of what was open or happened in the last six months.

The lists have these gaps, and definitions that need what is missing are not computed from them:

- no list has ids: a child and a day identify an event; each row of List 1 is a separate contact
- List 1 has no contact outcomes; List 3 has no outcomes of strategy discussions
- List 6 has cases of children in need but not their plans, so it is not used
- List 7 has only the last visit and review of a plan, and List 8 only those of a child in care: the last visit to a
  child in care is used, because its definition asks for the last one
- List 8 has only the current period of care, placement and legal status, so it shows nothing before its own day.
  Its number of placements and last health assessment are not what definitions count
- List 9 has no workers other than the adviser; Lists 10 and 11 are not used
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import OpenedFiles, Sheet
from quarterly.records.layouts.reading import FileTables, filled
from quarterly.records.layouts.values import as_day

_LIST = re.compile(r"(?:annex a )?list 0?([1-9])\b.*")
#: The number of months that the lists cover.
MONTHS = 6


def is_layout(source: OpenedFiles) -> bool:
    """Return whether any sheet is named as one of the lists."""
    return any(_LIST.fullmatch(plain(sheet.name)) for sheet in source.sheets)


def read(source: OpenedFiles) -> FileTables:
    """Read the lists that fill tables."""
    found = filled("annex_a", [_named(sheet) for sheet in source.sheets])
    for table, change in _CHANGES.items():
        if table in found.tables:
            found.tables[table] = change(found.tables[table])
    return replace(found, whole_from=_whole_from(found.tables))


def _whole_from(tables: dict[str, pd.DataFrame]) -> date | None:
    """Return the first day of the six months, counted back from the last contact: there are contacts every day."""
    if "ssd_contacts" not in tables:
        return None
    last = pd.to_datetime(tables["ssd_contacts"].cont_contact_date, errors="coerce").max()
    return None if pd.isna(last) else (last - pd.DateOffset(months=MONTHS) + pd.Timedelta(days=1)).date()


def _named(sheet: Sheet) -> Sheet:
    number = _LIST.fullmatch(plain(sheet.name))
    return Sheet(sheet.place, f"list {number[1]}", sheet.rows) if number else sheet


def _contacts(rows: pd.DataFrame) -> pd.DataFrame:
    again = rows.groupby("cont_contact_id").cumcount() + 1
    return rows.assign(cont_contact_id=rows.cont_contact_id + "/" + again.astype("str"))


def _assessments(rows: pd.DataFrame) -> pd.DataFrame:
    # The list records whether the child needs support, the dataset whether there is no further action.
    if "cina_assessment_outcome_nfa" not in rows:
        return rows
    return rows.assign(cina_assessment_outcome_nfa=rows.cina_assessment_outcome_nfa.replace({"Y": "N", "N": "Y"}))


def _conferences(rows: pd.DataFrame) -> pd.DataFrame:
    # A conference is in the row of its enquiry; those of children who moved in are not in the list.
    days = rows.icpc_s47_enquiry_id.map(as_day, na_action="ignore")
    held = rows.assign(icpc_s47_enquiry_id=rows.icpc_person_id + "/" + days, icpc_icpc_transfer_in="N")
    return held.dropna(subset=["icpc_icpc_date"])


_CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "ssd_contacts": _contacts,
    "ssd_cin_assessments": _assessments,
    "ssd_initial_cp_conference": _conferences,
    # The list has only the council's own plans.
    "ssd_cp_plans": lambda rows: rows.assign(cppl_cp_plan_ola="N"),
    "ssd_cla_health": lambda rows: rows.assign(clah_health_check_type="dental", clah_health_check_status="Completed"),
}
