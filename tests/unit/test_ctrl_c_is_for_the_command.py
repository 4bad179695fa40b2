"""Ctrl-C goes to all processes of a command, and only the command itself responds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quarterly.storage.children import shielded_from_ctrl_c

WAIT = "import time; print(flush=True); time.sleep(60)"
START = "from quarterly.editions.fork_server import start_fork_server; start_fork_server()"
posix = pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX")


def waiting(flags: int) -> subprocess.Popen[str]:
    """Start a process that has begun and waits."""
    command = [sys.executable, "-c", WAIT]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, creationflags=flags, start_new_session=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@posix
def test_a_process_started_this_way_ignores_ctrl_c_and_can_be_ended() -> None:
    with shielded_from_ctrl_c() as flags:
        process = waiting(flags)
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.2)
    assert process.poll() is None
    process.terminate()
    assert process.communicate(timeout=60)[1] == ""


@posix
def test_ctrl_c_while_shielded_is_not_lost() -> None:
    # Tests started in the background of a shell would ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), shielded_from_ctrl_c():
            os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


@posix
def test_the_fork_server_ignores_ctrl_c_while_it_imports() -> None:
    """It imports what notebooks use, for a second or more."""
    code = f"import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); {START}; {WAIT}"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[1] == ""


@posix
def test_a_chart_server_whose_command_was_killed_ends_without_a_message(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "quarterly.display.chart_server", str(tmp_path / "charts")]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
