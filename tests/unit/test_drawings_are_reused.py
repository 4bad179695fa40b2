"""A drawing that a project has made before is not made again, and nothing but time depends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterly.display import drawing
from quarterly.storage.reuse import reuse_in, reused

CHART = {
    "data": {"name": "rows"},
    "datasets": {"rows": [{"x": 1, "y": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "ordinal"}, "y": {"field": "y", "type": "quantitative"}},
}


def forget() -> None:
    """As in another process."""
    drawing.compiled.cache_clear()
    drawing.drawn.cache_clear()


def refuse() -> bytes:
    pytest.fail("it was made again")


def kept(root: Path) -> list[Path]:
    return sorted((root / ".quarterly" / "results").glob("*"))


def test_a_chart_is_drawn_once_in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    drawn = drawing.draw_svg(CHART), drawing.draw_png(CHART)
    forget()
    with reuse_in(tmp_path):
        assert (drawing.draw_svg(CHART), drawing.draw_png(CHART)) == drawn
    forget()
    for name in ("compile_here", "draw_here", "_engine"):
        monkeypatch.setattr(drawing, name, refuse)
    with reuse_in(tmp_path):
        assert (drawing.draw_svg(CHART), drawing.draw_png(CHART)) == drawn


def test_another_chart_is_not_taken_for_it(tmp_path: Path) -> None:
    other = {**CHART, "datasets": {"rows": [{"x": 1, "y": 3}]}}
    with reuse_in(tmp_path):
        assert drawing.draw_svg(CHART) != drawing.draw_svg(other)
        assert drawing.draw_png(CHART, 1) != drawing.draw_png(CHART, 2)


def test_what_was_damaged_is_made_again(tmp_path: Path) -> None:
    with reuse_in(tmp_path):
        reused("key", lambda: b"result")
        (path,) = kept(tmp_path)
        for damaged in (b"", path.read_bytes()[:-1], b"something else"):
            path.write_bytes(damaged)
            assert reused("key", lambda: b"result") == b"result"
        assert reused("key", refuse) == b"result"


def test_a_forced_command_makes_all_anew_and_keeps_nothing(tmp_path: Path) -> None:
    with reuse_in(tmp_path):
        reused("key", lambda: b"old")
    with reuse_in(tmp_path, anew=True):
        assert reused("key", lambda: b"new") == b"new"
    with reuse_in(tmp_path):
        assert reused("key", refuse) == b"old"


def test_outside_of_a_command_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert reused("key", lambda: b"result") == b"result"
    assert list(tmp_path.rglob("*")) == []


def test_a_result_that_cannot_be_kept_is_given_all_the_same(tmp_path: Path) -> None:
    (tmp_path / ".quarterly").mkdir()
    (tmp_path / ".quarterly" / "results").write_text("in the way", encoding="utf-8")
    with reuse_in(tmp_path):
        assert reused("key", lambda: b"result") == b"result"


def test_those_unused_for_longest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quarterly.storage.reuse._MOST", 2)
    with reuse_in(tmp_path):
        for number in range(4):
            reused(str(number), lambda: b"result")
    assert len(kept(tmp_path)) == 2
