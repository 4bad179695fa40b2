"""Check results from official figures against the real files; the argument is their folder."""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import numpy as np
import pandas as pd

from quarterly.core.terms import listing
from quarterly.data.load import load_basket
from quarterly.ingest.benchmarks import read_benchmarks
from quarterly.ingest.official import NOT_AUTHORITIES, measure_names
from quarterly.measures.benchmark import quartile_band
from quarterly.measures.comparators import check_comparators, check_neighbours
from quarterly.measures.outturn import outturn
from quarterly.measures.proposals import proposals

#: Default folder of the files.
FILES = Path(__file__).resolve().parents[2] / "shared" / "official"
TABLE, DICTIONARY = "bds_long_0.parquet", "lait_data_dictionary.csv"


def newest(figures: pd.DataFrame, dictionary: Path) -> pd.DataFrame:
    """Return the authorities' figures in each measure's newest year, for measures that have a polarity."""
    cells = pd.read_csv(dictionary, dtype="str", encoding="utf-8-sig").drop_duplicates("Measure_short")
    polarity = cells.set_index("Measure_short")["Polarity"]
    wanted = figures.assign(number=pd.to_numeric(figures["value"]), polarity=figures["measure"].map(polarity))
    wanted = wanted[wanted["polarity"].isin(["High", "Low"])].dropna(subset=["number"])
    wanted = wanted[wanted["year"] == wanted.groupby("measure")["year"].transform("max")]
    return wanted[~wanted["authority"].str.lower().isin(NOT_AUTHORITIES)]


def bands_that_differ(cells: pd.DataFrame) -> int:
    """Count cells whose band differs from numpy's linear quantiles; a figure on a boundary is in the band below."""
    differing = 0
    for _, part in cells.groupby("measure"):
        figures = part["number"].to_numpy()
        expected = 1 + np.searchsorted(np.quantile(figures, [0.25, 0.5, 0.75], method="linear"), figures, side="left")
        ordered = sorted(figures)
        differing += int(
            sum(quartile_band(figure, ordered) != band for figure, band in zip(figures, expected, strict=True))
        )
    return differing


def main(files: Path) -> None:
    """Print the results."""
    started = time.process_time()
    figures = read_benchmarks(files / TABLE, date(2026, 4, 8)).figures
    seconds, peak = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = newest(figures, files / DICTIONARY)
    basket = load_basket(Path(__file__).resolve().parents[1] / "data")
    known = basket.as_known_at(basket.quarters[-1])
    without = replace(basket, benchmark_measures=basket.benchmark_measures[:0])
    proposed = proposals(without, figures, measure_names(files / DICTIONARY))
    own = basket.benchmark_measures[["indicator_id", "measure"]].merge(proposed, on=["indicator_id", "measure"])
    neighbours = check_neighbours(known)
    rows = [
        ("Figures read", f"{len(figures):,} in {seconds:.1f} s of processor time, {peak:.0f} MB at most"),
        ("Bands as numpy's", f"{len(cells) - bands_that_differ(cells):,} of {len(cells):,} cells of newest years"),
        ("Published comparators", _counted(check_comparators(known)["outcome"])),
        ("Own figures at the ends of years", _counted(outturn(known)["reason"])),
        ("The same with what is known since", _counted(outturn(basket)["reason"])),
        ("Known measures proposed", f"{len(own)} of {len(basket.benchmark_measures)}"),
    ]
    if neighbours:
        means = f"{neighbours.own_means} of the report's list, {neighbours.official_means} of {neighbours.official}"
        rows.append((f"{neighbours.means} means of neighbours", means))
    click.echo("| What | Found |\n|:--|:--|")
    click.echo("\n".join(f"| {what} | {found} |" for what, found in rows))


def _counted(outcomes: pd.Series) -> str:
    return listing([f"{number} {outcome}" for outcome, number in Counter(outcomes).most_common()])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILES)
