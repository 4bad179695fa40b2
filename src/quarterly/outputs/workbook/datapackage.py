"""The machine-readable description of the open data: a Data Package with a Table Schema for each CSV file.

Specification: https://datapackage.org, version 2.0.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from quarterly.core.terms import MISSING_REASONS, Beyond, Dot, Polarity, Rag, Unit
from quarterly.data.load import Basket
from quarterly.data.table import NUMBER, QUARTER, SLUG
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.workbook.front import rates_sentence
from quarterly.outputs.workbook.imprint import NO_LICENCE, Imprint
from quarterly.outputs.workbook.opendata import MEASURES

Field = dict[str, Any]

_PROFILE = "https://datapackage.org/profiles/2.0"
_DIRECTIONS = ["decreasing", "increasing"]
_APOSTROPHE = (
    "Text that a spreadsheet would run as a formula, because it begins with =, +, -, @, a tab or a line break, begins "
    "with an added apostrophe."
)
_SYMBOLS = "; ".join(f"{symbol} {meaning}" for symbol, meaning in MISSING_REASONS.items())


def datapackage(imprint: Imprint, basket: Basket, scorecard: Scorecard, tables: dict[str, str]) -> str:
    """Return the JSON that describes the CSV files of a quarter; it is the same on every run.

    ``tables`` has the text of ``scorecard.csv`` and ``scorecard-wide.csv``, by file name.
    """
    quarter = scorecard.quarter
    narrow = f"One fact in each row: figures, targets and judgements of every known {quarter.noun}, and comparators."
    wide = (
        f"One row for each indicator: {quarter.noun}s, target, rating, direction of travel and comparators. Missing "
        "values are blank, with the reason in the column note."
    )
    resources = [
        _resource("scorecard", tables, narrow, _tidy_fields(basket), ["indicator_id", "quarter", "measure"]),
        _resource("scorecard-wide", tables, wide, _wide_fields(basket, scorecard), ["indicator_id"]),
    ]
    package = {
        "$schema": f"{_PROFILE}/datapackage.json",
        "name": re.sub(r"[^a-z0-9]+", "-", f"{imprint.title} {quarter}".lower().replace("'", "")).strip("-"),
        "title": f"{imprint.title}: {quarter.label}",
        "description": f"{imprint.description} {quarter.label} is {quarter.months}. {_APOSTROPHE}".strip(),
        "created": f"{imprint.stamp.isoformat()}Z",
        "keywords": [imprint.title, "key performance indicators", str(quarter)],
        "licenses": [_licence(imprint)],
        "sources": [{"title": imprint.credit or imprint.title}],
        "resources": resources,
    }
    if imprint.contact:
        package["contributors"] = [{"title": imprint.contact, "roles": ["contact"]}]
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _licence(imprint: Imprint) -> dict[str, str]:
    if imprint.licence == NO_LICENCE:
        # A licence must have a name or an address; this is the Open Definition's name for an unstated one.
        return {"name": "notspecified", "title": imprint.licence}
    url = imprint.licence_url
    named = {"path": url} if url else {"name": re.sub(r"\s+", "-", imprint.licence)}
    return {**named, "title": imprint.licence}


def _resource(
    name: str, tables: dict[str, str], description: str, fields: list[Field], key: list[str]
) -> dict[str, Any]:
    data = tables[f"{name}.csv"].encode("utf-8")
    return {
        "$schema": f"{_PROFILE}/dataresource.json",
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "title": name.replace("-", ", ").capitalize(),
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "$schema": f"{_PROFILE}/tableschema.json",
            "fields": fields,
            "missingValues": [""],
            "primaryKey": key,
        },
    }


def _field(name: str, description: str, kind: str = "string", **constraints: object) -> Field:
    field: Field = {"name": name, "type": kind, "description": description}
    return {**field, "constraints": constraints} if constraints else field


def _about(areas: list[str]) -> dict[str, Field]:
    return {
        "area_id": _field("area_id", "The id of the service area.", required=True, enum=areas),
        "area": _field("area", "The name of the service area.", required=True),
        "indicator_id": _field("indicator_id", "The stable id of the indicator.", required=True, pattern=SLUG),
        "indicator": _field("indicator", "The name of the indicator.", required=True),
        "quarter": _field(
            "quarter",
            "The reporting quarter. The reporting year starts in April: 2023-24-Q3 is October to December 2023.",
            required=True,
            pattern=QUARTER,
        ),
    }


def _bounds(basket: Basket) -> dict[str, int]:
    """Return the constraint that a basket's figures keep to: none are below 0, unless an indicator may be."""
    return {} if basket.indicators["beyond"].isin([Beyond.BELOW_0, Beyond.BOTH]).any() else {"minimum": 0}


def _tidy_fields(basket: Basket) -> list[Field]:
    return [
        *_about(basket.area_ids).values(),
        _field(
            "measure",
            "What the fact is about: the indicator's figure, its target, its rating or direction of travel (dot) by "
            "rule or as published, or a comparator's figure.",
            required=True,
            enum=[*MEASURES, *basket.comparator_labels],
        ),
        _field("period", "The period that a comparator's figure covers, where the source gives one."),
        _field("value", "The figure, in the unit that the next column gives: 67 for 67%.", "number", **_bounds(basket)),
        _field("unit", f"What the value is. {rates_sentence(basket)}".rstrip(), enum=list(Unit)),
        _field(
            "category",
            "A rating, a direction of travel, or a target that is a direction.",
            enum=[*Rag, *Dot, *_DIRECTIONS],
        ),
        _field("symbol", f"Why there is neither value nor category: {_SYMBOLS}.", enum=list(MISSING_REASONS)),
        _field("reason", "The reason in words, or a note on the fact."),
    ]


def _wide_fields(basket: Basket, scorecard: Scorecard) -> list[Field]:
    about, quarters = _about(basket.area_ids), [str(quarter) for quarter in scorecard.quarters]
    dots, rags, comparators, bounds = list(Dot), list(Rag), basket.comparator_labels, _bounds(basket)
    second = _field("second_dot", "The second direction of travel that the rule shows.", enum=dots)
    return [
        {**about["area_id"], "name": "area"},
        {**about["indicator_id"], "constraints": {"required": True, "unique": True, "pattern": SLUG}},
        about["indicator"],
        _field("unit", f"The unit of its figures. {rates_sentence(basket)}".rstrip(), required=True, enum=list(Unit)),
        _field("polarity", "Which way is better; missing if neither is.", enum=list(Polarity)),
        *(_field(name, f"The figure of {name}, in the unit: 67 for 67%.", "number", **bounds) for name in quarters),
        _field(
            "target",
            "A number in the unit, a direction, or a band as its two ends.",
            pattern=f"{NUMBER}( to {NUMBER})?|{'|'.join(_DIRECTIONS)}",
        ),
        _field("rag", "The rating by rule.", enum=rags),
        _field("dot", "The direction of travel by rule.", enum=dots),
        *([second] if "second_dot" in scorecard.figures() else []),
        *(_field(name, f"{label}, in the unit.", "number", **bounds) for name, label in comparators.items()),
        _field("rag_published", "The rating as published.", enum=rags),
        _field("dot_published", "The direction of travel as published.", enum=dots),
        _field("note", "Why values are missing, and anything else that readers need to know."),
    ]
