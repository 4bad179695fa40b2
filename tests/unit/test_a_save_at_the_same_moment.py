"""A save at the very moment when a run puts its notebook in place is not lost."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from quarterly.storage import atomic
from quarterly.storage.atomic import exchange, replace_unchanged

BEFORE, OURS = b"as it was read", b"as the run made it"


def save_in_place(path: Path, words: bytes) -> None:
    """Save as JupyterLab's server does: open the file and overwrite it."""
    path.write_bytes(words)


def save_by_renaming(path: Path, words: bytes) -> None:
    """Save as many editors do."""
    other = path.with_suffix(".saving")
    other.write_bytes(words)
    other.replace(path)


ways = pytest.mark.parametrize("save", [save_in_place, save_by_renaming])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file that a run has read, on a disk that can exchange files."""
    path, other = tmp_path / "workforce.ipynb", tmp_path / "other"
    path.write_bytes(b"")
    other.write_bytes(b"")
    if not exchange(path, other):
        pytest.skip("this system cannot exchange two files in one step")
    other.unlink()
    path.write_bytes(BEFORE)
    return path


@ways
@pytest.mark.parametrize("saves", [1, 2, 3])
def test_the_newest_save_stays_when_it_comes_just_before_an_exchange(
    path: Path, monkeypatch: pytest.MonkeyPatch, save: Callable[[Path, bytes], None], saves: int
) -> None:
    """Each of the first exchanges is preceded by a save too late to be noticed."""
    number = count(1)

    def late(one: Path, other: Path) -> bool:
        if (now := next(number)) <= saves:
            save(path, b"save %d" % now)
        return exchange(one, other)

    monkeypatch.setattr(atomic, "exchange", late)
    assert replace_unchanged(path, OURS, BEFORE) is False
    assert path.read_bytes() == b"save %d" % saves
    assert list(path.parent.iterdir()) == [path]


def test_an_unchanged_file_is_replaced(path: Path) -> None:
    assert replace_unchanged(path, OURS, BEFORE) is True
    assert path.read_bytes() == OURS
    assert list(path.parent.iterdir()) == [path]


def test_a_saved_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "workforce.ipynb"
    path.write_bytes(b"saved")
    assert replace_unchanged(path, OURS, BEFORE) is False
    assert replace_unchanged(path, OURS, None) is False
    assert path.read_bytes() == b"saved"


def test_a_deleted_file_is_not_made_again(tmp_path: Path) -> None:
    assert replace_unchanged(tmp_path / "workforce.ipynb", OURS, BEFORE) is False
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_put_in_place_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "reports" / "2023-24-Q3" / "workforce.ipynb"
    assert replace_unchanged(path, OURS, None) is True
    assert path.read_bytes() == OURS
    assert list(path.parent.iterdir()) == [path]


def test_a_new_file_does_not_replace_one_created_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "workforce.ipynb"
    temporary_file = atomic._temporary_file

    def late(target: Path, data: bytes) -> object:
        target.write_bytes(b"saved")
        return temporary_file(target, data)

    monkeypatch.setattr(atomic, "_temporary_file", late)
    assert replace_unchanged(path, OURS, None) is False
    assert path.read_bytes() == b"saved"


def test_without_exchange_support_files_are_compared_and_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "workforce.ipynb"
    path.write_bytes(BEFORE)
    monkeypatch.setattr("quarterly.storage.atomic.sys.platform", "win32")
    assert replace_unchanged(path, OURS, BEFORE) is True
    assert path.read_bytes() == OURS
    assert replace_unchanged(path, b"another", BEFORE) is False
    assert path.read_bytes() == OURS
    assert list(tmp_path.iterdir()) == [path]
