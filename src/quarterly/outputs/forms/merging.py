"""Merge officers' words from Word into a notebook: a three-way merge based on the export.

A change made on one side is taken; different changes on both sides are a conflict for the user to resolve. No kernel
runs and no figure is computed: the next run of the quarter does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import nbformat
from nbformat import NotebookNode

from quarterly.commentary.cells import AREA, START_TAG, TAG, digest, source_of, tagged
from quarterly.commentary.format import Comment, find_indicator, near_names, read_comment
from quarterly.commentary.groups import ABOUT_AREA, beyond_its_group, likely_groups, read_group, same_names
from quarterly.commentary.pins import Figures
from quarterly.commentary.read import Written, describe_move, figures_shown, former_names, read_edition, shown_in
from quarterly.core.commentary_errors import BoxFault, Conflict
from quarterly.core.terms import Group, listing
from quarterly.editions.commentary_cells import pin
from quarterly.measures.scorecard import Scorecard
from quarterly.outputs.forms.boxes import NEW, Row, box_content, compose, title_of, with_words
from quarterly.outputs.forms.lines import words_digest
from quarterly.outputs.forms.markdown import write_lines
from quarterly.outputs.forms.reading import Answer, FilledIn


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
    #: The document from which a comment was last changed, by the id of its cell.
    came_from: dict[str, str] = field(default_factory=dict)

    def add(self, document: FilledIn) -> None:
        """Merge a document, collecting faults, conflicts, changes and notes.

        The notebook may be written only if there are no faults and no conflicts.
        """
        edited = [answer for answer in document.answers if answer.edited]
        if edited and not document.figures:
            self.notes.append(
                f"{document.file}: the tables of figures were deleted. Its words are pinned to the figures in the "
                "notebook."
            )
        for answer in edited:
            _BoxMerge(self, document, answer).add()

    def comments(self) -> dict[str, Written]:
        """Read the comments of the notebook as it is now, by the ids of their cells."""
        return {written.id: written for written in read_edition(self.notebook, self.scorecard)}


class _BoxMerge:
    """The merge of one box."""

    def __init__(self, merge: Merge, document: FilledIn, answer: Answer) -> None:
        self.merge, self.document, self.answer = merge, document, answer
        self.notebook, self.rows = merge.notebook, merge.scorecard.rows
        self.known_as = former_names(merge.notebook)
        self.title = title_of(answer.about, answer.group or ABOUT_AREA, self.rows)

    def add(self) -> None:
        """Take the changes that were made in Word only, or by the rule for conflicts."""
        base = self.answer.reference
        written = self.merge.comments().get(base.cell)
        if base.cell == NEW:
            self._add_new()
        elif written is None:
            self._add_again(_changed_in(base.words, words_digest(()), self.answer.words))
        else:
            self._change(written)

    def _takes(self, changed: _Side) -> bool:
        """Return whether a part of a comment is taken from Word, given where it was changed."""
        return changed is _Side.WORD or (changed is _Side.CONFLICT and self.merge.keep in (Keep.WORD, Keep.BOTH))

    def _change(self, written: Written) -> None:
        answer, base, now = self.answer, self.answer.reference, box_content(written, self.rows)
        typed, in_word = written.comment, base.heading
        if answer.heading != base.heading:
            read = self._heading(written.comment.heading)
            if read is None:
                return
            typed, in_word = read, box_content(replace(written, comment=read), self.rows).heading
        words = _changed_in(base.words, now.words, answer.words)
        heading = _changed_in(base.heading, now.heading, in_word)
        if self.merge.keep is Keep.ASK and _Side.CONFLICT in (words, heading):
            if words is _Side.CONFLICT:
                self._conflict("words", written.comment.text, write_lines(answer.lines, written.comment.text))
            if heading is _Side.CONFLICT:
                here, there = _listed(now.group, now.about), _listed(answer.group, answer.about)
                self._conflict("group or indicators", here, there)
            return
        take_words, take_heading = self._takes(words), self._takes(heading)
        still_right = answer.confirmed and answer.words == now.words
        if answer.confirmed and not still_right and not take_words:
            self._note("'Confirmed' was ignored: the words in the notebook have changed since.")
        comment, text = written.comment, written.comment.text
        if take_heading and heading is _Side.CONFLICT and self.merge.keep is Keep.BOTH:
            if typed.placed != comment.placed:
                self._note(f"the group stays '{comment.placed}'. In Word it is '{typed.placed}'.")
            indicators = tuple(dict.fromkeys((*comment.indicators, *typed.indicators)))
            comment = replace(comment, indicators=indicators, gone=tuple(dict.fromkeys((*comment.gone, *typed.gone))))
        elif take_heading:
            comment = typed
        if take_words and words is _Side.CONFLICT and self.merge.keep is Keep.BOTH:
            text = "\n\n".join(filter(None, [text, write_lines(answer.lines)]))
        elif take_words:
            text = write_lines(answer.lines, text)
        if take_words or take_heading or still_right:
            comment = with_words(comment, text)
            self._write(written.cell, comment, {} if still_right or take_words else written.pinned)
            self._record_changes(written, comment, take_words=take_words)

    def _add_again(self, words: _Side) -> None:
        """Merge a box whose cell is no longer in the notebook."""
        if self._takes(words):
            self._note("its cell is no longer in the notebook, so it is added as a new comment.")
            self._add_new()
        elif words is _Side.CONFLICT and self.merge.keep is Keep.ASK and self.answer.lines:
            self._conflict("words", "", write_lines(self.answer.lines))

    def _conflict(self, what: str, this: str, that: str) -> None:
        here = self.merge.came_from.get(self.answer.reference.cell, "the notebook")
        box = f"{self.document.area}, {self.title}"
        self.merge.conflicts.append(Conflict(box, what, here, self.document.file, this, that))

    def _note(self, text: str) -> None:
        self.merge.notes.append(f"{self.document.file}, {self.answer.box}: {text}")

    def _changed(self, what: str) -> None:
        self.merge.changes.append(f"{self.document.area}, {self.title}: {what}")

    def _fault(self, found: str, remedy: str) -> None:
        self.merge.faults.append(BoxFault(self.document.file, self.answer.box, found, remedy))

    def _heading(self, own: str = "") -> Comment | None:
        """Read the typed group and indicators; on faults, record them and return None.

        A comment may keep a heading in the officer's own words (`own`), but cannot be given one in Word.
        """
        before = len(self.merge.faults)
        about, typed = self.answer.about, self.answer.group
        names = [find_indicator(text, self.rows, self.known_as) for text in about]
        for text, name in zip(about, names, strict=True):
            if name is None:
                near = near_names(text, self.rows, most=3, likeness=0.5)
                remedy = _suggestion(near) or "The table at the end has the names of this area."
                self._fault(f"'{text}' is not an indicator of this area.", remedy)
        group = read_group(typed)
        allowed = f"Type one of: {listing([*map(str, Group), ABOUT_AREA])}."
        kept = own if typed and same_names(typed, own) else ""
        if group is None and not (kept or same_names(typed, ABOUT_AREA) or (not typed and not about)):
            remedy = f"{_suggestion(likely_groups(typed, 0.5))} {allowed}".strip()
            self._fault(f"'{typed}' is not a group." if typed else "it has no group.", remedy)
        elif group and beyond_its_group(typed) and not kept:
            self._fault(f"'{typed}' is more than a group.", f"Write the rest under '{Row.WORDS}'. {allowed}")
        if len(self.merge.faults) > before:
            return None
        ids = tuple(dict.fromkeys(name for name in names if name))
        reported = tuple(name for name in ids if name in self.rows.index)
        gone = tuple(name for name in ids if name not in self.rows.index)
        return Comment(group, reported, heading=kept or str(group or ABOUT_AREA), gone=gone)

    def _add_new(self) -> None:
        if not self.answer.lines:
            self._note("it has no words, so it adds nothing.")
            return
        typed = self._heading()
        if typed is None:
            return
        comments = self.merge.comments()
        for written in comments.values():
            same = box_content(written, self.rows).words == self.answer.words
            if same and (written.comment.group, written.comment.indicators) == (typed.group, typed.indicators):
                return
        words = write_lines(self.answer.lines)
        name = f"word-{digest(' '.join([str(typed.group), *typed.indicators, words]))}"
        cell = nbformat.v4.new_markdown_cell("", id=name, metadata={"tags": [TAG]})
        self.notebook.cells.insert(self._end_of_section(comments), cell)
        self._write(cell, with_words(typed, words), {})
        self._changed(f"a new comment, from {self.document.file}.")

    def _end_of_section(self, comments: dict[str, Written]) -> int:
        """Return the place after the last comment, or else where the commentary begins."""
        starts = [number for number, cell in enumerate(self.notebook.cells, start=1) if tagged(cell, START_TAG)]
        places = [written.number for written in comments.values() if not written.comment.unplaced] or starts
        return max(places, default=len(self.notebook.cells))

    def _figures(self, comment: Comment, kept: Figures) -> Figures:
        """Choose the figures to pin to: those kept, then those in the document, then the notebook's."""
        in_word = self.document.figures
        seen = {
            find_indicator(name, self.rows, self.known_as) if name else AREA: each for name, each in in_word.items()
        }
        shown = shown_in(self.notebook) or figures_shown(self.merge.scorecard)
        missing = [
            shown[name]["name"] or "the area"
            for name in comment.figures
            if name in shown and not {name} & {*kept, *seen}
        ]
        if missing and in_word:
            self._note(
                f"the document has no figures of {listing(missing)}. Its words are pinned to those in the notebook."
            )
        chosen = {name: kept.get(name) or seen.get(name) or shown.get(name) for name in comment.figures}
        return {name: figures for name, figures in chosen.items() if figures}

    def _write(self, cell: NotebookNode, comment: Comment, kept: Figures) -> None:
        """Write a comment into its cell, pinned to its figures."""
        figures = self._figures(comment, kept)
        cell["source"] = compose(comment, source_of(cell), self.rows, self.known_as)
        pin(cell, read_comment(cell["source"], self.rows, self.known_as), figures)
        self.merge.came_from[str(cell.get("id", ""))] = self.document.file

    def _record_changes(self, before: Written, now: Comment, *, take_words: bool) -> None:
        file = self.document.file
        if take_words and self.answer.lines:
            self._changed(f"the words, from {file}.")
        elif take_words:
            self._changed(f"the words were DELETED in {file}, and now in the notebook too.")
        was, is_now = (box_content(comment, self.rows) for comment in (before, replace(before, comment=now)))
        for change in describe_move((was.group, was.about), (is_now.group, is_now.about)):
            self._changed(f"{change}, from {file}.")
        if not take_words and self.answer.confirmed:
            self._changed(f"confirmed against the figures in {file}.")


def _suggestion(names: list[str]) -> str:
    """Ask whether one of some names is meant; blank if there are none."""
    offered = listing([f"'{name}'" for name in names], "or")
    return f"Did you mean {offered}?" if names else ""


def _listed(group: str, about: Sequence[str]) -> str:
    """Write a group and the indicators under it, to show a conflict."""
    return "\n".join([group, *(f"- {name}" for name in about)])
