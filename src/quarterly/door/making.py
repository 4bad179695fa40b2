"""The commands that make the report."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from quarterly.door.shared import AREAS, QUARTER, RENDERER, WORKERS, chosen_quarter, for_people, project_root

if TYPE_CHECKING:
    from pathlib import Path

    from quarterly.words.quarters import Quarter


@click.command()
@QUARTER
@RENDERER
@WORKERS
@for_people
def build(quarter: str | None, renderer: str, workers: int | None) -> None:
    r"""Make everything: notebooks, committee paper, workbook and website.

    The paper and the workbook go to downloads/QUARTER, and from there onto the website.

    \b
    Examples:
      quarterly build
      quarterly build 2023-24-Q2 --renderer embedded
    """
    from quarterly.publish.site import choose_renderer

    root = project_root()
    chosen = choose_renderer(renderer)
    wanted = chosen_quarter(root, quarter)
    _run(root, wanted, (), workers)
    _write_downloads(root, wanted)
    _render(root, chosen)


def _write_downloads(root: Path, quarter: Quarter) -> None:
    from quarterly.publish.paper import write_paper
    from quarterly.publish.workbook import write_workbook

    click.echo("Writing the committee paper and the workbook", err=True)
    for path in [*write_paper(root, quarter), *write_workbook(root, quarter)]:
        click.echo(os.path.relpath(path))


@click.command()
@QUARTER
@AREAS
@WORKERS
@for_people
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
    root = project_root()
    _run(root, chosen_quarter(root, quarter), areas, workers)


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


@click.command()
@RENDERER
@for_people
def render(renderer: str) -> None:
    """Make the website in _site/ from the editions as they stand.

    Runs no notebook: it publishes what is in reports/, with the commentary that was written there.
    """
    _render(project_root(), renderer)


def _render(root: Path, renderer: str) -> None:
    from quarterly.publish.site import choose_renderer, render_site

    click.echo(f"Rendering the site ({choose_renderer(renderer)})", err=True)
    click.echo(os.path.relpath(render_site(root, renderer)))


@click.command()
@RENDERER
@click.option(
    "--port", type=click.IntRange(1, 65535), default=4200, show_default=True, help="The port on this machine."
)
@for_people
def preview(renderer: str, port: int) -> None:
    """Show the website on this machine, and make it again whenever a page or an edition changes."""
    import subprocess

    from quarterly.publish.parts import write_parts
    from quarterly.publish.site import preview_command

    root = project_root()
    command = preview_command(root, renderer, port)
    write_parts(root)
    click.echo(f"The site is at http://127.0.0.1:{port}. Stop with Ctrl-C.", err=True)
    sys.exit(subprocess.run(command, check=False).returncode)
