"""The parts of a child's life in the records.

Each event has the day on which it entered the records (``KNOWN``), and the fields that are known only later: an extract
of an earlier day has the same life without them.
"""

from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar


@dataclass
class Event:
    """Something that happened to a child."""

    id: str
    KNOWN: ClassVar[tuple[str, ...]] = ("start",)
    # A day that may be after the extract, and the fields that are unknown until then.
    LATER: ClassVar[dict[str, tuple[str, ...]]] = {"end": ()}

    def seen_on(self, day: date) -> "Event | None":
        """The event as known on a day of the records."""
        known = [value for name in self.KNOWN if (value := getattr(self, name)) is not None]
        if not known or min(known) > day:
            return None
        seen = self
        for name, others in self.LATER.items():
            value = getattr(self, name)
            if value is not None and value > day:
                seen = copy(self) if seen is self else seen
                for each in (name, *others):
                    setattr(seen, each, () if isinstance(getattr(self, each), tuple) else None)
        return seen


@dataclass
class Contact(Event):
    day: date
    kind: str
    source: str
    desc: str
    flags: tuple[str, ...] | None = ()
    KNOWN = ("day",)
    LATER: ClassVar = {}


@dataclass
class EarlyHelp(Event):
    start: date
    end: date | None
    reason: str
    end_kind: str | None
    end_reason: str | None
    organisation: str
    worker: str | None = None
    LATER: ClassVar = {"end": ("end_kind", "end_reason")}


@dataclass
class EarlyHelpAssessment(Event):
    start: date
    end: date | None
    organisation: str


@dataclass
class Referral(Event):
    day: date
    need: str
    source: str
    flags: tuple[str, ...]
    nfa: str | None
    end: date | None = None
    end_reason: str | None = None
    team: str | None = None
    worker: str | None = None
    KNOWN = ("day",)
    LATER: ClassVar = {"end": ("end_reason",)}


@dataclass
class Assessment(Event):
    referral: str
    start: date | None
    end: date | None
    seen: str | None
    flags: tuple[str, ...] | None
    nfa: str | None
    factors: tuple[str, ...]
    team: str | None = None
    worker: str | None = None
    KNOWN = ("start", "end")
    LATER: ClassVar = {"end": ("flags", "nfa", "factors", "seen")}


@dataclass
class Enquiry(Event):
    """A section 47 enquiry."""

    referral: str
    start: date
    end: date | None
    flags: tuple[str, ...]
    nfa: str | None
    LATER: ClassVar = {"end": ("flags", "nfa")}


@dataclass
class Conference(Event):
    """An initial child protection conference."""

    referral: str | None
    enquiry: str | None
    plan: str | None
    transfer_in: str | None
    target: date | None
    held: date | None
    to_plan: str | None
    KNOWN = ("called", "held")
    called: date | None = None
    LATER: ClassVar = {"held": ("plan", "to_plan")}


@dataclass
class CinPlan(Event):
    referral: str
    start: date
    end: date | None
    team: str | None = None
    worker: str | None = None


@dataclass
class Visit(Event):
    day: date
    seen: str | None
    alone: str | None
    of: str | None = None
    KNOWN = ("day",)
    LATER: ClassVar = {}


@dataclass
class CpPlan(Event):
    referral: str | None
    conference: str | None
    start: date
    end: date | None
    another_authority: str | None
    first_category: str
    category: str


@dataclass
class Review(Event):
    """A review of a child protection plan, or of a child in care."""

    of: str
    due: date | None
    held: date | None
    cancelled: str | None = None
    participation: str | None = None
    quorate: str | None = None
    KNOWN = ("due", "held")
    LATER: ClassVar = {"held": ("participation", "quorate")}


@dataclass
class Episode(Event):
    """An episode of care, during which neither placement nor legal status changes."""

    period: str
    entered: date
    placement: str
    start: date
    start_reason: str
    end: date | None
    end_reason: str | None
    legal: str
    need: str
    referral: str | None
    LATER: ClassVar = {"end": ("end_reason",)}


@dataclass
class Placement(Event):
    period: str
    start: date
    end: date | None
    type: str
    provider: str
    urn: str | None
    distance: float | None
    postcode: str | None
    change: str | None
    LATER: ClassVar = {"end": ("change",)}


@dataclass
class LegalStatus(Event):
    status: str
    start: date
    end: date | None


@dataclass
class HealthCheck(Event):
    day: date
    kind: str
    word: str
    status: str
    KNOWN = ("day",)
    LATER: ClassVar = {}


@dataclass
class Missing(Event):
    start: date
    end: date | None
    type: str
    offered: str | None
    accepted: str | None
    LATER: ClassVar = {"end": ("offered", "accepted")}


@dataclass
class Immigration(Event):
    kind: str
    word: str
    start: date | None
    end: date | None


@dataclass
class Permanence(Event):
    period: str | None
    day: date
    type: str
    KNOWN = ("day",)
    LATER: ClassVar = {}


@dataclass
class PreProceedings(Event):
    start: date | None
    meeting: date | None
    end: date | None
    outcome: str | None
    KNOWN = ("start", "meeting", "end")
    LATER: ClassVar = {"end": ("outcome",), "meeting": ()}


@dataclass
class Involvement(Event):
    worker: str
    kind: str
    role: str
    team: str
    start: date
    end: date | None
    change: str | None
    referral: str | None
    LATER: ClassVar = {"end": ("change",)}


@dataclass
class CareLeaver(Event):
    """A young person who was in care; the records have only the present state."""

    start: date
    eighteen: date
    left_care: date
    in_touch: str
    accommodation: str | None
    suitable: str | None
    activity: str | None
    eligibility: str = ""
    adviser: str | None = None
    worker: str | None = None
    LATER: ClassVar = {}

    def seen_on(self, day: date) -> "CareLeaver | None":
        """The state on the day of the records."""
        seen = super().seen_on(day)
        if seen:
            seen = copy(seen)
            years = (day - self.eighteen).days / 365.25
            under_18 = "Eligible" if day < self.left_care else "Relevant"
            seen.eligibility = under_18 if years < 0 else "Former Relevant" if years < 7 else "No Current Eligibility"
        return seen


# The lists of a life, in chronological order.
LISTS = (
    "contacts",
    "early_help",
    "early_help_assessments",
    "referrals",
    "assessments",
    "enquiries",
    "conferences",
    "cin_plans",
    "cin_visits",
    "cp_plans",
    "cp_reviews",
    "cp_visits",
    "episodes",
    "placements",
    "legal",
    "health",
    "care_reviews",
    "care_visits",
    "missing",
    "immigration",
    "permanence",
    "pre_proceedings",
    "involvements",
    "care_leaver",
)


@dataclass
class Child:
    """A child, and everything that the council does for it."""

    id: str
    born: date | None
    expected: date | None
    sex: str
    ethnicity: str
    nationality: str
    died: date | None = None
    busy_until: date = date.min
    in_care_until: date = date.min

    def __post_init__(self) -> None:
        for name in LISTS:
            setattr(self, name, [])

    def seen_on(self, day: date, names: tuple[str, ...] = LISTS) -> "Child":
        """The life, or these lists of it, as known on a day."""
        seen = copy(self)
        for name in names:
            events = getattr(self, name)
            if events:
                setattr(seen, name, [event for each in events if (event := each.seen_on(day))])
        if self.born and self.born > day:
            seen.born, seen.sex = None, "U"
        if self.died and self.died > day:
            seen.died = None
        return seen


@dataclass
class Worker:
    """A professional of the council."""

    id: str
    title: str
    kind: str
    team: str
    registration: str | None
    fte: float | None
    agency: str | None
    joined: date
    left: date


@dataclass
class Council:
    """All lives and all workers."""

    children: list[Child] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    # Children in the order of their referrals: another contact about them is likely.
    referred: list[Child] = field(default_factory=list)

    def seen_on(self, day: date, names: tuple[str, ...] = LISTS) -> "Council":
        """The council as known on a day; children who are not in its records yet are left out."""
        known = (child for child in self.children if any(getattr(child, name) for name in names))
        seen = (child.seen_on(day, names) for child in known)
        return Council([child for child in seen if any(getattr(child, name) for name in names)], self.workers)
