"""Suppressed figures in officers' words: nothing is published until the words are changed or accepted."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from quarterly.commentary.answers import own_words
from quarterly.commentary.cells import INJECTED, SUPPRESSED, Notebook, as_written, source_of, tagged
from quarterly.commentary.finding import Finding, Level, quoted, with_accepted
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.read import Written, read_edition, shown_in, then_in
from quarterly.commentary.suppressed_numbers import given_away
from quarterly.core.errors import RecordsInEdition, ShowsSuppressed, SuppressedInWords
from quarterly.core.quarters import Quarter
from quarterly.core.terms import RECORDS_SHOWN, Accepted
from quarterly.data.project import DOWNLOADS, edition_notebooks, editions
from quarterly.disclosure import Publishable, open_basket
from quarterly.measures.cases import Figure
from quarterly.measures.scorecard import Scorecard


def require_nothing_given_away(root: Path, *, downloads: bool = True) -> None:
    """Require that no edition, with its open data, shows records or a suppressed figure, nor gives one away in words.

    Raises
    ------
    RecordsInEdition
        A notebook opens or shows records of children.
    ShowsSuppressed
        An edition was run before some of its figures were suppressed.
    SuppressedInWords
        Words give one away and that was not accepted; lists the notebook and cell of each.
    """
    require_no_records(root)
    opened = open_basket(root)
    withheld = list(opened.withheld)
    found: list[Finding] = []
    stale: list[str] = []
    for quarter in [each for each in editions(root) if withheld or opened.suppressed_at(each)]:
        scorecard, suppressed = opened.scorecard(quarter), opened.suppressed_at(quarter)
        for path in edition_notebooks(root, quarter):
            if notebook := open_edition(path):
                name, removed = path.relative_to(root).as_posix(), not (root / "notebooks" / path.name).is_file()
                shown = not removed or {figure.indicator for figure in withheld} & shown_in(notebook).keys()
                if shown and suppressed and notebook["metadata"].get(SUPPRESSED) != suppressed:
                    stale.append(f"delete {name} (its area was removed)" if removed else f"quarterly run {quarter}")
                part = then_in(notebook, path.stem, scorecard) if path.stem in opened.basket.area_ids else scorecard
                read = read_edition(notebook, part)
                found += given_away_in(name, notebook, part, withheld, read)
    stale += _stale_downloads(root, opened) if downloads else []
    if stale:
        raise ShowsSuppressed(list(dict.fromkeys(stale)))
    open_ones = [each for each in with_accepted(found, opened.basket.accepted) if each.level is Level.ERROR]
    if open_ones:
        # Build logs are widely read, so only `quarterly check` shows the figure itself.
        raise SuppressedInWords([f"{each.notebook}, cell {each.cell} ({each.id})" for each in open_ones])


def _stale_downloads(root: Path, opened: Publishable) -> Iterator[str]:
    """Yield the command to run for each quarter whose downloads were made before one of its figures was suppressed.

    All of them are written together, the open data last, which has every figure of the others. Without it they count as
    made before.
    """
    hidden = {(figure.indicator, figure.quarter) for figure in opened.withheld}
    for folder in sorted((root / "downloads").glob("*")):
        quarter, data = Quarter.read(folder.name), folder / "scorecard.csv"
        if quarter is None or not any((folder / name).is_file() for name in DOWNLOADS):
            continue
        shown = hidden
        if data.is_file():
            rows = csv.DictReader(io.StringIO(data.read_text(encoding="utf-8-sig"), newline=""))
            shown = {
                (row["indicator_id"], row["quarter"]) for row in rows if row["measure"] == "figure" and row["value"]
            }
        found = {place for place in shown & hidden if place[1] <= str(quarter)}
        if found and quarter in opened.basket.quarters:
            # Only another edition may have had a figure about few cases, before or after a correction.
            history = opened.scorecard(quarter).history.dropna(subset=["value"])
            found -= {*zip(history["indicator_id"], history["quarter"], strict=True)}
        if found:
            yield f"quarterly build {quarter}"


def given_away_in(
    name: str, notebook: Notebook, scorecard: Scorecard, withheld: Sequence[Figure], read: Sequence[Written]
) -> Iterator[Finding]:
    """Find suppressed figures in everything that people wrote in a notebook, including its comments (`read`).

    A comment on indicators is compared with their withheld figures, any other text with all of them.
    """
    if not withheld:
        return
    rows = scorecard.rows
    public = {str(key): [row[str(quarter)] for quarter in scorecard.quarters] for key, row in rows.iterrows()}
    comments = {one.number: one.comment for one in read}
    for number, cell in enumerate(notebook["cells"], start=1):
        comment = comments.get(number)
        if comment is None and (cell["cell_type"] == "code" or as_written(cell) or tagged(cell, INJECTED)):
            continue
        words = "\n\n".join([own_words(comment), *comment.promised]) if comment else source_of(cell)
        about = comment.indicators if comment else ()
        hidden = [figure for figure in withheld if figure.indicator in (about or rows.index)]
        found = given_away(words, hidden, public)
        for said, key in dict.fromkeys((said, figure.indicator) for said, figure in found):
            message = (
                f"It says '{said}'. That is, or gives away, a suppressed figure of {rows.loc[key, 'name']}, or the "
                "number of cases behind it. Delete it. If it counts something else, reword it, or accept this finding."
            )
            finding = Finding(Level.ERROR, name, number, quoted(words), message, Accepted.SUPPRESSED, key, words)
            yield replace(finding, confidential=True)


#: A line of code that opens records, whatever the form of the import.
_OPENS = re.compile(r"\bquarterly\b[^\n]*\brecords\b|\bopen_records\b")


def cells_with_records(notebook: Notebook) -> list[int]:
    """Return the numbers, from 1, of the cells of a notebook that open or show records."""
    return [
        number
        for number, cell in enumerate(notebook["cells"], start=1)
        if cell["cell_type"] == "code"
        and (
            _OPENS.search(source_of(cell))
            or any(RECORDS_SHOWN in output.get("data", {}) for output in cell.get("outputs", []))
        )
    ]


def require_no_records(root: Path) -> None:
    """Raise `RecordsInEdition` if a notebook of any edition opens or shows records."""
    places = [
        f"{path.relative_to(root).as_posix()}, cell {number}"
        for path in edition_notebooks(root)
        if b"records" in path.read_bytes() and (notebook := open_edition(path))
        for number in cells_with_records(notebook)
    ]
    if places:
        raise RecordsInEdition(places)
