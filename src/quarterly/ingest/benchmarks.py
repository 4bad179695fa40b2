"""Figures of other authorities, from official files such as the table of the Local Authority Interactive Tool.

``data/benchmarks.csv`` is a log: when a later extract changes a figure, its earlier row stays, so that the file shows
when each figure was extracted and whether it was revised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.import_errors import OlderExtract
from quarterly.core.terms import MISSING_REASONS
from quarterly.data.evidence import COUNCIL
from quarterly.data.load import Basket
from quarterly.data.schema import TABLE
from quarterly.data.table import IN_YEAR, NUMBER, ON_DAY, Table, any_text, faults_in, key, matching, some_text
from quarterly.ingest.official import OfficialExtract, read_official

#: The source of the figures if the extract does not state one.
TOOL = "Local Authority Interactive Tool"

_KEY = ["authority", "measure", "year"]
_COLUMNS = list(TABLE["benchmarks"].columns)
_EXTRACT = Table(
    "extract",
    {
        **key(
            authority=some_text("Name the authority, the region or England."),
            measure=some_text("Name the measure."),
            year=replace(IN_YEAR, expected="Write the year as 2021-22, or 2022 for the year to March 2022."),
        ),
        "value": matching(
            rf"{NUMBER}|[{''.join(MISSING_REASONS)}]", "Write a number without a % sign or a comma, or - for none."
        ),
        "extracted": ON_DAY,
        "source": any_text(),
    },
)


@dataclass(frozen=True)
class Imported:
    """The result of importing an extract."""

    table: pd.DataFrame  # all of ``data/benchmarks.csv`` as text, in its columns, sorted
    new: int  # how many figures of the extract are new
    revised: int  # how many differ from the one held
    confirmed: int  # how many equal the one held
    left_out: int  # how many do not concern this council's comparators
    not_found: list[str]  # measures and authorities that the project's files name but the extract lacks


def read_benchmarks(path: Path, extracted: date, source: str = TOOL) -> OfficialExtract:
    """Read and check a file of official figures, in any of the forms of `quarterly.ingest.official`.

    ``extracted`` (the day of the extract) and ``source`` apply where the file does not state its own.

    Raises
    ------
    DataFaults
        The file has faults; all are listed at once.
    """
    read = read_official(path)
    cells = read.figures.apply(lambda column: column.str.strip())
    for name, default in (("extracted", extracted.isoformat()), ("source", source)):
        cells[name] = cells[name].replace("", default) if name in cells else default
    if faults := faults_in(_EXTRACT, cells):
        raise DataFaults([replace(fault, file=path.name) for fault in faults])
    number = cells["value"].str.fullmatch(NUMBER)
    figures = cells.assign(value=cells["value"].where(number, ""), missing=cells["value"].where(~number, ""))
    return replace(read, figures=figures)


def merge_extract(basket: Basket, extract: pd.DataFrame, *, compared: bool = False) -> Imported:
    """Merge the figures of an extract (from `read_benchmarks`) with those held from earlier extracts.

    For measures used to compare indicators, every authority is kept, because the council is ranked among them. For the
    counts behind those measures, only the council's figures are kept. For other measures, only comparators' figures are
    kept, to detect a comparator taken from a different measure. With ``compared``, only the figures of the authorities
    that the council is compared with are kept.

    Raises
    ------
    DataFaults
        Nothing in the extract concerns this council and its measures.
    OlderExtract
        The extract is older than the figures held.
    """
    wanted = set(basket.benchmark_measures["measure"])
    named = (basket.benchmark_authorities, basket.comparator_members, basket.neighbour_groups)
    seen = {name for table in named for name in table["authority"]}
    of_measures, of_compared = extract["measure"].isin(wanted), extract["authority"].isin(seen)
    counts = extract["measure"].isin(set(basket.benchmark_measures[["counted", "out_of"]].stack()) - wanted)
    roles = basket.benchmark_authorities.set_index("role")["authority"]
    behind = counts & (extract["authority"] == roles.get(COUNCIL, ""))
    kept = extract[behind | (of_measures & of_compared if compared else of_measures | (of_compared & ~counts))]
    known = as_text(basket.benchmarks)
    _refuse(kept, extract, known, wanted, seen)
    latest = known.reset_index(names="line").sort_values("extracted", kind="stable").drop_duplicates(_KEY, keep="last")
    both = kept.merge(latest, on=_KEY, how="left", suffixes=("", "_kept"))
    new = both["line"].isna()
    same = (both["value"] == both["value_kept"]) & (both["missing"] == both["missing_kept"])
    known.loc[both.loc[same, "line"].astype(int), "confirmed"] = both.loc[same, "extracted"].to_numpy()
    added = both[~same].assign(confirmed=lambda rows: rows["extracted"])[_COLUMNS]
    # A second import on the same day replaces the first.
    table = pd.concat([known, added]).drop_duplicates([*_KEY, "extracted"], keep="last")
    return Imported(
        table.sort_values(["measure", "authority", "year", "extracted"], ignore_index=True),
        int(new.sum()),
        int((~new & ~same).sum()),
        int(same.sum()),
        len(extract) - len(kept),
        [*sorted(wanted - set(extract["measure"])), *sorted(seen - set(extract["authority"]))],
    )


def _refuse(kept: pd.DataFrame, extract: pd.DataFrame, known: pd.DataFrame, wanted: set[str], seen: set[str]) -> None:
    for file, names, column in (
        ("data/benchmark_measures.csv", wanted, "measure"),
        ("data/benchmark_authorities.csv", seen, "authority"),
    ):
        if names.isdisjoint(extract[column]):
            found = ", ".join(sorted(set(extract[column]))[:5])
            named = ", ".join(sorted(names)[:5]) or "none"
            expected = f"The extract has none of the names in this file ({named}). Write them as in the extract."
            raise DataFaults([Fault(file, None, column, f"in the extract: {found}", expected)])
    newest, oldest = known["confirmed"].max() if len(known) else "", kept["extracted"].min()
    if oldest < newest:
        raise OlderExtract(oldest, newest)


def as_text(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """Return the figures held as text, as written in their file."""
    texts = [
        "" if pd.isna(value) else f"{value:.{int(decimals)}f}"
        for value, decimals in zip(benchmarks["value"], benchmarks["value_decimals"], strict=True)
    ]
    return benchmarks.assign(value=texts)[_COLUMNS]


def current(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """Return each figure from the latest extract: one row per authority, measure and year.

    ``earlier`` is the figure before its last revision (float; missing if never revised).
    """
    ordered = benchmarks.sort_values("extracted", kind="stable")
    earlier = ordered.groupby(_KEY, sort=False)["value"].shift()
    return ordered.assign(earlier=earlier.astype(float)).drop_duplicates(_KEY, keep="last").reset_index(drop=True)
