"""In a running notebook charts and tables appear in the house style, or the run names the cell and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import nbclient
import nbformat
import pytest
from conftest import Project

from quarterly.core.run_errors import NotebookFailed
from quarterly.editions.notebooks import execute

OPEN = "from quarterly import open_report\nreport = open_report(quarter, area='workforce')"
CHART = """
import altair as alt
import pandas as pd
frame = pd.DataFrame({"kind": ["a", "b"], "value": [1.25, 2]})
"""


def run(root: Path, tmp_path: Path, *cells: str) -> list[str]:
    """Execute some cells; return their outputs as JSON."""
    sources = ["quarter = '2023-24-Q3'", OPEN, CHART, *cells]
    made = [nbformat.v4.new_code_cell(source, id=f"cell-{place}") for place, source in enumerate(sources)]
    made[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    done = execute(notebook, "reports/mine.ipynb", {}, root, tmp_path)
    outputs = {cell.id: cell.outputs for cell in done.cells if cell.cell_type == "code"}
    return [json.dumps(outputs[f"cell-{place}"]) for place in range(3, len(sources))]


def test_charts_and_frames_are_in_the_house_style_and_the_same_on_every_run(example: Project, tmp_path: Path) -> None:
    cells = (
        "alt.Chart(frame, title='Two').mark_bar().encode(x='kind', y='value')",
        "frame",
        "display(frame.style.format({'value': '{:.2f}'}))\nprint('said')",
        "from IPython.display import Markdown\nMarkdown('**Yes**')",
    )
    first, second = (run(example.root, tmp_path, *cells) for _ in range(2))
    assert first == second
    chart, table, styled, words = first
    assert "data:image/svg+xml" in chart
    assert "The data of this chart as a table" in chart
    assert "<caption>Kind and Value</caption>" in table
    assert '<td role=\\"cell\\">1.25</td>' in styled.replace(' data-label=\\"Value\\"', "")
    assert "**Yes**" in words
    for output in first:
        assert "vega" not in output
        assert "https://" not in output.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("x = 1\nalt.Chart(frame).mark_bar().encode(x='kind', y='value')", "has no title"),
        ("x = 1\ndisplay(alt.Chart(frame).mark_bar().encode(x='kind', y='value'))", "has no title"),
        ("from IPython.display import HTML\nHTML('<iframe src=x></iframe>')", "frame with another page"),
        ("x = 1\ndisplay({'application/vnd.plotly.v1+json': {}}, raw=True)", "web pages cannot show"),
    ],
)
def test_unpublishable_output_stops_the_run_and_names_the_cell(
    example: Project, tmp_path: Path, cell: str, reason: str
) -> None:
    with pytest.raises(NotebookFailed) as failed:
        run(example.root, tmp_path, "1", cell)
    assert (failed.value.cell, failed.value.line) == (5, 2)
    assert reason in str(failed.value)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("import sys\nsys.exit()", "stops the notebook"),
        ("exit", "stops the notebook"),
        ("%notamagic", "magic function `%notamagic` not found"),
        ("%%notamagic\n1", "magic `%%notamagic` not found"),
        ("import os\nos._exit(1)", "kernel died"),
    ],
)
def test_a_cell_that_stops_the_notebook_is_no_success(example: Project, tmp_path: Path, cell: str, reason: str) -> None:
    with pytest.raises(NotebookFailed, match=reason) as failed:
        run(example.root, tmp_path, "1", cell, "2")
    assert (failed.value.cell, failed.value.code) == (5, cell.splitlines()[0])


def test_what_a_cell_does_to_its_streams_ends_with_it(example: Project, tmp_path: Path) -> None:
    shown = run(example.root, tmp_path, "import sys\nsys.stdout.close()\nsys.stdout = sys.stderr = None", "print(1)")
    assert "1" in shown[-1]


def test_cells_work_in_the_projects_folder_wherever_jupyter_opened_them(example: Project) -> None:
    """JupyterLab and nbval start a kernel in the notebook's folder, a run in the project's."""
    sources = ["quarter = '2023-24-Q3'", OPEN, "from pathlib import Path\nprint(Path.cwd())"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    folder = {"metadata": {"path": str(example.root / "notebooks")}}
    done = nbclient.NotebookClient(notebook, resources=folder, timeout=120).execute()
    assert done.cells[-1].outputs[0].text.strip() == str(example.root.resolve())
