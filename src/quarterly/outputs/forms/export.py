"""Write the Word documents, one per area, in which officers without JupyterLab write their commentary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from quarterly.commentary.groups import ABOUT_AREA
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.promises import promised_in
from quarterly.commentary.read import Written, figures_shown, previous_comments, read_edition
from quarterly.commentary.run_cells import CHANGED
from quarterly.core.commentary_errors import CommentaryFaults, WordsNotImported
from quarterly.core.notebook_errors import UnreadableNotebook
from quarterly.core.quarters import Quarter
from quarterly.core.run_errors import NoEdition
from quarterly.core.terms import Group, Rag, listing
from quarterly.data.project import edition_file
from quarterly.disclosure import Publishable, open_basket
from quarterly.display.officer_context import PUT_RIGHT, by_when, figures_table, ratings_table, said_about
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.boxes import NEW, BoxContent, Reference, Row, box_content, title_of
from quarterly.outputs.forms.markdown import read_lines
from quarterly.outputs.forms.outside import store_digests
from quarterly.outputs.forms.paragraphs import put_lines
from quarterly.outputs.forms.reading import read_document, texts_outside
from quarterly.outputs.paper.standing import load_standing
from quarterly.outputs.word import document as word
from quarterly.outputs.word.tables import Cell, Column, add_table
from quarterly.storage.atomic import replace_files

#: Empty boxes at the end, for further comments.
_FURTHER = 2
#: A table with fewer rows is kept on the same page as its box.
_SHORT = 8
_NOTHING = BoxContent("", (), ())
_ANSWER = (
    "After the colon of each promise write Kept, Late or Dropped, and what happened. If it is late, give the new date."
)
_UNPLACED = "The indicators of this comment are no longer reported, so it is not published."
_HELP = (
    (
        "Type in the right-hand column of a box. "
        f"Do not change the line '{Row.REFERENCE}': it shows where your words belong."
    ),
    "Say what happened, why, and what is being done. Bold, italics, bulleted and numbered lists and links are kept.",
    f"The group is one of: {listing([str(group) for group in Group])}. To change it, type another over it.",
    f"'{Row.ABOUT}' has a line for each indicator. You can add or remove names: the table at the end has all of them.",
    "If the figures have changed and your words are still right, write Confirmed as the last line under them.",
    "An empty box is not published. Anything outside a box, such as a comment in the margin, is not imported.",
    "Save it as a Word document (.docx) and send it back.",
)


def export_commentary(root: Path, quarter: Quarter, areas: Sequence[str], folder: Path) -> list[Path]:
    """Write the documents of a quarter: for the given areas, or for all if ``areas`` is empty.

    Raises
    ------
    NoEdition, UnknownArea, UnknownQuarter
        The quarter has not been run yet, or there is no such area, or there are no figures for the quarter.
    WordsNotImported
        A document already exists and overwriting it would lose an officer's words. None was written.
    """
    opened = open_basket(root)
    known = opened.basket.as_known_at(opened.basket.require_quarter(quarter))
    wanted = [str(known.require_area(area)["area_id"]) for area in areas] or known.area_ids
    documents = {
        folder / f"{quarter}-{area}.docx": document_of(root, opened, quarter, area) for area in dict.fromkeys(wanted)
    }
    for path, content in documents.items():
        _keep_words(path, content)
    replace_files(documents)
    return list(documents)


def document_of(root: Path, opened: Publishable, quarter: Quarter, area: str) -> bytes:
    """Build the document of an area from its notebook and the current figures."""
    whole, name = opened.scorecard(quarter), str(opened.basket.require_area(area)["name"])
    part = whole.area(area)
    comments, earlier = _comments(root, area, part), previous_comments(root, area, whole)
    return build_document(area, name, part, comments, earlier, load_standing(root).council)


def _comments(root: Path, area: str, scorecard: Scorecard) -> list[Written]:
    path = edition_file(root, scorecard.quarter, area)
    shown, notebook = path.relative_to(root).as_posix(), open_edition(path)
    if notebook is None:
        raise NoEdition(shown, str(scorecard.quarter))
    comments = read_edition(notebook, scorecard)
    twice = [cell for cell, number in Counter(written.id for written in comments).items() if number > 1 or not cell]
    if twice:
        raise UnreadableNotebook(shown, f"two of its comments have the same id '{twice[0]}'; run the quarter to fix it")
    return comments


def _keep_words(path: Path, content: bytes) -> None:
    """Refuse to overwrite a document that has been edited."""
    if not path.is_file() or path.read_bytes() == content:
        return
    try:
        filled_in = read_document(path)
    except CommentaryFaults as error:
        raise WordsNotImported(path.as_posix(), "it cannot be read to check whether it has been edited") from error
    if filled_in.left_out(lambda: content) or any(answer.edited for answer in filled_in.answers):
        raise WordsNotImported(path.as_posix(), "it has been edited")


def build_document(
    area: str,
    name: str,
    scorecard: Scorecard,
    comments: Sequence[Written],
    earlier: list[Written] | None,
    council: str,
) -> bytes:
    """Build the document of an area; the same comments and figures give the same bytes.

    ``comments`` are the comments of its notebook in order, including empty ones. ``earlier`` are those of the previous
    quarter, or None if that has no edition.
    """
    quarter, rows = scorecard.quarter, scorecard.rows
    document = word.open_document(None)
    title = f"Commentary for {quarter.label}: {name}"
    word.add_page_numbers(document, title)
    word.add_paragraph(document, title, "Title")
    word.add_paragraph(document, f"{council}. Figures for {quarter.months}.", "Subtitle")
    word.add_heading(document, "How to fill this in", 1)
    word.add_bullets(document, _HELP)
    word.add_heading(document, "Comments", 1)
    now, of = figures_shown(scorecard), len(comments) + _FURTHER
    for number, written in enumerate(comments, start=1):
        content = box_content(written, rows)
        word.add_heading(document, f"{number}. {title_of(content.about, content.group, rows)}", 2)
        if written.comment.progress:
            word.add_paragraph(document, _ANSWER).paragraph_format.keep_with_next = True
        elif written.comment.unplaced:
            word.add_paragraph(document, _UNPLACED)
        else:
            _write_figures(document, scorecard, written.comment.indicators, f"Figures for box {number}")
        _write_said(document, scorecard, written, earlier)
        _write_promises(document, written, scorecard)
        if not written.comment.empty and (note := written.note(now)):
            word.add_with_lead(document, CHANGED, note.removeprefix(CHANGED))
        reference = Reference(str(quarter), area, number, of, written.id, content.words, content.heading)
        _write_box(document, content, reference)
    word.add_heading(document, "Anything else", 1)
    word.add_paragraph(document, f"To write about the area as a whole, type '{ABOUT_AREA}' as the group.")
    for number in range(len(comments) + 1, of + 1):
        word.add_heading(document, f"{number}. A further comment", 2)
        reference = Reference(str(quarter), area, number, of, NEW, _NOTHING.words, _NOTHING.heading)
        _write_box(document, _NOTHING, reference)
    word.add_heading(document, "All figures for this area", 1)
    _write_figures(document, scorecard, tuple(str(indicator) for indicator in rows.index), f"Figures for {name}")
    store_digests(document, texts_outside(document))
    return word.save(document, title, f"Commentary to fill in, {quarter.months}", council, quarter.ends)


def _write_figures(document: Document, scorecard: Scorecard, indicators: tuple[str, ...], title: str) -> None:
    """Add the table of some indicators' figures, or of the area's ratings if there are none."""
    if indicators:
        head, figures = figures_table(scorecard, indicators, "name")
        columns = [Column(head[0], 4.6), *(Column(text, 1.6, number=True) for text in head[1:-3])]
        columns += [Column(head[-3], 2.1, number=True), Column(head[-2], 2.1), Column(head[-1], 2)]
        rows = [[Cell(cell.full, rag=cell.code if cell.code in set(Rag) else "") for cell in row] for row in figures]
        described = "One row for each indicator: the figures of four quarters, target, rating and direction of travel."
    else:
        head, ratings = ratings_table(scorecard)
        columns = [Column(text, 1, number=place > 0) for place, text in enumerate(head)]
        rows = [[Cell(text) for text in row] for row in ratings]
        described = "How many indicators have each rating."
    short = len(rows) < _SHORT
    add_table(document, columns, rows, title, described, with_next=short)
    _leave_room(document, keep=short)


def _leave_room(document: Document, *, keep: bool = False) -> None:
    """Add space after a table; with `keep`, on the same page as the box below it."""
    room = word.add_paragraph(document, "", "Table Note")
    room.paragraph_format.keep_with_next = keep or None


def _write_said(document: Document, scorecard: Scorecard, written: Written, earlier: list[Written] | None) -> None:
    """Show the previous quarter's comments, which are not carried over."""
    said = said_about(written.comment.indicators, earlier or [])
    if said and not written.comment.unplaced:
        lead = f"Commentary for {scorecard.quarter.previous().label}."
        quotes = [f"“{line.text}”" for comment in said for line in read_lines(comment.words)]
        _write_quotes(document, lead, " It is not carried over into this quarter:", quotes)


def _write_promises(document: Document, written: Written, scorecard: Scorecard) -> None:
    """Show the commitments found in the words of a box."""
    found = promised_in(written, scorecard.quarter, scorecard.rows)
    if found:
        quotes = [f"“{promise.words}” By: {by_when(promise)}." for promise in found]
        _write_quotes(document, "Promises in this box.", f" {PUT_RIGHT}", quotes)


def _write_quotes(document: Document, lead: str, text: str, quotes: Sequence[str]) -> None:
    """Write a paragraph and quotations under it, on the same page as the box below them."""
    paragraphs = [word.add_with_lead(document, lead, text)]
    paragraphs += [word.add_paragraph(document, quote, "List Continue") for quote in quotes]
    for paragraph in paragraphs:
        paragraph.paragraph_format.keep_with_next = True
    _leave_room(document, keep=True)


def _write_box(document: Document, content: BoxContent, reference: Reference) -> None:
    columns = [Column(f"Box {reference.number}", 2.6), Column("Write in this column", 14)]
    rows = [
        [Cell(Row.GROUP), Cell(content.group)],
        [Cell(Row.ABOUT), Cell("")],
        [Cell(Row.WORDS), Cell("")],
        [Cell(Row.REFERENCE, style="Reference"), Cell(str(reference), style="Reference")],
    ]
    described = "A box to write in: the group, the indicators, and your words."
    table = add_table(document, columns, rows, f"Box {reference.number}", described, together=True)
    for place, name in enumerate(content.about):
        cell = table.cell(2, 1)
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph(style="Table Text")
        word.add_text(paragraph, name)
    put_lines(document, table.cell(3, 1), content.lines)
    if not content.lines:
        table.cell(3, 1).paragraphs[0].style = "Box Text"
    words = table.rows[3]._tr.get_or_add_trPr()
    # Words may be longer than a page, and an empty box must be large enough to see.
    words.remove(words.find(qn("w:cantSplit")))
    words.append(OxmlElement("w:trHeight", {qn("w:val"): "1000", qn("w:hRule"): "atLeast"}))
    _leave_room(document)
