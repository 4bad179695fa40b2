"""Small changes to a table of text cells, which leave every other line where it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd


def number_text(value: Any) -> str:
    """Write a number as it stands in ``data/``: without zeros at the end, blank where there is none.

    Examples
    --------
    >>> number_text(47.730), number_text(1953.0), number_text(None)
    ('47.73', '1953', '')
    """
    return "" if value is None or pd.isna(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def inserted(cells: pd.DataFrame, row: dict[str, str], order: list[str]) -> pd.DataFrame:
    """Put a row into a table: after the last row with the same first column that comes before it, else at the end.

    ``order`` names the column that belongs together, then the one that orders.
    """
    same = (cells[order[0]] == row[order[0]]).to_numpy().nonzero()[0]
    earlier = [one for one in same if cells[order[1]].iloc[one] < row[order[1]]]
    place = earlier[-1] + 1 if earlier else same[0] if len(same) else len(cells)
    return pd.concat([appended(cells.iloc[:place], [row]), cells.iloc[place:]], ignore_index=True)


def appended(cells: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Put rows at the end of a table."""
    new = pd.DataFrame(rows, columns=cells.columns, dtype=object).fillna("").astype(str)
    return pd.concat([cells, new], ignore_index=True) if rows else cells


def replaced(cells: pd.DataFrame, rows: Iterable[dict[str, str]], key: list[str]) -> pd.DataFrame:
    """Put each row in the place of the one with the same key, or insert it where there is none."""
    for row in rows:
        same = (cells[key] == [row[name] for name in key]).all(axis=1)
        if same.any():
            cells = cells.copy()
            cells.loc[same, list(row)] = list(row.values())
        else:
            cells = inserted(cells, row, key) if len(key) > 1 else appended(cells, [row])
    return cells
