"""What a run changes in an edition that readers may have seen: its figures, and how they are described."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from quarterly.commentary.cells import AREA, SHOWN, Notebook, read_stored_figures
from quarterly.commentary.pins import Figures, changes, figures_shown
from quarterly.commentary.signoff import signed_version
from quarterly.core.quarters import Quarter
from quarterly.core.terms import capitalised
from quarterly.data.load import Basket
from quarterly.data.project import edition_file, editions
from quarterly.data.schema import DESCRIBED, TABLE
from quarterly.ingest.tables import csv_of, text_cells
from quarterly.measures.scorecard import Scorecard

#: Columns of an indicator that say what is measured, so that another value makes another indicator.
_MEASURED = ("unit", "per", "period_basis")
_FORMER = TABLE["former_descriptions"]


def descriptions(basket: Basket, part: Scorecard, area: str) -> Figures:
    """Return how an area's indicators are described, by id and column of their table, and the area (`AREA`) itself."""
    columns = [column for column in (*DESCRIBED, *_MEASURED) if column != "position"]
    found = {name: {column: str(row[column]) for column in columns} for name, row in part.records.items()}
    return {AREA: {column: basket.require_area(area)[column] for column in ("name", "short_name", "note")}, **found}


def changes_to_published(
    root: Path, quarter: Quarter, area: str, edition: Notebook, part: Scorecard, basket: Basket
) -> Iterator[str]:
    """Yield what a run changes in an area that was signed off or has a later edition, and how to keep it.

    It is compared as it was signed, or else as it was last run. ``basket`` is what was known at the quarter, and
    ``part`` the area's scorecard. Nothing else was published.
    """
    signed = signed_version(edition_file(root, quarter, area))
    if not signed and quarter >= max(editions(root)):
        return
    shown = read_stored_figures(signed or edition, SHOWN)
    for change in changes(shown.figures, figures_shown(part)):
        yield f"{change.name}: {change}" if change.name else capitalised(str(change))
    now, every = descriptions(basket, part, area), basket.indicators.set_index("indicator_id")
    named = {name: {"name": known["name"]} for name, known in shown.figures.items() if name != AREA}
    rows: list[tuple[str, ...]] = []
    for name, then in {**named, **shown.described}.items():
        if name not in now and name not in every.index:
            yield f"{name} is no longer in data/indicators.csv. To keep it here, restore its rows from git."
            continue
        today = now.get(name) or {column: str(value) for column, value in every.loc[name].items()}
        then = {"area_id": area, **then} if name != AREA else then
        for column in [column for column in then if then[column] != today.get(column)]:
            if column in _MEASURED:
                yield (
                    f"{name}: its {column} was {then[column] or 'blank'}, and is now {today.get(column) or 'blank'}. "
                    "What is measured otherwise is another indicator: give it another id, and keep this one as it was."
                )
            else:
                about = ("areas", area) if name == AREA else ("indicators", name)
                rows.append((*about, column, str(quarter), then[column]))
    if rows:
        lines = csv_of(text_cells(sorted(rows), _FORMER.columns)).rstrip().replace("\n", "\n    ")
        yield f"To keep these as published, put them into {_FORMER.file} and run the quarter again:\n    {lines}"
