"""The commands for other authorities' figures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.shared import DAY, project_root, with_plain_errors

if TYPE_CHECKING:
    from datetime import date


@click.group()
def benchmark() -> None:
    """Keep other authorities' figures, to check comparators and to show the council among them."""


@benchmark.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--extracted",
    type=DAY,
    metavar="DAY",
    help="The date of the extract, such as 2024-01-31, if the file does not state it.  [default: today]",
)
@click.option(
    "--source", metavar="TEXT", help="Where the figures come from, and their licence, if the file does not state them."
)
@click.option(
    "--compared",
    is_flag=True,
    help="Keep only the figures of the council and the authorities that it is compared with, and only for the "
    "indicators' measures: a small file, without a rank among all authorities.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be kept, and write nothing.")
@with_plain_errors
def import_file(file: Path, extracted: date | None, source: str | None, *, compared: bool, dry_run: bool) -> None:
    r"""Read official figures of all authorities into data/benchmarks.csv.

    FILE is used as published: the long table of the Local Authority Interactive Tool (CSV, or parquet with the extra
    "official"), the tool's own download with one column a year, a file from Explore Education Statistics, or a list
    with the columns authority, measure, year and value. data/benchmark_measures.csv says which measure belongs to which
    indicator, and data/benchmark_authorities.csv which row is this council. A later extract is added to the earlier
    ones: figures that it changes are marked as revised.

    \b
    Examples:
      quarterly benchmark import extract.csv --extracted 2024-01-31
      quarterly benchmark import extract.csv --dry-run
    """
    from datetime import date

    from quarterly.core.terms import count_of
    from quarterly.data.load import load_basket
    from quarterly.ingest.benchmarks import TOOL, merge_extract, read_benchmarks
    from quarterly.ingest.tables import csv_of
    from quarterly.storage.atomic import replace_file

    root = project_root()
    basket = load_basket(root / "data")
    day = extracted or date.today()  # noqa: DTZ011 - the day where the command is typed
    extract = read_benchmarks(file, day, source or TOOL)
    found = merge_extract(basket, extract.figures, compared=compared)
    for what, number in extract.left_out.items():
        click.echo(f"{count_of(number, 'figure')} {what} left out.")
    click.echo(
        f"{count_of(found.new, 'new figure')}, {found.revised} revised and {found.confirmed} unchanged. "
        f"{count_of(found.left_out, 'figure')} of other measures and authorities were left out."
    )
    if extracted is None and (extract.figures["extracted"] == day.isoformat()).any():
        click.echo(f"The extract is recorded with today's date, {day}. If that is wrong, use --extracted.")
    if found.not_found:
        click.echo(f"Not in the extract: {', '.join(found.not_found)}.")
    if dry_run:
        click.echo("Nothing was written.")
    else:
        replace_file(root / "data" / "benchmarks.csv", csv_of(found.table))
        click.echo("data/benchmarks.csv")


@benchmark.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--dictionary",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The tool's data dictionary, which describes the measures: the columns Measure_short and Measure.",
)
@with_plain_errors
def match(file: Path, dictionary: Path | None) -> None:
    r"""Propose which measure of FILE each indicator is, by its wording and its values.

    FILE is as for benchmark import. Nothing is written: paste the correct rows into data/benchmark_measures.csv.
    Matching values prove nothing on their own: the comparator itself may be wrong.

    \b
    Examples:
      quarterly benchmark match extract.csv --dictionary dictionary.csv
    """
    from datetime import date

    import pandas as pd

    from quarterly.core.terms import count_of
    from quarterly.data.load import load_basket
    from quarterly.ingest.benchmarks import read_benchmarks
    from quarterly.ingest.official import measure_names
    from quarterly.measures.proposals import proposals

    basket = load_basket(project_root() / "data")
    figures = read_benchmarks(file, date.today()).figures  # noqa: DTZ011 - no day is kept
    found = proposals(basket, figures, measure_names(dictionary) if dictionary else {})
    columns = list(basket.benchmark_measures.columns)
    for (indicator_id, name), part in found.groupby(["indicator_id", "short_name"], sort=False):
        click.echo(f"\n{name}")
        for row in part.itertuples(index=False):
            evidence = [f"wording {row.alike:.0f}% alike"]
            evidence += [f"{row.comparators} of {count_of(row.of, 'comparator')} the same"] * (row.of > 0)
            evidence += [f"{row.own} of {count_of(row.own_of, 'figure')} at year ends the same"] * (row.own_of > 0)
            click.echo(f"  {row.words}\n    {'; '.join(evidence)}")
            proposal = {"indicator_id": indicator_id, "measure": row.measure, "label": row.words}
            line = pd.DataFrame([proposal], columns=columns).to_csv(index=False, header=False, lineterminator="\n")
            click.echo(f"    {line}", nl=False)
    without = len(basket.indicators) - len(basket.benchmark_measures) - found["indicator_id"].nunique()
    click.echo(f"\nProposals for {count_of(found['indicator_id'].nunique(), 'indicator')}, none for {without} others.")
    click.echo(f"Nothing was written. The columns of data/benchmark_measures.csv are {','.join(columns)}.")
