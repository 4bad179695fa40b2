"""Run the editions of many quarters in one process, as for a backlog; the quarters are arguments."""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat

from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import NotebookFailed
from quarterly.editions.runner import prepare
from quarterly.editions.workers import Task, run_here
from quarterly.storage.atomic import replace_file


def main(quarters: list[str]) -> None:
    """Execute all notebooks of all quarters in parallel."""
    root = Path.cwd()
    jobs = [job for quarter in quarters for job in prepare(root, Quarter.parse(quarter))]
    tasks = [Task(job.product.name, job.notebook, job.parameters) for job in jobs]
    for name, outcome in run_here(root, tasks):
        if isinstance(outcome, NotebookFailed):
            sys.exit(str(outcome))
        replace_file(root / name, f"{nbformat.writes(outcome)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
