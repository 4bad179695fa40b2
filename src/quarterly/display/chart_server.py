"""Processes that draw charts for others: a drawing engine takes longer to start than to draw a page of charts.

A command opens a `ChartServer`, and passes its addresses to kernels in the environment variable `ADDRESSES`. A process
without that variable, or without an answer, draws charts itself: the pictures are the same.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterly.storage.children import shielded_from_ctrl_c
from quarterly.storage.reuse import has_results

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

ADDRESSES = "QUARTERLY_CHART_SERVER"
_Tasks = dict[str, Callable[[str], str]]


class ChartServer:
    """Processes that draw charts until this object is closed or the process that made it ends.

    ``folder`` is a folder of this run, for their sockets; Windows uses pipes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, kernels: int = 1) -> None:
        """Start the processes in the background, unless there are some already."""
        if self._processes or ADDRESSES in os.environ:
            return
        # One for four kernels: drawing is a tenth of a notebook's work, and starting takes longer than it does.
        sockets = [self._folder / f"charts-{number}" for number in range((kernels + 3) // 4)]
        commands = [[sys.executable, "-m", __name__, str(socket)] for socket in sockets]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
        with shielded_from_ctrl_c() as flags:
            self._processes = [subprocess.Popen(command, **pipes, creationflags=flags) for command in commands]

    def wait(self) -> None:
        """Wait until the processes answer: from then on this process, and those that it starts, let them draw."""
        if self._processes and ADDRESSES not in os.environ:
            lines = [process.stdout.readline().strip() for process in self._processes if process.stdout]
            os.environ[ADDRESSES] = " ".join(filter(None, lines))

    def __enter__(self) -> ChartServer:
        return self

    def __exit__(self, *_: object) -> None:
        """Kill the processes."""
        if self._processes:
            os.environ.pop(ADDRESSES, None)
        for process in self._processes:
            process.kill()
            process.communicate()


@cache
def _connections(addresses: str, thread: int) -> Iterator[Connection[Any, Any]]:  # noqa: ARG001 - each has its own
    """Return connections to the processes in rotation: a kernel tied to one would wait for it while others idle."""
    from multiprocessing.connection import Client

    servers = [known.rpartition("|") for known in addresses.split(" ")]
    return cycle([Client(address, authkey=bytes.fromhex(key)) for address, _, key in servers])


def ask_server(task: str, text: str) -> str | None:
    """Send a task to the chart server and return its answer; None if there is no server or it fails."""
    addresses = os.environ.get(ADDRESSES)
    if not addresses:
        return None
    try:
        connection = next(_connections(addresses, threading.get_ident()))
        connection.send((task, text))
        done: str | None = connection.recv()
    except (OSError, EOFError, ValueError):
        return None
    return done


def _serve(connection: Connection[Any, Any], tasks: _Tasks) -> None:
    with contextlib.suppress(OSError, EOFError), connection:
        while True:
            task, text = connection.recv()
            try:
                done: str | None = tasks[task](text)
            except Exception:  # noqa: BLE001 - the caller draws it again, and reports what is wrong
                done = None
            connection.send(done)


def _leave_with_parent() -> None:
    sys.stdin.read()  # returns when the parent process ends, for whatever reason
    os._exit(0)


def main() -> None:
    """Answer requests to compile and draw charts."""
    from multiprocessing.connection import Listener

    os.environ.pop(ADDRESSES, None)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    key = os.urandom(16)
    with Listener(None if os.name == "nt" else sys.argv[1], authkey=key) as listener:
        with contextlib.suppress(OSError):  # the parent process has ended, and so will this one
            os.write(1, f"{listener.address}|{key.hex()}\n".encode())
        # The engine starts after the address is sent, so the command can go on; early requests wait for their answers.
        from quarterly.display import drawing

        if not has_results():  # most requests are new only then
            drawing.warm_up()
        tasks = {"compile": drawing.compile_here, "draw": drawing.draw_here}
        while True:
            with contextlib.suppress(OSError, EOFError):
                threading.Thread(target=_serve, args=(listener.accept(), tasks), daemon=True).start()


if __name__ == "__main__":
    main()
