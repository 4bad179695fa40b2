"""The same runs on a Dask cluster: a real scheduler with two workers, each a separate process on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
import pytest
from conftest import Project, copy_project, made_files

from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import NoCluster
from quarterly.editions import workers
from quarterly.editions.kernels import KERNEL
from quarterly.editions.runner import prepare
from quarterly.editions.workers import execute_elsewhere, run_on_cluster
from quarterly.project.products import read_by_notebooks

distributed = pytest.importorskip("distributed", reason="Dask is an extra")

PATIENCE = 300
NOTEBOOKS = ("--area", "index", "--area", "workforce", "--area", "data-quality")


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a scheduler and two workers in a folder without any project files."""
    address = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    started = [start([*command, "--port", "0", "--no-dashboard", "--scheduler-file", str(address)], folder)]
    try:
        worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard"]
        started += [start([*worker, "--scheduler-file", str(address)], folder) for _ in range(2)]
        with distributed.Client(scheduler_file=str(address), timeout=f"{PATIENCE}s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            pids = [psutil.Process(info) for info in client.run(os.getpid).values()]
            yield client.scheduler.address, pids
    finally:
        for process in started:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait(PATIENCE)


def start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DASK_LOGGING__DISTRIBUTED": "error"}
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_cluster_gives_the_same_results_and_a_killed_worker_only_costs_time(example: Project, tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    (tmp_path / "elsewhere").mkdir()
    with cluster(tmp_path / "elsewhere") as (address, known):
        done: list[subprocess.CompletedProcess[str]] = []
        running = threading.Thread(target=lambda: done.append(project("run", "--scheduler", address, *NOTEBOOKS)))
        running.start()
        victim = at_work(known)
        victim.kill()
        running.join(PATIENCE)
        assert done[0].returncode == 0, done[0].stderr
        # The result of a run on this machine.
        assert made_editions(project) == made_editions(example)
        assert not victim.is_running()

        template = project.root / "notebooks" / "index.ipynb"
        template.write_text(template.read_text(encoding="utf-8").replace("report.areas()", "1 / 0"), encoding="utf-8")
        failed = project("run", "--scheduler", address, "--area", "index")
        assert failed.returncode == 1
        assert "reports/2023-24-Q3/index.ipynb, cell" in failed.stderr
        assert "ZeroDivisionError" in failed.stderr
        assert made_editions(project) == made_editions(example)


def made_editions(project: Project) -> dict[str, bytes]:
    return {name: content for name, content in made_files(project.root).items() if name.startswith("reports/")}


def at_work(known: list[psutil.Process]) -> psutil.Process:
    """Wait for a worker that has started a kernel."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for worker in known:
            with suppress(psutil.Error):  # a child that has just ended
                family = worker.children(recursive=True)
                # A forked kernel is a child of the worker's fork server.
                if any(child.ppid() != worker.pid or KERNEL in child.cmdline() for child in family):
                    return worker
        time.sleep(0.05)
    pytest.fail("no worker started a kernel")


def test_the_files_that_are_sent_are_all_that_a_notebook_needs(project: Project) -> None:
    assert project("run", "2023-24-Q2", "--area", "workforce").returncode == 0
    earlier = project.root / "reports" / "2023-24-Q2" / "workforce.ipynb"
    assert "place-about-this-area" in earlier.read_text(encoding="utf-8")
    notebook = nbformat.read(earlier, as_version=4)
    place = next(cell for cell in notebook.cells if cell.id == "place-about-this-area")
    place.source = "### About this area\n\nSaid a quarter before."
    nbformat.write(notebook, earlier)
    quarter = Quarter(2023, 3)
    job = prepare(project.root, quarter, ["workforce"])[0]
    content = {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in read_by_notebooks(project.root, quarter)
    }
    elsewhere = execute_elsewhere(content, job.product.name, nbformat.writes(job.notebook), job.parameters)
    assert "Said a quarter before." in elsewhere
    assert project("run", "2023-24-Q3", "--area", "workforce").returncode == 0
    there, here = json.loads(elsewhere), json.loads(job.target.read_text(encoding="utf-8"))
    # The record of what the notebook saw goes to the run, and no further.
    assert there["metadata"].pop("quarterly-seen")
    assert there == here


def test_a_cluster_without_workers_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SECONDS_WITHOUT_WORKERS", 1)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None) as alone,
        pytest.raises(NoCluster, match="no worker has joined its cluster in 1 seconds"),
    ):
        next(run_on_cluster(Path(), [], alone.scheduler_address, []))


@pytest.mark.parametrize("banner", [b"", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_another_program_is_not_taken_for_a_scheduler(banner: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=lambda: other.accept()[0].sendall(banner), daemon=True).start()
        with pytest.raises(NoCluster, match="no scheduler answers there"):
            next(run_on_cluster(Path(), [], f"tcp://127.0.0.1:{other.getsockname()[1]}", []))


@pytest.mark.parametrize(
    ("address", "reason"), [("tcp://127.0.0.1:9", "no scheduler answers"), ("nonsense", "it is not an address")]
)
def test_an_address_without_a_scheduler_is_wrong_usage(project: Project, address: str, reason: str) -> None:
    done = project("run", "--scheduler", address, "--area", "index")
    assert done.returncode == 2, done.stderr
    assert f"The Dask scheduler at {address} cannot be reached: {reason}" in done.stderr
    assert "Leave --scheduler out" in done.stderr
    assert "Traceback" not in done.stderr
