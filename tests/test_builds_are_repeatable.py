"""Two builds from the same inputs give the same bytes: in other folders, on other days, with other worker counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import copy_project
from test_only_what_changed_is_made import files

pytestmark = pytest.mark.skipif(
    not os.environ.get("QUARTERLY_LONG"), reason="takes many minutes: set QUARTERLY_LONG=1 to run it"
)

BUILD = [sys.executable, "-m", "quarterly", "build", "--renderer", "embedded", "--force"]
ANOTHER_DAY = "2031-05-06 07:08:09"


def build(root: Path, *options: str, under: tuple[str, ...] = ()) -> dict[str, bytes]:
    done = subprocess.run(
        [*under, *BUILD, *options],
        cwd=copy_project(root).root,
        # Without LibreOffice, which a clock that is not the machine's own confuses; its PDFs have a test of their own.
        env={**os.environ, "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return files(root)


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
    faketime = shutil.which("faketime")
    if not faketime:
        pytest.skip("faketime is not installed: Debian's package of that name shows programs another day")
    under = (faketime, "--exclude-monotonic", "-f", f"@{ANOTHER_DAY}")
    seen = subprocess.run([*under, "date", "+%Y"], capture_output=True, text=True, encoding="utf-8", check=True)
    assert seen.stdout.strip() == "2031"
    again = build(tmp_path, under=under)
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []
