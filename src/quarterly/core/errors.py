"""What can go wrong, for people: every error names the fact and says what to do about it.

All of them descend from `QuarterlyError`, keep their facts as arguments, and so survive the way through a pool of
processes. The command line prints them without a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches


class QuarterlyError(Exception):
    """The root of all errors that a user can mend."""


class UsageError(QuarterlyError):
    """The command was given something that does not exist. The exit status is 2."""


class MalformedQuarter(UsageError):
    """A quarter that is not written as ``2023-24-Q3``."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return (
            f"'{self.text}' is not a reporting quarter. Write the reporting year, which runs from April to March, "
            "and the quarter: 2023-24-Q3 is October to December 2023."
        )


class UnknownQuarter(UsageError):
    """A quarter for which there are no figures."""

    def __init__(self, quarter: str, known: list[str]) -> None:
        super().__init__(quarter, known)
        self.quarter, self.known = quarter, known

    def __str__(self) -> str:
        return (
            f"There are no figures for {self.quarter}. data/observations.csv has {', '.join(self.known)}. "
            "Choose one of these, or add the quarter's figures first."
        )


class SameQuarter(UsageError):
    """A quarter was to be compared with itself."""

    def __init__(self, quarter: str) -> None:
        super().__init__(quarter)
        self.quarter = quarter

    def __str__(self) -> str:
        return f"{self.quarter} cannot be compared with itself. Name two different quarters."


class UnknownArea(UsageError):
    """A service area, or a notebook of the edition, that does not exist."""

    def __init__(self, area: str, known: list[str]) -> None:
        super().__init__(area, known)
        self.area, self.known = area, known

    def __str__(self) -> str:
        return f"There is no service area '{self.area}'. Choose one of: {', '.join(self.known)}."


class UnknownIndicator(UsageError):
    """An indicator that does not exist."""

    def __init__(self, indicator: str, known: list[str]) -> None:
        super().__init__(indicator, known)
        self.indicator, self.known = indicator, known

    def __str__(self) -> str:
        near = get_close_matches(self.indicator, self.known, n=3, cutoff=0.4)
        hint = f" Is one of these meant: {', '.join(near)}?" if near else ""
        return f"There is no indicator '{self.indicator}'.{hint} data/indicators.csv has the ids."


class UnknownRule(UsageError):
    """A rule of rating that neither the basket nor the package has."""

    def __init__(self, rule: str, known: list[str]) -> None:
        super().__init__(rule, known)
        self.rule, self.known = rule, known

    def __str__(self) -> str:
        return f"There is no rule '{self.rule}'. Choose one of: {', '.join(self.known)}, or add it to data/rules.csv."


class NoProject(UsageError):
    """The command was started outside a project."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return (
            f"{self.folder} is not in a report project: there is no _quarto.yml with a data folder beside it, here or "
            "in a folder above. Change to the project's folder first."
        )


class FolderInUse(UsageError):
    """A new basket was to be made where there is something already."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"There is something in {self.folder} already. Name a folder that is empty, or that does not exist yet."


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in a file that people keep.

    Parameters
    ----------
    file : str
        The file, from the project's folder.
    row : int or None
        The line in the file, where the heading is line 1; None when the fault is not in one row.
    column : str
        The column, or blank.
    found : str
        What is there now.
    expected : str
        What belongs there and what to do.
    """

    file: str
    row: int | None
    column: str
    found: str
    expected: str


class DataFaults(QuarterlyError):
    """All the faults that were found in the data or the parameters, at once."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        lines = [
            f"{fault.file}{f', line {fault.row}' if fault.row else ''}"
            f"{f', column {fault.column}' if fault.column else ''}: found {fault.found or 'nothing'}. {fault.expected}"
            for fault in self.faults
        ]
        return "\n".join(lines)


class NotTheNextQuarter(UsageError):
    """A quarter was to be set up that does not follow the newest one."""

    def __init__(self, quarter: str, newest: str, following: str) -> None:
        super().__init__(quarter, newest, following)
        self.quarter, self.newest, self.following = quarter, newest, following

    def __str__(self) -> str:
        return (
            f"{self.quarter} cannot be set up: the newest quarter in params/ is {self.newest}, and {self.following} "
            f"comes next. Set that up first: quarterly new {self.following}"
        )


class UnknownAcceptance(UsageError):
    """Something was accepted that is neither a kind of warning nor an indicator."""

    def __init__(self, text: str, known: list[str]) -> None:
        super().__init__(text, known)
        self.text, self.known = text, known

    def __str__(self) -> str:
        return (
            f"There is nothing called '{self.text}' to accept. Give a kind of warning ({', '.join(self.known)}), the "
            "id of an indicator, or both as agency-workers:jump."
        )


class MalformedMatch(UsageError):
    """A name was matched to what is no indicator."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return (
            f"'{self.text}' does not match a name to an indicator. Write the name as it stands in the extract, an "
            'equals sign and the id: --match "Agency staff=agency-workers".'
        )


#: How many names a message lists before it only counts the rest.
_MOST_NAMED = 20


class NotAccepted(QuarterlyError):
    """An import has warnings that nobody has accepted, so nothing was written."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self.names = names

    def __str__(self) -> str:
        accepts = " ".join(f"--accept {name}" for name in self.names[:_MOST_NAMED])
        more = "" if len(self.names) <= _MOST_NAMED else f" (and {len(self.names) - _MOST_NAMED} more)"
        return (
            f"Nothing was written: {len(self.names)} under 'To look at' need a decision. Mend the extract, or accept "
            f"what is right:\n  {accepts}{more}\nor all of them with --accept all."
        )


class ExtractUnreadable(UsageError):
    """The source of an import cannot be opened."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        self.source, self.reason = source, reason

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class DatabaseFailed(QuarterlyError):
    """A database could not be asked, or did not answer."""

    def __init__(self, database: str, reason: str) -> None:
        super().__init__(database, reason)
        self.database, self.reason = database, reason

    def __str__(self) -> str:
        return f"{self.database}: {self.reason} Nothing was written."


class NotebookFailed(QuarterlyError):
    """A cell of a notebook stopped with an error; the first cell is 1. Which one is not always known."""

    def __init__(self, notebook: str, cell: int | None, line: int | None, code: str, reason: str) -> None:
        super().__init__(notebook, cell, line, code, reason)
        self.notebook, self.cell, self.line, self.code, self.reason = notebook, cell, line, code, reason

    def __str__(self) -> str:
        places = [("cell", self.cell), ("line", self.line)]
        at = "".join(f", {name} {number}" for name, number in places if number)
        return f"{self.notebook}{at}: {self.reason}" + (f"\n    {self.code}" if self.code else "")


class NotReady(QuarterlyError):
    """An area was to be signed off while the check of its commentary has errors."""

    def __init__(self, errors: int) -> None:
        super().__init__(errors)
        self.errors = errors

    def __str__(self) -> str:
        number = "1 error" if self.errors == 1 else f"{self.errors} errors"
        return f"Nothing was signed off, because the check has {number}. Mend the figures or the words, then try again."


class EditionFailed(QuarterlyError):
    """Some notebooks of an edition failed, so the published edition was left as it was."""

    def __init__(self, quarter: str, failures: list[QuarterlyError]) -> None:
        super().__init__(quarter, failures)
        self.quarter, self.failures = quarter, failures

    def __str__(self) -> str:
        causes = "\n".join(str(failure) for failure in self.failures)
        number = len(self.failures)
        return f"The edition {self.quarter} was left as it was, because {number} of its notebooks failed.\n{causes}"


class EditionChanged(QuarterlyError):
    """Someone saved a notebook of the edition while it was being run."""

    def __init__(self, notebook: str, work: str = "run") -> None:
        super().__init__(notebook, work)
        self.notebook, self.work = notebook, work

    def __str__(self) -> str:
        again = {
            "run": "Run the quarter again: the run takes over what was written.",
            "import": "Import again: the documents are compared with what was written.",
        }
        return (
            f"{self.notebook} was saved by someone while the {self.work} was under way, so the edition was left as it "
            f"is. {again[self.work]}"
        )


class NoEdition(UsageError):
    """A quarter, or one of its areas, that has not been run yet."""

    def __init__(self, notebook: str, quarter: str) -> None:
        super().__init__(notebook, quarter)
        self.notebook, self.quarter = notebook, quarter

    def __str__(self) -> str:
        return f"There is no {self.notebook}. Run the quarter first: quarterly run {self.quarter}."


class RenderFailed(QuarterlyError):
    """The renderer could not make the site."""

    def __init__(self, renderer: str, reason: str) -> None:
        super().__init__(renderer, reason)
        self.renderer, self.reason = renderer, reason

    def __str__(self) -> str:
        return f"The {self.renderer} renderer could not make the site: {self.reason}"


class UnreadableTemplate(QuarterlyError):
    """The council's own template for the paper cannot be opened."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(file, reason)
        self.file, self.reason = file, reason

    def __str__(self) -> str:
        return (
            f"{self.file} cannot be the template of the paper: {self.reason}. Save it from Word as a Word document "
            "(.docx) without a password, or take it away: then the built-in look is used."
        )


class PdfFailed(QuarterlyError):
    """LibreOffice is there, and could not make a PDF."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"The Word documents were made, but LibreOffice could not make PDFs of them: {self.reason}"


class FileInUse(QuarterlyError):
    """A file cannot be replaced, most often because it is open in Word."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file

    def __str__(self) -> str:
        return f"{self.file} cannot be replaced. Close it if it is open in another program, and try again."


class OlderExtract(QuarterlyError):
    """An extract is older than the one that is kept."""

    def __init__(self, extracted: str, kept: str) -> None:
        super().__init__(extracted, kept)
        self.extracted, self.kept = extracted, kept

    def __str__(self) -> str:
        return (
            f"The extract is of {self.extracted}, and data/benchmarks.csv has figures of {self.kept}. Import extracts "
            "in the order in which they were made, so that it stays known which figures were revised. To begin "
            "again, take data/benchmarks.csv away first."
        )


class NoQuarto(UsageError):
    """Quarto was asked for by name and cannot be found."""

    def __str__(self) -> str:
        return (
            "Quarto is not on the path. Install it, or run with 'uv run --extra quarto quarterly render', or leave "
            "--renderer out: the embedded renderer makes the same pages."
        )


class NoParams(UsageError):
    """No quarter was named and there is none in ``params/``."""

    def __str__(self) -> str:
        return (
            "There is no params/<quarter>.yml to say which quarter is meant. "
            "Name the quarter: quarterly build 2023-24-Q3."
        )


class BuildUnderWay(QuarterlyError):
    """Two commands would write the same files at once."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return (
            f"Another command is making something in {self.folder} at this moment. "
            "Wait until it has finished, and try again."
        )


class CannotWrite(QuarterlyError):
    """The system would not let a file be written: no room, no permission."""

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        super().__init__(file, reason, remedy)
        self.file, self.reason, self.remedy = file, reason, remedy

    def __str__(self) -> str:
        where = f"{self.file} cannot be written: " if self.file else ""
        return f"{where}{self.reason}. Every file is as it was before, or new and whole. {self.remedy}"


class NoCluster(UsageError):
    """A Dask cluster was asked for that is not there."""

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address, self.reason = address, reason

    def __str__(self) -> str:
        return (
            f"There is no Dask scheduler to be had at {self.address}: {self.reason}. "
            "Leave --scheduler out to run the notebooks on this machine."
        )


class SuppressedInWords(QuarterlyError):
    """Officers' words say a figure that may not be published."""

    def __init__(self, places: list[str]) -> None:
        super().__init__(places)
        self.places = places

    def __str__(self) -> str:
        listed = "\n".join(f"  {place}" for place in self.places)
        return (
            f"Nothing was published, because words in the editions give suppressed figures away:\n{listed}\n"
            "Change the words. Where they are about something else: quarterly accept ID --reason ... --by ..."
        )


class ShowsSuppressed(QuarterlyError):
    """Editions were run before figures were suppressed, and still show them."""

    def __init__(self, quarters: list[str]) -> None:
        super().__init__(quarters)
        self.quarters = quarters

    def __str__(self) -> str:
        return (
            "Nothing was published, because notebooks were run when other figures were suppressed than now, and may "
            "show some that are confidential. Run again: " + ", ".join(f"quarterly run {one}" for one in self.quarters)
        )


class UnknownFinding(UsageError):
    """No finding has this id, or it cannot be accepted."""

    def __init__(self, finding: str, known: list[str]) -> None:
        super().__init__(finding, known)
        self.finding = finding
        self.known = known

    def __str__(self) -> str:
        which = f"These can be accepted: {', '.join(self.known)}." if self.known else "None can be accepted now."
        return f"'quarterly check' has no finding {self.finding!r}. {which}"
