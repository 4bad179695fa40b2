"""The commands that make the report. Each is rebuilt only when its inputs change."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quarterly.cli.shared import (
    AREAS,
    EXPLAIN,
    FORCE,
    QUARTER,
    RENDERER,
    SCHEDULER,
    WORKERS,
    chosen_quarter,
    counted,
    print_findings,
    print_paths,
    project_root,
    with_plain_errors,
)
from quarterly.editions.limits import AT_A_TIME

if TYPE_CHECKING:
    from quarterly.core.quarters import Quarter
    from quarterly.display.chart_server import ChartServer
    from quarterly.storage.state import Product


@dataclass(frozen=True)
class MakeOptions:
    """The options that say how things are to be made, and what draws their charts."""

    charts: ChartServer
    force: bool  # make everything again, even if nothing has changed
    explain: bool  # say why each thing is made or not
    workers: int = AT_A_TIME  # how many notebooks run at a time
    scheduler: str | None = None  # the address of a Dask cluster

    def print_reason(self, name: str, reason: str) -> None:
        """Explain why a product is made or not."""
        if self.explain:
            why = f"made, because {reason}" if reason else "made, because of --force" if self.force else "up to date"
            click.echo(f"  {name}: {why}", err=True)


@contextmanager
def _making(root: Path, *, force: bool, **others: Any) -> Iterator[MakeOptions]:
    """Be the only command that makes anything in the project; the options are those of `MakeOptions`."""
    from quarterly.display.chart_server import ChartServer
    from quarterly.storage.lock import project_lock, scratch
    from quarterly.storage.reuse import reuse_in

    with project_lock(root), reuse_in(root, anew=force), scratch(root) as folder, ChartServer(Path(folder)) as charts:
        yield MakeOptions(charts, force, **others)


@click.command()
@QUARTER
@RENDERER
@WORKERS
@SCHEDULER
@FORCE
@EXPLAIN
@with_plain_errors
def build(quarter: str | None, renderer: str, **making: Any) -> None:
    r"""Make everything: notebooks, committee paper, workbook and website.

    The paper and the workbook go to downloads/QUARTER, and from there onto the website. Anything whose inputs have not
    changed is left alone.

    \b
    Examples:
      quarterly build
      quarterly build --explain
      quarterly build 2023-24-Q2 --renderer embedded
    """
    from quarterly.outputs.website.renderer import choose_renderer

    root = project_root()
    chosen = choose_renderer(renderer)
    wanted = chosen_quarter(root, quarter)
    with _making(root, **making) as options:
        _run(root, wanted, (), options)
        made = _write_downloads(root, wanted, options)
        _write_parts(root, options)
        made |= _render(root, chosen, options)
        if made:
            _say_what_next(root, wanted)


def _say_what_next(root: Path, quarter: Quarter) -> None:
    from quarterly.commentary.checks import check_edition
    from quarterly.commentary.finding import Level

    findings = check_edition(root, quarter)
    click.echo(f"\nOpen {os.path.relpath(root / '_site' / 'index.html')} in a browser.", err=True)
    if any(one.level is not Level.ACCEPTED for one in findings):
        lead = f"The commentary of {quarter} has {counted(findings)}"
        click.echo(f"{lead}. See them with: quarterly check {quarter}", err=True)


def _write_downloads(root: Path, quarter: Quarter, options: MakeOptions) -> bool:
    from quarterly.project import products

    def paper() -> list[Path]:
        from quarterly.outputs.paper import write_paper

        return write_paper(root, quarter)

    def workbook() -> list[Path]:
        from quarterly.outputs.workbook import write_workbook

        return write_workbook(root, quarter)

    made = _make(root, products.paper(root, quarter), paper, options, "Writing the committee paper")
    return _make(root, products.workbook(root, quarter), workbook, options, "Writing the workbook") or made


def _make(root: Path, product: Product, maker: Callable[[], Iterable[Path]], options: MakeOptions, doing: str) -> bool:
    """Make a product if its inputs changed, record those inputs, and return whether it was made."""
    from quarterly.storage.state import rebuild_reason, remember

    reason = rebuild_reason(root, product)
    options.print_reason(product.name, reason)
    if reason or options.force:
        from quarterly.commentary.disclosure_check import require_nothing_given_away

        # The site has the files of all quarters, and those of this one are about to be made.
        require_nothing_given_away(root, downloads=product.name == "_site")
        click.echo(doing, err=True)
        made = list(maker())
        remember(root, product)
        print_paths(made)
        return True
    click.echo(f"{product.name} is up to date", err=True)
    return False


@click.command()
@QUARTER
@AREAS
@WORKERS
@SCHEDULER
@FORCE
@EXPLAIN
@with_plain_errors
def run(quarter: str | None, areas: tuple[str, ...], **making: Any) -> None:
    r"""Execute the notebooks of a quarter into reports/QUARTER.

    Commentary, and any other cell that people added to the notebooks there, is kept. If one notebook fails, the edition
    stays as it was. A notebook is executed if something that it depends on has changed: its template, its parameters,
    the rows of data that it reads, or the software.

    \b
    Examples:
      quarterly run
      quarterly run 2023-24-Q1
      quarterly run --area workforce --area early-help
      quarterly run --scheduler tcp://10.0.0.1:8786
    """
    root = project_root()
    with _making(root, **making) as options:
        _run(root, chosen_quarter(root, quarter), areas, options)
        _write_parts(root, options)


def _run(root: Path, quarter: Quarter, areas: tuple[str, ...], options: MakeOptions) -> None:
    from quarterly.core.terms import count_of
    from quarterly.project import products
    from quarterly.storage.state import rebuild_reason

    known = products.notebooks(root, quarter, areas)
    if not options.force and not any(rebuild_reason(root, product) for product in known):
        for product in known:
            options.print_reason(product.name, "")
        click.echo(f"{quarter}: {count_of(len(known), 'notebook is', 'notebooks are')} up to date", err=True)
    else:
        _execute(root, quarter, areas, len(known), options)


def _execute(root: Path, quarter: Quarter, areas: tuple[str, ...], most: int, options: MakeOptions) -> None:
    if not options.scheduler:
        from quarterly.editions.fork_server import can_fork, start_fork_server

        # Both start while the modules below are imported.
        if can_fork():
            start_fork_server()
        options.charts.start(min(options.workers, most))
    from quarterly.core.terms import count_of
    from quarterly.disclosure import open_basket
    from quarterly.editions.published import changes_to_published
    from quarterly.editions.runner import prepare, run_jobs

    jobs = prepare(root, quarter, list(areas))
    due = [job for job in jobs if options.force or job.kept is None]
    for job in jobs:
        options.print_reason(job.product.name, job.reason)
    rest = f" of {len(jobs)}, the others are up to date" if len(due) < len(jobs) else ""
    click.echo(f"Running {quarter}: {count_of(len(due), 'notebook')}{rest}", err=True)
    changed = list(changes_to_published(root, quarter, open_basket(root), areas))
    options.charts.wait()
    with click.progressbar(
        length=len(due), file=sys.stderr, show_pos=True, item_show_func=lambda name: name or "", hidden=not due
    ) as bar:

        def progress(name: str) -> None:
            bar.update(1, name)

        run_jobs(root, quarter, jobs, options.workers, progress, scheduler=options.scheduler, force=options.force)
    for job in jobs:
        click.echo(os.path.relpath(job.target))
        for moved in job.moved:
            click.echo(f"  {moved}", err=True)
    if changed:
        click.echo("\nThis run changed what was published:", err=True)
        for change in changed:
            click.echo(f"  {change}", err=True)


def _write_parts(root: Path, options: MakeOptions) -> None:
    from quarterly.project import products
    from quarterly.storage.state import rebuild_reason, remember

    product = products.parts(root)
    if options.force or rebuild_reason(root, product):
        options.charts.start()
        from quarterly.outputs.website.includes import write_parts

        options.charts.wait()
        write_parts(root)
        remember(root, product)


@click.command()
@RENDERER
@FORCE
@EXPLAIN
@with_plain_errors
def render(renderer: str, **making: Any) -> None:
    """Make the website in _site/ from the existing editions.

    Runs no notebook: it publishes what is in reports/, with the commentary written there.
    """
    from quarterly.outputs.website.renderer import choose_renderer

    root = project_root()
    chosen = choose_renderer(renderer)
    with _making(root, **making) as options:
        _write_parts(root, options)
        _render(root, chosen, options)


def _render(root: Path, renderer: str, options: MakeOptions) -> bool:
    from quarterly.project import products

    site = products.site(root, renderer)
    return _make(root, site, lambda: _site(root, renderer), options, f"Rendering the site ({renderer})")


def _site(root: Path, renderer: str) -> list[Path]:
    """Render the site, and report which of people's words it or another output leaves out."""
    from quarterly.commentary.unpublished import everything_left_out
    from quarterly.outputs.website.render import render_site

    made = [render_site(root, renderer)]
    # Without the words: unpublished text may not be fit for a public log.
    if found := [replace(each, quote="") for each in everything_left_out(root)]:
        print_findings("These words are not in every output:", found, err=True)
    return made


@click.command()
@RENDERER
@click.option(
    "--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="The port on this machine."
)
@with_plain_errors
def preview(renderer: str, port: int) -> None:
    """Show the website on this machine, and update it whenever a page or an edition changes."""
    from quarterly.outputs.website.includes import write_parts
    from quarterly.outputs.website.render import preview_command, require_readable
    from quarterly.storage.lock import project_lock

    root = project_root()
    require_readable(root)
    command = preview_command(root, renderer, port)
    with project_lock(root):
        write_parts(root)
    click.echo(f"The site is at http://127.0.0.1:{port}. Stop with Ctrl-C.", err=True)
    sys.exit(subprocess.run(command, check=False).returncode)
