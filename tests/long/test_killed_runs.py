"""Runs that are killed at any moment, two at a time, while somebody saves in JupyterLab, lose no word.

A writer keeps adding words to the notebook, a numbered one at a time, and saves as editors do. Like JupyterLab it
notices when the file is another than the one that it read, and reads it again before it writes. So whatever stood in
the file when it saved is in what it saves, and every word that it has saved must be in the file ever after.

How many runs are killed says QUARTERLY_KILLS, and QUARTERLY_SEED which moments are chosen: the same ones without it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from conftest import Project

from quarterly.storage.atomic import replace_unchanged

AREA = "workforce"
NOTEBOOK = f"reports/2023-24-Q3/{AREA}.ipynb"
PLACE = "place-about-this-area"
KILLS = int(os.environ.get("QUARTERLY_KILLS", "6"))
SEED = int(os.environ.get("QUARTERLY_SEED", "1"))

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no groups of processes to kill at once")


class Writer(threading.Thread):
    """Somebody who types one word after the other and saves each."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.path, self.chance = path, chance
        self.saved: list[str] = []
        self.done = threading.Event()
        self.failure: Exception | None = None

    def run(self) -> None:
        """Type and save until told to stop."""
        try:
            while not self.done.wait(self.chance.uniform(0.0, 0.4)):
                self.save(f"word{len(self.saved)}word")
        except Exception as failure:  # noqa: BLE001 - told to the test
            self.failure = failure

    def save(self, word: str) -> None:
        """Save a word; where another has saved meanwhile, read again and add it there."""
        while True:
            before = self.path.read_bytes()
            notebook = json.loads(before)
            cell = next(cell for cell in notebook["cells"] if cell["id"] == PLACE)
            source = "".join(cell["source"])
            cell["source"] = f"{source} {word}"
            # A run that begins takes away what others left, and may take the file that is about to be put in place.
            with suppress(FileNotFoundError):
                if replace_unchanged(self.path, json.dumps(notebook, indent=1).encode("utf-8"), before):
                    self.saved.append(word)
                    return


def start(project: Project) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "quarterly", "run", "--area", AREA]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=project.root, stdout=quiet, stderr=quiet, start_new_session=True)


def kill(run: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Kill a run that this test started, with everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(run.pid, how)
    try:
        run.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()


def words_in(path: Path) -> str:
    notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    return " ".join(cell.source for cell in notebook.cells)


def duration(project: Project) -> float:
    began = time.monotonic()
    assert start(project).wait() == 0
    return time.monotonic() - began


def test_no_word_is_lost_when_runs_are_killed_while_somebody_saves(project: Project) -> None:
    chance = random.Random(SEED)  # noqa: S311 - to be repeated
    print(f"seed {SEED}, {KILLS} kills")  # noqa: T201
    path = project.root / NOTEBOOK
    duration(project)
    takes = duration(project)  # as the others do, with nothing to make but what the writer typed
    writer = Writer(path, random.Random(SEED + 1))  # noqa: S311
    writer.save("word0word")
    writer.start()
    killed = 0
    while writer.failure is None and (killed < KILLS or len(writer.saved) <= KILLS):
        runs = [start(project) for _ in range(chance.choice([1, 1, 2]))]
        time.sleep(chance.uniform(0.0, 1.1) * takes)
        for one in runs:
            saved = list(writer.saved)
            kill(one, chance.choice([signal.SIGKILL, signal.SIGTERM]))
            killed += 1
            words = words_in(path)
            assert [word for word in saved if words.count(word) != 1] == []
    writer.done.set()
    writer.join()
    assert writer.failure is None
    assert start(project).wait() == 0
    words = words_in(path)
    assert [word for word in writer.saved if words.count(word) != 1] == []


def test_two_undisturbed_runs_at_once_keep_the_words(project: Project) -> None:
    path = project.root / NOTEBOOK
    writer = Writer(path, random.Random(SEED))  # noqa: S311
    writer.save("word0word")
    runs = [start(project) for _ in range(2)]
    assert 0 in [one.wait() for one in runs]
    assert words_in(path).count("word0word") == 1
