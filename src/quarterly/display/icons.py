"""The icons of variation and assurance: each has its own shape, never only a colour, and an alternative text.

Source: NHS England, Making Data Count, for the set of icons; the drawings are this system's own.
"""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from quarterly.core.palette import BLUE, GREY, ORANGE, PURPLE
from quarterly.measures.spc import Assurance, Kind

#: The colour of each kind of point and icon; the shape has the same meaning.
KIND_COLOURS: dict[str, str] = {Kind.COMMON: GREY, Kind.IMPROVING: BLUE, Kind.CONCERNING: ORANGE}
KIND_COLOURS |= {Kind.HIGH: PURPLE, Kind.LOW: PURPLE}
_CIRCLE = '<circle cx="14" cy="14" r="12"/>'
_DIAMOND = '<path d="M14 1L27 14L14 27L1 14Z"/>'
_SQUARE = '<rect x="2" y="2" width="24" height="24"/>'
_WAVE = '<path d="M6 15c2-6 5-6 8-1s6 5 8-1"/>'
_ARROWS = {1: '<path d="M14 21V8M9 13L14 8L19 13"/>', -1: '<path d="M14 7V20M9 15L14 20L19 15"/>'}
_TICK, _CROSS = '<path d="M8 14.5L12.5 19L20 10"/>', '<path d="M9.5 9.5L18.5 18.5M18.5 9.5L9.5 18.5"/>'
_LINE_AND_WAVE = '<path d="M5 14H23" stroke-dasharray="3 2"/><path d="M7 18c2-9 5-9 7-4s5 5 7-4"/>'

_OUTLINES = {Kind.COMMON: _CIRCLE, Kind.IMPROVING: _CIRCLE, Kind.CONCERNING: _DIAMOND}
_ASSURANCE = {
    Assurance.PASSES: (BLUE, _CIRCLE + _TICK),
    Assurance.FAILS: (ORANGE, _DIAMOND + _CROSS),
    Assurance.HIT_AND_MISS: (GREY, _CIRCLE + _LINE_AND_WAVE),
}


def variation_icon(kind: Kind, side: int, says: str) -> Markup:
    """Draw the icon of the latest figure's kind of variation, which is not `Kind.UNKNOWN`.

    ``side`` is 1 if figures are high or rise and -1 if they are low or fall, and matters only for a special cause.
    ``says`` is the alternative text.
    """
    inner = _WAVE if kind == Kind.COMMON else _ARROWS[side]
    return _icon(KIND_COLOURS[kind], _OUTLINES.get(kind, _SQUARE) + inner, says)


def assurance_icon(assurance: Assurance, says: str) -> Markup:
    """Draw the icon of an assurance, which is not `Assurance.UNKNOWN`; ``says`` is the alternative text."""
    return _icon(*_ASSURANCE[assurance], says)


def _icon(colour: str, drawing: str, says: str) -> Markup:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28" width="28" height="28" fill="none" '
        f'stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{drawing}</svg>'
    )
    source = Markup("data:image/svg+xml;charset=utf-8,{}").format(quote(svg, safe=" !$'()*,-./:;=?@_[]{}|~+"))
    return Markup('<img class="icon" src="{}" alt="{}" width="28" height="28">').format(source, says)
