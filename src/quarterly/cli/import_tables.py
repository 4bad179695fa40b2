"""Show what an import would do, and do it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quarterly.cli.shared import print_paths, print_table
from quarterly.core.terms import count_of, listing
from quarterly.ingest.difference import Kind, counts_shown
from quarterly.ingest.tables import number_text
from quarterly.ingest.write import write_import

if TYPE_CHECKING:
    import pandas as pd

    from quarterly.data.load import Basket
    from quarterly.ingest.options import Options
    from quarterly.ingest.plan import Origin, Plan

_TITLES = {
    Kind.NEW: "New figures",
    Kind.CORRECTED: "Corrected figures of this quarter",
    Kind.RESTATED: "Restated figures of earlier quarters",
    Kind.WITHDRAWN: "Withdrawn figures, which are missing now",
}
_CHANGES = ["Indicator", "Quarter", "Change", "Current", "Extract", "As written", "Where"]
_YES_NO = {True: "yes", False: "no"}


def carry_out(root: Path, plan: Plan, origin: Origin, options: Options, *, dry_run: bool) -> None:
    """Write what an import changes, and list the files; or say that it was a dry run."""
    if dry_run:
        click.echo("Nothing was written: this was a dry run.")
    else:
        print_paths(write_import(root, plan, origin, options))


def show_plan(plan: Plan, basket: Basket, *, every: bool = True) -> None:
    """Print what an import would do, with a line for each new figure or for each indicator."""
    names = basket.indicators.set_index("indicator_id")["short_name"].to_dict()
    targets = [
        [names[row.indicator_id], row.old, row.new, str(plan.quarter), row.place]
        for row in plan.targets.itertuples(index=False)
    ]
    ratings = [
        [names[row.indicator_id], row.quarter, row.rag or "-", row.dot or "-", row.place]
        for row in plan.ratings.itertuples(index=False)
    ]
    # Those not yet accepted come first.
    doubts = [
        [f"{row.indicator_id}:{row.doubt}".removeprefix(":"), row.quarter, row.why, row.place, _YES_NO[row.accepted]]
        for row in plan.doubts.sort_values("accepted", kind="stable").itertuples(index=False)
    ]
    click.echo(_summary(plan))
    for title, head, rows in (
        *((title, _CHANGES, rows) for title, rows in change_rows(plan, names, every=every)),
        ("Targets", ["Indicator", "Current", "Extract", "From", "Where"], targets),
        ("Published ratings", ["Indicator", "Quarter", "RAG", "Direction", "Where"], ratings),
        ("To look at", ["Accept as", "Quarter", "Why", "Where", "Accepted"], doubts),
    ):
        if rows:
            print_table(plan.quarter.worded(title), [plan.quarter.worded(one) for one in head], rows)
    for row in plan.comparators.itertuples(index=False):
        click.echo(
            f"Comparator not imported: {row.indicator_id}, {row.comparator}: the extract has {row.value:g}, "
            f"data/comparators.csv {'none' if row.held != row.held else f'{row.held:g}'}. Add it there with its period."
        )
    for remark in plan.extract.remarks:
        click.echo(remark)


def _summary(plan: Plan) -> str:
    """State in a sentence what an import would do."""
    counts = plan.changes["kind"].value_counts()
    parts = [f"{counts.get(kind, 0)} {kind}" for kind in Kind if counts.get(kind, 0)]
    waiting = len(plan.unaccepted)
    look = f"{count_of(waiting, 'thing')} to look at" if waiting else "nothing left to look at"
    beside = {"target": len(plan.targets), "published rating": len(plan.ratings)}
    more = "".join(f"; {count_of(number, what)} new or changed" for what, number in beside.items() if number)
    return f"{plan.quarter}: {listing(parts) or 'no figures'}{more}; {look}."


def change_rows(plan: Plan, names: dict[str, str], *, every: bool = True) -> list[tuple[str, list[list[str]]]]:
    """Return the figures that would change: for each kind, its title and its rows.

    Without ``every``, new figures have one row for each indicator, with the first and the last of them.
    """
    return [
        (title, _series(part, names) if kind is Kind.NEW and not every else _changes(part, names))
        for kind, title in _TITLES.items()
        if len(part := plan.changes[plan.changes["kind"] == kind])
    ]


def _changes(part: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    rows = []
    for row in part.itertuples(index=False):
        old = number_text(row.old_value) or (row.old_missing if isinstance(row.old_missing, str) else "")
        new = number_text(row.value) or f"{row.missing} {f'({row.note})' if row.note else ''}".strip()
        before, after = counts_shown(row)
        name = names[row.indicator_id]
        rows.append([name, row.quarter, str(row.kind), old + before, new + after, row.written, row.place])
    return rows


def _series(part: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    rows = []
    for _, own in part.sort_values("quarter").groupby("indicator_id", sort=False):
        first, last = _changes(own.iloc[[0, -1]], names)
        if first != last:
            last[1], last[4] = (f"{before} to {after}" for before, after in ((first[1], last[1]), (first[4], last[4])))
            last[4] += f", {len(own)} figures"
        rows.append(last)
    return rows
