"""Seeded random numbers: differences between children, and the workload of each month."""

import random
from datetime import date, timedelta
from itertools import count

from simulate.days import after_working_days, is_working
from simulate.lives import Child

SEASON = (1.0, 0.98, 1.08, 0.93, 1.02, 1.05, 1.0, 0.70, 1.03, 1.15, 1.14, 0.88)
SURGE_BEGINS = date(2023, 10, 1)
BAD_QUARTER = (date(2022, 5, 2), date(2022, 9, 16))

ETHNICITIES = {
    "WBRI": 80, "WIRI": 1, "WIRT": 1, "WOTH": 4, "WROM": 1, "MWBC": 2, "MWBA": 1, "MWAS": 2, "MOTH": 2, "AIND": 1,
    "APKN": 1, "ABAN": 1, "AOTH": 1, "BCRB": 1, "BAFR": 2, "BOTH": 1, "CHNE": 1, "OOTH": 1, "REFU": 1, "NOBT": 2,
}  # fmt: skip


class Chance:
    """A repeatable source of random numbers, and of numbers for ids."""

    def __init__(self, seed: int, scale: float) -> None:
        self.random = random.Random(seed)
        self.scale = scale
        self.numbers: dict[str, count] = {}
        # Children who return, by day.
        self.returning: dict[date, list[Child]] = {}

    def new_id(self, prefix: str) -> str:
        """The next number of a kind, such as HC000123."""
        return f"{prefix}{next(self.numbers.setdefault(prefix, count(1))):06}"

    def happens(self, share: float) -> bool:
        """Whether something with this probability happens."""
        return self.random.random() < share

    def pick(self, weights: dict):
        """One of the keys, chosen by weight."""
        left = self.random.random() * sum(weights.values())
        for key, weight in weights.items():
            left -= weight
            if left < 0:
                return key
        return max(weights, key=weights.__getitem__)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self.random.randint(low, high)

    def about(self, mean: float, shape: float = 2.0) -> int:
        """A number of days with this mean, skewed like real durations."""
        return round(self.random.gammavariate(shape, mean / shape))

    def later(self, day: date, low: int, high: int) -> date:
        """A day some days later."""
        return day + timedelta(days=self.between(low, high))

    def worked(self, day: date, low: int, high: int) -> date:
        """A day some working days later."""
        number = self.between(low, high)
        return after_working_days(day, number) if number else day

    def how_many(self, mean: float) -> int:
        """A number of occurrences with this mean (Poisson)."""
        number, left = 0, self.random.expovariate(1)
        while left < mean:
            number, left = number + 1, left + self.random.expovariate(1)
        return number

    def busy(self, day: date) -> float:
        """The workload of the front door on a day; 1 is an ordinary working day."""
        trend = 1 + 0.012 * (day.year - 2019)
        surge = 1.3 if day >= SURGE_BEGINS else 1
        return SEASON[day.month - 1] * trend * surge * (1 if is_working(day) else 0.09)

    def child(self, day: date, years: tuple[int, int] = (0, 17), *, unborn: bool = False) -> Child:
        """A new child of an age, known from a day on."""
        expected = born = None
        if unborn:
            expected = self.later(day, 20, 160)
            # Most are already born; for some the date of birth is never recorded.
            born = self.later(expected, -15, 9) if self.happens(0.75) else None
        else:
            born = day - timedelta(days=self.between(years[0] * 365 + 1, years[1] * 365 + 360))
        return Child(
            self.new_id("HC"),
            born,
            expected,
            "U" if unborn and not born else self.pick({"M": 51, "F": 48.5, "U": 0.5}),
            self.pick(ETHNICITIES),
            "GB",
        )
