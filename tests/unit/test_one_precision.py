"""A figure is stored, shown and rated with the decimals of its indicator; more of them are a fault, or queried."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from conftest import EXAMPLE
from extracts import Q4, read_text, read_workbook, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.cli.main import main
from quarterly.core.errors import DataFaults, Fault
from quarterly.core.rounding import published
from quarterly.data.checks import consistency_faults
from quarterly.data.load import Basket, load_basket
from quarterly.data.schema import TABLES
from quarterly.ingest.new_basket import read_first
from quarterly.ingest.plan import make_plan
from quarterly.ingest.source import open_source
from quarterly.measures.scorecard import build_scorecard

SHARE = "single-assessments-45-days"
CASELOAD = "average-caseload"
HEAD = "id,quarter,value\n"


def change(data: Path, table: str, indicator: str, cells: dict[str, str]) -> int:
    """Change the last row of an indicator in a table of a copied basket; return its line."""
    path = data / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    place = max(number for number, row in enumerate(rows) if row["indicator_id"] == indicator)
    rows[place] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return place + 2


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a copy of the data of the worked example."""
    return Path(shutil.copytree(EXAMPLE / "data", tmp_path / "data"))


def faults_of(data: Path) -> list[Fault]:
    """List the faults of a basket."""
    with pytest.raises(DataFaults) as caught:
        load_basket(data)
    return list(caught.value.faults)


@pytest.mark.parametrize(
    ("indicator", "value", "decimals"),
    [(SHARE, "84.6", "0 decimals"), (CASELOAD, "14.25", "1 decimal"), ("agency-workers", "1234567.5", "0 decimals")],
)
def test_a_figure_with_more_decimals_than_its_indicator_is_a_fault_with_two_remedies(
    data: Path, indicator: str, value: str, decimals: str
) -> None:
    line = change(data, "observations", indicator, {"value": value, "missing": ""})
    (fault,) = faults_of(data)
    assert (fault.file, fault.row, fault.column, fault.found) == ("data/observations.csv", line, "value", value)
    assert decimals in fault.expected
    assert "Round" in fault.expected
    assert "data/indicators.csv" in fault.expected


def test_the_second_remedy_is_to_give_the_indicator_more_decimals(data: Path) -> None:
    change(data, "observations", SHARE, {"value": "84.6", "missing": ""})
    change(data, "indicators", SHARE, {"decimals": "1"})
    rows = build_scorecard(load_basket(data), load_basket(data).quarters[-1]).rows
    assert rows.loc[SHARE, "value"] == 84.6


@pytest.mark.parametrize("column", ["old_value", "new_value"])
def test_restated_figures_have_the_decimals_of_their_indicator_too(basket: Basket, column: str) -> None:
    row = {"import_id": "2023-24-Q4-1", "indicator_id": SHARE, "quarter": "2023-24-Q3", "old_value": 70.0}
    row |= {"new_value": 71.0, column: 70.4}
    like = basket.restatements
    frames = {table.name: getattr(basket, table.name) for table in TABLES}
    ledger = pd.DataFrame([row], columns=like.columns).astype(like.dtypes.to_dict())
    imports = pd.DataFrame([{"import_id": "2023-24-Q4-1", "quarter": "2023-24-Q4"}], columns=basket.imports.columns)
    (fault,) = consistency_faults({**frames, "restatements": ledger, "imports": imports})
    assert (fault.file, fault.row, fault.column, fault.found) == ("data/restatements.csv", 2, column, "70.4")


@settings(max_examples=12)
@given(decimals=st.integers(0, 6), units=st.integers(0, 10**9))
def test_no_figure_with_the_decimals_of_its_indicator_is_a_fault(basket: Basket, decimals: int, units: int) -> None:
    """Figures are binary fractions: 1.005 times a hundred is 100.49999999999999."""
    value = float(Decimal(units).scaleb(-decimals))
    frames = {table.name: getattr(basket, table.name) for table in TABLES}
    indicators = basket.indicators[basket.indicators["indicator_id"] == CASELOAD].assign(decimals=decimals)
    observations = basket.observations[basket.observations["indicator_id"] == CASELOAD].assign(value=value, missing="")
    found = consistency_faults({**frames, "indicators": indicators, "observations": observations}, {"rules"})
    assert [fault for fault in found if fault.file == "data/observations.csv"] == []
    assert published(value, decimals) == pytest.approx(value, rel=1e-15)


def test_targets_and_comparators_stay_as_typed(data: Path) -> None:
    """A real target of a whole-number percentage is 7.6, and comparators have the decimals of their publisher."""
    change(data, "targets", SHARE, {"value": "7.654321", "missing": ""})
    change(data, "comparators", SHARE, {"value": "71.123456", "missing": ""})
    basket = load_basket(data)
    assert 7.654321 in set(basket.targets["value"])
    assert 71.123456 in set(basket.comparators["value"])


@pytest.mark.parametrize("table", ["targets", "comparators"])
def test_targets_and_comparators_have_six_decimals_at_most(data: Path, table: str) -> None:
    line = change(data, table, SHARE, {"value": "7.6543210", "missing": ""})
    fault = faults_of(data)[0]
    assert (fault.file, fault.row, fault.column) == (f"data/{table}.csv", line, "value")
    assert "six decimals" in fault.expected


def test_an_import_asks_before_it_rounds(basket: Basket) -> None:
    extract = read_text(basket, f"{HEAD}{SHARE},2023-24-Q4,84.6\n{CASELOAD},2023-24-Q4,14.25\n")
    found = make_plan(extract, basket, Q4).doubts
    found = found[found["doubt"] == "decimals"].set_index("indicator_id")["why"]
    assert list(found.index) == [SHARE, CASELOAD]
    assert found[SHARE].startswith("The extract says 84.6%, and the indicator has 0 decimals. Accept it as 85%, or")
    assert found[CASELOAD].startswith("The extract says 14.25, and the indicator has 1 decimal. Accept it as 14.3, or")
    assert "data/indicators.csv" in found[SHARE]


def test_a_percentage_calculated_in_a_workbook_is_queried_at_full_precision(basket: Basket) -> None:
    """A format of 0% shows 85%, but the calculated value, which would be rated, is 84.6."""
    content = workbook(
        {"Sheet": [["id", "2023-24 Q4"], [SHARE, 0.846], ["agency-workers", 19]]}, {("Sheet", "B2"): "0%"}
    )
    doubts = make_plan(read_workbook(basket, content), basket, Q4).doubts
    assert "84.6%" in doubts.set_index("doubt").loc["decimals", "why"]


@pytest.mark.parametrize("written", ["85", "85.0", "85.00%", "85.0000000001"])
def test_a_figure_that_rounding_does_not_change_is_not_queried(basket: Basket, written: str) -> None:
    doubts = make_plan(read_text(basket, f"{HEAD}{SHARE},2023-24-Q4,{written}\n"), basket, Q4).doubts
    assert "decimals" not in set(doubts["doubt"])


@pytest.fixture
def desk(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with only the data, as the working directory."""
    (data.parent / "_quarto.yml").write_text("", encoding="utf-8")
    (data.parent / "params").mkdir()
    (data.parent / "extract.csv").write_text(f"{HEAD}{SHARE},2023-24-Q4,84.6\n", encoding="utf-8")
    monkeypatch.chdir(data.parent)
    return data.parent


def bring_in(*options: str) -> Result:
    """Run the import as a user would."""
    return CliRunner().invoke(main, ["import", "extract.csv", "--quarter", "2023-24-Q4", *options])


def held(desk: Path, column: str = "value") -> list[str]:
    """Read the data of the imported quarter."""
    with (desk / "data" / "observations.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["quarter"] == "2023-24-Q4"]
    return [row[column] for row in rows if row["indicator_id"] == SHARE]


def test_a_figure_is_rounded_and_written_only_if_accepted(desk: Path) -> None:
    others = ("--accept", "withdrawn", "--accept", "implausible")
    refused = bring_in(*others)
    assert refused.exit_code != 0
    assert f"{SHARE}:decimals" in refused.output
    assert held(desk) == []
    accepted = bring_in(*others, "--accept", f"{SHARE}:decimals")
    assert accepted.exit_code == 0, accepted.output
    assert held(desk) == ["85"]
    # The same extract again brings no changes and no questions.
    assert "nothing left to look at" in bring_in("--dry-run").output


def test_an_indicator_with_more_decimals_takes_the_figure_unchanged(desk: Path) -> None:
    change(desk / "data", "indicators", SHARE, {"decimals": "1"})
    done = bring_in("--accept", "withdrawn", "--accept", "implausible")
    assert done.exit_code == 0, done.output
    assert held(desk) == ["84.6"]


@pytest.mark.parametrize(
    ("figures", "decimals", "values"),
    [
        ((12.5, 13.25), "2", ["12.5", "13.25"]),
        ((1 / 3, 2), "6", ["0.333333", "2"]),
        ((2.0000000001, 3), "0", ["2", "3"]),
    ],
)
def test_a_new_basket_declares_its_decimals_up_to_six(
    tmp_path: Path, figures: tuple[float, float], decimals: str, values: list[str]
) -> None:
    path = tmp_path / "new.xlsx"
    path.write_bytes(workbook({"Bins": [["Indicator", "Q3 2023/24", "Q4 2023/24"], ["Missed", *figures]]}))
    tables = read_first(open_source(str(path))).tables
    assert tables["indicators"]["decimals"].tolist() == [decimals]
    assert tables["observations"]["value"].tolist() == values
