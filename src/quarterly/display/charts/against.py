"""The data of an indicator's chart: its figures by quarter, its target and its comparators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.written import Row, comparator_cell, format_value
from quarterly.measures.scorecard import Scorecard


def axis_label(quarter: Quarter) -> str:
    """Write a quarter for the axis, where it is split over two lines."""
    return f"Q{quarter.number} {quarter.reporting_year[2:]}" if quarter.number else quarter.reporting_year[2:]


def series(scorecard: Scorecard, indicator_id: str) -> list[dict[str, Any]]:
    """Return an indicator's shown quarters, oldest first: ``quarter``, ``axis``, ``label``, ``value``, ``text``.

    ``value`` is None for a missing figure, and ``new`` is true in quarters in which a new definition begins.
    """
    new = scorecard.redefined(indicator_id)
    return [
        {
            "quarter": str(quarter),
            "axis": axis_label(quarter),
            "label": f"{quarter.short_label} (new definition)" if str(quarter) in new else quarter.short_label,
            "value": None if cell.value is None else float(cell.value),
            "text": cell.words,
            "new": str(quarter) in new,
        }
        for quarter, cell in zip(scorecard.quarters, scorecard.figure_cells(indicator_id), strict=True)
    ]


def steps(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the points of a series' line; a row without a figure breaks it where the definition changes."""
    return [
        {"axis": point["axis"], "value": value}
        for point in data
        for value in ([None, point["value"]] if point["new"] else [point["value"]])
    ]


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move label positions apart until each is at least a gap from the next, keeping their order.

    Examples
    --------
    >>> spread([10, 11, 50], gap=5)
    [8.0, 13.0, 50.0]
    """
    placed: list[list[float]] = []
    for position in sorted(positions):
        cluster = [position]
        while placed and _centre(placed[-1]) + gap * len(placed[-1]) / 2 > _centre(cluster) - gap * len(cluster) / 2:
            cluster = placed.pop() + cluster
        placed.append(cluster)
    moved = [
        _centre(cluster) + gap * (place - (len(cluster) - 1) / 2) for cluster in placed for place in range(len(cluster))
    ]
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    return [dict(zip(order, moved, strict=True))[index] for index in range(len(positions))]


def _centre(cluster: list[float]) -> float:
    return sum(cluster) / len(cluster)


def references(row: Row, comparators: dict[str, str]) -> list[dict[str, Any]]:
    """Return the target and comparators of an indicator, one for each value: ``value``, ``name`` and ``kind``.

    The kind is target or comparator. The target comes first, a band as its two ends. ``row`` is the indicator's row of
    the scorecard, and ``comparators`` holds labels by id.
    """
    ends = {"target": "Target", "lower": "At least", "upper": "At most"}
    found = [
        (row[end], f"{words} {format_value(row[end], row['unit'])}", "target")
        for end, words in ends.items()
        if pd.notna(row[end])
    ]
    known = {label: name for name, label in comparators.items() if pd.notna(row[name])}
    by_value: dict[tuple[float, str], list[str]] = {}
    for label, name in known.items():
        by_value.setdefault((row[name], comparator_cell(row, name).text), []).append(label)
    found += [(value, f"{', '.join(labels)} {text}", "comparator") for (value, text), labels in by_value.items()]
    return [{"value": float(value), "name": name, "kind": kind} for value, name, kind in found]
