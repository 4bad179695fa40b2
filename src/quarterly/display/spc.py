"""A process control (XmR) chart of an indicator, and its meaning in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from quarterly.core.palette import GREY, INK
from quarterly.core.quarters import Quarter
from quarterly.core.terms import Beyond, Unit
from quarterly.core.written import format_value, show, target_cell
from quarterly.display.charts.against import axis_label, spread
from quarterly.display.charts.style import Picture, chart_of, figure, figure_axis, unchecked
from quarterly.display.html import data_table
from quarterly.display.icons import KIND_COLOURS
from quarterly.measures.spc import Assurance, Kind, Variation, kind_of
from quarterly.measures.spc_limits import Limits, Rule, Signal

#: In pixels. With its axis, a chart is as wide as a page's text on the narrowest phone.
WIDTH, HEIGHT, LABEL_ROOM = 188, 190, 66
#: The shapes of points; others are circles, as those with too few figures for limits.
_SHAPES: dict[str, str] = {Kind.CONCERNING: "diamond", Kind.HIGH: "square", Kind.LOW: "square"}


def fine(row: Mapping[str, Any] | pd.Series, value: float) -> str:
    """Write a mean or a limit with one decimal more than the indicator's figures."""
    return format_value(value, row["unit"], int(row["decimals"]) + 1)


def reachable(row: Mapping[str, Any] | pd.Series, limits: Limits) -> tuple[float | None, float | None]:
    """Return the lower and the upper limit; each is None if it is below 0 or above 100%, where no figure can be."""
    below, over = row["beyond"] in (Beyond.BELOW_0, Beyond.BOTH), row["beyond"] in (Beyond.OVER_100, Beyond.BOTH)
    upper = None if row["unit"] == Unit.PERCENTAGE and limits.upper > 100 and not over else limits.upper
    return (None if limits.lower < 0 and not below else limits.lower), upper


def say_limits(row: Mapping[str, Any] | pd.Series, limits: Limits) -> str:
    """Describe the range of figures to expect from the process: ``51.2% to 73.4%``."""
    lower, upper = reachable(row, limits)
    if lower is None:
        return "any figure" if upper is None else f"up to {fine(row, upper)}"
    return f"{fine(row, lower)} or more" if upper is None else f"{fine(row, lower)} to {fine(row, upper)}"


def say_signal(row: pd.Series, signal: Signal, limits: Limits) -> str:
    """Describe the pattern that shows a special cause."""
    high, number = signal.side > 0, len(signal.places)
    name, limit = ("upper", limits.upper) if high else ("lower", limits.lower)
    return {
        Rule.OUTSIDE: f"the latest figure is {'above' if high else 'below'} the {name} limit of {fine(row, limit)}",
        Rule.RUN: f"the last {number} figures are {'above' if high else 'below'} the mean of {fine(row, limits.mean)}",
        Rule.TREND: f"the last {number} figures {'rise' if high else 'fall'} without a break",
        Rule.NEAR_LIMIT: f"at least two of the last three figures are near the {name} limit of {fine(row, limit)}",
    }[signal.rule]


def say_variation(row: pd.Series, variation: Variation) -> str:
    """Describe what the latest figure shows, as a sentence without a full stop."""
    limits = variation.limits
    if limits is None or variation.reason:
        return variation.reason
    if variation.signal is None:
        latest = show(row, variation.values[-1])
        return f"{variation.kind}: {latest} is within the normal range, {say_limits(row, limits)}"
    return f"{variation.kind}: {say_signal(row, variation.signal, limits)}"


def say_assurance(row: pd.Series, variation: Variation) -> str:
    """Describe what the limits mean for the target, as a sentence without a full stop; blank without a target."""
    words = {
        Assurance.PASSES: "every figure within the limits meets it",
        Assurance.FAILS: "no figure within the limits meets it",
        Assurance.HIT_AND_MISS: "it is within the limits, so whether it is met is down to chance",
    }
    if variation.assurance not in words:
        return ""
    on = " on" if variation.assurance == Assurance.HIT_AND_MISS else ""
    return f"{variation.assurance}{on} the target of {target_cell(row).text}: {words[variation.assurance]}"


@unchecked
def xmr_chart(row: pd.Series, variation: Variation, anchor: str = "") -> Picture:
    """Draw the figures of an indicator with their mean and natural process limits.

    ``row`` is the indicator's row of the scorecard, ``variation`` is that of the same indicator and must have limits,
    and ``anchor`` is an id to link to.
    """
    points = _points(row, variation)
    limits = variation.limits
    assert limits is not None  # noqa: S101 - without limits no chart is asked for
    labels, notes = _labels(row, limits), _notes(variation)
    values = [*points["value"], *(limit for name in ("lower", "upper") for limit in points[name].dropna())]
    values += [row["target"]] if pd.notna(row["target"]) else []
    low, high = min(values), max(values)
    pad = (high - low) * 0.08 or 1.0
    domain = [low - pad, high + pad * (1 + bool(notes))]
    pixel = (domain[1] - domain[0]) / HEIGHT
    labels["at"] = spread(list(labels["value"]), 26 * pixel)
    drawing = alt.layer(*_layers(points, labels, notes, row, domain), width=WIDTH, height=HEIGHT)
    says = say_variation(row, variation)
    assurance = say_assurance(row, variation)
    stated = "".join(f" {note['mark']}: {note['text']}." for note in notes)
    quarters = [Quarter.labelled(text) for text in variation.quarters]
    alternative = (
        f"Control chart of {row['short_name']}: {len(quarters)} figures from {quarters[0]} to {quarters[-1]}. "
        f"Mean {fine(row, limits.mean)}, normal range {say_limits(row, limits)}. {says}."
        + (f" {assurance}." if assurance else "")
        + stated
    )
    rows = [
        [label, show(row, point["value"]), str(point["kind"])]
        for label, (_, point) in zip(quarters, points.iterrows(), strict=True)
    ]
    table = data_table(
        f"{row['short_name']}: figures and signals",
        [Quarter.parse(variation.quarters[-1]).worded("Quarter"), "Figure", "Signal"],
        rows,
    )
    return figure(drawing, row["short_name"], f"{says}.{stated}", alternative, table, anchor)


def _points(row: pd.Series, variation: Variation) -> pd.DataFrame:
    """Return one row per figure: its quarter, value, limits and kind."""
    points = pd.DataFrame({"quarter": variation.quarters, "value": variation.values, "stretch": 0})
    points["axis"] = [axis_label(Quarter.parse(q)) for q in variation.quarters]
    points = points.assign(mean=float("nan"), lower=float("nan"), upper=float("nan"), kind=str(Kind.COMMON))
    for number, stretch in enumerate(variation.stretches):
        within = slice(stretch.start, max(stretch.stop - 1, stretch.start))
        points.loc[within, "stretch"] = number
        if stretch.limits is None:
            points.loc[within, "kind"] = "Too few figures for limits"
            continue
        lower, upper = reachable(row, stretch.limits)
        for name, limit in (("mean", stretch.limits.mean), ("lower", lower), ("upper", upper)):
            points.loc[within, name] = float("nan") if limit is None else limit
        # The strongest rules come first in `Rule` and are applied last, so that they override the others.
        for signal in sorted(stretch.signals, key=lambda found: list(Rule).index(found.rule), reverse=True):
            points.loc[list(signal.places), "kind"] = str(kind_of(signal, row["polarity"]))
    return points


def _labels(row: pd.Series, limits: Limits) -> pd.DataFrame:
    """Return the labels at the right: the target, and the mean and limits of the latest figures."""
    found = [(row["target"], f"Target|{target_cell(row).text}", "target")] if pd.notna(row["target"]) else []
    lower, upper = reachable(row, limits)
    named = (("Upper limit", upper), ("Mean", limits.mean), ("Lower limit", lower))
    found += [(value, f"{name}|{fine(row, value)}", "limit") for name, value in named if value is not None]
    return pd.DataFrame(found, columns=["value", "name", "kind"])


def _notes(variation: Variation) -> list[dict[str, str]]:
    """Return a letter for each known change, to mark it on the chart, and its explanation, to go above the chart."""
    after = {"new limits": "limits start again", "one-off": "outlying changes are left out of the limits"}
    after["new definition"] = "limits start again, and figures before and after are not compared"
    known = variation.changes.sort_values("quarter").itertuples(index=False)
    return [
        {
            "mark": chr(ord("A") + place),
            "quarter": str(row.quarter),
            "axis": axis_label(Quarter.parse(str(row.quarter))),
            "text": f"{Quarter.labelled(str(row.quarter))}, {row.reason}; {after[str(row.treatment)]}",
        }
        for place, row in enumerate(known)
        if row.quarter in variation.quarters
    ]


def _layers(
    points: pd.DataFrame, labels: pd.DataFrame, notes: list[dict[str, str]], row: pd.Series, domain: list[float]
) -> list[alt.Chart]:
    order = list(points["axis"])
    shown = order if len(order) <= 8 else [name for name in order if name.startswith("Q1")]
    x_axis = alt.Axis(title=None, labelAngle=0, labelFontSize=11, labelExpr="split(datum.label, ' ')", values=shown)
    x = alt.X("axis:O", sort=order, axis=x_axis, scale=alt.Scale(padding=0.4, domain=order))
    y_axis = figure_axis(percentage=row["unit"] == Unit.PERCENTAGE, minExtent=38, grid=False)
    y = alt.Y("value:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=y_axis)
    kinds = list(dict.fromkeys(points["kind"]))
    colour = alt.Scale(domain=kinds, range=[KIND_COLOURS.get(kind, "#ffffff") for kind in kinds])
    shape = alt.Scale(domain=kinds, range=[_SHAPES.get(kind, "circle") for kind in kinds])
    lines = [
        chart_of(points.dropna(subset=[name])[["axis", name, "stretch"]].rename(columns={name: "value"}))
        .mark_line(color=GREY, strokeDash=[4, 3] if name != "mean" else [1, 0], strokeWidth=1.2)
        .encode(x=x, y=y, detail=alt.Detail("stretch:N"))
        for name in ("mean", "lower", "upper")
    ]
    marks = [
        chart_of(labels.loc[labels["kind"] == "target", ["value"]]).mark_rule(color=INK, strokeDash=[7, 3]).encode(y=y),
        chart_of(notes).mark_rule(color=INK, strokeWidth=1).encode(x=x),
        chart_of(notes).mark_text(fontWeight="bold", dx=8).encode(x=x, y=alt.YValue(7), text=alt.Text("mark:N")),
        chart_of(points[["axis", "value"]]).mark_line(color=GREY, strokeWidth=1.5).encode(x=x, y=y),
        chart_of(points[["axis", "value", "kind"]])
        .mark_point(filled=True, size=42, opacity=1, stroke=GREY, strokeWidth=0.8)
        .encode(
            x=x,
            y=y,
            color=alt.Color("kind:N", scale=colour, legend=None),
            shape=alt.Shape("kind:N", scale=shape, legend=None),
        ),
        chart_of(labels[["at", "name"]])
        .mark_text(align="left", fontSize=11, lineBreak="|", lineHeight=12, dy=-6)
        .encode(x=alt.XValue(WIDTH + 6), y=alt.Y("at:Q"), text=alt.Text("name:N")),
        chart_of([{"text": " "}])
        .mark_text()
        .encode(x=alt.XValue(WIDTH + LABEL_ROOM), y=alt.YValue(0), text=alt.Text("text:N")),
    ]
    return lines + marks
