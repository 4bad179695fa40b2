"""Errors about commentary that is written in Word, and about sign-off."""

from __future__ import annotations

from dataclasses import dataclass

from quarterly.core.errors import QuarterlyError


class WordsNotImported(QuarterlyError):
    """A Word document holds an officer's words that have not been imported yet."""

    file: str
    why: str
    message = (
        "{file} already exists, and {why}. It was left unchanged. Import it first with: quarterly "
        "commentary import {file}. Then move it away, or export to another folder with --to."
    )


@dataclass(frozen=True)
class BoxFault:
    """Something in a Word document of commentary that cannot be imported as it is."""

    file: str
    box: str  # which box; blank for the whole document
    found: str  # what is wrong
    remedy: str  # what to do about it

    def __str__(self) -> str:
        return f"{self.file}{f', {self.box}' if self.box else ''}: {self.found} {self.remedy}"


class CommentaryFaults(QuarterlyError):
    """All the faults found in Word documents of commentary."""

    faults: list[BoxFault]

    def __str__(self) -> str:
        listed = "\n".join(f"  {fault}" for fault in self.faults)
        return f"Nothing was imported. Correct this and import again.\n{listed}"


@dataclass(frozen=True)
class Conflict:
    """A comment that was changed differently in two places."""

    box: str  # which comment
    what: str  # the part that was changed: its words, or its group and indicators
    #: Where it was changed.
    here: str
    there: str
    #: The text in each place; blank if it was deleted.
    this: str
    that: str


class CommentaryConflicts(QuarterlyError):
    """Comments were changed both in the notebook and in Word, so a person has to choose."""

    conflicts: list[Conflict]

    def __str__(self) -> str:
        number = len(self.conflicts)
        which = "1 comment was" if number == 1 else f"{number} comments were"
        return (
            f"{which} changed in both places, so nothing was imported. Choose, and import again: add "
            "--conflicts keep-notebook, keep-word, or keep-both to have one text under the other."
        )


class NotReady(QuarterlyError):
    """An area cannot be signed off while its commentary has errors."""

    errors: str  # how many
    message = "Nothing was signed off, because the check has {errors}. Correct the figures or words, then try again."


class SignedBefore(QuarterlyError):
    """An area has changed since it was signed off, and readers may have seen the earlier version."""

    area: str
    status: str
    message = (
        "Nothing was signed off: {area} was {status}. If readers have seen that version, say what they "
        'should know: --correction "The number of agency workers was wrong." keeps it for them and puts a notice '
        "on the page and in the paper. If it was never published: --not-published."
    )


class UnreadableSignOff(QuarterlyError):
    """The record of an area's sign-off is damaged; it may list corrections, which readers are told of."""

    area: str
    file: str
    message = (
        "Nothing was signed off: the record of the sign-off of {area} cannot be read. Restore it from git: git restore "
        '--source HEAD "{file}" (older ones are listed by: git log "{file}"). If there is none, delete it: the area is '
        "then signed off as if for the first time, and readers are no longer told of corrections before."
    )


class NoSignedCopy(QuarterlyError):
    """The version of an area that was signed off earlier cannot be kept for readers."""

    area: str
    found: str
    message = (
        "Nothing was signed off: the version of {area} that was signed off before cannot be kept, because "
        "{found}. Restore that file from git, or add --withdraw if that version should no longer be read."
    )
