"""What has become of earlier promises, on the home page of an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quarterly.commentary.answers import TrackedPromise
from quarterly.commentary.groups import PROGRESS
from quarterly.commentary.promises import PANEL, in_brief
from quarterly.display.html import Html, render

PANEL_NAME = "Recommendations of the panel"


def promises_table(promised: Mapping[str, Sequence[TrackedPromise]], areas: Mapping[str, str]) -> Html | None:
    """Count and list promises by area; None if there are none.

    ``promised`` holds them by area id, with the panel's recommendations under a blank one. ``areas`` holds the names of
    the areas, whose pages are in the same folder as this one.
    """
    if not promised:
        return None
    every = [one for told in promised.values() for one in told]
    parts = [
        {"name": areas.get(area, PANEL_NAME), "href": f"{area}.html" if area != PANEL else "", "told": told}
        for area, told in promised.items()
    ]
    text = "\n".join([PROGRESS, in_brief(every), *(one.markdown for one in every)])
    return render("progress.html", text, heading=PROGRESS, brief=in_brief(every), parts=parts)
