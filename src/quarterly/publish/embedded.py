"""Run the embedded renderer, smalldocs, into a folder of our choice: its own command knows only the project's."""

from __future__ import annotations

import sys
from pathlib import Path

from smalldocs.config import BuildError, ConfigError, load
from smalldocs.site import Site


def main(root: str, made: str) -> int:
    """Render a project into a folder; what the renderer warns of is an error here."""
    try:
        site = Site(load(root), quiet=True)
        site.out = Path(made)
        site.build()
    except (ConfigError, BuildError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.writelines(f"{warning}\n" for warning in site.warnings)
    return 1 if site.warnings else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
