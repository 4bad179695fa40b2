"""Run the embedded renderer, smalldocs, on editions in which what people typed is plain Markdown.

Its own command knows only the project's folder for the site, and no ``ipynb-filters``: the one that our projects name
is applied here, whether they name it or not.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import smalldocs.config
import smalldocs.serve
import smalldocs.site
import yaml
from smalldocs.config import BuildError, ConfigError, Project
from smalldocs.notebook import to_markdown
from smalldocs.serve import preview
from smalldocs.site import Site

from quarterly.outputs.website.theme import plain_notebook

#: By which names a preview is asked for.
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


class PreviewHandler(smalldocs.serve.Handler):  # type: ignore[misc]
    """Answer who asks for this machine by its own name, with the headers that the site is served with.

    A page of anybody can have its host's name lead to this machine, and then read what is answered to that name.
    """

    def parse_request(self) -> bool:
        """Read a request, and refuse one for another host."""
        if not super().parse_request():
            return False
        port = self.server.server_address[1]
        asked = self.headers.get("Host", "").casefold()
        if asked in {f"{name}{end}" for name in _OWN_NAMES for end in (f":{port}", *([""] if port == 80 else []))}:
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST, f"Ask for http://localhost:{port}")
        return False

    def end_headers(self) -> None:
        """Send the headers of the site's own file."""
        file = Path(self.directory, "_headers")
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        for name, _, value in (line.partition(":") for line in lines if line[:1].isspace() and line.strip()):
            self.send_header(name.strip(), value.strip())
        super().end_headers()


def _adapt() -> None:
    def plain_to_markdown(text: str, defaults: dict[str, Any] | None = None) -> tuple[dict[str, Any], str]:
        return to_markdown(plain_notebook(text), defaults)

    smalldocs.site.to_markdown = plain_to_markdown
    # For every file of the project it would work out the pattern of every page again: a seventh of the time.
    smalldocs.config.glob_regex = cache(smalldocs.config.glob_regex)
    # It would warn that it does nothing of the kind.
    smalldocs.config.KNOWN["ipynb-filters"] = None


def load_project(root: Path | str) -> Project:
    """Read a project's settings; the pages and the side bar of `_parts/editions.yml` join them, as under Quarto."""
    project = smalldocs.config.load(root)
    # The filter that refuses other formats than HTML has nothing to do here, and nothing hovers.
    needless = re.compile(r"/only_html\.lua |-hover ")
    project.warnings = [warning for warning in project.warnings if not needless.search(warning)]
    written = project.root / "_parts" / "editions.yml"
    made = yaml.safe_load(written.read_text(encoding="utf-8")) if written.is_file() else {}
    project.project.setdefault("render", []).extend(made.get("project", {}).get("render", []))
    project.website.setdefault("sidebar", {}).update(made.get("website", {}).get("sidebar", {}))
    return project


def main(root: str, made: str, port: str = "") -> int:
    """Render a project into a folder, or show it on a port; what the renderer warns of is an error here."""
    _adapt()
    smalldocs.serve.load = load_project
    smalldocs.serve.Handler = PreviewHandler
    if port:
        return preview(Path(root), port=int(port), open_browser=False)
    try:
        site = Site(load_project(root), quiet=True)
        site.out = Path(made)
        site.build()
    except (ConfigError, BuildError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.writelines(f"{warning}\n" for warning in site.warnings)
    return 1 if site.warnings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
