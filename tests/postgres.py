"""A PostgreSQL server for the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PASSWORD = "correct-horse-battery"  # noqa: S105 - of a server that lives as long as the tests
READER = "reader"


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL server for the tests."""

    port: int

    def address(self, user: str = READER, name: str = "reports") -> str:
        """Return its address as the command line takes it."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{name}"


def server_program(name: str) -> str | None:
    """Find a PostgreSQL program, including in Debian's folder."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(places[-1]) if places else shutil.which(name)


def as_server(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a command as an unprivileged user: PostgreSQL refuses to run as root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    words = ["runuser", "-u", "postgres", "--", *command] if root else list(command)
    return subprocess.run(
        words, capture_output=True, text=True, encoding="utf-8", check=check, cwd=tempfile.gettempdir()
    )


@contextmanager
def postgresql() -> Iterator[Server]:
    """Start a server on a free port, in a temporary folder."""
    initdb, control = server_program("initdb"), server_program("pg_ctl")
    if not initdb or not control:
        pytest.skip("PostgreSQL is not installed")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="quarterly-pg-") as scratch:
        folder = Path(scratch)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data, secret = folder / "data", folder / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        auth = ("--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--username=postgres")
        as_server(initdb, "-D", str(data), *auth)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        as_server(control, "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield Server(port)
        finally:
            as_server(control, "-D", str(data), "-m", "immediate", "-w", "stop", check=False)
