"""An installed package has the theme where the package looks for it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT

from quarterly.outputs.website.theme import PACKED, place_theme


def test_the_wheel_puts_the_theme_where_the_package_looks() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = settings["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert Path(str(PACKED)) == ROOT / "src" / wheel["force-include"]["theme"]


@pytest.mark.parametrize("script", ["plain_words", "post_render"])
def test_a_baskets_copy_of_the_theme_needs_no_installed_package(tmp_path: Path, script: str) -> None:
    place_theme(tmp_path)
    command = f"import sys; sys.path.insert(0, {str(tmp_path / '_theme')!r}); import {script}"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
