"""Draw charts as static pictures: Vega-Lite describes them, vl-convert draws them without a browser.

Liberation Sans, which vl-convert brings along, measures the texts, so the same figures give the same picture on every
machine; readers see it in Arial or the like. Fonts of the machine are left out: the engine would measure by their
version of it, and open its file some twenty times for each text. Charts that differ in nothing but their named data and
the values of their parameters are compiled once, and a picture that was drawn before is not drawn again: both take far
longer than the figures in them.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import vl_convert

from quarterly.core.palette import GREY, INK, LINE
from quarterly.display.chart_server import ask

Specification = dict[str, Any]

#: What readers' machines may have, and what measures: to look up one font takes less time than a list of them.
FONT, MEASURED_FONT = "Liberation Sans, Arial, Helvetica, sans-serif", "Liberation Sans"
#: Tells programs on Linux which fonts there are.
_WHERE_FONTS_ARE = "FONTCONFIG_FILE"
#: Where a picture says where things are, and numbers there that are finer than anyone can see or machines agree on.
_GEOMETRY = re.compile(r' (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"')
_LONG = re.compile(r"-?(?<!\d)\d++\.\d{3,}(?:e-?\d+)?")
#: What a picture says of every mark though it changes nothing: without it a page is half as long.
_IDLE = re.compile(
    r' (?:aria-hidden="true"|opacity="1"|pointer-events="none"|xmlns:xlink="[^"]*"|aria-roledescription="[^"]*"'
    r'|role="graphics-object"|role="graphics-symbol" aria-roledescription="title" aria-label="[^"]*")'
    r'|<path class="(?:fore|back)ground"[^<>]*+(?<=/)>|<text [^<>]*+(?<=/)>'
)
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
        # What an axis says stands in the alternative text and in the table of the data.
        "aria": False,
    },
    # Only a mark with words of its own speaks: rules and labels repeat what it says.
    **{mark: {"aria": False} for mark in ("rule", "tick", "line", "rect", "trail")},
    "text": {"fontSize": 12, "color": INK, "aria": False},
}


def draw_svg(specification: Specification) -> str:
    """Draw a chart in the house style, as SVG.

    The specification is in Vega-Lite; without a ``config`` it has that of the house. Data under ``datasets`` and the
    values of ``params`` do not count as its shape: charts of one shape are compiled once.
    """
    svg = _IDLE.sub("", drawn(_vega(specification)).replace(f' font-family="{MEASURED_FONT}"', ""))
    svg = svg.replace(' class="marks"', f' class="marks" font-family="{FONT}"', 1)
    return _GEOMETRY.sub(lambda attribute: _LONG.sub(_rounded, attribute[0]), svg)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def draw_png(specification: Specification, scale: float = 2) -> bytes:
    """Draw a chart as PNG, for documents that cannot hold SVG."""
    picture: bytes = _engine().vega_to_png(_vega(specification), scale=scale)
    return picture


def png_of(svg: str, scale: float = 3) -> bytes:
    """Turn a picture without text from SVG into PNG."""
    # Not before the engine has been told which fonts there are: it keeps what it finds at its first picture.
    picture: bytes = _engine().svg_to_png(svg, scale=scale)
    return picture


def _vega(specification: Specification) -> str:
    """Compile a chart, or fill in the data of one that was compiled before."""
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
    """Compile a shape to Vega."""
    return ask("compile", shape) or compile_here(shape)


@lru_cache(maxsize=256)
def drawn(vega: str) -> str:
    """Draw what `compiled` made."""
    return ask("draw", vega) or draw_here(vega)


def compile_here(shape: str) -> str:
    """Compile a shape in this process."""
    return json.dumps(_engine().vegalite_to_vega(shape))


def draw_here(vega: str) -> str:
    """Draw in this process."""
    return str(_engine().vega_to_svg(vega))


@cache
def _engine() -> ModuleType:
    """Start the engine, which looks for fonts when it draws its first text."""
    before = os.environ.get(_WHERE_FONTS_ARE)
    os.environ[_WHERE_FONTS_ARE] = str(Path(__file__).with_name("no_fonts.conf"))
    try:
        words = {"text": {"value": "First"}, "font": {"value": MEASURED_FONT}}
        vl_convert.vega_to_svg({"marks": [{"type": "text", "encode": {"enter": words}}]})
    finally:
        if before is None:
            del os.environ[_WHERE_FONTS_ARE]
        else:
            os.environ[_WHERE_FONTS_ARE] = before
    return vl_convert


def warm_up() -> None:
    """Start the engine, so that the first chart need not wait for it."""
    values = {"values": [{"x": 1, "y": 1}]}
    encoding = {"x": {"field": "x", "type": "ordinal"}, "y": {"field": "y", "type": "quantitative"}}
    shape = {"data": values, "mark": "line", "encoding": encoding, "config": STYLE}
    draw_here(compile_here(json.dumps(shape)))
