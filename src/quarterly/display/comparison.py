"""The comparison of two quarters in words and tables, for pages, the paper and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Unit, capitalised, count_of, in_a_sentence, listing
from quarterly.core.written import figure_cell, format_value, missing_words, points, rating_cell, target_cell
from quarterly.display.html import Html, data_table, long_table, paragraph
from quarterly.measures import compare as judged

#: How many of the largest moves are listed.
MOST = 10
_NO_PART = "Not possible: the earlier figure is 0"
#: Words about what only one of the quarters has: the title, two headings, and what is said if there is nothing.
_ONE = {
    "known": (
        "Figures available in only one of the two quarters",
        "Figure",
        "Why there is no figure in the other quarter",
        "Every figure is available in both quarters or in neither.",
    ),
    "rated": (
        "Indicators that could be rated in only one of the two quarters",
        "Rated",
        "Why it is not rated in the other quarter",
        "No indicator was rated in either quarter.",
    ),
}
_RATED_WORDS = {judged.ONLY_AFTER: "Newly rated", judged.ONLY_BEFORE: "No longer rated"}


@dataclass(frozen=True)
class ComparisonPart:
    """One table of a comparison, as text."""

    title: str
    head: list[str]  # the column headings
    rows: list[list[str]]  # the cells; none is empty
    nothing: str  # the sentence shown instead if there are no rows


def comparison_lead(changes: pd.DataFrame, before: Quarter, after: Quarter) -> str:
    """State in a few sentences what changed, and the direction of the comparison.

    ``changes`` are all or some of the rows of `quarterly.measures.compare.compare`; the quarters are in the order in
    which they were compared.
    """
    way = f"{'Going back in time from' if after < before else 'From'} {before.label} to {after.label}"
    if not _have_targets(changes):
        return f"{way}, {in_a_sentence(_figures_lead(changes))}."
    return f"{way}, {after.worded(_ratings_lead(changes))}. {_figures_lead(changes)}."


def _ratings_lead(changes: pd.DataFrame) -> str:
    if not (changes["rated"] == judged.BOTH).any():
        return "no ratings can be compared, because no indicator was rated in both quarters"
    went = judged.changed_ratings(changes)["rag_went"]
    counts = {"better": (went == judged.BETTER).sum(), "worse": (went == judged.WORSE).sum()}
    counts["rated in only one of the two quarters"] = (went == "").sum()
    split = listing([f"{number} {words}" for words, number in counts.items() if number])
    return f"{count_of(len(went), 'rating')} changed: {split}" if len(went) else "no rating changed"


def _figures_lead(changes: pd.DataFrame) -> str:
    counts = changes["went"].value_counts()
    words = {
        "got better": counts.get(judged.BETTER, 0),
        "got worse": counts.get(judged.WORSE, 0),
        "changed but could not be judged better or worse": counts.get(judged.UP, 0) + counts.get(judged.DOWN, 0),
        "did not change": counts.get(judged.UNCHANGED, 0),
        "cannot be compared": counts.get("", 0),
    }
    if len(changes) == 1:
        return f"The figure {next(text for text, number in words.items() if number)}"
    return f"Of {count_of(len(changes), 'figure')}, {listing([f'{n} {text}' for text, n in words.items() if n])}"


def comparison_rows(changes: pd.DataFrame, before: Quarter, after: Quarter) -> list[ComparisonPart]:
    """Return a comparison as tables: ratings, the largest moves, and what is known in only one quarter.

    ``changes`` and the quarters are as in `comparison_lead`.
    """
    figures = [_moved(changes, before, after), _in_one(changes, before, after, "known")]
    if not _have_targets(changes):
        return figures
    # Changed ratings include indicators rated in only one quarter, unless no rating can be compared: the lead says so.
    if (changes["rated"] == judged.BOTH).any():
        return [_ratings(changes, before, after), *figures]
    return [*figures, _in_one(changes, before, after, "rated")]


def _have_targets(changes: pd.DataFrame) -> bool:
    """Return whether any indicator has a target, or is not said to have none."""
    numbers = changes[["target_before", "target_after", "lower_before", "lower_after"]].notna().any(axis=1)
    directions = (changes[["direction_before", "direction_after"]] != "").any(axis=1)
    not_without = (changes[["target_missing_before", "target_missing_after"]] != "z").all(axis=1)
    return bool((numbers | directions | not_without).any())


def comparison_tables(changes: pd.DataFrame, before: Quarter, after: Quarter) -> Html:
    """Show a comparison on a page."""
    shown = paragraph(comparison_lead(changes, before, after))
    for place, part in enumerate(comparison_rows(changes, before, after)):
        # Most readers come for the changed ratings; other tables are one click away if they are long.
        table = long_table if place else data_table
        shown += table(part.title, part.head, part.rows, part.nothing)
    return shown


def _ratings(changes: pd.DataFrame, before: Quarter, after: Quarter) -> ComparisonPart:
    rows = [
        [
            row["short_name"],
            f"{_rag(row, 'before')}, {_figure(row, 'before')}",
            f"{_rag(row, 'after')}, {_figure(row, 'after')}",
            _targets(row, before),
            row["rag_went"].capitalize() or _RATED_WORDS[row["rated"]],
        ]
        for _, row in judged.changed_ratings(changes).iterrows()
    ]
    first, last = before.short_label, after.short_label
    return ComparisonPart(
        f"Ratings that changed from {first} to {last}",
        ["Indicator", first, last, "Target", "Better or worse"],
        rows,
        f"No ratings changed from {first} to {last}.",
    )


def _moved(changes: pd.DataFrame, before: Quarter, after: Quarter) -> ComparisonPart:
    moved = judged.moved_most(changes)
    # Moves whose relative size is unknown are always listed: a figure that rose from 0 may matter most.
    chosen = pd.concat([moved[moved["relative"].notna()].head(MOST), moved[moved["relative"].isna()]])
    rows = [
        [
            row["short_name"],
            _figure(row, "before"),
            _figure(row, "after"),
            _change(row),
            _measured(row),
            row["went"].capitalize() if row["went"] in (judged.BETTER, judged.WORSE) else "Neither",
            _rag(row, "after"),
        ]
        for _, row in chosen.iterrows()
    ]
    first, last = before.short_label, after.short_label
    which = "" if changes["change"].notna().all() else " that can be compared"
    some = f" ({len(rows)} of the {len(moved)} that changed)" if len(rows) < len(moved) else ""
    head = ["Indicator", first, last, "Change", "Size of the change", "Better or worse", f"RAG in {last}"]
    columns = len(head) if _have_targets(changes) else -1
    return ComparisonPart(
        f"What changed most from {first} to {last}{some}",
        head[:columns],
        [row[:columns] for row in rows],
        f"No figures{which} changed from {first} to {last}.",
    )


def _in_one(changes: pd.DataFrame, before: Quarter, after: Quarter, what: str) -> ComparisonPart:
    """List what only one of the quarters has; ``what`` is a key of `_ONE`."""
    title, head, why_head, nothing = map(after.worded, _ONE[what])
    rows = []
    for _, row in judged.in_one(changes, what).iterrows():
        has, lacks, quarter = ("after", "before", after)
        if row[what] == judged.ONLY_BEFORE:
            has, lacks, quarter = ("before", "after", before)
        said = _figure(row, has) if what == "known" else _rag(row, has)
        why = _why(row, lacks) if what == "known" else row[f"rag_reason_{lacks}"]
        rows.append([row["short_name"], f"{said} in {quarter.short_label}", why])
    return ComparisonPart(title, ["Indicator", head, why_head], rows, nothing)


def _side(row: pd.Series, side: str) -> dict[str, Any]:
    """Return an indicator's row with its values of one of the two quarters under their usual names."""
    return {**row, **{name: row[f"{name}_{side}"] for name in judged.SIDED}}


def _rag(row: pd.Series, side: str) -> str:
    return rating_cell(_side(row, side)).full


def _figure(row: pd.Series, side: str) -> str:
    return figure_cell(row, row[f"value_{side}"], row[f"missing_{side}"]).words


def _why(row: pd.Series, side: str) -> str:
    symbol, note = row[f"missing_{side}"], row[f"note_{side}"]
    text = missing_words(symbol, note) if symbol else "there is no figure for it"
    return capitalised(text)


def _targets(row: pd.Series, before: Quarter) -> str:
    first, second = (target_cell(_side(row, side)) for side in ("before", "after"))
    return second.full if first == second else f"{second.full} (in {before.short_label}: {first.words})"


def _change(row: pd.Series) -> str:
    size = format_value(abs(row["change"]), Unit.NUMBER, int(row["decimals"]))
    return f"{'Up' if row['change'] > 0 else 'Down'} {points(row, size)}"


def _measured(row: pd.Series) -> str:
    if pd.isna(row["relative"]):
        return _NO_PART
    part = abs(row["relative"]) * 100
    earlier = row["measured_by"] == judged.OF_EARLIER
    measure = format_value(row["measure"], row["unit"], int(row["decimals"]) if earlier else 0)
    return f"{part:,.{0 if part >= 1 else 1}f}% of the {row['measured_by']} of {measure}"
