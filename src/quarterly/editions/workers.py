"""Where notebooks are executed: side by side on this machine, or on the workers of a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode

from quarterly.core.run_errors import NoCluster, NotebookFailed
from quarterly.display.chart_server import Studio
from quarterly.editions.kernels import kernel_manager, start_fork_server
from quarterly.editions.notebooks import execute
from quarterly.storage.lock import scratch, scratch_of_worker

#: How often a run is given to another worker when the one that had it died.
_TRIES = 3


class Task(NamedTuple):
    """A notebook to execute: what to call it, what it is, the values to inject, and its project if another."""

    name: str
    notebook: NotebookNode
    parameters: dict[str, Any]
    root: Path | None = None


Outcome = tuple[str, NotebookNode | NotebookFailed]


def run_here(root: Path, tasks: Sequence[Task], workers: int | None = None) -> Iterator[Outcome]:
    """Execute notebooks side by side on this machine; yield each as it is done.

    As many run at a time as there are cores, unless ``workers`` says how many.
    """
    size = min(workers or os.cpu_count() or 1, len(tasks))
    start_fork_server()
    # Its traits look up their classes when the first one is made, which two threads must not do at once.
    kernel_manager()()
    # One process draws for two kernels: drawing is less than half of what cells do, and another one would take a second
    # to start just when the first kernels are waited for.
    with scratch(root) as folder, Studio(Path(folder), (size + 1) // 2):
        pool = ThreadPoolExecutor(size)
        running = {
            pool.submit(execute, task.notebook, task.name, task.parameters, task.root or root, Path(folder)): task.name
            for task in tasks
        }
        try:
            for future in as_completed([*running]):
                # Nothing is kept of what was handed over: with many notebooks memory stays as it was.
                yield running.pop(future), _outcome(future)
        finally:
            # Whoever stops early takes the kernels with them, so that nobody waits for what is wanted no more.
            pool.shutdown(wait=False, cancel_futures=True)
            for kernel in multiprocessing.active_children():
                kernel.kill()
            pool.shutdown()


def _outcome(future: Future[NotebookNode]) -> NotebookNode | NotebookFailed:
    try:
        return future.result()
    except NotebookFailed as failure:
        return failure


def run_on_cluster(root: Path, tasks: Sequence[Task], scheduler: str, files: Sequence[Path]) -> Iterator[Outcome]:
    """Execute notebooks on the workers of a Dask cluster, which need this package and no part of the project.

    ``files`` are the files of the project that notebooks read. Raises `NoCluster` where Dask is not installed, or
    nobody answers at that address.
    """
    try:
        import distributed
    except ImportError as error:
        raise NoCluster(scheduler, "Dask is not installed here: install the extra 'dask'") from error
    try:
        client = distributed.Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise NoCluster(scheduler, "nobody answers there") from error
    content = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    with client:
        running = {
            client.submit(
                execute_elsewhere,
                # With each run: what is kept on a worker is gone when it dies, and the runs with it.
                content,
                task.name,
                nbformat.writes(task.notebook),
                task.parameters,
                retries=_TRIES,
                pure=False,
            ): task
            for task in tasks
        }
        for future in distributed.as_completed(list(running), loop=client.loop):
            task = running[future]
            try:
                yield task.name, nbformat.reads(future.result(), as_version=4)
            except NotebookFailed as failure:
                yield task.name, failure
            except (distributed.KilledWorker, distributed.CancelledError) as error:
                yield task.name, NotebookFailed(task.name, None, None, "", f"its workers died: {error}")


def execute_elsewhere(files: dict[str, bytes], name: str, notebook: str, parameters: dict[str, Any]) -> str:
    """Execute a notebook on a worker of a cluster, in a folder of its own that holds the project's figures.

    ``files`` are the files of the project that notebooks read, by their names from its folder; the notebook comes and
    goes as JSON.
    """
    with scratch_of_worker() as folder:
        root = Path(folder, "project")
        for file, content in files.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_bytes(content)
        done = execute(nbformat.reads(notebook, as_version=4), name, parameters, root, Path(folder))
        return str(nbformat.writes(done))
