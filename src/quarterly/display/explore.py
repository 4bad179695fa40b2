"""For analysts: any indicator, quarter or comparator, in a notebook that is not published.

`notebooks/explore.ipynb` has examples. Anything that proves useful belongs in a template, as a method of `Report`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import altair as alt
import pandas as pd

from quarterly.core.errors import UnknownName, UnknownQuarter
from quarterly.core.quarters import Quarter
from quarterly.core.terms import count_of, listing
from quarterly.core.written import format_value
from quarterly.data.load import Basket
from quarterly.data.project import find_project
from quarterly.disclosure import open_basket
from quarterly.display.analysis import trend
from quarterly.display.figures_frame import figures_frame
from quarterly.display.notebook_outputs import install
from quarterly.display.seen import SEEN, reading_the_project
from quarterly.display.tables import kpi_rows
from quarterly.display.units import Units
from quarterly.measures.scorecard import Scorecard, build_scorecard


def open_explorer(quarter: str | None = None) -> Explorer:
    """Open the project's figures, from a notebook anywhere in it.

    Parameters
    ----------
    quarter : str, optional
        Show what was known in this quarter, as ``2023-24-Q3``; the newest by default.

    Raises
    ------
    UnknownQuarter
        There are no figures for the quarter.
    """
    SEEN.everything = True
    with reading_the_project():
        basket = open_basket(find_project(Path.cwd())).basket
    chosen = Quarter.parse(quarter) if quarter else basket.quarters[-1]
    scorecard = build_scorecard(basket, chosen).showing(len(basket.quarters))
    install(Units.of(scorecard))
    return Explorer(basket, scorecard)


@dataclass(frozen=True, repr=False)
class Explorer:
    """All known figures, as frames and charts."""

    basket: Basket
    scorecard: Scorecard  # of the chosen quarter, showing every known quarter

    def __repr__(self) -> str:
        return (
            f"Explorer of {count_of(len(self.scorecard.rows), 'indicator')}, {self.scorecard.quarter.label}: "
            "explorer.indicators(), explorer.figures(), explorer.compared(), explorer.chart()."
        )

    def indicators(self, words: str = "") -> pd.DataFrame:
        """List the indicators whose name, area or id contains all of the words; by default list all indicators.

        Returns
        -------
        DataFrame
            Indexed by ``indicator_id``: ``short_name``, ``area_id``, ``unit``, ``rag`` and ``dot``.
        """
        rows = self.scorecard.rows
        texts = (rows.index + " " + rows["name"] + " " + rows["short_name"] + " " + rows["area_id"]).str.lower()
        chosen = [all(word in text for word in words.lower().split()) for text in texts]
        return rows.loc[chosen, ["short_name", "area_id", "unit", "rag", "dot"]]

    def figures(self, *indicators: str, since: str | None = None, until: str | None = None) -> pd.DataFrame:
        """Return the figures of indicators with their judgements, as `Report.figures` does in a template.

        Parameters
        ----------
        *indicators : str
            Their ids.
        since, until : str, optional
            The first and the last quarter, as ``2023-24-Q1``.

        Raises
        ------
        UnknownIndicator, UnknownQuarter
            There is no such indicator, or there are no figures for a quarter.
        """
        figures = figures_frame(self.scorecard, self.scorecard, self.basket, indicators)
        return figures[figures["period"].isin(self._quarters(since, until))].reset_index(drop=True)

    def compared(self, *indicators: str) -> pd.DataFrame:
        """Return indicators with their target and every comparator, one row per indicator, written as published.

        Raises
        ------
        UnknownIndicator
            There is no such indicator.
        """
        part = self.scorecard.only(list(indicators))
        kpis = kpi_rows(part)
        cells = [[kpi.figures[-1], kpi.target, *kpi.comparators] for kpi in kpis]
        columns = [str(part.quarter), "target", *part.comparators.values()]
        table = pd.DataFrame([[cell.full for cell in row] for row in cells], part.rows.index, columns)
        table.insert(0, "indicator", [kpi.short_name for kpi in kpis])
        return table

    def chart(
        self,
        *indicators: str,
        since: str | None = None,
        until: str | None = None,
        comparators: str | tuple[str, ...] = (),
        target: bool = True,
    ) -> alt.Chart | alt.LayerChart | alt.FacetChart:
        """Draw indicators over time on one scale, with targets and comparators as dashed lines.

        Parameters
        ----------
        *indicators : str
            Their ids; they must have the same unit.
        since, until : str, optional
            The first and the last quarter.
        comparators : str or tuple of str
            Ids of comparators to draw as well, such as ``england``.
        target : bool
            Whether to draw targets.

        Raises
        ------
        FiguresDoNotFit, UnknownName, UnknownIndicator, UnknownQuarter
            The units differ, there is no such comparator or indicator, or there are no figures for a quarter.
        """
        chart = trend(self.figures(*indicators, since=since, until=until))
        rows, known = self.scorecard.only(list(indicators)).rows, self.scorecard.comparators
        comparators = (comparators,) if isinstance(comparators, str) else comparators
        for name in comparators:
            if name not in known:
                raise UnknownName(name, list(known))
        called = {"target": "target"} if target else {}
        called |= {name: known[name] for name in comparators}
        lines = [
            {"id": name, "line": f"{row['short_name']}: {label}" if len(rows) > 1 else label, "value": row[column]}
            for name, row in rows.iterrows()
            for column, label in called.items()
            if pd.notna(row[column])
        ]
        if not lines:
            return chart
        told = listing(
            [f"{line['line']} {format_value(line['value'], rows.loc[line['id'], 'unit'])}" for line in lines]
        )
        dashed = alt.Chart(pd.DataFrame(lines)).mark_rule(strokeDash=[6, 3]).encode(y="value:Q", detail="line:N")
        return alt.layer(dashed, chart).properties(title=alt.Title(chart.title, subtitle=f"Dashed: {told}"))

    def _quarters(self, since: str | None, until: str | None) -> list[str]:
        known = [quarter for quarter in self.basket.quarters if quarter <= self.scorecard.quarter]
        first = Quarter.parse(since) if since else known[0]
        last = Quarter.parse(until) if until else known[-1]
        for end in (first, last):
            if end not in known:
                raise UnknownQuarter(str(end), [str(quarter) for quarter in known])
        return [str(quarter) for quarter in known if first <= quarter <= last]
