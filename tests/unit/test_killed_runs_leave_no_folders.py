"""What a killed run leaves in the system's temporary folder is taken away by the next one, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from quarterly.outputs import paper
from quarterly.storage.lock import project_lock, worker_scratch

HOLD = """
from quarterly.storage.lock import worker_scratch
with worker_scratch() as folder:
    print(folder, flush=True)
    input()
"""


def hold() -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds a folder as a worker of a cluster does; give the folder."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, Path(holder.stdout.readline().strip())


def age(folder: Path) -> None:
    """Let a folder have been made long ago."""
    os.utime(folder / "lock", (0, 0))


def test_a_worker_takes_away_what_a_killed_one_left_and_leaves_those_that_run() -> None:
    killed, left = hold()
    running, used = hold()
    killed.kill()
    killed.wait()
    for folder in (left, used):
        age(folder)
    with worker_scratch() as own:
        assert not left.exists()
        assert used.is_dir()
        assert Path(own).is_dir()
    assert not Path(own).exists()
    running.communicate("\n")
    assert not used.exists()


def test_a_folder_that_was_just_made_is_left_alone() -> None:
    killed, left = hold()
    killed.kill()
    killed.wait()
    with worker_scratch():
        assert left.is_dir()
    age(left)
    with worker_scratch():
        assert not left.exists()


def test_the_folder_in_which_pdfs_are_made_is_one_that_the_next_build_sweeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = []

    def die(_: Sequence[Path], folder: Path) -> dict[Path, bytes]:
        used.append(folder)
        # As if the process had been killed here: the folder is there again, and nobody is left to take it away.
        raise KeyboardInterrupt

    monkeypatch.setattr(paper, "make_pdfs", die)
    with pytest.raises(KeyboardInterrupt):
        paper._pdfs(tmp_path, {tmp_path / "downloads" / "paper.docx": b"a document"})
    (folder,) = used
    folder.mkdir()
    assert folder.parent == Path(tempfile.gettempdir())
    with project_lock(tmp_path):
        assert not folder.exists()
