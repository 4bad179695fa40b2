"""The command that imports an extract."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.reading import options_of, reading_options, show_reading, split_at_commas
from quarterly.cli.shared import print_table, project_root, with_plain_errors

if TYPE_CHECKING:
    from quarterly.ingest.plan import Plan


DATE = click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="The date of the import, for the ledger.  [default: today]",
)


@click.command("import")
@click.argument("source", metavar="FILE_OR_DATABASE")
@click.option("--quarter", required=True, metavar="QUARTER", help="The quarter to import, such as 2023-24-Q4.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option(
    "--accept",
    multiple=True,
    metavar="WHAT",
    help="Accept something under 'To look at': all, implausible, a kind such as restated, the id of an indicator, or "
    "ID:KIND; several with commas between them.",
)
@click.option(
    "--match",
    multiple=True,
    metavar="NAME=ID",
    help="The indicator that a name in the extract means. It is saved in data/aliases.csv.",
)
@reading_options
@click.option("--targets/--no-targets", default=True, show_default=True, help="Whether to read targets too.")
@click.option(
    "--query", type=click.Path(path_type=Path), default=None, help="For a database: the file with the SQL to run."
)
@DATE
@with_plain_errors
def import_(
    source: str,
    *,
    quarter: str,
    dry_run: bool,
    accept: tuple[str, ...],
    match: tuple[str, ...],
    targets: bool,
    query: Path | None,
    day: datetime | None,
    **reading: object,
) -> None:
    r"""Bring in a quarter's figures, from a workbook, a CSV file or a database.

    Shows each figure that is new, restated, withdrawn or implausible. Nothing is written until every cell can be read
    and everything under 'To look at' is corrected in the extract or accepted; then everything is, with a line in
    data/imports.csv.

    A database is given by its address, without a password: that comes from QUARTERLY_DATABASE_PASSWORD or PGPASSWORD.

    \b
    Examples:
      quarterly import extract.xlsx --quarter 2023-24-Q4 --dry-run
      quarterly import extract.xlsx --quarter 2023-24-Q4 --accept restated --accept agency-workers
      quarterly import extract.csv --quarter 2023-24-Q4 --match "Agency staff=agency-workers"
      quarterly import postgresql://reader@warehouse/reports --query extract.sql --quarter 2023-24-Q4
    """
    from quarterly.core.quarters import Quarter
    from quarterly.data.load import load_basket
    from quarterly.ingest.extract import read_extract
    from quarterly.ingest.options import with_remembered
    from quarterly.ingest.plan import Origin, make_plan
    from quarterly.ingest.source import open_source
    from quarterly.ingest.write import write_import

    asked, accept = Quarter.parse(quarter), split_at_commas(accept)
    root = project_root()
    basket = load_basket(root / "data")
    options = options_of(reading, _matches(match, basket.indicators["indicator_id"].tolist()))
    opened = open_source(source, query)
    options = with_remembered(options, basket, opened.grids)
    extract = read_extract(opened.grids, basket, asked, options, opened.hidden)
    plan = make_plan(extract, basket, asked, accept, targets=targets)
    show_plan(plan, basket.indicators.set_index("indicator_id")["short_name"].to_dict())
    if dry_run:
        show_reading(extract)
        click.echo("Nothing was written: this was a dry run.")
        return
    today = day or datetime.now(UTC).astimezone()
    for path in write_import(root, plan, Origin(opened.name, opened.sha256, today.date()), options):
        click.echo(os.path.relpath(path))


def _matches(match: tuple[str, ...], known: list[str]) -> dict[str, str]:
    from quarterly.core.import_errors import MalformedMatch

    found = {}
    for text in match:
        name, _, indicator_id = text.rpartition("=")
        if not name.strip() or indicator_id.strip() not in known:
            raise MalformedMatch(text)
        found[name.strip()] = indicator_id.strip()
    return found


def show_plan(plan: Plan, names: dict[str, str], *, every: bool = True) -> None:
    """Print what an import would do, with a line for each new figure or for each indicator."""
    from quarterly.cli.import_tables import change_rows, doubt_rows, import_summary, rating_rows, target_rows

    click.echo(import_summary(plan))
    changes = ["Indicator", "Quarter", "Change", "Current", "Extract", "As written", "Where"]
    for title, head, rows in (
        *((title, changes, rows) for title, rows in change_rows(plan, names, every=every)),
        ("Targets", ["Indicator", "Current", "Extract", "From", "Where"], target_rows(plan, names)),
        ("Published ratings", ["Indicator", "Quarter", "RAG", "Direction", "Where"], rating_rows(plan, names)),
        ("To look at", ["Accept as", "Quarter", "Why", "Where", "Accepted"], doubt_rows(plan)),
    ):
        if rows:
            print_table(title, head, rows)
    for row in plan.comparators.itertuples(index=False):
        click.echo(
            f"Comparator not imported: {row.indicator_id}, {row.comparator}: the extract has {row.value:g}, "
            f"data/comparators.csv {'none' if row.held != row.held else f'{row.held:g}'}. Add it there with its period."
        )
    for remark in plan.remarks:
        click.echo(remark)
