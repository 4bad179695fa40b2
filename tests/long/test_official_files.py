"""Official files are read unchanged: the tool's long and wide tables, files of statistics, plain lists."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pandas as pd
import pytest
from click.testing import CliRunner
from conftest import ROOT, Project

from quarterly.cli.main import main
from quarterly.core.errors import DataFaults
from quarterly.data.load import load_basket
from quarterly.ingest.benchmarks import read_benchmarks
from quarterly.ingest.official import NOT_AUTHORITIES, OfficialExtract, measure_names
from quarterly.ingest.official_basket import find_measures, official_basket, read_neighbours
from quarterly.measures.comparators import check_comparators
from quarterly.measures.proposals import proposals
from quarterly.measures.scorecard import build_scorecard
from quarterly.project.starter import Names, start_basket

DAY = date(2026, 4, 8)
#: Real files of the Department for Education and the Office for National Statistics, if available.
OFFICIAL = next(
    (path for path in (ROOT / "../shared/official", ROOT.parents[1] / "shared/official") if path.is_dir()), None
)

LONG = """Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region
ReReferral,Re-referrals,2022,North Somerset,18.100000000000001,802,South West
ReReferral,,2022,England,30.199999999999999,,NA
ReReferral,,2023 (Rev),England,7.0000000000000007E-2,,NA
ReReferral,,2014-16,England,12.1,,NA
ReReferral,,0,England,12.1,,NA
ReReferral,,2023,North Somerset,-,802,South West
"""
WIDE = """LA Number,LA and Regions,Region,Topic,Measure,Statistical Neighbour Group,2022,2023 (Rev)
802,North Somerset,South West,Social care,Re-referrals,1,18.1,*
,England,,Social care,Re-referrals,,21.5,22.4
"""
STATISTICS = """time_period,time_identifier,geographic_level,country_name,region_name,la_name,kind,number,rate
2024,Reporting year,National,England,,,Starting,100,18
2024,Reporting year,Regional,England,South West,,Starting,40,low
202324,Financial year,Local authority,England,South West,North Somerset,Starting,u,z
2024,Reporting year,National,England,,,Ceasing,90,17
"""


def read(tmp_path: Path, text: str, name: str = "file.csv") -> OfficialExtract:
    (tmp_path / name).write_text(text, encoding="utf-8-sig", newline="\n")
    return read_benchmarks(tmp_path / name, DAY)


def by_key(extract: OfficialExtract) -> dict[tuple[str, str, str], str]:
    figures = extract.figures
    values = figures["value"] + figures["missing"]
    return dict(zip(figures[["authority", "measure", "year"]].itertuples(index=False, name=None), values, strict=True))


def test_the_long_table_of_the_tool_is_read_with_its_published_decimals(tmp_path: Path) -> None:
    extract = read(tmp_path, LONG)
    assert by_key(extract) == {
        ("North Somerset", "ReReferral", "2021-22"): "18.1",
        ("England", "ReReferral", "2021-22"): "30.2",
        ("England", "ReReferral", "2022-23"): "0.07",
        ("North Somerset", "ReReferral", "2022-23"): "x",
    }
    assert extract.left_out == {"without a single year": 2}


def test_the_download_of_the_tool_with_a_column_a_year_gives_the_same(tmp_path: Path) -> None:
    assert by_key(read(tmp_path, WIDE)) == {
        ("North Somerset", "Re-referrals", "2021-22"): "18.1",
        ("England", "Re-referrals", "2021-22"): "21.5",
        ("North Somerset", "Re-referrals", "2022-23"): "c",
        ("England", "Re-referrals", "2022-23"): "22.4",
    }


def test_a_file_of_statistics_names_what_each_column_measures_and_of_whom(tmp_path: Path) -> None:
    extract = read(tmp_path, STATISTICS, "statistics.csv")
    assert by_key(extract) == {
        ("England", "Starting: number", "2023-24"): "100",
        ("England", "Starting: rate", "2023-24"): "18",
        ("South West", "Starting: number", "2023-24"): "40",
        ("South West", "Starting: rate", "2023-24"): "k",
        ("North Somerset", "Starting: number", "2023-24"): "x",
        ("North Somerset", "Starting: rate", "2023-24"): "z",
        ("England", "Ceasing: number", "2023-24"): "90",
        ("England", "Ceasing: rate", "2023-24"): "17",
    }
    assert set(extract.figures["source"]) == {"Official statistics, statistics.csv"}


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("LA and Regions,Short Desc,Years\nEngland,CIN,2022\n", "no column values"),
        ("time_period,la_name,rate\n2024,Leeds,3\n", "no column geographic_level"),
        ("authority,measure,value\nLeeds,A,3\n", "no column year"),
        ("a,b\n1,2\n", "no column"),
    ],
)
def test_a_missing_column_is_one_fault_however_many_rows_there_are(tmp_path: Path, text: str, lacking: str) -> None:
    head, row, _ = text.split("\n")
    with pytest.raises(DataFaults) as error:
        read(tmp_path, "\n".join([head, *[row] * 500]))
    (fault,) = error.value.faults
    assert lacking in fault.found
    assert "Use a file with the columns" in fault.expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "headings in line 1"),
        (b"authority,measure,year,value\nLeeds,A,2022,5,6\n", "the same number of cells in each line"),
        ("authority,measure,year,value\nSt Ives,A,2022,5£\n".encode("latin-1"), "Save the file as CSV UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "file.csv").write_bytes(content)
    with pytest.raises(DataFaults) as error:
        read_benchmarks(tmp_path / "file.csv", DAY)
    (fault,) = error.value.faults
    assert words in fault.expected


def test_a_word_among_the_figures_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(DataFaults) as error:
        read(tmp_path, LONG.replace("30.199999999999999", "about 30"))
    (fault,) = error.value.faults
    assert (fault.row, fault.found) == (3, "about 30")


# Matching measures to indicators


def test_measures_are_proposed_by_words_and_by_two_comparators_and_nothing_is_written(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Requests for support have the comparators of referrals; a single match proposes nothing."""
    measures = project.root / "data" / "benchmark_measures.csv"
    before = measures.read_text(encoding="utf-8")
    rows = ["Short Desc,Years,LA and Regions,Values", "NFA,2022,South West,6.8", "NFA,2022,England,7.6"]
    rows += ["Chance,2022,South West,6.8", "Chance,2022,England,9", "UASC,2023,North Somerset,29"]
    (tmp_path / "extract.csv").write_text("\n".join(rows), encoding="utf-8")
    words = "Measure_short,Measure\nUASC,Number of unaccompanied asylum seeking children\nNFA,Closed with no action\n"
    (tmp_path / "words.csv").write_text(words, encoding="utf-8")
    monkeypatch.chdir(project.root)
    arguments = ["benchmark", "match", str(tmp_path / "extract.csv"), "--dictionary", str(tmp_path / "words.csv")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert "2 of 2 comparators the same" in done.output
    assert "requests-for-support-no-further-action,NFA,,Closed with no action" in done.output
    assert "unaccompanied-children-rate,UASC,,Number of unaccompanied asylum seeking children" in done.output
    assert "Chance" not in done.output
    assert measures.read_text(encoding="utf-8") == before
    lacking = CliRunner().invoke(main, [*arguments[:-1], str(tmp_path / "extract.csv")])
    assert lacking.exit_code == 1
    assert "no column Measure_short, Measure" in lacking.output


# The real files


@pytest.mark.skipif(OFFICIAL is None, reason="the official files are not on this machine")
@pytest.mark.parametrize(
    ("name", "figures", "key", "value"),
    [
        ("c1_*.csv", 23_604, ("England", "Re_referrals_percent", "2023-24"), "22.4"),
        ("d1_*.csv", 27_538, ("England", "CPP_At31_rate", "2023-24"), "41.6"),
        (
            "cla_*.csv",
            7_515,
            ("England", "Children looked after on 31 March each year: rate_per_10000", "2023-24"),
            "69",
        ),
        ("ons_*.csv", 2_132, ("England", "population_estimate", "2023-24"), "12183016"),
    ],
)
def test_the_files_of_the_statistics_services_are_read_unchanged(
    name: str, figures: int, key: tuple[str, str, str], value: str
) -> None:
    assert OFFICIAL is not None
    found = by_key(read_benchmarks(next(OFFICIAL.glob(name)), DAY))
    assert len(found) == figures
    assert found[key] == value


@pytest.fixture(scope="module")
def tool() -> OfficialExtract:
    """Return the tool's long table, read once."""
    if OFFICIAL is None:
        pytest.skip("the official files are not on this machine")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed (uv sync --extra official)")
    return read_benchmarks(OFFICIAL / "bds_long_0.parquet", DAY)


def test_the_table_of_the_tool_is_read_unchanged(tool: OfficialExtract) -> None:
    extract = tool
    assert (len(extract.figures), extract.left_out) == (616_760, {"without a single year": 24_310})
    assert by_key(extract)[("North Somerset", "CPP_rate", "2018-19")] == "34.2"
    assert pd.to_numeric(extract.figures["value"][extract.figures["missing"] == ""]).notna().all()


def test_the_measures_of_the_worked_example_are_proposed(tool: OfficialExtract) -> None:
    assert OFFICIAL is not None
    basket = load_basket(ROOT / "data")
    known = basket.benchmark_measures.set_index("indicator_id")["measure"]
    without = replace(basket, benchmark_measures=basket.benchmark_measures[:0])
    found = proposals(without, tool.figures, measure_names(OFFICIAL / "lait_data_dictionary.csv"))
    pairs = set(found[["indicator_id", "measure"]].itertuples(index=False, name=None))
    missed = {pair for pair in known.items() if pair not in pairs}
    # Its printed comparators are those of re-referrals, and so are the proposals: 16 of 17.
    assert missed == {("referrals-no-further-action", "CIN_Refferals_NFA")}


def test_bands_match_a_second_implementation_in_every_newest_cell_with_a_polarity(
    tool: OfficialExtract, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert OFFICIAL is not None
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    official = importlib.import_module("official")
    cells = official.newest(tool.figures, OFFICIAL / "lait_data_dictionary.csv")
    assert (len(cells), cells["measure"].nunique()) == (44_741, 306)
    assert official.bands_that_differ(cells) == 0


@pytest.mark.skipif(OFFICIAL is None, reason="the official files are not on this machine")
def test_nations_and_regions_are_not_counted_as_authorities() -> None:
    assert OFFICIAL is not None
    areas = pd.read_excel(OFFICIAL / "la_code_list.xlsx", engine="openpyxl")
    above = set(areas.loc[areas["Type"].isna(), "LA Name"].str.lower())
    assert above <= NOT_AUTHORITIES
    assert not NOT_AUTHORITIES & set(areas.loc[areas["Type"].notna(), "LA Name"].str.lower())


# The annual report of any authority


@pytest.mark.parametrize(
    ("council", "region", "first", "neighbour"),
    [
        ("Kent", "south_east", "2015-16", "Essex"),
        ("Camden", "london_inner", "2015-16", "Westminster"),
        ("North Northamptonshire", "east_midlands", "2021-22", "Medway"),
    ],
)
def test_the_report_of_an_authority_is_made_from_the_tool_and_the_official_neighbours(
    tool: OfficialExtract, tmp_path: Path, council: str, region: str, first: str, neighbour: str
) -> None:
    assert OFFICIAL is not None
    measures = find_measures(tool, "csc-dashboard")
    assert [line for line in measures.messages if line.startswith("Not in")] == []
    assert (len(measures.about), len(measures.authorities)) == (33, 153)
    groups = read_neighbours(OFFICIAL / "sn_may_2025.xlsx")
    assert {len(group) for name, group in groups.items() if name in measures.authorities} <= {10}
    tables = official_basket(measures, council, groups, "sn_may_2025.xlsx")
    start_basket(tmp_path / "new", tables, Names(council, council, "", ""))
    basket = load_basket(tmp_path / "new" / "data")
    assert (str(basket.quarters[0]), str(basket.quarters[-1])) == (first, "2024-25")
    assert set(basket.comparator_names["comparator"]) == {"statistical_neighbour", region, "england"}
    assert neighbour in set(basket.comparator_members["authority"])
    scorecard = build_scorecard(basket, basket.quarters[-1])
    assert not scorecard.has_targets
    assert scorecard.rows["dot"].isin(["INCREASE", "DECREASE", "STABLE"]).sum() > 25
    assert (check_comparators(basket)["outcome"].isin(["exact", "rounding"])).all()


def test_the_annual_report_of_a_small_file_builds_and_refers_to_years(tmp_path: Path) -> None:
    lines = [
        f"{measure},,{year},{place},{figure + year - 2020 + step},,{'NA' if place == 'England' else 'South East'}"
        for measure, figure in (("LAC", 50), ("LAC_KS4_AVG_Attain8", 18))
        for step, place in enumerate(("Ayford", "Beeford", "England"))
        for year in range(2020, 2026)
    ]
    head = "Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region"
    (tmp_path / "tool.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    folder = tmp_path / "ayford"
    arguments = ["init", str(folder), str(tmp_path / "tool.csv"), "--basket", "csc-dashboard", "--council", "Ayford"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    built = subprocess.run([sys.executable, "-m", "quarterly", "build"], cwd=folder, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    site = folder / "_site"
    page = (site / "indicators" / "attainment-8-looked-after.html").read_text(encoding="utf-8")
    assert "New definition" in page
    assert "The lines are broken where the definition changed: 2019-20, examinations were cancelled" in page
    shown = [*site.glob("*.html"), *site.glob("indicators/*.html"), *site.glob("reports/2024-25/*.html")]
    words = {
        path.name: re.sub(r"<(script|style|svg).*?</\1>|<[^>]+>", " ", path.read_text("utf-8"), flags=re.S)
        for path in shown
    }
    assert [name for name, text in words.items() if re.search(r"\bquarters?\b", text, re.IGNORECASE)] == []
    downloads = folder / "downloads" / "2024-25"
    assert "quarter" not in "\n".join(
        one.text for one in docx.Document(str(downloads / "committee-paper.docx")).paragraphs
    )
