"""The errors that a user can put right: each states the fact and says what to do about it.

All are subclasses of `QuarterlyError` and keep their facts as fields. The command line prints them without a traceback.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import ClassVar, dataclass_transform

#: The line above the first of two versions that git could not merge.
_CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)


@dataclass_transform(eq_default=False)
@dataclass(eq=False)
class QuarterlyError(Exception):
    """The base of all errors that a user can put right; each is a data class of its facts."""

    #: The message, with the facts in braces; a list is joined with commas.
    message: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        dataclass(eq=False)(cls)

    def __str__(self) -> str:
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        lists = {name: ", ".join(fact) for name, fact in facts.items() if isinstance(fact, list | tuple)}
        return self.message.format_map(facts | lists)

    def __reduce__(self) -> tuple[type[QuarterlyError], tuple[object, ...]]:
        # Errors are passed between processes, including those made with keyword arguments.
        return type(self), tuple(getattr(self, field.name) for field in fields(self))


class UsageError(QuarterlyError):
    """The command was given something that does not exist. The exit status is 2."""


class MalformedQuarter(UsageError):
    """A quarter that is not written as ``2023-24-Q3``."""

    text: str
    message = (
        "'{text}' is not a reporting quarter. Write the reporting year, which runs from April to March, "
        "and the quarter: 2023-24-Q3 is October to December 2023."
    )


class UnknownQuarter(UsageError):
    """A quarter for which there are no figures."""

    quarter: str
    known: list[str]
    message = (
        "There are no figures for {quarter}. data/observations.csv has {known}. "
        "Choose one of these, or add the quarter's figures first."
    )


class SameQuarter(UsageError):
    """A comparison of a quarter with itself."""

    quarter: str
    message = "{quarter} cannot be compared with itself. Name two different quarters."


class UnknownArea(UsageError):
    """A service area, or a notebook of the edition, that does not exist."""

    area: str
    known: list[str]
    message = "There is no service area '{area}'. Choose one of: {known}."


class UnknownIndicator(UsageError):
    """An indicator that does not exist."""

    indicator: str
    known: list[str]

    def __str__(self) -> str:
        hint = _hint(self.indicator, self.known)
        return f"There is no indicator '{self.indicator}'.{hint} data/indicators.csv has the ids."


class UnknownName(UsageError):
    """A name that is neither in a row of figures nor in the list of comparators."""

    name: str
    known: list[str]

    def __str__(self) -> str:
        hint = _hint(self.name, self.known) or f" Choose one of: {', '.join(self.known)}."
        return f"There is no '{self.name}'.{hint}"


def _hint(name: object, known: list[str]) -> str:
    """Suggest the nearest of the known names."""
    near = get_close_matches(str(name), known, n=3, cutoff=0.4)
    return f" Did you mean one of these: {', '.join(near)}?" if near else ""


class UnknownAuthority(UsageError):
    """An authority that has no figure in the newest year of an official file."""

    authority: str
    known: list[str]

    def __str__(self) -> str:
        near = [name for name in self.known if self.authority.lower() in name.lower()]
        near = near or get_close_matches(self.authority, self.known, n=3, cutoff=0.4)
        hint = f" Did you mean one of these: {'; '.join(near)}?" if near else ""
        found = f"The file has no figure for '{self.authority}' in its newest year, only for {len(self.known)} others."
        return f"{found}{hint} Write the name after --council as it is in the file."


class UnknownRule(UsageError):
    """A rule of rating that neither the basket nor the package has."""

    rule: str
    known: list[str]
    message = "There is no rule '{rule}'. Choose one of: {known}, or add it to data/rules.csv."


class NoProject(UsageError):
    """The command was started outside a project."""

    folder: str
    message = (
        "{folder} is not in a report project: there is no _quarto.yml with a data folder next to it, here or "
        "in a folder above. Change to the project's folder first."
    )


class FolderInUse(UsageError):
    """The folder for a new basket is not empty."""

    folder: str
    message = "{folder} is not empty. Name a folder that is empty, or that does not exist yet."


@dataclass(frozen=True)
class Fault:
    """One fault in a file that people maintain."""

    file: str  # the path from the project's folder
    #: The line in the file, counting the heading as line 1; None if the fault is not in one row.
    row: int | None
    column: str  # the column, or blank
    found: str  # what the file contains
    expected: str  # what it should contain, and what to do


def unfinished_merge(file: str, text: str) -> list[Fault]:
    """Return a fault if git left two versions of some lines in a file of the project; none otherwise."""
    found = _CONFLICT.search(text)
    wanted = "Two people changed these lines, and git could not merge them. Keep the right ones, and delete the marks."
    return [Fault(file, text.count("\n", 0, found.start()) + 1, "", found[0].strip(), wanted)] if found else []


class DataFaults(QuarterlyError):
    """All the faults found in the data or the parameters."""

    faults: list[Fault]

    def __str__(self) -> str:
        lines = [
            f"{fault.file}{f', line {fault.row}' if fault.row else ''}"
            f"{f', column {fault.column}' if fault.column else ''}: found {fault.found or 'nothing'}. {fault.expected}"
            for fault in self.faults
        ]
        return "\n".join(lines)


class NotTheNextQuarter(UsageError):
    """The quarter to set up does not follow the newest one, or that has no figures yet."""

    quarter: str
    newest: str
    to_do: str
    message = "{quarter} cannot be set up: the newest quarter in params/ is {newest}, {to_do}"


class NoParams(UsageError):
    """No quarter was named and there is none in ``params/``."""

    message = (
        "There is no params/<quarter>.yml to say which quarter is meant. Name the quarter: quarterly build 2023-24-Q3."
    )


class FileRefused(QuarterlyError):
    """The system refused to read or write a file, for lack of space or permission."""

    refusal: str
    remedy: str
    message = "{refusal}. Every file is either unchanged or completely new. {remedy}"


class SuppressedInWords(QuarterlyError):
    """Officers' words give away a figure that may not be published."""

    places: list[str]

    def __str__(self) -> str:
        listed = "\n".join(f"  {place}" for place in self.places)
        return (
            f"Nothing was published, because words in the editions give suppressed figures away:\n{listed}\n"
            "Change the words: `quarterly check QUARTER` shows them. If they are about something else: "
            "quarterly accept ID --reason ... --by ..."
        )


class ShowsSuppressed(QuarterlyError):
    """Editions were run before figures were suppressed, and still show them."""

    to_do: list[str]
    message = (
        "Nothing was published, because some files were made before the suppressed figures changed, and may show "
        "confidential ones. Do this first: {to_do}."
    )


class RecordsInEdition(QuarterlyError):
    """A notebook of an edition, or its template, opens or shows records of children."""

    places: list[str]
    message = (
        "Records of children cannot be part of an edition, which is published: {places}. "
        "Remove the cells, and examine the records in a notebook elsewhere, such as in private/."
    )


class UnknownFinding(UsageError):
    """No finding has this id, or it cannot be accepted."""

    finding: str
    known: list[str]

    def __str__(self) -> str:
        which = f"These can be accepted: {', '.join(self.known)}." if self.known else "None can be accepted now."
        return f"'quarterly check' has no finding {self.finding!r}. {which}"
