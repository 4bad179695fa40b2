"""The command that makes a new basket."""

from __future__ import annotations

import os
from pathlib import Path

import click

from quarterly.cli.shared import for_people


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--council", default="Our council", show_default=True, help="Who reports.")
@click.option("--title", default="Performance report", show_default=True, help="What the report is called.")
@for_people
def init(folder: Path, workbook: Path, council: str, title: str) -> None:
    r"""Make a new basket in FOLDER from an Excel WORKBOOK: another council, another service.

    The workbook has one row an indicator: a heading row with Indicator and a heading for each quarter, such as
    Q3 2023-24, and where there are any Unit, Polarity, Target and Area. Without a column for the area each sheet is
    one.

    The new folder has data, notebooks, settings and pages, and builds as it is. Its rule of rating is green on
    target and amber within 5% of it, until data/rules.csv says something else. If a cell cannot be read, nothing is
    written.

    \b
    Examples:
      quarterly init ../waste waste-indicators.xlsx --council "Our council" --title "Waste and recycling"
    """
    from quarterly.core.terms import count_of
    from quarterly.ingest.new_basket import read_wide
    from quarterly.project.starter import Names, start_basket

    tables = read_wide(workbook)
    credit = f"Figures from {workbook.name}."
    names = Names(council, title, f"How services of {council} are doing, quarter by quarter.", credit)
    for name in start_basket(folder, tables, names):
        click.echo(os.path.relpath(folder / name))
    made = f"{count_of(len(tables['indicators']), 'indicator')} in {count_of(len(tables['areas']), 'service area')}"
    click.echo(f"{made}. Change to {folder}, look through data/, then: quarterly build", err=True)
