"""Leave out rows for a part of the whole, such as another council, one sex or one age group."""

from __future__ import annotations

from collections import Counter

from quarterly.core.errors import Fault
from quarterly.core.terms import listing
from quarterly.ingest.account import Account
from quarterly.ingest.grid import clipped, is_number
from quarterly.ingest.headings import Column, Role, plain
from quarterly.ingest.sheet_table import Table
from quarterly.ingest.vocabulary import WHOLE


def rows_of_the_whole(
    table: Table, council: set[str], where: dict[str, str], account: Account
) -> tuple[list[int], list[str], list[Fault]]:
    """Return the rows of a table that are about the whole, remarks on the others, and faults.

    ``council`` holds the names of the reporting council, reduced by `plain`, and ``where`` the part to read, by
    heading. A column of parts without a known whole is a fault.
    """
    below = {row for own in table.details.values() for row in own.values()}
    rows, told, faults = [row for row in table.rows if row not in below], [], []
    wanted = {plain(heading): plain(part) for heading, part in where.items()}
    for column in sorted(table.columns, key=lambda one: one.role is Role.KIND):
        name = plain(column.text)
        if name not in wanted and column.role is not Role.PART and not _splits(table, column, rows):
            continue
        texts = {row: table.grid.cell(row, column.place).text for row in rows}
        filled = [row for row in rows if texts[row]]
        kept = {wanted[name]} if name in wanted else WHOLE | council
        others = Counter(texts[row] for row in filled if plain(texts[row]) not in kept)
        if filled and len(filled) == sum(others.values()):
            faults.append(_no_whole(table, column, filled[0], list(others)))
            rows = [row for row in rows if texts[row] in ("", next(iter(others)))]
            continue
        for row in filled:
            if texts[row] in others:
                account.mark_reported(table.row(row))
            else:
                account.mark_read(table.row(row).at(column.place))
        rows = [row for row in rows if texts[row] not in others]
        told += [
            f"Rows of a part, not read: {column.text} = {clipped(part)} ({count})" for part, count in others.items()
        ]
    return rows, told, faults


def _splits(table: Table, column: Column, rows: list[int]) -> bool:
    """Return whether a column distinguishes rows that are otherwise for the same indicator and period.

    A column of areas, or teams, does so only if there is a total for every indicator and period.
    """
    if column.role not in (Role.KIND, Role.AREA):
        return False
    about = {Role.ID, Role.NAME, Role.AREA, Role.YEAR, Role.QUARTER} - {column.role}
    seen: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        key = tuple(table.row(row).of(role).text for role in about)
        seen.setdefault(key, set()).add(plain(table.grid.cell(row, column.place).text))
    whole = column.role is Role.KIND or not any(map(WHOLE.isdisjoint, seen.values()))
    return whole and any(len(parts) > 1 for parts in seen.values())


def distinguishing_flag(table: Table, place: str, row: int, other: int) -> str:
    """Return the flag that selects one of two rows by a column in which they differ; blank if there is none."""
    inside = table.rows and table.rows[0] <= min(row, other) and max(row, other) <= table.rows[-1]
    if table.grid.place != place or not inside:
        return ""
    for column in table.columns:
        ours, theirs = (table.grid.cell(one, column.place) for one in (other, row))
        if column.text and ours.text and theirs.text and ours.text != theirs.text and not is_number(ours):
            return f' (--where "{clipped(column.text, 40)}={clipped(ours.text, 30)}")'
    return ""


def _no_whole(table: Table, column: Column, row: int, parts: list[str]) -> Fault:
    shown = listing([clipped(part, 30) for part in parts[:5]]) + (" and others" if len(parts) > 5 else "")
    flags = f'--where "{clipped(column.text, 40)}={clipped(parts[0], 30)}"'
    wanted = f"{column.text} splits the rows into parts, and none is known to be the whole. Choose one: {flags}."
    return table.grid.fault(row, column.place, shown, wanted)
