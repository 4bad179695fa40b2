"""Make a colleague's hand-kept workbook of the next quarter, for trying the import.

    uv run python examples/colleague_workbook.py q4.xlsx

The figures of 2023-24-Q4 are invented: each is the previous quarter's figure, changed a little. The format is
realistic: three header rows repeated for each area, area names in merged cells, notes under the table, percentages as
text, as fractions with a format and as bare numbers, symbols, a count that became a date, a name that the basket does
not know, a corrected figure of an earlier quarter, a formula, a hidden sheet, and one area on a separate sheet.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import xlsxwriter

DATA = Path(__file__).parent.parent / "data"
SHOWN = ("2023-24-Q1", "2023-24-Q2", "2023-24-Q3")
OWN_SHEET = "workforce"

#: Entries of the Q4 column that are not an invented number.
TYPED: dict[str, object] = {
    "requests-for-support": "1,804",
    "family-wellbeing-assessments-45-days": "55%",
    "initial-contact-decisions-24-hours": 71,
    "section-47-to-icpc": "N/A",
    "return-home-interviews-accepted": "-",
    "discharges-to-special-guardianship": "c",
    "unplanned-admissions-to-care": "<5",
    "moderated-reviews-unchanged": None,
    "child-in-need-reviews": " 94 % ",
    "residential-placements": 31,
    "unregistered-placements-under-16": 0,
}
#: A count whose cell was formatted as a date.
AS_DATE = {"mash-enquiries": 371}
#: Corrections by the colleague to the quarter before.
RESTATED = {"new-social-care-referrals": 294}
#: Names that the colleague writes differently; the basket knows only the second, with other spaces and dashes.
NAMES = {
    "agency-workers": "Agency social workers",
    "unregistered-placements-16-plus": "Number of  unregistered placements - Age 16+",
}
NOTES = (
    "Notes",
    "1. Q4 figures are provisional until the statutory returns are signed off.",
    "2. MASH: Multi-Agency Safeguarding Hub.",
)


def table(name: str) -> list[dict[str, str]]:
    """Read a table of the basket."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def invented(place: int, indicator: dict[str, str], last: str) -> float | None:
    """Move the last figure a little, up for one indicator and down for the next."""
    if not last:
        return None
    step = max(1.0, round(float(last) * 0.04)) if indicator["unit"] != "rate" else round(float(last) * 0.04, 2)
    moved = float(last) + (step if place % 2 or float(last) < step else -step)
    return round(min(moved, 100.0) if indicator["unit"] == "percentage" else moved, int(indicator["decimals"]))


class Book:
    """The workbook being written."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"in_memory": True})
        self.head = self.book.add_format({"bold": True, "bg_color": "#D9E2F3", "text_wrap": True, "align": "center"})
        self.percent = self.book.add_format({"num_format": "0%"})
        self.day = self.book.add_format({"num_format": "dd/mm/yyyy"})
        self.area = self.book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        self.figures = {(row["indicator_id"], row["quarter"]): row["value"] for row in table("observations")}
        self.targets = {row["indicator_id"]: row for row in table("targets")}
        self.comparators = {(row["indicator_id"], row["comparator"]): row["value"] for row in table("comparators")}

    def figure(self, sheet: Any, row: int, column: int, indicator: dict[str, str], value: object) -> None:
        """Write a figure as the colleague does: a percentage as a fraction with a format."""
        if isinstance(value, float) and indicator["unit"] == "percentage":
            sheet.write_number(row, column, value / 100, self.percent)
        elif value is not None:
            sheet.write(row, column, value)

    def quarter(self, sheet: Any, row: int, column: int, place: int, indicator: dict[str, str]) -> None:
        """Write the figure of the new quarter."""
        name = indicator["indicator_id"]
        if name in AS_DATE:
            sheet.write_number(row, column, AS_DATE[name], self.day)
        elif name in TYPED:
            sheet.write(row, column, TYPED[name])
        else:
            self.figure(sheet, row, column, indicator, invented(place, indicator, self.figures[name, SHOWN[-1]]))

    def earlier(self, sheet: Any, row: int, column: int, indicator: dict[str, str], quarter: str) -> None:
        """Write a figure of an earlier quarter, with corrections."""
        name = indicator["indicator_id"]
        known = self.figures[name, quarter]
        known = str(RESTATED[name]) if name in RESTATED and quarter == SHOWN[-1] else known
        self.figure(sheet, row, column, indicator, float(known) if known else None)

    def target(self, sheet: Any, row: int, column: int, indicator: dict[str, str]) -> None:
        """Write the target, in words if there is none."""
        target = self.targets[indicator["indicator_id"]]
        if target["value"] and indicator["unit"] == "percentage":
            sheet.write(row, column, f"{target['value']}%")
        elif target["value"]:
            sheet.write_number(row, column, float(target["value"]))
        else:
            sheet.write(row, column, target["direction"].capitalize() or ("N/A" if target["missing"] == "z" else ""))

    def headings(self, sheet: Any, row: int) -> int:
        """Write the three header rows, with merged cells, and return the next row."""
        sheet.merge_range(row, 3, row, 6, "QUARTERS", self.head)
        for column, text in enumerate(("TARGET", "POLARITY", "RAG", "DOT"), start=7):
            sheet.write(row, column, text, self.head)
        sheet.merge_range(row, 11, row, 14, "COMPARATORS 2021-22", self.head)
        sheet.merge_range(row + 1, 3, row + 1, 6, "2023-2024", self.head)
        for column, text in enumerate(("Area", "Indicator", "Data type", "Q1", "Q2", "Q3", "Q4")):
            sheet.write(row + 2, column, text, self.head)
        sheet.merge_range(row + 2, 7, row + 2, 10, "Q4 DETAIL", self.head)
        for column, text in enumerate(("Statistical\nNeighbour", "South West", "England", "Ofsted good"), start=11):
            sheet.write(row + 2, column, text, self.head)
        return row + 3

    def rows(self, sheet: Any, row: int, area: dict[str, str], indicators: list[dict[str, str]]) -> int:
        """Write an area, its name merged over its rows, and return the next row."""
        sheet.merge_range(row, 0, row + len(indicators) - 1, 0, area["name"], self.area)
        for place, indicator in enumerate(indicators):
            name = indicator["indicator_id"]
            sheet.write(row, 1, NAMES.get(name, indicator["name"]))
            sheet.write(row, 2, indicator["unit"].capitalize())
            for column, quarter in enumerate(SHOWN, start=3):
                self.earlier(sheet, row, column, indicator, quarter)
            self.quarter(sheet, row, 6, place, indicator)
            self.target(sheet, row, 7, indicator)
            sheet.write(row, 8, f"{indicator['polarity'].capitalize()} is better" if indicator["polarity"] else "N/A")
            sheet.write(row, 9, "tbc")
            self.compared(sheet, row, indicator)
            row += 1
        return row

    def compared(self, sheet: Any, row: int, indicator: dict[str, str]) -> None:
        """Write the comparators, or that there are none."""
        if indicator["comparison"] == "local measure":
            sheet.merge_range(row, 11, row, 14, "Local measure")
            return
        names = ("statistical_neighbour", "south_west", "england", "ofsted_good")
        for column, comparator in enumerate(names, start=11):
            known = self.comparators.get((indicator["indicator_id"], comparator), "")
            percent = "%" if known and indicator["unit"] == "percentage" else ""
            sheet.write(row, column, f"{known}{percent}" if known else "-")

    def own_sheet(self, area: dict[str, str], indicators: list[dict[str, str]]) -> None:
        """Write an area on a separate sheet, with one header row and a formula at the end."""
        sheet = self.book.add_worksheet(area["short_name"])
        sheet.write_row(0, 0, ["Measure", "Q3 2023/24", "Q4 2023/24", "Target", "Comment"], self.head)
        for place, indicator in enumerate(indicators, start=1):
            sheet.write(place, 0, NAMES.get(indicator["indicator_id"], indicator["name"]))
            self.earlier(sheet, place, 1, indicator, SHOWN[-1])
            self.quarter(sheet, place, 2, place, indicator)
            self.target(sheet, place, 3, indicator)
        sheet.write_formula(len(indicators) + 2, 4, "=COUNT(C2:C7)", None, len(indicators) - 1)


def make(path: Path) -> None:
    """Write the workbook."""
    made = Book(path)
    front = made.book.add_worksheet("Read me")
    front.write_column(0, 0, ["Children's services indicators, Q4", "Invented figures, for trying out the import."])
    sheet = made.book.add_worksheet("Indicators")
    sheet.set_column(0, 1, 40)
    sheet.write(0, 0, "Children's services: key performance indicators, Quarter 4 2023/24")
    row = 2
    indicators = table("indicators")
    for area in table("areas"):
        own = [indicator for indicator in indicators if indicator["area_id"] == area["area_id"]]
        if area["area_id"] == OWN_SHEET:
            made.own_sheet(area, own)
        else:
            row = made.rows(sheet, made.headings(sheet, row), area, own) + 1
    sheet.write_column(row, 1, NOTES)
    old = made.book.add_worksheet("Q3 as sent")
    old.write_row(0, 0, ["Indicator", "Q3 2023/24"])
    old.write_row(1, 0, ["Agency workers", 99])
    old.hide()
    made.book.close()


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "q4.xlsx"))
