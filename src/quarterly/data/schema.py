"""The schema of the files in ``data/``.

It checks single columns; `quarterly.data.checks` checks that tables agree with one another.
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
from quarterly.data.evidence import COUNCIL, Differs, Relation, Treatment
from quarterly.data.table import (
    A_FIGURE,
    A_NUMBER,
    ANY_FIGURE,
    ANY_QUARTER,
    COUNT,
    FIGURE,
    ID,
    IN_IMPORT,
    IN_QUARTER,
    IN_YEAR,
    MISSING,
    NUMBER,
    ON_DAY,
    SLUG,
    Table,
    any_text,
    choice,
    extra,
    key,
    matching,
    some_text,
    whole_number,
)

NAME = r"[a-z0-9]+(_[a-z0-9]+)*"
NOT_TARGETED = "NOT TARGETED"
#: Names that an area's file may not have: other notebooks, and devices reserved by Windows.
NOT_FOR_AREAS = {"index", "data-quality", "explore", "con", "prn", "aux", "nul"}
NOT_FOR_AREAS |= {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
#: The columns of areas and indicators that can change from one edition to the next. Another unit, base or period makes
#: another indicator.
DESCRIBED = ("area_id", "position", "name", "short_name", "decimals", "polarity", "comparison", "rule", "note")
_A_NAME = "Write the comparator's id, as in data/comparator_names.csv: lower-case letters, digits and underscores."
_TRAVEL = "|".join([*Baseline, FITTED_TREND])
_A_TRAVEL = f"Write one of: {_TRAVEL.replace('|', ', ')}; or two separated by '; ', of which the first counts."
_FIGURES = ("value", "numerator", "denominator")

#: The columns of each table, in the order of its file.
_COLUMNS = {
    "areas": {
        **key(area_id=ID),
        "position": whole_number("Write the area's position in the report: 1, 2, 3."),
        "name": some_text(),
        "short_name": some_text(),
        "note": any_text(),
        **extra(written_by=any_text(), signed_by=any_text()),
    },
    "indicators": {
        **key(indicator_id=ID),
        "area_id": ID,
        "position": whole_number("Write the indicator's position in its area: 1, 2, 3."),
        "name": some_text(),
        "short_name": some_text(),
        "unit": choice(Unit),
        "decimals": matching(r"[0-6]", "Write how many decimals are published: 0 to 6.", int),
        "polarity": choice(Polarity, optional=True),
        "period_basis": choice(Basis),
        "basis_source": choice(["stated", "inferred"]),
        "comparison": choice(["national", "local measure"]),
        "rule": matching(SLUG, "Write the rule_id of a row in data/rules.csv, or leave it blank.", optional=True),
        "note": any_text(),
        **extra(
            per=matching(
                r"[1-9][0-9,]*( \S.*)?",
                "Write the base of the rate: a number and what it counts, such as 10,000 children.",
                optional=True,
            ),
            beyond=choice(Beyond, optional=True),
        ),
    },
    "observations": {
        **key(indicator_id=ID, quarter=IN_QUARTER),
        "value": ANY_FIGURE,
        "numerator": ANY_FIGURE,
        "denominator": ANY_FIGURE,
        "missing": MISSING,
        "note": any_text(),
    },
    "targets": {
        **key(indicator_id=ID, from_quarter=IN_QUARTER),
        "to_quarter": IN_QUARTER,
        "value": ANY_FIGURE,
        "direction": choice(["decreasing", "increasing"], optional=True),
        "missing": MISSING,
        "tolerance": ANY_FIGURE,
        "note": any_text(),
        **extra(
            lower=ANY_FIGURE,
            upper=ANY_FIGURE,
            comparator=matching(NAME, _A_NAME, optional=True),
            status=choice(Status, optional=True),
        ),
    },
    "comparators": {
        **key(indicator_id=ID, comparator=matching(NAME, _A_NAME), period=any_text()),
        "value": matching(FIGURE, A_FIGURE, float, optional=True, precise=True),
        "missing": MISSING,
        "note": any_text(),
    },
    "comparator_names": {
        **key(comparator=matching(NAME, "Write an id in lower-case letters, digits and underscores.")),
        "position": whole_number("Write the comparator's position in tables: 1, 2, 3."),
        "label": some_text(),
        "meaning": some_text("Write who or what it is, in a sentence."),
    },
    "comparator_members": {
        **key(comparator=matching(NAME, _A_NAME)),
        "position": whole_number("Write 1, 2, 3."),
        **key(authority=some_text()),
        "source": some_text(),
        **extra(**key(from_quarter=ANY_QUARTER), to_quarter=ANY_QUARTER),
    },
    "populations": {
        **key(quarter=IN_QUARTER),
        "population": matching(COUNT, "A whole number belongs here, without commas.", float, optional=True),
        "missing": MISSING,
        "note": any_text(),
        **extra(estimate=any_text(), source=any_text()),
    },
    "published_ratings": {
        **key(indicator_id=ID, quarter=IN_QUARTER),
        "rag": choice([*Rag, NOT_TARGETED], optional=True),
        "dot": choice(Dot, optional=True),
        "note": any_text(),
    },
    "rules": {
        **key(rule_id=ID),
        "tolerance": ANY_FIGURE,
        "tolerance_basis": choice(Tolerance),
        "direction_baseline": choice(Baseline, optional=True),
        "dot_basis": matching(rf"({_TRAVEL})({AND_BESIDE_IT}({_TRAVEL}))?", _A_TRAVEL),
        "source": some_text("Write where the rule comes from."),
        **extra(
            amber_if_improved_on=choice(Baseline, optional=True),
            dot_quarters=matching(
                COUNT, "Write the number of quarters that the trend is fitted to.", float, optional=True
            ),
            stability=ANY_FIGURE,
            stability_basis=choice([Tolerance.RELATIVE, Tolerance.POINTS], optional=True),
            green_tolerance=ANY_FIGURE,
            green_tolerance_basis=choice([Tolerance.RELATIVE, Tolerance.POINTS], optional=True),
            amber_if_held=choice([YES], optional=True),
        ),
    },
    "glossary": {**key(term=some_text()), "meaning": some_text(), "source": some_text(), **extra(also=any_text())},
    "imports": {
        **key(import_id=IN_IMPORT),
        "quarter": IN_QUARTER,
        "date": ON_DAY,
        "file": some_text(),
        "sha256": matching(r"[0-9a-f]{64}", "Restore the file's SHA-256 as the import wrote it."),
        "figures": whole_number("Write the number of figures."),
        "changed": whole_number("Write the number of changed figures."),
        "accepted": any_text(),
    },
    "restatements": {
        **key(import_id=IN_IMPORT, indicator_id=ID, quarter=IN_QUARTER),
        **{f"old_{name}": ANY_FIGURE for name in _FIGURES},
        "old_missing": MISSING,
        "old_note": any_text(),
        "new_value": ANY_FIGURE,
        "new_missing": MISSING,
    },
    "aliases": {**key(name=some_text("Write the name exactly as in the extract.")), "indicator_id": ID},
    "readings": {
        **key(setting=choice(["months", "where", "sheet", "skip", "fractions", "sum"]), name=any_text()),
        "value": some_text("Write the value of the setting, such as how months make a quarter, or yes."),
    },
    "accepted": {
        **key(finding=matching(r"[0-9a-f]{10}", "Write the finding's id, as 'quarterly check' prints it.")),
        "quarter": IN_QUARTER,
        "kind": choice(Accepted),
        "indicator_id": ID,
        "reason": some_text("Write why it is correct."),
        "role": some_text("Write the role that accepts it, such as Assistant Director."),
    },
    # How an indicator is computed from records; the import writes it from the definition.
    "definitions": {
        **key(indicator_id=ID),
        "counts": some_text(),
        "parameters": any_text(),
        "source": any_text(),
        "official": any_text(),
        "proxy": any_text(),
    },
    # Numbers of records that a quarter's figures exclude or question; they never identify anyone.
    "record_checks": {
        **key(quarter=IN_QUARTER, records=some_text(), column=any_text(), kind=some_text()),
        "rows": whole_number("Write the number of rows."),
    },
    # Which indicators are about the same cases.
    "relations": {
        **key(indicator_id=ID, relation=choice(Relation)),
        "of": ID,
        "known": choice(["stated", "inferred"]),
        "note": any_text(),
    },
    # How indicators and areas were described in editions up to a quarter, one column of their table a row.
    "former_descriptions": {
        **key(table=choice(["areas", "indicators"]), id=ID, column=choice([*DESCRIBED]), to_quarter=IN_QUARTER),
        "value": any_text(),
    },
    # What changed and when.
    "known_changes": {
        **key(indicator_id=ID, quarter=IN_QUARTER),
        "treatment": choice(Treatment),
        "reason": some_text("Say what changed: it is noted on the chart."),
    },
    "benchmark_measures": {
        **key(indicator_id=ID),
        "measure": some_text("Write the measure's name exactly as in the extract."),
        "note": any_text(),
        **extra(
            label=any_text(),
            counted=any_text(),
            out_of=any_text(),
            taken=matching(
                "30 September", "Write 30 September, or leave it blank for the year to 31 March.", optional=True
            ),
            differs=choice(Differs, optional=True),
            definition=any_text(),
        ),
    },
    "benchmark_authorities": {
        **key(role=matching(r"[a-z]+(_[a-z]+)*", f"Write {COUNCIL}, or a comparator from data/comparators.csv.")),
        "authority": some_text("Write the name exactly as in the extract."),
    },
    # Groups of statistical neighbours other than the report's own, such as the official groups of several years.
    "neighbour_groups": {
        **key(
            group=some_text("Write whose group it is and its date: 'Department for Education, April 2021'."),
            authority=some_text("Write the name exactly as in the extract."),
        ),
        **extra(from_quarter=ANY_QUARTER, to_quarter=ANY_QUARTER),
    },
    # Other authorities' figures, with their sources.
    "benchmarks": {
        **key(authority=some_text(), measure=some_text(), year=IN_YEAR),
        "value": matching(NUMBER, A_NUMBER, float, optional=True, precise=True),
        "missing": MISSING,
        **key(extracted=ON_DAY),
        "confirmed": ON_DAY,
        "source": some_text("Say where the figure comes from."),
    },
}
#: A basket needs the files of these tables; without another's file, it is as if that had only its heading.
_REQUIRED = ("areas", "indicators", "observations", "targets", "rules")
TABLES = tuple(Table(name, columns, required=name in _REQUIRED) for name, columns in _COLUMNS.items())
TABLE = {table.name: table for table in TABLES}
