"""Contacts, early help, and the outcome of a contact."""

from datetime import date, timedelta

from simulate.chance import Chance
from simulate.lives import Child, Contact, EarlyHelp, EarlyHelpAssessment

DESCRIPTIONS = {
    "request_for_support": {"Request for Support": 70, "Request for support - phone": 20, "RfS (online form)": 10},
    "mash_enquiry": {"MASH Enquiry": 75, "MASH enquiry - police": 25},
    "other": {"Information only": 60, "Court request": 10, "Missing notification": 20, "Out of hours": 10},
}
SOURCES = {
    "1A": 4, "1B": 3, "1C": 3, "1D": 2, "2A": 10, "2B": 4, "3A": 6, "3B": 3, "3C": 3, "3D": 2, "3E": 3, "3F": 2, "4": 2,
    "5A": 4, "5B": 3, "5C": 2, "5D": 2, "6": 28, "7": 4, "8": 3, "9": 5, "10": 2,
}  # fmt: skip
EARLY_HELP_ENDS = {
    "step_up": {"Stepped up to Social Care": 80, "Step-up: transferred to CSC": 20},
    "other": {"Needs met": 60, "Disengaged": 20, "Moved out of area": 10, "Universal services": 10},
}
ORGANISATIONS = {"Harrowmere Family Wellbeing Service": 70, "School": 20, "Health visiting": 10}


def contact(chance: Chance, child: Child, day: date, kind: str, flags: tuple[str, ...] | None) -> Contact:
    """A contact, added to the child's life."""
    made = Contact(chance.new_id("CON"), day, kind, chance.pick(SOURCES), chance.pick(DESCRIPTIONS[kind]), flags)
    child.contacts.append(made)
    return made


def early_help(chance: Chance, child: Child, day: date, reason: str) -> EarlyHelp:
    """An early help episode with its assessment; sometimes it steps up to social care."""
    end = day + timedelta(days=15 + chance.about(140)) if not chance.happens(0.01) else None
    kind = "step_up" if chance.happens(0.14) else "other"
    made = EarlyHelp(
        chance.new_id("EH"), day, end, reason, kind, chance.pick(EARLY_HELP_ENDS[kind]), chance.pick(ORGANISATIONS)
    )
    child.early_help.append(made)
    if chance.happens(0.8):
        start = chance.worked(day, 0, 5)
        finished = chance.worked(start, 8, 44) if chance.happens(0.6) else chance.worked(start, 40, 80)
        child.early_help_assessments.append(
            EarlyHelpAssessment(
                chance.new_id("EHA"), start, None if chance.happens(0.03) else finished, made.organisation
            )
        )
    return made


def outcome(chance: Chance, kind: str, *, open_case: bool) -> tuple[str, tuple[str, ...] | None]:
    """The outcome of a contact, and its flags."""
    if chance.happens(0.004):
        return "nothing", None
    if open_case:
        return "nothing", ("EXISTING_REFERRAL_FLAG",)
    share = {"request_for_support": 0.13, "mash_enquiry": 0.36, "other": 0.05}[kind]
    if chance.happens(share):
        return "referral", ("NEW_REFERRAL_FLAG", "CP_ENQUIRY_FLAG") if kind == "mash_enquiry" else (
            "NEW_REFERRAL_FLAG",
        )
    if kind == "request_for_support" and chance.happens(0.11):
        return "early help", ("OTHER_OUTCOMES_EXIST_FLAG",)
    found = chance.pick(
        {"NFA_FLAG": 24, "ADVICE_FLAG": 50, "OTHER_OUTCOMES_EXIST_FLAG": 15, "PRIVATE_FOSTERING_FLAG": 0.5}
    )
    return "nothing", (found,)
