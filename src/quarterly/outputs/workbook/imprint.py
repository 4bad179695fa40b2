"""The imprint of a publication: its title, meeting, contact, credit and licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from quarterly.commentary.signoff import edition_corrections, edition_status, mark
from quarterly.data.params import Params
from quarterly.data.project import edition_folder
from quarterly.data.settings import read_settings, settings_under, title_text

NO_LICENCE = "The source of the figures states no licence."


@dataclass(frozen=True)
class Imprint:
    """The details on the cover of a workbook and in the description of a data package."""

    title: str  # the name of the report, the same as the website's
    description: str  # a sentence
    credit: str  # the source of the figures
    licence: str  # the terms of using them: the name of a licence, or a sentence
    licence_url: str  # the address of the licence's text; blank if not known
    #: The committee that receives the report, and the role of the officer responsible; blank if not set.
    committee: str
    contact: str
    published: date  # the day of the meeting, or the last day of the quarter if no meeting is set
    meeting_set: bool  # whether that day is a meeting's
    status: str  # whether the figures and the commentary are signed off, in a sentence

    @property
    def stamp(self) -> datetime:
        """The creation time in a file's properties: the same on every run."""
        return datetime(self.published.year, self.published.month, self.published.day)  # noqa: DTZ001


def load_imprint(root: Path, params: Params) -> Imprint:
    """Read a publication's imprint from ``_quarto.yml``, which names the site, and from the quarter's meeting.

    The title, the description and the credit (``website.page-footer``) are those of the website. The licence of the
    figures is Quarto's ``license``: a text, or ``text`` and ``url``.
    """
    settings = read_settings(root / "_quarto.yml", "_quarto.yml")
    website = settings_under(settings, "website")
    footer = website.get("page-footer") or ""
    credit = footer.get("left") if isinstance(footer, dict) else footer
    licence, licence_url = _licence(settings.get("license"))
    day, folder = params.meeting.get("date"), edition_folder(root, params.quarter)
    return Imprint(
        title=title_text(website.get("title")) or "Performance report",
        description=title_text(website.get("description")),
        credit=title_text(credit) if isinstance(credit, str) else "",
        licence=licence,
        licence_url=licence_url,
        committee=str(params.meeting.get("committee") or ""),
        contact=str(params.meeting.get("presenting_officer") or ""),
        published=day or params.quarter.ends,
        meeting_set=day is not None,
        status=" ".join([mark(edition_status(folder)), *(text for text, _ in edition_corrections(folder))]),
    )


def _licence(setting: Any) -> tuple[str, str]:
    """Return the text of a licence, and its address or blank."""
    if isinstance(setting, dict) and setting.get("text"):
        return title_text(setting["text"]), title_text(setting.get("url"))
    return title_text(setting) if isinstance(setting, str) and setting else NO_LICENCE, ""
