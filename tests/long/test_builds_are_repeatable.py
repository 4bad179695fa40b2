"""A build in another folder, on another day, with more workers or as a separate process gives identical files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import copy_project, made_files

BUILD = [sys.executable, "-m", "quarterly", "build", "--renderer", "embedded", "--force", "--workers", "3"]
#: Read by every Python at startup: it makes the process believe that it is another day.
ANOTHER_DAY = """
import datetime, time_machine
time_machine.travel(datetime.datetime(2031, 5, 6, 7, 8, 9, tzinfo=datetime.UTC), tick=True).start()
"""


def build(root: Path, **environment: str) -> dict[str, bytes]:
    done = subprocess.run(
        BUILD,
        cwd=copy_project(root).root,
        # Without LibreOffice, which has its own clock; its PDFs are tested separately.
        env={**os.environ, "PATH": str(Path(sys.executable).parent), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return made_files(root)


def test_another_folder_day_and_number_of_workers_give_identical_files(whole: Path, tmp_path: Path) -> None:
    first = made_files(whole)
    folder = tmp_path / "a folder further down" / "über"
    folder.mkdir(parents=True)
    (tmp_path / "sitecustomize.py").write_text(ANOTHER_DAY, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    year = [sys.executable, "-c", "import time; print(time.strftime('%Y'))"]
    seen = subprocess.run(year, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    assert seen.stdout.strip() == "2031"
    again = build(folder, PYTHONPATH=str(tmp_path))
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []
    assert len([name for name in first if name.startswith("_site/")]) > 20
