"""Make small changes to a table of text cells, leaving every other line in place."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd


def number_text(value: Any) -> str:
    """Return a number as written in ``data/``: without trailing zeros, or blank if missing.

    Examples
    --------
    >>> number_text(47.730), number_text(1953.0), number_text(None)
    ('47.73', '1953', '')
    """
    return "" if value is None or pd.isna(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def csv_of(cells: pd.DataFrame) -> str:
    """Return cells as CSV in the style of ``data/``, with quote marks only where needed."""
    return cells.to_csv(index=False, lineterminator="\n")


def text_cells(rows: Any, columns: Iterable[str]) -> pd.DataFrame:
    """Return rows, or the rows of a frame, as a table of text cells with these columns, blank where missing."""
    return pd.DataFrame(rows, columns=list(columns), dtype=object).fillna("").astype(str)


def appended(cells: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Append rows to a table."""
    return pd.concat([cells, text_cells(rows, cells.columns)], ignore_index=True) if rows else cells


def replaced(cells: pd.DataFrame, rows: Iterable[dict[Any, str]], key: list[str]) -> pd.DataFrame:
    """Update each row with the same key, or insert a new one.

    A new row goes in order among the rows with the same first key column, or at the end if there are none.
    """
    lines = cells.to_dict("records")
    held = {tuple(line[name] for name in key): line for line in lines}
    places: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        places.setdefault(line[key[0]], []).append(place)
    new: dict[str, list[dict[Hashable, str]]] = {}
    for row in rows:
        at = tuple(row[name] for name in key)
        if at in held:
            held[at].update(row)
        else:
            held[at] = dict.fromkeys(cells.columns, "") | row
            new.setdefault(at[0], []).append(held[at])
    placed = [((place, 0), line) for place, line in enumerate(lines)]
    for first, group in new.items():
        same = places.get(first, [])
        for line in sorted(group, key=lambda one: one[key[-1]]):
            earlier = [place for place in same if lines[place][key[-1]] < line[key[-1]]]
            placed.append(((earlier[-1], 1) if earlier else (same[0], -1) if same else (len(lines), 0), line))
    lines = [line for _, line in sorted(placed, key=lambda one: one[0])]
    return text_cells(lines, cells.columns) if lines else cells
