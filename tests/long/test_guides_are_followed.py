"""An analyst follows all five guides in one project: it builds, is repeatable, and is accessible."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Project
from guides import PYTHON, YAML, append, blocks
from jupyter_lab import browser_page, needs_chromium
from nbformat import NotebookNode
from served import headers_of, served

QUARTER, OLD = "2023-24-Q3", "2023-24-Q1"
#: The pages affected by following the guides, and words of the additions.
PAGES = {
    f"reports/{QUARTER}/workforce": ["Caseloads fell in every quarter", "Vacant posts"],
    f"reports/{QUARTER}/social-work-practice": ["Late for each child"],
    f"reports/{QUARTER}/fostering": ["Fostering and adoption", "Foster carers"],
    f"reports/{OLD}/workforce": ["Quarter 1 2023-24"],
}


def cells(sources: Iterable[str], called: str) -> list[NotebookNode]:
    """Make a cell from each statement that shows something, together with those before it."""
    made: list[NotebookNode] = []
    before = ""
    for statement in [part for source in sources for part in ast.parse(source).body]:
        before += f"{ast.unparse(statement)}\n"
        if isinstance(statement, ast.Expr):
            made.append(nbformat.v4.new_code_cell(before.rstrip(), id=f"{called}-{len(made)}"))
            before = ""
    return [*made, *([nbformat.v4.new_code_cell(before.rstrip(), id=f"{called}-end")] if before else [])]


def add_cells(root: Path, template: str, sources: list[str]) -> None:
    path = root / "notebooks" / f"{template}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    heading = nbformat.v4.new_markdown_cell("## What was added", id="added")
    notebook.cells += [heading, *cells(sources, "added")]
    nbformat.write(notebook, path)


def add_area(root: Path) -> None:
    append(root, "add-an-area", "areas", "indicators", "observations", "targets")
    notebook = nbformat.read(root / "notebooks" / "workforce.ipynb", as_version=4)
    names = [cell.id for cell in notebook.cells]
    del notebook.cells[names.index("analysis") : names.index("analysis-limits") + 1]
    changes = {'area="workforce"': 'area="fostering"', "A Stable and able workforce": "Fostering and adoption"}
    for cell in notebook.cells:
        for old, new in {**changes, "order: 5": "order: 6"}.items():
            cell.source = cell.source.replace(old, new)
    notebook.cells += cells(["figures.pipe(trend)"], "own")
    notebook.cells[-1].source = f"from quarterly import trend\n\n{notebook.cells[-1].source}"
    nbformat.write(notebook, root / "notebooks" / "fostering.ipynb")


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory, example: Project) -> Project:
    """Return a project in which the five guides were followed, built as they say."""
    root = tmp_path_factory.mktemp("followed") / "project"
    shutil.copytree(example.root, root)
    shutil.copy2(ROOT / "pyproject.toml", root)
    add_area(root)
    append(root, "add-an-indicator", "indicators", "observations", "targets")
    add_cells(root, "workforce", blocks("add-a-chart", PYTHON))
    add_cells(root, "social-work-practice", blocks("add-a-measure", PYTHON))
    (settings,) = blocks("old-quarter", YAML)
    (root / "params" / f"{OLD}.yml").write_text(f"{settings}\n", encoding="utf-8", newline="\n")
    project = Project(root)
    assert "The data is sound" in project("check").stdout
    for command in (["run", OLD], ["build"]):
        done = project(*command)
        assert done.returncode == 0, (command, done.stdout[-2000:], done.stderr[-3000:])
    return project


def test_additions_are_on_the_pages(followed: Project) -> None:
    for page, words in PAGES.items():
        text = (followed.root / "_site" / f"{page}.html").read_text(encoding="utf-8")
        assert [word for word in words if word not in text] == [], page


def test_the_notebooks_give_the_same_again(followed: Project) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
    paths = [f"{page}.ipynb" for page in PAGES if OLD not in page]
    done = subprocess.run(
        [*command, *paths], cwd=followed.root, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout[-5000:]


@needs_chromium
def test_the_pages_are_accessible(followed: Project) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    site = followed.root / "_site"
    with served(site, headers_of(site)) as address, browser_page(390) as page:
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        for name in PAGES:
            page.goto(f"{address}{name}.html", wait_until="load")
            found = axe.run(page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert wrong == []
