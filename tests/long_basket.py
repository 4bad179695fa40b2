"""A copy of the project with twenty quarters of invented figures, so that every kind of variation can be seen."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from quarterly.core.quarters import Quarter

LAST = Quarter(2023, 3)
QUARTERS = [str(quarter) for quarter in LAST.window(20)]
_CALM = [50, 53, 49, 52, 51, 48, 52, 50, 53, 49, 51, 50, 48, 52, 51, 49, 53, 50, 52, 51]

#: For each indicator its invented figures, oldest first, and the pattern that they show.
SERIES: dict[str, Sequence[float]] = {
    # Higher is better, target 90: no figure within the limits meets it.
    "case-supervisions-in-time": _CALM,
    # Lower is better, target 5: far above, and above its mean for the last eight quarters.
    "social-workers-over-20-children": [22, 24, 21, 23, 22, 20, 23, 21, 24, 22, 21, 23, 26, 27, 28, 26, 27, 29, 27, 28],
    # Lower is better, target 16.6: within the limits, by chance.
    "average-caseload": [value / 3 for value in _CALM],
    # Lower is better, no number as a target: the latest figure is far outside.
    "agency-workers": [*(value - 30 for value in _CALM[:-1]), 40],
    # Lower is better, target 0: fell for good when a known change began, too few quarters ago.
    "isros-over-55-children": [*(value - 20 for value in _CALM[:15]), 10, 12, 11, 9, 10],
    # Higher is better, target 90: always above it.
    "icpc-15-days": [value + 45 for value in _CALM],
    # Higher is better, target 90: rises for seven quarters.
    "child-protection-visits": [*(value + 30 for value in _CALM[:13]), 80, 82, 84, 86, 88, 90, 92],
    # No polarity: far below at the end.
    "single-assessments-closure": [*(value - 10 for value in _CALM[:-1]), 20],
    # Higher is better, target 90: a one-off in the middle widens the limits unless it is left out.
    "core-group-meetings": [*(value + 20 for value in _CALM[:10]), 30, *(value + 20 for value in _CALM[11:])],
    # Higher is better, target 90: a known change sixteen quarters before the end.
    "child-in-need-visits": [40, 42, 41, 43, *(value + 30 for value in _CALM[4:])],
}
#: Numerators and denominators of the last two quarters, of percentages of the quarter.
CASES = {"icpc-15-days": [(78, 80), (67, 70)]}
CHANGES = [
    ("isros-over-55-children", "2022-23-Q3", "new limits", "two officers joined the service"),
    ("core-group-meetings", "2021-22-Q2", "one-off", "the recording system was down for six weeks"),
    ("child-in-need-visits", "2019-20-Q4", "new limits", "visits by telephone count since then"),
]


def lengthen(root: Path) -> None:
    """Replace the published figures in a copy of the project with the invented ones of the same indicators."""
    path = root / "data" / "observations.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        head, *rows = list(csv.reader(lines))
    rows = [row for row in rows if row[0] not in SERIES]
    for name, values in SERIES.items():
        for quarter, value in zip(QUARTERS, values, strict=True):
            decimals = 1 if name == "average-caseload" else 0
            rows.append([name, quarter, f"{value:.{decimals}f}", "", "", "", ""])
    for name, pairs in CASES.items():
        for row, (numerator, denominator) in zip([row for row in rows if row[0] == name][-2:], pairs, strict=True):
            row[2:5] = [f"{100 * numerator / denominator:.0f}", str(numerator), str(denominator)]
    _write(path, head, rows)
    _write(
        root / "data" / "known_changes.csv",
        ["indicator_id", "quarter", "treatment", "reason"],
        [list(row) for row in CHANGES],
    )


def _write(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)
