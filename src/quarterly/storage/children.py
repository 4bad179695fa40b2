"""Processes that a command starts for itself: Ctrl-C is for the command, which ends them and says so in a line."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unaware_of_ctrl_c() -> Iterator[int]:
    """Start processes in this block that Ctrl-C does not reach, although a terminal sends it to all of a command's.

    Yields the ``creationflags`` of `subprocess.Popen`. The caller must end the processes that it starts.
    """
    if sys.platform == "win32":
        yield subprocess.CREATE_NEW_PROCESS_GROUP
        return
    # A process takes over which signals are held back; here one that comes now is only late.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield 0
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
