"""The scorecard as open data: tidy and wide CSV.

Text that a spreadsheet would run as a formula gets an apostrophe in front, so that it stays text wherever the file is
opened. Numbers are written unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.terms import NOT_TARGETED
from quarterly.core.written import Cell, comparator_cell, figure_cell, judgement_cell, plain, rating_cell, target_cell
from quarterly.data.load import Basket
from quarterly.measures.compare import NUMBERS, SIDED
from quarterly.measures.direction import NO_VALUE
from quarterly.measures.scorecard import Scorecard
from quarterly.measures.targets import newest

#: Characters that begin a formula in a spreadsheet, even after spaces; the full-width ones do so in East Asia.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

#: The measures of the tidy file, in the order of an indicator's facts; comparators follow.
MEASURES = (
    "figure",
    *("target", "target_lower", "target_upper"),
    *("rag", "dot", "second_dot"),
    *("rag_published", "dot_published"),
)


def runs_as_formula(text: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula.

    Examples
    --------
    >>> runs_as_formula("=1+1"), runs_as_formula(" @SUM(A1)"), runs_as_formula("1 - 1")
    (True, True, False)
    """
    return text.startswith(FORMULA_STARTS) or text.lstrip().startswith(FORMULA_STARTS)


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> harmless("=cmd|' /C calc'!A0")
    "'=cmd|' /C calc'!A0"
    """
    return f"'{text}" if runs_as_formula(text) else text


def csv_text(table: pd.DataFrame) -> str:
    """Write a table as CSV, with text made harmless, numbers unchanged and missing values blank."""
    # As objects, because a column with whole numbers and blanks would be written as 1953.0.
    cells = {
        harmless(str(name)): [harmless(cell) if isinstance(cell, str) else cell for cell in column.astype(object)]
        for name, column in table.items()
    }
    return str(pd.DataFrame(cells, dtype=object).to_csv(index=False, lineterminator="\n"))


def changes_table(changes: pd.DataFrame, before: Quarter, after: Quarter) -> pd.DataFrame:
    """Return a comparison of two quarters as a table for other programs, one row per indicator."""
    table = changes.rename(columns={"area_id": "area", "name": "indicator"}).reset_index()
    numbers = [f"{name}_{side}" for name in NUMBERS for side in ("before", "after")]
    for name in [*numbers, "change", "measure"]:
        table[name] = pd.Series([plain(value) for value in table[name]], index=table.index, dtype=object)
    table["relative"] = table["relative"].round(6)
    table.insert(0, "quarter_before", str(before))
    table.insert(1, "quarter_after", str(after))
    first = ["quarter_before", "quarter_after", "area", "indicator_id", "indicator", "unit", "polarity"]
    sides = [f"{name}_{side}" for name in SIDED for side in ("before", "after")]
    last = ["change", "measured_by", "measure", "relative", "went", "known", "rated", "rag_went"]
    return table[[*first, *sides, *last]]


def tidy(basket: Basket, scorecard: Scorecard) -> pd.DataFrame:
    """Return everything in the scorecard as one fact per row.

    Returns
    -------
    DataFrame
        ``area_id``, ``area``, ``indicator_id``, ``indicator``, ``quarter``, ``measure``, ``period``, ``value``,
        ``unit``, ``category``, ``symbol`` and ``reason``, in the order of the report. A fact has a value (a number in
        its unit: 67 for 67%), a category (a rating, a direction) or a symbol for why there is neither. Figures, targets
        and judgements are included for every quarter known, published judgements for the quarters that have them,
        and comparators for the reporting quarter.
    """
    areas = basket.areas.set_index("area_id")["name"]
    published = basket.published_ratings.set_index(["indicator_id", "quarter"])
    notes = newest(basket.comparators, scorecard.quarter).set_index(["indicator_id", "comparator"])["note"]
    order = [*MEASURES, *scorecard.comparators]
    facts = []
    for name, row in scorecard.rows.iterrows():
        indicator_id = str(name)
        area = row["area_id"]
        about = {"area_id": area, "area": areas[area], "indicator_id": indicator_id, "indicator": row["name"]}
        found = [
            *_judged(scorecard.quarters_of(indicator_id)),
            *_published(published, indicator_id),
            *_comparators(row, list(scorecard.comparators), notes, str(scorecard.quarter)),
        ]
        found.sort(key=lambda fact: (fact["quarter"], order.index(str(fact["measure"]))))
        facts += [{**about, **fact} for fact in found]
    return pd.DataFrame(facts, dtype=object)


Fact = dict[str, object]


def _fact(quarter: str, measure: str, cell: Cell, **parts: object) -> Fact:
    defaults = {"value": cell.value, "unit": "", "category": cell.code, "symbol": cell.symbol, "reason": ""}
    return {"quarter": quarter, "measure": measure, "period": "", **defaults, **parts}


def _judged(rows: list[dict[str, Any]]) -> Iterator[Fact]:
    for row in rows:
        quarter, unit, target = str(row["quarter"]), row["unit"], target_cell(row)
        yield _fact(quarter, "figure", figure_cell(row, row["value"], row["missing"]), unit=unit, reason=row["note"])
        band = {end: plain(row[end]) for end in ("lower", "upper") if pd.notna(row[end])}
        yield from (_fact(quarter, f"target_{end}", Cell("", limit), unit=unit) for end, limit in band.items())
        if not band:
            reason = row["target_note"] or (row["rag_reason"] if target.symbol else "")
            yield _fact(quarter, "target", target, unit=unit, reason=reason)
        yield _fact(quarter, "rag", rating_cell(row), reason=row["rag_reason"])
        reason = "There is no figure" if row["dot_reason"] == NO_VALUE else row["dot_reason"]
        yield _fact(quarter, "dot", judgement_cell(row["dot"]), reason=reason)
        if row["second_dot_basis"]:
            reason = "" if row["second_dot"] else row["second_dot_reason"]
            yield _fact(quarter, "second_dot", judgement_cell(row["second_dot"]), reason=reason)


def _published(published: pd.DataFrame, indicator_id: str) -> Iterator[Fact]:
    if indicator_id not in published.index:
        return
    for quarter, row in published.loc[indicator_id].iterrows():
        untargeted = row["rag"].capitalize() == NOT_TARGETED
        rag = Cell(NOT_TARGETED, symbol="z") if untargeted else judgement_cell(row["rag"])
        yield _fact(str(quarter), "rag_published", rag, reason=NOT_TARGETED if untargeted else row["note"])
        yield _fact(str(quarter), "dot_published", judgement_cell(row["dot"]), reason=row["note"])


def _comparators(row: pd.Series, names: list[str], notes: pd.Series, quarter: str) -> Iterator[Fact]:
    for comparator in names:
        cell = comparator_cell(row, comparator)
        noted = "" if cell.symbol not in ("", cell.text) else str(notes.get((str(row.name), comparator), ""))
        reason = noted or (cell.full if cell.symbol else "")
        period = row[f"{comparator}_period"]
        yield _fact(quarter, comparator, cell, period=period, unit=row["unit"], reason=reason)
