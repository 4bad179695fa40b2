"""The standing text of the committee paper, from ``params/standing.yml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
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

    Raises
    ------
    DataFaults
        The file is missing, or has keys that are missing, unknown or of the wrong type; holds all faults.
    """
    path = root / FILE
    if not path.is_file():
        raise DataFaults([Fault(FILE, None, "", "no such file", f"Add it, with the keys {', '.join(_KEYS)}.")])
    content = read_settings(path, FILE)
    sections = content.get("sections")
    faults = unread_keys(FILE, content, (*_KEYS, "details", "paper_template"))
    faults += _missing(content, _KEYS)
    faults += [fault for key in ("council", "recommendations") for fault in _not_text(content, key)]
    faults += [fault for key in ("authors", "background_papers") for fault in _not_list(content, key)]
    faults += _detail_faults(content.get("details", DETAILS))
    faults += _section_faults(sections) if "sections" in content else []
    if content.get("paper_template") is not None:
        faults += _not_text(content, "paper_template")
    faults = faults or _unfilled(content)
    if faults:
        raise DataFaults(faults)
    return Standing(
        content["council"],
        content["recommendations"],
        {
            name: Section(content["sections"][name]["heading"], content["sections"][name]["text"])
            for name in content["sections"]
        },
        content["authors"],
        content["background_papers"],
        content.get("details", DETAILS),
        content.get("paper_template") or "",
    )


def _missing(content: Mapping[str, Any], keys: tuple[str, ...], under: str = "") -> list[Fault]:
    return [
        Fault(FILE, None, f"{under}{key}", "", "Add it: every paper needs it.") for key in keys if key not in content
    ]


def _not_text(content: Mapping[str, Any], key: str, under: str = "") -> list[Fault]:
    value = content.get(key, " ")
    if isinstance(value, str) and (value.strip() or key not in content):
        return []
    return [Fault(FILE, None, f"{under}{key}", _shown(value), "Write some text, or 'Not applicable.'")]


def _not_list(content: Mapping[str, Any], key: str) -> list[Fault]:
    value = content.get(key, [])
    if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
        return []
    return [Fault(FILE, None, key, _shown(value), "Write each on its own line, beginning with '- '.")]


def _detail_faults(details: Any) -> list[Fault]:
    if not isinstance(details, dict):
        return [Fault(FILE, None, "details", _shown(details), f"Write under it, indented: {', '.join(DETAILS)}.")]
    faults = unread_keys(FILE, details, tuple(DETAILS), "details")
    return faults + [fault for name in details for fault in _not_text(details, name, "details.")]


def _section_faults(sections: Any) -> list[Fault]:
    if not isinstance(sections, dict):
        return [Fault(FILE, None, "sections", _shown(sections), "Write the sections under it, indented.")]
    faults = _missing(sections, REQUIRED_SECTIONS, "sections.")
    for name in sections:
        section, under = sections[name], f"sections.{name}"
        if not isinstance(section, dict):
            faults.append(Fault(FILE, None, under, _shown(section), "Write 'heading' and 'text' under it, indented."))
            continue
        faults += unread_keys(FILE, section, ("heading", "text"), under)
        faults += _missing(section, ("heading", "text"), f"{under}.")
        faults += _not_text(section, "heading", f"{under}.") + _not_text(section, "text", f"{under}.")
    return faults


def _unfilled(content: Mapping[str, Any]) -> list[Fault]:
    """Return faults for unknown placeholders in curly brackets."""
    texts = {"recommendations": content["recommendations"]}
    texts |= {f"sections.{name}.text": content["sections"][name]["text"] for name in content["sections"]}
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
