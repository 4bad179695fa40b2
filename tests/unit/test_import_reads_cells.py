"""Every common way of writing a figure is read correctly, or refused with what to do."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterly.core.terms import MISSING_REASONS, Months
from quarterly.ingest.cells import Number, Reading, Unreadable, read_figure
from quarterly.ingest.grid import Cell, Grid, SheetCell
from quarterly.ingest.months import Monthly, as_quarter


def read(value: object, unit: str = "number", decimals: int = 0, form: str = "", day: date | None = None) -> object:
    return read_figure(Cell(value, form, day), unit, decimals)


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "form", "expected"),
    [
        ("1,953", "number", 0, "", "1953"),
        (" 1953 ", "number", 0, "", "1953"),
        ("1 953", "number", 0, "", "1953"),
        (1953, "number", 0, "General", "1953"),
        (1953.0, "number", 0, "#,##0", "1953"),
        (15.27, "number", 1, "", "15.3"),
        ("70%", "percentage", 0, "", "70"),
        ("70 %", "percentage", 0, "", "70"),
        (70, "percentage", 0, "", "70"),
        (0.7, "percentage", 0, "0%", "70"),
        (0.57, "percentage", 0, "0.00%", "57"),
        (0.695, "percentage", 0, "0%", "70"),
        (70, "percentage", 0, '0"%"', "70"),
        (47.735, "rate", 2, "", "47.74"),
        ("0", "number", 0, "", "0"),
        (0, "percentage", 0, "0%", "0"),
    ],
)
def test_a_figure_is_read(value: object, unit: str, decimals: int, form: str, expected: str) -> None:
    found = read(value, unit, decimals, form)
    assert isinstance(found, Reading)
    assert (found.value, found.missing, found.doubt) == (Decimal(expected), "", "")


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        *(("c", "c"), ("C", "c"), ("*", "c"), ("<5", "c"), ("< 10", "c"), ("fewer than 5", "c")),
        *(("x", "x"), ("-", "x"), ("–", "x"), ("..", "x"), ("TBC", "x")),
        *(("z", "z"), ("N/A", "z"), ("n/a", "z"), ("k", "k"), ("~", "k")),
    ],
)
def test_a_symbol_gives_the_reason_and_never_a_number(text: str, symbol: str) -> None:
    found = read(text)
    assert isinstance(found, Reading)
    assert (found.value, found.missing) == (None, symbol)
    assert found.missing in MISSING_REASONS
    assert found.note == ("" if text.lower() in MISSING_REASONS else f"Given as {text}")


@pytest.mark.parametrize("value", ["", "   ", None])
def test_a_blank_is_neither_a_figure_nor_a_reason(value: object) -> None:
    assert read(value) == Reading()


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (12.5, "number", "whole number"),
        ("70%", "number", "without a % sign"),
        (-3, "number", "below 0"),
        (101, "percentage", "between 0 and 100"),
        (1.953, "number", "whole number"),
        ("19,53", "number", "Is it 19.53?"),
        ("12 or 13", "number", "notes"),
        ("$5", "number", "notes"),
        ("1e3", "number", "notes"),
        ("#DIV/0!", "number", "Correct the formula"),
        (True, "number", "true or false"),
        (float("inf"), "number", "Enter a number"),
        (float("nan"), "number", "Enter a number"),
        (1e300, "number", "too large"),
        ("9" * 14, "number", "too large"),
        ("word " * 1000, "number", "notes"),
        ("12 of 15", "percentage", "80% (12 of 15)"),
        ("↑ 120", "number", "the arrow in a column Direction of travel"),
        ("(5)", "number", "a minus sign if it is below 0"),
        ("about 80%", "percentage", "the exact figure"),
    ],
)
def test_a_cell_that_is_not_a_figure_gets_a_remedy(value: object, unit: str, words: str) -> None:
    found = read(value, unit)
    assert isinstance(found, Unreadable)
    assert words in found.expected


def test_a_quarter_keeps_the_notes_of_its_months() -> None:
    grid = Grid("months.csv", "", {2: {1: Cell("6"), 2: Cell("<5"), 3: Cell("7*")}})
    months = [Monthly(date(2024, month, 1), SheetCell(grid, 2, month)) for month in (1, 2, 3)]
    total, _ = as_quarter(months, Months.SUM)
    assert total == Reading(missing="c", note="February 2024: Given as <5")
    last, _ = as_quarter(months, Months.LAST)
    assert last == Number(Decimal(7), note="Given as 7*")


@pytest.mark.parametrize(
    ("text", "value"), [("85% (n=15)", "85"), ("85.2%1", "85.2"), ("86% p", "86"), ("86% r", "86")]
)
def test_what_follows_a_percentage_is_noted(text: str, value: str) -> None:
    assert read(text, "percentage", 1) == Reading(Decimal(value), note=f"Given as {text}")


def test_a_percentage_format_on_a_count_is_refused() -> None:
    assert isinstance(read(5, "number", 0, "0%"), Unreadable)


def test_a_count_that_excel_shows_as_a_date_is_read_and_doubted() -> None:
    found = read(1953, "number", 0, "dd/mm/yyyy", date(1905, 5, 6))
    assert isinstance(found, Reading)
    assert found.value == 1953
    assert found.doubt == "Excel shows the date 06/05/1905; the number behind it is 1953."
    assert found == read("06/05/1905"), "a CSV file has the day that Excel shows, which is the same number"


@pytest.mark.parametrize(("value", "day"), [(45385, date(2024, 4, 3)), (36526, date(2000, 1, 1))])
def test_a_typed_date_is_not_a_figure(value: int, day: date) -> None:
    found = read(value, "number", 0, "dd/mm/yyyy", day)
    assert isinstance(found, Unreadable)
    assert f"{day:%d/%m/%Y}" in found.found


@settings(deadline=None)
@given(number=st.integers(1, 36_525))
def test_a_date_in_a_csv_file_gives_the_number_that_excel_stores(number: int) -> None:
    from openpyxl.utils.datetime import from_excel

    found = read(f"{from_excel(number):%d/%m/%Y}")
    assert isinstance(found, Reading)
    # Excel has a 29 February 1900, so one date has no other form.
    assert found.value == number or number == 60


@settings(deadline=None)
@given(number=st.integers(0, 10**9))
def test_a_count_is_the_same_however_its_thousands_are_written(number: int) -> None:
    forms = [str(number), f"{number:,}", f"{number:,}".replace(",", " "), f"+{number}", number, float(number)]
    assert {read(form) for form in forms} == {Reading(Decimal(number))}


@settings(deadline=None)
@given(value=st.decimals(0, 100, places=4))
def test_a_percentage_is_the_same_as_text_as_a_number_and_as_a_formatted_fraction(value: Decimal) -> None:
    forms = [(f"{value}%", ""), (float(value), ""), (float(value / 100), "0.0%")]
    found = {getattr(read(form, "percentage", 1, how), "value", None) for form, how in forms}
    assert found == {value.quantize(Decimal("0.1"), ROUND_HALF_UP)}


@settings(deadline=None)
@given(value=st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none()))
def test_no_cell_crashes_the_reader(value: object) -> None:
    for unit, decimals in (("number", 0), ("percentage", 0), ("rate", 2)):
        found = read(value, unit, decimals)
        assert isinstance(found, Reading | Unreadable)
        if isinstance(found, Reading) and found.value is not None:
            assert found.value >= 0
            assert not found.missing
