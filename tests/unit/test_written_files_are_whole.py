"""Files are whole at any moment while they are written: old or new, never half."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from quarterly.storage.atomic import replace_file


def test_a_file_holds_the_given_contents(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    assert replace_file(path, "Über 67%\nnext line\n") is True
    assert path.read_bytes() == "Über 67%\nnext line\n".encode()
    assert replace_file(path, b"\x00\xff\r\n") is True
    assert path.read_bytes() == b"\x00\xff\r\n"


def test_missing_folders_are_created(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "2023-24-Q3" / "index.ipynb"
    replace_file(path, "{}\n")
    assert path.read_text(encoding="utf-8") == "{}\n"


def test_an_unchanged_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    replace_file(path, "as it was\n")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    before = path.stat()
    assert replace_file(path, "as it was\n") is False
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are those of POSIX")
def test_a_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    replace_file(path, "new\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o640)
    replace_file(path, "newer\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("step", ["replace", "fdopen"])
@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "report.md"
    replace_file(path, "old\n")

    def fail(*_arguments: object, **_options: object) -> NoReturn:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises(type(error)):
            replace_file(path, "new\n")
    assert path.read_text(encoding="utf-8") == "old\n"
    assert [found.name for found in tmp_path.iterdir()] == ["report.md"]


def test_a_failure_of_a_new_file_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> NoReturn:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="the disk is full"):
            replace_file(tmp_path / "report.md", "new\n")
    assert list(tmp_path.iterdir()) == []


def test_readers_see_the_old_or_the_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.md"
    replace_file(path, "old\n" * 1000)
    seen: list[str] = []
    swap = os.replace

    def look(source: str, target: Path) -> None:
        seen.append(path.read_text(encoding="utf-8"))
        swap(source, target)
        seen.append(path.read_text(encoding="utf-8"))

    monkeypatch.setattr(os, "replace", look)
    replace_file(path, "new\n" * 1000)
    assert seen == ["old\n" * 1000, "new\n" * 1000]
