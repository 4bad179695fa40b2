"""Load a basket from the files in ``data/``: checked, typed, and as it was known at a quarter."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault, UnknownArea, UnknownQuarter, unfinished_merge
from quarterly.core.quarters import Quarter
from quarterly.core.terms import count_of
from quarterly.data.checks import consistency_faults
from quarterly.data.revisions import described_at, in_force, restated_for, undo_later
from quarterly.data.schema import TABLE, TABLES
from quarterly.data.table import Table, faults_in, typed

# Use Python strings even if pyarrow is installed (by the extras `official` and `records`): its strings make small
# frames a quarter slower, and results should be the same everywhere.
pd.set_option("mode.string_storage", "python")


@dataclass(frozen=True)
class Basket:
    """The set of indicators reported together, with everything known about them.

    Each field is the table of that name in ``data/`` (`quarterly.data.schema.TABLES` lists the columns), with numbers
    as float. Areas and indicators are in report order.
    """

    areas: pd.DataFrame
    indicators: pd.DataFrame
    observations: pd.DataFrame
    targets: pd.DataFrame
    comparators: pd.DataFrame
    populations: pd.DataFrame
    published_ratings: pd.DataFrame
    rules: pd.DataFrame
    comparator_names: pd.DataFrame
    comparator_members: pd.DataFrame
    glossary: pd.DataFrame
    relations: pd.DataFrame
    known_changes: pd.DataFrame
    benchmark_measures: pd.DataFrame
    benchmark_authorities: pd.DataFrame
    neighbour_groups: pd.DataFrame
    benchmarks: pd.DataFrame
    imports: pd.DataFrame
    restatements: pd.DataFrame
    former_descriptions: pd.DataFrame
    aliases: pd.DataFrame
    readings: pd.DataFrame
    accepted: pd.DataFrame
    definitions: pd.DataFrame
    record_checks: pd.DataFrame

    @property
    def quarters(self) -> list[Quarter]:
        """The quarters for which there are figures, oldest first."""
        return [Quarter.parse(text) for text in sorted(self.observations["quarter"].unique())]

    @property
    def comparator_labels(self) -> dict[str, str]:
        """The comparators' labels, by id, in the order of the report's columns."""
        return dict(zip(self.comparator_names["comparator"], self.comparator_names["label"], strict=True))

    @property
    def area_ids(self) -> list[str]:
        """The ids of the service areas, in report order."""
        return list(self.areas["area_id"])

    def require_quarter(self, quarter: Quarter) -> Quarter:
        """Return the quarter if there are figures for it.

        Raises
        ------
        UnknownQuarter
            If there are no figures for the quarter. The error lists the known quarters.
        """
        if quarter not in self.quarters:
            raise UnknownQuarter(str(quarter), [str(known) for known in self.quarters])
        return quarter

    def require_area(self, area_id: str) -> pd.Series:
        """Return the area's row.

        Raises
        ------
        UnknownArea
            If the basket has no such area. The error lists the known areas.
        """
        row = self.areas[self.areas["area_id"] == area_id]
        if row.empty:
            raise UnknownArea(area_id, self.area_ids)
        return row.iloc[0]

    def view(self) -> Basket:
        """Return shallow copies of the tables, so that changes by one caller do not affect another."""
        return replace(self, **{table.name: getattr(self, table.name).copy(deep=False) for table in TABLES})

    def as_known_at(self, quarter: Quarter) -> Basket:
        """Return the basket without anything that belongs to a later quarter.

        A report for an earlier quarter shows what was known then: it leaves out later figures, targets that had not
        begun, later populations, published ratings, comparators and indicators, and areas without indicators. Groups
        have the members of that quarter, figures restated by a later quarter's import have their earlier values, and
        areas and indicators the descriptions that they had.
        """
        end = str(quarter)
        dated = ("populations", "published_ratings", "known_changes", "imports", "accepted")
        tables = {name: getattr(self, name) for name in dated}
        figures = undo_later(self.observations, self.restatements, quarter)
        figures, targets = figures[figures["quarter"] <= end], self.targets[self.targets["from_quarter"] <= end]
        begun_later = {*self.observations["indicator_id"]} - {*figures["indicator_id"], *targets["indicator_id"]}
        areas, indicators = (
            described_at(table, getattr(self, table), self.former_descriptions, quarter)
            for table in ("areas", "indicators")
        )
        indicators = indicators[~indicators["indicator_id"].isin(begun_later)]
        areas = areas[areas["area_id"].isin(indicators["area_id"])]
        if len(self.former_descriptions):
            areas, indicators = _by_area(areas, indicators)
        return replace(
            self,
            areas=areas,
            indicators=indicators,
            observations=figures,
            targets=targets,
            comparators=self.comparators[ended_by(self.comparators["period"], quarter)],
            comparator_members=in_force(self.comparator_members, end),
            neighbour_groups=self.neighbour_groups[self.neighbour_groups["from_quarter"] <= end],
            benchmarks=self.benchmarks[ended_by(self.benchmarks["year"], quarter)],
            restatements=self.restatements[restated_for(self.restatements) <= end],
            former_descriptions=self.former_descriptions[self.former_descriptions["to_quarter"] < end],
            **{name: table[table["quarter"] <= end] for name, table in tables.items()},
        )

    def as_revised_at(self, quarter: Quarter) -> Basket:
        """Return the basket as known at a quarter, in which earlier quarters have their figures as revised by then."""
        known = self.as_known_at(quarter)
        return replace(known, restatements=known.restatements.iloc[:0])


def load_basket(data: Path) -> Basket:
    """Read and check every table.

    Raises
    ------
    DataFaults
        If anything is wrong in any file. The error lists all faults.
    """
    # Checking takes 0.2 seconds, and one command loads the same tables several times.
    return _checked(Files(data, digests(data))).view()


@dataclass(frozen=True)
class Files:
    """The files of a folder, compared by their content."""

    folder: Path = field(compare=False)
    digests: tuple[str, ...]  # SHA-256 of each file's content


def digests(data: Path) -> tuple[str, ...]:
    """Return the digest of each table's file; blank if the file does not exist."""
    return tuple(digest_of(data / f"{table.name}.csv") for table in TABLES)


def digest_of(path: Path) -> str:
    """Return the digest of a file; blank if it does not exist."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@lru_cache(maxsize=4)
def _checked(files: Files) -> Basket:
    """Read and check the tables; a basket with faults is not cached."""
    faults: list[Fault] = []
    frames: dict[str, pd.DataFrame] = {}
    unsound: set[str] = set()
    for place, table in enumerate(TABLES):
        frames[table.name], found = _read(Files(files.folder, (files.digests[place],)), place)
        faults += found
        unsound |= {table.name} if found else set()
    faults += consistency_faults(frames, unsound)
    if faults:
        raise DataFaults(faults)
    return Basket(**_in_report_order(frames))


@lru_cache(maxsize=2 * len(TABLES))
def _read(file: Files, place: int) -> tuple[pd.DataFrame, list[Fault]]:
    """Read and check one table, cached by content because several councils share the same official figures."""
    table = TABLES[place]
    try:
        cells = read_cells(file.folder / f"{table.name}.csv", table)
    except DataFaults as error:
        return typed(table, table.without_rows), error.faults
    found = faults_in(table, cells)
    return typed(table, table.without_rows if found else cells), found


def load_common_rules() -> pd.DataFrame:
    """Read the common rules that ship with the package, as rows for ``data/rules.csv``."""
    return typed(TABLE["rules"], read_cells(Path(__file__).with_name("common_rules.csv"), TABLE["rules"]))


def ended_by(periods: pd.Series, quarter: Quarter) -> pd.Series:
    """Return which periods had ended by the end of a quarter.

    A period is a reporting quarter or year; any other text, or a blank, has no known end and counts as ended.

    Examples
    --------
    >>> ended_by(pd.Series(["2022-23", "2023-24", "2023-24-Q1", ""]), Quarter(2023, 1)).tolist()
    [True, False, True, True]
    """
    # Plain Python is faster here than pandas, whose tables of texts are slow to search.
    values = periods.tolist()
    known = {period: Quarter.read(period) for period in set(values)}
    ended = {period: reported is None or reported.ends <= quarter.ends for period, reported in known.items()}
    return pd.Series(all(ended.values()) or [ended[period] for period in values], periods.index, dtype=bool)


def _in_report_order(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    names = ("comparator_names", "comparator_members")
    by_position = {name: frames[name].sort_values("position").reset_index(drop=True) for name in names}
    areas, indicators = _by_area(frames["areas"], frames["indicators"])
    return {**frames, **by_position, "areas": areas, "indicators": indicators}


def _by_area(areas: pd.DataFrame, indicators: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sort areas by position, and indicators by area and position."""
    areas = areas.sort_values("position").reset_index(drop=True)
    order = {area: place for place, area in enumerate(areas["area_id"])}
    indicators = indicators.assign(area_order=indicators["area_id"].map(order))
    indicators = indicators.sort_values(["area_order", "position"]).drop(columns="area_order").reset_index(drop=True)
    return areas, indicators


def read_cells(path: Path, table: Table) -> pd.DataFrame:
    """Read a CSV file as text.

    Raises `DataFaults` if it cannot be read as a table. The csv module is used because, unlike pandas, it shows rows
    with too many cells.
    """
    if not table.required and not path.is_file():
        return table.without_rows

    def unreadable(line: int | None, found: str, expected: str) -> DataFaults:
        return DataFaults([Fault(table.file, line, "", found, expected)])

    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        if faults := unfinished_merge(table.file, text):
            raise DataFaults(faults)
        lines, begun = [], 1
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for row in reader:
            lines.append(row)
            begun = reader.line_num + 1
    except FileNotFoundError as error:
        raise unreadable(None, "no such file", f"Add it, with the columns {', '.join(table.columns)}.") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"a byte that is not UTF-8 ({content[error.start]:#04x})"
        raise unreadable(line, found, "Save the file as CSV UTF-8.") from error
    except csv.Error as error:
        expected = "Put text that contains a quote mark between quote marks, and double the mark."
        raise unreadable(begun, str(error), expected) from error
    if not lines:
        raise unreadable(1, "an empty file", f"Add the heading row: {','.join(table.columns)}.")
    if lines[0] and not lines[0][-1]:  # Excel writes commas for empty columns to the right of a table
        wide = max((place for row in lines for place, cell in enumerate(row, start=1) if cell), default=1)
        lines = [row[:wide] for row in lines]
    head, *body = lines
    if len(head) == 1 and set(head[0]) & set(";\t|"):
        raise unreadable(1, head[0], "Put commas between the cells: save it as CSV (comma delimited).")
    while body and not any(body[-1]):  # Excel leaves blank rows below a table
        body.pop()
    comma = f"The heading has {len(head)} columns. Put text with a comma between quote marks."
    faults = []
    for number, row in enumerate(body, start=2):
        if not any(row):
            faults.append(Fault(table.file, number, "", "an empty line", "Remove it."))
        elif len(row) != len(head):
            faults.append(Fault(table.file, number, "", count_of(len(row), "cell"), comma))
    if len(set(head)) != len(head):
        faults.append(Fault(table.file, 1, "", ", ".join(head), "Each column must be in the heading only once."))
    if faults:
        raise DataFaults(faults)
    return pd.DataFrame(body, columns=head, dtype=str)
