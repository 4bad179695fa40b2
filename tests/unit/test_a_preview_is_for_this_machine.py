"""A preview answers only requests for this machine by its own names, with the headers of the site."""

from __future__ import annotations

import http.client
import http.server
import threading
from collections.abc import Iterator
from functools import partial

import pytest

from quarterly.outputs.website.embedded import PreviewHandler

HEADERS = "/*\n  Content-Security-Policy: default-src 'none'; script-src 'self'\n  X-Content-Type-Options: nosniff\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Return the port of a preview of a page."""
    site = tmp_path_factory.mktemp("site")
    (site / "index.html").write_text("<p>A page</p>", encoding="utf-8")
    (site / "_headers").write_text(HEADERS, encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(PreviewHandler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ask(port: int, host: str | None, way: str = "GET", path: str = "/") -> http.client.HTTPResponse:
    """Request a page from a preview by a host name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(way, path, skip_host=True)
    if host is not None:
        connection.putheader("Host", host.format(port=port))
    connection.endheaders()
    answer = connection.getresponse()
    answer.read_text = answer.read().decode  # type: ignore[attr-defined]
    return answer


@pytest.mark.parametrize("host", ["localhost:{port}", "127.0.0.1:{port}", "[::1]:{port}", "LOCALHOST:{port}"])
def test_its_own_names_are_answered_with_the_headers_of_the_site(port: int, host: str) -> None:
    answer = ask(port, host)
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; script-src 'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "localhost.evil.example:{port}", "localhost", "localhost:1", "127.0.0.1", "", None]
)
@pytest.mark.parametrize("way", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/", "/__smalldocs__/version"])
def test_other_names_are_not_answered(port: int, host: str | None, way: str, path: str) -> None:
    assert ask(port, host, way, path).status == 421
