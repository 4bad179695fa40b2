"""An analyst can explore any indicator, quarters and comparator; the example notebook runs unchanged."""

from __future__ import annotations

import altair as alt
import nbclient
import nbformat
import pytest
from conftest import COMPARATOR_LABELS, ROOT

from quarterly.core.errors import UnknownIndicator, UnknownName, UnknownQuarter
from quarterly.core.written import comparator_cell, target_cell
from quarterly.data.load import Basket
from quarterly.data.project import template_names
from quarterly.display.explore import Explorer
from quarterly.measures.scorecard import Scorecard

NOTEBOOK = ROOT / "notebooks" / "explore.ipynb"


@pytest.fixture(scope="module")
def explorer(basket: Basket, scorecard: Scorecard) -> Explorer:
    """Return everything known at the published quarter."""
    return Explorer(basket, scorecard)


def test_the_example_notebook_runs_with_valid_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    done = nbclient.NotebookClient(notebook, resources={"metadata": {"path": NOTEBOOK.parent}}, timeout=300).execute()
    nbformat.validate(done)
    shown = [output.data for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert len(shown) >= 5
    assert sum("<figure" in data["text/html"] for data in shown) == 3


def test_the_example_belongs_to_no_edition() -> None:
    assert "explore" not in template_names(ROOT)


def test_indicators_are_found_by_all_given_words(explorer: Explorer, scorecard: Scorecard) -> None:
    assert list(explorer.indicators("visits child").index) == [
        "children-in-care-visits",
        "child-protection-visits",
        "child-in-need-visits",
    ]
    assert len(explorer.indicators()) == len(scorecard.rows)
    assert explorer.indicators("no such words").empty


def test_figures_are_those_of_the_chosen_quarters(explorer: Explorer, scorecard: Scorecard) -> None:
    found = explorer.figures("agency-workers", since="2023-24-Q1", until="2023-24-Q2")
    row = scorecard.rows.loc["agency-workers"]
    assert list(found["value"]) == [row["2023-24-Q1"], row["2023-24-Q2"]]
    assert set(found["name"]) == {row["short_name"]}


def test_every_comparator_is_shown_with_an_indicator(explorer: Explorer, scorecard: Scorecard) -> None:
    row, found = scorecard.rows.loc["dental-checks"], explorer.compared("dental-checks").loc["dental-checks"]
    assert found["target"] == target_cell(row).full
    for name, label in COMPARATOR_LABELS.items():
        assert found[label] == comparator_cell(row, str(name)).full


def test_a_chart_has_its_targets_and_comparators_as_lines(explorer: Explorer) -> None:
    chosen = explorer.chart("single-assessments-45-days", since="2023-24-Q1", comparators=("england",))
    assert chosen.title.subtitle == "Dashed: target 85% and England 84.5%"
    assert "2022-23-Q4" not in chosen.to_json()
    assert isinstance(explorer.chart("single-assessments-45-days", target=False), alt.Chart)


def test_an_unknown_name_gets_suggestions(explorer: Explorer) -> None:
    with pytest.raises(UnknownIndicator, match="agency-workers"):
        explorer.figures("agency-worker")
    with pytest.raises(UnknownIndicator, match="agency-workers"):
        explorer.compared(["agency-worker"])  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="one of these: england"):
        explorer.chart("agency-workers", comparators="englnd")
    with pytest.raises(UnknownQuarter, match="2030-31-Q1"):
        explorer.figures("agency-workers", since="2030-31-Q1")
