"""An installed package has the theme where the package looks for it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from conftest import ROOT

from quarterly.outputs.website.theme import PACKED, theme_file


def test_the_wheel_puts_the_theme_where_the_package_looks() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert Path(str(PACKED)) == ROOT / "src" / wheel["force-include"]["theme"]


def test_the_repository_has_the_theme_beside_the_package() -> None:
    with theme_file("post_render.py") as path:
        assert path.is_file()
