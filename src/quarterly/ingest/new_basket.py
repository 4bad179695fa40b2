"""Build the tables of a new basket, by importing a first extract into a basket that has only its indicators."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, count
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis, capitalised
from quarterly.data.load import Basket
from quarterly.data.schema import NOT_FOR_AREAS, TABLES
from quarterly.data.table import typed
from quarterly.ingest.contents import Doubt, DoubtRow, frame_of
from quarterly.ingest.describe import Described, describe
from quarterly.ingest.extract import Extract, chosen_sheets, merged_faults, no_table, read_extract
from quarterly.ingest.grid import Grid
from quarterly.ingest.headings import Role
from quarterly.ingest.layout import tables_in
from quarterly.ingest.options import Options
from quarterly.ingest.periods import period_in, read_quarter, read_year
from quarterly.ingest.plan import Origin, Plan, make_plan, planned_tables
from quarterly.ingest.sheet_table import Table
from quarterly.ingest.source import Source
from quarterly.ingest.tables import text_cells
from quarterly.ingest.write import require_sound

#: A name with more letters loses its "Percentage of", and one with more than the last number is cut.
_LONGEST_ID, _LONG_NAME, _LONGEST_SHORT_NAME = 60, 60, 100
_COUNTED = re.compile(r"^(?:the )?(?:percentage|proportion|number|rate|%) of (?:the )?", re.IGNORECASE)
#: What a first extract does not say about an indicator.
_ASSUMED = {"period_basis": Basis.IN_QUARTER, "basis_source": "inferred", "comparison": "local measure"}
#: The doubts about how cells are read; a first extract has no earlier figures for the other checks.
_OF_READING = (Doubt.FRACTION, Doubt.SHOWN, Doubt.COUNTS, Doubt.PERIOD, Doubt.HEADING, Doubt.BEYOND, Doubt.POLARITY)


@dataclass(frozen=True)
class NewBasket:
    """A basket built from a first extract."""

    tables: dict[str, pd.DataFrame]  # the tables of ``data/``, as text
    quarter: Quarter  # its newest quarter
    extract: Extract
    doubts: pd.DataFrame  # the doubts to review (`DoubtRow`), with ``accepted``, whether the analyst accepted each

    @property
    def basket(self) -> Basket:
        """The basket with these tables, to inspect before it is written."""
        return _basket(self.tables)


def _basket(tables: dict[str, pd.DataFrame]) -> Basket:
    return Basket(**{table.name: typed(table, tables.get(table.name, table.without_rows)) for table in TABLES})


def read_first(
    source: Source,
    quarter: Quarter | None = None,
    options: Options | None = None,
    accept: tuple[str, ...] = (),
    day: date = date.min,
) -> NewBasket:
    """Read a first extract, in any form that an import reads.

    Without an area column or section headings, each sheet is an area. ``quarter`` is the newest quarter, needed if the
    headings name no year.

    Raises
    ------
    DataFaults
        There is no table of figures, or cells cannot be read; all faults are listed at once.
    """
    options = options or Options()
    grids, _ = chosen_sheets(source.grids, options)
    quarter = quarter or _newest(grids)
    found = [tables_in(grid, quarter) for grid in grids]
    tables = [table for some, _ in found for table in some]
    if not tables or quarter is None:
        faults = [fault for _, some in found for fault in some]
        raise DataFaults(faults or [no_table(source.grids, options, quarter)])
    described, wrong, remarks = describe(tables, options)
    empty = tables_of(described, source.name)
    if not quarter.number:
        empty["indicators"]["period_basis"] = str(Basis.IN_YEAR)
    basket = _basket(empty)
    try:
        extract = read_extract(source.grids, basket, quarter, options, source.hidden)
    except DataFaults as error:
        raise DataFaults(merged_faults([*wrong, *error.faults])) from error
    if wrong:
        raise DataFaults(merged_faults(wrong))
    unknown = extract.targets[extract.targets["missing"] == "x"].itertuples(index=False)
    told = [*remarks, *(f"Target not known yet: {row.indicator_id} says {row.written}" for row in unknown)]
    extract = replace(
        extract,
        targets=_from_april(extract.targets, quarter),
        doubts=pd.concat([extract.doubts, _beyond(described, quarter)], ignore_index=True),
        remarks=[*extract.remarks, *told],
    )
    plan = make_plan(extract, basket, quarter, accept)
    looked = plan.doubts[plan.doubts["doubt"].isin(_OF_READING)].drop_duplicates(["indicator_id", "doubt"])
    plan = replace(plan, doubts=looked)
    made = _filled(empty, plan, Origin(source.name, source.sha256, day), options)
    require_sound({**empty, **made}, plan)
    return NewBasket(made, quarter, extract, looked)


def _newest(grids: list[Grid]) -> Quarter | None:
    """Return the newest quarter that an extract names with its year and has figures for, or otherwise the newest year.

    With the year 0 for those that do not name one, `tables_in` reads an extract by years.
    """
    for asked in (None, Quarter(0, 0)):
        tables = [table for grid in grids for table in tables_in(grid, asked)[0] if table.figures]
        named = [quarter for table in tables for quarter in _named(table, annual=asked is not None)]
        if found := [quarter for quarter in named if quarter and quarter.year]:
            return max(found)
    return None


def _named(table: Table, *, annual: bool) -> Iterator[Quarter | None]:
    yield table.title.named
    for row in map(table.row, table.rows):
        period, year = row.of(Role.QUARTER).cell, read_year(row.of(Role.YEAR).cell)[0]
        for column in table.figures:
            if row.at(column.place).text:
                month = column.month or period_in(period).month
                yield Quarter.of(month) if month and month.year > 1 else None
                yield column.quarter or read_quarter(period, year, annual=annual)
                yield Quarter(year, column.number) if year and column.number else None


def _beyond(described: list[Described], quarter: Quarter) -> pd.DataFrame:
    """Return a doubt for each indicator with figures below 0 or over 100%."""
    why = "{} has figures {}. Accept this if they are possible: data/indicators.csv will record it."
    found = [
        DoubtRow(one.indicator_id, str(quarter), str(Doubt.BEYOND), why.format(one.name, one.beyond), one.place)
        for one in described
        if one.beyond
    ]
    return frame_of(found, DoubtRow)


def _from_april(goals: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Apply a target without a quarter to the whole year, unless there are targets for earlier quarters of it."""
    first, now = str(quarter.year_so_far()[0]), str(quarter)
    before = set(goals.loc[(goals["from_quarter"] >= first) & (goals["from_quarter"] < now), "indicator_id"])
    alone = (goals["from_quarter"] == now) & ~goals["indicator_id"].isin(before)
    return goals.assign(from_quarter=goals["from_quarter"].where(~alone, first))


def _filled(empty: dict[str, pd.DataFrame], plan: Plan, origin: Origin, options: Options) -> dict[str, pd.DataFrame]:
    """Fill the tables from an extract; leave out optional tables that stay empty."""
    targets = plan.extract.targets
    unknown = targets.loc[targets["missing"] == "x", "indicator_id"]
    everything = replace(plan, targets=targets[targets["missing"] != "x"])
    tables = {**empty, **planned_tables(everything, empty, origin, options)}
    ids = tables["indicators"]["indicator_id"]
    without = pd.DataFrame({"indicator_id": ids[~ids.isin(tables["targets"]["indicator_id"])]}).assign(
        from_quarter=str(plan.quarter.year_so_far()[0]),
        to_quarter=str(Quarter(plan.quarter.year, 4 if plan.quarter.number else 0)),
        missing=lambda rows: rows["indicator_id"].isin(unknown).map({True: "x", False: "z"}),
    )
    without = without.reindex(columns=tables["targets"].columns, fill_value="")
    tables["targets"] = pd.concat([tables["targets"], without], ignore_index=True)
    place = {one: number for number, one in enumerate(ids)}
    for name in ("targets", "observations"):
        order = tables[name]["indicator_id"].map(place)
        tables[name] = tables[name].iloc[order.argsort(kind="stable")].reset_index(drop=True)
    needed = {table.name for table in TABLES if table.required}
    return {name: table for name, table in tables.items() if name in needed or len(table)}


def slug(text: str, taken: set[str]) -> str:
    """Return a unique id from a name: lower-case letters, digits and hyphens.

    Examples
    --------
    >>> slug("Bins: missed & put right", set()), slug("Bins", {"bins"})
    ('bins-missed-put-right', 'bins-2')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain)[:10]) or "indicator"
    stem = stem if len(stem) <= _LONGEST_ID else stem[: _LONGEST_ID + 1].rsplit("-", 1)[0][:_LONGEST_ID]
    return next(name for name in chain([stem], (f"{stem}-{n}" for n in count(2))) if name not in taken)


def tables_of(indicators: list[Described], file: str) -> dict[str, pd.DataFrame]:
    """Return the tables of a basket that has only its indicators, and set the indicators' ids."""
    ids: dict[str, str] = {}
    for indicator in indicators:
        ids.setdefault(indicator.area, slug(indicator.area, {*ids.values(), *NOT_FOR_AREAS}))
    areas = [
        {"area_id": area_id, "position": place, "name": name, "short_name": name}
        for place, (name, area_id) in enumerate(ids.items(), start=1)
    ]
    about: list[dict[str, object]] = []
    taken, short_names, counts = set[str](), set[str](), Counter[str]()
    for indicator in indicators:
        # A bare number only counts the rows of this workbook: it is not an id.
        code = "" if indicator.code.isdecimal() else indicator.code
        indicator.indicator_id = slug(code or indicator.name, taken)
        short_name = _short(indicator.name, short_names)
        taken.add(indicator.indicator_id)
        short_names.add(short_name)
        counts[indicator.area] += 1
        fields = ("indicator_id", "name", "unit", "decimals", "polarity", "per", "beyond")
        own = {"area_id": ids[indicator.area], "position": counts[indicator.area], "short_name": short_name}
        about.append({name: getattr(indicator, name) for name in fields} | own | _ASSUMED)
    rule = {
        "rule_id": "standard",
        "tolerance": "5",
        "tolerance_basis": "relative",
        "direction_baseline": "previous year end",
        "dot_basis": "previous quarter",
        "source": f"Set when the basket was made from {file}. Say here where your own rule comes from.",
    }
    found: dict[str, Any] = {"areas": areas, "indicators": about, "rules": [rule]}
    return {table.name: text_cells(found.get(table.name, []), table.columns) for table in TABLES}


def _short(name: str, taken: set[str]) -> str:
    """Shorten a name to fit a table, with its unit, or else a number, if that makes two names the same.

    Examples
    --------
    >>> _short("Percentage of single assessments completed within 45 working days", set())
    'Single assessments completed within 45 working days'
    """
    # The unit is shown separately, but may be all that tells two names apart.
    rest = _COUNTED.sub("", name) if len(name) > _LONG_NAME else ""
    cut, whole = _cut(capitalised(rest) or name), _cut(name)
    return next(text for text in chain([cut, whole], (f"{cut} ({n})" for n in count(2))) if text not in taken)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_SHORT_NAME else name[: _LONGEST_SHORT_NAME - 5].rsplit(" ", 1)[0] + "…"
