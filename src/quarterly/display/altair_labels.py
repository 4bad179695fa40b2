"""Label an analyst's chart: names wrapped over lines, quarters and columns in readers' words.

Anything that the analyst has set, such as the title or the angle of an axis, is left alone.
"""

from __future__ import annotations

import json
from math import ceil
from textwrap import wrap
from typing import Any

import pandas as pd

from quarterly.core.terms import Unit, in_a_sentence
from quarterly.core.written import unit_words
from quarterly.display.drawing import Specification
from quarterly.display.units import Units, are_years, quarter_words, with_named_ids
from quarterly.display.vega_views import column_name, frames, inner_parts, shown_columns, views

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
#: The column that holds the text of a text mark.
_LABEL = "text of this mark"
_NAMES = ("id", "indicator_id", "name")
_PERCENTAGE = unit_words({"unit": Unit.PERCENTAGE, "per": ""})
_GUIDES = {"x": "axis", "y": "axis", "facet": "header", "row": "header", "column": "header"}
_LEGENDS = ("color", "fill", "stroke", "shape", "strokeDash", "strokeWidth", "opacity", "size")
_COLUMNS = ("x", "y", *_LEGENDS, "facet", "row", "column", "text")


def add_labels(specification: Specification, units: Units) -> None:
    """Add the labels and titles that the analyst did not set, in place."""
    known = list(frames(specification).values())
    parts = list(inner_parts(specification))
    over = _names_over_rows(specification, parts, known, units)
    widths = [part["width"] for part in parts if isinstance(part.get("width"), int | float)]
    width = min(widths, default=_room_for_words(parts, known, units))
    specification["config"]["view"]["discreteWidth"] = max(width, WIDTH)
    for part in parts:
        encoding = part.get("encoding", {})
        shown = {name: encoding[name] for name in _COLUMNS if isinstance(encoding.get(name), dict)}
        plane = all(_is_measured(encoding.get(channel)) for channel in ("x", "y"))
        if isinstance(part.get("facet"), dict):
            facet = part["facet"]
            shown |= {"facet": facet} if "field" in facet else facet
        for channel, one in shown.items():
            if "field" in one:
                texts = _texts(known, column_name(one)) if _discrete(one) else []
                if channel == "text":
                    _text(part, one, texts, units)
                    continue
                _title(channel, one, texts, known, units, named=plane and channel in ("x", "y"))
                if texts:
                    _labels(channel, one, texts, width, units, over)


def _names_over_rows(
    specification: Specification, parts: list[Specification], known: list[pd.DataFrame], units: Units
) -> int:
    """Make room for names above rows, in place, and return how many lines they need; 0 if they go elsewhere."""
    encodings = [part.get("encoding", {}) for part in parts]
    rows = [encoding["y"] for encoding in encodings if _discrete(encoding.get("y"))]
    if (
        not rows
        or any("height" in part for part in parts)
        or any(_discrete(encoding.get(channel)) for encoding in encodings for channel in ("x", "yOffset"))
    ):
        return 0
    names = [name for row in rows for name in _written(_texts(known, column_name(row)), units, row).values()]
    lines = max((len(wrap(name, _OVER)) for name in names), default=0)
    config = specification["config"]
    step = 24 + 14 * lines
    config["view"] |= {"continuousWidth": ROWS, "discreteHeight": {"step": step}}
    config["scale"] = {"barBandPaddingInner": 1 - _BAR / step, "bandPaddingOuter": 0.4}
    return lines


def _room_for_words(parts: list[Specification], known: list[pd.DataFrame], units: Units) -> float:
    """Return the width at which no word below an axis is broken, or the usual one if that would be too wide."""
    columns = [part["encoding"]["x"] for part in parts if _discrete(part.get("encoding", {}).get("x"))]
    names = [list(_written(_texts(known, column_name(shown)), units, shown).values()) for shown in columns]
    rooms = [len(written) * (_longest(written) + 1) * _LETTER for written in names if not _are_quarters(written)]
    return max((room for room in rooms if WIDTH < room <= _WIDEST), default=WIDTH)


def describe_marks(specification: Specification, units: Units) -> None:
    """Add a description to each mark that represents one row of the data, in place."""
    changed = {view.data for view in views(specification) if view.transforms or view.aggregated}
    for name, frame in frames(specification).items():
        shown = shown_columns(specification, frame, name)
        frame = with_named_ids(frame, shown)
        columns = [list(frame.columns).index(column) for column in shown]
        if name in changed or not columns or len(frame) > _MANY:
            continue
        written = {place: units.column(frame, place) for place in columns}
        figures = [place for place in columns if pd.api.types.is_numeric_dtype(frame.dtypes.iloc[place])]
        for number, row in enumerate(specification["datasets"][name]):
            named = ", ".join(dict.fromkeys(written[place][number] for place in columns if place not in figures))
            told = [written[place][number] for place in figures]
            if len(told) > 1:
                told = [
                    f"{units.heading(frame.columns[place])} {text}" for place, text in zip(figures, told, strict=True)
                ]
            row[_WORDS] = ": ".join(filter(None, [named, ", ".join(told)]))
    if any(len(frame) > _MANY for frame in frames(specification).values()):
        specification["config"] |= {"mark": {"aria": False}}
    for part in inner_parts(specification):
        # A description would split an area into one for each row.
        if "mark" in part and not changed and part["mark"]["type"] != "area":
            part.setdefault("encoding", {}).setdefault("description", {"field": _WORDS, "type": "nominal"})


def add_tooltips(specification: Specification) -> None:
    """Set the tooltip of each mark to the description that `describe_marks` added, in place."""
    for part in inner_parts(specification):
        encoding = part.get("encoding", {})
        if encoding.get("description", {}).get("field") == _WORDS:
            encoding.setdefault("tooltip", encoding["description"])


def _discrete(shown: Any) -> bool:
    return isinstance(shown, dict) and shown.get("type") in ("nominal", "ordinal")


def _is_measured(shown: Any) -> bool:
    """Whether a channel shows figures as they are."""
    return isinstance(shown, dict) and shown.get("type") == "quantitative" and not {"aggregate", "bin"} & {*shown}


def _texts(known: list[pd.DataFrame], column: str) -> list[str]:
    found = [text for frame in known if column in frame for text in frame[column].dropna().unique()]
    return [text for text in dict.fromkeys(found) if isinstance(text, str)]


def _title(
    channel: str, shown: dict[str, Any], texts: list[str], known: list[pd.DataFrame], units: Units, *, named: bool
) -> None:
    """Title a guide with the unit of its figures, and with their name if it is ``named``, or with the column's name."""
    key = _GUIDES.get(channel, "legend")
    axis = shown.get(key, {})
    own = shown.get("aggregate") or shown.get("stack") == "normalize"
    if own or "title" in shown or (isinstance(axis, dict) and "title" in axis):
        return
    column = column_name(shown)
    if not column:
        return
    says_itself = column in _NAMES or (texts and _are_quarters(texts))
    measured = next(filter(None, (units.measured(frame, column) for frame in known)), "")
    heading = units.heading(column)
    title = f"{heading}, {in_a_sentence(measured)}" if named and measured else measured or heading
    shown["title"] = None if says_itself else title
    if channel in ("x", "y") and isinstance(axis, dict) and (years := _years(column, known)):
        axis = shown[key] = {"format": "d", "values": years, "labelAngle": 0, **axis}
    if measured == _PERCENTAGE and axis is not None and not {"labelExpr", "format"} & set(axis):
        shown[key] = {**axis, "labelExpr": "datum.label + '%'"}


def _labels(channel: str, shown: dict[str, Any], texts: list[str], width: float, units: Units, over: int) -> None:
    if channel not in _GUIDES:
        _legend(shown, texts, units)
        return
    key = _GUIDES[channel]
    given = shown.get(key, {})
    if given is None or "labelExpr" in given or "labelAngle" in given:
        return
    names = _written(texts, units, shown)
    if channel == "y":
        letters = _OVER if over else max(_LEFT, *(_half(name) for name in names.values()))
    elif channel == "x" and not _are_quarters(texts) and _longest(list(names.values())) > width / len(texts) / _LETTER:
        return  # no room: Vega-Lite writes them upwards
    elif channel == "x":
        letters = max(6, int(width / len(texts) / _LETTER))
    else:
        letters = max(12, int(width / _LETTER))
    lines = {text: wrap(name, letters) or [name] for text, name in names.items()}
    if channel == "x" and _are_quarters(texts):
        lines = _quarters(names, width / len(texts))
    # In a header, Vega-Lite replaces only the first mention of the label.
    written = f"{json.dumps(lines)}[datum.label]"
    shown[key] = {**given, "labelExpr": written if key == "header" else f"{written} || datum.label"}
    if channel == "row":
        shown[key] = {"labelOrient": "top", "labelAnchor": "start", "labelLimit": width, **shown[key]}
    if channel == "x":
        shown[key]["labelAngle"] = 0
    if channel == "y" and over:
        lines = {text: [" "] * (over - len(broken)) + broken for text, broken in lines.items()}
        house = {"labelAlign": "left", "labelOffset": -2 - 14 * over, "labelPadding": 0, "labelLimit": 0}
        written = f"{json.dumps(lines)}[datum.label] || datum.label"
        shown[key] = {**house, "ticks": False, "domain": False, **given, "labelExpr": written}
    elif channel == "y":
        two = f"length({json.dumps(lines)}[datum.label] || '') > 1"
        shown[key]["labelBaseline"] = {"condition": {"test": two, "value": "bottom"}, "value": "middle"}


def _text(part: Specification, shown: dict[str, Any], texts: list[str], units: Units) -> None:
    names = _written(texts, units, shown)
    if any(text != name for text, name in names.items()):
        before = f"datum[{json.dumps(column_name(shown))}]"
        written = {"calculate": f"{json.dumps(names)}[{before}] || {before}", "as": _LABEL}
        part["transform"] = [*part.get("transform", []), written]
        shown["field"] = _LABEL


def _legend(shown: dict[str, Any], texts: list[str], units: Units) -> None:
    given = shown.get("legend", {})
    if given is None:
        return
    names = _written(texts, units, shown)
    if max(map(len, names.values())) * 2 > _OVER - _SYMBOLS:
        given = {"columns": 1, **given}
    if any(text != name for text, name in names.items()):
        given = {"labelExpr": f"{json.dumps(names)}[datum.label] || datum.label", **given}
    shown["legend"] = given


def _written(texts: list[str], units: Units, shown: dict[str, Any]) -> dict[str, str]:
    return dict(zip(texts, units.named(texts, column_name(shown)), strict=True))


def _are_quarters(texts: list[str]) -> bool:
    return all(quarter_words(text) for text in texts)


def _longest(names: list[str]) -> int:
    """Return how many letters the longest word has."""
    return max((len(word) for name in names for word in name.split()), default=0)


def _years(column: str, known: list[pd.DataFrame]) -> list[int]:
    """Return the years that a column of years has; they are written without commas."""
    found = {value for frame in known if column in frame for value in frame[column].dropna()}
    numbers = column.lower().endswith("year") and all(isinstance(value, int) for value in found)
    return sorted(found) if numbers and are_years(list(found)) else []


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
