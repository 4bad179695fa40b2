"""A process that has imported what notebooks use and has opened their report, and forks a kernel for each of them.

Starting a kernel, its imports and its report is nearly the whole cost of a small notebook. Here it is paid once for all
notebooks of a project, and each still gets a separate process in a fresh state. Charts are not drawn before a fork:
drawing runs in threads, which a fork would lose. Only Linux can fork without breaking libraries.
"""

from __future__ import annotations

import atexit
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn
from weakref import WeakSet

from quarterly.storage.children import shielded_from_ctrl_c

#: What a kernel imports, some of it only when it starts.
_KERNEL_MODULES = (
    "quarterly.editions.kernel_app",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "tornado.platform.asyncio",
)
#: A cell that goes through a set of texts does so in the same order on every run.
FIXED = {"PYTHONHASHSEED": "0"}


class ForkedKernel:
    """A forked kernel, with the interface of a `subprocess.Popen` that Jupyter's provisioner expects."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._handle)

    def poll(self) -> int | None:
        """Return None while the kernel runs, and then 1: how it ended is not known."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until the kernel has ended."""
        ended = select.poll()
        ended.register(self._handle, select.POLLIN)
        return 1 if ended.poll(None if timeout is None else timeout * 1000) else None

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it still runs."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class ForkServer:
    """The process that forks kernels, which starts in the background and ends with this one, as the kernels do."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        number, environment = theirs.fileno(), {**os.environ, **FIXED}
        # Without -P, modules in the project's folder would shadow those of the kernel.
        command = [sys.executable, "-P", "-c", f"from {__name__} import serve; serve({number})"]
        with shielded_from_ctrl_c(), theirs:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[number], env=environment)
        self.pid, self._connection = self._process.pid, Connection(ours.detach())
        self._asking = threading.Lock()
        atexit.register(self.close)
        self._kernels: WeakSet[ForkedKernel] = WeakSet()

    def fork(self, arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> ForkedKernel:
        """Fork a kernel that works in a folder of the project, with the arguments of `KernelApp`.

        Raises OSError or EOFError if the process has ended.
        """
        # The process forgets a kernel that has ended when it is asked for the next: until then its id is not reused.
        with self._asking:
            self._connection.send((arguments, folder, environment))
            kernel = ForkedKernel(self._connection.recv())
        self._kernels.add(kernel)
        return kernel

    def kill_kernels(self) -> None:
        """End all kernels."""
        for kernel in list(self._kernels):
            kernel.kill()

    def close(self) -> None:
        """End the process and all kernels."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    @property
    def ended(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None


_servers: list[ForkServer] = []
_starting = threading.Lock()


@cache
def can_fork() -> bool:
    """Return whether kernels may be forked here, and followed: Linux can do that since its version 5.3."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return sys.platform == "linux"


def start_fork_server() -> ForkServer:
    """Return this command's fork server, which starts in the background unless it runs already."""
    with _starting:
        if not _servers or _servers[0].ended:
            _servers[:] = [ForkServer()]
        return _servers[0]


def serve(number: int) -> None:
    """Fork kernels for the process at the other end of a socket, until that ends."""
    connection = Connection(number)
    # What is loaded here stays. Searching it for garbage would take a tenth of the time, and a kernel that did so would
    # first have to copy it.
    gc.disable()
    # Otherwise the debugger warns at every start that it cannot see into Python's own modules.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    for name in _KERNEL_MODULES:
        import_module(name)
    _open_report(Path.cwd())
    with suppress(EOFError, OSError):
        while True:
            arguments, folder, environment = connection.recv()
            _judge(Path(folder))
            gc.freeze()
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            kernel = os.fork()
            if not kernel:
                _become_kernel(connection, arguments, folder, environment)
            connection.send(kernel)


def _open_report(folder: Path) -> None:
    """Do what every notebook does first: Python loads, compiles and looks up a lot when it does something first."""
    import altair as alt

    from quarterly.data.project import find_project
    from quarterly.disclosure import open_basket
    from quarterly.display.charts.trend import trend_shapes
    from quarterly.display.report import open_report
    from quarterly.display.seen import SEEN

    # The command reports faults in the data; kernels must start whatever happens here.
    with suppress(Exception):
        basket = open_basket(find_project(folder)).basket
        report = open_report(str(basket.quarters[-1]), basket.area_ids[0])
        report.headline()
        report.table()
        trend_shapes(report.whole)
        alt.Chart(report.figures()).mark_bar().encode(x="value", y="name").to_dict()
    # A new notebook has read nothing yet.
    SEEN.clear()


def _judge(folder: Path) -> None:
    """Read and judge a project's figures, so that its kernels need not, unless it was done for the same content."""
    from quarterly.data.project import find_project
    from quarterly.disclosure import open_basket

    with suppress(Exception):
        opened = open_basket(find_project(folder))
        newest = opened.basket.quarters[-1]
        opened.scorecard(newest)
        opened.scorecard_before(newest)


def _become_kernel(connection: Connection, arguments: list[str], folder: str, environment: dict[str, str]) -> NoReturn:
    try:
        threading.Thread(target=_leave_with_command, args=(connection,), daemon=True).start()
        gc.enable()
        os.setsid()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        from quarterly.editions.kernel_app import KernelApp

        # Without a parent, the kernel assumes that it runs in a terminal and prints how to stop it.
        KernelApp.launch_instance([*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
    finally:
        os._exit(1)


def _leave_with_command(connection: Connection) -> None:
    """End the kernel when the command that started it is gone, however it ended: its end of the socket is closed."""
    closed = select.poll()
    closed.register(connection, 0)  # always reports that the other end is closed, and here nothing else
    closed.poll()
    os._exit(1)
