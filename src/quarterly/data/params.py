"""The parameters of a quarter, from ``params/<quarter>.yml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.data.project import params_file
from quarterly.data.settings import read_settings, settings_under, unread_keys

_KEYS = ("quarter", "source", "notebooks", "meeting", "paper_template")
_DETAILS = ("committee", "date", "subject", "town_or_parish", "presenting_officer", "key_decision")
#: The last two are what the panel recommended at the meeting, and the progress on earlier recommendations.
_OF_MEETING = (*_DETAILS, "recommendations", "progress")


@dataclass(frozen=True)
class Params:
    """The settings of a quarter."""

    quarter: Quarter
    #: Values for the parameters of the notebooks, apart from the quarter.
    notebooks: dict[str, Any] = field(default_factory=dict)
    meeting: dict[str, Any] = field(default_factory=dict)  # the meeting at which the report is presented
    #: The Word document that is the paper's template, from the project's folder; blank if none is named.
    paper_template: str = ""


def load_params(root: Path, quarter: Quarter) -> Params:
    """Read the parameters of a quarter; without a file, the templates' own values apply.

    Raises
    ------
    DataFaults
        The file is not YAML, is about another quarter, or has an unknown key.
    """
    path = params_file(root, quarter)
    if not path.is_file():
        return Params(quarter)
    file = f"params/{path.name}"
    content = read_settings(path, file)
    faults = unread_keys(file, content, _KEYS) + unread_keys(file, content.get("meeting"), _OF_MEETING, "meeting")
    if str(content.get("quarter")) != str(quarter):
        wanted = f"The file is named for {quarter}: write 'quarter: {quarter}'."
        faults.append(Fault(file, None, "quarter", str(content.get("quarter") or ""), wanted))
    faults += [
        Fault(file, None, key, str(content[key]), "Write its keys under it, one a line, indented.")
        for key in ("notebooks", "meeting")
        if not isinstance(content.get(key) or {}, dict)
    ]
    faults += _wrong_kinds(file, content)
    if faults:
        raise DataFaults(faults)
    template = content.get("paper_template") or ""
    return Params(quarter, content.get("notebooks") or {}, content.get("meeting") or {}, template)


def _wrong_kinds(file: str, content: dict[str, Any]) -> list[Fault]:
    """Find an invalid date, and other details, recommendations, progress or a template of the wrong type."""
    said = settings_under(content, "meeting")
    day, faults = said.get("date"), []
    if day is not None and type(day) is not date:
        faults.append(Fault(file, None, "meeting.date", str(day), "Write the day as year-month-day, as 2024-02-22."))
    faults += [
        Fault(file, None, f"meeting.{key}", str(said[key]), "Write one text, on the line of its key.")
        for key in _DETAILS
        if key != "date" and isinstance(said.get(key), list | dict)
    ]
    for key, kind, wanted in (
        ("recommendations", list, "Write each as a line that begins with a dash."),
        ("progress", dict, "Write how a recommendation begins, a colon, and Kept, Late or Dropped with what happened."),
    ):
        own = said.get(key, kind())
        texts = [*own, *own.values()] if isinstance(own, dict) else own if isinstance(own, list) else []
        if own is not None and not (isinstance(own, kind) and all(isinstance(text, str) for text in texts)):
            faults.append(Fault(file, None, f"meeting.{key}", str(own), wanted))
    template = content.get("paper_template")
    if template is not None and not isinstance(template, str):
        wanted = "Name a Word document, from the project's folder, as params/template.docx."
        faults.append(Fault(file, None, "paper_template", str(template), wanted))
    return faults
