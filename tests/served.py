"""A built site on a local server, with headers or without, and the browser to see it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed here: Debian has it as chromium"
)
POLICY = "Content-Security-Policy"


class _Served(SimpleHTTPRequestHandler):
    """Serves a site with some headers, and says nothing."""

    def __init__(self, *arguments: object, headers: Mapping[str, str], **options: object) -> None:
        self._own = headers
        super().__init__(*arguments, **options)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        """Send the headers of the site too."""
        for name, value in self._own.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def headers_of(site: Path) -> dict[str, str]:
    """Read the headers that a site says it can be served with."""
    first, *lines = (site / "_headers").read_text(encoding="utf-8").splitlines()
    assert first == "/*"
    return dict(line.strip().split(": ", 1) for line in lines)


@contextmanager
def served(site: Path, headers: Mapping[str, str]) -> Iterator[str]:
    """Serve a site; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Served, directory=str(site), headers=headers))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
