"""What can go wrong, for people: every error names the fact and says what to do about it.

All of them descend from `QuarterlyError` and keep their facts as fields. The command line prints them without a
traceback.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from difflib import get_close_matches


@dataclass(eq=False)
class QuarterlyError(Exception):
    """The root of all errors that a user can put right."""

    def __reduce__(self) -> tuple[type[QuarterlyError], tuple[object, ...]]:
        # Errors travel between processes, also those that were made with named arguments.
        return type(self), tuple(getattr(self, field.name) for field in fields(self))


class UsageError(QuarterlyError):
    """The command was given something that does not exist. The exit status is 2."""


@dataclass(eq=False)
class MalformedQuarter(UsageError):
    """A quarter that is not written as ``2023-24-Q3``."""

    text: str

    def __str__(self) -> str:
        return (
            f"'{self.text}' is not a reporting quarter. Write the reporting year, which runs from April to March, "
            "and the quarter: 2023-24-Q3 is October to December 2023."
        )


@dataclass(eq=False)
class UnknownQuarter(UsageError):
    """A quarter for which there are no figures."""

    quarter: str
    known: list[str]

    def __str__(self) -> str:
        return (
            f"There are no figures for {self.quarter}. data/observations.csv has {', '.join(self.known)}. "
            "Choose one of these, or add the quarter's figures first."
        )


@dataclass(eq=False)
class SameQuarter(UsageError):
    """A quarter was to be compared with itself."""

    quarter: str

    def __str__(self) -> str:
        return f"{self.quarter} cannot be compared with itself. Name two different quarters."


@dataclass(eq=False)
class UnknownArea(UsageError):
    """A service area, or a notebook of the edition, that does not exist."""

    area: str
    known: list[str]

    def __str__(self) -> str:
        return f"There is no service area '{self.area}'. Choose one of: {', '.join(self.known)}."


@dataclass(eq=False)
class UnknownIndicator(UsageError):
    """An indicator that does not exist."""

    indicator: str
    known: list[str]

    def __str__(self) -> str:
        near = get_close_matches(self.indicator, self.known, n=3, cutoff=0.4)
        hint = f" Is one of these meant: {', '.join(near)}?" if near else ""
        return f"There is no indicator '{self.indicator}'.{hint} data/indicators.csv has the ids."


@dataclass(eq=False)
class UnknownRule(UsageError):
    """A rule of rating that neither the basket nor the package has."""

    rule: str
    known: list[str]

    def __str__(self) -> str:
        return f"There is no rule '{self.rule}'. Choose one of: {', '.join(self.known)}, or add it to data/rules.csv."


@dataclass(eq=False)
class NoProject(UsageError):
    """The command was started outside a project."""

    folder: str

    def __str__(self) -> str:
        return (
            f"{self.folder} is not in a report project: there is no _quarto.yml with a data folder beside it, here or "
            "in a folder above. Change to the project's folder first."
        )


@dataclass(eq=False)
class FolderInUse(UsageError):
    """A new basket was to be made where there is something already."""

    folder: str

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


@dataclass(eq=False)
class DataFaults(QuarterlyError):
    """All the faults that were found in the data or the parameters, at once."""

    faults: list[Fault]

    def __str__(self) -> str:
        lines = [
            f"{fault.file}{f', line {fault.row}' if fault.row else ''}"
            f"{f', column {fault.column}' if fault.column else ''}: found {fault.found or 'nothing'}. {fault.expected}"
            for fault in self.faults
        ]
        return "\n".join(lines)


@dataclass(eq=False)
class NotTheNextQuarter(UsageError):
    """A quarter was to be set up that does not follow the newest one."""

    quarter: str
    newest: str
    following: str

    def __str__(self) -> str:
        return (
            f"{self.quarter} cannot be set up: the newest quarter in params/ is {self.newest}, and {self.following} "
            f"comes next. Set that up first: quarterly new {self.following}"
        )


@dataclass(eq=False)
class UnknownAcceptance(UsageError):
    """Something was accepted that is neither a kind of warning nor an indicator."""

    text: str
    known: list[str]

    def __str__(self) -> str:
        return (
            f"There is nothing called '{self.text}' to accept. Give a kind of warning ({', '.join(self.known)}), the "
            "id of an indicator, or both as agency-workers:jump."
        )


@dataclass(eq=False)
class MalformedMatch(UsageError):
    """A name was matched to what is no indicator."""

    text: str

    def __str__(self) -> str:
        return (
            f"'{self.text}' does not match a name to an indicator. Write the name as it is in the extract, an "
            'equals sign and the id: --match "Agency staff=agency-workers".'
        )


@dataclass(eq=False)
class MalformedReading(UsageError):
    """An option that says how an extract is read is not written as it should be."""

    text: str
    example: str

    def __str__(self) -> str:
        return f"'{self.text}' says nothing of how to read the extract. Write for example: {self.example}."


#: How many names a message lists before it only counts the rest.
_MOST_NAMED = 20


@dataclass(eq=False)
class NotAccepted(QuarterlyError):
    """An import has warnings that nobody has accepted, so nothing was written."""

    names: list[str]

    def __str__(self) -> str:
        accepts = " ".join(f"--accept {name}" for name in self.names[:_MOST_NAMED])
        more = "" if len(self.names) <= _MOST_NAMED else f" (and {len(self.names) - _MOST_NAMED} more)"
        return (
            f"Nothing was written: {len(self.names)} under 'To look at' need a decision. Correct the extract or accept "
            f"what is right:\n  {accepts}{more}\nor all of them with --accept all."
        )


@dataclass(eq=False)
class ExtractUnreadable(UsageError):
    """The source of an import cannot be opened."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass(eq=False)
class DatabaseFailed(QuarterlyError):
    """A database could not be asked, or did not answer."""

    database: str
    reason: str

    def __str__(self) -> str:
        return f"{self.database}: {self.reason} Nothing was written."


@dataclass(eq=False)
class NotebookFailed(QuarterlyError):
    """A cell of a notebook stopped with an error; the first cell is 1. Which one is not always known."""

    notebook: str
    cell: int | None
    line: int | None
    code: str
    reason: str

    def __str__(self) -> str:
        places = [("cell", self.cell), ("line", self.line)]
        at = "".join(f", {name} {number}" for name, number in places if number)
        return f"{self.notebook}{at}: {self.reason}" + (f"\n    {self.code}" if self.code else "")


@dataclass(eq=False)
class NotReady(QuarterlyError):
    """An area was to be signed off while the check of its commentary has errors."""

    errors: int

    def __str__(self) -> str:
        number = "1 error" if self.errors == 1 else f"{self.errors} errors"
        return f"Nothing was signed off, because the check has {number}. Correct the figures or words, then try again."


@dataclass(eq=False)
class EditionFailed(QuarterlyError):
    """Some notebooks of an edition failed, so the published edition was left as it was."""

    quarter: str
    failures: list[QuarterlyError]

    def __str__(self) -> str:
        causes = "\n".join(str(failure) for failure in self.failures)
        number = len(self.failures)
        return f"The edition {self.quarter} was left as it was, because {number} of its notebooks failed.\n{causes}"


@dataclass(eq=False)
class EditionChanged(QuarterlyError):
    """Someone saved a notebook of the edition while it was being run."""

    notebook: str
    work: str = "run"

    def __str__(self) -> str:
        again = {
            "run": "Run the quarter again: the run takes over what was written.",
            "import": "Import again: the documents are compared with what was written.",
        }
        return (
            f"{self.notebook} was saved by someone while the {self.work} was under way, so the edition was left as it "
            f"is. {again[self.work]}"
        )


@dataclass(eq=False)
class NoEdition(UsageError):
    """A quarter, or one of its areas, that has not been run yet."""

    notebook: str
    quarter: str

    def __str__(self) -> str:
        return f"There is no {self.notebook}. Run the quarter first: quarterly run {self.quarter}."


@dataclass(eq=False)
class RenderFailed(QuarterlyError):
    """The renderer could not make the site."""

    renderer: str
    reason: str

    def __str__(self) -> str:
        return f"The {self.renderer} renderer could not make the site: {self.reason}"


@dataclass(eq=False)
class UnreadableTemplate(QuarterlyError):
    """The council's own template for the paper cannot be opened."""

    file: str
    reason: str

    def __str__(self) -> str:
        return (
            f"{self.file} cannot be the template of the paper: {self.reason}. Save it from Word as a Word document "
            "(.docx) without a password, or take it away: then the built-in look is used."
        )


@dataclass(eq=False)
class PdfFailed(QuarterlyError):
    """LibreOffice is there, and could not make a PDF."""

    reason: str

    def __str__(self) -> str:
        return f"The Word documents were made, but LibreOffice could not make PDFs of them: {self.reason}"


@dataclass(eq=False)
class FileInUse(QuarterlyError):
    """A file cannot be replaced, most often because it is open in Word."""

    file: str

    def __str__(self) -> str:
        return f"{self.file} cannot be replaced. Close it if it is open in another program, and try again."


@dataclass(eq=False)
class OlderExtract(QuarterlyError):
    """An extract is older than the one that is kept."""

    extracted: str
    kept: str

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


@dataclass(eq=False)
class BuildUnderWay(QuarterlyError):
    """Two commands would write the same files at once."""

    folder: str

    def __str__(self) -> str:
        return (
            f"Another command is making something in {self.folder} at this moment. "
            "Wait until it has finished, and try again."
        )


@dataclass(eq=False)
class CannotWrite(QuarterlyError):
    """The system would not let a file be written: no room, no permission."""

    file: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file} cannot be written: " if self.file else ""
        return f"{where}{self.reason}. Every file is as it was before, or new and whole. {self.remedy}"


@dataclass(eq=False)
class NoCluster(UsageError):
    """A Dask cluster was asked for that is not there."""

    address: str
    reason: str

    def __str__(self) -> str:
        return (
            f"There is no Dask scheduler to be had at {self.address}: {self.reason}. "
            "Leave --scheduler out to run the notebooks on this machine."
        )


@dataclass(eq=False)
class SuppressedInWords(QuarterlyError):
    """Officers' words say a figure that may not be published."""

    places: list[str]

    def __str__(self) -> str:
        listed = "\n".join(f"  {place}" for place in self.places)
        return (
            f"Nothing was published, because words in the editions give suppressed figures away:\n{listed}\n"
            "Change the words: `quarterly check QUARTER` shows them. Where they are about something else: "
            "quarterly accept ID --reason ... --by ..."
        )


@dataclass(eq=False)
class ShowsSuppressed(QuarterlyError):
    """Editions were run before figures were suppressed, and still show them."""

    quarters: list[str]

    def __str__(self) -> str:
        return (
            "Nothing was published, because notebooks were run when other figures were suppressed than now, and may "
            "show some that are confidential. Run again: " + ", ".join(f"quarterly run {one}" for one in self.quarters)
        )


@dataclass(eq=False)
class UnknownFinding(UsageError):
    """No finding has this id, or it cannot be accepted."""

    finding: str
    known: list[str]

    def __str__(self) -> str:
        which = f"These can be accepted: {', '.join(self.known)}." if self.known else "None can be accepted now."
        return f"'quarterly check' has no finding {self.finding!r}. {which}"
