"""The command that imports an extract."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from quarterly.cli.reading import options_of, reading_options, show_reading, split_at_commas
from quarterly.cli.shared import DAY, DRY_RUN, project_root, with_plain_errors

DATE = click.option(
    "--date", "day", type=DAY, default=datetime.now, help="The date of the import, for the ledger.  [default: today]"
)


@click.command("import")
@click.argument("source", metavar="FILE_OR_DATABASE")
@click.option(
    "--quarter", required=True, metavar="QUARTER", help="The quarter, such as 2023-24-Q4, or the year to import."
)
@DRY_RUN
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
    day: date,
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
    from quarterly.cli.import_tables import carry_out, show_plan
    from quarterly.core.quarters import Quarter
    from quarterly.data.load import load_basket
    from quarterly.ingest.extract import read_extract
    from quarterly.ingest.options import with_remembered
    from quarterly.ingest.plan import Origin, make_plan
    from quarterly.ingest.source import open_source

    asked, accept, root = Quarter.parse(quarter), split_at_commas(accept), project_root()
    basket = load_basket(root / "data")
    options = options_of(reading, _matches(match, basket.indicators["indicator_id"].tolist()))
    opened = open_source(source, query)
    options = with_remembered(options, basket, opened.grids)
    extract = read_extract(opened.grids, basket, asked, options, opened.hidden)
    plan = make_plan(extract, basket, asked, accept, targets=targets)
    show_plan(plan, basket)
    if dry_run:
        show_reading(extract)
    carry_out(root, plan, Origin(opened.name, opened.sha256, day), options, dry_run=dry_run)


def _matches(match: tuple[str, ...], known: list[str]) -> dict[str, str]:
    from quarterly.core.import_errors import MalformedMatch

    found = {}
    for text in match:
        name, _, indicator_id = text.rpartition("=")
        if not name.strip() or indicator_id.strip() not in known:
            raise MalformedMatch(text)
        found[name.strip()] = indicator_id.strip()
    return found
