"""Import the commentary of Word documents into an edition, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat

from quarterly.commentary.notebook_files import open_edition
from quarterly.core.commentary_errors import BoxFault, CommentaryConflicts, CommentaryFaults
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import EditionChanged, NoEdition
from quarterly.data.project import edition_file
from quarterly.disclosure import open_basket
from quarterly.editions.user_cells import as_node
from quarterly.outputs.forms.export import document_of
from quarterly.outputs.forms.merging import Keep, Merge
from quarterly.outputs.forms.reading import FilledIn, read_document
from quarterly.storage.atomic import Replacement, replace_together


@dataclass(frozen=True)
class ImportPlan:
    """The planned changes of an import."""

    changes: list[str]  # the changes to the notebooks, one per comment
    notes: list[str]  # what the user must know about how the documents were read
    replacements: list[Replacement]  # the notebooks that change
    left_out: bool = False  # whether anything in the documents is not imported


_NO_WORDS = "Only text is imported: remove it, or add --leave-out to import the rest without it."
_IN_A_BOX = "Move it into a box, or add --leave-out to import the rest without it."


def plan_import(
    root: Path, quarter: Quarter, files: Sequence[Path], keep: Keep = Keep.ASK, *, leave_out: bool = False
) -> ImportPlan:
    """Read documents and merge them with the notebooks of a quarter, without writing anything yet.

    Several documents may be for one area. ``leave_out`` allows text outside the boxes, which is not imported.

    Raises
    ------
    CommentaryFaults
        Something in the documents cannot be imported; holds all faults of all documents.
    CommentaryConflicts
        Comments were changed in the notebook and in Word, or in two documents, and `keep` does not say which to keep.
    NoEdition
        An area has no notebook in the edition.
    """
    opened = open_basket(root)
    scorecard = opened.scorecard(quarter)
    documents = _read_all(files, quarter, opened.basket.area_ids)
    merges: dict[str, Merge] = {}
    before: dict[str, bytes] = {}
    for document in documents:
        area = document.area
        if area not in merges:
            path = edition_file(root, quarter, area)
            # Read before merging, so that a save in between is detected when the notebook is replaced.
            before[area] = path.read_bytes() if path.is_file() else b""
            notebook = open_edition(path)
            if notebook is None:
                raise NoEdition(path.relative_to(root).as_posix(), str(quarter))
            merges[area] = Merge(as_node(notebook), scorecard.area(area), keep)
        merges[area].add(document)
    left_out = [
        (document.file, outside)
        for document in documents
        for outside in document.left_out(partial(document_of, root, opened, quarter, document.area))
    ]
    faults = [fault for merge in merges.values() for fault in merge.faults]
    if not leave_out:
        faults += [BoxFault(file, "", f"{each}.", _IN_A_BOX if each.words else _NO_WORDS) for file, each in left_out]
    if faults:
        raise CommentaryFaults(faults)
    conflicts = [conflict for merge in merges.values() for conflict in merge.conflicts]
    if conflicts:
        raise CommentaryConflicts(conflicts)
    replacements = [
        Replacement(edition_file(root, quarter, area), before[area], f"{nbformat.writes(merge.notebook)}\n".encode())
        for area, merge in merges.items()
        if merge.changes
    ]
    notes = [f"{document.file}: {note}" for document in documents for note in document.notes]
    notes += [f"{file}: not imported, {each}." for file, each in left_out]
    return ImportPlan(
        [change for merge in merges.values() for change in merge.changes],
        notes + [note for merge in merges.values() for note in merge.notes],
        replacements,
        bool(left_out),
    )


def write_import(root: Path, planned: ImportPlan) -> None:
    """Write the notebooks of a planned import; raises `EditionChanged`, writing none, if one was saved meanwhile."""
    saved = replace_together(planned.replacements)
    if saved:
        remedy = "Import again: the documents will be compared with what was written."
        raise EditionChanged(saved.relative_to(root).as_posix(), "import", remedy)


def _read_all(files: Sequence[Path], quarter: Quarter, areas: Sequence[str]) -> list[FilledIn]:
    documents, faults = [], []
    for path in dict.fromkeys(files):
        try:
            document = read_document(path)
        except CommentaryFaults as error:
            faults += error.faults
            continue
        documents.append(document)
        if document.area not in areas:
            remedy = f"The areas are: {', '.join(areas)}. Export the document again."
            faults.append(BoxFault(path.name, "", f"it is for '{document.area}', which is not a service area.", remedy))
        elif document.quarter != str(quarter):
            remedy = f"If that is intended, import it with --quarter {document.quarter}."
            faults.append(BoxFault(path.name, "", f"it is for {document.quarter}, not for {quarter}.", remedy))
    if faults:
        raise CommentaryFaults(faults)
    return documents
