"""The commentary section of an edition's notebook: officers' words carried over, and empty comments to fill in.

Each comment follows the figures that it is about, which are shown in JupyterLab and not published. A note marks words
whose figures have changed since; words whose indicators are gone come at the end.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence

import nbformat
from nbformat import NotebookNode

from quarterly.commentary.answers import PROMISED, TrackedPromise, to_metadata, with_questions, write_question
from quarterly.commentary.cells import AREA, PINNED, TAG, UNPLACED_TAG, WRITTEN, as_written, digest, source_of, tags_of
from quarterly.commentary.format import Comment, read_comment, with_names_of_today, without_confirmation, write_comment
from quarterly.commentary.groups import PROGRESS, is_standing_heading
from quarterly.commentary.pins import Figures
from quarterly.commentary.places import OFFERED, needed_placeholders, reading_order
from quarterly.commentary.read import Written, figures_shown, former_names, read_edition
from quarterly.commentary.run_cells import CHANGED, UNPLACED, UNPLACED_END
from quarterly.measures.scorecard import Scorecard

_LONGEST_ID = 64


def write_commentary(
    edition: NotebookNode | None,
    scorecard: Scorecard,
    others: set[str],
    promised: Sequence[TrackedPromise] = (),
    *,
    places: bool,
) -> list[NotebookNode]:
    """Write the cells of the commentary section, in reading order: the area first, then the four groups.

    ``others`` are the ids of the notebook's other cells. An empty comment asks what has become of each promise of
    earlier editions. Without ``places`` no empty comments are added, and the section only keeps existing words.
    """
    now = figures_shown(scorecard)
    known_as = former_names(edition) if edition else {}
    every = read_edition(edition, scorecard) if edition else []
    read = [one for one in every if not _untouched(one, scorecard, known_as)]
    begun = _begun(read)
    kept = [one for one in read if not one.comment.empty or one in begun]
    carried = [(one, _carried(one, scorecard, known_as, promised)) for one in kept]
    placed = [(one.comment, cell, one) for one, cell in carried if not one.comment.unplaced]
    have = {name for one in begun for name in one.comment.indicators}
    needed = needed_placeholders(scorecard.rows, [one.comment for one in read]) if places else []
    offered = [place for place in needed if not have & {*place.indicators}]
    if places and promised and not any(one.comment.progress for one in read):
        offered.append(Comment(None, (), "\n".join(map(write_question, promised)), PROGRESS))
    taken = others | {one.id for one in kept}
    both = placed + [(comment, _empty_comment(comment, scorecard, now, taken, promised), None) for comment in offered]
    section = [
        part
        for comment, cell, one in sorted(both, key=lambda each: reading_order(each[0]))
        for part in (_figures_cell(comment, cell, taken), cell, *_changed(one, cell, now, taken))
    ]
    unplaced = [cell for one, cell in carried if one.comment.unplaced]
    guide = [_generated(nbformat.v4.new_code_cell("#| include: false\nreport.how_to_comment()"), "beside-guide", taken)]
    heading = _generated(nbformat.v4.new_markdown_cell(UNPLACED), "unplaced-heading", taken, UNPLACED_TAG)
    end = _generated(nbformat.v4.new_markdown_cell(UNPLACED_END), "unplaced-end", taken)
    return (guide if places else []) + section + ([heading, *unplaced, end] if unplaced else [])


def _untouched(one: Written, scorecard: Scorecard, known_as: dict[str, str]) -> bool:
    """Return whether an empty comment is unchanged since it was offered, even if its marks are gone."""
    cell, source = one.cell, without_confirmation(source_of(one.cell)).strip()
    if WRITTEN in cell["metadata"] or not one.comment.empty or len(one.comment.indicators) > 1 or one.comment.gone:
        return as_written(cell) or digest(source) == cell["metadata"].get(WRITTEN)
    groups = OFFERED if one.comment.indicators else [None]
    offered = [write_comment(Comment(group, one.comment.indicators), scorecard.rows) for group in groups]
    return with_names_of_today(source, scorecard.rows, known_as) in offered


def _begun(read: list[Written]) -> list[Written]:
    """Find the empty comments that were begun, or given another group or other indicators."""
    own = [
        one for one in read if one.comment.empty and (one.comment.text or not is_standing_heading(one.comment.heading))
    ]
    covered = {name for one in read if not one.comment.empty or one in own for name in one.comment.indicators}
    chosen = []
    for one in read:
        comment, new = one.comment, not covered & {*one.comment.indicators}
        if comment.empty and one not in own and comment.heading and comment.indicators and new:
            chosen.append(one)
            covered |= {*comment.indicators}
    return own + chosen


def _carried(
    one: Written, scorecard: Scorecard, known_as: dict[str, str], promised: Sequence[TrackedPromise]
) -> NotebookNode:
    """Carry a comment over as typed, apart from the names of renamed indicators and the confirmation."""
    cell: NotebookNode = copy.deepcopy(one.cell)
    source = source_of(cell)
    if one.comment.confirmed:
        source = without_confirmation(source)
    said = read_comment(source, scorecard.rows, known_as)
    if one.comment.named and not said.named:
        # Its heading and bullets were deleted with the prompt.
        source = write_comment(one.comment, scorecard.rows, known_as)
    cell["source"] = with_names_of_today(source, scorecard.rows, known_as)
    if one.comment.progress:
        cell["source"] = with_questions(cell["source"], promised)
        cell["metadata"][PROMISED] = nbformat.from_dict(to_metadata(promised))
    tags = tags_of(cell)
    cell["metadata"]["tags"] = tags if TAG in tags else [*tags, TAG]
    pin(cell, one.comment, one.pinned)
    return cell


def pin(cell: NotebookNode, comment: Comment, figures: Figures) -> None:
    """Record in a comment's cell its group and the figures against which its words were written."""
    kept = {"words": digest(comment.words), "figures": figures, "group": comment.placed}
    cell["metadata"][PINNED] = nbformat.from_dict(kept)


def _empty_comment(
    comment: Comment, scorecard: Scorecard, now: Figures, taken: set[str], promised: Sequence[TrackedPromise]
) -> NotebookNode:
    cell = nbformat.v4.new_markdown_cell(write_comment(comment, scorecard.rows))
    name = comment.indicators[0] if comment.indicators else "progress" if comment.progress else "about-this-area"
    place = _generated(cell, f"place-{name}", taken, TAG)
    if comment.progress:
        place["metadata"][PROMISED] = nbformat.from_dict(to_metadata(promised))
    pin(place, comment, {about: now[about] for about in comment.indicators or (AREA,)})
    return place


def _figures_cell(comment: Comment, cell: NotebookNode, taken: set[str]) -> NotebookNode:
    """Write the cell that shows an officer the figures, and what was said about them last quarter.

    ``include: false`` keeps it off the page with either renderer; JupyterLab shows its output and hides its code.
    """
    names = [json.dumps(name) for name in comment.indicators]
    arguments = names[0] if len(names) == 1 else "".join(f"\n    {name}," for name in names) + "\n" * bool(names)
    call = "promised()" if comment.progress else f"beside({arguments})"
    beside = nbformat.v4.new_code_cell(f"#| include: false\nreport.{call}")
    return _generated(beside, f"beside-{cell['id']}", taken)


def _changed(one: Written | None, cell: NotebookNode, now: Figures, taken: set[str]) -> Iterable[NotebookNode]:
    """Yield a note that the figures of a comment have changed, if they have."""
    note = one.note(now) if one and not one.comment.empty else ""
    if note:
        text = f"> {note.replace(CHANGED, f'**{CHANGED}**')}"
        yield _generated(nbformat.v4.new_markdown_cell(text), f"changed-{cell['id']}", taken)


def _generated(cell: NotebookNode, name: str, taken: set[str], *tags: str) -> NotebookNode:
    """Mark a cell as written by a run, and give it a unique id."""
    wanted = name if len(name) <= _LONGEST_ID else f"{name[:40]}-{digest(name)}"
    free = (wanted if count == 1 else f"{wanted[:60]}-{count}" for count in range(1, len(taken) + 2))
    cell["id"] = next(name for name in free if name not in taken)
    taken.add(cell["id"])
    cell["metadata"][WRITTEN] = digest(source_of(cell))
    if tags:
        cell["metadata"]["tags"] = list(tags)
    if cell["cell_type"] == "code":
        cell["metadata"]["jupyter"] = nbformat.from_dict({"source_hidden": True})
    return cell
