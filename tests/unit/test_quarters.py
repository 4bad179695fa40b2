"""Reporting quarters: their text, their order, and the days that they cover."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterly.core.errors import MalformedQuarter, UsageError
from quarterly.core.quarters import Quarter

# Margins for moving by a hundred years within four digits.
quarters = st.builds(Quarter, st.integers(1100, 9800), st.integers(1, 4))
steps = st.integers(-400, 400)


@given(quarters)
def test_a_quarter_is_read_back_from_its_text(quarter: Quarter) -> None:
    assert Quarter.parse(str(quarter)) == quarter


@given(quarters, st.text(" \t\n", max_size=3), st.text(" \t\n", max_size=3))
def test_whitespace_around_a_quarter_is_ignored(quarter: Quarter, before: str, after: str) -> None:
    assert Quarter.parse(f"{before}{quarter}{after}") == quarter


@given(quarters, steps, steps)
def test_moving_twice_is_moving_by_the_sum(quarter: Quarter, first: int, second: int) -> None:
    assert quarter.shift(first).shift(second) == quarter.shift(first + second)
    assert quarter.shift(0) == quarter


@given(quarters)
def test_next_and_previous_undo_each_other(quarter: Quarter) -> None:
    assert quarter.next().previous() == quarter == quarter.previous().next()
    assert quarter.shift(4) == Quarter(quarter.year + 1, quarter.number)


@given(quarters, st.integers(1, 40))
def test_a_window_is_every_quarter_up_to_the_last(quarter: Quarter, length: int) -> None:
    window = quarter.window(length)
    assert len(window) == length
    assert window[-1] == quarter
    assert all(later == earlier.next() for earlier, later in pairwise(window))


@given(quarters, quarters)
def test_the_order_in_time_is_the_order_of_the_texts(one: Quarter, other: Quarter) -> None:
    assert (one < other) == (str(one) < str(other)) == (one.starts < other.starts)


@given(quarters)
def test_quarters_follow_one_another_without_a_gap(quarter: Quarter) -> None:
    assert quarter.next().starts - quarter.ends == timedelta(days=1)
    assert 90 <= (quarter.ends - quarter.starts).days + 1 <= 92


@given(st.dates(date(1100, 4, 1), date(9800, 3, 31)))
def test_every_day_lies_in_the_one_quarter_of_its_reporting_year(day: date) -> None:
    year, number = (day.year - (day.month < 4)), (day.month - 4) % 12 // 3 + 1
    quarter = Quarter(year, number)
    assert quarter.starts <= day <= quarter.ends


@given(quarters)
def test_a_reporting_year_starts_in_april_and_is_named_by_its_start(quarter: Quarter) -> None:
    first, last = Quarter(quarter.year, 1), Quarter(quarter.year, 4)
    assert (first.starts, last.ends) == (date(quarter.year, 4, 1), date(quarter.year + 1, 3, 31))
    assert str(quarter).startswith(f"{quarter.year}-")


@given(quarters)
def test_the_previous_year_end_is_the_last_quarter_before_this_reporting_year(quarter: Quarter) -> None:
    end = quarter.previous_year_end()
    assert end.next() == Quarter(quarter.year, 1)
    assert end < quarter
    assert end.number == 4


def test_the_published_quarter_is_october_to_december() -> None:
    quarter = Quarter.parse("2023-24-Q3")
    assert (quarter.starts, quarter.ends) == (date(2023, 10, 1), date(2023, 12, 31))
    assert quarter.months == "October to December 2023"
    assert (quarter.label, quarter.short_label) == ("Quarter 3 2023-24", "Q3 2023-24")
    assert str(quarter.previous_year_end()) == "2022-23-Q4"
    assert [str(shown) for shown in quarter.window(4)] == ["2022-23-Q4", "2023-24-Q1", "2023-24-Q2", "2023-24-Q3"]


def test_the_turn_of_a_century_is_written_with_two_zeros() -> None:
    assert str(Quarter(2099, 4)) == "2099-00-Q4"
    assert Quarter.parse("2099-00-Q4") == Quarter(2099, 4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023",
        "Q3",
        "2023-24-3",
        "2023-24-Q0",
        "2023-24-Q5",
        "2023-24-Q33",
        "2023-24-q3",
        "2023/24-Q3",
        "2023-24 Q3",
        "Q3 2023-24",
        "23-24-Q3",
        "2023-2024-Q3",
        "2023-25-Q3",
        "2023-23-Q3",
        "2099-01-Q1",
        "2023-24-Q3 x",
        "2023–24–Q3",
        "٢٠٢٣-٢٤-Q3",
    ],
)
def test_another_format_is_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(MalformedQuarter) as caught:
        Quarter.parse(text)
    assert str(caught.value) == (
        f"'{text}' is not a reporting quarter. Write the reporting year, which runs from April to March, "
        "and the quarter: 2023-24-Q3 is October to December 2023."
    )
    assert caught.value.text == text
    assert isinstance(caught.value, UsageError)


@given(quarters, st.integers(0, 99))
def test_two_years_that_do_not_follow_one_another_are_refused(quarter: Quarter, second: int) -> None:
    text = f"{quarter.year}-{second:02d}-Q{quarter.number}"
    if second == (quarter.year + 1) % 100:
        assert Quarter.parse(text) == quarter
    else:
        with pytest.raises(MalformedQuarter):
            Quarter.parse(text)


@given(st.text() | st.from_regex(r"\A ?[1-9][0-9]{2,4}-[0-9]{2}[- ]?[Qq][0-9] ?\Z"))
def test_any_text_is_a_quarter_or_is_refused_by_name(text: str) -> None:
    refused = f"'{text}' is not a reporting quarter."
    try:
        answer = str(Quarter.parse(text))
    except MalformedQuarter as error:
        answer = str(error)
    assert answer == text.strip() or answer.startswith(refused)
