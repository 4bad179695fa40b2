"""Figures of other authorities, from official files such as the table of the Local Authority Interactive Tool.

What is kept of them in ``data/benchmarks.csv`` is a log: a figure that a later extract has changed keeps its earlier
row, so that it can be said of each figure when it was extracted and whether it was revised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from quarterly.core.errors import DataFaults, Fault, OlderExtract
from quarterly.core.terms import MISSING_REASONS
from quarterly.data.evidence import COUNCIL, DAY, YEAR
from quarterly.data.load import Basket
from quarterly.data.schema import TABLE
from quarterly.data.table import NUMBER, Table, any_text, faults_in, form, some_text
from quarterly.ingest.official import Extract, read_official

#: What the figures are from, where the extract does not say so itself.
TOOL = "Local Authority Interactive Tool"

_KEY = ["authority", "measure", "year"]
_COLUMNS = list(TABLE["benchmarks"].columns)
_EXTRACT = Table(
    "extract",
    {
        "authority": some_text("Name the authority, the region or England."),
        "measure": some_text("Name the measure."),
        "year": form(r"[0-9]{4}([-/][0-9]{2})?", "Write the year as 2021-22, or 2022 for the year to March 2022."),
        "value": form(
            rf"{NUMBER}|[{''.join(MISSING_REASONS)}]", "Write a number without a % sign or a comma, or - for none."
        ),
        "extracted": form(DAY, "Write the day of the extract as 2024-01-31.", optional=True),
        "source": any_text(),
    },
    key=("authority", "measure", "year"),
)
_OPTIONAL = ("extracted", "source")


@dataclass(frozen=True)
class Imported:
    """What an import of an extract does."""

    table: pd.DataFrame  # all of ``data/benchmarks.csv`` as text, in its columns, sorted
    new: int  # how many figures of the extract are new
    revised: int  # differ from the one kept
    confirmed: int  # are the same
    left_out: int  # are not about this council's comparators
    not_found: list[str]  # measures and authorities that the project's files name and the extract does not have


def read_extract(path: Path, extracted: date, source: str = TOOL) -> Extract:
    """Read and check a file of official figures, in any of the forms of `quarterly.ingest.official`.

    ``extracted`` is the day of the extract, and ``source`` what it is from, where the file does not say it.

    Raises
    ------
    DataFaults
        Anything is wrong in the file: all faults at once.
    """
    read = read_official(path)
    cells = read.figures.apply(lambda column: column.str.strip())
    cells = cells.assign(**{name: "" for name in _OPTIONAL if name not in cells})
    number = cells["value"].str.fullmatch(NUMBER)
    # Looking at each cell of a large file takes long: the faults are among these.
    sound = number | cells["value"].isin(MISSING_REASONS)
    sound &= cells["year"].str.fullmatch(YEAR) & (cells[["authority", "measure"]] != "").all(axis=1)
    sound &= ~cells.duplicated(_KEY, keep=False) & cells["extracted"].str.fullmatch(f"(?:{DAY})?")
    if not sound.all() and (faults := faults_in(_EXTRACT, cells[~sound])):
        raise DataFaults([replace(fault, file=path.name) for fault in faults])
    figures = cells.assign(
        value=cells["value"].where(number, ""),
        missing=cells["value"].where(~number, ""),
        extracted=cells["extracted"].replace("", extracted.isoformat()),
        source=cells["source"].replace("", source),
    )
    return replace(read, figures=figures)


def merge_extract(basket: Basket, extract: pd.DataFrame, *, compared: bool = False) -> Imported:
    """Put the figures of an extract (from `read_extract`) with what is kept of earlier ones.

    Of the measures that indicators are compared by, every authority is kept: the council is ranked among them. Of the
    counts behind them only the council's figures are kept. Of other measures only the figures of comparators are kept,
    to find a comparator that is another measure's figure. Where only those that the council is compared with are wanted
    (``compared``), nothing else is kept.

    Raises
    ------
    DataFaults
        Nothing in the extract is about this council and its measures.
    OlderExtract
        The extract is older than what is kept.
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
    latest = known.sort_values("extracted", kind="stable").drop_duplicates(_KEY, keep="last")
    both = kept.merge(latest, on=_KEY, how="left", suffixes=("", "_kept"), indicator=True)
    new = both["_merge"] == "left_only"
    same = ~new & (both["value"] == both["value_kept"]) & (both["missing"] == both["missing_kept"])
    confirmed = both.loc[same, [*_KEY, "extracted"]].rename(columns={"extracted": "again"})
    # Only the latest row of a figure is confirmed; it is the one with the day that was found above.
    days = both.loc[same, [*_KEY, "extracted_kept"]].rename(columns={"extracted_kept": "extracted"})
    again = known.merge(days.assign(again=confirmed["again"]), on=[*_KEY, "extracted"], how="left")["again"]
    known = known.assign(confirmed=again.fillna(known["confirmed"]))
    added = both[~same].assign(confirmed=lambda rows: rows["extracted"])[_COLUMNS]
    # A second import of the same day replaces the first.
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
            expected = f"The extract has none of those that the file names ({named}): write them as the extract does."
            raise DataFaults([Fault(file, None, column, f"in the extract: {found}", expected)])
    newest, oldest = known["confirmed"].max() if len(known) else "", kept["extracted"].min()
    if oldest < newest:
        raise OlderExtract(oldest, newest)


def as_text(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """Return the kept figures as the text that their file has."""
    texts = [
        "" if pd.isna(value) else f"{value:.{int(decimals)}f}"
        for value, decimals in zip(benchmarks["value"], benchmarks["value_decimals"], strict=True)
    ]
    return benchmarks.assign(value=texts)[_COLUMNS]


def current(benchmarks: pd.DataFrame) -> pd.DataFrame:
    """Return each figure as the latest extract has it: one row an authority, measure and year.

    ``earlier`` is the figure before it was revised (float; missing where it was not).
    """
    ordered = benchmarks.sort_values("extracted", kind="stable")
    earlier = ordered.groupby(_KEY, sort=False)["value"].shift()
    return ordered.assign(earlier=earlier.astype(float)).drop_duplicates(_KEY, keep="last").reset_index(drop=True)
