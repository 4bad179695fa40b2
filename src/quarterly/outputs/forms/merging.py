"""Merge officers' words from Word into a notebook: a three-way merge based on the export.

A change made on one side is taken; different changes on both sides are a conflict for the user to resolve. No kernel
runs and no figure is computed: the next run of the quarter does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import nbformat
from nbformat import NotebookNode

from quarterly.commentary.cells import START_TAG, TAG, digest, source_of, tagged
from quarterly.commentary.format import Comment, find_indicator, near_names, read_comment
from quarterly.commentary.groups import ABOUT_AREA, beyond_its_group, likely_groups, read_group, same_names
from quarterly.commentary.pins import AREA, Figures, figures_shown
from quarterly.commentary.read import Written, describe_move, former_names, read_edition, shown_in
from quarterly.commentary.run_cells import commentary_cells
from quarterly.core.commentary_errors import BoxFault, Conflict
from quarterly.core.terms import Group, listing
from quarterly.editions.commentary_cells import pin
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.boxes import (
    NEW,
    WORDS,
    BoxContent,
    box_content,
    compose,
    name_of,
    title_of,
    with_heading,
    with_words,
)
from quarterly.outputs.forms.lines import words_digest
from quarterly.outputs.forms.markdown import write_lines
from quarterly.outputs.forms.reading import Answer, FilledIn

_NOTEBOOK = "the notebook"


class Keep(StrEnum):
    """What to do with a comment that was changed on both sides."""

    ASK = "show"
    NOTEBOOK = "keep-notebook"
    WORD = "keep-word"
    BOTH = "keep-both"


class _Side(StrEnum):
    """Where a part of a comment was changed since the export."""

    NEITHER = "neither"
    NOTEBOOK = "notebook"
    WORD = "word"
    CONFLICT = "conflict"


def _offer(names: list[str]) -> str:
    return listing([f"'{name}'" for name in names], "or")


def _changed_in(base: str, notebook: str, word: str) -> _Side:
    if notebook == word:
        return _Side.NEITHER
    if word == base:
        return _Side.NOTEBOOK
    return _Side.WORD if notebook == base else _Side.CONFLICT


@dataclass
class Merge:
    """An area's notebook into which documents are merged, one after another."""

    notebook: NotebookNode  # the edition's notebook, changed in place
    scorecard: Scorecard  # the area's current scorecard
    #: How to resolve conflicts.
    keep: Keep = Keep.ASK
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[BoxFault] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    _came_from: dict[str, str] = field(default_factory=dict)

    def add(self, document: FilledIn) -> None:
        """Merge a document, collecting faults, conflicts, changes and notes.

        The notebook may be written only if there are no faults and no conflicts.
        """
        if any(answer.edited for answer in document.answers) and not document.figures:
            self.notes.append(
                f"{document.file}: the tables of figures were deleted. Its words are pinned to the figures in the "
                "notebook."
            )
        for answer in document.answers:
            if not answer.edited:
                continue
            if answer.reference.cell == NEW:
                self._add_new(document, answer)
            else:
                self._merge(document, answer)

    def _comments(self) -> dict[str, Written]:
        return {one.cell: one for one in read_edition(self.notebook, self.scorecard)}

    def _takes(self, changed: _Side) -> bool:
        """Return whether a part of a comment is taken from Word, given where it was changed."""
        return changed is _Side.WORD or (changed is _Side.CONFLICT and self.keep in (Keep.WORD, Keep.BOTH))

    def _merge(self, document: FilledIn, answer: Answer) -> None:
        base = answer.reference
        one = self._comments().get(base.cell)
        now = box_content(one, self.scorecard.rows) if one else BoxContent("", (), ())
        words = _changed_in(base.words, now.words, answer.words)
        if one is None:
            self._merge_gone(document, answer, words)
            return
        told, in_word = one.comment, base.heading
        if answer.heading != base.heading:
            read = self._heading(document, answer, one.comment.heading)
            if read is None:
                return
            told, in_word = read, box_content(replace(one, comment=read), self.scorecard.rows).heading
        heading = _changed_in(base.heading, now.heading, in_word)
        unresolved = self._unresolved(document, answer, one, now, words, heading)
        if unresolved:
            self.conflicts += unresolved
            return
        take_words, take_heading = self._takes(words), self._takes(heading)
        still_right = answer.confirmed and answer.words == now.words
        if answer.confirmed and not still_right and not take_words:
            self._note(document, answer, "'Confirmed' was ignored: the words in the notebook have changed since.")
        comment = one.comment
        if take_heading:
            both = heading is _Side.CONFLICT and self.keep is Keep.BOTH
            comment = with_heading(comment, told, both=both)
            if both and told.placed != comment.placed:
                self._note(document, answer, f"the group stays '{comment.placed}'. In Word it is '{told.placed}'.")
        if take_words:
            text = write_lines(answer.lines, comment.text)
            if words is _Side.CONFLICT and self.keep is Keep.BOTH:
                fresh = write_lines(answer.lines)
                text = "\n\n".join(part for part in (comment.text, fresh) if part)
            comment = with_words(comment, text)
        if take_words or take_heading or still_right:
            self._update(document, answer, one, comment, still_right=still_right or take_words)
            self._record_changes(document, answer, one, comment, take_words=take_words)

    def _merge_gone(self, document: FilledIn, answer: Answer, words: _Side) -> None:
        """Merge a box whose cell is no longer in the notebook."""
        if self._takes(words):
            self._note(document, answer, "its cell is no longer in the notebook, so it is added as a new comment.")
            self._add_new(document, answer)
        elif words is _Side.CONFLICT and self.keep is Keep.ASK and answer.lines:
            self.conflicts.append(self._conflict(document, answer, "words", "", write_lines(answer.lines)))

    def _unresolved(
        self, document: FilledIn, answer: Answer, one: Written, now: BoxContent, words: _Side, heading: _Side
    ) -> list[Conflict]:
        if self.keep is not Keep.ASK:
            return []
        found = []
        if words is _Side.CONFLICT:
            text = write_lines(answer.lines, one.comment.text)
            found.append(self._conflict(document, answer, "words", one.comment.text, text))
        if heading is _Side.CONFLICT:
            here = "\n".join([now.group, *(f"- {name}" for name in now.about)])
            there = "\n".join([answer.group or "", *(f"- {name}" for name in answer.about or ())])
            found.append(self._conflict(document, answer, "group or indicators", here, there))
        return found

    def _conflict(self, document: FilledIn, answer: Answer, what: str, this: str, that: str) -> Conflict:
        here = self._came_from.get(answer.reference.cell, _NOTEBOOK)
        box = f"{document.area}, {self._title(answer)}"
        return Conflict(box, what, here, document.file, this, that)

    def _title(self, answer: Answer) -> str:
        return title_of(answer.about or (), answer.group or ABOUT_AREA, self.scorecard.rows)

    def _note(self, document: FilledIn, answer: Answer, text: str) -> None:
        self.notes.append(f"{document.file}, {answer.box}: {text}")

    def _fault(self, document: FilledIn, answer: Answer, found: str, remedy: str) -> None:
        self.faults.append(BoxFault(document.file, answer.box, found, remedy))

    def _heading(self, document: FilledIn, answer: Answer, own: str = "") -> Comment | None:
        """Read the typed group and indicators; on faults, record them and return None.

        A comment may keep a heading in the officer's own words (`own`), but cannot be given one in Word.
        """
        rows, before = self.scorecard.rows, len(self.faults)
        about = answer.about or ()
        known_as = former_names(self.notebook)
        names = [find_indicator(text, rows, known_as) for text in about]
        for text, name in zip(about, names, strict=True):
            if name is None:
                near = near_names(text, rows, most=3, likeness=0.5)
                remedy = f"Did you mean {_offer(near)}?" if near else "The table at the end has the names of this area."
                self._fault(document, answer, f"'{text}' is not an indicator of this area.", remedy)
        group, typed = read_group(answer.group or ""), answer.group or ""
        allowed = f"Type one of: {listing([*map(str, Group), ABOUT_AREA])}."
        kept = own if typed and same_names(typed, own) else ""
        if group is None and not (kept or same_names(typed, ABOUT_AREA) or (not typed and not about)):
            near = likely_groups(typed, 0.5)
            remedy = f"Did you mean {_offer(near)}? {allowed}" if near else allowed
            self._fault(document, answer, f"'{typed}' is not a group." if typed else "it has no group.", remedy)
        elif group and beyond_its_group(typed) and not kept:
            remedy = f"Write the rest under '{WORDS}'. {allowed}"
            self._fault(document, answer, f"'{typed}' is more than a group.", remedy)
        if len(self.faults) > before:
            return None
        ids = tuple(dict.fromkeys(name for name in names if name))
        reported = tuple(name for name in ids if name in rows.index)
        gone = tuple(name for name in ids if name not in rows.index)
        return Comment(group, reported, heading=kept or str(group or ABOUT_AREA), gone=gone)

    def _add_new(self, document: FilledIn, answer: Answer) -> None:
        if not answer.lines:
            self._note(document, answer, "it has no words, so it adds nothing.")
            return
        told = self._heading(document, answer)
        if told is None:
            return
        words = write_lines(answer.lines)
        for one in self._comments().values():
            same = words_digest(box_content(one, self.scorecard.rows).lines) == answer.words
            if same and (one.comment.group, one.comment.indicators) == (told.group, told.indicators):
                return
        name = f"word-{digest(' '.join([str(told.group), *told.indicators, words]))}"
        cell = nbformat.v4.new_markdown_cell("", id=name, metadata={"tags": [TAG]})
        self.notebook.cells.insert(self._end_of_section(), cell)
        comment = with_words(told, words)
        self._write(cell, comment, "", self._figures(document, answer, comment, {}))
        self._came_from[name] = document.file
        self.changes.append(f"{document.area}, {self._title(answer)}: a new comment, from {document.file}.")

    def _end_of_section(self) -> int:
        comments = {one.cell: one for one in read_edition(self.notebook, self.scorecard) if not one.unplaced}
        places = [
            number for number, cell in commentary_cells(self.notebook) if str(cell.get("id", "")) in comments
        ] or [place for place, cell in enumerate(self.notebook.cells, start=1) if tagged(cell, START_TAG)]
        return max(places, default=len(self.notebook.cells))

    def _update(self, document: FilledIn, answer: Answer, one: Written, comment: Comment, *, still_right: bool) -> None:
        cell = self.notebook.cells[one.number - 1]
        kept = {} if still_right else one.pinned
        self._write(cell, comment, source_of(cell), self._figures(document, answer, comment, kept))
        self._came_from[one.cell] = document.file

    def _figures(self, document: FilledIn, answer: Answer, comment: Comment, kept: Figures) -> Figures:
        """Choose the figures to pin to: those kept, then those in the document, then the notebook's."""
        rows, known_as = self.scorecard.rows, former_names(self.notebook)
        seen = {find_indicator(name, rows, known_as) if name else AREA: each for name, each in document.figures.items()}
        shown = shown_in(self.notebook) or figures_shown(self.scorecard)
        about = (*comment.indicators, *comment.gone) or (() if comment.progress else (AREA,))
        missing = [shown[name]["name"] or "the area" for name in about if name in shown and not {name} & {*kept, *seen}]
        if missing and document.figures:
            text = f"the document has no figures of {listing(missing)}. Its words are pinned to those in the notebook."
            self._note(document, answer, text)
        chosen = {name: kept.get(name) or seen.get(name) or shown.get(name) for name in about}
        return {name: figures for name, figures in chosen.items() if figures}

    def _write(self, cell: NotebookNode, comment: Comment, before: str, figures: Figures) -> None:
        rows, known_as = self.scorecard.rows, former_names(self.notebook)
        names = [name_of(name, self.scorecard, known_as) for name in (*comment.indicators, *comment.gone)]
        cell["source"] = compose(comment, before, names, self.scorecard, known_as)
        pin(cell, read_comment(cell["source"], rows, known_as), figures)

    def _record_changes(
        self, document: FilledIn, answer: Answer, before: Written, now: Comment, *, take_words: bool
    ) -> None:
        where = f"{document.area}, {self._title(answer)}"
        if take_words and answer.lines:
            self.changes.append(f"{where}: the words, from {document.file}.")
        elif take_words:
            self.changes.append(f"{where}: the words were DELETED in {document.file}, and now in the notebook too.")
        contents = [box_content(each, self.scorecard.rows) for each in (before, replace(before, comment=now))]
        for change in describe_move(*((each.group, each.about) for each in contents)):
            self.changes.append(f"{where}: {change}, from {document.file}.")
        if not take_words and answer.confirmed:
            self.changes.append(f"{where}: confirmed against the figures in {document.file}.")
