"""Errors while an edition is run, rendered and written."""

from __future__ import annotations

from quarterly.core.errors import QuarterlyError, UsageError


class NotebookFailed(QuarterlyError):
    """A cell of a notebook stopped with an error. Cells are numbered from 1; the cell is not always known."""

    notebook: str
    cell: int | None
    line: int | None
    code: str
    reason: str

    def __str__(self) -> str:
        places = [("cell", self.cell), ("line", self.line)]
        at = "".join(f", {name} {number}" for name, number in places if number)
        return f"{self.notebook}{at}: {self.reason}" + (f"\n    {self.code}" if self.code else "")


class EditionFailed(QuarterlyError):
    """Some notebooks of an edition failed, so the published edition was left as it was."""

    quarter: str
    failures: list[QuarterlyError]

    def __str__(self) -> str:
        causes = "\n".join(str(failure) for failure in self.failures)
        number = len(self.failures)
        return f"The edition {self.quarter} was left as it was, because {number} of its notebooks failed.\n{causes}"


class EditionChanged(QuarterlyError):
    """Someone saved a notebook of the edition while it was being run."""

    notebook: str
    work: str = "run"
    remedy: str = "Run the quarter again: the run will include what was written."
    message = "{notebook} was saved while the {work} was under way, so the edition was left unchanged. {remedy}"


class NoEdition(UsageError):
    """A quarter, or one of its areas, has not been run yet."""

    notebook: str
    quarter: str
    message = "There is no {notebook}. Run the quarter first: quarterly run {quarter}."


class RenderFailed(QuarterlyError):
    """The renderer could not make the site."""

    renderer: str
    reason: str
    message = "The {renderer} renderer could not make the site: {reason}"


class UnreadableTemplate(QuarterlyError):
    """The council's own template for the paper cannot be opened."""

    file: str
    reason: str
    message = (
        "{file} cannot be used as the template of the paper: {reason}. Save it from Word as a Word document "
        "(.docx) without a password, or remove it to use the built-in style."
    )


class PdfFailed(QuarterlyError):
    """LibreOffice is installed but could not make a PDF."""

    reason: str
    message = "The Word documents were made, but LibreOffice could not make PDFs of them: {reason}"


class NoQuarto(UsageError):
    """Quarto was chosen by name and cannot be found."""

    message = (
        "Quarto is not on the path. Install it, or run with 'uv run --extra quarto quarterly render', or leave "
        "--renderer out: the embedded renderer makes the same pages."
    )


class BuildUnderWay(QuarterlyError):
    """Another command is already writing to the same files."""

    folder: str
    message = "Another command is already running in {folder}. Wait until it has finished, and try again."


class NoCluster(UsageError):
    """The Dask cluster cannot be reached."""

    address: str
    reason: str
    message = (
        "The Dask scheduler at {address} cannot be reached: {reason}. "
        "Leave --scheduler out to run the notebooks on this machine."
    )
