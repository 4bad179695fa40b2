"""Build a council's annual basket of official measures from an official file alone.

A table in ``baskets/`` lists the measures of a basket: the name in the file, unit, decimals, polarity, definition, and
the years in which the definition ``changed``, with reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd

from quarterly.core.errors import DataFaults, Fault, UnknownAuthority
from quarterly.core.rounding import published
from quarterly.core.terms import Baseline, Tolerance, count_of
from quarterly.data.evidence import COUNCIL, NEIGHBOURS, Treatment
from quarterly.data.schema import TABLES
from quarterly.ingest.new_basket import slug
from quarterly.ingest.official import NOT_AUTHORITIES, OfficialExtract
from quarterly.ingest.tables import text_cells

_FOLDER = Path(__file__).with_name("baskets")
_COUNTRY = "England"
#: The number of years in a report.
_YEARS = 10


@dataclass(frozen=True)
class Measures:
    """The measures of a basket in an official file, for every authority."""

    #: The table of the basket, without the measures that the file lacks. ``measure`` is the name in the file, and
    #: ``newest`` the newest year for which any authority has a figure.
    about: pd.DataFrame
    figures: pd.DataFrame  # the last ten years, as returned by `quarterly.ingest.benchmarks.read_benchmarks`
    authorities: list[str]  # with a figure for the newest year, for which a basket can be built
    regions: dict[str, str]  # the name in the file of each authority's region
    messages: list[str]  # on what was not found and what was not used


def official_baskets() -> list[str]:
    """List the names of the baskets of official measures."""
    return sorted(path.stem for path in _FOLDER.glob("*.csv"))


def find_measures(extract: OfficialExtract, basket: str) -> Measures:
    """Find the measures of a basket in an official file, by the tool's short or long names.

    Raises
    ------
    DataFaults
        The file has none of them.
    """
    about, every = pd.read_csv(_FOLDER / f"{basket}.csv", dtype=str, keep_default_na=False), extract.figures
    there = set(every["measure"])
    about["measure"] = about["measure"].where(~about["called"].isin(there), about["called"])
    lacking = about[~about["measure"].isin(there)]
    of_basket = every[every["measure"].isin(set(about["measure"]))]
    known = of_basket[of_basket["value"] != ""]
    if known.empty:
        found = f"{count_of(len(there), 'measure')}, such as {', '.join(sorted(there)[:3])}"
        remedy = "Use the long table of the Local Authority Interactive Tool, or its own download."
        raise DataFaults([Fault("the file", None, "measure", found, remedy)])
    newest = known.groupby("measure")["year"].max()
    years = sorted(known["year"].unique())[-_YEARS:]
    figures = of_basket[of_basket["year"].isin(years)]
    authorities = set(known.loc[known["year"] == years[-1], "authority"])
    above = {frozenset(_words(name)): name for name in every["authority"].unique() if name.lower() in NOT_AUTHORITIES}
    unused = {
        "of other measures": len(every) - len(of_basket),
        "of earlier years": len(of_basket) - len(figures),
        **extract.left_out,
    }
    return Measures(
        about.drop(index=lacking.index).assign(newest=lambda rows: rows["measure"].map(newest)),
        figures,
        sorted(name for name in authorities if name.lower() not in NOT_AUTHORITIES),
        {name: above[words] for name, text in extract.regions.items() if (words := frozenset(_words(text))) in above},
        [f"Not in the file: {row.name}, {row.measure}." for row in lacking.itertuples(index=False)]
        + [f"{count_of(number, 'figure')} {what} left out." for what, number in unused.items() if number],
    )


def _words(region: str) -> list[str]:
    """Return the words of a region's name, because the tool writes both Inner London and London (Inner)."""
    return region.lower().replace("(", " ").replace(")", " ").split()


def read_neighbours(path: Path) -> dict[str, list[str]]:
    """Read the official sheet of statistical neighbours; return those of each authority, the closest first.

    Raises
    ------
    DataFaults
        The sheet has no row with the headings LA num, LA Name and SN1.
    """
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    head = next((place for place, row in enumerate(rows) if {"LA num", "LA Name", "SN1"} <= set(row)), None)
    if head is None:
        remedy = "Use the department's sheet of statistical neighbours, with the headings LA num, LA Name, SN1 to SN10."
        raise DataFaults([Fault(path.name, None, "", "no row with the headings LA num, LA Name and SN1", remedy)])
    number, name = rows[head].index("LA num"), rows[head].index("LA Name")
    near = [place for place, text in enumerate(rows[head]) if str(text)[:2] == "SN" and str(text)[2:].isdigit()]
    listed = [row for row in rows[head + 1 :] if row[number] and row[name]]
    names = {row[number]: str(row[name]).strip() for row in listed}
    return {
        names[row[number]]: [names.get(row[place], f"number {row[place]}") for place in near if row[place]]
        for row in listed
    }


def official_basket(
    measures: Measures, council: str, neighbours: Mapping[str, list[str]], group: str
) -> dict[str, pd.DataFrame]:
    """Return the tables of a council's basket, with years in place of quarters.

    Parameters
    ----------
    measures : Measures
        The measures of the basket.
    council : str
        The authority, as written in the file; capitals make no difference.
    neighbours : mapping of str to list of str
        The statistical neighbours of each authority. A council without any is compared with its region and England.
    group : str
        The source of the groups of neighbours.

    Returns
    -------
    dict of str to DataFrame
        The files of ``data/``, as text, from the first year in which the council has figures for a third of the
        measures that it has now.

    Raises
    ------
    UnknownAuthority
        The file has no figure for the council in its newest year.
    """
    spelt = {name.casefold(): name for name in measures.authorities}
    if council.casefold() not in spelt:
        raise UnknownAuthority(council, measures.authorities)
    council, about = spelt[council.casefold()], measures.about
    near = [name for name in neighbours.get(council, []) if name in measures.authorities]
    above = (measures.regions.get(council, ""), _COUNTRY)
    lines = [line for line in above if line in measures.figures["authority"].array]
    others = {slug(line, set()).replace("-", "_"): line for line in lines}
    observations = _observations(measures, council)
    span = {"from_quarter": observations["quarter"].min(), "to_quarter": observations["quarter"].max()}
    meanings = {name: f"All authorities of {line}" for name, line in others.items()}
    if near:
        meanings = {NEIGHBOURS: "The mean of the authorities that are most like this one", **meanings}
    areas = about[["area", "area_short"]].drop_duplicates().set_axis(["name", "short_name"], axis="columns")
    areas = areas.assign(area_id=[slug(name, set()) for name in areas["short_name"]], position=range(1, len(areas) + 1))
    changes = [
        (row.indicator_id, *each.split(": ", 1))
        for row in about.itertuples()
        for each in row.changed.split("; ")
        if each
    ]
    rule = ("standard", Tolerance.NONE, Baseline.YEAR_BEFORE, "Official measures have no targets, so nothing is rated")
    frames = {
        "areas": areas,
        "indicators": _indicators(measures, areas.set_index("name")["area_id"], span["to_quarter"]),
        "observations": observations,
        "targets": about[["indicator_id"]].assign(missing="z", **span),
        "rules": pd.DataFrame([rule], columns=["rule_id", "tolerance_basis", "dot_basis", "source"]),
        "comparators": _comparators(measures, near, others, span["from_quarter"]),
        "comparator_names": pd.DataFrame(meanings.items(), columns=["comparator", "meaning"]).assign(
            position=range(1, len(meanings) + 1),
            label=lambda rows: rows["comparator"].map({NEIGHBOURS: "Statistical neighbours", **others}),
        ),
        "comparator_members": pd.DataFrame({"authority": near}).assign(
            comparator=NEIGHBOURS, position=range(1, len(near) + 1), source=group
        ),
        "known_changes": pd.DataFrame(changes, columns=["indicator_id", "quarter", "reason"]).assign(
            treatment=Treatment.DEFINITION
        ),
        "benchmark_measures": about[["indicator_id", "measure", "taken", "definition"]].assign(label=about["name"]),
        "benchmark_authorities": pd.DataFrame([(COUNCIL, council), *others.items()], columns=["role", "authority"]),
        "benchmarks": measures.figures.assign(confirmed=measures.figures["extracted"]),
        "definitions": about[["indicator_id"]].assign(
            counts=about["definition"] + ".",
            official=f"{measures.figures['source'].iloc[0]}, " + about["measure"] + ", from: " + about["source"] + ".",
        ),
    }
    return {table.name: text_cells(frames[table.name], table.columns) for table in TABLES if table.name in frames}


def _indicators(measures: Measures, areas: pd.Series, year: str) -> pd.DataFrame:
    columns = ["indicator_id", "name", "short_name", "unit", "decimals", "polarity", "period_basis", "per", "taken"]
    about = measures.about
    # The tool labels the year to September with the reporting year that ended in the March before.
    in_autumn = f"Counted on {{}} {year[:2]}{year[-2:]} for {year}"
    return about[columns].assign(
        area_id=about["area"].map(areas),
        position=about.groupby("area").cumcount() + 1,
        basis_source="stated",
        comparison="national",
        note=[in_autumn.format(day) if day else "" for day in about["taken"]],
    )


def _observations(measures: Measures, council: str) -> pd.DataFrame:
    """Return the council's own figures from its first year, one row per measure and year."""
    figures = measures.figures[measures.figures["authority"] == council]
    own = figures.set_index(["measure", "year"])[["value", "missing"]]
    years = sorted(measures.figures["year"].unique())
    known = own[own["value"] != ""].groupby("year").size()
    # A new authority may have a few figures from before it was formed.
    first = known[known * 3 >= known.iloc[-1]].index.min()
    every = measures.about.merge(pd.Series([year for year in years if year >= first], name="year"), how="cross")
    found = every.join(own, on=["measure", "year"]).fillna({"value": "", "missing": "x"})
    late = (found["value"] == "") & (found["year"] > found["newest"])
    return found.rename(columns={"year": "quarter"}).assign(
        value=[_written(value, int(places)) for value, places in zip(found["value"], found["decimals"], strict=True)],
        note=late.map({True: "Not published yet", False: ""}),
    )


def _comparators(measures: Measures, near: list[str], others: Mapping[str, str], first: str) -> pd.DataFrame:
    """Return the mean of the neighbours, the region and the country, one row per measure and year."""
    figures = measures.figures[(measures.figures["value"] != "") & (measures.figures["year"] >= first)]
    roles = {line: name for name, line in others.items()}
    lines = figures.assign(comparator=figures["authority"].map(roles)).dropna(subset="comparator")
    neighbours = figures[figures["authority"].isin(near)]
    means = neighbours.assign(value=neighbours["value"].astype(float)).groupby(["measure", "year"])["value"].mean()
    both = pd.concat([lines, means.reset_index().assign(comparator=NEIGHBOURS)])
    found = both.merge(measures.about[["measure", "indicator_id", "decimals"]], on="measure")
    # A mean has at least one decimal, even where the figures are whole numbers.
    decimals = found["decimals"].astype(int)
    places = decimals.where(found["comparator"] != NEIGHBOURS, decimals.clip(lower=1))
    return found.rename(columns={"year": "period"}).assign(
        value=[_written(value, number) for value, number in zip(found["value"], places, strict=True)]
    )


def _written(value: str | float, decimals: int) -> str:
    return "" if value == "" else f"{published(float(value), decimals):.{decimals}f}"
