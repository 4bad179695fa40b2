"""The next run removes temporary folders left by killed runs, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from quarterly.outputs.word.pdf import make_pdfs
from quarterly.storage.lock import project_lock, worker_scratch

HOLD = """
from quarterly.storage.lock import worker_scratch
with worker_scratch() as folder:
    print(folder, flush=True)
    input()
"""


def hold() -> tuple[subprocess.Popen[str], Path]:
    """Start a process that holds a folder as a cluster worker does; return the folder."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    return holder, Path(holder.stdout.readline().strip())


def age(folder: Path) -> None:
    """Make a folder look old."""
    os.utime(folder / "lock", (0, 0))


def test_a_worker_removes_folders_of_killed_ones_and_leaves_those_of_running_ones() -> None:
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


def test_a_new_folder_is_left_alone() -> None:
    killed, left = hold()
    killed.kill()
    killed.wait()
    with worker_scratch():
        assert left.is_dir()
    age(left)
    with worker_scratch():
        assert not left.exists()


def test_the_folder_for_making_pdfs_is_removed_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = []

    def die(command: Sequence[str], **_: object) -> None:
        used.append(Path(command[command.index("--outdir") + 1]).parent)
        # As if the process had been killed here: the folder exists again, and no process is left to remove it.
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", die)
    with pytest.raises(KeyboardInterrupt):
        make_pdfs(tmp_path, {tmp_path / "downloads" / "paper.docx": b"a document"})
    (folder,) = used
    folder.mkdir()
    assert folder.parent == Path(tempfile.gettempdir())
    with project_lock(tmp_path):
        assert not folder.exists()
