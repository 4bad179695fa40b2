"""The children in need census: an XML file a year, and several years put together.

It has no ids but the child's: a case is known by the child and the day of its referral, and what stands in it by the
child and its first day. It has no contacts, visits, days on which reviews were due, or early help. Whether an
assessment led to nothing is read from the case: it was the last one, and closed for the reason RC8 or RC9.

The day of the initial conference stands with its Section 47 enquiry or, in some systems, with the case: it is then
that of the last enquiry without one, and of a transfer in where the case has no enquiry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import reduce
from typing import Any

import pandas as pd

from quarterly.records.layouts.census import Row, named, parsed, reference_day, sheet, tag, texts
from quarterly.records.layouts.files import Source
from quarterly.records.layouts.reading import Read, as_day, filled, later

#: Closed after assessment: no further action, or early help.
NOTHING_MORE = ("RC8", "RC9")
_MODULES = {
    "assessments": "assessments",
    "cinplandates": "cinplandates",
    "section47": "section47",
    "childprotectionplans": "childprotectionplans",
    "preproceedings": "preproceedings",
    "preproceedingsandfgdm": "preproceedings",
}
_HELD = "dateofinitialcpc"
_FLAG = {True: "Y", False: "N"}
MARCH = 3


def is_layout(source: Source) -> bool:
    """Return whether there are XML files with children in need."""
    return any(b"<CINdetails" in content or b":CINdetails" in content for content in source.documents.values())


def read(source: Source) -> Read:
    """Read the census of each year, the latest last."""
    roots = {name: parsed(name, content) for name, content in source.documents.items()}
    years = sorted(roots, key=lambda name: str(reference_day(roots[name])))
    return reduce(later, (_census(name, roots[name]) for name in years))


def _census(name: str, root: Any) -> Read:
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
        # Plans of another authority are in its census.
        tables["ssd_cp_plans"] = tables["ssd_cp_plans"].assign(cppl_cp_plan_ola="N")
    day = reference_day(root)
    begins = date(day.year if day.month > MARCH else day.year - 1, MARCH + 1, 1) if day else None
    return replace(found, whole_from=begins)


def _assessments(rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Say of each assessment whether nothing more was done: it is the last of a case that was closed after it."""
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
    """Give the rows of a child: the name of the module, the line and what stands there."""
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
        if _HELD in own:
            without = [row for row in enquiries if _HELD not in row] or [known | {"case": case}]
            without[-1][_HELD] = own[_HELD]
            rows += [] if without[-1] in enquiries else [("conference", details.sourceline, without[-1])]
        yield from rows


def _id(ids: Counter[str], *parts: str) -> str:
    """Return an id of parts; a second one of the same parts gets a number."""
    name = "/".join([parts[0], as_day(parts[1]), *parts[2:]])
    ids[name] += 1
    return name if ids[name] == 1 else f"{name}/{ids[name]}"
