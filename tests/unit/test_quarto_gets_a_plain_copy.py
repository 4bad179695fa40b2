"""`quarterly render` gives Quarto a copy of the project in which users' text is plain; the project stays unchanged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from quarterly.outputs.website.pages import editions, finish
from quarterly.outputs.website.pages.plain_words import plain_notebook
from quarterly.outputs.website.pages.policy import Policy
from quarterly.outputs.website.render import copy_plain

NOTEBOOK = "reports/2024-25-Q1/area.ipynb"
TEMPLATE = "notebooks/area.ipynb"
SHOWN = ("_quarto.yml", "index.qmd", TEMPLATE, "downloads/2024-25-Q1/a.csv", "pictures/a b.png", NOTEBOOK)
LEFT_OUT = (
    ".git/config",
    ".venv/downloads/a.csv",
    "env/pyvenv.cfg",
    "env/a.js",
    "_site/downloads/old.csv",
    ".quarterly/site/source/index.qmd",
    "reports/2024-25-Q1/.ipynb_checkpoints/area.ipynb",
    "other/_site/a.html",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with files of every kind, and a comment that Quarto would read as settings."""
    root = tmp_path / "project"
    for name in (*SHOWN, *LEFT_OUT):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    cell = {"cell_type": "markdown", "metadata": {"tags": ["commentary"]}, "source": "---\ntitle: mine\n---"}
    (root / NOTEBOOK).write_text(json.dumps({"cells": [cell], "metadata": {}}), encoding="utf-8")
    parameters = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "quarter = 1"}
    (root / TEMPLATE).write_text(json.dumps({"cells": [parameters], "metadata": {}}), encoding="utf-8")
    return root


def files(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*") if path.is_file()}


def test_text_is_plain_in_the_copy_and_as_typed_in_the_project(project: Path) -> None:
    before = files(project)
    copy = project / ".quarterly" / "site" / "copy"
    copy_plain(project, copy)
    plain = files(copy)
    assert plain == {name: plain_notebook(before[name]) if name == NOTEBOOK else before[name] for name in SHOWN}
    assert "\n---" not in json.loads(plain[NOTEBOOK])["cells"][0]["source"]
    shutil.rmtree(copy)
    assert files(project) == before


def test_the_post_render_step_reads_sign_offs_from_the_project_itself(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "_site" / "reports" / "2024-25-Q1"
    site.mkdir(parents=True)
    (site / "area.html").write_text("<body></body>", encoding="utf-8")
    asked: list[Path] = []
    monkeypatch.setattr(editions, "status_of", asked.append)
    monkeypatch.setenv("QUARTERLY_PROJECT", str(project))
    finish.finish_pages(tmp_path / "_site", "theme", Policy())
    assert asked == [project / "reports" / "2024-25-Q1" / "area.ipynb"]
