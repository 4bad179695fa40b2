"""What a run changes in an edition that readers may have seen: its figures, and how they are described."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from quarterly.commentary.cells import AREA, SHOWN, read_stored_figures
from quarterly.commentary.notebook_files import open_edition
from quarterly.commentary.pins import Figures, changes
from quarterly.commentary.read import figures_shown
from quarterly.commentary.signoff import signed_version
from quarterly.core.quarters import Quarter
from quarterly.core.terms import capitalised
from quarterly.data.load import Basket
from quarterly.data.project import edition_notebooks, editions
from quarterly.data.schema import DESCRIBED, TABLE
from quarterly.disclosure import Publishable
from quarterly.ingest.tables import csv_of, text_cells
from quarterly.measures.scorecard import Scorecard

#: Columns of an indicator that say what is measured, so that another value makes another indicator.
_MEASURED = ("unit", "per", "period_basis")
_FORMER = TABLE["former_descriptions"]


def descriptions(basket: Basket, part: Scorecard, area: str) -> Figures:
    """Return how indicators are described, by id and column of their table, and their area (`AREA`) itself."""
    columns = (*DESCRIBED, *_MEASURED)
    found = {name: {column: str(row[column]) for column in columns} for name, row in part.records.items()}
    own = basket.areas.set_index("area_id")[["name", "short_name", "note"]].to_dict("index")
    return {AREA: own[area], **found} if area in own else found


def changes_to_published(
    root: Path, quarter: Quarter, opened: Publishable, areas: Collection[str] = ()
) -> Iterator[str]:
    """Yield what a run of an edition would change in areas that were signed off or have a later edition.

    An area is compared as it was signed, or else as it was last run; nothing else was published. The last line says how
    to keep how it was described. ``areas`` are the ids of those that are run; by default all.
    """
    known, whole = opened.known_at(quarter), opened.scorecard(quarter)
    figures, rows = figures_shown(whole), set[tuple[str, ...]]()
    later = quarter < max(editions(root), default=quarter)
    for path in edition_notebooks(root, quarter):
        area, notebook = path.stem, signed_version(path) or (open_edition(path) if later else None)
        if not notebook or SHOWN not in notebook["metadata"] or area not in (areas or [area]):
            continue
        shown, now = read_stored_figures(notebook, SHOWN), descriptions(known, whole, area)
        ratings = figures_shown(whole.area(area))[AREA]
        for change in changes(shown.figures, {**figures, AREA: ratings}):
            yield f"{change.name}: {change}" if change.name else capitalised(f"{area}: {change}")
        named = {name: {"name": each["name"], "area_id": area} for name, each in shown.figures.items() if name != AREA}
        for name, then in {**named, **shown.described}.items():
            today = now.get(name, then if name == AREA else {})
            if not today:
                yield f"{name} is no longer in data/indicators.csv. To keep it here, restore its rows from git."
            moved = then.get("area_id") != today.get("area_id")
            changed = [
                each for each in then if today and then[each] != today.get(each) and (moved or each != "position")
            ]
            for column in changed:
                if column in _MEASURED:
                    was, now_is = then[column] or "blank", today.get(column) or "blank"
                    yield (
                        f"{name}: its {column} was {was}, and is now {now_is}. What is measured otherwise is another "
                        "indicator: give it another id, and keep this one as it was."
                    )
                else:
                    about = ("areas", area) if name == AREA else ("indicators", name)
                    rows.add((*about, column, str(quarter), then[column]))
    if rows:
        lines = csv_of(text_cells(sorted(rows), _FORMER.columns)).rstrip().replace("\n", "\n  ")
        yield f"To keep these as published, put them into {_FORMER.file} and run the quarter again:\n  {lines}"
