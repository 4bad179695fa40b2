"""Progress of an edition's commentary: what is written, missing, out of date or questioned, and who signs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from quarterly.commentary.answers import own_words
from quarterly.commentary.checks import check_edition
from quarterly.commentary.finding import Finding, Level
from quarterly.commentary.read import figures_shown, read_area
from quarterly.commentary.signoff import Status, area_status
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Accepted, capitalised, count_of
from quarterly.data.project import edition_file
from quarterly.disclosure import open_basket


@dataclass(frozen=True)
class Progress:
    """Progress of one service area."""

    #: The id and short name of the area.
    area: str
    name: str
    written: int  # the number of comments with words
    #: The red and amber indicators without a comment, unless accepted.
    missing: list[Finding]
    outdated: int  # the number of comments whose figures have changed since
    questioned: list[Finding]  # the other findings about the words, unless accepted
    stops: list[Finding]  # the findings that prevent sign-off
    #: The roles, from ``data/areas.csv``; blank if not named there.
    written_by: str
    signed_by: str
    status: Status  # whether it is signed off

    @property
    def waits_for(self) -> str:
        """What prevents sign-off, in a few words; blank if it is signed off."""
        if self.status.signed:
            return ""
        waits = f"{count_of(len(self.stops), 'error')} to correct" if self.stops else "waiting for the signature"
        return f"{self.status.words}: {waits}"

    @property
    def to_write(self) -> bool:
        """Whether an officer has something to write."""
        return bool(self.missing or self.outdated or self.questioned)


def edition_progress(root: Path, quarter: Quarter, *, public: bool = False) -> list[Progress]:
    """Return the progress of each service area of an edition, in order.

    If ``public``, findings that depend on suppressed figures are left out.

    Raises
    ------
    DataFaults, UnknownQuarter, UnreadableNotebook
        As for `check_edition`.
    """
    opened = open_basket(root)
    scorecard = opened.scorecard(quarter)
    checked = [one for one in check_edition(root, quarter) if not (public and one.confidential)]
    open_findings = [one for one in checked if one.level is not Level.ACCEPTED]
    found = []
    for row in opened.known_at(quarter).areas.itertuples(index=False):
        path, part = edition_file(root, quarter, row.area_id), scorecard.area(row.area_id)
        now = figures_shown(part)
        comments = [one for one in read_area(root, row.area_id, quarter, part) or () if own_words(one.comment)]
        outdated = {one.number for one in comments if one.changed(now)}
        own = [one for one in open_findings if one.notebook == path.relative_to(root).as_posix()]
        missing = [one for one in own if one.kind is Accepted.SILENCE]
        questioned = [one for one in own if one not in missing and one.cell not in outdated]
        stops = [one for one in own if one.level is Level.ERROR]
        found.append(
            Progress(
                str(row.area_id),
                str(row.short_name),
                len(comments),
                missing,
                len(outdated),
                questioned,
                stops,
                str(row.written_by),
                str(row.signed_by),
                area_status(path),
            )
        )
    return found


def progress_table(found: list[Progress]) -> tuple[list[str], list[list[str]]]:
    """Return the headings and rows of the table of progress."""
    head = ["Service area", "Written", "Missing", "Out of date", "Questioned", "Signs", "Status"]
    rows = []
    for one in found:
        counts = [str(number) for number in (one.written, len(one.missing), one.outdated, len(one.questioned))]
        status = one.waits_for or one.status.words
        rows.append([one.name, *counts, one.signed_by or "Not named", capitalised(status)])
    return head, rows
