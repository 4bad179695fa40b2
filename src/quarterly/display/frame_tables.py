"""Frames as tables for readers: with a caption, scopes, units and decimals, missing figures in words, no bare index."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from quarterly.core.output_errors import OutputNotPublishable
from quarterly.core.terms import NOT_RATED, count_of, listing
from quarterly.display.html import Html, data_table
from quarterly.display.units import Units, are_years

#: How many rows of a frame a page shows; the caption says if there are more.
MOST_ROWS = 100
#: How many column names are in a default caption.
_NAMED = 6


def frame_table(
    frame: pd.DataFrame,
    units: Units,
    caption: str = "",
    headings: dict[str, str | None] | None = None,
    formats: dict[tuple[int, int], Callable[[Any], Any]] | None = None,
) -> Html:
    """Return a frame as a table.

    An index that only counts rows is left out; any other comes first. ``units`` are those of the indicators that the
    frame may hold, which it names in a column ``id`` or ``name``, or in its headings. The default caption is
    ``frame.attrs["caption"]``, or else the names of the columns; ``headings`` replace headings made from those names.
    ``formats`` are the analyst's, by the row and column of a cell.
    """
    # Unnamed levels of an index are called "row".
    names = [name if name is not None else "row" for name in frame.index.names]
    flat = frame if _counts_rows(frame) else frame.reset_index(names=names, allow_duplicates=True)
    shown, before = flat.head(MOST_ROWS), flat.shape[1] - frame.shape[1]
    head = [(headings or {}).get(name) or _heading(name, flat, units) for name in flat.columns]
    texts = [units.column(shown, place) for place in range(flat.shape[1])]
    for (row, column), asked in (formats or {}).items():
        if row < MOST_ROWS:
            cells = texts[before + column]
            cells[row] = _formatted(frame.iat[row, column], asked, cells[row])
    rows = [list(cells) for cells in zip(*texts, strict=True)]
    known = caption or str(frame.attrs.get("caption", "")) or _called(list(dict.fromkeys(head)))
    if len(flat) > MOST_ROWS:
        known += f" (the first {MOST_ROWS} of {len(flat):,} rows)"
    return data_table(known, head, rows)


def styled_table(styler: Styler, units: Units) -> Html:
    """Return a styled frame as a table, with the formats, caption and hidden parts set in its Styler.

    Colours are left out because nothing else would show their meaning.
    """
    # A Styler has no public access to the formats of its cells and labels.
    if styler.concatenated or styler._display_funcs_index:
        reason = "The table has rows or row labels that only its style holds, and they would be lost"
        raise OutputNotPublishable(reason, "Add them to the frame before you style it, without concat or format_index")
    frame = styler.data
    rows = [place for place in range(len(frame)) if place not in styler.hidden_rows]
    columns = [place for place in range(frame.shape[1]) if place not in styler.hidden_columns]
    formats = {
        (row, column): styler._display_funcs[at]
        for row, of_frame in enumerate(rows)
        for column, place in enumerate(columns)
        if (at := (of_frame, place)) in styler._display_funcs
    }
    headings: dict[str, str | None] = {}
    for place in columns:
        if asked := styler._display_funcs_columns.get((0, place)):
            headings[frame.columns[place]] = str(asked(frame.columns[place]))
    shown = frame.iloc[rows, columns]
    shown = shown.reset_index(drop=True) if all(styler.hide_index_) else shown
    caption = styler.caption[0] if isinstance(styler.caption, tuple) else styler.caption
    return frame_table(shown, units, str(caption or ""), headings if frame.columns.nlevels == 1 else {}, formats)


def _formatted(value: Any, asked: Callable[[Any], Any], text: str) -> str:
    """Write a cell in the analyst's format, unless that gives the same text as pandas' default."""
    said = str(asked(value))
    return text if said == (f"{value:.6f}" if isinstance(value, float) else str(value)) else said


def _heading(name: Hashable, frame: pd.DataFrame, units: Units) -> str:
    if name == "" and frame.columns.name == "rag":
        return NOT_RATED
    return "Id" if name in ("id", "indicator_id") and "name" in frame else units.heading(name)


def _called(head: list[str]) -> str:
    """Make a caption from the column names, short enough to listen to."""
    more = [count_of(len(head) - _NAMED, "other column")] if len(head) > _NAMED + 1 else head[_NAMED:]
    return listing([*head[:_NAMED], *more]) or "No columns"


def _counts_rows(frame: pd.DataFrame) -> bool:
    """Whether an index has nothing to say: not years, nor the values that `value_counts` counts."""
    index = frame.index
    if index.nlevels > 1 or index.name is not None or not (index.empty or pd.api.types.is_integer_dtype(index)):
        return False
    return not are_years(list(index)) and list(frame.columns) not in (["count"], ["proportion"])
