"""Find what each figure is compared with: its target at the time, an earlier quarter's figure or a fitted trend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import methodcaller

import numpy as np
import pandas as pd

from quarterly.core.quarters import Quarter
from quarterly.core.rounding import published
from quarterly.core.terms import FITTED_TREND, Baseline
from quarterly.data.evidence import Treatment
from quarterly.data.load import Basket, ended_by
from quarterly.measures.direction import fitted_ends

BASELINES: dict[str, Callable[[Quarter], Quarter]] = {
    Baseline.PREVIOUS_QUARTER: Quarter.previous,
    Baseline.YEAR_END: Quarter.previous_year_end,
    Baseline.LAST_YEAR: Quarter.year_before,
    Baseline.YEAR_BEFORE: Quarter.year_before,
}

#: The text columns of a target; blank if not stated, or if there is no target.
TARGET_WORDS = ["direction", "target_missing", "target_note", "target_comparator", "status"]


def with_targets(figures: pd.DataFrame, basket: Basket) -> pd.DataFrame:
    """Add to each figure the target that applied in its quarter.

    ``figures`` has a row per indicator and quarter, with the rule's ``tolerance``. The new columns are ``target``,
    ``lower``, ``upper``, ``direction``, ``status``, ``target_missing``, ``target_note`` and ``target_comparator``; the
    target's own ``tolerance``, if any, replaces the rule's. A target that follows a comparator is the comparator's
    newest figure known in the quarter.
    """
    targets = basket.targets.rename(
        columns={
            "value": "target",
            "missing": "target_missing",
            "note": "target_note",
            "tolerance": "own_tolerance",
            "comparator": "target_comparator",
        }
    )
    pairs = figures[["indicator_id", "quarter"]].merge(targets, on="indicator_id")
    applied = pairs[(pairs["quarter"] >= pairs["from_quarter"]) & (pairs["quarter"] <= pairs["to_quarter"])]
    figures = figures.merge(
        applied.drop(columns=["from_quarter", "to_quarter"]), on=["indicator_id", "quarter"], how="left"
    )
    figures[TARGET_WORDS] = figures[TARGET_WORDS].fillna("")
    follows = figures["target_comparator"] != ""
    figures["target"] = figures["target"].where(~follows, _followed(figures, basket.comparators))
    unknown = follows & figures["target"].isna()
    figures["target_missing"] = figures["target_missing"].where(~unknown, "x")
    figures["target_missing"] = figures["target_missing"].where(figures["status"] == "", "z")
    figures["tolerance"] = figures["own_tolerance"].fillna(figures["tolerance"])
    return figures.drop(columns="own_tolerance")


def newest(comparators: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Select the newest row of each comparator known in a quarter."""
    known = comparators[ended_by(comparators["period"], quarter)]
    order = known["period"].sort_values(kind="stable").index
    return known.loc[order].drop_duplicates(["indicator_id", "comparator"], keep="last").sort_index()


def _followed(figures: pd.DataFrame, comparators: pd.DataFrame) -> pd.Series:
    """Look up the comparator that each target follows."""
    found = pd.Series(np.nan, figures.index)
    wanted = figures.loc[figures["target_comparator"] != "", ["quarter", "indicator_id", "target_comparator"]]
    for quarter, part in wanted.groupby("quarter"):
        values = newest(comparators, Quarter.parse(str(quarter))).set_index(["indicator_id", "comparator"])["value"]
        keys = pd.MultiIndex.from_frame(part[["indicator_id", "target_comparator"]])
        found.loc[part.index] = values.reindex(keys).to_numpy()
    return found


@dataclass(frozen=True)
class Values:
    """Every value by indicator and quarter, so that all figures can be looked up at once."""

    #: The row and the column of each figure's own value.
    indicators: np.ndarray
    quarters: np.ndarray
    names: pd.Index  # the quarters of the columns
    #: The values. The last column is empty and represents every absent quarter.
    table: np.ndarray
    #: The number of changes of definition so far: figures under different definitions are not compared.
    definitions: np.ndarray

    @classmethod
    def of(cls, figures: pd.DataFrame, changes: pd.DataFrame) -> Values:
        """Collect the values of figures, one row per indicator and quarter, and the changes of their definitions."""
        indicators, known = pd.factorize(figures["indicator_id"])
        quarters, names = pd.factorize(figures["quarter"])
        table = np.full((len(known), len(names) + 1), np.nan)
        table[indicators, quarters] = figures["value"]
        definitions = np.zeros(table.shape, dtype=int)
        new = changes[(changes["treatment"] == Treatment.DEFINITION) & changes["indicator_id"].isin(known)]
        for row, begins in zip(known.get_indexer(new["indicator_id"]), new["quarter"], strict=True):
            definitions[row, :-1] += names >= begins
        return cls(indicators, quarters, names, table, definitions)

    def moved(self, move: Callable[[Quarter], Quarter], *, across: bool = False) -> np.ndarray:
        """Return for each figure its indicator's value in the quarter to which ``move`` leads from its own.

        Values under another definition are missing unless ``across`` is true.
        """
        columns = self.names.get_indexer([str(move(Quarter.parse(name))) for name in self.names])[self.quarters]
        same = self.definitions[self.indicators, columns] == self.definitions[self.indicators, self.quarters]
        return np.where(same | across, self.table[self.indicators, columns], np.nan)


def value_at(values: Values, basis: pd.Series, *, across: bool = False) -> pd.Series:
    """Look up the same indicator's value in the quarter that a rule compares with; missing if there is none.

    ``basis`` has a `Baseline` or a blank for each figure. Values under another definition need ``across``.
    """
    found = pd.Series(np.nan, basis.index)
    for name, move in BASELINES.items():
        wanted = basis == name
        if wanted.any():
            found = found.where(~wanted, values.moved(move, across=across))
    return found


def compared_figures(figures: pd.DataFrame, values: Values) -> pd.DataFrame:
    """Return the two figures that the direction of travel compares, on the same index.

    ``previous`` and ``current`` (float) are the figure of the rule's earlier quarter and the figure itself, or the two
    ends of a line fitted to the quarters up to this one, rounded to the indicator's decimals so that they are judged as
    they are shown. ``redefined`` is true if the earlier figure has another definition and so cannot be compared.

    ``figures`` has a row per indicator and quarter, with ``value``, the indicator's ``decimals``, and the rule's
    ``dot_basis`` and ``dot_quarters``.
    """
    ends = pd.DataFrame({"previous": value_at(values, figures["dot_basis"]), "current": figures["value"]})
    ends["redefined"] = ends["previous"].isna() & value_at(values, figures["dot_basis"], across=True).notna()
    fitted = figures["dot_basis"] == FITTED_TREND
    if not fitted.any():
        return ends
    for length in figures.loc[fitted, "dot_quarters"].unique():
        these = fitted & (figures["dot_quarters"] == length)
        steps = [values.moved(methodcaller("shift", by)) for by in range(1 - int(length), 1)]
        first, last = fitted_ends(np.column_stack(steps)[these])
        places = figures.loc[these, "decimals"].to_numpy(dtype=float)
        ends.loc[these, "previous"], ends.loc[these, "current"] = published(first, places), published(last, places)
    return ends
