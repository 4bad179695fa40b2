"""The guides for analysts are correct: a test follows each of them."""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path
from typing import Any

import altair as alt
import nbformat
import pandas as pd
import pytest
from conftest import EXAMPLE, ROOT
from guides import PYTHON, YAML, append, blocks

from quarterly import open_report
from quarterly.data.load import load_basket
from quarterly.display.html import Html
from quarterly.display.notebook_outputs import house_style
from quarterly.display.units import Units


def execute(sources: list[str], known: dict[str, Any]) -> list[Any]:
    """Execute cells in turn; return what each of their expressions shows on a page."""
    shown = []
    for source in sources:
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Expr):
                found = eval(compile(ast.Expression(statement.value), "cell", "eval"), known)  # noqa: S307 - our own documentation
                shown.append(house_style(found, Units()) or found)
            else:
                exec(compile(ast.Module([statement], []), "cell", "exec"), known)  # noqa: S102 - our own documentation
    return shown


def template(name: str) -> list[str]:
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the figures of the example, to change, as the working directory of commands."""
    shutil.copytree(EXAMPLE / "data", tmp_path / "data")
    shutil.copytree(EXAMPLE / "params", tmp_path / "params")
    shutil.copy2(ROOT / "_quarto.yml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_add_a_chart() -> None:
    known = {"report": (report := open_report("2023-24-Q3", area="workforce")), "figures": report.figures(), "alt": alt}
    shown = execute(blocks("add-a-chart", PYTHON), known)
    assert len(shown) == 6
    assert all(isinstance(each, Html) for each in shown)
    assert "Caseloads fell in every quarter" in shown[0].html
    assert shown[-1].text == "In Q3 2023-24 a social worker had 14 children on average."
    caseloads = known["caseload"]["value"]
    assert caseloads.is_monotonic_decreasing, "the title says so"


@pytest.mark.usefixtures("project")
def test_add_a_derived_measure() -> None:
    known: dict[str, Any] = {"report": open_report("2023-24-Q3", area="social-work-practice")}
    (table,) = execute(blocks("add-a-measure", PYTHON), known)
    assert "<caption>Period, " in table.html
    assert known["wide"]["late"].iloc[-1] == 23
    assert known["went_on"].iloc[-1] == 145


def test_add_an_indicator(project: Path) -> None:
    append(project, "add-an-indicator", "indicators", "observations", "targets")
    load_basket(project / "data")
    figures = open_report("2023-24-Q3", area="workforce").figures("vacant-posts")
    newest = figures.set_index("period").loc["2023-24-Q3"]
    assert (newest["value"], newest["target"], newest["rag"]) == (16, 10, "RED")


def test_add_a_service_area(project: Path) -> None:
    append(project, "add-an-area", "areas", "indicators", "observations", "targets")
    load_basket(project / "data")
    report = open_report("2023-24-Q3", area="fostering")
    assert "Foster carers" in report.table().html
    assert list(report.figures()["id"].unique()) == ["foster-carers"]


@pytest.mark.parametrize("name", ["workforce", "index"])
@pytest.mark.usefixtures("project")
def test_run_an_old_quarter(name: str) -> None:
    """Every cell of the templates works for a quarter before which little was known."""
    (settings,) = blocks("old-quarter", YAML)
    quarter = settings.partition(": ")[2]
    sources = [source.replace("2023-24-Q3", quarter) for source in template(name)]
    shown = [each for each in execute(sources, {}) if each is not None]
    assert len(shown) >= 5
    assert all(isinstance(each, Html) for each in shown)
    (figures,) = execute(blocks("old-quarter", PYTHON), {})
    assert isinstance(figures, Html)
    assert pd.Series(open_report(quarter, area="workforce").figures()["period"]).max() == quarter


def test_the_template_of_a_new_area_counts_every_rise_and_fall() -> None:
    """Also one that rounds to 0%, one below 0, and none across a new definition or without a figure."""
    starter = ROOT / "src/quarterly/project/starter/files/notebooks/area.json"
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(starter.read_text(encoding="utf-8"))["cells"]}
    nothing = float("nan")
    figures = pd.DataFrame(
        {
            "id": ["small", "negative", "nil", "secret", "so-far", "anew"] * 2,
            "period": ["2023-24-Q1"] * 6 + ["2023-24-Q2"] * 6,
            "value": [98.2, -2.7, 0, nothing, 20, 5, 98.1, -3.4, 3, nothing, 45, 9],
            "known_change": [""] * 11 + ["new definition"],
            "basis": [*["in quarter"] * 4, "year to date", "in quarter"] * 2,
        }
    )
    known: dict[str, Any] = {"figures": figures, "quarter": "2023-24-Q2"}
    execute([cells["moved"], cells["moved-finding"].partition("report.")[0]], known)
    assert known["counts"] == {"rose": 1, "fell": 2, "all": 3}
    assert known["newest"].set_index("id")["change"].dropna().to_dict() == {"small": -0.1, "negative": -25.9}
