"""Make the tables of a new basket: the import of a first extract into a basket that has nothing but its indicators."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault, NotAccepted
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis
from quarterly.data.load import Basket
from quarterly.data.schema import TABLES
from quarterly.data.table import typed
from quarterly.ingest.describe import Described, describe
from quarterly.ingest.extract import Extract, chosen_sheets, counted_once, no_table, read_extract
from quarterly.ingest.headings import Role
from quarterly.ingest.layout import Table, tables_in
from quarterly.ingest.months import quarter_of
from quarterly.ingest.periods import month_in, read_quarter, read_year
from quarterly.ingest.plan import Origin, Plan, acceptances, is_accepted, make_plan, planned_tables
from quarterly.ingest.plausible import Doubt
from quarterly.ingest.said import Options, Warned
from quarterly.ingest.source import Source, open_source
from quarterly.ingest.write import require_sound

_LONGEST_SHORT_NAME = 60
#: What no area's file may be called: other notebooks, and names that Windows keeps for devices.
_NOT_FOR_AREAS = {"index", "data-quality", "explore", "con", "prn", "aux", "nul"}
_NOT_FOR_AREAS |= {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
#: The doubts about how cells are read: of a first extract there is nothing to compare figures with.
_OF_READING = (Doubt.FRACTION, Doubt.SHOWN, Doubt.COUNTS, Doubt.PERIOD, Doubt.BEYOND, Doubt.POLARITY)


@dataclass(frozen=True)
class NewBasket:
    """A basket as a first extract makes it.

    Parameters
    ----------
    tables : dict of str to DataFrame
        The tables of ``data/``, as text.
    asked : Quarter
        Its newest quarter.
    extract : Extract
        What the extract says.
    doubts : DataFrame
        What somebody should look at (`Warned`), with ``accepted``, whether somebody has.
    """

    tables: dict[str, pd.DataFrame]
    asked: Quarter
    extract: Extract
    doubts: pd.DataFrame

    @property
    def basket(self) -> Basket:
        """The basket that its tables make, to look at before it is written."""
        empty = {table.name: pd.DataFrame(columns=list(table.columns), dtype=str) for table in TABLES}
        return Basket(**{table.name: typed(table, {**empty, **self.tables}[table.name]) for table in TABLES})

    def require_accepted(self) -> None:
        """Refuse what nobody has accepted.

        Raises
        ------
        NotAccepted
            Something needs a decision.
        """
        waiting = self.doubts[~self.doubts["accepted"]]
        if len(waiting):
            raise NotAccepted(acceptances(waiting))


def read_first(
    path: Path,
    quarter: Quarter | None = None,
    options: Options | None = None,
    accept: tuple[str, ...] = (),
    day: date = date.min,
) -> NewBasket:
    """Read a first extract.

    Parameters
    ----------
    path : Path
        A workbook or a CSV file, in any form that an import reads. Without a column for the area and without rows that
        head others each sheet is one.
    quarter : Quarter, optional
        Its newest quarter, where its headings name no year.
    options : Options, optional
        What the analyst says of it.
    accept : tuple of str
        What is accepted, as for an import.
    day : date
        The day of the import.

    Raises
    ------
    DataFaults
        There is no such table, or a cell cannot be read: all faults at once.
    """
    options = options or Options()
    opened = _opened(path)
    grids, _ = chosen_sheets(opened.grids, options)
    asked = quarter or _newest([table for grid in grids for table in tables_in(grid, None)[0]])
    found = [tables_in(grid, asked) for grid in grids]
    tables = [table for some, _ in found for table in some]
    if not tables or asked is None:
        faults = [fault for _, some in found for fault in some]
        raise DataFaults(faults or [no_table(opened.grids, options, asked)])
    described, wrong, doubts, remarks = describe(tables, asked, options)
    empty, ids = _without_figures(described, path.name)
    basket = Basket(**{table.name: typed(table, empty[table.name]) for table in TABLES})
    try:
        extract = read_extract(opened.grids, basket, asked, options, opened.hidden, ratings=True)
    except DataFaults as error:
        raise DataFaults(counted_once([*wrong, *error.faults])) from error
    if wrong:
        raise DataFaults(counted_once(wrong))
    told = [*remarks, *_of_whole_year(extract)]
    extract = replace(extract, targets=_from_april(extract.targets, asked), remarks=[*extract.remarks, *told])
    plan = make_plan(extract, basket, asked, accept)
    looked = _doubts(plan, [one._replace(indicator_id=ids[one.indicator_id]) for one in doubts], accept)
    plan = replace(plan, doubts=looked)
    made = _filled(empty, plan, extract, Origin(opened.name, opened.sha256, day), options)
    require_sound({**empty, **made}, plan)
    return NewBasket(made, asked, extract, looked)


def _opened(path: Path) -> Source:
    if not path.is_file():
        raise DataFaults([Fault(path.name, None, "", "no such file", "Name a workbook or a CSV file.")])
    return open_source(str(path))


def _newest(tables: list[Table]) -> Quarter | None:
    """Find the newest quarter that an extract has figures of and names with its year."""
    found = [table.title.named for table in tables]
    for table in tables:
        for column in table.of(Role.FIGURE):
            found += [column.quarter] if any(table.grid.cell(row, column.place).text for row in table.rows) else []
        found += [quarter_of(column.month) for column in table.of(Role.MONTH) if column.month]
        periods = [table.cell(row, Role.QUARTER)[0] for row in table.rows]
        found += [quarter_of(month) for cell in periods if (month := month_in(cell)) and month.year > 1]
        years = [read_year(table.cell(row, Role.YEAR)[0])[0] for row in table.rows]
        found += [
            read_quarter(table.cell(row, Role.QUARTER)[0], year) for row, year in zip(table.rows, years, strict=True)
        ]
    return max((quarter for quarter in found if quarter), default=None)


def _doubts(plan: Plan, more: list[Warned], accept: tuple[str, ...]) -> pd.DataFrame:
    added = pd.DataFrame(more, columns=list(Warned._fields))
    added["accepted"] = [is_accepted(one.indicator_id, one.doubt, accept) for one in more]
    found = pd.concat([plan.doubts[plan.doubts["doubt"].isin(_OF_READING)], added], ignore_index=True)
    return found.astype({"accepted": bool}).drop_duplicates(["indicator_id", "doubt"])


def _from_april(goals: pd.DataFrame, asked: Quarter) -> pd.DataFrame:
    """Let a target that names no quarter apply to the whole year, unless there are others of its quarters."""
    first, now = str(Quarter(asked.year, 1)), str(asked)
    before = set(goals.loc[(goals["from_quarter"] >= first) & (goals["from_quarter"] < now), "indicator_id"])
    alone = (goals["from_quarter"] == now) & ~goals["indicator_id"].isin(before)
    return goals.assign(from_quarter=goals["from_quarter"].where(~alone, first))


def _of_whole_year(extract: Extract) -> list[str]:
    said = extract.targets[extract.targets["missing"] == "x"]
    return [f"Target not known yet: {row.indicator_id} says {row.written}" for row in said.itertuples(index=False)]


def _filled(
    empty: dict[str, pd.DataFrame], plan: Plan, extract: Extract, origin: Origin, options: Options
) -> dict[str, pd.DataFrame]:
    """Put the figures, targets and ratings of an extract into the tables; one that stays empty is left out."""
    everything = replace(plan, targets=extract.targets[extract.targets["missing"] != "x"])
    tables = {**empty, **planned_tables(everything, empty, origin, options)}
    ids = set(tables["targets"]["indicator_id"])
    year = {"from_quarter": str(Quarter(plan.asked.year, 1)), "to_quarter": str(Quarter(plan.asked.year, 4))}
    open_still = set(extract.targets.loc[extract.targets["missing"] == "x", "indicator_id"])
    without = [
        {
            **dict.fromkeys(tables["targets"].columns, ""),
            "indicator_id": one,
            **year,
            "missing": "x" if one in open_still else "z",
        }
        for one in tables["indicators"]["indicator_id"]
        if one not in ids
    ]
    tables["targets"] = pd.concat([tables["targets"], pd.DataFrame(without, dtype=str)], ignore_index=True)
    place = {one: number for number, one in enumerate(tables["indicators"]["indicator_id"])}
    for name in ("targets", "observations"):
        order = tables[name]["indicator_id"].map(place)
        tables[name] = tables[name].iloc[order.argsort(kind="stable")].reset_index(drop=True)
    published = extract.published.drop(columns="place").assign(note="")
    tables["published_ratings"] = published[list(empty["published_ratings"].columns)]
    needed = {table.name for table in TABLES if not table.optional}
    return {name: table for name, table in tables.items() if name in needed or len(table)}


def slug(text: str, taken: set[str]) -> str:
    """Make an id of a name: small letters, figures and hyphens, like no other.

    Examples
    --------
    >>> slug("Bins: missed & put right", set()), slug("Bins", {"bins"})
    ('bins-missed-put-right', 'bins-2')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain)[:10])[:60].strip("-") or "indicator"
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)


def _without_figures(indicators: list[Described], file: str) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Make the tables of a basket that has nothing but its indicators, and give the ids by the names."""
    ids: dict[str, str] = {}
    for indicator in indicators:
        ids.setdefault(indicator.area, slug(indicator.area, {*ids.values(), *_NOT_FOR_AREAS}))
    areas = [
        {"area_id": area_id, "position": place, "name": name, "short_name": name}
        for place, (name, area_id) in enumerate(ids.items(), start=1)
    ]
    about = []
    named: dict[str, str] = {}
    short_names: set[str] = set()
    places: dict[str, int] = {}
    for indicator in indicators:
        # A bare number counts the rows of one workbook, and names nothing in the next.
        code = "" if indicator.code.isdecimal() else indicator.code
        name = slug(code or indicator.name, set(named.values()))
        named[indicator.name if indicator.name not in named else f"{indicator.name} ({name})"] = name
        places[indicator.area] = places.get(indicator.area, 0) + 1
        about.append(
            {
                "indicator_id": name,
                "area_id": ids[indicator.area],
                "position": places[indicator.area],
                "name": indicator.name,
                "short_name": _short(indicator.name, short_names),
                "unit": indicator.unit,
                "decimals": indicator.decimals,
                "polarity": indicator.polarity,
                "period_basis": Basis.IN_QUARTER,
                "basis_source": "inferred",
                "comparison": "local measure",
                "per": indicator.per,
                "beyond": indicator.beyond,
            }
        )
    rule = {
        "rule_id": "standard",
        "tolerance": "5",
        "tolerance_basis": "relative",
        "direction_baseline": "previous year end",
        "dot_basis": "previous quarter",
        "source": f"Set when the basket was made from {file}. Say here where your own rule comes from.",
    }
    found = {"areas": areas, "indicators": about, "rules": [rule]}
    return {
        table.name: pd.DataFrame(found.get(table.name, []), columns=list(table.columns), dtype=object)
        .fillna("")
        .astype(str)
        for table in TABLES
    }, named


def _short(name: str, taken: set[str]) -> str:
    """Shorten a name to what fits a table, like no other: names that begin alike are numbered."""
    cut = name if len(name) <= _LONGEST_SHORT_NAME else name[: _LONGEST_SHORT_NAME - 5].rsplit(" ", 1)[0] + "…"
    short = next(text for text in (cut, *(f"{cut} ({n})" for n in range(2, 10_000))) if text not in taken)
    taken.add(short)
    return short
