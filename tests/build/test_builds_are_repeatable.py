"""Two builds from the same inputs give the same bytes: in other folders, on other days, with other worker counts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import copy_project, made_files

BUILD = [sys.executable, "-m", "quarterly", "build", "--renderer", "embedded", "--force"]
#: Read by every Python that starts: it believes that it is another day.
ANOTHER_DAY = """
import datetime, time_machine
time_machine.travel(datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=datetime.UTC), tick=True).start()
"""


def build(root: Path, *options: str, **environment: str) -> dict[str, bytes]:
    done = subprocess.run(
        [*BUILD, *options],
        cwd=copy_project(root).root,
        # Without LibreOffice, which has a clock of its own; its PDFs have a test of their own.
        env={**os.environ, "PATH": str(Path(sys.executable).parent), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made_files(root)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return build(tmp_path_factory.mktemp("first"), "--workers", "1")


def test_another_folder_and_more_workers_give_the_same_bytes(first: dict[str, bytes], tmp_path: Path) -> None:
    folder = tmp_path / "a folder further down" / "über"
    folder.mkdir(parents=True)
    again = build(folder, "--workers", "3")
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []
    assert len([name for name in first if name.startswith("_site/")]) > 20


def test_another_day_gives_the_same_bytes(first: dict[str, bytes], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(ANOTHER_DAY, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    year = [sys.executable, "-c", "import time; print(time.strftime('%Y'))"]
    seen = subprocess.run(year, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    assert seen.stdout.strip() == "2031"
    again = build(tmp_path / "project", PYTHONPATH=str(tmp_path))
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []
