"""Small changes to a table of text cells, which leave every other line where it is."""

from __future__ import annotations

import pandas as pd


def number_text(value: float | None) -> str:
    """Write a number as it stands in ``data/``: without zeros at the end, blank where there is none.

    Examples
    --------
    >>> number_text(47.730), number_text(1953.0), number_text(None)
    ('47.73', '1953', '')
    """
    return "" if value is None or pd.isna(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def inserted(cells: pd.DataFrame, row: dict[str, str], order: list[str]) -> pd.DataFrame:
    """Put a row into a table: after the last row with the same first column that comes before it, else at the end.

    Parameters
    ----------
    cells : DataFrame
        Cells as text, one row a line, indexed from 0.
    row : dict of str to str
        The cells of the new row; those that are left out are blank.
    order : list of str
        The column that belongs together, then the one that orders; none to put it at the end.
    """
    new = pd.DataFrame([{name: row.get(name, "") for name in cells.columns}], dtype=str)
    place = len(cells)
    if order:
        same = (cells[order[0]] == row[order[0]]).to_numpy().nonzero()[0]
        earlier = [one for one in same if cells[order[1]].iloc[one] < row[order[1]]]
        place = earlier[-1] + 1 if earlier else same[0] if len(same) else place
    return pd.concat([cells.iloc[:place], new, cells.iloc[place:]], ignore_index=True)


def replaced(cells: pd.DataFrame, row: dict[str, str], key: list[str]) -> pd.DataFrame:
    """Put a row in the place of the one with the same key, or insert it where there is none."""
    same = pd.Series(data=True, index=cells.index)
    for name in key:
        same &= cells[name] == row[name]
    if not same.any():
        return inserted(cells, row, key if len(key) > 1 else [])
    changed = cells.copy()
    for name, text in row.items():
        changed.loc[same, name] = text
    return changed
