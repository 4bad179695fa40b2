"""The rule on small numbers that a basket follows, from ``params/disclosure.yml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quarterly.core.errors import DataFaults, Fault
from quarterly.core.quarters import Quarter
from quarterly.data.project import RULE_FILE as FILE
from quarterly.data.settings import read_settings, unread_keys

# Not "off", which YAML reads as false.
_OFF = "suppress_nothing_because"
_KEYS = ("counts_under", "zeros", "complements", "width", "since", "exempt", _OFF)
_SHOWN, _SUPPRESSED = "shown", "suppressed"
_WIDTH = 3


@dataclass(frozen=True)
class DisclosureRule:
    """Which small numbers may not be published."""

    #: Counts below this are suppressed, and so are proportions and averages with such a numerator or denominator.
    counts_under: int = 5
    zeros: bool = True  # whether a count of 0 is suppressed too
    #: Whether a percentage is also suppressed if the cases that it leaves out are that few: 98% of 100.
    complements: bool = True
    #: The least distance between the lowest and the highest number of cases that a suppressed figure may represent,
    #: given all that a reader knows; None for 3, or for the most that the other keys allow if that is less.
    width: int | None = None
    #: The first quarter whose edition follows the rule; earlier editions are already public. None for all.
    since: Quarter | None = None
    #: Indicators exempt from the rule, by id, each with the reason.
    exempt: dict[str, str] = field(default_factory=dict)
    off: str = ""  # why nothing is suppressed; blank if the rule applies

    def small(self, lowest: float, highest: float) -> bool:
        """Return whether a number of cases between two bounds may be one that is suppressed."""
        return highest >= (0 if self.zeros else 1) and lowest < self.counts_under

    @property
    def widest(self) -> int:
        """How far apart suppressed numbers can be, from 1: the denominator of a percentage cannot be 0."""
        return max(0, self.counts_under - 2)

    @property
    def protection(self) -> int:
        """The width that applies."""
        return min(_WIDTH, self.widest) if self.width is None else self.width

    @property
    def words(self) -> str:
        """The rule as readers of the report are told it."""
        if self.off:
            return f"Nothing is suppressed in this report. {self.off}"
        but = "" if self.zeros else ", but not 0,"
        rest = (
            " So are percentages that leave out so few cases: 95% of 37 shows that 2 were left out."
            if self.complements
            else ""
        )
        return (
            f"Counts under {self.counts_under}{but} are suppressed, and so are percentages, rates and averages based "
            f"on such a count.{rest} Other figures are suppressed if one of these could be worked out from them. "
            "However figures are combined, the lowest and highest possible values of such a count are at least "
            f"{self.protection} apart. A suppressed figure is shown as c."
        )


def load_disclosure_rule(root: Path) -> DisclosureRule:
    """Read the rule of a project; without a file, the defaults apply.

    Raises `DataFaults` if the file is not YAML, has an unknown key, or has an impossible value.
    """
    path = root / FILE
    if not path.is_file():
        return DisclosureRule()
    content = read_settings(path, FILE)
    faults = unread_keys(FILE, content, _KEYS) + _faults(content)
    if faults:
        raise DataFaults(faults)
    return DisclosureRule(
        counts_under=content.get("counts_under", 5),
        zeros=content.get("zeros", _SUPPRESSED) == _SUPPRESSED,
        complements=content.get("complements", _SUPPRESSED) == _SUPPRESSED,
        width=content.get("width"),
        since=Quarter.parse(content["since"]) if "since" in content else None,
        exempt=content.get("exempt") or {},
        off=content.get(_OFF, ""),
    )


def _faults(content: dict[str, Any]) -> list[Fault]:
    def fault(key: str, expected: str) -> Fault:
        return Fault(FILE, None, key, str(content[key]), expected)

    faults = []
    under = content.get("counts_under", 5)
    if type(under) is not int or under < 1:
        faults.append(fault("counts_under", "Write a whole number from 1, such as 5."))
    faults += [
        fault(key, f"Write {_SHOWN} or {_SUPPRESSED}.")
        for key in ("zeros", "complements")
        if content.get(key, _SHOWN) not in (_SHOWN, _SUPPRESSED)
    ]
    width = content.get("width", 1)
    if type(width) is not int or width < 1:
        faults.append(fault("width", "Write a whole number from 1, such as 3."))
    elif not faults and width > (widest := DisclosureRule(under).widest):
        faults.append(fault("width", f"Suppressed numbers are at most {widest} apart. Write a smaller number."))
    if "since" in content and not Quarter.read(str(content["since"])):
        faults.append(fault("since", "Write the first quarter whose edition follows the rule, as 2023-24-Q3."))
    exempt = content.get("exempt") or {}
    if not isinstance(exempt, dict) or not all(isinstance(why, str) and why.strip() for why in exempt.values()):
        faults.append(fault("exempt", "Write one 'indicator-id: reason' a line under it, indented."))
    if _OFF in content:
        if not isinstance(content[_OFF], str) or not content[_OFF].strip():
            faults.append(fault(_OFF, "Give the reason why nothing needs to be suppressed, in a sentence."))
        faults += [
            fault(key, f"Remove it: '{_OFF}' means that no rule applies.") for key in _KEYS[:-1] if key in content
        ]
    return faults
