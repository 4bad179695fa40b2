"""The command that makes a new basket."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.reading import options_of, parted, reading_options, show_reading
from quarterly.cli.shared import for_people, print_table

if TYPE_CHECKING:
    from quarterly.ingest.new_basket import NewBasket


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--council", default="Our council", show_default=True, help="Who reports.")
@click.option("--title", default="Performance report", show_default=True, help="What the report is called.")
@click.option("--quarter", default=None, metavar="QUARTER", help="The newest quarter, where the headings name no year.")
@click.option("--dry-run", is_flag=True, help="Show what would be read, and write nothing.")
@click.option("--accept", multiple=True, metavar="WHAT", help="Accept something under 'To look at', as for an import.")
@reading_options
@for_people
def init(
    folder: Path,
    workbook: Path,
    *,
    council: str,
    title: str,
    quarter: str | None,
    dry_run: bool,
    accept: tuple[str, ...],
    **said: object,
) -> None:
    r"""Make a new basket in FOLDER from a first extract: another council, another service.

    The WORKBOOK, or CSV file, is read as an import reads it: a heading row with Indicator and a heading for each
    quarter, such as Q3 2023-24, or one figure a row; and where there are any Unit, Polarity, Target and Area. Without
    an area each sheet is one.

    The new folder has data, notebooks, settings and pages, and builds as it is. Its rule of rating is green on
    target and amber within 5% of it, until data/rules.csv says something else. If a cell cannot be read, nothing is
    written.

    \b
    Examples:
      quarterly init ../waste waste-indicators.xlsx --dry-run
      quarterly init ../waste waste-indicators.xlsx --council "Our council" --title "Waste and recycling"
    """
    from quarterly.core.quarters import Quarter
    from quarterly.core.terms import count_of
    from quarterly.ingest.new_basket import read_first
    from quarterly.ingest.source import open_source
    from quarterly.project.starter import Names, start_basket

    day = datetime.now(UTC).astimezone().date()
    chosen = Quarter.parse(quarter) if quarter else None
    made = read_first(open_source(str(workbook)), chosen, options_of(said, council=council), parted(accept), day)
    if dry_run:
        show_reading(made.extract)
        head = ["Id", "Area", "Name", "Unit", "Polarity", str(made.asked), "Target", "Rating", "Published"]
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
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
        return
    made.require_accepted()
    about = f"How services of {council} are doing, quarter by quarter."
    names = Names(council, title, about, f"Figures of {council}.")
    for name in start_basket(folder, made.tables, names):
        click.echo(os.path.relpath(folder / name))
    number = f"{count_of(len(made.tables['indicators']), 'indicator')} in "
    number += count_of(len(made.tables["areas"]), "service area")
    click.echo(f"{number}. Change to {folder}, look through data/, then: quarterly build", err=True)


def _preview(made: NewBasket) -> list[list[str]]:
    """Write out each indicator with its newest figure, its target and its ratings, as they would be shown."""
    from quarterly.core.written import figure_cell, published_cells, rating_cell, target_cell, unit_words
    from quarterly.measures.scorecard import build_scorecard

    return [
        [
            str(indicator_id),
            row["area_id"],
            row["name"],
            unit_words(row),
            row["polarity"] or "none",
            figure_cell(row, row["value"], row["missing"]).text,
            target_cell(row).text,
            rating_cell(row).text,
            published_cells(row)[0].text,
        ]
        for indicator_id, row in build_scorecard(made.basket, made.asked).rows.iterrows()
    ]
