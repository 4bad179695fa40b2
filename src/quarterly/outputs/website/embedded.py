"""Run the embedded renderer, smalldocs, with typed text reduced to plain Markdown.

The smalldocs command can build only into the project's own site folder and does not support ``ipynb-filters``. The
filter that our projects name there is always applied here.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from http import HTTPStatus
from pathlib import Path

import smalldocs.config
import smalldocs.serve
import smalldocs.site
import yaml
from smalldocs.config import BuildError, ConfigError, Project
from smalldocs.notebook import to_markdown
from smalldocs.serve import preview
from smalldocs.site import Site

from quarterly.outputs.website.pages.plain_words import plain_notebook

#: Host names that a preview answers to.
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


class PreviewHandler(smalldocs.serve.Handler):  # type: ignore[misc]
    """Serve requests for this machine's own names only, with the headers of the published site.

    Otherwise a malicious page could point its host name at this machine and read the preview (DNS rebinding).
    """

    def parse_request(self) -> bool:
        """Parse a request, and refuse one for another host."""
        if not super().parse_request():
            return False
        port = self.server.server_address[1]
        asked = self.headers.get("Host", "").casefold()
        if asked in {f"{name}{end}" for name in _OWN_NAMES for end in (f":{port}", *([""] if port == 80 else []))}:
            return True
        self.send_error(HTTPStatus.MISDIRECTED_REQUEST, f"Use http://localhost:{port}")
        return False

    def end_headers(self) -> None:
        """Add the headers from the site's `_headers` file."""
        file = Path(self.directory, "_headers")
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        for name, _, value in (line.partition(":") for line in lines if line[:1].isspace() and line.strip()):
            self.send_header(name.strip(), value.strip())
        super().end_headers()


def load_project(root: Path | str) -> Project:
    """Read a project's settings, with the pages and sidebar of `_parts/editions.yml`, as Quarto does."""
    project = smalldocs.config.load(root)
    # These do not matter: everything here is HTML, which is all that the filter allows, and nothing uses hovering.
    needless = re.compile(r"/only_html\.lua |-hover ")
    project.warnings = [warning for warning in project.warnings if not needless.search(warning)]
    written = project.root / "_parts" / "editions.yml"
    made = yaml.safe_load(written.read_text(encoding="utf-8")) if written.is_file() else {}
    project.project.setdefault("render", []).extend(made.get("project", {}).get("render", []))
    project.website.setdefault("sidebar", {}).update(made.get("website", {}).get("sidebar", {}))
    return project


def main(root: str, made: str, port: str = "") -> int:
    """Render a project into a folder, or preview it on a port, treating the renderer's warnings as errors."""
    smalldocs.site.to_markdown = lambda text, defaults=None: to_markdown(plain_notebook(text), defaults)
    # Otherwise it converts every page's pattern again for every file of the project: a seventh of the time.
    smalldocs.config.glob_regex = cache(smalldocs.config.glob_regex)
    # Otherwise it warns that it does not support the setting.
    smalldocs.config.KNOWN["ipynb-filters"] = None
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
