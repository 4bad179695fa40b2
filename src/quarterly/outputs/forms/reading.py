"""Read an officer's document when it comes back: the answers in its boxes, and the figures that it shows.

The figures are read from the document's own tables, which every word processor keeps, so that words are pinned to the
figures that their writer saw. A figure missing there is taken from the notebook; if all are missing, a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn

from quarterly.commentary.lists import with_lists
from quarterly.core.commentary_errors import BoxFault, CommentaryFaults
from quarterly.core.terms import NOT_RATED, Dot, Rag
from quarterly.core.written import judgement_cell
from quarterly.display.officer_context import INDICATOR, JUDGED, RATINGS
from quarterly.measures.rag import rag_sentence
from quarterly.outputs.forms.boxes import NEW, BoxContent, Reference, Row, read_reference
from quarterly.outputs.forms.lines import Kind
from quarterly.outputs.forms.markdown import read_lines, write_lines
from quarterly.outputs.forms.opening import open_untrusted
from quarterly.outputs.forms.outside import Outside, find_outside, paragraphs_in, plain_text, stored_digests
from quarterly.outputs.forms.paragraphs import Reader, rows_of

_CONFIRMED = ("confirmed", "confirmed.", "confirmed!")
_TRACKED = "It has tracked changes. They were read as if all of them had been accepted."


@dataclass(frozen=True)
class Answer(BoxContent):
    """The contents of a box as returned: its group and names as typed."""

    reference: Reference  # where it belongs
    confirmed: bool  # whether the officer confirms that the words are still right though figures have changed
    headed: bool = True  # whether it still has both the row of the group and that of the indicators

    @property
    def heading(self) -> str:
        """The digest of the group and the indicators; that of the export if a row was deleted."""
        return super().heading if self.headed else self.reference.heading

    @property
    def edited(self) -> bool:
        """Whether anything in the box has changed since the export."""
        heading = self.heading != self.reference.heading
        return self.words != self.reference.words or heading or self.confirmed

    @property
    def box(self) -> str:
        """The box's number and subject, for messages."""
        subject = next(filter(None, [*self.about, self.group]), "")
        return f"box {self.reference.number}" + (f" ({subject})" if subject else "")


@dataclass(frozen=True)
class FilledIn:
    """A document as it came back."""

    file: str
    quarter: str
    area: str
    answers: list[Answer]
    #: The figures shown in the document, in the form of pins, by indicator name; blank for the area.
    figures: dict[str, dict[str, str]]
    notes: list[str] = field(default_factory=list)  # what the officer must know about how it was read
    #: Everything outside its boxes, including the text that was exported there.
    outside: list[Outside] = field(default_factory=list)
    #: The digests of that exported text, stored in the document; empty if a program has dropped them.
    known: set[str] = field(default_factory=set)

    def left_out(self, export: Callable[[], bytes]) -> list[Outside]:
        """Return the text outside boxes that was not exported; ``export`` makes the document again if need be."""
        known = self.known or stored_digests(docx.Document(BytesIO(export())))
        return [outside for outside in self.outside if outside.digest not in known]


Grid = list[tuple[Any, list[Any]]]


def read_document(path: Path) -> FilledIn:
    """Read a document.

    Raises `CommentaryFaults` if it cannot be opened, has no box, or has boxes whose reference is missing, duplicated
    or from another document.
    """
    document = open_untrusted(path)
    reader = Reader(document)
    deleted = f"{qn('w:trPr')}/{qn('w:del')}"
    tables = document.element.body.iter(qn("w:tbl"))
    grids = [[row for row in rows_of(table) if row[0].find(deleted) is None] for table in tables]
    faults: list[BoxFault] = []
    answers: list[Answer] = []
    figures: dict[str, dict[str, str]] = {}
    for grid in grids:
        figures = {**_figures_in(_texts(grid)), **figures}
        found = _read_box(grid, reader, path.name, len(answers) + len(faults) + 1)
        if isinstance(found, BoxFault):
            faults.append(found)
        elif found:
            answers.append(found)
    if not answers and not faults:
        remedy = "Import a document that 'quarterly commentary export' wrote, once it is filled in."
        faults.append(BoxFault(path.name, "", "there is no box for commentary in it.", remedy))
    faults += _misplaced(path.name, answers)
    if faults:
        raise CommentaryFaults(faults)
    first = answers[0].reference
    notes = [_TRACKED] if reader.tracked else []
    notes += [f"Deleted, struck out or hidden there: “{text}”." for text in map(plain_text, reader.deleted) if text]
    present = {answer.reference.number for answer in answers}
    lost = [str(number) for number in range(1, first.of + 1) if number not in present]
    if lost:
        notes.append(f"It no longer has box {', '.join(lost)}. The notebook keeps its words there.")
    outside = [*find_outside(document, reader)]
    return FilledIn(path.name, first.quarter, first.area, answers, figures, notes, outside, stored_digests(document))


def texts_outside(document: Document) -> set[str]:
    """Return the digests of all text outside a document's boxes."""
    reader = Reader(document)
    for table in document.element.body.iter(qn("w:tbl")):
        _read_box([*rows_of(table)], reader, "", 0)
    return {outside.digest for outside in find_outside(document, reader)}


def _text(cell: Any) -> str:
    """Return the text of a cell on one line."""
    pieces = {qn("w:t"): None, qn("w:tab"): " ", qn("w:br"): " ", qn("w:noBreakHyphen"): "-"}
    texts = [
        "".join(pieces[part.tag] or part.text or "" for part in each.iter(*pieces)) for each in paragraphs_in(cell)
    ]
    return plain_text(" ".join(texts))


def _texts(grid: Grid) -> list[list[str]]:
    return [[_text(cell) for cell in cells] for _, cells in grid]


def _read_box(grid: Grid, reader: Reader, file: str, number: int) -> Answer | BoxFault | None:
    """Read a table as a box; return None if it is not a box."""
    rows = {_text(cells[0]).casefold().rstrip(":"): cells[-1] for _, cells in grid if len(cells) > 1}
    reference = next((found for _, cells in grid for cell in cells if (found := read_reference(_text(cell)))), None)
    words = rows.get(Row.WORDS.casefold())
    if words is None and reference is None:
        return None
    if words is None and reference is not None:
        remedy = f"Put the row back, with '{Row.WORDS}' before the words, or delete the whole box."
        return BoxFault(file, f"box {reference.number}", f"its row '{Row.WORDS}' is gone.", remedy)
    about = _typed_lines(rows, Row.ABOUT, reader)
    lines = reader.lines(words)
    markdown = write_lines(lines)
    # Typed bullets are read as a list, as in the notebook.
    lines = lines if with_lists(markdown) == markdown else read_lines(with_lists(markdown))
    if reference is None:
        if not lines:
            return None
        name = f"box {number} from the top" + (f" ({about[0]})" if about else "")
        remedy = "Copy its line 'Reference' from the document as it was sent, or move the words to another box."
        return BoxFault(file, name, "its reference was deleted, so it is not clear where the words belong.", remedy)
    confirmed = len(lines) > 1 and lines[-1].kind == Kind.TEXT and lines[-1].text.casefold() in _CONFIRMED
    group = _typed_lines(rows, Row.GROUP, reader)
    answered = tuple(lines[:-1] if confirmed else lines)
    headed = group is not None and about is not None
    return Answer(" ".join(group or ()), about or (), answered, reference, confirmed, headed)


def _typed_lines(rows: dict[str, Any], label: str, reader: Reader) -> tuple[str, ...] | None:
    cell = rows.get(label.casefold())
    if cell is None:
        return None
    return tuple(text for line in reader.lines(cell) for text in line.text.split("\n"))


def _misplaced(file: str, answers: Sequence[Answer]) -> list[BoxFault]:
    """Return faults for boxes that are from another document or duplicated."""
    faults, met = [], set()
    for answer in answers:
        own, first = answer.reference, answers[0].reference
        if (own.quarter, own.area, own.of) != (first.quarter, first.area, first.of):
            remedy = "Import that document by itself, and delete the box here."
            found = f"it comes from another document, for {own.area} in {own.quarter}."
            faults.append(BoxFault(file, answer.box, found, remedy))
        elif own.cell != NEW and own.cell in met:
            faults.append(BoxFault(file, answer.box, "it is in the document twice.", "Delete one of the two."))
        met.add(own.cell)
    return faults


def _figures_in(rows: list[list[str]]) -> dict[str, dict[str, str]]:
    """Read a table of figures or of an area's ratings; return nothing for other tables."""
    head = rows[0] if rows else []
    if head[:1] == [INDICATOR] and head[-3:] == JUDGED and len(head) > 4:
        return {row[0]: _as_pinned(row) for row in rows[1:] if len(row) == len(head)}
    if head[1:] == RATINGS and len(rows) > 1:
        numbers = [int(text) if text.isascii() and text.isdigit() else 0 for text in rows[1][1:]]
        counts = dict(zip([*(str(rag) for rag in Rag), NOT_RATED], numbers, strict=False))
        return {"": {"name": "", "ratings": rag_sentence(counts)}}
    return {}


def _as_pinned(row: list[str]) -> dict[str, str]:
    """Convert a row of figures to the form of pins, without the shape before a rating."""
    rag = re.sub(r"[^A-Z ]", "", row[-2].upper()).strip()
    dot = row[-1].upper().partition(" (")[0]
    return {
        "name": row[0],
        "value": row[-4][:1].lower() + row[-4][1:],
        "target": row[-3],
        "rag": rag if rag in set(Rag) else NOT_RATED.lower(),
        "dot": dot if dot in set(Dot) else judgement_cell("").words,
    }
