"""The scorecard: one row per indicator for a quarter. Everything shown or published comes from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

import pandas as pd

from quarterly.core.errors import DataFaults, Fault, UnknownIndicator
from quarterly.core.quarters import Quarter
from quarterly.core.terms import BY_DECISION, listing
from quarterly.core.written import Cell, Row, figure_cell, missing_words, plain, public_note
from quarterly.data.evidence import new_definitions
from quarterly.data.load import Basket
from quarterly.data.revisions import revisions
from quarterly.data.schema import NOT_TARGETED, TABLE
from quarterly.measures.judge import judge
from quarterly.measures.rag import NO_VALUE
from quarterly.measures.targets import newest


@dataclass(frozen=True)
class Scorecard:
    """The judged figures of one quarter."""

    quarter: Quarter
    quarters: list[Quarter]  # the quarters shown, oldest first; the reporting quarter is the last
    #: One row per indicator, indexed by ``indicator_id``, in report order: the columns of ``data/indicators.csv``,
    #: the value in each shown quarter, and for the reporting quarter ``value``, ``previous``, ``target``,
    #: ``direction``, ``target_missing``, ``target_note``, ``tolerance``, ``amber_limit``, ``baseline``, ``rag``,
    #: ``rag_reason``, ``dot``, ``dot_reason``, the comparators, ``rag_published`` and ``dot_published``.
    rows: pd.DataFrame
    #: One row per indicator and known quarter: each quarter's figures, judged by what applied then.
    history: pd.DataFrame
    #: The known changes: ``indicator_id``, ``quarter``, ``treatment``, ``reason``.
    known_changes: pd.DataFrame
    #: The labels of the basket's comparators, by id, in the order of the columns.
    comparators: dict[str, str]
    #: Figures of earlier quarters revised since they were last published (`quarterly.data.revisions.revisions`).
    revised: pd.DataFrame

    def view(self) -> Scorecard:
        """Return shallow copies of the tables, so that changes by one caller do not affect another."""
        tables = ("rows", "history", "known_changes", "revised")
        return replace(self, **{name: getattr(self, name).copy(deep=False) for name in tables})

    def showing(self, length: int) -> Scorecard:
        """Return the same scorecard with another number of quarters shown."""
        quarters = self.quarter.window(length)
        if quarters == self.quarters:
            return self
        place = self.rows.columns.get_loc(str(self.quarters[0]))
        rest = self.rows.drop(columns=[str(quarter) for quarter in self.quarters])
        rows = rest.iloc[:, :place].join(_values(self.history, quarters)).join(rest.iloc[:, place:])
        return replace(self, quarters=quarters, rows=rows)

    def area(self, area_id: str) -> Scorecard:
        """Return the scorecard of one service area."""
        if area_id not in self._areas:
            self._areas[area_id] = self.only(list(self.rows.index[self.rows["area_id"] == area_id]))
        return self._areas[area_id]

    def only(self, indicator_ids: list[str]) -> Scorecard:
        """Return the scorecard of some indicators, in the order given.

        Raises
        ------
        UnknownIndicator
            If there is no such indicator.
        """
        self.require(*indicator_ids)
        history = self.history[self.history["indicator_id"].isin(indicator_ids)]
        revised = self.revised[self.revised["indicator_id"].isin(indicator_ids)]
        return replace(self, rows=self.rows.loc[indicator_ids], history=history, revised=revised)

    def require(self, *indicator_ids: str) -> None:
        """Raise `UnknownIndicator`, with the closest ids, unless all the indicators exist."""
        for name in indicator_ids:
            if not isinstance(name, str) or name not in self.rows.index:
                raise UnknownIndicator(name, list(self.rows.index))

    def quarters_of(self, indicator_id: str) -> list[dict[str, Any]]:
        """Return each known quarter of an indicator as a complete row for display, oldest first."""
        return [self.records[indicator_id] | judged for judged in self._judged.get(indicator_id, [])]

    def figure_cells(self, indicator_id: str) -> list[Cell]:
        """Return an indicator's figures for the shown quarters as cells, oldest first."""
        row = self.records[indicator_id]
        symbols = {judged["quarter"]: judged["missing"] for judged in self._judged.get(indicator_id, [])}
        return [figure_cell(row, row[name], symbols.get(name, "x")) for name in map(str, self.quarters)]

    def missing_of(self, indicator_id: str) -> dict[tuple[str, str], list[str]]:
        """Return the shown quarters in which an indicator has no figure, by symbol and note."""
        shown = {str(quarter) for quarter in self.quarters}
        found: dict[tuple[str, str], list[str]] = {}
        for judged in self._judged.get(indicator_id, []):
            if judged["missing"] and judged["quarter"] in shown:
                found.setdefault((judged["missing"], judged["note"]), []).append(judged["quarter"])
        return found

    @property
    def has_targets(self) -> bool:
        """Whether any indicator is meant to have a target; if not, ratings are not mentioned."""
        return bool((self.rows["target_missing"] != "z").any())

    @property
    def has_published(self) -> bool:
        """Whether any rating or direction of travel of the quarter was published."""
        return bool((self.rows["rag_published"] + self.rows["dot_published"]).any())

    def redefined(self, indicator_id: str) -> dict[str, str]:
        """Return the quarters in which a new definition of an indicator begins, each with the reason."""
        return self._redefined.get(indicator_id, {})

    def comparable(self, indicator_id: str, earlier: Quarter) -> bool:
        """Return whether an indicator still has the definition that it had in an earlier quarter."""
        return all(quarter <= str(earlier) for quarter in self.redefined(indicator_id))

    # These caches are built for all indicators at once, because every table and chart uses each of them.

    @cached_property
    def _areas(self) -> dict[str, Scorecard]:
        return {}

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """The rows as dictionaries, by indicator id, because reading a pandas row is many times slower."""
        return dict(zip(map(str, self.rows.index), self.rows.to_dict("records"), strict=True))

    @cached_property
    def _judged(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for judged in self.history.to_dict("records"):
            found.setdefault(judged["indicator_id"], []).append(judged)
        return found

    @cached_property
    def _redefined(self) -> dict[str, dict[str, str]]:
        return new_definitions(self.known_changes)

    @cached_property
    def _revisions(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for revision in self.revised.itertuples(index=False):
            found.setdefault(str(revision.indicator_id), []).append(revision)
        return found

    def export(self) -> pd.DataFrame:
        """Return the scorecard with the columns that other programs rely on, and reasons in ``note``."""
        return self.figures().assign(note=[self._note(name) for name in self.records])

    def figures(self) -> pd.DataFrame:
        """Return the same table as `export`, without the notes."""
        rows = self.rows
        table = pd.DataFrame({"area": rows["area_id"], "indicator_id": rows.index, "indicator": rows["name"]})
        table = table.join(rows[["unit", "polarity"]])
        for quarter in self.quarters:
            table[str(quarter)] = _plain(rows[str(quarter)])
        bands = _plain(rows["lower"]).astype(str) + " to " + _plain(rows["upper"]).astype(str)
        words = rows["direction"].astype(object).where(rows["lower"].isna(), bands)
        table["target"] = _plain(rows["target"]).where(rows["target"].notna(), words)
        second = ("second_dot",) if (rows["second_dot_basis"] != "").any() else ()
        for column in ("rag", "dot", *second, *self.comparators, "rag_published", "dot_published"):
            table[str(column)] = rows[str(column)]
        return table.reset_index(drop=True)

    def caveats(self, indicator_id: str, written: Callable[[str], str] = Quarter.labelled) -> list[str]:
        """List the caveats on an indicator's figures: what is missing and why, and what cannot be judged.

        ``written`` is how quarters are written.
        """
        row = self.records[indicator_id]
        parts = [
            f"{listing([written(quarter) for quarter in quarters])} {missing_words(symbol, note)}"
            for (symbol, note), quarters in self.missing_of(indicator_id).items()
        ]
        if row["target_missing"] not in ("", "z"):
            parts.append(f"Target {missing_words(row['target_missing'], row['target_note'])}")
        elif row["rag_reason"] not in ("", NO_VALUE, *BY_DECISION):
            parts.append(row["rag_reason"])
        if row["target_comparator"]:
            parts.append(f"The target follows the comparator {self.comparators[row['target_comparator']]}")
        for revision in self._revisions.get(indicator_id, []):
            old, new = then_and_now(row, revision)
            parts.append(f"{written(revision.quarter)} has been revised: {old} when last published, now {new}")
        parts += [row["dot_reason"] if pd.notna(row["value"]) else ""]
        parts += [public_note(row[name]) for name in ("published_note", "note")]
        return [part.rstrip(".") for part in parts if part]

    def _note(self, indicator_id: str) -> str:
        row = self.records[indicator_id]
        parts = [row["rag_reason"]] if row["rag_reason"] in BY_DECISION else []
        # For programs, and in the digest of what was signed off, quarters are as in ``data/``.
        parts += self.caveats(indicator_id, str)
        known = set(self.history["quarter"])
        before = [str(quarter) for quarter in self.quarters if str(quarter) not in known]
        if before:
            parts.append(f"There are no figures for {listing(before)}")
        missing = [c for c in self.comparators if row[f"{c}_missing"]]
        if row["comparison"] == "local measure":
            parts.append("Comparators: local measure")
        elif missing:
            parts.append(f"Comparators not available (x): {', '.join(missing)}")
        return "; ".join(parts)


def _plain(values: pd.Series) -> pd.Series:
    """Convert whole floats to integers, so that other programs read 1953 and not 1953.0."""
    return pd.Series([plain(value) for value in values], index=values.index, dtype=object)


#: What follows a comparator's id in the names of its columns.
_OF_COMPARATOR = ("", "_decimals", "_missing", "_period")


def build_scorecard(basket: Basket, quarter: Quarter) -> Scorecard:
    """Build the scorecard of a quarter, with three quarters before it, from what was known at the time.

    Raises
    ------
    UnknownQuarter
        If there are no figures for the quarter.
    DataFaults
        A comparator has the id of another column.
    """
    return scorecard_of(basket.as_known_at(basket.require_quarter(quarter)), quarter)


def scorecard_of(known: Basket, quarter: Quarter) -> Scorecard:
    """Build the scorecard of a quarter from the basket as known at the quarter, as `build_scorecard` does."""
    quarters = quarter.window(4)
    history = judge(known)
    current = history[history["quarter"] == str(quarter)].set_index("indicator_id").drop(columns=["quarter", "note"])
    rows = known.indicators.set_index("indicator_id").join(_values(history, quarters)).join(current)
    published = _published(known, quarter)
    ours = {name: [f"{name}{part}" for part in _OF_COMPARATOR] for name in known.comparator_labels}
    named = Counter([*rows.columns, *published.columns, "area", "indicator", *chain.from_iterable(ours.values())])
    if taken := [name for name, columns in ours.items() if any(named[column] > 1 for column in columns)]:
        wanted = "Write another id: the scorecard would have two columns of one name."
        raise DataFaults([Fault(TABLE["comparator_names"].file, None, "comparator", name, wanted) for name in taken])
    rows = rows.join(_comparators(known, quarter)).join(published)
    texts = [name for name in rows.columns if name not in known.indicators and pd.api.types.is_string_dtype(rows[name])]
    rows[texts] = rows[texts].fillna("")
    revised = revisions(known.restatements, quarter)
    return Scorecard(quarter, quarters, rows, history, known.known_changes, known.comparator_labels, revised)


def _values(history: pd.DataFrame, quarters: list[Quarter]) -> pd.DataFrame:
    """Return a column for each quarter with the indicators' values."""
    values = history.pivot(index="indicator_id", columns="quarter", values="value")
    return values.reindex(columns=[str(quarter) for quarter in quarters])


def _comparators(basket: Basket, quarter: Quarter) -> pd.DataFrame:
    """Return four columns per comparator: its value, decimals, reason if missing, and period."""
    wide = newest(basket.comparators, quarter).pivot(
        index="indicator_id", columns="comparator", values=["value", "missing", "period", "value_decimals"]
    )
    columns = {}
    for name in basket.comparator_names["comparator"]:
        for part, suffix in (("value", ""), ("value_decimals", "_decimals")):
            columns[f"{name}{suffix}"] = wide.get((part, name), pd.Series(index=wide.index)).astype(float)
        for part, suffix in (("missing", "_missing"), ("period", "_period")):
            texts = wide.get((part, name), pd.Series(index=wide.index, dtype=object))
            columns[f"{name}{suffix}"] = texts.fillna("").astype(str)
    return pd.DataFrame(columns)


def _published(basket: Basket, quarter: Quarter) -> pd.DataFrame:
    """Return the ratings as published, with "not targeted" as a blank rating and a reason."""
    published = basket.published_ratings
    published = published[published["quarter"] == str(quarter)].set_index("indicator_id")
    return pd.DataFrame(
        {
            "rag_published": published["rag"].replace(NOT_TARGETED, ""),
            "rag_published_reason": published["rag"].where(published["rag"] == NOT_TARGETED, "").str.capitalize(),
            "dot_published": published["dot"],
            "published_note": published["note"],
        }
    )


def then_and_now(row: Row, revision: Any) -> tuple[str, str]:
    """Write a revised figure as last published and as it is now: ``28%``, ``30%``."""
    then, now = (
        figure_cell(row, getattr(revision, f"{side}_value"), getattr(revision, f"{side}_missing")).words
        for side in ("old", "new")
    )
    known = pd.notna(revision.old_value) or revision.old_missing
    return then if known else "not reported", now
