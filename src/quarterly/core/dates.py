"""How a date is written out."""

from __future__ import annotations

from datetime import date

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
#: Written out, because the names in `calendar` follow the language of the computer.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: The first three letters of each, in small letters.
SHORT_MONTHS = tuple(name[:3].lower() for name in MONTHS)
#: A pattern for the names of the months, whole or shortened, in small letters.
ANY_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)


def long_date(day: date, *, weekday: bool = False) -> str:
    """Write out a date in English, whatever the computer's language.

    Examples
    --------
    >>> long_date(date(2024, 2, 22)), long_date(date(2024, 2, 22), weekday=True)
    ('22 February 2024', 'Thursday 22 February 2024')
    """
    text = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{_DAYS[day.weekday()]} {text}" if weekday else text
