"""Read a wide table, one row an indicator and one column a quarter, into the tables of a new basket."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Basis, Polarity, Status, Unit
from quarterly.data.schema import TABLES
from quarterly.ingest.cells import Number, Unreadable, read_number
from quarterly.ingest.grid import Cell, Grid
from quarterly.ingest.headings import read_quarter
from quarterly.ingest.source import open_source

_HEADINGS = {
    "name": "indicator|indicator name|name|measure|kpi|performance indicator|performance measure",
    "area": "area|service area|service|team|theme",
    "unit": "unit|units|measured in",
    "polarity": "polarity|good is|better|what is good",
    "target": "target",
}
_ROLES = {word: role for role, words in _HEADINGS.items() for word in words.split("|")}
_UNITS = {"%": Unit.PERCENTAGE, "per cent": Unit.PERCENTAGE, "percent": Unit.PERCENTAGE, "count": Unit.NUMBER}
_UNITS |= {str(unit): unit for unit in Unit}
_PER = re.compile(r"(?:rate )?per ([0-9][0-9,]* \S.*)", re.IGNORECASE)
_POLARITIES = {"": "", "none": "", "neither": "", "n/a": ""}
_POLARITIES |= dict.fromkeys(["higher", "high", "higher is better", "bigger is better", "up"], str(Polarity.HIGHER))
_POLARITIES |= dict.fromkeys(["lower", "low", "lower is better", "smaller is better", "down"], str(Polarity.LOWER))
_NO_TARGET = {"", "-", "none", "n/a", "not targeted", "no target"}
_BAND = re.compile(r"([^-–\s](?:(?!to\b)[^-–])*)(?:[-–]|\bto\b)(.+)")
_LONGEST_SHORT_NAME = 60
#: What no area's file may be called: other notebooks, and names that Windows keeps for devices.
_NOT_FOR_AREAS = {"index", "data-quality", "explore", "con", "prn", "aux", "nul"}
_NOT_FOR_AREAS |= {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}


@dataclass
class _Indicator:
    """What a row of a wide table says of an indicator."""

    area: str
    name: str
    unit: str
    per: str
    polarity: str
    target: dict[str, str]
    values: dict[Quarter, tuple[str, str]] = field(default_factory=dict)

    @property
    def decimals(self) -> int:
        return max((len(value.partition(".")[2]) for value, _ in self.values.values()), default=0)


def read_wide(path: Path) -> dict[str, pd.DataFrame]:
    """Read a workbook that describes a basket.

    Parameters
    ----------
    path : Path
        An Excel workbook. A sheet with a heading row that has "Indicator" (or "Name", "Measure", "KPI") and a
        column a quarter is read; "Unit", "Polarity", "Target" and "Area" are read where they are there. Without a
        column for the area each sheet is one.

    Returns
    -------
    dict of str to DataFrame
        The tables ``areas``, ``indicators``, ``observations``, ``targets`` and ``rules``, as text, with the columns
        of `quarterly.data.schema.TABLES`.

    Raises
    ------
    DataFaults
        There is no such table, or a cell cannot be read: all faults at once.
    """
    faults: list[Fault] = []
    indicators = [found for grid in _grids(path) for found in _indicators(grid, faults)]
    if not indicators and not faults:
        wanted = "A table needs a row of headings: Indicator, and a heading for each quarter such as Q3 2023-24."
        faults.append(Fault(path.name, None, "", "no table of figures", wanted))
    if faults:
        raise DataFaults(faults)
    return _tables(indicators, path.name)


def _grids(path: Path) -> list[Grid]:
    if not path.is_file():
        raise DataFaults([Fault(path.name, None, "", "no such file", "Name an Excel workbook (.xlsx).")])
    return open_source(str(path)).grids


def _fault(grid: Grid, row: int, column: str, found: str, expected: str) -> Fault:
    return Fault(grid.place, row, column, found, expected)


def _indicators(grid: Grid, faults: list[Fault]) -> list[_Indicator]:
    found = []
    roles: dict[int, str | Quarter] = {}
    area = ""
    for number, cells in grid.rows.items():
        headings = _headings(cells)
        if headings:
            roles = headings
            continue
        at = {role: cells[column] for column, role in roles.items() if column in cells}
        if "name" not in at or len(at) == 1:
            continue  # a title, or a note under the table
        area = at["area"].text if "area" in at else area  # merged cells have their text in the first row
        found.append(_indicator(grid, number, at, roles, area or grid.sheet, faults))
    return found


def _headings(cells: dict[int, Cell]) -> dict[int, str | Quarter]:
    named = {column: _ROLES.get(cell.text.casefold()) or read_quarter(cell) for column, cell in cells.items()}
    known = {column: role for column, role in named.items() if role}
    quarters = [role for role in known.values() if isinstance(role, Quarter)]
    return known if quarters and "name" in known.values() else {}


def _indicator(
    grid: Grid, row: int, at: dict[str | Quarter, Cell], roles: dict[int, str | Quarter], area: str, faults: list[Fault]
) -> _Indicator:
    def text(role: str) -> str:
        return at[role].text if role in at else ""

    quarters = [role for role in roles.values() if isinstance(role, Quarter)]
    percent = any(_is_percentage(at[quarter]) for quarter in quarters if quarter in at)
    rate = _PER.fullmatch(text("unit"))
    unit = Unit.RATE if rate else _UNITS.get(text("unit").casefold(), "")
    if not text("unit"):
        unit = Unit.PERCENTAGE if percent else Unit.NUMBER
    if not unit or (unit == Unit.RATE and not rate):
        faults.append(
            _fault(grid, row, "Unit", text("unit"), "Write number, percentage, or a rate as 'per 10,000 people'.")
        )
    polarity = _POLARITIES.get(text("polarity").casefold())
    if polarity is None:
        faults.append(_fault(grid, row, "Polarity", text("polarity"), "Write higher or lower (is better), or none."))
    target = _target(at["target"]) if "target" in at else {"missing": "z"}
    if target is None:
        wanted = "Write a number, a band as '90 to 110', increasing, decreasing, data only, in measurement, or none."
        faults.append(_fault(grid, row, "Target", text("target"), wanted))
    indicator = _Indicator(area, text("name"), unit, rate[1] if rate else "", polarity or "", target or {})
    for quarter in quarters:
        figure = _figure(at.get(quarter))
        if isinstance(figure, Unreadable):
            wanted = "Write a number, or a symbol: c confidential, x not available, z not applicable, k rounds to zero."
            faults.append(_fault(grid, row, str(quarter), figure.found, wanted))
        else:
            indicator.values[quarter] = figure
    return indicator


def _is_percentage(cell: Cell) -> bool:
    read = read_number(cell)
    return isinstance(read, Number) and read.percent


def _figure(cell: Cell | None) -> tuple[str, str] | Unreadable:
    """Read a figure and the reason why there is none; a blank cell is a figure that is not available."""
    read = read_number(cell) if cell else None
    if isinstance(read, Unreadable):
        return read
    if isinstance(read, Number):
        return _plain(read), ""
    return "", (read.missing if read else "") or "x"


def _plain(number: Number) -> str:
    """Write a number as a CSV file has it: with six decimals at most."""
    return f"{round(number.value, 6).normalize():f}"


def _target(cell: Cell) -> dict[str, str] | None:
    words, number = cell.text.casefold(), read_number(cell)
    if isinstance(number, Number):
        return {"value": _plain(number)}
    if words in _NO_TARGET:
        return {"missing": "z"}
    if words in ("decreasing", "increasing"):
        return {"direction": words}
    if words in set(Status):
        return {"status": words}
    band = _BAND.fullmatch(words)
    ends = [read_number(Cell(part)) for part in band.groups()] if band else []
    numbers = [_plain(end) for end in ends if isinstance(end, Number)]
    return dict(zip(("lower", "upper"), numbers, strict=True)) if len(numbers) == len(ends) == 2 else None


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


def _tables(indicators: list[_Indicator], file: str) -> dict[str, pd.DataFrame]:
    ids: dict[str, str] = {}
    for indicator in indicators:
        ids.setdefault(indicator.area, slug(indicator.area, {*ids.values(), *_NOT_FOR_AREAS}))
    areas = [
        {"area_id": area_id, "position": place, "name": name, "short_name": name}
        for place, (name, area_id) in enumerate(ids.items(), start=1)
    ]
    newest = max(quarter for indicator in indicators for quarter in indicator.values)
    year = {"from_quarter": str(Quarter(newest.year, 1)), "to_quarter": str(Quarter(newest.year, 4))}
    about, observations, targets = [], [], []
    taken: set[str] = set()
    short_names: set[str] = set()
    places: dict[str, int] = {}
    for indicator in indicators:
        name = slug(indicator.name, taken)
        taken.add(name)
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
            }
        )
        observations += [
            {"indicator_id": name, "quarter": str(quarter), "value": value, "missing": missing}
            for quarter, (value, missing) in sorted(indicator.values.items())
        ]
        targets.append({"indicator_id": name, **year, **indicator.target})
    rule = {
        "rule_id": "standard",
        "tolerance": "5",
        "tolerance_basis": "relative",
        "direction_baseline": "previous year end",
        "dot_basis": "previous quarter",
        "source": f"Set when the basket was made from {file}. Say here where your own rule comes from.",
    }
    found = {"areas": areas, "indicators": about, "observations": observations, "targets": targets, "rules": [rule]}
    columns = {table.name: list(table.columns) for table in TABLES}
    return {
        name: pd.DataFrame(rows, columns=columns[name], dtype=object).fillna("").astype(str)
        for name, rows in found.items()
    }


def _short(name: str, taken: set[str]) -> str:
    """Shorten a name to what fits a table, like no other: names that begin alike are numbered."""
    cut = name if len(name) <= _LONGEST_SHORT_NAME else name[: _LONGEST_SHORT_NAME - 5].rsplit(" ", 1)[0] + "…"
    short = next(text for text in (cut, *(f"{cut} ({n})" for n in range(2, 10_000))) if text not in taken)
    taken.add(short)
    return short
