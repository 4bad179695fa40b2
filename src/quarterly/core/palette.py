"""The report's colours, and the shape and colours of each rating.

Every output shows a rating by a word, a shape and a colour. Text in `ink` has a contrast of at least 4.5 to 1 on white
and on `fill`; the colours of marks also differ in lightness, for print and for colour blindness. The site's style sheet
has the same colours as custom properties.
"""

from __future__ import annotations

from dataclasses import dataclass

from quarterly.core.terms import Rag

INK, SECONDARY, LINE, PANEL, LINK = "#0b0c0c", "#484d50", "#b1b4b6", "#f3f4f5", "#0b5394"
BLUE, DARK_BLUE, GREY, ORANGE, PURPLE = "#1d70b8", "#12436d", "#505a5f", "#a33b00", "#4c2c92"


@dataclass(frozen=True)
class Look:
    """How a rating looks."""

    mark: str  # a character for its shape
    shape: str  # the name of the shape in charts
    #: The colours of its word and of the background.
    ink: str
    fill: str
    colour: str  # the colour of a mark in a chart


#: By `Rag`; blank for not rated.
LOOKS = {
    str(Rag.GREEN): Look("●", "circle", "#00612f", "#d5ecdd", "#00703c"),
    str(Rag.AMBER): Look("▲", "triangle-up", "#6b4400", "#fbe8c4", "#b8690a"),
    str(Rag.RED): Look("■", "square", "#8f1108", "#f8dcd9", "#8f1108"),
    "": Look("–", "M-0.5,-0.1H0.5V0.1H-0.5Z", SECONDARY, "#ffffff", "#6f777b"),
}
