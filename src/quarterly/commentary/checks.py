"""Checks of an area's commentary: each finding names the cell, quotes the words and says how to correct them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from quarterly.commentary.answers import PROMISED, State, TrackedPromise, own_words
from quarterly.commentary.cells import SHOWN, Notebook, changed_outputs, read_stored_figures
from quarterly.commentary.claims import doubts
from quarterly.commentary.commitments import matches_nothing, undated
from quarterly.commentary.contradictions import in_wrong_group, without_commentary
from quarterly.commentary.disclosure_check import cells_with_records, given_away_in
from quarterly.commentary.finding import Finding, Level, quoted, with_accepted
from quarterly.commentary.format import NO_PROMISE, bullets_left_over, find_indicator, further_groups, near_names
from quarterly.commentary.groups import ABOUT_AREA, PROGRESS, likely_groups, same_names
from quarterly.commentary.markup_check import left_out_of_tables, private_links, seen_as_typed
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.pins import Figures, changes, describe
from quarterly.commentary.promises import area_promises, panel_promises
from quarterly.commentary.read import Written, figures_digest, figures_shown, read_edition
from quarterly.commentary.run_cells import commentary_cells
from quarterly.commentary.unpublished import gone_names, left_out, strays
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Group, listing
from quarterly.data.project import edition_file, edition_notebooks
from quarterly.disclosure import Publishable, open_basket
from quarterly.measures.cases import Figure
from quarterly.measures.scorecard import Scorecard

#: Minimum similarity of a line to an indicator's name to be taken as a misspelling of it.
_LIKENESS = 0.8
_RECORDS = (
    "This cell opens or shows records of children, and editions are published. Delete the cell. To look behind a "
    "figure, use a notebook elsewhere, such as in private/."
)


def check_edition(root: Path, quarter: Quarter, areas: list[str] | None = None) -> list[Finding]:
    """Check the commentary of the areas of an edition.

    Raises
    ------
    DataFaults
        The data has faults.
    UnknownArea, UnknownQuarter
        There is no such area, or there are no figures for the quarter.
    UnreadableNotebook
        A notebook is damaged.
    """
    opened = open_basket(root)
    basket, scorecard = opened.known_at(quarter), opened.scorecard(quarter)
    for area in areas or []:
        basket.require_area(area)
    found: list[Finding] = [] if areas else strays(root)
    for area in (one for one in basket.area_ids if not areas or one in areas):
        found += _of_area(root, area, scorecard, opened)
    if not areas:
        found += _of_no_area(root, quarter, basket.area_ids)
        found += unanswered(f"params/{quarter}.yml", None, panel_promises(root, quarter))
    return with_accepted(found, basket.accepted)


def _of_area(root: Path, area: str, scorecard: Scorecard, opened: Publishable) -> Iterator[Finding]:
    part = scorecard.area(area)
    path = edition_file(root, scorecard.quarter, area)
    name, notebook = path.relative_to(root).as_posix(), open_edition(path)
    if notebook is None:
        message = f"There is no notebook for this area yet. Run the quarter: quarterly run {scorecard.quarter}."
        yield Finding(Level.ERROR, name, None, "", message)
        return
    yield from check_commentary(name, notebook, part, list(opened.withheld))
    yield from (Finding(Level.ERROR, name, cell, "", _RECORDS) for cell in cells_with_records(notebook))
    yield from _exposed(name, part, opened.exposed)
    place = next((number for number, cell in commentary_cells(notebook) if PROMISED in cell["metadata"]), None)
    yield from unanswered(name, place, area_promises(root, area, scorecard))


def _of_no_area(root: Path, quarter: Quarter, known: list[str]) -> list[Finding]:
    """Check notebooks that belong to no area, and find those whose area was removed: no run updates them."""
    found: list[Finding] = []
    for path in edition_notebooks(root, quarter):
        if path.stem in known:
            continue
        notebook, name = open_edition(path), path.relative_to(root).as_posix()
        assert notebook is not None, "it was listed"  # noqa: S101
        found += [*left_out(name, notebook), *_other_outputs(name, notebook, quarter)]
        if SHOWN in notebook["metadata"]:
            message = (
                "Its service area is not in data/areas.csv, or has no indicators. Move the words to another area, "
                "then delete the file."
            )
            found.append(Finding(Level.ERROR, name, None, "", message))
    return found


def check_commentary(
    name: str, notebook: Notebook, scorecard: Scorecard, withheld: Sequence[Figure] = ()
) -> list[Finding]:
    """Check the commentary of one area against its figures as they are now.

    Findings are in cell order, those about no cell first. ``withheld`` are the figures that may not be published.
    """
    now = figures_shown(scorecard)
    read = read_edition(notebook, scorecard)
    found = [*_out_of_date(name, notebook, scorecard, now), *without_commentary(name, read, scorecard.rows)]
    for one in read:
        found += _about(name, one, notebook, scorecard, now)
    found += [*given_away_in(name, notebook, scorecard, withheld, read), *left_out(name, notebook, read)]
    found += _other_outputs(name, notebook, scorecard.quarter)
    return sorted(found, key=lambda finding: (finding.cell or 0, finding.level))


def _about(name: str, one: Written, notebook: Notebook, scorecard: Scorecard, now: Figures) -> Iterator[Finding]:
    if one.comment.empty:
        return
    quote = quoted(one.comment.words)
    if one.comment.gone and not one.comment.unplaced:
        message = (
            f"{gone_names(one, notebook)} is no longer reported in this area, but this comment still names it. "
            "Move or delete the words."
        )
        yield Finding(Level.ERROR, name, one.number, quote, message)
    changed = one.changed(now)
    if changed:
        message = f"{describe(changed)} Rewrite the words, or add 'Confirmed' as a separate paragraph at the end."
        yield Finding(Level.ERROR, name, one.number, quote, message)
    else:
        # Words whose figures have changed are already known not to match the new ones.
        yield from _doubted(name, one, scorecard)
    yield from in_wrong_group(name, one, scorecard.rows)
    yield from _unclear(name, one, scorecard)
    yield from _not_plain(name, one)
    yield from _promises(name, one, scorecard)
    for bullet in bullets_left_over(one.comment):
        for near in near_names(bullet, scorecard.rows, most=1, likeness=_LIKENESS):
            message = (
                f"This is not recognised as an indicator, so it is not one of the comment's. Did you mean '{near}'?"
            )
            yield Finding(Level.WARNING, name, one.number, bullet, message)


def _unclear(name: str, one: Written, scorecard: Scorecard) -> Iterator[Finding]:
    """Find headings that should name a group and do not, and headings of groups further down in the words."""
    heading, groups = one.comment.heading, listing([str(each) for each in Group])
    no_group = one.comment.group is None and not same_names(heading, ABOUT_AREA)
    if likely := likely_groups(heading, _LIKENESS) if no_group else []:
        message = (
            f"'{heading}' is not a group. Did you mean {listing(likely, 'or')}? The comment is published under the "
            f"heading as typed, and in no group. The groups are: {groups}."
        )
        yield Finding(Level.ERROR, name, one.number, heading, message)
    elif one.comment.group is None and find_indicator(heading, scorecard.rows):
        message = f"The heading is an indicator. Make the heading a group ({groups}), and name the indicator below."
        yield Finding(Level.ERROR, name, one.number, heading, message)
    for further in further_groups(one.comment.words):
        message = (
            f"This is published in '{one.comment.placed}', with the words above it. If it is a separate comment, move "
            "it to a new cell, with its heading."
        )
        yield Finding(Level.ERROR, name, one.number, further, message)


def _promises(name: str, one: Written, scorecard: Scorecard) -> Iterator[Finding]:
    """Find ``Not a promise:`` lines that match no promise in the comment, and promises that give no date."""
    for said in matches_nothing(one.comment, scorecard.quarter):
        message = "No promise in this comment begins with these words. Copy the beginning of the sentence."
        yield Finding(Level.WARNING, name, one.number, f"{NO_PROMISE}: {said}", message)
    for words, said in undated(one.comment, scorecard.quarter):
        message = f"Readers cannot tell when '{said}' is, because it counts from the day of writing. Write the date."
        yield Finding(Level.WARNING, name, one.number, quoted(words), message)


def unanswered(name: str, cell: int | None, promised: Sequence[TrackedPromise]) -> Iterator[Finding]:
    """Find earlier promises that are due and have no answer, or an answer that the figures contradict."""
    for one in promised:
        quote, where = quoted(one.words), f"under '{PROGRESS}'" if cell else "under 'meeting: progress:'"
        if one.state is State.NO_WORD:
            lead = "The answer does not begin with Kept, Late or Dropped" if one.answer else "There is no answer"
            message = f"{lead}. It was promised in {one.when}. Answer {where}: begin with Kept, Late or Dropped."
            yield Finding(Level.WARNING, name, cell, quote, message)
        elif one.state is State.NOT_AS_EXPECTED and one.answered_as is State.KEPT:
            message = f"It is answered as kept, but {one.figures}. Correct the answer or the figures."
            yield Finding(Level.WARNING, name, cell, quote, message)


def _not_plain(name: str, one: Written) -> Iterator[Finding]:
    """Report markup without effect, once per comment: text pasted from Word can have dozens of instances."""
    if typed := [f"'{said}'" for said in dict.fromkeys(seen_as_typed(one.comment.words))]:
        said = listing(typed)
        message = f"Readers see {said} as typed, because commentary is plain Markdown. Say it in words, or delete it."
        yield Finding(Level.WARNING, name, one.number, quoted(one.comment.words), message)
    if links := [f"'{link}'" for link in dict.fromkeys(private_links(one.comment.words))]:
        message = f"Readers outside the council cannot open {listing(links)}. Link to a public page, or delete it."
        yield Finding(Level.WARNING, name, one.number, quoted(one.comment.words), message)
    if lost := [f"'{quoted(said)}'" for said in left_out_of_tables(one.comment.words)]:
        said = listing(lost)
        message = f"Readers do not see {said}: the heading of the table has fewer cells than this row. Add one."
        yield Finding(Level.ERROR, name, one.number, quoted(one.comment.words), message)


def _exposed(name: str, scorecard: Scorecard, exposed: Sequence[Figure]) -> Iterator[Finding]:
    for figure in dict.fromkeys(exposed):
        if figure.indicator in scorecard.rows.index and figure.quarter <= str(scorecard.quarter):
            called = scorecard.rows.loc[figure.indicator, "name"]
            message = (
                f"The suppressed figure of {called} in {figure.quarter} can be worked out from figures that are exempt "
                "or were published before. Remove an exemption from params/disclosure.yml, or exempt this figure."
            )
            yield Finding(Level.ERROR, name, None, "", message, confidential=True)


def _doubted(name: str, one: Written, scorecard: Scorecard) -> Iterator[Finding]:
    rows = scorecard.rows.loc[list(one.comment.indicators)] if one.comment.indicators else scorecard.rows
    for doubt in doubts(own_words(one.comment), rows, scorecard.quarters, scorecard.comparators):
        message = f"It says '{doubt.said}', but {doubt.known}. Correct the words or the figures."
        yield Finding(Level.WARNING, name, one.number, doubt.quote, message)


def _out_of_date(name: str, notebook: Notebook, scorecard: Scorecard, now: Figures) -> Iterator[Finding]:
    shown, run = read_stored_figures(notebook, SHOWN), f"Run the quarter again: quarterly run {scorecard.quarter}."
    if shown.digest != figures_digest(scorecard) or changes(shown.figures, now):
        message = f"The figures in the notebook differ from those in data/ now. {run}"
        yield Finding(Level.ERROR, name, None, "", message)


def _other_outputs(name: str, notebook: Notebook, quarter: Quarter) -> Iterator[Finding]:
    """Find the cells that were run or changed by hand since the last run, and so show something else."""
    numbers = {str(cell.get("id", "")): number for number, cell in enumerate(notebook["cells"], start=1)}
    run = f"Run the quarter again: quarterly run {quarter}."
    for number in sorted({numbers.get(each, 0) for each in changed_outputs(notebook)}):
        gone = "A cell that showed something to readers was deleted since the last run."
        other = "This cell shows something other than the last run made: it was run or changed by hand."
        yield Finding(Level.ERROR, name, number or None, "", f"{other if number else gone} {run}")
