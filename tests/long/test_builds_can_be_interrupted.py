"""However and whenever a build ends, every file is complete, old or new, and the next build needs no clean-up.

``QUARTERLY_KILLS`` sets the number of builds ended at random moments.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from conftest import Project, copy_project

from quarterly.storage.lock import project_lock, scratch

KILLS = int(os.environ.get("QUARTERLY_KILLS", "4"))
FIGURE = "average-caseload,2023-24-Q3,14.0", "average-caseload,2023-24-Q3,14.5"
AREA = "workforce"
MADE = ("reports", "_parts", "indicators", "downloads", "_site")
BUILD = [sys.executable, "-m", "quarterly", "build", "--renderer", "embedded"]
#: Long enough for a busy machine.
PATIENCE = 300

posix = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


def small_project(to: Path) -> Project:
    """Return a project with two notebooks and one area, so that a build is quick."""
    to.mkdir(parents=True, exist_ok=True)
    project = copy_project(to)
    tables = {path: pd.read_csv(path, dtype=str, keep_default_na=False) for path in project.root.glob("data/*.csv")}
    indicators = tables[project.root / "data" / "indicators.csv"]
    known = set(indicators[indicators["area_id"] == AREA]["indicator_id"])
    own = {"area_id": {AREA}, "indicator_id": known, "of": known}
    for path, table in tables.items():
        of_area = [table[name].isin(kept) for name, kept in own.items() if name in table]
        table[np.logical_and.reduce([table.index >= 0, *of_area])].to_csv(path, index=False, lineterminator="\n")
    for path in [*(project.root / "notebooks").glob("*.ipynb"), *(project.root / "reports").rglob("*.ipynb")]:
        if path.stem not in ("index", "data-quality"):  # one links to the other
            path.unlink()
    return project


def without_libreoffice() -> dict[str, str]:
    """Return an environment in which no PDF is made: those seconds are spent in another program."""
    return {**os.environ, "PATH": str(Path(sys.executable).parent)}


def contents(root: Path) -> dict[str, str]:
    """Return every file that was made, by its name, without a run's own state."""
    found = [path for name in MADE for path in (root / name).rglob("*") if path.is_file()]
    return {
        path.relative_to(root).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in found
        if not path.name.startswith(".quarterly-")
    }


def build(project: Project) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        BUILD,
        cwd=project.root,
        env=without_libreoffice(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def turn(project: Project, *, new: bool) -> None:
    """Set a figure to its new or old value."""
    path = project.root / "data" / "observations.csv"
    old, other = FIGURE if new else FIGURE[::-1]
    path.write_text(path.read_text(encoding="utf-8").replace(old, other), encoding="utf-8", newline="\n")


def processes_in(folder: Path) -> list[psutil.Process]:
    """Return the processes that work in a folder, including kernels."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def scratch_folders(project: Project) -> set[Path]:
    """Return the folders that a project's commands keep outside it while they run."""
    with scratch(project.root) as own:
        names = f"{Path(own).name.rpartition('-')[0]}-*"
    return set(Path(tempfile.gettempdir()).glob(names))


@contextmanager
def heeding_ctrl_c() -> Iterator[None]:
    """Let commands started here receive Ctrl-C, even if these tests run in the background, where it is ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[bool, dict[str, str]], float]:
    """Return a small project, the results of a build with the old and with the new figure, and its duration."""
    project = small_project(tmp_path_factory.mktemp("states") / "project")
    known = {}
    for new in (True, False):
        turn(project, new=new)
        begun = time.monotonic()
        done = build(project)
        assert done.returncode == 0, done.stderr
        known[new] = contents(project.root)
    assert known[True].keys() == known[False].keys()
    assert known[True] != known[False]
    return project, known, time.monotonic() - begun


@posix
def test_a_build_ended_at_any_moment_leaves_complete_files(
    states: tuple[Project, dict[bool, dict[str, str]], float],
) -> None:
    project, known, seconds = states
    choice = random.Random(7)  # noqa: S311 - moments, not secrets
    ways = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT]
    ended = 0
    for number in range(KILLS):
        turn(project, new=number % 2 == 0)
        # Quiet, because output to a pipe that is not read would block the build.
        running = subprocess.Popen(
            BUILD,
            cwd=project.root,
            env=without_libreoffice(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        begun, moment = time.monotonic(), choice.uniform(0, seconds)
        try:
            running.wait(moment)
            # The machine's load changes: a moment after the end would test nothing.
            seconds = min(seconds, time.monotonic() - begun)
        except subprocess.TimeoutExpired:
            running.send_signal(choice.choice(ways))
            ended += 1
        running.wait(PATIENCE)
        for name, content in contents(project.root).items():
            assert content in (known[False].get(name), known[True].get(name)), f"{name} after {moment:.2f} s"
        assert contents(project.root).keys() == known[False].keys()
    assert ended > KILLS / 3
    for new in (True, False):
        turn(project, new=new)
        done = build(project)
        assert done.returncode == 0, done.stderr
        assert contents(project.root) == known[new]
    assert not list(project.root.rglob(".quarterly-*"))
    until = time.monotonic() + PATIENCE
    while (left := processes_in(project.root)) and time.monotonic() < until:
        time.sleep(0.2)
    assert not left, "a kernel outlived its build"


@posix
@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGINT])
def test_stopping_a_build_prints_that_nothing_is_broken(
    states: tuple[Project, dict[bool, dict[str, str]], float], way: signal.Signals
) -> None:
    project, known, _ = states
    before = scratch_folders(project)
    with heeding_ctrl_c():
        running = subprocess.Popen(
            [*BUILD, "--force"],
            cwd=project.root,
            env=without_libreoffice(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
    assert running.stderr
    assert "Running" in running.stderr.readline()
    # A terminal sends Ctrl-C to the command's child processes too.
    os.killpg(running.pid, way) if way == signal.SIGINT else running.send_signal(way)
    said = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 130, said
    assert "Stopped. Every file is either unchanged or completely new." in said
    assert len(said.strip().splitlines()) == 1, said
    assert contents(project.root) == known[False]
    assert scratch_folders(project) <= before


def test_two_builds_at_once_do_not_mix(states: tuple[Project, dict[bool, dict[str, str]], float]) -> None:
    project, known, _ = states
    with project_lock(project.root):
        done = build(project)
    assert done.returncode == 1
    assert "Another command is already running" in done.stderr
    assert "Wait until it has finished" in done.stderr
    assert "Traceback" not in done.stderr
    assert build(project).returncode == 0
    assert contents(project.root) == known[False]


# A disk that is full or read-only


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a small separate disk, if the system allows it."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a disk, and only Linux has one in memory")
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", place], check=False).returncode:
        pytest.skip("this system does not let us mount a disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def free(place: Path) -> int:
    return shutil.disk_usage(place).free


def test_a_full_disk_leaves_every_file_unchanged(
    disk: Path, states: tuple[Project, dict[bool, dict[str, str]], float]
) -> None:
    """At each step in turn: there is no room, then a little more, until the build succeeds."""
    _, known, _ = states
    project = small_project(disk / "project")
    assert build(project).returncode == 0
    assert contents(project.root) == known[False]
    turn(project, new=True)
    filler = disk / "filler"
    failed = 0
    for room in (0, 100_000, 1_600_000):
        filler.write_bytes(b"")
        filler.write_bytes(bytes(max(free(disk) - room, 0)))
        done = build(project)
        assert "Traceback" not in done.stderr, done.stderr
        for name, content in contents(project.root).items():
            assert content in (known[False][name], known[True][name]), name
        assert contents(project.root).keys() == known[False].keys()
        if done.returncode:
            failed += 1
            assert done.returncode == 1
            assert "disk is full" in done.stderr or "No space left" in done.stderr, done.stderr
    assert failed >= 2
    filler.unlink()
    done = build(project)
    assert done.returncode == 0, done.stderr
    assert contents(project.root) == known[True]


def test_a_read_only_disk_is_named(disk: Path) -> None:
    project = small_project(disk / "project")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    done = build(project)
    assert done.returncode == 1
    assert f"{project.root / '.quarterly' / 'lock'} cannot be written: there is no permission" in done.stderr
    assert "read-only" in done.stderr
    assert "Traceback" not in done.stderr
    assert project("scorecard", "2023-24-Q3", "--format", "csv").returncode == 0
