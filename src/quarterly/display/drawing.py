"""Draw charts as static pictures: Vega-Lite describes them, vl-convert draws them without a browser.

Text is measured in Liberation Sans, which comes with vl-convert, so the same figures give the same picture on every
machine; readers see it in Arial or similar. The machine's own fonts are ignored: the engine would measure with its
version of Liberation Sans, and open the file some twenty times for each text. Compiling and drawing take far longer
than computing the figures, so charts that differ only in their named data and parameter values are compiled once, and
drawn pictures are kept.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

import vl_convert

from quarterly.core.palette import GREY, INK, LINE
from quarterly.display.chart_server import ask_server
from quarterly.storage.reuse import reused

Specification = dict[str, Any]

#: The fonts that readers may have, and the one used to measure: looking up one font is quicker than a list.
FONT, MEASURED_FONT = "Liberation Sans, Arial, Helvetica, sans-serif", "Liberation Sans"
#: Tells programs on Linux where the list of fonts is.
_FONT_CONFIG = "FONTCONFIG_FILE"
#: Attributes that hold positions and sizes, and numbers in them that are too fine to see or to agree across machines.
_GEOMETRY = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"')
_LONG = re.compile(r"-?(?<!\d)\d++\.\d{3,}(?:e-?\d+)?")
#: Parts of a picture that have no effect: without them a page is half as long.
_REDUNDANT = re.compile(
    r' (?:aria-hidden="true"|opacity="1"|pointer-events="none"|xmlns:xlink="[^"]*"|aria-roledescription="[^"]*"'
    r'|role="graphics-object"|role="graphics-symbol" aria-roledescription="title" aria-label="[^"]*")'
    r'|<path class="(?:fore|back)ground"[^<>]*+(?<=/)>|<text [^<>]*+(?<=/)>'
)
_ENGINE_IN_USE = Lock()
_PROGRAM = f"vl-convert {vl_convert.__version__}"  # type: ignore[attr-defined]
STYLE = {
    "background": "white",
    "font": MEASURED_FONT,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "labelColor": INK,
        "titleFontSize": 12,
        "titleColor": GREY,
        "gridColor": "#e4e6e7",
        "domainColor": LINE,
        "tickColor": LINE,
        "titleFontWeight": "normal",
        # The alternative text and the data table contain what an axis says.
        "aria": False,
    },
    # Only marks with a description are read out: rules and labels repeat them.
    **{mark: {"aria": False} for mark in ("rule", "tick", "line", "rect", "trail")},
    "text": {"fontSize": 12, "color": INK, "aria": False},
}


def draw_svg(specification: Specification) -> str:
    """Draw a chart in the house style, as SVG.

    The specification is in Vega-Lite; the default ``config`` is the house's. Data under ``datasets`` and the values of
    ``params`` are not part of its shape: charts of one shape are compiled once.
    """
    svg = _REDUNDANT.sub("", drawn(_vega(specification)).replace(f' font-family="{MEASURED_FONT}"', ""))
    svg = svg.replace(' class="marks"', f' class="marks" font-family="{FONT}"', 1)
    return _GEOMETRY.sub(lambda attribute: _LONG.sub(_rounded, attribute[0]), svg)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def draw_png(specification: Specification, scale: float = 2) -> bytes:
    """Draw a chart as PNG, for documents that cannot hold SVG."""
    vega = _vega(specification)
    return reused(f"{_PROGRAM} png {scale} {vega}", lambda: _by_engine("vega_to_png", vega, scale=scale))


def png_of(svg: str, scale: float = 3) -> bytes:
    """Convert a picture without text from SVG to PNG."""
    return reused(f"{_PROGRAM} svg {scale} {svg}", lambda: _by_engine("svg_to_png", svg, scale=scale))


def _vega(specification: Specification) -> str:
    """Compile a chart, or fill the data into a compiled chart of the same shape."""
    chosen = [known for known in specification.get("params", []) if "select" in known or "value" not in known]
    parameters = [known for known in specification.get("params", []) if known not in chosen]
    shape = {"config": STYLE, **specification, "params": [*chosen, *({**known, "value": 0} for known in parameters)]}
    data = shape.pop("datasets", {})
    vega = json.loads(compiled(json.dumps(shape)))
    for known in vega["data"]:
        if known["name"] in data:
            known["values"] = data[known["name"]]
    values = {known["name"]: known["value"] for known in parameters}
    for signal in vega.get("signals", []):
        if signal["name"] in values:
            signal["value"] = values[signal["name"]]
    return json.dumps(vega)


@lru_cache(maxsize=64)
def compiled(shape: str) -> str:
    """Compile a Vega-Lite shape to Vega."""
    return _answer("compile", shape, compile_here)


@lru_cache(maxsize=256)
def drawn(vega: str) -> str:
    """Draw a Vega chart as SVG."""
    return _answer("draw", vega, draw_here)


def _answer(task: str, text: str, here: Callable[[str], str]) -> str:
    def make() -> bytes:
        return (ask_server(task, text) or here(text)).encode("utf-8")

    return reused(f"{_PROGRAM} {task} {text}", make).decode("utf-8")


def compile_here(shape: str) -> str:
    """Compile a Vega-Lite shape in this process."""
    return json.dumps(_by_engine("vegalite_to_vega", shape))


def draw_here(vega: str) -> str:
    """Draw a Vega chart in this process."""
    return str(_by_engine("vega_to_svg", vega))


def _by_engine(task: str, text: str, **options: float) -> Any:
    """Let the engine do a task; it would wait for ever if two threads used it at once."""
    with _ENGINE_IN_USE:
        return getattr(_engine(), task)(text, **options)


@cache
def _engine() -> ModuleType:
    """Start the engine with its own fonts only; it looks for fonts when it first draws text."""
    before = os.environ.get(_FONT_CONFIG)
    os.environ[_FONT_CONFIG] = str(Path(__file__).with_name("no_fonts.conf"))
    try:
        words = {"text": {"value": "First"}, "font": {"value": MEASURED_FONT}}
        vl_convert.vega_to_svg({"marks": [{"type": "text", "encode": {"enter": words}}]})
    finally:
        if before is None:
            del os.environ[_FONT_CONFIG]
        else:
            os.environ[_FONT_CONFIG] = before
    return vl_convert


def warm_up() -> None:
    """Start the engine, so that the first chart need not wait for it."""
    values = {"values": [{"x": 1, "y": 1}]}
    encoding = {"x": {"field": "x", "type": "ordinal"}, "y": {"field": "y", "type": "quantitative"}}
    shape = {"data": values, "mark": "line", "encoding": encoding, "config": STYLE}
    draw_here(compile_here(json.dumps(shape)))
