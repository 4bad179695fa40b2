"""Pictures drawn by other programs, with the titles and descriptions that only an analyst can write."""

from __future__ import annotations

import base64
import io
import sys
from typing import Any

from markupsafe import Markup

from quarterly.core.output_errors import OutputNotPublishable, PictureWithoutWords
from quarterly.display.html import Html, render

_SIGNS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
#: The maximum width of a picture, in pixels: a column of text.
_WIDEST = 640


def picture(drawn: Any, title: str, alt: str, subtitle: str = "") -> Html:
    """Return a picture as a figure.

    Parameters
    ----------
    drawn : object
        A matplotlib or seaborn figure, a Pillow or IPython image, or the bytes of a PNG or a JPEG.
    title, subtitle : str
        What it shows, and how to read it.
    alt : str
        What a reader who cannot see it needs to know.

    Raises
    ------
    PictureWithoutWords
        The title or the alternative text is blank.
    OutputNotPublishable
        It is not a picture that a page can hold.
    """
    if not title.strip() or not alt.strip():
        raise PictureWithoutWords
    content = _bytes(drawn)
    kind = next((kind for sign, kind in _SIGNS.items() if content.startswith(sign)), "")
    if not kind:
        raise OutputNotPublishable("The picture is neither a PNG nor a JPEG", "Save it as one of these")
    width, height = (int.from_bytes(content[at : at + 4], "big") if kind == "image/png" else 0 for at in (16, 20))
    if width and height and width > _WIDEST:
        width, height = _WIDEST, round(height * _WIDEST / width)
    source = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    return render(
        "figure.html",
        f"Picture: {title}. {subtitle} {alt}",
        title=title,
        subtitle=subtitle,
        alt=alt,
        source=Markup(source),  # noqa: S704 - letters, digits and four marks
        width=width,
        height=height,
        table=None,
        id="",
        measure="",
        wide=False,
    )


def _bytes(drawn: Any) -> bytes:
    if isinstance(drawn, bytes):
        return drawn
    if hasattr(drawn, "get_figure") and not hasattr(drawn, "savefig"):
        drawn = drawn.get_figure()
    if hasattr(drawn, "savefig"):
        into = io.BytesIO()
        # The version of matplotlib, which differs between machines, is left out.
        drawn.savefig(into, format="png", dpi=150, bbox_inches="tight", metadata={"Software": None})
        if plots := sys.modules.get("matplotlib.pyplot"):
            # Otherwise Jupyter would show it again at the end of the cell.
            plots.close(getattr(drawn, "figure", drawn))
        return into.getvalue()
    found = drawn._repr_png_() if hasattr(drawn, "_repr_png_") else getattr(drawn, "data", None)
    found = found[0] if isinstance(found, tuple) else found
    if isinstance(found, str):
        found = base64.b64decode(found)
    if not isinstance(found, bytes):
        reason = f"A {type(drawn).__name__} cannot be turned into a picture"
        raise OutputNotPublishable(reason, "Give the bytes of a PNG, or draw it with Altair")
    return found
