"""The children in need census: an XML file for each year, with several years combined.

Only children have ids: a case is identified by the child and the day of its referral, and its contents by the child and
their first day. It has no contacts, visits, due days of reviews or early help. An assessment led to no further action
if it was the last of a case that was closed for the reason RC8 or RC9.

The day of the initial conference is recorded in its Section 47 enquiry or, by some systems, in the case: it then
belongs to the last enquiry without one, or to a transfer in if there is no such enquiry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from quarterly.records.layouts.census import Row, named, parsed, reference_day, sheet, tag, texts
from quarterly.records.layouts.files import OpenedFiles
from quarterly.records.layouts.reading import FileTables, combine_years, filled
from quarterly.records.layouts.values import as_day

#: Reasons for closing a case after assessment: no further action, or early help.
NOTHING_MORE = ("RC8", "RC9")
_MODULES = {
    "assessments": "assessments",
    "cinplandates": "cinplandates",
    "section47": "section47",
    "childprotectionplans": "childprotectionplans",
    "preproceedings": "preproceedings",
    "preproceedingsandfgdm": "preproceedings",
}
_CONFERENCE_DAY = "dateofinitialcpc"
_FLAG = {True: "Y", False: "N"}
MARCH = 3


def is_layout(source: OpenedFiles) -> bool:
    """Return whether any XML file has children in need."""
    return any(b"<CINdetails" in content or b":CINdetails" in content for content in source.documents.values())


def read(source: OpenedFiles) -> FileTables:
    """Read the census of each year, oldest first."""
    roots = {name: parsed(name, content) for name, content in source.documents.items()}
    years = sorted(roots, key=lambda name: str(reference_day(roots[name])))
    return combine_years(_census(name, roots[name]) for name in years)


def _census(name: str, root: Any) -> FileTables:
    rows: dict[str, list[tuple[int, Row]]] = {}
    for child in named(root, "child"):
        for module, line, row in _of_child(child):
            rows.setdefault(module, []).append((line, row))
    found = filled("cin_census", [sheet(name, module, each) for module, each in rows.items()])
    tables = found.tables
    if "ssd_initial_cp_conference" in tables:
        tables["ssd_initial_cp_conference"] = _conferences(tables["ssd_initial_cp_conference"])
    if "ssd_cin_assessments" in tables:
        tables["ssd_cin_assessments"] = _assessments(tables["ssd_cin_assessments"], tables["ssd_cin_episodes"])
    if "ssd_cp_plans" in tables:
        # Another authority's plans are in that authority's census.
        tables["ssd_cp_plans"] = tables["ssd_cp_plans"].assign(cppl_cp_plan_ola="N")
    day = reference_day(root)
    begins = date(day.year if day.month > MARCH else day.year - 1, MARCH + 1, 1) if day else None
    return replace(found, whole_from=begins)


def _assessments(rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Mark whether each assessment led to no further action: the last of a case that was closed for that reason."""
    reasons = cases.drop_duplicates("cine_referral_id").set_index("cine_referral_id").get("cine_close_reason")
    closed = rows.cina_referral_id.map(reasons if reasons is not None else {}).isin(NOTHING_MORE)
    last = ~rows.sort_values("cina_assessment_start_date").duplicated("cina_referral_id", keep="last")
    return rows.assign(cina_assessment_outcome_nfa=(closed & last.reindex(rows.index)).map(_FLAG))


def _conferences(rows: pd.DataFrame) -> pd.DataFrame:
    if "icpc_icpc_date" not in rows:
        return rows.head(0)
    held = rows.dropna(subset=["icpc_icpc_date"])
    known = held.reindex(columns=["icpc_s47_enquiry_id"]).icpc_s47_enquiry_id
    return held.assign(icpc_s47_enquiry_id=known, icpc_icpc_transfer_in=known.isna().map(_FLAG))


def _of_child(child: Any) -> Iterator[tuple[str, int, Row]]:
    """Yield each module of a child as (name, line, values)."""
    who: Row = {}
    for element in named(child, "childidentifiers", "childcharacteristics"):
        who |= texts(element)
    known = {"lachildid": who.get("lachildid", "")}
    yield "childidentifiers", child.sourceline, who
    ids: Counter[str] = Counter()
    for details in named(child, "cindetails"):
        own = texts(details) | known
        case = _id(ids, known["lachildid"], own.get("cinreferraldate", ""))
        yield "cindetails", details.sourceline, own | {"case": case}
        modules = [(each, _MODULES[tag(each)]) for each in details if tag(each) in _MODULES]
        rows = [(module, each.sourceline, texts(each) | known | {"case": case}) for each, module in modules]
        enquiries = [row for module, _, row in rows if module == "section47"]
        for row in enquiries:
            row["enquiry"] = _id(ids, known["lachildid"], row.get("s47actualstartdate", ""), "s47")
        if _CONFERENCE_DAY in own:
            without = [row for row in enquiries if _CONFERENCE_DAY not in row] or [known | {"case": case}]
            without[-1][_CONFERENCE_DAY] = own[_CONFERENCE_DAY]
            rows += [] if without[-1] in enquiries else [("conference", details.sourceline, without[-1])]
        yield from rows


def _id(ids: Counter[str], *parts: str) -> str:
    """Return an id made of the parts, numbered if the same parts occur again."""
    name = "/".join([parts[0], as_day(parts[1]), *parts[2:]])
    ids[name] += 1
    return name if ids[name] == 1 else f"{name}/{ids[name]}"
