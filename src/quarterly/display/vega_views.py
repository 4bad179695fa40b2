"""The contents of an analyst's chart: its views, the columns they draw, and the data behind them.

Vega-Lite charts nest: layers, facets and rows of charts inherit data and encodings. Here they are flattened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quarterly.display.drawing import Specification

_LOOKS = ("color", "fill", "stroke", "shape", "strokeDash", "strokeWidth", "opacity", "xOffset", "yOffset")
#: Channels that divide the data into series.
SERIES = ("facet", "row", "column", *_LOOKS, "detail")
#: Channels that show a further figure of a mark.
FURTHER = ("x2", "y2", "size")
#: Channels whose columns belong in the data table: positions first, then what distinguishes marks.
CHANNELS = ("facet", "row", "column", "x", "y", "x2", "y2", "theta", *_LOOKS, "size", "detail", "text")
#: Marks that stand for a summary of several rows.
_SUMMARIES = ("boxplot", "errorbar", "errorband")
#: The channels of marks without an axis for their figures.
_AXES = {"arc": ("color", "theta"), "rect": ("x", "color")}
_CHANGED = ("aggregate", "bin", "timeUnit")
_NESTED = ("layer", "hconcat", "vconcat", "concat")
#: What Altair calls a view that can be zoomed or has a selection, in its JSON.
_VIEW = re.compile(r'(?<="name": ")view_[^"]+')
#: How the parts of a repeated chart are laid out, from the innermost.
_REPEATED = {"layer": "layer", "column": "hconcat", "row": "vconcat", "repeat": "concat"}


@dataclass(frozen=True)
class View:
    """One mark of a chart with its data."""

    mark: str  # its Vega-Lite name: ``bar``
    #: The channels that show a column or a count, with their definitions, including inherited ones.
    encoding: dict[str, dict[str, Any]]
    every: dict[str, Any]  # all channels, also those that show a constant
    data: str  # the name of its data; blank if it has none
    source: dict[str, Any]  # the data in Vega-Lite
    transforms: list[dict[str, Any]]  # what is done to the data first
    constants: dict[str, Any]  # the channels that show a single number, such as a rule at a target

    @property
    def composite(self) -> bool:
        """Whether Vega-Lite draws the mark as several others, which summarise the rows."""
        return self.mark in _SUMMARIES

    @property
    def aggregated(self) -> bool:
        """Whether a mark may represent several rows."""
        changed = any(known.get(key) for known in self.encoding.values() for key in _CHANGED)
        return changed or self.composite

    @property
    def axes(self) -> tuple[str, str]:
        """Return the channels that show the labels and the figures of the mark."""
        if self.mark in _AXES:
            return _AXES[self.mark]
        kinds = [self.encoding.get(channel, {}).get("type") for channel in ("x", "y")]
        return ("y", "x") if kinds[0] == "quantitative" != kinds[1] else ("x", "y")

    def column(self, channel: str) -> str:
        """Return the column that a channel shows as it is; blank if it shows none, or an aggregate."""
        shown = self.encoding.get(channel, {})
        changed = any(shown.get(key) for key in _CHANGED)
        return "" if changed else column_name(shown)

    def title(self, channel: str) -> str | None:
        """Return the analyst's title for a channel; None if there is none."""
        shown = self.encoding.get(channel, {})
        axis = shown.get("axis") or shown.get("legend") or {}
        found = shown.get("title") or axis.get("title")
        return " ".join(found) if isinstance(found, list) else found


def column_name(shown: dict[str, Any]) -> str:
    """Return the column that a channel shows, without Vega-Lite's escapes of dots and brackets; blank if none."""
    found = shown.get("field", "")
    return re.sub(r"\\(.)", r"\1", found) if isinstance(found, str) else ""


def drawn_column(shown: dict[str, Any]) -> str:
    """Name what a channel shows: ``value`` or, of an aggregate, ``mean of value``."""
    field, aggregate = column_name(shown), shown.get("aggregate")
    if not isinstance(aggregate, str):
        return field
    return f"{aggregate} of {field}" if field else aggregate


def views(chart: Specification) -> list[View]:
    """List the marks of a chart."""
    return list(_views(chart, {}, {}, []))


def _views(
    part: Specification, encoding: dict[str, Any], data: dict[str, Any], transforms: list[dict[str, Any]]
) -> Iterator[View]:
    encoding = {**encoding, **part.get("encoding", {})}
    if isinstance(part.get("facet"), dict):
        facet = part["facet"]
        encoding |= {"facet": facet} if "field" in facet else facet
    if "data" in part:
        data, transforms = part["data"] or {}, []
    transforms = [*transforms, *part.get("transform", [])]
    inner = [child for key in _NESTED for child in part.get(key, [])]
    if "spec" in part:
        inner.append(part["spec"])
    for child in inner:
        yield from _views(child, encoding, data, transforms)
    if "mark" in part:
        mark = part["mark"]
        shown = {name: named_in(known) for name, known in encoding.items() if isinstance(known, dict)}
        constants = {
            name: known["datum"]
            for name, known in shown.items()
            if name in ("x", "y") and "field" not in known and isinstance(known.get("datum"), int | float)
        }
        fields = {name: known for name, known in shown.items() if {"field", "aggregate"} & {*known}}
        kind, named = mark["type"] if isinstance(mark, dict) else mark, str(data.get("name", ""))
        yield View(kind, fields, encoding, named, data, transforms, constants)


def without_repeats(chart: Specification) -> Specification:
    """Return a chart in which one that is repeated for several columns is written out for each, to be labelled."""
    chart = {**chart, **{key: [*map(without_repeats, chart[key])] for key in _NESTED if key in chart}}
    if "repeat" not in chart:
        return chart
    asked, made = chart.pop("repeat"), without_repeats(chart.pop("spec"))
    columns = asked if isinstance(asked, dict) else {"repeat": asked}
    for key in [key for key in _REPEATED if key in columns]:
        texts = [json.dumps(made).replace(json.dumps({"repeat": key}), json.dumps(name)) for name in columns[key]]
        # Two views may not have one name.
        texts = [_VIEW.sub(rf"\g<0> {number}", text) for number, text in enumerate(texts)]
        made = {_REPEATED[key]: [json.loads(text) for text in texts]}
    for known in chart.get("params", []):
        known |= {"views": _VIEW.findall(json.dumps(made))} if "views" in known else {}
    return {**chart, **made}


def named_in(channel: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a channel's definition that names a column, which may be its condition."""
    condition = channel.get("condition")
    return condition if isinstance(condition, dict) and "field" in condition else channel


def inner_parts(chart: Specification) -> Iterator[Specification]:
    """Yield a chart and every chart inside it."""
    yield chart
    for key in _NESTED:
        for child in chart.get(key, []):
            yield from inner_parts(child)
    if "spec" in chart:
        yield from inner_parts(chart["spec"])


def frames(chart: Specification) -> dict[str, pd.DataFrame]:
    """Return the datasets of a chart as frames, by name."""
    return {
        name: pd.DataFrame(rows)
        for name, rows in chart.get("datasets", {}).items()
        if isinstance(rows, list) and rows and isinstance(rows[0], dict)
    }


def shown_columns(chart: Specification, known: pd.DataFrame, name: str) -> dict[str, str | None]:
    """Return the columns of a dataset that a chart shows, in readers' order, with the analyst's titles."""
    mine = [view for view in views(chart) if view.data == name]
    # The tooltip alone says which place a shape on a map is.
    tips = [view.every.get("tooltip", []) for view in mine if view.mark == "geoshape"]
    fields = [tip for given in tips for tip in (given if isinstance(given, list) else [given])]
    found: dict[str, str | None] = {at: tip.get("title") for tip in fields if (at := column_name(tip)) in known}
    for channel in CHANNELS:
        for view in mine:
            column = column_name(view.encoding.get(channel, {}))
            if column in known:
                found[column] = found.get(column) or view.title(channel)
    return found


def with_columns_of_shapes(chart: Specification) -> Specification:
    """Return a chart in which the properties of a map's shapes (GeoJSON) are columns, as in other data."""
    rows = [row for given in chart["datasets"].values() if isinstance(given, list) for row in given]
    shapes = [row for row in rows if isinstance(row, dict) and {"geometry", "properties"} <= {*row}]
    for shape in shapes:
        shape.update({**(shape["properties"] or {}), **shape})
    if not shapes:
        return chart
    rest = json.dumps({key: given for key, given in chart.items() if key != "datasets"})
    return {**chart, **json.loads(rest.replace('"properties.', '"'))}


def take(specification: Specification, key: str) -> Any:
    """Remove and return a setting of a chart, or else of the first of its layers or facets that has it."""
    found = specification.pop(key, None)
    for part in [*specification.get("layer", []), *([specification["spec"]] if "spec" in specification else [])]:
        inner = take(part, key)
        found = found or inner
    return found


def take_title(specification: Specification) -> tuple[str, str]:
    """Remove a chart's title and subtitle, and return them."""
    found = take(specification, "title") or ""
    given = found if isinstance(found, dict) else {"text": found}
    words = (given.get(part) or "" for part in ("text", "subtitle"))
    title, subtitle = (" ".join(text) if isinstance(text, list) else str(text) for text in words)
    return title.strip(), subtitle.strip()
