"""The kernel that notebooks run in: Jupyter's own, changed to lose no output and to limit how much a cell writes.

A publishing socket drops messages once a thousand are waiting: of 5,000 outputs, a busy machine lost a thousand. Here
any number may wait. A cell could then fill the memory of the command that listens, so its output is counted before it
is sent.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

if __name__ == "__main__" and Path(sys.path[0]) == Path.cwd():
    # As in `ipykernel_launcher`: modules in a notebook's folder must not shadow those of the kernel.
    del sys.path[0]

import zmq
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session, json_packer

from quarterly.editions.limits import FOR_EACH_OUTPUT, KEPT, MOST_OF_CELL, length, shortened

_OUTPUTS = frozenset({"stream", "display_data", "execute_result", "update_display_data"})
#: How many lines of an error's traceback are sent.
_LAST_LINES = 200
_MORE = f"This cell wrote more than {MOST_OF_CELL:,} characters. The rest was left out."


class BoundedSession(Session):
    """Jupyter's session, which sends at most `MOST_OF_CELL` characters of a cell's outputs, and then a notice."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.pack = _packed
        # Streams are sent from a separate thread.
        self._counting, self._cell, self._room = Lock(), "", 0

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *rest: Any, **options: Any) -> Any:
        """Send a message, or drop it if its cell has written too much."""
        if msg_or_type in ("error", "execute_reply") and content and "traceback" in content:
            trace = [shortened(line, KEPT) for line in content["traceback"][-_LAST_LINES:]]
            content = {**content, "evalue": shortened(content["evalue"], KEPT), "traceback": trace}
        if isinstance(msg_or_type, dict) and msg_or_type["msg_type"] in _OUTPUTS and not self._fits(msg_or_type):
            return None
        return super().send(stream, msg_or_type, content, *rest, **options)

    def _fits(self, message: dict[str, Any]) -> bool:
        """Count an output. The first that does not fit is cut or replaced by a notice; later ones are dropped."""
        cell, content = message["parent_header"].get("msg_id", ""), message["content"]
        with self._counting:
            if cell != self._cell:
                self._cell, self._room = cell, MOST_OF_CELL
            before = self._room
            self._room -= FOR_EACH_OUTPUT + length(content.get("text", "")) + length(content.get("data", {}))
            if before > 0 >= self._room:
                if message["msg_type"] == "stream":
                    content["text"] = f"{content['text'][:before]}\n{_MORE}"
                else:
                    content["data"] = {"text/plain": _MORE}
        return before > 0


def _packed(message: Any) -> bytes:
    """Pack part of a message; half a character, which would stop the socket and fits in no file, becomes "?"."""
    try:
        return json_packer(message)
    except UnicodeEncodeError:
        return json.dumps(message, default=str, ensure_ascii=False).encode("utf-8", "replace")


def _restore_streams(out: Any, err: Any) -> None:
    """Undo what a cell has done to the streams: without them the next cell would never be answered."""
    sys.stdout, sys.stderr = out, err


class KernelApp(IPKernelApp):
    """Jupyter's kernel with a bounded session and a socket that drops nothing."""

    def _session_default(self) -> Session:
        return BoundedSession(parent=self)

    def initialize(self, argv: list[str] | None = None) -> None:
        """Start without the name of the JupyterLab session from which the run may have been started."""
        os.environ.pop("JPY_SESSION_NAME", None)
        # A run's cells are not what a person typed, and opening the history waits for the disk.
        self.config.HistoryManager.enabled = False
        super().initialize(argv)  # type: ignore[no-untyped-call]
        shell: Any = self.shell
        out, err = sys.stdout, sys.stderr
        # A cell may close them, after which the next one would never be answered either.
        out.close, err.close = out.flush, err.flush  # type: ignore[method-assign]
        shell.events.register("post_execute", partial(_restore_streams, out, err))
        shell.ask_exit = sys.exit  # `exit` would end the kernel after its cell, in the middle of a later one

    def init_iopub(self, context: Any) -> None:
        """Open the socket that publishes what cells write."""
        context.setsockopt(zmq.SNDHWM, 0)
        super().init_iopub(context)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    KernelApp.launch_instance()
