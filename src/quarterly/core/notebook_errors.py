"""Errors about the file of an edition's notebook."""

from __future__ import annotations

from quarterly.core.errors import QuarterlyError

_MADE_AGAIN = " If it has no commentary, delete it: the next run makes it again."


class UnreadableNotebook(QuarterlyError):
    """A notebook of an edition that is damaged."""

    notebook: str  # the path from the project's folder
    reason: str  # what is wrong with it
    saved: str = ""  # the copy of JupyterLab's last save, if there is one

    def __str__(self) -> str:
        again = "" if self.notebook.startswith("notebooks/") else _MADE_AGAIN
        copy = f" JupyterLab also keeps a copy of its last save: {self.saved}." if self.saved else ""
        return (
            f"{self.notebook} cannot be read as a notebook: {self.reason}. Nothing was written, so no words are lost. "
            f'Restore its last good version from git: git restore --source HEAD "{self.notebook}" (older ones are '
            f'listed by: git log "{self.notebook}").{copy}{again}'
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
