"""The figures as tidy frames for analysts: one row per indicator and quarter, without suppressed figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from quarterly.core.output_errors import FiguresDoNotFit
from quarterly.core.quarters import Quarter
from quarterly.core.terms import listing
from quarterly.data.load import Basket
from quarterly.disclosure.rule import DisclosureRule
from quarterly.display.seen import SEEN
from quarterly.measures.attention import first_comparator
from quarterly.measures.cases import Known
from quarterly.measures.outturn import outturn
from quarterly.measures.scorecard import Scorecard


def figures_frame(part: Scorecard, whole: Scorecard, basket: Basket, indicators: Sequence[str] = ()) -> pd.DataFrame:
    """Return figures with their judgements, in the columns listed in `ReportFrames.figures`.

    Raises
    ------
    UnknownIndicator
        There is no such indicator.
    """
    rows = whole.rows
    whole.require(*indicators)
    areas = basket.areas.set_index("area_id")["short_name"]
    chosen = list(indicators) or list(part.rows.index)
    history = whole.history[whole.history["indicator_id"].isin(chosen)]
    keys = [history["indicator_id"], history["quarter"]]
    known = Known.of(basket)
    behind = [known.figures.get(key) for key in zip(*keys, strict=True)]
    history = history.reset_index(drop=True)
    changes = whole.known_changes.set_index(["indicator_id", "quarter"])["treatment"]
    frame = pd.DataFrame(
        {
            "id": history["indicator_id"],
            "name": history["indicator_id"].map(rows["short_name"]),
            "area": history["indicator_id"].map(rows["area_id"]).map(areas),
            "period": history["quarter"],
            "value": history["value"].astype(float),
            "missing": history["missing"],
            "numerator": pd.Series([figure and figure.numerator for figure in behind], dtype=float),
            "denominator": pd.Series([figure and known.denominator(figure)[0] for figure in behind], dtype=float),
            "unit": history["indicator_id"].map(rows["unit"]),
            "target": history["target"].astype(float),
            "rag": history["rag"],
            "direction": history["dot"],
            "decimals": history["indicator_id"].map(rows["decimals"]),
            "basis": history["indicator_id"].map(rows["period_basis"]),
            "beyond": history["indicator_id"].map(rows["beyond"]),
            "known_change": [str(changes.get(key, "")) for key in zip(*keys, strict=True)],
        }
    )
    first = first_comparator(whole)
    frame["comparator"] = _comparator_values(history, basket, first)
    frame["comparator_name"] = np.where(frame["comparator"].notna(), whole.comparators.get(first or "", ""), "")
    return frame.sort_values("id", key=lambda ids: ids.map(chosen.index), kind="stable", ignore_index=True)


def _comparator_values(history: pd.DataFrame, basket: Basket, comparator: str | None) -> list[float]:
    """Return the comparator's value for each figure, as known in the quarter."""
    table = basket.comparators[basket.comparators["comparator"] == comparator].sort_values("period", kind="stable")
    periods = {period: Quarter.read(period) for period in set(table["period"])}
    # The newest first; a text that is no period counts as ended.
    known: dict[str, list[tuple[date, float]]] = {}
    for name, period, value in zip(table["indicator_id"], table["period"], table["value"], strict=True):
        reported = periods[period]
        known.setdefault(name, []).insert(0, (reported.ends if reported else date.min, value))
    ends = {quarter: Quarter.parse(quarter).ends for quarter in set(history["quarter"])}
    return [
        next((value for ended, value in known.get(name, []) if ended <= ends[quarter]), float("nan"))
        for name, quarter in zip(history["indicator_id"], history["quarter"], strict=True)
    ]


@dataclass(frozen=True, repr=False)
class ReportFrames:
    """The figures of a report and where they come from, as frames for the analysis of notebooks."""

    _basket: Basket  # as known at the quarter, for all areas
    #: The scorecard of the area or areas that this report covers, and their name.
    scorecard: Scorecard
    subject: str
    _whole: Scorecard  # the scorecard of all areas
    #: The rule by which small numbers are suppressed.
    rule: DisclosureRule = field(default_factory=DisclosureRule)

    @property
    def basket(self) -> Basket:
        """Everything known at the quarter, for all areas."""
        SEEN.everything = True
        return self._basket

    @property
    def whole(self) -> Scorecard:
        """The scorecard of all areas."""
        SEEN.everything = True
        return self._whole

    def _of(self, *indicators: str) -> Scorecard:
        """Return the scorecard of all areas, noting that only rows of these indicators are used."""
        self._whole.require(*indicators)
        SEEN.indicators.update(indicators)
        return self._whole

    def _named(self, unit: str, *indicators: str) -> Scorecard:
        """Return the scorecard of all areas for a part that needs indicators, of one unit unless it is blank."""
        found, form = self._of(*indicators), f"the ids of {unit or 'indicator'}s: report.indicators has them"
        if not indicators:
            raise FiguresDoNotFit("This part needs an indicator", form)
        if others := [name for name in indicators if unit and found.rows.loc[name, "unit"] != unit]:
            raise FiguresDoNotFit(f"This part is about {unit}s, and {listing(others)} has another unit", form)
        return found

    def figures(self, *indicators: str) -> pd.DataFrame:
        """Return the figures as a tidy frame, for every known quarter.

        Parameters
        ----------
        *indicators : str
            The ids of indicators of any area; by default those of this report.

        Returns
        -------
        DataFrame
            One row per indicator and quarter, in the order of the report, oldest first: ``id``, ``name`` and ``area``
            (short names), ``period`` (as ``2023-24-Q3``), ``value`` (67 for 67%; missing if suppressed or not known),
            ``missing`` (why: c, x, z or k), ``numerator`` and ``denominator`` (where known), ``unit`` (number,
            percentage or rate), ``target`` (if it is a number), ``rag`` (GREEN, AMBER, RED or blank), ``direction`` (of
            travel, as POSITIVE), ``decimals``, ``basis`` (of the period), ``beyond`` (whether figures can be
            below 0 or over 100%), ``known_change`` (new limits, one-off or new definition; blank if nothing is known to
            have changed), ``comparator`` (the newest figure of the basket's first comparator that was known then;
            `comparators` has all of them) and ``comparator_name`` (its label).

        Raises
        ------
        UnknownIndicator
            There is no such indicator.
        """
        return figures_frame(self.scorecard, self._of(*indicators), self._basket, indicators)

    @property
    def indicators(self) -> pd.DataFrame:
        """The indicators: ``id``, ``name``, ``full_name``, ``unit``, ``decimals``, ``polarity``, ``basis``."""
        rows = self.scorecard.rows.rename_axis("id").reset_index()
        columns = ["id", "short_name", "name", "unit", "decimals", "polarity", "period_basis"]
        called = {"short_name": "name", "name": "full_name", "period_basis": "basis"}
        return rows[columns].rename(columns=called)

    @property
    def comparators(self) -> pd.DataFrame:
        """The figures with comparators, one row per indicator and comparator that has a figure.

        The columns are ``id``, ``name``, ``comparator`` (its label), ``period`` (of the comparator's figure), ``other``
        (its figure) and ``value`` (the council's figure for the reporting quarter).
        """
        rows = self.scorecard.rows.rename_axis("id").reset_index()
        found = [
            rows.assign(name=rows["short_name"], comparator=label, period=rows[f"{name}_period"], other=rows[name])
            for name, label in self.scorecard.comparators.items()
        ]
        columns = ["id", "name", "comparator", "period", "other", "value"]
        whole = pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)
        return whole.astype({"other": float, "value": float}).dropna(subset=["other"]).reset_index(drop=True)

    @property
    def outturn(self) -> pd.DataFrame:
        """The council's figures and the department's, in the columns of `quarterly.measures.outturn.outturn`."""
        found = outturn(self.basket)
        return found[found["indicator_id"].isin(self.scorecard.rows.index)].reset_index(drop=True)
