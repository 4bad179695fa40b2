"""The files of ``data/``, and what each must hold.

Columns are checked here; what one table says of another is checked in `quarterly.data.checks`.
"""

from __future__ import annotations

from quarterly.core.terms import (
    AND_BESIDE_IT,
    FITTED_TREND,
    YES,
    Accepted,
    Baseline,
    Basis,
    Beyond,
    Dot,
    Polarity,
    Rag,
    Status,
    Tolerance,
    Unit,
)
from quarterly.data.evidence import EVIDENCE
from quarterly.data.table import (
    A_FIGURE,
    A_QUARTER,
    AN_ID,
    COUNT,
    FIGURE,
    MISSING,
    QUARTER,
    SLUG,
    Table,
    any_text,
    choice,
    form,
    some_text,
)

NAME = r"[a-z0-9]+(_[a-z0-9]+)*"
IMPORT = rf"{QUARTER}-[0-9]+"
NOT_TARGETED = "NOT TARGETED"
_A_NAME = "Write the comparator's id, as in data/comparator_names.csv: small letters, figures and underscores."
_AN_IMPORT = "Write the quarter and the number of the import, as 2023-24-Q4-1."
_A_COUNT = "Write how many."
_TRAVEL = "|".join([*Baseline, FITTED_TREND])
_A_TRAVEL = f"Write one of: {_TRAVEL.replace('|', ', ')}; or two with '; ' between them, of which the first counts."
_FIGURES = ("value", "numerator", "denominator")

TABLES = (
    Table(
        "areas",
        {
            "area_id": form(SLUG, AN_ID),
            "position": form(COUNT, "Write the area's place in the report: 1, 2, 3."),
            "name": some_text(),
            "short_name": some_text(),
            "note": any_text(),
            "written_by": any_text(),
            "signed_by": any_text(),
        },
        key=("area_id",),
        integers=("position",),
        extra=("written_by", "signed_by"),
    ),
    Table(
        "indicators",
        {
            "indicator_id": form(SLUG, AN_ID),
            "area_id": form(SLUG, AN_ID),
            "position": form(COUNT, "Write the indicator's place in its area: 1, 2, 3."),
            "name": some_text(),
            "short_name": some_text(),
            "unit": choice(Unit),
            "decimals": form(r"[0-6]", "Write how many decimals are published: 0 to 6."),
            "polarity": choice(Polarity, optional=True),
            "period_basis": choice(Basis),
            "basis_source": choice(["stated", "inferred"]),
            "comparison": choice(["national", "local measure"]),
            "rule": form(SLUG, "Write the rule_id of a row in data/rules.csv, or leave it blank.", optional=True),
            "note": any_text(),
            "per": form(
                r"[1-9][0-9,]*( \S.*)?",
                "Write what a rate is a rate of: a number, and what it counts, such as 10,000 children.",
                optional=True,
            ),
            "beyond": choice(Beyond, optional=True),
        },
        key=("indicator_id",),
        integers=("position", "decimals"),
        extra=("per", "beyond"),
    ),
    Table(
        "observations",
        {
            "indicator_id": form(SLUG, AN_ID),
            "quarter": form(QUARTER, A_QUARTER),
            "value": form(FIGURE, A_FIGURE, optional=True),
            "numerator": form(FIGURE, A_FIGURE, optional=True),
            "denominator": form(FIGURE, A_FIGURE, optional=True),
            "missing": MISSING,
            "note": any_text(),
        },
        key=("indicator_id", "quarter"),
        numbers=("value", "numerator", "denominator"),
    ),
    Table(
        "targets",
        {
            "indicator_id": form(SLUG, AN_ID),
            "from_quarter": form(QUARTER, A_QUARTER),
            "to_quarter": form(QUARTER, A_QUARTER),
            "value": form(FIGURE, A_FIGURE, optional=True),
            "direction": choice(["decreasing", "increasing"], optional=True),
            "missing": MISSING,
            "tolerance": form(FIGURE, A_FIGURE, optional=True),
            "note": any_text(),
            "lower": form(FIGURE, A_FIGURE, optional=True),
            "upper": form(FIGURE, A_FIGURE, optional=True),
            "comparator": form(NAME, _A_NAME, optional=True),
            "status": choice(Status, optional=True),
        },
        key=("indicator_id", "from_quarter"),
        numbers=("value", "tolerance", "lower", "upper"),
        extra=("lower", "upper", "comparator", "status"),
    ),
    Table(
        "comparators",
        {
            "indicator_id": form(SLUG, AN_ID),
            "comparator": form(NAME, _A_NAME),
            "period": any_text(),
            "value": form(FIGURE, A_FIGURE, optional=True),
            "missing": MISSING,
            "note": any_text(),
        },
        key=("indicator_id", "comparator", "period"),
        numbers=("value",),
        precise=("value",),
        optional=True,
    ),
    Table(
        "comparator_names",
        {
            "comparator": form(NAME, "Write an id in small letters, figures and underscores."),
            "position": form(COUNT, "Write the comparator's place in tables: 1, 2, 3."),
            "label": some_text(),
            "meaning": some_text("Say who or what it is, in a sentence."),
        },
        key=("comparator",),
        integers=("position",),
        optional=True,
    ),
    Table(
        "comparator_members",
        {
            "comparator": form(NAME, _A_NAME),
            "position": form(COUNT, "Write 1, 2, 3."),
            "authority": some_text(),
            "source": some_text(),
        },
        key=("comparator", "authority"),
        integers=("position",),
        optional=True,
    ),
    Table(
        "populations",
        {
            "quarter": form(QUARTER, A_QUARTER),
            "population": form(COUNT, "A whole number belongs here, without commas.", optional=True),
            "missing": MISSING,
            "note": any_text(),
            "estimate": any_text(),
            "source": any_text(),
        },
        key=("quarter",),
        numbers=("population",),
        extra=("estimate", "source"),
        optional=True,
    ),
    Table(
        "published_ratings",
        {
            "indicator_id": form(SLUG, AN_ID),
            "quarter": form(QUARTER, A_QUARTER),
            "rag": choice([*Rag, NOT_TARGETED], optional=True),
            "dot": choice(Dot, optional=True),
            "note": any_text(),
        },
        key=("indicator_id", "quarter"),
        optional=True,
    ),
    Table(
        "rules",
        {
            "rule_id": form(SLUG, AN_ID),
            "tolerance": form(FIGURE, A_FIGURE, optional=True),
            "tolerance_basis": choice(Tolerance),
            "direction_baseline": choice(Baseline, optional=True),
            "dot_basis": form(rf"({_TRAVEL})({AND_BESIDE_IT}({_TRAVEL}))?", _A_TRAVEL),
            "source": some_text("Say where the rule comes from."),
            "amber_if_improved_on": choice(Baseline, optional=True),
            "dot_quarters": form(COUNT, "Write over how many quarters the trend is fitted.", optional=True),
            "stability": form(FIGURE, A_FIGURE, optional=True),
            "stability_basis": choice([Tolerance.RELATIVE, Tolerance.POINTS], optional=True),
            "green_tolerance": form(FIGURE, A_FIGURE, optional=True),
            "green_tolerance_basis": choice([Tolerance.RELATIVE, Tolerance.POINTS], optional=True),
            "amber_if_held": choice([YES], optional=True),
        },
        key=("rule_id",),
        numbers=("tolerance", "dot_quarters", "stability", "green_tolerance"),
        extra=(
            "amber_if_improved_on",
            "dot_quarters",
            "stability",
            "stability_basis",
            "green_tolerance",
            "green_tolerance_basis",
            "amber_if_held",
        ),
    ),
    Table(
        "glossary",
        {"term": some_text(), "meaning": some_text(), "source": some_text(), "also": any_text()},
        key=("term",),
        extra=("also",),
        optional=True,
    ),
    Table(
        "imports",
        {
            "import_id": form(IMPORT, _AN_IMPORT),
            "quarter": form(QUARTER, A_QUARTER),
            "date": form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "Write the day as 2024-04-22."),
            "file": some_text(),
            "sha256": form(r"[0-9a-f]{64}", "The SHA-256 of the file, which the import wrote: put it back."),
            "figures": form(COUNT, _A_COUNT),
            "changed": form(COUNT, _A_COUNT),
            "accepted": any_text(),
        },
        key=("import_id",),
        integers=("figures", "changed"),
        optional=True,
    ),
    Table(
        "restatements",
        {
            "import_id": form(IMPORT, _AN_IMPORT),
            "indicator_id": form(SLUG, AN_ID),
            "quarter": form(QUARTER, A_QUARTER),
            **{f"old_{name}": form(FIGURE, A_FIGURE, optional=True) for name in _FIGURES},
            "old_missing": MISSING,
            "old_note": any_text(),
            "new_value": form(FIGURE, A_FIGURE, optional=True),
            "new_missing": MISSING,
        },
        key=("import_id", "indicator_id", "quarter"),
        numbers=(*(f"old_{name}" for name in _FIGURES), "new_value"),
        optional=True,
    ),
    Table(
        "aliases",
        {"name": some_text("Write the name as it is in the extract."), "indicator_id": form(SLUG, AN_ID)},
        key=("name",),
        optional=True,
    ),
    Table(
        "readings",
        {
            "setting": choice(["months", "where", "sheet", "skip", "fractions", "sum"]),
            "name": any_text(),
            "value": some_text("Write how months make a quarter, which part is meant, or yes."),
        },
        key=("setting", "name"),
        optional=True,
    ),
    Table(
        "accepted",
        {
            "finding": form(r"[0-9a-f]{10}", "Write the finding's id, as 'quarterly check' prints it."),
            "quarter": form(QUARTER, A_QUARTER),
            "kind": choice(Accepted),
            "indicator_id": form(SLUG, AN_ID),
            "reason": some_text("Say why it is right as it is."),
            "role": some_text("Write the role that accepts it, such as Assistant Director."),
        },
        key=("finding",),
        optional=True,
    ),
    Table(
        # How an indicator is computed from records: written by the import, in the words of its definition.
        "definitions",
        {
            "indicator_id": form(SLUG, AN_ID),
            "counts": some_text(),
            "parameters": any_text(),
            "source": any_text(),
            "official": any_text(),
            "proxy": any_text(),
        },
        key=("indicator_id",),
        optional=True,
    ),
    Table(
        # Records that the figures of a quarter leave out or doubt: counts, and never who.
        "record_checks",
        {
            "quarter": form(QUARTER, A_QUARTER),
            "records": some_text(),
            "column": any_text(),
            "kind": some_text(),
            "rows": form(COUNT, _A_COUNT),
        },
        key=("quarter", "records", "column", "kind"),
        integers=("rows",),
        optional=True,
    ),
    *EVIDENCE,
)
