"""A report of an earlier quarter shows only what was known then, and needs no parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import Project, copy_project
from nbformat import NotebookNode

from quarterly.data.load import Basket

QUARTER = "2023-24-Q1"
NAMES = ("social-work-practice", "index")


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a copy of the project with two notebooks of an earlier quarter."""
    project = copy_project(tmp_path_factory.mktemp("earlier"))
    assert not (project.root / "params" / f"{QUARTER}.yml").exists()
    done = project("run", QUARTER, "--area", "social-work-practice", "--area", "index")
    assert done.returncode == 0, done.stderr
    (project.root / "printed.txt").write_text(done.stdout, encoding="utf-8")
    return project


@pytest.fixture(scope="module")
def notebooks(earlier: Project) -> dict[str, NotebookNode]:
    """Return the executed notebooks."""
    folder = earlier.root / "reports" / QUARTER
    assert sorted(path.stem for path in folder.iterdir()) == sorted(NAMES)
    return {name: nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in NAMES}


def test_a_run_prints_the_files_that_it_made_and_nothing_else(earlier: Project) -> None:
    printed = (earlier.root / "printed.txt").read_text(encoding="utf-8")
    assert printed.splitlines() == [str(Path("reports", QUARTER, f"{name}.ipynb")) for name in sorted(NAMES)]


def shown(notebook: NotebookNode) -> Iterator[str]:
    """Return everything that a notebook shows a reader: headings, words and outputs, not the code."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from (text for output in cell.outputs for text in output.data.values())
        else:
            yield cell.source


def published(notebook: NotebookNode) -> str:
    return "\n".join(shown(notebook))


@pytest.mark.parametrize("name", NAMES)
def test_the_quarter_itself_is_shown(notebooks: dict[str, NotebookNode], name: str) -> None:
    text = published(notebooks[name])
    assert 'quarter: "2023-24-Q1"' in text
    assert "April to June 2023" in text
    assert "Quarter 1 2023-24" in text


def table(notebook: NotebookNode) -> Tag:
    """Return the table of key performance indicators."""
    found = BeautifulSoup(published(notebook), "html.parser").select_one("table.kpi-table")
    assert found is not None
    return found


def test_the_table_ends_with_the_quarter(notebooks: dict[str, NotebookNode]) -> None:
    heads = [cell.get_text() for cell in table(notebooks["social-work-practice"]).select("thead th")]
    assert heads[:6] == ["Indicator", "Q2 2022-23", "Q3 2022-23", "Q4 2022-23", "Q1 2023-24", "Target"]


@pytest.mark.parametrize("name", NAMES)
def test_no_later_quarter_is_named(notebooks: dict[str, NotebookNode], name: str) -> None:
    text = published(notebooks[name])
    for number in (2, 3, 4):
        for label in (f"2023-24-Q{number}", f"Q{number} 2023-24", f"Q{number} 23-24", f"Quarter {number} 2023-24"):
            found = re.search(rf"(?<![\d-]){label}(?!-Q)", text)
            assert found is None, found and text[found.start() - 80 : found.end() + 80]
    for months in ("July to September 2023", "October to December 2023", "2024"):
        assert months not in text


@pytest.mark.parametrize("name", NAMES)
def test_no_later_figure_is_shown(notebooks: dict[str, NotebookNode], basket: Basket, name: str) -> None:
    text = published(notebooks[name])
    figures = basket.observations.merge(basket.indicators[["indicator_id", "unit"]], on="indicator_id")
    rates = figures[(figures["unit"] == "rate") & figures["value"].notna()]
    known = {f"{value:.2f}" for value in rates.loc[rates["quarter"] <= QUARTER, "value"]}
    later = {f"{value:.2f}" for value in rates.loc[rates["quarter"] > QUARTER, "value"]} - known
    assert {"47.73", "52.57"} <= later
    assert not [value for value in sorted(later) if re.search(rf"(?<![\d.]){re.escape(value)}(?!\d)", text)]


def test_the_cells_of_the_table_are_those_of_the_quarters(notebooks: dict[str, NotebookNode], basket: Basket) -> None:
    rows = table(notebooks["social-work-practice"]).select("tbody tr")
    values = basket.observations.set_index(["indicator_id", "quarter"])["value"]
    area = basket.indicators[basket.indicators["area_id"] == "social-work-practice"]
    assert [row["id"] for row in rows] == [f"row-{name}" for name in area["indicator_id"]]
    for indicator_id, row in zip(area["indicator_id"], rows, strict=True):
        cells = [cell.get_text(strip=True) for cell in row.select("td")][:4]
        assert cells[:2] == ["x", "x"]  # quarters without any known figure
        for quarter, cell in zip(("2022-23-Q4", QUARTER), cells[2:], strict=True):
            value = values[(indicator_id, quarter)]
            assert cell == "x" if pd.isna(value) else float(cell.strip("%").replace(",", "")) == value


def test_no_published_rating_is_mentioned(notebooks: dict[str, NotebookNode]) -> None:
    assert "published as" not in published(notebooks["social-work-practice"])


def test_the_comparison_says_what_is_not_known(notebooks: dict[str, NotebookNode]) -> None:
    assert "no indicator was rated in both quarters" in published(notebooks["index"])


def test_a_run_of_an_earlier_quarter_leaves_the_newest_edition(earlier: Project, built: Project) -> None:
    newest = "reports/2023-24-Q3"
    for path in sorted((built.root / newest).glob("*.ipynb")):
        assert (earlier.root / newest / path.name).read_bytes() == path.read_bytes()
    assert "Quarter 3 2023-24" in (earlier.root / "_parts" / "latest.md").read_text(encoding="utf-8")
