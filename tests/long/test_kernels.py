"""Forked kernels behave like ordinary kernels, each in a fresh state, and a dead one is reported."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from conftest import Project
from nbformat import NotebookNode

from quarterly.core.run_errors import NotebookFailed
from quarterly.editions import fork_server, kernels, notebooks, workers


def notebook(*cells: str) -> NotebookNode:
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell, id=f"cell-{n}") for n, cell in enumerate(cells)]
    )
    made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return made


def run(made: NotebookNode, root: Path, scratch: Path) -> NotebookNode:
    return notebooks.execute(made, "reports/test.ipynb", {}, root, scratch)


def output(executed: NotebookNode, cell: int) -> str:
    return str(executed.cells[cell].outputs[0]["data"]["text/plain"])


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
def test_a_forked_kernel_gives_the_same_notebook_as_an_ordinary_one(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = nbformat.read(project.root / "notebooks" / "index.ipynb", as_version=4)
    made.cells.append(nbformat.v4.new_code_cell("print({'a', 'b', 'c', 'd'}, '\\ud800')", id="set"))
    forked = run(made, project.root, tmp_path)
    monkeypatch.setattr(kernels, "can_fork", lambda: False)
    ordinary = run(made, project.root, tmp_path)
    assert nbformat.writes(forked) == nbformat.writes(ordinary)
    assert forked.cells[-1].outputs[0].text.endswith("} ?\n")


def test_each_notebook_starts_in_a_fresh_state(project: Project, tmp_path: Path) -> None:
    first = run(notebook("import quarterly\nquarterly.left_behind = 1\nleft_behind = 1"), project.root, tmp_path)
    assert not first.cells[0].outputs
    second = run(
        notebook("import quarterly\nhasattr(quarterly, 'left_behind'), 'left_behind' in globals()"),
        project.root,
        tmp_path,
    )
    assert output(second, 0) == "(False, False)"


def test_a_kernel_works_in_the_folder_of_the_project(project: Project, tmp_path: Path) -> None:
    executed = run(notebook("from pathlib import Path\nPath.cwd().name"), project.root, tmp_path)
    assert output(executed, 0) == repr(project.root.name)


def test_a_notebook_may_have_a_long_name(project: Project, tmp_path: Path) -> None:
    name = f"reports/{'children-in-need-of-help-and-protection-' * 4}1.ipynb"
    assert output(notebooks.execute(notebook("1 + 1"), name, {}, project.root, tmp_path), 0) == "2"


def test_a_run_ends_if_the_disk_is_full_while_notebooks_wait(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def fill(*_: Any) -> NotebookNode:
        if begun.is_set():
            threading.Event().wait(0.5)  # so that the others are still waiting when the first has failed
        begun.set()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workers, "execute", fill)
    tasks = [workers.Task(f"{number}.ipynb", notebook("1"), {}) for number in range(5)]
    with pytest.raises(OSError, match="No space left"):
        list(workers.run_here(project.root, tasks, 1))


def test_a_kernel_that_dies_is_reported_and_does_not_hang(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotebookFailed, match="the kernel died"):
        run(notebook("import os", "os._exit(3)"), project.root, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")
def test_a_kernel_ends_with_a_command_that_is_killed_during_a_cell(project: Project) -> None:
    path = project.root / "notebooks" / "index.ipynb"
    template = nbformat.read(path, as_version=4)
    template.cells[-1].source = "from pathlib import Path\nPath('begun').touch()\nimport time\ntime.sleep(600)"
    nbformat.write(template, path)
    command = [sys.executable, "-m", "quarterly", "run", "--area", "index"]
    running = subprocess.Popen(command, cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for((project.root / "begun").exists)
    family = psutil.Process(running.pid).children(recursive=True)
    assert family
    running.kill()
    running.wait()
    gone, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
    assert len(gone) == len(family)


def _wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.05)


def test_a_cell_that_hangs_meets_the_time_limit(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 1)
    made = notebook("import time", "time.sleep(1000)")
    with pytest.raises(NotebookFailed, match=r"cell 2: it took longer than 1 second"):
        notebooks.execute(made, "reports/test.ipynb", {}, project.root, tmp_path)


def test_a_notebook_with_many_quick_cells_also_has_a_time_limit(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "NOTEBOOK_SECONDS", 2)
    made = notebook(*["import time", *["time.sleep(0.6)"] * 5])
    with pytest.raises(NotebookFailed, match=r"the notebook took longer than 2 seconds"):
        notebooks.execute(made, "reports/test.ipynb", {}, project.root, tmp_path)


@pytest.mark.parametrize("forked", [True, False])
def test_no_output_is_lost_however_many_there_are(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, forked: bool
) -> None:
    if not forked:
        monkeypatch.setattr(kernels, "can_fork", lambda: False)
    executed = run(notebook("for number in range(4000): display(number)"), project.root, tmp_path)
    assert [output["data"]["text/plain"] for output in executed.cells[0].outputs] == [*map(str, range(4000))]


def test_endless_output_of_a_cell_takes_no_memory(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 3)
    made = notebook("while True: print('x' * 100_000)")
    before = psutil.Process().memory_info().rss
    with pytest.raises(NotebookFailed, match=r"cell \d: it took longer than 3 seconds"):
        notebooks.execute(made, "reports/test.ipynb", {}, project.root, tmp_path)
    assert psutil.Process().memory_info().rss - before < 300_000_000


def test_a_very_long_error_is_shortened(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotebookFailed, match="ValueError: xxx") as raised:
        run(notebook("raise ValueError('x' * 10_000_000)"), project.root, tmp_path)
    assert len(str(raised.value)) < 5_000


def test_a_kernel_that_dies_at_the_start_is_tried_once_more(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    prompt = kernels.PromptKernelClient.wait_for_ready

    async def first_dies(client: kernels.PromptKernelClient, timeout: float | None = None) -> None:
        started.append(client)
        if len(started) == 1:
            raise kernels.KernelDiedAtStart
        await prompt(client, timeout)

    monkeypatch.setattr(kernels.PromptKernelClient, "wait_for_ready", first_dies)
    assert output(run(notebook("1 + 1"), project.root, tmp_path), 0) == "2"
    assert len(started) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
def test_a_kernel_that_dies_at_every_start_is_reported(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork = fork_server.ForkServer.fork

    def dies(*given: Any) -> fork_server.ForkedKernel:
        kernel = fork(*given)
        kernel.kill()
        return kernel

    monkeypatch.setattr(fork_server.ForkServer, "fork", dies)
    with pytest.raises(NotebookFailed, match="its kernel died at the start, twice"):
        run(notebook("1 + 1"), project.root, tmp_path)
