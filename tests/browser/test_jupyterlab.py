"""An officer types in a real JupyterLab while the quarter is run again, and the words are kept and published."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from conftest import Project
from jupyter_lab import browser_page, find_cell, needs_chromium, needs_jupyterlab, open_notebook, save, serve, type_over
from readers import search_entries

from quarterly.commentary.cells import PINNED, WRITTEN

NOTEBOOK = "reports/2023-24-Q3/quality-assurance.ipynb"
PLACE = "place-practice-reviews-good"
WORDS = "Two reviewers joined in November and catch up by March."
PROMPT = "Write here"

pytestmark = [needs_chromium, needs_jupyterlab]


def source_of(root: Path, name: str) -> str:
    notebook = nbformat.read(root / NOTEBOOK, as_version=4)
    return str(next(cell.source for cell in notebook.cells if cell.id == name))


def test_words_typed_in_jupyterlab_stay_when_the_quarter_is_run_and_are_published(project: Project) -> None:
    before = nbformat.read(project.root / NOTEBOOK, as_version=4)
    settings = project.root / ".lab"
    with serve(project.root, settings) as address, browser_page() as page:
        open_notebook(page, address, NOTEBOOK)
        page.get_by_text("| Idle").wait_for()
        assert page.locator(".jp-mod-dirty").count() == 0, "opening a notebook changes nothing"
        figures = page.locator(".jp-Notebook .jp-OutputArea-output table")
        place = find_cell(page, "Overall percentage of practice reviews graded as good or better")
        # The figures for the place are above it, without code.
        shown = figures.filter(has_text="Figures for the next cell").filter(has_text="69%")
        assert shown.first.is_visible()
        assert page.get_by_text("report.beside(").count() == 0
        type_over(page, place, PROMPT, WORDS)
        save(page)

        saved = nbformat.read(project.root / NOTEBOOK, as_version=4)
        assert WORDS in source_of(project.root, PLACE)
        kept = [[cell.metadata.get(key) for key in (WRITTEN, PINNED)] for cell in saved.cells]
        assert kept == [[cell.metadata.get(key) for key in (WRITTEN, PINNED)] for cell in before.cells]
        assert saved.metadata["quarterly-shown"] == before.metadata["quarterly-shown"]

        project.edit(
            "data/observations.csv", "practice-reviews-good,2023-24-Q3,69,", "practice-reviews-good,2023-24-Q3,71,"
        )
        done = project("run", "--area", "quality-assurance")
        assert done.returncode == 0, done.stderr
        open_notebook(page, address, NOTEBOOK)
        assert find_cell(page, WORDS).is_visible()
        assert find_cell(page, "written when this was 69%; it is now 71%").is_visible()
    assert source_of(project.root, PLACE).endswith(WORDS)
    done = project("render", "--renderer", "embedded")
    assert done.returncode == 0, done.stderr
    text = (project.root / "_site" / NOTEBOOK).with_suffix(".html").read_text(encoding="utf-8")
    assert WORDS in " ".join(re.sub(r"<[^>]+>", " ", text).split())
    index = search_entries(project.root / "_site")
    assert any(WORDS in str(entry.get("text")) for entry in index)


def test_jupyterlab_asks_nothing_and_draws_interactive_charts_without_another_host(project: Project) -> None:
    with serve(project.root, project.root / ".lab") as address, browser_page() as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        open_notebook(page, address, "notebooks/explore.ipynb")
        page.get_by_text("| Idle").wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        chart = page.locator(".jp-RenderedVegaCommon5 svg, .jp-RenderedVegaCommon5 canvas").first
        chart.wait_for()
        assert page.locator(".jp-toast, .Toastify__toast").count() == 0
        assert [
            url for url in asked if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
        ] == []
