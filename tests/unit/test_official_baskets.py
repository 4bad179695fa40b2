"""A basket of official measures is a council's annual report: its own figures by years, and those of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from quarterly.cli.main import main
from quarterly.core.errors import DataFaults, UnknownAuthority
from quarterly.core.quarters import Quarter
from quarterly.data.checks import consistency_faults
from quarterly.data.load import Basket, load_basket
from quarterly.data.schema import TABLES
from quarterly.display.charts.against import series, steps
from quarterly.ingest.benchmarks import read_benchmarks
from quarterly.ingest.official_basket import Measures, find_measures, official_basket, official_baskets, read_neighbours
from quarterly.measures.benchmark import benchmarks_for
from quarterly.measures.direction import NEW_DEFINITION
from quarterly.measures.scorecard import build_scorecard
from quarterly.project.starter import Names, start_basket

DAY = date(2026, 4, 8)
HEAD = "Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region"
#: Two measures of the dashboard, the second graded differently from 2022 on, and one that is not in the dashboard.
FIGURES = {
    ("CPPlans2yrsActive", "Ayford"): {2021: "2.04", 2022: "2.1", 2023: "c"},
    ("CPPlans2yrsActive", "Beeford"): {2021: "3", 2022: "4", 2023: "5"},
    ("CPPlans2yrsActive", "Old Ceeford"): {2020: "1", 2021: "1"},
    ("CPPlans2yrsActive", "England"): {2021: "2.2", 2022: "2.3", 2023: "2.4"},
    ("LAC_KS4_AVG_Attain8", "Ayford"): {2021: "20", 2022: "21", 2023: "22.5"},
    ("LAC_KS4_AVG_Attain8", "Beeford"): {2021: "18", 2022: "19", 2023: "20"},
    ("LAC_KS4_AVG_Attain8", "London (Inner)"): {2021: "19", 2022: "19.5", 2023: "20.5"},
    ("Pupils", "Ayford"): {2023: "9000"},
}


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> Measures:
    return find_measures(read_benchmarks(written(tmp_path_factory.mktemp("official")), DAY), "csc-dashboard")


def written(folder: Path) -> Path:
    lines = [
        f"{measure},,{year},{place},{value},,{'NA' if place in ('England', 'London (Inner)') else 'Inner London'}"
        for (measure, place), values in FIGURES.items()
        for year, value in values.items()
    ]
    (folder / "tool.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")
    return folder / "tool.csv"


@pytest.fixture(scope="module")
def basket(measures: Measures, tmp_path_factory: pytest.TempPathFactory) -> Basket:
    folder = tmp_path_factory.mktemp("basket") / "ayford"
    tables = official_basket(measures, "Ayford", {"Ayford": ["Beeford", "Old Ceeford"]}, "The department, 2025")
    start_basket(folder, tables, Names("Ayford", "Care", "By year", "Official"))
    assert "quarter" not in (folder / "index.qmd").read_text(encoding="utf-8").partition("---\n\n")[2]
    return load_basket(folder / "data")


def test_the_shipped_tables_name_each_measure_once_and_are_valid() -> None:
    assert official_baskets() == ["csc-dashboard"]
    about = pd.read_csv(
        Path(__file__).parents[2] / "src/quarterly/ingest/baskets/csc-dashboard.csv", dtype=str, keep_default_na=False
    )
    for column in ("indicator_id", "measure", "called", "name", "short_name"):
        assert about[column].is_unique, column
    assert len(about) == 33
    assert (about[["definition", "source"]] != "").all(axis=None)
    changes = about["changed"].str.split("; ").explode()
    assert changes[changes != ""].str.fullmatch(r"20\d\d-\d\d: .+").all()


def test_figures_are_by_years_at_the_published_precision(basket: Basket) -> None:
    own = basket.observations.set_index(["indicator_id", "quarter"])
    assert basket.quarters == [Quarter(2020, 0), Quarter(2021, 0), Quarter(2022, 0)]
    assert own.loc[("long-child-protection-plans", "2020-21"), "value"] == 2.0
    assert own.loc[("long-child-protection-plans", "2022-23"), "missing"] == "c"
    assert own.loc[("attainment-8-looked-after", "2022-23"), "value"] == 22.5
    assert (basket.targets["missing"] == "z").all()


def test_comparators_are_from_the_same_file_and_year(basket: Basket) -> None:
    """Ceeford has no newest figure, so it is no neighbour."""
    found = basket.comparators.set_index(["indicator_id", "comparator", "period"])["value"]
    plans = found["long-child-protection-plans"]
    assert plans[("statistical_neighbour", "2021-22")] == 4.0
    assert plans[("england", "2022-23")] == 2.4
    assert found["attainment-8-looked-after"][("london_inner", "2022-23")] == 20.5
    assert list(basket.comparator_members["authority"]) == ["Beeford"]


def test_direction_of_travel_compares_with_the_year_before_but_not_across_a_new_definition(basket: Basket) -> None:
    history = build_scorecard(basket, Quarter(2022, 0)).history.set_index(["indicator_id", "quarter"])
    assert history.loc[("long-child-protection-plans", "2021-22"), "dot"] == "INCREASE"
    graded = history.loc[[("attainment-8-looked-after", year) for year in ("2021-22", "2022-23")]]
    assert list(graded["dot"]) == ["", ""]
    assert list(graded["dot_reason"]) == [NEW_DEFINITION, NEW_DEFINITION]
    assert graded["previous"].isna().all()


def test_a_new_definition_breaks_the_line_and_is_named(basket: Basket) -> None:
    scorecard = build_scorecard(basket, Quarter(2022, 0)).showing(3)
    data = series(scorecard, "attainment-8-looked-after")
    assert [point["new"] for point in data] == [True, True, True]
    assert [point["value"] is None for point in steps(data)] == [True, False] * 3
    assert data[-1]["label"] == "2022-23 (new definition)"
    assert not any(point["new"] for point in series(scorecard, "long-child-protection-plans"))
    (seen,) = benchmarks_for(basket, ["attainment-8-looked-after"]).values()
    assert list(seen.changes) == ["2020-21", "2021-22", "2022-23"]


def test_a_quarterly_basket_is_not_compared_across_a_new_definition_either(project_basket: Basket) -> None:
    quarter = project_basket.quarters[-1]
    rows = build_scorecard(project_basket, quarter).rows
    name = str(rows.index[rows["dot"] != ""][0])
    change = pd.DataFrame([(name, str(quarter), "new definition", "Counted in another way")])
    changes = change.set_axis(project_basket.known_changes.columns, axis="columns")
    row = build_scorecard(replace(project_basket, known_changes=changes), quarter).rows.loc[name]
    assert (row["dot"], row["dot_reason"]) == ("", NEW_DEFINITION)


@pytest.fixture
def project_basket() -> Basket:
    return load_basket(Path(__file__).parents[1] / "baskets" / "north-somerset" / "data")


def test_missing_measures_and_unused_figures_are_reported(measures: Measures) -> None:
    assert "Not in the file: Referrals within 12 months of a previous referral, ReReferral." in measures.messages
    missing = [line for line in measures.messages if line.startswith("Not in the file:")]
    assert len(missing) == 31
    assert measures.messages[-1] == "1 figure of other measures left out."
    assert measures.authorities == ["Ayford", "Beeford"]


def test_a_year_among_quarters_and_a_quarter_among_years_are_named(basket: Basket, project_basket: Basket) -> None:
    for known, wrong in ((basket, "2022-23-Q4"), (project_basket, "2022-23")):
        frames = {table.name: getattr(known, table.name) for table in TABLES}
        frames["targets"] = frames["targets"].assign(to_quarter=[wrong, *frames["targets"]["to_quarter"][1:]])
        places = [(each.file, each.row, each.column) for each in consistency_faults(frames) if each.found == wrong]
        assert ("data/targets.csv", 2, "to_quarter") in places


def test_an_unrecognised_authority_gets_suggestions(measures: Measures) -> None:
    with pytest.raises(UnknownAuthority, match="Did you mean one of these: Ayford"):
        official_basket(measures, "Aiford", {}, "")


def test_a_file_without_any_of_the_measures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tool.csv").write_text(f"{HEAD}\nPupils,,2023,Ayford,9000,,North\n", encoding="utf-8")
    with pytest.raises(DataFaults) as error:
        find_measures(read_benchmarks(tmp_path / "tool.csv", DAY), "csc-dashboard")
    assert error.value.faults[0].found == "1 measure, such as Pupils"


def neighbours_sheet(folder: Path) -> tuple[openpyxl.Workbook, Path]:
    book = openpyxl.Workbook()
    for row in (["A", "B"], ["LA num", "LA Name", "SN1", "SNP", "SN2", "SNP"], [1, "Ayford", 2, "Close", 9, "Close"]):
        book.active.append(row)
    book.active.append([2, "Beeford", 1, "Close", None, None])
    book.save(folder / "neighbours.xlsx")
    return book, folder / "neighbours.xlsx"


def test_neighbours_are_read_from_the_official_sheet_by_their_numbers(tmp_path: Path) -> None:
    book, path = neighbours_sheet(tmp_path)
    assert read_neighbours(path) == {"Ayford": ["Beeford", "number 9"], "Beeford": ["Ayford"]}
    book.active.delete_rows(2)
    book.save(path)
    with pytest.raises(DataFaults, match="SN1"):
        read_neighbours(path)


def test_one_command_makes_the_basket_and_reports_what_it_left_out(tmp_path: Path) -> None:
    arguments = ["init", str(tmp_path / "new"), str(written(tmp_path)), "--basket", "csc-dashboard"]
    unknown = CliRunner().invoke(main, [*arguments, "--council", "Nowhere"])
    assert unknown.exit_code != 0
    assert not (tmp_path / "new").exists()
    sheet = str(neighbours_sheet(tmp_path)[1])
    compared = CliRunner().invoke(main, [*arguments, "--council", "ayford", "--neighbours", sheet, "--dry-run"])
    assert "Without figures in the newest year, and not among the statistical neighbours: number 9." in compared.output
    assert "No statistical neighbours" not in compared.output
    done = CliRunner().invoke(main, [*arguments, "--council", "AYFORD"])
    assert done.exit_code == 0, done.output
    assert "social care in Ayford" in (tmp_path / "new" / "_quarto.yml").read_text(encoding="utf-8")
    assert "Not in the file: Referrals within 12 months of a previous referral" in done.output
    assert "No statistical neighbours" in done.output
    assert (tmp_path / "new" / "params" / "2022-23.yml").is_file()
    other = CliRunner().invoke(main, [*arguments[:-1], "unheard-of", "--council", "Ayford"])
    assert "choose one of: csc-dashboard" in other.output
