"""A cell's output is limited before it is sent, so that no cell can fill the memory of the listening command."""

from __future__ import annotations

import os
import runpy
import select
import signal
from typing import Any

import pytest

from quarterly.editions import fork_server, kernels
from quarterly.editions.kernel_app import BoundedSession
from quarterly.editions.limits import KEPT, MOST_OF_CELL

MORE = "This cell wrote more than 20,000,000 characters. The rest was left out."


def written(session: BoundedSession, kind: str, content: dict[str, Any], cell: str = "1") -> dict[str, Any] | None:
    """Send an output of a cell to a stub; return what would have been sent."""
    sent = session.send(None, session.msg(kind, content, parent={"msg_id": cell}))
    return None if sent is None else sent["content"]


def shown(text: str) -> dict[str, Any]:
    return {"data": {"text/plain": text}, "metadata": {}}


def test_kernels_can_be_imported_where_python_does_not_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((os, "fork"), (os, "pidfd_open"), (signal, "pidfd_send_signal"), (select, "poll")):
        monkeypatch.delattr(module, name, raising=False)
    for file in (kernels.__file__, fork_server.__file__):
        assert "can_fork" in runpy.run_path(file)


@pytest.mark.parametrize("kind", ["display_data", "execute_result", "update_display_data"])
def test_the_first_output_over_the_limit_says_so_and_no_other_is_sent(kind: str) -> None:
    session = BoundedSession()
    sent = [written(session, kind, shown("x" * 3_000_000)) for _ in range(10)]
    assert [content is None for content in sent] == [False] * 7 + [True] * 3
    assert sent[6] == shown(MORE)
    assert sent[5] == shown("x" * 3_000_000)


def test_a_stream_is_cut_at_the_limit() -> None:
    sent = written(BoundedSession(), "stream", {"name": "stdout", "text": "x" * 100_000_000})
    assert sent == {"name": "stdout", "text": f"{'x' * MOST_OF_CELL}\n{MORE}"}


def test_very_many_short_outputs_also_exceed_the_limit() -> None:
    session = BoundedSession()
    sent = [written(session, "display_data", shown("1")) for _ in range(25_000)]
    kept = [content for content in sent if content]
    assert 15_000 < len(kept) < 20_001
    assert kept[-1] == shown(MORE)


def test_every_cell_has_its_own_limit() -> None:
    session = BoundedSession()
    assert [written(session, "stream", {"name": "stdout", "text": "x" * 15_000_000}, cell) for cell in "1122"] == [
        {"name": "stdout", "text": text}
        for text in ["x" * 15_000_000, f"{'x' * 4_999_000}\n{MORE}", "x" * 15_000_000, f"{'x' * 4_999_000}\n{MORE}"]
    ]


def test_an_error_is_cut_and_its_last_lines_are_kept() -> None:
    session = BoundedSession()
    content = {"ename": "ValueError", "evalue": "x" * 9_000_000, "traceback": ["line"] * 500 + ["y" * 9_000_000]}
    for kind in ("error", "execute_reply"):
        sent = session.send(None, kind, content)["content"]
        assert len(sent["evalue"]) < KEPT + 100
        assert sent["traceback"][:-1] == ["line"] * 199
        assert len(sent["traceback"][-1]) < KEPT + 100


def test_half_a_character_does_not_stop_what_a_cell_writes() -> None:
    assert BoundedSession().pack({"text": "caf\u00e9 \ud800\n"}) == '{"text": "caf\u00e9 ?\\n"}'.encode()


def test_messages_that_are_not_output_are_left_alone() -> None:
    session = BoundedSession()
    assert written(session, "stream", {"name": "stdout", "text": "x" * 30_000_000})
    assert written(session, "status", {"execution_state": "idle"}) == {"execution_state": "idle"}
