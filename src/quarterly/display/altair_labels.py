"""Label an analyst's chart: names wrapped over lines, quarters and columns in readers' words.

Anything that the analyst has set, such as the title or the angle of an axis, is left alone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil
from textwrap import wrap
from typing import Any

import pandas as pd

from quarterly.core.terms import Unit, in_a_sentence
from quarterly.core.written import unit_words
from quarterly.display.drawing import Specification
from quarterly.display.units import Units, are_years, quarter_words, with_named_ids
from quarterly.display.vega_views import column_name, drawn_column, frames, inner_parts, named_in, shown_columns, views

#: The default width of a chart, and of one with names above its rows, in pixels: both fit the narrowest phone.
WIDTH, ROWS = 232, 290
#: How wide a chart may become so that words fit below its columns; wider than a phone, it scrolls.
_WIDEST = 620
#: The average width of a letter, and the widths of a quarter and a reporting year, in pixels; how many letters fit on a
#: line at the left of a row, and on one above it.
_LETTER, _NUMBER, _YEAR, _LEFT, _OVER = 6.2, 18, 50, 25, 46
#: The width of the symbols of a two-column legend, in letters.
_SYMBOLS = 9
#: The height of a bar below its name, in pixels.
_BAR = 16
#: Marks are described up to this number; more are too many to read one by one.
_MANY = 500
#: The column that holds the description of a mark.
_WORDS = "words of this mark"
#: The beginning of the name of a column that holds the texts of text marks.
_LABEL = "text of this mark"
_NAMES = ("id", "indicator_id", "name")
_PERCENTAGE = unit_words({"unit": Unit.PERCENTAGE, "per": ""})
_GUIDES = {"x": "axis", "y": "axis", "facet": "header", "row": "header", "column": "header"}
_LEGENDS = ("color", "fill", "stroke", "shape", "strokeDash", "strokeWidth", "opacity", "size")
_COLUMNS = ("x", "y", "theta", *_LEGENDS, "facet", "row", "column")
#: Transforms after which a chart has other rows than its data.
_OTHER_ROWS = {"aggregate", "pivot", "density", "regression", "loess", "quantile"}


@dataclass(frozen=True)
class _Data:
    """The frames behind a chart, and how their contents are written."""

    frames: list[pd.DataFrame]
    units: Units

    def names(self, shown: dict[str, Any]) -> dict[str, str]:
        """Return each text of the column that a channel shows, as it is written."""
        column = column_name(shown)
        values = [value for frame in self.frames if column in frame for value in frame[column].dropna().unique()]
        texts = [text for text in dict.fromkeys(values) if isinstance(text, str)]
        return dict(zip(texts, self.units.named(texts, column), strict=True))

    def years(self, column: str) -> list[int]:
        """Return the years that a column of years has; they are written without commas."""
        values = {value for frame in self.frames if column in frame for value in frame[column].dropna()}
        numbers = column.lower().endswith("year") and all(isinstance(value, int) for value in values)
        return sorted(values) if numbers and are_years(list(values)) else []

    def unit(self, column: str) -> str:
        """Return the unit of a column's figures in words; blank if it has none."""
        return next(filter(None, (self.units.measured(frame, column) for frame in self.frames)), "")


def add_labels(specification: Specification, units: Units) -> None:
    """Add the labels and titles that the analyst did not set, in place."""
    data = _Data(list(frames(specification).values()), units)
    parts = list(inner_parts(specification))
    over = _names_over_rows(specification, parts, data)
    widths = [part["width"] for part in parts if isinstance(part.get("width"), int | float)]
    width = min(widths, default=_room_for_words(parts, data))
    specification["config"]["view"]["discreteWidth"] = max(width, WIDTH)
    for part in parts:
        encoding = part.get("encoding", {})
        channels = {name: named_in(encoding[name]) for name in _COLUMNS if isinstance(encoding.get(name), dict)}
        measured = [encoding.get(channel) or {} for channel in ("x", "y")]
        plane = all(one.get("type") == "quantitative" and not {"aggregate", "bin"} & {*one} for one in measured)
        if isinstance(part.get("facet"), dict):
            facet = part["facet"]
            channels |= {"facet": facet} if "field" in facet else facet
        for channel, shown in channels.items():
            constant = shown.get("datum")
            if isinstance(constant, str) and any(constant in frame for frame in data.frames):
                shown["datum"] = units.heading(constant)  # a repeated layer, named in a legend by its column
            names = data.names(shown) if _discrete(shown) else {}
            _title(channel, shown, names, data, named=plane and channel in ("x", "y"))
            if names and channel in _GUIDES:
                _labels(channel, shown, names, width, over)
            elif names:
                _legend(shown, names)


def _names_over_rows(specification: Specification, parts: list[Specification], data: _Data) -> int:
    """Make room for names above rows, in place, and return how many lines they need; 0 if they go elsewhere."""
    encodings = [part.get("encoding", {}) for part in parts]
    rows = [encoding["y"] for encoding in encodings if _discrete(encoding.get("y"))]
    if (
        not rows
        or any("height" in part for part in parts)
        or any(_discrete(encoding.get(channel)) for encoding in encodings for channel in ("x", "yOffset"))
    ):
        return 0
    names = [name for row in rows for name in data.names(row).values()]
    lines = max((len(wrap(name, _OVER)) for name in names), default=0)
    config = specification["config"]
    step = 24 + 14 * lines
    config["view"] |= {"continuousWidth": ROWS, "discreteHeight": {"step": step}}
    config["scale"] = {"barBandPaddingInner": 1 - _BAR / step, "bandPaddingOuter": 0.4}
    return lines


def _room_for_words(parts: list[Specification], data: _Data) -> float:
    """Return the width at which no word below an axis is broken, or the usual one if that would be too wide."""
    columns = [part["encoding"]["x"] for part in parts if _discrete(part.get("encoding", {}).get("x"))]
    named = [names for names in map(data.names, columns) if not _are_quarters(names)]
    rooms = [len(names) * (_longest(names) + 1) * _LETTER for names in named]
    return max((room for room in rooms if WIDTH < room <= _WIDEST), default=WIDTH)


def describe_marks(specification: Specification, units: Units) -> None:
    """Add a description to each mark that represents one row of the data, in place."""
    changed = {view.data for view in views(specification) if view.transforms or view.aggregated}
    for name, frame in frames(specification).items():
        shown = shown_columns(specification, frame, name)
        if name in changed or not shown or len(frame) > _MANY:
            continue
        written = units.written(with_named_ids(frame, shown), shown)
        figures = [column for column in shown if pd.api.types.is_numeric_dtype(frame[column])]
        for number, row in enumerate(specification["datasets"][name]):
            named = ", ".join(dict.fromkeys(written[column][number] for column in shown if column not in figures))
            told = [written[column][number] for column in figures]
            if len(told) > 1:
                told = [f"{units.heading(column)} {text}" for column, text in zip(figures, told, strict=True)]
            row[_WORDS] = ": ".join(filter(None, [named, ", ".join(told)]))
    if any(len(frame) > _MANY for frame in frames(specification).values()):
        specification["config"] |= {"mark": {"aria": False}}
    for part in inner_parts(specification):
        # A description would split an area into one for each row.
        if "mark" in part and not changed and part["mark"]["type"] != "area":
            part.setdefault("encoding", {}).setdefault("description", {"field": _WORDS, "type": "nominal"})


def write_texts(specification: Specification, units: Units) -> None:
    """Let text marks write names and figures as tables do, and nothing for a missing figure, in place."""
    known = frames(specification)
    for number, view in enumerate(views(specification)):
        shown, column = view.encoding.get("text", {}), view.column("text")
        same_rows = all(_OTHER_ROWS.isdisjoint(change) for change in view.transforms)
        if column not in known.get(view.data, ()) or not same_rows or {"format", "formatType"} & {*shown}:
            continue
        texts = units.written(with_named_ids(known[view.data], [column]), [column])[column]
        for row, text in zip(specification["datasets"][view.data], texts, strict=True):
            row[f"{_LABEL} {number}"] = "" if row.get(column) is None else text
        shown |= {"field": f"{_LABEL} {number}", "type": "nominal"}


def add_tooltips(specification: Specification) -> None:
    """Set the tooltip of each mark to the description that `describe_marks` added, in place."""
    for part in inner_parts(specification):
        encoding = part.get("encoding", {})
        if encoding.get("description", {}).get("field") == _WORDS:
            encoding.setdefault("tooltip", encoding["description"])


def _discrete(shown: Any) -> bool:
    return isinstance(shown, dict) and shown.get("type") in ("nominal", "ordinal")


def _title(channel: str, shown: dict[str, Any], names: dict[str, str], data: _Data, *, named: bool) -> None:
    """Title a guide with the unit of its figures, and with their name if it is ``named``, or with the column's name."""
    key = _GUIDES.get(channel, "legend")
    axis = shown.get(key, {})
    column, told = column_name(shown), drawn_column(shown)
    if not told or "title" in shown or (isinstance(axis, dict) and "title" in axis):
        return
    # Marks that stand for several rows are described with the titles of their channels.
    shown["title"] = data.units.heading(told)
    if told != column or shown.get("stack") == "normalize" or channel == "theta":
        return
    says_itself = column in _NAMES or (names and _are_quarters(names))
    unit, heading = data.unit(column), shown["title"]
    title = f"{heading}, {in_a_sentence(unit)}" if named and unit else unit or heading
    if axis is not None:
        axis = shown[key] = {"title": None if says_itself else title, **axis}
    if channel in ("x", "y") and isinstance(axis, dict) and (years := data.years(column)):
        axis = shown[key] = {"format": "d", "values": years, "labelAngle": 0, **axis}
    if unit == _PERCENTAGE and axis is not None and not {"labelExpr", "format"} & set(axis):
        shown[key] = {**axis, "labelExpr": "datum.label + '%'"}


def _labels(channel: str, shown: dict[str, Any], names: dict[str, str], width: float, over: int) -> None:
    """Label an axis or a header, unless the analyst did."""
    key = _GUIDES[channel]
    given = shown.get(key, {})
    if given is None or "labelExpr" in given or "labelAngle" in given:
        return
    if channel == "x":
        settings = _below(names, width / len(names))
    elif channel == "y":
        settings = _above(names, over) if over else _at_the_left(names)
    else:
        lines = _lines(names, max(12, int(width / _LETTER)))
        # In a header, Vega-Lite replaces only the first mention of the label.
        settings = {"labelExpr": f"{json.dumps(lines)}[datum.label]"}
    if channel == "row":
        settings |= {"labelOrient": "top", "labelAnchor": "start", "labelLimit": width}
    if settings:
        shown[key] = {**settings, **given}


def _below(names: dict[str, str], room: float) -> dict[str, Any]:
    """Return the settings of labels below columns; none without room, and Vega-Lite writes them upwards."""
    if _are_quarters(names):
        lines = _quarters(names, room)
    elif _longest(names) > room / _LETTER:
        return {}
    else:
        lines = _lines(names, max(6, int(room / _LETTER)))
    return {"labelExpr": _looked_up(lines), "labelAngle": 0}


def _above(names: dict[str, str], most: int) -> dict[str, Any]:
    """Return the settings of labels above rows, with room for ``most`` lines."""
    lines = {text: [" "] * (most - len(broken)) + broken for text, broken in _lines(names, _OVER).items()}
    place = {"labelAlign": "left", "labelOffset": -2 - 14 * most, "labelPadding": 0, "labelLimit": 0}
    return {**place, "ticks": False, "domain": False, "labelExpr": _looked_up(lines)}


def _at_the_left(names: dict[str, str]) -> dict[str, Any]:
    lines = _lines(names, max(_LEFT, *map(_half, names.values())))
    two = f"length({json.dumps(lines)}[datum.label] || '') > 1"
    baseline = {"condition": {"test": two, "value": "bottom"}, "value": "middle"}
    return {"labelExpr": _looked_up(lines), "labelBaseline": baseline}


def _legend(shown: dict[str, Any], names: dict[str, str]) -> None:
    given = shown.get("legend", {})
    if given is None:
        return
    if max(map(len, names.values())) * 2 > _OVER - _SYMBOLS:
        given = {"columns": 1, **given}
    if any(text != name for text, name in names.items()):
        given = {"labelExpr": _looked_up(names), **given}
    shown["legend"] = given


def _looked_up(labels: dict[str, Any]) -> str:
    """Return the Vega expression that replaces a label."""
    return f"{json.dumps(labels)}[datum.label] || datum.label"


def _lines(names: dict[str, str], letters: int) -> dict[str, list[str]]:
    return {text: wrap(name, letters) or [name] for text, name in names.items()}


def _are_quarters(names: dict[str, str]) -> bool:
    return all(quarter_words(text) for text in names)


def _longest(names: dict[str, str]) -> int:
    """Return how many letters the longest word has."""
    return max((len(word) for name in names.values() for word in name.split()), default=0)


def _half(name: str) -> int:
    """Return the shortest line length with which a name fits on two lines."""
    return next(length for length in range(1, len(name) + 2) if len(wrap(name, length)) <= 2)


def _quarters(names: dict[str, str], step: float) -> dict[str, list[str]]:
    """Label quarters with the year below; the less room, the fewer years, quarters or whole years are written."""
    found: dict[str, list[str]] = {}
    known = sorted(names.items())
    if not any(" " in name for name in names.values()):
        return {text: [name if place % ceil(_YEAR / step) == 0 else ""] for place, (text, name) in enumerate(known)}
    for place, (text, name) in enumerate(known):
        room = step * next((n for n, (_, one) in enumerate(known) if n > place and one.startswith("Q1")), len(known))
        dated = step >= _YEAR or name.startswith("Q1") or (place == 0 and room >= _YEAR)
        number, year = name.split(" ", 1)
        found[text] = (
            [number, year if 4 * step >= _YEAR else year[2:]] if dated else [number if step >= _NUMBER else ""]
        )
    return found
