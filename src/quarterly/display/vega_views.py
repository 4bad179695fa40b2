"""What is in a chart that an analyst made: its views, the columns they draw, and the data behind them.

A chart in Vega-Lite nests: layers, facets and rows of charts inherit data and encodings. Here it is read once, flat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quarterly.display.drawing import Specification

#: Channels whose columns a reader of the table wants: places first, what sets marks apart after.
CHANNELS = ("facet", "row", "column", "x", "y", "x2", "y2", "theta", "color", "fill", "shape", "size", "detail", "text")
_CHANGED = ("aggregate", "bin", "timeUnit")
_NESTED = ("layer", "hconcat", "vconcat", "concat")


@dataclass(frozen=True)
class View:
    """One mark of a chart with its data."""

    mark: str  # as Vega-Lite names it: ``bar``
    #: The channels that show a column, with their definitions; those of the views around it included.
    encoding: dict[str, dict[str, Any]]
    data: str  # the name of its data, blank for none
    transformed: bool  # whether the data are changed on the way
    constants: dict[str, Any]  # the channels that show one number: a rule at a target

    @property
    def aggregated(self) -> bool:
        """Whether a mark may stand for several rows."""
        return any(known.get(key) for known in self.encoding.values() for key in _CHANGED)

    def column(self, channel: str) -> str:
        """Return the column that a channel shows as it is; blank where it shows none, or an aggregate of one."""
        shown = self.encoding.get(channel, {})
        changed = any(shown.get(key) for key in _CHANGED)
        return "" if changed else column_name(shown)

    def title(self, channel: str) -> str | None:
        """Return what an analyst called a channel."""
        shown = self.encoding.get(channel, {})
        axis = shown.get("axis") or shown.get("legend") or {}
        found = shown.get("title") or axis.get("title")
        return " ".join(found) if isinstance(found, list) else found


def column_name(shown: dict[str, Any]) -> str:
    """Return the column that a channel shows; blank where it shows none. Vega-Lite has dots and brackets escaped."""
    found = shown.get("field", "")
    return re.sub(r"\\(.)", r"\1", found) if isinstance(found, str) else ""


def views(chart: Specification) -> list[View]:
    """List the marks of a chart."""
    return list(_views(chart, {}, "", transformed=False))


def _views(part: Specification, encoding: dict[str, Any], data: str, *, transformed: bool) -> Iterator[View]:
    encoding = {**encoding, **part.get("encoding", {})}
    if isinstance(part.get("facet"), dict):
        facet = part["facet"]
        encoding |= {"facet": facet} if "field" in facet else facet
    if "data" in part:
        data, transformed = str((part["data"] or {}).get("name", "")), False
    transformed |= bool(part.get("transform"))
    inner = [child for key in _NESTED for child in part.get(key, [])]
    inner += [part["spec"]] if "spec" in part else []
    for child in inner:
        yield from _views(child, encoding, data, transformed=transformed)
    if "mark" in part:
        mark = part["mark"]
        shown = {name: known for name, known in encoding.items() if isinstance(known, dict)}
        constants = {
            name: known.get("datum", known.get("value"))
            for name, known in shown.items()
            if name in ("x", "y")
            and "field" not in known
            and isinstance(known.get("datum", known.get("value")), int | float)
            and "datum" in known
        }
        fields = {name: known for name, known in shown.items() if "field" in known}
        yield View(mark["type"] if isinstance(mark, dict) else mark, fields, data, transformed, constants)


def inner_parts(chart: Specification) -> Iterator[Specification]:
    """Return a chart and every chart inside it."""
    yield chart
    for key in _NESTED:
        for child in chart.get(key, []):
            yield from inner_parts(child)
    if "spec" in chart:
        yield from inner_parts(chart["spec"])


def frames(chart: Specification) -> dict[str, pd.DataFrame]:
    """Return the data of a chart by their names."""
    return {
        name: pd.DataFrame(rows)
        for name, rows in chart.get("datasets", {}).items()
        if isinstance(rows, list) and rows and isinstance(rows[0], dict)
    }


def shown_columns(chart: Specification, known: pd.DataFrame, name: str) -> dict[str, str | None]:
    """Return the columns of some data that a chart shows, in a reader's order, with what the analyst calls them."""
    found: dict[str, str | None] = {}
    mine = [view for view in views(chart) if view.data == name]
    for channel in CHANNELS:
        for view in mine:
            column = column_name(view.encoding.get(channel, {}))
            if column in known:
                found[column] = found.get(column) or view.title(channel)
    return found
