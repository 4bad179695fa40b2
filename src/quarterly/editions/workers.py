"""Where notebooks are executed: in parallel on this machine, or on the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode

from quarterly.core.run_errors import NoCluster, NotebookFailed
from quarterly.display.chart_server import ChartServer
from quarterly.editions.fork_server import can_fork, start_fork_server
from quarterly.editions.kernels import KernelManager
from quarterly.editions.limits import AT_A_TIME
from quarterly.editions.notebooks import execute
from quarterly.storage.lock import scratch, worker_scratch

#: How often a run is given to another worker when its own dies.
_TRIES = 3
#: How long a scheduler may take to answer for the first time.
_SECONDS = 10
#: How long a cluster that has notebooks to run may take until its first worker joins: some start workers on demand.
_SECONDS_WITHOUT_WORKERS = 120


class Task(NamedTuple):
    """A notebook to execute: its name, its content, the values to inject, and its project if not the run's."""

    name: str
    notebook: NotebookNode
    parameters: dict[str, Any]
    root: Path | None = None


Outcome = tuple[str, NotebookNode | NotebookFailed]


def run_here(root: Path, tasks: Sequence[Task], workers: int = AT_A_TIME) -> Iterator[Outcome]:
    """Execute notebooks in parallel on this machine; yield each when it is done.

    ``workers`` is how many run at a time.
    """
    size = min(workers, len(tasks))
    server = start_fork_server() if can_fork() else None
    # Its traits look up their classes when the first one is made, which two threads must not do at once.
    KernelManager()
    with scratch(root) as folder, ChartServer(Path(folder)) as charts:
        charts.start(size)
        charts.wait()
        pool = ThreadPoolExecutor(size)
        running = {
            pool.submit(execute, task.notebook, task.name, task.parameters, task.root or root, Path(folder)): task.name
            for task in tasks
        }
        try:
            for future in as_completed([*running]):
                # Drop each finished task, so that memory does not grow with the number of notebooks.
                name, failure = running.pop(future), future.exception()
                yield name, failure if isinstance(failure, NotebookFailed) else future.result()
        finally:
            # If the caller stops early, kill the kernels so that nothing waits for unwanted results.
            pool.shutdown(wait=False, cancel_futures=True)
            begun = [future for future in running if not future.cancelled()]  # the others never end
            while server and wait(begun, timeout=0.05).not_done:
                server.kill_kernels()  # more than once, because one may only just be starting
            pool.shutdown()


def run_on_cluster(root: Path, tasks: Sequence[Task], scheduler: str, files: Sequence[Path]) -> Iterator[Outcome]:
    """Execute notebooks on the workers of a Dask cluster, which need this package but nothing of the project.

    ``files`` are the project's files that notebooks read. Raises `NoCluster` if Dask is not installed, nothing
    answers at that address, or no worker joins its cluster.
    """
    try:
        import distributed
    except ImportError as error:
        raise NoCluster(scheduler, "Dask is not installed here: install the extra 'dask'") from error

    async def ask() -> None:
        secured = distributed.Security().get_connection_args("client")
        # Another program may accept the connection and never answer; a client would wait for it, and report more.
        connection = distributed.comm.core.connect(scheduler, **secured)
        (await asyncio.wait_for(connection, _SECONDS)).abort()

    try:
        asyncio.run(ask())
        client = distributed.Client(scheduler, timeout=_SECONDS, set_as_default=False)
    except Exception as error:  # another program answers in any way
        wrong = "it is not an address, such as tcp://10.0.0.1:8786"
        raise NoCluster(scheduler, wrong if isinstance(error, ValueError) else "no scheduler answers there") from error
    content = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    with client:
        running = {
            client.submit(
                execute_elsewhere,
                # Sent with each run: data kept on a worker is lost when it dies, and the runs with it.
                content,
                task.name,
                nbformat.writes(task.notebook),
                task.parameters,
                retries=_TRIES,
                pure=False,
            ): task
            for task in tasks
        }
        try:
            client.wait_for_workers(1, timeout=_SECONDS_WITHOUT_WORKERS)
        except TimeoutError as error:
            wrong = f"no worker has joined its cluster in {_SECONDS_WITHOUT_WORKERS} seconds"
            raise NoCluster(scheduler, wrong) from error
        for future in distributed.as_completed(list(running), loop=client.loop):
            task = running[future]
            try:
                yield task.name, nbformat.reads(future.result(), as_version=4)
            except NotebookFailed as failure:
                yield task.name, failure
            except (distributed.KilledWorker, distributed.CancelledError) as error:
                yield task.name, NotebookFailed(task.name, None, None, "", f"its workers died: {error}")


def execute_elsewhere(files: dict[str, bytes], name: str, notebook: str, parameters: dict[str, Any]) -> str:
    """Execute a notebook on a cluster's worker, in a separate folder that holds the project's figures.

    ``files`` are the project's files that notebooks read, by their paths in it; the notebook comes and goes as JSON.
    """
    with worker_scratch() as folder:
        root = Path(folder, "project")
        for file, content in files.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_bytes(content)
        done = execute(nbformat.reads(notebook, as_version=4), name, parameters, root, Path(folder))
        return str(nbformat.writes(done))
