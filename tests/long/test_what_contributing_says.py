"""After an indicator, an area and a quarter are added as CONTRIBUTING says, the checks for any figures still pass."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from conftest import ROOT, TESTS, Project

NEXT = "2023-24-Q4"
#: The notebooks that show the additions.
SHOWN = ("adoption", "index")
#: The first and the last cell of the template's own analysis.
ANALYSIS = ("analysis", "analysis-limits")


def append(project: Project, table: str, *lines: str) -> None:
    with (project.root / "data" / f"{table}.csv").open("a", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def add_area(project: Project) -> None:
    append(project, "areas", "adoption,6,Adoption and permanence,Adoption,")
    template = project.root / "notebooks" / "adoption.ipynb"
    notebook = nbformat.read(project.root / "notebooks" / "workforce.ipynb", as_version=4)
    first, last = ([cell.id for cell in notebook.cells].index(name) for name in ANALYSIS)
    del notebook.cells[first : last + 1]
    for cell in notebook.cells:
        for old, new in (
            ('area="workforce"', 'area="adoption"'),
            ("A Stable and able workforce", "Adoption"),
            ("order: 5", "order: 6"),
        ):
            cell.source = cell.source.replace(old, new)
    nbformat.write(notebook, template)


def add_indicator(project: Project, name: str, area: str, position: int) -> None:
    append(
        project,
        "indicators",
        f"{name},{area},{position},Number of {name},{name},number,0,higher,in quarter,stated,local measure,,,",
    )
    append(project, "observations", *(f"{name},2023-24-Q{number},{20 + number},,,," for number in (1, 2, 3)))
    append(project, "targets", f"{name},2023-24-Q1,2023-24-Q4,20,,,,")


def add_quarter(project: Project) -> None:
    """Set up the next quarter, and enter figures like those of the previous quarter."""
    assert project("new").returncode == 0
    rows = (project.root / "data" / "observations.csv").read_text(encoding="utf-8").splitlines()
    append(project, "observations", *(row.replace("2023-24-Q3", NEXT) for row in rows if ",2023-24-Q3," in row))


def hold(root: Path) -> None:
    """Run what an analyst runs: the tests for any figures, and the notebooks."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
    done = subprocess.run(
        [*command, "tests/unit/test_this_project.py", *(f"reports/{NEXT}/{name}.ipynb" for name in SHOWN)],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]


def test_checks_for_any_figures_pass_after_each_addition(project: Project) -> None:
    shutil.copy2(ROOT / "pyproject.toml", project.root)
    for file in ("conftest.py", "machine.py", "unit/test_this_project.py"):
        (project.root / "tests" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(TESTS / file, project.root / "tests" / file)
    add_indicator(project, "mentoring-visits", "workforce", 7)
    add_area(project)
    add_indicator(project, "adoption-visits", "adoption", 1)
    add_quarter(project)
    shutil.rmtree(project.root / "reports" / "2023-24-Q3")
    done = project("run", NEXT)
    assert done.returncode == 0, done.stderr
    page = (project.root / "reports" / NEXT / "adoption.ipynb").read_text(encoding="utf-8")
    assert "Number of adoption-visits" in page
    hold(project.root)


def test_figures_that_do_not_agree_with_the_edition_are_found(project: Project) -> None:
    shutil.copy2(ROOT / "pyproject.toml", project.root)
    project.edit("data/observations.csv", "agency-workers,2023-24-Q3,18,", "agency-workers,2023-24-Q3,19,")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "reports/2023-24-Q3/workforce.ipynb"]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stdout[-5000:]
