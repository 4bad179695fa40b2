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


def appended(cells: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Append rows to a table."""
    new = pd.DataFrame(rows, columns=cells.columns, dtype=object).fillna("").astype(str)
    return pd.concat([cells, new], ignore_index=True) if rows else cells


def replaced(cells: pd.DataFrame, rows: Iterable[dict[str, str]], key: list[str]) -> pd.DataFrame:
    """Update each row with the same key, or insert a new one.

    A new row goes in order among the rows with the same first key column, or at the end if there are none.
    """
    lines = cells.to_dict("records")
    held = {tuple(line[name] for name in key): line for line in lines}
    for row in rows:
        at = tuple(row[name] for name in key)
        if at in held:
            held[at].update(row)
        else:
            held[at] = dict.fromkeys(cells.columns, "") | row
            lines.insert(_place(lines, at, key), held[at])
    return pd.DataFrame(lines, columns=cells.columns, dtype=object).astype(str) if lines else cells


def _place(lines: list[dict[Hashable, str]], at: tuple[str, ...], key: list[str]) -> int:
    same = [place for place, line in enumerate(lines) if line[key[0]] == at[0]] if len(key) > 1 else []
    earlier = [place for place in same if lines[place][key[1]] < at[1]]
    return earlier[-1] + 1 if earlier else same[0] if same else len(lines)
