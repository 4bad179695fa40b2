"""Ofsted's Annex A: a workbook with a sheet a list, of what was open or happened in the last six months.

What its lists cannot say, so that definitions which need it are not computed from them:

- no list has ids: a child and a day are one event; each row of List 1 is a contact of its own
- List 1 has no outcome of a contact; List 3 none of a strategy discussion
- List 6 has cases of children in need, and not their plans: it is not used
- List 7 has the last visit and review of a plan, and List 8 those of a child in care, and no others: the last visit is
  taken, because the definition asks for the last one
- List 8 has the present period of care, placement and legal status: it says how things are on its day, not before.
  Its number of placements, and its last health assessment, are not what definitions count
- List 9 has no workers beside the adviser; Lists 10 and 11 are not used
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from quarterly.ingest.headings import plain
from quarterly.records.layouts.files import Sheet, Source
from quarterly.records.layouts.reading import Read, as_day, filled

_LIST = re.compile(r"(?:annex a )?list 0?([1-9])\b.*")
#: How many months it looks back.
MONTHS = 6
_OPPOSITE = {"Y": "N", "N": "Y"}


def is_layout(source: Source) -> bool:
    """Return whether sheets are named as its lists."""
    return any(_LIST.fullmatch(plain(sheet.name)) for sheet in source.sheets)


def read(source: Source) -> Read:
    """Read the lists, as far as they fill tables."""
    found = filled("annex_a", [_named(sheet) for sheet in source.sheets])
    for table, change in _CHANGES.items():
        if table in found.tables:
            found.tables[table] = change(found.tables[table])
    return replace(found, whole_from=_whole_from(found.tables))


def _whole_from(tables: dict[str, pd.DataFrame]) -> date | None:
    """Return the first of the six months: contacts happen every day, so the last of them says when they end."""
    days = (
        pd.to_datetime(tables["ssd_contacts"].cont_contact_date, errors="coerce") if "ssd_contacts" in tables else None
    )
    if days is None or days.isna().all():
        return None
    return (days.max() - pd.DateOffset(months=MONTHS) + pd.Timedelta(days=1)).date()


def _named(sheet: Sheet) -> Sheet:
    number = _LIST.fullmatch(plain(sheet.name))
    return Sheet(sheet.place, f"list {number[1]}", sheet.rows) if number else sheet


def _contacts(rows: pd.DataFrame) -> pd.DataFrame:
    again = rows.groupby("cont_contact_id").cumcount() + 1
    return rows.assign(cont_contact_id=rows.cont_contact_id + "/" + again.astype("str"))


def _assessments(rows: pd.DataFrame) -> pd.DataFrame:
    # The list asks whether the child needs support, the dataset whether nothing more is done.
    if "cina_assessment_outcome_nfa" not in rows:
        return rows
    answers = rows.cina_assessment_outcome_nfa
    return rows.assign(
        cina_assessment_outcome_nfa=answers.map(lambda said: _OPPOSITE.get(said, said), na_action="ignore")
    )


def _conferences(rows: pd.DataFrame) -> pd.DataFrame:
    # A conference stands in the row of its enquiry; those of children who moved in are not in the list.
    days = rows.icpc_s47_enquiry_id.map(as_day, na_action="ignore")
    held = rows.assign(icpc_s47_enquiry_id=rows.icpc_person_id + "/" + days, icpc_icpc_transfer_in="N")
    return held.dropna(subset=["icpc_icpc_date"])


def _plans(rows: pd.DataFrame) -> pd.DataFrame:
    # The list has the plans of the council alone.
    return rows.assign(cppl_cp_plan_ola="N")


def _dental_checks(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(clah_health_check_type="dental", clah_health_check_status="Completed")


_CHANGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "ssd_contacts": _contacts,
    "ssd_cin_assessments": _assessments,
    "ssd_initial_cp_conference": _conferences,
    "ssd_cp_plans": _plans,
    "ssd_cla_health": _dental_checks,
}
