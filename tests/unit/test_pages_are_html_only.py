"""A format other than HTML would have no tables or charts: it is refused, with what to do instead."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

from quarterly.outputs.website.embedded import load_project

FILTER = ROOT / "theme" / "only_html.lua"
PANDOC = shutil.which("pandoc")
SETTINGS = (
    "_quarto.yml",
    "examples/thornmere-waste/_quarto.yml",
    "examples/harrowmere/_quarto.yml",
    "src/quarterly/project/starter/files/_quarto.yml",
)


def converted(to: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Convert a page with the filter, as Quarto does."""
    command = [str(PANDOC), "--lua-filter", str(FILTER), "--to", to, "--output", str(folder / "page")]
    return subprocess.run(command, input="words", capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.skipif(PANDOC is None, reason="Pandoc is not installed here: Debian has it as pandoc")
@pytest.mark.parametrize("to", ["docx", "latex", "commonmark", "pptx"])
def test_other_formats_stop_with_what_to_do(to: str, tmp_path: Path) -> None:
    done = converted(to, tmp_path)
    assert done.returncode != 0
    assert f"as {to} they would lose their tables and charts" in done.stderr
    assert "`uv run quarterly build`" in done.stderr
    assert not (tmp_path / "page").exists()


@pytest.mark.skipif(PANDOC is None, reason="Pandoc is not installed here: Debian has it as pandoc")
@pytest.mark.parametrize("to", ["html", "html5"])
def test_html_pages_are_made(to: str, tmp_path: Path) -> None:
    done = converted(to, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "page").read_text(encoding="utf-8") == "<p>words</p>\n"


@pytest.mark.parametrize("file", SETTINGS)
def test_every_basket_names_the_filter(file: str) -> None:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    at = lines.index("filters:")
    (named,) = yaml.safe_load(lines[at + 1])
    assert named in ("theme/only_html.lua", "_theme/only_html.lua")


def test_the_embedded_renderer_does_not_warn_about_it() -> None:
    assert [warning for warning in load_project(ROOT).warnings if "filter" in warning and "ipynb" not in warning] == []
