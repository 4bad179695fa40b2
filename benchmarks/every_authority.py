"""Make the annual report of every authority from one official file: its five area notebooks, side by side.

    uv run --extra official python benchmarks/every_authority.py FOLDER         # all 153, in about ten minutes
    uv run --extra official python benchmarks/every_authority.py FOLDER 20      # twenty of them

FOLDER has the table of the Local Authority Interactive Tool and the sheet of statistical neighbours.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import psutil
from official import FILES, TABLE

from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import NotebookFailed
from quarterly.editions.fork_server import start_fork_server
from quarterly.editions.runner import prepare
from quarterly.editions.workers import Task, run_here
from quarterly.ingest.benchmarks import read_benchmarks
from quarterly.ingest.official_basket import Measures, find_measures, official_basket, read_neighbours
from quarterly.project.starter import Names, start_basket

NEIGHBOURS = "sn_may_2025.xlsx"
MEGABYTE = 2**20
#: How many times memory is sampled during a run.
_LOOKS = 10


def start(folder: Path, measures: Measures, groups: dict[str, list[str]], council: str) -> list[Task]:
    """Make the basket of an authority; return the notebooks of its areas to execute."""
    tables = official_basket(measures, council, groups, NEIGHBOURS)
    root = folder / council.replace(" ", "-").lower()
    start_basket(root, tables, Names(council, council, "", ""))
    quarter, areas = Quarter.parse(max(tables["observations"]["quarter"])), set(tables["areas"]["area_id"])
    jobs = [job for job in prepare(root, quarter) if Path(job.product.name).stem in areas]
    return [Task(f"{root.name}/{job.product.name}", job.notebook, job.parameters, root) for job in jobs]


def used() -> tuple[float, float]:
    """Return the memory in MB of this process and its children, and the children's processor seconds."""
    here = psutil.Process()
    megabytes, seconds = 0.0, 0.0
    for process in [here, *here.children(recursive=True)]:
        try:
            megabytes += process.memory_full_info().pss / MEGABYTE
            times = process.cpu_times()
            seconds += times.user + times.system
            # A kernel that has ended is counted by the fork server, which waited for it.
            if process.pid == start_fork_server().pid:
                seconds += times.children_user + times.children_system
        except psutil.NoSuchProcess:
            continue
    return megabytes, seconds


def measured(tasks: list[Task]) -> Iterator[tuple[int, float, float, float]]:
    """Execute notebooks; after every tenth of them yield how many, the elapsed seconds, and the resources used."""
    begun, step = time.perf_counter(), max(1, len(tasks) // _LOOKS)
    for number, (_, outcome) in enumerate(run_here(Path.cwd(), tasks), start=1):
        if isinstance(outcome, NotebookFailed):
            sys.exit(str(outcome))
        if number % step == 0:
            yield number, time.perf_counter() - begun, *used()


def main(files: Path, most: int | None) -> None:
    """Print the timings."""
    begun = time.perf_counter()
    measures = find_measures(read_benchmarks(files / TABLE, date(2026, 4, 8)), "csc-dashboard")
    groups = read_neighbours(files / NEIGHBOURS)
    read = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as scratch:
        begun = time.perf_counter()
        councils = measures.authorities[:most]
        tasks = [task for council in councils for task in start(Path(scratch), measures, groups, council)]
        made = time.perf_counter() - begun
        # The fork server opens the first basket once for all kernels, so that shared data is already loaded.
        os.chdir(tasks[0].root or scratch)
        rows = list(measured(tasks))
        os.chdir(files)
    each = made / len(councils)
    click.echo(f"The file was read in {read:.1f} s; {len(councils)} baskets were made in {each:.2f} s each.")
    click.echo("| Notebooks | Seconds | Seconds a notebook | Processor seconds a notebook | Memory, MB |")
    click.echo("|--:|--:|--:|--:|--:|")
    for number, seconds, megabytes, worked in rows:
        a_notebook = f"{seconds / number:.2f} | {worked / number:.2f}"
        click.echo(f"| {number} | {seconds:.0f} | {a_notebook} | {megabytes:.0f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FILES, int(sys.argv[2]) if len(sys.argv) > 2 else None)
