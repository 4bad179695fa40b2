"""Derive a quarter from its three months, as the analyst chooses: their sum, their mean, or the last."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from quarterly.core.terms import Months, Unit
from quarterly.ingest.cells import Number, Reading, Unreadable, read_number
from quarterly.ingest.grid import SheetCell


class Monthly(NamedTuple):
    """The figure for a month."""

    month: date
    at: SheetCell


def as_quarter(
    months: list[Monthly], how: Months, *, add: bool = False
) -> tuple[Number | Reading | Unreadable, list[Monthly]]:
    """Return the figure of a quarter, and the months that it is derived from, or those that are at fault.

    ``add`` means that a month may appear more than once, to be added up. Doubts and notes name their month.
    """
    used = [one for one in months if how is not Months.LAST or one.month.month % 3 == 0]
    used.sort(key=lambda one: one.month)
    used = used if add else list({(one.month, one.at.text): one for one in used}.values())
    read = [(one, read_number(one.at.cell)) for one in used]
    for one, found in read:
        if isinstance(found, Unreadable):
            return found, [one]
    for one, other in pairwise(used):
        if one.month == other.month and not add:
            wanted = "Keep one of them, or add up counts (--sum)."
            return Unreadable(f"{one.at.text} and {other.at.text} for {one.month:%B %Y}", wanted), [one, other]
    if how is Months.LAST and len(read) == 1:
        return read[0][1], used
    if reasons := [(one, found) for one, found in read if isinstance(found, Reading) and found.missing]:
        notes = "; ".join(f"{one.month:%B %Y}: {found.note}" for one, found in reasons if found.note)
        return Reading(missing=reasons[0][1].missing, note=notes), used
    numbers = [(one, found) for one, found in read if isinstance(found, Number)]
    if not numbers:
        return Reading(), used
    needed, given = 1 if how is Months.LAST else 3, len({one.month for one, _ in numbers})
    if given < needed:
        return Unreadable(f"figures for {given} of {needed} months", "Give a figure for each month."), used
    units = {number.unit for _, number in numbers}
    if len(units) > 1 or (how is Months.SUM and Unit.PERCENTAGE in units):
        wanted = "Percentages and different units cannot be added up. Use mean or last for this indicator."
        return Unreadable("months that cannot be added up", wanted), used
    total = sum((number.value for _, number in numbers), Decimal(0))
    value = round(total / needed if how is Months.MEAN else total, 12)
    doubts = " ".join(f"{one.month:%B %Y}: {found.doubt}" for one, found in numbers if found.doubt)
    notes = "; ".join(f"{one.month:%B %Y}: {found.note}" for one, found in numbers if found.note)
    return Number(value, units.pop(), doubts, notes), used
