"""The commands that make a new basket and set up the next quarter."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.reading import options_of, reading_options, show_reading, split_at_commas
from quarterly.cli.shared import ACCEPT, QUARTER, print_paths, print_table, project_root, with_plain_errors

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from quarterly.ingest.new_basket import NewBasket
    from quarterly.project.starter import Names

_TITLE = "Performance report"
_NO_WORKBOOK = """name the workbook or CSV file in which your indicators are. Without one, begin with this CSV file:

Area,Indicator,Unit,Polarity,Target,Q1 2024-25
Early help,Visits in time,%,higher,90,85"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("workbook", type=click.Path(path_type=Path), required=False, metavar="WORKBOOK")
@click.option("--council", default="Our council", show_default=True, help="The name of the council.")
@click.option("--title", default=_TITLE, show_default=True, help="The title of the report.")
@click.option(
    "--basket",
    default=None,
    metavar="NAME",
    help="Make a basket of official measures, such as csc-dashboard: WORKBOOK is an official file, and --council the "
    "authority as the file writes it.",
)
@click.option(
    "--neighbours",
    default=None,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The official sheet of statistical neighbours, for a basket of official measures.",
)
@click.option("--quarter", default=None, metavar="QUARTER", help="The newest quarter, if the headings have no year.")
@click.option("--dry-run", is_flag=True, help="Show what would be read, and write nothing.")
@ACCEPT
@reading_options
@with_plain_errors
def init(
    folder: Path,
    workbook: Path | None,
    *,
    council: str,
    title: str,
    basket: str | None,
    neighbours: Path | None,
    quarter: str | None,
    dry_run: bool,
    accept: tuple[str, ...],
    **reading: object,
) -> None:
    r"""Make a new basket in FOLDER from a first extract, for another council or another service.

    The WORKBOOK, or CSV file, is read in the same way as an import. It has a heading row with Indicator and a heading
    for each quarter, such as Q3 2023-24, or one figure a row; Unit, Polarity, Target and Area are optional. Without an
    area, each sheet is one.

    The new folder has data, notebooks, settings and pages, and builds as it is. Its rule of rating is green on target
    and amber within 5% of it, until data/rules.csv says otherwise. If a cell cannot be read, nothing is written.

    With --basket csc-dashboard the WORKBOOK is the table of the Local Authority Interactive Tool, in any form that
    benchmark import reads. The basket has those measures of the Department for Education's children's social care
    dashboard that are in the file, by year: a report on any authority, without figures of its own.

    \b
    Examples:
      quarterly init ../waste waste-indicators.xlsx --dry-run
      quarterly init ../waste waste-indicators.xlsx --council "Our council" --title "Waste and recycling"
      quarterly init ../kent bds_long_0.parquet --basket csc-dashboard --council Kent --neighbours sn_may_2025.xlsx
    """
    from quarterly.core.import_errors import ExtractUnreadable
    from quarterly.core.quarters import Quarter
    from quarterly.ingest.new_basket import read_first
    from quarterly.ingest.plan import require_accepted
    from quarterly.ingest.source import open_source
    from quarterly.project.starter import Names

    if workbook is None:
        raise ExtractUnreadable("No WORKBOOK", _NO_WORKBOOK)
    day = datetime.now(UTC).astimezone().date()
    if basket:
        tables = _official(workbook, basket, council, neighbours, day)
        council = tables["benchmark_authorities"]["authority"].iloc[0]
        about = f"Children's social care in {council}" if title == _TITLE else title
        words = "Official figures by year, compared with those of other authorities"
        _start(folder, tables, Names(council, about, words, tables["benchmarks"]["source"].iloc[0]), dry_run=dry_run)
        return
    chosen = Quarter.parse(quarter) if quarter else None
    made = read_first(
        open_source(str(workbook)), chosen, options_of(reading, council=council), split_at_commas(accept), day
    )
    if dry_run:
        show_reading(made.extract)
        head = ["Id", "Area", "Name", "Unit", "Polarity", str(made.quarter), "Target", "Rating", "Published"]
        print_table("Indicators, rated by 5% of the target", head, _preview(made))
    for remark in made.extract.remarks:
        click.echo(remark)
    rows = [
        [f"{row.indicator_id}:{row.doubt}".removeprefix(":"), row.why, row.place]
        for row in made.doubts.itertuples()
        if not row.accepted
    ]
    if rows:
        print_table("To look at", ["Accept as", "Why", "Where"], rows)
    if not dry_run:
        require_accepted(made.doubts)
    words = made.quarter.worded(f"How the services of {council} are doing, quarter by quarter.")
    _start(folder, made.tables, Names(council, title, words, f"Figures of {council}."), dry_run=dry_run)


def _start(folder: Path, tables: dict[str, pd.DataFrame], names: Names, *, dry_run: bool) -> None:
    from quarterly.core.terms import count_of
    from quarterly.project.starter import start_basket

    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
        return
    print_paths(folder / name for name in start_basket(folder, tables, names))
    indicators, areas = count_of(len(tables["indicators"]), "indicator"), count_of(len(tables["areas"]), "service area")
    click.echo(f"{indicators} in {areas}. Change to {folder}, look through data/, then: quarterly build", err=True)


def _official(file: Path, basket: str, council: str, neighbours: Path | None, day: date) -> dict[str, pd.DataFrame]:
    """Return the tables of a basket of official measures, and report what was not found or used."""
    from quarterly.ingest.benchmarks import TOOL, read_benchmarks
    from quarterly.ingest.official_basket import find_measures, official_basket, official_baskets, read_neighbours

    if basket not in official_baskets():
        raise click.BadParameter(f"choose one of: {', '.join(official_baskets())}", param_hint="--basket")
    groups = read_neighbours(neighbours) if neighbours else {}
    measures = find_measures(read_benchmarks(file, day, f"Department for Education, {TOOL}"), basket)
    source = f"Department for Education, {neighbours.name}" if neighbours else ""
    tables = official_basket(measures, council, groups, source)
    for line in measures.messages:
        click.echo(line)
    authority = tables["benchmark_authorities"]["authority"].iloc[0]
    members = set(tables["comparator_members"]["authority"])
    if lost := [name for name in groups.get(authority, []) if name not in members]:
        click.echo(f"Without figures in the newest year, and not among the statistical neighbours: {'; '.join(lost)}.")
    if not members:
        no_group = f"{neighbours.name} lists none for {authority}" if neighbours else ""
        click.echo(f"No statistical neighbours: {no_group or 'give the official sheet with --neighbours'}.")
    return tables


def _preview(made: NewBasket) -> list[list[str]]:
    """Return a row for each indicator, with its newest figure, its target and its ratings as they would be shown."""
    from quarterly.core.written import figure_cell, published_cells, rating_cell, target_cell, unit_words
    from quarterly.measures.scorecard import build_scorecard

    found = []
    for indicator_id, row in build_scorecard(made.basket, made.quarter).rows.iterrows():
        figure, published = figure_cell(row, row["value"], row["missing"]), published_cells(row)[0]
        about = [str(indicator_id), row["area_id"], row["name"], unit_words(row), row["polarity"] or "none"]
        found.append([*about, *(cell.text for cell in (figure, target_cell(row), rating_cell(row), published))])
    return found


@click.command()
@QUARTER
@click.option("--dry-run", is_flag=True, help="Show what would be set up and what is missing, and write nothing.")
@with_plain_errors
def new(quarter: str | None, *, dry_run: bool) -> None:
    r"""Set up the next quarter, and list what it still needs.

    Makes params/QUARTER.yml from the previous quarter's, and extends targets within the reporting year: a new year has
    its own targets. Commentary is never carried over: last quarter's can be read in its notebooks. For a quarter that
    is already set up, the command only lists what is still missing.

    \b
    Examples:
      quarterly new
      quarterly new 2023-24-Q4
    """
    from quarterly.core.quarters import Quarter
    from quarterly.project.next_quarter import next_to_set_up, roll_forward, still_missing

    root = project_root()
    chosen = Quarter.parse(quarter) if quarter else next_to_set_up(root)
    changed = roll_forward(root, chosen, dry_run=dry_run)
    done = "would be written" if dry_run else "written"
    for path in changed:
        click.echo(f"{os.path.relpath(path)} {done}")
    if not changed:
        click.echo(f"{chosen} is already set up: params/{chosen}.yml exists.")
    missing = still_missing(root, chosen)
    if missing:
        rows = [[row.what, row.state, row.to_do] for row in missing]
        print_table(f"Still missing for {chosen}", ["What", "State", "What to do"], rows)
