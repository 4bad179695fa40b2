"""Derive a quarter from its three months, as the analyst chooses: their sum, their mean, or the last."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from quarterly.core.terms import Unit
from quarterly.ingest.cells import Number, Reading, Unreadable, read_number
from quarterly.ingest.grid import Cell


class How(StrEnum):
    """How to derive a quarter from its months."""

    SUM = "sum"
    MEAN = "mean"
    LAST = "last"


class Monthly(NamedTuple):
    """The figure for a month, and its location."""

    month: date
    cell: Cell
    row: int
    column: int


def as_quarter(months: list[Monthly], how: How) -> Cell | Unreadable:
    """Return the cell of a quarter from those of its months, as it would have been typed; blank if all are blank."""
    ordered = sorted(months, key=lambda one: one.month)
    if how is How.LAST:
        ordered = [one for one in ordered if one.month.month % 3 == 0]
    read = [read_number(one.cell) for one in ordered]
    fault = next((one for one in read if isinstance(one, Unreadable)), None)
    if fault:
        return fault
    numbers = [one for one in read if isinstance(one, Number)]
    reasons = [one.missing for one in read if isinstance(one, Reading) and one.missing]
    needed = 1 if how is How.LAST else 3
    if not numbers and not reasons:
        return Cell("")
    if reasons:
        return Cell(reasons[0])
    if len(numbers) < needed:
        return Unreadable(f"figures for {len(numbers)} of {needed} months", "Give a figure for each month.")
    if len({one.unit for one in numbers}) > 1 or (how is How.SUM and numbers[0].percent):
        wanted = "Percentages and different units cannot be added up. Use mean or last for this indicator."
        return Unreadable("months that cannot be added up", wanted)
    total = sum((one.value for one in numbers), Decimal(0))
    value = total / len(numbers) if how is How.MEAN else total
    return Cell(f"{round(value, 12).normalize():f}{'%' if numbers[0].unit == Unit.PERCENTAGE else ''}")
