"""Charts, in one house style: Altair describes them, `quarterly.display.drawing` draws them.

Each chart is a figure with a title, the picture with a true alternative text, and its data as a table. The picture
is SVG inside the page, so a page needs nothing else to show it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from textwrap import wrap
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import altair as alt
import pandas as pd
from markupsafe import Markup

from quarterly.display.drawing import BLUE, GREY, INK, PALE, Specification, draw_png, draw_svg
from quarterly.display.findings import against_target, describe_series, finding, show
from quarterly.display.html import Html, data_table, render
from quarterly.judgement.scorecard import Scorecard, format_comparator, format_target
from quarterly.words.quarters import Quarter
from quarterly.words.terms import Unit, format_value

#: Three steps that differ in lightness, so that they stay apart in grey print and to colour-blind readers.
STEPS = ["#12436d", "#28a197", "#d9d9d9"]
WIDTH, HEIGHT, LABEL_ROOM = 270, 170, 150


@dataclass(frozen=True)
class Picture(Html):
    """A chart in its figure, and what is needed to draw it elsewhere.

    Parameters
    ----------
    html, text : str
        The figure, as a page shows it, and in plain text.
    chart : dict
        What is drawn, in Vega-Lite.
    title, subtitle, alternative : str
        The finding or subject; what is measured; what a reader who cannot see the picture needs to know.
    """

    chart: Specification
    title: str
    subtitle: str
    alternative: str

    def png(self, scale: float = 2) -> bytes:
        """Draw the chart as PNG, for documents that cannot hold SVG."""
        return draw_png(self.chart, scale)


def specification(chart: alt.TopLevelMixin) -> Specification:
    """Write a chart out in Vega-Lite."""
    # Altair checks each chart against its schema where tests build it; here that would take most of the time.
    return chart.to_dict(validate=False)


def _svg(chart: Specification) -> tuple[str, int, int]:
    """Draw a chart: the address of its SVG as a data URI, its width and its height in pixels."""
    svg = draw_svg(chart)
    root = ET.fromstring(svg)  # noqa: S314 - drawn here, not brought in
    width, height = (round(float(root.get(side, "0"))) for side in ("width", "height"))
    # Only what an address in an attribute cannot hold is escaped: the text stays small, and readable in a diff.
    escaped = quote(svg.replace("\n", ""), safe=" !$'()*,-./:;=?@_[]{}|~+")
    return f"data:image/svg+xml;charset=utf-8,{escaped}", width, height


def figure(
    chart: Specification, title: str, subtitle: str, alternative: str, table: Html | None = None, anchor: str = ""
) -> Picture:
    """Put a chart in a figure.

    Parameters
    ----------
    chart : dict
        What to draw, in Vega-Lite.
    title : str
        What the chart shows or finds.
    subtitle : str
        What is measured, in which unit.
    alternative : str
        What a reader who cannot see the picture needs to know: the figures, or what they come to.
    table : Html, optional
        The data, offered one click away.
    anchor : str
        An id to link to.
    """
    source, width, height = _svg(chart)
    page = render(
        "figure.html",
        f"Chart: {title}. {subtitle} {alternative}",
        title=title,
        subtitle=subtitle,
        alt=alternative,
        source=Markup(source),  # noqa: S704 - quoted, so it can neither end the attribute nor hold a tag
        width=width,
        height=height,
        table=table,
        id=anchor,
    )
    return Picture(page.html, page.text, chart, title, subtitle, alternative)


def grid(parts: Sequence[Html]) -> Html:
    """Lay figures side by side as far as there is room."""
    return render("grid.html", "\n".join(part.text for part in parts), parts=parts)


def _values(rows: pd.DataFrame | list[dict[str, Any]]) -> alt.InlineData:
    """Give rows to a chart as they are: Altair's own way for a frame takes longer than drawing it."""
    return alt.InlineData(values=rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows)


def _axis_label(quarter: Quarter) -> str:
    return f"Q{quarter.number} {quarter.reporting_year[2:]}"


def series(scorecard: Scorecard, indicator_id: str) -> pd.DataFrame:
    """Take the shown quarters of an indicator: ``quarter``, ``axis``, ``label`` and ``value``, oldest first."""
    row = scorecard.rows.loc[indicator_id]
    return pd.DataFrame(
        {
            "quarter": [str(quarter) for quarter in scorecard.quarters],
            "axis": [_axis_label(quarter) for quarter in scorecard.quarters],
            "label": [quarter.short_label for quarter in scorecard.quarters],
            "value": [row[str(quarter)] for quarter in scorecard.quarters],
        }
    ).astype({"value": float})


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move label positions apart until each is at least a gap from the next, and keep their order.

    Examples
    --------
    >>> spread([10, 11, 50], gap=5)
    [8.0, 13.0, 50.0]
    """
    placed: list[list[float]] = []
    for position in sorted(positions):
        cluster = [position]
        while placed and _centre(placed[-1]) + gap * len(placed[-1]) / 2 > _centre(cluster) - gap * len(cluster) / 2:
            cluster = placed.pop() + cluster
        placed.append(cluster)
    moved = [
        _centre(cluster) + gap * (place - (len(cluster) - 1) / 2) for cluster in placed for place in range(len(cluster))
    ]
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    return [dict(zip(order, moved, strict=True))[index] for index in range(len(positions))]


def _centre(cluster: list[float]) -> float:
    return sum(cluster) / len(cluster)


def references(row: pd.Series, comparators: dict[str, str]) -> pd.DataFrame:
    """List what a figure is seen against, one row a value.

    Parameters
    ----------
    row : Series
        The indicator's row of the scorecard.
    comparators : dict of str to str
        What comparators are called, by their ids.

    Returns
    -------
    DataFrame
        ``value``, ``name`` and ``kind`` (target or comparator); the target first, a band as its two ends.
    """
    ends = {"target": "Target", "lower": "At least", "upper": "At most"}
    found = [
        (row[end], f"{words} {format_value(row[end], row['unit'])}", "target")
        for end, words in ends.items()
        if pd.notna(row[end])
    ]
    known = {label: name for name, label in comparators.items() if pd.notna(row[name])}
    by_value: dict[tuple[float, str], list[str]] = {}
    for label, name in known.items():
        by_value.setdefault((row[name], format_comparator(row, name)), []).append(label)
    found += [(value, f"{', '.join(labels)} {text}", "comparator") for (value, text), labels in by_value.items()]
    return pd.DataFrame(found, columns=["value", "name", "kind"])


def trend(scorecard: Scorecard, indicator_id: str, anchor: str = "") -> Picture:
    """Draw an indicator over the shown quarters, with its target and comparators."""
    row = scorecard.rows.loc[indicator_id]
    data, against = series(scorecard, indicator_id), references(row, scorecard.comparators)
    top = 100.0 if row["unit"] == Unit.PERCENTAGE else max([*data["value"].dropna(), *against["value"], 1.0]) * 1.15
    pixel = top / HEIGHT
    # A number stands above its point, or below it where there is no room above.
    known = data.dropna(subset=["value"]).assign(text=lambda frame: [show(row, value) for value in frame["value"]])
    known["text_at"] = known["value"] + pixel * 14 * (1 - 2 * (known["value"] > top - 20 * pixel))
    against["name_at"] = spread(list(against["value"]), 14 * pixel)
    nothing = "No figures are available" if known.empty else " "
    data_of = {"points": known, **{kind: against[against["kind"] == kind] for kind in ("target", "comparator")}}
    chart = _filled(
        _trend_shape(tuple(data["axis"]), percentage=row["unit"] == Unit.PERCENTAGE),
        {**{name: rows.to_dict("records") for name, rows in data_of.items()}, "note": [{"text": nothing}]},
        top=top,
    )
    seen = f" Seen against: {'; '.join(against['name'])}." if len(against) else ""
    if "target" not in set(against["kind"]):
        seen += f" {_sentence(against_target(row) or f'target: {format_target(row).lower()}')}"
    alternative = f"Line chart of {row['short_name']}. {describe_series(row, data)}.{seen}"
    return figure(chart, row["short_name"], _sentence(finding(row)), alternative, anchor=anchor)


def trend_shapes(scorecard: Scorecard) -> list[Specification]:
    """Describe the charts of trends of a scorecard, without their data: for whoever wants that done beforehand."""
    axis = tuple(_axis_label(quarter) for quarter in scorecard.quarters)
    return [_trend_shape(axis, percentage=percentage) for percentage in (True, False)]


def _filled(shape: Specification, data: dict[str, list[dict[str, Any]]], **parameters: float) -> Specification:
    """Give a chart its data and the values of its parameters, by their names."""
    return {
        **shape,
        "params": [{"name": name, "value": value} for name, value in parameters.items()],
        "datasets": {**shape.get("datasets", {}), **data},
    }


@cache
def _trend_shape(axis: tuple[str, ...], *, percentage: bool) -> Specification:
    """Describe the chart of a trend, with names for its data: Altair takes longer for it than the drawing does."""
    points, target, others, note = (alt.NamedData(name) for name in ("points", "target", "comparator", "note"))
    label = "datum.value + '%'" if percentage else "format(datum.value, ',')"
    scale = alt.Scale(domain=[0, alt.ExprRef("top")], nice=False)
    y_axis = alt.Axis(title=None, tickCount=5, minExtent=38, labelExpr=label)
    x_axis = alt.Axis(title=None, labelAngle=0, labelExpr="split(datum.label, ' ')")
    x = alt.X("axis:O", sort=list(axis), axis=x_axis, scale=alt.Scale(padding=0.35, domain=list(axis)))
    y, text = alt.Y("value:Q", scale=scale, axis=y_axis), alt.Text("text:N")
    numbers = {"x": x, "y": alt.Y("text_at:Q"), "text": text}
    names = {"x": alt.XValue(WIDTH + 6), "y": alt.Y("name_at:Q"), "text": alt.Text("name:N")}
    chart = alt.layer(
        alt.Chart(others).mark_rule(stroke=GREY, strokeDash=[2, 3]).encode(y=y),
        alt.Chart(target).mark_rule(stroke=INK, strokeDash=[7, 3], strokeWidth=1.5).encode(y=y),
        alt.Chart(others).mark_text(align="left", fontSize=11, color=GREY).encode(**names),
        alt.Chart(target).mark_text(align="left", fontSize=11, fontWeight="bold").encode(**names),
        alt.Chart(points).mark_line(color=BLUE, strokeWidth=2.5, point={"color": BLUE, "size": 50}).encode(x=x, y=y),
        # A white edge keeps a number apart from the line that it stands on.
        alt.Chart(points)
        .mark_text(fontWeight="bold", stroke="white", strokeWidth=4, strokeJoin="round")
        .encode(**numbers),
        alt.Chart(points).mark_text(fontWeight="bold").encode(**numbers),
        # An unseen mark at the right keeps the charts of a page equally wide.
        alt.Chart(_values([{"text": " "}]))
        .mark_text()
        .encode(x=alt.XValue(WIDTH + LABEL_ROOM), y=alt.YValue(0), text=text),
        alt.Chart(note).mark_text(color=GREY).encode(x=alt.XValue(WIDTH / 2), y=alt.YValue(HEIGHT / 2), text=text),
    ).properties(width=WIDTH, height=HEIGHT)
    return specification(chart)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _table_of(scorecard: Scorecard, indicator_ids: Sequence[str], caption: str) -> Html:
    head = ["Indicator", *(quarter.short_label for quarter in scorecard.quarters), "Target"]
    rows = []
    for indicator_id in indicator_ids:
        row = scorecard.rows.loc[indicator_id]
        cells = [show(row, row[str(quarter)]) or "not available" for quarter in scorecard.quarters]
        rows.append([row["short_name"], *cells, format_target(row)])
    return data_table(caption, head, rows)


def ranges(scorecard: Scorecard, indicator_ids: Sequence[str], title: str) -> Picture:
    """Compare percentages with their targets on one scale: the latest figure, the quarters before it, the target."""
    rows = scorecard.rows.loc[list(indicator_ids)]
    names = {indicator_id: "|".join(wrap(row["short_name"], 26)) for indicator_id, row in rows.iterrows()}
    shown = pd.concat([series(scorecard, indicator_id).assign(name=name) for indicator_id, name in names.items()])
    shown = shown.dropna(subset=["value"]).assign(text=lambda frame: frame["value"].map("{:g}%".format))
    latest = shown["quarter"] == str(scorecard.quarter)
    spans = shown.groupby("name", sort=False)["value"].agg(["min", "max"]).reset_index()
    targets = [
        {"name": names[str(name)], "value": row["target"]} for name, row in rows.iterrows() if pd.notna(row["target"])
    ]
    axis = alt.Axis(title=None, labelExpr="datum.value + '%'", tickCount=5)
    x = alt.X("value:Q", scale=alt.Scale(domain=[0, 100]), axis=axis)
    y_axis = alt.Axis(title=None, labelLimit=230, domain=False, ticks=False, labelExpr="split(datum.label, '|')")
    y = alt.Y("name:N", sort=list(names.values()), axis=y_axis)
    chart = alt.layer(
        alt.Chart(_values(spans)).mark_rule(stroke=PALE, strokeWidth=5).encode(x=alt.X("min:Q"), x2="max:Q", y=y),
        alt.Chart(_values(shown[~latest])).mark_point(color=GREY, filled=False, size=45, opacity=1).encode(x=x, y=y),
        alt.Chart(_values(targets)).mark_tick(color=INK, thickness=3, size=22).encode(x=x, y=y),
        alt.Chart(_values(shown[latest])).mark_point(color=BLUE, filled=True, size=130, opacity=1).encode(x=x, y=y),
        alt.Chart(_values(shown[latest]))
        .mark_text(dy=-13, fontWeight="bold")
        .encode(x=x, y=y, text=alt.Text("text:N")),
    ).properties(width=290, height=alt.Step(44))
    stated = "; ".join(f"{row['short_name']}: {finding(row)}" for _, row in rows.iterrows())
    subtitle = (
        f"Large blue dot: {scorecard.quarter.short_label}. Open dots: the quarters before. Black bar: the target."
    )
    return figure(
        specification(chart), title, subtitle, f"Dot chart. {stated}.", _table_of(scorecard, indicator_ids, title)
    )


def lines(scorecard: Scorecard, indicator_ids: Sequence[str], anchor: str = "") -> Html:
    """Draw several indicators side by side, each on a scale of its own that starts at nought.

    With an anchor such as ``trend-{id}`` each can be linked to.
    """
    return grid([trend(scorecard, name, anchor.format(id=name)) for name in indicator_ids])


def stacked_shares(table: pd.DataFrame, title: str, subtitle: str, caption: str) -> Picture:
    """Draw the parts of a whole as one bar a quarter.

    Parameters
    ----------
    table : DataFrame
        One row a quarter, indexed by its label, one column a part, in per cent; at most three parts.
    title, subtitle, caption : str
        The words above the chart, and above the table of its data.
    """
    parts = list(table.columns)
    long = table.rename_axis("quarter").reset_index().melt("quarter", var_name="part", value_name="value")
    long["end"] = long.groupby("quarter", sort=False)["value"].cumsum()
    long["start"], long["middle"] = long["end"] - long["value"], long["end"] - long["value"] / 2
    long["text"] = long["value"].map(lambda value: f"{value:g}%" if value >= 3 else "")
    axis = alt.Axis(title=None, labelExpr="datum.value + '%'", tickCount=5)
    scale = alt.Scale(domain=[0, 100])
    y_axis = alt.Axis(title=None, labelLimit=300, domain=False, ticks=False, labelExpr="split(datum.label, '|')")
    y = alt.Y("quarter:N", sort=list(table.index), axis=y_axis)
    legend = alt.Legend(title=None, orient="top", labelLimit=300, labelFontSize=12)
    colour = alt.Color("part:N", sort=parts, scale=alt.Scale(domain=parts, range=STEPS[: len(parts)]), legend=legend)
    middle = alt.X("middle:Q", scale=scale, axis=axis)
    dark = long["part"] == parts[0]
    chart = alt.layer(
        alt.Chart(_values(long))
        .mark_bar(stroke="white", strokeWidth=1.5)
        .encode(x=alt.X("start:Q", scale=scale, axis=axis), x2="end:Q", y=y, color=colour),
        alt.Chart(_values(long[dark]))
        .mark_text(fontWeight="bold", color="white")
        .encode(y=y, x=middle, text=alt.Text("text:N")),
        alt.Chart(_values(long[~dark])).mark_text(fontWeight="bold").encode(y=y, x=middle, text=alt.Text("text:N")),
    ).properties(width=330, height=alt.Step(40))
    table = table.set_axis(table.index.str.replace("|", " "))
    rows = [
        [str(index), *(f"{value:g}%" if pd.notna(value) else "not available" for value in row)]
        for index, row in zip(table.index, table.to_numpy(), strict=True)
    ]
    stated = ". ".join(
        f"{row[0]}: {', '.join(f'{part} {value}' for part, value in zip(parts, row[1:], strict=True))}" for row in rows
    )
    return figure(
        specification(chart),
        title,
        subtitle,
        f"Stacked bars. {stated}.",
        data_table(caption, ["Quarter", *parts], rows),
    )
