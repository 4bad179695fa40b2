"""Days as a table that any database can join: day numbers, working days, and the same day in earlier years.

Date arithmetic differs between databases (Oracle rejects 29 February minus a year); a join does not. England's bank
holidays are in ``bank_holidays.csv``, made with the package holidays 0.108; from 2012 to 2028 its working days are the
same as those of govuk-bank-holidays 0.19.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.records.schema import data

#: The range of the calendar: earlier births and later due dates are not found in it.
FIRST, LAST = date(1996, 1, 1), date(2030, 12, 31)
#: The numbers of months and years before the last day of a quarter that definitions can use.
MONTHS = (12, 24, 30)
YEARS = (5, 16, 18, 19, 22)


@cache
def calendar() -> pd.DataFrame:
    """Return a row for each day: its number, the working days up to it, and the same day in earlier years."""
    holidays = pd.to_datetime([row["day"] for row in data("bank_holidays.csv")])
    days = pd.Series(pd.date_range(FIRST, LAST))
    return pd.DataFrame(
        {
            "day": days.dt.date,
            "day_number": range(len(days)),
            "working_day": ((days.dt.day_of_week < 5) & ~days.isin(holidays)).cumsum(),
            "year_before": (days - pd.DateOffset(years=1)).dt.date,
            "two_years_before": (days - pd.DateOffset(years=2)).dt.date,
            "sixteen_years_before": (days - pd.DateOffset(years=16)).dt.date,
        }
    )


def months_before(day: date, months: int) -> date:
    """Return the same day some months earlier, or the last day of a shorter month."""
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def periods(quarters: list[Quarter]) -> pd.DataFrame:
    """Return a row for each quarter, with the days that definitions compare events with.

    ``as_at`` is its last day, ``year_start`` the first day of its reporting year, ``months_before_12`` the day 12
    months before ``as_at``, and ``born_18`` the date of birth of those who turn 18 on ``as_at``. The last three columns
    give the calendar's numbers for ``as_at`` and the day before the quarter.
    """
    counts = calendar().set_index("day")
    rows = []
    for quarter in quarters:
        before = (pd.Timestamp(quarter.starts) - pd.Timedelta(days=1)).date()
        rows.append(
            {
                "quarter": str(quarter),
                "first_day": quarter.starts,
                "as_at": quarter.ends,
                "year_start": Quarter(quarter.year, 1).starts,
                **{f"months_before_{months}": months_before(quarter.ends, months) for months in MONTHS},
                **{f"born_{years}": months_before(quarter.ends, 12 * years) for years in YEARS},
                "as_at_number": int(counts.loc[quarter.ends, "day_number"]),
                "as_at_working_day": int(counts.loc[quarter.ends, "working_day"]),
                "working_day_before": int(counts.loc[before, "working_day"]),
            }
        )
    return pd.DataFrame(rows)
