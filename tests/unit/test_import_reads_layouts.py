"""Every layout in which people keep figures is read to the same figures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from extracts import Q4, faults_of, read_text, read_workbook, values, workbook
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.core.errors import DataFaults
from quarterly.core.import_errors import ExtractUnreadable
from quarterly.core.quarters import Quarter
from quarterly.data.load import Basket
from quarterly.ingest.grid import Cell
from quarterly.ingest.headings import Role, read_heading
from quarterly.ingest.options import Options
from quarterly.ingest.periods import read_quarter

WORKFORCE = {"agency-workers": 18.0, "average-caseload": 14.2, "case-supervisions-in-time": 70.0}
AGENCY, CASELOAD, SUPERVISIONS = (
    "Number of agency workers",
    "Average caseload of allocated Social Workers",
    "Percentage of case supervisions in time",
)


def wide() -> list[list[object]]:
    return [
        ["Area", "Indicator", "Data type", "Q3 2023/24", "Q4 2023/24", "Target", "RAG", "England"],
        ["A stable and able workforce", AGENCY, "Number", 17, 18, 10, "RED", "Local measure"],
        [None, CASELOAD, "Number", 14, 14.2, 16.6, "GREEN", "16"],
        [None, SUPERVISIONS, "Percentage", "62%", "70%", "90%", "RED", None],
    ]


def test_a_wide_table(basket: Basket) -> None:
    found = read_workbook(basket, workbook({"Summary": wide()}))
    assert values(found) == WORKFORCE
    assert values(found, "2023-24-Q3")["agency-workers"] == 17
    assert dict(zip(found.targets["indicator_id"], found.targets["value"], strict=True)) == {
        "agency-workers": 10,
        "average-caseload": 16.6,
        "case-supervisions-in-time": 90,
    }
    assert found.comparators["value"].tolist() == [16]


def test_a_wide_table_with_three_header_rows_like_the_source(basket: Basket) -> None:
    rows: list[list[object]] = [
        ["Children's services, Quarter 3", *[None] * 10],
        [],
        [None, None, None, "QUARTERS", None, None, None, "TARGET", "POLARITY", "RAG", "COMPARATORS 2021-22"],
        [None, None, None, "22-23", "2023-2024", None, None, "23-24", None, None, "21-22"],
        ["Area", "Indicator", "Data type", "Q4", "Q1", "Q2", "Q3", "Q3 DETAIL", None, None, "England"],
        ["Workforce", AGENCY, "Number", 21, 22, 19, 17, 10, "Lower is better", "RED", None],
    ]
    found = read_workbook(basket, workbook({"Summary": rows}), Quarter(2023, 3))
    by_quarter = dict(zip(found.figures["quarter"], found.figures["value"], strict=True))
    assert by_quarter == {"2022-23-Q4": 21, "2023-24-Q1": 22, "2023-24-Q2": 19, "2023-24-Q3": 17}
    assert found.targets["value"].tolist() == [10]


def test_repeated_headings_and_notes_under_the_table(basket: Basket) -> None:
    head, *body = wide()
    rows: list[list[object]] = [
        ["KPIs for the panel"],
        [],
        head,
        body[0],
        head,
        *body[1:],
        [],
        ["Notes"],
        [None, "Q4 is provisional."],
    ]
    found = read_workbook(basket, workbook({"Summary": rows}))
    assert values(found) == WORKFORCE
    assert "Row without figures, not read: Q4 is provisional." in found.remarks


def test_one_sheet_for_each_area_alongside_other_sheets(basket: Basket) -> None:
    sheets: dict[str, list[list[object]]] = {
        "Cover": [["Quarterly return"], ["Prepared by Business Intelligence"]],
        "Workforce": [["Measure", "Q4 2023-24"], [AGENCY, 18], [CASELOAD, 14.2]],
        "Quality": [["KPI", "Actual"], ["Timeliness of Reviews of Child Protection Plans", "94%"]],
    }
    found = read_workbook(basket, workbook(sheets))
    assert values(found) == {"agency-workers": 18, "average-caseload": 14.2, "child-protection-reviews": 94}
    assert "No table of figures: extract.xlsx, sheet Cover" in found.remarks


def test_only_the_sheets_that_are_named(basket: Basket) -> None:
    content = workbook({"Old": [["Measure", "Q4 2023-24"], [AGENCY, 99]], "New": [["Measure", "Q4"], [AGENCY, 18]]})
    with pytest.raises(DataFaults, match="says 99 instead"):
        read_workbook(basket, content)
    assert values(read_workbook(basket, content, options=Options(sheets=("New",)))) == {"agency-workers": 18}


TIDY = (
    "indicator_id,quarter,value,missing,note\n"
    "agency-workers,2023-24-Q3,17,,\n"
    "agency-workers,2023-24-Q4,18,,\n"
    "average-caseload,Q4 2023/24,14.2,,\n"
    "case-supervisions-in-time,31/03/2024,,c,Too few\n"
)


def test_tidy_rows(basket: Basket) -> None:
    found = read_text(basket, TIDY)
    assert values(found) == {"agency-workers": 18, "average-caseload": 14.2, "case-supervisions-in-time": "c"}
    assert found.figures["note"].tolist()[-1] == "Too few"


def test_an_unclear_quarter_is_a_fault(basket: Basket) -> None:
    with pytest.raises(DataFaults) as caught:
        read_text(basket, TIDY.replace("31/03/2024", "15/03/2024"))
    (fault,) = faults_of(caught.value)
    assert (fault.file, fault.row, fault.column, fault.found) == ("extract.csv", 5, "B", "15/03/2024")


CSV = "Indicator;Q4 2023/24\nNumber of unregistered placements – Under 16;9\nNumber of agency workers;1,018\n"


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode("cp1252"),
        CSV.encode("utf-8"),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        CSV.replace("\n", "\r\n").encode("cp1252"),
        CSV.replace("\n", "\r").encode("cp1252"),
        ("sep=;\n" + CSV).encode("cp1252"),
        CSV.replace(";", "\t").encode("cp1252"),
        CSV.replace("1,018", '"1,018"').replace(";", ",").encode("cp1252"),
        CSV.replace(";", "|").encode(),
    ],
)
def test_csv_in_any_encoding_with_any_separator(basket: Basket, content: bytes) -> None:
    assert values(read_text(basket, content)) == {"unregistered-placements-under-16": 9, "agency-workers": 1018}


@pytest.mark.parametrize(
    ("heading", "quarter"),
    [
        ("2023-24-Q4", Q4),
        ("Q4 2023/24", Q4),
        ("Q4 23/24", Q4),
        ("2023/2024 Q4", Q4),
        ("Quarter 4 2023-24", Q4),
        ("Qtr 4\n2023/24", Q4),
        ("Q4 2023/24 Actual", Q4),
        ("Jan - Mar 2024", Q4),
        ("January to March 2024", Q4),
        ("Q4 (Jan-Mar 24)", Q4),
        ("q4_2023_24", Q4),
        ("Oct–Dec 2023", Quarter(2023, 3)),
        ("Quarter ending Mar-24", Q4),
        ("Q/E 31 Mar 2024", Q4),
        ("QE Dec 2023", Quarter(2023, 3)),
        ("Year ending 31 March 2024", None),
        ("QE Feb-24", None),
        ("April to June 2024", Quarter(2024, 1)),
        ("Q4 2023/25", None),
        ("Q5 2023/24", None),
        ("Jan - Apr 2024", None),
        ("Q1 (Jan-Mar 24)", None),
        ("2023/24", None),
        ("Q4 2023/24 target", None),
    ],
)
def test_a_quarter_in_the_words_of_a_heading(heading: str, quarter: Quarter | None) -> None:
    assert read_quarter(Cell(heading)) == quarter
    found = read_heading(Cell(heading))
    assert (found.role is Role.FIGURE and found.year is not None) == (quarter is not None)


@settings(deadline=None)
@given(year=st.integers(2000, 2098), number=st.integers(1, 4))
def test_every_quarter_is_read_in_every_form(year: int, number: int) -> None:
    quarter = Quarter(year, number)
    forms = [str(quarter), f"Q{number} {quarter.reporting_year}", f"Quarter {number} {year}/{year + 1}", quarter.months]
    assert {read_quarter(Cell(form)) for form in forms} == {quarter}
    assert read_quarter(Cell(quarter.ends)) == read_quarter(Cell(quarter.starts)) == quarter


def heads(*names: str) -> str:
    return f"Indicator,{','.join(names)}\nNumber of agency workers,{','.join('1' for _ in names)}\n"


@pytest.mark.parametrize(
    ("names", "quarters"),
    [
        ("Q1 Q2 Q3 Q4", "2023-24-Q1 2023-24-Q2 2023-24-Q3 2023-24-Q4"),
        ("Q4 Q3 Q2", "2023-24-Q4 2023-24-Q3 2023-24-Q2"),
        ("Q3 Q4 Q1 Q2 Q3 Q4", "2022-23-Q3 2022-23-Q4 2023-24-Q1 2023-24-Q2 2023-24-Q3 2023-24-Q4"),
        ("Q4_22/23 Q1 Q2 Q3 Q4", "2022-23-Q4 2023-24-Q1 2023-24-Q2 2023-24-Q3 2023-24-Q4"),
        ("Q3_2023/24 Actual", "2023-24-Q3 2023-24-Q4"),
        ("Actual", "2023-24-Q4"),
    ],
)
def test_headings_without_a_year_are_read_if_only_one_reading_is_possible(
    basket: Basket, names: str, quarters: str
) -> None:
    assert read_text(basket, heads(*names.split())).figures["quarter"].tolist() == quarters.split()


@pytest.mark.parametrize(
    "names", [("Q4", "Q4"), ("Q2", "Q4"), ("Q1", "Q2"), ("Q4 22/23", "Q4 22/23"), ("Q3", "Actual"), ("Value", "Actual")]
)
def test_headings_that_can_mean_more_than_one_quarter_are_a_fault(basket: Basket, names: tuple[str, ...]) -> None:
    with pytest.raises(DataFaults) as caught:
        read_text(basket, heads(*names))
    assert faults_of(caught.value)[0].row == 1


@pytest.mark.parametrize(
    "name",
    [
        "agency-workers",
        "Agency workers",
        "  number of  AGENCY workers. ",
        "Number of agency\nworkers",
        "Number of agency-workers",
    ],
)
def test_an_indicator_is_found_by_its_id_or_its_names_however_they_are_spaced(basket: Basket, name: str) -> None:
    assert values(read_workbook(basket, workbook({"A": [["Indicator", "Q4"], [name, 18]]}))) == {"agency-workers": 18}


def test_a_similar_name_is_suggested_and_not_used(basket: Basket) -> None:
    content = workbook({"A": [["Indicator", "Q4"], ["Agency social workers", 18]]})
    with pytest.raises(DataFaults) as caught:
        read_workbook(basket, content)
    (fault,) = faults_of(caught.value)
    assert (fault.file, fault.row, fault.column) == ("extract.xlsx, sheet A", 2, "A")
    assert '--match "Agency social workers=agency-workers"' in fault.expected
    matched = Options(match={"Agency social workers": "agency-workers"})
    assert values(read_workbook(basket, content, options=matched)) == {"agency-workers": 18}


def test_an_unrecognised_name_can_be_left_out(basket: Basket) -> None:
    content = workbook({"A": [["Indicator", "Q4"], ["Potholes mended", 800], ["Agency workers", 18]]})
    with pytest.raises(DataFaults, match="--skip"):
        read_workbook(basket, content)
    assert values(read_workbook(basket, content, options=Options(skip=("potholes mended",)))) == {"agency-workers": 18}


def test_an_id_and_a_name_of_different_indicators_are_a_fault(basket: Basket) -> None:
    with pytest.raises(DataFaults, match="The id says agency-workers and the name says average-caseload"):
        read_text(basket, f"Id,Indicator,Q4\nagency-workers,{CASELOAD},18\n")


def test_two_different_figures_for_one_cell_are_a_fault(basket: Basket) -> None:
    with pytest.raises(DataFaults) as caught:
        read_text(basket, "Indicator,Q4\nAgency workers,18\nAgency workers,18\nagency-workers,19\n")
    (fault,) = faults_of(caught.value)
    assert (fault.row, fault.column, fault.found) == (4, "B", "19")


def test_figures_without_an_indicator_are_a_fault(basket: Basket) -> None:
    with pytest.raises(DataFaults, match="no indicator"):
        read_text(basket, "Indicator,Q4\nAgency workers,18\n,19\n")


def test_figures_of_a_later_quarter_are_a_fault_and_its_blank_column_is_not(basket: Basket) -> None:
    head = "Indicator,Q4 2023/24,Q1 2024/25\n"
    assert values(read_text(basket, head + "Agency workers,18,\n")) == {"agency-workers": 18}
    with pytest.raises(DataFaults, match="2024-25-Q1 comes after 2023-24-Q4"):
        read_text(basket, head + "Agency workers,18,19\n")


def test_a_file_without_the_quarter_names_those_it_has(basket: Basket) -> None:
    with pytest.raises(DataFaults, match="figures for 2023-24-Q3"):
        read_text(basket, "Indicator,Q3 2023/24\nAgency workers,18\n")


def test_numerators_and_denominators_are_read(basket: Basket) -> None:
    for rows in (
        f"Indicator,Q4,Numerator,Denominator\n{SUPERVISIONS},70%,70,100\n",
        f"Indicator,Q3,Q4\n{SUPERVISIONS},65%,70%\nNumerator,65,70\nDenominator,100,100\n",
        f"Indicator,,Q4\n{SUPERVISIONS},%,70%\n,Base,100\n,Numerator,70\n",
        f"Indicator,Q4\n{SUPERVISIONS},70% (70 of 100)\n",
    ):
        found = read_text(basket, rows).figures.iloc[-1]
        assert (found["value"], found["numerator"], found["denominator"]) == (70, 70, 100)
    for counts in ("70,", ",100", "70,0", "101,100", "a,100", "-1,100"):
        with pytest.raises(DataFaults):
            read_text(basket, f"Indicator,Q4,Numerator,Denominator\n{SUPERVISIONS},70%,{counts}\n")


def test_percentages_that_are_all_fractions_are_read_with_an_option(basket: Basket) -> None:
    content = f"Indicator,Q4,England\n{SUPERVISIONS},0.7,0.65\nAgency workers,18,\n"
    found = read_text(basket, content, options=Options(fractions=True))
    assert values(found)["case-supervisions-in-time"] == 70
    assert found.comparators["value"].tolist() == [65]
    with pytest.raises(DataFaults) as caught:
        read_text(basket, content.replace("0.7", "70"), options=Options(fractions=True))
    assert "add --no-fractions" in faults_of(caught.value)[0].expected


def test_a_formula_is_its_result_and_one_without_a_result_is_a_fault(basket: Basket) -> None:
    content = workbook({"A": [["Indicator", "Q4", "Total"], ["Agency workers", "=9+9", "=1+1"]]})
    with pytest.raises(DataFaults) as caught:
        read_workbook(basket, content)
    (fault,) = faults_of(caught.value)
    assert (fault.row, fault.column, fault.found) == (2, "B", "a formula without a result (=9+9)")
    assert "Open the workbook in Excel" in fault.expected


def test_number_formats_are_read_from_the_workbook(basket: Basket) -> None:
    rows: list[list[object]] = [["Indicator", "Q4"], [SUPERVISIONS, 0.7], ["Agency workers", 18]]
    content = workbook({"A": rows}, {("A", "B2"): "0%", ("A", "B3"): "dd/mm/yyyy"})
    found = read_workbook(basket, content)
    assert values(found) == {"case-supervisions-in-time": 70, "agency-workers": 18}
    assert found.figures["doubt"].tolist() == ["", "Excel shows the date 18/01/1900; the number behind it is 18."]


def test_a_hidden_sheet_is_named_and_not_read(basket: Basket) -> None:
    import io

    from openpyxl import load_workbook

    content = workbook(
        {"A": [["Indicator", "Q4"], ["Agency workers", 18]], "B": [["Indicator", "Q4"], ["Agency workers", 99]]}
    )
    book = load_workbook(io.BytesIO(content))
    book["B"].sheet_state = "hidden"
    hidden = io.BytesIO()
    book.save(hidden)
    found = read_workbook(basket, hidden.getvalue())
    assert values(found) == {"agency-workers": 18}
    assert "Hidden sheet, not read: B" in found.remarks


def test_another_unit_of_time_and_another_base_of_a_rate_are_doubted(basket: Basket) -> None:
    about = basket.indicators.set_index("indicator_id")
    about.loc["agency-workers", "unit"] = "days"
    about.loc["average-caseload", ["unit", "per"]] = ["rate", "10000 children"]
    basket = replace(basket, indicators=about.reset_index())
    for one, other, doubts in (("weeks", "per 1,000", 2), ("days", "per 10,000", 0), ("number", "rate", 0)):
        text = f'Indicator,Unit,Q4\nagency-workers,{one},18\naverage-caseload,"{other}",15\n'
        assert read_text(basket, text).doubts["doubt"].tolist() == ["unit"] * doubts


def test_figures_of_years_are_read_for_years_and_for_indicators_of_a_year(basket: Basket) -> None:
    text = f"Indicator,2022/23,2023/24,Q4 2023/24\n{AGENCY},60,62,\n{CASELOAD},13,14,15\n"
    indicators = basket.indicators.copy()
    indicators.loc[indicators["indicator_id"] == "agency-workers", "period_basis"] = "in year"
    found = read_text(replace(basket, indicators=indicators), text)
    assert values(found) == {"agency-workers": 62, "average-caseload": 15}
    assert "Cell not read: 14 (under 2023/24, extract.csv)" in found.remarks
    with pytest.raises(ExtractUnreadable, match="the basket is by quarters, and its newest is 2023-24-Q3"):
        read_text(basket, text, Quarter(2023, 0))
    years = replace(basket, observations=basket.observations.assign(quarter="2022-23"))
    for more in ("2023/24,Target", "2023/24 Actual,Target 2023/24"):
        found = read_text(years, f"Indicator,2022/23,{more},Q4 2023/24\n{CASELOAD},13,14,16,15\n", Quarter(2023, 0))
        assert values(found, "2023-24") == {"average-caseload": 14}
        assert [tuple(row)[1:4] for row in found.targets.itertuples(index=False)] == [("2023-24", "2023-24", 16)]
    for tidy in (
        f"Indicator,Year,Value\n{CASELOAD},2023/24,14\n",
        f"Year,{CASELOAD}\n2022/23,13\n2023/24,14\n",
        f"{CASELOAD}\nYear,Actual\n2022/23,13\n2023/24,14\n",
        f"Year,Team,{CASELOAD}\n2023/24,North,13\n2023/24,All,14\n",
    ):
        assert values(read_text(years, tidy, Quarter(2023, 0)), "2023-24") == {"average-caseload": 14}
    with pytest.raises(DataFaults, match="has figures of quarters or months, not of years"):
        read_text(years, f"Indicator,Q4 2023/24\n{CASELOAD},15\n", Quarter(2023, 0))


@pytest.mark.parametrize(
    "rows",
    ["Q3 23/24,Q4 23/24,Q3 Comments,Q4 Comments\n{},17,18,old,new", "Q3 23/24,Note,Q4 23/24,Note\n{},17,old,18,new"],
)
def test_a_comment_stays_with_its_quarter(basket: Basket, rows: str) -> None:
    found = read_text(basket, f"Indicator,{rows.format(AGENCY)}\n")
    assert found.figures["note"].tolist() == ["old", "new"]
