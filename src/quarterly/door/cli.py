"""The `quarterly` command.

Commands import what they need when they run, so that `--help` and small commands start at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterly.words.errors import DataFaults, QuarterlyError, UsageError

if TYPE_CHECKING:
    from quarterly.words.quarters import Quarter

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_RENDERER = click.option(
    "--renderer",
    type=click.Choice(["auto", "quarto", "embedded"]),
    default="auto",
    show_default=True,
    help="What makes the pages: Quarto, the embedded renderer, or Quarto if it is there.",
)
_AREAS = click.option(
    "--area", "areas", metavar="ID", multiple=True, help="Only this service area. May be given more than once."
)
_WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    help="How many notebooks run at a time.  [default: the number of cores]",
)
_FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
_QUARTER = click.argument("quarter", required=False)


def _laid_out(command: Callable[..., None]) -> Callable[..., None]:
    r"""Let the mark ``\b`` of a raw docstring keep the lines under it apart: click knows it as one character."""
    command.__doc__ = (command.__doc__ or "").replace(r"\b", "\b")
    return command


@click.group(context_settings=CONTEXT)
@click.version_option(package_name="quarterly", prog_name="quarterly")
@_laid_out
def main() -> None:
    r"""Turn a quarter's figures into the performance report.

    \b
    A quarter is written as its reporting year and number: 2023-24-Q3 is October to December 2023.
    Where QUARTER is optional, the newest one in params/ is meant.

    \b
    The quarter's work, step by step:
      quarterly check           are the figures sound, and do they agree with what was published?
      quarterly run             work out the notebooks in reports/; the commentary in them is kept
      (write commentary in reports/<quarter>/<area>.ipynb, with: uv run jupyter lab)
      quarterly render          make the website in _site/
      quarterly build           all of it in one go, with the committee paper and the workbook
    """


def _for_people(command: Callable[..., None]) -> Callable[..., None]:
    """Show an error as what is wrong and what to do, without a traceback, with the exit status it stands for."""

    @_laid_out
    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DataFaults as error:
            _show_faults(error)
            sys.exit(1)
        except UsageError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
        except QuarterlyError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(1)

    return wrapped


def _show_faults(error: DataFaults) -> None:
    head = ["File", "Line", "Column", "Found", "What to do"]
    rows = [
        [fault.file, str(fault.row or ""), fault.column, fault.found or "nothing", fault.expected]
        for fault in error.faults
    ]
    number = len(rows)
    _table(f"{number} {'fault' if number == 1 else 'faults'}. Nothing was written.", head, rows, err=True)


def _table(title: str, head: list[str], rows: list[list[str]], *, err: bool = False) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    # Where the output is no terminal the table is as wide as it needs to be, so that nothing is broken or cut.
    console = Console(stderr=err, highlight=False)
    if not console.is_terminal:
        console = Console(stderr=err, highlight=False, width=10_000)
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console.print(table)


def _root() -> Path:
    from quarterly.figures.project import find_project

    return find_project(Path.cwd())


def _quarter(root: Path, text: str | None) -> Quarter:
    from quarterly.publish.params import newest_quarter
    from quarterly.words.quarters import Quarter

    return Quarter.parse(text) if text else newest_quarter(root)


@main.command()
@_QUARTER
@_RENDERER
@_WORKERS
@_for_people
def build(quarter: str | None, renderer: str, workers: int | None) -> None:
    r"""Make everything: notebooks, committee paper, workbook and website.

    The paper and the workbook go to downloads/QUARTER, and from there onto the website.

    \b
    Examples:
      quarterly build
      quarterly build 2023-24-Q2 --renderer embedded
    """
    from quarterly.publish.site import choose_renderer

    root = _root()
    chosen = choose_renderer(renderer)
    wanted = _quarter(root, quarter)
    _run(root, wanted, (), workers)
    _write_downloads(root, wanted)
    _render(root, chosen)


def _write_downloads(root: Path, quarter: Quarter) -> None:
    from quarterly.publish.paper import write_paper
    from quarterly.publish.workbook import write_workbook

    click.echo("Writing the committee paper and the workbook", err=True)
    for path in [*write_paper(root, quarter), *write_workbook(root, quarter)]:
        click.echo(os.path.relpath(path))


@main.command()
@_QUARTER
@_AREAS
@_WORKERS
@_for_people
def run(quarter: str | None, areas: tuple[str, ...], workers: int | None) -> None:
    r"""Work out the notebooks of a quarter into reports/QUARTER.

    Commentary, and any other cell that people added to the notebooks there, is kept. If one notebook fails, the
    edition stays as it was.

    \b
    Examples:
      quarterly run
      quarterly run 2023-24-Q1
      quarterly run --area workforce --area early-help
    """
    root = _root()
    _run(root, _quarter(root, quarter), areas, workers)


def _run(root: Path, quarter: Quarter, areas: tuple[str, ...], workers: int | None) -> None:
    from quarterly.publish.kernels import start_fork_server

    start_fork_server()
    from quarterly.publish.parts import write_parts
    from quarterly.publish.runner import prepare, run_jobs
    from quarterly.words.terms import count_of

    jobs = prepare(root, quarter, list(areas))
    click.echo(f"Running {quarter}: {count_of(len(jobs), 'notebook')}", err=True)
    with click.progressbar(
        length=len(jobs), file=sys.stderr, show_pos=True, item_show_func=lambda name: name or ""
    ) as bar:
        run_jobs(root, quarter, jobs, workers, lambda name: bar.update(1, name))
    write_parts(root)
    for job in jobs:
        click.echo(os.path.relpath(job.target))


@main.command()
@_RENDERER
@_for_people
def render(renderer: str) -> None:
    """Make the website in _site/ from the editions as they stand.

    Runs no notebook: it publishes what is in reports/, with the commentary that was written there.
    """
    _render(_root(), renderer)


def _render(root: Path, renderer: str) -> None:
    from quarterly.publish.site import choose_renderer, render_site

    click.echo(f"Rendering the site ({choose_renderer(renderer)})", err=True)
    click.echo(os.path.relpath(render_site(root, renderer)))


@main.command()
@click.argument("quarter")
@_AREAS
@_FORMAT
@_for_people
def scorecard(quarter: str, areas: tuple[str, ...], form: str) -> None:
    r"""Print the scorecard of a quarter: one row per indicator, for people or for other programs.

    A missing value is blank, with the reason in the column note.

    \b
    Examples:
      quarterly scorecard 2023-24-Q3 --area workforce
      quarterly scorecard 2023-24-Q3 --format csv > scorecard.csv
    """
    from quarterly.figures.sources import load_basket
    from quarterly.judgement.scorecard import build_scorecard
    from quarterly.words.quarters import Quarter

    basket = load_basket(_root() / "data")
    for area in areas:
        basket.require_area(area)
    export = build_scorecard(basket, Quarter.parse(quarter)).export()
    export = export[export["area"].isin(areas)] if areas else export
    if form == "csv":
        click.echo(export.to_csv(index=False, lineterminator="\n"), nl=False)
    elif form == "json":
        click.echo(export.to_json(orient="records", indent=2, force_ascii=False))
    else:
        shown = export.drop(columns=["area", "indicator_id", "note"]).astype(object).where(export.notna(), "")
        rows = [
            [f"{cell:,}" if isinstance(cell, int | float) else str(cell) for cell in row]
            for row in shown.to_numpy().tolist()
        ]
        _table(f"Scorecard {quarter}", list(shown.columns), rows)


@main.command()
@click.argument("before", metavar="QUARTER_BEFORE")
@click.argument("after", metavar="QUARTER_AFTER")
@_AREAS
@_FORMAT
@_for_people
def compare(before: str, after: str, areas: tuple[str, ...], form: str) -> None:
    r"""Say what changed from one quarter to another.

    Lists the ratings that changed, the figures that moved most, what is new or withdrawn, and what could be rated in
    only one of the two quarters. A change is measured against the target, or against the figure of the earlier
    quarter where there is no target to measure it by. The quarters may be given in either order: a change always
    goes from the first to the second, so turning them round turns every sign.

    With --format csv or json there is one row per indicator, with the columns of both quarters.

    \b
    Examples:
      quarterly compare 2023-24-Q2 2023-24-Q3
      quarterly compare 2022-23-Q4 2023-24-Q3 --area workforce
      quarterly compare 2023-24-Q2 2023-24-Q3 --format csv > changes.csv
    """
    from quarterly.display.comparison import comparison_lead, comparison_rows
    from quarterly.figures.sources import load_basket
    from quarterly.judgement.compare import compare as compare_scorecards
    from quarterly.judgement.scorecard import build_scorecard
    from quarterly.publish.workbook.opendata import changes_table, csv_text
    from quarterly.words.quarters import Quarter

    basket = load_basket(_root() / "data")
    for area in areas:
        basket.require_area(area)
    first, second = Quarter.parse(before), Quarter.parse(after)
    changes = compare_scorecards(build_scorecard(basket, first), build_scorecard(basket, second))
    changes = changes[changes["area_id"].isin(areas)] if areas else changes
    if form == "csv":
        click.echo(csv_text(changes_table(changes, first, second)), nl=False)
    elif form == "json":
        click.echo(changes_table(changes, first, second).to_json(orient="records", indent=2, force_ascii=False))
    else:
        click.echo(comparison_lead(changes, first, second) + "\n")
        for part in comparison_rows(changes, first, second):
            if part.rows:
                _table(part.title, part.head, part.rows)
            else:
                click.echo(part.nothing + "\n")


@main.command()
@_QUARTER
@_for_people
def check(quarter: str | None) -> None:
    """Check the figures, and compare every rating with the published one.

    Exit status 1 means that the data has faults. A disagreement with a published rating is not a fault: it is
    listed with its reason, and shown in the report.
    """
    from quarterly.figures.sources import load_basket
    from quarterly.judgement.reconcile import AGREES, DISAGREES, NOT_COMPARED, children_behind_rates, reconcile
    from quarterly.judgement.scorecard import build_scorecard
    from quarterly.publish.paper.standing import load_standing
    from quarterly.publish.runner import prepare

    root = _root()
    basket = load_basket(root / "data")
    chosen = _quarter(root, quarter)
    prepare(root, chosen)
    load_standing(root)
    scorecard = build_scorecard(basket, chosen)
    click.echo(f"The data is sound: {len(basket.indicators)} indicators, {len(basket.observations)} observations.")
    found = reconcile(scorecard)
    counts = {outcome: int((found["outcome"] == outcome).sum()) for outcome in (AGREES, DISAGREES, NOT_COMPARED)}
    click.echo(
        f"{chosen}: {counts[AGREES]} of {len(found)} judgements agree with the published ones, "
        f"{counts[DISAGREES]} disagree and {counts[NOT_COMPARED]} cannot be compared."
    )
    different = found[found["outcome"] == DISAGREES]
    if len(different):
        head = ["Indicator", "Judgement", "By rule", "Published", "Reason"]
        _table(
            "Judgements that disagree",
            head,
            different[["name", "judgement", "by_rule", "published", "reason"]].to_numpy().tolist(),
        )
    rates = children_behind_rates(basket.as_known_at(chosen)).dropna(subset=["population"])
    broken = rates[rates["children"].isna()]
    click.echo(
        f"{len(rates) - len(broken)} of {len(rates)} rates with a known population give a whole number of children."
    )
    for row in broken.itertuples(index=False):
        click.echo(
            f"  {row.indicator_id} {row.quarter}: no whole number of children gives {row.value} "
            f"with a population of {row.population:.0f}."
        )


@main.command()
@_RENDERER
@click.option(
    "--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="The port on this machine."
)
@_for_people
def preview(renderer: str, port: int) -> None:
    """Show the website on this machine, and make it again whenever a page or an edition changes."""
    import subprocess

    from quarterly.publish.parts import write_parts
    from quarterly.publish.site import preview_command

    root = _root()
    command = preview_command(root, renderer, port)
    write_parts(root)
    click.echo(f"The site is at http://127.0.0.1:{port}. Stop with Ctrl-C.", err=True)
    sys.exit(subprocess.run(command, check=False).returncode)
