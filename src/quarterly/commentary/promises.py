"""Progress since the last report: the promises of earlier editions and the outcome of each.

Promises are read afresh from the cells of the editions that made them: carrying over, sign-off, versions and Word forms
already preserve those cells, and a separate table could only disagree with them. A promise is open until it
is kept or dropped, or its figure is known; a late one is open until its new date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from quarterly.commentary.answers import State, TrackedPromise, in_order, read_answers, with_answers, words_for_readers
from quarterly.commentary.commitments import Commitment, commitments
from quarterly.commentary.due_dates import due_of
from quarterly.commentary.groups import plain_name
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.read import Written, read_area, read_edition, then_in
from quarterly.core.dates import long_date
from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.core.terms import Polarity, count_of, listing
from quarterly.core.written import figure_cell
from quarterly.data.params import load_params
from quarterly.data.project import edition_file, edition_folder, edition_notebooks, editions, version_of
from quarterly.measures.scorecard import Scorecard

#: The key of the panel's recommendations; no area has a blank id.
PANEL = ""


def promised_in(one: Written, quarter: Quarter, rows: pd.DataFrame) -> list[Commitment]:
    """List the promises of a comment in the edition of a quarter; ``rows`` are those of its area."""
    about = one.comment.indicators or ([] if one.comment.gone else rows.index)
    return commitments(one.comment, quarter, dict(rows["name"].reindex(about)))


def area_promises(root: Path, area_id: str, scorecard: Scorecard) -> list[TrackedPromise]:
    """Follow an area's promises of earlier editions up to the quarter of a scorecard of all areas.

    The oldest promise comes first; empty if no earlier edition has an open promise. A promise stays with its area when
    its indicator moves to another. If its area was removed, it goes with the first indicator that it was about. Figures
    that are suppressed must already be removed from the scorecard.
    """
    history = []
    for quarter in _up_to(root, scorecard.quarter):
        found: list[Commitment] = []
        answers: list[str] = []
        for path in (edition_file(root, quarter, area_id), *_of_removed_areas(root, quarter, scorecard)):
            notebook = open_edition(path)
            if notebook is None:
                continue
            then = then_in(notebook, path.stem, scorecard)
            for written in read_edition(notebook, then):
                about = [*written.comment.indicators, *then.rows.index][:1]
                if path.stem == area_id or area_id in list(then.rows["area_id"].reindex(about)):
                    found += promised_in(written, quarter, then.rows)
                    answers += [written.comment.words] if written.comment.progress else []
        history.append((quarter, found, read_answers("\n\n".join(answers))[1]))
    return _follow(history, scorecard)


def _of_removed_areas(root: Path, quarter: Quarter, scorecard: Scorecard) -> list[Path]:
    """List the notebooks of an edition whose area was removed since, and with it its template."""
    there = {*scorecard.rows["area_id"], *(path.stem for path in (root / "notebooks").glob("*.ipynb"))}
    files = [path for path in edition_folder(root, quarter).glob("*.ipynb") if not version_of(path)]
    if all(path.stem in there for path in files):
        return []
    return [path for path in edition_notebooks(root, quarter) if path.stem not in there]


def panel_promises(root: Path, quarter: Quarter) -> list[TrackedPromise]:
    """Follow the panel's recommendations at earlier meetings, from ``params/<quarter>.yml``, up to a quarter."""
    history = []
    for each in _up_to(root, quarter):
        meeting = load_params(root, each).meeting
        found = [Commitment(each, text, due_of(text, each)) for text in meeting.get("recommendations") or ()]
        answers = {plain_name(said): str(text) for said, text in (meeting.get("progress") or {}).items()}
        history.append((each, found, answers))
    return _follow(history)


def edition_promises(root: Path, areas: Sequence[str], scorecard: Scorecard) -> dict[str, list[TrackedPromise]]:
    """Follow the promises of all areas, and the panel's recommendations under the key `PANEL`.

    Only areas with promises are included, with their promises in the order shown to readers.
    """
    found = {area: in_order(area_promises(root, area, scorecard)) for area in areas}
    found[PANEL] = in_order(panel_promises(root, scorecard.quarter))
    return {area: told for area, told in found.items() if told}


def promises_made(root: Path, area_id: str, scorecard: Scorecard) -> list[tuple[tuple[str, ...], Commitment]]:
    """List the promises of an area's comments this quarter, each with the indicators of its comment."""
    return [
        (one.comment.indicators, promise)
        for one in read_area(root, area_id, scorecard.quarter, scorecard) or ()
        for promise in promised_in(one, scorecard.quarter, scorecard.rows)
    ]


def _up_to(root: Path, quarter: Quarter) -> list[Quarter]:
    return [*(each for each in editions(root) if each < quarter), quarter]


def _follow(
    history: Sequence[tuple[Quarter, list[Commitment], dict[str, str]]], scorecard: Scorecard | None = None
) -> list[TrackedPromise]:
    """Follow promises through editions, given the quarter, promises and answers to earlier promises of each."""
    told: list[TrackedPromise] = []
    open_ones: dict[str, Commitment] = {}
    for quarter, found, answers in history:
        told = with_answers([without_answer(one, quarter, scorecard) for one in open_ones.values()], answers)
        # A late promise is due on the date that the answer gives.
        open_ones = {
            one.key: replace(one, due=due_of(each.answer, quarter)) if each.answered_as is State.LATE else one
            for one, each in zip(open_ones.values(), told, strict=True)
            if each.answered_as is State.LATE or each.state in (State.NO_WORD, State.NOT_DUE)
        }
        for one in found:
            open_ones.setdefault(one.key, one)
    return told


def without_answer(promise: Commitment, quarter: Quarter, scorecard: Scorecard | None) -> TrackedPromise:
    """Return a promise in a quarter before any answer: whether it is due, and what the figures show."""
    ends = Quarter.of(promise.due) if promise.due else quarter
    due = long_date(promise.due) if promise.due else ""
    told = TrackedPromise(promise.words, promise.said.short_label, due)
    if ends > quarter:
        return replace(told, known=State.NOT_DUE)
    known = [
        found
        for key, way in promise.expected
        if scorecard and (found := _compare_expectation(key, way, promise.said, ends, scorecard))
    ]
    if not known:
        return told
    right = [each for _, each in known]
    state = State.NO_WORD if None in right else State.AS_EXPECTED if all(right) else State.NOT_AS_EXPECTED
    return replace(told, known=state, figures="; ".join(text for text, _ in known))


def _compare_expectation(
    key: str, way: str, said: Quarter, ends: Quarter, scorecard: Scorecard
) -> tuple[str, bool | None] | None:
    """Compare an expectation with the figures: in words, and whether it came true; None if that is not known."""
    row = scorecard.records.get(key)
    if row is None or any(str(said) < begun <= str(ends) for begun in scorecard.redefined(key)):
        return None
    known = {each["quarter"]: each for each in scorecard.quarters_of(key)}
    then, now = known.get(str(said)), known.get(str(ends))
    cells = [
        figure_cell(row, each["value"], each["missing"]).words if each else "not available" for each in (then, now)
    ]
    text = f"{row['short_name']}: {cells[0]} in {said.short_label}, {cells[1]} in {ends.short_label}"
    values = [published(each["value"], row["decimals"]) if each else float("nan") for each in (then, now)]
    change = values[1] - values[0]
    judged = way in ("better", "worse")
    if pd.isna(change) or (judged and not row["polarity"]):
        return text, None
    rises = (row["polarity"] == Polarity.HIGHER) == (way == "better") if judged else way == "up"
    return text, bool(change > 0 if rises else change < 0)


def in_brief(told: Sequence[TrackedPromise]) -> str:
    """Return the number of promises in each state, in words.

    Examples
    --------
    >>> answers = {"a": "Kept.", "b": "kept", "c": ""}
    >>> in_brief([TrackedPromise(words, "Q1", answer=answer) for words, answer in answers.items()])
    '3 promises: 2 kept and 1 with no word.'
    """
    counts = Counter(one.state for one in told)
    parts = [f"{counts[state]} {'with ' * (state is State.NO_WORD)}{state.lower()}" for state in State if counts[state]]
    return f"{count_of(len(told), 'promise')}: {listing(parts)}." if parts else ""


def published_comments(root: Path, area_id: str, scorecard: Scorecard) -> list[Written]:
    """Read the comments of an area in notebook order, without placeholders and unplaced comments.

    Answers to promises are as readers see them.
    """
    read = read_area(root, area_id, scorecard.quarter, scorecard.area(area_id)) or ()
    written = [one for one in read if not one.comment.empty and not one.comment.unplaced]
    promised = area_promises(root, area_id, scorecard) if any(one.comment.progress for one in written) else []
    told = [replace(one.comment, words=words_for_readers(one.comment, promised)) for one in written]
    return [replace(one, comment=comment) for one, comment in zip(written, told, strict=True)]
