"""Read officers' comments from the editions in ``reports/``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quarterly.commentary.cells import (
    AREA,
    PINNED,
    SHOWN,
    Cell,
    Notebook,
    StoredFigures,
    digest,
    read_stored_figures,
    source_of,
)
from quarterly.commentary.format import Comment, read_comment
from quarterly.commentary.groups import ABOUT_AREA, plain_name, same_names
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.pins import Change, Figures, changes, describe, without_confidential
from quarterly.commentary.places import belongs_to
from quarterly.commentary.run_cells import CHANGED, commentary_cells
from quarterly.core.quarters import Quarter
from quarterly.core.terms import NOT_RATED
from quarterly.core.written import Row, figure_cell, judgement_cell, target_cell
from quarterly.data.project import edition_file, edition_notebooks
from quarterly.measures.rag import rag_counts, rag_sentence
from quarterly.measures.scorecard import Scorecard


@dataclass(frozen=True)
class Written:
    """A comment in a cell of an edition."""

    comment: Comment  # the comment as read
    cell: Cell
    number: int  # the cell's number in the notebook, from 1
    pinned: Figures  # the figures that it was written against, by indicator or `AREA`
    pin: StoredFigures  # what was stored with it when it was pinned

    @property
    def id(self) -> str:
        """The cell's id; blank if it has none."""
        return str(self.cell.get("id", ""))

    def changed(self, now: Figures) -> list[Change]:
        """List the figures that have changed since it was written."""
        return changes(self.pinned, now)

    def note(self, now: Figures) -> str:
        """Return a note for readers on figures that have changed since it was written; blank if none has."""
        changed = self.changed(now)
        return f"{CHANGED} {describe(changed)}" if changed else ""


def figures_shown(scorecard: Scorecard) -> Figures:
    """Return the figures of an area as currently shown.

    Each indicator has ``name``, ``value``, ``target``, ``rag`` and ``dot``; `AREA` has ``ratings``.
    """
    shown = {name: _indicator(row) for name, row in scorecard.records.items()}
    return {AREA: {"name": "", "ratings": rag_sentence(rag_counts(scorecard.rows))}, **shown}


def _indicator(row: Row) -> dict[str, str]:
    return {
        "name": row["name"],
        "value": figure_cell(row, row["value"], row["missing"]).words,
        "target": target_cell(row).full,
        "rag": row["rag"] or NOT_RATED.lower(),
        "dot": row["dot"] or judgement_cell("").words,
    }


def figures_digest(scorecard: Scorecard) -> str:
    """Return a digest of the whole scorecard of an area, to detect any change in it."""
    export = scorecard.export().to_csv(index=False, lineterminator="\n")
    return hashlib.sha256(export.encode("utf-8")).hexdigest()[:16]


def shown_in(notebook: Notebook) -> Figures:
    """Return the figures that a notebook shows, as stored by its last run."""
    return read_stored_figures(notebook, SHOWN).figures


def then_in(notebook: Notebook, area_id: str, scorecard: Scorecard) -> Scorecard:
    """Return the scorecard of the indicators that an area had when its notebook was run, and of those it has now."""
    areas, shown = scorecard.rows["area_id"].to_dict(), shown_in(notebook)
    return scorecard.only([name for name, area in areas.items() if area == area_id or name in shown])


def read_edition(notebook: Notebook, scorecard: Scorecard) -> list[Written]:
    """Read the comments of an area's notebook in order, including placeholders.

    A comment is pinned to the figures that the notebook showed when its words were last changed or confirmed; if
    those were not stored, to the current figures.
    """
    shown, now = shown_in(notebook), figures_shown(scorecard)
    return [_read_cell(number, cell, scorecard.rows, shown, now) for number, cell in commentary_cells(notebook)]


def former_names(notebook: Notebook) -> dict[str, str]:
    """Return indicator ids by the names in use when the notebook was run or a comment was pinned."""
    pinned = (read_stored_figures(cell, PINNED).figures for _, cell in commentary_cells(notebook))
    return _ids_by_name(shown_in(notebook), *pinned)


def _ids_by_name(*every: Figures) -> dict[str, str]:
    return {known["name"]: name for figures in every for name, known in figures.items() if known["name"]}


def _read_cell(number: int, cell: Cell, rows: pd.DataFrame, shown: Figures, now: Figures) -> Written:
    pin = read_stored_figures(cell, PINNED)
    kept = pin.figures
    comment = read_comment(source_of(cell), rows, _ids_by_name(shown, kept))
    comment = belongs_to(comment, pin, dict(rows["rag"]))
    still = pin.words == digest(comment.words) and not comment.confirmed
    newest, called = {**now, **kept, **shown}, {**kept, **shown, **now}
    against = {name: kept[name] if still and name in kept else newest.get(name) for name in comment.figures}
    # Store the latest name, because the bullets of a comment are rewritten with current names.
    pinned = {name: {**figures, "name": called[name]["name"]} for name, figures in against.items() if figures}
    pinned = without_confidential(pinned, now)
    return Written(comment, cell, number, pinned, pin)


def describe_move(before: tuple[str, Sequence[str]], now: tuple[str, Sequence[str]]) -> list[str]:
    """Describe the changes of a comment's group and indicators, as old → new.

    Examples
    --------
    >>> describe_move(("Red to watch", ["Agency workers"]), ("Red of concern", ["Agency workers"]))
    ['Red to watch → Red of concern']
    """
    groups = [] if same_names(before[0], now[0]) else [f"{before[0]} → {now[0]}"]
    was, is_now = ({plain_name(name) for name in names} for names in (before[1], now[1]))
    named = [", ".join(names) or "the area as a whole" for names in (before[1], now[1])]
    return groups + ([f"about {named[0]} → {named[1]}"] if was != is_now else [])


def regrouped(notebook: Notebook, scorecard: Scorecard) -> list[str]:
    """List the comments whose group or indicators have changed since the last run or import, as old → new."""
    names = {key: name for name, key in former_names(notebook).items()} | dict(scorecard.rows["name"])
    found = []
    for one in read_edition(notebook, scorecard):
        now = [names.get(name, name) for name in one.comment.named]
        if one.pin.group and not one.comment.empty:
            before = [names.get(name, name) for name in one.pin.indicators]
            changed = describe_move((one.pin.group, before), (one.comment.placed, now))
            found += [f"{(now or [ABOUT_AREA])[0]}: {each}" for each in changed]
    return found


def read_area(root: Path, area_id: str, quarter: Quarter, scorecard: Scorecard) -> list[Written] | None:
    """Read the comments on an area in the edition of a quarter; None if it has no notebook of the area.

    ``scorecard`` is that of the area, for any quarter.
    """
    notebook = open_edition(edition_file(root, quarter, area_id))
    return None if notebook is None else read_edition(notebook, scorecard)


def previous_comments(root: Path, area_id: str, scorecard: Scorecard) -> list[Written] | None:
    """Read the previous quarter's comments on an area, and those on its indicators that were in another area then.

    None if neither that area nor any of its indicators was in that quarter's edition. The scorecard is of all areas.
    """
    own = edition_file(root, scorecard.quarter.previous(), area_id)
    part, notebook = scorecard.area(area_id), open_edition(own)
    found = None if notebook is None else [one for one in read_edition(notebook, part) if not one.comment.empty]
    elsewhere = set(part.rows.index) - set(shown_in(notebook) if notebook else ())
    for path in edition_notebooks(root, scorecard.quarter.previous()) if elsewhere else ():
        other = open_edition(path) if path != own else None
        if other and (moved := elsewhere.intersection(shown_in(other))):
            here = [one for one in read_edition(other, part) if moved.intersection(one.comment.indicators)]
            found = [*(found or []), *(one for one in here if not one.comment.empty)]
    return found
