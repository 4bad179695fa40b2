"""What each file in ``data/`` must hold.

Each table is a pandera schema over the text of its cells, so that a fault can be shown as it stands in the file.
Columns are checked here; what one table says of another is checked in `quarterly.figures.consistency`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd
import pandera.pandas as pa

from quarterly.words.errors import Fault
from quarterly.words.terms import (
    FITTED_TREND,
    MISSING_REASONS,
    Baseline,
    Basis,
    Dot,
    Polarity,
    Rag,
    Status,
    Tolerance,
    Unit,
)

NUMBER = r"-?[0-9]+(\.[0-9]+)?"
COUNT = r"[0-9]+"
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
QUARTER = r"[0-9]{4}-[0-9]{2}-Q[1-4]"
NAME = r"[a-z0-9]+(_[a-z0-9]+)*"
IMPORT = rf"{QUARTER}-[0-9]+"
NOT_TARGETED = "NOT TARGETED"


@dataclass(frozen=True)
class Table:
    """One file of the basket.

    Parameters
    ----------
    name : str
        The file's stem in ``data/``.
    columns : dict of str to pandera column
        Every column, in the order of the file. Each holds text.
    key : tuple of str
        The columns that together name a row once.
    numbers : tuple of str
        The columns that become numbers when the table is read; a blank becomes missing.
    integers : tuple of str
        The columns that become whole numbers; they have no blanks.
    precise : tuple of str
        The columns whose precision matters: ``<column>_decimals`` says with how many decimals each was written.
    extra : tuple of str
        The columns that a basket can do without: then it is as if they were there and blank.
    optional : bool
        Whether a basket can do without the file: then it is as if the file had only its heading.
    """

    name: str
    columns: dict[str, pa.Column]
    key: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    precise: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    optional: bool = False

    @property
    def file(self) -> str:
        """The file, from the project's folder."""
        return f"data/{self.name}.csv"


def _text(expected: str = "Write some text.") -> pa.Column:
    return pa.Column(str, pa.Check.str_matches(r"\s*\S[\s\S]*", error=expected))


def _form(pattern: str, expected: str, *, optional: bool = False) -> pa.Column:
    whole = rf"(?:{pattern})?$" if optional else rf"(?:{pattern})$"
    return pa.Column(str, pa.Check.str_matches(whole, error=expected))


def _choice(options: type[StrEnum] | list[StrEnum | str], *, optional: bool = False) -> pa.Column:
    values = [str(option) for option in options]
    blank = ", or leave it blank" if optional else ""
    error = f"Write one of: {', '.join(values)}{blank}."
    return pa.Column(str, pa.Check.isin([*values, ""] if optional else values, error=error))


def _any() -> pa.Column:
    return pa.Column(str)


_A_NUMBER = "A number belongs here, without a % sign, a comma or words."
_A_QUARTER = "Write the quarter as 2023-24-Q3."
_AN_ID = "Write an id in small letters, figures and hyphens."
_A_NAME = "Write the comparator's id, as in data/comparator_names.csv: small letters, figures and underscores."
_MISSING = _choice([*MISSING_REASONS], optional=True)
_AN_IMPORT = "Write the quarter and the number of the import, as 2023-24-Q4-1."
_A_COUNT = "Write how many."
_FIGURES = ("value", "numerator", "denominator")

TABLES = (
    Table(
        "areas",
        {
            "area_id": _form(SLUG, _AN_ID),
            "position": _form(COUNT, "Write the area's place in the report: 1, 2, 3."),
            "name": _text(),
            "short_name": _text(),
            "note": _any(),
        },
        key=("area_id",),
        integers=("position",),
    ),
    Table(
        "indicators",
        {
            "indicator_id": _form(SLUG, _AN_ID),
            "area_id": _form(SLUG, _AN_ID),
            "position": _form(COUNT, "Write the indicator's place in its area: 1, 2, 3."),
            "name": _text(),
            "short_name": _text(),
            "unit": _choice(Unit),
            "decimals": _form(r"[0-6]", "Write how many decimals are published: 0 to 6."),
            "polarity": _choice(Polarity, optional=True),
            "period_basis": _choice(Basis),
            "basis_source": _choice(["stated", "inferred"]),
            "comparison": _choice(["national", "local measure"]),
            "rule": _form(SLUG, "Write the rule_id of a row in data/rules.csv, or leave it blank.", optional=True),
            "note": _any(),
            "per": _form(
                r"[1-9][0-9,]* \S.*",
                "Write what a rate is a rate of: a number, and what it counts, such as 10,000 children.",
                optional=True,
            ),
        },
        key=("indicator_id",),
        integers=("position", "decimals"),
        extra=("per",),
    ),
    Table(
        "observations",
        {
            "indicator_id": _form(SLUG, _AN_ID),
            "quarter": _form(QUARTER, _A_QUARTER),
            "value": _form(NUMBER, _A_NUMBER, optional=True),
            "numerator": _form(NUMBER, _A_NUMBER, optional=True),
            "denominator": _form(NUMBER, _A_NUMBER, optional=True),
            "missing": _MISSING,
            "note": _any(),
        },
        key=("indicator_id", "quarter"),
        numbers=("value", "numerator", "denominator"),
    ),
    Table(
        "targets",
        {
            "indicator_id": _form(SLUG, _AN_ID),
            "from_quarter": _form(QUARTER, _A_QUARTER),
            "to_quarter": _form(QUARTER, _A_QUARTER),
            "value": _form(NUMBER, _A_NUMBER, optional=True),
            "direction": _choice(["decreasing", "increasing"], optional=True),
            "missing": _MISSING,
            "tolerance": _form(NUMBER, _A_NUMBER, optional=True),
            "note": _any(),
            "lower": _form(NUMBER, _A_NUMBER, optional=True),
            "upper": _form(NUMBER, _A_NUMBER, optional=True),
            "comparator": _form(NAME, _A_NAME, optional=True),
            "status": _choice(Status, optional=True),
        },
        key=("indicator_id", "from_quarter"),
        numbers=("value", "tolerance", "lower", "upper"),
        extra=("lower", "upper", "comparator", "status"),
    ),
    Table(
        "comparators",
        {
            "indicator_id": _form(SLUG, _AN_ID),
            "comparator": _form(NAME, _A_NAME),
            "period": _any(),
            "value": _form(NUMBER, _A_NUMBER, optional=True),
            "missing": _MISSING,
            "note": _any(),
        },
        key=("indicator_id", "comparator", "period"),
        numbers=("value",),
        precise=("value",),
        optional=True,
    ),
    Table(
        "comparator_names",
        {
            "comparator": _form(NAME, "Write an id in small letters, figures and underscores."),
            "position": _form(COUNT, "Write the comparator's place in tables: 1, 2, 3."),
            "label": _text(),
            "meaning": _text("Say who or what it is, in a sentence."),
        },
        key=("comparator",),
        integers=("position",),
        optional=True,
    ),
    Table(
        "comparator_members",
        {
            "comparator": _form(NAME, _A_NAME),
            "position": _form(COUNT, "Write 1, 2, 3."),
            "authority": _text(),
            "source": _text(),
        },
        key=("comparator", "authority"),
        integers=("position",),
        optional=True,
    ),
    Table(
        "populations",
        {
            "quarter": _form(QUARTER, _A_QUARTER),
            "population": _form(COUNT, "A whole number belongs here, without commas.", optional=True),
            "missing": _MISSING,
            "note": _any(),
        },
        key=("quarter",),
        numbers=("population",),
        optional=True,
    ),
    Table(
        "published_ratings",
        {
            "indicator_id": _form(SLUG, _AN_ID),
            "quarter": _form(QUARTER, _A_QUARTER),
            "rag": _choice([*Rag, NOT_TARGETED], optional=True),
            "dot": _choice(Dot, optional=True),
            "note": _any(),
        },
        key=("indicator_id", "quarter"),
        optional=True,
    ),
    Table(
        "rules",
        {
            "rule_id": _form(SLUG, _AN_ID),
            "tolerance": _form(NUMBER, _A_NUMBER, optional=True),
            "tolerance_basis": _choice(Tolerance),
            "direction_baseline": _choice(Baseline, optional=True),
            "dot_basis": _choice([*Baseline, FITTED_TREND]),
            "source": _text("Say where the rule comes from."),
            "amber_if_improved_on": _choice(Baseline, optional=True),
            "dot_quarters": _form(COUNT, "Write over how many quarters the trend is fitted.", optional=True),
            "stability": _form(NUMBER, _A_NUMBER, optional=True),
            "stability_basis": _choice([Tolerance.RELATIVE, Tolerance.POINTS], optional=True),
        },
        key=("rule_id",),
        numbers=("tolerance", "dot_quarters", "stability"),
        extra=("amber_if_improved_on", "dot_quarters", "stability", "stability_basis"),
    ),
    Table("glossary", {"term": _text(), "meaning": _text(), "source": _text()}, key=("term",), optional=True),
    Table(
        "imports",
        {
            "import_id": _form(IMPORT, _AN_IMPORT),
            "quarter": _form(QUARTER, _A_QUARTER),
            "date": _form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "Write the day as 2024-04-22."),
            "file": _text(),
            "sha256": _form(r"[0-9a-f]{64}", "The SHA-256 of the file, which the import wrote: put it back."),
            "figures": _form(COUNT, _A_COUNT),
            "changed": _form(COUNT, _A_COUNT),
            "accepted": _any(),
        },
        key=("import_id",),
        integers=("figures", "changed"),
        optional=True,
    ),
    Table(
        "restatements",
        {
            "import_id": _form(IMPORT, _AN_IMPORT),
            "indicator_id": _form(SLUG, _AN_ID),
            "quarter": _form(QUARTER, _A_QUARTER),
            **{f"old_{name}": _form(NUMBER, _A_NUMBER, optional=True) for name in _FIGURES},
            "old_missing": _MISSING,
            "old_note": _any(),
            "new_value": _form(NUMBER, _A_NUMBER, optional=True),
            "new_missing": _MISSING,
        },
        key=("import_id", "indicator_id", "quarter"),
        numbers=(*(f"old_{name}" for name in _FIGURES), "new_value"),
        optional=True,
    ),
    Table(
        "aliases",
        {"name": _text("Write the name as it stands in the extract."), "indicator_id": _form(SLUG, _AN_ID)},
        key=("name",),
        optional=True,
    ),
)


def faults_in(table: Table, frame: pd.DataFrame) -> list[Fault]:
    """List what is wrong in the cells of one table.

    Parameters
    ----------
    table : Table
        What the file should hold.
    frame : DataFrame
        The file's cells as text, one row a line, in the file's order.

    Returns
    -------
    list of Fault
        All of them, in the order of the lines; empty when the table is sound.
    """
    faults = [
        Fault(table.file, 1, column, "no such column", f"Add the column {column}.")
        for column in table.columns
        if column not in frame.columns and column not in table.extra
    ]
    faults += [
        Fault(
            table.file,
            1,
            column,
            "a column that nothing reads",
            f"Take it out. The columns are: {', '.join(table.columns)}.",
        )
        for column in frame.columns
        if column not in table.columns
    ]
    present = {name: column for name, column in table.columns.items() if name in frame.columns}
    try:
        pa.DataFrameSchema(present).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for case in errors.failure_cases.to_dict("records"):
            row = None if pd.isna(case["index"]) else int(case["index"]) + 2
            faults.append(Fault(table.file, row, str(case["column"]), str(case["failure_case"]), str(case["check"])))
    if set(table.key) <= set(frame.columns):
        repeated = frame[frame.duplicated(list(table.key), keep="first")]
        for index, row in repeated[list(table.key)].iterrows():
            first = int(frame.index[(frame[list(table.key)] == row).all(axis=1)][0]) + 2
            expected = f"Line {first} is about the same {' and '.join(table.key)}. Keep one of the two lines."
            faults.append(Fault(table.file, int(str(index)) + 2, "", ", ".join(row), expected))
    return sorted(faults, key=lambda fault: fault.row or 0)


def typed(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of a sound table their types: numbers as float, everything else as text.

    Columns that a basket may leave out are blank where it does.
    """
    frame = frame.assign(**{column: "" for column in table.extra if column not in frame})
    numbers = {column: pd.to_numeric(frame[column].replace("", None)).astype(float) for column in table.numbers}
    integers = {column: frame[column].astype(int) for column in table.integers}
    decimals = {
        f"{column}_decimals": [len(text.partition(".")[2]) for text in frame[column]] for column in table.precise
    }
    return frame.assign(**numbers, **integers, **decimals)
