"""The commands that make figures from records (the extra ``records``)."""

from __future__ import annotations

import csv
import sys
from datetime import date
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from quarterly.cli.importing import DATE
from quarterly.cli.reading import split_at_commas
from quarterly.cli.shared import ACCEPT, DAY, DRY_RUN, print_table, project_root, with_plain_errors

if TYPE_CHECKING:
    from quarterly.core.quarters import Quarter


@click.group()
def records() -> None:
    """Compute figures from the case system's records, by stated definitions.

    Nothing about a child is kept or shown: only figures, and counts of records that were left out.
    """
    if find_spec("ibis") is None:
        raise click.ClickException(
            "figures from records need Ibis. Run it as: uv run --extra records quarterly records"
        )


@records.command("import")
@click.argument("source", metavar="FOLDER_FILE_OR_DATABASE")
@click.option("--quarter", required=True, metavar="QUARTER", help="The quarter to import, such as 2023-24-Q4.")
@click.option(
    "--back",
    type=click.IntRange(1, 80),
    default=1,
    show_default=True,
    metavar="N",
    help="How many quarters to compute, ending with it.",
)
@click.option("--as-at", type=DAY, default=None, help="Use the records as they were known on this day.")
@click.option(
    "--whole-from", type=DAY, default=None, help="The day from which the records are complete.  [default: their first]"
)
@DRY_RUN
@ACCEPT
@click.option(
    "--every", is_flag=True, help="List every new figure.  [default: the first and the last of each indicator]"
)
@DATE
@with_plain_errors
def import_(
    source: str,
    *,
    quarter: str,
    back: int,
    as_at: date | None,
    whole_from: date | None,
    dry_run: bool,
    accept: tuple[str, ...],
    every: bool,
    day: date,
) -> None:
    r"""Compute a quarter's figures from records, and bring them in.

    The records are a folder of the Standard Safeguarding Dataset's tables, an Annex A workbook, the files of a
    statutory return, or a database. A database is given by its address, without a password: that comes from
    QUARTERLY_DATABASE_PASSWORD or PGPASSWORD.

    params/records/words.csv gives the meaning of local words, and params/records/parameters.yml the rules that differ.

    \b
    Examples:
      quarterly records import ssd --quarter 2024-25-Q4 --dry-run
      quarterly records import ssd --quarter 2024-25-Q4 --back 24
      quarterly records import postgresql://reader@warehouse/ssd --quarter 2024-25-Q4 --as-at 2025-04-14
    """
    from quarterly.cli.import_tables import carry_out, show_plan
    from quarterly.core.quarters import Quarter
    from quarterly.data.load import load_basket
    from quarterly.ingest.options import Options
    from quarterly.ingest.plan import Origin, make_plan
    from quarterly.records.intake import extract_of
    from quarterly.records.settings import read_measures, read_words
    from quarterly.records.source import digest_of, open_source

    asked, root = Quarter.parse(quarter), project_root()
    _require_over(asked, as_at, day)
    basket = load_basket(root / "data")
    words, known = read_words(root), read_measures(root)
    opened = open_source(source)
    days = {"as_at": as_at, "whole_from": whole_from, "today": day}
    extract = extract_of(opened, basket, asked, known, words, back=back, **days)
    plan = make_plan(extract, basket, asked, split_at_commas(accept))
    show_plan(plan, basket, every=every)
    origin = Origin(opened.name, opened.sha256 or digest_of(extract.figures), day)
    carry_out(root, plan, origin, Options(), dry_run=dry_run)


def _require_over(asked: Quarter, as_at: date | None, today: date) -> None:
    """Refuse a quarter that is not over, or a day in the future."""
    if as_at and as_at > today:
        raise click.UsageError(f"--as-at {as_at} is in the future: give the day on which the records were read.")
    if (as_at or today) < asked.ends:
        raise click.UsageError(f"{asked} is not over on {as_at or today}: it ends on {asked.ends}.")


@records.command()
@click.argument("indicator_id", metavar="ID")
@click.option("--quarter", required=True, metavar="QUARTER", help="The quarter to query, such as 2023-24-Q4.")
@click.option(
    "--dialect", default="duckdb", show_default=True, help="The SQL dialect: mssql, oracle, postgres or others."
)
@with_plain_errors
def sql(indicator_id: str, *, quarter: str, dialect: str) -> None:
    r"""Print the query behind an indicator, for the people who run the database.

    It reads the tables of the Standard Safeguarding Dataset and quarterly_calendar, with a row for each day, which
    'quarterly records calendar' writes.

    \b
    Examples:
      quarterly records sql single-assessments-45-days --quarter 2024-25-Q4
      quarterly records sql children-in-care-rate --quarter 2024-25-Q4 --dialect mssql
    """
    from quarterly.core.quarters import Quarter
    from quarterly.records.settings import read_measures, read_words
    from quarterly.records.sql import DIALECTS, sql_of
    from quarterly.records.tables import Records

    root = project_root()
    measures = read_measures(root)
    if indicator_id not in measures:
        raise click.UsageError(f"{indicator_id} has no definition. Choose one of: {', '.join(measures)}.")
    if dialect not in DIALECTS:
        raise click.UsageError(f"{dialect} is not a known dialect. Choose one of: {', '.join(DIALECTS)}.")
    click.echo(sql_of(measures[indicator_id], Records(read_words(root)), [Quarter.parse(quarter)], dialect))


@records.command()
@with_plain_errors
def calendar() -> None:
    """Write the calendar of working days as CSV: the table quarterly_calendar."""
    from quarterly.records.calendar import calendar as days

    frame = days()
    csv.writer(sys.stdout, lineterminator="\n").writerows([list(frame.columns), *frame.to_numpy().tolist()])


@records.command()
@with_plain_errors
def definitions() -> None:
    """List the indicators that can be computed from records, and what each counts."""
    from quarterly.data.load import load_basket
    from quarterly.records.define import PER
    from quarterly.records.settings import read_measures

    root = project_root()
    indicators = load_basket(root / "data").indicators.set_index("indicator_id")
    bases = indicators.loc[indicators["per"] != "", "per"]
    rows = [[name, measure.words(bases.get(name, PER))] for name, measure in read_measures(root).items()]
    print_table("Definitions", ["Indicator", "What it counts"], rows)
