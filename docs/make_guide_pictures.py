"""Take the screenshots for the officers' guide to commentary, in JupyterLab itself.

It copies the project, opens its edition in JupyterLab with Chromium, acts as an officer would, and takes screenshots:

    uv run python docs/make_guide_pictures.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "tests"))

from conftest import Project, run_example  # noqa: E402
from jupyter_lab import browser_page, find_cell, open_notebook, save, serve, type_over  # noqa: E402

PICTURES = DOCS / "guide"
NOTEBOOK = "reports/2023-24-Q3/quality-assurance.ipynb"
INDICATOR = "Overall percentage of practice reviews graded as good or better"
WORDS = "Two reviewers joined in November. The share graded good or better has risen since the summer."
WIDTH = 1000


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        run_example(Path(folder))
        project = Project(Path(folder))
        with serve(project.root, project.root / ".lab") as address, browser_page(WIDTH, 620) as page:

            def picture(name: str) -> None:
                page.wait_for_timeout(800)
                page.screenshot(path=PICTURES / f"{name}.png")

            def show(words: str) -> None:
                cell = find_cell(page, words)
                cell.evaluate("cell => cell.scrollIntoView({block: 'center'})")
                page.wait_for_timeout(800)

            open_notebook(page, address, NOTEBOOK)
            page.keyboard.press("Control+b")  # more room for the notebook
            show(INDICATOR)
            picture("place")
            type_over(page, find_cell(page, INDICATOR), "Write here", WORDS)
            picture("typing")
            save(page)
            change_figure(project)
            open_notebook(page, address, NOTEBOOK)
            show("written when this was 69%")
            picture("changed")
        run(project, "render", "--renderer", "embedded")
        take_published(project)


def take_published(project: Project) -> None:
    """Take the picture of the comment as published."""
    with browser_page(WIDTH, 520) as page:
        page.goto((project.root / "_site" / NOTEBOOK).with_suffix(".html").as_uri())
        words = page.locator("section.comment", has_text=WORDS).first
        words.evaluate("one => scrollTo({top: one.getBoundingClientRect().top + scrollY - 150, behavior: 'instant'})")
        page.wait_for_timeout(1500)
        page.screenshot(path=PICTURES / "published.png")


def change_figure(project: Project) -> None:
    """Correct a figure after the officer has written, and run the quarter again."""
    project.edit(
        "data/observations.csv", "practice-reviews-good,2023-24-Q3,69,", "practice-reviews-good,2023-24-Q3,71,"
    )
    run(project, "run", "--area", "quality-assurance")


def run(project: Project, *arguments: str) -> None:
    """Run a command in the copy."""
    done = project(*arguments)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, arguments, stderr=done.stderr)


if __name__ == "__main__":
    main()
