"""The rows that the marks of a chart stand for, where Vega-Lite filters, computes or counts them first.

Vega-Lite itself is asked: a bare copy of the view is drawn, in which each mark is a point that tells its own figures.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd

from quarterly.display.drawing import MEASURED_FONT, Specification, draw_svg
from quarterly.display.vega_views import View, drawn_column, frames, inner_parts, views

#: Enclose the column of a figure in what a mark tells: characters for private use.
_BEFORE, _AFTER = "\ue000", "\ue001"
_TOLD = re.compile(f"{_BEFORE}(.*?){_AFTER}: (.*?)(?=; {_BEFORE}|\\Z)", re.DOTALL)
_PLACE = re.compile(r"translate\(([-\d.]+),([-\d.]+)\)")
#: Columns that say which indicator a row is about, or why it has no figure.
_ABOUT = ("id", "indicator_id", "name", "missing")
_INVALID = ("null", "undefined", "NaN")
_MOMENT = "%Y-%m-%dT%H:%M:%S"


def with_drawn_rows(chart: Specification) -> Specification:
    """Return the views of a chart as layers, each with the rows that its marks stand for as its data.

    A view whose rows Vega-Lite does not tell, such as a box plot, is left as it is.
    """
    known = dict(chart.get("datasets", {}))
    layers = []
    for view in views(chart):
        layer: Specification = {"mark": view.mark, "encoding": view.every, "data": {"name": view.data}}
        if (view.transforms or view.aggregated or view.data not in known) and not view.composite:
            layer = _settled(chart, view, known) or {**layer, "transform": view.transforms}
        layers.append(layer)
    return {"layer": layers, "datasets": known}


def _settled(chart: Specification, view: View, known: dict[str, Any]) -> Specification | None:
    """Return a view of the rows that are drawn, and add those to the datasets; None if they are not told."""
    columns = {channel: drawn_column(shown) for channel, shown in view.encoding.items()}
    about = [] if view.aggregated else [name for name in _ABOUT if name in frames(chart).get(view.data, ())]
    try:
        told = _told(chart, view, columns, about)
    except (ValueError, ET.ParseError):
        return None
    for channel, shown in view.encoding.items():
        # The end of a range has no type of its own.
        if shown.get("type", "quantitative") == "quantitative" and not shown.get("bin"):
            texts = told[columns[channel]]
            numbers = pd.to_numeric(texts.astype(str).str.replace("\N{MINUS SIGN}", "-"), errors="coerce")
            # A share of a normalised stack is told as a percentage.
            told[columns[channel]] = numbers if numbers.notna().equals(texts.notna()) else texts
    rows = told.astype(object).where(told.notna(), None).to_dict("records")
    name = next((name for name, others in known.items() if others == rows), f"drawn-{len(known)}")
    known[name] = rows
    encoding = {
        channel: {
            **{key: given for key, given in shown.items() if key not in ("aggregate", "bin", "timeUnit", "sort")},
            "field": re.sub(r"([.\[\]\\])", r"\\\1", columns[channel]),
            "type": "nominal" if shown.get("bin") or shown.get("timeUnit") else shown.get("type"),
            "sort": None,  # the rows are in the order of the axis
        }
        for channel, shown in view.encoding.items()
    }
    return {"mark": view.mark, "encoding": {**view.every, **encoding}, "data": {"name": name}}


def _told(chart: Specification, view: View, columns: dict[str, str], about: list[str]) -> pd.DataFrame:
    mark = "rule" if {"x2", "y2"} & {*view.encoding} else "point"
    mark = "arc" if "theta" in view.encoding else mark
    # Vega-Lite groups by columns in lists, too, such as those of a tooltip.
    listed = [one for given in view.every.values() if isinstance(given, list) for one in given if "field" in one]
    encoding: dict[str, Any] = {"detail": [*({"field": name, "type": "nominal"} for name in about), *listed]}
    for channel, shown in view.encoding.items():
        asked = {**shown, **dict.fromkeys(("axis", "legend", "header"))}
        if asked.get("timeUnit") or asked.get("type") == "temporal":
            asked |= {"type": "temporal", **({} if asked.get("timeUnit") else {"format": _MOMENT})}
        if channel in ("facet", "row", "column", "text", "detail", "tooltip"):
            encoding["detail"].append(asked)
        if channel not in ("text", "detail", "tooltip"):
            encoding[channel] = {**asked, "title": _key(columns[channel])}
    encoding["detail"] = [{**shown, "title": _key(drawn_column(shown))} for shown in encoding["detail"]]
    parameters = {known["name"]: known for part in inner_parts(chart) for known in part.get("params", [])}
    bare_chart = {
        "data": view.source,
        "datasets": chart.get("datasets", {}),
        "params": [{key: given for key, given in known.items() if key != "views"} for known in parameters.values()],
        "transform": view.transforms,
        "mark": mark,
        "encoding": encoding,
        "config": {"font": MEASURED_FONT, "mark": {"invalid": None}},
    }
    found = []
    at, _ = view.axes
    for element in ET.fromstring(draw_svg(bare_chart)).iter():  # noqa: S314 - drawn here, not brought in
        texts = dict(_TOLD.findall(element.get("aria-label", "")))
        if texts:
            place = _PLACE.search(element.get("transform", ""))
            found.append((float(place[2 if at == "y" else 1]) if place else 0.0, texts))
    told = pd.DataFrame([texts for _, texts in sorted(found, key=lambda one: one[0])])
    return told.where(~told.isin(_INVALID)).reindex(columns=list(dict.fromkeys([*columns.values(), *about])))


def _key(column: str) -> str:
    return f"{_BEFORE}{column}{_AFTER}"
