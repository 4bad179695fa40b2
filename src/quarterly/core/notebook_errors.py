"""Errors about the notebooks of an edition: their files, what their cells show, and their commentary in Word."""

from __future__ import annotations

from dataclasses import dataclass

from quarterly.core.errors import QuarterlyError


class UnreadableNotebook(QuarterlyError):
    """A notebook of an edition that is damaged."""

    notebook: str  # the path from the project's folder
    reason: str  # what is wrong with it
    saved: str = ""  # the copy of JupyterLab's last save, if there is one

    def __str__(self) -> str:
        copy = f" JupyterLab also keeps a copy of its last save: {self.saved}." if self.saved else ""
        return (
            f"{self.notebook} cannot be read as a notebook: {self.reason}. Nothing was written, so no words are lost. "
            f'Restore its last good version from git: git restore --source HEAD "{self.notebook}" (older ones are '
            f'listed by: git log "{self.notebook}").{copy} If it has no commentary, delete it: the next run makes '
            "it again."
        )


#: How git calls nbdime, even from a shell without the project's environment: otherwise git would keep only one version.
_NBDIME = "uv run git-nbmergedriver merge %O %A %B %L %P"


class UnfinishedMerge(UnreadableNotebook):
    """A notebook in which git has left two people's versions side by side."""

    def __str__(self) -> str:
        return (
            f"{self.notebook} holds the versions of two people, which git could not merge: {self.reason}. Nothing was "
            "written, so the words of both are kept. Merge it cell by cell with nbdime, which comes with the project:\n"
            f'  git config merge.jupyternotebook.driver "{_NBDIME}"\n'
            f'  git checkout --merge -- "{self.notebook}"\n'
            "The first line is needed once: from then on git merges notebooks with nbdime itself. Where both changed "
            "the same words, the cell then shows both texts between merge markers: keep the right text, and delete "
            "the markers. If the merge was committed already, each version is in: git log "
            f'"{self.notebook}".'
        )


class MarksOfAMerge(UnreadableNotebook):
    """A notebook whose cells show two people's texts between merge markers."""

    def __str__(self) -> str:
        return (
            f"{self.notebook} has the marks of a merge in {self.reason}: two people changed the same words, and both "
            "texts are there, between the lines '<<<<<<<', '=======' and '>>>>>>>'. Nothing was written. Open it in "
            "JupyterLab (or run: uv run nbdime mergetool), keep the right text, delete the marked lines, and save."
        )


class OutputRefused(QuarterlyError):
    """Something that a cell shows cannot be published."""


class ChartWithoutTitle(OutputRefused):
    """A chart has no title."""

    message = (
        "The chart has no title, so readers cannot tell what it shows. Give it one: "
        'chart.properties(title=alt.Title("Caseloads fell", subtitle="Children for each social worker"))'
    )


class ChartWithoutDescription(OutputRefused):
    """A chart needs an alternative text that only the analyst can write."""

    title: str

    def __str__(self) -> str:
        return (
            f"The chart {self.title!r} has no description, and one cannot be made from its data: that only works for "
            "lines, bars, areas and points with one column on x and one on y, without an aggregate. Describe the "
            "chart for someone who cannot see it: "
            'chart.properties(description="Caseloads fell from 16 in spring to 14 in autumn.")'
        )


class PictureWithoutWords(OutputRefused):
    """A cell shows a picture without an alternative text."""

    message = (
        "A picture needs an alternative text and a title, which only you can write. Show it with: "
        'report.picture(figure, title="…", alt="What it shows, for someone who cannot see it")'
    )


class OutputNotPublishable(OutputRefused):
    """An output that would not work, or not be safe, on the published page."""

    reason: str  # what is wrong with it, as a sentence without a full stop
    instead: str  # what to do, as a sentence without a full stop
    message = "{reason}. {instead}."


class FiguresNotSuppressed(OutputRefused):
    """A cell reads figures that may not be published."""

    file: str
    message = (
        "data/{file} also has the figures that are suppressed wherever they are published, so a cell must not read it. "
        "Take them from the report: report.figures() or report.figures('average-caseload')."
    )


class FiguresDoNotFit(QuarterlyError):
    """Figures that a kind of chart cannot show."""

    reason: str  # what is wrong with them, as a sentence without a full stop
    instead: str  # what to write
    message = "{reason}. Write: {instead}"


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


class SignedBefore(QuarterlyError):
    """An area has changed since it was signed off, and readers may have seen the earlier version."""

    area: str
    status: str
    message = (
        "Nothing was signed off: {area} was {status}. If readers have seen that version, say what they "
        'should know: --correction "The number of agency workers was wrong." keeps it for them and puts a notice '
        "on the page and in the paper. If it was never published: --not-published."
    )


class NoSignedCopy(QuarterlyError):
    """The version of an area that was signed off earlier cannot be kept for readers."""

    area: str
    found: str
    message = (
        "Nothing was signed off: the version of {area} that was signed off before cannot be kept, because "
        "{found}. Restore that file from git, or add --withdraw if that version should no longer be read."
    )
