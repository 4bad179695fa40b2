"""Reporting quarters, and the reporting years of a basket that is reported once a year.

A reporting year runs from 1 April to 31 March and is named by the year in which it starts, so October to December 2023
is ``2023-24-Q3``. Libraries disagree on this (the pandas frequency ``Q-MAR`` calls the same quarter ``2024Q3``), so the
report's calendar is defined only here. Official figures are published by year: their baskets have years instead of
quarters, each written as ``2023-24``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from quarterly.core.errors import MalformedQuarter

_PATTERN = re.compile(r"([1-9][0-9]{3})-([0-9]{2})(?:-Q([1-4]))?")
#: The months of the whole year, and of each quarter.
_MONTHS = ("year to March", "April to June", "July to September", "October to December", "January to March")


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a reporting year, or the whole of one.

    Examples
    --------
    >>> quarter = Quarter.parse("2023-24-Q4")
    >>> str(quarter.next()), quarter.months
    ('2024-25-Q1', 'January to March 2024')
    >>> year = Quarter.parse("2023-24")
    >>> str(year.next()), year.months, year.noun
    ('2024-25', 'year to March 2024', 'year')
    """

    year: int  # the calendar year in which the reporting year starts: 2023 for 2023-24
    number: int  # 1 (April to June) to 4 (January to March), or 0 for the whole year

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read a quarter written as ``2023-24-Q3``, or a year written as ``2023-24``.

        Raises
        ------
        MalformedQuarter
            The text has another form, or its two years are not consecutive.
        """
        match = _PATTERN.fullmatch(str(text).strip())
        if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
            raise MalformedQuarter(text)
        return cls(int(match[1]), int(match[3] or 0))

    @classmethod
    def read(cls, text: str) -> Quarter | None:
        """Read a quarter as `parse` does; None if the text is not one."""
        try:
            return cls.parse(text)
        except MalformedQuarter:
            return None

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that contains a day."""
        return cls(day.year - (day.month < 4), (day.month - 4) % 12 // 3 + 1)

    def __str__(self) -> str:
        return f"{self.reporting_year}-Q{self.number}" if self.number else self.reporting_year

    @property
    def noun(self) -> str:
        """The kind of period: ``quarter`` or ``year``."""
        return "quarter" if self.number else "year"

    @property
    def reporting_year(self) -> str:
        """The reporting year, as ``2023-24``."""
        return f"{self.year}-{(self.year + 1) % 100:02d}"

    def worded(self, text: str) -> str:
        """Return wording about a quarter, changed to wording about a year if this is one."""
        return text if self.number else text.replace("quarter", "year").replace("Quarter", "Year")

    @property
    def label(self) -> str:
        """The quarter as a heading: ``Quarter 3 2023-24``."""
        return f"Quarter {self.number} {self.reporting_year}" if self.number else self.reporting_year

    @property
    def short_label(self) -> str:
        """The quarter as an axis label: ``Q3 2023-24``."""
        return f"Q{self.number} {self.reporting_year}" if self.number else self.reporting_year

    @classmethod
    def labelled(cls, text: str) -> str:
        """Write a quarter of ``data/``, such as ``2023-24-Q3``, as its short label."""
        return cls.parse(text).short_label

    @property
    def months(self) -> str:
        """The months it covers: ``October to December 2023``."""
        return f"{_MONTHS[self.number]} {self.ends.year}"

    @property
    def starts(self) -> date:
        """Its first day."""
        months = max(self.number, 1) * 3 + 1
        return date(self.year + (months > 12), (months - 1) % 12 + 1, 1)

    @property
    def ends(self) -> date:
        """Its last day."""
        return self.next().starts - timedelta(days=1)

    def shift(self, quarters: int) -> Quarter:
        """Move by a number of quarters, or of years if this is a year; backwards if negative."""
        if not self.number:
            return Quarter(self.year + quarters, 0)
        year, number = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return Quarter(year, number + 1)

    def next(self) -> Quarter:
        """Return the quarter after this one."""
        return self.shift(1)

    def previous(self) -> Quarter:
        """Return the quarter before this one."""
        return self.shift(-1)

    def previous_year_end(self) -> Quarter:
        """Return the last quarter of the previous reporting year; for a year, the previous year."""
        return Quarter(self.year - 1, 4 if self.number else 0)

    @property
    def begins_year(self) -> bool:
        """Whether a reporting year begins with it: a first quarter, or the year itself."""
        return self.number <= 1

    @property
    def last_quarter(self) -> Quarter:
        """The quarter itself, or the last quarter of a year."""
        return Quarter(self.year, self.number or 4)

    def year_before(self) -> Quarter:
        """Return the same quarter of the previous reporting year; for a year, the previous year."""
        return Quarter(self.year - 1, self.number)

    def year_so_far(self) -> list[Quarter]:
        """List the quarters of the reporting year up to this one; for a year, the year itself."""
        return self.window(self.number or 1)

    def twelve_months(self) -> list[Quarter]:
        """List the four quarters that end with this one; for a year, the year itself."""
        return self.window(4 if self.number else 1)

    def window(self, length: int) -> list[Quarter]:
        """List a number of quarters that end with this one, oldest first."""
        return [self.shift(step) for step in range(1 - length, 1)]
