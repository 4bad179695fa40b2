"""The standing text of the committee paper, from ``params/standing.yml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quarterly.core.errors import DataFaults, Fault
from quarterly.data.load import Basket
from quarterly.data.settings import read_settings, unread_keys
from quarterly.measures.rules import tolerances
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.word.markdown import escape

FILE = "params/standing.yml"
#: The sections that every paper has: one holds the overview of the quarter, the other the service areas.
#: The other sections and their order are set by the council's standing orders, and so by the file.
REQUIRED_SECTIONS = ("summary", "detail")
PLACEHOLDERS = ("council", "quarter", "months", "areas", "tolerance", "population")
_KEYS = ("council", "recommendations", "sections", "authors", "background_papers")
#: Default labels of the meeting's details.
DETAILS = {
    "date": "Date of meeting",
    "subject": "Subject of report",
    "town_or_parish": "Town or parish",
    "presenting_officer": "Officer presenting",
    "key_decision": "Key decision",
}
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True)
class Section:
    """A numbered section: its heading, and its text in Markdown."""

    heading: str
    text: str


@dataclass(frozen=True)
class Standing:
    """The text that is the same in every paper."""

    council: str  # the council's name
    recommendations: str  # in Markdown
    sections: dict[str, Section]  # by name, in the order of the file
    authors: list[str]  # roles
    background_papers: list[str]
    #: Labels of the meeting's details, by their keys in ``params/<quarter>.yml``, in order.
    details: dict[str, str] = field(default_factory=lambda: DETAILS)
    #: The Word template, relative to the project's folder; blank if none is named.
    paper_template: str = ""


def load_standing(root: Path) -> Standing:
    """Read the standing text.

    Raises `DataFaults`, with all faults, if the file is missing or has keys that are missing, unknown or of the wrong
    type.
    """
    path = root / FILE
    if not path.is_file():
        raise DataFaults([Fault(FILE, None, "", "no such file", f"Add it, with the keys {', '.join(_KEYS)}.")])
    content = read_settings(path, FILE)
    faults = unread_keys(FILE, content, (*_KEYS, "details", "paper_template"))
    faults += _missing(content, _KEYS)
    faults += _not_text(content, ("council", "recommendations"))
    faults += _not_lists(content, ("authors", "background_papers"))
    faults += _detail_faults(content.get("details", DETAILS))
    faults += _section_faults(content["sections"]) if "sections" in content else []
    if content.get("paper_template") is not None:
        faults += _not_text(content, ("paper_template",))
    faults = faults or _unfilled(content)
    if faults:
        raise DataFaults(faults)
    sections = {name: Section(**section) for name, section in content["sections"].items()}
    return Standing(**content | {"sections": sections, "paper_template": content.get("paper_template") or ""})


def _missing(content: Mapping[str, Any], keys: Iterable[str], under: str = "") -> list[Fault]:
    wanted = "Add it: every paper needs it."
    return [Fault(FILE, None, f"{under}{key}", "", wanted) for key in keys if key not in content]


def _not_text(content: Mapping[str, Any], keys: Iterable[str], under: str = "") -> list[Fault]:
    """Return faults for values that should be text and are blank or something else."""
    wrong = [key for key in keys if key in content and not _is_text(content[key])]
    wanted = "Write some text, or 'Not applicable.'"
    return [Fault(FILE, None, f"{under}{key}", _shown(content[key]), wanted) for key in wrong]


def _not_lists(content: Mapping[str, Any], keys: Iterable[str]) -> list[Fault]:
    """Return faults for values that should be lists of texts."""
    faults = []
    for key in keys:
        value = content.get(key, [])
        if not isinstance(value, list) or not all(map(_is_text, value)):
            faults.append(Fault(FILE, None, key, _shown(value), "Write each on its own line, beginning with '- '."))
    return faults


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _detail_faults(details: Any) -> list[Fault]:
    if not isinstance(details, dict):
        return [Fault(FILE, None, "details", _shown(details), f"Write under it, indented: {', '.join(DETAILS)}.")]
    return unread_keys(FILE, details, tuple(DETAILS), "details") + _not_text(details, details, "details.")


def _section_faults(sections: Any) -> list[Fault]:
    if not isinstance(sections, dict):
        return [Fault(FILE, None, "sections", _shown(sections), "Write the sections under it, indented.")]
    faults = _missing(sections, REQUIRED_SECTIONS, "sections.")
    for name, section in sections.items():
        under = f"sections.{name}"
        if not isinstance(section, dict):
            faults.append(Fault(FILE, None, under, _shown(section), "Write 'heading' and 'text' under it, indented."))
            continue
        faults += unread_keys(FILE, section, ("heading", "text"), under)
        faults += _missing(section, ("heading", "text"), f"{under}.")
        faults += _not_text(section, ("heading", "text"), f"{under}.")
    return faults


def _unfilled(content: Mapping[str, Any]) -> list[Fault]:
    """Return faults for unknown placeholders in curly brackets."""
    texts = {"recommendations": content["recommendations"]}
    texts |= {f"sections.{name}.text": section["text"] for name, section in content["sections"].items()}
    known = ", ".join(f"{{{place}}}" for place in PLACEHOLDERS)
    return [
        Fault(FILE, None, key, f"{{{place}}}", f"Correct the spelling or remove it. Known: {known}.")
        for key, text in texts.items()
        for place in _PLACEHOLDER.findall(text)
        if place not in PLACEHOLDERS
    ]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)[:60]


def placeholder_values(standing: Standing, basket: Basket, scorecard: Scorecard) -> dict[str, str]:
    """Return the Markdown values of the placeholders in curly brackets."""
    population = basket.populations.set_index("quarter")["population"].get(str(scorecard.quarter))
    known = population is not None and population == population
    return {
        "council": escape(standing.council),
        "quarter": scorecard.quarter.label,
        "months": scorecard.quarter.months,
        "areas": "\n".join(f"- {escape(name)}" for name in basket.areas["name"]),
        "tolerance": tolerances(scorecard.rows) or "the tolerance of its rule",
        "population": f"{population:,.0f}" if known else "not known",
    }


def fill(text: str, known: Mapping[str, str]) -> str:
    """Fill in the placeholders in curly brackets."""
    return _PLACEHOLDER.sub(lambda match: known[match[1]], text)
