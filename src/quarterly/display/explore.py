"""For analysts: any indicator, any quarters, any comparator, in a notebook that is not published.

`notebooks/explore.ipynb` has examples. What is found useful there belongs into a template, as a method of `Report`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.errors import UnknownIndicator, UnknownQuarter
from quarterly.core.quarters import Quarter
from quarterly.core.written import comparator_cell, figure_cell, target_cell
from quarterly.data.load import Basket
from quarterly.data.project import find_project
from quarterly.disclosure import open_basket
from quarterly.display.charts.style import specification, values
from quarterly.display.drawing import STYLE, draw_png
from quarterly.measures.scorecard import Scorecard, build_scorecard

#: What JupyterLab 4 draws by itself, without asking another host: it reads these charts, made for the next version.
_MIME, _SCHEMA = "application/vnd.vegalite.v5+json", "https://vega.github.io/schema/vega-lite/v5.json"


def open_explorer(quarter: str | None = None) -> Explorer:
    """Open the figures of the project, from a notebook anywhere in it.

    Parameters
    ----------
    quarter : str, optional
        With what was known in which quarter, as ``2023-24-Q3``; the newest by default.

    Raises
    ------
    UnknownQuarter
        There are no figures for the quarter.
    """
    basket = open_basket(find_project(Path.cwd())).basket
    chosen = Quarter.parse(quarter) if quarter else basket.quarters[-1]
    return Explorer(basket, build_scorecard(basket, chosen, len(basket.quarters)))


@dataclass(frozen=True)
class Interactive:
    """A chart that JupyterLab draws so that it can be pointed at and zoomed; elsewhere it is a picture.

    Parameters
    ----------
    chart : altair chart
        What is drawn.
    """

    chart: alt.LayerChart | alt.FacetChart

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        picture = base64.b64encode(draw_png(specification(self.chart))).decode("ascii")
        live = {**self.chart.to_dict(), "$schema": _SCHEMA, "config": STYLE}
        return {_MIME: live, "image/png": picture, "text/plain": "Chart"}


@dataclass(frozen=True)
class Explorer:
    """Everything known, to look at from any side.

    Parameters
    ----------
    basket : Basket
        The figures.
    scorecard : Scorecard
        Of the chosen quarter, with every quarter known.
    """

    basket: Basket
    scorecard: Scorecard

    def indicators(self, words: str = "") -> pd.DataFrame:
        """List indicators whose name, area or id has all of some words; all of them without words.

        Returns
        -------
        DataFrame
            Indexed by ``indicator_id``: ``short_name``, ``area_id``, ``unit``, ``rag`` and ``dot``.
        """
        rows = self.scorecard.rows
        text = (rows.index + " " + rows["name"] + " " + rows["short_name"] + " " + rows["area_id"]).str.lower()
        wanted = [text.str.contains(word, regex=False) for word in words.lower().split()]
        found = rows[pd.concat(wanted, axis=1).all(axis=1)] if wanted else rows
        return found[["short_name", "area_id", "unit", "rag", "dot"]]

    def figures(self, *indicators: str, since: str | None = None, until: str | None = None) -> pd.DataFrame:
        """Return the figures of indicators with their judgements, one row an indicator and quarter.

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
        chosen = self._quarters(since, until)
        history = self._known(*indicators).history
        shown = history[history["quarter"].isin(chosen)]
        names = self.scorecard.rows["short_name"]
        columns = ["indicator_id", "quarter", "value", "missing", "target", "rag", "dot"]
        return shown[columns].assign(indicator=shown["indicator_id"].map(names)).reset_index(drop=True)

    def compared(self, *indicators: str) -> pd.DataFrame:
        """Put indicators beside their target and every comparator, one row an indicator, written as they are published.

        Raises
        ------
        UnknownIndicator
            There is no such indicator.
        """
        rows = self._known(*indicators).rows
        table = {
            "indicator": rows["short_name"],
            str(self.scorecard.quarter): [
                figure_cell(row, row["value"], row["missing"]).full for _, row in rows.iterrows()
            ],
            "target": [target_cell(row).full for _, row in rows.iterrows()],
        }
        for name, label in self.scorecard.comparators.items():
            table[label] = [comparator_cell(row, name).full for _, row in rows.iterrows()]
        return pd.DataFrame(table, index=rows.index)

    def chart(
        self,
        *indicators: str,
        since: str | None = None,
        until: str | None = None,
        comparators: tuple[str, ...] = (),
        target: bool = True,
    ) -> Interactive:
        """Draw indicators over time on one scale, with targets and comparators as dashed lines.

        Parameters
        ----------
        *indicators : str
            Their ids; those of one unit make sense together.
        since, until : str, optional
            The first and the last quarter.
        comparators : tuple of str
            Ids of comparators to draw too, such as ``england``.
        target : bool
            Whether targets are drawn.

        Raises
        ------
        UnknownIndicator, UnknownQuarter
            There is no such indicator, or there are no figures for a quarter.
        """
        figures = self.figures(*indicators, since=since, until=until).dropna(subset=["value"])
        rows = self._known(*indicators).rows
        ends = (["target"] if target else []) + list(comparators)
        lines = [
            {"line": f"{row['short_name']}: {end.replace('_', ' ')}", "value": row[end]}
            for _, row in rows.iterrows()
            for end in ends
            if pd.notna(row[end])
        ]
        shown = figures[["indicator", "quarter", "value", "rag", "dot"]]
        x = alt.X("quarter:O", axis=alt.Axis(title=None, labelAngle=0))
        y = alt.Y("value:Q", scale=alt.Scale(zero=True), axis=alt.Axis(title=None))
        colour = alt.Color("indicator:N", legend=alt.Legend(title=None, orient="top", labelLimit=400))
        told = [alt.Tooltip(f"{name}:N") for name in ("indicator", "quarter", "value", "rag", "dot")]
        return Interactive(
            alt.layer(
                alt.Chart(values(lines)).mark_rule(strokeDash=[6, 3]).encode(y=y, tooltip=["line:N", "value:Q"]),
                alt.Chart(values(shown)).mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour),
                alt.Chart(values(shown))
                .mark_point(filled=True, size=80, opacity=1)
                .encode(x=x, y=y, color=colour, tooltip=told),
            ).properties(width=560, height=300)
        )

    def _known(self, *indicators: str) -> Scorecard:
        for name in indicators:
            if name not in self.scorecard.rows.index:
                raise UnknownIndicator(name, list(self.scorecard.rows.index))
        return self.scorecard.only(list(indicators))

    def _quarters(self, since: str | None, until: str | None) -> list[str]:
        known = [quarter for quarter in self.basket.quarters if quarter <= self.scorecard.quarter]
        first, last = (Quarter.parse(end) if end else None for end in (since, until))
        for end in (first, last):
            if end and end not in known:
                raise UnknownQuarter(str(end), [str(quarter) for quarter in known])
        return [str(quarter) for quarter in known if (not first or quarter >= first) and (not last or quarter <= last)]
