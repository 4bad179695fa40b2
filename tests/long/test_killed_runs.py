"""Runs that are killed at any moment, two at a time, while a user saves in JupyterLab, lose no text.

A writer keeps adding numbered words to the notebook and saves as editors do. Like JupyterLab, it notices when the file
has changed since it was read, and reads it again before writing. So a save includes everything that was in the file,
and every saved word must remain in the file from then on.

QUARTERLY_KILLS sets how many runs are killed, and QUARTERLY_SEED at which moments; the default is repeatable.
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
    """A user who types words one after another and saves each."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self.path, self.chance = path, chance
        self.saved: list[str] = []
        self.done = threading.Event()
        self.failure: Exception | None = None

    def run(self) -> None:
        """Type and save until stopped."""
        try:
            while not self.done.wait(self.chance.uniform(0.0, 0.4)):
                self.save(f"word{len(self.saved)}word")
        except Exception as failure:  # noqa: BLE001 - told to the test
            self.failure = failure

    def save(self, word: str) -> None:
        """Save a word; if the file has changed meanwhile, read it again and add the word there."""
        while True:
            before = self.path.read_bytes()
            notebook = json.loads(before)
            cell = next(cell for cell in notebook["cells"] if cell["id"] == PLACE)
            source = "".join(cell["source"])
            cell["source"] = f"{source} {word}"
            # A run removes files that others left, and may take one that is about to be put in place.
            with suppress(FileNotFoundError):
                if replace_unchanged(self.path, json.dumps(notebook, indent=1).encode("utf-8"), before):
                    self.saved.append(word)
                    return


def start(project: Project) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "quarterly", "run", "--area", AREA]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=project.root, stdout=quiet, stderr=quiet, start_new_session=True)


def kill(run: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Kill a run that this test started, with its child processes."""
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


def test_no_word_is_lost_when_runs_are_killed_while_a_user_saves(project: Project) -> None:
    chance = random.Random(SEED)  # noqa: S311 - to be repeated
    print(f"seed {SEED}, {KILLS} kills")  # noqa: T201
    path = project.root / NOTEBOOK
    duration(project)
    takes = duration(project)  # as with the others, with nothing to make except the writer's changes
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
