"""Days, working days and quarters, worked out from the rules, sharing nothing with the program under test."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)
# Days that Parliament or a proclamation moved or added.
MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
ADDED = (date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian rule (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return date(year, month, day + 1)


def monday_on_or_after(day: date) -> date:
    """The first Monday from a day on."""
    return day + timedelta(days=-day.weekday() % 7)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays of a year."""
    days = {
        easter(year) - timedelta(days=2),
        easter(year) + ONE_DAY,
        monday_on_or_after(date(year, 5, 1)),
        monday_on_or_after(date(year, 5, 25)),
        monday_on_or_after(date(year, 8, 25)),
    }
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        substitute = day
        while substitute.weekday() >= 5 or substitute in days:
            substitute += ONE_DAY
        days.add(substitute)
    days = {MOVED.get(day, day) for day in days}
    return frozenset(days | {day for day in ADDED if day.year == year})


def is_working(day: date) -> bool:
    """Whether a day is Monday to Friday and no bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


WORKING_DAYS = [day for day in (date(2009, 1, 1) + timedelta(days=n) for n in range(9200)) if is_working(day)]


@cache
def index(day: date) -> int:
    """Number of working days up to and including a day."""
    return bisect_right(WORKING_DAYS, day)


def working_days(start: date, end: date) -> int:
    """Working days from one day to another: the day of the start is day 0."""
    return index(end) - index(start)


def after_working_days(start: date, number: int) -> date:
    """The day some working days after a day."""
    return WORKING_DAYS[index(start) + number - 1]


@cache
def months_before(day: date, months: int) -> date:
    """The same day some months before, or the last day of that month."""
    number = day.year * 12 + day.month - 1 - months
    first = date(number // 12, number % 12 + 1, 1)
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - ONE_DAY)


def age(born: date, day: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The day of a birthday: 1 March for those born on 29 February, if the year has none."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


@dataclass(frozen=True)
class Quarter:
    """A quarter of a reporting year, such as 2024-25-Q4."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """As written: 2024-25-Q4."""
        year = self.first.year - (self.first.month < 4)
        return f"{year}-{(year + 1) % 100:02}-Q{(self.first.month - 4) % 12 // 3 + 1}"

    @property
    def year_begins(self) -> date:
        """1 April of the reporting year."""
        return date(self.first.year - (self.first.month < 4), 4, 1)


def quarter_of(day: date) -> Quarter:
    """The quarter that contains a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return Quarter(first, following - ONE_DAY)


def quarters_to(day: date, number: int) -> list[Quarter]:
    """A number of quarters, ending with the one that contains a day."""
    found = [quarter_of(day)]
    while len(found) < number:
        found.insert(0, quarter_of(found[0].first - ONE_DAY))
    return found
