"""Child processes that Ctrl-C does not reach: the command itself handles it, ends them and prints one line."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def shielded_from_ctrl_c() -> Iterator[int]:
    """Start processes in this block without Ctrl-C, which a terminal sends to all of a command's processes.

    Yields the ``creationflags`` of `subprocess.Popen`. The caller must end the processes that it starts.
    """
    if sys.platform == "win32":
        yield subprocess.CREATE_NEW_PROCESS_GROUP
        return
    # A child inherits the signal mask; in this process, a signal sent meanwhile is only delayed.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield 0
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
