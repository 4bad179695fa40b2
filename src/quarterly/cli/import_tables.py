"""What an import would do, as the rows of the printed tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quarterly.core.terms import count_of, listing
from quarterly.ingest.difference import Kind, counts_shown
from quarterly.ingest.tables import number_text

if TYPE_CHECKING:
    import pandas as pd

    from quarterly.ingest.plan import Plan

_TITLES = {
    Kind.NEW: "New figures",
    Kind.CORRECTED: "Corrected figures of this quarter",
    Kind.RESTATED: "Restated figures of earlier quarters",
    Kind.WITHDRAWN: "Withdrawn figures, which are missing now",
}


def import_summary(plan: Plan) -> str:
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
        (title, _series(part, names) if kind is Kind.NEW and not every else _each(part, names))
        for kind, title in _TITLES.items()
        if len(part := plan.changes[plan.changes["kind"] == kind])
    ]


def _each(part: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    return [_change(row, names) for row in part.itertuples(index=False)]


def _series(part: pd.DataFrame, names: dict[str, str]) -> list[list[str]]:
    rows = []
    for _, own in part.sort_values("quarter").groupby("indicator_id", sort=False):
        first, last = (_change(row, names) for row in own.iloc[[0, -1]].itertuples(index=False))
        if first != last:
            last[1], last[4] = (f"{before} to {after}" for before, after in ((first[1], last[1]), (first[4], last[4])))
            last[4] += f", {len(own)} figures"
        rows.append(last)
    return rows


def _change(row: Any, names: dict[str, str]) -> list[str]:
    old = number_text(row.old_value) or (row.old_missing if isinstance(row.old_missing, str) else "")
    new = number_text(row.value) or f"{row.missing} {f'({row.note})' if row.note else ''}".strip()
    before, after = counts_shown(row)
    return [names[row.indicator_id], row.quarter, str(row.kind), old + before, new + after, row.written, row.place]


def target_rows(plan: Plan, names: dict[str, str]) -> list[list[str]]:
    """Return the targets that would change."""
    return [
        [names[row.indicator_id], row.old, row.new, str(plan.quarter), row.place]
        for row in plan.targets.itertuples(index=False)
    ]


def rating_rows(plan: Plan, names: dict[str, str]) -> list[list[str]]:
    """Return the published ratings that would be written."""
    return [
        [names[row.indicator_id], row.quarter, row.rag or "-", row.dot or "-", row.place]
        for row in plan.ratings.itertuples(index=False)
    ]


def doubt_rows(plan: Plan) -> list[list[str]]:
    """Return the rows to look at, with those not yet accepted first."""
    ordered = plan.doubts.sort_values("accepted", kind="stable")
    rows = ((row, "yes" if row.accepted else "no") for row in ordered.itertuples(index=False))
    return [
        [f"{row.indicator_id}:{row.doubt}".removeprefix(":"), row.quarter, row.why, row.place, said]
        for row, said in rows
    ]
